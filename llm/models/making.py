"""From a spec string, `kind:rest?option=value`, to a chat model and to what answers with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from docent.llm.answerer import Answerer
from docent.llm.chat import ChatAnswerer, Manner
from docent.llm.errors import AnswerError
from docent.llm.extractive.answering import ExtractiveAnswerer
from docent.llm.models.chat_model import ChatModel
from docent.llm.models.hf import hf_model
from docent.llm.models.langchain_models import PROVIDERS, langchain_model
from docent.llm.models.llamacpp import llamacpp_model
from docent.llm.models.openai_server import ollama_model, openai_model
from docent.llm.models.spec import CONTEXT, ModelOptions, ModelSpec, parse_model
from docent.retrieval import Once

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EXTRACTIVE = "extractive"


def make_answerer(spec: str, options: ModelOptions | None = None, manner: Manner | None = None) -> Answerer:
    """The answerer of a spec string; nothing is loaded or connected yet. Raises AnswerError for an unknown one."""
    return ExtractiveAnswerer() if spec == EXTRACTIVE else ChatAnswerer(make_chat_model(spec, options), manner)


def make_chat_model(spec: str, options: ModelOptions | None = None) -> ChatModel:
    """The chat model of a spec string; nothing is loaded or connected yet. Raises AnswerError for an unknown one."""
    parsed = parse_model(spec)
    if parsed.kind in PROVIDERS:
        parsed = replace(parsed, kind="langchain", rest=f"{parsed.kind}:{parsed.rest}")
    factory = CHAT_MODELS.get(parsed.kind)
    if factory is None:
        known = ", ".join([EXTRACTIVE, *(f"{one}:" for one in sorted(CHAT_MODELS) if one != "echo")])  # for tests
        raise AnswerError(f"the chat model {spec!r} is unknown: it must be or begin with one of {known}.")
    return factory(parsed, options or ModelOptions())


def _echo(spec: ModelSpec, options: ModelOptions) -> ChatModel:
    spec.allow("context")

    def make() -> BaseChatModel:
        from docent.llm.models.echo import EchoChatModel

        return EchoChatModel(reply=spec.rest)

    return ChatModel("echo", Once(make), context_tokens=spec.whole("context", CONTEXT), timeout=options.timeout)


CHAT_MODELS: dict[str, Callable[[ModelSpec, ModelOptions], ChatModel]] = {
    "openai": openai_model,
    "ollama": ollama_model,
    "llamacpp": llamacpp_model,
    "hf": hf_model,
    "langchain": langchain_model,
    "echo": _echo,
}
