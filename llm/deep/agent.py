"""How a chat model looks around: as an agent with tools, or, where it calls none, by simpler questions."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docent.llm.chat import ChatAnswerer
from docent.llm.compound.gathered import Gathered
from docent.llm.deep.shelf import Shelf
from docent.llm.deep.tools import LIST, Desk
from docent.llm.deep.words import WORDS, Words, shown
from docent.llm.errors import AnswerError
from docent.llm.extractive.evidence import numbers
from docent.llm.language import language_of
from docent.llm.models.silence import BrokeOff, Silence, unless_silent
from docent.llm.models.thoughts import RESTART
from docent.llm.prompts import Message, estimate
from docent.llm.types import Event, Step
from docent.retrieval import query_terms

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from docent.llm.models.chat_model import ChatModel

CONTEXT_SHARE = 0.7  # of the model's context, from which looking around ends: the next look would not fit
LOOK_SHARE = 8  # the part of the context, one in so many, that one look may give back
MOST_QUESTIONS = 4
LONGEST = 200  # characters of a simpler question
MIN_KNOWN = 0.4  # share of its terms that the question has; less is an answer or an invention
MOST_WRITTEN = 2000  # characters read of a model that should write a few lines
BARREN = 3  # rounds in a row that find nothing new


@dataclass(frozen=True, slots=True)
class DeepLimits:
    """What one deep question may take: calls of the model and of tools, tokens read and written, seconds.

    The model's own time-out of silence comes on top where it hangs at the end of the seconds.
    """

    steps: int = 8
    tokens: int = 30_000
    seconds: float = 120.0


@dataclass(slots=True)
class _Meter:
    """What has been used up. A model reads the whole conversation again at each call."""

    limits: DeepLimits
    context: int
    started: float = field(default_factory=time.monotonic)
    size: int = 0
    used: int = 0

    def take(self, message: BaseMessage) -> None:
        self.size += estimate(f"{message.text}{getattr(message, 'tool_calls', '')}")
        if message.type == "ai":
            self.used += self.size

    def is_late(self) -> bool:
        return time.monotonic() - self.started > self.limits.seconds

    def is_spent(self) -> bool:
        return self.is_late() or self.used + self.size > self.limits.tokens or self.size > CONTEXT_SHARE * self.context


def look_around(
    query: str, shelf: Shelf, chat: ChatModel, limits: DeepLimits, gathered: Gathered
) -> Generator[Event, None, bool]:
    """Steps while an agent calls tools; the passages are in `gathered`. Gives whether it called any.

    Raises ModelFailed when the model is down before it has found anything.
    """
    from langchain.agents import create_agent
    from langchain.agents.middleware import ModelCallLimitMiddleware, ToolCallLimitMiddleware

    words = WORDS[language_of(query)]
    meter = _Meter(limits, chat.context_tokens)
    desk = Desk(shelf, gathered, words, max(200, chat.context_tokens // LOOK_SHARE))
    middleware: list[Any] = [
        ModelCallLimitMiddleware(run_limit=limits.steps, exit_behavior="end"),
        ToolCallLimitMiddleware(run_limit=limits.steps, exit_behavior="continue"),
    ]
    agent: Any = create_agent(chat.load(), desk.tools(), system_prompt=words.system, middleware=middleware)

    def start() -> Iterator[tuple[str, Any]]:
        # Messages come beside updates so that the model streams: a slow one is not taken for a silent one.
        run: Iterator[tuple[str, Any]] = agent.stream(
            {"messages": [("user", f"{words.ask}{query}")]},
            {"recursion_limit": 8 * limits.steps + 8},
            stream_mode=["messages", "updates"],
        )
        return run

    meter.size = estimate(words.system + query)
    failures: tuple[type[Exception], ...] = (NotImplementedError, AnswerError, *chat.failures())
    gave_up: tuple[type[Exception], ...] = (Silence, BrokeOff, *failures)
    has_called = False
    try:
        with closing(unless_silent(start, chat.timeout, failures)) as run:
            for event in _watched(run, meter, desk):
                has_called = True
                yield event
    except NotImplementedError:  # what LangChain's models raise that know no tools
        return False
    except gave_up as error:
        failed = error if isinstance(error, AnswerError) else chat.failed(error)
        is_there = getattr(error, "status_code", None) is not None  # a server that takes no tools answers with a status
        if not has_called and not is_there:
            raise failed from error
    return has_called


def _watched(run: Iterator[Any], meter: _Meter, desk: Desk) -> Iterator[Event]:
    """A step for each call, until the agent is done or a limit is reached."""
    calls = waiting = barren = told = 0
    for mode, update in run:
        if mode == "messages":
            if meter.is_late():
                return
            continue
        for message in _messages(update):
            meter.take(message)
            asked = getattr(message, "tool_calls", ())
            for call in asked[: max(0, meter.limits.steps - calls)]:
                yield Step(_step(call, desk.words))
            calls += len(asked)
            waiting += len(asked)
            if message.type != "tool":
                continue
            waiting -= 1
            if waiting == 0:  # all that the model asked for at once has been told
                barren = 0 if desk.told > told or message.name == LIST else barren + 1
                told = desk.told
        if calls and not waiting and (barren == BARREN or meter.is_spent()):
            yield Step(desk.words.limit)
            return


def _messages(update: dict[str, Any]) -> list[BaseMessage]:
    """What the model and the tools have said; limits say theirs as a message of the model, which is none."""
    found = [(key, one) for key, said in update.items() for one in (said or {}).get("messages", ())]
    return [one for key, one in found if key == "model" or one.type == "tool"]


def _step(call: dict[str, Any], words: Words) -> str:
    arguments = call.get("args") or {}
    document = shown(arguments.get("document", ""))
    match call["name"]:
        case "open_page":
            return words.open.format(document, shown(arguments.get("page", "")))
        case _ if call["name"] == LIST:
            return words.list
        case _ if document:
            return words.search_in.format(shown(arguments.get("query", "")), document)
        case _:
            return words.search.format(shown(arguments.get("query", "")))


def simpler_questions(query: str, answerer: ChatAnswerer) -> tuple[str, ...]:
    """The questions that a model takes a question apart into, as far as they are faithful to it. Raises ModelFailed.

    It sees the question alone and no document, so no document can have a say in what is searched.
    """
    words = WORDS[language_of(query)]
    text = ""
    for piece in answerer.pieces([Message("system", words.decompose), Message("user", f"{words.ask}{query}")]):
        text += piece
        if len(text) > MOST_WRITTEN:
            break
    lines = [_LEAD.sub("", line).strip() for line in text.split(RESTART)[-1].splitlines()]
    return tuple(dict.fromkeys(line for line in lines if _is_faithful(line, query)))[:MOST_QUESTIONS]


_LEAD = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)、：:）]|(?:子?问题|question)\s*\d*\s*[:：])\s*", re.IGNORECASE)


def _is_faithful(line: str, query: str) -> bool:
    wanted = query_terms(line)
    if not wanted or len(line) > LONGEST or language_of(line) != language_of(query) or numbers(line) - numbers(query):
        return False
    known = set(query_terms(query))
    return sum(one in known for one in wanted) / len(wanted) >= MIN_KNOWN
