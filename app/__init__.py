"""The program: settings, the library that all doors share, the HTTP API, the command line."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docent.app.catalog import CollectionInfo
    from docent.app.chains import create_chain, create_retriever, create_tool
    from docent.app.errors import CollectionNotFound, ServerError, SettingsError
    from docent.app.library import Library, open_library
    from docent.app.notes import grouped_warnings
    from docent.app.settings import Settings, load_settings
    from docent.app.taking import FileResult, SyncOptions

__all__ = [
    "CollectionInfo",
    "CollectionNotFound",
    "FileResult",
    "Library",
    "ServerError",
    "Settings",
    "SettingsError",
    "SyncOptions",
    "create_chain",
    "create_retriever",
    "create_tool",
    "grouped_warnings",
    "load_settings",
    "open_library",
]

_HOMES = {
    "CollectionInfo": "catalog",
    "CollectionNotFound": "errors",
    "FileResult": "taking",
    "Library": "library",
    "ServerError": "errors",
    "Settings": "settings",
    "SettingsError": "errors",
    "SyncOptions": "taking",
    "create_chain": "chains",
    "create_retriever": "chains",
    "create_tool": "chains",
    "grouped_warnings": "notes",
    "load_settings": "settings",
    "open_library": "library",
}


def __getattr__(name: str) -> Any:
    """Load on first use, so that `--help` does not wait for NumPy."""
    if name in _HOMES:
        return getattr(import_module(f"docent.app.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'docent.app' has no attribute {name!r}")
