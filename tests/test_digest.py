"""Whole documents summarized and compared: every sentence cited, by a model only what the passages support."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage
from passages import passage
from pdfs import write_pdf
from scripted import Reply, ScriptedModel

from docent.app import Library, Settings, open_library
from docent.app import __main__ as app_main
from docent.app.digest import digest, digest_cost, read_whole
from docent.ingest import Span
from docent.llm import Answer, Notice, Step, Whole, digest_events, fold_events, make_answerer
from docent.llm.chat import ChatAnswerer
from docent.llm.models.chat_model import ChatModel
from docent.llm.prompts import estimate
from docent.retrieval import DocumentNotFound

HARBOUR = """# The Harbour of Lindholm

## Trade

The harbour of Lindholm handled 412 ships in 2021. Most ships of the harbour brought timber and grain.
The pilot likes tea.

## Ice

Ice closed the harbour of Lindholm for 23 days in the winter of 2021.
An icebreaker keeps the harbour open from December.

## Plans

The harbour will build a new quay for ships of 200 metres. Will it be enough?

| Item | 2020 | 2021 |
|---|---|---|
| Cargo | 1,200 | 1,350 |
| Crews | 80 | 91 |
"""
AIRFIELD = """# The Airfield of Lindholm

## Trade

The airfield of Lindholm handled 9,100 flights in 2021. Most flights of the airfield carried mail, as tests showed [7].

## Fog

Fog closed the airfield of Lindholm for 11 days in the autumn of 2021.

| Item | 2020 | 2021 |
|---|---|---|
| Cargo | 300 | 310 |
"""


@pytest.fixture
def lindholm(settings: Settings, tmp_path: Path) -> Iterator[Library]:
    folder = tmp_path / "lindholm"
    folder.mkdir()
    (folder / "harbour.md").write_text(HARBOUR, encoding="utf-8")
    (folder / "airfield.md").write_text(AIRFIELD, encoding="utf-8")
    write_pdf(
        folder / "水库.pdf",
        [
            "第一章 概况\n水库总库容为三亿立方米。水库每年为下游供水两亿立方米。",
            "第二章 管理\n水库由管理局负责调度。水库大坝每年检查两次。",
        ],
    )
    write_pdf(folder / "blank.pdf", [""])
    days = [
        f"## Day {n}\n\nOn day {n} the crew counted {7 * n} ships. The wind of day {n} blew north.\n"
        for n in range(1, 31)
    ]
    (folder / "log.md").write_text("# Log\n\n" + "\n".join(days), encoding="utf-8")
    with open_library(settings) as library:
        list(library.sync([folder]))
        yield library


def of(library: Library, *names: str, most: int = 6, compare: bool = False) -> Answer:
    return fold_events(digest(library, read_whole(library, names), most, compare=compare))


def proves_itself(answer: Answer) -> None:
    """Every sentence cites, and every quote is verbatim."""
    assert answer.statements
    for one in answer.statements:
        assert one.verified
        assert one.citations
    for citation in answer.citations:
        assert citation.quote in citation.hit.chunk.text
        assert citation.hit in answer.hits
    cited = {number for one in answer.statements for number in one.citations}
    assert cited == {one.number for one in answer.citations}


def test_a_summary_is_made_of_telling_sentences_below_their_headings(lindholm: Library) -> None:
    answer = of(lindholm, "harbour.md", most=4)
    proves_itself(answer)
    assert answer.question == "Summary of harbour.md"
    said = [citation.quote for citation in answer.citations]
    assert "The harbour of Lindholm handled 412 ships in 2021." in said
    assert "Ice closed the harbour of Lindholm for 23 days in the winter of 2021." in said
    assert not any("tea" in one or "?" in one or "1,200" in one for one in said)
    assert re.findall(r"\*\*(.+?)\*\*", answer.text)[:2] == ["Trade", "Ice"]


def test_no_more_sentences_than_asked_for_and_none_twice(lindholm: Library) -> None:
    answer = of(lindholm, "harbour.md", "airfield.md", most=2)
    proves_itself(answer)
    assert len(answer.statements) == 4
    assert len({citation.quote for citation in answer.citations}) == 4
    assert "**harbour.md**" in answer.text


def test_a_chinese_document_is_told_in_chinese_with_its_pages(lindholm: Library) -> None:
    answer = of(lindholm, "水库.pdf")
    proves_itself(answer)
    assert answer.question == "《水库.pdf》摘要"
    assert {citation.page for citation in answer.citations} == {1, 2}
    assert all(citation.boxes for citation in answer.citations)


def test_a_number_in_brackets_in_a_document_is_no_citation(lindholm: Library) -> None:
    answer = of(lindholm, "airfield.md")
    assert "as tests showed ［7］." in answer.text
    assert any("[7]" in citation.quote for citation in answer.citations)


def test_a_comparison_gives_what_both_have_and_what_each_says(lindholm: Library) -> None:
    answer = of(lindholm, "harbour.md", "airfield.md", compare=True)
    proves_itself(answer)
    assert answer.question == "Comparison of harbour.md and airfield.md"
    assert (
        "- harbour.md: Cargo, 2020: 1,200; 2021: 1,350 [1]\n- airfield.md: Cargo, 2020: 300; 2021: 310 [2]"
        in answer.text
    )
    assert "- Trade [3] [4]" in answer.text
    assert "Crews" not in answer.text
    assert "Ice [" not in answer.text
    assert answer.text.index("**harbour.md**") < answer.text.index("**airfield.md**")


def test_a_document_without_text_or_an_unknown_one_is_a_sentence(lindholm: Library) -> None:
    with pytest.raises(DocumentNotFound, match=r"blank\.pdf has no text"):
        of(lindholm, "blank.pdf")
    with pytest.raises(DocumentNotFound, match=r"nowhere"):
        of(lindholm, "nowhere")


def summarized_by(library: Library, monkeypatch: pytest.MonkeyPatch, reply: Reply, **more: Any) -> ScriptedModel:
    model = ScriptedModel(reply=reply)
    answerer = ChatAnswerer(ChatModel("scripted", lambda: model, **more))
    monkeypatch.setattr(library, "answerer_for", lambda collection=None: answerer)
    return model


def noting(messages: list[BaseMessage]) -> AIMessage:
    """Notes the first sentence of every passage, and something that no passage says; then repeats all notes."""
    content = str(messages[-1].content)
    if content.startswith("<passage"):
        lines = re.findall(r"^\[(\d+)\] \([^)]*\) (.*)$", content, re.MULTILINE)
        return AIMessage(" ".join(f"{text} [{number}]" for number, text in lines) + " The moon has 3 ports [1].")
    found = re.findall(r"^\[(\d+)\].*\n<passage \w+>\n(?:[^.。\n]*\n)*?([^.。\n]*[.。])", content, re.MULTILINE)
    return AIMessage(" ".join(f"{text} [{number}]" for number, text in found) + " Nobody has 999 cats [1].")


def test_a_model_summarizes_and_only_what_the_passages_support_is_kept(
    lindholm: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = summarized_by(lindholm, monkeypatch, noting)
    documents = read_whole(lindholm, ["harbour.md"])
    events = list(digest(lindholm, documents, 2))
    answer = fold_events(events)
    proves_itself(answer)
    assert answer.model == "scripted"
    assert not re.search("cats|moon", answer.text)
    assert "412 ships" in answer.text
    assert next(one.text for one in events if isinstance(one, Step)) == "Reading harbour.md, part 1 of 1"
    assert len(model.heard) == 2
    said = "".join(str(one.content) for messages in model.heard for one in messages)
    assert said.count("The harbour of Lindholm handled 412 ships in 2021.") >= 1


def test_a_long_document_is_read_in_parts_that_the_model_can_hold(
    lindholm: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = summarized_by(lindholm, monkeypatch, noting, context_tokens=900)
    documents = read_whole(lindholm, ["log.md"])
    cost = digest_cost(lindholm, documents, 2)
    assert cost is not None
    assert cost.passages == len(documents[0].hits)
    events = list(digest(lindholm, documents, 2))
    answer = fold_events(events)
    proves_itself(answer)
    assert "On day 1 the crew counted 7 ships." in answer.text
    reading = [one.text for one in events if isinstance(one, Step) and "Reading" in one.text]
    asked = [str(messages[-1].content) for messages in model.heard]
    assert 2 < len(reading) == len([one for one in asked if not one.startswith("<passage")])
    assert len(asked) <= cost.calls
    assert all(estimate("".join(str(one.content) for one in messages)) < 900 for messages in model.heard)


def test_what_a_model_makes_up_is_replaced_by_the_document_itself(
    lindholm: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    summarized_by(lindholm, monkeypatch, lambda _: AIMessage("The moon is made of green cheese [1]."))
    answer = of(lindholm, "harbour.md")
    proves_itself(answer)
    assert "moon" not in answer.text


def test_a_comparison_by_a_model_ends_with_the_figures_as_they_are(
    lindholm: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    summarized_by(lindholm, monkeypatch, noting)
    answer = of(lindholm, "harbour.md", "airfield.md", compare=True)
    proves_itself(answer)
    assert {citation.hit.document.name for citation in answer.citations} == {"harbour.md", "airfield.md"}
    assert "- airfield.md: Cargo, 2020: 300; 2021: 310" in answer.text


class Down(Exception):
    """A client's own."""


def test_a_model_that_is_down_is_replaced_and_the_reader_told(
    lindholm: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reply(_: list[BaseMessage]) -> AIMessage:
        raise Down

    summarized_by(lindholm, monkeypatch, reply, failures=lambda: (Down,))
    events = list(digest(lindholm, read_whole(lindholm, ["harbour.md"]), 4))
    answer = fold_events(events)
    proves_itself(answer)
    assert answer.model == "extractive"
    assert answer.notice
    assert [one.text for one in events if isinstance(one, Notice)] == [answer.notice]


def test_given_up_in_the_middle_it_asks_no_more(lindholm: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    model = summarized_by(lindholm, monkeypatch, noting, context_tokens=900)
    events = digest(lindholm, read_whole(lindholm, ["harbour.md", "airfield.md"]), 4)
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert model.heard == []


def run(library: Library, *arguments: str) -> int:
    return app_main.main([*arguments, "--data-dir", str(library.settings.data_dir)])


@pytest.fixture
def _without_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCENT_EMBEDDER", "hash:64")


@pytest.mark.usefixtures("_without_weights")
def test_the_commands_summarize_and_compare(lindholm: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(lindholm, "summarize", "harbour.md", "--sentences", "3") == 0
    assert "412 ships" in capsys.readouterr().out
    assert run(lindholm, "compare", "harbour.md", "airfield.md", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["citations"][0]["quote"].startswith("Cargo")
    assert run(lindholm, "compare", "harbour.md") == 2
    assert "two documents" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (
            "Pilots of Lindholm know ships. The pilots of Lindholm bring all of the ships to the\nberth of Lindholm.",
            "The pilots of Lindholm bring all of the ships to the berth of Lindholm.",
        ),
        (
            "林霍姆港口接纳各类船只。港口的引航员把每一艘进港的船只都安全地带到港口指定的\n泊位，港口另备两艘拖船。",
            "港口的引航员把每一艘进港的船只都安全地带到港口指定的泊位，港口另备两艘拖船。",
        ),
    ],
)
def test_a_summary_never_begins_behind_a_line_break(text: str, whole: str) -> None:
    answer = fold_events(digest_events([Whole("a.md", (passage(text),))], make_answerer("extractive"), 6))
    said = [answer.text[one.start : one.end] for one in answer.statements]
    assert whole in said
    assert not [one for one in said if one != whole and whole.endswith(one)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "3. The pilots of Lindholm bring all ships to the berth.",
            "The pilots of Lindholm bring all ships to the berth.",
        ),
        ("（二）港口的引航员把每一艘船都带到指定的泊位。", "港口的引航员把每一艘船都带到指定的泊位。"),
        ("第五条 港口的引航员把每一艘船都带到指定的泊位。", "第五条 港口的引航员把每一艘船都带到指定的泊位。"),
        ("• The pilots of Lindholm bring all ships.", "The pilots of Lindholm bring all ships."),
    ],
)
def test_a_sentence_of_a_summary_has_one_mark_of_a_list(text: str, told: str) -> None:
    answer = fold_events(digest_events([Whole("a.md", (passage(text),))], make_answerer("extractive"), 1))
    assert answer.text == f"- {told} [1]"
    assert answer.citations[0].quote == text


def test_a_word_that_a_line_end_has_cut_is_whole_in_a_summary() -> None:
    first, second = "The pilots of Lindholm saw a sig-", "nificant rise of the ships in the port of Lindholm."
    hit = passage(f"{first}{second} Ships matter: their number is significant.")
    spans = (Span(1, (72, 72, 300, 84), 0, len(first)), Span(1, (72, 86, 300, 98), len(first), len(hit.chunk.text)))
    hit = replace(hit, chunk=replace(hit.chunk, spans=spans))
    answer = fold_events(digest_events([Whole("a.md", (hit,))], make_answerer("extractive"), 6))
    assert "a significant rise" in answer.text
    assert f"{first}{second}" in [one.quote for one in answer.citations]


def test_a_sentence_full_of_dates_can_be_the_one_that_tells_most() -> None:
    told = "为了检修水管，停水定于2024年4月13日（星期六）8:00至4月14日（星期日）18:00，请提前储水。"
    answer = fold_events(digest_events([Whole("a.md", (passage(told),))], make_answerer("extractive"), 1))
    assert told in answer.text


@pytest.mark.usefixtures("_without_weights")
def test_the_cost_is_told_in_the_language_of_the_summary(
    lindholm: Library, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert run(lindholm, "summarize", "水库.pdf", "--chat", "echo:") == 2
    assert re.search(r"echo 将阅读 \d+ 个段落（在本机或本机所在网络）：最多调用 \d+ 次", capsys.readouterr().err)


@pytest.mark.usefixtures("_without_weights")
def test_a_model_is_not_asked_before_its_cost_was_agreed_to(
    lindholm: Library, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert run(lindholm, "summarize", "harbour.md", "--chat", "echo:") == 2
    said = capsys.readouterr().err
    assert re.search(r"echo would read \d passages, on this machine.*: up to \d+ calls? and about [\d,]+ tokens", said)
    assert "--yes" in said
    assert run(lindholm, "summarize", "harbour.md", "--chat", "echo:", "--yes", "--json") == 0
    assert json.loads(capsys.readouterr().out)["model"] == "echo"


@pytest.mark.weights
@pytest.mark.timeout(600)
def test_a_real_small_model_gives_nothing_that_is_not_in_the_document(
    lindholm: Library, monkeypatch: pytest.MonkeyPatch, model_url: str
) -> None:
    answerer = make_answerer(f"openai:smollm2@{model_url}?context=1024&max_tokens=40")
    monkeypatch.setattr(lindholm, "answerer_for", lambda collection=None: answerer)
    proves_itself(of(lindholm, "harbour.md", most=1))
