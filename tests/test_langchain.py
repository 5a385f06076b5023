"""Docent as LangChain parts: how the chain streams, what the tool gives, and that nothing blocks an event loop."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SAMPLES
from contracts.chat import hit
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langchain_tests.integration_tests import ToolsIntegrationTests

from docent import create_chain, create_retriever, create_tool
from docent.app import Library, Settings, open_library
from docent.ingest import DocentError
from docent.llm import Answer, Done, Event, Notice, Retrieved, Step, Token, Turn
from docent.llm.langchain import DocentChain, as_tool
from docent.retrieval import SearchFilter

QUESTION = "How long does the common swift stay in the air?"


@pytest.fixture
def birds(settings: Settings, docs: Path) -> Iterator[Library]:
    with open_library(settings) as library:
        assert {one.status for one in library.sync([docs])} == {"added"}
        yield library


HITS = (hit(1, "The common swift sleeps in the air."),)
ANSWER = Answer("q", "In the air. [1]", (), HITS, refused=False, query="q", model="m")


def scripted(question: str, history: tuple[Turn, ...], where: SearchFilter) -> Iterator[Event]:
    """Every kind of event there is."""
    yield Step("looking")
    yield Retrieved(HITS, "q")
    yield Token("Under ")
    yield Notice("the model broke off")
    yield Token("In ")
    yield Token("")
    yield Token("the air.")
    yield Done(ANSWER)


def test_a_stream_is_the_answer_as_it_grows_and_a_notice_takes_back_what_was_said() -> None:
    answers = list(DocentChain(scripted).stream("q"))
    assert [one.text for one in answers] == ["", "Under ", "", "In ", "In the air.", "In the air. [1]"]
    assert all(one.hits == HITS for one in answers)
    assert answers[2].notice == "the model broke off"
    assert answers[-1] == ANSWER


def test_what_comes_after_the_chain_gets_the_last_answer() -> None:
    chain = DocentChain(scripted) | (lambda answer: answer.text)
    assert list(chain.stream("q")) == [ANSWER.text]
    assert chain.invoke("q") == ANSWER.text
    assert DocentChain(scripted).batch(["q", "q"]) == [ANSWER, ANSWER]


class Heard(BaseCallbackHandler):
    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self.runs: list[tuple[str, list[str]]] = []

    def on_custom_event(self, name: str, data: Any, **_: Any) -> None:
        self.events.append((name, data.get("text")))

    def on_chain_start(self, serialized: Any, inputs: Any, **more: Any) -> None:
        self.runs.append((more["name"], more["tags"]))


def test_steps_and_notices_are_custom_events_and_config_reaches_the_run() -> None:
    heard = Heard()
    chain = DocentChain(scripted).with_config(run_name="asked", tags=["mine"], callbacks=[heard])
    assert chain.invoke("q") == ANSWER
    said = [("docent_step", "looking"), ("docent_retrieved", None), ("docent_notice", "the model broke off")]
    assert heard.events == said
    assert heard.runs == [("asked", ["mine"])]


async def test_the_async_chain_streams_the_same_and_tells_the_same() -> None:
    chain = DocentChain(scripted)
    assert [one async for one in chain.astream("q")] == list(chain.stream("q"))
    assert await chain.ainvoke("q") == ANSWER
    assert await chain.abatch(["q", "q"]) == [ANSWER, ANSWER]
    told = [one async for one in chain.astream_events("q", version="v2") if one["event"] == "on_custom_event"]
    assert [one["name"] for one in told] == ["docent_step", "docent_retrieved", "docent_notice"]
    assert told[1]["data"]["documents"][0].metadata["document"] == HITS[0].document.name


async def test_the_loop_goes_on_while_the_chain_waits() -> None:
    """The answer waits for something that only the loop can do, so a blocked loop would hang until it is given up."""
    loop_is_free = threading.Event()

    def waits(question: str, history: tuple[Turn, ...], where: SearchFilter) -> Iterator[Event]:
        assert loop_is_free.wait(timeout=120), "the loop was blocked"
        yield Done(ANSWER)

    async def free() -> None:
        loop_is_free.set()

    chain = DocentChain(waits)
    answers, _ = await asyncio.gather(_all(chain), free())
    assert answers == [ANSWER]
    loop_is_free.clear()
    answer, _ = await asyncio.gather(chain.ainvoke("q"), free())
    assert answer == ANSWER
    loop_is_free.clear()
    content, _ = await asyncio.gather(as_tool(waits).ainvoke({"question": "q"}), free())
    assert content == ANSWER.text


async def _all(chain: DocentChain) -> list[Answer]:
    return [one async for one in chain.astream("q")]


async def test_an_answer_that_nobody_reads_to_its_end_is_given_up() -> None:
    is_closed = threading.Event()

    def endless(question: str, history: tuple[Turn, ...], where: SearchFilter) -> Iterator[Event]:
        try:
            while True:
                yield Token("on and ")
        finally:
            is_closed.set()

    stream = DocentChain(endless).astream("q")
    assert (await anext(stream)).text == "on and "
    await stream.aclose()  # type: ignore[attr-defined]
    assert await asyncio.to_thread(is_closed.wait, 60)


async def test_the_retriever_works_in_a_thread_and_gives_the_same(birds: Library) -> None:
    retriever = create_retriever(birds, k=2)
    assert await retriever.ainvoke(QUESTION) == retriever.invoke(QUESTION)


def test_history_may_be_messages_and_a_message_is_no_question(birds: Library) -> None:
    chain = create_chain(birds)
    history = [HumanMessage("Where does the common swift sleep?"), AIMessage("In the air.")]
    assert chain.invoke({"question": "Why?", "history": history}).query == "Where does the common swift sleep? Why?"
    with pytest.raises(TypeError, match="question"):
        chain.invoke(42)


def test_the_tool_gives_the_answer_with_its_sources_and_the_answer_itself_as_artifact(birds: Library) -> None:
    call = {
        "type": "tool_call",
        "id": "1",
        "name": "ask_documents",
        "args": {"question": "Where does the swift sleep?"},
    }
    message = create_tool(birds).invoke(call)
    assert isinstance(message, ToolMessage)
    assert isinstance(message.artifact, Answer)
    assert message.artifact.citations
    assert "[1] birds.md, Birds > Swifts: The common swift sleeps in the air." in str(message.content)


def test_what_goes_wrong_in_the_tool_is_told_to_the_agent() -> None:
    def fails(question: str, history: tuple[Turn, ...], where: SearchFilter) -> Iterator[Event]:
        raise DocentError("there is no collection called plans.")

    call = {"type": "tool_call", "id": "1", "name": "ask_documents", "args": {"question": "q"}}
    message = as_tool(fails).invoke(call)
    assert message.status == "error"
    assert message.content == "there is no collection called plans."


class TestTool(ToolsIntegrationTests):
    """LangChain's own conformance suite."""

    @property
    def tool_constructor(self) -> BaseTool:
        return as_tool(scripted)

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"question": QUESTION}


@pytest.mark.weights
def test_the_page_about_langchain_runs(tmp_path: Path, model_cache: Path) -> None:
    page = (ROOT / "docs" / "langchain.md").read_text(encoding="utf-8")
    env = {**os.environ, "DOCENT_DATA_DIR": str(tmp_path), "DOCENT_CACHE_DIR": str(model_cache)}
    subprocess.run(
        [sys.executable, "-m", "docent.ingest", str(SAMPLES / "backup-runbook.md")], env=env, check=True, timeout=200
    )
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == 0, done.stderr
    assert "backup-runbook.md" in done.stdout
