"""Answers: the extractive one, chat models, citations, and Docent as LangChain parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docent.ingest import loaded_from

if TYPE_CHECKING:
    from docent.llm.answerer import Answerer
    from docent.llm.answering import answer_events, fold_events, shown_text
    from docent.llm.chat import Manner, settled, strictly
    from docent.llm.checks.grounding import Checks, Grounded, ground
    from docent.llm.checks.judge import judge_of
    from docent.llm.checks.similarity import similarity_of
    from docent.llm.checks.verification import Similarity
    from docent.llm.deep.agent import DeepLimits
    from docent.llm.deep.events import deep_events
    from docent.llm.deep.shelf import Shelf
    from docent.llm.digest.events import Cost, cost_of, digest_events
    from docent.llm.digest.literal import Whole
    from docent.llm.errors import AnswerError, ModelFailed
    from docent.llm.extractive.answering import ExtractiveAnswerer
    from docent.llm.extractive.evidence import rank_sentences
    from docent.llm.follow_ups.rules import LOOK_BACK, standalone
    from docent.llm.language import Language, language_of
    from docent.llm.models.chat_model import ChatModel
    from docent.llm.models.kinds import MODEL_KINDS, ModelKind
    from docent.llm.models.making import CHAT_MODELS, make_answerer, make_chat_model
    from docent.llm.models.remote import kept_here, leaves_for, leaving_notice
    from docent.llm.models.spec import ModelOptions
    from docent.llm.questions.writing import write_questions
    from docent.llm.readable import in_a_line, unbroken, unmarked
    from docent.llm.templates import Templates, load_templates
    from docent.llm.types import (
        Answer,
        Citation,
        CitedBox,
        Done,
        Event,
        Notice,
        Retrieved,
        Statement,
        Step,
        Token,
        Turn,
    )

__all__ = [
    "CHAT_MODELS",
    "LOOK_BACK",
    "MODEL_KINDS",
    "Answer",
    "AnswerError",
    "Answerer",
    "ChatModel",
    "Checks",
    "Citation",
    "CitedBox",
    "Cost",
    "DeepLimits",
    "Done",
    "Event",
    "ExtractiveAnswerer",
    "Grounded",
    "Language",
    "Manner",
    "ModelFailed",
    "ModelKind",
    "ModelOptions",
    "Notice",
    "Retrieved",
    "Shelf",
    "Similarity",
    "Statement",
    "Step",
    "Templates",
    "Token",
    "Turn",
    "Whole",
    "answer_events",
    "cost_of",
    "deep_events",
    "digest_events",
    "fold_events",
    "ground",
    "in_a_line",
    "judge_of",
    "kept_here",
    "language_of",
    "leaves_for",
    "leaving_notice",
    "load_templates",
    "make_answerer",
    "make_chat_model",
    "rank_sentences",
    "settled",
    "shown_text",
    "similarity_of",
    "standalone",
    "strictly",
    "unbroken",
    "unmarked",
    "write_questions",
]

_HOMES = {
    "judge_of": "checks.judge",
    "load_templates": "templates",
    "Templates": "templates",
    "settled": "chat",
    "strictly": "chat",
    "Manner": "chat",
    "MODEL_KINDS": "models.kinds",
    "ModelKind": "models.kinds",
    "kept_here": "models.remote",
    "leaves_for": "models.remote",
    "leaving_notice": "models.remote",
    "Similarity": "checks.verification",
    "similarity_of": "checks.similarity",
    "ground": "checks.grounding",
    "Grounded": "checks.grounding",
    "Checks": "checks.grounding",
    "CHAT_MODELS": "models.making",
    "LOOK_BACK": "follow_ups.rules",
    "Answer": "types",
    "AnswerError": "errors",
    "Answerer": "answerer",
    "ChatModel": "models.chat_model",
    "Citation": "types",
    "CitedBox": "types",
    "Cost": "digest.events",
    "DeepLimits": "deep.agent",
    "Done": "types",
    "Event": "types",
    "ExtractiveAnswerer": "extractive.answering",
    "Language": "language",
    "ModelFailed": "errors",
    "ModelOptions": "models.spec",
    "Notice": "types",
    "Retrieved": "types",
    "Shelf": "deep.shelf",
    "Statement": "types",
    "Step": "types",
    "Token": "types",
    "Turn": "types",
    "Whole": "digest.literal",
    "answer_events": "answering",
    "cost_of": "digest.events",
    "deep_events": "deep.events",
    "digest_events": "digest.events",
    "fold_events": "answering",
    "in_a_line": "readable",
    "language_of": "language",
    "make_answerer": "models.making",
    "make_chat_model": "models.making",
    "rank_sentences": "extractive.evidence",
    "shown_text": "answering",
    "standalone": "follow_ups.rules",
    "unbroken": "readable",
    "unmarked": "readable",
    "write_questions": "questions.writing",
}

# Load on first use, so that a search does not wait for what understands follow-up questions.
__getattr__ = loaded_from(__name__, _HOMES)
