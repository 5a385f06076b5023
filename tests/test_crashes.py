"""`kill -9` at random moments of ingest, delete, reindex and purge: nothing lost, no ghosts, no repair by hand."""

from __future__ import annotations

from pathlib import Path

from crashes import crash


def test_kills_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    tally = crash(tmp_path, kills=16, seed=20260)
    assert (tally.lost, tally.ghosts, tally.repairs) == ([], [], [])
    assert tally.committed > 0
