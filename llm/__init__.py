"""Answers: the extractive one, chat models, citations, and Docent as LangChain parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docent.ingest import loaded_from

if TYPE_CHECKING:
    from docent.llm.answerer import Answerer
    from docent.llm.answering import answer_events, fold_events, shown_text
    from docent.llm.chat import Manner, settled, strictly
    from docent.llm.chat_model import ChatModel
    from docent.llm.deep import deep_events
    from docent.llm.deep_agent import DeepLimits
    from docent.llm.digest import Cost, cost_of, digest_events
    from docent.llm.digest_literal import Whole
    from docent.llm.errors import AnswerError, ModelFailed
    from docent.llm.evidence import rank_sentences
    from docent.llm.extractive import ExtractiveAnswerer
    from docent.llm.follow_ups import LOOK_BACK, standalone
    from docent.llm.grounding import Checks, Grounded, ground
    from docent.llm.judge import judge_of
    from docent.llm.language import Language, language_of
    from docent.llm.model_kinds import MODEL_KINDS, ModelKind
    from docent.llm.model_spec import ModelOptions
    from docent.llm.models import CHAT_MODELS, make_answerer, make_chat_model
    from docent.llm.question_writing import write_questions
    from docent.llm.readable import in_a_line, unbroken, unmarked
    from docent.llm.remote import kept_here, leaves_for, leaving_notice
    from docent.llm.shelf import Shelf
    from docent.llm.similarity import similarity_of
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
    from docent.llm.verification import Similarity

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
    "judge_of": "judge",
    "load_templates": "templates",
    "Templates": "templates",
    "settled": "chat",
    "strictly": "chat",
    "Manner": "chat",
    "MODEL_KINDS": "model_kinds",
    "ModelKind": "model_kinds",
    "kept_here": "remote",
    "leaves_for": "remote",
    "leaving_notice": "remote",
    "Similarity": "verification",
    "similarity_of": "similarity",
    "ground": "grounding",
    "Grounded": "grounding",
    "Checks": "grounding",
    "CHAT_MODELS": "models",
    "LOOK_BACK": "follow_ups",
    "Answer": "types",
    "AnswerError": "errors",
    "Answerer": "answerer",
    "ChatModel": "chat_model",
    "Citation": "types",
    "CitedBox": "types",
    "Cost": "digest",
    "DeepLimits": "deep_agent",
    "Done": "types",
    "Event": "types",
    "ExtractiveAnswerer": "extractive",
    "Language": "language",
    "ModelFailed": "errors",
    "ModelOptions": "model_spec",
    "Notice": "types",
    "Retrieved": "types",
    "Shelf": "shelf",
    "Statement": "types",
    "Step": "types",
    "Token": "types",
    "Turn": "types",
    "Whole": "digest_literal",
    "answer_events": "answering",
    "cost_of": "digest",
    "deep_events": "deep",
    "digest_events": "digest",
    "fold_events": "answering",
    "in_a_line": "readable",
    "language_of": "language",
    "make_answerer": "models",
    "make_chat_model": "models",
    "rank_sentences": "evidence",
    "shown_text": "answering",
    "standalone": "follow_ups",
    "unbroken": "readable",
    "unmarked": "readable",
    "write_questions": "question_writing",
}

# Load on first use, so that a search does not wait for what understands follow-up questions.
__getattr__ = loaded_from(__name__, _HOMES)
