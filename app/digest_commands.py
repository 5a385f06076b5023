"""`summarize` and `compare`: whole documents at the terminal. What a model would cost is said before it is asked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from docent.app.commands import require_terminal, says_yes, show, show_json, warn
from docent.app.digest import digest, digest_cost, read_whole

if TYPE_CHECKING:
    import argparse

    from docent.app import Library
    from docent.app.commands import Command
    from docent.llm import Cost


def summarize(library: Library, arguments: argparse.Namespace) -> int:
    """`summarize DOC ...`."""
    return _digest(library, arguments, compare=False)


def compare(library: Library, arguments: argparse.Namespace) -> int:
    """`compare DOC DOC ...`."""
    return _digest(library, arguments, compare=True)


def _digest(library: Library, arguments: argparse.Namespace, *, compare: bool) -> int:
    from docent.app.talk import telling
    from docent.ingest import DocentError
    from docent.llm import fold_events

    documents = read_whole(library, arguments.documents)
    if compare and len(documents) < 2:
        raise DocentError("a comparison needs two documents: name another one.")
    cost = digest_cost(library, documents, arguments.sentences, compare=compare)
    if cost and not _agreed(cost, arguments):
        warn("nothing was asked.")
        return 1
    started = time.perf_counter()
    events = digest(library, documents, arguments.sentences, compare=compare)
    answer = fold_events(events if arguments.json else telling(events))
    if arguments.json:
        from docent.app.wire import answer_to_dict

        show_json(answer_to_dict(answer, {"total": round((time.perf_counter() - started) * 1000, 1)}))
    else:
        from docent.app.terminal import answer_text

        show(answer_text(answer))
    return 0


def _agreed(cost: Cost, arguments: argparse.Namespace) -> bool:
    """Say what it takes, and ask. Raises DocentError where nobody can be asked and --yes is missing."""
    where = f"; they leave this machine for {cost.host}" if cost.host else ", on this machine or its network"
    warn(
        f"{cost.model} would read {cost.passages} passages{where}:"
        f" up to {cost.calls} {'call' if cost.calls == 1 else 'calls'} and about {cost.tokens:,} tokens in all."
    )
    if arguments.yes:
        return True
    require_terminal("say --yes where nobody can be asked, or --chat extractive to ask no model.")
    return says_yes("Go on?")


DIGESTS: dict[str, Command] = {"summarize": summarize, "compare": compare}
