"""A document is read again from its original: it is what it was, but for what reading finds now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from docent.app import Library, open_library
from docent.app.web.server import create_app
from docent.retrieval import DocumentNotFound


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("The drum is blue.\n", encoding="utf-8")
    with open_library(data_dir=tmp_path / "data", embedder="hash:64", reading_processes=0) as opened:
        list(opened.sync([tmp_path / "folder"]))
        opened.add_upload(tmp_path / "folder" / "notes.txt", "upload.txt")
        opened.collection().fill_vectors()
        yield opened


def ids(library: Library) -> set[int]:
    return {row[0] for row in library.collection().store.connection.execute("SELECT id FROM chunks")}


def test_it_keeps_sources_tags_and_vectors(library: Library, tmp_path: Path) -> None:
    (document,) = library.documents()
    store = library.collection().store
    store.tag(document.id, ["tax"])
    before, was = ids(library), store.sources_of(document.id)
    (tmp_path / "folder" / "notes.txt").unlink()  # the original is kept
    copy = tmp_path / "copy"
    copy.write_bytes(store.original(document.id).read_bytes())
    result = library.add_upload(copy, document.name, again=document.id)
    assert (result.status, result.document_id) == ("updated", document.id)
    (again,) = library.documents()
    assert (again.name, again.tags, again.paths) == (document.name, ("tax",), document.paths)
    assert store.sources_of(document.id) == was
    assert not ids(library) & before, "it was read"
    assert library.collection().pending() == 0, "what stays is not embedded anew"
    library.remove(document.id)
    with pytest.raises(DocumentNotFound):
        library.add_upload(copy, document.name, again=document.id)


def test_the_server_reads_it_behind_the_uploads_that_wait(library: Library) -> None:
    (document,) = library.documents()
    before = ids(library)
    with TestClient(create_app(library), base_url="http://127.0.0.1") as client:
        told = client.post(f"/api/documents/{document.id}/read").json()
        assert (told["name"], told["document_id"]) == (document.name, document.id)
        with client.stream("GET", f"/api/jobs/{told['id']}/events") as events:
            assert '"state": "done"' in [line for line in events.iter_lines() if line][-1]
        assert client.post(f"/api/documents/{'0' * 64}/read").status_code == 404
        library.collection().store.original(document.id).unlink()
        lost = client.post(f"/api/documents/{document.id}/read")
        assert (lost.status_code, lost.json()["detail"]) == (
            404, "the original of this document is missing: add it again.",
        )  # fmt: skip
    assert not ids(library) & before
    assert list(library.uploads.iterdir()) == [], "no copy is left"
