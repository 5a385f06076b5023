"""A transformers model as a LangChain chat model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

_ROLES = {"human": "user", "ai": "assistant", "system": "system"}


class HfChatModel(BaseChatModel):
    """`engine` is a docent.llm.models.hf_engine.HfEngine."""

    engine: Any

    @property
    def _llm_type(self) -> str:
        return "hf"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(chunk.text for chunk in self._stream(messages, stop, run_manager, **kwargs))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        told = [{"role": _ROLES.get(one.type, "user"), "content": one.text} for one in messages]
        text = ""
        for piece in self.engine.stream(told):
            text += piece
            if stop and any(one in text for one in stop):
                return
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
