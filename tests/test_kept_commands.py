"""`conversations`, `feedback` and `curated` at the terminal."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from docent.app import Library
from docent.app.__main__ import main
from docent.app.history.dialogue import ask_in, correct, start_conversation
from docent.llm import fold_events

ASKED = "Where does the common swift sleep?"


@pytest.fixture
def run(library: Library, docs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command on a library with one conversation, and gives its exit code and what it printed."""
    list(library.sync([docs]))
    conversation = start_conversation(library, ASKED)
    fold_events(ask_in(library, conversation.id, ASKED))
    library.close()
    monkeypatch.setenv("DOCENT_EMBEDDER", "hash:64")
    monkeypatch.setenv("DOCENT_READING_PROCESSES", "0")
    monkeypatch.setenv("DOCENT_DATA_DIR", str(library.settings.data_dir))

    def command(*words: str) -> tuple[int, str]:
        code = main(list(words))
        told = capsys.readouterr()
        return code, told.out + told.err

    return command


def test_conversations_are_listed_shown_exported_and_deleted(run: Any, tmp_path: Path) -> None:
    assert ASKED in run("conversations")[1]
    (one,) = json.loads(run("conversations", "list", "--json", "--search", "in the air")[1])["conversations"]
    assert json.loads(run("conversations", "list", "--json", "--search", "zebra")[1]) == {"conversations": []}
    shown = run("conversations", "show", one["id"][:8])[1]
    assert f"› {ASKED}" in shown
    assert "sleeps in the air" in shown
    assert json.loads(run("conversations", "show", one["id"], "--json")[1])["messages"][0]["question"] == ASKED
    assert run("conversations", "export", one["id"], str(tmp_path / "x.md"))[0] == 0
    assert run("conversations", "export", one["id"])[1] == (tmp_path / "x.md").read_text(encoding="utf-8")
    code, told = run("conversations", "export", one["id"], str(tmp_path / "no" / "x.md"))
    assert (code, "name another file" in told) == (2, True)
    assert run("conversations", "delete", one["id"][:8]) == (0, f"deleted {ASKED}\n")
    code, told = run("conversations", "show", one["id"])
    assert (code, "no such conversation" in told) == (2, True)


def test_feedback_and_curated_answers(run: Any, library: Library) -> None:
    assert "Nobody has rated" in run("feedback")[1]
    assert "No curated answers" in run("curated")[1]
    place = library.catalog.folder("default").name
    (conversation,) = library.conversations.of(place)
    (message,) = library.conversations.messages(conversation.id)
    library.feedback.give(message.id, "down", "too short")
    correct(library, message.id, "On the wing. [1]")
    library.close()
    assert "too short" in run("feedback", "list")[1]
    assert json.loads(run("feedback", "list", "--rating", "up", "--json")[1]) == {"feedback": []}
    assert "given first" in run("curated")[1]
    assert json.loads(run("ask", ASKED, "--json")[1])["model"] == "curated"
    (one,) = json.loads(run("curated", "list", "--json")[1])["curated"]
    assert one["usable"]
    assert "birds.md" in run("curated", "show", one["id"][:8])[1]
    run("remove", "birds.md")
    assert "given first" not in run("curated")[1]
    assert run("curated", "delete", one["id"][:8])[0] == 0
    assert json.loads(run("curated", "--json")[1]) == {"curated": []}
    assert run("curated", "delete", one["id"][:8])[0] == 2


def test_the_commands_of_the_page_on_conversations_run(run: Any) -> None:
    text = (ROOT / "docs" / "conversations.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    said = [run(*shlex.split(line)[3:]) for line in block.splitlines()]
    assert [code for code, _ in said] == [0, 0, 0, 0]
    assert ASKED in said[0][1]
