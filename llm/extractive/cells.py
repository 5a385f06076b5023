"""A row of a table told as a sentence: the cell that the question names, under its own heads."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from docent.ingest import Cell, TableRow, unit_of
from docent.llm.language import Language
from docent.llm.questions.asked import clauses, kinds_asked, looks_like, names_change
from docent.llm.questions.lengths import fitting_cells
from docent.retrieval import query_terms, terms

MAX_CELLS = 8  # told when the question names no column
_OWN_UNIT = re.compile(r"[%％‰]|[（(][^）)]*[）)]\s*$")
_IN_HUNDREDTHS = re.compile(r"[%％]|\bper\s?cent", re.IGNORECASE)
_SHARE = re.compile("[%％]")
_IS_SHARE = re.compile(r"\s*[(（]?[-−–+]?\s*\d[\d,.]*\s*[)）]?\s*(?:[%％‰]|per\s?cent)\s*[)）]?\s*")
_OF_SHARES = re.compile(r"(?:[%％]|\bper\s?cent(?:age)?)\s+of\b|占[^，。]{1,20}(?:比|%|％)|占比|比重", re.IGNORECASE)
_ASKS_SHARE = re.compile(
    r"(?<!\d)(?<!\d\s)[%％]|\bper\s?cent|\b(?:shares?|proportion|margins?|rates?|ratios?)\s+(?:of|was|is|in|for)\b|占比|比[例重]|百分|率",
    re.IGNORECASE,
)
_AUDITED = re.compile(r"[（(]\s*(?:un)?audited\s*[)）]|[（(]\s*[未经]*审计\s*[)）]|[（(]\d{1,2}[)）]", re.IGNORECASE)
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
    named = _with_shares(question, values, named)
    chosen = list(told) or _with_reasons(question, text, values, named) or _how_often(question, text, values)
    chosen = _amounts_or_shares(question, text, chosen or values[:MAX_CELLS])
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


def _amounts_or_shares(question: str, text: str, cells: list[Cell]) -> list[Cell]:
    """Of an amount and its share that stand below the same heads the one that is asked for."""
    is_asked = _asks_share(question)
    is_share = {cell: _SHARE.search(text[cell.start : cell.end]) is not None for cell in cells}
    heads = {cell: _AUDITED.sub("", " ".join(cell.heads)).split() for cell in cells}
    return [
        cell
        for cell in cells
        if is_share[cell] == is_asked
        or not any(is_share[other] == is_asked and heads[other] == heads[cell] for other in cells)
    ]


def has_only_shares(question: str, text: str, row: TableRow) -> bool:
    """Whether all that a row has are shares of a whole, though `question` asks for none."""
    if _asks_share(question):
        return False
    values = [cell for cell in value_cells(text, row) if _AMOUNT.search(text[cell.start : cell.end])]
    said = [" ".join((row.label, *cell.heads[-1:], text[cell.start : cell.end])) for cell in values]
    return bool(said) and all(_IN_HUNDREDTHS.search(one) for one in said)


def gives_share(text: str, row: TableRow) -> bool:
    """Whether a row has a cell that is a share: one with its sign and nothing else, or below a head of shares."""
    said = [(" ".join((row.label, *cell.heads)), text[cell.start : cell.end]) for cell in row.cells]
    return any(
        _IS_SHARE.fullmatch(value) or (_OF_SHARES.search(over) and _AMOUNT.search(value)) for over, value in said
    )


def _with_shares(question: str, values: list[Cell], named: list[Cell]) -> list[Cell]:
    """The cells that a question names, and the shares beside them where one of its clauses asks for a share."""
    if len(set(map(_asks_share, clauses(question)))) < 2:
        return named
    over = set(map(_over, named))
    return [cell for cell in values if cell in named or (_over(cell) in over and _OF_SHARES.search(cell.heads[-1]))]


def _over(cell: Cell) -> tuple[str, ...]:
    """What stands over the last head of a cell, such as its year."""
    return cell.heads[:-1] or tuple(cell.heads[-1].split()[:-1])


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
    """The cells whose heads say most of the question that other heads do not; none when it names no column.

    Of those of a year and its quarters the ones of the time that is asked for.
    """
    asked = set(query_terms(question))
    heads = [_terms_of(cell.heads) for cell in cells]
    frequency = Counter(term for one in heads for term in one)
    fitting = fitting_cells(question, cells)
    scores = []
    for cell, one in zip(cells, heads, strict=True):
        said = sum(math.log((len(cells) + 0.5) / frequency[term]) for term in one & asked)
        is_meant = said > 0 and cell in fitting and _is_of_kind(question, " ".join(cell.heads))
        scores.append(said - 0.01 * len(one - asked) if is_meant else 0.0)
    best = max(scores, default=0.0)
    if best <= 0 or len(cells) < 2:
        return fitting if len(fitting) < len(cells) else []
    return [cell for cell, score in zip(cells, scores, strict=True) if score >= best - 1e-9]


def _asks_share(question: str) -> bool:
    return _ASKS_SHARE.search(question) is not None


def _is_of_kind(question: str, head: str) -> bool:
    """Whether a head gives no change and no share, or the question asks for that: 营业收入 is not 占营业收入比重."""
    if names_change(head) and not names_change(question):
        return False
    return not _OF_SHARES.search(head) or _asks_share(question)


@lru_cache(maxsize=1024)
def _terms_of(heads: tuple[str, ...]) -> frozenset[str]:
    """Cached, since all rows of a table have the same heads."""
    return frozenset(terms(_AUDITED.sub(" ", " ".join(heads))))


def _has_own_unit(value: str, row: TableRow, cell: Cell) -> bool:
    return any(_OWN_UNIT.search(one) for one in (value, row.label, *cell.heads[-1:]))
