"""What other programs may rely on."""

from __future__ import annotations

import importlib

import pytest

import docent


def test_the_front_door() -> None:
    assert docent.__all__ == ["Library", "Settings", "create_chain", "create_retriever", "create_tool", "open_library"]
    for name in docent.__all__:
        assert getattr(docent, name).__name__ == name
    with pytest.raises(AttributeError):
        docent.no_such_name  # noqa: B018


@pytest.mark.parametrize("package", ["docent.ingest", "docent.retrieval", "docent.llm", "docent.app"])
def test_every_public_name_exists(package: str) -> None:
    module = importlib.import_module(package)
    for name in module.__all__:
        assert hasattr(module, name), f"{package}.{name}"
    assert sorted(set(module.__all__), key=module.__all__.index) == module.__all__
