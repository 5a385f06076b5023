"""Metrics, request ids and the log of a server."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from docent.app import Library
from docent.app.logs import JsonLines, log_to_stderr
from docent.app.web.observing import HEADER
from docent.app.web.server import create_app

BASE = "http://127.0.0.1:7860"


@pytest.fixture
def client(library: Library) -> Iterator[TestClient]:
    with TestClient(create_app(library), base_url=BASE, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def _quiet_again() -> Iterator[None]:
    ours = logging.getLogger("docent")
    handlers, level, propagate = list(ours.handlers), ours.level, ours.propagate
    yield
    ours.handlers, ours.propagate = handlers, propagate
    ours.setLevel(level)


def metrics(client: TestClient) -> dict[str, float]:
    found = text_string_to_metric_families(client.get("/metrics").text)
    return {one.name + json.dumps(one.labels, sort_keys=True): one.value for family in found for one in family.samples}


def test_requests_are_counted_by_route_and_not_by_what_was_asked(client: TestClient) -> None:
    client.get("/api/documents")
    client.get(f"/api/documents/{'0' * 64}/pages/7")
    client.get("/api/documents", headers={"host": "evil.example"})
    client.get("/a/name/that/nobody/should/see")
    found = metrics(client)
    assert found['docent_requests_total{"method": "GET", "route": "/api/documents", "status": "200"}'] == 1
    page = '{"method": "GET", "route": "/api/documents/{document_id}/pages/{number}", "status": "404"}'
    assert found[f"docent_requests_total{page}"] == 1
    assert found['docent_requests_total{"method": "GET", "route": "other", "status": "403"}'] == 1
    assert found['docent_uploads{"state": "done"}'] == 0
    assert found["docent_collections{}"] == 0
    assert not [name for name in found if "nobody" in name]


def test_every_reply_has_an_id_and_a_proxys_own_is_kept(client: TestClient) -> None:
    made = client.get("/healthz").headers[HEADER]
    assert re.fullmatch("[0-9a-f]{16}", made)
    assert client.get("/healthz", headers={HEADER: "abc-1.2"}).headers[HEADER] == "abc-1.2"
    assert client.get("/healthz", headers={HEADER: "a b\tc" * 40}).headers[HEADER] != "a b\tc" * 40


@pytest.mark.usefixtures("_quiet_again")
def test_the_log_is_an_object_a_line_with_the_id_and_without_the_question(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr("json")
    client.post("/api/ask", json={"question": "Where is the secret garden?"}, headers={HEADER: "one"})
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (line,) = [one for one in lines if one["message"].startswith("POST")]
    assert re.fullmatch(r"POST /api/ask 200 \d+ ms", line["message"])
    assert (line["request"], line["level"]) == ("one", "info")
    assert "garden" not in json.dumps(lines)


def test_an_error_stays_on_its_line() -> None:
    try:
        json.loads('"two\nlines"')
    except ValueError:
        record = logging.LogRecord("docent", logging.ERROR, "", 1, "broke: %s", ("x",), sys.exc_info())
    told = JsonLines().format(record)
    assert "\n" not in told
    assert json.loads(told)["message"] == "broke: x"
    assert "JSONDecodeError" in json.loads(told)["error"]
