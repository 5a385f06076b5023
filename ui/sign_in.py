"""Signing in and out in a browser, and making the first account."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from docent.app import COOKIE, JOIN, SET_UP, SIGN_IN, Doorkeeper, SignInRefused, session_secret
from docent.ingest import DocentError
from docent.ui.sentences import told
from docent.ui.sign_in_page import WORDS, Language, join_page, over_page, set_up_page, sign_in_page
from docent.ui.texts import texts

Short = Annotated[str, Form(max_length=1000)]


def sign_in_router(keeper: Doorkeeper) -> APIRouter:
    """`/sign-in`, `/sign-out`, `/set-up` and `/join`."""
    router = APIRouter(include_in_schema=False)

    @router.get(SIGN_IN)
    def form(request: Request, aim: Annotated[str, Query(alias="next", max_length=2000)] = "/") -> Response:
        if keeper.is_setting_up():
            return RedirectResponse(SET_UP, 303)
        if not keeper.accounts.exist():
            return RedirectResponse("/", 303)
        return sign_in_page(reader_language(request), _local(aim))

    @router.post(SIGN_IN)
    def sign_in(
        request: Request,
        name: Short = "",
        password: Short = "",
        aim: Annotated[str, Form(alias="next", max_length=2000)] = "/",
    ) -> Response:
        language = reader_language(request)
        try:
            secret = keeper.sign_in(name, password, _address(request))
        except SignInRefused as error:
            why = "wait" if error.has_to_wait else "refused"
            return sign_in_page(
                language, _local(aim), WORDS[language][why], name, status=429 if error.has_to_wait else 401
            )
        return _signed_in(request, secret, _local(aim))

    @router.post("/sign-out")
    def sign_out(request: Request) -> Response:
        keeper.sign_out(session_secret(request.headers))
        reply = RedirectResponse(SIGN_IN, 303)
        reply.delete_cookie(COOKIE, path="/")
        return reply

    _add_set_up(router, keeper)
    _add_joining(router, keeper)
    return router


def _add_set_up(router: APIRouter, keeper: Doorkeeper) -> None:
    @router.get(SET_UP)
    def set_up_form(request: Request) -> Response:
        return set_up_page(reader_language(request)) if keeper.is_setting_up() else RedirectResponse("/", 303)

    @router.post(SET_UP)
    def set_up(request: Request, token: Short = "", name: Short = "", password: Short = "") -> Response:
        language = reader_language(request)
        if not keeper.is_setting_up():
            return RedirectResponse("/", 303)
        shown = partial(set_up_page, language, name=name)
        try:
            secret = keeper.set_up(token, name, password, _address(request))
        except SignInRefused as error:
            return shown(WORDS[language]["wait" if error.has_to_wait else "bad_token"], status=403)
        except DocentError as error:
            return shown(told(str(error), texts(language)), status=422)
        return _signed_in(request, secret, "/")


def _add_joining(router: APIRouter, keeper: Doorkeeper) -> None:
    def over(language: Language, error: SignInRefused) -> Response:
        why, status = ("wait", 429) if error.has_to_wait else ("over", 403)
        return over_page(language, WORDS[language][why], status)

    @router.get(JOIN)
    def join_form(request: Request, token: Annotated[str, Query(max_length=200)] = "") -> Response:
        language = reader_language(request)
        try:
            return join_page(language, token, keeper.invited(token, _address(request)).name)
        except SignInRefused as error:
            return over(language, error)

    @router.post(JOIN)
    def join(request: Request, token: Short = "", password: Short = "") -> Response:
        language, address = reader_language(request), _address(request)
        try:
            name = keeper.invited(token, address).name
            return _signed_in(request, keeper.join(token, password, address), "/")
        except SignInRefused as error:
            return over(language, error)
        except DocentError as error:
            return join_page(language, token, name, told(str(error), texts(language)), 422)


def _signed_in(request: Request, secret: str, aim: str) -> Response:
    reply = RedirectResponse(aim, 303)
    seconds = Doorkeeper.SESSION_SECONDS
    is_tls = request.url.scheme == "https"
    reply.set_cookie(COOKIE, secret, max_age=seconds, httponly=True, samesite="lax", secure=is_tls, path="/")
    return reply


def _local(aim: str) -> str:
    """Where to go next, on this server and nowhere else."""
    is_local = aim.startswith("/") and not aim.startswith(("//", "/\\")) and aim.isprintable()
    return aim if is_local else "/"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def reader_language(request: Request) -> Language:
    """The first of the reader's languages that there is."""
    for one in request.headers.get("accept-language", "").lower().split(","):
        if one.strip().startswith("zh"):
            return "zh"
        if one.strip().startswith("en"):
            return "en"
    return "en"
