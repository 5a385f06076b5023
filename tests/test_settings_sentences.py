"""What an admin or a person meets among the settings when something is refused, in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from docent.app import Library, Settings, open_library
from docent.app.choices import PAIRS
from docent.app.identity.access import Role
from docent.app.model_choice import Role as Part
from docent.app.model_choice import try_out, use
from docent.ingest import DocentError
from docent.ui.sentences import told
from docent.ui.settings_texts import SETTINGS_LANGUAGES, settings_texts_as_json
from docent.ui.texts import CHINESE, ENGLISH

STATIC = Path(__file__).parent.parent / "ui" / "static"
PASSWORD = "correct horse battery"


def _grant_twice(library: Library) -> None:
    ada = library.people.accounts.add("Ada", PASSWORD)
    library.people.access.revoke(ada, library.catalog.folder("default", create=True).name)


def _only_admin(library: Library) -> None:
    library.people.accounts.add("Ada", PASSWORD)
    library.people.accounts.remove("Ada")


def _same_name(library: Library) -> None:
    for _ in range(2):
        library.create_collection("tea 茶")


REFUSED: list[Callable[[Library], object]] = [
    lambda library: library.people.accounts.add("Ada", "short"),
    lambda library: library.people.accounts.add("Ada", "aaaaaaaaaaaaaa"),
    lambda library: library.people.accounts.add("", PASSWORD),
    lambda library: library.people.accounts.add("Ada", None),
    lambda library: library.people.accounts.named("Nobody"),
    lambda library: library.people.accounts.sign_in("Nobody", PASSWORD),
    lambda library: library.people.tokens.add_key(library.people.accounts.add("Ada", PASSWORD), ""),
    _only_admin,
    _grant_twice,
    _same_name,
    lambda library: library.create_collection(" "),
    lambda library: library.create_collection("x", "nothing:y"),
    lambda library: library.catalog.get("0" * 16),
    lambda library: use(library, "chat", "nothing:y", ""),
    lambda library: use(library, "reranker", "nothing:y", ""),
    lambda library: use(library, "chat", "echo:", "schlüssel"),
]


@pytest.mark.parametrize("refused", REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused_among_the_settings_is_told_in_chinese(
    refused: Callable[[Library], object], library: Library
) -> None:
    with pytest.raises(DocentError) as caught:
        refused(library)
    shown = told(str(caught.value), CHINESE)
    assert re.search(r"[\u4e00-\u9fff]{3}", shown.replace("茶", "")), shown
    assert told(str(caught.value), ENGLISH) == str(caught.value)


def test_a_model_that_is_set_elsewhere_and_one_that_is_unknown_are_told_in_chinese(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", embedder="hash:64", chat="echo:", reading_processes=0)
    with open_library(settings) as library:
        with pytest.raises(DocentError) as caught:
            use(library, "chat", "extractive", "")
        assert "请在那里修改" in told(str(caught.value), CHINESE)
        assert "无法识别嵌入模型" in told(try_out(library, "embedder", "nothing:y", "").reason, CHINESE)


def test_every_word_of_the_settings_is_used_and_none_is_missing() -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in STATIC.glob("settings*.js"))
    named = set(re.findall(r"word\(\s*'(\w+)'", scripts)) | {"collection", "models", "people", "me"}
    named |= {one for pair in re.findall(r"word\([\w.]+ \? '(\w+)' : '(\w+)'", scripts) for one in pair}
    named |= {f"role_{role.name.lower()}" for role in Role} | {*PAIRS, "embedder"}
    named |= {f"{part}_hint" for part in (*PAIRS, "embedder")}
    words = settings_texts_as_json()
    kinds = {name for name in words["en"] if name.startswith("kind_")}
    assert set(words["en"]) - kinds == named
    assert set(words) == set(SETTINGS_LANGUAGES)
    for name in words["en"]:
        holes = [set(re.findall(r"\{(\w+)\}", words[language][name])) for language in ("en", "zh")]
        assert holes[0] == holes[1], name
        assert words["zh"][name].strip()


def test_each_kind_of_model_has_its_line(library: Library) -> None:
    from docent.app.model_choice import kinds

    lines = {name for name in settings_texts_as_json()["en"] if name.startswith("kind_")}
    assert {f"kind_{part}_{one.kind}" for part, found in kinds().items() for one in found} == lines


@pytest.mark.parametrize(
    ("part", "spec"),
    [
        ("chat", "openai:"),
        ("chat", "ollama:"),
        ("chat", "hf:"),
        ("chat", "llamacpp:"),
        ("chat", "langchain:x"),
        ("chat", "openai:x@nowhere"),
        ("chat", "openai:x@http://127.0.0.1:9/v1?strange=1"),
        ("chat", "openai:x@http://127.0.0.1:9/v1?temperature=warm"),
        ("chat", "llamacpp:/none.gguf"),
        ("reranker", "st:"),
        ("reranker", "openai:x"),
        ("reranker", "openai:x@http://127.0.0.1:9/v1"),
        ("embedder", "hash:3"),
        ("embedder", "bundled:x"),
        ("embedder", "openai:x@http://127.0.0.1:9/v1?strange=1"),
    ],
)
def test_why_a_model_cannot_be_tried_is_told_in_chinese(part: Part, spec: str, library: Library) -> None:
    tried = try_out(library, part, spec, "")
    assert tried.reason
    shown = tried.reason_zh if tried.reason_zh != tried.reason else ""
    assert re.search(r"[\u4e00-\u9fff]{2}", shown or told(tried.reason, CHINESE)), tried.reason


def test_what_the_checker_of_requests_says_is_a_sentence_in_both_languages() -> None:
    raw = "name: String should have at least 1 character."
    assert (told(raw, ENGLISH), told(raw, CHINESE)) == ("Fill it in first.", "请先填写。")
