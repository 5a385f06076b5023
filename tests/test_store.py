from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from contracts.store import StoreContract

from docent.retrieval import Collection, Embedder, HashEmbedder


class TestLocalStore(StoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Iterator[Callable[..., Collection]]:
        opened: list[Collection] = []

        def open_again(embedder: Embedder | None = None) -> Collection:
            opened.append(Collection(tmp_path / "蒐集 📚", embedder or HashEmbedder(64)))
            return opened[-1]

        yield open_again
        for collection in opened:
            collection.close()
