"""Chat models of any OpenAI-compatible server: `openai:<model>@<base url>`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docent.llm.chat_model import ChatModel
from docent.llm.errors import AnswerError
from docent.llm.hosts import host_of, is_remote_host
from docent.llm.model_spec import CONTEXT, REPLY_TOKENS, ModelOptions, ModelSpec
from docent.llm.server_client import explain_server, server_clients, server_failures
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
