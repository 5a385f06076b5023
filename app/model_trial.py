"""A try of a chat model: one small question about a passage of our own, so that nobody's documents are sent."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docent.llm import ChatModel

PASSAGE = "Green tea is brewed with water of 80 degrees, for two minutes. 绿茶用 80 度的水冲泡两分钟。"
QUESTION = "How hot is the water for green tea?"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one small question. Times are in seconds; `reason` says why nothing came, `reason_zh` in Chinese."""

    answer: str = ""
    load_seconds: float = 0.0
    first_token_seconds: float = 0.0
    tokens_per_second: float = 0.0
    reason: str = ""
    reason_zh: str = ""


def try_model(model: ChatModel) -> Trial:
    """Load it, and ask it one small question about one passage."""
    from docent.llm import ModelFailed

    started = time.perf_counter()
    try:
        model.load()
        loaded = asked = time.perf_counter()
        first = 0.0
        pieces = []
        for piece in model.stream([("user", f"{PASSAGE}\n\n{QUESTION}")]):
            first = first or (time.perf_counter() if piece.strip() else 0.0)
            pieces.append(piece)
    except ModelFailed as error:
        return Trial(reason=str(error), reason_zh=error.zh)
    ended = time.perf_counter()
    text = "".join(pieces)
    if not text.strip():
        return Trial(reason=f"the model {model.name} answered with nothing: it may want another ?max_tokens=.")
    tokens = model.count_tokens(text) if model.count_tokens else sum(map(bool, pieces))
    speed = (tokens - 1) / (ended - first) if ended > first else 0.0
    return Trial(text, loaded - started, first - asked, max(0.0, speed))
