"""Who may sign in. Without accounts there is one user, the one at this machine, who may do everything."""

from __future__ import annotations

import sqlite3
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from docent.app.database import Database, now
from docent.app.errors import AccountError, SignInRefused

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LONGEST_NAME = 64
SHORTEST_PASSWORD = 10  # NIST SP 800-63B asks for 8 at least, and for no rules of composition
LONGEST_PASSWORD = 1000
TRIES = 5  # wrong passwords before an account is locked
LOCK_SECONDS = 30.0  # doubled with each further one
LONGEST_LOCK_SECONDS = 900.0
_COLUMNS = "id, name, is_admin, created"
_REFUSED = "the name or the password is wrong."
_LOCKED = "too many wrong passwords: wait {} seconds and try again."


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. An admin may do everything in every collection; `created` is ISO 8601, UTC."""

    id: str
    name: str
    is_admin: bool
    created: str


class Accounts:
    """The accounts of a data directory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def exist(self) -> bool:
        """Whether anybody has to sign in."""
        return bool(self._database.read("SELECT 1 FROM accounts LIMIT 1"))

    def all(self) -> list[Account]:
        """All of them by name."""
        return self._select("ORDER BY name")

    def add(self, name: str, password: str | None, *, is_admin: bool = False) -> Account:
        """A new account; the first one is an admin, and gets the conversations there are. Raises AccountError.

        Without a password nobody can sign in to it before one is set, see docent.app.identity.invitations.
        """
        import uuid

        clean = _checked_name(name)
        if password is not None:
            _check_password(password, clean)
        digest = "" if password is None else _hasher().hash(password)
        made = uuid.uuid4().hex
        try:
            with self._database.write() as connection:
                first = connection.execute("SELECT 1 FROM accounts LIMIT 1").fetchone() is None
                if first and password is None:
                    raise AccountError("the first account needs a password: nobody else could let it in.")
                connection.execute(
                    "INSERT INTO accounts (id, name, folded, password, is_admin, created) VALUES (?, ?, ?, ?, ?, ?)",
                    (made, clean, clean.casefold(), digest, is_admin or first, now()),
                )
                if first:
                    for table in ("conversations", "curated"):
                        connection.execute(f"UPDATE {table} SET owner = ? WHERE owner = ''", (made,))  # noqa: S608
        except sqlite3.IntegrityError as error:
            raise AccountError(f"there is an account {clean} already.") from error
        return self.get(made)

    def waits(self, account: Account) -> bool:
        """Whether a password is still to be set."""
        return bool(self._database.read("SELECT 1 FROM accounts WHERE id = ? AND password = ''", (account.id,)))

    def get(self, account_id: str) -> Account:
        """Raises AccountError."""
        return self._one("WHERE id = ?", account_id, account_id)

    def named(self, name: str) -> Account:
        """By its name, case aside. Raises AccountError."""
        return self._one("WHERE folded = ?", _folded(name), name)

    def remove(self, name: str) -> Account:
        """End an account with its sessions, keys and grants; its conversations stay. Raises AccountError."""
        found = self.named(name)
        with self._database.write() as connection:
            _keep_an_admin(connection, found)
            connection.execute("DELETE FROM accounts WHERE id = ?", (found.id,))
        return found

    def set_password(self, name: str, password: str) -> Account:
        """Another password, which ends all its sessions and any lock. Raises AccountError."""
        found = self.named(name)
        _check_password(password, found.name)
        digest = _hasher().hash(password)
        with self._database.write() as connection:
            connection.execute(
                "UPDATE accounts SET password = ?, failures = 0, locked = NULL WHERE id = ?", (digest, found.id)
            )
            connection.execute("DELETE FROM sessions WHERE account = ?", (found.id,))
        return found

    def set_admin(self, name: str, *, is_admin: bool) -> Account:
        """Make somebody an admin, or no longer. Raises AccountError for the last one."""
        found = self.named(name)
        with self._database.write() as connection:
            if not is_admin:
                _keep_an_admin(connection, found)
            connection.execute("UPDATE accounts SET is_admin = ? WHERE id = ?", (is_admin, found.id))
        return self.get(found.id)

    def sign_in(self, name: str, password: str) -> Account:
        """The account with this name and password. Raises SignInRefused, which does not say what was wrong.

        It takes as long for a name that nobody has.
        """
        rows = self._database.read("SELECT * FROM accounts WHERE folded = ?", (_folded(name),))
        row = rows[0] if rows else None
        if row is not None:
            _check_lock(row["locked"])
        if not _is_password((row and row["password"]) or _nobodys(), password) or row is None:
            if row is not None:
                self._count_failure(row["id"])
            raise SignInRefused(_REFUSED)
        with self._database.write() as connection:
            connection.execute("UPDATE accounts SET failures = 0, locked = NULL WHERE id = ?", (row["id"],))
        return self.get(row["id"])

    def _count_failure(self, account_id: str) -> None:
        with self._database.write() as connection:
            (failures,) = connection.execute(
                "UPDATE accounts SET failures = failures + 1 WHERE id = ? RETURNING failures", (account_id,)
            ).fetchone()
            if failures >= TRIES:
                seconds = min(LOCK_SECONDS * 2 ** (failures - TRIES), LONGEST_LOCK_SECONDS)
                until = datetime.now(UTC) + timedelta(seconds=seconds)
                connection.execute("UPDATE accounts SET locked = ? WHERE id = ?", (until.isoformat(), account_id))

    def _one(self, where: str, value: str, shown: str) -> Account:
        found = self._select(where, value)
        if not found:
            raise AccountError(f"there is no account {shown[:LONGEST_NAME]}: `users list` shows all of them.")
        return found[0]

    def _select(self, rest: str, *values: str) -> list[Account]:
        rows = self._database.read(f"SELECT {_COLUMNS} FROM accounts {rest}", values)  # noqa: S608
        return [Account(row["id"], row["name"], bool(row["is_admin"]), row["created"]) for row in rows]


def _keep_an_admin(connection: sqlite3.Connection, account: Account) -> None:
    others = connection.execute(
        "SELECT 1 FROM accounts WHERE is_admin AND password != '' AND id != ?", (account.id,)
    ).fetchone()
    if account.is_admin and others is None:
        raise AccountError(f"{account.name} is the only admin: make somebody else an admin first.")


def _check_lock(locked: str | None) -> None:
    if locked is not None:
        left = (datetime.fromisoformat(locked) - datetime.now(UTC)).total_seconds()
        if left > 0:
            raise SignInRefused(_LOCKED.format(int(left) + 1), has_to_wait=True)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _checked_name(name: str) -> str:
    clean = unicodedata.normalize("NFKC", name).strip()
    if not clean or len(clean) > LONGEST_NAME or not clean.isprintable():
        raise AccountError(f"a name has 1 to {LONGEST_NAME} printable characters.")
    return clean


def _check_password(password: str, name: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountError(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters: choose another one.")
    if password.casefold() == name.casefold() or len(set(password)) < 3:
        raise AccountError("this password is too easy to guess: choose another one.")


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    """Argon2id with the library's defaults, the low-memory parameters of RFC 9106."""
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys() -> str:
    import uuid

    return _hasher().hash(uuid.uuid4().hex)


def _is_password(digest: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(digest, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
