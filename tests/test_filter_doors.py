"""The same filters at every door: the commands, the API and LangChain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from docent import create_chain, create_retriever, create_tool
from docent.app import Library, Settings, open_library
from docent.app.__main__ import main as app
from docent.app.web.server import create_app
from docent.ingest.__main__ import main as ingest
from docent.retrieval import BadFilter, NothingSelected, SearchFilter, filter_from

Told = Callable[..., Any]
QUESTION = "How is green tea drunk?"
FILTER = {"tags": ["drinks"], "since": "2022", "until": "2022-05"}
OLD, NEW = "old.md", "new.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tea"
    folder.mkdir()
    for name, day, how in ((OLD, "2021-03-04", "cold"), (NEW, "2022-05-31", "hot")):
        (folder / name).write_text(f"---\ndate: {day}\n---\n\nGreen tea is drunk {how}.\n")
    return folder


@pytest.fixture
def told(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Run a command with --json; gives its exit code and what it printed."""
    for name in ("data_dir", "cache_dir", "embedder", "reading_processes"):
        monkeypatch.setenv(f"DOCENT_{name.upper()}", str(getattr(settings, name)))

    def run(main: Callable[[list[str]], int], *arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = main(list(arguments))
        out = capsys.readouterr()
        return code, [json.loads(line) for line in out.out.splitlines()] if "--json" in arguments else out.out + out.err

    return run


@pytest.fixture
def tea(told: Told, folder: Path, settings: Settings) -> Iterator[Library]:
    assert told(ingest, str(folder), "--tag", "drinks", "--tag", "试用", "--json")[0] == 0
    with open_library(settings) as library:
        yield library


def names(hits: list[dict[str, Any]]) -> list[str]:
    return sorted(hit["document"] for hit in hits)


def test_commands_narrow_and_tag(told: Told, tea: Library) -> None:
    code, (found,) = told(app, "documents", "--json")
    assert [(one["name"], one["tags"], one["date"], one["date_from"]) for one in found["documents"]] == [
        (NEW, ["drinks", "试用"], "2022-05-31", "document"),
        (OLD, ["drinks", "试用"], "2021-03-04", "document"),
    ]
    _, (changed,) = told(app, "tag", OLD, "+old news", "-试用", "--json")
    assert [(one["name"], one["tags"]) for one in changed["documents"]] == [(OLD, ["drinks", "old news"])]
    assert told(app, "tag", OLD)[1] == f"{OLD}: drinks, old news\n"
    _, (listed,) = told(app, "tag", "--json")
    assert listed["tags"] == [
        {"tag": "drinks", "documents": 2}, {"tag": "old news", "documents": 1}, {"tag": "试用", "documents": 1},
    ]  # fmt: skip
    assert [one["name"] for one in told(app, "documents", "--tag", "OLD NEWS", "--json")[1][0]["documents"]] == [OLD]
    assert "old news" in told(app, "documents")[1]
    for command in (("search", QUESTION), ("ask", QUESTION)):
        asked = (*command, "--tag", "drinks", "--json")
        assert names(told(app, *asked)[1][0]["hits"]) == [NEW, OLD]
        assert names(told(app, *asked, "--since", "2022")[1][0]["hits"]) == [NEW]
        assert names(told(app, *asked, "--until", "2022-04")[1][0]["hits"]) == [OLD]
        assert names(told(app, *asked, "--tag", "试用")[1][0]["hits"]) == [NEW]
    assert code == 0
    assert tea.collection().store.tags()[0].documents == 2


def test_evaluation_is_narrowed_too(told: Told, tea: Library, tmp_path: Path) -> None:
    assert len(tea.documents()) == 2
    rows = [{"question": QUESTION, "doc": name, "pages": [1]} for name in (OLD, NEW)]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)))
    asked = ("eval", str(tmp_path / "q.jsonl"), "-k", "2", "--json")
    assert told(app, *asked)[1][0]["doc_hits_found@2"] == 2
    assert told(app, *asked, "--since", "2022")[1][0]["doc_hits_found@2"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search", "x", "--tag", "nothing"), "docent: no document has the tag nothing: there are drinks, 试用.\n"),
        (("ask", "x", "--since", "2030"), "nothing in this collection fits the filter (since 2030-01-01)"),
        (("ask", "x", "--since", "2023-13"), "'2023-13' is no date: give 2024, 2024-03 or 2024-03-05."),
        (("ask", "x", "--since", "2023", "--until", "2022"), "exchange the two"),
        (("tag", OLD, "+a,b"), "'a,b' cannot be a tag"),
        (("tag", "missing.md", "+a"), "there is no document called missing.md"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(told: Told, tea: Library, arguments: tuple[str, ...], said: str) -> None:
    assert tea.documents()
    code, out = told(app, *arguments)
    assert (code, said in out) == (2, True), out


def test_a_tag_that_cannot_be_stops_an_ingest_before_it_begins(told: Told, folder: Path) -> None:
    code, out = told(ingest, str(folder), "--tag", "a,b")
    assert (code, "cannot be a tag" in out) == (2, True)
    assert told(app, "documents")[1].startswith("No documents yet")


def test_without_tags_the_list_says_how_to_make_one(told: Told) -> None:
    assert "+NAME" in told(app, "tag")[1]


@pytest.fixture
def client(tea: Library) -> Iterator[TestClient]:
    with TestClient(create_app(tea), base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as opened:
        yield opened


def test_the_api_narrows_and_tags(client: TestClient) -> None:
    listed = {one["name"]: one for one in client.get("/api/documents").json()["documents"]}
    assert listed[NEW]["tags"] == ["drinks", "试用"]
    path = f"/api/documents/{listed[OLD]['id']}/tags"
    changed = client.post(path, json={"add": ["old"], "remove": ["drinks"]})
    assert changed.json() == {"id": listed[OLD]["id"], "name": OLD, "tags": ["old", "试用"]}
    assert client.get("/api/tags").json()["tags"][0] == {"tag": "drinks", "documents": 1}
    found = client.post("/api/search", json={"query": QUESTION, **FILTER})
    assert names(found.json()["hits"]) == [NEW]
    asked = client.post("/api/ask", json={"question": QUESTION, **FILTER})
    assert [one["document"] for one in asked.json()["citations"]] == [NEW]
    for body, status in (
        ({"tags": ["none"]}, 404),
        ({"since": "soon"}, 400),
        ({"since": "2023", "until": "2022"}, 400),
    ):
        refused = client.post("/api/search", json={"query": QUESTION, **body})
        assert refused.status_code == status
        assert refused.json()["detail"].endswith(".")
    assert client.post(path, json={"add": ["a,b"]}).status_code == 400
    assert client.post(f"/api/documents/{'0' * 64}/tags", json={}).status_code == 404


def test_langchain_parts_are_narrowed_for_good_or_for_one_question(tea: Library) -> None:
    where = SearchFilter(since=date(2022, 1, 1))
    assert {one.metadata["document"] for one in create_retriever(tea).invoke(QUESTION)} == {OLD, NEW}
    retriever = create_retriever(tea, where=where)
    assert [one.metadata["document"] for one in retriever.invoke(QUESTION)] == [NEW]
    assert [one.metadata["document"] for one in retriever.invoke(QUESTION, until="2021")] == [OLD]
    chain = create_chain(tea, where=where)
    assert [one.hit.document.name for one in chain.invoke(QUESTION).citations] == [NEW]
    once = chain.invoke({"question": QUESTION, "documents": [OLD], "tags": ["drinks"], "pages": [1, 2]})
    assert [one.hit.document.name for one in once.citations] == [OLD]
    with pytest.raises(NothingSelected):
        chain.invoke({"question": QUESTION, "tags": ["none"]})
    assert "cold" not in create_tool(tea, where=where).invoke({"question": QUESTION})


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, SearchFilter()),
        ({"since": "2024", "until": "2024"}, SearchFilter(since=date(2024, 1, 1), until=date(2024, 12, 31))),
        ({"since": "2024-02", "until": "2024-2"}, SearchFilter(since=date(2024, 2, 1), until=date(2024, 2, 29))),
        ({"since": " 2024/3/5 "}, SearchFilter(since=date(2024, 3, 5))),
        ({"until": date(2024, 3, 5), "pages": [2, 3]}, SearchFilter(pages=(2, 3), until=date(2024, 3, 5))),
    ],
)
def test_a_date_may_be_a_year_or_a_month(given: dict[str, Any], where: SearchFilter) -> None:
    assert filter_from(**given) == where


@pytest.mark.parametrize(
    "given",
    [{"since": ""}, {"since": "0000"}, {"until": "2024-02-30"}, {"pages": [3, 2]}, {"pages": [0, 1]}, {"tags": "one"}],
)
def test_a_filter_that_is_written_wrongly_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(BadFilter):
        filter_from(**given)
