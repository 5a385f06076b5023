"""Links by which somebody sets a password once: for a new account, or for one whose password is forgotten."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from docent.app.database import Database, now
from docent.app.errors import SignInRefused
from docent.app.identity.accounts import Account, Accounts
from docent.app.identity.tokens import LONGEST_TOKEN

DAYS = 3
_OVER = "this link was used already, or is too old: ask an admin for another one."


class Invitations:
    """The open links of a data directory, one for an account at most. Only digests are stored."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts

    def make(self, account: Account) -> str:
        """The secret of a link that is good for `DAYS` days; an older link of the account ends."""
        secret = secrets.token_urlsafe(32)
        expires = (datetime.now(UTC) + timedelta(days=DAYS)).isoformat()
        with self._database.write() as connection:
            connection.execute("DELETE FROM invitations WHERE expires < ? OR account = ?", (now(), account.id))
            connection.execute(
                "INSERT INTO invitations (digest, account, expires) VALUES (?, ?, ?)",
                (_digest(secret), account.id, expires),
            )
        return secret

    def account_of(self, secret: str) -> Account:
        """Whose password the link sets. Raises SignInRefused."""
        rows = self._database.read(
            "SELECT account FROM invitations WHERE digest = ? AND expires >= ?", (_digest(secret), now())
        )
        if not rows:
            raise SignInRefused(_OVER)
        return self._accounts.get(rows[0]["account"])

    def accept(self, secret: str, password: str) -> Account:
        """Set the password, and end the link. Raises SignInRefused, and AccountError for a bad password."""
        account = self.account_of(secret)
        self._accounts.set_password(account.name, password)
        with self._database.write() as connection:
            connection.execute("DELETE FROM invitations WHERE account = ?", (account.id,))
        return account


def _digest(secret: str) -> str:
    """SHA-256 is enough, as for docent.app.identity.tokens."""
    return hashlib.sha256(secret[:LONGEST_TOKEN].encode()).hexdigest()
