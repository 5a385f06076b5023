"""A row of a table told as a sentence: the cell that the question names, under its own heads."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from docent.ingest import Cell, TableRow, unit_of
from docent.llm.asked import clauses, kinds_asked, looks_like
from docent.llm.language import Language
from docent.retrieval import query_terms, terms

MAX_CELLS = 8  # told when the question names no column
_OWN_UNIT = re.compile(r"[%％‰]|[（(][^）)]*[）)]\s*$")
_AMOUNT = re.compile(r"\d")
_FORMS: dict[Language, tuple[str, str, str, str]] = {
    "zh": ("，", "：", "；", "（{}）"),
    "en": (", ", ": ", "; ", " ({})"),
}


def tell_row(
    question: str, text: str, row: TableRow, context: str, language: Language, told: Sequence[Cell] = ()
) -> str:
    """`西北地区，2023年：23,486.1（万元）`. `text` is the chunk the row stands in, `context` names its unit.

    Of the cells `told`, or else of those that the question names.
    """
    between, colon, after, in_brackets = _FORMS[language]
    values = value_cells(text, row)
    named = [cell for part in clauses(question) for cell in named_cells(part, values)]
    chosen = list(told) or _with_reasons(question, text, values, named) or _how_often(question, text, values)
    chosen = chosen or values[:MAX_CELLS]
    if not chosen:
        return _pair(text, row, colon)
    parts = []
    for cell in chosen:
        value = " ".join(text[cell.start : cell.end].split())
        unit = " ".join(unit_of(context).split("\n")[0].split())
        if unit and _AMOUNT.search(value) and not _has_own_unit(value, row, cell):
            value += in_brackets.format(unit)
        parts.append(f"{' '.join(cell.heads)}{colon}{value}")
    return f"{row.label}{between}{after.join(parts)}" if row.label else after.join(parts)


def _pair(text: str, row: TableRow, colon: str) -> str:
    """A row of a label and one value without heads; "" for any other."""
    if len(row.cells) != 2:
        return ""
    label, value = (" ".join(text[cell.start : cell.end].split()) for cell in row.cells)
    return f"{label.rstrip(':： ')}{colon}{value}"


def _with_reasons(question: str, text: str, values: list[Cell], named: list[Cell]) -> list[Cell]:
    """The cells that a question names, and where it asks why those of the row that tell it."""
    told = []
    if named and "reason" in kinds_asked(question):
        told = [cell for cell in values if looks_like("reason", text[cell.start : cell.end], question)]
    return [cell for cell in values if cell in named or cell in told]


def _how_often(question: str, text: str, values: list[Cell]) -> list[Cell]:
    """The cells that say how often, where that is asked."""
    if "frequency" not in kinds_asked(question):
        return []
    return [cell for cell in values if looks_like("frequency", text[cell.start : cell.end], question)]


def value_cells(text: str, row: TableRow) -> list[Cell]:
    """The cells below a head that are no label of the row."""
    labels = row.label.split(" / ")
    return [cell for cell in row.cells if cell.heads and text[cell.start : cell.end].strip() not in labels]


def named_cells(question: str, cells: list[Cell]) -> list[Cell]:
    """The cells whose heads say most of the question that other heads do not; none when it names no column."""
    asked = set(query_terms(question))
    heads = [_terms_of(cell.heads) for cell in cells]
    frequency = Counter(term for one in heads for term in one)
    scores = []
    for one in heads:
        said = sum(math.log((len(cells) + 0.5) / frequency[term]) for term in one & asked)
        scores.append(said - 0.01 * len(one - asked) if said > 0 else 0.0)
    best = max(scores, default=0.0)
    if best <= 0 or len(cells) < 2:
        return []
    return [cell for cell, score in zip(cells, scores, strict=True) if score >= best - 1e-9]


@lru_cache(maxsize=1024)
def _terms_of(heads: tuple[str, ...]) -> frozenset[str]:
    """Cached, since all rows of a table have the same heads."""
    return frozenset(terms(" ".join(heads)))


def _has_own_unit(value: str, row: TableRow, cell: Cell) -> bool:
    return any(_OWN_UNIT.search(one) for one in (value, row.label, *cell.heads[-1:]))
