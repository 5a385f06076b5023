"""What the page asks of the library. Every handler takes the language first and returns HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from docent.app import CollectionNotFound, ConversationNotFound, Library, topics_of
from docent.ingest import DRAWABLE, DocentError
from docent.ui.answering import Answers, Way
from docent.ui.conversation import Exchange, stop
from docent.ui.document_list import render_documents
from docent.ui.listing import Listing
from docent.ui.removed import MOST, render_removed
from docent.ui.render import render_conversation, render_empty, render_exchange, render_problem
from docent.ui.session import Session, opened, refreshed, started
from docent.ui.texts import CHINESE, Texts, texts
from docent.ui.wish import Wish

LONGEST_QUESTION = 4000


class Handlers:
    """One for all browsers; what each of them shows is its `Session`."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._answers = Answers(library)

    def begin(self, language: str, wish: str, session: Session) -> tuple[Any, ...]:
        """What a page shows that has just been loaded. On a slow line something may have been asked before."""
        return self.show(language, wish, session) if session.exchanges else self.open(language, wish, session)

    def open(self, language: str, wish: str, session: Session) -> tuple[Any, ...]:
        """The conversation or collection that a browser wants, with everything around it."""
        self._answers.call_off(session.exchanges)
        wanted, words, problem = Wish.read(wish), texts(language), ""
        try:
            if wanted.conversation:
                return self._everything(language, opened(self._library, wanted.conversation), wanted.listing)
        except (ConversationNotFound, CollectionNotFound):
            problem = render_problem(words.conversation_gone, words)
        except DocentError as error:
            problem = render_problem(str(error), words)
        session = self._empty(wanted.collection)
        told, documents, past, live, session = self._everything(language, session, wanted.listing)
        return told, documents, problem or past, live, session

    def show(self, language: str, wish: str, session: Session) -> tuple[Any, ...]:
        """Everything anew, in one language."""
        return self._everything(language, self._found(wish, session), Wish.read(wish).listing)

    def _everything(self, language: str, session: Session, listing: Listing) -> tuple[Any, ...]:
        """A collection that cannot be opened says why."""
        words = texts(language)
        try:
            session = refreshed(self._library, session)
            documents = self._documents(session, words, listing)
            past = self._past(session, words)
        except DocentError as error:
            return language, "", render_problem(str(error), words), "", session
        # A live answer goes on where it is, and its own handler keeps the session.
        return language, documents, past, *((gr.skip(), gr.skip()) if session.live else ("", session))

    def _found(self, wish: str, session: Session) -> Session:
        """The session, or after a restart of the server, which forgets it, what the browser shows."""
        wanted = Wish.read(wish)
        if session != Session():
            return session
        try:
            return opened(self._library, wanted.conversation) if wanted.conversation else self._empty(wanted.collection)
        except DocentError:  # it was deleted, and is about to leave the address
            return session

    def _empty(self, collection: str) -> Session:
        """Who may not read the default collection begins with the first that they may read."""
        names = [one.name for one in self._library.collections()]
        if collection in names:
            return Session("", collection)
        may_default = self._library.people.access.who().is_admin or self._library.settings.collection in names
        return Session("", "" if may_default else next(iter(names), ""))

    def unforeseen(self, language: str, _: str) -> str:
        """What is shown where the page cannot be filled."""
        return render_problem(texts(language).broken, texts(language))

    def documents(self, language: str, wish: str, session: Session) -> tuple[Any, ...]:
        """The list of documents, with what changes by it: the welcome, and citations of what was removed."""
        words = texts(language)
        session = self._found(wish, session)
        try:
            found = refreshed(self._library, session)
            documents = self._documents(session, words, Wish.read(wish).listing)
            if not session.exchanges:
                return documents, self._past(session, words), gr.skip(), gr.skip()
        except DocentError as error:
            return "", render_problem(str(error), words), gr.skip(), gr.skip()
        if [one.missing for one in found.exchanges] == [one.missing for one in session.exchanges]:
            return documents, gr.skip(), gr.skip(), gr.skip()
        past = render_conversation(found.exchanges[:-1], words, found.id, is_whole=False)
        return documents, past, render_exchange(found.exchanges[-1], words, found.id), found

    def ask(self, language: str, wish: str, question: str, session: Session) -> Iterator[tuple[Any, ...]]:
        """Stream an answer: finished exchanges stay in `past`, the new one grows in `live`."""
        asked = question.strip()[:LONGEST_QUESTION]
        if not asked:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        session = self._found(wish, session)
        earlier = replace(session, exchanges=stop(session.exchanges))
        way = replace(Wish.read(wish).way, curated=True)  # to do without is wished of a question that is asked again
        for past, live, found in self._answer(texts(language), asked, earlier, way):
            yield past, live, gr.skip() if past == gr.skip() else "", found

    def again(self, language: str, wish: str, session: Session) -> Iterator[tuple[Any, ...]]:
        """Ask the last question anew, or otherwise."""
        session = self._found(wish, session)
        if not session.exchanges or session.live:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        wanted, last = Wish.read(wish), session.exchanges[-1]
        asked = (wanted.question or last.question).strip()[:LONGEST_QUESTION]
        earlier = replace(session, exchanges=session.exchanges[:-1])
        try:
            self._library.conversations.drop_from(last.id)
            if not earlier.exchanges and asked != last.question:
                self._library.conversations.rename(session.id, asked)
        except ConversationNotFound:  # its question could not be stored
            pass
        yield from self._answer(texts(language), asked, earlier, wanted.way)

    def _answer(self, words: Texts, question: str, session: Session, way: Way) -> Iterator[tuple[Any, Any, Any]]:
        begun = Exchange(question)
        try:
            session = refreshed(self._library, started(self._library, session, question))
        except DocentError as error:
            begun = replace(begun, error=str(error))
        earlier = session.exchanges

        def grown(exchange: Exchange) -> tuple[str, Session]:
            return render_exchange(exchange, words, session.id), replace(session, exchanges=(*earlier, exchange))

        yield render_conversation(earlier, words, session.id, is_whole=False), *grown(begun)
        if begun.live:
            for exchange in self._answers.stream(begun, session.id, way):
                yield gr.skip(), *grown(exchange)

    def stop(self, session: Session) -> None:
        """Call the answer off; `ask` says so itself, at its end."""
        self._answers.call_off(session.exchanges)

    def broke(self, language: str, _: str, session: Session) -> tuple[str, Session]:
        """An error nobody foresaw: the log has it, the reader is told that there is no answer."""
        words = texts(language)
        ended = tuple(replace(one, error=words.broken) if one.live else one for one in session.exchanges)
        return render_conversation(ended[-1:], words, session.id), replace(session, exchanges=ended)

    def new(self, language: str, _: str, session: Session) -> tuple[str, str, Session]:
        """Turn to a new conversation; the old one is kept."""
        self._answers.call_off(session.exchanges)
        empty = Session("", session.collection)
        past = self._everything(language, empty, Listing())[2]
        return past, "", empty

    def _documents(self, session: Session, words: Texts, listing: Listing) -> str:
        library, name = self._library, session.collection or self._library.settings.collection
        listed = render_documents(
            library.documents(name), words, name, listing,
            writes=not library.models.answerer.is_literal and not library.settings.strict,
            undo_days=library.settings.undo_days,
        )  # fmt: skip
        return listed + render_removed(library.removed(name, most=MOST), words)

    def _past(self, session: Session, words: Texts) -> str:
        """What is finished; the welcome as long as nothing was asked."""
        if session.exchanges:
            shown = session.exchanges[:-1] if session.live else session.exchanges
            return render_conversation(shown, words, session.id, is_whole=not session.live)
        name = session.collection or None
        documents = self._library.documents(name)
        topics = topics_of(self._library, documents, name, chinese=words is CHINESE)
        place = self._library.catalog.find(name or self._library.settings.collection)
        role = self._library.people.access.role(place.id if place else "")
        told = [one for one in documents if one.chunks]
        latest = max(told, key=lambda one: (one.media_type in DRAWABLE, one.pages > 1, one.added)).name if told else ""
        return render_empty(len(documents), topics, words, role.name.lower() if role else "", latest)
