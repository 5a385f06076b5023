"""The spec string of a chat model, `kind:rest?option=value`, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

from docent.llm.errors import AnswerError
from docent.llm.models.chat_model import TIMEOUT

CONTEXT = 4096  # tokens; where neither the spec nor the model says
REPLY_TOKENS = 512


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What does not belong in a spec string. `timeout` is in seconds, of silence and not of the whole answer."""

    api_key: str = field(default="", repr=False)
    timeout: float = TIMEOUT


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """`options` are read with the methods, which raise AnswerError with a sentence."""

    kind: str
    rest: str
    options: Mapping[str, str]

    def allow(self, *known: str) -> None:
        """Raise for an option that is not among `known`."""
        unknown = sorted(set(self.options) - set(known))
        if unknown:
            names = f"there are {', '.join(known)}" if known else "it takes none"
            raise AnswerError(f"the option {unknown[0]} of the chat model {self.kind}: is unknown: {names}.")

    def only(self, *kept: str) -> ModelSpec:
        """The same without its other options."""
        return replace(self, options={key: value for key, value in self.options.items() if key in kept})

    def number(self, key: str, default: float, least: float = 0.0) -> float:
        """A number that is at least `least`."""
        text = self.options.get(key, str(default))
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not least <= number < float("inf"):
            raise AnswerError(f"{key}={text} in the chat setting must be a number from {least:g} up.")
        return number

    def whole(self, key: str, default: int, least: int = 1) -> int:
        """A whole number that is at least `least`."""
        number = self.number(key, default, least)
        if number != int(number):
            raise AnswerError(f"{key}={self.options[key]} in the chat setting must be a whole number.")
        return int(number)

    def flag(self, key: str) -> bool:
        """Whether it says 1, true or yes; False where it is left out."""
        text = self.options.get(key, "0").lower()
        if text not in _FLAGS:
            raise AnswerError(f"{key}={text} in the chat setting must be 1 or 0.")
        return _FLAGS[text]

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        """One of `known`, the first where it is left out."""
        text = self.options.get(key, known[0])
        if text not in known:
            raise AnswerError(f"{key}={text} in the chat setting must be one of {', '.join(known)}.")
        return text


_FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def parse_model(text: str) -> ModelSpec:
    """The part before the first colon is the kind; in values `+` or `%20` is a space."""
    kind, _, rest = text.partition(":")
    rest, _, query = rest.partition("?")
    return ModelSpec(kind, rest, dict(parse_qsl(query, keep_blank_values=True)))
