"""`python -m app COMMAND`: search, documents, eval, serve; docent.app.terminal has the others."""

from __future__ import annotations

import gc
import logging
import sys
from typing import TYPE_CHECKING

from docent.app.started import as_started
from docent.app.terminal.arguments import app_parser, spelled_out
from docent.app.terminal.commands import COMMANDS, removed_documents, where_of
from docent.app.terminal.expand_command import expand
from docent.app.terminal.speaking import show as _print
from docent.app.terminal.speaking import show_json as _print_json
from docent.app.terminal.tag_command import tag
from docent.app.terminal.talk import ask, chat, nothing_in

if TYPE_CHECKING:
    import argparse

    from docent.app import Library


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 some input failed, 2 usage or settings."""
    given = spelled_out(sys.argv[1:] if argv is None else argv)
    arguments = app_parser(next(iter(given), "")).parse_args(given)
    from docent.app import load_settings, open_library
    from docent.ingest import DocentError

    if getattr(arguments, "also", ()) and arguments.command not in _SEVERAL:
        print(f"docent: {arguments.command} takes one collection: give --collection once.", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    if arguments.verbose:
        logging.getLogger("docent").setLevel(logging.INFO)
    names = ("data_dir", "collection", "chat", "host", "port")
    try:
        settings = load_settings(**{name: getattr(arguments, name, None) for name in names})
        with open_library(settings) as library:
            return _COMMANDS[arguments.command](library, arguments)
    except DocentError as error:
        print(f"docent: {as_started(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _search(library: Library, arguments: argparse.Namespace) -> int:
    result = library.search(arguments.question, arguments.k, where_of(arguments), also=arguments.also)
    if arguments.json:
        from docent.app.wire import search_to_dict

        _print_json(search_to_dict(result, library.settings.collection))
        return 0
    from docent.app.terminal.text import hits_text

    _print(hits_text(result.hits) if result.hits else "Nothing was found.")
    if result.notice:
        print(f"found less well than usual: {result.notice}", file=sys.stderr)
    if result.pending:
        print(f"{result.pending} passages are found by words only until they are embedded.", file=sys.stderr)
    if result.move:
        move = result.move
        print(f"moving to {move.embedder}: {move.done} of {move.total} passages are embedded.", file=sys.stderr)
    return 0


def _documents(library: Library, arguments: argparse.Namespace) -> int:
    if arguments.document:
        return _page_reports(library, arguments)
    if arguments.removed:
        return removed_documents(library, arguments)
    from docent.app.tagging import having

    documents = having(library.documents(), arguments.tag)
    if arguments.json:
        from docent.app.wire import document_to_dict

        _print_json({"documents": [document_to_dict(one) for one in documents]})
        return 0
    from docent.app.terminal.text import documents_table

    nothing = "No document has this tag." if arguments.tag else nothing_in(library)
    _print(documents_table(documents) if documents else nothing)
    return 0


def _page_reports(library: Library, arguments: argparse.Namespace) -> int:
    for document, reports in library.page_reports(arguments.document):
        if arguments.json:
            from docent.app.wire import page_report_to_dict

            pages = [page_report_to_dict(*one) for one in reports]
            _print_json({"document": document.name, "document_id": document.id, "pages": pages})
        else:
            from docent.app.terminal.text import pages_table

            _print(pages_table(document.name, reports))
    return 0


def _users(library: Library, arguments: argparse.Namespace) -> int:
    from docent.app.terminal.users_command import users

    return users(library, arguments)


def _eval(library: Library, arguments: argparse.Namespace) -> int:
    from docent.app.terminal.evaluation_command import evaluate_command

    return evaluate_command(library, arguments)


def _kept(library: Library, arguments: argparse.Namespace) -> int:
    from docent.app.terminal.kept_commands import KEPT

    return KEPT[arguments.command](library, arguments)


def _models(library: Library, arguments: argparse.Namespace) -> int:
    from docent.app.terminal.models_command import models

    return models(library, arguments)


def _digest(library: Library, arguments: argparse.Namespace) -> int:
    from docent.app.terminal.digest_commands import DIGESTS

    return DIGESTS[arguments.command](library, arguments)


def _serve(library: Library, arguments: argparse.Namespace) -> int:
    from docent.app.logs import log_to_stderr
    from docent.app.web.server import serve
    from docent.ui import mount

    del arguments
    if library.settings.log != "errors":
        log_to_stderr(library.settings.log)
    print(f"documents are kept in {library.settings.data_dir}", file=sys.stderr)

    library.collection(create=True)

    def ready(address: str, set_up_token: str) -> None:
        print(f"Docent answers at {address} (Ctrl+C stops it)", file=sys.stderr, flush=True)
        if set_up_token:
            said = f"make the first account at {address}/set-up with the token {set_up_token}"
            print(said, file=sys.stderr, flush=True)

    serve(library, mount, ready)
    return 0


_COMMANDS = {
    "ask": ask, "chat": chat, "search": _search, "documents": _documents, "eval": _eval, "serve": _serve, "tag": tag,
    "users": _users, "expand": expand, "summarize": _digest, "compare": _digest,
    "conversations": _kept, "feedback": _kept, "curated": _kept, "models": _models, **COMMANDS,
}  # fmt: skip

_SEVERAL = ("ask", "chat", "search")  # commands that take several collections


def _run() -> int:
    """`main` in a process of its own. Of a search, 0.05 s are saved that no longer process would notice."""
    if sys.argv[1:2] != ["search"]:
        return main()
    from docent.app.settings import multiply_alone

    multiply_alone()
    gc.disable()  # all memory goes back at once when the hits are printed, so nothing is looked through for what could
    status = main()
    gc.freeze()
    return status


if __name__ == "__main__":
    sys.exit(_run())
