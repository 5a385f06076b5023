"""`openai:` against real servers on loopback: one that fails on request, and llama.cpp's own."""

from __future__ import annotations

import itertools
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from contracts.store import document
from embedding_server import Backend, Reply, serving

from docent.llm import answer_events, fold_events, make_answerer
from docent.retrieval import Collection, EmbedderError, HashEmbedder, Source, make_embedder
from docent.retrieval.embedders import remote
from docent.retrieval.embedders.remote import RemoteEmbedder
from docent.retrieval.embedders.server import Patience
from docent.retrieval.specs import parse_spec

KEY = "sk-secret"
TEXTS = [f"text number {number} " + "of some length " * (number % 7) for number in range(100)]


@pytest.fixture
def backend() -> Iterator[Backend]:
    with serving(HashEmbedder(64)) as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def embedder(backend: Backend, waits: list[float], tmp_path: Path) -> RemoteEmbedder:
    return _embedder(backend, tmp_path, waits)


def _embedder(backend: Backend, cache: Path, waits: list[float], options: str = "") -> RemoteEmbedder:
    spec = parse_spec(f"openai:some-model@{backend.url}{options}")
    return RemoteEmbedder(spec, cache, KEY, sleep=waits.append)


def test_vectors_are_unit_and_in_order(embedder: RemoteEmbedder) -> None:
    assert np.allclose(embedder.embed_passages(TEXTS), HashEmbedder(64).embed_passages(TEXTS), atol=1e-6)


def test_requests_hold_so_many_texts_and_run_side_by_side(backend: Backend, tmp_path: Path) -> None:
    embedder = _embedder(backend, tmp_path, [], "?batch=8&workers=3")
    assert embedder.fingerprint.dimension == 64
    backend.requests.clear()
    three, numbers, vectors = threading.Barrier(3), itertools.count(1), backend._vectors

    def together(texts: list[str]) -> Reply:
        """Each of twelve is answered only once it is one of three; one after the other none would ever be."""
        if next(numbers) <= 12:
            three.wait(120)
        return vectors(texts)

    backend._vectors = together  # type: ignore[method-assign]
    embedder.embed_passages(TEXTS)
    assert sorted(len(one["input"]) for one in backend.requests) == [4] + [8] * 12
    assert backend.most_under_way == 3
    assert {(one["model"], one["encoding_format"]) for one in backend.requests} == {("some-model", "float")}


def test_requests_are_bounded_by_tokens(embedder: RemoteEmbedder, backend: Backend) -> None:
    embedder.embed_passages(["年" * 4000] * 8)  # 6,000 tokens each, so two fit
    assert [len(one["input"]) for one in backend.requests[1:]] == [2] * 4


def test_too_many_requests_waits_as_long_as_the_server_asks(
    embedder: RemoteEmbedder, backend: Backend, waits: list[float]
) -> None:
    backend.replies.append(Reply(429, headers={"Retry-After": "7"}))
    assert embedder.embed_query("hello").shape == (64,)
    assert waits == [7.0]


def test_a_server_that_stumbles_is_asked_again_and_later_each_time(
    embedder: RemoteEmbedder, backend: Backend, waits: list[float]
) -> None:
    assert embedder.fingerprint.dimension == 64
    backend.replies += [Reply(500), Reply(503), Reply(502)]
    assert embedder.embed_passages(["hello"]).shape == (1, 64)
    assert len(waits) == 3
    assert waits[0] < waits[2]
    assert waits[2] <= 4.0


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(401, f'{{"error": {{"message": "Incorrect API key provided: {KEY}"}}}}'), "DOCENT_EMBEDDER_API_KEY"),
        (Reply(404, '{"error": {"message": "model not found"}}'), "has no model some-model"),
        (Reply(400, '{"detail": "Model some-model not found"}'), "has no model some-model"),
        (Reply(403), "refuses the key"),
        (Reply(200, "<html>hello</html>"), "mostly ends in /v1"),
        (Reply(200, '{"data": []}'), "gave 0 vectors for 1 texts"),
        (Reply(307, headers={"Location": "http://127.0.0.1:9/v1/embeddings"}), "status 307"),
        (Reply(429, '{"error": {"code": "insufficient_quota", "message": "no money"}}'), "no money"),
        (Reply(500, f"broken, and {KEY} was your key"), r"broken, and \*\*\* was your key"),
        (Reply(200, json.dumps({"data": [{"index": 0, "embedding": [0.0] * 64}]})), "a vector that is none"),
    ],
)
def test_a_refusal_is_a_sentence_without_the_key(
    embedder: RemoteEmbedder,
    backend: Backend,
    reply: Reply,
    says: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert embedder.fingerprint.dimension == 64
    backend.replies += [reply] * 2
    with caplog.at_level(logging.DEBUG), pytest.raises(EmbedderError, match=says) as raised:
        embedder.embed_query("hello")
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)
    assert KEY not in str(raised.value) + caplog.text


@pytest.mark.parametrize("reply", [Reply(401), Reply(404), Reply(429, '{"error": {"code": "insufficient_quota"}}')])
def test_what_will_not_pass_is_not_tried_again(
    embedder: RemoteEmbedder, backend: Backend, waits: list[float], reply: Reply
) -> None:
    backend.replies += [reply] * 9
    with pytest.raises(EmbedderError):
        embedder.embed_passages(["hello"])
    assert len(backend.requests) == 1
    assert waits == []


def test_a_silent_server_is_given_up(
    embedder: RemoteEmbedder, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "HURRIED", Patience(2, 0.1))
    backend.delay = 0.5
    with pytest.raises(EmbedderError, match=r"does not answer \(ReadTimeout\)"):
        embedder.embed_query("hello")
    assert len(backend.requests) == 2


def test_no_server_is_a_sentence_without_the_password_of_the_address(tmp_path: Path) -> None:
    embedder = RemoteEmbedder(parse_spec("openai:m@http://me:pass@127.0.0.1:9/v1"), tmp_path, sleep=lambda _: None)
    with pytest.raises(EmbedderError, match=r"http://127\.0\.0\.1:9/v1 does not answer"):
        embedder.embed_query("hello")


def test_another_model_behind_the_same_name_is_noticed(embedder: RemoteEmbedder, backend: Backend) -> None:
    assert embedder.fingerprint.dimension == 64
    backend.embedder = HashEmbedder(32)
    with pytest.raises(EmbedderError, match="vectors of 32 numbers for some-model, which had 64"):
        embedder.embed_passages(["hello"])


def test_the_dimension_is_asked_for_once(backend: Backend, tmp_path: Path) -> None:
    for _ in range(2):
        assert _embedder(backend, tmp_path, []).fingerprint.dimension == 64
    assert len(backend.requests) == 1
    assert KEY not in (tmp_path / remote.LEARNED).read_text()


def test_a_wanted_dimension_is_sent_and_nothing_is_asked(backend: Backend, tmp_path: Path) -> None:
    embedder = _embedder(backend, tmp_path, [], "?dimensions=64")
    assert embedder.fingerprint.dimension == 64
    assert backend.requests == []
    embedder.embed_query("hello")
    assert backend.requests[0]["dimensions"] == 64


def test_the_key_travels_in_its_header_alone(embedder: RemoteEmbedder, backend: Backend) -> None:
    embedder.embed_query("hello")
    assert set(backend.keys) == {f"Bearer {KEY}"}
    assert KEY not in json.dumps(backend.requests)


def test_a_server_that_takes_few_texts_gets_fewer(embedder: RemoteEmbedder, backend: Backend) -> None:
    backend.most = 5
    assert np.allclose(embedder.embed_passages(TEXTS[:20]), HashEmbedder(64).embed_passages(TEXTS[:20]), atol=1e-6)


def test_a_text_too_long_for_the_server_is_not_cut(embedder: RemoteEmbedder, backend: Backend) -> None:
    backend.longest = 50
    first, second = "alpha beta gamma delta epsilon ", "swift crane heron stork plover "
    vector = embedder.embed_passages([first + second])[0]
    halves = HashEmbedder(64).embed_passages([first, second])
    assert (halves @ vector > 0.5).all()


def test_prefixes_are_those_of_the_family_or_of_the_options(backend: Backend, tmp_path: Path) -> None:
    spec = f"openai:BAAI/bge-small-en-v1.5@{backend.url}"
    for options, prefix in (("", "Represent this sentence for searching relevant passages: "), ("?query_prefix=", "")):
        make_embedder(spec + options, tmp_path).embed_query("hello")
        assert [f"{prefix}hello"] in [one["input"] for one in backend.requests]
        backend.requests.clear()


@pytest.mark.parametrize("spec", ["openai:m@127.0.0.1/v1", "openai:m?colour=1", "openai:m?batch=many"])
def test_a_wrong_spec_is_a_sentence(spec: str, tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match=r"\.$"):
        make_embedder(spec, tmp_path)


def test_while_the_server_is_down_words_are_searched_and_the_reader_is_told(
    embedder: RemoteEmbedder, backend: Backend, tmp_path: Path
) -> None:
    collection = Collection(tmp_path / "collection", embedder)
    (tmp_path / "birds.md").write_text("birds", encoding="utf-8")
    made = document("birds.md", "The common swift sleeps in the air.", "Herons stand still for hours.")
    collection.store.add(*made, Source("upload", "birds.md"), tmp_path / "birds.md")
    collection.fill_vectors()
    assert collection.search("Where does the swift sleep?").hits[0].ranks == {"lexical": 1, "dense": 1}
    backend.replies += [Reply(401)] * 4
    result = collection.search("Where does the swift sleep?")
    assert result.hits[0].ranks == {"lexical": 1}
    assert "DOCENT_EMBEDDER_API_KEY" in result.notice
    answer = fold_events(answer_events("Where does the swift sleep?", lambda _: result, make_answerer("extractive")))
    assert answer.citations
    assert result.notice in answer.notice
    collection.close()


@pytest.fixture(scope="module")
def llamacpp() -> Iterator[str]:
    command = [sys.executable, str(ROOT / "tests" / "model_server.py"), "--embeddings"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout
        yield f"{server.stdout.readline().strip()}/v1"
        server.kill()


@pytest.mark.weights
def test_a_real_server_of_llamacpp(llamacpp: str, tmp_path: Path) -> None:
    embedder = make_embedder(f"openai:smollm2@{llamacpp}", tmp_path)
    assert embedder.fingerprint.dimension == 576
    texts = ["The swift sleeps in the air.", "绿茶要用八十度的水。", "", "word " * 200]
    vectors = embedder.embed_passages(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert [int(np.argmax(vectors @ embedder.embed_query(text))) for text in texts[:2]] == [0, 1]
