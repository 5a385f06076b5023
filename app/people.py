"""Everything about who uses a data directory: accounts, what stands for their passwords, their roles, the log."""

from __future__ import annotations

from docent.app.access import Access
from docent.app.accounts import Accounts
from docent.app.audit import Audit
from docent.app.database import Database
from docent.app.tokens import Tokens


class People:
    """One for each library."""

    def __init__(self, database: Database) -> None:
        self.accounts = Accounts(database)
        self.tokens = Tokens(database)
        self.access = Access(database, self.accounts)
        self.audit = Audit(database)
