"""The page: Gradio wires the conversation to the library, a little script opens sources and sends files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from docent.app import Library

__all__ = ["mount"]


def mount(app: FastAPI, library: Library) -> FastAPI:
    """Add the page at `/`, last: it takes every path that is left."""
    from docent.ui.build import mount as add

    return add(app, library)
