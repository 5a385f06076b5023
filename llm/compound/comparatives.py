"""Questions that say by a comparative what they compare: `A的净利润比B高吗`, `Which had higher revenue, A or B?`."""

from __future__ import annotations

import re

from docent.llm.compound.part import MORE_EN, MORE_ZH, Part, plain
from docent.llm.language import language_of
from docent.llm.questions.periods import PERIOD, put_period

_THAN_ZH = re.compile(
    r"^(?P<left>[^，,？?]{2,60}?)(?:是否|是不是|有没有|会不会)?"
    rf"(?:(?<![同对占相环成反百分])比(?![例较重率值特如方分])(?P<right>[^，,？?]{{2,40}}?)[更要还也都]*{MORE_ZH}"
    rf"|(?:[高低多少大小早晚]于|超过|不如)(?P<other>[^，,？?]{{2,40}}?))"
    rf"(?P<asks>吗|么|不|了?多少[^，,？?]{{0,6}}|几[^，,？?]{{1,4}})?[？?]?$"
)
_ASKS_ZH = re.compile("是否|是不是|有没有|会不会")
_NO_OTHER_ZH = re.compile("^(?:[上去前往同预此之别其]|过去|以前)|[什哪谁多何几]|平均|一般$")
_SLOT_ZH = re.compile(
    r"^(?P<before>.*?)(?P<slot>哪一?(?:[家个]?(?:公司|企业|版本|产品|地区)|[个家年种款项])|谁)"
    rf"(?P<rest>[^，,：:？?]*?)更?{MORE_ZH}(?:一?些)?[，,：:？?]\s*(?:是|在)?(?P<items>[^，,：:？?]+?)[？?]?$"
)
_OR_ZH = re.compile("还是|或者?|和|与|、")
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年?度?")
_AUX = "is|are|was|were|do|does|did|has|have|had|will|would"
_VERBS = (
    r"has|have|had|report(?:s|ed)?|show(?:s|ed)?|record(?:s|ed)?|earn(?:s|ed)?|ma[dk]es?|generat(?:es?|ed)"
    r"|spen[dt]s?|employ(?:s|ed)?|uses?d?|paid|pays?|own(?:s|ed)?|with"
)
_HAVING = re.compile("ha[sd]|have|with|report.*|show.*|record.*|earn.*|ma[dk]e.*|generat.*", re.IGNORECASE)
_MORE_OF = rf"(?P<verb>{_VERBS})\s+(?:the\s+|an?\s+)?(?:{MORE_EN})\s+(?P<what>[^,?]+?)"
_WHICH_EN = re.compile(
    rf"^(?:which|who|what)\b[^,?]*?\s*\b{_MORE_OF}\s*[,:;?]\s*(?P<items>[^?]+?)\s*\??$", re.IGNORECASE
)
_EITHER_EN = re.compile(
    rf"^(?:(?:{_AUX})\s+(?:either\s+)?|(?:which|who)\s+of\s+|between\s+)(?P<items>[^?]+?\s+(?:or|and)\s+[^,?]+?)"
    rf",?\s+(?:(?:which|who)\s+(?:one\s+|company\s+)?)?{_MORE_OF}\s*\??$",
    re.IGNORECASE,
)
_HAS_MORE_EN = re.compile(
    rf"^(?:{_AUX})\s+(?P<left>[^,?]+?)\s+{_MORE_OF}\s+than\s+(?P<right>[^,?]+?)\s*\??$", re.IGNORECASE
)
_IS_MORE_EN = re.compile(
    rf"^(?:{_AUX})\s+(?P<left>[^,?]+?)\s+(?:{MORE_EN})(?P<time>\s+(?:in|for|during)\s+[^,?]+?)?"
    r"\s+than\s+(?P<right>[^,?]+?)\s*\??$",
    re.IGNORECASE,
)
_HOW_MUCH_EN = re.compile(rf"^(?:by\s+)?how\s+much\s+({MORE_EN})\s+({_AUX})\s+([^,?]+?)\s+than\s+", re.IGNORECASE)
_OR_EN = re.compile(r"\s*,\s*(?:(?:or|and)\s+)?|\s+(?:or|and|vs\.?|versus)\s+", re.IGNORECASE)
_OWNED_EN = re.compile(r"(?P<name>.+?)['’]s?\s+(?P<what>\S.*)")
_OF_EN = re.compile(r"(?P<what>\S.*?)\s+(?:of|at|for)\s+(?P<name>(?!fiscal\b|the year\b|\d{4}).+)")
_TIME_EN = re.compile(
    r"\s+(?:in|at|for|during|as\s+of|on)\s+(?:the\s+)?(?:end\s+of\s+)?(?:fiscal\s+|FY\s?)?(?:year\s+)?\d{4}\b.*$",
    re.IGNORECASE,
)
_LEAD_EN = re.compile(r"^(?:(?:the|that|those|of|in|at|for)\s+)+", re.IGNORECASE)
LONGEST_NAME = 60  # characters


def by_comparative(question: str) -> list[Part]:
    """The things that a question compares, each with what is compared; none where it is not clear which they are."""
    forms = (_slot_zh, _than_zh) if language_of(question) == "zh" else (_which_en, _than_en)
    found = next((parts for form in forms if (parts := form(question))), [])
    return found if len({part.question for part in found}) > 1 else []


def _slot_zh(question: str) -> list[Part]:
    """`哪家的净利润更高，A还是B？`: each of them in the place of what asks."""
    match = _SLOT_ZH.match(question)
    items = [one.strip() for one in _OR_ZH.split(match["items"])] if match else []
    if match is None or len(items) < 2 or not all(items):
        return []
    if match["slot"].endswith("年"):
        years = [_YEAR.fullmatch(one) for one in items]
        items = [f"{one[1]}年" for one in years if one]
    return [_part(one, f"{match['before']}{one}{match['rest']}是多少？") for one in items]


def _than_zh(question: str) -> list[Part]:
    """`A的净利润比B高吗`: A的净利润, and B的净利润."""
    match = _THAN_ZH.match(question)
    right = (match["right"] or match["other"]).rstrip("的") if match else ""
    if match is None or not (match["asks"] or _ASKS_ZH.search(question)) or _NO_OTHER_ZH.search(right):
        return []
    left = match["left"]
    if PERIOD.fullmatch(right):
        first, moved = PERIOD.search(left), put_period(left, right)
        return [_part(first[0], f"{left}是多少？"), _part(right, f"{moved}是多少？")] if first and moved else []
    (name, _, what), (other, _, same) = left.partition("的"), right.partition("的")
    if not (what or same):
        return []
    times = [PERIOD.search(one) for one in (left, right)]
    parts = []
    for one, said, time in ((name, what or same, times[0] or times[1]), (other, same or what, times[1] or times[0])):
        own, asked = PERIOD.sub("", one).strip(), PERIOD.sub("", said).strip(" 的")
        parts.append(_part(own, f"{own}{time[0].strip() if time else ''}的{asked}是多少？"))
    return parts


def _part(name: str, question: str) -> Part:
    year = _YEAR.fullmatch(name)
    return Part(f"{year[1]} 年" if year else name, plain(question), about=year[1] if year else name)


def _which_en(question: str) -> list[Part]:
    """`Which had higher revenue in 2022, A or B?`, `Did A or B have higher revenue in 2022?`."""
    match = _WHICH_EN.match(question) or _EITHER_EN.match(question)
    items = [_bare(one) for one in _OR_EN.split(match["items"])] if match else []
    if match is None or len(items) < 2 or any(not one or len(one) > LONGEST_NAME for one in items):
        return []
    return [_measure(one, match["what"], match["verb"]) for one in items]


def _than_en(question: str) -> list[Part]:
    """`Is A's revenue higher than B's?`, `Did A have more employees than B in 2022?`."""
    question = _HOW_MUCH_EN.sub(r"\2 \3 \1 than ", question)
    match = _HAS_MORE_EN.match(question)
    if match:
        time = _TIME_EN.search(match["right"])
        right = _bare(_TIME_EN.sub("", match["right"]))
        what = f"{match['what']}{time[0] if time and not _TIME_EN.search(match['what']) else ''}"
        return [_measure(one, what, match["verb"]) for one in (_bare(match["left"]), right)]
    match = _IS_MORE_EN.match(question)
    if match is None:
        return []
    sides = match["left"] + (match["time"] or ""), f" {match['right']}"
    first, second = (_TIME_EN.search(one) for one in sides)
    (name, what), (other, same) = (_owned(_TIME_EN.sub("", one).strip()) for one in sides)
    said = ((name, what, first or second), (other, same or what, second or first))
    is_whole = what and other and not _YEAR.fullmatch(other)  # years are a list: in 2022 than in 2021
    return [_measure(one, f"{asked}{time[0] if time else ''}") for one, asked, time in said] if is_whole else []


def _owned(text: str) -> tuple[str, str]:
    """Whose, and what: `Acme's revenue`, `the revenue of Acme`; nothing for what is only a name."""
    text = _LEAD_EN.sub("", text)
    match = _OWNED_EN.fullmatch(text) or _OF_EN.fullmatch(text)
    return (_bare(match["name"]), match["what"]) if match else (_bare(text), "")


def _bare(name: str) -> str:
    """A name without what leads to it, or owns by it."""
    return re.sub(r"['’]s?$", "", _LEAD_EN.sub("", name.strip(" ,.?")))


def _measure(name: str, what: str, verb: str = "") -> Part:
    """`What was the net income of Acme in 2022?`, `How many people did Acme employ?`."""
    time = _TIME_EN.search(what)
    named = _LEAD_EN.sub("", _TIME_EN.sub("", what))
    when = time[0] if time else ""
    if _YEAR.fullmatch(name):
        return Part(name, f"What was the {named} in {name}?", about=name)
    if verb and not _HAVING.fullmatch(verb):
        return Part(name, f"How many {named} did {name} {verb}{when}?", about=name)
    return Part(name, f"What was the {named} of {name}{when}?", about=name)
