"""What a chat model is told. Passages are data between fences, never instructions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from docent.ingest import visible
from docent.llm.language import Language, language_of
from docent.llm.markers import MARKER
from docent.llm.templates import NOT_FOUND, Templates, fill
from docent.llm.types import Turn
from docent.retrieval import Hit

REPLY_TOKENS = 512  # kept free for the answer, in a small context a quarter of it
HISTORY_SHARE = 0.2  # of the context; evidence comes first
MESSAGE_TOKENS = 8  # what a chat template puts around a message
LEAST = 200  # characters of a passage that is cut to fit
MAX_PLACE = 200  # characters of a document's name and of its headings
SEAL = 6  # hexadecimal digits in a fence, by which no text can close its own even if it were not defused
_FENCE = re.compile(
    r"[<\uff1c\u2039\u3008\ufe64]\s*/?\s*passage\b[^>\uff1e\u203a\u3009\ufe65\n]{0,60}[>\uff1e\u203a\u3009\ufe65]?",
    re.IGNORECASE,
)
# Tokens that chat templates use for turns; a tokenizer would take them for its own.
_TURN = re.compile(
    r"<(?=[|\uff5c/]|s>|bos>|eos>|pad>|start_of_turn>|end_of_turn>|think)|\[(?=/?(?:INST|SYSTEM|AVAILABLE_TOOLS|TOOL_)[^\]]*\])"
    r"|<(?=<SYS>>|</SYS>>|/?tool_|function)",
    re.IGNORECASE,
)
Count = Callable[[str], int]
"""Tokens of a text."""

_REWRITE: dict[Language, str] = {
    "en": (
        "You get the questions of a conversation, oldest first, and a last one that may lean on them.\n"
        "Write the last one out so that it can be understood alone: put in the names, years and terms it leaves out.\n"
        "- Use only what the questions say. Do not answer. Keep the language.\n"
        "- If it can be understood alone already, repeat it unchanged.\n"
        "Reply with one question and nothing else."
    ),
    "zh": (
        "下面先给出一段对话中的历次提问，再给出最后一个可能依赖上文的提问。\n"
        "请把最后一个提问改写成不看上文也能看懂的完整问题，补上其中省略的名称、年份和词语。\n"
        "- 只使用这些提问里出现的内容，不要回答，不要改变语言。\n"
        "- 如果它本身已经完整，就原样重复。\n"
        "只回复一个问题，不要任何其他内容。"
    ),
}
_EARLIER: dict[Language, str] = {"en": "Earlier questions:", "zh": "之前的提问："}
_LAST: dict[Language, str] = {"en": "Last question: ", "zh": "最后的提问："}
REWRITE_FROM = 4  # earlier questions


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat; role is system, user or assistant."""

    role: str
    content: str


def estimate(text: str) -> int:
    """Tokens of a text for any tokenizer, on the safe side: one for three UTF-8 bytes, so one for an ideograph."""
    return len(text.encode()) // 3 + 1


def build(
    question: str,
    hits: Sequence[Hit],
    history: Sequence[Turn],
    context_tokens: int,
    *,
    count: Count = estimate,
    templates: Templates | None = None,
) -> tuple[list[Message], int]:
    """The messages for a model with that context, and how many of the hits found room in them.

    `count` is the model's own tokenizer where it can be asked. The first passage is cut where it does not fit whole.
    """
    language = language_of(question)
    words = templates or Templates()
    system = Message("system", fill(words.system[language], not_found=NOT_FOUND))
    bare = fill(words.question[language], passages="", question=question)
    room = context_tokens - min(REPLY_TOKENS, context_tokens // 4) - 3 * MESSAGE_TOKENS
    room -= count(system.content) + count(bare)
    turns = _recent(history, min(int(context_tokens * HISTORY_SHARE), room // 3), count)
    room -= sum(count(message.content) + MESSAGE_TOKENS for message in turns)
    passages: list[str] = []
    for number, hit in enumerate(hits, start=1):
        text = passage(number, hit)
        cost = count(text) + 1
        if cost > room and passages:
            break
        if cost > room:
            text = _cut(number, hit, room, count)
        passages.append(text)
        room -= cost
    content = fill(words.question[language], passages="\n\n".join(passages), question=question)
    return [system, *turns, Message("user", content)], len(passages)


def _cut(number: int, hit: Hit, room: int, count: Count) -> str:
    """A passage that is cut to so many tokens, but never to nothing."""
    limit = len(hit.chunk.context) + len(hit.chunk.text)
    while limit > LEAST and count(text := passage(number, hit, limit)) > room:
        limit = max(LEAST, limit * max(room, 1) // count(text), limit // 4)
        if limit == LEAST:
            break
        limit = limit * 9 // 10
    return passage(number, hit, limit)


def build_rewrite(question: str, history: Sequence[Turn]) -> list[Message]:
    """The messages that have a model write a follow-up out in full. Answers, which quote documents, are left out."""
    language = language_of(question if any(letter.isalpha() for letter in question) else history[-1].question)
    earlier = "\n".join(f"- {' '.join(turn.question.split())}" for turn in history[-REWRITE_FROM:])
    content = f"{_EARLIER[language]}\n{earlier}\n\n{_LAST[language]}{' '.join(question.split())}"
    return [Message("system", _REWRITE[language]), Message("user", content)]


def passage(number: int | None, hit: Hit, limit: int | None = None) -> str:
    """A hit between fences below its number and place. `limit` is in characters.

    A fence or a turn of a chat inside the document's text, name or headings is defused, and what is hidden left out.
    """
    where = f"{hit.document.name[:MAX_PLACE]}, p. {hit.chunk.pages[0]}"
    heading = f" ({hit.chunk.heading[-MAX_PLACE:]})" if hit.chunk.heading else ""
    context = f"{hit.chunk.context}\n" if hit.chunk.context else ""
    text = _defused(f"{context}{hit.chunk.text}"[:limit]).replace("\t", " | ")
    head = " ".join(_defused(f"{where}{heading}").split())
    return f"{f'[{number}] ' if number else ''}{head}\n{_sealed(text, hit.document.id)}"


def fenced(text: str) -> str:
    """A text of a document between fences that it cannot close."""
    return _sealed(_defused(text), "")


def _sealed(text: str, salt: str) -> str:
    seal = sha256(f"{salt}{text}".encode("utf-8", "replace")).hexdigest()[:SEAL]
    return f"<passage {seal}>\n{text}\n</passage {seal}>"


def _defused(text: str) -> str:
    text = visible(text)
    while (plain := _FENCE.sub("", text)) != text:  # what is left may be another
        text = plain
    return _TURN.sub(lambda match: f"{match[0]} ", text)


def _recent(history: Sequence[Turn], room: int, count: Count) -> list[Message]:
    """The latest turns that fit, oldest first, without the markers of their answers: they name other passages."""
    kept: list[Message] = []
    for turn in reversed(history):
        answer = MARKER.sub("", turn.answer)
        room -= count(turn.question) + count(answer) + 2 * MESSAGE_TOKENS
        if room < 0:
            break
        kept[:0] = [Message("user", turn.question), Message("assistant", answer)]
    return kept
