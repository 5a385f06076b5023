"""Answers: the extractive one, chat models, citations, and Docent as LangChain parts."""

from docent.llm.answerer import Answerer
from docent.llm.answering import answer_events, fold_events, shown_text
from docent.llm.errors import AnswerError, ModelFailed
from docent.llm.evidence import rank_sentences
from docent.llm.extractive import ExtractiveAnswerer, in_a_line
from docent.llm.follow_ups import standalone
from docent.llm.language import Language, language_of
from docent.llm.models import CHAT_MODELS, ModelOptions, make_answerer
from docent.llm.types import Answer, Citation, CitedBox, Done, Event, Notice, Retrieved, Step, Token, Turn

__all__ = [
    "CHAT_MODELS",
    "Answer",
    "AnswerError",
    "Answerer",
    "Citation",
    "CitedBox",
    "Done",
    "Event",
    "ExtractiveAnswerer",
    "Language",
    "ModelFailed",
    "ModelOptions",
    "Notice",
    "Retrieved",
    "Step",
    "Token",
    "Turn",
    "answer_events",
    "fold_events",
    "in_a_line",
    "language_of",
    "make_answerer",
    "rank_sentences",
    "shown_text",
    "standalone",
]
