"""What `/openapi.json` says beyond what the routes tell of themselves: errors, files, events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

_SENTENCE = {"type": "string", "description": "One sentence: what, where, and what to do."}
_PROBLEM = {"type": "object", "properties": {"detail": _SENTENCE}, "required": ["detail"]}
_OPENAI_PROBLEM = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type"],
            "properties": {"message": _SENTENCE, "type": {"type": "string"}},
        }
    },
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
_EVENT = {"type": "object", "properties": {"event": {"type": "string"}, "data": {"type": "string"}}}
_EVENTS = {"text/event-stream": {"schema": _EVENT}}
_JSON = {"application/json": {"schema": {"type": "object", "additionalProperties": True}}}
# Replies that are not JSON alone.
CONTENT: dict[tuple[str, str], dict[str, Any]] = {
    ("/api/documents/{document_id}/original", "get"): {"*/*": _FILE},
    ("/api/documents/{document_id}/pages/{number}.png", "get"): {"image/png": _FILE},
    ("/api/conversations/{conversation_id}/export", "get"): {"text/markdown": {"schema": {"type": "string"}}},
    ("/api/jobs/events", "get"): _EVENTS,
    ("/api/jobs/{job_id}/events", "get"): _EVENTS,
    ("/api/ask", "post"): {**_JSON, **_EVENTS},
    ("/api/summarize", "post"): {**_JSON, **_EVENTS},
    ("/api/compare", "post"): {**_JSON, **_EVENTS},
    ("/api/eval", "post"): {**_JSON, **_EVENTS},
    ("/v1/chat/completions", "post"): {**_JSON, **_EVENTS},
    ("/metrics", "get"): {"text/plain": {"schema": {"type": "string"}}},
}
UPLOAD = ("/api/documents", "post")
_UPLOADED = {
    "type": "object",
    "required": ["files"],
    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}},
}


def describe(app: FastAPI) -> None:
    """Let `app.openapi()` say it, too."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            _amend(plain())
        return plain()  # as it was amended: FastAPI makes it once

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's documentation has it done


def _amend(schema: dict[str, Any]) -> None:
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            _amend_errors(told["responses"], _OPENAI_PROBLEM if path.startswith("/v1/") else _PROBLEM)
            content = CONTENT.get((path, method))
            if content:
                told["responses"]["200"]["content"] = content
            if (path, method) == UPLOAD:
                told["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _UPLOADED}}}


def _amend_errors(responses: dict[str, Any], problem: dict[str, Any]) -> None:
    responses.pop("422", None)  # FastAPI's own shape, which docent.app.web.problems puts into a sentence
    responses["4XX"] = {"description": "It cannot be done.", "content": {"application/json": {"schema": problem}}}
