"""The tables of `docent.db`. A migration is never changed once released; a new one is added below it."""

from __future__ import annotations

import sqlite3

from docent.retrieval import Migration


def _collections(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE collections (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, created TEXT NOT NULL) WITHOUT ROWID"
    )


# Everything hangs on its collection and leaves with it. `owner` is "" as long as there are no accounts; `deleted` is
# when, and NULL for what is there; an `answer` that was never finished is NULL.
_CONVERSATIONS = (
    """
    CREATE TABLE conversations (
      id TEXT PRIMARY KEY,
      collection TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
      owner TEXT NOT NULL,
      title TEXT NOT NULL,
      created TEXT NOT NULL,
      updated TEXT NOT NULL,
      deleted TEXT
    ) WITHOUT ROWID
    """,
    "CREATE INDEX conversations_by_collection ON conversations (collection, updated)",
    """
    CREATE TABLE messages (
      place INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
      question TEXT NOT NULL,
      text TEXT NOT NULL,
      answer TEXT,
      settings TEXT NOT NULL,
      created TEXT NOT NULL
    )
    """,
    "CREATE INDEX messages_by_conversation ON messages (conversation, place)",
    """
    CREATE TABLE feedback (
      message TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
      rating TEXT NOT NULL CHECK (rating IN ('up', 'down')),
      note TEXT NOT NULL,
      created TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE curated (
      id TEXT PRIMARY KEY,
      collection TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
      owner TEXT NOT NULL,
      question TEXT NOT NULL,
      sameness TEXT NOT NULL,
      answer TEXT NOT NULL,
      created TEXT NOT NULL,
      updated TEXT NOT NULL,
      UNIQUE (collection, sameness)
    ) WITHOUT ROWID
    """,
)


def _conversations(connection: sqlite3.Connection) -> None:
    for statement in _CONVERSATIONS:
        connection.execute(statement)


# `folded` is the name without case. What an account said stays when it leaves; what it may do leaves with it.
_ACCOUNTS = (
    """
    CREATE TABLE accounts (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      folded TEXT NOT NULL UNIQUE,
      password TEXT NOT NULL,
      is_admin INTEGER NOT NULL,
      created TEXT NOT NULL,
      failures INTEGER NOT NULL DEFAULT 0,
      locked TEXT
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE grants (
      account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      collection TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
      role TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'admin')),
      PRIMARY KEY (account, collection)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE sessions (
      digest TEXT PRIMARY KEY,
      account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      created TEXT NOT NULL,
      expires TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE api_keys (
      id TEXT PRIMARY KEY,
      account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      digest TEXT NOT NULL UNIQUE,
      created TEXT NOT NULL,
      used TEXT
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE audit (
      place INTEGER PRIMARY KEY AUTOINCREMENT,
      at TEXT NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      subject TEXT NOT NULL
    )
    """,
)


def _accounts(connection: sqlite3.Connection) -> None:
    for statement in _ACCOUNTS:
        connection.execute(statement)


def _invitations(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE invitations (digest TEXT PRIMARY KEY, account TEXT NOT NULL UNIQUE REFERENCES accounts (id)"
        " ON DELETE CASCADE, expires TEXT NOT NULL) WITHOUT ROWID"
    )


# Uploads that are not in yet, or whose file is kept for another try. `keeper` is the sign of the process at work on it
# (docent.app.intake.presence), `sender` an account's id, `begun` how often reading was begun; `warnings` is a list in
# JSON.
_JOBS = """
    CREATE TABLE jobs (
      place INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      collection TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
      sender TEXT NOT NULL,
      keeper TEXT NOT NULL,
      name TEXT NOT NULL,
      state TEXT NOT NULL,
      created TEXT NOT NULL,
      begun INTEGER NOT NULL,
      document_id TEXT NOT NULL,
      outcome TEXT NOT NULL,
      reason TEXT NOT NULL,
      warnings TEXT NOT NULL
    )
    """


def _jobs(connection: sqlite3.Connection) -> None:
    connection.execute(_JOBS)


MIGRATIONS: tuple[Migration, ...] = (_collections, _conversations, _accounts, _invitations, _jobs)
