"""A question in the words of the other language, as far as the glossary has them, so that words can find its answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from docent.llm.extractive.across import is_foreign
from docent.llm.extractive.evidence import Evidence, rank_sentences
from docent.llm.extractive.pieces import meaning_of, said_by
from docent.llm.extractive.selection import choose
from docent.llm.extractive.years import of_the_year
from docent.llm.language import Language, language_of
from docent.llm.questions.answerability import asks_nothing, doubts, says_little
from docent.llm.questions.asked import kinds_asked, looks_like
from docent.llm.questions.glossary import Named, things_in
from docent.llm.questions.periods import PERIOD, periods
from docent.llm.questions.phrases_en import LEAST, MOST
from docent.llm.questions.phrases_zh import FILLER
from docent.llm.questions.qualifiers import places_in
from docent.retrieval import Hit, SearchResult, fold

# Of 29 questions by hand 9 were answered by what sentences mean, 6 of them rightly; with this 13, and 9.
SEARCHED = 3  # words for one thing
NEXT = 5  # sentences
MOST_STRANGE = 0.4  # of the words of a question, that the glossary may lack
CJK_WORD = 2  # characters of a word
_WORD = re.compile(r"[A-Za-z\d&][\w&./-]*", re.ASCII)
_OWNER = re.compile(
    r"\b(?:the|our|your|this|its?)?\s*(?:company|firm|group|device|machine|document|report|manual|unit)\b"
    r"|本?公司|集团|该|请问|报告期|本[年期]度?|其|的|年",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[A-Za-z][\w'’-]*")
NAME = 100  # strange words: what a name stands for decides
_MORE = re.compile(MOST, re.IGNORECASE)
_LESS = re.compile(LEAST, re.IGNORECASE)
_ASKING_ZH = (
    (re.compile(r"\bwhy\b", re.IGNORECASE), "为什么"),
    (re.compile(r"\bhow\s+(?:much|many)\b", re.IGNORECASE), "是多少"),
    (re.compile(r"\bhow\s+often\b", re.IGNORECASE), "多久一次"),
    (re.compile(r"\bhow\s+long\b", re.IGNORECASE), "是多久"),
    (re.compile(r"\bwhen\b", re.IGNORECASE), "是什么时候"),
    (re.compile(r"\bwhere\b", re.IGNORECASE), "在哪里"),
    (re.compile(r"\bwho\b", re.IGNORECASE), "是谁"),
    (re.compile(r"\bhow\b", re.IGNORECASE), "如何"),
)
_ASKING_EN = (
    (re.compile("为什么|为何|原因"), "why"),
    (re.compile("多久一次|频率"), "how often"),
    (re.compile("多少|几[个人家]"), "how much"),
    (re.compile("多久|多长时间"), "how long"),
    (re.compile("什么时[候间]|何时|哪[年天]"), "when"),
    (re.compile("哪里|何处|在哪"), "where"),
    (re.compile("谁"), "who"),
)

Search = Callable[[str], SearchResult]


@dataclass(frozen=True, slots=True)
class Translated:
    """A question in the other language, the words it was searched with, and the sentences of `hits` that answer it."""

    query: str
    words: tuple[str, ...]
    hits: tuple[Hit, ...]
    chosen: tuple[Evidence, ...]


def in_other_words(question: str, search: Search) -> Translated | None:
    """The question in the other language, with sentences that answer it.

    None where the glossary lacks too many of its words, or no sentence names all that it asks about.
    """
    if asks_nothing(question):
        return None
    asked = language_of(question)
    named = things_in(question, asked)
    if not named or places_in(question) or _strange(question, named, asked) > MOST_STRANGE * len(named):
        return None
    other: Language = "en" if asked == "zh" else "zh"
    kept = _kept(question, named)
    words = [word for one in named for word in one.thing.words(other)[:SEARCHED]]
    more = search(" ".join([*words, *kept]))
    names = [one for one in kept if not re.fullmatch(r"[12]\d{3}", one)]
    hits = _foreign(question, more, names)
    things = [_usual(one, other, hits) for one in named]
    query = _asking(question, things, kept, other)
    if things != [one.thing.words(other)[0] for one in named]:  # the words they have lead to better passages
        more = search(query)
        hits = _foreign(question, more, names)
    if not hits or doubts(query, hits, more.unknown):
        return None
    chosen = [one for one in choose(query, hits)[0] if _says_all(hits[one.index], one, named, other)]
    chosen = chosen or [one for one in _next(query, hits) if _says_all(hits[one.index], one, named, other)][:1]
    return Translated(query, (*kept, *things), hits, tuple(chosen)) if chosen else None


def _foreign(question: str, found: SearchResult, names: Sequence[str]) -> tuple[Hit, ...]:
    """The hits in the other language that have these names."""
    return tuple(hit for hit in found.hits if is_foreign(question, hit) and _names_all(hit, names))


def _next(query: str, hits: Sequence[Hit]) -> list[Evidence]:
    """The sentence that looks like an answer among the next, where the best says nothing to the point."""
    kinds = kinds_asked(query)
    ranked, _ = of_the_year(query, "", hits, rank_sentences(query, hits))
    near = (one for one in ranked if not kinds or any(looks_like(kind, _text(hits, one), query) for kind in kinds))
    return list(islice(near, NEXT))


def _text(hits: Sequence[Hit], one: Evidence) -> str:
    return hits[one.index].chunk.text[one.start : one.end]


def _strange(question: str, named: Sequence[Named], asked: Language) -> float:
    """How many words of a question the glossary lacks that are no names, numbers or years."""
    rest = _OWNER.sub(" ", PERIOD.sub(" ", _without(question, named)))
    if asked == "zh":
        left = FILLER.sub("", re.sub("最[高低大小多少长短快慢]", "", rest))
        return sum(one.isalpha() and not one.isascii() for one in left) / CJK_WORD
    first, *more = _PLAIN.findall(rest) or [""]
    plain = [first, *("" if _is_name(word) else word for word in more)]
    return sum(NAME if word[:1].isupper() and word is not first else not says_little(word) for word in plain if word)


def _without(question: str, named: Sequence[Named]) -> str:
    for one in reversed(named):
        question = f"{question[: one.start]} {question[one.end :]}"
    return question


def _is_name(word: str) -> bool:
    return any(letter.isupper() or letter.isdigit() for letter in word[1:])


def _kept(question: str, named: Sequence[Named]) -> list[str]:
    """The years, numbers and names of a question, which are the same in both languages."""
    rest = _without(question, named)
    years = [re.sub(r"\D*(\d{4})\D*", r"\1", one) for one in periods(rest)]
    words = _WORD.findall(PERIOD.sub(" ", rest))
    latin = language_of(question) == "zh"
    return list(dict.fromkeys([*years, *(one for one in words if latin or _is_name(one) or one[0].isdigit())]))


def _usual(one: Named, language: Language, hits: Sequence[Hit]) -> str:
    """Of the words for a thing what most rows are called, then what most passages have; else the first.

    `sales` is not had by a passage that has it in `net sales` alone.
    """
    words = one.thing.words(language)
    longest_first = re.compile("|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True)))
    said = [fold(f"{hit.chunk.heading} {hit.chunk.context} {hit.chunk.text}") for hit in hits]
    found = [set(longest_first.findall(text)) for text in said]
    labels = [fold(row.label.split(" / ")[-1]) for hit in hits for row in hit.chunk.rows]
    return max(words, key=lambda word: (labels.count(fold(word)), sum(fold(word) in those for those in found)))


def _asking(question: str, things: Sequence[str], kept: Sequence[str], language: Language) -> str:
    """A question in a language about some things: what they are called, the years and names, and what is asked."""
    if language == "zh":
        before = "".join(f"{one}年" if re.fullmatch(r"[12]\d{3}", one) else f"{one} " for one in kept)
        more, less = _MORE.search(question), _LESS.search(question)
        if (more or less) and len(things) > 1 and re.search(r"\bwhich\b|\bwhat\b", question, re.IGNORECASE):
            return f"{before}哪个{things[0]}的{''.join(things[1:])}最{'高' if more else '低'}？"
        asking = next((there for here, there in _ASKING_ZH if here.search(question)), "")
        asking = asking or ("是多少" if "number" in kinds_asked(question) else "是什么")
        owned = reversed(things) if re.search(r"\bof\b", question) else things
        return f"{before}{'的'.join(owned)}{asking}？"
    asking = next((there for here, there in _ASKING_EN if here.search(question)), "what")
    when = " in fiscal" if "财年" in question else " in"
    after = "".join(f"{when} {one}" if re.fullmatch(r"[12]\d{3}", one) else f" {one}" for one in kept)
    return f"{asking} is the {' '.join(things)}{after}?"


def _names_all(hit: Hit, names: Sequence[str]) -> bool:
    """Whether a passage, or what it is called, has all the names."""
    said = fold(said_by(hit)).replace("_", " ")
    return all(fold(one) in said for one in names)


def _says_all(hit: Hit, best: Evidence, named: Sequence[Named], language: Language) -> bool:
    """Whether a sentence, with what is printed above and beside it, names all that is asked about."""
    own = f"{_text([hit], replace(best, index=0))} {meaning_of(best.row)}"
    said = f"{own} {hit.document.name} {hit.chunk.heading} {hit.chunk.context}"
    words = [one.thing.words(language) for one in named]
    return all(_has(said, one) for one in words) and any(_has(own, one) for one in words)


def _has(text: str, words: Sequence[str]) -> bool:
    plain = fold(text)
    return any(fold(word) in plain for word in words)
