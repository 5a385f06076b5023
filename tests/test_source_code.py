"""The source that a server offers is all of it."""

from __future__ import annotations

import io
import zipfile

from conftest import ROOT

from docent.ui.source_code import SUFFIXES, source_zip


def test_every_file_of_every_package_is_in_it() -> None:
    wanted = {
        f"docent/{path.relative_to(ROOT).as_posix()}"
        for folder in ("app", "ingest", "llm", "retrieval", "ui")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SUFFIXES and path.is_file()
    }
    with zipfile.ZipFile(io.BytesIO(source_zip())) as archive:
        names = archive.namelist()

    assert {"docent/app/web/server.py", "docent/ui/static/docent.js"} <= wanted
    assert wanted <= set(names)
    assert len(names) == len(set(names))
