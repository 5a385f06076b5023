"""Options of the commands for what is kept of conversations. Imports nothing heavy: --help is instant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import argparse

    _Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_kept(commands: _Commands, base: argparse.ArgumentParser, again: argparse.ArgumentParser) -> None:
    """`conversations`, `feedback` and `curated`, each with its actions; `list` is the default.

    `again` has the shared options once more, without their defaults: they stand after the action, too, and there they
    must not undo what was given before it.
    """
    parser = commands.add_parser("conversations", parents=[base], help="list, show, export, delete conversations")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    listed = actions.add_parser("list", parents=[again], help="the last one first (the default)")
    listed.add_argument("--search", default="", metavar="TEXT", help="only those that say this anywhere")
    for name, what in (("show", "questions and answers"), ("export", "as Markdown"), ("delete", "for good")):
        one = actions.add_parser(name, parents=[again], help=what)
        one.add_argument("conversation", metavar="ID", help="its id, or how that begins")
        if name == "export":
            one.add_argument("file", nargs="?", type=Path, metavar="FILE", help="where to (default: stdout)")

    parser = commands.add_parser("feedback", parents=[base], help="list what readers said of answers")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    listed = actions.add_parser("list", parents=[again], help="the last one first (the default)")
    listed.add_argument("--rating", choices=("up", "down"), help="only these")

    parser = commands.add_parser("curated", parents=[base], help="list, show, delete curated answers")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("list", parents=[again], help="the last one first (the default)")
    for name, what in (("show", "with its sources"), ("delete", "so that the documents are asked again")):
        one = actions.add_parser(name, parents=[again], help=what)
        one.add_argument("curated", metavar="ID", help="its id, or how that begins")
