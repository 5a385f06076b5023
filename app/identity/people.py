"""Everything about who uses a data directory: accounts, what stands for their passwords, their roles, the log."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from docent.app.database import Database
from docent.app.identity.access import LOCAL, Access, Principal, principal_of
from docent.app.identity.accounts import Accounts

if TYPE_CHECKING:
    from docent.app.identity.audit import Audit
    from docent.app.identity.invitations import Invitations
    from docent.app.identity.tokens import Tokens

COOKIE = "docent_session"
_BEARER = "bearer "


class People:
    """One for each library. What only a server needs is loaded at its first use."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.accounts = Accounts(database)
        self.access = Access(database, self.accounts)

    @cached_property
    def tokens(self) -> Tokens:
        """Sessions and keys."""
        from docent.app.identity.tokens import Tokens

        return Tokens(self._database)

    @cached_property
    def invitations(self) -> Invitations:
        """Links by which somebody sets a password."""
        from docent.app.identity.invitations import Invitations

        return Invitations(self._database, self.accounts)

    @cached_property
    def audit(self) -> Audit:
        """Who did what."""
        from docent.app.identity.audit import Audit

        return Audit(self._database)

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
    from http.cookies import CookieError, SimpleCookie

    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
