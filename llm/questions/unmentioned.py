"""What of a question the passages quoted for it do not mention: then they are the nearest, and perhaps no answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from docent.llm.extractive.evidence import Evidence
from docent.llm.extractive.pieces import said_by, said_by_those
from docent.llm.language import Language, language_of
from docent.llm.questions.answerability import (
    has_strange,
    names_written,
    says_little,
    strange_stretches,
    strange_words,
    without_periods,
)
from docent.llm.questions.glossary import things_in
from docent.llm.questions.periods import PERIOD
from docent.retrieval import Hit, fold, query_terms, terms

MIN_BEGIN = 5  # letters that two forms of a word have in common
MIN_WORD = 2  # characters of a Chinese word
OFTEN = 2  # hits
MOST = 3  # words told
# Of what is asked these say what kind of thing it is, or what any text does: an answer need not repeat them.
_FRAMES = re.compile(
    "地[方区点址]|国家|名[字称]|时[期间候]|特[点征色]|原因|理由|发生|体现|内容|开始|结束|区别|不同|位置|职[业责务位]|形[状式态]|类[型别]"
    "|种类|变化|表现|原来|之[处间一中]|具体|情况|自己|获得|得到|问题|方[面法式]|本来|表示|进行|导致|经过|提出|称[作为]|做出|采取|条件"
    "|通过|通常|一般|作用|用途|处理|步骤|相比|需要|支持|使用|最[多少长短大小高低]|至少|大约|大概|应该|必须|建议|推荐|为何|人物|身份|关系|出生[地年]|曾经|此次|一起|喜欢|[什怎]麼"
)
# A name with the number of its version: another version is another thing.
_VERSION = re.compile(r"(?<![A-Za-z\d.-])([A-Za-z][A-Za-z+-]+)\s?(\d+(?:\.\d+)*)(?![A-Za-z\d%-]|\.\d)")
_NO_VERSION = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|tables?|figures?|fig|sections?|chapters?|notes?|pages?"
    r"|items?|parts?|articles?|top|(?![A-Z])[a-z]+",
)
BESIDE = 24  # characters between a name and its number: Debian GNU/Linux 12
_HOW_MANY = re.compile(
    r"\bhow\s+many\s+(?:[\w-]+\s+)??((?:[a-z]{3,}s|people)\b)|(?:多少|(?<![这那前后好上])几)([人字页次台册位名])",
    re.IGNORECASE,
)
_PERSONS = "人名位"
_NUMERALS = (
    r"(?:\d[\d,.]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundreds?|thousands?|millions?"
    r"|single|both)\b)"
)
_UNITS = frozenset(["KB", "MB", "GB", "TB", "MHz", "GHz", "USD", "RMB", "CNY", "EUR"])
_NOTICES: dict[Language, str] = {
    "en": "The passages quoted do not mention {}: they are the nearest to the question, and may not answer it.",
    "zh": "引用的段落没有提到{}：它们只是与问题最接近的，不一定是答案。",
}


def unmentioned(question: str, hits: Sequence[Hit], chosen: Sequence[Evidence]) -> tuple[str, ...]:
    """The words of a question, as written, that none of the passages quoted has, nor another word for the same."""
    quoted = [*said_by_those(hits, (one.index for one in chosen)), _said_often(question, hits, chosen)]
    absent = _absent(question, quoted)
    return (*_names_unmentioned(question, quoted, absent), *_words_unmentioned(question, quoted, absent))


def surely_unmentioned(question: str, hits: Sequence[Hit], chosen: Sequence[Evidence]) -> tuple[str, ...]:
    """What answers seldom leave out: names that no hit of the documents quoted has, and how many there are."""
    documents = {hits[one.index].document.id for one in chosen}
    texts = [said_by(hit) for hit in hits if hit.document.id in documents]
    names = _names_unmentioned(question, texts, _absent(question, texts))
    return (*names, *_counts_unmentioned(question, hits, chosen))


def _said_often(question: str, hits: Sequence[Hit], chosen: Sequence[Evidence]) -> str:
    """The words of a question that several hits of the documents quoted have: those are about them as a whole."""
    documents = {hits[one.index].document.id for one in chosen}
    count = Counter(term for hit in hits if hit.document.id in documents for term in set(terms(said_by(hit))))
    return " ".join(term for term in query_terms(question) if count[term] >= OFTEN)


def _names_unmentioned(question: str, texts: Sequence[str], absent: frozenset[str]) -> tuple[str, ...]:
    """The names that a question gives, with their versions, and none of some texts has; `absent` as of `_absent`."""
    plain = _plain(question)
    names = [name for name in names_written(plain) if name not in _UNITS and has_strange(name, absent)]
    said = fold(" ".join(texts))
    for match in _VERSION.finditer(plain):
        name, number = match.groups()
        beside = rf"\b{re.escape(fold(name))}\b.{{0,{BESIDE}}}?(?<![\d.]){re.escape(number)}(?!\d|\.\d)"
        if not (_NO_VERSION.fullmatch(name) or name in names or re.search(beside, said, re.DOTALL)):
            names.append(match[0])
    return tuple(dict.fromkeys(names))


def _counts_unmentioned(question: str, hits: Sequence[Hit], chosen: Sequence[Evidence]) -> tuple[str, ...]:
    """`how many packages`, where no passage has a number of packages; rows of tables have it in their heads."""
    match = _HOW_MANY.search(question)
    if match is None or any(one.row is not None for one in chosen):
        return ()
    if match[1]:
        stem = "pe(?:ople|rson)" if match[1] == "people" else re.escape(match[1][:-1].lower())
        number = rf"{_NUMERALS}\s+(?:[\w-]+\s+){{0,3}}?{stem}|number of (?:\w+ ){{0,2}}{stem}|{stem}\w*\W{{1,3}}\d"
    else:
        unit = f"[{_PERSONS}]" if match[2] in _PERSONS else match[2]
        number = rf"[\d〇零一二三四五六七八九十百千万亿两余多数]\s*[个多余]?\s*{unit}|{unit}[数次]?\W{{0,3}}\d"
    texts = (fold(said_by(hits[one.index])) for one in chosen)
    return () if any(re.search(number, text) for text in texts) else (match[0],)


def notice_of(question: str, words: Sequence[str]) -> str:
    """What the reader is told of an answer whose passages do not mention these words; "" where there are none."""
    language = language_of(question)
    named = (f"“{one}”" for one in words[:MOST])
    return _NOTICES[language].format(("" if language == "zh" else ", ").join(named)) if words else ""


def _words_unmentioned(question: str, texts: Sequence[str], absent: frozenset[str]) -> tuple[str, ...]:
    names = " ".join(names_written(_plain(question)))
    if language_of(question) == "en":
        words = strange_words(_plain(question), absent)
        found = [one for one in words if one not in names and not says_little(one)]
    else:
        found = [
            word
            for part, start, end in strange_stretches(_plain(question), absent)
            for word in _FRAMES.split(part[start + (start > 0) : end - (end < len(part))])
            if len(word) >= MIN_WORD
        ]
    said = fold(" ".join(texts))
    named = [one for one in things_in(question, language_of(question)) if _is_told(one.thing.zh + one.thing.en, said)]
    in_other_words = " ".join(question[one.start : one.end] for one in named)
    return tuple(dict.fromkeys(one for one in found if one not in in_other_words))


def _is_told(words: Sequence[str], said: str) -> bool:
    return any(fold(word) in said for word in words)


def _plain(question: str) -> str:
    return PERIOD.sub(" ", without_periods(question))


def _absent(question: str, texts: Sequence[str]) -> frozenset[str]:
    """The terms of a question that no text has; of a long Latin word another form counts as the same."""
    known = frozenset(term for text in texts for term in terms(text))
    return frozenset(term for term in query_terms(question) if term not in known and not _has_form(term, known))


def _has_form(term: str, known: frozenset[str]) -> bool:
    if len(term) <= MIN_BEGIN or not (term.isascii() and term.isalpha()):
        return False
    begin = term[: max(MIN_BEGIN, len(term) * 2 // 3)]
    return any(one.startswith(begin) for one in known)
