"""Places that a question names: the figures of the whole are no answer for one of its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docent.ingest import TableRow
from docent.llm.checks.names import PLACES
from docent.llm.extractive.evidence import Evidence
from docent.llm.extractive.pieces import meaning_of, said_by
from docent.llm.questions.phrases_zh import ATTRIBUTE, split
from docent.retrieval import Hit, fold

_IN_ENGLISH = re.compile(r"\b(?:in|from)\s+(?:the\s+)?([A-Z][a-z]{3,}(?:\s[A-Z][a-z]{3,})*)(?=[\s,.?]|$)")
_NO_PLACE = re.compile(
    r"(?:(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Sept|Nov|Dec)ember|October|Fiscal|Quarter|Section|Chapter|Table|Figure|Article|Note)\b.*"
)
# What makes a place more than the beginning of a name: 上海的, 上海市场, 上海营业收入 and not 上海电气.
_AFTER = re.compile(r"的|[省市]?(?:地区|区域|市场|境内|分部|业务|分公司|子公司|工厂|办事处)|[有是]|$")
# What a text calls a country that it is written in.
_AT_HOME = {"中国": ("国内", "境内", "内地", "大陆", "我国", "本国", "中华", "全国")}


def places_in(question: str) -> list[str]:
    """The places that a question names, as written; in English only those that something is said to be in or from."""
    found = [match[0] for match in PLACES.finditer(question) if _is_apart(question[match.end() :])]
    named = (one for one in _IN_ENGLISH.findall(question) if not _NO_PLACE.fullmatch(one))
    return list(dict.fromkeys([*found, *named]))


def _is_apart(rest: str) -> bool:
    return _AFTER.match(rest) is not None or ATTRIBUTE.match(split(rest).body) is not None


def place_unsaid(question: str, hits: Sequence[Hit]) -> str:
    """The first place that a question names and no hit does, as written; "" where there is none."""
    places = places_in(question)
    said = [_said(hit, hit.chunk.text) for hit in hits] if places else []
    return next((one for one in places if not any(_is_in(one, text) for text in said)), "")


def of_the_place(question: str, hits: Sequence[Hit], ranked: list[Evidence]) -> tuple[list[Evidence], str]:
    """What may be quoted for the places that a question names, in the same order; and a place of which nothing is said.

    A sentence is of a place that its passage names, or most of the passages of its document; a row of a table, of one
    that it names itself, or the headings and caption above it.
    """
    for place in places_in(question):
        if place.isascii() and any(place.lower() in hit.chunk.text for hit in hits):  # words that only look like a name
            continue
        about = _documents_about(place, hits)
        kept = [one for one in ranked if _is_of(place, hits[one.index], one, about)]
        if not kept and ranked:
            return [], place
        ranked = kept
    return ranked, ""


def _documents_about(place: str, hits: Sequence[Hit]) -> frozenset[str]:
    """The documents of which more than half of the hits name a place."""
    named: dict[str, list[bool]] = {}
    for hit in hits:
        named.setdefault(hit.document.id, []).append(_is_in(place, _said(hit, hit.chunk.text)))
    return frozenset(one for one, each in named.items() if 2 * sum(each) > len(each))


def _is_of(place: str, hit: Hit, one: Evidence, about: frozenset[str]) -> bool:
    if one.row is None or one.row.is_head:
        return hit.document.id in about or _is_in(place, _said(hit, hit.chunk.text))
    return _is_in(place, _said(hit, _of_row(hit, one.row, one)))


def _of_row(hit: Hit, row: TableRow, one: Evidence) -> str:
    return f"{hit.chunk.text[one.start : one.end]} {meaning_of(row)}"


def _said(hit: Hit, text: str) -> str:
    return fold(said_by(hit, text)).replace("_", " ")


def _is_in(place: str, text: str) -> bool:
    if place.isascii():
        return re.search(rf"\b{re.escape(fold(place))}\b", text) is not None
    return any(fold(one) in text for one in (place, *_AT_HOME.get(place, ())))
