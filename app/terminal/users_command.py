"""`users`: accounts, their roles and keys, and the audit log, for whoever sits at the machine."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import TYPE_CHECKING, Any

from docent.app.errors import AccountError
from docent.app.identity.access import Role
from docent.app.terminal.speaking import show, show_json, warn

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from docent.app import Library
    from docent.app.identity.accounts import Account


def users(library: Library, arguments: argparse.Namespace) -> int:
    """`users ACTION`."""
    _ACTIONS[arguments.action or "list"](library, arguments)
    return 0


def _list(library: Library, arguments: argparse.Namespace) -> None:
    people = library.people
    names = {one.id: one.name for one in library.collections()}
    told: list[dict[str, Any]] = [
        {
            "name": one.name,
            "admin": one.is_admin,
            "created": one.created,
            "roles": {names[key]: role.name.lower() for key, role in people.access.grants(one).items() if key in names},
            "keys": len(people.tokens.keys(one)),
        }
        for one in people.accounts.all()
    ]
    if arguments.json:
        show_json({"users": told})
    elif told:
        from docent.app.terminal.people_text import accounts_table

        show(accounts_table(told))
    else:
        show("No accounts: whoever is at this machine may do everything, and nobody else can reach it.")


def _add(library: Library, arguments: argparse.Namespace) -> None:
    made = library.people.accounts.add(arguments.name, _new_password(arguments.name), is_admin=arguments.admin)
    _done(library, arguments, made, "made an account", f"{made.name} can sign in{' as an admin' * made.is_admin}.")
    if not made.is_admin:
        warn(f"{made.name} sees no collection yet: `users grant {made.name} COLLECTION reader` gives one.")


def _remove(library: Library, arguments: argparse.Namespace) -> None:
    gone = library.people.accounts.remove(arguments.name)
    _done(library, arguments, gone, "removed an account", f"{gone.name} can no longer sign in.")


def _password(library: Library, arguments: argparse.Namespace) -> None:
    name = library.people.accounts.named(arguments.name).name
    found = library.people.accounts.set_password(name, _new_password(name))
    _done(
        library, arguments, found, "set a password", f"{found.name} has a new password, and is signed out everywhere."
    )


def _admin(library: Library, arguments: argparse.Namespace) -> None:
    found = library.people.accounts.set_admin(arguments.name, is_admin=not arguments.no)
    said = f"{found.name} is {'no longer ' * arguments.no}an admin."
    _done(library, arguments, found, "no longer an admin" if arguments.no else "made an admin", said)


def _grant(library: Library, arguments: argparse.Namespace) -> None:
    found = library.people.accounts.named(arguments.name)
    collection = library.catalog.folder(arguments.where).name
    library.people.access.grant(found, collection, Role[arguments.role.upper()])
    said = f"{found.name} is {arguments.role} of {arguments.where}."
    _done(library, arguments, found, f"made {arguments.role} of {arguments.where}", said)


def _revoke(library: Library, arguments: argparse.Namespace) -> None:
    found = library.people.accounts.named(arguments.name)
    library.people.access.revoke(found, library.catalog.folder(arguments.where).name)
    _done(
        library, arguments, found, f"taken out of {arguments.where}", f"{found.name} no longer sees {arguments.where}."
    )


def _keys(library: Library, arguments: argparse.Namespace) -> None:
    people = library.people
    found = people.accounts.named(arguments.name)
    if arguments.make:
        made, secret = people.tokens.add_key(found, arguments.make)
        people.audit.note("", "made a key", f"{found.name}: {made.name}")
        warn("this key is shown once and stored nowhere: keep it.")
        show_json({"id": made.id, "key": secret}) if arguments.json else show(secret)
        return
    if arguments.revoke:
        people.tokens.revoke_key(found, arguments.revoke)
        people.audit.note("", "revoked a key", f"{found.name}: {arguments.revoke}")
    keys = [
        {"id": one.id, "name": one.name, "created": one.created, "used": one.used} for one in people.tokens.keys(found)
    ]
    if arguments.json:
        show_json({"keys": keys})
    elif keys:
        from docent.app.terminal.people_text import keys_table

        show(keys_table(keys))
    else:
        show(f"{found.name} has no keys: `users keys {found.name} --make NAME` makes one.")


def _log(library: Library, arguments: argparse.Namespace) -> None:
    lines = library.people.audit.lines(arguments.most)
    told = [{"at": one.at, "actor": one.actor, "action": one.action, "subject": one.subject} for one in lines]
    if arguments.json:
        show_json({"lines": told})
        return
    from docent.app.terminal.people_text import audit_table

    show(audit_table(told) if told else "Nothing was logged yet.")


def _done(library: Library, arguments: argparse.Namespace, account: Account, action: str, said: str) -> None:
    library.people.audit.note("", action, account.name)
    if arguments.json:
        show_json({"name": account.name, "admin": account.is_admin, "done": action})
    else:
        show(said)


def _new_password(name: str) -> str:
    """Asked for twice at a terminal, else the first line of stdin. Never an argument: those are seen by everybody."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass(f"Password of {name}: ")
    if getpass("Again: ") != password:
        raise AccountError("the two passwords differ: nothing was changed.")
    return password


_ACTIONS: dict[str, Callable[[Library, argparse.Namespace], None]] = {
    "list": _list,
    "add": _add,
    "remove": _remove,
    "password": _password,
    "admin": _admin,
    "grant": _grant,
    "revoke": _revoke,
    "keys": _keys,
    "log": _log,
}
