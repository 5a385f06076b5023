"""English follow-ups: `And in 2021?`, `What about services?`, `What was its net income?`, `Why?`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docent.llm.follow_ups.beside import is_beside, put_beside, put_next_year
from docent.llm.follow_ups.places import put_english, subject_of
from docent.llm.questions.periods import PERIOD, is_part_of_year, periods, put_period
from docent.llm.questions.phrases_en import (
    AMOUNTS,
    AUXILIARY,
    FUNCTION,
    HEADS,
    PREPOSITION,
    ROLES,
    WORD,
    names_in,
    person_in,
    runs_of,
    topic_of,
    with_phrases,
)

MAX_FRAGMENT = 9  # words of a follow-up without predicate
MAX_BARE_FRAGMENT = 5  # of one that only its question mark shows to be a question
_LEAD = re.compile(
    r"^(?:(?:ok(?:ay)?|and|but|so|then|also|now|well|thanks|thank you|great|or"
    r"|(?:(?:no|sorry|actually|oh),? )*i meant?)\b[,.!:]?\s*)+",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^(?:(?:what|how) about|what of|as for|(?:and )?(?:the )?same (?:question )?(?:for|in|with)"
    r"|what (?:is|was) (?:it|that|this)(?=\s+(?:in|for|at)\b))\s+",
    re.IGNORECASE,
)
_PREDICATE = re.compile(rf"\b(?:{AUXILIARY}|who|whom|what|when|where|why|how|which)\b", re.IGNORECASE)
_OF_COMPANY = (
    "company|firm|corporation|group|business|organi[sz]ation|bank|manufacturer|agency|university|author|person"
)
_PRONOUN = re.compile(
    r"\b(?P<owner>its|their|his|(?:the|this|that) (?:" + _OF_COMPANY + r")['’]s|theirs)\b"
    r"|\b(?P<her>her)\b"
    r"|\b(?P<year>(?:that|the same|this) (?:year|period|quarter|month))\b"
    r"|\b(?P<thing>it|they|them|he|she|him|(?:the|this|that) (?:" + _OF_COMPANY + r")(?!\s+[a-z]*(?:like|as)\b))\b"
    r"|\b(?P<that>this|that|these|those)\b(?=\s*(?:[?.,]|$)|\s+(?:mean|happen|compare|change|affect|work|apply|called|so|due|because)\b)",
    re.IGNORECASE,
)
_THAT_YEAR = re.compile(r"\b(?:that|the same) year\b", re.IGNORECASE)
_DUMMY = re.compile(
    r"\bit\b(?:\s+\w+)?\s+(?:true|possible|likely|necessary|required|legal|allowed|safe|ok|important)\b"
    r"|\bit\s+(?:\w+\s+)?(?:take|mean|cost|need|make sense)s?\s+(?:\w+\s+)?to\b",
    re.IGNORECASE,
)
_SHARE = frozenset(
    ["percent", "percentage", "share", "part", "portion", "proportion", "kind", "type", "year", "years", "one"]
)
_ASKED_ALONE = re.compile(
    r"^(?:why(?: (?:not|is that|was that|so|that))?|how(?: so| come| often| long| far| old| big)?|when|where|who"
    r"|which(?: ones?)?|(?:by )?how (?:much|many)(?: (?:more|less|exactly))?|(?:since|until) when|for how long"
    r"|why so \w+|what (?:should|must|can|do) (?:i|we|you|one) do(?: (?:then|now|about it))?"
    r"|what (?:changed|happened|else|for)|in what way)$",
    re.IGNORECASE,
)
# `Where was it?` after `When was the bridge opened?` asks the same with another word.
_PLACE_OR_TIME = re.compile(
    r"^(?P<word>where|when)(?: (?:is|was|are|were|did|does|do|will) (?:it|that|this|they|these)"
    r"(?: (?:happen|take place|be))?)?$",
    re.IGNORECASE,
)
_ASKED_WHERE = re.compile(
    r"^(?:where|when|how (?:often|long)|since when|on wh\w+ \w+)\s+"
    r"(?=(?:is|are|was|were|do|does|did|has|have|had|will|can)\b)",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(r"^what\s+(?:is|was|are|were)\s+(?P<what>.+)$", re.IGNORECASE)
_WHY = re.compile(r"^why(?: (?:is|was) (?:that|it|this)(?: so)?| so \w+)?$", re.IGNORECASE)
_WHY_CHANGED = re.compile(
    r"^(?P<why>why (?:did|does|has|have|do|is|was|were)) (?:it|they|that|this) "
    r"(?P<rest>(?:\w+ly )?(?:f[ae]ll(?:en|ing)?|r[io]s(?:en?|ing)|gr[eo]w\w*|(?:in|de)creas\w+|declin\w+|drop\w*"
    r"|chang\w+|go(?:ne|ing)? (?:up|down)|higher|lower|so \w+)\b.*)$",
    re.IGNORECASE,
)
_NOUN_ASKED = re.compile(
    r"^(?:(?:by|in|at|of|for|on) )?(?:how (?:much|many)|which(?!\s+\w+.*\s(?:for|of|in|at|on)\s)"
    r"|what (?=percent(?:age)?|share|year|currency|unit|page))"
    r"\s*(?:\w+\s?){1,3}$",
    re.IGNORECASE,
)
_OWNERLESS = re.compile(
    r"^(?:what|who|when|where|how (?:big|large|high))\s+(?:is|was|are|were)\s+(?:the\s+)(?P<what>[\w\s-]+)$",
    re.IGNORECASE,
)
_OF_NAME = re.compile(r"[A-Z][\w&'’.+-]*|of|for|and|the|&|\+")
_NEW_THING = re.compile(r"(?:what|who) (?:is|are) an? \w", re.IGNORECASE)
_OWNED = re.compile(r"\w['’]s\s|\w\s+of\s+\w")
# `Which channel do they use`: a pronoun after that verb does not stand for what is asked for.
_OBJECT_ASKED = re.compile(
    rf"(?:which|what|how (?:much|many))\s+(?:(?!(?:{AUXILIARY}|and|or)\b)[\w-]+\s+){{1,4}}"
    r"(?:do|does|did|can|could|will|would|should|must|has|have|had)\s+",
    re.IGNORECASE,
)
_QUANTITY = re.compile(r"\bhow (?:much|many)\b|\b(?:" + "|".join(sorted(AMOUNTS)) + r")\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A follow-up without its stops and its opening words, and the question before it.

    `led` when there were opening words; `asks` when it ends with a question mark.
    """

    rest: str
    before: str
    led: bool
    asks: bool


def complete(question: str, before: str) -> str | None:
    """`question` in full as a follow-up of `before`; None when it stands alone.

    With an empty `before` the text that comes back means nothing, only that there is one.
    """
    asked = _asked(question, before)
    for rule in (_next_year, _asked_alone, _other, _fragment, _pronoun, _ownerless):
        made = rule(asked)
        if made is not None:
            return f"{made[:1].upper()}{made[1:]}?"
    return None


def leans(question: str) -> bool:
    """Whether `question` plainly refers back: `And …`, `it`, `Why?`. `What about the fares of children?` need not."""
    asked = _asked(question, "")
    if complete(question, "") is None:
        return False
    if _next_year(asked) is not None or _ASKED_ALONE.match(asked.rest) or _pronoun(asked) is not None:
        return True
    if asked.led:
        return not (_ABOUT.match(question.strip()) and _OWNED.search(asked.rest))
    return not PERIOD.sub("", PREPOSITION.sub("", asked.rest)).strip()


def _asked(question: str, before: str) -> _Asked:
    bare = question.strip().rstrip("?.! ")
    led = _LEAD.match(bare)
    rest = bare[led.end() :] if led and led.end() < len(bare) else bare
    about = _ABOUT.match(rest)
    rest = rest[about.end() :] if about else rest
    return _Asked(rest, before.strip().rstrip("?.! "), rest != bare, question.strip().endswith("?"))


def _next_year(asked: _Asked) -> str | None:
    """`And the year before?` and the like."""
    return put_next_year(asked.rest, asked.before)


def _asked_alone(asked: _Asked) -> str | None:
    """`Why?`, `How many employees?`: nothing is said that it is asked of."""
    rest, before = asked.rest, asked.before
    other, asks = _PLACE_OR_TIME.match(rest), _ASKED_WHERE.match(before)
    if other and asks:
        return f"{other['word']} {before[asks.end() :]}"
    reason = _reason(rest, before)
    if reason:
        return reason
    if _ASKED_ALONE.match(rest):
        turned = re.match(r"(is|are|was|were|do|does|did|has|have|had)\s", before, re.IGNORECASE)
        if turned and rest.lower() in ("why", "how", "when", "where"):
            return f"{rest} {before[:1].lower()}{before[1:]}"
        return f"{before}? {rest}"
    if _NOUN_ASKED.match(rest) and not _has_auxiliary(rest) and (rest[:5].lower() == "which" or not names_in(rest)):
        return f"{rest}{' for' if names_in(rest) else ','} {topic_of(before)}{_year_of(before, rest)}"
    return None


def _other(asked: _Asked) -> str | None:
    """`What about longer ones?`, `And how is longer text kept?`: beside what was asked about, not in its place."""
    if not asked.led or not is_beside(asked.rest) or names_in(asked.rest):
        return None
    return put_beside(asked.rest, asked.before, is_question=_PREDICATE.search(asked.rest) is not None)


def _reason(rest: str, before: str) -> str | None:
    """`Why?` and `Why did it fall?` after `What was Acme's revenue?`: not of Acme, but of the amount."""
    amount = _WHAT_IS.match(before)
    if amount is None or not _QUANTITY.search(amount["what"]):
        return None
    if _WHY.match(rest):
        return f"What explains {amount['what']}"
    changed = _WHY_CHANGED.match(rest)
    return f"{changed['why']} {amount['what']} {changed['rest']}" if changed else None


def _has_auxiliary(text: str) -> bool:
    return re.search(rf"\b(?:{AUXILIARY})\b", text, re.IGNORECASE) is not None


def _fragment(asked: _Asked) -> str | None:
    """`in 2021`, `services`, `operating income for Adobe`: no predicate."""
    rest, text = asked.rest, asked.before
    if not rest or _PREDICATE.search(rest) or len(rest.split()) > _longest_fragment(asked):
        return None
    if _is_role(rest) and text[:4].lower() == "who " and not any(_is_role(one.text) for one in runs_of(text)):
        return f"Who is {rest} of {topic_of(text)}"
    placed = put_english(text, rest)
    if placed is not None:
        return placed
    named, phrase = periods(rest), PERIOD.sub(" ", rest)
    month = PREPOSITION.sub("", rest)
    if is_part_of_year(month):
        named, phrase = [month], ""
    for period in named:
        text = put_period(text, period) or f"{text} in {period}"
    return with_phrases(text, phrase)


def _is_role(text: str) -> bool:
    """`the deputy`: who is asked for by what he or she is."""
    return text.split()[-1].lower() in ROLES


def _longest_fragment(asked: _Asked) -> int:
    """In words; more where opening words say that it is one."""
    rest = asked.rest
    if asked.led:
        return MAX_FRAGMENT
    if periods(rest) and not re.sub(r"\W|in|for|fiscal|year", "", PERIOD.sub("", rest)):
        return MAX_BARE_FRAGMENT + 1
    if asked.asks and all(_OF_NAME.fullmatch(word) for word in PREPOSITION.sub("", rest).split()):
        return MAX_FRAGMENT
    opens = PREPOSITION.sub("", rest) != rest
    return MAX_BARE_FRAGMENT if asked.asks and (opens or len(rest.split()) < 3 or periods(rest)) else 0


def _pronoun(asked: _Asked) -> str | None:
    """`its net income`, `the company`, `that year`: only where nothing before it in the question can be meant."""
    rest, before = asked.rest, asked.before
    found = _PRONOUN.search(rest)
    if found is None or _DUMMY.search(rest):
        return None
    is_phrase = found[0].lower().startswith(("the ", "this ", "that ")) and not found["year"]
    if not (_is_free(rest[: found.start()], before) if is_phrase else _is_thin(rest, found)):
        return None
    start, end = found.span()
    if found["year"]:
        period = next(iter(periods(before)), None)
        return rest[:start] + period + rest[end:] if period else f"{before}? {rest}"
    is_person = found[0].lower() in ("he", "she", "him", "his", "her")
    antecedent = "" if found["that"] else person_in(before) if is_person else subject_of(before)
    if not antecedent:
        return f"{before}? {rest}"
    if found["owner"] or (found["her"] and re.match(r"\s+\w", rest[end:])):
        antecedent += "'" if antecedent.endswith("s") else "'s"
    dated = _THAT_YEAR.sub(next(iter(periods(before)), r"\g<0>"), rest[end:])
    return f"{rest[:start]}{antecedent}{dated}{_year_of(before, rest[:start] + dated)}"


def _is_free(earlier: str, before: str) -> bool:
    """Whether `the company` after these words can be one that only the question before names."""
    return bool(names_in(before)) and not names_in(earlier)


def _is_thin(rest: str, found: re.Match[str]) -> bool:
    """Whether the words before a pronoun name nothing: asking words, `percent of`, one verb before an object."""
    earlier = PERIOD.sub(" ", rest[: found.start()])
    content = [word for word in WORD.findall(earlier) if word.lower() not in FUNCTION | _SHARE]
    if not content:
        return True
    if _OBJECT_ASKED.fullmatch(earlier) and found["thing"]:
        return True
    if re.search(r"\b(?:for|at|from|with)\s+$", earlier) and not names_in(rest):  # `the best result for it`
        return True
    asks = re.match(r"(?:who|what|which|when|where|why|how)\b", rest, re.IGNORECASE) is not None
    alone = len(content) == 1 and content[0].islower()
    return asks and alone and (found["thing"] is not None or content[0] in HEADS)


def _ownerless(asked: _Asked) -> str | None:
    """`What is the population?`, `And who audits the accounts?`: it is not said of what."""
    rest, before = asked.rest, asked.before
    found = _OWNERLESS.match(rest)
    if found and all(word.lower() in HEADS or word in ("total", "net", "main") for word in found["what"].split()):
        owner = subject_of(before)
        return f"{rest} of {owner}{_year_of(before, rest)}" if owner else None
    if not asked.led or names_in(rest) or not _PREDICATE.search(rest) or _NEW_THING.match(rest):
        return None
    if len(runs_of(rest)) < 2 and len(rest.split()) <= MAX_BARE_FRAGMENT + 1:
        return f"{before}? {rest}"
    return f"{rest}, {topic_of(before)}{_year_of(before, rest)}" if names_in(before) else None


def _year_of(before: str, rest: str) -> str:
    """The period of the question before, where an amount is asked for without one."""
    if periods(rest) or not _QUANTITY.search(rest):
        return ""
    period = next(iter(periods(before)), "")
    return f" in {period}" if period else ""
