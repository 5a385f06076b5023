"""A search does not wait for another process that is writing the index for long."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from docent.app import Library


@pytest.mark.timeout(50)  # before, it waited for a minute
def test_a_search_takes_what_there_is_while_another_process_writes(library: Library, docs: Path) -> None:
    list(library.sync([docs]))
    assert library.search("swift").hits
    (docs / "new.txt").write_text("The harbour opens at seven.", encoding="utf-8")
    list(library.sync([docs]))
    with FileLock(library.collection().store.folder / "lexical" / "lock"):
        assert library.search("swift").hits
    assert library.search("harbour").hits[0].document.name == "new.txt"
