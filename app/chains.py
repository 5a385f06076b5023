"""The library as LangChain parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docent.app.library import Library, open_library

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool

    from docent.llm.langchain import DocentChain, DocentRetriever


def create_chain(library: Library | None = None, **arguments: Any) -> DocentChain:
    """A LangChain Runnable from a question to an `Answer` with citations; `arguments` are settings by name."""
    from docent.llm.langchain import DocentChain

    return DocentChain((library or open_library(**arguments)).ask)


def create_retriever(library: Library | None = None, *, k: int = 10, **arguments: Any) -> DocentRetriever:
    """A LangChain retriever over a collection; `arguments` are settings by name."""
    from docent.llm.langchain import DocentRetriever

    opened = library or open_library(**arguments)
    return DocentRetriever(search_function=lambda query, limit: opened.search(query, limit).hits, k=k)


def create_tool(library: Library | None = None, **arguments: Any) -> StructuredTool:
    """A LangChain tool that answers from a collection, for agents; its artifact is the `Answer`."""
    from docent.llm.langchain import as_tool

    return as_tool((library or open_library(**arguments)).ask)
