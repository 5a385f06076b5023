"""A search from the command line loads what it uses and nothing else: its imports are most of what is waited for."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from docent.app import Library, open_library
from docent.app.terminal.arguments import app_parser
from docent.retrieval import Collection, EmbedderError, HashEmbedder, Vectors

# Loaded at first use: locks for who writes, what reads files, what answers, and what only a server has.
NOT_FOR_A_SEARCH = (
    "docent.app.history.conversations", "docent.app.history.curated", "docent.app.intake.reader_pool",
    "docent.app.intake.taking", "docent.app.identity.tokens", "docent.ingest.kinds", "docent.ingest.options",
    "docent.llm.types",
    "docent.retrieval.canaries", "docent.retrieval.checkup", "docent.retrieval.storage.portable",
    "docent.retrieval.storage.purging", "docent.retrieval.storage.spooling", "email", "fastapi", "filelock", "http",
    "httpx", "onnxruntime", "pydantic", "pymupdf", "rich", "tomllib", "torch", "uuid", "zhconv", "zipfile",
)  # fmt: skip


def choices(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (found,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    return dict(found.choices)


COMMANDS = tuple(choices(app_parser()))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_all_its_options_when_it_alone_is_described(command: str) -> None:
    alone, beside = app_parser(command), app_parser()
    assert len(choices(alone)) < len(choices(beside))
    assert choices(alone)[command].format_help() == choices(beside)[command].format_help()


@pytest.mark.parametrize("command", ["", "--help", "serach"])
def test_what_is_no_command_is_told_all_of_them(command: str) -> None:
    assert tuple(choices(app_parser(command))) == COMMANDS


def test_a_search_loads_what_it_uses_and_nothing_else(library: Library, docs: Path) -> None:
    assert [one.status for one in library.sync([docs / "birds.md"])] == ["added"]
    library.collection().fill_vectors()
    library.search("swift")  # writes the indexes
    code = (
        "import sys\n"
        "from docent.app.__main__ import main\n"
        "main(['search', 'gross margin of the common swift', '--json'])\n"
        f"sys.stderr.write(' '.join(one for one in {NOT_FOR_A_SEARCH!r} if one in sys.modules))\n"
    )
    settings = {"DOCENT_DATA_DIR": str(library.settings.data_dir), "DOCENT_EMBEDDER": library.settings.embedder}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, **settings}
    )
    assert '"chunk_id"' in done.stdout
    assert done.stderr == ""


class Silent(HashEmbedder):
    """A model that does not load."""

    def embed_query(self, text: str) -> Vectors:
        raise EmbedderError("the model is gone.")


def test_a_first_search_loads_at_a_time_what_later_ones_have(library: Library, docs: Path) -> None:
    list(library.sync([docs]))
    library.collection().fill_vectors()
    library.close()
    with open_library(library.settings) as again:
        first = again.search("where does the swift sleep?")
        assert first.hits == again.search("where does the swift sleep?").hits
        assert {"lexical", "dense"} <= set(first.hits[0].ranks)
        assert first.hits != again.search("绿茶的温度").hits


def test_a_model_that_fails_at_the_first_search_is_said_there(library: Library, docs: Path) -> None:
    list(library.sync([docs]))
    library.collection().fill_vectors()
    folder = library.catalog.folder("default")
    library.close()
    collection = Collection(folder, Silent(64), "hash:64")
    for _ in range(2):
        found = collection.search("swift")
        assert found.notice == "the model is gone."
        assert found.hits[0].ranks.keys() == {"lexical"}
    collection.close()
