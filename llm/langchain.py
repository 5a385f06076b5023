"""Docent as LangChain parts: a retriever and a chain. The only module that knows LangChain's base classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.messages import BaseMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableGenerator
from pydantic import ConfigDict

from docent.llm.answering import fold_events
from docent.llm.types import Answer, Event, Turn
from docent.retrieval import Hit

Ask = Callable[[str, tuple[Turn, ...]], Iterator[Event]]
SearchFew = Callable[[str, int], tuple[Hit, ...]]


class DocentRetriever(BaseRetriever):
    """Hits as LangChain documents, best first."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search_function: SearchFew
    k: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None, **_: Any
    ) -> list[LangChainDocument]:
        return [as_document(hit) for hit in self.search_function(query, k or self.k)]


def as_document(hit: Hit) -> LangChainDocument:
    """The chunk with its place in the metadata; boxes are points from the top left of the page as shown."""
    return LangChainDocument(
        id=str(hit.chunk_id),
        page_content=hit.chunk.text,
        metadata={
            "source": hit.document.path,
            "document": hit.document.name,
            "document_id": hit.document.id,
            "page": hit.chunk.pages[0],
            "pages": list(hit.chunk.pages),
            "heading": hit.chunk.heading,
            "score": hit.score,
            "ranks": dict(hit.ranks),
            "boxes": [{"page": s.page, "rect": list(s.box)} for s in hit.chunk.spans if s.box],
        },
    )


def as_chain(ask: Ask) -> Runnable[Any, Answer]:
    """A Runnable from a question (or `{"question": ..., "history": [...]}`) to an Answer.

    `history` holds pairs (question, answer), Turns, or LangChain messages.
    """

    def generate(inputs: Iterator[Any]) -> Iterator[Answer]:
        for one in inputs:
            question, history = _input(one)
            yield fold_events(ask(question, history))

    return RunnableGenerator(generate, name="docent")


def _input(value: Any) -> tuple[str, tuple[Turn, ...]]:
    if isinstance(value, str):
        return value, ()
    if isinstance(value, dict) and isinstance(value.get("question"), str):
        return value["question"], _turns(value.get("history") or ())
    raise TypeError('give the chain a question, or {"question": "...", "history": [...]}')


def _turns(history: Any) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    asked = ""
    for one in history:
        if isinstance(one, Turn):
            turns.append(one)
        elif isinstance(one, BaseMessage):
            if one.type == "human":
                asked = one.text
            elif one.type == "ai" and asked:
                turns.append(Turn(asked, one.text))
                asked = ""
        else:
            turns.append(Turn(*one))
    return tuple(turns)
