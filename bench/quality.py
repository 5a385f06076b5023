"""How often the right page is found, the right answer cited and the unanswerable refused, on the evaluation sets.

    DOCENT_EVALDATA=... python bench/quality.py [COLLECTION ...] [--data-dir DIR] [--no-stock]

Sets that are searched together are ingested into one library of a data folder (kept when it is given, so that a second
run only asks). The figures are those of `python -m app eval`, for each set, and for all of a library's questions with
those that it cannot answer, and beside them, as `stock`, those of the pipeline in bench/stock.py on the same files and
questions; `difference` is ours less stock's, with its 95 % interval. A cell of a table counts as found where a hit on
its page has the value. All are printed and saved as bench/results/quality-COMMIT.json.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from figures import save_json

from docent.app import Library, open_library
from docent.app.evaluation.intervals import share_difference, wilson
from docent.app.evaluation.measuring import Outcome, Question, figures, is_within, shares
from docent.app.evaluation.measuring import measure as ask
from docent.llm import language_of

COLLECTIONS = {"real": ("zh_real", "finance_en"), "cmrc": ("cmrc_zh",), "tables": ("tables",)}
DEPTHS = (1, 3, 5, 10)
CELLS = 3  # hits among which a cell's value is to be


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("collections", nargs="*", default=list(COLLECTIONS))
    arguments.add_argument("--data-dir", type=Path)
    arguments.add_argument("--no-stock", action="store_true", help="leave out the stock pipeline, which takes minutes")
    options = arguments.parse_args()
    data = Path(os.environ["DOCENT_EVALDATA"])
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.collections:
            folder = (options.data_dir or Path(scratch)) / name
            with open_library(data_dir=folder) as library:
                found.update(measure(library, data, name, stock=not options.no_stock))
    print(json.dumps(found, indent=1))
    save_json(found, "quality")


def measure(library: Library, data: Path, name: str, *, stock: bool) -> dict[str, dict[str, Any]]:
    sets = COLLECTIONS[name]
    for result in library.sync([data / one / "pdfs" for one in sets]):
        if result.status == "failed":
            raise SystemExit(f"{result.path}: {result.reason}")
    library.collection().fill_vectors()
    questions = {one: questions_of(data, one) for one in sets}
    ours = {one: ask(library, rows, max(DEPTHS)) for one, rows in questions.items()}
    found = {one: told(outcomes) for one, outcomes in ours.items()}
    extra = list(unanswerable(data, sets))
    if extra:
        every = [outcome for outcomes in ours.values() for outcome in outcomes]
        found[f"{name} with unanswerable"] = figures([*every, *ask(library, extra, max(DEPTHS))], DEPTHS)
    if stock:
        for one, outcomes in stock_outcomes(library, data, questions).items():
            found[one] |= {"stock": told(outcomes), "difference": differences(ours[one], outcomes)}
    return found


def told(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures of `eval`, and how often a hit on the right page has the answer's own words."""
    hits = sum(is_within(one.passage_rank, CELLS) for one in outcomes)
    low, high = (round(one, 4) for one in wilson(hits, len(outcomes)))
    name = f"passage_hit@{CELLS}"
    told_apart = {name: round(hits / len(outcomes), 4), f"{name}_low": low, f"{name}_high": high}
    return figures(outcomes, DEPTHS) | told_apart


def stock_outcomes(library: Library, data: Path, questions: dict[str, list[Question]]) -> dict[str, list[Outcome]]:
    from stock import Stock

    folder = library.settings.data_dir
    pipeline = Stock([data / one / "pdfs" for one in questions], library.collection().embedder, folder / "stock.npy")
    return {one: pipeline.measure(rows, max(DEPTHS)) for one, rows in questions.items()}


def differences(ours: Sequence[Outcome], stock: Sequence[Outcome]) -> dict[str, list[float]]:
    """For each share of pages and documents, ours less stock's, and the interval of that: [value, low, high]."""
    first, second = shares(stock, DEPTHS), shares(ours, DEPTHS)
    found = {}
    for name in first:
        if "_hit@" in name:
            one = share_difference(first[name], second[name])
            found[name] = [round(value, 4) for value in (one.value, one.low, one.high)]
    return found


def questions_of(data: Path, name: str) -> list[Question]:
    """The questions of a set; a row that asks nothing is left out."""
    if name == "tables":
        return [cell_question(row) for row in rows_of(data / name / "cells.jsonl")]
    return [question(row) for row in rows_of(data / name / "eval.jsonl")]


def question(row: dict[str, Any]) -> Question:
    texts = (tuple(row.get(key) or ()) for key in ("pages", "answers"))
    return Question(
        row["id"], row["question"], row.get("doc"), *texts, row["unanswerable"], tuple(row.get("documents") or ())
    )


def cell_question(row: dict[str, Any]) -> Question:
    """A cell asked by the labels of its row and column, for most have no question of their own."""
    across, down = (" ".join(row[key].split(" / ")) for key in ("row", "col"))
    asked = (
        f"{across} {down} 是多少？"
        if language_of(f"{row['table']}{across}{down}") == "zh"
        else f"What is the {down} of {across}?"
    )
    return Question(row["id"], row["question"] or asked, row["pdf"], (row["page"],), (row["value"],))


def unanswerable(data: Path, sets: tuple[str, ...]) -> Iterator[Question]:
    """Questions that the documents of these sets do not answer."""
    for row in rows_of(data / "refusal" / "eval.jsonl"):
        if row["collection"] in sets:
            yield question(row)


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
