"""The HTTP API of models: which are in force, which there are, a try of one, and putting it in force. For admins."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from docent.app.library import Library
from docent.app.model_choice import Choosable, Role, drop, in_force, kinds, try_out, use
from docent.app.settings import masked

Spec = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Key = Annotated[SecretStr, Field(max_length=1000)]


class UseRequest(BaseModel):
    """`PUT /api/models/{part}`; without a key none is sent."""

    model_config = ConfigDict(extra="forbid")

    spec: Spec
    api_key: Key = SecretStr("")


class TryRequest(UseRequest):
    """`POST /api/models/try`."""

    part: Role


def add_models(router: APIRouter, library: Library) -> None:
    """Routes below `/api/models`. A spec may name a file or a server, hence admins alone."""
    people = library.people

    @router.get("/models")
    def models() -> dict[str, Any]:
        """The models in force, masked, and the kinds that may be chosen. No key is ever shown."""
        people.access.require_admin()
        return _told(library)

    @router.post("/models/try")
    def attempt(body: TryRequest) -> dict[str, Any]:
        """Ask a model one small thing; `reason` says why nothing came."""
        people.access.require_admin()
        return asdict(try_out(library, body.part, body.spec, body.api_key.get_secret_value()))

    @router.put("/models/{part}")
    def put(part: Choosable, body: UseRequest) -> dict[str, Any]:
        """Put a model in force at once, and keep the choice."""
        actor = people.access.require_admin()
        use(library, part, body.spec, body.api_key.get_secret_value())
        people.audit.note(actor.account_name, f"chose the {part}", masked(body.spec))
        return _told(library)

    @router.delete("/models/{part}")
    def back(part: Choosable) -> dict[str, Any]:
        """Forget the choice: what the settings say is in force again."""
        actor = people.access.require_admin()
        drop(library, part)
        people.audit.note(actor.account_name, f"chose the {part}", masked(getattr(library.settings, part)))
        return _told(library)


def _told(library: Library) -> dict[str, Any]:
    roles: tuple[Role, ...] = ("chat", "reranker", "embedder")
    return {
        "in_force": {role: asdict(in_force(library, role)) for role in roles},
        "kinds": {role: [asdict(one) for one in found] for role, found in kinds().items()},
    }
