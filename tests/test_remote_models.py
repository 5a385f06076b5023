"""`models`, and passages that leave this machine: said before, and kept from leaving where a collection forbids it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from model_server import weights

from docent.app import Library, Settings, open_library
from docent.app.__main__ import main
from docent.app.model_trial import try_model
from docent.llm import (
    MODEL_KINDS,
    ModelOptions,
    fold_events,
    leaves_for,
    leaving_notice,
    make_answerer,
    make_chat_model,
)
from docent.llm.models import making as llm_models
from docent.llm.models.kinds import ModelKind
from docent.retrieval import forbids_remote_models, set_remote_models

REMOTE = "openai:m@http://models.example/v1"


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The requests that a proxy gets, which is where everything for another machine would go."""
    found: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.server_port}")
        for name in ("NO_PROXY", "no_proxy"):
            patch.delenv(name, raising=False)
        yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def remote(settings: Settings, docs: Path) -> Iterator[Library]:
    with open_library(replace(settings, chat=REMOTE)) as library:
        list(library.sync([docs]))
        yield library


@pytest.mark.parametrize("deep", [False, True])
def test_a_collection_that_forbids_it_sends_nothing(remote: Library, asked: list[str], *, deep: bool) -> None:
    folder = remote.catalog.folder("default")
    question = "Where does the common swift sleep?"
    fold_events(remote.ask(question, deep=deep))
    assert asked  # so it would have been sent
    asked.clear()
    set_remote_models(folder, allowed=False)
    answer = fold_events(remote.ask(question, deep=deep))
    assert asked == []
    assert answer.model == "extractive"
    assert answer.citations
    assert "was not asked, since this collection does not allow" in answer.notice
    assert "models.example" in answer.notice
    set_remote_models(folder, allowed=True)
    fold_events(remote.ask(question, deep=deep))
    assert asked


def test_a_judge_elsewhere_is_not_asked_either(settings: Settings, docs: Path, asked: list[str]) -> None:
    mine = replace(settings, chat="echo:The swift flies over the sea to its nest [1].", judge=REMOTE)
    with open_library(mine) as library:
        list(library.sync([docs]))
        assert leaves_for(library.models.answerer) == "models.example"
        fold_events(library.ask("Where does the common swift sleep?"))
        assert asked  # so it would have been
        asked.clear()
        set_remote_models(library.catalog.folder("default"), allowed=False)
        answer = fold_events(library.ask("Where does the common swift sleep?"))
    assert asked == []
    assert answer.model == "echo"


def test_it_is_said_in_chinese(remote: Library, asked: list[str]) -> None:
    set_remote_models(remote.catalog.folder("default"), allowed=False)
    answer = fold_events(remote.ask("绿茶的最佳冲泡温度是多少？"))
    assert answer.notice == (
        "没有向模型 m 提问，因为该资料库不允许把段落发送到 models.example。以下改为直接引用文档原句。"
    )
    assert asked == []


def test_a_model_on_this_machine_is_not_meant(settings: Settings, docs: Path) -> None:
    with open_library(replace(settings, chat="echo:It sleeps in the air [1].")) as library:
        list(library.sync([docs]))
        set_remote_models(library.catalog.folder("default"), allowed=False)
        assert fold_events(library.ask("Where does the common swift sleep?")).model == "echo"


def test_a_remote_model_is_named_before_the_first_question() -> None:
    answerer = make_answerer(REMOTE)
    assert leaves_for(answerer) == "models.example"
    assert leaving_notice(answerer, "en").endswith("leave this machine for models.example.")
    assert leaving_notice(answerer, "zh").endswith("发送到 models.example。")
    for spec in ("extractive", "echo:", "openai:m@http://127.0.0.1:1/v1"):
        assert leaving_notice(make_answerer(spec), "en") == ""


def run(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setenv("DOCENT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("DOCENT_EMBEDDER", "hash:64")
    return main(list(arguments))


def test_the_terminal_says_it_once_and_the_collection_can_forbid_it(
    settings: Settings,
    docs: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: list[str],
) -> None:
    with open_library(settings) as library:
        list(library.sync([docs]))
    question = ("ask", "Where does the common swift sleep?", "--chat", REMOTE, "--json")
    assert run(settings, monkeypatch, *question) == 0
    assert capsys.readouterr().err.count("leave this machine for models.example.") == 1
    assert asked
    asked.clear()
    assert run(settings, monkeypatch, "collections", "remote-models", "default", "forbid") == 0
    assert capsys.readouterr().out == "default: models elsewhere are forbidden\n"
    assert run(settings, monkeypatch, "collections", "--json") == 0
    assert json.loads(capsys.readouterr().out)["collections"][0]["remote_models"] == "forbidden"
    assert run(settings, monkeypatch, *question) == 0
    said = capsys.readouterr()
    assert "leave this machine" not in said.err
    assert "does not allow" in json.loads(said.out)["notice"]
    assert asked == []
    assert run(settings, monkeypatch, "collections", "remote-models", "nothing", "forbid") == 2
    assert "nothing" in capsys.readouterr().err


def test_the_rule_goes_with_the_collection(settings: Settings, docs: Path, tmp_path: Path) -> None:
    from docent.app.upkeep import export_to, import_from

    with open_library(settings) as library:
        list(library.sync([docs]))
        set_remote_models(library.catalog.folder("default"), allowed=False)
        export_to(library, "default", tmp_path / "kept.zip")
        name = import_from(library, tmp_path / "kept.zip", "again")
        assert forbids_remote_models(library.catalog.folder(name))
    assert not forbids_remote_models(tmp_path)


def test_every_kind_is_listed() -> None:
    assert {one.kind for one in MODEL_KINDS} == {"extractive", *llm_models.CHAT_MODELS}
    assert all(one.form.startswith(one.kind) for one in MODEL_KINDS)
    assert not ModelKind("x", "x:", "nowhere", ("no_such_module_here",), "pip install x").is_installed


def test_models_lists_kinds_before_there_is_any_collection(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, monkeypatch, "models", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["chat"], found["is_remote"]) == ("extractive", False)
    assert {one["kind"] for one in found["kinds"]} >= {"openai", "ollama", "llamacpp", "hf", "langchain"}
    monkeypatch.setenv("DOCENT_CHAT", REMOTE)
    assert run(settings, monkeypatch, "models") == 0
    shown = capsys.readouterr().out
    assert "which sends passages to models.example" in shown
    assert "llamacpp:<file.gguf>" in shown


def test_a_try_says_what_came_and_how_fast(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, monkeypatch, "models", "--try", "echo:It is 80 degrees.", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["works"], found["answer"], found["context_tokens"]) == (True, "It is 80 degrees.", 4096)
    trial = try_model(make_chat_model("echo:It is 80 degrees."))
    assert trial.load_seconds > 0
    assert trial.first_token_seconds > 0
    assert run(settings, monkeypatch, "models", "--try", "echo:It is 80 degrees.") == 0
    assert "reads 4096 tokens, passages stay here" in capsys.readouterr().out


@pytest.mark.weights
def test_a_try_of_real_weights_generates(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = f"llamacpp:{weights()}?n_ctx=512&max_tokens=24&threads=2"
    assert run(settings, monkeypatch, "models", "--try", spec, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert "80" in found["answer"]
    assert found["tokens_per_second"] > 0
    assert (found["context_tokens"], found["is_remote"]) == (512, False)


@pytest.mark.parametrize(
    ("spec", "words", "code"),
    [
        ("openai:m@http://127.0.0.1:9/v1", "cannot be reached", 1),
        ("llamacpp:/nowhere/x.gguf", "cannot be read", 1),
        ("magic:x", "is unknown", 2),
    ],
)
def test_a_try_that_fails_is_a_sentence(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spec: str,
    words: str,
    code: int,
) -> None:
    assert run(settings, monkeypatch, "models", "--try", spec) == code
    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_a_key_goes_to_no_provider_of_langchain() -> None:
    model = make_chat_model("langchain:openai:m@http://127.0.0.1:9/v1", ModelOptions("sk-secret"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "its-own")
        loaded = model.load()
    assert loaded.openai_api_key.get_secret_value() == "its-own"  # type: ignore[attr-defined]
