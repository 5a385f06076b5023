"""A process that draws is ready before a page is wanted, and what the log says of readers has a reason."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pdfs import write_pdf
from test_readers import readers

from docent.app.intake.reader_pool import ReaderDied, ReaderLimits, ReaderPool

LOGGER = "docent.app.intake.reader_pool"


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[ReaderPool]:
    made = ReaderPool(ReaderLimits(processes=1), tmp_path / "spool")
    yield made
    made.close()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return write_pdf(tmp_path / "page.pdf", ["Swifts sleep in the air."])


def test_the_warmed_process_draws_and_no_other_is_started(pool: ReaderPool, page: Path) -> None:
    pool.warm()
    [warmed] = readers()
    assert pool.draw(page, 1, 1.0).startswith(b"\x89PNG")
    pool.warm()
    assert [one.pid for one in readers()] == [warmed.pid]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which libraries a process has loaded")
def test_a_reader_loads_no_model_of_layouts(pool: ReaderPool, page: Path) -> None:
    pool.draw(page, 1, 1.0)
    [process] = readers()
    loaded = {Path(one.path).name for one in process.memory_maps()}
    assert any("mupdf" in name for name in loaded)
    assert not any("onnxruntime" in name for name in loaded)


def test_a_pool_without_processes_or_closed_starts_none(tmp_path: Path, pool: ReaderPool) -> None:
    ReaderPool(ReaderLimits(processes=0), tmp_path / "spool").warm()
    pool.close()
    pool.warm()
    assert readers() == []


def test_an_idle_reader_that_ended_in_order_leaves_no_line_in_the_log(
    pool: ReaderPool, page: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pool.draw(page, 1, 1.0)
    [process] = pool._idle
    process._stdin.close()  # as if its time to be idle were over
    assert psutil.wait_procs(readers(), timeout=60)[1] == []
    with caplog.at_level(logging.WARNING, LOGGER):
        assert pool.draw(page, 1, 1.0).startswith(b"\x89PNG")
    assert caplog.records == []


def test_the_log_says_how_a_reader_ended(
    pool: ReaderPool, page: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    killing = "import os, signal\nfor _ in iter(input, None): os.kill(os.getpid(), signal.SIGKILL)  # {megabytes:d}"
    monkeypatch.setattr("docent.app.intake.reader_pool.START", killing)
    with caplog.at_level(logging.WARNING, LOGGER), pytest.raises(ReaderDied):
        pool.draw(page, 3, 1.0)
    assert [one.getMessage() for one in caplog.records] == [
        f"the reader of page 3 ended: signal {int(signal.SIGKILL)} ({signal.strsignal(signal.SIGKILL)})"
    ]
    monkeypatch.setattr("docent.app.intake.reader_pool.START", "input(); raise SystemExit('no room: {megabytes:d}')")
    caplog.clear()
    with caplog.at_level(logging.WARNING, LOGGER), pytest.raises(ReaderDied):
        pool.draw(page, 3, 1.0)
    limit = pool.limits.megabytes
    assert [one.getMessage() for one in caplog.records] == [f"the reader of page 3 ended: status 1 no room: {limit}"]
