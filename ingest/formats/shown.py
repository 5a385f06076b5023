"""Numbers and dates as a spreadsheet shows them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

_SECTION = re.compile(r"""(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])+""")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.([#0?]+))?(,*)(?:[eE][+-]([0#]+))?")
_DATE = re.compile(r"y+|m+|d+|h+|s+|am/pm|上午/下午|\.0+", re.IGNORECASE)
_DATE_PARTS = {
    "yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "dddd": "%A", "ddd": "%a", "dd": "%d",
    "hh": "%H", "ss": "%S",
}  # fmt: skip
BUILT_IN_DATES = {"mm-dd-yy": "yyyy-mm-dd", "m/d/yy h:mm": "yyyy-mm-dd hh:mm"}  # these follow the reader's own locale


def shown(value: Any, number_format: str) -> str:
    """What the cell shows: 45 % and not 0.45, 2024-03-05 and not 45356."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (datetime, date, time)):
        return _date(value, number_format)
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    return str(value)


def _number(value: float, number_format: str) -> str:
    sections = _SECTION.findall(number_format or "")
    code = sections[0] if sections else ""
    signed = value
    if value < 0 and len(sections) > 1:
        code, signed = sections[1], -value
    if value == 0 and len(sections) > 2:
        code = sections[2]
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        literals.append(match[1] or match[2] or match[3] or "")
        return "\x00"

    bare = _LITERAL.sub(keep, code)
    match = _DIGITS.search(bare)
    if match is None or "General" in code or code == "@":
        return _general(value)
    text = bare[: match.start()] + _digits(signed, bare, match) + bare[match.end() :]
    for literal in literals:
        text = text.replace("\x00", literal, 1)
    return " ".join(text.split())


def _digits(value: float, bare: str, match: re.Match[str]) -> str:
    decimals = match[1] or ""
    value = value / 1000 ** len(match[2]) * (100 if "%" in bare else 1)
    if match[3]:
        return f"{value:.{len(decimals)}E}"
    group = "," if "," in match[0].rstrip(",") else ""
    text = f"{value:{group}.{len(decimals)}f}"
    whole, point, part = text.partition(".")
    optional = len(decimals) - len(decimals.rstrip("#?"))
    part = part[: len(part) - optional] + part[len(part) - optional :].rstrip("0")
    places = re.sub(r"[^0]", "", match[0].split(".")[0])
    if not group and len(whole) < len(places):
        whole = whole.zfill(len(places))
    return whole + (point + part if part else "")


def _general(value: float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.11g}"


def _date(value: datetime | date | time, number_format: str) -> str:
    code = BUILT_IN_DATES.get(number_format, _SECTION.findall(number_format or "General")[0])
    code = _LITERAL.sub(lambda match: match[1] or match[2] or "", code)
    if "General" in code or not _DATE.search(code):
        return _iso(value)
    twelve = re.search(r"am/pm|上午/下午", code, re.IGNORECASE) is not None
    made = ""
    place = 0
    for match in _DATE.finditer(code):
        made += code[place : match.start()].replace("%", "%%") + _date_part(code, match, value, twelve)
        place = match.end()
    return " ".join((made + code[place:]).split())


def _date_part(code: str, match: re.Match[str], value: datetime | date | time, twelve: bool) -> str:
    part = match[0].lower()
    if part.startswith("."):
        return ""
    if part[0] in "a上":
        return value.strftime("%p")
    minutes = part in ("m", "mm") and (
        re.search(r"h[^a-z]*$", code[: match.start()], re.IGNORECASE)
        or re.match(r"[^a-z]*s", code[match.end() :], re.IGNORECASE)
    )
    if minutes:
        return value.strftime("%M")
    pattern = "%I" if twelve and part[0] == "h" else _DATE_PARTS.get(part) or _DATE_PARTS.get(part * 2, "%Y")
    text = value.strftime(pattern)
    return text.lstrip("0") or "0" if len(part) == 1 else text


def _iso(value: datetime | date | time) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
