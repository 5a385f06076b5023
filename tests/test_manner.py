"""Strict answers, a judge and prompts of one's own, from the settings to the doors."""

from __future__ import annotations

from pathlib import Path

import pytest
from contracts.chat import hit
from fastapi.testclient import TestClient

from docent.app import Library, Settings, SettingsError, load_settings, open_library
from docent.app.web.server import create_app
from docent.llm import AnswerError, fold_events, judge_of, make_chat_model

REPLY = "echo:The common swift sleeps in the air [1]. It weighs 900 tonnes [1]."


def _library(settings: Settings, docs: Path, **more: object) -> Library:
    values = {name: getattr(settings, name) for name in ("data_dir", "cache_dir", "embedder", "reading_processes")}
    library = open_library(load_settings({}, docs, **values, chat=REPLY, **more))
    list(library.sync([docs]))
    return library


def test_strict_is_a_setting_and_a_field_of_a_question(settings: Settings, docs: Path) -> None:
    asked = {"question": "Where does the common swift sleep?"}
    with (
        _library(settings, docs) as library,
        TestClient(create_app(library), base_url="http://127.0.0.1:7860") as client,
    ):
        loose = client.post("/api/ask", json=asked).json()
        assert [one["verified"] for one in loose["statements"]] == [True, False]
        assert "900" in loose["answer"]
        strict = client.post("/api/ask", json={**asked, "strict": True}).json()
        assert strict["answer"] == "The common swift sleeps in the air. [1]"
        assert [one["verified"] for one in strict["statements"]] == [True]
        told = client.post("/api/ask", json={**asked, "strict": True, "stream": True}).text
        assert "900" not in told.replace(loose["answer"], "")
    with _library(settings, docs, strict="yes") as library:
        assert fold_events(library.ask(asked["question"])).text == strict["answer"]


def test_the_settings_are_checked_when_a_library_opens(settings: Settings, docs: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="strict"):
        load_settings({"DOCENT_STRICT": "perhaps"}, docs)
    with pytest.raises(AnswerError, match="unknown"):
        _library(settings, docs, judge="magic:x")
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    (prompts / "system.en.txt").write_text("Say {nothing}.", encoding="utf-8")
    with pytest.raises(AnswerError, match="nothing"):
        _library(settings, docs, prompts_dir=prompts)


@pytest.mark.parametrize(
    ("reply", "opinion"),
    [
        ("YES", True),
        ("Yes, it does.", True),
        ("是", True),
        ("NO.", False),
        ("否。", False),
        ("<think>yes</think>No", False),
        ("Perhaps", None),
    ],
)
def test_a_judge_says_yes_or_no(reply: str, opinion: bool | None) -> None:
    judge = judge_of(make_chat_model(f"echo:{reply}"))
    assert judge("Tea is hot.", hit(1, "Tea is served hot.").chunk.text) is opinion


def test_a_judge_that_is_down_has_no_opinion() -> None:
    assert judge_of(make_chat_model("openai:m@http://127.0.0.1:9/v1"))("Tea is hot.", "Tea is hot.") is None
