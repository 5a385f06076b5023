"""`python -m app eval`: how often the right page is found, the right answer cited, the unanswerable refused."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docent.app.errors import SettingsError
from docent.app.library import Library
from docent.llm import Answer, fold_events, rank_sentences
from docent.retrieval import Hit, SearchFilter, fold


@dataclass(frozen=True, slots=True)
class Question:
    """A row of an evaluation file. `pages` are physical pages of `doc` that hold the answer."""

    id: str
    question: str
    doc: str | None = None
    pages: tuple[int, ...] = ()
    answers: tuple[str, ...] = ()
    unanswerable: bool = False
    documents: tuple[str, ...] = ()


@dataclass(slots=True)
class _Tally:
    depths: Sequence[int]
    page_hits: dict[int, int] = field(default_factory=dict)
    document_hits: dict[int, int] = field(default_factory=dict)
    answerable: int = 0
    unanswerable: int = 0
    reciprocal: float = 0.0
    answer_hits: int = 0
    true_refusals: int = 0
    false_refusals: int = 0
    confidence: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    seconds: list[float] = field(default_factory=list)


def read_questions(path: Path) -> list[Question]:
    """Rows of a JSON-lines file. Raises SettingsError with the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}): check the path.") from error
    return [_question(line, number, path.name) for number, line in enumerate(lines, start=1) if line.strip()]


def _question(line: str, number: int, name: str) -> Question:
    try:
        row = json.loads(line)
        return Question(
            str(row.get("id", number)),
            row["question"],
            row.get("doc"),
            tuple(row.get("pages") or ()),
            tuple(row.get("answers") or ()),
            bool(row.get("unanswerable", False)),
            tuple(row.get("documents") or ()),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f'line {number} of {name} is no question: it needs at least {{"question": ...}}.'
        ) from error


def evaluate(library: Library, questions: Sequence[Question], depths: Sequence[int]) -> dict[str, float]:
    """Ask all of them; the figures are those of the contract of `eval --json`."""
    tally = _Tally(depths, dict.fromkeys(depths, 0), dict.fromkeys(depths, 0))
    limit = max(depths)
    for one in questions:
        where = SearchFilter(one.documents)
        started = time.perf_counter()
        hits = library.search(one.question, limit, where).hits
        tally.seconds.append(time.perf_counter() - started)
        answer = fold_events(library.ask(one.question, where=where))
        tally.confidence[one.unanswerable].append(_confidence(answer))
        if one.unanswerable:
            tally.unanswerable += 1
            tally.true_refusals += answer.refused
        else:
            _score(tally, one, hits, answer)
    return _figures(tally, len(questions))


def _score(tally: _Tally, one: Question, hits: Sequence[Hit], answer: Answer) -> None:
    tally.answerable += 1
    tally.false_refusals += answer.refused
    right = [rank for rank, hit in enumerate(hits, start=1) if _on_page(hit, one)]
    named = [rank for rank, hit in enumerate(hits, start=1) if hit.document.name == one.doc]
    tally.reciprocal += 1 / right[0] if right else 0.0
    for depth in tally.depths:
        tally.page_hits[depth] += bool(right) and right[0] <= depth
        tally.document_hits[depth] += bool(named) and named[0] <= depth
    quotes = "".join(_plain(citation.quote) for citation in answer.citations)
    tally.answer_hits += any(_plain(text) in quotes for text in one.answers)


def _confidence(answer: Answer) -> float:
    """The share of the question in the best sentence, from 0 to 1; 1 less where the answer was refused."""
    best = max((one.coverage for one in rank_sentences(answer.query, answer.hits)), default=0.0)
    return best - answer.refused


def _auroc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """How often a question that can be answered is trusted more than one that cannot; 0.5 is chance.

    The area under the ROC curve as the Mann-Whitney statistic (Hanley and McNeil 1982), ties counting half.
    """
    wins = sum((a > b) + 0.5 * (a == b) for a in answerable for b in unanswerable)
    return wins / (len(answerable) * len(unanswerable))


def _on_page(hit: Hit, one: Question) -> bool:
    return hit.document.name == one.doc and bool(set(hit.chunk.pages) & set(one.pages))


def _plain(text: str) -> str:
    """Without case, width, spaces and grouping commas."""
    return "".join(fold(text).replace(",", "").split())


def _figures(tally: _Tally, total: int) -> dict[str, float]:
    n = tally.answerable or 1
    figures: dict[str, float] = {"n": total}
    for depth in tally.depths:
        figures[f"page_hit@{depth}"] = round(tally.page_hits[depth] / n, 4)
        figures[f"page_hits_found@{depth}"] = tally.page_hits[depth]
        figures[f"doc_hit@{depth}"] = round(tally.document_hits[depth] / n, 4)
        figures[f"doc_hits_found@{depth}"] = tally.document_hits[depth]
    figures["mrr"] = round(tally.reciprocal / n, 4)
    figures["answer_hit"] = round(tally.answer_hits / n, 4)
    figures["answer_hits_found"] = tally.answer_hits
    figures["true_refusals"] = tally.true_refusals
    figures["unanswerable"] = tally.unanswerable
    figures["false_refusals"] = tally.false_refusals
    if all(tally.confidence):
        figures["refusal_auroc"] = round(_auroc(*tally.confidence), 4)
    ordered = sorted(tally.seconds) or [0.0]
    figures["latency_p50_ms"] = round(ordered[len(ordered) // 2] * 1000, 1)
    figures["latency_p95_ms"] = round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000, 1)
    return figures
