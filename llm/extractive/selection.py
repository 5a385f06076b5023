"""Which sentences an extractive answer quotes: the best, those that are nearly as good, and nothing said twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from docent.llm.extractive.each import is_cell, of_each_document
from docent.llm.extractive.evidence import Evidence, names_row, rank_sentences
from docent.llm.extractive.fiscal import with_fiscal_cells
from docent.llm.extractive.holding import of_the_holder
from docent.llm.extractive.lists import lead_of, leads_in, list_from
from docent.llm.extractive.pieces import meaning_of, pieces_of
from docent.llm.extractive.superlatives import extreme
from docent.llm.extractive.two_years import with_the_other_years
from docent.llm.extractive.years import of_the_length, of_the_year
from docent.llm.questions.answerability import Doubts, asks_nothing
from docent.llm.questions.asked import asks_how, clauses, kinds_asked, looks_like, subject_of
from docent.llm.questions.durations import same_as, tells_duration, time_asked
from docent.llm.questions.kinds import Kind
from docent.llm.questions.lacking import what_is_lacking
from docent.llm.questions.offices import spelled_out
from docent.llm.questions.qualifiers import of_the_place
from docent.llm.questions.short_names import in_long
from docent.retrieval import Hit, fold, made_of, query_terms

READ = 10  # hits; the company's own figures often stand in the last of them
MAX_SENTENCES = 3
# Of the best score, and of its own part of it: on one half of the development questions this finds as many answers as
# any pair from .6 to .9, with the fewest sentences; the other half agrees.
KEEP = 0.8
KEEP_OWN = 0.6
KEEP_EACH = 0.6  # of the best score, where several sentences each say one of the things that are asked for
MAX_EACH = 6
AS_GOOD = 0.95
TELLING: frozenset[Kind] = frozenset({"frequency", "duration", "range"})
TELL = 0.65  # of the best score, what tells how often or how long beside sentences that do not
TELL_OWN = 0.35  # and of what the best says of the question
# The more the best says of a question that asks one thing, by weight, the better must be what is quoted as well, and
# the fewer: at no cost in answers 1.52 sentences for 1.63 and 1.79 for 1.91 on two of the development sets.
BESIDE = ((0.8, AS_GOOD, 2), (0.6, 0.9, 2), (0.5, 0.9, 3))
MIN_COVERAGE = 0.08  # of the weight of the question: below, no sentence is about it; see also answerability.py
TOLD_BY_HEADING = 0.6  # of the words of a heading, in a question how to do it: then its list says how
SAME = 0.7  # of the pairs of characters of two sentences; the second then says nothing new
_REFERS = re.compile(
    r"[他她它牠其该此这那]|但|不过|然而|因此|所以|因而|另外|此外|同时|后来|[随之]后|并且?[^非]|而且?"
    r"|(?:It|He|She|They|Its|Their|His|Her|This|These|That|Those|However|Therefore|But|Thus|So|Such)\b"
)
_FOLLOWS = re.compile(
    r"所以|因此|因而|于是|故[此而]?|(?:Therefore|Thus|Hence|Consequently|So|For (?:this|that) reason)\b"
)
_NEVER = re.compile(r"\b(?:do|does|did|is|are|will|has|have)\s+not\b|\bnever\b|从[不未]|不定期|不再")
_DIGITS = re.compile(r"\d+")
_ENDS = frozenset("。！？；.!?;”’」』）)")


def choose(query: str, hits: Sequence[Hit]) -> tuple[list[Evidence], Doubts | None]:
    """The sentences to quote, best first; none when the best covers too little of the question, or it asks nothing.

    With the year or place that the question names, where it is for those that there are none.
    """
    if asks_nothing(query):
        return [], None
    query = spelled_out(in_long(query, hits[:READ]), [hit.chunk.text for hit in hits[:READ]])
    top = extreme(query, hits[:READ])
    if top:
        return [top], None
    context = " ".join((*made_of(query), *dict.fromkeys(word for hit in hits for word in hit.also)))
    ranked = with_fiscal_cells(query, hits, rank_sentences(query, hits[:READ], context))
    ranked, year = of_the_year(query, context, hits[:READ], ranked)
    if not ranked or max(one.coverage for one in ranked) < MIN_COVERAGE:
        return [], Doubts(years=(year,)) if year else None
    ranked, place = of_the_place(query, hits, ranked)
    if place:
        return [], Doubts(unsaid=place)
    ranked, office = of_the_holder(query, hits[:READ], ranked)
    if office:
        return [], Doubts(unnamed=office)
    ranked, is_of_parts = of_the_length(query, context, hits[:READ], ranked)
    if is_of_parts:
        return [], Doubts(is_of_parts=True)
    ranked = _that_tell(query, hits, ranked)
    if not ranked:
        return [], None
    best = with_the_other_years(query, hits, ranked, _best(query, hits, ranked))
    best = of_each_document(query, hits[:READ], ranked, best)
    if lacking := what_is_lacking(query, hits, best):
        return [], Doubts(lacking=lacking)
    if "reason" in kinds_asked(query):
        best = [_with_the_reason(hits[one.index], one) for one in best]
    return _in_order(hits, [_with_its_list(query, hits[one.index], one) for one in best]), None


def _best(query: str, hits: Sequence[Hit], ranked: Sequence[Evidence]) -> list[Evidence]:
    best = ranked[0]
    several = _that_have(query, hits, ranked)
    if several:
        return several
    chosen: list[Evidence] = []
    said: list[str] = []
    least, most = _room(query, hits, best)
    for one in ranked:
        if len(chosen) == most or one.score < least * best.score:
            break
        if chosen and not _helps(query, hits, best, one):
            continue
        text = "".join(fold(hits[one.index].chunk.text[one.start : one.end]).split())
        if not any(_says_the_same(text, other) for other in said):
            chosen.append(one)
            said.append(text)
    return chosen


def _room(query: str, hits: Sequence[Hit], best: Evidence) -> tuple[float, int]:
    """How good, as a share of the best score, what is quoted as well must be, and how many sentences there may be."""
    if len(clauses(query)) > 1 or (best.row is None and hits[best.index].chunk.text[best.end - 1] not in _ENDS):
        return KEEP, MAX_SENTENCES  # what is no sentence is a caption, and the answer stands below it
    if is_cell(query, hits, best):
        return AS_GOOD, MAX_SENTENCES
    least, most = next(((least, most) for said, least, most in BESIDE if best.coverage >= said), (KEEP, MAX_SENTENCES))
    return least, MAX_SENTENCES if "list" in kinds_asked(query) else most


def _that_have(query: str, hits: Sequence[Hit], ranked: Sequence[Evidence]) -> list[Evidence]:
    """The sentences that each say one of the things that are asked for: 公民有……的权利, article by article."""
    if "having" not in kinds_asked(query):
        return []
    best = ranked[0]
    having = [
        one
        for one in ranked
        if one.row is None
        and one.score >= KEEP_EACH * best.score
        and hits[one.index].document.id == hits[best.index].document.id
        and looks_like("having", hits[one.index].chunk.text[one.start : one.end], query)
    ]
    return having[:MAX_EACH] if len(having) > 1 and having[0] is best else []


def _that_tell(query: str, hits: Sequence[Hit], ranked: list[Evidence]) -> list[Evidence]:
    """Those that say how often, how long or from when to when, in the same order, where that is asked.

    Hardly anything else says how often, so that others are no answers; of the rest they are all, where none tells it.
    """
    kinds = kinds_asked(query) & TELLING
    if not kinds or len(clauses(query)) > 1:
        return ranked
    best = ranked[0]
    noun = time_asked(query) or "\n"
    telling = [
        one
        for one in ranked
        if one.score >= TELL * best.score
        and (one.coverage >= TELL_OWN * best.coverage or noun in _text_of(hits, one))
        and any(looks_like(kind, _text_of(hits, one), query) for kind in kinds)
    ]
    said = "" if best.row else _text_of(hits, best)
    is_left = _NEVER.search(said) if "frequency" in kinds else not telling or leads_in(said)
    return ranked if is_left else _with_the_same(hits, telling, ranked)


def _with_the_same(hits: Sequence[Hit], telling: list[Evidence], ranked: Sequence[Evidence]) -> list[Evidence]:
    """Where the best says that a time is as long as another, that one right behind it: 同会员代表大会每届任期相同."""
    other = same_as(_text_of(hits, telling[0])) if telling else ""
    told = (
        one for one in ranked if other in (text := _text_of(hits, one)) and not same_as(text) and tells_duration(text)
    )
    found = next(told, None) if other else None
    return telling if found is None else [telling[0], replace(found, score=telling[0].score), *telling[1:]]


def _text_of(hits: Sequence[Hit], one: Evidence) -> str:
    """A sentence, or a row with what stands beside and above it."""
    return f"{hits[one.index].chunk.text[one.start : one.end]} {meaning_of(one.row)}".rstrip()


def _helps(query: str, hits: Sequence[Hit], best: Evidence, one: Evidence) -> bool:
    """Whether a sentence may stand beside the best one.

    It is not of another document than the question is about, and no row beside the one that the question names.
    """
    if one.merit < KEEP_OWN * best.merit:
        return False
    if hits[one.index].document.id != hits[best.index].document.id and one.shared < best.shared / 2:
        return False
    is_exact = best.row is not None and names_row(query, best.row)
    return not is_exact or one.row is None or names_row(query, one.row)


def _says_the_same(text: str, other: str) -> bool:
    """Whether one of two texts stands in the other, or most of it does; another number makes another sentence."""
    if text in other or other in text:
        return True
    if set(_DIGITS.findall(text)) != set(_DIGITS.findall(other)):
        return False
    first, second = ({one[i : i + 2] for i in range(len(one) - 1)} for one in (text, other))
    return len(first & second) >= SAME * min(len(first), len(second))


def _with_the_reason(hit: Hit, one: Evidence) -> Evidence:
    """What begins with 所以 or Therefore follows from the sentence before, which says why."""
    if one.row is not None or not _FOLLOWS.match(hit.chunk.text, one.start):
        return one
    before = [piece for piece in pieces_of(one.index, hit) if piece.row is None and piece.end <= one.start]
    return replace(one, start=before[-1].start) if before and one.start - before[-1].end <= 2 else one


def _with_its_list(query: str, hit: Hit, one: Evidence) -> Evidence:
    """A sentence that announces a list, with the list; an item, with the whole list where one is asked for."""
    if one.row is not None:
        return one
    text = hit.chunk.text
    pieces = pieces_of(one.index, hit)
    place = next(at for at, piece in enumerate(pieces) if piece.start == one.start)
    if leads_in(text[one.start : one.end]):
        return replace(one, end=list_from(text, pieces, place))
    heading = hit.chunk.heading.split(" > ")[-1]
    heading = heading if asks_how(query) and _says(query, heading) >= TOLD_BY_HEADING else ""
    lead = lead_of(text, pieces, place, heading) if heading or "list" in kinds_asked(query) else None
    if lead is None or not (heading or _is_about(query, text[pieces[lead].start : pieces[lead].end], hit)):
        return one
    end = list_from(text, pieces, lead)
    return replace(one, start=pieces[lead].start, end=max(end, one.end))


def _is_about(query: str, lead: str, hit: Hit) -> bool:
    """Whether what announces a list, or the heading over it, has a word of the question: then all items answer it."""
    return not set(query_terms(subject_of(query))).isdisjoint(query_terms(f"{lead} {hit.chunk.heading}"))


def _says(query: str, heading: str) -> float:
    """The share of a heading's words that a question has."""
    words = set(query_terms(heading))
    return len(words & set(query_terms(query))) / len(words) if words else 0.0


def _in_order(hits: Sequence[Hit], chosen: Sequence[Evidence]) -> list[Evidence]:
    """Without what a list has quoted already; a sentence that the next one refers to stands before it."""
    kept: list[Evidence] = []
    for one in chosen:
        if any(_is_inside(one, other) for other in kept):
            continue
        kept = [other for other in kept if not _is_inside(other, one)]
        after = next((at for at, other in enumerate(kept) if _is_referred_to(hits, one, other)), len(kept))
        kept.insert(after, one)
    return kept


def _is_inside(one: Evidence, other: Evidence) -> bool:
    return one.index == other.index and other.start <= one.start and one.end <= other.end


def _is_referred_to(hits: Sequence[Hit], one: Evidence, other: Evidence) -> bool:
    """Whether `other` goes on from `one`, which stands right before it: `It was ...`, `此外，他们……`."""
    if one.index != other.index or one.row is not None or other.row is not None or not 0 <= other.start - one.end <= 2:
        return False
    return _REFERS.match(hits[other.index].chunk.text, other.start) is not None
