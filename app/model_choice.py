"""Which models answer, order hits and embed; a try of another one; and putting it in force."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from docent.app.choices import PAIRS, RULED_OUT_BY, choose, forget, read_choices
from docent.app.errors import SettingsError
from docent.app.model_trial import PASSAGE, QUESTION, try_model
from docent.app.settings import EXTRACTIVE, given_outside, load_settings, masked
from docent.ingest import DocentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from docent.app.library import Library

Role: TypeAlias = Literal["chat", "reranker", "embedder"]
Choosable: TypeAlias = Literal["chat", "reranker"]
_OFF_TOPIC = "The harbour office is closed on Sundays. 港务处周日不办公。"
_WRONG_ORDER = "it puts a passage that does not answer before one that does: choose another model."
_trying = threading.Lock()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of model: how its spec looks, and whether what it needs is installed."""

    kind: str
    form: str
    is_installed: bool = True


@dataclass(frozen=True, slots=True)
class InForce:
    """The model of a role as it may be shown. `is_fixed`: by an argument, the environment or docent.toml."""

    spec: str
    is_fixed: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try, or the `reason` why nothing did. `host` is where it went, "" for nowhere.

    `reason_zh` is the reason in Chinese, where the model has it so.
    """

    said: str = ""
    seconds: float = 0.0
    first_seconds: float = 0.0
    dimension: int = 0
    host: str = ""
    reason: str = ""
    reason_zh: str = ""


def kinds() -> dict[Role, tuple[Kind, ...]]:
    """What may be chosen, by role."""
    from docent.llm import MODEL_KINDS

    local = find_spec("sentence_transformers") is not None
    return {
        "chat": tuple(Kind(one.kind, one.form, one.is_installed) for one in MODEL_KINDS if one.kind != "echo"),
        "reranker": (
            Kind("none", "none"),
            Kind("st", "st:<name or folder>", local),
            Kind("openai", "openai:<model>@<base url>"),
        ),
        "embedder": (
            Kind("bundled", "bundled:e5-small"),
            Kind("st", "st:<name or folder>", local),
            Kind("openai", "openai:<model>@<base url>"),
        ),
    }


def in_force(library: Library, role: Role) -> InForce:
    """What a role is filled by now. Raises SettingsError."""
    spec: str = getattr(library.settings, role)
    if role == "embedder":
        return InForce(masked(spec), is_fixed=True, is_chosen=False)
    return InForce(masked(spec), _is_fixed(library, role), PAIRS[role][0] in read_choices(library.settings.data_dir))


def use(library: Library, role: Choosable, spec: str, api_key: str) -> None:
    """Put another model in force, now and after a restart. Raises SettingsError, AnswerError and RerankerError."""
    _require_free(library, role)
    spec_name, key_name = PAIRS[role]
    changed: dict[str, Any] = {spec_name: spec, key_name: _checked_key(api_key)}
    library.use_models(replace(library.settings, **changed))
    choose(library.settings.data_dir, role, spec, api_key)


def drop(library: Library, role: Choosable) -> None:
    """Go back to what the settings say. Raises SettingsError."""
    _require_free(library, role)
    forget(library.settings.data_dir, role)
    fresh = load_settings(data_dir=library.settings.data_dir)
    library.use_models(replace(library.settings, **{name: getattr(fresh, name) for name in PAIRS[role]}))


def try_out(library: Library, role: Role, spec: str, api_key: str) -> Tried:
    """Ask a model one small thing about a passage of our own. Only one is tried at a time.

    Without a key the one in force is sent, and only to the very model that it is for.
    """
    key = _checked_key(api_key) or _own_key(library, role, spec)
    if not _trying.acquire(blocking=False):
        return Tried(reason="another model is being tried: wait for it.")
    started = time.perf_counter()
    try:
        tried = _TRIES[role](library, spec, key)
    except DocentError as error:
        return Tried(reason=str(error))
    finally:
        _trying.release()
    return replace(tried, seconds=time.perf_counter() - started)


def _try_chat(library: Library, spec: str, api_key: str) -> Tried:
    from docent.llm import ModelOptions, make_chat_model

    options = ModelOptions(api_key, library.settings.chat_timeout)
    if spec == EXTRACTIVE:
        return Tried(PASSAGE)  # it quotes
    model = make_chat_model(spec, options)
    trial = try_model(model)
    host = model.host if model.is_remote else ""
    return Tried(
        trial.answer.strip(),
        first_seconds=trial.first_token_seconds,
        host=host,
        reason=trial.reason,
        reason_zh=trial.reason_zh,
    )


def _try_reranker(_: Library, spec: str, api_key: str) -> Tried:
    from docent.retrieval import make_reranker

    model = make_reranker(spec, api_key)
    if model is None:
        return Tried()
    scores = model.score(QUESTION, [_OFF_TOPIC, PASSAGE])
    if scores[1] <= scores[0]:
        return Tried(reason=_WRONG_ORDER)
    return Tried(PASSAGE)


def _try_embedder(library: Library, spec: str, api_key: str) -> Tried:
    from docent.retrieval import make_embedder

    model = make_embedder(spec, library.settings.cache_dir, api_key)
    question, passages = model.embed_query(QUESTION), model.embed_passages([_OFF_TOPIC, PASSAGE])
    near, far = float(passages[1] @ question), float(passages[0] @ question)
    is_right = near > far
    said = f"{near:.2f} {'>' if is_right else '<='} {far:.2f}"
    return Tried(said, dimension=model.fingerprint.dimension, reason="" if is_right else _WRONG_ORDER)


_TRIES: dict[Role, Callable[[Library, str, str], Tried]] = {
    "chat": _try_chat,
    "reranker": _try_reranker,
    "embedder": _try_embedder,
}


def _own_key(library: Library, role: Role, spec: str) -> str:
    settings = library.settings
    key: str = getattr(settings, f"{role}_api_key")
    return key if spec == getattr(settings, role) else ""


def _checked_key(api_key: str) -> str:
    if not api_key.isascii() or not (api_key == "" or api_key.isprintable()):  # it goes into a header
        raise SettingsError("this key has a character that no key has: copy it again.")
    return api_key


def _is_fixed(library: Library, role: Choosable) -> bool:
    """An argument leaves no trace but a value that the other sources would not give."""
    settings = library.settings
    if RULED_OUT_BY[role] & set(given_outside()):
        return True
    return bool(getattr(load_settings(data_dir=settings.data_dir), role) != getattr(settings, role))


def _require_free(library: Library, role: Choosable) -> None:
    if _is_fixed(library, role):
        raise SettingsError(
            f"the setting {role} is given where Docent is started (argument, environment or docent.toml):"
            " change it there."
        )
