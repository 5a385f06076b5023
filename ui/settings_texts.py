"""Every word of the settings, in Chinese and in English. The page fetches them when the settings are first opened."""

from __future__ import annotations

from dataclasses import asdict

from docent.ui.settings_text_names import SettingsTexts
from docent.ui.settings_texts_en import ENGLISH
from docent.ui.settings_texts_zh import CHINESE
from docent.ui.text_names import PageLanguage

SETTINGS_LANGUAGES: dict[PageLanguage, SettingsTexts] = {"zh": CHINESE, "en": ENGLISH}


def settings_texts_as_json() -> dict[str, dict[str, str]]:
    """All words by language and name, for the page's script."""
    return {language: asdict(words) for language, words in SETTINGS_LANGUAGES.items()}
