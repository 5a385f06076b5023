"""Questions written by a chat model, by which passages are found as well: what is kept of a reply, and how long."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from contracts.chat import hit
from filelock import FileLock
from model_server import weights

from docent.app import Library, Settings, SettingsError, SyncOptions, open_library
from docent.app import __main__ as app
from docent.app.expanding import LOCK, Expanded, cost_of, expand, forget, writer_of
from docent.app.upkeep import export_to, import_from, purge_library
from docent.ingest import DocentError
from docent.llm import ChatModel, ModelFailed, make_chat_model, write_questions
from docent.llm.questions.writing import usable
from docent.retrieval import question_counts, set_remote_models

BIRDS = "The common swift sleeps in the air for ten months. It lands only to breed, under roofs and in walls."
TEA = "绿茶的最佳冲泡温度是八十度，红茶则需要用沸水冲泡，并且要在壶里闷上三分钟，白茶介于两者之间。"
REPLY = "echo:1. Where does a swift slumber at dusk？"  # an ASCII question mark would begin options


@pytest.fixture
def filled(settings: Settings, tmp_path: Path) -> Iterator[Library]:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "birds.txt").write_text(BIRDS)
    (folder / "rivers.txt").write_text(
        "The river swells in spring and carries the wood of the hills to the mills below."
    )
    (folder / "short.txt").write_text("Too short.")
    with open_library(replace(settings, dense_weight=0.0)) as library:
        list(library.sync([folder]))
        yield library


def kept(library: Library, collection: str | None = None) -> list[str]:
    rows = library.collection(collection).store.connection.execute("SELECT text FROM questions ORDER BY chunk_id")
    return [row[0] for row in rows]


def found(library: Library, question: str = "slumber dusk") -> list[str]:
    return [one.document.name for one in library.search(question).hits]


def write(library: Library, spec: str = REPLY, limit: int | None = None) -> Expanded:
    return expand(library, make_chat_model(spec), 3, limit)


@pytest.mark.parametrize(
    ("text", "reply", "questions"),
    [
        (
            BIRDS,
            "1. Where does the swift sleep?\n2) Why does a swift land?",
            ["Where does the swift sleep?", "Why does a swift land?"],
        ),
        (
            BIRDS,
            'Here are questions:\n- **Where does a swift nest?**\n* "Does it sleep in the air?"',
            ["Where does a swift nest?", "Does it sleep in the air?"],
        ),
        (BIRDS, "Does a swift eat? Does a swift fly?", ["Does a swift eat?", "Does a swift fly?"]),
        (BIRDS, "Question 1: Where do swifts sleep?\nQuestion 2: WHERE do swifts sleep?", ["Where do swifts sleep?"]),
        (BIRDS, "Where do swifts sleep in 2019?\nWhere do swifts sleep.\nWho was Napoleon?\n雨燕睡在哪？\nAir?", []),
        (BIRDS, "".join(f"Does a swift {word}?\n" for word in ("eat", "fly", "nap", "sing")),
         ["Does a swift eat?", "Does a swift fly?", "Does a swift nap?"]),
        (BIRDS, f"Where does a swift {'x' * 200}?", []),
        (
            TEA,
            "1、绿茶用多少度的水？\n问：红茶怎么泡？\nHow hot is green tea?",
            ["绿茶用多少度的水？", "红茶怎么泡？"],
        ),
        (TEA, "", []),
    ],
)  # fmt: skip
def test_what_is_kept_of_a_reply(text: str, reply: str, questions: list[str]) -> None:
    assert list(usable(reply, hit(1, text), 3)) == questions


def test_a_passage_is_found_by_its_questions_and_says_nothing_more(filled: Library) -> None:
    assert found(filled) == []
    assert write(filled) == Expanded(2, 1, 0)
    assert kept(filled) == ["Where does a swift slumber at dusk？", ""]
    assert found(filled) == ["birds.txt"]
    result = filled.search("Where do swifts slumber?")
    assert result.hits[0].chunk.text == BIRDS
    assert "slumber" in result.unknown, "a word of a model is no word of the documents"


def test_the_words_of_the_text_weigh_more(filled: Library, tmp_path: Path) -> None:
    (tmp_path / "docs" / "dusk.txt").write_text(
        "They slumber at dusk, all of the wooden mills, and so do all their millers."
    )
    write(filled)
    list(filled.sync([tmp_path / "docs"]))
    assert found(filled) == ["dusk.txt", "birds.txt"]


def test_a_run_goes_on_where_the_last_one_stopped(filled: Library) -> None:
    assert cost_of(filled, make_chat_model(REPLY)).passages == 2
    assert write(filled, limit=1) == Expanded(1, 1, 1)
    assert cost_of(filled, make_chat_model(REPLY), limit=9).passages == 1
    assert write(filled) == Expanded(1, 0, 0)
    assert write(filled) == Expanded(0, 0, 0)
    assert forget(filled) == 2
    assert (found(filled), question_counts(filled.collection().store).left) == ([], 2)


def test_what_was_written_counts_where_a_run_is_broken_off(filled: Library) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        expand(filled, make_chat_model(REPLY), 3, progress=stop)
    assert found(filled) == ["birds.txt"]


def test_one_run_at_a_time(filled: Library) -> None:
    with FileLock(filled.collection().store.folder / LOCK), pytest.raises(DocentError, match="another process"):
        write(filled)


def test_questions_stay_with_their_text(filled: Library, tmp_path: Path) -> None:
    write(filled)
    folder = tmp_path / "docs"
    list(filled.sync([folder], SyncOptions(force=True)))
    assert found(filled) == ["birds.txt"]
    filled.remove("birds.txt")
    assert (found(filled), kept(filled)) == ([], [""])
    filled.restore("birds.txt")
    assert found(filled) == ["birds.txt"]
    export_to(filled, "default", tmp_path / "x.zip")
    import_from(filled, tmp_path / "x.zip", "copy")
    assert [one.document.name for one in filled.search("slumber dusk", collection="copy").hits] == ["birds.txt"]
    (folder / "birds.txt").write_text(BIRDS.replace("ten", "eleven"))
    list(filled.sync([folder]))
    assert found(filled) == [], "another text is not what the questions were written for"


def test_what_an_older_version_removed_comes_back_without_questions(filled: Library) -> None:
    write(filled)
    filled.remove("birds.txt")
    (entry,) = filled.collection().store.trash.glob("*.db")
    with closing(sqlite3.connect(entry, isolation_level=None)) as connection:
        connection.execute("DROP TABLE questions")
    filled.restore("birds.txt")
    assert (found(filled, "swift"), found(filled)) == (["birds.txt"], [])


def test_a_purge_leaves_no_question_of_what_was_removed(filled: Library) -> None:
    write(filled)
    filled.remove("birds.txt")
    purge_library(filled, None, 5)
    folder = filled.settings.data_dir
    assert not [path for path in folder.rglob("*") if path.is_file() and b"slumber" in path.read_bytes()]


class Down(Exception):
    """A client's own."""


def failing(times: int) -> ChatModel:
    """A model that fails so often before it speaks."""
    left = [times]
    spoken = make_chat_model(REPLY).load()

    def load() -> object:
        left[0] -= 1
        if left[0] >= 0:
            raise ModelFailed("the model is asleep.")
        return spoken

    return ChatModel("sleeper", load)  # type: ignore[arg-type]


def test_a_model_that_fails_is_given_up_after_three_times(filled: Library, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "docs" / f"{number}.txt").write_text(f"{BIRDS} And so do {number} others, as far as is known.")
    list(filled.sync([tmp_path / "docs"]))
    assert expand(filled, failing(3), 3) == Expanded(0, 0, 5, "the model is asleep.")
    assert expand(filled, failing(2), 3).left == 2
    assert expand(filled, failing(0), 3).left == 0


def test_a_model_that_never_ends_is_cut_short(filled: Library) -> None:
    endless = make_chat_model("echo:" + "Where does the swift sleep " * 5000)
    assert write_questions(endless, hit(1, BIRDS), 3) == ()


def test_the_command_says_what_it_costs_and_asks(
    filled: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("data_dir", "cache_dir", "embedder", "reading_processes"):
        monkeypatch.setenv(f"DOCENT_{name.upper()}", str(getattr(filled.settings, name)))
    assert app.main(["expand"]) == 2
    assert "name one by --chat" in capsys.readouterr().err
    assert app.main(["expand", "--chat", REPLY]) == 2
    told = capsys.readouterr().err
    assert "echo will read 2 passages in as many calls, 9" in told
    assert "--yes" in told
    assert app.main(["expand", "--chat", REPLY, "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"passages": 2, "questions": 1, "left": 0, "reason": ""}
    assert app.main(["expand", "--chat", REPLY]) == 0, "nothing is left to ask about"
    capsys.readouterr()
    assert app.main(["expand", "--drop"]) == 0
    assert capsys.readouterr().out == "dropped the questions of 2 passages\n"


def test_a_writer_is_a_chat_model(filled: Library) -> None:
    with pytest.raises(SettingsError, match="--chat"):
        writer_of(filled)
    assert writer_of(filled, "echo:").name == "echo"


def test_passages_that_would_leave_are_said(filled: Library) -> None:
    remote = replace(make_chat_model(REPLY), is_remote=True, host="api.example.com")
    assert cost_of(filled, remote).host == "api.example.com"
    assert cost_of(filled, replace(remote, is_remote=False)).host == ""
    set_remote_models(filled.collection().store.folder, allowed=False)
    with pytest.raises(DocentError, match=r"leave for api\.example\.com"):
        expand(filled, remote, 3)
    assert kept(filled) == []


@pytest.mark.weights
@pytest.mark.timeout(600)
def test_a_real_model_writes_questions_of_use(filled: Library) -> None:
    """The smallest there is; half of what it writes is thrown away."""
    model = make_chat_model(f"llamacpp:{weights()}?n_ctx=2048&threads=2&max_tokens=120&temperature=0")
    done = expand(filled, model, 3)
    assert done.passages == 2
    assert done.questions >= 1
    assert all(one.endswith("?") for text in kept(filled) for one in text.splitlines())
