"""`python -m app eval`: how often the right page is found, the right answer cited, the unanswerable refused."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import UnionType
from typing import Any

from docent.app.errors import SettingsError
from docent.app.evaluation.intervals import Bounds, auroc, auroc_interval, percentile, wilson
from docent.app.evaluation.stages import Split, contains, split_of
from docent.app.library import Library
from docent.llm import Answer, fold_events, rank_sentences
from docent.retrieval import EVERYTHING, Hit, SearchFilter, made_of

Progress = Callable[[int, int], None]


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question. Ranks are 1 for the first hit, None when no hit down to the deepest depth fits.

    `passage_rank` is that of the first hit on a right page whose text holds an answer. `found` is document and pages of
    the first hits. `trust` is the share of the question in the best sentence, 1 less where it was refused: -1 to 1.
    """

    question: Question
    page_rank: int | None
    document_rank: int | None
    passage_rank: int | None
    split: Split
    is_cited: bool
    refused: bool
    trust: float
    search_seconds: float
    answer_seconds: float
    found: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def is_answerable(self) -> bool:
        """Whether the documents hold the answer."""
        return not self.question.unanswerable


def read_questions(path: Path) -> list[Question]:
    """Rows of a JSON-lines file. Raises SettingsError with the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}): check the path.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 at byte {error.start}: save it as UTF-8.") from error
    found = [_question(line, number, path.name) for number, line in enumerate(lines, start=1) if line.strip()]
    if not found:
        raise SettingsError(f'{path} has no questions: it needs a line such as {{"question": "..."}} for each.')
    return found


def _question(line: str, number: int, name: str) -> Question:
    where = f"line {number} of {name}"
    try:
        row = json.loads(line)
    except ValueError as error:
        raise SettingsError(f"{where} is no JSON ({error}): one object a line is wanted.") from error
    text = row.get("question") if isinstance(row, dict) else None
    if not isinstance(text, str):  # one of blanks is asked like any other, and nothing is found
        raise SettingsError(f'{where} is no question: it needs at least {{"question": ...}}.')
    return Question(
        str(row.get("id", number)),
        text,
        _typed(row, "doc", str, where),
        _list(row, "pages", int, where),
        tuple(map(str, _list(row, "answers", str | int | float, where))),
        bool(row.get("unanswerable", False)),
        _list(row, "documents", str, where),
    )


def _typed(row: dict[str, Any], key: str, kind: type, where: str) -> Any:
    value = row.get(key)
    if value is not None and not isinstance(value, kind):
        raise SettingsError(f"{where}: {key} cannot be {json.dumps(value, ensure_ascii=False)[:60]}.")
    return value


def _list(row: dict[str, Any], key: str, kind: type | UnionType, where: str) -> tuple[Any, ...]:
    value = _typed(row, key, list, where) or []
    if not all(isinstance(one, kind) and not isinstance(one, bool) for one in value):
        wanted = "whole numbers" if kind is int else "texts"
        raise SettingsError(f"{where}: {key} must be a list of {wanted}.")
    return tuple(value)


def evaluate(library: Library, questions: Sequence[Question], depths: Sequence[int]) -> dict[str, float]:
    """Ask all of them; the figures are those of the contract of `eval --json`."""
    return figures(measure(library, questions, max(depths)), depths)


def measure(
    library: Library,
    questions: Sequence[Question],
    limit: int,
    where: SearchFilter = EVERYTHING,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Search the first `limit` hits for each question, and answer it. `documents` of a row narrow its own search."""
    (found,) = measure_together([library], questions, limit, where, progress)
    return found


def measure_together(
    libraries: Sequence[Library],
    questions: Sequence[Question],
    limit: int,
    where: SearchFilter = EVERYTHING,
    progress: Progress | None = None,
) -> list[list[Outcome]]:
    """The same of several libraries, question by question, each first in its turn: a busy moment is in all their times.

    One search beforehand is not counted, so that loading the model is in nobody's time.
    """
    for library in libraries:
        library.search(questions[0].question, 1)
    found: list[list[Outcome]] = [[] for _ in libraries]
    for number, one in enumerate(questions, start=1):
        for place in range(len(libraries)):
            turn = (place + number) % len(libraries)
            found[turn].append(outcome_of(libraries[turn], one, limit, where))
        if progress is not None:
            progress(number, len(questions))
    return found


def outcome_of(
    library: Library, one: Question, limit: int, where: SearchFilter = EVERYTHING, collection: str | None = None
) -> Outcome:
    """Search the first `limit` hits for one question, and answer it."""
    where = replace(where, documents=one.documents or where.documents)
    started = time.perf_counter()
    hits = library.search(one.question, limit, where, collection).hits
    searched = time.perf_counter()
    answer = fold_events(library.ask(one.question, where=where, collection=collection, curated=False))
    answered = time.perf_counter()
    quotes = "".join(citation.quote for citation in answer.citations)
    return Outcome(
        one,
        page_rank=_first(_on_page(hit, one) for hit in hits),
        document_rank=_first(hit.document.name == one.doc for hit in hits),
        passage_rank=_first(_on_page(hit, one) and contains(hit.chunk.text, one.answers) for hit in hits),
        split=split_of(library, one.doc, one.pages, one.answers, collection),
        is_cited=not one.unanswerable and contains(quotes, one.answers),
        refused=answer.refused,
        trust=_trust(answer),
        search_seconds=searched - started,
        answer_seconds=answered - searched,
        found=tuple((hit.document.name, hit.chunk.pages) for hit in hits[:3]),
    )


def _first(fits: Iterator[bool]) -> int | None:
    return next((rank for rank, fit in enumerate(fits, start=1) if fit), None)


def _trust(answer: Answer) -> float:
    ranked = rank_sentences(answer.query, answer.hits, " ".join(made_of(answer.query)))
    best = max((one.coverage for one in ranked), default=0.0)
    return best - answer.refused


def _on_page(hit: Hit, one: Question) -> bool:
    return hit.document.name == one.doc and not set(hit.chunk.pages).isdisjoint(one.pages)


def is_within(rank: int | None, depth: int) -> bool:
    """Whether a rank is among the first `depth`."""
    return rank is not None and rank <= depth


def shares(outcomes: Sequence[Outcome], depths: Sequence[int]) -> dict[str, list[bool]]:
    """What is counted, by the name of its figure: one value for each question that it is asked of."""
    asked = [one for one in outcomes if one.is_answerable]
    found = {}
    for depth in depths:
        found[f"page_hit@{depth}"] = [is_within(one.page_rank, depth) for one in asked]
        found[f"doc_hit@{depth}"] = [is_within(one.document_rank, depth) for one in asked]
    found["answer_hit"] = [one.is_cited for one in asked]
    found["true_refusal"] = [one.refused for one in outcomes if not one.is_answerable]
    found["false_refusal"] = [one.refused for one in asked]
    return found


def reciprocal_ranks(outcomes: Sequence[Outcome]) -> list[float]:
    """For each question that can be answered, 1 / the rank of the right page, 0 where it was not found."""
    return [1 / one.page_rank if one.page_rank else 0.0 for one in outcomes if one.is_answerable]


def trusts(outcomes: Sequence[Outcome]) -> tuple[list[float], list[float]]:
    """The trust in questions that can be answered, and in those that cannot."""
    return (
        [one.trust for one in outcomes if one.is_answerable],
        [one.trust for one in outcomes if not one.is_answerable],
    )


def figures(outcomes: Sequence[Outcome], depths: Sequence[int]) -> dict[str, float]:
    """The flat object of `eval --json`. Each share has its 95 % interval (Wilson) beside it, as `_low` and `_high`."""
    counted = shares(outcomes, depths)
    answerable = sum(one.is_answerable for one in outcomes)
    found: dict[str, float] = {"n": len(outcomes), "answerable": answerable}
    for depth in depths:
        _add_share(found, f"page_hit@{depth}", counted[f"page_hit@{depth}"], f"page_hits_found@{depth}")
        _add_share(found, f"doc_hit@{depth}", counted[f"doc_hit@{depth}"], f"doc_hits_found@{depth}")
    ranks = reciprocal_ranks(outcomes)
    found["mrr"] = round(sum(ranks) / (len(ranks) or 1), 4)
    _add_share(found, "answer_hit", counted["answer_hit"], "answer_hits_found")
    _add_share(found, "true_refusal", counted["true_refusal"], "true_refusals")
    found["unanswerable"] = len(outcomes) - answerable
    _add_share(found, "false_refusal", counted["false_refusal"], "false_refusals")
    trust = trusts(outcomes)
    if all(trust):
        found["refusal_auroc"] = round(auroc(*trust), 4)
        _add_bounds(found, "refusal_auroc", auroc_interval(*trust))
    seconds = [one.search_seconds for one in outcomes]
    found["latency_p50_ms"] = round(percentile(seconds, 0.5) * 1000, 1)
    found["latency_p95_ms"] = round(percentile(seconds, 0.95) * 1000, 1)
    found["answer_p50_ms"] = round(percentile([one.answer_seconds for one in outcomes], 0.5) * 1000, 1)
    return found


def _add_share(found: dict[str, float], name: str, values: Sequence[bool], count: str) -> None:
    found[name] = round(sum(values) / (len(values) or 1), 4)
    found[count] = sum(values)
    if values:
        _add_bounds(found, name, wilson(sum(values), len(values)))


def _add_bounds(found: dict[str, float], name: str, bounds: Bounds) -> None:
    found[f"{name}_low"], found[f"{name}_high"] = (round(one, 4) for one in bounds)


def unknown_documents(library: Library, questions: Sequence[Question]) -> list[str]:
    """Documents that questions name and the collection does not have: no search can find these."""
    known = {one.name for one in library.documents()}
    named = {name for one in questions for name in (one.doc, *one.documents) if name}
    return sorted(named - known)
