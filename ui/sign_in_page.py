"""The forms to sign in with and to make the first account, and what lost readers see: HTML that needs no script."""

from __future__ import annotations

from functools import cache
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Literal, TypeAlias

from fastapi.responses import HTMLResponse

from docent.app import JOIN, SET_UP, SIGN_IN

STYLE = Path(__file__).parent / "static" / "sign_in.css"
Language: TypeAlias = Literal["en", "zh"]
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Sign in",
        "name": "Name",
        "password": "Password",
        "send": "Sign in",
        "set_up": "Make the first account",
        "token": "Set-up token, from the log of the server",
        "make": "Make it and sign in",
        "hint": "This account will be an admin. A password has at least 10 characters.",
        "refused": "The name or the password is wrong.",
        "wait": "Too many tries: wait a moment and try again.",
        "bad_token": "This is not the set-up token that the server shows in its log.",
        "join": "Welcome, {name}",
        "choose": "Choose a password",
        "long_enough": "A password has at least 10 characters.",
        "over": "This link was used already, or is too old: ask an admin for another one.",
        "to_sign_in": "Sign in",
        "lost": "There is nothing here",
        "mistyped": "No page has this address: it may be mistyped, or a link too old.",
        "to_docent": "Back to Docent",
    },
    "zh": {
        "title": "登录",
        "name": "用户名",
        "password": "密码",
        "send": "登录",
        "set_up": "创建第一个账户",
        "token": "初始化口令（见服务器日志）",
        "make": "创建并登录",
        "hint": "该账户将成为管理员。密码至少 10 个字符。",
        "refused": "用户名或密码不正确。",
        "wait": "尝试次数过多，请稍候再试。",
        "bad_token": "这不是服务器日志中显示的初始化口令。",
        "join": "欢迎，{name}",
        "choose": "设置密码",
        "long_enough": "密码至少 10 个字符。",
        "over": "这个链接已用过或已过期，请向管理员索取新的链接。",
        "to_sign_in": "去登录",
        "lost": "没有这个页面",
        "mistyped": "这个地址没有对应的页面：可能输入有误，或链接已失效。",
        "to_docent": "返回 Docent",
    },
}


def sign_in_page(language: Language, aim: str, problem: str = "", name: str = "", *, status: int = 200) -> HTMLResponse:
    """The form of `/sign-in`; afterwards the reader goes on to `aim`, a path of this server."""
    words = WORDS[language]
    fields = (
        f'<input type="hidden" name="next" value="{escape(aim)}">'
        f"{_field('name', words['name'], 'username', name)}"
        f"{_field('password', words['password'], 'current-password')}"
        f"<button>{words['send']}</button>"
    )
    return _page(language, words["title"], SIGN_IN, fields, problem, status)


def set_up_page(language: Language, problem: str = "", *, name: str = "", status: int = 200) -> HTMLResponse:
    """The form of `/set-up`."""
    words = WORDS[language]
    fields = (
        f"{_field('token', words['token'], 'off')}"
        f"{_field('name', words['name'], 'username', name)}"
        f"{_field('password', words['password'], 'new-password')}"
        f'<p class="hint">{words["hint"]}</p><button>{words["make"]}</button>'
    )
    return _page(language, words["set_up"], SET_UP, fields, problem, status)


def join_page(language: Language, token: str, name: str, problem: str = "", status: int = 200) -> HTMLResponse:
    """The form of `/join`."""
    words = WORDS[language]
    fields = (
        f'<input type="hidden" name="token" value="{escape(token)}">'
        f'<input type="hidden" name="username" autocomplete="username" value="{escape(name)}">'
        f"{_field('password', words['choose'], 'new-password')}"
        f'<p class="hint">{words["long_enough"]}</p><button>{words["send"]}</button>'
    )
    return _page(language, words["join"].format(name=escape(name)), JOIN, fields, problem, status)


def over_page(language: Language, problem: str, status: int) -> HTMLResponse:
    """What is shown for a link that is good no more."""
    words = WORDS[language]
    told = f'<p><a href="{SIGN_IN}">{words["to_sign_in"]}</a></p>'
    return _shown(language, words["title"], told, problem, status)


def lost_page(language: Language) -> HTMLResponse:
    """What is shown at an address that nothing is at."""
    words = WORDS[language]
    told = f'<p>{words["mistyped"]}</p><p><a href="/">{words["to_docent"]}</a></p>'
    return _shown(language, words["lost"], told, "", HTTPStatus.NOT_FOUND)


def _field(name: str, label: str, complete: str, value: str = "") -> str:
    kind = "password" if "password" in complete else "text"
    return (
        f'<label for="{name}">{label}</label><input id="{name}" name="{name}" type="{kind}" required'
        f' autocomplete="{complete}" value="{escape(value)}" maxlength="1000">'
    )


def _page(language: Language, title: str, action: str, fields: str, problem: str, status: int) -> HTMLResponse:
    return _shown(language, title, f'<form method="post" action="{action}">{fields}</form>', problem, status)


def _shown(language: Language, title: str, inside: str, problem: str, status: int) -> HTMLResponse:
    told = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    shown = (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme"'
        f' content="light dark"><title>{title} · Docent</title><style>{_style()}</style></head>'
        f"<body><main><h1>Docent</h1><h2>{title}</h2>{told}{inside}</main></body></html>"
    )
    return HTMLResponse(shown, status, headers={"cache-control": "no-store"})


@cache
def _style() -> str:
    return STYLE.read_text(encoding="utf-8")
