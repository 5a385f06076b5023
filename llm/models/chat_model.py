"""The seam of chat models: how one is loaded, how much it reads, where it runs, and how its failures are told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docent.llm.errors import AnswerError, ModelFailed
from docent.llm.models.silence import BrokeOff, Silence, unless_silent
from docent.llm.models.why import Why, type_name

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

TIMEOUT = 60.0  # seconds of silence

log = logging.getLogger(__name__)


def no_failures() -> tuple[type[Exception], ...]:
    """For models that cannot fail."""
    return ()


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A chat model by spec; nothing is loaded or connected before `load`, which gives the same one each time.

    `failures` are the client's own exceptions, `explain` says what one of them means. `context_tokens` is how much it
    reads and writes together, `count_tokens` its own tokenizer where it can be asked. `is_remote`: passages leave this
    machine and its network, for `host`. `timeout` is in seconds of silence.
    """

    name: str
    load: Callable[[], BaseChatModel]
    failures: Callable[[], tuple[type[Exception], ...]] = no_failures
    context_tokens: int = 4096
    count_tokens: Callable[[str], int] | None = None
    is_remote: bool = False
    host: str = ""
    timeout: float = TIMEOUT
    explain: Callable[[Exception], Why] = type_name

    def stream(self, messages: Sequence[tuple[str, str]]) -> Iterator[str]:
        """What the model says to these (role, text) pairs, piece by piece. Raises ModelFailed, also in the middle.

        Roles are system, user and assistant. Loading does not count as silence: it may take minutes.
        """
        model = self.load()

        def start() -> Iterator[str]:
            return (chunk.text for chunk in model.stream(list(messages)))

        expected: tuple[type[Exception], ...] = (AnswerError, *self.failures())
        caught: tuple[type[Exception], ...] = (Silence, BrokeOff, *expected)
        try:
            yield from unless_silent(start, self.timeout, expected)
        except AnswerError:
            raise
        except caught as error:
            raise self.failed(error) from error

    def failed(self, error: Exception) -> ModelFailed:
        """What went wrong, as a sentence for the reader."""
        if isinstance(error, Silence):
            seconds = f"{error.seconds:g}"
            why = Why(f"was silent for {seconds} s, and was given up", f"已 {seconds} 秒没有回应，不再等待")
        elif isinstance(error, BrokeOff):
            why = Why(f"broke off ({error.name})", f"中途出错（{error.name}）")
        else:
            why = self.explain(error)
        log.warning("%s %s", self.name, why.en)
        return ModelFailed(f"the model {self.name} {why.en}.", f"模型 {self.name} {why.zh}。")
