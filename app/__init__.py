"""The program: settings, the library that all doors share, the HTTP API, the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docent.ingest import loaded_from

if TYPE_CHECKING:
    from docent.app.catalog import CollectionInfo
    from docent.app.chains import create_chain, create_retriever, create_tool
    from docent.app.errors import (
        CollectionNotFound,
        ConversationNotFound,
        ServerError,
        SettingsError,
        SignInRefused,
    )
    from docent.app.history.answer_records import documents_of
    from docent.app.history.conversation_text import answer_markdown
    from docent.app.history.conversations import Message
    from docent.app.history.dialogue import ask_in, missing_from, open_conversation, start_conversation
    from docent.app.history.feedback import Feedback
    from docent.app.identity.access import acting_as, become
    from docent.app.identity.people import COOKIE, session_secret
    from docent.app.intake.notes import grouped_warnings
    from docent.app.intake.taking import FileResult, SyncOptions
    from docent.app.library import Library, open_library
    from docent.app.settings import Settings, load_settings
    from docent.app.topics import topics_of
    from docent.app.web.doorkeeper import Doorkeeper
    from docent.app.web.entrance import JOIN, SET_UP, SIGN_IN
    from docent.app.web.problems import http_problem

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
    "http_problem",
    "load_settings",
    "missing_from",
    "open_conversation",
    "open_library",
    "session_secret",
    "start_conversation",
    "topics_of",
]

_HOMES = {
    "COOKIE": "identity.people",
    "JOIN": "web.entrance",
    "SET_UP": "web.entrance",
    "SIGN_IN": "web.entrance",
    "CollectionInfo": "catalog",
    "CollectionNotFound": "errors",
    "ConversationNotFound": "errors",
    "Doorkeeper": "web.doorkeeper",
    "Feedback": "history.feedback",
    "FileResult": "intake.taking",
    "Library": "library",
    "Message": "history.conversations",
    "ServerError": "errors",
    "Settings": "settings",
    "SettingsError": "errors",
    "SignInRefused": "errors",
    "SyncOptions": "intake.taking",
    "acting_as": "identity.access",
    "answer_markdown": "history.conversation_text",
    "become": "identity.access",
    "ask_in": "history.dialogue",
    "create_chain": "chains",
    "create_retriever": "chains",
    "create_tool": "chains",
    "documents_of": "history.answer_records",
    "grouped_warnings": "intake.notes",
    "http_problem": "web.problems",
    "load_settings": "settings",
    "missing_from": "history.dialogue",
    "open_conversation": "history.dialogue",
    "open_library": "library",
    "session_secret": "identity.people",
    "start_conversation": "history.dialogue",
    "topics_of": "topics",
}

# Load on first use, so that `--help` does not wait for NumPy.
__getattr__ = loaded_from(__name__, _HOMES)
