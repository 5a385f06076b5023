"""The README and the pages in docs/ are run, and links in them lead somewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES

from docent.app import Settings, open_library

READMES = ("README.md", "README.zh-CN.md")
PAGES = [*READMES, "CONTRIBUTING.md", "CHANGELOG.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.weights
@pytest.mark.timeout(900)
def test_make_demo_answers_both_questions_with_the_right_page(tmp_path: Path, model_cache: Path) -> None:
    """In its own environment with the light base alone, which the first run makes."""
    env = {**os.environ, "DEMO_DATA": str(tmp_path), "DOCENT_CACHE_DIR": str(model_cache)}
    assert "make demo SERVE=0\n" in blocks("README.md", "sh")
    done = subprocess.run(
        ["make", "demo", "SERVE=0", f"DEMO_DATA={tmp_path}", f"PYTHON={sys._base_executable}"],  # type: ignore[attr-defined]
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("added") >= 5
    chinese, english = done.stdout.split("出处")[1], done.stdout.split("Sources")[1]
    assert re.search(r"\[1\] 岚汐水务2023年年度报告\.pdf, 第 3 页", chinese)
    assert re.search(r"\[1\] soil-moisture-paper\.pdf, p\. [12]", english)


@pytest.mark.weights
@pytest.mark.parametrize("page", READMES)
def test_the_commands_of_the_readme_run(page: str, tmp_path: Path, model_cache: Path) -> None:
    shutil.copytree(SAMPLES, tmp_path / "samples", ignore=shutil.ignore_patterns("source", "*.jsonl", "scanned*"))
    env = {**os.environ, "DOCENT_DATA_DIR": str(tmp_path / "data"), "DOCENT_CACHE_DIR": str(model_cache)}
    lines = [line for block in blocks(page, "sh") for line in block.splitlines() if not line.startswith("make ")]
    assert len(lines) == 4
    for line in lines:
        command = line.replace(".venv/bin/python -m ", f"{sys.executable} -m docent.")
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()
    (code,) = blocks(page, "python")
    script = [sys.executable, "-c", code]
    done = subprocess.run(script, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert {"README.md": "backup-runbook.md", "README.zh-CN.md": "368,795.9"}[page] in done.stdout


@pytest.mark.weights
def test_the_commands_of_the_page_on_reading_run(tmp_path: Path, model_cache: Path) -> None:
    shutil.copytree(SAMPLES, tmp_path / "samples", ignore=shutil.ignore_patterns("source", "*.jsonl"))
    env = {**os.environ, "DOCENT_DATA_DIR": str(tmp_path / "data"), "DOCENT_CACHE_DIR": str(model_cache)}
    said = []
    for line in "".join(blocks("docs/reading.md", "sh")).splitlines():
        command = line.replace(".venv/bin/python -m ", f"{sys.executable} -m docent.")
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    assert "1 page (1 by OCR)" in said[0]
    assert "a scan, read by OCR" in said[1]
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.weights
def test_the_examples_of_the_page_for_programs_run(tmp_path: Path, model_cache: Path) -> None:
    """Against one server, in the order of the page: the first example uploads what the others ask about."""
    import httpx
    from serving import served

    settings = Settings(data_dir=tmp_path / "data", cache_dir=model_cache, port=0, reading_processes=1)
    with open_library(settings) as library, served(library) as address:

        def here(text: str) -> str:
            return text.replace("http://127.0.0.1:7860", address)

        said = []
        for line in "".join(blocks("docs/api.md", "sh")).splitlines():
            done = subprocess.run(
                here(line), shell=True, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
            )
            said.append(json.loads(done.stdout))
            if "jobs" in said[-1]:
                while httpx.get(f"{address}/api/jobs/{said[-1]['jobs'][0]['id']}").json()["state"] != "done":
                    time.sleep(0.1)
        assert said[1]["hits"]
        assert said[2]["citations"]
        for code in blocks("docs/api.md", "python"):
            script = [sys.executable, "-c", here(code)]
            done = subprocess.run(script, capture_output=True, text=True, check=True, timeout=120)
            assert "15 minutes" in done.stdout


@pytest.mark.weights
def test_the_examples_of_the_page_on_filters_run(tmp_path: Path, model_cache: Path) -> None:
    shutil.copytree(SAMPLES, tmp_path / "samples", ignore=shutil.ignore_patterns("source", "*.jsonl", "scanned*"))
    (synonyms,) = blocks("docs/filters.md", "text")
    (tmp_path / "words.txt").write_text(synonyms, encoding="utf-8")
    env = {
        **os.environ, "DOCENT_DATA_DIR": str(tmp_path / "data"), "DOCENT_CACHE_DIR": str(model_cache),
        "DOCENT_SYNONYMS": str(tmp_path / "words.txt"),
    }  # fmt: skip
    said = []
    lines = "".join(blocks("docs/filters.md", "sh")).replace(".venv/bin/python -m ", f"{sys.executable} -m docent.")
    (code,) = blocks("docs/filters.md", "python")
    for command in (*lines.splitlines(), [sys.executable, "-c", code]):
        done = subprocess.run(
            command, shell=isinstance(command, str), cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    assert said[2] == "backup-runbook.md: operations, samples\n"
    assert [document in said[4] for document in ("backup-runbook.md", "th01-manual.pdf")] == [True, False]
    assert "backup-runbook.md" in said[5]
    assert said[-1].strip().endswith("backup-runbook.md")


def test_the_commands_of_the_page_on_models_run(tmp_path: Path) -> None:
    env = {**os.environ, "DOCENT_DATA_DIR": str(tmp_path), "DOCENT_EMBEDDER": "hash:64"}
    said = []
    for line in "".join(blocks("docs/models.md", "sh")).splitlines():
        command = line.replace(".venv/bin/python -m ", f"{sys.executable} -m docent.")
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    assert "llamacpp:<file.gguf>" in said[0]
    assert said[1].startswith("It is 80 degrees.\n")
    assert said[-1] == "contracts: models elsewhere are forbidden\n"


@pytest.mark.weights
def test_the_commands_of_the_chinese_guide_run(tmp_path: Path, model_cache: Path) -> None:
    shutil.copytree(SAMPLES, tmp_path / "samples", ignore=shutil.ignore_patterns("source", "*.jsonl", "scanned*"))
    env = {**os.environ, "DOCENT_DATA_DIR": str(tmp_path / "data"), "DOCENT_CACHE_DIR": str(model_cache)}
    said = []
    for line in "".join(blocks("docs/guide.zh-CN.md", "sh")).splitlines():
        command = line.replace(".venv/bin/python -m ", f"{sys.executable} -m docent.")
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    assert re.search(r"368,795\.9.*\[1\] 岚汐水务2023年年度报告\.pdf, 第 \d 页", said[2], re.DOTALL)
    assert "合同" in said[6]
    assert (tmp_path / "restored").is_dir()


def test_the_page_on_models_shows_specs_that_are_ones() -> None:
    from docent.llm import make_chat_model

    specs = [tomllib.loads(block)["chat"] for block in blocks("docs/models.md", "toml")]
    assert [make_chat_model(spec).is_remote for spec in specs] == [False, False, False, False, True]


def test_the_commands_of_the_page_on_accounts_run(tmp_path: Path) -> None:
    env = {**os.environ, "DOCENT_DATA_DIR": str(tmp_path / "data"), "DOCENT_EMBEDDER": "hash:64"}
    with open_library(Settings(data_dir=tmp_path / "data", embedder="hash:64")) as library:
        library.collection(create=True)
    said = []
    for line in "".join(blocks("docs/accounts.md", "sh")).splitlines():
        command = line.replace(".venv/bin/python -m ", f"{sys.executable} -m docent.")
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
        said.append(done.stdout)
    assert "reader of default" in said[3]
    assert said[4].startswith("docent-")
    assert "made a key" in said[5]


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        if not target.startswith("http"):
            assert ((ROOT / page).parent / target).exists(), f"{page} points to {target}"


@pytest.mark.parametrize("page", PAGES)
def test_toml_examples_are_settings(page: str) -> None:
    from docent.app import load_settings

    for block in blocks(page, "toml"):
        load_settings({}, Path("/nonexistent"), **tomllib.loads(block))


def test_both_readmes_say_the_same() -> None:
    for language in ("sh", "toml"):
        one, two = (len(blocks(page, language)) for page in READMES)
        assert one == two


def test_version_stands_once() -> None:
    import docent

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == docent.__version__
