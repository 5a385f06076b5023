"""The same question gives the same citations at every door, also from a program of somebody else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SAMPLES
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from docent import Library, create_chain, create_retriever
from docent.app import Settings, open_library
from docent.llm import Answer

QUESTION = "TH-01 使用什么备件？"

HOST_PROGRAM = """
import json
import app  # the host's own
from docent import create_chain

assert app.HOST is True
answer = create_chain().invoke({question!r})
print(json.dumps([[c.hit.document.name, c.page, c.quote] for c in answer.citations], ensure_ascii=False))
"""


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with the sample manual and note."""
    folder = tmp_path_factory.mktemp("stocked")
    settings = Settings(data_dir=folder / "data", cache_dir=folder / "cache", embedder="hash:64")
    with open_library(settings) as library:
        results = list(library.sync([SAMPLES / "th01-manual.pdf", SAMPLES / "backup-runbook.md"]))
        assert {result.status for result in results} == {"added"}
        library.collection().fill_vectors()
    return settings


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "DOCENT_DATA_DIR": str(settings.data_dir),
        "DOCENT_CACHE_DIR": str(settings.cache_dir),
        "DOCENT_EMBEDDER": settings.embedder,
    }


def _chain_citations(answer: Answer) -> list[list[Any]]:
    return [[one.hit.document.name, one.page, one.quote] for one in answer.citations]


def test_a_script_beside_a_host_package_called_app_gets_the_citations_of_the_command(
    stocked: Settings, tmp_path: Path
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("HOST = True\n")
    (tmp_path / "main.py").write_text(HOST_PROGRAM.format(question=QUESTION))
    host = subprocess.run(
        [sys.executable, "main.py"], cwd=tmp_path, env=_environment(stocked), capture_output=True, text=True, check=True
    )
    command = subprocess.run(
        [sys.executable, "-m", "app", "ask", QUESTION, "--json"],
        cwd=ROOT, env=_environment(stocked), capture_output=True, text=True, check=True,
    )  # fmt: skip
    shown = [[c["document"], c["page"], c["quote"]] for c in json.loads(command.stdout)["citations"]]
    assert shown
    assert json.loads(host.stdout) == shown
    with open_library(stocked) as library:
        assert _chain_citations(create_chain(library).invoke(QUESTION)) == shown


def test_the_chain_runs_streams_batches_and_takes_history(stocked: Settings) -> None:
    with open_library(stocked) as library:
        chain = create_chain(library)
        answer = chain.invoke({"question": QUESTION})
        assert answer.citations
        assert list(chain.stream(QUESTION))[-1] == answer
        assert chain.batch([QUESTION, {"question": QUESTION, "history": [("a", "b")]}])[1].text == answer.text
        history = [HumanMessage("What is TH-01?"), AIMessage("A pump unit.")]
        assert chain.invoke({"question": QUESTION, "history": history}).citations == answer.citations
        with pytest.raises(TypeError, match="question"):
            chain.invoke({"query": QUESTION})


def test_the_conversation_of_the_documentation_runs(stocked: Settings) -> None:
    page = (ROOT / "docs" / "asking.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    script = [sys.executable, "-c", code]
    done = subprocess.run(script, cwd=ROOT, env=_environment(stocked), capture_output=True, text=True, check=True)
    assert done.stdout == "How often is the orders database backed up? Why?\n"


class TestRetriever(RetrieversIntegrationTests):
    """LangChain's own conformance suite."""

    @pytest.fixture(autouse=True)
    @classmethod
    def _stock(cls, stocked: Settings) -> None:
        cls.settings = stocked

    @property
    def retriever_constructor(self) -> Any:
        def construct(k: int = 10) -> BaseRetriever:
            return create_retriever(open_library(self.settings), k=k)

        return construct

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"k": 2}

    @property
    def retriever_query_example(self) -> str:
        return QUESTION


def test_a_retrieved_document_names_its_page(stocked: Settings) -> None:
    with open_library(stocked) as library:
        first = create_retriever(library, k=1).invoke("PX-2040/B")[0]
    assert first.metadata["document"] == "th01-manual.pdf"
    assert first.metadata["page"] in first.metadata["pages"]
    assert first.metadata["boxes"][0]["rect"]


BLOCKED = """
import socket, sys

def refuse(*_, **__):
    raise OSError("the network is blocked")

socket.socket.connect = refuse
socket.getaddrinfo = refuse
socket.create_connection = refuse

from pathlib import Path
from docent import open_library
from docent.llm import fold_events

with open_library() as library:
    results = list(library.sync([Path({samples!r}) / "backup-runbook.md"]))
    assert results[0].status == "added", results
    library.collection().fill_vectors()
    answer = fold_events(library.ask("How often do backups run?"))
    assert answer.citations, answer
"""


@pytest.mark.weights
def test_import_ingest_and_ask_need_no_network(tmp_path: Path, model_cache: Path) -> None:
    env = {**os.environ, "DOCENT_DATA_DIR": str(tmp_path), "DOCENT_CACHE_DIR": str(model_cache)}
    code = BLOCKED.format(samples=str(SAMPLES))
    subprocess.run([sys.executable, "-c", code], env=env, cwd=tmp_path, check=True, timeout=200)


def test_a_library_is_closed_by_with(settings: Settings) -> None:
    with open_library(settings) as library:
        assert isinstance(library, Library)
        library.collection(create=True)
    assert not library._opened._open
