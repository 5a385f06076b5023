"""Signs that the answer to a question is not in the documents at all: what it names and they never do.

With the other reasons to refuse, 45 of 63 unanswerable questions of the development sets are held back, and 14 of 724
that can be answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from docent.ingest import CJK
from docent.llm.extractive.evidence import LOOK_AT, names_row, rank_sentences
from docent.llm.extractive.pieces import said_by
from docent.llm.language import language_of, languages_in
from docent.llm.questions.glossary import thing_unsaid
from docent.llm.questions.offices import office_unsaid, spelled_out
from docent.llm.questions.phrases_en import FUNCTION, LEAST, MOST
from docent.llm.questions.qualifiers import place_unsaid
from docent.llm.questions.small_talk import talk_in
from docent.retrieval import Hit, fold, terms

MIN_STRANGE = 4  # characters in a row that the documents never have in this order: two words at least
MIN_WORDS = 2  # strange words: one may be another word for what the documents say
# A row of a table whose label the question does not name looks like an answer to any question of its kind.
MIN_STRANGE_OF_ROW = 3  # and of words, one is enough
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# Parts of the year and thousands, which tables write in their own way: Dec-2015, 2Q, '000.
_PERIOD = re.compile(
    r"\b(?:FY|CY|Q[1-4]|H[12])['’]?\s?(?=\d)|\b(?:first|second|third|fourth)\s+quarter\b|\b(?:thousand|million|billion)s\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+(?=(?:of\s+)?\d)",
    re.IGNORECASE,
)
_WORD = re.compile(rf"(?:(?![{CJK}])[^\W\d_])(?:(?![{CJK}])[\w&.'’-])*")
_SENTENCE = re.compile(r"(?:^|[.?!:;]\s+)[\"'“(]*$")
_POSSESSIVE = re.compile(r"['’]s?$")
# What Chinese questions are made of; what stands between is what they are about.
_ASKING = re.compile(
    "什么|多[少久长大高远深宽重快]|怎么样?|怎样|如何|是否|为何|哪[个家些里天位一部条种年几]?|几[个条年家位章次种]?|请问|按照|根据|依据|介绍"
    "|第几|何时|时候|有没有|能否|可以"
    "|[谁吗呢是的了在里中和与及对把被给向从到为由以于这那该其每各共都还也就才要会有年月日后前下上叫]"
)
_SUPERLATIVE = re.compile("最[高低大小多少长短快慢早晚重轻]$")
_COMMON_WORDS = """
a about according after all also amount an and any anything are as at based be because been before between big both but
by can could did different do does doing done during each either explain following for from give had has have
high how if in into is it its large largest like long low made main major make many may me more most much name
new not number of old on or other over per percent percentage please proportion say says several should show since
small so some state such something take tell than that the their them then there these they this those through to total
under up us use used
using was we were what when where whether which while who whole whom whose why will with within would you your
"""
_NO_SIZES = "earliest|latest|newest|oldest|best|worst"
_COMMON = frozenset(_COMMON_WORDS.split()) | frozenset(f"{MOST}|{LEAST}|{_NO_SIZES}".split("|"))
# Of what is asked these say too little: with no other word known nothing is, and beside another they are not named.
_FRAME_WORDS = """
often ever usually always happen happens happened occur occurs occurred run runs running ran work works working exist
exists kind kinds type types sort thing things way ways time times day days week weeks month months place part parts
end ends start starts beginning close total people person someone anyone page pages document documents file question
answer called mean means meant need needs needed
"""
# These say how something is had, and little of what.
_LIGHT_WORDS = """
hold holds held own owns owned get got spend spent pay paid cost costs amount value report reported
"""
# For what happened and how amounts move the documents have words of their own: these alone make nothing strange.
_EVENT_WORDS = """
drive drives drove driven driver drivers cause causes caused led lead leads explain explains explained contribute
contributed reduction reductions reduce reduced decrease decreases decreased decline declines declined drop drops
dropped fall falls fell increase increases increased rise rises rose risen grow grows grew grown growth change changes
changed improve improved improvement win wins won winner
"""
_EVENTS = frozenset(_EVENT_WORDS.split())
_LIGHT = frozenset(_LIGHT_WORDS.split())
_FRAMES = frozenset(_FRAME_WORDS.split())

_UNSAID = (office_unsaid, place_unsaid, thing_unsaid)


Lacking: TypeAlias = Literal["money", "number", "duration"]


@dataclass(frozen=True, slots=True)
class Doubts:
    """What a question names and the documents do not: names and words as written, and years.

    `unsaid` is an office whose holder is asked for, a place or a thing that the nearest passages do not name; `unnamed`
    an office that they name, and nobody in it. `is_across` where they are in another language than the question, so
    that words cannot tell; `is_of_parts` where they give figures for parts of the year only; `lacking` is what is asked
    for and they give none of.
    """

    missing: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    is_across: bool = False
    unsaid: str = ""
    is_of_parts: bool = False
    unnamed: str = ""
    lacking: Lacking | None = None

    def __bool__(self) -> bool:
        return self != Doubts()


def doubts(question: str, hits: Sequence[Hit], unknown: frozenset[str]) -> Doubts:
    """Why the answer is probably not there. `unknown` are the index terms that none of the documents asked has."""
    if not hits or asks_nothing(question):
        return Doubts()
    passages = [said_by(hit) for hit in hits[:LOOK_AT]]
    question = spelled_out(question, passages)
    plain = without_periods(question)
    years = tuple(dict.fromkeys(y for y in _YEAR.findall(plain) if not any(y in passage for passage in passages)))
    names = tuple(dict.fromkeys(name for name in names_written(plain) if has_strange(name, unknown)))
    words = () if "zh" in languages_in(question) else strange_words(plain, unknown)
    phrases = _strange_phrases(question, unknown, MIN_STRANGE_OF_ROW)
    if not (words or phrases) or not _is_of_other_row(question, hits):
        words = words if len(words) >= MIN_WORDS or _is_all_strange(plain, unknown) else ()
        phrases = _strange_phrases(question, unknown, MIN_STRANGE)
    parts = {part for name in names for part in name.split()}
    words = tuple(word for word in words if word not in parts)
    if names or any(word.lower() not in _FRAMES for word in words):
        words = tuple(word for word in words if word.lower() not in _FRAMES)
    missing = (*names, *words, *phrases)
    unsaid = "" if missing else next((one for say in _UNSAID if (one := say(question, hits))), "")
    return Doubts(missing, years, unsaid=unsaid)


def without_periods(question: str) -> str:
    """A question without `FY`, `Q2`, months and the like before a number, quarters and thousands."""
    return _PERIOD.sub(" ", question)


def asks_nothing(question: str) -> bool:
    """Whether there is nothing in a question to look for: `hello`, `How often?`."""
    if talk_in(question):
        return True
    words = re.findall(r"[\w’'-]+", question)
    return not re.search(f"[{CJK}]", question) and all(word.lower() in FUNCTION for word in words)


def says_little(word: str) -> bool:
    """Whether an English word tells nothing of what a question is about."""
    return len(word) < 3 or word.lower() in _COMMON | _FRAMES | _LIGHT | FUNCTION


def _is_of_other_row(question: str, hits: Sequence[Hit]) -> bool:
    """Whether the best answer would be a row of a table that the question does not name."""
    best = rank_sentences(question, hits[:LOOK_AT])[:1]
    return any(one.row is not None and not names_row(question, one.row) for one in best)


def _words(question: str) -> Iterator[tuple[int, str]]:
    """Words of letters that are not CJK, without endings of possession, each with its place."""
    for match in _WORD.finditer(question):
        yield match.start(), _POSSESSIVE.sub("", match[0].rstrip(".-&"))


def names_written(question: str) -> list[str]:
    """Words that a question writes as names: capitals inside a sentence, or Latin among Chinese.

    Capitals side by side are one name: `World Cup`, `Bolt & Sons`.
    """
    foreign = language_of(question) == "zh"
    found: list[str] = []
    after = -1  # where the name before ends, when it can go on
    for start, word in _words(question):
        if len(word) < 2 or word.lower() in _COMMON:
            continue
        begins = _SENTENCE.search(question[:start]) is not None
        if foreign or any(letter.isupper() for letter in word[1:]) or (word[0].isupper() and not begins):
            between = question[after:start] if found and after >= 0 and word[0].isupper() else ""
            if between in (" ", " & "):
                found[-1] += f"{between}{word}"
            else:
                found.append(word)
            after = start + len(word) if word[0].isupper() else -1
    return found


def has_strange(name: str, unknown: frozenset[str]) -> bool:
    """Whether a name has a word that is unknown."""
    return any(_is_strange(word, unknown) for word in name.split())


def _is_strange(word: str, unknown: frozenset[str]) -> bool:
    """An identifier must be known whole, of other words each part."""
    parts = terms(word)
    if any(letter.isdigit() for letter in word):
        return parts[0] in unknown
    return any(part in unknown for part in (parts[1:] or parts))


def strange_words(question: str, unknown: frozenset[str]) -> tuple[str, ...]:
    """Words of an English question that are unknown."""
    content = [word for _, word in _words(question) if len(word) > 2 and word.lower() not in _COMMON | _EVENTS]
    return tuple(dict.fromkeys(word for word in content if "-" not in word and _is_strange(word, unknown)))


def _is_all_strange(question: str, unknown: frozenset[str]) -> bool:
    """Whether the documents have no word of what an English question is about, and it gives no number either."""
    if any(character.isdigit() for character in question):
        return False
    about = [word for _, word in _words(question) if len(word) > 2 and word.lower() not in _COMMON | _FRAMES]
    about = [word for word in about if word.lower() not in _EVENTS] or about
    return bool(about) and all(_is_strange(word, unknown) for word in about)


def _strange_phrases(question: str, unknown: frozenset[str], least: int) -> tuple[str, ...]:
    """Stretches of a Chinese question, of so many characters, of which the documents have no two together."""
    found = []
    for part, start, end in strange_stretches(question, unknown):
        said = _SUPERLATIVE.sub("", part[start:end])  # 最高 asks which, and need not be there
        if end - start >= least and len(said) >= MIN_STRANGE_OF_ROW:
            found.append(_SUPERLATIVE.sub("", _whole_words(part, start, end, unknown)))
    return tuple(dict.fromkeys(found))


def strange_stretches(question: str, unknown: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    """What a Chinese question is about, part by part, and each stretch of it of which no two characters are known."""
    for run in re.findall(f"[{CJK}]+", question):
        for part in (re.sub(r"\W", "", one) for one in _ASKING.split(run)):
            start = 0
            for end in range(1, len(part) + 1):
                if end == len(part) or fold(part[end - 1 : end + 1]) not in unknown:
                    yield part, start, end
                    start = end


def _whole_words(part: str, start: int, end: int, unknown: frozenset[str]) -> str:
    """A stretch without the end of the word before it, and with that of its own last word.

    Two known characters across its edge are a word: the last one of 公司, the last but one of 恒通电气.
    """
    if start and end - start > 2:
        start += 1
    if end < len(part) and (end + 1 == len(part) or fold(part[end : end + 2]) in unknown):
        end += 1
    return part[start:end]
