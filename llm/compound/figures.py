"""The figures that an answer quotes, each with its unit and what it is the figure of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from docent.ingest import TableRow, unit_of
from docent.llm.checks.quantities import quantities
from docent.llm.extractive.cells import value_cells
from docent.llm.extractive.evidence import label_of
from docent.llm.extractive.years import years_in
from docent.llm.questions.asked import names_change
from docent.llm.questions.periods import PERIOD
from docent.llm.types import Answer, Citation
from docent.retrieval import Hit, fold, terms

_VALUE = re.compile(
    r"(?P<open>[(（])?\s*(?P<sign>[-−–])?\s*(?P<before>[$€£¥￥])?\s*(?P<within>[(（])?(?P<digits>\d[\d,]*(?:\.\d+)?)"
    r"\s*(?P<unit>[%％‰]?)\s*[)）]?"
)
_GAPS = re.compile(r"[\s:：]")
_IN_BRACKETS = re.compile(r"[（(]\s*([^（()）]*?)\s*[)）]\s*[:：]?\s*$")
# The longer word before the shorter one in it.
_SCALES = (
    ("billion", 9),
    ("million", 6),
    ("thousand", 3),
    ("万亿", 12),
    ("亿", 8),
    ("千万", 7),
    ("百万", 6),
    ("万", 4),
    ("千", 3),
)
_KINDS = {
    "%": "[%％]|per ?cent", "hkd": "港[元币]|hk|hong kong", "cad": "canad", "aud": "austral", "eur": "€|euros?|欧元",
    "usd": r"(?:\bus|(?<![a-z]))\$|usd|美元|dollars?", "gbp": "£|pounds?", "jpy": "日元|yen",
    "cny": "人民币|rmb|cny|¥|元",
}  # fmt: skip
_SHARES = frozenset("%％‰")
_EXCEPT = re.compile(r"[,，]?\s*(?:except|除).*", re.IGNORECASE)
_DOLLARS = re.compile(r"(?<![a-zA-Z])\$\s?\d")  # in other rows of the table
_OF_WHOLE = re.compile(r"占.*[比%％]|占比|比重|(?:[%％]|percent(?:age)?)\s+of", re.IGNORECASE)
_UNSAID = "?"
LONGEST_UNIT = 3  # characters: 人, 万股, kWh
_TIME = re.compile(
    r"\b(?:years?|(?:three|six|nine|twelve|\d+)?\s*(?:months?|weeks)|ended|ending|as|at|of|in|fiscal|\$|(?:m|b)illions?|dollars)\b|年度?|末|本期|期末",
    re.IGNORECASE,
)
_MORE = re.compile(r"[^\W\d_]")
_PER_SHARE = re.compile(r"每股|per\s+(?:\w+\s+)?share|/股", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed. `unit` is what is printed with it, `kind` and `scale` what that means.

    A kind that begins with a question mark has no scale that is printed. `is_whole` says whether the column is of a
    time and of nothing else, `is_share` whether it is of shares of a whole. `said` are the terms of all that it is the
    figure of, `label` those of its row alone, none for a sentence.
    """

    citation: Citation
    value: Decimal
    unit: str
    kind: str
    scale: int
    years: frozenset[int]
    is_whole: bool
    is_share: bool
    said: frozenset[str]
    label: frozenset[str]


def figures_in(answer: Answer) -> list[Figure]:
    """Those of its sentences and rows; changes, and what is no plain number, are left out."""
    by_number = {one.number: one for one in answer.citations}
    found = []
    for one in () if answer.refused else answer.statements:
        citation = by_number[one.citations[0]]
        told = answer.text[one.start : one.end]
        text = citation.hit.chunk.text
        row = next((row for row in citation.hit.chunk.rows if text[row.start : row.end] == citation.quote), None)
        if row is None:
            found += _in_sentence(citation, told)
        elif not row.is_head:
            found += _in_row(citation, row, told)
    return found


def _in_row(citation: Citation, row: TableRow, told: str) -> list[Figure]:
    text = citation.hit.chunk.text
    flat = _GAPS.sub("", told)
    found = []
    for cell in value_cells(text, row) or row.cells[1:2]:
        value = text[cell.start : cell.end]
        over = " ".join(cell.heads)
        match = _VALUE.fullmatch(value.strip())
        if match is None or names_change(over) or _GAPS.sub("", f"{over}{value}") not in flat:
            continue
        unit, kind, scale = _unit(citation.hit, row, over, match["before"] or match["unit"])
        number = Decimal(match["digits"].replace(",", ""))
        is_negative = match["sign"] or match["open"] or match["within"]
        found.append(
            Figure(
                citation, -number if is_negative else number, unit, kind, scale, years_in(over),
                not _MORE.search(_TIME.sub(" ", PERIOD.sub(" ", over))), _OF_WHOLE.search(over) is not None,
                frozenset(terms(f"{row.label} {over} {citation.hit.chunk.heading}")), frozenset(terms(label_of(row))),
            )
        )  # fmt: skip
    return found


def _unit(hit: Hit, row: TableRow, over: str, sign: str) -> tuple[str, str, int]:
    """The unit beside a number, or else of its row, its column or its table: as printed, what it counts, its scale."""
    label = row.label.split(" / ")[-1 if over else 0]
    own = [match[1] for one in (label, over) if (match := _IN_BRACKETS.search(one)) and any(_meant(match[1]))]
    is_per_share = _PER_SHARE.search(row.label) is not None
    if own or sign in _SHARES or is_per_share:
        printed = sign if sign in _SHARES or not own else own[0]
        kind, scale = _meant(printed)
        return (printed, f"{kind} per share", 0) if is_per_share else (printed, kind, scale)
    if not own and sign and not unit_of(f"{hit.chunk.context}\n{hit.chunk.text}"):
        return sign, f"{_UNSAID}{sign}", 0
    table = _EXCEPT.sub("", unit_of(f"{hit.chunk.context}\n{hit.chunk.text}").split("\n")[0]).strip()
    kind, scale = _meant(table)
    sign = sign or ("$" if scale and _DOLLARS.search(hit.chunk.text) else "")
    return (table, kind, scale) if kind or not sign else (f"{sign} {table}".strip(), _meant(sign)[0], scale)


def _meant(unit: str) -> tuple[str, int]:
    """What a printed unit counts, and in what power of ten; nothing for words that are none."""
    plain = fold(unit)
    scale = next((power for word, power in _SCALES if word in plain), 0)
    kind = next((name for name, pattern in _KINDS.items() if re.search(pattern, plain)), "")
    return kind or (plain if not scale and len(plain) <= LONGEST_UNIT else ""), scale


def _in_sentence(citation: Citation, told: str) -> list[Figure]:
    """The one amount of a sentence that has no other."""
    amounts = quantities(told).amounts
    if len(amounts) != 1 or not amounts[0].unit or amounts[0].sign:
        return []
    amount = amounts[0]
    hit = citation.hit
    said = frozenset(terms(f"{told} {hit.chunk.heading} {hit.document.name}"))
    return [Figure(citation, amount.full, "", amount.unit, 0, years_in(told), True, False, said, frozenset())]
