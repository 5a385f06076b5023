"""What is installed is whole: every module and every file of the page, and it runs away from the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

FOLDERS = ("docent", "app", "ingest", "llm", "retrieval", "ui")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (found,) = folder.glob("docent_qa-*.whl")
    return found


def test_nothing_is_missing(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                inside = path.relative_to(ROOT).as_posix()
                name = inside if folder == "docent" else f"docent/{inside}"
                assert name in packed


def test_it_runs_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    for module in ("docent.ingest", "docent.app"):
        command = [sys.executable, "-m", module, "--help"]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
        assert "usage: python -m" in done.stdout
    where = [sys.executable, "-c", "import docent.app; print(docent.app.__file__)"]
    done = subprocess.run(where, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(tmp_path))


def test_it_runs_in_the_checkout_too(wheel: Path, tmp_path: Path) -> None:
    """There the folder `docent/` stands before the installed package and holds the facade alone."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    paths = [str(tmp_path / "site"), *(path for path in sys.path if path.endswith("site-packages"))]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    for module in ("ingest", "app"):
        command = [sys.executable, "-S", "-m", module, "--help"]  # -S: without the finder of the editable install
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert "usage: python -m" in done.stdout, done.stderr
