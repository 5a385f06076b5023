"""The commands as scripts use them: their JSON, their exit codes, and one sentence for each kind of bad input."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SAMPLES
from pdfs import write_pdf

from docent.app import __main__ as app_main
from docent.app import open_library
from docent.app.terminal.chat_commands import Said, read_line
from docent.ingest import __main__ as ingest_main

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `python -m PACKAGE ...` in the repository, with its own data folder and without weights."""

    def run_command(*arguments: str | Path, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        env = {
            **os.environ,
            "DOCENT_DATA_DIR": str(tmp_path / "data"),
            "DOCENT_CACHE_DIR": str(tmp_path / "cache"),
            "DOCENT_EMBEDDER": "hash:64",
            **more,
        }
        command = [sys.executable, "-m", *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, env=env, timeout=120, check=False, input=typed
        )

    return run_command


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_ingest_search_ask_documents_remove(run: Run, docs: Path) -> None:
    done = run("ingest", docs, "--json")
    assert done.returncode == 0, done.stderr
    *files, last = rows(done)
    assert {row["status"] for row in files} == {"added"}
    assert set(files[0]) == {
        "path",
        "status",
        "document_id",
        "pages",
        "chunks",
        "seconds",
        "warnings",
        "reason",
        "found",
    }
    assert (last["summary"]["added"], last["summary"]["failed"]) == (2, 0)
    assert rows(run("ingest", docs, "--json"))[-1]["summary"]["unchanged"] == 2

    (found,) = rows(run("app", "search", "绿茶 温度", "-k", "1", "--json"))
    (hit,) = found["hits"]
    assert hit["document"] == "茶.txt"
    assert {"document", "pages", "score", "text", "ranks", "boxes"} <= set(hit)

    (answer,) = rows(run("app", "ask", "绿茶的最佳冲泡温度是多少？", "--json"))
    assert answer["citations"][0]["quote"] == "绿茶的最佳冲泡温度是八十度。"
    assert answer["refused"] is False
    keys = {"answer", "refused", "query", "model", "notice", "citations", "statements", "hits", "timings_ms"}
    assert keys <= set(answer)

    asked = run("app", "chat", "--json", typed="绿茶的最佳冲泡温度是多少？\n\n那红茶呢？\n")
    assert [one["query"] for one in rows(asked)] == ["绿茶的最佳冲泡温度是多少？", "红茶的最佳冲泡温度是多少？"]
    assert "按此检索：红茶" in run("app", "chat", typed="绿茶的最佳冲泡温度是多少？\n那红茶呢？\n").stdout

    (listed,) = rows(run("app", "documents", "--json"))
    assert [one["name"] for one in listed["documents"]] == ["birds.md", "茶.txt"]

    removed = run("app", "remove", "茶.txt", "nothing.txt", "--json")
    assert removed.returncode == 1
    assert rows(removed) == [{"removed": ["茶.txt"], "missing": ["nothing.txt"]}]
    after = rows(run("app", "search", "绿茶的最佳冲泡温度", "--json"))[0]["hits"]
    assert "茶.txt" not in {hit["document"] for hit in after}


def test_pages_are_counted_where_there_are_pages(run: Run, docs: Path) -> None:
    write_pdf(docs / "report.pdf", ["Tea.", "Milk."])
    shown = run("ingest", docs).stdout
    assert "report.pdf  2 pages, " in shown
    assert "3 added: 2 pages read, 4 passages embedded in " in shown
    listed = {row.split()[0]: row.split()[1:] for row in run("app", "documents").stdout.splitlines()}
    assert (listed["report.pdf"][0], listed["report.pdf"][2], listed["birds.md"][1]) == ("2", "ready", "ready")


@pytest.mark.parametrize("as_json", [True, False])
def test_a_log_shows_how_far_a_run_is(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    write_pdf(docs / "report.pdf", ["Tea.", "Milk."])
    for name, value in {"DATA_DIR": tmp_path / "data", "EMBEDDER": "hash:64", "READING_PROCESSES": 0}.items():
        monkeypatch.setenv(f"DOCENT_{name}", str(value))
    monkeypatch.setattr(ingest_main, "EVERY", 0.0)
    assert ingest_main.main([str(docs), *(["--json"] if as_json else [])]) == 0
    said = capsys.readouterr()
    assert "reading report.pdf, page 2 of 2\n" in said.err
    assert re.search(r"^embedding (\d+) of \1 passages$", said.err, re.MULTILINE)
    assert all(json.loads(line) for line in said.out.splitlines()) if as_json else "embedding" not in said.out
    monkeypatch.setattr(ingest_main, "EVERY", 3600.0)
    assert ingest_main.main([str(docs), "--force", "--json"]) == 0
    assert capsys.readouterr().err == ""


def test_the_terminal_shows_sources_in_the_language_of_the_question(run: Run, docs: Path) -> None:
    shown = run("ingest", docs)
    assert "added" in shown.stdout
    assert re.search(r"birds\.md  \d+ passages?, \d", shown.stdout)
    assert re.search(r"^2 added: 2 passages embedded in \d", shown.stdout, re.MULTILINE)
    assert "page" not in shown.stdout
    assert "unchanged" in run("ingest", docs, "-v").stdout
    chinese = run("app", "ask", "绿茶的最佳冲泡温度是多少？").stdout
    assert "绿茶的最佳冲泡温度是八十度。 [1]" in chinese
    assert "出处\n[1] 茶.txt" in chinese
    english = run("app", "ask", "Where does the common swift sleep?").stdout
    assert "The common swift sleeps in the air. [1]" in english
    assert "Sources\n[1] birds.md" in english


def test_bad_files_fail_and_good_ones_go_in(run: Run, docs: Path) -> None:
    (docs / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    done = run("ingest", docs, docs / "missing.pdf", "--json")
    assert done.returncode == 1
    status = {Path(row["path"]).name: row for row in rows(done) if "path" in row}
    assert status["茶.txt"]["status"] == "added"
    assert status["bad.pdf"]["reason"].startswith("bad.pdf is damaged")
    assert "does not exist" in status["missing.pdf"]["reason"]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "env", "says"),
    [
        (("app", "ask", "x"), {"DOCENT_COLOUR": "red"}, "the setting 'colour' is unknown"),
        (("app", "ask", "x"), {"DOCENT_EMBEDDER": "magic"}, "the embedder 'magic' is unknown"),
        (("app", "ask", "x", "--chat", "magic"), {}, "the chat model 'magic' is unknown"),
        (("app", "search", "x", "--collection", "nobody"), {}, "there is no collection 'nobody'"),
        (("app", "documents", "--collection", "nobody"), {}, "there is no collection 'nobody'"),
        (("app", "ask", " "), {}, "the question is empty"),
        (("app", "search", "x", "-k", "0"), {}, "not a whole number above zero"),
        (("app", "search", "x", "--pages", "9-2"), {}, "they count from 1 upwards"),
        (("app", "serve", "--port", "99999"), {}, "ports go from 0 to 65535"),
        (("app", "eval", "nowhere.jsonl"), {}, "nowhere.jsonl cannot be read"),
        (("app",), {}, "the following arguments are required: COMMAND"),
        (("ingest",), {}, "the following arguments are required: PATH"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(
    run: Run, command: tuple[str, ...], env: dict[str, str], says: str
) -> None:
    done = run(*command, **env)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_question_on_an_empty_collection_says_what_to_do(run: Run) -> None:
    done = run("app", "ask", "什么是绿茶？", "--json")
    assert done.returncode == 0
    (answer,) = rows(done)
    assert answer["refused"] is True
    assert "请先添加文档" in answer["answer"]
    assert "python -m ingest" in run("app", "documents").stdout


def test_commands_are_named_as_they_work_where_this_was_started(run: Run, tmp_path: Path) -> None:
    assert f"`{sys.executable} -m ingest FOLDER`" in run("app", "documents").stdout
    assert f"`{sys.executable} -m docent.ingest FOLDER`" in run("docent.app", "documents").stdout
    assert run("docent.ingest", "--help").stdout.startswith("usage: python -m docent.ingest ")
    script = Path(sys.executable).with_name("docent")

    def said(*words: str) -> str:
        given = [script, *words, "--data-dir", tmp_path / "data"]
        done = subprocess.run(given, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    assert f"`{sys.executable} -m docent.ingest FOLDER`" in said("documents")
    assert f"`{script} collections export NAME FILE`" in said("collections", "import", "none.zip", "x")


def test_an_unknown_document_in_a_filter_is_named(run: Run, docs: Path) -> None:
    run("ingest", docs)
    done = run("app", "ask", "x", "--document", "nobody.pdf")
    assert done.returncode == 2
    assert "there is no document called nobody.pdf: look in the list of documents." in done.stderr


def test_a_model_that_is_down_is_said_and_replaced(run: Run, docs: Path) -> None:
    run("ingest", docs)
    done = run("app", "ask", "Where does the common swift sleep?", "--chat", "openai:m@http://127.0.0.1:9/v1", "--json")
    (answer,) = rows(done)
    assert answer["notice"].startswith("The model m cannot be reached")
    assert answer["citations"][0]["quote"] == "The common swift sleeps in the air."


def test_what_was_left_is_embedded_and_said(run: Run, docs: Path) -> None:
    assert "passages embedded" not in run("ingest", docs, "--no-wait").stdout
    waiting = re.search(
        r"(\d+) passages are found by words only", run("app", "ask", "Where does the swift sleep?").stderr
    )
    assert waiting is not None
    assert waiting[0] in run("app", "chat", typed="Where does the swift sleep?\n").stderr
    assert waiting[0] not in run("app", "ask", "Where does the swift sleep?", "--json").stderr
    again = run("ingest", docs)
    assert again.stderr == f"embedding {waiting[1]} passages\n"
    assert f"2 unchanged: {waiting[1]} passages embedded in " in again.stdout
    once_more = run("ingest", docs)
    assert (once_more.stderr, "passages" in once_more.stdout) == ("", False)
    assert run("app", "ask", "Where does the swift sleep?").stderr == ""


def test_piped_questions_stand_before_their_answers(run: Run, docs: Path) -> None:
    run("ingest", docs)
    lines = run(
        "app", "chat", typed="Where does the common swift sleep?\n绿茶的最佳冲泡温度是多少？\n"
    ).stdout.splitlines()
    assert lines[0] == "› Where does the common swift sleep?"
    assert "› 绿茶的最佳冲泡温度是多少？" in lines[2:]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("/help", Said.HELP),
        ("／帮助", Said.HELP),
        ("帮助", Said.HELP),
        ("Help!", Said.HELP),
        ("/help please", Said.HELP),
        ("/EXIT", Said.QUIT),
        ("退出。", Said.QUIT),
        ("/new", Said.NEW),
        ("/serach swift", Said.UNKNOWN),
        ("/搜索", Said.UNKNOWN),
        ("/etc/hosts: what stands there?", Said.QUESTION),
        ("help desk: when is it open?", Said.QUESTION),
        ("如何退出？", Said.QUESTION),
        ("What does /help do?", Said.QUESTION),
    ],
)
def test_a_command_in_a_conversation_is_told_from_a_question(line: str, kind: Said) -> None:
    assert read_line(line)[0] is kind


def test_commands_of_a_conversation_ask_nothing(run: Run, docs: Path) -> None:
    run("ingest", docs)
    lines = "绿茶的最佳冲泡温度是多少？\n/help\n/new\n/serach tea\n那红茶呢？\n/quit\nWhere does the swift sleep?\n"
    shown = run("app", "chat", typed=lines).stdout
    assert all(one in shown for one in ("/quit, /exit", "/退出", "/serach is no command: /help lists"))
    assert "按此检索：红茶" not in shown  # a conversation begun anew has nothing to lean on
    assert "swift" not in shown
    asked = run("app", "chat", "--json", typed=lines)
    assert [one["query"] for one in rows(asked)] == ["绿茶的最佳冲泡温度是多少？", "那红茶呢？"]
    assert "/serach is no command" in asked.stderr


def test_removed_documents_are_listed_as_the_others_are(run: Run, docs: Path) -> None:
    write_pdf(docs / "report.pdf", ["Tea.", "Milk."])
    run("ingest", docs)
    run("app", "remove", "birds.md", "report.pdf")
    listed = {
        row.split()[0]: row for row in run("app", "documents", "--removed", TZ="Asia/Shanghai").stdout.splitlines()
    }
    moments = {
        one["name"]: one["removed"] for one in rows(run("app", "documents", "--removed", "--json"))[0]["removed"]
    }
    for name, pages in {"birds.md": "", "report.pdf": "2"}.items():
        local = datetime.fromisoformat(moments[name]).astimezone(timezone(timedelta(hours=8)))
        assert listed[name].split()[1:-1] == [*pages.split(), f"{local:%Y-%m-%d}", f"{local:%H:%M}"]


def test_a_collection_is_deleted_only_when_somebody_says_so(run: Run, docs: Path) -> None:
    run("ingest", docs)
    done = run("app", "collections", "delete", "default")
    assert (done.returncode, done.stdout) == (2, "")
    assert "default is deleted for ever: say so with --yes" in done.stderr
    assert "default" in run("app", "collections").stdout
    done = run("app", "collections", "delete", "default", "--yes")
    assert (done.returncode, done.stdout) == (0, "deleted default\n")


@pytest.mark.parametrize(("typed", "code", "left"), [("\n", 1, 2), ("y\n", 0, 0)])
def test_a_deletion_asks_at_a_terminal(
    docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    typed: str, code: int, left: int,
) -> None:  # fmt: skip
    keyboard = io.StringIO(typed)
    keyboard.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", keyboard)
    settings = {"data_dir": tmp_path / "data", "embedder": "hash:64", "reading_processes": 0}
    with open_library(**settings) as library:
        list(library.sync([docs]))
    for name, value in settings.items():
        monkeypatch.setenv(f"DOCENT_{name.upper()}", str(value))
    assert app_main.main(["collections", "delete", "default"]) == code
    assert "Delete default with its 2 documents for ever? [y/N]" in capsys.readouterr().err
    with open_library(**settings) as library:
        assert len(library.documents()) == left


def test_a_password_opens_a_file(run: Run, tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "locked.pdf", ["the secret is tea"], password="1234")
    assert "protected by a password" in rows(run("ingest", path, "--json"))[0]["reason"]
    assert rows(run("ingest", path, "--password", "1234", "--json"))[0]["status"] == "added"


@pytest.mark.weights
def test_eval_gives_the_figures_of_the_contract(run: Run) -> None:
    run("ingest", SAMPLES)
    (figures,) = rows(run("app", "eval", SAMPLES / "questions.jsonl", "-k", "1,5", "--json"))
    wanted = {
        "n",
        "page_hit@1",
        "page_hit@5",
        "doc_hit@1",
        "mrr",
        "answer_hit",
        "true_refusals",
        "false_refusals",
        "refusal_auroc",
    }
    assert wanted <= set(figures)
    assert figures["n"] == len((SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines())
    assert figures["page_hit@5"] >= 0.8
