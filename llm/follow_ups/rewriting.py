"""A follow-up in full, by the model where there is one and by rule where there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docent.ingest import CJK
from docent.llm.answerer import Answerer
from docent.llm.extractive.evidence import numbers
from docent.llm.follow_ups.rules import standalone
from docent.llm.language import language_of
from docent.llm.types import Turn
from docent.retrieval import query_terms

MAX_LENGTH = 300  # characters of a question that a model wrote
MIN_KNOWN = 0.6  # share of its terms that the conversation has; less is an answer or an invention
MIN_KEPT = 0.6  # share of what the question itself names that must come back
MAX_LEANING = 14  # ideographs and words of a question short enough to leave something out
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_LABEL = re.compile(r"^(?:[\w\s-]{0,24}question|[最后完整改写的后]*(?:提问|问题))\s*[:：]\s*", re.IGNORECASE)
_POINTING = re.compile(
    r"它|他|她|其|该|这|那|此|前者|后者|上述|当年|同年"
    r"|\b(?:it|its|they|their|them|he|she|his|her|this|that|these|those|same|previous|above|former|latter"
    r"|the company)\b",
    re.IGNORECASE,
)
_AROUND = " \"'“”*?？.。"
_UNIT = re.compile(rf"[{CJK}]|\w+")


def in_full(question: str, answerer: Answerer, history: Sequence[Turn]) -> str:
    """What to search for. A model is asked only where the question may lean on another. Raises ModelFailed."""
    by_rule = standalone(question, history)
    if not history or not may_lean(question):
        return by_rule
    return checked(answerer.rewrite(question, history), question, by_rule, history) or by_rule


_FRAME = re.compile(r"\b(?:what|how) about\b|\band\b|[那呢吗么？?！!。，,.\s]", re.IGNORECASE)


def may_lean(question: str) -> bool:
    """Whether a question is short or points at something: a looser test than that of the rules."""
    return len(_UNIT.findall(question)) <= MAX_LEANING or _POINTING.search(question) is not None


def checked(text: str, question: str, by_rule: str, history: Sequence[Turn]) -> str:
    """The question that a model wrote; empty when that is no faithful one.

    It must be one short line in the same language, keep every number and most words of the question, and bring no
    number and few words that neither the questions before nor the rules have.
    """
    lines = _THOUGHTS.sub("", text).strip().splitlines()
    if len(lines) != 1 or len(lines[0]) > MAX_LENGTH:
        return ""
    made = _LABEL.sub("", lines[0].strip(_AROUND)).strip(_AROUND)
    said = " ".join([question, by_rule, *(turn.question for turn in history)])
    if language_of(made) != language_of(by_rule) or numbers(made) - numbers(said) or numbers(question) - numbers(made):
        return ""
    brings = _share(query_terms(made), said) >= MIN_KNOWN
    own = _FRAME.sub(" ", _POINTING.sub(" ", question)).strip()  # nothing in "What about it?"
    keeps = not own or _share(query_terms(own), made) >= MIN_KEPT
    return f"{made}{'？' if language_of(made) == 'zh' else '?'}" if made and brings and keeps else ""


def _share(words: Sequence[str], text: str) -> float:
    known = set(query_terms(text))
    return sum(word in known for word in words) / (len(words) or 1)
