"""Accounts, keys and the audit log as tables for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from docent.app.terminal.text import local_time


def accounts_table(accounts: Sequence[Mapping[str, Any]]) -> Table:
    """The list of accounts."""
    table = Table("account", "roles", "keys", "created", box=None, pad_edge=False, header_style="bold")
    for one in accounts:
        roles = ", ".join(f"{role} of {name}" for name, role in one["roles"].items())
        shown = "admin of everything" if one["admin"] else roles
        table.add_row(Text(one["name"]), Text(shown), str(one["keys"] or ""), local_time(one["created"]))
    return table


def keys_table(keys: Sequence[Mapping[str, str]]) -> Table:
    """The keys of one account."""
    table = Table("key", "id", "created", "last used", box=None, pad_edge=False, header_style="bold")
    for one in keys:
        used = local_time(one["used"]) if one["used"] else "never"
        table.add_row(Text(one["name"]), one["id"], local_time(one["created"]), used)
    return table


def audit_table(lines: Sequence[Mapping[str, str]]) -> Table:
    """The audit log."""
    table = Table("when", "who", "what", "", box=None, pad_edge=False, header_style="bold")
    for one in lines:
        nobody = "not signed in" if "refused" in one["action"] else "at the machine"
        who = one["actor"] or nobody
        table.add_row(local_time(one["at"]), Text(who), Text(one["action"]), Text(one["subject"]))
    return table
