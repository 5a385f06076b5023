"""From a spec string, `kind:rest?option=value`, to an answerer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from docent.llm.answerer import Answerer
from docent.llm.chat import ChatAnswerer
from docent.llm.errors import AnswerError
from docent.llm.extractive import ExtractiveAnswerer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CONNECT_SECONDS = 5.0
OPTIONS = ("context", "max_tokens", "temperature")


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What does not belong in a spec string. `timeout` is in seconds, of silence and not of the whole answer."""

    api_key: str = ""
    timeout: float = 60.0

    def __repr__(self) -> str:
        return f"ModelOptions(api_key={'***' if self.api_key else ''!r}, timeout={self.timeout})"


@dataclass(frozen=True, slots=True)
class _Spec:
    kind: str
    rest: str
    options: dict[str, str]

    def number(self, key: str, default: float) -> float:
        try:
            return float(self.options.get(key, default))
        except ValueError as error:
            raise AnswerError(f"{key}={self.options[key]} in the chat setting is not a number.") from error


def make_answerer(spec: str, options: ModelOptions | None = None) -> Answerer:
    """The answerer of a spec string; nothing is loaded or connected yet. Raises AnswerError for an unknown one."""
    if spec == "extractive":
        return ExtractiveAnswerer()
    parsed = _parse(spec)
    factory = CHAT_MODELS.get(parsed.kind)
    if factory is None:
        known = ", ".join(["extractive", *(f"{one}:" for one in sorted(CHAT_MODELS))])
        raise AnswerError(f"the chat model {spec!r} is unknown: it must be or begin with one of {known}.")
    return factory(parsed, options or ModelOptions())


def _parse(spec: str) -> _Spec:
    kind, _, rest = spec.partition(":")
    rest, _, query = rest.partition("?")
    options = dict(parse_qsl(query))
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise AnswerError(f"the option {unknown[0]} of the chat model is unknown: there are {', '.join(OPTIONS)}.")
    return _Spec(kind, rest, options)


def _openai(spec: _Spec, options: ModelOptions) -> Answerer:
    model, _, base_url = spec.rest.partition("@")
    if not model:
        raise AnswerError("an openai: model needs a name, as in openai:qwen3@http://127.0.0.1:8000/v1.")

    def make() -> BaseChatModel:
        import httpx
        from langchain_openai import ChatOpenAI

        return ChatOpenAI(
            model=model,
            base_url=base_url or None,
            api_key=options.api_key or "none",  # type: ignore[arg-type]
            timeout=httpx.Timeout(options.timeout, connect=CONNECT_SECONDS),
            max_retries=1,
            temperature=spec.number("temperature", 0.0),
            max_tokens=int(spec.number("max_tokens", 512)),  # type: ignore[call-arg]
        )

    def failures() -> tuple[type[Exception], ...]:
        import httpx
        import openai

        return openai.OpenAIError, httpx.HTTPError

    return ChatAnswerer(model, make, failures, int(spec.number("context", 4096)))


def _echo(spec: _Spec, _: ModelOptions) -> Answerer:
    def make() -> BaseChatModel:
        from docent.llm.echo import EchoChatModel

        return EchoChatModel(reply=spec.rest)

    return ChatAnswerer("echo", make, lambda: (), int(spec.number("context", 4096)))


CHAT_MODELS: dict[str, Callable[[_Spec, ModelOptions], Answerer]] = {"openai": _openai, "echo": _echo}
