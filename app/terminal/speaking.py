"""How all commands speak: on stdout what was asked for, on stderr what is to know, and questions to who sits there."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from docent.app.started import as_started

if TYPE_CHECKING:
    from rich.console import RenderableType

PIPED = 1000  # characters of a line that a program reads


def show(what: RenderableType) -> None:
    """Print on stdout, plain where that is no terminal; then no cell of a table is cut or folded."""
    from docent.ingest import console

    width = None if sys.stdout.isatty() else PIPED
    shown = as_started(what) if isinstance(what, str) else what
    console(highlight=False, soft_wrap=True, width=width).print(shown, markup=False)


def require_terminal(otherwise: str) -> None:
    """Raise DocentError with what to do instead, where nobody can be asked."""
    from docent.ingest import DocentError

    if not sys.stdin.isatty():
        raise DocentError(otherwise)


def says_yes(question: str) -> bool:
    """Whether somebody at the terminal agrees; anything but yes is no."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def show_json(value: dict[str, Any]) -> None:
    """One JSON object on a line of stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def warn(text: str) -> None:
    """One sentence on stderr."""
    from docent.ingest import visible

    sys.stderr.write(f"{visible(as_started(text))}\n")
