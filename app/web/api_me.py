"""The HTTP API of whoever is signed in: who that is, their password, their sessions and their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from docent.app.errors import AccountError
from docent.app.identity.people import COOKIE, session_secret
from docent.app.identity.tokens import LONGEST_KEY_NAME
from docent.app.library import Library
from docent.app.web.requests import CollectionName

if TYPE_CHECKING:
    from docent.app.identity.accounts import Account
    from docent.app.identity.tokens import ApiKey
    from docent.app.web.doorkeeper import Doorkeeper

KeyId = Annotated[str, Path(pattern="^[0-9a-f]{12}$")]
SessionId = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
Secret = Annotated[SecretStr, Field(max_length=1000)]


class ChangePasswordRequest(BaseModel):
    """`PUT /api/me/password`."""

    model_config = ConfigDict(extra="forbid")

    current: Secret
    password: Secret


class KeyRequest(BaseModel):
    """`POST /api/me/keys`: what the key is called."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_KEY_NAME)]


def key_to_dict(key: ApiKey) -> dict[str, Any]:
    """A key as JSON, without its secret."""
    return {"id": key.id, "name": key.name, "created": key.created, "used": key.used}


def add_me(router: APIRouter, library: Library, keeper: Doorkeeper) -> None:
    """Routes below `/api/me`."""

    @router.get("/me")
    def me(collection: CollectionName = None) -> dict[str, Any]:
        """Who is signed in, what they may do in a collection, and for which hosts passages leave this machine."""
        from docent.llm import leaves_for

        principal, place = library.people.access.who(), library.catalog.find(collection or library.settings.collection)
        role = library.people.access.role(place.id if place else "")
        return {
            "name": principal.account_name,
            "admin": principal.is_admin,
            "role": role.name.lower() if role else "",
            "leaves": leaves_for(library.models.answerer),
        }

    @router.put("/me/password")
    def change_password(request: Request, response: Response, body: ChangePasswordRequest) -> dict[str, Any]:
        """Another password. All sessions end, this one as well."""
        account = own_account(library)
        address = request.client.host if request.client else ""
        keeper.confirm(account.name, body.current.get_secret_value(), address)
        library.people.accounts.set_password(account.name, body.password.get_secret_value())
        library.people.audit.note(account.name, "set a password", account.name)
        response.delete_cookie(COOKIE, path="/")
        return {"changed": account.name}

    _add_sessions(router, library)
    _add_keys(router, library)


def _add_sessions(router: APIRouter, library: Library) -> None:
    people = library.people

    @router.get("/me/sessions")
    def sessions(request: Request) -> dict[str, Any]:
        found = people.tokens.sessions(own_account(library), session_secret(request.headers))
        told = [{"id": one.id, "created": one.created, "expires": one.expires, "this": one.is_this} for one in found]
        return {"sessions": told}

    @router.delete("/me/sessions/{session_id}")
    def end_session(session_id: SessionId) -> dict[str, Any]:
        account = own_account(library)
        ended = people.tokens.end_sessions(account, session_id)
        people.audit.note(account.name, "ended a session", account.name)
        return {"ended": ended}


def _add_keys(router: APIRouter, library: Library) -> None:
    people = library.people

    @router.get("/me/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [key_to_dict(one) for one in people.tokens.keys(own_account(library))]}

    @router.post("/me/keys", status_code=201)
    def make_key(body: KeyRequest, response: Response) -> dict[str, Any]:
        """A new key; `key` is shown in this reply and never again."""
        account = own_account(library)
        made, secret = people.tokens.add_key(account, body.name)
        people.audit.note(account.name, "made a key", f"{account.name}: {made.name}")
        response.headers["Cache-Control"] = "no-store"
        return {**key_to_dict(made), "key": secret}

    @router.delete("/me/keys/{key_id}")
    def revoke_key(key_id: KeyId) -> dict[str, Any]:
        account = own_account(library)
        people.tokens.revoke_key(account, key_id)
        people.audit.note(account.name, "revoked a key", f"{account.name}: {key_id}")
        return {"revoked": key_id}


def own_account(library: Library) -> Account:
    """The account that is acting. Raises NotSignedIn, and AccountError where there are no accounts."""
    principal = library.people.access.who()
    if not principal.id:
        raise AccountError("there are no accounts here, so there is nobody to sign in: an admin adds the first one.")
    return library.people.accounts.get(principal.id)
