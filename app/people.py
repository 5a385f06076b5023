"""Everything about who uses a data directory: accounts, what stands for their passwords, their roles, the log."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from docent.app.access import LOCAL, Access, Principal, principal_of
from docent.app.accounts import Accounts
from docent.app.audit import Audit
from docent.app.database import Database
from docent.app.invitations import Invitations
from docent.app.tokens import Tokens

COOKIE = "docent_session"
_BEARER = "bearer "


class People:
    """One for each library."""

    def __init__(self, database: Database) -> None:
        self.accounts = Accounts(database)
        self.tokens = Tokens(database)
        self.invitations = Invitations(database, self.accounts)
        self.access = Access(database, self.accounts)
        self.audit = Audit(database)

    def sender(self, headers: Mapping[str, str]) -> Principal | None:
        """Who sent a request with these headers (names in lower case): by a key, or by the cookie of a session.

        The user at this machine where there are no accounts, and None for a stranger where there are.
        """
        if not self.accounts.exist():
            return LOCAL
        key = headers.get("authorization", "")
        if key.lower().startswith(_BEARER):
            found = self.tokens.of_key(key[len(_BEARER) :].strip())
        else:
            secret = session_secret(headers)
            found = self.tokens.of_session(secret) if secret else None
        return principal_of(found) if found else None


def session_secret(headers: Mapping[str, str]) -> str:
    """What the session's cookie holds; "" without one."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
