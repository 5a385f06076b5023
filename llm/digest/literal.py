"""Summaries and comparisons without a model: sentences, rows and headings of the documents, each cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from docent.ingest import TableRow, is_cjk
from docent.llm.compound.joining import Joined
from docent.llm.digest.salience import Salient, by_section, salient
from docent.llm.digest.telling import is_usual
from docent.llm.digest.words import WORDS, DigestWords
from docent.llm.extractive.answering import ExtractiveAnswerer
from docent.llm.extractive.cells import tell_row, value_cells
from docent.llm.extractive.evidence import cite
from docent.llm.extractive.lists import without_number
from docent.llm.inert import as_quoted
from docent.llm.language import Language
from docent.llm.readable import in_a_line, words_of
from docent.llm.readable import joined as whole_words
from docent.llm.types import Answer, Statement
from docent.retrieval import Hit, fold

MOST_FIGURES = 12
MOST_HEADINGS = 12
MOST_CELLS = 3  # of a row
EACH = 4  # sentences of each document in a comparison
SAMPLE = 20_000  # characters that tell the language

Place: TypeAlias = tuple[Hit, int, int, str]
"""`hit.chunk.text[start:end]`, and how it is told."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A document with all its passages in reading order."""

    name: str
    hits: tuple[Hit, ...]


def language_of_all(documents: Sequence[Whole]) -> Language:
    """The one that most of their text is in; an ideograph counts as three letters."""
    text = "".join(hit.chunk.text for one in documents for hit in one.hits[:20])[:SAMPLE]
    ideographs = sum(is_cjk(one) for one in text)
    return "zh" if 3 * ideographs > sum(one.isalpha() for one in text) - ideographs else "en"


def literal_summary(document: Whole, most: int, words: DigestWords) -> Answer:
    """The most telling sentences, below their headings where there are several."""
    joined = Joined()
    sections = by_section(salient(document.hits, most))
    for section, found in sections.items():
        joined.add(section if len(sections) > 1 else "", listed(document.hits, found))
    if not sections:
        joined.text = words.empty.format(document.name)
    return joined.answer("", "", (), ExtractiveAnswerer.name)


def literal_comparison(documents: Sequence[Whole], language: Language) -> Answer:
    """Figures and headings that all documents have, then what each of them says."""
    words = WORDS[language]
    joined = Joined()
    for title, common in ((words.figures, common_figures(documents, language)), (words.headings, _headings(documents))):
        if common.citations:
            joined.add(title, common)
    for one in documents:
        found = salient(one.hits, EACH)
        joined.add(one.name, listed(one.hits, found) if found else literal_summary(one, EACH, words))
    return joined.answer("", "", (), ExtractiveAnswerer.name)


def listed(hits: Sequence[Hit], found: Sequence[Salient]) -> Answer:
    """Sentences as a list, without numbers that they have in lists of their own."""
    known = words_of([hit.chunk for hit in hits])
    places: list[Place] = []
    for one in found:
        hit = hits[one.index]
        quote = whole_words(hit.chunk, one.start, one.end, known)
        places.append((hit, one.start, one.end, in_a_line(without_number(quote))))
    return told(places, "\n", ["- "] * len(places))


def told(places: Sequence[Place], between: str = " ", before: Sequence[str] = ()) -> Answer:
    """Sentences and rows as an answer, each with its citation; `before` are words of ours ahead of each.

    A number in brackets that a document prints must not look like one of ours: its brackets become wide ones.
    """
    joined = Joined()
    for number, (hit, start, end, text) in enumerate(places, start=1):
        lead = before[number - 1] if before else ""
        said = as_quoted(text)
        joined.text += (between if number > 1 else "") + lead
        joined.statements.append(Statement(len(joined.text), len(joined.text) + len(said), (number,), verified=True))
        joined.citations.append(cite(number, hit, start, end))
        joined.text += f"{said} [{number}]"
    return joined.answer("", "", (), ExtractiveAnswerer.name)


def common_figures(documents: Sequence[Whole], language: Language) -> Answer:
    """Rows of tables whose label all documents have, as a list; empty where there are none."""
    rows = [_rows(one) for one in documents]
    common = [label for label in rows[0] if all(label in one for one in rows[1:])][:MOST_FIGURES]
    places: list[Place] = []
    before: list[str] = []
    for label in common:
        for document, known in zip(documents, rows, strict=True):
            hit, row = known[label]
            context = f"{hit.chunk.context}\n{hit.chunk.text}"
            said = tell_row("", hit.chunk.text, row, context, language)
            if said:
                places.append((hit, row.start, row.end, said))
                before.append(f"- {document.name}: " if language == "en" else f"- {document.name}：")
    return told(places, "\n", before)


def _rows(document: Whole) -> dict[str, tuple[Hit, TableRow]]:
    """The first row of each label that has an amount, with its first few cells."""
    found: dict[str, tuple[Hit, TableRow]] = {}
    for hit in document.hits:
        for row in hit.chunk.rows:
            label = "".join(fold(row.label.split(" / ")[-1]).split())
            cells = value_cells(hit.chunk.text, row)[:MOST_CELLS]
            has_amount = any(one.isdigit() for cell in cells for one in hit.chunk.text[cell.start : cell.end])
            if has_amount and not row.is_head and len(label) > 1 and not label.isdigit():
                found.setdefault(label, (hit, replace(row, cells=tuple(cells))))
    return found


def _headings(documents: Sequence[Whole]) -> Answer:
    """Headings that all documents have, as a list, each cited in every one."""
    known = [dict(_printed(one)) for one in documents]
    common = [key for key in known[0] if all(key in one for one in known[1:])][:MOST_HEADINGS]
    joined = Joined()
    for key in common:
        name = known[0][key]
        if is_usual(name[0].chunk.text[name[1] : name[2]]):
            continue
        numbers = []
        for one in known:
            hit, start, end, _ = one[key]
            numbers.append(len(joined.citations) + 1)
            joined.citations.append(cite(numbers[-1], hit, start, end))
        joined.text += "\n- " if joined.text else "- "
        said = in_a_line(name[0].chunk.text[name[1] : name[2]])
        joined.statements.append(
            Statement(len(joined.text), len(joined.text) + len(said), tuple(numbers), verified=True)
        )
        joined.text += said + "".join(f" [{n}]" for n in numbers)
    return joined.answer("", "", (), ExtractiveAnswerer.name)


def _printed(document: Whole) -> Iterator[tuple[str, Place]]:
    """Headings where they are printed, by their folded words; the last one of equal ones is the first printed."""
    for hit in reversed(document.hits):
        for name in hit.chunk.heading.split(" > "):
            start = hit.chunk.text.find(name) if name else -1
            if start >= 0:
                yield "".join(fold(name).split()), (hit, start, start + len(name), "")
