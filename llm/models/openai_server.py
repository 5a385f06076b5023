"""Chat models of any OpenAI-compatible server: `openai:<model>@<base url>`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from docent.llm.errors import AnswerError
from docent.llm.models.chat_model import ChatModel
from docent.llm.models.hosts import host_of, is_remote_host
from docent.llm.models.server_client import explain_server, http_cause, server_clients, server_failures
from docent.llm.models.spec import CONTEXT, REPLY_TOKENS, ModelOptions, ModelSpec
from docent.llm.models.why import Why
from docent.retrieval import Once

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OPENAI_URL = "https://api.openai.com/v1"


def openai_model(spec: ModelSpec, options: ModelOptions) -> ChatModel:
    """A model of a server; the address is OpenAI's own where none is given."""
    spec.allow("context", "max_tokens", "temperature")
    model, *url = re.split(r"@(?=https?://)", spec.rest, maxsplit=1)
    if not model or (not url and "@" in model):
        raise AnswerError("an openai: model needs a name, as in openai:qwen3@http://127.0.0.1:8000/v1.")
    return server_model(spec, options, model, url[0] if url else OPENAI_URL)


OLLAMA_URL = "http://127.0.0.1:11434"
OLLAMA_CLOUD = "ollama.com"


def ollama_model(spec: ModelSpec, options: ModelOptions) -> ChatModel:
    """A model of Ollama, through its OpenAI-compatible endpoint: no package of its own is needed.

    Ollama cuts what is longer than its own context without a word, hence the 4096 tokens it starts with. Models called
    `...-cloud` do not run where Ollama does (https://docs.ollama.com/cloud).
    """
    spec.allow("context", "max_tokens", "temperature")
    model, *url = re.split(r"@(?=https?://)", spec.rest, maxsplit=1)
    if not model or "@" in model:
        raise AnswerError("an ollama: model needs a name, as in ollama:qwen3:4b or ollama:qwen3@http://gpu-box:11434.")
    base = (url[0] if url else OLLAMA_URL).rstrip("/").removesuffix("/v1")
    made = server_model(spec, options, model, f"{base}/v1")

    def explain(error: Exception) -> Why:
        import httpx
        import openai

        if isinstance(error, openai.NotFoundError):
            return Why(
                f"did not answer: Ollama has no such model; `ollama pull {model}` fetches it",
                f"没有作答：Ollama 里没有这个模型，可用 `ollama pull {model}` 下载",
            )
        if isinstance(http_cause(error), httpx.ConnectError):
            return Why(
                f"cannot be reached: Ollama does not run at {made.host}; start it with `ollama serve`",
                f"连接不上：{made.host} 上没有运行 Ollama，请先执行 `ollama serve`",
            )
        return made.explain(error)

    if model.endswith(("-cloud", ":cloud")):
        return replace(made, explain=explain, is_remote=True, host=OLLAMA_CLOUD)
    return replace(made, explain=explain)


def server_model(spec: ModelSpec, options: ModelOptions, model: str, url: str) -> ChatModel:
    """The model called `model` at the server whose OpenAI-compatible endpoint is `url`."""
    host = host_of(url)
    if not host:
        raise AnswerError(f"the address of the chat model {model} names no host: write http://HOST:PORT/v1.")
    temperature = spec.number("temperature", 0.0)
    max_tokens = spec.whole("max_tokens", REPLY_TOKENS)

    def make() -> BaseChatModel:
        from langchain_openai import ChatOpenAI

        sync_client, async_client, timeout = server_clients(host, options.timeout)
        return ChatOpenAI(
            model=model,
            base_url=url,
            api_key=options.api_key or "none",  # type: ignore[arg-type]
            timeout=timeout,
            max_retries=0,  # the clients try again themselves, and never what was silent
            http_client=sync_client,
            http_async_client=async_client,
            temperature=temperature,
            max_tokens=max_tokens,  # type: ignore[call-arg]
        )

    return ChatModel(
        name=model,
        load=Once(make),
        failures=server_failures,
        context_tokens=spec.whole("context", CONTEXT),
        is_remote=is_remote_host(host),
        host=host,
        timeout=options.timeout,
        explain=lambda error: explain_server(error, model, host),
    )
