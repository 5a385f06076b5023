"""Nothing is asked of anybody outside: not by an import, not by the first start, not by the first page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from chromium import NEEDED, PATIENCE, chromium
from conftest import ROOT

LISTENING = ROOT / "tests" / "listening"
MODULES = sorted(
    ".".join(("docent", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    for folder in ("app", "ingest", "llm", "retrieval", "ui")
    for path in (ROOT / folder).rglob("*.py")
    if path.stem != "__main__"
)
# What brings code of its own that could report, in the light base.
HEAVY = ("gradio", "langchain", "langchain_openai", "mcp", "onnxruntime", "pymupdf", "rapidocr", "faiss", "tantivy")


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    return tmp_path / "heard.txt"


def listening(heard: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(LISTENING), "LISTENED_TO": str(heard), "PYTHONUNBUFFERED": "1", **more}


def said(heard: Path) -> str:
    return heard.read_text(encoding="utf-8") if heard.exists() else ""


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('192.0.2.1', 9), timeout=0.1)",
        "import socket; socket.getaddrinfo('example.invalid', 80)",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
        """import subprocess as s, sys
code = 'import urllib.request as r; r.urlopen("http://example.invalid")'
s.run([sys.executable, "-c", code])""",
    ],
)
def test_the_listener_hears(heard: Path, code: str) -> None:
    subprocess.run([sys.executable, "-c", code], env=listening(heard), capture_output=True, check=False, timeout=60)
    assert re.search(r"192\.0\.2\.1|example\.invalid", said(heard))


@pytest.mark.parametrize(("given", "shown"), [({}, "1"), ({"HF_HUB_DISABLE_TELEMETRY": "0"}, "0")])
def test_dependencies_are_told_to_report_nothing_unless_somebody_said_otherwise(
    tmp_path: Path, given: dict[str, str], shown: str
) -> None:
    code = (
        "import os; from docent import open_library\n"
        "open_library(data_dir='data', embedder='hash:64').close()\n"
        "print(os.environ['HF_HUB_DISABLE_TELEMETRY'])"
    )
    kept = {name: value for name, value in os.environ.items() if name != "HF_HUB_DISABLE_TELEMETRY"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env={**kept, **given}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == shown


def test_importing_everything_asks_nobody(heard: Path, tmp_path: Path) -> None:
    code = f"import importlib\nfor name in {[*MODULES, *HEAVY]!r}: importlib.import_module(name)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=listening(heard), cwd=tmp_path, capture_output=True, text=True, check=False,
        timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert said(heard) == ""


@contextmanager
def first_start(heard: Path, folder: Path, cache: Path) -> Iterator[str]:
    """The address of a server that is started for the first time, with the settings that it comes with."""
    env = listening(heard, DOCENT_DATA_DIR=str(folder / "data"), DOCENT_CACHE_DIR=str(cache))
    command = [sys.executable, "-m", "docent.app", "serve", "--port", "0"]
    server = subprocess.Popen(command, env=env, cwd=folder, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    try:
        address = ""
        while not address:
            line = server.stderr.readline()
            assert line, "the server has ended"
            found = re.search(r"http://\S+", line)
            address = found[0] if found else ""
        threading.Thread(target=server.stderr.read, daemon=True).start()
        yield address
    finally:
        server.terminate()
        assert server.wait(120) is not None


@pytest.mark.weights
@pytest.mark.browser
@NEEDED
def test_first_start_page_and_answer_ask_nobody(heard: Path, tmp_path: Path, model_cache: Path) -> None:
    abroad: list[str] = []
    # Nothing but loopback can be reached, so that a request that the page makes for the outside fails, too.
    rules = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
    with first_start(heard, tmp_path, model_cache) as address, chromium(rules) as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        own = (address, "data:", "blob:")
        page.on("request", lambda one: None if one.url.startswith(own) else abroad.append(one.url))
        page.on("websocket", lambda one: abroad.append(one.url))
        page.goto(address)
        page.wait_for_selector("body.docent-ready")
        page.wait_for_selector(".welcome")
        with httpx.Client(base_url=address, timeout=120) as client:
            files = {"files": ("tea.md", b"# Tea\n\nGreen tea wants eighty degrees.\n")}
            (job,) = client.post("/api/documents", files=files).json()["jobs"]
            while (state := client.get(f"/api/jobs/{job['id']}").json()["state"]) != "done":
                assert state != "failed"
                time.sleep(0.2)
            answer = client.post("/api/ask", json={"question": "How hot should green tea be?"}).json()
            assert "eighty degrees" in answer["answer"]
    assert abroad == []
    assert said(heard) == ""
