"""Who did what and when, kept where accounts are. Never what was asked, and never a secret."""

from __future__ import annotations

from dataclasses import dataclass

from docent.app.database import Database, now

KEPT_DAYS = 400
MOST = 1000  # lines of one list


@dataclass(frozen=True, slots=True)
class AuditLine:
    """`actor` is an account's name, "" where nobody had signed in; `subject` is what it was done to."""

    at: str
    actor: str
    action: str
    subject: str


class Audit:
    """The audit log of a data directory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, actor: str, action: str, subject: str = "") -> None:
        """Write a line; lines older than `KEPT_DAYS` are deleted."""
        moment = now()
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO audit (at, actor, action, subject) VALUES (?, ?, ?, ?)",
                (moment, actor, action, subject[:300]),
            )
            connection.execute("DELETE FROM audit WHERE at < date(?, ?)", (moment, f"-{KEPT_DAYS} days"))

    def lines(self, most: int = MOST) -> list[AuditLine]:
        """The last ones first."""
        rows = self._database.read("SELECT at, actor, action, subject FROM audit ORDER BY place DESC LIMIT ?", (most,))
        return [AuditLine(*row) for row in rows]
