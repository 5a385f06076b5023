"""Settings: argument, environment, docent.toml, what was chosen in the page, default. The only reader of these."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docent.app.choices import chosen
from docent.app.errors import SettingsError

if TYPE_CHECKING:
    from docent.ingest import OcrMode

PREFIX = "DOCENT_"
FILE = "docent.toml"
DEFAULT_COLLECTION = "default"
DEFAULT_EMBEDDER = "bundled:e5-small"
EXTRACTIVE = "extractive"  # the answerer that needs no model
# Variables of the same prefix that are no settings: the folder of evaluation data, read by tests and benches.
NOT_SETTINGS = frozenset({"DOCENT_EVALDATA"})
# Switches of dependencies that would report to their makers: Gradio, the hub of Hugging Face, others by the first.
_QUIET = {"DO_NOT_TRACK": "1", "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1"}


def _default_data_dir() -> Path:
    from platformdirs import user_data_path

    return user_data_path("docent")


def _default_cache_dir() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("docent")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, each with a default that works offline.

    data_dir: where collections live. cache_dir: what can be made again (the prepared embedding model).
    collection: the one that commands use. embedder: `bundled:e5-small` or another spec.
    embedder_api_key: its key; `OPENAI_API_KEY` is taken when this is empty.
    store: what collections are searched by, `local` or `milvus:http://HOST:19530`, see docs/milvus.md.
    store_api_key: its token, or user:password.
    reranker: `none`, or a model that orders the best hits anew, such as `st:cross-encoder/ms-marco-MiniLM-L6-v2`.
    reranker_api_key: the key of a reranking server.
    synonyms: a text file of words that mean the same, see docs/filters.md.
    dense_weight: what a place among the hits by vectors counts, against 1 by words; None leaves it to the language.
    chat: `extractive`, or a chat model such as `openai:qwen3@http://127.0.0.1:8000/v1`.
    chat_api_key: its key; `OPENAI_API_KEY` is taken when this is empty. chat_timeout: seconds of silence.
    strict: leave out what no passage supports of a chat model's answer. judge: a chat model that is asked for a second
    opinion where the rules cannot decide. prompts_dir: a folder of prompts of your own, see docs/asking.md.
    deep_steps, deep_tokens, deep_seconds: what a question with --deep may take: looks, tokens that the model reads and
    writes meanwhile, and time.
    reading_processes: files that are read at once, each in a process of its own; 0 reads in this one, without limits.
    reading_seconds, reading_megabytes: what a process may take for one document.
    ocr: which pages are read by OCR, `auto` for those that need it, `always`, or `never`.
    undo_days: for how long a removed document can be restored; 0 keeps none.
    names: host names, with commas, under which a proxy on this machine passes requests on.
    host, port: where `serve` listens. max_upload_mb: the largest file the server takes.
    questions_per_minute: what one account may ask or search, a third of it at once; 0 means no limit.
    log: what `serve` logs to stderr: `errors`, or each request as `text` or `json`.
    set_up: where others reach a server without accounts, the first one is made in a browser, with a token of the log.
    """

    data_dir: Path = field(default_factory=_default_data_dir)
    cache_dir: Path = field(default_factory=_default_cache_dir)
    collection: str = DEFAULT_COLLECTION
    embedder: str = DEFAULT_EMBEDDER
    embedder_api_key: str = field(default="", repr=False)
    store: str = "local"
    store_api_key: str = field(default="", repr=False)
    reranker: str = "none"
    reranker_api_key: str = field(default="", repr=False)
    synonyms: Path | None = None
    dense_weight: float | None = None
    chat: str = EXTRACTIVE
    chat_api_key: str = field(default="", repr=False)
    chat_timeout: float = 60.0
    strict: bool = False
    judge: str = ""
    prompts_dir: Path | None = None
    deep_steps: int = 8
    deep_tokens: int = 30_000
    deep_seconds: float = 120.0
    reading_processes: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))
    reading_seconds: float = 3600.0
    reading_megabytes: int = 2000
    ocr: OcrMode = "auto"
    undo_days: float = 7.0
    host: str = "127.0.0.1"
    names: str = ""
    port: int = 7860
    max_upload_mb: int = 200
    questions_per_minute: int = 60
    log: str = "errors"
    set_up: bool = False


def load_settings(environ: Mapping[str, str] | None = None, folder: Path | None = None, **arguments: Any) -> Settings:
    """Merge the sources. Arguments that are None count as not given. Raises SettingsError."""
    environment = os.environ if environ is None else environ
    known = {one.name: one for one in fields(Settings)}
    values = given_outside(environment, folder)
    values.update({key: value for key, value in arguments.items() if value is not None})
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise SettingsError(f"the setting {unknown[0]!r} is unknown: there are {', '.join(sorted(known))}.")
    values.update(chosen(_convert("data_dir", values.get("data_dir", _default_data_dir())), values))
    for key in ("chat_api_key", "embedder_api_key"):
        values.setdefault(key, environment.get("OPENAI_API_KEY", ""))
    return Settings(**{key: _convert(key, value) for key, value in values.items()})


def given_outside(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> dict[str, Any]:
    """What docent.toml and the environment name, as it stands there. Raises SettingsError."""
    values = read_settings((folder or Path.cwd()) / FILE)
    for variable, text in (os.environ if environ is None else environ).items():
        if variable.startswith(PREFIX) and variable not in NOT_SETTINGS:
            values[variable.removeprefix(PREFIX).lower()] = text
    return values


def read_settings(path: Path) -> dict[str, Any]:
    """What a settings file names, as it stands there; nothing where there is no such file. Raises SettingsError."""
    if not path.is_file():
        return {}
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read ({error}): mend or remove it.") from error


def keep_quiet() -> None:
    """Let no dependency report how it is used. Whoever has said otherwise in the environment is heard."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)


def multiply_alone() -> None:
    """Let OpenBLAS start no threads: one search multiplies little, and they spin for 0.1 s of CPU when NumPy loads."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def prepare_ray(*, is_named: bool) -> str:
    """What Ray can be told by the environment alone: report no usage, and use the token that is there.

    The latter for a cluster that `is_named` by its address; for others Ray does so. Returns RAY_ADDRESS, or "".
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    kept = Path.home() / ".ray" / "auth_token"  # where Ray leaves it, and its own commands look for it
    if is_named and (kept.is_file() or "RAY_AUTH_TOKEN" in os.environ or "RAY_AUTH_TOKEN_PATH" in os.environ):
        os.environ.setdefault("RAY_AUTH_MODE", "token")
    return os.environ.get("RAY_ADDRESS", "")


def masked(value: object) -> str:
    """A setting to be shown: a server's address may hold a password."""
    return re.sub(r"//[^/@]*@", "//...@", str(value))


def _convert(key: str, value: Any) -> Any:
    kind = _KINDS.get(key, str)
    try:
        converted = kind(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"the setting {key} cannot be {value!r}: it must be {_WORDS[kind]}.") from error
    if isinstance(converted, Path):
        return converted.expanduser()
    choices = _CHOICES.get(key)
    if choices and converted not in choices:
        raise SettingsError(f"the setting {key} cannot be {value!r}: it must be one of {', '.join(choices)}.")
    if key == "port" and not 0 <= converted <= 65535:
        raise SettingsError(f"the setting port cannot be {value!r}: ports go from 0 to 65535.")
    least, words = (0, "zero or above") if key in _MAY_BE_ZERO else (1e-9, "above zero")
    if isinstance(converted, (int, float)) and not least <= converted < math.inf:  # which is so of NaN, too
        raise SettingsError(f"the setting {key} cannot be {value!r}: it must be {words}, and finite.")
    if key.endswith("_api_key") and not converted.isascii():  # it goes into a header; it is not shown
        raise SettingsError(f"the setting {key} has a character that no key has: copy the key again.")
    return converted


def _yes(value: Any) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if str(value).lower() not in words:
        raise ValueError(value)
    return words[str(value).lower()]


_CHOICES = {"log": ("errors", "text", "json"), "ocr": ("auto", "always", "never")}
_MAY_BE_ZERO = frozenset(
    {"dense_weight", "port", "questions_per_minute", "reading_processes", "set_up", "strict", "undo_days"}
)
_KINDS: dict[str, Callable[[Any], Any]] = {
    "data_dir": Path,
    "cache_dir": Path,
    "synonyms": Path,
    "prompts_dir": Path,
    "strict": _yes,
    "chat_timeout": float,
    "deep_steps": int,
    "deep_tokens": int,
    "deep_seconds": float,
    "dense_weight": float,
    "port": int,
    "reading_processes": int,
    "reading_seconds": float,
    "reading_megabytes": int,
    "undo_days": float,
    "max_upload_mb": int,
    "questions_per_minute": int,
    "set_up": _yes,
}
_WORDS: dict[Callable[[Any], Any], str] = {
    Path: "a path", float: "a number", int: "a whole number", str: "a text", _yes: "1 or 0",
}  # fmt: skip
