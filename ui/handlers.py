"""What the page asks of the library. Every handler takes the language first and returns HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from docent.app import CollectionNotFound, ConversationNotFound, Library
from docent.ingest import DocentError
from docent.ui.answering import Answers, Way
from docent.ui.conversation import Exchange, stop
from docent.ui.removed import MOST, render_removed
from docent.ui.render import render_conversation, render_documents, render_empty, render_exchange, render_problem
from docent.ui.session import Session, opened, refreshed, started
from docent.ui.texts import CHINESE, Texts, texts
from docent.ui.topics import topics

LONGEST_QUESTION = 4000


@dataclass(frozen=True, slots=True)
class Place:
    """What a browser wants to see: a stored conversation by its id, or a collection by its name."""

    conversation: str = ""
    collection: str = ""

    @classmethod
    def read(cls, text: str) -> Place:
        """From what the page's script sends; nothing of what is not as it should be."""
        found = _object(text)
        values = [found.get(name) for name in ("conversation", "collection")]
        return cls(*(one if isinstance(one, str) else "" for one in values))


class Handlers:
    """One for all browsers; what each of them shows is its `Session`."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._answers = Answers(library)

    def open(self, language: str, place: str, session: Session) -> tuple[Any, ...]:
        """The conversation or collection that a browser wants, with everything around it."""
        self._answers.call_off(session.exchanges)
        wanted = Place.read(place)
        problem = ""
        try:
            if wanted.conversation:
                return self.show(language, opened(self._library, wanted.conversation))
        except (ConversationNotFound, CollectionNotFound):
            problem = render_problem(texts(language).conversation_gone, texts(language))
        except DocentError as error:
            problem = render_problem(str(error), texts(language))
        known = any(one.name == wanted.collection for one in self._library.collections())
        told, documents, past, live, session = self.show(language, Session("", wanted.collection if known else ""))
        return told, documents, problem or past, live, session

    def show(self, language: str, session: Session) -> tuple[Any, ...]:
        """Everything, in one language. A collection that cannot be opened says why."""
        words = texts(language)
        try:
            session = refreshed(self._library, session)
            documents = self._documents(session, words)
            past = self._past(session, words)
        except DocentError as error:
            return language, "", render_problem(str(error), words), "", session
        # A live answer goes on where it is, and its own handler keeps the session.
        return language, documents, past, *((gr.skip(), gr.skip()) if session.live else ("", session))

    def unforeseen(self, language: str) -> str:
        """What is shown where the page cannot be filled."""
        return render_problem(texts(language).broken, texts(language))

    def documents(self, language: str, session: Session) -> tuple[Any, ...]:
        """The list of documents, with what changes by it: the welcome, and citations of what was removed."""
        words = texts(language)
        try:
            found = refreshed(self._library, session)
            documents = self._documents(session, words)
            if not session.exchanges:
                return documents, self._past(session, words), gr.skip(), gr.skip()
        except DocentError as error:
            return "", render_problem(str(error), words), gr.skip(), gr.skip()
        if [one.missing for one in found.exchanges] == [one.missing for one in session.exchanges]:
            return documents, gr.skip(), gr.skip(), gr.skip()
        past = render_conversation(found.exchanges[:-1], words, found.id, is_whole=False)
        return documents, past, render_exchange(found.exchanges[-1], words, found.id), found

    def ask(self, language: str, question: str, order: str, session: Session) -> Iterator[tuple[Any, ...]]:
        """Stream an answer: finished exchanges stay in `past`, the new one grows in `live`.

        `order` is JSON that says in which `Way` it is asked.
        """
        asked = question.strip()[:LONGEST_QUESTION]
        if not asked:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        earlier = replace(session, exchanges=stop(session.exchanges))
        for past, live, found in self._answer(texts(language), asked, earlier, _way(_object(order))):
            yield past, live, gr.skip() if past == gr.skip() else "", found

    def again(self, language: str, order: str, session: Session) -> Iterator[tuple[Any, ...]]:
        """Ask the last question anew, or otherwise; `order` is JSON with `question` and the `Way`."""
        if not session.exchanges or session.live:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        wanted, last = _object(order), session.exchanges[-1]
        asked = str(wanted.get("question") or last.question).strip()[:LONGEST_QUESTION]
        earlier = replace(session, exchanges=session.exchanges[:-1])
        try:
            self._library.conversations.drop_from(last.id)
            if not earlier.exchanges and asked != last.question:
                self._library.conversations.rename(session.id, asked)
        except ConversationNotFound:  # its question could not be stored
            pass
        yield from self._answer(texts(language), asked, earlier, _way(wanted))

    def _answer(self, words: Texts, question: str, session: Session, way: Way) -> Iterator[tuple[Any, Any, Any]]:
        begun = Exchange(question)
        earlier = session.exchanges
        try:
            session = started(self._library, session, question)
        except DocentError as error:
            begun = replace(begun, error=str(error))

        def grown(exchange: Exchange) -> tuple[str, Session]:
            return render_exchange(exchange, words, session.id), replace(session, exchanges=(*earlier, exchange))

        yield render_conversation(earlier, words, session.id, is_whole=False), *grown(begun)
        if begun.live:
            for exchange in self._answers.stream(begun, session.id, way):
                yield gr.skip(), *grown(exchange)

    def stop(self, session: Session) -> None:
        """Call the answer off; `ask` says so itself, at its end."""
        self._answers.call_off(session.exchanges)

    def broke(self, language: str, session: Session) -> tuple[str, Session]:
        """An error nobody foresaw: the log has it, the reader is told that there is no answer."""
        words = texts(language)
        ended = tuple(replace(one, error=words.broken) if one.live else one for one in session.exchanges)
        return render_conversation(ended[-1:], words, session.id), replace(session, exchanges=ended)

    def new(self, language: str, session: Session) -> tuple[str, str, str, Session]:
        """Turn to a new conversation; the old one is kept."""
        self._answers.call_off(session.exchanges)
        empty = Session("", session.collection)
        _, _, past, _, _ = self.show(language, empty)
        return past, "", "", empty

    def _documents(self, session: Session, words: Texts) -> str:
        library, name = self._library, session.collection or self._library.settings.collection
        listed = render_documents(library.documents(name), words, name)
        return listed + render_removed(library.removed(name, most=MOST), words)

    def _past(self, session: Session, words: Texts) -> str:
        """What is finished; the welcome as long as nothing was asked."""
        if session.exchanges:
            shown = session.exchanges[:-1] if session.live else session.exchanges
            return render_conversation(shown, words, session.id, is_whole=not session.live)
        name = session.collection or None
        documents = self._library.documents(name)
        return render_empty(len(documents), topics(self._library, documents, name, chinese=words is CHINESE), words)


def _way(order: dict[str, Any]) -> Way:
    return Way(order.get("curated") is not False, order.get("deep") is True)


def _object(text: str) -> dict[str, Any]:
    """A JSON object that a browser has sent, empty where it is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
