"""The command line's options, one place for what several commands share. Imports nothing heavy: --help is instant."""

from __future__ import annotations

import argparse
from pathlib import Path

EPILOG = "Settings may also stand in DOCENT_* variables or docent.toml; see docs/settings.md."


def shared() -> argparse.ArgumentParser:
    """Options of every command."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--collection", metavar="NAME", help="which collection (default: default)")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="where collections are kept")
    parser.add_argument("--json", action="store_true", help="machine-readable output")
    parser.add_argument("-v", "--verbose", action="store_true", help="say more on stderr")
    return parser


def narrowing() -> argparse.ArgumentParser:
    """Options that narrow a search."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--document", action="append", default=[], metavar="NAME", help="only this one (repeatable)")
    parser.add_argument("--pages", type=page_range, metavar="A-B", help="only these pages, such as 10-20")
    return parser


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
        prog="python -m ingest",
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
    parser.add_argument("--no-wait", action="store_true", help="leave the embedding to the server or a later run")
    parser.add_argument("--embedder", metavar="SPEC", help="such as bundled:e5-small")
    return parser


def app_parser() -> argparse.ArgumentParser:
    """`python -m app`."""
    parser = argparse.ArgumentParser(
        prog="python -m app", description="Ask your documents, and see the lines that prove each answer.", epilog=EPILOG
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    base = shared()
    narrow = narrowing()

    ask = commands.add_parser("ask", parents=[base, narrow], help="answer a question, with citations")
    ask.add_argument("question", type=question)
    ask.add_argument("--chat", metavar="SPEC", help="extractive, or a model such as openai:NAME@URL")

    search = commands.add_parser("search", parents=[base, narrow], help="find passages")
    search.add_argument("question", type=question)
    search.add_argument("-k", type=positive, default=10, help="how many (default: 10)")

    documents = commands.add_parser("documents", parents=[base], help="list what is in the collection")
    documents.add_argument("document", nargs="?", metavar="DOC", help="show how each page of this one was read")

    remove = commands.add_parser("remove", parents=[base], help="remove documents")
    remove.add_argument("documents", nargs="+", metavar="DOC", help="name, path or id")

    evaluate = commands.add_parser("eval", parents=[base], help="measure retrieval and answers on questions")
    evaluate.add_argument("file", type=Path, help="questions, one JSON object a line")
    evaluate.add_argument("-k", type=depths, default=(1, 3, 5, 10), metavar="1,3,5", help="depths (default: 1,3,5,10)")

    serve = commands.add_parser("serve", parents=[base], help="start the web page and the API")
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: 7860)")
    serve.add_argument("--chat", metavar="SPEC", help="extractive, or a model such as openai:NAME@URL")
    return parser


def depths(text: str) -> tuple[int, ...]:
    """`1,3,5`, ascending."""
    return tuple(sorted({positive(part.strip()) for part in text.split(",")}))
