"""A figure that is asked for without saying of whom, which tables of several documents have: told of each of them."""

from __future__ import annotations

from collections.abc import Sequence

from docent.llm.extractive.cells import gives_share, named_cells, value_cells
from docent.llm.extractive.evidence import Evidence, label_of, names_end, names_row
from docent.llm.extractive.subjects import documents_named
from docent.llm.language import Language, language_of
from docent.llm.questions.asked import subject_of
from docent.retrieval import Hit, fold, query_terms

MOST = 5  # documents; of more the reader has to say which
ABOUT_AS_GOOD = 0.7  # of the best score
_OTHERS: dict[Language, str] = {
    "en": "The question does not say of which document. Others speak of this as well: {}. Name the one you mean.",
    "zh": "问题没有说明是哪一份文档。还有其他文档也提到这一项：{}。要问其中一份，请写明是哪一份。",
}


def of_each_document(
    query: str, hits: Sequence[Hit], ranked: Sequence[Evidence], chosen: Sequence[Evidence]
) -> list[Evidence]:
    """The row that was chosen, and the best row called so of each other document; else what was chosen."""
    best = chosen[0]
    if not is_cell(query, hits, best) or not _is_of_any(query, hits, best):
        return list(chosen)
    found: dict[str, Evidence] = {}
    for one in (best, *ranked):
        document = hits[one.index].document.id
        if one.score < ABOUT_AS_GOOD * best.score or document in found:
            continue
        if is_cell(query, hits, one) and _told_by(hits, one) == _told_by(hits, best):
            found[document] = one
    return list(found.values())[:MOST] if len(found) > 1 else list(chosen)


def others_notice(query: str, hits: Sequence[Hit], chosen: Sequence[Evidence]) -> str:
    """What the reader is told of other documents that speak of the line that was chosen; "" where there are none."""
    best = chosen[0]
    if best.row is None or not is_cell(query, hits, best) or not _is_of_any(query, hits, best):
        return ""
    line = fold(best.row.label.split(" / ")[-1])
    told = {hits[one.index].document.id for one in chosen}
    others = [hit.document for hit in hits if hit.document.id not in told and line in fold(hit.chunk.text)]
    names = list(dict.fromkeys(one.name for one in others))[:MOST]
    language = language_of(query)
    return _OTHERS[language].format(("、" if language == "zh" else ", ").join(names)) if names else ""


def is_cell(query: str, hits: Sequence[Hit], one: Evidence) -> bool:
    """Whether a question names a row and one of its columns."""
    if one.row is None or not (names_row(query, one.row) or names_end(query, one.row)):
        return False
    return bool(named_cells(query, value_cells(hits[one.index].chunk.text, one.row)))


def _told_by(hits: Sequence[Hit], one: Evidence) -> tuple[str, bool]:
    """What a row is called, and whether it gives shares."""
    return (label_of(one.row), gives_share(hits[one.index].chunk.text, one.row)) if one.row else ("", False)


def _is_of_any(query: str, hits: Sequence[Hit], best: Evidence) -> bool:
    """Whether a question names neither a document nor what only one of them is about."""
    return best.shared == 0.0 and not documents_named(query_terms(subject_of(query)), hits)
