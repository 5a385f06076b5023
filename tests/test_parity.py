"""Fifty questions give the same citations at every door, with and without a chat model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from fastapi.testclient import TestClient

from docent import create_chain
from docent.app import Library, Settings, open_library, start_conversation
from docent.app.__main__ import main
from docent.app.web.server import create_app
from docent.ui.answering import Answers
from docent.ui.conversation import Exchange
from docent.ui.render import render_exchange
from docent.ui.texts import ENGLISH

Shown: TypeAlias = list[tuple[int, str, int, str]]
"""Number, document, page and quote of each citation."""
PLACES = "Arden Birch Cedar Dover Ember Flint Grove Haven Inlet Juniper Kelp Larch Maple".split()  # noqa: SIM905
COUNTED = [
    "年产量",
    "员工人数",
    "仓库数量",
    "注册资本",
    "客户数量",
    "车辆数量",
    "专利数量",
    "门店数量",
    "设备数量",
    "会员数量",
    "研发费用",
    "占地面积",
]
QUESTIONS = [
    *(f"What is the depth of the {place} well?" for place in PLACES),
    *(f"Who inspected the {place} well?" for place in PLACES),
    *(f"青禾公司2021年的{what}是多少？" for what in COUNTED),
    *(f"白石公司2021年的{what}是多少？" for what in COUNTED),
]
"""Fifty of them."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    docs = tmp_path_factory.mktemp("docs")
    for number, place in enumerate(PLACES):
        text = f"# The {place} well\n\nThe {place} well has a depth of {30 + 7 * number} metres.\n\n## Inspection\n\n"
        text += f"Inspector {place[::-1].title()} inspected the {place} well.\n"
        (docs / f"{place.lower()}.md").write_text(text, encoding="utf-8")
    for name, first in (("青禾", 100), ("白石", 900)):
        lines = [f"{name}公司2021年的{what}为{first + 11 * number}。" for number, what in enumerate(COUNTED)]
        (docs / f"{name}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    return docs


@pytest.fixture(scope="module", params=["extractive", "echo:"])
def library(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    data = tmp_path_factory.mktemp("data")
    settings = Settings(
        data_dir=data, cache_dir=data / "cache", embedder="hash:64", chat=request.param, reading_processes=0
    )
    with open_library(settings) as opened:
        assert not [result for result in opened.sync([folder]) if result.status != "added"]
        opened.collection().fill_vectors()
        yield opened


@pytest.fixture(scope="module")
def expected(library: Library) -> list[Shown]:
    """What the API gives."""
    with TestClient(create_app(library), base_url="http://127.0.0.1:7860") as client:
        replies = [client.post("/api/ask", json={"question": question}).json() for question in QUESTIONS]
    assert len(QUESTIONS) == len(set(QUESTIONS)) == 50
    assert sum(bool(reply["citations"]) for reply in replies) >= 45
    return [_told(reply["citations"]) for reply in replies]


def _told(found: list[dict[str, Any]]) -> Shown:
    return [(one["number"], one["document"], one["page"], one["quote"]) for one in found]


def _by_chain(library: Library) -> Iterator[Shown]:
    chain = create_chain(library)
    for question in QUESTIONS:
        found = chain.invoke(question).citations
        yield [(one.number, one.hit.document.name, one.page, one.quote) for one in found]


def _by_stream(library: Library) -> Iterator[Shown]:
    with TestClient(create_app(library), base_url="http://127.0.0.1:7860") as client:
        for question in QUESTIONS:
            told = client.post("/api/ask", json={"question": question, "stream": True}).text
            data = [line.removeprefix("data: ") for line in told.splitlines() if line.startswith("data: ")]
            yield _told(json.loads(data[-1])["citations"])


class _Cards(HTMLParser):
    """The sources below an answer, by what a click on them opens."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Shown = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("class") == "card":
            one = json.loads(given["data-cite"] or "")
            self.found.append((one["number"], one["name"], one["page"], one["quote"]))


def _by_page(library: Library) -> Iterator[Shown]:
    answers = Answers(library)
    for question in QUESTIONS:
        *_, last = answers.stream(Exchange(question), start_conversation(library, question).id)
        page = _Cards()
        page.feed(render_exchange(last, ENGLISH))
        yield page.found


DOORS: dict[str, Callable[[Library], Iterator[Shown]]] = {"stream": _by_stream, "chain": _by_chain, "page": _by_page}


@pytest.mark.parametrize("door", sorted(DOORS))
def test_every_door_gives_the_citations_of_the_api(library: Library, expected: list[Shown], door: str) -> None:
    for question, shown, wanted in zip(QUESTIONS, DOORS[door](library), expected, strict=True):
        assert shown == wanted, question


def test_the_terminal_gives_the_citations_of_the_api(
    library: Library, expected: list[Shown], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("data_dir", "cache_dir", "embedder", "chat"):
        monkeypatch.setenv(f"DOCENT_{name.upper()}", str(getattr(library.settings, name)))
    for question, wanted in zip(QUESTIONS, expected, strict=True):
        assert main(["ask", question, "--json"]) == 0
        assert _told(json.loads(capsys.readouterr().out)["citations"]) == wanted, question
