"""The fixed parts of the page. The script fills in the words (`data-t`) in the reader's language."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from docent import __version__
from docent.ingest import SUFFIXES
from docent.ui.icons import icon, icons_of_the_script
from docent.ui.listing import LONGEST_SEARCH, ORDERS
from docent.ui.sentences import sentences_as_json
from docent.ui.texts import as_json

STYLES = (
    "frame.css",
    "documents.css",
    "conversations.css",
    "conversation.css",
    "answer.css",
    "source.css",
    "settings.css",
)


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
    sentences = escape(json.dumps(sentences_as_json(), ensure_ascii=False))
    return (
        f'<header class="top"><button type="button" class="icon only-small" data-action="open-documents"'
        f' data-t-label="open_documents" aria-expanded="false">{icon("documents")}</button>'
        '<h1 class="brand">Docent</h1><p class="tagline" data-t="tagline"></p>'
        '<div class="actions"><form method="post" action="/sign-out" id="account" hidden>'
        '<button class="plain" data-t="sign_out"></button></form>'
        '<button type="button" class="plain" data-action="new">'
        '<span class="plus" aria-hidden="true">+</span><span data-t="new_conversation"></span></button>'
        '<button type="button" class="plain" data-action="language" data-t="other_language"'
        ' data-t-label="switch_language"></button>'
        '<button type="button" class="icon" id="settings-button" data-action="settings" data-t-label="settings"'
        f' aria-haspopup="dialog">{icon("settings")}</button></div>'
        f'<div id="docent-words" hidden data-words="{words}" data-sentences="{sentences}"></div>'
        f'<div id="docent-icons" hidden>{icons_of_the_script()}</div>'
        "</header>"
    )


def documents_shell(limit_mb: int) -> str:
    """Where files are dropped, and how the list below is wanted."""
    orders = "".join(f'<option value="{one}" data-t="by_{one}"></option>' for one in ORDERS)
    return (
        '<div class="panel-bar only-small"><button type="button" class="icon" data-action="close-documents"'
        f' data-t-label="close">{icon("close")}</button></div>'
        '<div class="collections" id="collections" hidden><label for="collection" data-t="collection"></label>'
        '<select id="collection"></select></div>'
        '<details class="together" id="together" hidden><summary data-t="together"></summary>'
        '<div id="together-choices" role="group" data-t-label="together"></div></details>'
        '<div class="switch" role="tablist" data-t-label="panel">'
        f"{_tab('documents', is_shown=True)}{_tab('conversations', is_shown=False)}</div>"
        f'<label class="drop" id="drop" data-t-title="drop_hint" data-t-limit="{limit_mb}">'
        f'<input type="file" id="files" multiple accept="{",".join(sorted(SUFFIXES))}">'
        f'{icon("add")}<strong data-t="drop"></strong><span class="link" data-t="choose_files"></span>'
        f'<span class="hint" data-t="drop_hint" data-t-limit="{limit_mb}"></span></label>'
        '<div class="listing" id="listing" hidden><input type="search" id="find-document"'
        f' maxlength="{LONGEST_SEARCH}" data-t-label="find_document"><select id="order" data-t-label="order">{orders}'
        "</select></div>"
    )


def jobs_shell() -> str:
    """Above the list of documents, and moving with it: what is being read, and what was just removed."""
    return '<ul class="jobs" id="jobs" aria-live="polite"></ul><ul class="jobs" id="undo" aria-live="polite"></ul>'


def conversations_shell() -> str:
    """The list of conversations, which the script fills."""
    return (
        '<div class="kept" id="kept" role="tabpanel" aria-labelledby="tab-conversations">'
        '<input type="search" id="find-conversation" maxlength="200" data-t-label="find_conversation">'
        '<ul id="conversations"></ul><p class="quiet" id="no-conversations" hidden></p></div>'
    )


def narrowed_bar() -> str:
    """Above the box to ask in: what alone is asked; the script fills it."""
    return '<div id="narrowed" role="group" data-t-label="only" hidden></div>'


def deep_switch() -> str:
    """In the box to ask in: whether many documents are looked into, one after the other."""
    return (
        '<button type="button" class="icon" id="deep" data-action="deep" data-t-label="deep" aria-pressed="false">'
        f"{icon('pile')}</button>"
    )


def strict_switch() -> str:
    """Beside it: whether what no passage supports is left out. It is shown where a model writes."""
    return (
        '<button type="button" class="icon" id="strict" data-action="strict" data-t-label="strict"'
        f' aria-pressed="false">{icon("shield")}</button>'
    )


def _tab(name: str, *, is_shown: bool) -> str:
    shown = str(is_shown).lower()
    panel = {"documents": "document-list", "conversations": "kept"}[name]
    return (
        f'<button type="button" role="tab" id="tab-{name}" aria-controls="{panel}" aria-selected="{shown}"'
        f' tabindex="{0 if is_shown else -1}" data-action="show-{name}" data-t="{name}"></button>'
    )


def leaving_note(host: str) -> str:
    """Says for which host passages leave this machine, below the composer; hidden where they stay."""
    return f'<p class="leaving" data-t="leaves" data-t-host="{escape(host)}"{"" if host else " hidden"}></p>'


def unreachable_note() -> str:
    """Below the composer, where a question was sent and nobody is there."""
    return '<p class="problem" id="unreachable" role="alert" data-t="unreachable" hidden></p>'


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
        '<button type="button" class="plain" id="source-digest" data-t="summarize" hidden></button>'
        f"{_button('close-source', 'close', 'close')}</div>"
        '<blockquote id="source-quote" data-t-label="quote"></blockquote>'
        '<button type="button" class="link" id="source-back" data-action="cited" hidden></button>'
        '<div class="source-tools">'
        f'{_button("previous", "previous_page", "previous")}<span id="source-page" aria-live="polite"></span>'
        '<span id="source-jump" hidden><span></span><input type="text" id="source-goto" inputmode="numeric"'
        ' maxlength="6" autocomplete="off" data-t-label="go_to_page"><span></span></span>'
        f'{_button("next", "next_page", "next")}<span class="gap"></span>{_button("find", "find_here", "find")}'
        f"{_button('zoom-out', 'zoom_out', 'minus')}{_button('zoom-in', 'zoom_in', 'plus')}"
        f'<a class="icon" id="source-original" download data-t-label="download">{icon("download")}</a></div>'
        '<form class="source-find" id="source-find" role="search" hidden><input type="search" id="source-words"'
        ' maxlength="200" autocomplete="off" data-t-label="find_here"><span id="source-found" role="status"></span>'
        f"{_button('find-previous', 'find_previous', 'previous')}{_button('find-next', 'find_next', 'next')}</form>"
        '<p class="waiting" id="source-waiting" role="status"></p>'
        '<div class="source-view" id="source-view" tabindex="0"></div></aside>'
    )


def _button(action: str, word: str, name: str) -> str:
    return f'<button type="button" class="icon" data-action="{action}" data-t-label="{word}">{icon(name)}</button>'
