"""`summarize` and `compare`: whole documents at the terminal. What a model would cost is said before it is asked."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docent.app.digest import digest, digest_cost, read_whole
from docent.app.terminal.speaking import require_terminal, says_yes, show, show_json, warn

if TYPE_CHECKING:
    import argparse

    from docent.app import Library
    from docent.app.terminal.commands import Command
    from docent.llm import Cost, Language


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of the cost, in the language of the steps and the summary that follow."""

    cost: str
    here: str
    away: str
    call: str
    calls: str
    go_on: str


_WORDS: dict[Language, _Words] = {
    "en": _Words(
        "{model} would read {passages} passages{where}: up to {calls} and about {tokens:,} tokens in all.",
        ", on this machine or its network", "; they leave this machine for {}", "{} call", "{} calls", "Go on?",
    ),
    "zh": _Words(
        "{model} 将阅读 {passages} 个段落（{where}）：最多调用 {calls}，共约 {tokens:,} 个 token。",
        "在本机或本机所在网络", "内容会离开本机，发往 {}", "{} 次", "{} 次", "继续吗？",
    ),
}  # fmt: skip


def summarize(library: Library, arguments: argparse.Namespace) -> int:
    """`summarize DOC ...`."""
    return _digest(library, arguments, compare=False)


def compare(library: Library, arguments: argparse.Namespace) -> int:
    """`compare DOC DOC ...`."""
    return _digest(library, arguments, compare=True)


def _digest(library: Library, arguments: argparse.Namespace, *, compare: bool) -> int:
    from docent.app.terminal.talk import telling
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

        total = round((time.perf_counter() - started) * 1000, 1)
        show_json(answer_to_dict(answer, {"total": total}, library.settings.collection))
    else:
        from docent.app.terminal.text import answer_text

        show(answer_text(answer))
    return 0


def _agreed(cost: Cost, arguments: argparse.Namespace) -> bool:
    """Say what it takes, and ask. Raises DocentError where nobody can be asked and --yes is missing."""
    words = _WORDS[cost.language]
    where = (words.away if cost.host else words.here).format(cost.host)
    calls = (words.call if cost.calls == 1 else words.calls).format(cost.calls)
    warn(words.cost.format(model=cost.model, passages=cost.passages, where=where, calls=calls, tokens=cost.tokens))
    if arguments.yes:
        return True
    require_terminal("say --yes where nobody can be asked, or --chat extractive to ask no model.")
    return says_yes(words.go_on)


DIGESTS: dict[str, Command] = {"summarize": summarize, "compare": compare}
