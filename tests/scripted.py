"""A chat model that calls tools as a script says, for tests of agents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import Field

Reply = Callable[[list[BaseMessage]], AIMessage]


def call(name: str, **arguments: Any) -> dict[str, Any]:
    """A call of a tool."""
    return {"name": name, "args": arguments, "id": f"{name}-{len(str(arguments))}", "type": "tool_call"}


class ScriptedModel(BaseChatModel):
    """Says what `reply` makes of the messages. `heard` keeps the messages of each call."""

    reply: Reply
    knows_tools: bool = True
    heard: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Runnable[Any, AIMessage]:
        if not self.knows_tools:
            raise NotImplementedError
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self.heard.append(list(messages))
        return ChatResult(generations=[ChatGeneration(message=self.reply(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        self.heard.append(list(messages))
        said = self.reply(messages)
        chunks = [
            tool_call_chunk(name=one["name"], args=json.dumps(one["args"]), id=one["id"], index=place)
            for place, one in enumerate(said.tool_calls)
        ]
        yield ChatGenerationChunk(message=AIMessageChunk(content=said.content, tool_call_chunks=chunks))


def in_turn(*said: str | dict[str, Any] | Sequence[dict[str, Any]]) -> Reply:
    """One after the other: a text, a call, or several calls at once; the last one again and again."""
    left = list(said)

    def reply(_: list[BaseMessage]) -> AIMessage:
        one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(one, str):
            return AIMessage(one)
        return AIMessage("", tool_calls=[one] if isinstance(one, dict) else list(one))

    return reply
