"""The command line's options, one place for what several commands share. Imports nothing heavy: --help is instant."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from docent.app.started import usage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    _Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

EPILOG = "Settings may also stand in DOCENT_* variables or docent.toml; see docs/settings.md."


def shared(default: str | None = None) -> argparse.ArgumentParser:
    """Options of every command."""
    parser = argparse.ArgumentParser(add_help=False, argument_default=default)
    parser.add_argument("--collection", action=_Collections, metavar="NAME", help="which collection (default: default)")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="where collections are kept")
    flag = default or False
    parser.add_argument("--json", action="store_true", default=flag, help="machine-readable output")
    parser.add_argument("-v", "--verbose", action="store_true", default=flag, help="say more on stderr")
    return parser


class _Collections(argparse.Action):
    """The first is the collection, others stand in `also`: commands that ask take several."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        del parser, option
        if getattr(namespace, self.dest, None) is None:
            namespace.collection = values
        else:
            namespace.also = (*getattr(namespace, "also", ()), values)


def narrowing() -> argparse.ArgumentParser:
    """Options that narrow a search."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.set_defaults(also=())
    parser.add_argument("--document", action="append", default=[], metavar="NAME", help="only this one (repeatable)")
    parser.add_argument("--pages", type=page_range, metavar="A-B", help="only these pages, such as 10-20")
    parser.add_argument("--tag", action="append", default=[], metavar="TAG", help="only what has it (and each other)")
    parser.add_argument(
        "--since", metavar="DATE", help="only documents of this day or later: 2024, 2024-03, 2024-03-05"
    )
    parser.add_argument("--until", metavar="DATE", help="only documents of this day or earlier")
    return parser


def spelled_out(argv: Sequence[str]) -> list[str]:
    """`tag DOC +new -old` as `tag DOC --add=new --remove=old`: for argparse, what begins with - is an option."""
    if not argv or argv[0] != "tag":
        return list(argv)
    return [
        _SIGNS[one[0]] + one[1:] if one[:1] in _SIGNS and one not in _OPTIONS and one[:2] != "--" else one
        for one in argv
    ]


_SIGNS = {"+": "--add=", "-": "--remove="}
_OPTIONS = ("-v", "-h")


def page_range(text: str) -> tuple[int, int]:
    """`7` or `10-20`, physical and 1-based."""
    first, _, last = text.partition("-")
    try:
        pages = int(first), int(last or first)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no range of pages: give 7 or 10-20") from None
    if not 1 <= pages[0] <= pages[1]:
        raise argparse.ArgumentTypeError(f"{text!r} is no range of pages: they count from 1 upwards")
    return pages


def question(text: str) -> str:
    """Not blank."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the question is empty")
    return text


def positive(text: str) -> int:
    """A whole number above zero."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero")
    return int(text)


def ingest_parser() -> argparse.ArgumentParser:
    """`python -m ingest`."""
    parser = argparse.ArgumentParser(
        prog=usage("ingest"),
        description="Make a collection agree with folders and files: new ones are read, changed ones read again, "
        "vanished ones removed. Running it twice changes nothing.",
        epilog=EPILOG,
        parents=[shared()],
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folders or files")
    parser.add_argument("--force", action="store_true", help="read everything again")
    parser.add_argument("--password", help="for encrypted PDFs")
    parser.add_argument("--ocr", choices=("auto", "always", "never"), help="which pages are read by OCR (auto)")
    parser.add_argument(
        "--draw", type=Path, metavar="PNG", help="only draw how a page is read into this file; PATH is then FILE:PAGE"
    )
    parser.add_argument("--tag", action="append", default=[], metavar="TAG", help="put it on all of them (repeatable)")
    parser.add_argument("--no-wait", action="store_true", help="leave the embedding to the server or a later run")
    parser.add_argument("--embedder", metavar="SPEC", help="such as bundled:e5-small")
    parser.add_argument(
        "--ray", metavar="ADDRESS", help="read and embed on a Ray cluster: auto, local, host:6379 or ray://host:10001"
    )
    return parser


def app_parser(command: str = "") -> argparse.ArgumentParser:
    """`python -m app`. For a command that there is only its own options and its like's: to add all takes 10 ms."""
    parser = argparse.ArgumentParser(
        prog=usage("app"), description="Ask your documents, and see the lines that prove each answer.", epilog=EPILOG
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = [add for names, add in _ADDING.items() if command in names]
    for add in wanted or _ADDING.values():
        add(commands, shared())
    return parser


def _add_questions(commands: _Commands, base: argparse.ArgumentParser) -> None:
    narrow = narrowing()
    ask = commands.add_parser("ask", parents=[base, narrow], help="answer a question, with citations")
    ask.add_argument("question", type=question)
    ask.add_argument("--chat", metavar="SPEC", help="extractive, or a model such as openai:NAME@URL")
    ask.add_argument("--deep", action="store_true", help="look into many documents, one after the other")
    ask.add_argument("--strict", action="store_true", help="leave out what no passage supports of a model's answer")

    chat = commands.add_parser("chat", parents=[base, narrow], help="ask on and on: a question may lean on the last")
    chat.add_argument("--chat", metavar="SPEC", help="extractive, or a model such as openai:NAME@URL")
    chat.add_argument("--deep", action="store_true", help="look into many documents, one after the other")
    chat.add_argument("--strict", action="store_true", help="leave out what no passage supports of a model's answer")

    search = commands.add_parser("search", parents=[base, narrow], help="find passages")
    search.add_argument("question", type=question)
    search.add_argument("-k", type=positive, default=10, help="how many (default: 10)")


def _add_documents(commands: _Commands, base: argparse.ArgumentParser) -> None:
    documents = commands.add_parser("documents", parents=[base], help="list what is in the collection")
    which = documents.add_mutually_exclusive_group()
    which.add_argument("document", nargs="?", metavar="DOC", help="show how each page of this one was read")
    which.add_argument("--removed", action="store_true", help="list what `restore` can bring back")
    which.add_argument("--tag", action="append", default=[], metavar="TAG", help="only those that have it")

    remove = commands.add_parser("remove", parents=[base], help="remove documents")
    remove.add_argument("documents", nargs="+", metavar="DOC", help="name, path or id")
    restore = commands.add_parser("restore", parents=[base], help="undo the removal of documents, or restore a backup")
    restore.add_argument(
        "documents",
        nargs="+",
        metavar="DOC",
        help="name, path or id; or the file of a backup, into an empty --data-dir",
    )
    backup = commands.add_parser("backup", parents=[base], help="write everything into one file, also while serving")
    backup.add_argument("file", type=Path, metavar="FILE", help="a new one")

    tag = commands.add_parser("tag", parents=[base], help="list tags, or put them on a document: tag DOC +new -old")
    tag.add_argument("document", nargs="?", metavar="DOC", help="name, path or id")
    tag.add_argument("--add", action="append", default=[], metavar="TAG", help="put it on, as +TAG does")
    tag.add_argument("--remove", action="append", default=[], metavar="TAG", help="take it off, as -TAG does")


def _add_digests(commands: _Commands, base: argparse.ArgumentParser) -> None:
    for name, what in (("summarize", "say the main points of documents"), ("compare", "set documents side by side")):
        digest = commands.add_parser(name, parents=[base], help=f"{what}, each sentence cited")
        digest.add_argument("documents", nargs="+", metavar="DOC", help="name, path or id")
        digest.add_argument("--sentences", type=positive, default=12, metavar="N", help="at most (default: 12)")
        digest.add_argument("--chat", metavar="SPEC", help="extractive, or a model such as openai:NAME@URL")
        digest.add_argument("--yes", action="store_true", help="do not ask whether a model may be asked so much")


def _add_others(commands: _Commands, base: argparse.ArgumentParser) -> None:
    models = commands.add_parser("models", parents=[base], help="list kinds of chat models, or try one")
    models.add_argument("--try", dest="try_spec", metavar="SPEC", help="load it and ask it one small question")

    serve = commands.add_parser("serve", parents=[base], help="start the web page and the API")
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: 7860)")
    serve.add_argument("--chat", metavar="SPEC", help="extractive, or a model such as openai:NAME@URL")


def _add_eval(commands: _Commands, base: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("eval", parents=[base, narrowing()], help="measure retrieval and answers on questions")
    parser.add_argument("file", nargs="?", type=Path, help="questions, one JSON object a line")
    parser.add_argument("-k", type=depths, default=(1, 3, 5, 10), metavar="1,3,5", help="depths (default: 1,3,5,10)")
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("A.toml", "B.toml"), help="two settings side by side")
    parser.add_argument("--report", type=Path, metavar="HTML", help="write a page with plots and every question")
    parser.add_argument("--lang", choices=("en", "zh"), help="language of the report (that of the questions)")
    parser.add_argument("--save", type=Path, metavar="DIR", help="keep the result there, by commit or date")
    parser.add_argument("--make", type=positive, metavar="N", help="make N questions from the collection instead")
    parser.add_argument("-o", "--output", type=Path, metavar="JSONL", help="where --make writes (default: stdout)")
    parser.add_argument("--seed", type=int, default=1, help="of --make: another seed gives other questions")


def _add_upkeep(commands: _Commands, base: argparse.ArgumentParser) -> None:
    """Commands that keep collections in order."""
    _add_collections(commands, base)
    purge = commands.add_parser("purge", parents=[base], help="leave no byte of what was removed")
    purge.add_argument(
        "--wait", type=float, default=30.0, metavar="SECONDS", help="for other processes that read (default: 30)"
    )

    reindex = commands.add_parser("reindex", parents=[base], help="move to another embedder while it keeps answering")
    what = reindex.add_mutually_exclusive_group(required=True)
    what.add_argument("--embedder", metavar="SPEC", help="such as bundled:e5-small; goes on where it was stopped")
    what.add_argument("--stop", action="store_true", help="give up a move that was begun")

    expand = commands.add_parser("expand", parents=[base], help="have questions written by which passages are found")
    expand.add_argument("--chat", metavar="SPEC", help="the model that writes them, such as ollama:NAME")
    expand.add_argument("--questions", type=positive, default=3, metavar="N", help="for each passage (default: 3)")
    expand.add_argument("--limit", type=positive, metavar="N", help="for so many passages; the next run goes on")
    expand.add_argument("--yes", action="store_true", help="do not ask; needed where there is no terminal")
    expand.add_argument("--drop", action="store_true", help="delete all that were written")

    doctor = commands.add_parser("doctor", parents=[base], help="look for everything that can be wrong")
    doctor.add_argument("--fix", action="store_true", help="mend what can be mended without reading files again")


def _add_collections(commands: _Commands, base: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("collections", parents=[base], help="list, create, rename, delete, export, import")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    # The options stand after the action, too; there they must not undo what was given before it.
    again = shared(argparse.SUPPRESS)
    actions.add_parser("list", parents=[again], help="all of them (the default)")
    create = actions.add_parser("create", parents=[again], help="an empty one")
    create.add_argument("name", metavar="NAME")
    create.add_argument("--embedder", metavar="SPEC", help="its own, whatever the settings say")
    rename = actions.add_parser("rename", parents=[again], help="call it otherwise")
    rename.add_argument("name", metavar="OLD")
    rename.add_argument("new", metavar="NEW")
    delete = actions.add_parser("delete", parents=[again], help="with all its documents")
    delete.add_argument("name", metavar="NAME")
    delete.add_argument("--yes", action="store_true", help="do not ask; needed where there is no terminal")
    remote = actions.add_parser("remote-models", parents=[again], help="may passages be sent to models elsewhere?")
    remote.add_argument("name", metavar="NAME")
    remote.add_argument("rule", choices=("allow", "forbid"))
    export = actions.add_parser("export", parents=[again], help="into one file")
    export.add_argument("name", metavar="NAME")
    export.add_argument("file", type=Path, metavar="FILE")
    take = actions.add_parser("import", parents=[again], help="from such a file")
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("name", nargs="?", metavar="NAME", help="another name than the one it had")
    take.add_argument("--embedder", metavar="SPEC", help="what it was embedded by, if that is a server or a folder")


def depths(text: str) -> tuple[int, ...]:
    """`1,3,5`, ascending."""
    return tuple(sorted({positive(part.strip()) for part in text.split(",")}))


def _add_kept(commands: _Commands, base: argparse.ArgumentParser) -> None:
    from docent.app.terminal.kept_arguments import add_kept

    add_kept(commands, base, shared(argparse.SUPPRESS))


def _add_users(commands: _Commands, base: argparse.ArgumentParser) -> None:
    from docent.app.terminal.users_arguments import add_users

    add_users(commands, base, shared(argparse.SUPPRESS))


_ADDING: dict[tuple[str, ...], Callable[[_Commands, argparse.ArgumentParser], None]] = {
    ("ask", "chat", "search"): _add_questions,
    ("documents", "remove", "restore", "backup", "tag"): _add_documents,
    ("summarize", "compare"): _add_digests,
    ("eval",): _add_eval,
    ("collections", "purge", "reindex", "expand", "doctor"): _add_upkeep,
    ("conversations", "feedback", "curated"): _add_kept,
    ("users",): _add_users,
    ("models", "serve"): _add_others,
}
