"""What a question sets side by side in a list (`A 和 B`, `A, B and C`): one question for each."""

from __future__ import annotations

import re

from docent.llm.compound.part import MORE_EN, MORE_ZH, Part, plain
from docent.llm.language import language_of
from docent.llm.questions.periods import PERIOD

# Words that set things side by side; without one of them "research and development" is one thing.
_SIGNAL_ZH = re.compile(
    "分别|各自|各是|各为|各有|比较|对比|相比|区别|差异|差别|异同|(?:有何|什么|哪些)不同|不同(?=[点之？?]|$)|哪[个家一]|谁的?.*更"
    f"|更{MORE_ZH}"
)
_SIGNAL_EN = re.compile(
    rf"\b(?:compar\w+|differen\w+|differs?|versus|vs|respectively|both|each|either|which of|which (?:one|company)"
    rf"|{MORE_EN}|than)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[?？]\s*\w")  # behind the question comes what explains it
_AND_ZH = (
    "(?:、|，(?=[^，]{1,12}(?:和|与|以及))|以及|还有|还是"
    "|(?<![共总饱缓温调中])和(?![谐平解国气睦])|(?<![参赠授给])与(?![会否此]))"
)
_ITEM_ZH = "(?:有限|参与|赠与|共和|总和|饱和|缓和|温和|和平|和谐|[^，。？！；、的在是有和与]){1,24}?"
_GROUP_ZH = re.compile(
    rf"(?P<items>{_ITEM_ZH}(?:{_AND_ZH}{_ITEM_ZH})+)"
    "(?=的|分别|各[自是为有]|相比|之间|有[什何哪]|哪|谁|(?<!首)都[是有为]|是|在|为|，|？|更|$)"
)
_NO_ITEM_ZH = re.compile("^$|[哪谁何几他她它]|什么|多少|怎[么样]|^(?:其|此|该|这|那)")
_COUNTED_ZH = re.compile("(?<=[^这那第])[两二三四五六](?:[个种款项类份]|条)(?=[一-龥]{1,4}的)")  # `甲和乙两个版本的`
_AT_END_ZH = re.compile(r"(?<=[A-Za-z\d\s])\s*[上里中下]$")
_WORK_ZH = re.compile("^(?:请问?|试|帮我|麻烦|分析|说明|比较|对比|一下|下)+")
_NAME_EN = r"(?:(?:[A-Z]|\d+[A-Za-z])[\w&.'’/-]*)(?:\s+(?:of\s+|the\s+)?[A-Z0-9][\w&.'’/-]*)*"
_AND_EN = r"(?:\s*,\s*(?:and|or)?\s*|\s+(?:and|or|versus|vs\.?|&|with|to|than|against)\s+)"
_GROUP_EN = (
    re.compile(rf"(?P<items>\b{_NAME_EN}(?:{_AND_EN}(?:the\s+)?{_NAME_EN})+)"),
    re.compile(
        r"(?:\bbetween|\bcompar(?:e|ing|ison of)|\bdo|\bdoes|\bare)\s+(?P<items>[^,?]{2,60}?(?:, [^,?]{2,60}?)*,?"
        r"\s+(?:and|or|versus|vs\.?|with|to|against)\s+[^,?]{2,60}?)"
        r"(?=\s+(?:in|for|on|at|over|during|by|differ\w*|compar\w+|respectively)\b|[,?.]|$)",
        re.IGNORECASE,
    ),
)
_ARTICLE = re.compile(r"^(?:the|an?)\s+|['’]s?$", re.IGNORECASE)
_WORK_EN = re.compile(
    r"^(?:(?:please\s+)?compare|did|does|do|is|are|was|were|has|have|had|what|which|in)\s+", re.IGNORECASE
)
_OF_EN = re.compile(r"(\S.*?)(\s(?:of|for|in|at)\s.+)")
_NO_ITEM_WORDS = "what do are the which who how when where why compare in did does was is"
_NO_ITEM = frozenset(_NO_ITEM_WORDS.split())


def by_side(question: str, whole: str = "") -> list[Part]:
    """What a question sets side by side, each with the rest of the question; `whole` is what that is a part of."""
    if _GOES_ON.search(question):
        return []
    if language_of(question) == "zh":
        return _subjects_zh(question) if _SIGNAL_ZH.search(whole or question) else []
    return _subjects_en(question) if _SIGNAL_EN.search(whole or question) else []


def _subjects_zh(question: str) -> list[Part]:
    question = _COUNTED_ZH.sub("", question)
    match = _GROUP_ZH.search(question)
    if match is None:
        return []
    items = [one for one in re.split(_AND_ZH, match["items"]) if one]
    before, after = question[: match.start()], question[match.end() :]
    work = _WORK_ZH.match(items[0])
    items[0] = items[0][work.end() :] if work else items[0]
    if len(items) < 2 or any(_NO_ITEM_ZH.search(one) for one in items):
        return []
    before, items, after = _with_time(before, items, after)
    if before.endswith("的") and after.startswith("的"):  # A的净利润和B的净利润
        first = _WORK_ZH.sub("", before) + items[0]
        return [Part(one, plain(one)) for one in (first, *items[1:-1], items[-1] + after)]
    asked = [plain(f"{before}{one}{after}") for one in items]
    return [Part(_AT_END_ZH.sub("", one), _thing(text, one), about=one) for one, text in zip(items, asked, strict=True)]


def _with_time(before: str, items: list[str], after: str) -> tuple[str, list[str], str]:
    """What is written up to a time in the first of a list, or from a time on in the last, is said of all."""
    first, last = PERIOD.search(items[0]), PERIOD.search(items[-1])
    if first and first.end() < len(items[0]) and not any(PERIOD.search(one) for one in items[1:]):
        return before + items[0][: first.end()], [items[0][first.end() :].strip(), *items[1:]], after
    if last and last.start() and not any(PERIOD.search(one) for one in items[:-1]):
        return before, [*items[:-1], items[-1][: last.start()].rstrip()], items[-1][last.start() :] + after
    return before, items, after


def _thing(question: str, item: str) -> str:
    """What a name stands for, where the question says nothing else of it: alone it is found in many places."""
    is_name = question.strip("？? ") == item.strip() and re.search("[A-Za-z]", item)
    return f"{item.strip()} 是什么？" if is_name else question


def _subjects_en(question: str) -> list[Part]:
    for pattern in _GROUP_EN:
        match = pattern.search(question)
        if match is None:
            continue
        work = _WORK_EN.match(match["items"])
        lead = work[0] if work else ""
        items = [one.strip() for one in re.split(_AND_EN, match["items"][len(lead) :]) if one.strip()]
        if len(items) < 2 or any(one.lower() in _NO_ITEM for one in items):
            continue
        before, after = question[: match.start("items")] + lead, question[match.end("items") :]
        last, tail = _OF_EN.fullmatch(items[-1]), ""
        if last and not any(_OF_EN.fullmatch(one) for one in items[:-1]):  # the revenue and net income of Acme
            items[-1], tail = last[1], last[2]
        asked = [plain(f"{before}{one}{tail}{after}") for one in items]
        return [
            Part(one, _noun(text, one), about=_ARTICLE.sub("", one)) for one, text in zip(items, asked, strict=True)
        ]
    return []


def _noun(question: str, item: str) -> str:
    """The thing alone where the question says nothing else of it."""
    rest = re.findall(r"\w+", question.replace(item, " ").lower())
    return item if all(word in _NO_ITEM for word in rest) else question
