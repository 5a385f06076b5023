"""Several answers as one, each below its heading, with one row of citation numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from docent.llm.markers import MARKER, marked
from docent.llm.types import Answer, Citation, Statement
from docent.retrieval import Hit

_MARKS = re.compile(r"[*`#\[\]【】|]")
LONGEST_HEADING = 80  # characters


@dataclass(slots=True)
class Joined:
    """The text so far, and what it cites. A quote that was cited before keeps its number."""

    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def add(self, heading: str, answer: Answer) -> str:
        """Append an answer below a heading, "" for none; gives the text that came on."""
        start = len(self.text)
        self.text += "\n\n" if self.text else ""
        self.text += f"**{as_heading(heading)}**\n\n" if heading else ""
        numbers = {one.number: self.number(one) for one in answer.citations}
        position = 0
        for one in answer.statements:
            self.text += _renumbered(answer.text[position : one.start], numbers)
            begin = len(self.text)
            self.text += answer.text[one.start : one.end]
            cited = tuple(dict.fromkeys(numbers[n] for n in one.citations))
            self.statements.append(Statement(begin, len(self.text), cited, one.verified))
            position = one.end
        self.text += _renumbered(answer.text[position:], numbers)
        return self.text[start:]

    def conclude(self, text: str, citations: Sequence[Citation]) -> str:
        """Append a sentence that follows from some citations; gives the text that came on."""
        start = len(self.text) + 2
        numbers = tuple(dict.fromkeys(self.number(one) for one in citations))
        self.statements.append(Statement(start, start + len(text), numbers, verified=True))
        more = f"\n\n{text}{''.join(f' [{number}]' for number in numbers)}"
        self.text += more
        return more

    def answer(self, question: str, query: str, hits: Sequence[Hit], model: str) -> Answer:
        """All of it. It is refused when nothing of it cites anything."""
        return Answer(
            question, self.text, tuple(self.citations), tuple(hits), refused=not self.citations, query=query,
            model=model, statements=tuple(self.statements),
        )  # fmt: skip

    def number(self, citation: Citation) -> int:
        """The number of a citation among all, its own if its quote was cited before."""
        for known in self.citations:
            if (known.hit.key, known.quote, known.page) == (citation.hit.key, citation.quote, citation.page):
                return known.number
        self.citations.append(replace(citation, number=len(self.citations) + 1))
        return len(self.citations)


def _renumbered(text: str, numbers: Mapping[int, int]) -> str:
    """What stands between two sentences, with its markers under their new numbers."""

    def new(match: re.Match[str]) -> str:
        known = [numbers[n] for n in marked(match) if n in numbers]
        return "".join(f" [{n}]" for n in dict.fromkeys(known)) if known else match[0]

    return MARKER.sub(new, text)


def as_heading(text: str) -> str:
    """A line of a document or question as a heading: short, and without marks that a page would read as its own."""
    line = " ".join(_MARKS.sub(" ", text).split())
    return line if len(line) <= LONGEST_HEADING else f"{line[:LONGEST_HEADING].rstrip()}…"
