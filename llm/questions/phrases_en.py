"""English questions in parts: their phrases, what they are about, and where a phrase of the same kind stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docent.llm.questions.periods import PERIOD, put_number, put_ordinal
from docent.retrieval import terms

AUXILIARY = (
    "is|are|was|were|be|been|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|isn't|aren't"
    "|wasn't|weren't|doesn't|don't|didn't|hasn't|haven't|hadn't|won't|can't|couldn't"
)
PREPOSITION = re.compile(
    r"^(?:(?:in|for|at|on|of|from|to|by|with|during|under|per|as of|between|within|about)\s+)?"
    r"(?:(?:the|a|an|its|their|his|her|our|all|fiscal year|year)\s+)*",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"[\s,]+(?:instead|then|too|as well|please|though|only|in|for|of|the|during|at|on|by|from)$", re.IGNORECASE
)
WORD = re.compile(r"[^\W_](?:[\w&.'’/-]*[\w&])?")
_FUNCTION_WORDS = """
who whom whose what when where why how which much many long often far big large the a an and or of in for at on to by
from with without as than that this these those it its they their them he she his her him we our i my you your us per
during between among within under over if not any there most more less least each all some no vs versus into about
after before please compare compared using according base based tell me give show list explain describe name find say
says said mean means
"""
_AMOUNT_WORDS = """
revenue revenues income profit profits margin margins sales cost costs expense expenses assets liabilities equity
ratio rate number amount total value cash flow flows ebitda ebit ebitdar debt capex dividend dividends earnings eps
turnover price share percentage proportion growth capacity production output employees headcount balance spend
spending inventory inventories backlog surplus deficit consumption yield score factor volume level index population
"""
_OWNED_WORDS = """
area size length height weight depth age temperature pressure speed power capital headquarters address author authors
director ceo cfo chairman president founder auditor owner name date year reason reasons cause purpose result results
effect advantage advantages disadvantage disadvantages limit deadline fee fees budget conclusion objective scope
accuracy warranty
"""
# Who is asked for by one of these and then by another is asked for in the same place.
_ROLE_WORDS = """
owner deputy ceo cfo cto chairman chairwoman chairperson chair president director manager secretary treasurer author
editor founder auditor head leader principal minister mayor governor chancellor supervisor coordinator
"""
# What asks for the largest, and for the smallest, of all.
MOST = "highest|largest|biggest|greatest|most|longest|heaviest|fastest|strongest|maximum"
LEAST = "lowest|smallest|least|fewest|shortest|lightest|slowest|weakest|minimum"
ROLES = frozenset(_ROLE_WORDS.split())
FUNCTION = frozenset([*AUXILIARY.split("|"), *_FUNCTION_WORDS.split()])
AMOUNTS = frozenset(_AMOUNT_WORDS.split())
# What has an owner: with nothing else beside it, the owner is that of the question before.
HEADS = AMOUNTS | frozenset(_OWNED_WORDS.split())
_JOINT = re.compile(r"(?P<owner>['’]s)\s+|\s+(?:of|for|in|at)\s+(?=\S)")
_NEW_PLACE = re.compile(r"\s*(in|at|on|during|under|within|by|with|from|to)\s", re.IGNORECASE)
_MORE_OF_NAME = re.compile(r"(?:\s(?:of|for|and|&|\+)(?:\sthe)?(?:\s[A-Z][\w&.-]*)+)+(?!['’])")
# Where the name of what a question is about stands, the surest place first: `Acme's`, `for Acme`, `does Acme`.
_AFTER_PREPOSITION = re.compile(r"\b(?:of|for|by|at|from)\s+(?:the\s+)?$", re.IGNORECASE)
_PLACES_OF_NAME = (
    (re.compile(r"['’]"), re.compile("")),
    (re.compile(""), _AFTER_PREPOSITION),
    (re.compile(""), re.compile(r"\b(?:does|do|did|is|are|was|were|has|have|had|can|will)\s+$", re.IGNORECASE)),
    (re.compile(""), re.compile("")),
)

_AS_A = re.compile(r"\bas\s+an?\s+$", re.IGNORECASE)  # `as a percent of sales` says how, and of nothing
_PART_OF_YEAR = re.compile(r"(?:first|second|third|fourth|last)\s+(?:fiscal\s+)?(?:quarter|half)", re.IGNORECASE)
_YEAR_ASKED = re.compile(
    r"(?:Q[1-4]['’]?\s?(?:of\s+)?)?(?P<year>(?:(?:fiscal|calendar)\s+(?:year\s+)?|FY\s?)?(?:19|20)\d\d)", re.IGNORECASE
)
_PASSIVE = re.compile(r"(?:(?:where|when|how(?:\s+\w+)?|why|by whom)\s+)?(?:is|are|was|were)\s", re.IGNORECASE)
_PARTICIPLE = re.compile(
    r"[a-z]+(?<!e)(?<!\bb)(?<!sh)ed|(?:kept|held|made|sold|found|paid|done|built|set|sent|given|taken|written|shown|put"
    r"|left|lost|bought|spent|drawn|worn|cut|fed|led|chosen|broken|driven|hidden|laid|lent|read|run|taught|told|won)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Content words side by side, `text[start:end]`; names apart from other words."""

    start: int
    end: int
    text: str
    is_name: bool

    @property
    def is_measure(self) -> bool:
        """Whether it ends in a word for what is counted or owned."""
        return self.text.split()[-1].lower() in HEADS


def runs_of(text: str) -> list[Run]:
    """The phrases of a text, without periods and words that only join or ask."""
    runs: list[Run] = []
    taken = [match.span() for match in PERIOD.finditer(text)]
    for match in WORD.finditer(text):
        word = re.sub(r"['’]s$|['’]$", "", match[0])
        if word.lower() in FUNCTION or any(a < match.end() and match.start() < b for a, b in taken):
            continue
        is_name = match.start() > 0 and (word[0].isupper() or word[0].isdigit())
        start, end = match.start(), match.start() + len(word)
        last = runs[-1] if runs else None
        joins = last is not None and last.is_name == is_name and text[last.end : start].strip() in ("", "&")
        if last is not None and joins and text[last.end : start]:
            runs[-1] = Run(last.start, end, text[last.start : end], is_name)
        else:
            runs.append(Run(start, end, text[start:end], is_name))
    return runs


def names_in(text: str) -> list[str]:
    """Phrases with a capital that do not open the text."""
    return [one.text for one in runs_of(text) if one.is_name]


def topic_of(before: str) -> str:
    """What a question is about: a name, else what stands after the last `of` or `for`, else its subject."""
    found = runs_of(before)
    name = _main_name(before, found)
    if name is not None:
        return before[name[0] : name[1]]
    place = _last_object(before, found)
    if place is None:
        return ""
    article = re.search(r"\b(?:the|a|an)\s+$", before[: place[0]], re.IGNORECASE)
    return ("the " if article else "") + before[place[0] : place[1]]


def _main_name(text: str, runs: list[Run]) -> tuple[int, int] | None:
    """Where the name stands that a question is most surely about."""
    names = [one for one in runs if one.is_name and re.search(r"[^\W\d]", one.text)]
    for ending, beginning in _PLACES_OF_NAME:
        for one in names:
            if beginning.search(text[: one.start]) and ending.match(text[one.end :]):
                return one.start, _end_of_name(text, one) if beginning is _AFTER_PREPOSITION else one.end
    return None


def person_in(before: str) -> str:
    """Who was asked for, `the CEO of Boeing`; else what the question is about."""
    asked = re.match(r"who\s+(?:is|was)\s+(.+)$", before, re.IGNORECASE)
    return asked[1] if asked else topic_of(before)


def with_phrases(text: str, phrase: str) -> str:
    """The parts of a fragment, each in the place of its like: `Adobe's net income`, `net income of Adobe`."""
    parts = _parts(phrase)
    opening = _NEW_PLACE.match(phrase)
    for part in parts:
        clean = PREPOSITION.sub("", part.strip(" ,"))
        while (shorter := _TRAILING.sub("", f" {clean}").strip(" ,")) != clean:
            clean = shorter
        if clean and clean.lower() not in FUNCTION:
            text = _with_phrase(text, clean, opening[1] if opening and part is parts[0] else "")
    return text


def _parts(phrase: str) -> list[str]:
    """`Adobe's | income` and `income of | Adobe`, but `Bank of India` is one."""
    cuts, start = [], 0
    for joint in _JOINT.finditer(phrase):
        if joint["owner"] or phrase[: joint.start()].rpartition(" ")[2][:1].islower():
            cuts.append(phrase[start : joint.start()])
            start = joint.end()
    return [*cuts, phrase[start:]]


def _end_of_name(text: str, name: Run) -> int:
    """Where a name ends with what belongs to it: `Bank of India`."""
    more = _MORE_OF_NAME.match(text, name.end)
    return more.end() if more else name.end


def _with_phrase(text: str, phrase: str, preposition: str) -> str:
    if re.search(rf"\b{re.escape(phrase)}\b", text, re.IGNORECASE):
        return text
    counted = put_number(text, phrase) or put_ordinal(text, phrase)
    if counted:
        return counted
    place = _like(text, phrase)
    if _PART_OF_YEAR.fullmatch(phrase) and not (place and _PART_OF_YEAR.fullmatch(text[place[0] : place[1]])):
        return _with_part_of_year(text, phrase)
    is_new = preposition and not re.search(rf"\b{preposition}\b(?!\s*$|\s+,)", PERIOD.sub(",", text))
    if place is None or (is_new and not runs_of(text[place[0] :])[0].is_name):
        return f"{text} {preposition or 'for'} {phrase}"
    return text[: place[0]] + phrase + text[place[1] :]


def _with_part_of_year(text: str, part: str) -> str:
    """`the fourth quarter of fiscal 2022` for `fiscal 2022`; at the end where there is not one year."""
    named = list(PERIOD.finditer(text))
    whole = _YEAR_ASKED.fullmatch(named[0][0]) if len(named) == 1 else None
    if whole:
        return f"{text[: named[0].start()]}the {part} of {whole['year']}{text[named[0].end() :]}"
    return f"{text} in the {part}"


def _like(text: str, phrase: str) -> tuple[int, int] | None:
    """Where a phrase of the same kind stands: the same last word, a name for a name, an amount for an amount."""
    runs = runs_of(text)
    words = phrase.split()
    last = _stem(words[-1])
    for one in reversed(runs):
        if len(words) > 1 and _stem(one.text.split()[-1]) == last:
            return one.start, _end_of_name(text, one) if one.is_name else one.end
    if words[0][0].isupper():
        return _main_name(text, runs) or _last_object(text, runs)
    if words[-1].lower() in ROLES:
        held = [one for one in runs if one.text.split()[-1].lower() in ROLES]
        return (held[0].start, held[0].end) if held else None
    measured = [one for one in runs if one.is_measure]
    if last in {_stem(head) for head in HEADS}:
        owned = measured or [one for one in runs if not one.is_name and re.match(r"\s(?:of|for)\s", text[one.end :])]
        return (owned[0].start, owned[0].end) if owned else None
    others = [one for one in runs if not one.is_name and not one.is_measure]
    objects = _last_object(text, others)
    if objects:
        return objects
    if measured and len(measured[0].text.split()) > 1:  # `silicon carbide` in the place of `iron ore` before `capacity`
        one = measured[0]
        return one.start, one.end - len(one.text.split()[-1]) - 1
    return None


def _last_object(text: str, runs: list[Run]) -> tuple[int, int] | None:
    """The last phrase after a preposition, else the one nearest to the front that is not the verb."""
    lower = [one for one in runs if not one.is_name and not _AS_A.search(text[: one.start])]
    after = [
        one
        for one in lower
        if re.search(r"\b(?:of|for|from|in|by|at|on|to)\s+(?:(?:the|a|an)\s+)?$", text[: one.start])
    ]
    chosen = after[-1] if after else lower[-1] if lower else None
    if chosen is None:
        return None
    words = chosen.text.split()
    if len(words) > 1 and chosen.end == len(text) and _PASSIVE.match(text) and _PARTICIPLE.fullmatch(words[-1]):
        return chosen.start, chosen.end - len(words[-1]) - 1  # `is the spare key kept`
    asked = re.search(r"\b(?:do|does|did)\b", text[: chosen.start], re.IGNORECASE)
    if not after and asked and len(words) > 1:  # `does green tea need`
        return chosen.start, chosen.end - len(words[-1]) - 1
    return chosen.start, chosen.end


def _stem(word: str) -> str:
    """The index term of a word, without its plural."""
    return (terms(word) or [word])[-1]
