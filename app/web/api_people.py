"""The HTTP API for admins: accounts, and who may do what in which collection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from docent.app.identity.access import Role
from docent.app.identity.accounts import LONGEST_NAME
from docent.app.identity.invitations import DAYS
from docent.app.library import Library
from docent.app.web.api_me import KeyId, key_to_dict
from docent.app.web.entrance import JOIN
from docent.app.web.places import administered

if TYPE_CHECKING:
    from docent.app.identity.accounts import Account

AccountId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
CollectionId = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
PersonName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class PersonRequest(BaseModel):
    """`POST /api/people`: without a password the reply has a link by which one is set, once."""

    model_config = ConfigDict(extra="forbid")

    name: PersonName
    password: Annotated[SecretStr, Field(max_length=1000)] | None = None
    admin: bool = False


class AdminRequest(BaseModel):
    """`PATCH /api/people/{id}`."""

    model_config = ConfigDict(extra="forbid")

    admin: bool


class RoleRequest(BaseModel):
    """`PUT /api/collections/{id}/people`."""

    model_config = ConfigDict(extra="forbid")

    name: PersonName
    role: Literal["reader", "editor", "admin"]


def add_people(router: APIRouter, library: Library) -> None:
    """Routes below `/api/people`, and those of `/api/collections/{id}/people`."""
    _add_list(router, library)
    _add_one(router, library)
    _add_keys(router, library)
    _add_sharing(router, library)


def _add_list(router: APIRouter, library: Library) -> None:
    people = library.people

    @router.get("/people")
    def everybody() -> dict[str, Any]:
        """All accounts with their roles, keys and sessions."""
        people.access.require_admin()
        names = {one.id: one.name for one in library.catalog.collections()}
        return {"people": [_person_to_dict(library, one, names) for one in people.accounts.all()]}

    @router.post("/people", status_code=201)
    def add(body: PersonRequest, response: Response) -> dict[str, Any]:
        """A new account. The first one is an admin and needs a password; from then on everybody signs in."""
        actor = people.access.require_admin()
        password = body.password.get_secret_value() if body.password else None
        made = people.accounts.add(body.name, password, is_admin=body.admin)
        people.audit.note(actor.account_name, "made an account", made.name)
        told = {"id": made.id, "name": made.name, "admin": made.is_admin}
        return told if password is not None else {**told, **_link(library, made, response)}


def _add_one(router: APIRouter, library: Library) -> None:
    people = library.people

    def acting(account_id: str) -> tuple[Account, str]:
        """The account, and who is about to change it."""
        actor = people.access.require_admin()
        return people.accounts.get(account_id), actor.name

    @router.patch("/people/{account_id}")
    def set_admin(account_id: AccountId, body: AdminRequest) -> dict[str, Any]:
        found, actor = acting(account_id)
        changed = people.accounts.set_admin(found.name, is_admin=body.admin)
        people.audit.note(actor, "made an admin" if body.admin else "no longer an admin", found.name)
        return {"id": changed.id, "name": changed.name, "admin": changed.is_admin}

    @router.post("/people/{account_id}/link", status_code=201)
    def link(account_id: AccountId, response: Response) -> dict[str, Any]:
        """A link by which they set a password, once; the one they have is good until then."""
        found, actor = acting(account_id)
        people.audit.note(actor, "made a link to set a password", found.name)
        return _link(library, found, response)

    @router.delete("/people/{account_id}/sessions")
    def sign_out(account_id: AccountId) -> dict[str, Any]:
        """Sign them out everywhere."""
        found, actor = acting(account_id)
        people.audit.note(actor, "signed out everywhere", found.name)
        return {"ended": people.tokens.end_sessions(found)}

    @router.delete("/people/{account_id}")
    def remove(account_id: AccountId) -> dict[str, Any]:
        """End an account with its sessions, keys and roles."""
        found, actor = acting(account_id)
        people.accounts.remove(found.name)
        people.audit.note(actor, "removed an account", found.name)
        return {"removed": found.name}


def _add_keys(router: APIRouter, library: Library) -> None:
    people = library.people

    @router.get("/people/{account_id}/keys")
    def keys(account_id: AccountId) -> dict[str, Any]:
        people.access.require_admin()
        return {"keys": [key_to_dict(one) for one in people.tokens.keys(people.accounts.get(account_id))]}

    @router.delete("/people/{account_id}/keys/{key_id}")
    def revoke_key(account_id: AccountId, key_id: KeyId) -> dict[str, Any]:
        actor = people.access.require_admin()
        found = people.accounts.get(account_id)
        people.tokens.revoke_key(found, key_id)
        people.audit.note(actor.name, "revoked a key", f"{found.name}: {key_id}")
        return {"revoked": key_id}


def _add_sharing(router: APIRouter, library: Library) -> None:
    people = library.people

    @router.get("/collections/{collection_id}/people")
    def members(collection_id: CollectionId) -> dict[str, Any]:
        """Who has a role in a collection; admins need none."""
        place, _ = administered(library, collection_id)
        found = people.access.members(place.id)
        return {"people": [{"name": name, "role": role.name.lower()} for name, role in found]}

    @router.put("/collections/{collection_id}/people")
    def grant(collection_id: CollectionId, body: RoleRequest) -> dict[str, Any]:
        """Give somebody a role, in place of any they have."""
        place, actor = administered(library, collection_id)
        found = people.accounts.named(body.name)
        people.access.grant(found, place.id, Role[body.role.upper()])
        people.audit.note(actor.name, f"made {body.role} of {place.name}", found.name)
        return {"name": found.name, "role": body.role}

    @router.delete("/collections/{collection_id}/people")
    def revoke(
        collection_id: CollectionId, name: Annotated[str, Query(min_length=1, max_length=LONGEST_NAME)]
    ) -> dict[str, Any]:
        """Take somebody's role away."""
        place, actor = administered(library, collection_id)
        found = people.accounts.named(name)
        people.access.revoke(found, place.id)
        people.audit.note(actor.name, f"taken out of {place.name}", found.name)
        return {"name": found.name, "role": ""}


def _person_to_dict(library: Library, one: Account, names: dict[str, str]) -> dict[str, Any]:
    people = library.people
    grants = people.access.grants(one)
    return {
        "id": one.id,
        "name": one.name,
        "admin": one.is_admin,
        "created": one.created,
        "waits": people.accounts.waits(one),
        "roles": {names[key]: role.name.lower() for key, role in grants.items() if key in names},
        "keys": len(people.tokens.keys(one)),
        "sessions": len(people.tokens.sessions(one)),
    }


def _link(library: Library, account: Account, response: Response) -> dict[str, Any]:
    """A path of this server: under which name others reach it, they know better."""
    response.headers["Cache-Control"] = "no-store"
    return {"link": f"{JOIN}?token={library.people.invitations.make(account)}", "days": DAYS}
