"""The library as LangChain parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docent.app.library import Library, open_library

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from docent.llm import Answer
    from docent.llm.langchain import DocentRetriever


def create_chain(library: Library | None = None, **arguments: Any) -> Runnable[Any, Answer]:
    """A LangChain Runnable from a question to an `Answer` with citations; `arguments` are settings by name."""
    from docent.llm.langchain import as_chain

    opened = library or open_library(**arguments)
    return as_chain(opened.ask)


def create_retriever(library: Library | None = None, *, k: int = 10, **arguments: Any) -> DocentRetriever:
    """A LangChain retriever over a collection; `arguments` are settings by name."""
    from docent.llm.langchain import DocentRetriever

    opened = library or open_library(**arguments)
    return DocentRetriever(search_function=lambda query, limit: opened.search(query, limit).hits, k=k)
