"""Signing in and out, and the first account of a server that others can reach. Tries are counted by address, too."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict, deque
from typing import ClassVar

from docent.app.errors import SignInRefused
from docent.app.identity.accounts import Account
from docent.app.identity.people import People
from docent.app.identity.tokens import SESSION_DAYS

TRIES = 20  # of one address, whatever the names
WITHIN = 60.0  # seconds
ADDRESSES = 10_000  # that are remembered
AT_ONCE = 4  # passwords that are checked at the same time: each takes 64 MB


class Doorkeeper:
    """`setup_token` is what makes the first account, "" where that is only done at this machine."""

    SESSION_SECONDS: ClassVar[int] = SESSION_DAYS * 24 * 3600

    def __init__(self, people: People, setup_token: str = "") -> None:
        self.accounts = people.accounts
        self._tokens = people.tokens
        self._audit = people.audit
        self._invitations = people.invitations
        self._setup_token = setup_token
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()
        self._guard = threading.Lock()
        self._checking = threading.BoundedSemaphore(AT_ONCE)

    def is_setting_up(self) -> bool:
        """Whether the first account is still to be made."""
        return bool(self._setup_token) and not self.accounts.exist()

    def sign_in(self, name: str, password: str, address: str) -> str:
        """The secret of a new session. Raises SignInRefused."""
        return self._begin(self.confirm(name, password, address), "signed in", address)

    def confirm(self, name: str, password: str, address: str) -> Account:
        """The account, if this is its password. Raises SignInRefused."""
        self._count(address)
        try:
            with self._checking:
                return self.accounts.sign_in(name, password)
        except SignInRefused:
            self._audit.note("", "sign-in refused", f"{name[:64]} from {address}")
            raise

    def invited(self, secret: str, address: str) -> Account:
        """Who may set a password by this link. Raises SignInRefused."""
        self._count(address)
        return self._invitations.account_of(secret)

    def join(self, secret: str, password: str, address: str) -> str:
        """Set the password that a link is for, and give the secret of a session.

        Raises SignInRefused and AccountError.
        """
        self._count(address)
        with self._checking:
            account = self._invitations.accept(secret, password)
        return self._begin(account, "set a password by a link", address)

    def sign_out(self, secret: str) -> None:
        """End a session, if it still is one."""
        account = self._tokens.of_session(secret)
        if account is not None:
            self._tokens.end_session(secret)
            self._audit.note(account.name, "signed out")

    def set_up(self, token: str, name: str, password: str, address: str) -> str:
        """Make the first account, and give the secret of its session. Raises SignInRefused and AccountError."""
        self._count(address)
        if not self.is_setting_up() or not secrets.compare_digest(token.strip().encode(), self._setup_token.encode()):
            self._audit.note("", "set-up refused", f"from {address}")
            raise SignInRefused("this is not the set-up token.")
        with self._guard:  # two at once would make two
            if self.accounts.exist():
                raise SignInRefused("the first account is there already.")
            account = self.accounts.add(name, password)
        return self._begin(account, "made the first account", address)

    def _begin(self, account: Account, action: str, address: str) -> str:
        self._audit.note(account.name, action, f"from {address}")
        return self._tokens.begin_session(account)

    def _count(self, address: str) -> None:
        moment = time.monotonic()
        with self._guard:
            tries = self._tries.setdefault(address, deque(maxlen=TRIES))
            self._tries.move_to_end(address)
            while len(self._tries) > ADDRESSES:
                self._tries.popitem(last=False)
            if len(tries) == TRIES and moment - tries[0] < WITHIN:
                raise SignInRefused("too many tries: wait a minute and try again.", has_to_wait=True)
            tries.append(moment)
