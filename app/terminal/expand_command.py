"""The command `expand`: have questions written for each passage, by which it is found as well."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from docent.app.terminal.speaking import require_terminal, says_yes, show, show_json, warn

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from docent.app import Library
    from docent.app.expanding import Cost


def expand(library: Library, arguments: argparse.Namespace) -> int:
    """`expand [--chat SPEC] [--limit N] [--questions N] [--yes]`, `expand --drop`: 1 when the model failed."""
    from docent.app import expanding

    if arguments.drop:
        count = expanding.forget(library)
        show_json({"dropped": count}) if arguments.json else show(f"dropped the questions of {count} passages")
        return 0
    model = expanding.writer_of(library, arguments.chat)
    cost = expanding.cost_of(library, model, arguments.limit)
    if cost.passages and not _may_run(cost, is_sure=arguments.yes):
        return 1
    with _bar(is_shown=not arguments.json) as tick:
        found = expanding.expand(library, model, arguments.questions, arguments.limit, progress=tick)
    if arguments.json:
        told = {"passages": found.passages, "questions": found.questions, "left": found.left, "reason": found.reason}
        show_json(told)
    else:
        show(f"{found.questions} questions for {found.passages} passages; {found.left} passages have none yet")
        if found.reason:
            warn(f"docent: {found.reason}")
    return 1 if found.reason else 0


def _may_run(cost: Cost, *, is_sure: bool) -> bool:
    """Say what it costs, and ask."""
    where = f"; they leave this machine for {cost.host}" if cost.host else ""
    warn(f"{cost.model} will read {cost.passages:,} passages in as many calls, {cost.characters:,} characters{where}.")
    if is_sure:
        return True
    require_terminal("that may take hours or cost money: say so with --yes where nobody can be asked.")
    is_sure = says_yes("Go on?")
    if not is_sure:
        warn("nothing was written.")
    return is_sure


@contextmanager
def _bar(*, is_shown: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, with the time that is left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_shown) as progress:
        task = progress.add_task("writing questions", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
