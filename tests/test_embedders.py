from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts.embedder import EmbedderContract
from embedding_server import serving
from test_sentence_transformer import minilm

from docent.retrieval import Embedder, EmbedderError, HashEmbedder, make_embedder


class TestHash(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return HashEmbedder(64)


@pytest.mark.weights
class TestBundled(EmbedderContract):
    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls, model_cache: Path) -> Embedder:
        return make_embedder("bundled:e5-small", model_cache)


@pytest.mark.weights
class TestSentenceTransformer(EmbedderContract):
    chinese = False

    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls) -> Embedder:
        return make_embedder(f"st:{minilm()}", Path())


@pytest.mark.weights
class TestServer(EmbedderContract):
    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls, model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedder]:
        with serving(make_embedder("bundled:e5-small", model_cache)) as backend:
            yield make_embedder(f"openai:multilingual-e5-small@{backend.url}", tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("spec", ["", "e5", "magic:7", "hash:", "hash:x", "hash:2", "bundled:e6", "hash:64?a=1"])
def test_an_unknown_spec_is_a_sentence(spec: str, tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match=r"\.$"):
        make_embedder(spec, tmp_path)
