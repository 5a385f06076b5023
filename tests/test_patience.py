"""A search does not wait for another process that is writing the index for long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from docent.app import Library


def test_a_search_takes_what_there_is_while_another_process_writes(
    library: Library, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(library.sync([docs]))
    assert library.search("swift").hits
    (docs / "new.txt").write_text("The harbour opens at seven.", encoding="utf-8")
    list(library.sync([docs]))
    acquire, waited = FileLock.acquire, list[float]()

    def noted(lock: FileLock, timeout: float, **options: Any) -> Any:
        waited.append(timeout)
        return acquire(lock, timeout, **options)

    with FileLock(library.collection().store.folder / "lexical" / "lock"):
        monkeypatch.setattr(FileLock, "acquire", noted)
        assert library.search("swift").hits
        assert waited
        assert max(waited) <= 1, "seconds: before, it was a minute"
    assert library.search("harbour").hits[0].document.name == "new.txt"
