"""A question about several things as one question for each of them, by rules on its form and without a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePath

from docent.ingest import CJK
from docent.llm.compound.comparatives import by_comparative
from docent.llm.compound.part import MORE_EN, MORE_ZH, Part, plain
from docent.llm.compound.sides import by_side
from docent.llm.compound.years import JOIN, by_year
from docent.llm.follow_ups.rules import standalone
from docent.llm.language import language_of
from docent.llm.types import Turn
from docent.retrieval import fold

MOST_PARTS = 6
LONGEST = 400  # characters; a longer text tells a story before it asks
SHORT = {"zh": 7, "en": 4}  # ideographs or words of a question that leaves out what it is about
_Rule = Callable[[str], list[Part]]
_SIDES: tuple[_Rule, ...] = (by_comparative, by_year, by_side)
_UNIT = re.compile(rf"[{CJK}]|\w+")
# A last sentence that only asks which of the things before it has more.
_WHICH = re.compile(
    rf"(?<=[？?。.])\s*(?:其中|那么?)?(?:哪一?[个家年种款项]?(?:公司|企业)?|谁)的?更?{MORE_ZH}(?:一?些)?[？?]?$"
    rf"|(?<=[?.])\s*(?:and\s+)?which(?:\s+(?:one|company|year|of\s+(?:them|the\s+two)))?\s+(?:is|was|are|were)\s+(?:the\s+)?(?:{MORE_EN})\s*\??$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"变[动化]|增[减长加幅速]|减少|下降|上升|\b(?:chang|gr[eo]w|increas|decreas|declin|improv|fell\b|rose\b)",
    re.IGNORECASE,
)
_DIFFERS = re.compile(r"区别|差异|差别|异同|不同|\bdifferen(?:t|ces?)\b", re.IGNORECASE)
_QUOTES = (("“", "”"), ("《", "》"), ("「", "」"), ("（", "）"), ("(", ")"))
_JOINS = re.compile(rf"(?:{JOIN})*", re.IGNORECASE)


def parts_of(question: str, names: Sequence[str] = ()) -> tuple[Part, ...]:
    """The questions that a question is made of, at most MOST_PARTS, or none where it is about one thing.

    `names` are those of the documents that may be searched. A question is taken apart by the documents or years it
    names, by its sentences, and by what it sets side by side with a word such as "compare" or 分别.
    """
    question = _WHICH.sub("", question.strip())
    listed, named = partial(_by_listed_document, names=names), partial(_by_document, names=names)
    return _first(question, (_by_sentence, listed, *_SIDES, named))


def sides_of(question: str) -> tuple[Part, ...]:
    """The things or years of which a question asks the same; none where it asks how they differ, or what they are.

    What says that says it of both at once, and so does what gives the change of a figure.
    """
    question = _WHICH.sub("", question.strip())
    parts = _first(question, _SIDES)
    is_change = all(part.about.isdigit() for part in parts) and _CHANGE.search(question)
    is_told_at_once = is_change or _DIFFERS.search(question) or any(_is_bare(part) for part in parts)
    return () if is_told_at_once else parts


def _first(question: str, rules: Sequence[_Rule]) -> tuple[Part, ...]:
    """What the first rule finds that finds any, each of it taken apart again where there is room."""
    if len(question) > LONGEST:
        return ()
    found = next((parts for rule in rules if len(parts := rule(question)) > 1), [])
    if any(one.question.count(start) != one.question.count(end) for one in found for start, end in _QUOTES):
        return ()  # what stands in quotes is one thing
    within = [_within(part, question) for part in found]
    if sum(map(len, within)) <= MOST_PARTS:
        found = [one for each in within for one in each]
    return tuple(found[:MOST_PARTS])


def _within(part: Part, whole: str) -> list[Part]:
    """The things of each year, or the years of each thing."""
    inner = by_year(part.question) or by_side(part.question, whole)
    if len({one.question for one in inner}) < 2:
        return [part]
    return [replace(one, heading=f"{one.heading}, {part.heading}", documents=part.documents) for one in inner]


def _is_bare(part: Part) -> bool:
    """Whether a part is a name and nothing else: what differs between two things is told by other sentences."""
    return re.sub(r"\s?是什么|[？?]", "", part.question).strip() == part.heading.strip()


def _by_sentence(question: str) -> list[Part]:
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
    return [Part(name, plain(listed.sub(PurePath(name).stem, question)), (name,)) for name in named]


def _by_document(question: str, names: Sequence[str]) -> list[Part]:
    """The question of each document that it names somewhere, or of all where it says so."""
    named = _named(question, names)
    if len(named) < 2 and _EACH.search(question) and 1 < len(names) <= MOST_PARTS:
        named = list(dict.fromkeys(names))
    return [Part(name, plain(question), (name,)) for name in named] if len(named) > 1 else []


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
