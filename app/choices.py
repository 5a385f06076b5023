"""What an admin has chosen in the page: the chat model and the reranker, each with its key.

A file of the data directory that only its owner may read. It comes after arguments, environment and docent.toml: where
one of these says anything of a model, the choice of it does not count, so that no key goes to another server than the
one it was given for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from docent.app.errors import SettingsError

FILE = "choices.json"
# What is chosen together, and the settings that rule it out where they are given elsewhere.
PAIRS: dict[str, tuple[str, str]] = {"chat": ("chat", "chat_api_key"), "reranker": ("reranker", "reranker_api_key")}
RULED_OUT_BY: dict[str, frozenset[str]] = {
    "chat": frozenset({"chat", "chat_api_key", "judge"}),  # a judge is sent the same key
    "reranker": frozenset({"reranker", "reranker_api_key"}),
}


def chosen(data_dir: Path, given: Collection[str]) -> dict[str, str]:
    """Settings that were chosen and count, beside those `given` elsewhere, by name. Raises SettingsError."""
    found = read_choices(data_dir)
    counting = [role for role in PAIRS if not RULED_OUT_BY[role] & set(given)]
    return {name: found[name] for role in counting for name in PAIRS[role] if PAIRS[role][0] in found and name in found}


def read_choices(data_dir: Path) -> dict[str, str]:
    """All that was chosen; nothing where nobody has. Raises SettingsError."""
    path = data_dir / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path.name} in the data directory cannot be read ({error}): remove it.") from error
    known = {name for pair in PAIRS.values() for name in pair}
    if not isinstance(found, dict) or not all(key in known and isinstance(found[key], str) for key in found):
        raise SettingsError(f"{path.name} in the data directory is not as Docent writes it: remove it.")
    return found


def choose(data_dir: Path, role: str, spec: str, api_key: str) -> None:
    """Keep a choice. Raises SettingsError."""
    spec_name, key_name = PAIRS[role]
    _write(data_dir, {**read_choices(data_dir), spec_name: spec, key_name: api_key})


def forget(data_dir: Path, role: str) -> None:
    """Go back to what the settings say. Raises SettingsError."""
    _write(data_dir, {key: value for key, value in read_choices(data_dir).items() if key not in PAIRS[role]})


def _write(data_dir: Path, choices: Mapping[str, str]) -> None:
    import uuid

    from docent.retrieval import make_folder

    path, made = data_dir / FILE, data_dir / f"{FILE}.{uuid.uuid4().hex}"
    try:
        make_folder(data_dir)
        handle = os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(dict(choices), file, ensure_ascii=False)
        made.replace(path)
    except OSError as error:
        made.unlink(missing_ok=True)
        raise SettingsError(f"{FILE} cannot be written ({error.strerror}): look at the data directory.") from error
