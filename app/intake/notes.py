"""Warnings of single pages, put together for people: one line for each kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MAX_RUNS = 8  # runs of pages that are named
_PAGE_WARNING = re.compile(r"page (\d+): (.*)", re.DOTALL)


def grouped_warnings(warnings: Iterable[str]) -> list[tuple[str, str]]:
    """Pages and sentence, in the order of their first page: `("1-8, 12", "a scan, read by OCR")`.

    The pages are "" where a warning names none.
    """
    pages: dict[str, list[int]] = {}
    for warning in warnings:
        match = _PAGE_WARNING.fullmatch(warning)
        pages.setdefault(match[2] if match else warning, []).extend([int(match[1])] if match else [])
    return [
        (_runs(sorted(numbers)), what)
        for what, numbers in sorted(pages.items(), key=lambda one: min(one[1], default=0))
    ]


def _runs(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs[:MAX_RUNS])
    return f"{shown} ..." if len(runs) > MAX_RUNS else shown
