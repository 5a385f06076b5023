"""Models that passages leave this machine for: said before the first question, kept out where forbidden."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from docent.llm.answerer import Answerer
from docent.llm.chat import ChatAnswerer
from docent.llm.errors import ModelFailed
from docent.llm.language import Language

if TYPE_CHECKING:
    from docent.llm.models.chat_model import ChatModel

_LEAVES: dict[Language, str] = {
    "en": "Your questions and the passages found for them leave this machine for {host}.",
    "zh": "您的提问和检索到的段落会离开本机，发送到 {host}。",
}


def leaves_for(answerer: Answerer) -> str:
    """The hosts that are sent passages, to write or to judge; empty where they stay on this machine and its network."""
    if not isinstance(answerer, ChatAnswerer):
        return ""
    model = answerer.model
    return ", ".join(dict.fromkeys(one for one in (model.host * model.is_remote, answerer.manner.judge_host) if one))


def leaving_notice(answerer: Answerer, language: Language) -> str:
    """What is to be shown before the first question; empty where nothing leaves."""
    host = leaves_for(answerer)
    return _LEAVES[language].format(host=host) if host else ""


def kept_here(answerer: Answerer) -> Answerer:
    """The same, without a remote judge, and with a remote model never loaded.

    Such a model fails with the reason, so that the extractive answer stands.
    """
    if not isinstance(answerer, ChatAnswerer):
        return answerer
    model, manner = answerer.model, answerer.manner
    if manner.judge_host:
        manner = replace(manner, checks=lambda: replace(answerer.manner.checks(), judge=None), judge_host="")
    return ChatAnswerer(_forbidden(model) if model.is_remote else model, manner)


def _forbidden(model: ChatModel) -> ChatModel:
    def load() -> NoReturn:
        raise ModelFailed(
            f"the model {model.name} was not asked, since this collection does not allow that its passages leave for"
            f" {model.host}.",
            f"没有向模型 {model.name} 提问，因为该资料库不允许把段落发送到 {model.host}。",
        )

    return replace(model, load=load, count_tokens=None, is_remote=False)
