"""Every word of the page, in Chinese and in English."""

from __future__ import annotations

from dataclasses import asdict

from docent.ui.text_names import PageLanguage, Texts
from docent.ui.texts_en import ENGLISH
from docent.ui.texts_zh import CHINESE

__all__ = ["CHINESE", "ENGLISH", "LANGUAGES", "Texts", "as_json", "texts"]

LANGUAGES: dict[PageLanguage, Texts] = {"zh": CHINESE, "en": ENGLISH}


def texts(language: str) -> Texts:
    """The words for a language code; English for one that is not known."""
    return CHINESE if language.startswith("zh") else ENGLISH


def as_json() -> dict[str, dict[str, str]]:
    """All words by language and name, for the page's script."""
    return {language: asdict(words) for language, words in LANGUAGES.items()}
