"""A question about several things as one question for each of them, by rules on its form and without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from docent.ingest import CJK
from docent.llm.follow_ups.rules import standalone
from docent.llm.language import language_of
from docent.llm.types import Turn
from docent.retrieval import fold

MOST_PARTS = 6
LONGEST = 400  # characters; a longer text tells a story before it asks
SHORT = {"zh": 7, "en": 4}  # ideographs or words of a question that leaves out what it is about
LONGEST_SPAN = 6  # years that "from 2018 to 2023" is written out to


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions that a question is made of: `heading` names it, `documents` narrow its search.

    `about` is the thing or year that it alone of the parts is about, "" where its wording or documents say so.
    """

    heading: str
    question: str
    documents: tuple[str, ...] = ()
    about: str = ""


def parts_of(question: str, names: Sequence[str] = ()) -> tuple[Part, ...]:
    """The questions that a question is made of, at most MOST_PARTS, or none where it is about one thing.

    `names` are those of the documents that may be searched. A question is taken apart by the documents or years it
    names, by its sentences, and by what it sets side by side with a word such as "compare" or 分别.
    """
    if len(question) > LONGEST:
        return ()
    for rule in (_by_sentence, _by_listed_document, _by_year, _by_subject, _by_document):
        found = rule(question.strip(), names)[:MOST_PARTS]
        if len(found) > 1:
            return tuple(found)
    return ()


def _by_sentence(question: str, _: Sequence[str]) -> list[Part]:
    """Each question with a mark of its own; a later one may lean on those before."""
    found = re.findall(r"[^?？]+[?？]+", question)
    if sum(map(len, found)) < len(question):  # what comes behind the last mark explains what is asked
        return []
    asked: list[Part] = []
    for one in found:
        turns = [Turn(before.question, "") for before in asked]
        text = re.sub(r"^(?:and|also|then|另外|还有|以及|并且?|那么?)[\s，,]+", "", one.strip(), flags=re.IGNORECASE)
        text = f"{text[:1].upper()}{text[1:]}"
        whole = standalone(text, turns)
        leans = bool(asked) and whole == text and len(_UNIT.findall(text)) <= SHORT[language_of(text)]
        asked.append(Part(whole, f"{asked[0].question} {text}" if leans else whole))
    return asked if all(len(one.question) > 3 for one in asked) else []  # letters and a mark


_YEAR = re.compile(r"(?<!\d)(?:FY\s?)?((?:19|20)\d\d)(?!\d)\s*(?:财?年度?)?", re.IGNORECASE)
_FISCAL = r"(?:(?:fiscal|calendar)\s+(?:years?\s+)?)"
_RANGE = re.compile(rf"\s*(?:to|through|until|till|and|到|至|-|–|—|~|～)\s*{_FISCAL}?", re.IGNORECASE)
_OPENS_RANGE = re.compile(rf"(?:\b(?:from|between)|从|自|在)\s*{_FISCAL}?$", re.IGNORECASE)
_UNIT = re.compile(rf"[{CJK}]|\w+")
_JOIN = r"[\s,，、&/]|\band\b|\bor\b|\bto\b|\bvs\.?|和|与|及|以及|到|至|比|较|-|–|—|~|～"
_JOINS = re.compile(rf"(?:{_JOIN})*", re.IGNORECASE)
# What stands between the years of a list: `in fiscal 2022 and in fiscal 2021`, `in 2022 with 2021`.
_JOINS_YEARS = re.compile(
    rf"(?:{_JOIN}|\b(?:in|with|than|versus|against|that|from|fiscal|calendar|years?)\b)*", re.IGNORECASE
)

_COMPARED = re.compile(
    r"分别|比较|对比|相比|区别|差异|变[化动]|增[长加减]|下降|上升|\b(?:compar\w+|differ\w*|chang\w+|gr[eo]w\w*|than|versus|vs|respectively)\b",
    re.IGNORECASE,
)
# Words by which a span of years means each of them, and not the time from the first to the last.
_EACH_YEAR = re.compile(
    r"分别|各|每年|逐年|历年|变[化动]|趋势|增长|下降|多少|\b(?:each|every|annual\w*|yearly|respectively|trends?|chang\w+|grow\w*|grew|develop\w*)\b",
    re.IGNORECASE,
)


def _by_year(question: str, _: Sequence[str]) -> list[Part]:
    """A question for each year: in the place of their list, or of each where they stand apart and are compared."""
    found = list(_YEAR.finditer(question))
    years = _years(question, found)
    if len(years) < 2:
        return []
    compared = _COMPARED.search(question)
    between = [question[one.end() : two.start()] for one, two in pairwise(found)]
    is_list = all(_JOINS_YEARS.fullmatch(one) for one in between)
    is_span = is_list and len(found) == 2 and _is_span(question, *found)
    if (is_span and not (compared or _EACH_YEAR.search(question))) or not (is_list or compared):
        return []
    unit = "年" if language_of(question) == "zh" else ""
    parts = []
    for year in years:
        if is_list:
            head = re.sub(
                rf"\b(?:from|between)\s*({_FISCAL}?)$", r"in \1", question[: found[0].start()], flags=re.IGNORECASE
            )
            head = re.sub(r"从\s*$", "", head)
            asked = f"{head}{year}{unit}{_gap(question, found[-1].end(), unit)}"
        else:
            asked = _YEAR.sub(lambda match, year=year: match[0].replace(match[1], year), question)  # type: ignore[misc]
        parts.append(Part(f"{year} 年" if unit else year, _plain(asked), about=year))
    return parts


def _years(question: str, found: Sequence[re.Match[str]]) -> list[str]:
    """The years named, with those between the ends of a range."""
    named = list(dict.fromkeys(one[1] for one in found))
    if len(found) == 2 and _is_span(question, *found):
        first, last = int(found[0][1]), int(found[1][1])
        if 1 < last - first < LONGEST_SPAN:
            return [str(year) for year in range(first, last + 1)]
    return named


def _is_span(question: str, first: re.Match[str], last: re.Match[str]) -> bool:
    """Whether two years are the ends of a span."""
    between = question[first.end() : last.start()]
    opens = _OPENS_RANGE.search(question[: first.start()])
    return bool(_RANGE.fullmatch(between)) and (bool(opens) or between.strip().lower() not in {"and", "to"})


def _gap(text: str, start: int, unit: str) -> str:
    """The rest of a text, with a blank before it where its script wants one."""
    rest = text[start:].lstrip()
    return rest if unit or not rest[:1].isalnum() else f" {rest}"


_EACH = re.compile(
    r"\b(?:each|every|all(?: of)?(?: the)?)\s+(?:documents?|files?|reports?|papers?)\b"
    r"|(?:每一?[个份篇]|各[个份篇]?|所有的?|全部的?|这些)(?:文档|文件|报告|资料|论文|合同)(?:中|里)?"
)


def _by_listed_document(question: str, names: Sequence[str]) -> list[Part]:
    """The question of each of the documents that it lists, with one name in the place of the list."""
    named = _named(question, names)
    stems = "|".join(re.escape(PurePath(one).stem) for one in sorted(named, key=len, reverse=True))
    one = rf"[《“\"]?(?:{stems})(?:\.\w{{2,5}})?[》”\"]?(?![a-zA-Z0-9])"
    listed = re.compile(rf"{one}(?:{_JOINS.pattern}{one})+(?!\s+(?-i:[A-Z]))", re.IGNORECASE)
    if len(named) < 2 or not listed.search(question):
        return []
    return [Part(name, _plain(listed.sub(PurePath(name).stem, question)), (name,)) for name in named]


def _by_document(question: str, names: Sequence[str]) -> list[Part]:
    """The question of each document that it names somewhere, or of all where it says so."""
    named = _named(question, names)
    if len(named) < 2 and _EACH.search(question) and 1 < len(names) <= MOST_PARTS:
        named = list(dict.fromkeys(names))
    return [Part(name, _plain(question), (name,)) for name in named] if len(named) > 1 else []


def _named(question: str, names: Sequence[str]) -> list[str]:
    flat = "".join(fold(question).split())
    found: set[str] = set()
    for name in sorted(names, key=lambda one: -len(_stem(one))):
        if _is_named(name, question, flat):  # `faq.pdf` is not where `debian-faq.pdf` alone is
            found.add(name)
            flat = flat.replace(_stem(name), " ")
    return [name for name in dict.fromkeys(names) if name in found]


def _stem(name: str) -> str:
    return "".join(fold(PurePath(name).stem).split())


def _is_named(name: str, question: str, flat: str) -> bool:
    stem = _stem(name)
    if len(stem) < 3 or stem not in flat:
        return False
    if not stem.isascii():
        return True
    return re.search(rf"(?<![a-z0-9]){re.escape(fold(PurePath(name).stem))}(?![a-z0-9])", fold(question)) is not None


# Words that set things side by side; without one of them "research and development" is one thing.
_SIGNAL_ZH = re.compile(
    "分别|各自|各是|各为|各有|比较|对比|相比|区别|差异|差别|异同|(?:有何|什么|哪些)不同|不同(?=[点之？?]|$)|哪[个家一]|谁更"
    "|更[高低大小多少好快慢早晚长短]"
)
_SIGNAL_EN = re.compile(
    r"\b(?:compar\w+|differen\w+|differs?|versus|vs|respectively|both|each|either|which of|which (?:one|company)"
    r"|(?:high|low|larg|small|great|fast|slow|earli|lat|long|short)er|more|less|better|worse|than)\b",
    re.IGNORECASE,
)
_AND_ZH = (
    "(?:、|，(?=[^，]{1,12}(?:和|与|以及))|以及|还有"
    "|(?<![共总饱缓温调中])和(?![谐平解国气睦])|(?<![参赠授给])与(?![会否此]))"
)
_ITEM_ZH = "(?:参与|赠与|共和|总和|饱和|缓和|温和|和平|和谐|[^，。？！；、的在是有和与]){1,24}?"
_GROUP_ZH = re.compile(
    rf"(?P<items>{_ITEM_ZH}(?:{_AND_ZH}{_ITEM_ZH})+)"
    "(?=的|分别|各[自是为有]|相比|之间|有[什何哪]|哪|谁|(?<!首)都[是有为]|是|在|为|，|？|更|$)"
)
_NO_ITEM_ZH = re.compile("^$|[哪谁何几他她它]|什么|多少|怎[么样]|^(?:其|此|该|这|那)")
_COUNTED_ZH = re.compile("(?<=[^这那第])[两二三四五六](?:[个种款项类份]|条)(?=[一-龥]{1,4}的)")  # `甲和乙两个版本的`
_AT_END_ZH = re.compile(r"(?<=[A-Za-z\d\s])\s*[上里中下]$")
_WORK_ZH = re.compile("^(?:请问?|试|帮我|麻烦|分析|说明|比较|对比|一下|下)+")
_NOISE_ZH = re.compile(
    "分别|各自|各(?=[是为有])|相比|之间|(?:请|试|帮我)?(?:比较|对比)(?:一?下)?|有(?:什么|何|哪些)(?:区别|差异|差别|不同|异同)"
    "|的?(?:区别|差异|差别|异同)(?=$|？|是什么)|哪[个家一][个家]?|谁|更[高低大小多少好快慢早晚长短]"
)
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
_NOISE_EN = re.compile(
    r"\b(?:please\s+)?(?:compare|comparing|(?:a\s+|the\s+)?comparison\s+(?:of|between))\s+"
    r"|\b(?:the\s+)?differences?\s+(?:between|in)\s+|\bbetween\s+(?=\S)|,?\s*\brespectively\b|\bboth\s+|\bdiffers?\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|an?)\s+|['’]s?$", re.IGNORECASE)
_WORK_EN = re.compile(r"^(?:please\s+)?compare\s+", re.IGNORECASE)
_OF_EN = re.compile(r"(\S.*?)(\s(?:of|for|in|at)\s.+)")
_NO_ITEM_WORDS = "what do are the which who how when where why compare in did does was is"
_NO_ITEM = frozenset(_NO_ITEM_WORDS.split())


def _by_subject(question: str, _: Sequence[str]) -> list[Part]:
    """What a question sets side by side, each with the rest of the question."""
    if language_of(question) == "zh":
        return _subjects_zh(question) if _SIGNAL_ZH.search(question) else []
    return _subjects_en(question) if _SIGNAL_EN.search(question) else []


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
    if before.endswith("的") and after.startswith("的"):  # A的净利润和B的净利润
        first = _WORK_ZH.sub("", before) + items[0]
        return [Part(one, _plain(one)) for one in (first, *items[1:-1], items[-1] + after)]
    asked = [_plain(f"{before}{one}{after}") for one in items]
    return [Part(_AT_END_ZH.sub("", one), _thing(text, one), about=one) for one, text in zip(items, asked, strict=True)]


def _thing(question: str, item: str) -> str:
    """What a name stands for, where the question says nothing else of it: alone it is found in many places."""
    is_name = question.strip("？? ") == item.strip() and re.search("[A-Za-z]", item)
    return f"{item.strip()} 是什么？" if is_name else question


def _subjects_en(question: str) -> list[Part]:
    for pattern in _GROUP_EN:
        match = pattern.search(question)
        if match is None:
            continue
        items = [one.strip() for one in re.split(_AND_EN, _WORK_EN.sub("", match["items"])) if one.strip()]
        if len(items) < 2 or any(one.lower() in _NO_ITEM for one in items):
            continue
        before, after = question[: match.start("items")], question[match.end("items") :]
        last, tail = _OF_EN.fullmatch(items[-1]), ""
        if last and not any(_OF_EN.fullmatch(one) for one in items[:-1]):  # the revenue and net income of Acme
            items[-1], tail = last[1], last[2]
        asked = [_plain(f"{before}{one}{tail}{after}") for one in items]
        return [
            Part(one, _noun(text, one), about=_ARTICLE.sub("", one)) for one, text in zip(items, asked, strict=True)
        ]
    return []


def _noun(question: str, item: str) -> str:
    """The thing alone where the question says nothing else of it."""
    rest = re.findall(r"\w+", question.replace(item, " ").lower())
    return item if all(word in _NO_ITEM for word in rest) else question


def _plain(question: str) -> str:
    """A question without the words that set things side by side."""
    noise = _NOISE_ZH if language_of(question) == "zh" else _NOISE_EN
    text = " ".join(noise.sub("", question).split())
    text = re.sub(r"\s+([?？,，.。])", r"\1", re.sub(r"，+(?=[？?的]|$)", "", text))
    return (text if language_of(text) == "zh" else f"{text[:1].upper()}{text[1:]}") if text else question
