"""What is said of addresses that nothing is at: a page with a way back to a person, a sentence to a program."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from docent.app import http_problem
from docent.ui.sign_in import reader_language
from docent.ui.sign_in_page import lost_page

_UNROUTED = HTTPStatus.NOT_FOUND.phrase  # what Starlette says of a path that no route takes


async def lost(request: Request, error: Exception) -> Response:
    """The reply of Gradio's application for 404; what Gradio has to say itself stays."""
    if not isinstance(error, HTTPException):
        raise error
    if error.detail != _UNROUTED:
        return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
    if "text/html" in request.headers.get("accept", ""):
        return lost_page(reader_language(request))
    return http_problem(request, error)
