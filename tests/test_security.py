"""What attackers send over HTTP: refused at every door, and nothing of it stays."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from test_entrance import ASKED, BASE, BROWSER, PASSWORD, House, _quick_digests, call, house, operations  # noqa: F401

from docent import ui
from docent.app import Library, Settings, ask_in, open_conversation, open_library, start_conversation
from docent.app.identity.people import COOKIE
from docent.app.web.bodies import MOST_BYTES, MOST_OF_STRANGERS
from docent.app.web.entrance import SIGN_IN
from docent.app.web.server import create_app
from docent.llm import fold_events

MANY = 180.0  # seconds for an upload on a busy machine
OUTSIDE = ("root:", "SQLite format", "BEGIN", "[Unit]")
UPWARDS = ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "....//", "%252e%252e%252f")
AIMS = ("etc/passwd", "docent.db", "collections", "pyproject.toml")
EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(1)</script>{{7*7}}${7*7}"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server with its page, which takes seconds to build, and without accounts."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("page") / "data", embedder="hash:64", reading_processes=0)
    with open_library(settings) as library:
        library.collection(create=True)
        app = create_app(library, ui.mount)
        yield TestClient(app, base_url=BASE, follow_redirects=False)
        app.state.jobs.close()


def harmless(reply: Any) -> bool:
    return reply.status_code >= 400 and not any(word in reply.text for word in OUTSIDE)


def test_no_path_leads_out_of_what_is_served(page: TestClient) -> None:
    folders = (
        "/",
        "/ui/",
        "/assets/",
        "/static/",
        "/gradio_api/file=",
        "/api/documents/",
        "/api/conversations/",
        "/v1/",
    )
    for folder in folders:
        for up in UPWARDS:
            for aim in AIMS:
                reply = page.get(folder + up * 6 + aim)
                assert harmless(reply), (folder, up, aim, reply.status_code, reply.text[:200])


def test_pages_and_documents_are_named_in_one_way_alone(house: House) -> None:  # noqa: F811
    client = house.client(house.ada)
    known = house.ids["document_id"]
    good = f"/api/documents/{known}/pages/1"
    assert client.get(good, params={"collection": "secret"}).status_code == 200
    numbers = ("0", "-1", "1.5", "1e3", "../1", "99999999999999999999", "1%00", "NaN", "0x1")
    paths = [f"/api/documents/{known}/pages/{number}" for number in numbers]
    paths += [
        f"/api/documents/{document}/pages/1"
        for document in ("0" * 64, "..", "%2e%2e", "A" * 64, f"{known}%00", f"{known}/..", f"%20{known}", known[:63])
    ]
    for path in paths:
        for rest in ("", ".png"):
            reply = client.get(path + rest, params={"collection": "secret"})
            assert reply.status_code in {404, 405, 422}, (path, reply.text)


def test_a_collection_is_called_no_path(library: Library) -> None:
    from docent.ingest import DocentError

    for name in ("../x", "/etc", "~/x", "a/../../b", "..\\x", ".", "..", "a\0b", "a\nb", " ", "x" * 201):
        with pytest.raises(DocentError, match="cannot be a collection's name"):
            library.create_collection(name)
    assert library.collections() == []
    client = TestClient(create_app(library), base_url=BASE)
    for wanted in ("../default", "default/../default"):
        assert client.get("/api/documents", params={"collection": wanted}).status_code == 404


def bomb() -> bytes:
    """40 KB that unpack to 40 MB, in each of three archives one in the other."""
    data = bytes(40_000_000)
    for number in range(3):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{number}.{'txt' if not number else 'zip'}", data)
        data = packed.getvalue()
    return data


def outside() -> bytes:
    """An archive whose members would like to be elsewhere."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("../../evil.md", "/etc/evil.md", "..\\..\\evil.md", "C:\\evil.md", "a/../../../evil.md"):
            archive.writestr(name, "# Evil\n\nThe walrus lies on the shore.\n")
    return packed.getvalue()


def settled(client: TestClient, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    until = time.monotonic() + MANY
    while time.monotonic() < until:
        found = [client.get(f"/api/jobs/{job['id']}").json() for job in jobs]
        if all(one["state"] in {"done", "failed", "cancelled"} for one in found):
            return found
        time.sleep(0.05)
    pytest.fail("the uploads did not end")


def test_archives_that_unpack_too_much_or_elsewhere(library: Library, tmp_path: Path) -> None:
    library.collection(create=True)
    before = {path for path in tmp_path.rglob("*") if library.settings.data_dir not in path.parents}
    with TestClient(create_app(library), base_url=BASE) as client:
        files = [("files", ("bomb.zip", bomb())), ("files", ("out.zip", outside()))]
        first, second = settled(client, client.post("/api/documents", files=files).json()["jobs"])
        assert first["state"] == "failed" or not client.get("/api/documents").json()["documents"][0]["chunks"]
        assert client.get("/healthz").status_code == 200
        assert second["state"] in {"done", "failed"}
    assert {path for path in tmp_path.rglob("*") if library.settings.data_dir not in path.parents} == before
    assert not [path for path in library.settings.data_dir.rglob("*") if "evil" in path.name]


ACTIVE = {
    "page.html": b"<html><body><script>alert(1)</script><p>The walrus lies on the shore.</p></body></html>",
    "notes.md": b"<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](http://evil.example/p.png)\n",
    EVIL.replace("/", "") + ".txt": b"The walrus lies on the shore.",
}


def test_documents_leave_as_downloads_and_never_as_pages(library: Library) -> None:
    library.collection(create=True)
    with TestClient(create_app(library), base_url=BASE) as client:
        files = [("files", (name, data)) for name, data in ACTIVE.items()]
        jobs = settled(client, client.post("/api/documents", files=files).json()["jobs"])
        assert [one["state"] for one in jobs] == ["done"] * len(ACTIVE)
        for one in client.get("/api/documents").json()["documents"]:
            reply = client.get(f"/api/documents/{one['id']}/original", headers=BROWSER)
            assert reply.headers["content-disposition"].startswith("attachment")
            assert reply.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in reply.headers["content-security-policy"]
        for path in ("/api/documents", "/api/jobs", "/api/documents/removed"):
            assert client.get(path).headers["content-type"] == "application/json"
        assert client.post("/api/documents", files={"files": ("x.svg", b"<svg onload='alert(1)'/>")}).status_code == 415


NAMES = ("a\r\nSet-Cookie: owned=1.md", 'a"; filename=evil.exe; x=".md', "\u202egnp.md", "a;b,c.md")


def test_no_name_adds_a_header(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / name).write_text(f"# Walrus {number}\n\nThe walrus lies on the shore.\n", encoding="utf-8")
    list(library.sync([folder]))
    paths = [f"/api/documents/{one.id}/original" for one in library.documents()]
    for name in NAMES:
        conversation = start_conversation(library, name).id
        library.conversations.rename(conversation, name)
        paths.append(f"/api/conversations/{conversation}/export")
    assert len(paths) == 2 * len(NAMES)
    client = TestClient(create_app(library), base_url=BASE)
    for path in paths:
        reply = client.get(path)
        assert reply.status_code == 200
        assert "set-cookie" not in reply.headers
        value = reply.headers["content-disposition"]
        assert re.fullmatch(r"attachment; filename(\*=utf-8''[\w%.~!-]+|=\"[^\"\r\n;\\]+\")", value), value


def pieces(size: int) -> Iterator[bytes]:
    """A body without a length: it comes in chunks."""
    yield b'{"question": "'
    for _ in range(size // 65_536 + 1):
        yield b"x" * 65_536
    yield b'"}'


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_that_is_too_long_is_given_up(house: House, chunked: bool) -> None:  # noqa: F811
    client = house.client(house.ada)
    ways = [(path, method) for path, method, told in operations(house) if told.get("requestBody")]
    ways = [one for one in ways if one != ("/api/documents", "POST")] + [("/mcp", "POST")]
    assert len(ways) > 10
    for path, method in ways:
        filled = re.sub(r"\{(\w+)(?::path)?\}", lambda match: str(house.ids.get(match[1], "x")), path)
        body: Any = pieces(MOST_BYTES) if chunked else b"".join(pieces(MOST_BYTES))
        reply = client.request(method, filled, content=body, headers={"content-type": "application/json"})
        assert reply.status_code == 413, (method, path, reply.status_code)


def test_a_stranger_may_say_little(house: House) -> None:  # noqa: F811
    client = house.client()
    for path in (SIGN_IN, "/set-up", "/join"):
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            reply = client.post(path, content=pieces(MOST_OF_STRANGERS), headers={"content-type": kind})
            assert reply.status_code == 413, path
    assert client.post("/api/ask", content=pieces(MOST_BYTES)).status_code == 401


def test_an_upload_stops_at_its_limit_and_leaves_nothing(house: House) -> None:  # noqa: F811
    from dataclasses import replace

    house.library.settings = replace(house.library.settings, max_upload_mb=1)
    app = create_app(house.library)
    key = house.library.people.tokens.add_key(house.ada, "test")[1]
    client = TestClient(app, base_url=BASE, headers={"authorization": f"Bearer {key}"})
    head = b'--x\r\ncontent-disposition: form-data; name="files"; filename="big.txt"\r\n\r\n'

    def endless() -> Iterator[bytes]:
        yield head
        for _ in range(80):
            yield b"a line of text\n" * 4000
        yield b"\r\n--x--\r\n"

    reply = client.post(
        "/api/documents", content=endless(), headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert reply.status_code == 413
    assert "larger than 1 MB" in reply.json()["detail"]
    assert not list(house.library.spool.glob("*"))
    app.state.jobs.close()


def test_deep_json_and_wrong_encodings_are_refused(house: House) -> None:  # noqa: F811
    with house.client(house.ada) as client:
        for body in (b"[" * 200_000, b'{"a":' * 50_000, b"\xff\xfe\x00", b"\x00", b'"\xed\xa0\x80"', b"null"):
            for path in ("/api/ask", "/api/search", "/v1/chat/completions", "/v1/embeddings"):
                reply = client.post(path, content=body, headers={"content-type": "application/json"})
                assert reply.status_code in {400, 422}, (path, body[:20], reply.status_code)
            accepted = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
            assert client.post("/mcp", content=body, headers=accepted).status_code < 500


def test_an_expired_session_opens_nothing(house: House) -> None:  # noqa: F811
    client = house.client()
    client.post(SIGN_IN, data={"name": "ada", "password": PASSWORD})
    assert client.get("/api/collections").status_code == 200
    with house.library.database.write() as connection:
        connection.execute("UPDATE sessions SET expires = '2020-01-01T00:00:00+00:00'")
    for path, method, told in operations(house):
        if path != "/healthz":
            assert call(client, house, path, method, told).status_code == 401, (method, path)


DOORS = ("/", "/config", "/api/documents", "/v1/models", "/mcp", "/gradio_api/queue/join", "/ui/docent.js", "/metrics")


def test_no_other_site_may_read_or_write(page: TestClient) -> None:
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    foreign = ("https://evil.example", "null", "http://127.0.0.1:7861", "http://127.0.0.1.evil.example")
    for origin in foreign:
        for path in DOORS:
            for method, more in (("GET", {}), ("POST", {}), ("OPTIONS", asks), ("DELETE", {})):
                reply = page.request(method, path, headers={"origin": origin, **more})
                assert reply.status_code == 403, (method, path)
                assert not [name for name in reply.headers if name.startswith("access-control-")]
    same = page.get("/config", headers={"origin": BASE})
    assert same.status_code == 200
    assert same.headers.get("access-control-allow-origin") in (None, BASE)


def test_a_name_that_was_pointed_here_finds_nobody(page: TestClient) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:7860", "[::1", ""):
        for path in DOORS:
            assert page.get(path, headers={"host": host}).status_code == 403, (host, path)


def test_another_s_uploads_are_in_no_stream(house: House) -> None:  # noqa: F811
    """`/api/jobs/events` never ends, so it is read here and not with the other routes."""
    from docent.app.identity.access import acting_as, principal_of

    for who, seen in ((house.ada, ["vault-plan.pdf"]), (house.bob, [])):
        with acting_as(principal_of(who)):
            assert [job.name for job in house.app.state.jobs.recent()] == seen


def test_what_was_refused_is_told_to_nobody_else(house: House) -> None:  # noqa: F811
    """A name that is markup is refused with its file, and shown to its sender alone, as text."""
    ada, bob = house.client(house.ada), house.client(house.bob)
    reply = ada.post("/api/documents", params={"collection": "secret"}, files={"files": (EVIL + ".exe", b"MZ")})
    assert reply.status_code == 415
    assert reply.headers["content-type"] == "application/json"
    assert "script" not in bob.get("/api/jobs").text
    assert "script" not in ada.get("/api/documents", params={"collection": "secret"}).text
    assert COOKIE not in json.dumps(dict(reply.headers))


def test_titles_that_are_markup_stay_text(library: Library, docs: Path) -> None:
    list(library.sync([docs]))
    conversation = start_conversation(library, EVIL).id
    fold_events(ask_in(library, conversation, ASKED + EVIL))
    with TestClient(create_app(library), base_url=BASE) as client:
        exported = client.get(f"/api/conversations/{conversation}/export").text
    assert "<script>" not in exported
    assert "<img" not in exported
    assert open_conversation(library, conversation).messages
