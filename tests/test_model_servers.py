"""Chat models behind a server: a real llama.cpp, and servers that fail in every way they can."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from contracts.chat import AnswererContract

from docent.llm import (
    Answerer,
    AnswerError,
    ModelFailed,
    ModelOptions,
    answer_events,
    fold_events,
    make_answerer,
    make_chat_model,
)
from docent.llm.models.hosts import is_loopback, is_remote_host
from docent.llm.models.server_client import server_clients
from docent.retrieval import SearchResult

HITS = AnswererContract.hits
ASKED = [("user", "What is the capital of France?")]
KEY = "sk-very-secret"


class Backend:
    """Gives `statuses` one after the other, then streams `pieces`; without `is_whole` it closes in the middle."""

    def __init__(self) -> None:
        self.statuses: list[tuple[int, dict[str, str]]] = []
        self.pieces = ["It is ", "Paris."]
        self.is_whole = True
        self.body = ""
        self.pause = threading.Event()
        self.is_slow = False
        self.requests: list[tuple[str, str | None, dict[str, Any]]] = []
        self.url = ""


def _chunk(text: str) -> bytes:
    delta = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]}
    whole = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", **delta}
    return f"data: {json.dumps(whole)}\n\n".encode()


@pytest.fixture
def backend() -> Iterator[Backend]:
    found = Backend()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            found.requests.append((self.path, self.headers.get("authorization"), body))
            status, headers = found.statuses.pop(0) if found.statuses else (200, {})
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            if status != 200 or found.body:
                data = found.body.encode() or json.dumps({"error": {"message": f"no: {KEY}"}}).encode()
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                return
            self.send_header("content-type", "text/event-stream")
            if not found.is_whole:
                self.send_header("content-length", "100000")
            self.end_headers()
            for piece in found.pieces:
                self.wfile.write(_chunk(piece))
                self.wfile.flush()
                if found.is_slow:
                    found.pause.wait(60)
            if found.is_whole:
                self.wfile.write(b"data: [DONE]\n\n")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield found
    found.pause.set()
    server.shutdown()
    thread.join()
    server.server_close()


def said(backend: Backend, timeout: float = 60.0) -> str:
    return "".join(make_chat_model(f"openai:m@{backend.url}", ModelOptions(KEY, timeout)).stream(ASKED))


def test_it_streams_with_the_key_in_one_header(backend: Backend) -> None:
    assert said(backend) == "It is Paris."
    path, key, body = backend.requests[0]
    assert (path, key) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert (body["model"], body["stream"], body["temperature"]) == ("m", True, 0.0)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_may_pass_is_tried_once_more(backend: Backend, status: int) -> None:
    backend.statuses = [(status, {"retry-after": "0"})]
    assert said(backend) == "It is Paris."
    assert len(backend.requests) == 2


def test_it_is_not_tried_for_ever(backend: Backend) -> None:
    backend.statuses = [(503, {"retry-after": "0"})] * 5
    with pytest.raises(ModelFailed, match="status 503"):
        said(backend)
    assert len(backend.requests) == 2


@pytest.mark.parametrize("later", ["3600", formatdate(4_000_000_000, usegmt=True)])
def test_a_server_that_asks_for_an_hour_is_not_waited_for(backend: Backend, later: str) -> None:
    backend.statuses = [(429, {"retry-after": later})]
    with pytest.raises(ModelFailed, match="too much was asked"):
        said(backend)
    assert len(backend.requests) == 1


@pytest.mark.parametrize(
    ("status", "en", "zh"),
    [
        (400, "perhaps as too long", "可能是内容过长"),
        (401, "set DOCENT_CHAT_API_KEY", "需要密钥"),
        (403, "check the key", "请检查密钥"),
        (404, "knows no model m", "没有模型 m"),
        (422, "gave status 422", "返回状态码 422"),
        (307, "broke off|status 307", "307|中途"),
    ],
)
def test_a_refusal_is_a_sentence_and_is_not_tried_again(backend: Backend, status: int, en: str, zh: str) -> None:
    backend.statuses = [(status, {"location": "http://192.0.2.1/v1"} if status == 307 else {})]
    with pytest.raises(ModelFailed, match=en) as caught:
        said(backend)
    assert KEY not in str(caught.value)
    assert any(one in caught.value.zh for one in zh.split("|"))
    assert len(backend.requests) == 1


@pytest.mark.parametrize("body", ["<html>hello</html>", '{"choices": 7}', "data: {broken\n\n"])
def test_what_is_no_chat_server_is_a_sentence_or_says_nothing(backend: Backend, body: str) -> None:
    backend.body = body
    answerer = make_answerer(f"openai:m@{backend.url}")
    answer = fold_events(answer_events("How hot is green tea?", lambda _: SearchResult(tuple(HITS)), answerer))
    assert answer.refused or answer.notice


def test_a_stream_that_breaks_off_becomes_quoted_sentences(backend: Backend) -> None:
    backend.is_whole = False
    answerer = make_answerer(f"openai:m@{backend.url}")
    answer = fold_events(answer_events("How hot is green tea?", lambda _: SearchResult(tuple(HITS)), answerer))
    assert answer.model == "extractive"
    assert answer.notice.startswith("The model m broke off: 127.0.0.1 closed the connection. Here are")
    assert answer.citations


def test_a_stream_that_falls_silent_is_given_up(backend: Backend) -> None:
    backend.is_slow = True
    with pytest.raises(ModelFailed, match=r"was silent for 0\.5 s, and was given up") as caught:
        said(backend, timeout=0.5)
    assert "0.5 秒没有回应" in caught.value.zh


def test_nobody_there_is_a_sentence_without_name_and_password() -> None:
    with pytest.raises(ModelFailed, match=r"no server answers at 127\.0\.0\.1") as caught:
        list(make_chat_model("openai:m@http://me:hidden@127.0.0.1:9/v1").stream(ASKED))
    assert "hidden" not in str(caught.value) + caught.value.zh


def test_the_reader_is_told_why_in_the_language_of_the_question() -> None:
    answerer = make_answerer("openai:m@http://127.0.0.1:9/v1")
    answer = fold_events(answer_events("tea 的水温是多少度 (degrees)？", lambda _: SearchResult(tuple(HITS)), answerer))
    assert answer.notice.startswith("模型 m 连接不上：127.0.0.1 的这个端口没有服务在应答")
    assert answer.notice.endswith("以下改为直接引用文档原句。")


def test_proxies_come_from_the_environment_but_never_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    for host, has_proxy in (("127.0.0.1", False), ("localhost", False), ("[::1]", False), ("models.example", True)):
        for client in server_clients(host.strip("[]"), 5.0)[:2]:
            transport = client._transport_for_url(httpx.URL(f"http://{host}/v1"))
            assert (transport is not client._transport) is has_proxy


def test_this_machine_is_asked_past_a_proxy(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert said(backend) == "It is Paris."


@pytest.mark.parametrize(
    ("host", "remote"),
    [
        ("127.0.0.1", False), ("::1", False), ("localhost", False), ("0.0.0.0", False), ("192.168.1.9", False),
        ("10.0.0.7", False), ("172.20.0.3", False), ("fd00::7", False), ("169.254.3.3", False), ("vllm", False),
        ("gpu.local", False), ("host.docker.internal", False), ("box.lan", False), ("LOCALHOST.", False),
        ("api.openai.com", True), ("8.8.8.8", True), ("2606:4700::1111", True), ("localhost.evil.example", True),
        ("127.0.0.1.nip.io", True), ("172.32.0.1", True),
    ],
)  # fmt: skip
def test_remote_is_what_is_neither_here_nor_on_the_own_network(host: str, remote: bool) -> None:
    assert is_remote_host(host) is remote
    assert not (is_loopback(host) and remote)


@pytest.mark.parametrize(
    ("spec", "host"),
    [
        ("openai:gpt-5", "api.openai.com"),
        ("openai:deepseek-chat@https://api.deepseek.com/v1", "api.deepseek.com"),
        ("openai:m@http://me:hidden@models.example:8000/v1", "models.example"),
        ("openai:m@http://127.0.0.1:8000/v1", ""),
        ("ollama:qwen3:4b", ""),
        ("ollama:qwen3:4b@http://192.168.0.4:11434", ""),
        ("ollama:qwen3@https://ollama.example", "ollama.example"),
        ("ollama:gpt-oss:120b-cloud", "ollama.com"),
        ("langchain:anthropic:claude-x", "anthropic"),
        ("anthropic:claude-x", "anthropic"),
        ("langchain:ollama:qwen3", ""),
        ("langchain:ollama:qwen3@http://models.example:11434", "models.example"),
        ("echo:", ""),
    ],
)
def test_where_passages_go_is_known_before_anything_is_asked(spec: str, host: str) -> None:
    model = make_chat_model(spec)
    assert model.is_remote is bool(host)
    assert host in ("", model.host)


@pytest.mark.weights
class TestOllama(AnswererContract):
    """Through the endpoint that Ollama and llama.cpp have alike."""

    @pytest.fixture
    def answerer(self, model_url: str) -> Answerer:
        return make_answerer(f"ollama:smollm2@{model_url.removesuffix('/v1')}?context=2048&max_tokens=40")


def test_ollama_that_does_not_run_is_a_sentence() -> None:
    with pytest.raises(ModelFailed, match="start it with `ollama serve`"):
        list(make_chat_model("ollama:qwen3@http://127.0.0.1:9").stream(ASKED))


def test_a_model_that_ollama_lacks_is_a_sentence(backend: Backend) -> None:
    backend.statuses = [(404, {})]
    with pytest.raises(ModelFailed, match="`ollama pull qwen3:4b` fetches it"):
        list(make_chat_model(f"ollama:qwen3:4b@{backend.url}").stream(ASKED))


@pytest.mark.weights
@pytest.mark.parametrize("kind", ["openai", "langchain:openai"])
def test_a_real_server_really_generates(model_url: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    model = make_chat_model(f"{kind}:smollm2@{model_url}?max_tokens=40&temperature=0")
    pieces = list(model.stream(ASKED))
    assert "Paris" in "".join(pieces)
    assert len(pieces) > 3


def test_langchain_names_the_package_that_is_missing() -> None:
    with pytest.raises(ModelFailed, match="run pip install langchain-anthropic") as caught:
        make_chat_model("anthropic:claude-x").load()
    assert "pip install langchain-anthropic" in caught.value.zh


def test_langchain_names_what_is_not_set() -> None:
    with pytest.raises(ModelFailed, match="of openai cannot be set up"):
        make_chat_model("langchain:openai:gpt-x").load()
    with pytest.raises(ModelFailed, match="of nobody cannot be set up"):
        make_chat_model("langchain:nobody:x").load()


def test_the_providers_we_know_are_langchains_own() -> None:
    from langchain.chat_models import base

    from docent.llm.models.langchain_models import PROVIDERS

    assert set(base._BUILTIN_PROVIDERS) > PROVIDERS


@pytest.mark.parametrize("spec", ["openai:m@http:///v1", "ollama:", "ollama:@http://x", "langchain:", "langchain:x"])
def test_a_wrong_spec_is_a_sentence(spec: str) -> None:
    with pytest.raises(AnswerError, match=r"\.$|v1"):
        make_chat_model(spec)


def test_a_model_that_raises_what_nobody_announced_is_given_up(capfd: pytest.CaptureFixture[str]) -> None:
    from docent.llm.models.silence import BrokeOff, unless_silent

    def start() -> Iterator[str]:
        yield "a"
        raise ZeroDivisionError

    thread_errors: list[str] = []
    was, threading.excepthook = threading.excepthook, lambda args: thread_errors.append(args.exc_type.__name__)
    try:
        pieces = unless_silent(start, 60, ())
        assert next(pieces) == "a"
        with pytest.raises(BrokeOff, match="ZeroDivisionError"):
            next(pieces)
    finally:
        threading.excepthook = was
    assert thread_errors == ["ZeroDivisionError"]


def test_a_port_that_is_no_http_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            one, _ = server.accept()
            one.recv(65536)
            one.sendall(b"SSH-2.0-OpenSSH\r\n")
            one.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ModelFailed, match=r"the model m .*\.$"):
            list(make_chat_model(f"openai:m@http://127.0.0.1:{server.getsockname()[1]}/v1").stream(ASKED))
        thread.join()
