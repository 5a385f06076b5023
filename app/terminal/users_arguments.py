"""The command line of `users`. Imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_users(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    base: argparse.ArgumentParser,
    again: argparse.ArgumentParser,
) -> None:
    """`users`; `again` has the shared options once more, without their defaults, for each action."""
    parser = commands.add_parser("users", parents=[base], help="accounts, roles, keys; the first one is an admin")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("list", parents=[again], help="all of them (the default)")
    add = actions.add_parser("add", parents=[again], help="one more; the password is asked for, or read from stdin")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--admin", action="store_true", help="may do everything in every collection")
    remove = actions.add_parser("remove", parents=[again], help="with its sessions, keys and roles")
    remove.add_argument("name", metavar="NAME")
    password = actions.add_parser("password", parents=[again], help="another one, which ends all sessions")
    password.add_argument("name", metavar="NAME")
    admin = actions.add_parser("admin", parents=[again], help="make somebody an admin")
    admin.add_argument("name", metavar="NAME")
    admin.add_argument("--no", action="store_true", help="no longer")
    grant = actions.add_parser("grant", parents=[again], help="a role in a collection")
    grant.add_argument("name", metavar="NAME")
    grant.add_argument("where", metavar="COLLECTION")
    grant.add_argument("role", choices=("reader", "editor", "admin"))
    revoke = actions.add_parser("revoke", parents=[again], help="take it away")
    revoke.add_argument("name", metavar="NAME")
    revoke.add_argument("where", metavar="COLLECTION")
    keys = actions.add_parser("keys", parents=[again], help="list, make and revoke keys for programs")
    keys.add_argument("name", metavar="NAME")
    keys.add_argument("--make", metavar="KEYNAME", help="a new one, shown once")
    keys.add_argument("--revoke", metavar="ID")
    log = actions.add_parser("log", parents=[again], help="who did what")
    log.add_argument("-n", type=int, default=50, dest="most", metavar="LINES")
