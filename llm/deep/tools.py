"""The tools of an agent that looks around in documents: search, open a page, list documents.

They only read, and only what the question may look at. What they give back is fenced as passages are everywhere, and
a tool is called by the structure of a model's message alone: text of a document cannot be a call.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docent.ingest import DocentError
from docent.llm.compound.gathered import Gathered
from docent.llm.deep.shelf import Shelf
from docent.llm.deep.words import Words
from docent.llm.prompts import estimate, passage
from docent.retrieval import Hit

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

SEARCH_HITS = 5
LISTED = 60  # documents
LIST = "list_documents"
_ABOUT = {
    "query": "What to look for, in a few telling words.",
    "document": "The name of one document, to search or open only that.",
    "page": "The physical page, from 1.",
}


@dataclass(slots=True)
class Desk:
    """What one agent works with; `room` is how many tokens one call may give back."""

    shelf: Shelf
    gathered: Gathered
    words: Words
    room: int
    _told: set[tuple[str, int]] = field(default_factory=set)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def told(self) -> int:
        """How many passages the agent has been given."""
        with self._guard:
            return len(self._told)

    def tools(self) -> list[BaseTool]:
        """The three tools, as LangChain has them."""
        return [
            _tool("search", "Find passages.", self.search, query=(str, ...), document=(str, "")),
            _tool("open_page", "Read one page.", self.open_page, document=(str, ...), page=(int, ...)),
            _tool(LIST, "The names of all documents, with their pages.", self.list_documents),
        ]

    def search(self, query: str, document: str = "") -> str:
        """The best passages, each in its fence. Nothing that was found before comes a second time."""
        return self._tell(lambda: self._searched(query, document))

    def open_page(self, document: str, page: int) -> str:
        """The passages of a page, in reading order."""
        return self._tell(lambda: self._opened(document, page))

    def list_documents(self) -> str:
        """Names and numbers of pages; a name is data as well."""
        found = self.shelf.documents()
        named = json.dumps([{"document": name, "pages": pages} for name, pages in found[:LISTED]], ensure_ascii=False)
        return f"{self.words.documents.format(len(found))}\n{named}"

    def _searched(self, query: str, document: str) -> str:
        found = self.shelf.search(query, (document,) if document.strip() else ())
        return self._shown(found.hits[:SEARCH_HITS], found.notice)

    def _opened(self, document: str, page: int) -> str:
        return self._shown(self.shelf.open_page(document, page))

    def _tell(self, look: Callable[[], str]) -> str:
        """A wrong name is no failure: the model may try another."""
        try:
            return look()
        except DocentError as error:
            return str(error)

    def _shown(self, hits: tuple[Hit, ...], notice: str = "") -> str:
        self.gathered.add(hits, notice)
        with self._guard:
            new = [hit for hit in hits if hit.key not in self._told]
            self._told.update(hit.key for hit in new)
        if not hits:
            return self.words.none
        if not new:
            return self.words.nothing_new
        room = self.room
        told: list[str] = []
        for hit in new:
            share = max(200, 3 * room // max(1, len(new) - len(told)))  # characters, three UTF-8 bytes to a token
            told.append(passage(None, hit, share))
            room -= estimate(told[-1])
            if room <= 0:
                break
        return "\n\n".join(told)


def _tool(name: str, what: str, run: Callable[..., str], **arguments: tuple[Any, Any]) -> BaseTool:
    """`arguments` are the type and default of each; what does not fit them is told to the model."""
    from langchain_core.tools import StructuredTool
    from pydantic import Field, create_model

    fields: dict[str, Any] = {
        key: (kind, Field(default, description=_ABOUT[key])) for key, (kind, default) in arguments.items()
    }
    return StructuredTool.from_function(run, name=name, description=what, args_schema=create_model(name, **fields))
