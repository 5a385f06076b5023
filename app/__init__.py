"""The program: settings, the library that all doors share, the HTTP API, the command line."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docent.app.access import acting_as, become
    from docent.app.answer_records import documents_of
    from docent.app.catalog import CollectionInfo
    from docent.app.chains import create_chain, create_retriever, create_tool
    from docent.app.conversation_text import answer_markdown
    from docent.app.conversations import Message
    from docent.app.dialogue import ask_in, missing_from, open_conversation, start_conversation
    from docent.app.doorkeeper import Doorkeeper
    from docent.app.entrance import JOIN, SET_UP, SIGN_IN
    from docent.app.errors import (
        CollectionNotFound,
        ConversationNotFound,
        ServerError,
        SettingsError,
        SignInRefused,
    )
    from docent.app.feedback import Feedback
    from docent.app.library import Library, open_library
    from docent.app.notes import grouped_warnings
    from docent.app.people import COOKIE, session_secret
    from docent.app.settings import Settings, load_settings
    from docent.app.taking import FileResult, SyncOptions
    from docent.app.topics import topics_of

__all__ = [
    "COOKIE",
    "JOIN",
    "SET_UP",
    "SIGN_IN",
    "CollectionInfo",
    "CollectionNotFound",
    "ConversationNotFound",
    "Doorkeeper",
    "Feedback",
    "FileResult",
    "Library",
    "Message",
    "ServerError",
    "Settings",
    "SettingsError",
    "SignInRefused",
    "SyncOptions",
    "acting_as",
    "answer_markdown",
    "ask_in",
    "become",
    "create_chain",
    "create_retriever",
    "create_tool",
    "documents_of",
    "grouped_warnings",
    "load_settings",
    "missing_from",
    "open_conversation",
    "open_library",
    "session_secret",
    "start_conversation",
    "topics_of",
]

_HOMES = {
    "COOKIE": "people",
    "JOIN": "entrance",
    "SET_UP": "entrance",
    "SIGN_IN": "entrance",
    "CollectionInfo": "catalog",
    "CollectionNotFound": "errors",
    "ConversationNotFound": "errors",
    "Doorkeeper": "doorkeeper",
    "Feedback": "feedback",
    "FileResult": "taking",
    "Library": "library",
    "Message": "conversations",
    "ServerError": "errors",
    "Settings": "settings",
    "SettingsError": "errors",
    "SignInRefused": "errors",
    "SyncOptions": "taking",
    "acting_as": "access",
    "answer_markdown": "conversation_text",
    "become": "access",
    "ask_in": "dialogue",
    "create_chain": "chains",
    "create_retriever": "chains",
    "create_tool": "chains",
    "documents_of": "answer_records",
    "grouped_warnings": "notes",
    "load_settings": "settings",
    "missing_from": "dialogue",
    "open_conversation": "dialogue",
    "open_library": "library",
    "session_secret": "people",
    "start_conversation": "dialogue",
    "topics_of": "topics",
}


def __getattr__(name: str) -> Any:
    """Load on first use, so that `--help` does not wait for NumPy."""
    if name in _HOMES:
        return getattr(import_module(f"docent.app.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'docent.app' has no attribute {name!r}")
