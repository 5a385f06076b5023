"""Which of several quoted figures is higher, and by how much: computed, and only where they are of the same kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from docent.llm.compound.figures import Figure, figures_in
from docent.llm.compound.joining import as_heading
from docent.llm.compound.part import MORE_EN, MORE_ZH, Part
from docent.llm.extractive.years import years_in
from docent.llm.language import Language, language_of
from docent.llm.questions.asked import kinds_asked, subject_of
from docent.llm.questions.periods import PERIOD
from docent.llm.types import Answer, Citation
from docent.retrieval import query_terms

_COMPARES = re.compile(
    rf"更{MORE_ZH}|比|[高低大小多少]于|超过|不如|相差|差[多额异别距]|谁|哪一?[个家年]|区别"
    rf"|\b(?:compar\w*|than|versus|vs|differ\w*|change\w*|{MORE_EN})\b",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"更[低小少慢短轻]|[低小少]于|不如|[低小少]了?(?:多少|吗|$|[？?])|\b(?:lower|smaller|less|fewer|shorter|slower)\b",
    re.IGNORECASE,
)
_FORMS: dict[Language, dict[str, str]] = {
    "zh": {
        "more": "按以上数字计算：{}高于{}，相差 {}。", "less": "按以上数字计算：{}低于{}，相差 {}。",
        "same": "按以上数字：{}与{}相同。", "order": "按以上数字从高到低：{}。",
        "unit": "{}（{}）", "points": "{} 个百分点", "share": "{}，为后者的 {}%", "between": "、",
    },
    "en": {
        "more": "Computed from these figures: {} is higher than {} by {}.",
        "less": "Computed from these figures: {} is lower than {} by {}.",
        "same": "By these figures, {} and {} are equal.", "order": "By these figures, the highest first: {}.",
        "unit": "{} ({})", "points": "{} percentage points", "share": "{}, or {}% of the latter", "between": ", ",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """A sentence of ours, and what its figures were taken from."""

    text: str
    citations: tuple[Citation, ...]


def difference(query: str, parts: Sequence[Part], answers: Sequence[Answer]) -> Difference | None:
    """What comparing the figures of all parts comes to; None where nobody asks, or they cannot be compared for sure."""
    if not _COMPARES.search(query) or len({part.about or part.heading for part in parts}) < len(parts):
        return None
    found = _comparable(parts, [figures_in(one) for one in answers])
    firsts = [all_of.citations[0] for all_of in answers if all_of.citations]
    if not found or (len({one.text for one in answers}) > 1 and [one.citation for one in found] != firsts):
        return None  # what an answer says first is what it holds to be the answer
    names = [as_heading(part.heading) for part in parts]
    language = language_of(query)
    ranked = sorted(zip(found, names, strict=True), key=lambda one: -_full(one[0]))
    if len(ranked) > 2:
        text = _FORMS[language]["order"].format(_FORMS[language]["between"].join(name for _, name in ranked))
    else:
        text = _of_two(ranked, _FORMS[language], is_less=bool(_LESS.search(query)))
    return Difference(text, tuple(one.citation for one in found))


def _of_two(ranked: Sequence[tuple[Figure, str]], forms: dict[str, str], *, is_less: bool) -> str:
    (high, first), (low, second) = ranked
    gap = _full(high) - _full(low)
    if gap == 0:
        return forms["same"].format(first, second)
    said = _shown(gap.scaleb(-high.scale))
    if high.kind == "%":
        said = forms["points"].format(said)
    else:
        is_sign = high.unit and not high.scale and high.kind.startswith("?")
        said = f"{high.unit}{said}" if is_sign else forms["unit"].format(said, high.unit) if high.unit else said
        base = _full(high if is_less else low)
        if _full(low) > 0:
            said = forms["share"].format(said, _shown((100 * gap / base).quantize(Decimal("0.1"))))
    pair = (second, first) if is_less else (first, second)
    return forms["less" if is_less else "more"].format(*pair, said)


def _comparable(parts: Sequence[Part], figures: Sequence[Sequence[Figure]]) -> list[Figure]:
    """One figure of each part, all of the same thing in the same unit and time; none where that is not sure."""
    common = frozenset.intersection(*(_measure(part) for part in parts))
    asked = [years_in(part.question) for part in parts]
    is_of_shares = any("share" in kinds_asked(part.question) for part in parts)
    plain = [[one for one in found if is_of_shares or not one.is_share] for found in figures]
    fitting = [_fitting(found, common, years) for years, found in zip(asked, plain, strict=True)]
    chosen = _of_one_time(fitting)
    if not chosen:
        return []
    places = {(one.citation.hit.key, one.citation.quote, one.years) for one in chosen}
    is_clear = len(places) == len(chosen) and _is_one_measure(parts, chosen) and _is_one_unit(chosen)
    return chosen if is_clear and _is_one_row(parts, chosen) else []


def _fitting(figures: Sequence[Figure], measure: frozenset[str], years: frozenset[int]) -> list[Figure]:
    """The figures of what is asked for at that time, each value once.

    Of several those of a time alone and of a line that is called as the first.
    """
    found = [one for one in figures if measure <= one.said and (not years or not one.years or one.years & years)]
    found = [one for one in found if one.is_whole and one.label == found[0].label] or found
    return list({(one.years, one.value, one.scale): one for one in reversed(found)}.values())


def _is_one_measure(parts: Sequence[Part], chosen: Sequence[Figure]) -> bool:
    """Whether rows are called the same, or each what its part is about; sentences say themselves of what they are."""
    about = [frozenset(query_terms(part.about)) for part in parts]
    if any(not one.label for one in chosen):
        return all(not one.label and own <= one.said for one, own in zip(chosen, about, strict=True))
    is_named = all(one.label <= own for one, own in zip(chosen, about, strict=True))
    return is_named or len({one.label for one in chosen}) == 1


def _is_one_row(parts: Sequence[Part], chosen: Sequence[Figure]) -> bool:
    """Whether years that one document tells are told by one row: others may be of a part of the company."""
    documents = {one.citation.hit.document.id for one in chosen}
    rows = {(one.citation.hit.key, one.citation.quote) for one in chosen}
    return not all(part.about.isdigit() for part in parts) or len(rows) == len(documents)


def _is_one_unit(chosen: Sequence[Figure]) -> bool:
    """Whether figures count the same; those of several documents must say what."""
    units = {(one.kind, "" if one.kind or one.scale else one.unit) for one in chosen}
    is_said = all((one.kind or one.scale) and not one.kind.startswith("?") for one in chosen)
    return len(units) == 1 and (is_said or len({one.citation.hit.document.id for one in chosen}) == 1)


def _of_one_time(figures: Sequence[Sequence[Figure]]) -> list[Figure]:
    """The only figure of each part; where there are several, those of the last year that all of them have."""
    if all(len(one) == 1 for one in figures):
        return [one[0] for one in figures]
    if any(len({one.years for one in found}) < len(found) for found in figures):
        return []  # of two documents, or of a quarter and of the year
    by_year = [{max(one.years, default=0): one for one in found} for found in figures]
    years = set(by_year[0]).intersection(*by_year[1:])
    return [found[max(years)] for found in by_year] if years else []


def _measure(part: Part) -> frozenset[str]:
    """The terms of what is asked of a part, without its name and time."""
    is_name = part.about and not part.about.isdigit()
    question = part.question.replace(part.about, " ") if is_name else part.question
    return frozenset(query_terms(subject_of(PERIOD.sub(" ", question))))


def _full(one: Figure) -> Decimal:
    return one.value.scaleb(one.scale)


def _shown(value: Decimal) -> str:
    return f"{value.normalize():,f}"
