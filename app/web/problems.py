"""Errors as replies: a sentence for whoever called, in the shape that its door is known for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from docent.app.errors import (
    CollectionNotFound,
    ConversationNotFound,
    Forbidden,
    JobNotFound,
    JobUnderWay,
    NotAgreed,
    NotSignedIn,
    TooMany,
)
from docent.app.started import as_called
from docent.app.web.openai_requests import error_body
from docent.ingest import DocentError, UnsupportedType, visible
from docent.retrieval import DocumentNotFound, EmbedderError, StoreError

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse
    from starlette.exceptions import HTTPException

_STATUS: dict[type[DocentError], int] = {
    CollectionNotFound: 404,
    ConversationNotFound: 404,
    DocumentNotFound: 404,
    JobNotFound: 404,
    JobUnderWay: 409,
    NotAgreed: 409,
    NotSignedIn: 401,
    EmbedderError: 409,
    Forbidden: 403,
    StoreError: 409,
    TooMany: 429,
    UnsupportedType: 415,
}
_NOT_FOUND, _NOT_ALLOWED = 404, 405
MOST_OF_PATH = 200  # characters
# What pydantic says of itself, for whoever does not know it.
_SAID = {
    "missing": "{place} is missing: /openapi.json says what this address takes.",
    "extra_forbidden": "{place} is nothing that this address takes: /openapi.json lists what it does.",
    "model_attributes_type": "{place} must be a JSON object, sent as application/json.",
}
_BROKEN = "something went wrong in Docent: the server's log says more."


def answer_errors(app: FastAPI) -> None:
    """Every error is a sentence: no traceback and no path of this machine leaves it."""
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    async def known(request: Request, error: Exception) -> JSONResponse:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
        reply = _reply(request, str(error), status)
        if isinstance(error, TooMany):
            reply.headers["retry-after"] = str(math.ceil(error.seconds))
        return reply

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        return _reply(request, _sentence(error), 422)

    async def plain(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            raise error
        return http_problem(request, error)

    async def unknown(request: Request, _: Exception) -> JSONResponse:
        return _reply(request, _BROKEN, 500)

    app.add_exception_handler(DocentError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(Exception, unknown)


def http_problem(request: Request, error: HTTPException) -> JSONResponse:
    """What the framework gives as two words, as a sentence: no such address, no such method."""
    allowed = {name.lower(): value for name, value in (error.headers or {}).items()}.get("allow", "")
    reply = _reply(request, _said(request, error, allowed), error.status_code)
    if allowed:
        reply.headers["allow"] = allowed
    return reply


def _said(request: Request, error: HTTPException, allowed: str) -> str:
    path = visible(request.url.path[:MOST_OF_PATH])
    if error.status_code == _NOT_FOUND:
        return f"there is nothing at {path}: /openapi.json lists every address that there is."
    if error.status_code == _NOT_ALLOWED:
        taken = allowed.replace(", ", " and ") or "other methods"
        return f"{path} takes {taken}, not {visible(request.method)}: /openapi.json says what each does."
    return f"the request cannot be understood ({error.detail}): /openapi.json says what is taken."


def _reply(request: Request, sentence: str, status: int) -> JSONResponse:
    from fastapi.responses import JSONResponse

    sentence = as_called(sentence)
    for_openai = f"{request.url.path}/".startswith("/v1/")
    return JSONResponse(error_body(sentence, status) if for_openai else {"detail": sentence}, status)


def _sentence(error: Exception) -> str:
    from fastapi.exceptions import RequestValidationError

    if not isinstance(error, RequestValidationError) or not error.errors():
        return "the request cannot be understood."
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return f"the body is not JSON: {first['ctx']['error']} at character {first['loc'][-1]}."
    place = ".".join(map(str, first["loc"][1:]))  # the first is body, query or path
    if first["type"] == "too_long":
        given, most = first["ctx"]["actual_length"], first["ctx"]["max_length"]
        return f"{place}: {given} are given, and one request takes {most} at most: send the others in another one."
    if first["type"] in _SAID:
        return _SAID[first["type"]].format(place=place or "the body")
    if first["type"] == "value_error":
        return f"{first['ctx']['error']}."
    return f"{place or 'the request'}: {first['msg']}."
