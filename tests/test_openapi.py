"""The API does what its OpenAPI document says, whatever a client makes of that; schemathesis makes the requests."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from docent.app import Library, ask_in, start_conversation
from docent.app.web.api_described import CONTENT, UPLOAD
from docent.app.web.server import create_app
from docent.llm import fold_events

BASE = "http://127.0.0.1:7860"
EXAMPLES = 8  # requests an operation
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
ENDLESS = "/api/jobs/events"
# What a document of this form cannot know: no such thing may be learnt, and a stream of what is not there is a 404.
ORDER = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def known(library: Library, docs: Any) -> dict[str, Any]:
    """What is there, by the name that routes have for it."""
    list(library.sync([docs]))
    conversation = start_conversation(library, "swift").id
    fold_events(ask_in(library, conversation, "Where does the common swift sleep?"))
    message = library.conversations.messages(conversation)[0].id
    document = next(one.id for one in library.documents() if one.name == "birds.md")
    return {
        "document_id": document, "number": 1, "conversation_id": conversation, "conversation": conversation,
        "message_id": message, "message": message, "collection_id": library.collection_id(), "collection": "default",
        "model": "default", "name": "default",
    }  # fmt: skip


@pytest.fixture(params=["without accounts", "with accounts"])
def headers(request: pytest.FixtureRequest, library: Library) -> dict[str, str]:
    """Those of an admin, where there are accounts."""
    if request.param == "without accounts":
        return {"host": "127.0.0.1"}
    admin = library.people.accounts.add("ada", "correct horse battery")
    return {"host": "127.0.0.1", "authorization": f"Bearer {library.people.tokens.add_key(admin, 'test')[1]}"}


def aimed(case: schemathesis.Case, known: dict[str, Any], turn: int) -> None:
    """Two times of three at what is there: else hardly a request would come past a 404."""
    if turn % 3 == 0:
        return
    for given_names in (case.path_parameters, case.query, case.body):
        if isinstance(given_names, dict):
            given_names.update({name: known[name] for name in given_names if name in known and given_names[name]})
    if isinstance(case.body, dict) and case.body.get("conversation"):
        case.body.pop("collection", None)


def test_no_request_breaks_the_server_or_its_promises(
    library: Library, known: dict[str, Any], headers: dict[str, str]
) -> None:
    app = create_app(library)
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.config.update(base_url=BASE)
    schema.app = app
    operations = [result.ok() for result in schema.get_all_operations()]
    tried = 0
    for operation in sorted(operations, key=lambda one: ORDER.index(one.method)):
        if operation.path == ENDLESS:
            continue

        @settings(
            max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            nonlocal tried
            tried += 1
            aimed(case, known, tried)
            case.call_and_validate(headers=headers, checks=list(CHECKS))

        ask()
    app.state.jobs.close()
    assert tried > 4 * len(operations)


def test_what_is_described_by_hand_is_there(library: Library) -> None:
    paths = create_app(library).openapi()["paths"]
    for path, method in (*CONTENT, UPLOAD):
        assert method in paths[path], path
    told = paths["/api/documents"]["post"]["requestBody"]["content"]
    assert "multipart/form-data" in told
    assert "422" not in paths["/api/search"]["post"]["responses"]
