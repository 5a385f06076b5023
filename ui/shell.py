"""The fixed parts of the page. The script fills in the words (`data-t`) in the reader's language."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from docent import __version__
from docent.ingest import SUFFIXES
from docent.ui.texts import as_json

STYLES = ("frame.css", "documents.css", "conversation.css", "source.css")


def head(static: Path) -> str:
    """What goes into the page's head: the styles and the script, and nothing from elsewhere.

    The styles are written out because Gradio rewrites the selectors of those that it is given as `css`.
    """
    styles = "\n".join((static / name).read_text(encoding="utf-8") for name in STYLES)
    return (
        f'<meta name="color-scheme" content="light dark"><style>{styles}</style>'
        f'<script type="module" src="/ui/docent.js?v={escape(__version__)}"></script>'
    )


def top_bar() -> str:
    """Name, language and a new conversation; on a phone the way to the documents. Carries the words, too."""
    words = escape(json.dumps(as_json(), ensure_ascii=False))
    return (
        f'<header class="top"><button type="button" class="icon only-small" data-action="open-documents"'
        f' data-t-label="open_documents" aria-expanded="false">{_icon("documents")}</button>'
        '<h1 class="brand">Docent</h1><p class="tagline" data-t="tagline"></p>'
        '<div class="actions"><button type="button" class="plain" data-action="new">'
        '<span class="plus" aria-hidden="true">+</span><span data-t="new_conversation"></span></button>'
        '<button type="button" class="plain" data-action="language" data-t="other_language"'
        f' data-t-label="switch_language"></button></div><div id="docent-words" hidden data-words="{words}"></div>'
        "</header>"
    )


def documents_shell(limit_mb: int) -> str:
    """Where files are dropped, and what is being read."""
    return (
        '<div class="panel-bar only-small"><button type="button" class="icon" data-action="close-documents"'
        f' data-t-label="close">{_icon("close")}</button></div>'
        '<label class="drop" id="drop"><input type="file" id="files" multiple'
        f' accept="{",".join(sorted(SUFFIXES))}">'
        f'{_icon("add")}<strong data-t="drop"></strong><span class="link" data-t="choose_files"></span>'
        f'<span class="hint" data-t="drop_hint" data-t-limit="{limit_mb}"></span></label>'
        '<ul class="jobs" id="jobs" aria-live="polite"></ul>'
        '<ul class="jobs" id="undo" aria-live="polite"></ul>'
    )


def small_print() -> str:
    """Version and licence, with the way to the source that the AGPL asks for."""
    return (
        f'<footer class="small-print">Docent {escape(__version__)} · '
        '<a href="/ui/source.zip" download data-t="licence"></a></footer>'
    )


def source_shell() -> str:
    """The panel that shows a page with the quoted lines marked."""
    return (
        '<aside class="source" id="source" hidden tabindex="-1" data-t-label="source">'
        '<div class="source-bar"><span class="badge" id="source-number"></span>'
        '<strong class="name" id="source-name"></strong>'
        f"{_button('close-source', 'close', 'close')}</div>"
        '<blockquote id="source-quote" data-t-label="quote"></blockquote>'
        '<div class="source-tools">'
        f'{_button("previous", "previous_page", "previous")}<span id="source-page" aria-live="polite"></span>'
        f'{_button("next", "next_page", "next")}<span class="gap"></span>'
        f"{_button('zoom-out', 'zoom_out', 'minus')}{_button('zoom-in', 'zoom_in', 'plus')}"
        f'<a class="icon" id="source-original" download data-t-label="download">{_icon("download")}</a></div>'
        '<div class="source-view" id="source-view" tabindex="0"></div></aside>'
    )


_PATHS = {
    "documents": "M4 4h9l4 4v12H4z M13 4v4h4",
    "close": "M6 6l12 12 M18 6L6 18",
    "add": "M12 16V5 M7.5 9.5L12 5l4.5 4.5 M5 19h14",
    "previous": "M15 5l-7 7 7 7",
    "next": "M9 5l7 7-7 7",
    "minus": "M6 12h12",
    "plus": "M6 12h12 M12 6v12",
    "download": "M12 5v10 M7.5 11l4.5 4.5 4.5-4.5 M5 19.5h14",
}


def _icon(name: str) -> str:
    return (
        '<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{_PATHS[name]}"/></svg>'
    )


def _button(action: str, word: str, icon: str) -> str:
    return f'<button type="button" class="icon" data-action="{action}" data-t-label="{word}">{_icon(icon)}</button>'
