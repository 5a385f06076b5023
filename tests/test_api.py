"""The HTTP API over a small library: uploads, pages, questions, and the doors that stay shut."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from conftest import ROOT
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pdfs import write_pdf

from docent.app import Library, ServerError, open_library
from docent.app.intake.jobs import JobQueue
from docent.app.web.server import create_app, listen
from docent.app.web.uploads import clean_name
from docent.retrieval import Collection

TORQUE = "The tightening torque of TH-01 is 42 Nm and must be checked twice."
BASE = "http://127.0.0.1:7860"
LONG = 120.0  # seconds that a state may take to come on a busy machine


def make_pdf(*pages: str) -> bytes:
    with pymupdf.open() as document:
        for text in pages:
            document.new_page(width=400, height=500).insert_text((50, 80), text, fontsize=11)
        data: bytes = document.tobytes()
    return data


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(data_dir=tmp_path / "data", embedder="hash:64", max_upload_mb=1, reading_processes=0) as opened:
        yield opened


@pytest.fixture
def client(library: Library) -> Iterator[TestClient]:
    with TestClient(create_app(library), base_url=BASE, raise_server_exceptions=False) as opened:
        yield opened


def send(client: TestClient, name: str, data: bytes) -> Any:
    return client.post("/api/documents", files={"files": (name, data)})


def add(client: TestClient, name: str = "manual.pdf", data: bytes | None = None) -> dict[str, Any]:
    """Upload and wait; gives the job at its end."""
    job = send(client, name, data or make_pdf(TORQUE, "Nothing on this page.")).json()["jobs"][0]
    return wait(client, job["id"])


def wait(client: TestClient, job_id: str) -> dict[str, Any]:
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        job: dict[str, Any] = client.get(f"/api/jobs/{job_id}").json()
        if job["state"] in {"done", "failed", "cancelled"}:
            return job
        time.sleep(0.02)
    raise AssertionError(f"the job did not end: {job}")


def until(client: TestClient, job_id: str, state: str) -> dict[str, Any]:
    """The job once it is in that state and has left those before."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        job: dict[str, Any] = client.get(f"/api/jobs/{job_id}").json()
        if job["state"] == state:
            return job
        time.sleep(0.02)
    raise AssertionError(f"the job is not {state}: {job}")


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Server-sent events as (name, data)."""
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_an_upload_is_read_embedded_and_listed(client: TestClient, library: Library) -> None:
    answer = send(client, "手册 2023.pdf", make_pdf(TORQUE))
    assert answer.status_code == 202
    job = wait(client, answer.json()["jobs"][0]["id"])
    assert job["state"] == "done"
    assert job["outcome"] == "added"
    listed = client.get("/api/documents").json()["documents"]
    assert [(one["name"], one["pages"], one["status"]) for one in listed] == [("手册 2023.pdf", 1, "ready")]
    assert "paths" not in listed[0]
    assert not list((library.settings.data_dir / "spool").iterdir())
    assert client.get("/api/collections").json()["collections"][0]["name"] == "default"


def test_the_same_bytes_again_are_a_duplicate(client: TestClient) -> None:
    data = make_pdf(TORQUE)
    add(client, "a.pdf", data)
    job = add(client, "b.pdf", data)
    assert (job["state"], job["outcome"]) == ("done", "duplicate")


def test_events_tell_the_states_until_the_end(client: TestClient) -> None:
    job = send(client, "a.pdf", make_pdf(TORQUE)).json()["jobs"][0]
    told = events(client.get(f"/api/jobs/{job['id']}/events").text)
    assert told[-1][1]["state"] == "done"
    assert {name for name, _ in told} == {"job"}


@pytest.mark.parametrize(
    ("name", "data", "status", "word"),
    [
        ("a.exe", b"MZ", 415, "not read"),
        ("a.pdf", b"not a pdf", 415, "not a PDF"),
        ("a.pdf", b"", 422, "empty"),
        ("a.txt", b"x" * (1024 * 1024 + 1), 413, "larger than 1 MB"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(
    client: TestClient, library: Library, name: str, data: bytes, status: int, word: str
) -> None:
    answer = send(client, name, data)
    assert answer.status_code == status
    assert word in answer.json()["detail"]
    assert not list((library.settings.data_dir / "spool").iterdir())


def test_a_damaged_pdf_fails_as_a_job(client: TestClient) -> None:
    job = add(client, "broken.pdf", b"%PDF-1.7\nnothing that follows")
    assert job["state"] == "failed"
    assert "broken.pdf" in job["reason"]
    assert "Traceback" not in job["reason"]


def test_one_bad_file_among_several_does_not_stop_the_others(client: TestClient) -> None:
    files = [("files", ("a.pdf", make_pdf(TORQUE))), ("files", ("b.exe", b"MZ"))]
    answer = client.post("/api/documents", files=files)
    assert answer.status_code == 202
    good, bad = answer.json()["jobs"]
    assert bad["state"] == "failed"
    assert wait(client, good["id"])["state"] == "done"


@pytest.mark.parametrize("body", [b"", b"--x\r\nContent-Disposition: form-data; name=a; filename=a.pdf\r\n\r\n%PDF-"])
def test_an_upload_that_is_cut_off_leaves_nothing(client: TestClient, library: Library, body: bytes) -> None:
    answer = client.post("/api/documents", content=body, headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 400
    assert not list((library.settings.data_dir / "spool").iterdir())


def test_a_body_that_is_no_form_is_refused(client: TestClient) -> None:
    assert client.post("/api/documents", json={}).status_code == 400


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\docs\\年报.pdf", "年报.pdf"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ("", "document"),
    ],
)
def test_names_lose_folders_and_control_characters(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


def test_long_names_keep_their_suffix() -> None:
    name = clean_name("长" * 300 + ".pdf")
    assert name.endswith("长.pdf")
    assert len(name.encode()) <= 180


def test_pages_pictures_and_originals(client: TestClient) -> None:
    data = make_pdf(TORQUE, "Second page.")
    document = add(client, "手册.pdf", data)["document_id"]
    page = client.get(f"/api/documents/{document}/pages/1").json()
    assert (page["document"], page["pages"], page["width"], page["height"]) == ("手册.pdf", 2, 400, 500)
    assert TORQUE in page["blocks"][0]["text"]
    picture = client.get(f"/api/documents/{document}/pages/2.png?zoom=1")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    original = client.get(f"/api/documents/{document}/original")
    assert original.content == data
    assert original.headers["content-disposition"] == "attachment; filename*=utf-8''%E6%89%8B%E5%86%8C.pdf"
    assert "default-src 'none'" in original.headers["content-security-policy"]


@pytest.mark.parametrize("zoom", ["0", "100", "nan"])
def test_the_zoom_has_bounds(client: TestClient, zoom: str) -> None:
    document = add(client)["document_id"]
    answer = client.get(f"/api/documents/{document}/pages/1.png?zoom={zoom}")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("zoom: ")


def test_errors_speak_of_the_request_and_name_no_other_door(client: TestClient) -> None:
    add(client)
    answer = client.post("/api/search", content=b'{"query": ', headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("the body is not JSON: ")
    for body, sentence in (
        ({"limit": 1}, "query is missing: /openapi.json says what this address takes."),
        (
            {"query": "x", "colection": "y"},
            "colection is nothing that this address takes: /openapi.json lists what it does.",
        ),
        ("hello", "the body must be a JSON object, sent as application/json."),
    ):
        told = client.post("/api/search", json=body)
        assert (told.status_code, told.json()) == (422, {"detail": sentence})
    assert client.post("/api/search").json()["detail"].startswith("the body is missing: ")
    answer = client.post("/api/search", json={"query": "torque", "documents": ["nobody.pdf"]})
    assert answer.status_code == 404
    assert answer.json()["detail"] == "there is no document called nobody.pdf: look in the list of documents."


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/api/documents/{'0' * 64}/pages/1", 404),
        ("GET", f"/api/documents/{'0' * 64}/pages/1.png", 404),
        ("GET", f"/api/documents/{'0' * 64}/original", 404),
        ("DELETE", f"/api/documents/{'0' * 64}", 404),
        ("DELETE", "/api/documents/manual.pdf", 422),
        ("GET", "/api/documents/..%2f..%2fdocent.db/original", 404),
        ("GET", "/api/jobs/unknown", 404),
        ("GET", "/api/jobs/unknown/events", 404),
        ("GET", "/api/documents?collection=none", 404),
        ("POST", "/api/search", 422),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(client: TestClient, method: str, path: str, status: int) -> None:
    add(client)
    answer = client.request(method, path)
    assert answer.status_code == status
    if status != 200:
        assert isinstance(answer.json()["detail"], str)


def nobody_is_home(app: FastAPI, library: Library) -> FastAPI:
    """A page that takes whatever is left, as that of Gradio does."""
    del library
    app.mount("/", FastAPI())
    return app


@pytest.mark.parametrize("mount", [None, nobody_is_home])
def test_an_address_that_is_none_says_where_they_stand(library: Library, mount: Any) -> None:
    client = TestClient(create_app(library, mount), base_url=BASE)
    for path in ("/api", "/api/", "/api/nothing", "/api/documents/x/y/z", "/healthz/x", "/docs"):
        answer = client.get(path)
        sentence = f"there is nothing at {path}: /openapi.json lists every address that there is."
        assert (answer.status_code, answer.json()) == (404, {"detail": sentence})
    for path in ("/v1", "/v1/completions"):
        answer = client.post(path, json={})
        assert answer.status_code == 404
        assert answer.json()["error"]["message"].startswith(f"there is nothing at {path}: /openapi.json")
    assert len(client.get("/api/" + "x" * 5000).text) < 400


def test_an_address_that_the_page_does_not_have_leads_a_person_back(library: Library) -> None:
    from docent import ui

    client = TestClient(create_app(library, ui.mount), base_url=BASE)
    for path in ("/nothing", "/nothing/at/all", "/assets/nothing.js"):
        sentence = f"there is nothing at {path}: /openapi.json lists every address that there is."
        answer = client.get(path)
        assert (answer.status_code, answer.json()) == (404, {"detail": sentence})
        for language, told, back in (
            ("zh-CN,zh;q=0.9", "这个地址没有对应的页面", "返回 Docent"),
            ("en-GB", "No page has this address", "Back to Docent"),
        ):
            page = client.get(path, headers={"accept": "text/html,*/*", "accept-language": language})
            assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
            assert told in page.text
            assert f'<a href="/">{back}</a>' in page.text


@pytest.mark.parametrize("mount", [None, nobody_is_home])
@pytest.mark.parametrize(
    ("method", "path", "takes"),
    [
        ("PUT", "/api/documents", "GET and POST"),
        ("GET", "/api/search", "POST"),
        ("BREW", "/api/jobs/unknown", "GET and DELETE"),
        ("DELETE", "/healthz", "GET"),
        ("POST", "/v1/models", "GET"),
    ],
)
def test_a_method_that_an_address_does_not_take_is_told_which_it_does(
    library: Library, mount: Any, method: str, path: str, takes: str
) -> None:
    answer = TestClient(create_app(library, mount), base_url=BASE).request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == takes.replace(" and ", ", ")
    told = answer.json()
    sentence = told["error"]["message"] if path.startswith("/v1/") else told["detail"]
    assert sentence == f"{path} takes {takes}, not {method}: /openapi.json says what each does."


def test_a_document_can_be_removed(client: TestClient) -> None:
    document = add(client)["document_id"]
    assert client.delete(f"/api/documents/{document}").json() == {"removed": ["manual.pdf"], "undo_days": 7.0}
    assert client.get("/api/documents").json()["documents"] == []
    assert client.post("/api/search", json={"query": "torque"}).json()["hits"] == []
    for path in ("original", "report", "pages/1", "pages/1.png"):
        assert client.get(f"/api/documents/{document}/{path}").status_code == 404


def test_a_removal_can_be_undone(client: TestClient) -> None:
    document = add(client)["document_id"]
    before = client.get("/api/documents").json()
    assert client.post(f"/api/documents/{document}/restore").status_code == 404
    client.delete(f"/api/documents/{document}")
    (gone,) = client.get("/api/documents/removed").json()["removed"]
    assert set(gone) == {"id", "name", "pages", "size", "removed"}
    assert (gone["id"], gone["name"], gone["pages"]) == (document, "manual.pdf", 2)
    assert client.post(f"/api/documents/{document}/restore").json() == {"restored": ["manual.pdf"]}
    assert client.get("/api/documents").json() == before
    assert client.get("/api/documents/removed").json() == {"removed": [], "undo_days": 7.0}
    assert client.post("/api/search", json={"query": "torque"}).json()["hits"][0]["document_id"] == document


def all_embedded(library: Library) -> bool:
    """Waits a while for it."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        if not any(library.collection(one.name).pending() for one in library.collections()):
            return True
        time.sleep(0.02)
    return False


def test_a_restart_embeds_what_any_collection_lacks(library: Library, docs: Path) -> None:
    for name in ("one", "two"):
        list(library.sync([docs], collection=name))
        assert library.collection(name).pending() == 2
    with TestClient(create_app(library)):
        assert all_embedded(library)


def test_what_a_restart_embeds_gives_way_to_an_upload_and_goes_on_after_it(
    library: Library, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        list(library.sync([docs], collection=name))
    begun, go_on = threading.Event(), threading.Event()
    fill, order = Collection.fill_vectors, list[str]()

    def slow(collection: Collection, progress: Callable[[int, int], None]) -> int:
        begun.set()
        assert go_on.wait(LONG)
        progress(0, 1)
        order.extend(one.name for one in collection.store.documents())
        return fill(collection, progress)

    monkeypatch.setattr(Collection, "fill_vectors", slow)
    with TestClient(create_app(library), base_url=BASE) as client:
        assert begun.wait(LONG)
        job = send(client, "notes.txt", b"The harbour opens at seven.").json()["jobs"][0]
        go_on.set()
        assert wait(client, job["id"])["state"] == "done"
        assert all_embedded(library)
    assert order[0] == "notes.txt"


def test_search_and_ask_give_the_contracts(client: TestClient) -> None:
    add(client)
    hit = client.post("/api/search", json={"query": "torque of TH-01", "limit": 3}).json()["hits"][0]
    expected = {"document", "document_id", "collection", "pages", "heading", "score", "text"}
    expected |= {"ranks", "boxes", "chunk_id", "copies"}
    assert set(hit) == expected
    assert set(hit["boxes"][0]) == {"page", "rect"}
    answer = client.post("/api/ask", json={"question": "What is the tightening torque of TH-01?"}).json()
    keys = {"answer", "refused", "query", "model", "notice", "citations", "statements", "hits", "timings_ms"}
    assert set(answer) == keys
    assert not answer["refused"]
    citation = answer["citations"][0]
    assert citation["quote"] in TORQUE
    assert (citation["page"], citation["verified"], citation["location"]) == (1, True, "")
    assert answer["timings_ms"]["total"] > 0
    history = [{"question": "What is the tightening torque of TH-01?", "answer": answer["answer"]}]
    asked = {"question": "What about the TH-02?", "history": history}
    assert client.post("/api/ask", json=asked).json()["query"] == "What is the tightening torque of TH-02?"


@pytest.mark.parametrize(
    ("body", "headers"),
    [({"stream": True}, {}), ({}, {"accept": "text/event-stream"})],
)
def test_an_answer_can_be_streamed(client: TestClient, body: dict[str, Any], headers: dict[str, str]) -> None:
    add(client)
    question = {"question": "What is the tightening torque of TH-01?", **body}
    answer = client.post("/api/ask", json=question, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events(answer.text)
    assert told[0][0] == "retrieved"
    assert told[-1][0] == "done"
    assert told[-1][1]["citations"]


def test_an_error_in_a_stream_is_its_last_event(client: TestClient) -> None:
    add(client)
    answer = client.post("/api/ask", json={"question": "x", "documents": ["none.pdf"], "stream": True})
    assert [name for name, _ in events(answer.text)] == ["error"]


@pytest.mark.parametrize(
    "body",
    [
        {"question": ""},
        {"question": "x" * 4001},
        {"question": "x", "unknown": 1},
        {"question": "x", "pages": [3, 1]},
        {"question": "x", "history": [{"question": "a", "answer": "b"}] * 51},
    ],
)
def test_requests_have_limits(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post("/api/ask", json=body)
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "[::1", ""])
def test_a_foreign_host_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "[::1]:7860"])
def test_this_machine_is_not(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999"])
def test_a_foreign_origin_is_refused(client: TestClient, origin: str) -> None:
    answer = client.post("/api/search", json={"query": "x"}, headers={"origin": origin})
    assert answer.status_code == 403
    assert client.post("/api/search", json={"query": "x"}, headers={"origin": BASE}).status_code == 200


def test_every_answer_says_nosniff(client: TestClient) -> None:
    for path in ("/healthz", "/api/documents", "/api/nothing"):
        assert client.get(path).headers["x-content-type-options"] == "nosniff"


def test_an_unforeseen_error_shows_nothing_of_the_machine(
    client: TestClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"secret {library.settings.data_dir}")

    monkeypatch.setattr(library, "documents", broken)
    answer = client.get("/api/documents")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_a_queued_upload_can_be_cancelled(
    client: TestClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    real = library.add_upload

    def slow(*arguments: Any) -> Any:
        assert gate.wait(LONG)
        return real(*arguments)

    monkeypatch.setattr(library, "add_upload", slow)
    first = send(client, "a.pdf", make_pdf(TORQUE)).json()["jobs"][0]
    second = send(client, "b.pdf", make_pdf("Another.")).json()["jobs"][0]
    assert client.delete(f"/api/jobs/{second['id']}").json()["state"] == "cancelled"
    gate.set()
    assert wait(client, first["id"])["state"] == "done"
    assert [one["name"] for one in client.get("/api/documents").json()["documents"]] == ["a.pdf"]
    assert client.delete(f"/api/jobs/{first['id']}").status_code == 409


class TestPasswords:
    @pytest.fixture
    def job(self, client: TestClient, tmp_path: Path) -> str:
        path = write_pdf(tmp_path / "locked.pdf", ["The secret is tea."], password="k3y-of-mine")
        job_id: str = send(client, "locked.pdf", path.read_bytes()).json()["jobs"][0]["id"]
        assert until(client, job_id, "locked")["reason"].startswith("locked.pdf is protected by a password")
        return job_id

    def test_a_locked_upload_waits_for_the_right_one(self, client: TestClient, job: str, library: Library) -> None:
        assert client.post(f"/api/jobs/{job}/password", json={"password": "no"}).status_code == 200
        assert "not opened by this password" in until(client, job, "locked")["reason"]
        assert client.post(f"/api/jobs/{job}/password", json={"password": "k3y-of-mine"}).status_code == 200
        ended = wait(client, job)
        assert ended["state"] == "done"
        assert client.get(f"/api/documents/{ended['document_id']}/pages/1.png").status_code == 200
        assert client.post(f"/api/jobs/{job}/password", json={"password": "again"}).status_code == 409
        assert not list(library.spool.iterdir())

    def test_it_can_be_called_off(self, client: TestClient, job: str, library: Library) -> None:
        assert client.delete(f"/api/jobs/{job}").json()["state"] == "cancelled"
        assert not list(library.spool.iterdir())


def test_uploads_are_told_by_collection(client: TestClient, library: Library) -> None:
    library.create_collection("other")
    here = add(client, "here.pdf")
    sent = client.post("/api/documents?collection=other", files={"files": ("there.txt", b"text")}).json()["jobs"][0]
    there = wait(client, sent["id"])
    listed = {
        name: [one["id"] for one in client.get("/api/jobs", params=params).json()["jobs"]]
        for name, params in {"all": {}, "other": {"collection": "other"}, "default": {"collection": "default"}}.items()
    }
    assert listed == {"all": [here["id"], there["id"]], "other": [there["id"]], "default": [here["id"]]}
    assert client.get("/api/jobs?collection=nothing").status_code == 404
    assert client.get("/api/jobs/events?collection=nothing").status_code == 404
    assert set(there) == {
        "id", "name", "collection", "state", "created", "done", "total", "document_id", "outcome", "reason",
        "warnings", "can_retry",
    }  # fmt: skip


def test_what_failed_can_be_tried_again(client: TestClient) -> None:
    job = add(client, "broken.pdf", b"%PDF-1.7\nnothing that follows")
    assert job["can_retry"]
    assert client.post(f"/api/jobs/{job['id']}/retry").json()["state"] in {"queued", "reading"}
    assert wait(client, job["id"])["reason"] == job["reason"]
    assert client.delete(f"/api/jobs/{job['id']}").json()["state"] == "cancelled"
    assert client.post(f"/api/jobs/{job['id']}/retry").status_code == 409


def test_the_report_says_how_each_page_was_read(client: TestClient) -> None:
    document_id = add(client, "a.pdf", make_pdf(TORQUE, "Two."))["document_id"]
    pages = client.get(f"/api/documents/{document_id}/report").json()["pages"]
    assert [(one["number"], one["source"], one["columns"], one["tables"]) for one in pages] == [
        (1, "text", 1, 0),
        (2, "text", 1, 0),
    ]


def test_a_worker_that_breaks_fails_one_job_and_goes_on(
    client: TestClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(library, "add_upload", lambda *_: 1 // 0)
        job = add(client, "a.pdf")
        assert job["state"] == "failed"
        assert "log" in job["reason"]
    assert add(client, "b.pdf")["state"] == "done"


def test_closing_stops_between_two_pages(library: Library, tmp_path: Path) -> None:
    jobs = JobQueue(library)
    path = tmp_path / "spooled"
    path.write_bytes(make_pdf(*["page"] * 40))
    job = jobs.submit(path, "long.pdf", "default")
    jobs.close()
    assert jobs.get(job.id).state == "queued"
    assert [one.name for one in library.uploads.iterdir()] == [job.id]


def test_an_abandoned_upload_is_deleted_at_the_next_start(library: Library) -> None:
    spool = library.settings.data_dir / "spool"
    spool.mkdir(parents=True)
    (spool / "old").write_bytes(b"x")
    os.utime(spool / "old", (0, 0))
    (spool / "new").write_bytes(b"x")
    with TestClient(create_app(library)):
        assert [path.name for path in spool.iterdir()] == ["new"]


def test_a_taken_port_and_an_open_host_are_said(library: Library) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=f"port {port} .*DOCENT_PORT"):
            listen(replace(library.settings, port=port))
    with pytest.raises(ServerError, match="open to other machines"):
        listen(replace(library.settings, host="0.0.0.0", port=0))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    from docent import ui

    data = tmp_path_factory.mktemp("page")
    with (
        open_library(data_dir=data, embedder="hash:64") as opened,
        TestClient(create_app(opened, ui.mount), base_url=BASE) as client,
    ):
        yield client


def test_a_reply_names_commands_as_the_server_was_started_and_no_folder(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(client)
    asked = {"query": "torque", "tags": ["old"]}
    assert "`python -m app tag DOC +old`" in client.post("/api/search", json=asked).json()["detail"]
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    monkeypatch.setattr(sys, "argv", ["/opt/docent/bin/docent", "serve"])
    assert "`docent tag DOC +old`" in client.post("/api/search", json=asked).json()["detail"]


def test_the_page_has_an_icon_of_its_own(page: TestClient) -> None:
    answer = page.get("/favicon.ico")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.content == (ROOT / "ui" / "static" / "icon.svg").read_bytes()


@pytest.mark.parametrize("path", ["/", "/config", "/theme.css", "/ui/docent.js", "/ui/source.zip", "/healthz"])
def test_what_the_page_needs_is_open(page: TestClient, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 200
    assert "connect-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://example.org/"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/run/ask"),
        ("GET", "/gradio_api/info"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/vibe-edit"),
        ("GET", "/gradio_api//file=/etc/passwd"),
        ("GET", "/monitoring"),
    ],
)
def test_what_the_page_does_not_need_is_shut(page: TestClient, method: str, path: str) -> None:
    assert page.request(method, path).status_code in {403, 404}
