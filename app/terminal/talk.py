"""Questions at the terminal: `ask` for one, `chat` for a conversation whose questions may lean on each other."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from docent.app.terminal.commands import where_of
from docent.app.terminal.speaking import show, show_json, warn

MOST_TOLD = 10  # names of collections in a sentence

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from docent.app import Library
    from docent.app.terminal.chat_commands import Said
    from docent.llm import Answer, Event, Turn


def ask(library: Library, arguments: argparse.Namespace) -> int:
    """`ask QUESTION`."""
    _warn_of_leaving(library)
    if not arguments.json:
        _warn_of_pending(library)
    answer = _answer(library, arguments.question, (), arguments)
    # A script reads `refused`; somebody at a terminal has mistaken the folder, or has yet to begin.
    if not arguments.json and answer.refused and not _has_documents(library, arguments):
        warn(nothing_in(library))
        return 1
    return 0


def chat(library: Library, arguments: argparse.Namespace) -> int:
    """`chat`: a question or a command a line from stdin, until it ends."""
    from docent.app.terminal.chat_commands import GREETING, Said, read_line
    from docent.llm import LOOK_BACK, Turn

    _warn_of_leaving(library)
    if not arguments.json:
        _warn_of_pending(library)
    history: list[Turn] = []
    is_typed = sys.stdin.isatty()
    if is_typed:
        warn(GREETING)
    for question in _questions():
        if not is_typed and not arguments.json:
            show(f"› {question}")  # who reads the output has not seen it
        kind, word = read_line(question)
        if kind is Said.QUIT:
            break
        if kind is not Said.QUESTION:
            _obey(kind, word, history, warn if arguments.json else show)
            continue
        answer = _answer(library, question, history[-LOOK_BACK:], arguments)
        history.append(Turn(answer.query, answer.text))
        if not arguments.json:
            show("")
    return 0


def _obey(kind: Said, word: str, history: list[Turn], tell: Callable[[str], None]) -> None:
    """Do what a command says."""
    from docent.app.terminal.chat_commands import BEGUN, HELP, NO_SUCH, Said

    if kind is Said.NEW:
        history.clear()
    tell({Said.HELP: HELP, Said.NEW: BEGUN}.get(kind, NO_SUCH.format(word)))
    tell("")


def _questions() -> Iterator[str]:
    """Lines that are not blank; with a prompt where somebody types them."""
    if not sys.stdin.isatty():
        yield from (line.strip() for line in sys.stdin if line.strip())
        return
    while True:
        try:
            line = input("› ").strip()
        except EOFError:
            return
        if line:
            yield line


def _answer(library: Library, question: str, history: Sequence[Turn], arguments: argparse.Namespace) -> Answer:
    from docent.llm import fold_events

    started = time.perf_counter()
    events = library.ask(
        question, history, where_of(arguments), also=arguments.also, deep=arguments.deep, strict=arguments.strict
    )
    answer = fold_events(events if arguments.json else telling(events))
    total = round((time.perf_counter() - started) * 1000, 1)
    if arguments.json:
        from docent.app.wire import answer_to_dict

        show_json(answer_to_dict(answer, {"total": total}, library.settings.collection))
    else:
        from docent.app.terminal.text import answer_text

        show(answer_text(answer))
    return answer


def telling(events: Iterable[Event]) -> Iterator[Event]:
    """The events, with what is being done on stderr meanwhile."""
    from docent.llm import Step

    for event in events:
        if isinstance(event, Step):
            warn(event.text)
        yield event


def nothing_in(library: Library) -> str:
    """What to do where the collection has no documents: perhaps another one was meant."""
    from docent.app.settings import DEFAULT_COLLECTION

    asked = library.settings.collection
    option = "" if asked == DEFAULT_COLLECTION else f" --collection {asked}"
    add = f"add some with `python -m ingest FOLDER{option}`"
    others = [one.name for one in library.collections() if one.name != asked]
    if not others:
        return f"No documents yet: {add}."
    more = f" and {len(others) - MOST_TOLD} more" if len(others) > MOST_TOLD else ""
    return (
        f"No documents in {asked} yet: {add}, or name another collection with --collection"
        f" ({', '.join(others[:MOST_TOLD])}{more})."
    )


def _has_documents(library: Library, arguments: argparse.Namespace) -> bool:
    return any(library.documents(name) for name in (None, *getattr(arguments, "also", ())))


def _warn_of_leaving(library: Library) -> None:
    """Said once, before the first question."""
    from docent.llm import leaving_notice

    said = leaving_notice(library.answerer_for(), "en")
    if said:
        warn(said)


def _warn_of_pending(library: Library) -> None:
    """Said once, before the first answer. A collection that is not there yet has nothing that waits."""
    if library.catalog.find(library.settings.collection) is None:
        return
    pending = library.collection().pending()
    if pending:
        warn(f"{pending} passages are found by words only until they are embedded.")
