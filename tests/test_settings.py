from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from conftest import ROOT

from docent.app import Settings, SettingsError, load_settings


def test_argument_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    (tmp_path / "docent.toml").write_text('collection = "file"\nembedder = "hash:64"\nport = 9000\n')
    environ = {"DOCENT_COLLECTION": "environment", "DOCENT_PORT": "9001"}
    found = load_settings(environ, tmp_path, collection="argument", port=None)
    assert (found.collection, found.port, found.embedder, found.chat) == ("argument", 9001, "hash:64", "extractive")


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"DOCENT_COLOUR": "red"}, "'colour' is unknown: there are cache_dir, chat"),
        ({"DOCENT_PORT": "many"}, "port cannot be 'many'"),
        ({"DOCENT_PORT": "70000"}, "ports go from 0 to 65535"),
        ({"DOCENT_CHAT_TIMEOUT": "-1"}, "must be above zero"),
        ({"DOCENT_UNDO_DAYS": "inf"}, "must be zero or above, and finite"),
        ({"DOCENT_RERANKER_API_KEY": "“key”"}, "reranker_api_key has a character that no key has"),
        ({"OPENAI_API_KEY": "ключ"}, "chat_api_key has a character that no key has"),
    ],
)
def test_a_wrong_setting_is_a_sentence(environ: dict[str, str], says: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=says):
        load_settings(environ, tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "docent.toml").write_text("port = = 3")
    with pytest.raises(SettingsError, match=r"docent\.toml cannot be read"):
        load_settings({}, tmp_path)


def test_keys_are_never_shown(tmp_path: Path) -> None:
    found = load_settings({"OPENAI_API_KEY": "sk-secret"}, tmp_path)
    assert found.chat_api_key == "sk-secret"
    assert "sk-secret" not in repr(found)


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for one in fields(Settings):
        assert f"`{one.name}`" in page, f"docs/settings.md does not name {one.name}"
        assert f"`DOCENT_{one.name.upper()}`" in page
