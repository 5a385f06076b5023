"""The fake chat model, `echo:`: says the first passage back, or whatever stands after the colon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

_PASSAGE = re.compile(r"<passage \w+>\n(.*?)\n</passage", re.DOTALL)


class EchoChatModel(BaseChatModel):
    """For tests and dry runs: deterministic, streams word by word."""

    reply: str = ""

    @property
    def _llm_type(self) -> str:
        return "echo"

    def _text(self, messages: list[BaseMessage]) -> str:
        if self.reply:
            return self.reply
        found = _PASSAGE.search(str(messages[-1].content))
        if found is None:
            return str(messages[-1].content)
        return f"{found[1].splitlines()[0]} [1]"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self._text(messages)))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for word in re.findall(r"\s*\S+", self._text(messages)):
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))
