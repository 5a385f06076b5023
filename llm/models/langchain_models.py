"""Chat models of LangChain's integrations: `langchain:<provider>:<model>`, or `<provider>:<model>` for a known one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docent.llm.errors import AnswerError, ModelFailed
from docent.llm.models.chat_model import ChatModel
from docent.llm.models.hosts import host_of, is_remote_host
from docent.llm.models.spec import CONTEXT, ModelOptions, ModelSpec
from docent.retrieval import Once

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# What langchain.chat_models.init_chat_model knows in 1.4, without `openai` and `ollama`, which are kinds of our own.
# Importing it to ask takes a second; any other provider goes by `langchain:`.
PROVIDERS = frozenset({
    "anthropic", "anthropic_bedrock", "azure_ai", "azure_openai", "baseten", "bedrock", "bedrock_converse", "cohere",
    "deepseek", "fireworks", "google_anthropic_vertex", "google_genai", "google_vertexai", "groq", "huggingface", "ibm",
    "litellm", "mistralai", "nvidia", "openrouter", "perplexity", "together", "upstage", "xai",
})  # fmt: skip
LOCAL = {"ollama": "127.0.0.1", "huggingface": ""}  # these run here unless an address says otherwise


def langchain_model(spec: ModelSpec, options: ModelOptions) -> ChatModel:
    """A model of any installed integration package, which reads its own key from the environment.

    DOCENT_CHAT_API_KEY is not given to it: it may be another provider's.
    """
    spec.allow("context", "max_tokens", "temperature")
    provider, _, rest = spec.rest.partition(":")
    model, *url = re.split(r"@(?=https?://)", rest, maxsplit=1)
    if not provider or not model:
        raise AnswerError(
            "a langchain: model needs a provider and a name, as in langchain:anthropic:claude-sonnet-4-5."
        )
    host = host_of(url[0]) if url else LOCAL.get(provider, provider)
    told: dict[str, Any] = {"base_url": url[0]} if url else {}
    if "max_tokens" in spec.options:
        told["max_tokens"] = spec.whole("max_tokens", 1)
    if "temperature" in spec.options:
        told["temperature"] = spec.number("temperature", 0.0)

    def load() -> BaseChatModel:
        return _load(provider, model, told)

    return ChatModel(
        name=model,
        load=Once(load),
        context_tokens=spec.whole("context", CONTEXT),
        is_remote=is_remote_host(host) if url or provider in LOCAL else True,
        host=host,
        timeout=options.timeout,
    )


def _load(provider: str, model: str, told: dict[str, Any]) -> BaseChatModel:
    import openai
    from langchain.chat_models import init_chat_model

    try:
        made: BaseChatModel = init_chat_model(model, model_provider=provider, **told)
    except ImportError as error:
        package = re.search(r"pip install ([\w-]+)", str(error))
        name = package[1] if package else f"langchain-{provider}"
        raise ModelFailed(
            f"the chat model {model} needs the package {name}: run pip install {name}.",
            f"聊天模型 {model} 需要软件包 {name}：请运行 pip install {name}。",
        ) from error
    except (ValueError, TypeError, RuntimeError, openai.OpenAIError) as error:  # no key, no such provider
        line = str(error).strip().partition("\n")[0][:160].rstrip(".")
        raise ModelFailed(
            f"the chat model {model} of {provider} cannot be set up ({line}).",
            f"{provider} 的聊天模型 {model} 无法使用（{line}）。",
        ) from error
    return made
