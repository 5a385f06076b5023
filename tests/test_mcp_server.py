"""`/mcp` as the official client sees it, over a real connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from mcp import Client
from serving import served

from docent.app import Settings, open_library


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("mcp")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "茶.txt").write_text("绿茶的最佳冲泡温度是八十度。红茶需要沸水冲泡。\n", encoding="utf-8")
    (docs / "birds.md").write_text("# Birds\n\nThe common swift sleeps in the air.\n", encoding="utf-8")
    settings = Settings(data_dir=folder / "data", embedder="hash:64", reading_processes=0, port=0)
    with open_library(settings) as library:
        list(library.sync([docs]))
        library.collection().fill_vectors()
        with served(library) as found:
            yield found


async def call(address: str, tool: str, path: str = "/mcp", **arguments: Any) -> Any:
    async with Client(f"{address}{path}") as client:
        return await client.call_tool(tool, arguments)


async def test_the_tools_say_what_they_are(address: str) -> None:
    async with Client(f"{address}/mcp") as client:
        tools = {one.name: one for one in (await client.list_tools()).tools}
    assert set(tools) == {"search", "ask", "open_page", "list_documents"}
    assert all(one.annotations and one.annotations.read_only_hint for one in tools.values())
    assert all(one.description for one in tools.values())


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
async def test_ask_gives_an_answer_with_its_citations(address: str, path: str) -> None:
    found = await call(address, "ask", path, question="红茶需要什么水？")
    told = found.structured_content
    assert told["refused"] is False
    assert told["citations"][0]["quote"] == "红茶需要沸水冲泡。"
    assert json.loads(found.content[0].text) == told


async def test_what_was_found_can_be_opened(address: str) -> None:
    hits = (await call(address, "search", query="swift", limit=1)).structured_content["hits"]
    assert hits[0]["document"] == "birds.md"
    opened = await call(address, "open_page", document_id=hits[0]["document_id"], page=1)
    assert "The common swift sleeps in the air." in opened.structured_content["text"]


async def test_a_search_can_be_narrowed(address: str) -> None:
    found = await call(address, "search", query="swift", documents=["茶.txt"])
    assert {one["document"] for one in found.structured_content["hits"]} <= {"茶.txt"}
    for tool, asked in (("search", "query"), ("ask", "question")):
        for narrowed, said in (
            ({"tags": ["x"]}, "the tag x"),
            ({"since": "2999"}, "fits the filter"),
            ({"until": "soon"}, "no date"),
        ):
            refused = await call(address, tool, **{asked: "swift"}, **narrowed)
            assert refused.is_error
            assert said in refused.content[0].text


async def test_documents_are_listed_without_paths(address: str) -> None:
    told = (await call(address, "list_documents")).structured_content
    assert [one["name"] for one in told["documents"]] == ["birds.md", "茶.txt"]
    assert told["collections"] == ["default"]
    assert "paths" not in told["documents"][0]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": "茶？", "collection": "none such"}, "none such"),
        ("open_page", {"document_id": "0" * 64, "page": 1}, "there is no page 1"),
        ("open_page", {"document_id": "../../etc/passwd", "page": 1}, "document_id"),
        ("search", {"query": ""}, "query"),
    ],
)
async def test_errors_are_sentences(address: str, tool: str, arguments: dict[str, Any], said: str) -> None:
    found = await call(address, tool, **arguments)
    assert found.is_error
    assert said in found.content[0].text
    assert "Traceback" not in found.content[0].text


def test_other_web_sites_are_kept_out(address: str) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"accept": "application/json, text/event-stream"}
    foreign = httpx.post(f"{address}/mcp", json=call, headers={**accept, "origin": "https://evil.example"})
    rebound = httpx.post(f"{address}/mcp", json=call, headers={**accept, "host": "evil.example"})
    assert (foreign.status_code, rebound.status_code) == (403, 403)


def test_a_library_can_be_served_twice(settings: Settings) -> None:
    """Starting and stopping leaves nothing behind that keeps a second server from starting."""
    for _ in range(2):
        with open_library(replace(settings, port=0)) as opened, served(opened) as found:
            assert httpx.get(f"{found}/healthz").json()["status"] == "ok"
