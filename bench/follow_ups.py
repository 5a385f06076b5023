"""How well follow-up questions are understood without a model, on the evaluation sets.

    DOCENT_EVALDATA=... python bench/follow_ups.py [--data-dir DIR] [--show]

Three kinds of conversation are made when this runs, none is kept:

subject  Two or three questions that one set asks of the same text. What a later one has in common with the first,
         found by comparing the two, becomes a pronoun, and a year that both name `that year`.
dropped  The same, but what they have in common is left out where the question begins with it.
table    Cells of one table that share a row or a column, asked in the words of TEMPLATES.

The words that open a follow-up (`what about`, `呢`, pronouns) are a small closed class, so templates and rules know the
same ones; but the conversations are made from both questions, while the rules see only the earlier one, and no rule
knows a word of these documents. Figures: pages found among the first five passages by the question written out in
full, by the follow-up alone, and by what the rules make of it; then how many questions that stand alone are changed
when another stands before them.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from figures import save_json

from docent.app import Library, open_library
from docent.llm import Turn, fold_events, standalone

COLLECTIONS = {"real": ("zh_real", "finance_en", "tables"), "cmrc": ("cmrc_zh",)}
DEPTH = 5
SEED = 5
FORMS = ("full", "typed", "written out")
OTHERS = 6  # questions that each question of a set is asked after, to see whether it stays as it is
PRONOUNS = {"zh": ("它", "其", "他", "她", "该公司"), "en": ("it", "the company", "they")}
OWNERS = {"zh": ("它的", "其", "他的", "她的", "该公司的"), "en": ("its", "the company's", "their")}
# {} is the row or column that is new; the first of a pair is for a year or a month, the second for anything else.
TEMPLATES = {
    "zh": (
        ("那{}呢？", "那{}呢？"), ("{}呢？", "{}呢？"), ("那么{}呢？", "那么{}呢？"), ("{}是多少？", "那{}是多少？"),
        ("{}的呢？", "{}的呢？"), ("那在{}呢？", "那{}的情况呢？"), ("{}？", "{}？"), ("还有{}呢？", "还有{}呢？"),
        ("那{}又是多少？", "那{}又是多少？"), ("换成{}呢？", "换成{}呢？"), ("那{}怎么样？", "那{}怎么样？"),
        ("{}多少？", "请问{}呢？"), ("好的，那{}呢？", "好的，那{}呢？"),
    ),
    "en": (
        ("What about {}?", "What about {}?"), ("And in {}?", "And {}?"), ("How about {}?", "How about {}?"),
        ("And {}?", "And for {}?"), ("In {}?", "For {}?"), ("{}?", "{}?"), ("And what about {}?", "And what about {}?"),
        ("Ok, and in {}?", "Ok, and {}?"), ("What was it in {}?", "What is it for {}?"),
        ("Same for {}?", "Same for {}?"),
        ("What about in {}?", "What about for {}?"), ("And how about {}?", "And how about {}?"),
    ),
}  # fmt: skip
_DATE = re.compile(r"(?:FY)?(?:19|20)\d\d(?:[-–/]\d\d)?|\d{4}\s*年(?:末|度)?|[A-Z][a-z]{2}-\d{4}")
_ZH = re.compile(r"[一-龥]")
_ASKED = re.compile(r"什么|哪|谁|多少|如何|怎|几|为何|是|的|在|有|^[和与及、，]")


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions as typed, the last of which is asked; `full` is that one written out by whoever made the set."""

    kind: str
    typed: tuple[str, ...]
    full: str
    doc: str
    pages: frozenset[int]
    value: str = ""  # of the cell, where it is one


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("collections", nargs="*", default=list(COLLECTIONS))
    arguments.add_argument("--data-dir", type=Path, help="where libraries are kept from run to run")
    arguments.add_argument("--show", action="store_true", help="print the follow-ups that lost the page")
    options = arguments.parse_args()
    data = Path(os.environ["DOCENT_EVALDATA"])
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.collections:
            with open_library(data_dir=(options.data_dir or Path(scratch)) / name) as library:
                fill(library, [data / one / "pdfs" for one in COLLECTIONS[name]])
                for one in COLLECTIONS[name]:
                    made = cells(data) if one == "tables" else conversations(data / one / "eval.jsonl")
                    figures.update(measure(library, one, list(made), show=options.show))
    figures["changed though they stand alone"] = changed(data, show=options.show)
    figures["all"] = total(figures)
    print(json.dumps(figures, indent=1))
    save_json(figures, "follow-ups")


def fill(library: Library, folders: list[Path]) -> None:
    for result in library.sync(folders):
        if result.status == "failed":
            raise SystemExit(f"{result.path}: {result.reason}")
    library.collection().fill_vectors()


def read(path: Path) -> list[dict[str, Any]]:
    """Rows of an evaluation file that ask something."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    return [row for row in rows if row["question"] is None or row["question"].strip()]


def conversations(path: Path) -> Iterator[Conversation]:
    """Of questions that follow each other in a set and ask about the same thing."""
    rows = [row for row in read(path) if row["doc"] and row["pages"]]
    groups = defaultdict(list)
    for row in rows:
        groups[row["doc"], row["id"].rsplit("_QUERY", 1)[0] if "_QUERY" in row["id"] else ""].append(row)
    count = itertools.count()
    for group in groups.values():
        for place, row in enumerate(group[1:], start=1):
            full, first = row["question"], group[place - 1]["question"]
            shared = common(first, full)
            if not shared:
                continue
            truth = full, row["doc"], frozenset(row["pages"])
            opening = group[place - 2]["question"] if place > 1 else ""
            for kind, typed in shortened(full, first, shared, next(count)):
                yield Conversation(kind, (first, typed), *truth)
                if kind == "subject" and opening and common(opening, first) == shared:
                    middle = dict(shortened(first, opening, shared, next(count)))["subject"]
                    yield Conversation("subject, third turn", (opening, middle, typed), *truth)


def common(first: str, second: str) -> str:
    """The longest stretch that both questions have, of whole words and without asking words; empty if none names."""
    if _ZH.search(second):
        match = SequenceMatcher(None, first, second, autojunk=False).find_longest_match()
        parts = [part.strip("，、 ？?《》“”") for part in _ASKED.split(second[match.b : match.b + match.size])]
        best = max(parts, key=len, default="")
        return best if len(best) >= 2 and not best.isdigit() and not _DATE.fullmatch(best.strip()) else ""
    names = re.findall(r"\b(?:[A-Z0-9][\w&-]*)(?:\s[A-Z][\w&-]*)*", second[1:])
    known = [
        one for one in names if re.search("[A-Z]", one) and not _DATE.fullmatch(one) and one in first and len(one) > 1
    ]
    known = [one for one in known if not re.fullmatch(r"(?:Q\d|FY\s?\d*)", one)]
    return max(known, key=len, default="")


def shortened(question: str, before: str, shared: str, count: int) -> Iterator[tuple[str, str]]:
    """The question with a pronoun in the place of what it shares, and with that left out."""
    language = "zh" if _ZH.search(question) else "en"
    which = count % len(PRONOUNS[language])
    owner, thing = OWNERS[language][which], PRONOUNS[language][which]
    owned = f"{shared}的" if language == "zh" else f"{shared}'s"
    short = question.replace(owned, owner).replace(shared, thing)
    years = [one for one in _DATE.findall(question) if one in before]
    if years and language == "zh" and which % 2:
        short = short.replace(years[0], "当年", 1)
    elif years and which % 2:
        short = short.replace(years[0], "that year", 1)
    yield "subject", short[:1].upper() + short[1:]
    if language == "zh" and question.startswith(shared) and question[len(shared)] != "，":
        yield "dropped", question[len(shared) :].removeprefix("的")


def cells(data: Path) -> Iterator[Conversation]:
    """Of neighbouring cells: the same row in another column, or the same column in another row."""
    rows = read(data / "tables" / "cells.jsonl")
    count = itertools.count()
    for first, second in itertools.permutations(rows, 2):
        same_table = (first["pdf"], first["table"]) == (second["pdf"], second["table"])
        if not same_table or (first["row"] == second["row"]) == (first["col"] == second["col"]):
            continue
        language = "zh" if _ZH.search(second["row"] + second["col"]) else "en"
        if bool(_ZH.search(first["row"] + first["col"])) != (language == "zh"):
            continue
        new = said(second["row"] if first["col"] == second["col"] else second["col"])
        template = TEMPLATES[language][next(count) % len(TEMPLATES[language])]
        typed = template[0 if _DATE.fullmatch(new) else 1].format(new)
        full = asked(second, language)
        truth = full, second["pdf"], frozenset((second["page"],)), second["value"]
        yield Conversation("table", (asked(first, language), typed), *truth)


def said(label: str) -> str:
    """The last two parts of a label path, as one would say them."""
    parts = [re.sub(r"[（(][^）)]*[）)]", "", part).strip() for part in label.split(" / ")]
    return (" ".join if not _ZH.search(label) else "".join)(parts[-2:])


def asked(cell: dict[str, str], language: str) -> str:
    row, column = said(cell["row"]), said(cell["col"])
    return f"{row}{column}是多少？" if language == "zh" else f"What is the {column} of {row}?"


def measure(library: Library, name: str, made: list[Conversation], *, show: bool) -> dict[str, dict[str, float]]:
    """For each kind: how many, and how often each of the three forms of the question found the page."""
    figures: dict[str, dict[str, float]] = {}
    for one in made:
        row = figures.setdefault(f"{name}: {one.kind}", dict.fromkeys(("n", *FORMS), 0))
        query = standalone(one.typed[-1], [Turn(question, "") for question in one.typed[:-1]])
        forms = dict(zip(FORMS, (one.full, one.typed[-1], query), strict=True))
        found = {key: is_found(library, question, one) for key, question in forms.items()}
        row["n"] += 1
        for key in FORMS:
            row[key] += found[key]
            if one.value:
                row[f"{key}, value cited"] = row.get(f"{key}, value cited", 0) + is_cited(library, forms[key], one)
        if show and found["full"] and not found["written out"]:
            print("lost:", *one.typed, "->", query, sep=" | ")
    for row in figures.values():
        row["share of full"] = round(row["written out"] / max(1, row["full"]), 4)
        row["typed, share of full"] = round(row["typed"] / max(1, row["full"]), 4)
    return figures


def is_found(library: Library, question: str, one: Conversation) -> bool:
    hits = library.search(question, DEPTH).hits
    return any(hit.document.name == one.doc and one.pages & set(hit.chunk.pages) for hit in hits)


def is_cited(library: Library, question: str, one: Conversation) -> bool:
    answer = fold_events(library.ask(question))
    return any(one.value in citation.quote for citation in answer.citations)


def changed(data: Path, *, show: bool) -> dict[str, float]:
    """How many questions of the sets are taken for follow-ups of the one before them or of some other."""
    draw = random.Random(SEED)
    sets = [data / one / "eval.jsonl" for one in ("zh_real", "finance_en", "cmrc_zh", "refusal")]
    every = [row["question"] for path in sets for row in read(path)]
    count = 0
    for place, question in enumerate(every):
        others = [every[place - 1], *draw.sample(every, OTHERS - 1)]
        made = [standalone(question, [Turn(other, "")]) for other in others if other != question]
        count += any(one != question for one in made)
        if show and any(one != question for one in made):
            print("changed:", question, "->", next(one for one in made if one != question))
    return {"n": len(every), "changed": count, "share": round(count / len(every), 4)}


def total(figures: dict[str, dict[str, float]]) -> dict[str, float]:
    rows = [row for row in figures.values() if "full" in row]
    summed = {key: sum(row[key] for row in rows) for key in ("n", *FORMS)}
    return {**summed, "share of full": round(summed["written out"] / summed["full"], 4)}


if __name__ == "__main__":
    main()
