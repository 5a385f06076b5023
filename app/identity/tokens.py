"""What stands for a password after signing in: sessions of browsers, and keys of programs. Only digests are stored."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from docent.app.database import Database, now
from docent.app.errors import AccountError
from docent.app.identity.accounts import Account

SESSION_DAYS = 14
KEY_PREFIX = "docent-"  # tells what it is where one turns up
LONGEST_KEY_NAME = 100
LONGEST_TOKEN = 200  # what is longer is not looked up
_SHOWN = 16  # characters of a digest
_ACCOUNT = "a.id, a.name, a.is_admin, a.created"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. `used` is when it last was, "" for never; times are ISO 8601, UTC."""

    id: str
    account: str
    name: str
    created: str
    used: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session without its secret: `id` is the beginning of its digest; times are ISO 8601, UTC."""

    id: str
    created: str
    expires: str
    is_this: bool


class Tokens:
    """Sessions and keys of a data directory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_session(self, account: Account) -> str:
        """The secret of a new session, for a cookie."""
        secret = secrets.token_urlsafe(32)
        expires = (datetime.now(UTC) + timedelta(days=SESSION_DAYS)).isoformat()
        with self._database.write() as connection:
            connection.execute("DELETE FROM sessions WHERE expires < ?", (now(),))
            connection.execute(
                "INSERT INTO sessions (digest, account, created, expires) VALUES (?, ?, ?, ?)",
                (_digest(secret), account.id, now(), expires),
            )
        return secret

    def end_session(self, secret: str) -> None:
        """Sign out."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM sessions WHERE digest = ?", (_digest(secret),))

    def sessions(self, account: Account, secret: str = "") -> list[SignedIn]:
        """Where somebody is signed in, the last one first; `secret` tells which of them asks."""
        rows = self._database.read(
            "SELECT digest, created, expires FROM sessions WHERE account = ? AND expires >= ? ORDER BY created DESC",
            (account.id, now()),
        )
        own = _digest(secret)
        return [SignedIn(row[0][:_SHOWN], row[1], row[2], row[0] == own) for row in rows]

    def end_sessions(self, account: Account, session_id: str = "") -> int:
        """Sign somebody out of one session, or of all of them. Returns how many that were."""
        with self._database.write() as connection:
            return connection.execute(
                "DELETE FROM sessions WHERE account = ? AND (? = '' OR substr(digest, 1, ?) = ?)",
                (account.id, session_id, _SHOWN, session_id),
            ).rowcount

    def of_session(self, secret: str) -> Account | None:
        """Whose session it is, if it still is one."""
        return self._account("sessions t", "t.digest = ? AND t.expires >= ?", _digest(secret), now())

    def add_key(self, account: Account, name: str) -> tuple[ApiKey, str]:
        """A new key and its secret, which cannot be shown again. Raises AccountError."""
        if not name.strip() or len(name) > LONGEST_KEY_NAME or not name.isprintable():
            raise AccountError(f"a key's name has 1 to {LONGEST_KEY_NAME} printable characters.")
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        made = ApiKey(uuid.uuid4().hex[:12], account.id, name.strip(), now(), "")
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO api_keys (id, account, name, digest, created) VALUES (?, ?, ?, ?, ?)",
                (made.id, made.account, made.name, _digest(secret), made.created),
            )
        return made, secret

    def keys(self, account: Account) -> list[ApiKey]:
        """All keys of somebody, oldest first."""
        rows = self._database.read(
            "SELECT id, account, name, created, used FROM api_keys WHERE account = ? ORDER BY created", (account.id,)
        )
        return [ApiKey(row["id"], row["account"], row["name"], row["created"], row["used"] or "") for row in rows]

    def revoke_key(self, account: Account, key_id: str) -> None:
        """Raises AccountError where the account has no such key."""
        with self._database.write() as connection:
            done = connection.execute("DELETE FROM api_keys WHERE id = ? AND account = ?", (key_id, account.id))
            if not done.rowcount:
                raise AccountError(f"{account.name} has no key {key_id[:20]}: `users keys {account.name}` lists them.")

    def of_key(self, secret: str) -> Account | None:
        """Whose key it is."""
        if not secret.startswith(KEY_PREFIX):
            return None
        digest = _digest(secret)
        found = self._account("api_keys t", "t.digest = ?", digest)
        if found is not None:
            today = now()[:10]  # to the day, so that a key in steady use does not write at each request
            stale = self._database.read(
                "SELECT 1 FROM api_keys WHERE digest = ? AND (used IS NULL OR used < ?)", (digest, today)
            )
            if stale:
                with self._database.write() as connection:
                    connection.execute("UPDATE api_keys SET used = ? WHERE digest = ?", (now(), digest))
        return found

    def _account(self, table: str, where: str, *values: str) -> Account | None:
        rows = self._database.read(
            f"SELECT {_ACCOUNT} FROM {table} JOIN accounts a ON a.id = t.account WHERE {where}",  # noqa: S608
            values,
        )
        return Account(rows[0]["id"], rows[0]["name"], bool(rows[0]["is_admin"]), rows[0]["created"]) if rows else None


def _digest(secret: str) -> str:
    """SHA-256 is enough: what is hashed has 256 random bits, and nobody can guess it."""
    return hashlib.sha256(secret[:LONGEST_TOKEN].encode()).hexdigest()
