"""Rerankers by spec: a real server on loopback, a cross-encoder made here of random weights."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from docent.app import Library, open_library
from docent.retrieval import RerankerError, make_reranker
from docent.retrieval.rerankers.server import ServerReranker
from docent.retrieval.specs import parse_spec

PASSAGES = ["a heron", "an egret and a heron, heron", "an ibis"]


class Backend:
    """Scores a passage by how often it says heron; `form` is whose body it wants, `reply` is given instead."""

    def __init__(self) -> None:
        self.form = "documents"
        self.reply: tuple[int, Any] | None = None
        self.delay = 0.0
        self.requests: list[tuple[dict[str, Any], str | None]] = []
        self.url = ""

    def answer(self, body: dict[str, Any], key: str | None) -> tuple[int, Any]:
        self.requests.append((body, key))
        time.sleep(self.delay)
        if self.reply:
            return self.reply
        if self.form not in body:
            return 422, {"error": f"missing field `{self.form}`"}
        found = [(place, float(text.count("heron"))) for place, text in enumerate(body[self.form])]
        found.sort(key=lambda one: -one[1])  # servers give the best first
        if self.form == "texts":
            return 200, [{"index": place, "score": score} for place, score in found]
        return 200, {"results": [{"index": place, "relevance_score": score} for place, score in found if score]}


@pytest.fixture
def backend() -> Iterator[Backend]:
    found = Backend()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            known = self.path == "/v1/rerank"
            status, reply = found.answer(body, self.headers.get("authorization")) if known else (404, {})
            data = reply.encode() if isinstance(reply, str) else json.dumps(reply).encode()
            try:
                self.send_response(status)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                pass  # the client has given up

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def at(backend: Backend, options: str = "", clock: Clock | None = None) -> ServerReranker:
    spec = parse_spec(f"openai:bge-reranker@{backend.url}{options}", "reranker", RerankerError)
    return ServerReranker(spec, "secret", clock or Clock())


def order(scores: list[float]) -> list[int]:
    return sorted(range(len(scores)), key=lambda place: -scores[place])


@pytest.mark.parametrize("form", ["documents", "texts"])
def test_scores_come_back_in_the_order_of_the_passages(backend: Backend, form: str) -> None:
    backend.form = form
    reranker = at(backend)
    assert order(reranker.score("heron?", PASSAGES)) == [1, 0, 2]
    assert order(reranker.score("heron?", PASSAGES[::-1])) == [1, 2, 0]
    body, key = backend.requests[-1]
    assert (body["model"], body["query"], body[form], key) == (
        "bge-reranker",
        "heron?",
        PASSAGES[::-1],
        "Bearer secret",
    )
    assert len(backend.requests) == (2 if form == "documents" else 3)  # the form is learned once


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((401, {}), "DOCENT_RERANKER_API_KEY"),
        ((404, {}), "no model bge-reranker"),
        ((500, {"error": "x"}), "status 500"),
        ((422, {"error": "x"}), "status 422"),
        ((200, "<html>"), "no reranking server"),
        ((200, {"data": []}), "no reranking server"),
        ((200, []), "no reranking server"),
        ((200, [{"index": 9, "score": 1}]), "no reranking server"),
        ((200, [{"index": 0, "score": float("nan")}]), "no reranking server"),
        ((200, [{"index": 0, "score": 10**400}]), "no reranking server"),
        ((200, [{"index": "0", "score": "x"}]), "no reranking server"),
        ((307, {}), "status 307"),
    ],
)
def test_a_reply_that_is_none_is_a_sentence(backend: Backend, reply: tuple[int, Any], words: str) -> None:
    backend.reply = reply
    with pytest.raises(RerankerError, match=words) as caught:
        at(backend).score("heron?", PASSAGES)
    assert "secret" not in str(caught.value)


def test_a_server_that_failed_is_left_alone_for_a_while(backend: Backend) -> None:
    clock = Clock()
    reranker = at(backend, clock=clock)
    backend.reply = 503, {}
    for _ in range(3):
        with pytest.raises(RerankerError, match="status 503"):
            reranker.score("heron?", PASSAGES)
    assert len(backend.requests) == 1
    backend.reply, clock.now = None, 31.0
    assert order(reranker.score("heron?", PASSAGES)) == [1, 0, 2]


def test_a_slow_server_is_given_up(backend: Backend) -> None:
    backend.delay = 1.5
    with pytest.raises(RerankerError, match="does not answer"):
        at(backend, "?timeout=1").score("heron?", PASSAGES)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("bm25", "none, or begin with one of openai:, st:"),
        ("st:", "unknown"),
        ("openai:bge", "write openai:<model>@"),
        ("openai:bge@http://x/v1?colour=red", "option colour of the reranker openai:"),
        ("openai:bge@http://x/v1?depth=0", "depth=0 in the reranker setting"),
        ("st:x?max_tokens=3", "option max_tokens of the reranker st:"),
    ],
)
def test_a_wrong_spec_is_a_sentence(spec: str, words: str) -> None:
    with pytest.raises(RerankerError, match=words):
        make_reranker(spec)


def test_none_is_no_reranker() -> None:
    assert make_reranker("none") is None


@pytest.fixture
def birds(tmp_path: Path) -> Path:
    folder = tmp_path / "birds"
    folder.mkdir()
    for name, text in zip(("a.txt", "b.txt", "c.txt"), PASSAGES, strict=True):
        (folder / name).write_text(f"{text} by the water\n")
    return folder


def opened(tmp_path: Path, birds: Path, reranker: str) -> Library:
    library = open_library(data_dir=tmp_path / "data", embedder="hash:64", reranker=reranker, reading_processes=0)
    list(library.sync([birds]))
    return library


def test_the_setting_orders_a_search(backend: Backend, tmp_path: Path, birds: Path) -> None:
    with opened(tmp_path, birds, f"openai:bge@{backend.url}") as library:
        found = library.search("which bird stands by the water?")
    assert [hit.document.name for hit in found.hits] == ["b.txt", "a.txt", "c.txt"]
    assert found.notice == ""


def test_a_dead_server_costs_the_order_and_no_hit(tmp_path: Path, birds: Path) -> None:
    with opened(tmp_path, birds, "openai:bge@http://127.0.0.1:9/v1") as library:
        found = library.search("which bird stands by the water?")
    assert len(found.hits) == 3
    assert "does not answer" in found.notice


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of random weights over a few words."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("model")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "an", "and", "heron", "egret", "ibis", ",", "?"]
    (folder / "vocab.txt").write_text("\n".join(words))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=64, num_labels=1, initializer_range=1.0,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.mark.weights
def test_a_cross_encoder_scores_as_sentence_transformers_does(cross_encoder: Path) -> None:
    from sentence_transformers import CrossEncoder

    expected = CrossEncoder(str(cross_encoder)).predict([("heron?", one) for one in PASSAGES], show_progress_bar=False)
    reranker = make_reranker(f"st:{cross_encoder}?batch=2&depth=7&device=cpu")
    assert reranker is not None
    assert reranker.depth == 7
    assert reranker.score("heron?", PASSAGES) == pytest.approx(expected.tolist(), abs=1e-5)
    assert len(set(expected.tolist())) == 3


@pytest.mark.weights
def test_a_classifier_is_no_reranker(cross_encoder: Path, tmp_path: Path) -> None:
    from transformers import BertForSequenceClassification

    model = BertForSequenceClassification.from_pretrained(cross_encoder, num_labels=3, ignore_mismatched_sizes=True)
    model.save_pretrained(tmp_path)
    for name in ("vocab.txt", "tokenizer.json", "tokenizer_config.json"):
        if (cross_encoder / name).exists():
            (tmp_path / name).write_bytes((cross_encoder / name).read_bytes())
    reranker = make_reranker(f"st:{tmp_path}")
    assert reranker is not None
    with pytest.raises(RerankerError, match="3 classes"):
        reranker.score("heron?", PASSAGES)


def test_a_folder_that_is_missing_is_a_sentence() -> None:
    reranker = make_reranker("st:/nowhere/at-all")
    assert reranker is not None
    with pytest.raises(RerankerError, match="no folder /nowhere/at-all"):
        reranker.score("heron?", PASSAGES)
