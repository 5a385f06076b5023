"""`llamacpp:` with real weights: SmolLM2 in this process, and an adapter made here."""

from __future__ import annotations

import gc
import socket
import struct
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from contracts.chat import AnswererContract
from model_server import weights

from docent.llm import Answerer, AnswerError, ModelFailed, make_answerer, make_chat_model
from docent.llm.models.gguf import context_length

ASKED = [("user", "What is the capital of France?")]


@pytest.fixture(scope="module")
def smollm2() -> Answerer:
    return make_answerer(f"llamacpp:{weights()}?n_ctx=2048&threads=2&max_tokens=40")


@pytest.mark.weights
class TestLlamaCpp(AnswererContract):
    @pytest.fixture
    def answerer(self, smollm2: Answerer) -> Answerer:
        return smollm2

    def test_it_answers_a_plain_question_by_its_own_chat_template(self, answerer: Answerer) -> None:
        model = answerer.model  # type: ignore[attr-defined]
        pieces = list(model.stream(ASKED))
        assert "Paris" in "".join(pieces)
        assert len(pieces) > 3

    def test_its_tokens_are_counted_by_its_own_tokenizer(self, answerer: Answerer) -> None:
        model = answerer.model  # type: ignore[attr-defined]
        assert model.count_tokens("green tea") == 2
        assert model.context_tokens == 2048
        assert not model.is_remote

    def test_it_is_loaded_once(self, answerer: Answerer) -> None:
        model = answerer.model  # type: ignore[attr-defined]
        assert model.load() is model.load()

    def test_what_is_too_long_is_a_sentence(self, answerer: Answerer) -> None:
        with pytest.raises(ModelFailed, match="perhaps as too long"):
            list(answerer.model.stream([("user", "tea " * 3000)]))  # type: ignore[attr-defined]


@pytest.mark.weights
def test_it_is_gone_when_nobody_has_it_any_more() -> None:
    model = make_chat_model(f"llamacpp:{weights()}?n_ctx=256&threads=1")
    address = urlsplit(model.load().openai_api_base)  # type: ignore[attr-defined]
    where = (address.hostname, address.port)
    socket.create_connection(where, timeout=60).close()
    del model
    gc.collect()
    with pytest.raises(OSError):
        socket.create_connection(where, timeout=60).close()


@pytest.mark.weights
def test_nobody_else_on_this_machine_can_ask_it() -> None:
    import httpx

    model = make_chat_model(f"llamacpp:{weights()}?n_ctx=256&threads=1")
    base = model.load().openai_api_base  # type: ignore[attr-defined]
    body: dict[str, Any] = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}
    with httpx.Client(trust_env=False, timeout=60) as client:
        assert client.post(f"{base}/chat/completions", json=body).status_code == 401


def write_lora(path: Path) -> None:
    """An adapter for SmolLM2's first layer, large enough to derail it."""
    import numpy as np
    from gguf import GGUFWriter

    writer = GGUFWriter(str(path), "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 64.0)
    random = np.random.default_rng(1)
    for name in ("blk.0.attn_q.weight", "blk.0.attn_output.weight"):
        writer.add_tensor(f"{name}.lora_a", random.standard_normal((4, 576)).astype(np.float32))
        writer.add_tensor(f"{name}.lora_b", random.standard_normal((576, 4)).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.mark.weights
def test_an_adapter_changes_what_is_said(tmp_path: Path) -> None:
    write_lora(tmp_path / "own.gguf")
    plain = f"llamacpp:{weights()}?n_ctx=256&threads=2&max_tokens=12"
    said = {
        options: "".join(make_chat_model(f"{plain}{options}").stream(ASKED))
        for options in ("", f"&lora={tmp_path / 'own.gguf'}&lora_scale=0", f"&lora={tmp_path / 'own.gguf'}")
    }
    without, switched_off, adapted = said.values()
    assert without == switched_off
    assert adapted != without


def test_how_much_it_reads_comes_from_the_file() -> None:
    assert context_length(weights()) == 8192
    assert make_chat_model(f"llamacpp:{weights()}").context_tokens == 8192


def head(*pairs: bytes) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(pairs)) + b"".join(pairs)


def pair(key: bytes, kind: int, value: bytes) -> bytes:
    return struct.pack("<Q", len(key)) + key + struct.pack("<I", kind) + value


def test_other_keys_of_the_head_are_skipped(tmp_path: Path) -> None:
    words = struct.pack("<IQ", 8, 2) + struct.pack("<Q", 3) + b"tea" + struct.pack("<Q", 5) + b"water"
    scores = struct.pack("<IQ", 6, 2) + struct.pack("<ff", 1, 2)
    name = struct.pack("<Q", 4) + b"tiny"
    (tmp_path / "a.gguf").write_bytes(
        head(
            pair(b"general.name", 8, name), pair(b"words", 9, words), pair(b"scores", 9, scores),
            pair(b"flag", 7, b"\1"), pair(b"llama.context_length", 4, struct.pack("<I", 777)),
        )
    )  # fmt: skip
    assert context_length(tmp_path / "a.gguf") == 777
    (tmp_path / "b.gguf").write_bytes(head(pair(b"flag", 7, b"\1")))
    assert context_length(tmp_path / "b.gguf") is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\3\4 a zip", "no GGUF file"),
        (b"GGUF" + struct.pack("<I", 1), "no GGUF file"),
        (b"GGUF\3", "is damaged"),
        (head(pair(b"key", 99, b"")), "is damaged"),
        (head(pair(b"key", 8, struct.pack("<Q", 1 << 60))), "is damaged"),
        (head(pair(b"key", 9, struct.pack("<IQ", 8, 1 << 60))), "is damaged"),
        (head(b"")[:-4], "is damaged"),
    ],
)
def test_a_file_that_is_no_model_is_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.gguf").write_bytes(content)
    with pytest.raises(ModelFailed, match=words):
        make_chat_model(f"llamacpp:{tmp_path / 'a.gguf'}?n_ctx=64").load()


@pytest.mark.weights
def test_a_file_with_a_head_alone_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_bytes(head(pair(b"llama.context_length", 4, struct.pack("<I", 777))))
    with pytest.raises(ModelFailed, match=r"llama\.cpp cannot load a\.gguf") as caught:
        make_chat_model(f"llamacpp:{tmp_path / 'a.gguf'}").load()
    assert "加载不了 a.gguf" in caught.value.zh


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("llamacpp:", "needs a file"),
        ("llamacpp:x.gguf?colour=red", "option colour of the chat model llamacpp:"),
        ("llamacpp:x.gguf?n_ctx=1", "from 64 up"),
        ("llamacpp:x.gguf?n_ctx=64.5", "must be a whole number"),
        ("llamacpp:x.gguf?temperature=hot", "temperature=hot"),
    ],
)
def test_a_wrong_spec_is_a_sentence(spec: str, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        make_chat_model(spec)


def test_a_file_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(ModelFailed, match=r"model file /nowhere/x\.gguf cannot be read"):
        make_chat_model("llamacpp:/nowhere/x.gguf").load()
