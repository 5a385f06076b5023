"""Who may do what. Every door asks `Access.require`, and nothing else decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum

from docent.app.database import Database
from docent.app.errors import AccountError, CollectionNotFound, Forbidden, NotSignedIn
from docent.app.identity.accounts import Account, Accounts


class Role(IntEnum):
    """What somebody may do in a collection; a higher one holds the lower ones.

    A reader asks and looks, an editor adds, tags and removes documents, an admin renames, deletes and shares it.
    """

    READER = 1
    EDITOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is acting. `id` is "" for the user at this machine, where there are no accounts."""

    id: str
    name: str
    is_admin: bool

    @property
    def account_name(self) -> str:
        """As the audit log has it, "" at the machine itself."""
        return self.name if self.id else ""


LOCAL = Principal("", "local", is_admin=True)
_acting: ContextVar[Principal | None] = ContextVar("docent_principal", default=None)


@contextmanager
def acting_as(principal: Principal | None) -> Iterator[None]:
    """Everything inside is done by this one; None is somebody who has not signed in."""
    token = _acting.set(principal)
    try:
        yield
    finally:
        _acting.reset(token)


def become(principal: Principal | None) -> None:
    """Whatever follows in this context, which should be one of its own, is done by this one."""
    _acting.set(principal)


def principal_of(account: Account) -> Principal:
    """An account, acting."""
    return Principal(account.id, account.name, account.is_admin)


class Access:
    """The roles of accounts in collections, and the question whether somebody may do something.

    Whoever runs a program on the data directory owns its files, so there nobody has to sign in; a server calls `guard`.
    """

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts
        self._guarded = False

    def guard(self) -> None:
        """From now on, where there are accounts, only what is done inside `acting_as` is allowed."""
        self._guarded = True

    def who(self) -> Principal:
        """Who is acting: the user at this machine where there are no accounts. Raises NotSignedIn."""
        found = _acting.get()
        if found is not None:
            return found
        if self._guarded and self._accounts.exist():
            raise NotSignedIn("sign in first.")
        return LOCAL

    def owner(self) -> str | None:
        """Whose conversations are seen: None for everybody's, at the machine itself. Raises NotSignedIn."""
        return self.who().id or None

    def role(self, collection_id: str) -> Role | None:
        """What whoever is acting may do in the collection of this id; None is nothing at all. Raises NotSignedIn."""
        principal = self.who()
        if principal.is_admin:
            return Role.ADMIN
        rows = self._database.read(
            "SELECT role FROM grants WHERE account = ? AND collection = ?", (principal.id, collection_id)
        )
        return Role[rows[0]["role"].upper()] if rows else None

    def require(self, role: Role, collection_id: str, name: str) -> Principal:
        """Whoever is acting, if the collection may be used so. What somebody may not read does not exist for them.

        Raises NotSignedIn, CollectionNotFound and Forbidden.
        """
        principal = self.who()
        found = self.role(collection_id)
        if found is None:
            raise CollectionNotFound(f"there is no collection {name!r} that you may read.")
        if found < role:
            raise Forbidden(f"this takes the role {role.name.lower()} in {name!r}: ask one of its admins for it.")
        return principal

    def require_admin(self) -> Principal:
        """Whoever is acting, if they may do what concerns all collections. Raises NotSignedIn and Forbidden."""
        principal = self.who()
        if not principal.is_admin:
            raise Forbidden("only an admin may do this.")
        return principal

    def grant(self, account: Account, collection_id: str, role: Role) -> None:
        """Give somebody a role in a collection, in place of any they have there."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO grants (account, collection, role) VALUES (?, ?, ?)"
                " ON CONFLICT (account, collection) DO UPDATE SET role = excluded.role",
                (account.id, collection_id, role.name.lower()),
            )

    def revoke(self, account: Account, collection_id: str) -> None:
        """Take it away. Raises AccountError where there is none."""
        with self._database.write() as connection:
            done = connection.execute(
                "DELETE FROM grants WHERE account = ? AND collection = ?", (account.id, collection_id)
            )
            if not done.rowcount:
                raise AccountError(f"{account.name} has no role there.")

    def grants(self, account: Account) -> dict[str, Role]:
        """Roles by the id of their collection; an admin needs none."""
        rows = self._database.read("SELECT collection, role FROM grants WHERE account = ?", (account.id,))
        return {row["collection"]: Role[row["role"].upper()] for row in rows}

    def members(self, collection_id: str) -> list[tuple[str, Role]]:
        """Names of accounts with a role in a collection, by name."""
        rows = self._database.read(
            "SELECT a.name, g.role FROM grants g JOIN accounts a ON a.id = g.account WHERE g.collection = ?"
            " ORDER BY a.name",
            (collection_id,),
        )
        return [(row["name"], Role[row["role"].upper()]) for row in rows]
