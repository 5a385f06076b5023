"""The command `eval`: measure, compare two settings, make questions, write a report."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from docent.app.errors import SettingsError
from docent.app.evaluation.comparison import Run, check_embedder, settings_of
from docent.app.evaluation.measuring import Progress, Question, measure_together, read_questions, unknown_documents
from docent.app.evaluation.stages import FIRST
from docent.app.library import Library, open_library
from docent.app.terminal.commands import where_of
from docent.app.terminal.speaking import show, show_json, warn

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

_SHOWN_NAMES = 3


def evaluate_command(library: Library, arguments: argparse.Namespace) -> int:
    """`eval FILE`, `eval FILE --compare A.toml B.toml`, `eval --make N`. Raises SettingsError."""
    if (arguments.file is None) == (arguments.make is None):
        raise SettingsError("eval wants a file of questions, or --make N to make some from the collection.")
    if arguments.make is not None:
        return _make(library, arguments)
    questions = read_questions(arguments.file)
    if arguments.compare:
        return _compare(arguments, questions)
    _warn_of_unknown(library, questions)
    (run,) = _runs([library], arguments, questions, [arguments.file.stem])
    from docent.app.evaluation.wire import run_to_dict, settings_to_dict

    _keep(arguments, [run], {**run_to_dict(run, arguments.k), "settings": settings_to_dict(library.settings)})
    if arguments.json:
        show_json(run.figures(arguments.k))
    else:
        from docent.app.evaluation.text import figures_table, lost_text

        show(figures_table(run.figures(arguments.k)))
        show(lost_text(run.outcomes))
    return 0


def _runs(
    libraries: Sequence[Library], arguments: argparse.Namespace, questions: Sequence[Question], names: Sequence[str]
) -> list[Run]:
    with _bar(" / ".join(names), is_shown=not arguments.json) as tick:
        found = measure_together(libraries, questions, max(FIRST, *arguments.k), where_of(arguments), tick)
    return [Run(name, tuple(outcomes)) for name, outcomes in zip(names, found, strict=True)]


def _warn_of_unknown(library: Library, questions: Sequence[Question]) -> None:
    missing = unknown_documents(library, questions)
    if missing:
        more = f" and {len(missing) - _SHOWN_NAMES} more" if len(missing) > _SHOWN_NAMES else ""
        warn(
            f"docent: the collection {library.settings.collection} has no {', '.join(missing[:_SHOWN_NAMES])}{more}:"
            " questions about what is missing count as not found; `documents` lists the names there are."
        )


def _compare(arguments: argparse.Namespace, questions: Sequence[Question]) -> int:
    from docent.app.evaluation.wire import comparison_to_dict, settings_to_dict

    given = {name: getattr(arguments, name) for name in ("data_dir", "collection")}
    both = [settings_of(path, given) for path in arguments.compare]
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(open_library(settings)) for settings in both]
        for path, library in zip(arguments.compare, opened, strict=True):
            check_embedder(library, path)
            _warn_of_unknown(library, questions)
        runs = _runs(opened, arguments, questions, _names(arguments.compare))
    a, b = runs
    found = comparison_to_dict(a, b, arguments.k)
    for side, settings in zip(("a", "b"), both, strict=True):
        found[side]["settings"] = settings_to_dict(settings)
    _keep(arguments, runs, found)
    if arguments.json:
        show_json(found)
    else:
        from docent.app.evaluation.text import changed_text, comparison_table

        show(comparison_table(a, b, arguments.k))
        show(changed_text(a, b))
    return 0


def _names(paths: Sequence[Path]) -> list[str]:
    """What the two are called: their file names, with the folder where those are the same."""
    stems = [path.stem for path in paths]
    return stems if len(set(stems)) > 1 else [str(path) for path in paths]


def _keep(arguments: argparse.Namespace, runs: Sequence[Run], result: dict[str, Any]) -> None:
    """Write the report and the saved result, where they are wanted."""
    if arguments.report:
        from docent.app.evaluation.report import report_html

        _write(arguments.report, report_html(runs, arguments.k, arguments.lang))
        warn(f"the report is in {arguments.report}")
    if arguments.save:
        from docent.app.evaluation.wire import save

        stem = "-".join([arguments.file.stem, *(path.stem for path in arguments.compare or ())])
        try:
            path = save(arguments.save, stem, result)
        except OSError as error:
            raise SettingsError(
                f"{arguments.save} cannot be written ({error.strerror}): name another folder."
            ) from error
        warn(f"the result is in {path}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}): name another place.") from error


def _make(library: Library, arguments: argparse.Namespace) -> int:
    from docent.app.evaluation.question_making import make_questions, question_line

    if arguments.output and arguments.output.exists():
        raise SettingsError(f"{arguments.output} exists: name another file, or remove it first.")
    made = make_questions(library, arguments.make, arguments.seed)
    if len(made) < arguments.make:
        warn(f"docent: {len(made)} of {arguments.make} questions could be made: the collection has no more that fits.")
    lines = [question_line(one) for one in made]
    if arguments.output:
        _write(arguments.output, "".join(f"{line}\n" for line in lines))
        warn(f"{len(made)} questions are in {arguments.output}")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0 if made else 1


@contextlib.contextmanager
def _bar(name: str, *, is_shown: bool) -> Iterator[Progress]:
    """A progress bar on stderr."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not (is_shown and console.is_terminal)) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
