"""How the chat model of the settings is asked, and how what it says is checked."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from docent.app.settings import Settings
from docent.llm import (
    Answerer,
    Checks,
    Manner,
    ModelOptions,
    Templates,
    judge_of,
    load_templates,
    make_answerer,
    make_chat_model,
    similarity_of,
)
from docent.retrieval import Embedder


def answerer_of(settings: Settings, embedder: Callable[[], Embedder]) -> Answerer:
    """What writes answers. Nothing is loaded yet. Raises AnswerError."""
    options = ModelOptions(settings.chat_api_key, settings.chat_timeout)
    return make_answerer(settings.chat, options, _manner_of(settings, embedder))


def _manner_of(settings: Settings, embedder: Callable[[], Embedder]) -> Manner:
    """Prompts are read and the judge's spec is checked now."""
    templates = load_templates(settings.prompts_dir) if settings.prompts_dir else Templates()
    options = ModelOptions(settings.chat_api_key, settings.chat_timeout)
    judging = make_chat_model(settings.judge, options) if settings.judge else None
    judge = judge_of(judging) if judging else None
    host = judging.host if judging and judging.is_remote else ""

    @cache
    def checks() -> Checks:
        return Checks(similarity_of(embedder()), judge)

    return Manner(strict=settings.strict, checks=checks, templates=templates, judge_host=host)
