"""What new users stumbled over at the terminal: each is a sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from docent.app.__main__ import main
from docent.ingest.__main__ import main as ingest


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCENT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DOCENT_EMBEDDER", "hash:64")
    monkeypatch.setenv("DOCENT_READING_PROCESSES", "0")


def test_a_question_to_nothing_says_what_to_do(capsys: pytest.CaptureFixture[str], docs: Path) -> None:
    assert main(["ask", "Where does the common swift sleep?"]) == 1
    assert capsys.readouterr().err == "No documents yet: add some with `python -m ingest FOLDER`.\n"
    assert ingest([str(docs)]) == 0
    assert main(["ask", "Where does the common swift sleep?"]) == 0
    assert main(["ask", "What is the capital of Peru?"]) == 0, "a refusal is an answer"


def test_whoever_looks_into_an_empty_collection_is_told_of_the_others(
    capsys: pytest.CaptureFixture[str], docs: Path
) -> None:
    ingest([str(docs), "--collection", "birds"])
    main(["collections", "create", "empty"])
    capsys.readouterr()
    for command, stream in ((["documents"], "out"), (["ask", "Where does the swift sleep?"], "err")):
        main(command)
        said = getattr(capsys.readouterr(), stream)
        assert said == (
            "No documents in default yet: add some with `python -m ingest FOLDER`, or name another collection with"
            " --collection (birds, empty).\n"
        )
    main(["documents", "--collection", "empty"])
    assert "`python -m ingest FOLDER --collection empty`" in capsys.readouterr().out


def test_a_program_reads_lines_that_are_neither_cut_nor_folded(capsys: pytest.CaptureFixture[str], docs: Path) -> None:
    name = f"{'a long name ' * 9}.md"
    (docs / name).write_text("The ferry is called Ada.\n", encoding="utf-8")
    ingest([str(docs)])
    told = capsys.readouterr().out
    assert name in told
    assert " in " in told.splitlines()[-1], "the summary is one line"
    main(["documents"])
    (line,) = [one for one in capsys.readouterr().out.splitlines() if one.startswith("a long name")]
    assert name in line
    main(["models"])
    shown = capsys.readouterr().out
    assert "llamacpp:<file.gguf>?n_ctx=8192" in shown
    assert "…" not in shown


def test_tags_on_unchanged_files_are_told(capsys: pytest.CaptureFixture[str], docs: Path) -> None:
    ingest([str(docs)])
    capsys.readouterr()
    assert ingest([str(docs), "--tag", "nature", "--tag", "tea"]) == 0
    assert "tagged 2 documents: nature, tea" in capsys.readouterr().out


def test_an_export_writes_over_nothing(capsys: pytest.CaptureFixture[str], docs: Path, tmp_path: Path) -> None:
    ingest([str(docs)])
    (tmp_path / "out.zip").write_bytes(b"mine")
    assert main(["collections", "export", "default", str(tmp_path / "out.zip")]) == 2
    assert "is there already, and is not written over" in capsys.readouterr().err
    assert (tmp_path / "out.zip").read_bytes() == b"mine"


def test_a_model_that_is_none_is_said_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["models", "--try", "extractive"]) == 2
    assert "asks no model, so there is nothing to try" in capsys.readouterr().err
    assert main(["models", "--try", f"llamacpp:{tmp_path}"]) == 1
    assert "is a folder: name the .gguf file in it" in capsys.readouterr().err


def test_what_is_not_set_is_said_in_one_way(capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor"])
    shown = capsys.readouterr().out
    facts = dict(line.split(maxsplit=1) for line in shown.splitlines() if "  " in line)
    assert {facts[name] for name in ("synonyms", "dense_weight", "judge", "chat_api_key", "prompts_dir")} == {"not set"}
