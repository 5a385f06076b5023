"""The program: settings, the library that all doors share, the HTTP API, the command line."""

from docent.app.catalog import CollectionInfo
from docent.app.errors import CollectionNotFound, ServerError, SettingsError
from docent.app.library import Library, create_chain, create_retriever, open_library
from docent.app.settings import Settings, load_settings
from docent.app.sync import FileResult, SyncOptions

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
    "load_settings",
    "open_library",
]
