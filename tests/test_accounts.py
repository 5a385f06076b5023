"""Accounts, sessions, keys, roles and the audit log, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from docent.app.catalog import Catalog
from docent.app.database import Database
from docent.app.errors import AccountError, CollectionNotFound, Forbidden, NotSignedIn, SignInRefused
from docent.app.identity import accounts as accounts_module
from docent.app.identity.access import LOCAL, Access, Principal, Role, acting_as, principal_of
from docent.app.identity.accounts import LOCK_SECONDS, TRIES, Account, Accounts
from docent.app.identity.audit import Audit
from docent.app.identity.tokens import KEY_PREFIX, Tokens

PASSWORD = "correct horse 电池"


@dataclass
class Parts:
    database: Database
    accounts: Accounts
    tokens: Tokens
    access: Access
    audit: Audit
    catalog: Catalog


@pytest.fixture(autouse=True)
def _quick_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id still, with so little memory and time that hundreds of digests are made in a second."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts_module, "_hasher", lambda: quick)
    accounts_module._nobodys.cache_clear()


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    database = Database(tmp_path / "data")
    accounts = Accounts(database)
    yield Parts(database, accounts, Tokens(database), Access(database, accounts), Audit(database), Catalog(database))
    database.close()


@pytest.fixture
def admin(parts: Parts) -> Account:
    return parts.accounts.add("Ada", PASSWORD)


@pytest.fixture
def other(parts: Parts, admin: Account) -> Account:
    return parts.accounts.add("李雷", PASSWORD)


def test_the_first_account_is_an_admin_and_the_next_is_not(admin: Account, other: Account) -> None:
    assert (admin.is_admin, other.is_admin) == (True, False)


def test_names_differ_by_more_than_case_and_width(parts: Parts, admin: Account) -> None:
    with pytest.raises(AccountError, match="there is an account"):
        parts.accounts.add("ＡＤＡ", PASSWORD)
    assert parts.accounts.named(" aDa ").id == admin.id


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\nb", "a\x00b"])
def test_a_name_that_cannot_be_shown_is_refused(parts: Parts, name: str) -> None:
    with pytest.raises(AccountError, match="a name has"):
        parts.accounts.add(name, PASSWORD)


@pytest.mark.parametrize("password", ["short", "x" * 1001, "aaaaaaaaaaaa", "Adalbert Stifter"])
def test_weak_passwords_are_refused(parts: Parts, password: str) -> None:
    with pytest.raises(AccountError, match="password"):
        parts.accounts.add("adalbert stifter", password)
    assert not parts.accounts.exist()


def test_digests_cost_what_rfc_9106_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    digest = accounts_module._hasher().hash(PASSWORD)
    assert digest.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_passwords_are_kept_as_argon2_digests_alone(parts: Parts, admin: Account) -> None:
    secret = parts.tokens.begin_session(admin)
    _, key = parts.tokens.add_key(admin, "laptop")
    parts.database.close()
    stored = b"".join(path.read_bytes() for path in parts.database.path.parent.rglob("*") if path.is_file())
    assert b"$argon2id$" in stored
    for one in (PASSWORD, secret, key):
        assert one.encode() not in stored


def test_signing_in_says_no_more_than_that_it_failed(parts: Parts, admin: Account) -> None:
    assert parts.accounts.sign_in("ada", PASSWORD) == admin
    said = set()
    for name, password in (("ada", "wrong password"), ("nobody", PASSWORD), ("", "")):
        with pytest.raises(SignInRefused) as caught:
            parts.accounts.sign_in(name, password)
        said.add(str(caught.value))
    assert len(said) == 1


def test_many_wrong_passwords_lock_an_account_for_a_while(
    parts: Parts, admin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(TRIES):
        with pytest.raises(SignInRefused, match="is wrong"):
            parts.accounts.sign_in("ada", "wrong password")
    with pytest.raises(SignInRefused, match=f"wait {LOCK_SECONDS:.0f} seconds"):
        parts.accounts.sign_in("ada", PASSWORD)
    later = accounts_module.datetime.now(accounts_module.UTC) + accounts_module.timedelta(seconds=LOCK_SECONDS + 1)

    class Later(accounts_module.datetime):
        @classmethod
        def now(cls, tz: object = None) -> accounts_module.datetime:  # type: ignore[override]
            return later

    monkeypatch.setattr(accounts_module, "datetime", Later)
    assert parts.accounts.sign_in("ada", PASSWORD) == admin


def test_the_last_admin_stays(parts: Parts, admin: Account, other: Account) -> None:
    for forbidden in (lambda: parts.accounts.remove("Ada"), lambda: parts.accounts.set_admin("Ada", is_admin=False)):
        with pytest.raises(AccountError, match="the only admin"):
            forbidden()
    parts.accounts.set_admin(other.name, is_admin=True)
    parts.accounts.remove("Ada")
    assert [one.name for one in parts.accounts.all()] == ["李雷"]


def test_sessions_end_by_signing_out_by_another_password_and_with_the_account(
    parts: Parts, admin: Account, other: Account
) -> None:
    for end in (
        lambda secret: parts.tokens.end_session(secret),
        lambda _: parts.accounts.set_password("李雷", "another password"),
        lambda _: parts.accounts.remove("李雷"),
    ):
        secret = parts.tokens.begin_session(other)
        assert parts.tokens.of_session(secret) == other
        end(secret)
        assert parts.tokens.of_session(secret) is None


def test_an_old_session_is_none(parts: Parts, admin: Account) -> None:
    secret = parts.tokens.begin_session(admin)
    with parts.database.write() as connection:
        connection.execute("UPDATE sessions SET expires = '2020-01-01T00:00:00+00:00'")
    assert parts.tokens.of_session(secret) is None


def test_keys_are_shown_once_listed_and_revoked(parts: Parts, admin: Account, other: Account) -> None:
    made, secret = parts.tokens.add_key(other, "laptop")
    assert secret.startswith(KEY_PREFIX)
    assert parts.tokens.keys(other)[0].used == ""
    assert parts.tokens.of_key(secret) == other
    assert parts.tokens.keys(other)[0].used
    assert parts.tokens.of_key(secret[:-1]) is None
    with pytest.raises(AccountError, match="has no key"):
        parts.tokens.revoke_key(admin, made.id)
    parts.tokens.revoke_key(other, made.id)
    assert parts.tokens.of_key(secret) is None


def test_without_accounts_the_user_at_the_machine_may_do_everything(parts: Parts) -> None:
    assert parts.access.who() == LOCAL
    assert parts.access.require(Role.ADMIN, "any", "any") == LOCAL
    assert parts.access.require_admin() == LOCAL


def test_a_program_on_the_files_needs_no_account(parts: Parts, admin: Account) -> None:
    assert parts.access.who() == LOCAL
    with acting_as(principal_of(admin)):
        assert parts.access.who().name == "Ada"


def test_with_accounts_nobody_may_do_anything_before_signing_in(parts: Parts, admin: Account) -> None:
    parts.access.guard()
    for ask in (
        parts.access.who,
        parts.access.require_admin,
        lambda: parts.access.role("any"),
        lambda: parts.access.require(Role.READER, "any", "any"),
    ):
        with pytest.raises(NotSignedIn):
            ask()
        with acting_as(None), pytest.raises(NotSignedIn):
            ask()


@pytest.mark.parametrize("granted", list(Role))
@pytest.mark.parametrize("asked", list(Role))
def test_a_higher_role_holds_the_lower_ones(parts: Parts, other: Account, granted: Role, asked: Role) -> None:
    made = parts.catalog.add("law")
    parts.access.grant(other, made.id, Role.READER)
    parts.access.grant(other, made.id, granted)
    assert parts.access.grants(other) == {made.id: granted}
    with acting_as(principal_of(other)):
        if granted >= asked:
            assert parts.access.require(asked, made.id, "law").id == other.id
        else:
            with pytest.raises(Forbidden, match=f"the role {asked.name.lower()}"):
                parts.access.require(asked, made.id, "law")
        with pytest.raises(Forbidden):
            parts.access.require_admin()


def test_a_collection_without_a_role_does_not_exist(parts: Parts, admin: Account, other: Account) -> None:
    made = parts.catalog.add("law")
    parts.access.grant(other, made.id, Role.READER)
    parts.access.revoke(other, made.id)
    with acting_as(principal_of(other)), pytest.raises(CollectionNotFound):
        parts.access.require(Role.READER, made.id, "law")
    with acting_as(principal_of(admin)):
        parts.access.require(Role.ADMIN, made.id, "law")
    with pytest.raises(AccountError, match="has no role"):
        parts.access.revoke(other, made.id)


def test_grants_leave_with_their_collection_and_their_account(parts: Parts, admin: Account, other: Account) -> None:
    made = parts.catalog.add("law")
    parts.access.grant(other, made.id, Role.EDITOR)
    parts.catalog.delete("law")
    assert parts.access.grants(other) == {}
    again = parts.catalog.add("law")
    parts.access.grant(other, again.id, Role.EDITOR)
    parts.accounts.remove(other.name)
    assert parts.database.read("SELECT * FROM grants") == []


def test_who_acts_is_known_in_each_thread_by_itself(parts: Parts, admin: Account) -> None:
    parts.access.guard()
    with ThreadPoolExecutor(1) as pool, acting_as(Principal("1", "one", is_admin=False)):
        with pytest.raises(NotSignedIn):
            pool.submit(parts.access.who).result()
        assert pool.submit(copy_context().run, parts.access.who).result().name == "one"


def test_the_audit_log_keeps_the_last_lines_first_and_no_old_ones(parts: Parts) -> None:
    parts.audit.note("Ada", "sign in")
    with parts.database.write() as connection:
        connection.execute("UPDATE audit SET at = '2019-01-01T00:00:00+00:00'")
    parts.audit.note("", "sign in refused", "mallory" * 100)
    parts.audit.note("Ada", "remove document", "a.pdf")
    lines = parts.audit.lines()
    assert [one.action for one in lines] == ["remove document", "sign in refused"]
    assert len(lines[1].subject) == 300
