"""Libraries and documents for tests. `hash:64` embeds without weights; tests marked `weights` use the real ones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import chromium
from platformdirs import user_cache_path

from docent.app import Library, Settings, open_library

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if (name.startswith("DOCENT_") and name != "DOCENT_EVALDATA") or name == "OPENAI_API_KEY":
            monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", embedder="hash:64", reading_processes=0)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    with open_library(settings) as opened:
        yield opened


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder with one English and one Chinese text."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "birds.md").write_text(
        "# Birds\n\n## Swifts\n\nThe common swift sleeps in the air. It lands only to breed.\n", encoding="utf-8"
    )
    (folder / "茶.txt").write_text("绿茶的最佳冲泡温度是八十度。红茶需要沸水冲泡。\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def evaldata() -> Path:
    """The evaluation documents, which are not part of the project."""
    folder = os.environ.get("DOCENT_EVALDATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("DOCENT_EVALDATA does not name the folder of evaluation documents")
    return Path(folder)


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """The user's own cache, so that the embedding model is prepared once and not for every run."""
    return user_cache_path("docent")


@pytest.fixture(scope="session")
def model_url() -> Iterator[str]:
    """The address of a real OpenAI-compatible server that runs SmolLM2."""
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "model_server.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    assert server.stdin is not None
    address = server.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:"), "the model server did not start"
    yield f"{address}/v1"
    server.stdin.close()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    server.stdout.close()
