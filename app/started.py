"""How this program was started, and so how the commands are written that its sentences name."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

_SCRIPT = "docent"
_COMMAND = re.compile(r"(?<=`)python -m (app|ingest)\b")
_PREFIXES = {"app": "", "ingest": "", "docent.app": "docent.", "docent.ingest": "docent."}


def starts(package: str) -> str:
    """What starts `app` or `ingest` as this was: `.venv/bin/python -m app`, `python -m docent.app`, `docent`."""
    spec = sys.modules["__main__"].__spec__
    if spec is None and Path(sys.argv[0]).stem == _SCRIPT:
        return shlex.quote(sys.argv[0]) if package == "app" else f"{shlex.quote(sys.executable)} -m docent.{package}"
    prefix = _PREFIXES.get(spec.name.removesuffix(".__main__")) if spec else None
    if prefix is None:  # within another program
        return f"python -m {package}"
    return f"{shlex.quote(sys.orig_argv[0])} -m {prefix}{package}"


def usage(package: str) -> str:
    """The same without folders."""
    _, module, name = starts(package).rpartition(" -m ")
    return f"python{module}{name}" if module else _SCRIPT


def as_started(sentence: str) -> str:
    """A sentence with its commands as they work where this was started."""
    return _COMMAND.sub(lambda found: starts(found[1]), sentence)


def as_called(sentence: str) -> str:
    """The same without folders, for whoever is not at this machine."""
    return _COMMAND.sub(lambda found: usage(found[1]), sentence)
