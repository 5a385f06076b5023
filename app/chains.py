"""The library as LangChain parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from docent.app.history.answer_records import hit_in, in_collections
from docent.app.library import Library, open_library
from docent.retrieval import EVERYTHING, SearchFilter

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool

    from docent.llm import Event, Turn
    from docent.llm.langchain import Ask, DocentChain, DocentRetriever
    from docent.retrieval import Hit


def create_chain(
    library: Library | None = None,
    *,
    where: SearchFilter = EVERYTHING,
    also: Sequence[str] = (),
    deep: bool = False,
    **arguments: Any,
) -> DocentChain:
    """A LangChain Runnable from a question to an `Answer` with citations; `arguments` are settings by name.

    `where` narrows every search, unless a question says otherwise. The collections named in `also` are
    asked together with the one. With `deep` many documents are looked into.
    """
    from docent.llm.langchain import DocentChain

    return DocentChain(_ask(library or open_library(**arguments), also, deep=deep), where)


def create_retriever(
    library: Library | None = None,
    *,
    k: int = 10,
    where: SearchFilter = EVERYTHING,
    also: Sequence[str] = (),
    **arguments: Any,
) -> DocentRetriever:
    """A LangChain retriever over a collection and those in `also`; `arguments` are settings by name.

    `where` narrows every search.
    """
    from docent.llm.langchain import DocentRetriever

    opened = library or open_library(**arguments)

    def search(query: str, limit: int, narrowed: SearchFilter) -> tuple[Hit, ...]:
        return _named(opened, opened.search(query, limit, narrowed, also=also).hits)

    return DocentRetriever(search_function=search, k=k, where=where)


def create_tool(
    library: Library | None = None,
    *,
    where: SearchFilter = EVERYTHING,
    also: Sequence[str] = (),
    deep: bool = False,
    **arguments: Any,
) -> StructuredTool:
    """A LangChain tool that answers from a collection and those in `also`, for agents; its artifact is the `Answer`."""
    from docent.llm.langchain import as_tool

    return as_tool(_ask(library or open_library(**arguments), also, deep=deep), where=where)


def _ask(library: Library, also: Sequence[str], *, deep: bool) -> Ask:
    """`Library.ask`, each hit of which says which collection it is from, also where one alone was asked."""

    def ask(question: str, history: tuple[Turn, ...], where: SearchFilter) -> Iterator[Event]:
        from docent.llm import Done, Retrieved

        for event in library.ask(question, history, where, also=also, deep=deep):
            match event:
                case Retrieved():
                    yield replace(event, hits=_named(library, event.hits))
                case Done():
                    yield replace(event, answer=in_collections(event.answer, _home(library)))
                case _:
                    yield event

    return ask


def _named(library: Library, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    return tuple(hit_in(one, _home(library)) for one in hits)


def _home(library: Library) -> dict[str, str]:
    return {"": library.settings.collection}
