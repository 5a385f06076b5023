"""What kind of answer a question wants, how such an answer looks, and what of a question is its subject."""

from __future__ import annotations

import re
from functools import lru_cache

from docent.llm.questions import durations, shares
from docent.llm.questions.kinds import ASKED, LOOK, Kind
from docent.llm.questions.periods import BARE_YEAR, PERIOD
from docent.llm.questions.phrases_en import FUNCTION
from docent.llm.questions.phrases_zh import split

OUTRIGHT: frozenset[Kind] = frozenset({"number", "date", "duration", "frequency", "range"})
MIN_OUTRIGHT = 4  # characters of a question that a sentence repeats
SOON = 12  # characters
_HAS = "(?<![含没拥享占具所持仅只])有"
_ASKING = re.compile(
    f"{_HAS}[什何]么?(?:区别|不同|差别|差异|作?用|用[途处])|(?:区别|不同之处|差别|差异|作用|用途)是什么|是?用?来?[做干]什么用?(?=的)"
    f"|(?:怎么|怎样|如何)[让使把给才]|(?:{_HAS})?(?:什么(?:样|时候|时间|地方)?|哪一?[个家些里儿天位部条种年几本])"
    "|为什么|为何|多少|多[长高大远深宽重久快](?![一-龥]{2}的)|怎么样?|怎样|如何|是否|何[时处人]"
    "|哪一?[个家些里儿天位部条种年几本]?|第?几(?!何|乎|率)[个条年家位章次种名]?|请问|有没有|能否|可否|谁"
    "|(?<![目标靶])的(?!确|士)|[了吗呢呀吧么]|是(?!否|非)"
)
_COMPARED = re.compile(
    r"\bhow\s+(?:much|many)\s+(?:\w+\s)?(less|more|fewer|higher|lower|greater|larger|smaller|longer|shorter|faster|slower|cheaper)\b",
    re.IGNORECASE,
)
_WHAT_HAS = re.compile("(?P<who>[一-龥]{2})享?有(?:哪些|什么|哪几[种项个类])(?P<what>[一-龥]{2,8})")
_CHANGE = re.compile(
    r"变[动化]|增[减长加幅速]|同比|环比|减少|下降|差|\b(?:change|growth|increase|decrease|difference|versus|vs|variance)\b",
    re.IGNORECASE,
)
# What goes on after a term to say what it is: its other name in brackets aside.
_IS = re.compile(
    r"[”\"’'》]?\s*(?:（[^（）]*）|\([^()]*\))?\s*(?:[全简又也]称|就?是(?!否)|为|指|即|[:：—–]|(?:is|are|was|were|means|refers|denotes|stands)\b)"
)
_ARTICLE_BEFORE = re.compile(r"^[\W_]*?(?:(?:an?|the)\s+)?(?=[\w/\\.-])")
_NOUN = re.compile("(?:什么|哪一?[个家所种支座项类级名])(?:样的|[种类])?([一-龥]{1,3})[?？]?$")
_NO_NOUN = frozenset("用做办好了吗呢事人样法方意思么")
_CLAUSE = re.compile(r"[？?；;，]|,(?!\d)|\band\b(?=\s+(?:how|what|when|where|who|which|why)\b)", re.IGNORECASE)
_ASKING_PART = re.compile(
    r"什么|多少|[谁哪几]|如何|怎|为何|何[时处]|各|分别|\b(?:how|what|when|where|who|which|why)\b", re.IGNORECASE
)
_STOP = re.compile("[，。；！？]")
_FISCAL = re.compile(r"\b[FC]Y\s?['’]?(?=\d{4}(?!\d))", re.IGNORECASE)
_WORD = re.compile(r"(?<![\w-])[A-Za-z]+(?![\w-])")
_DIGITS = re.compile(r"\d+(?:[,.]\d+)*")
_ARTICLE = re.compile("第[〇零一二三四五六七八九十百千0-9]+[编章节条款项](?:之[一二三四五])?")
# Numbers that count nothing: days and years, and those of tables, figures and sections.
_DATED = re.compile(
    rf"{BARE_YEAR}(?:\s*年度?(?:\s*\d\d?\s*月(?:\s*\d\d?\s*[日号])?)?)?|(?<!\d)\d\d?\s*月\s*\d\d?\s*[日号]"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s\d\d?(?![\d,.]*\d)"
    r"|(?:[图表]|\b(?:[Tt]able|[Ff]igure|Fig\.|[Ss]ection|[Cc]hapter|[Nn]ote|[Aa]ppendix))\s?\d+(?:[-–.]\d+)*"
)
_OF_TIME = re.compile(r"几[年月日岁]|多少年|多[久长大老]|第几|\bhow\s+(?:long|old)\b|\byears?\b", re.IGNORECASE)


def kinds_asked(question: str) -> frozenset[Kind]:
    """The kinds of answer that a question wants; none where it does not say."""
    found = {kind for kind, pattern in ASKED.items() if pattern.search(question)}
    return frozenset(found | {"noun"}) if _noun(question) else frozenset(found)


def asks_how(question: str) -> bool:
    """Whether a question is answered by what to do, one step after the other."""
    return ASKED["method"].search(question) is not None


def clauses(question: str) -> list[str]:
    """The parts of a question that each ask something; the whole where it asks one thing."""
    parts = [part for part in _CLAUSE.split(question) if part.strip()]
    asking = [part for part in parts if _ASKING_PART.search(part)]
    return asking if len(asking) > 1 else [question]


def names_change(text: str) -> bool:
    """Whether a row of figures, with its label and heads, says that it gives a difference."""
    return _CHANGE.search(text) is not None


def looks_like(kind: Kind, text: str, question: str) -> bool:
    """Whether a text has the look of such an answer. Numbers that the question gives itself do not count."""
    if kind == "noun":  # 什么颜色 is answered by 淡蓝色, 哪所学校 by 某某学校 or 大学校
        return _noun(question) in text
    if kind == "share":
        return shares.tells_share(text)
    if kind == "duration":
        return durations.tells_duration(text)
    if kind == "number" and ASKED["duration"].search(question):
        return durations.tells_time(text)
    if kind == "having":
        return _having(question).search(text) is not None
    compared = _COMPARED.search(question) if kind == "difference" else None
    if compared:  # how much less is answered by what is less, with a number
        return compared[1].lower() in text.lower() and _DIGITS.search(text) is not None
    if kind in ("number", "date"):
        given = set(_DIGITS.findall(question))
        text = text if "第" in question else _ARTICLE.sub(" ", text)
        text = _uncounted(text, question) if kind == "number" else text
        text = _DIGITS.sub(lambda one: "" if one[0] in given else one[0], text)
    return LOOK[kind].search(text) is not None


def says_outright(question: str, kinds: frozenset[Kind], text: str) -> bool:
    """Whether a Chinese text says a question's own words up to where it asks, and then soon what it asks for."""
    body = _said(split(question.rstrip("？?。 ")).body)
    asked = frozenset[Kind]() if "list" in kinds else kinds & OUTRIGHT
    if len(body) < MIN_OUTRIGHT or body.isascii() or not asked:
        return False
    _, said, rest = _said(text).partition(body)
    rest = _STOP.split(rest)[0][:SOON]
    return bool(said) and any(looks_like(kind, rest, question) for kind in asked)


def defines(question: str, text: str) -> bool:
    """Whether a text begins with what is asked to be told, and goes on with what it is."""
    term = " ".join(subject_of(question).split()).strip(" ?？").lower()
    said = _ARTICLE_BEFORE.sub("", text.lower(), count=1)
    return len(term) > 1 and said.startswith(term) and _IS.match(said, len(term)) is not None


def _said(text: str) -> str:
    """A text without blanks and 的, which a sentence may have where a question has none."""
    return "".join(text.replace("的", "").split())


def only_years(kinds: frozenset[Kind], text: str, question: str) -> bool:
    """Whether an amount is asked for, and a text has no numbers but years, days and those of tables and sections."""
    if "number" not in kinds or not _DIGITS.search(text):
        return False
    return not looks_like("number", text, question) and not _DIGITS.search(_uncounted(text, question))


@lru_cache(maxsize=64)
def _having(question: str) -> re.Pattern[str]:
    """How a sentence says what 公民有哪些权利 asks for: 公民有……的权利."""
    match = _WHAT_HAS.search(question)
    if match is None:
        return re.compile(r"(?!)")
    return re.compile(rf"{match['who']}[^，。；]{{0,4}}?享?有[^。；]{{0,80}}{match['what']}")


def _uncounted(text: str, question: str) -> str:
    """A text without its days and years, unless the question may be after one."""
    return text if _OF_TIME.search(question) or ASKED["date"].search(question) else _DATED.sub(" ", text)


def subject_of(question: str) -> str:
    """A question without the words that ask, which stand in any text; of a fiscal year the digits are left.

    A period makes no word with what stands beside it: 年营 of `2023年营业收入` is none.
    """
    plain = PERIOD.sub(lambda one: f" {one[0]} ", _FISCAL.sub("", _ASKING.sub(" ", question)))
    return _WORD.sub(lambda word: " " if word[0].lower() in FUNCTION else word[0], plain)


def _noun(question: str) -> str:
    """The last character of the noun that is asked for, which Chinese names of such things end with; "" if none is."""
    match = _NOUN.search(question.strip())
    return match[1][-1] if match and match[1][-1] not in _NO_NOUN else ""
