"""The page's components and what happens between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles

from docent.app import Library
from docent.llm import leaves_for
from docent.ui.handlers import LONGEST_QUESTION, Handlers
from docent.ui.lost import lost
from docent.ui.sender import sent
from docent.ui.session import Session
from docent.ui.settings_texts import settings_texts_as_json
from docent.ui.shell import (
    conversations_shell,
    deep_switch,
    documents_shell,
    head,
    jobs_shell,
    leaving_note,
    narrowed_bar,
    small_print,
    source_shell,
    strict_switch,
    top_bar,
    unreachable_note,
)
from docent.ui.sign_in import sign_in_router
from docent.ui.source_code import source_zip

STATIC = Path(__file__).parent / "static"
# What a browser says with every event, in place of the first two components: the reader's language (what was chosen
# with the switch goes first; the component has the server's "en" until the first reply is there), and its `Wish`. The
# address names the conversation, so that a reload, a bookmark, the way back and a restarted server lead to it.
WISH_JS = """(...given) => {
  const chosen = localStorage.getItem('docent-language');
  const language = chosen || ((navigator.language || '').toLowerCase().startsWith('zh') ? 'zh' : 'en');
  const wish = {
    conversation: (location.hash.match(/^#c=([0-9a-f]{32})$/) || [])[1] || '',
    collection: localStorage.getItem('docent-collection') || '',
    deep: document.body.dataset.deep === 'true',
    strict: document.body.dataset.strict === 'true',
    only: JSON.parse(document.body.dataset.only || '{}'),
    listing: JSON.parse(document.body.dataset.listing || '{}'),
    ...JSON.parse(document.body.dataset.order || '{}'),
  };
  return [language, JSON.stringify(wish), ...given.slice(2)];
}"""
_SYSTEM_FONTS = [
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "sans-serif",
]


def mount(app: FastAPI, library: Library) -> FastAPI:
    """Serve the static files at `/ui` and the page at `/`."""

    def source() -> Response:
        return Response(source_zip(), media_type="application/zip")

    app.include_router(sign_in_router(app.state.keeper))
    app.add_api_route("/ui/source.zip", source)
    app.add_api_route("/ui/settings-texts.json", settings_texts_as_json)
    app.mount("/ui", StaticFiles(directory=STATIC), name="ui")
    theme = gr.themes.Base(font=_SYSTEM_FONTS, font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"])
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build(library),
        path="/",
        theme=theme,
        head=head(STATIC),
        footer_links=[],
        favicon_path=str(STATIC / "icon.svg"),
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        app_kwargs={"exception_handlers": {404: lost}},
    )
    return mounted


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events read and write."""

    language: gr.Textbox
    wish: gr.Textbox
    relabel: gr.Button
    refresh: gr.Button
    open: gr.Button
    again: gr.Button
    documents: gr.HTML
    past: gr.HTML
    live: gr.HTML
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    new: gr.Button
    nudge: gr.Button
    session: gr.State


def build(library: Library) -> gr.Blocks:
    """The page, wired."""
    page: gr.Blocks
    with gr.Blocks(title="Docent", analytics_enabled=False, fill_width=True) as page:
        parts = _lay_out(library)
        _wire(page, parts, sent(library, Handlers(library)))
    page.queue(api_open=False, default_concurrency_limit=8)
    return page


def _lay_out(library: Library) -> Parts:
    language = gr.Textbox("en", visible="hidden", elem_id="language", show_label=False)
    wish = gr.Textbox("", visible="hidden", elem_id="wish", show_label=False)
    relabel, refresh, go, again, new, nudge = (
        gr.Button("", visible="hidden", elem_id=name)
        for name in ("relabel", "refresh", "open", "again", "new", "nudge")
    )
    _html(top_bar(), "top")
    with gr.Row(elem_id="workspace"):
        with gr.Column(elem_id="documents-panel"):
            _html(documents_shell(library.settings.max_upload_mb), "adding")
            with gr.Column(elem_id="documents-tab"):
                _html(jobs_shell(), "under-way")
                documents = _html("", "document-list")
            _html(conversations_shell(), "conversation-list")
            _html(small_print(), "small-print")
        with gr.Column(elem_id="conversation-panel"):
            with gr.Column(elem_id="thread"):
                past = _html("", "past")
                live = _html("", "live")
            _html(narrowed_bar(), "narrowed-bar")
            with gr.Row(elem_id="composer"):
                question = gr.Textbox(
                    lines=1, max_lines=8, max_length=LONGEST_QUESTION, show_label=False, container=False,
                    elem_id="question", autofocus=True, placeholder=" ", scale=1,
                )  # fmt: skip
                _html(deep_switch() + strict_switch(), "switches")
                send = gr.Button("↑", elem_id="send", scale=0, min_width=0)
                halt = gr.Button("■", elem_id="stop", scale=0, min_width=0)
            _html(leaving_note(leaves_for(library.models.answerer)) + unreachable_note(), "leaving")
        _html(source_shell(), "source-panel")
    session = gr.State(Session())
    return Parts(
        language, wish, relabel, refresh, go, again, documents, past, live, question, send, halt, new, nudge, session
    )


def _html(value: str, elem_id: str) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=None, apply_default_css=False)


def _wire(page: gr.Blocks, parts: Parts, handlers: Any) -> None:
    everything = [parts.language, parts.documents, parts.past, parts.live, parts.session]
    told = [parts.language, parts.wish]
    state = [*told, parts.session]
    loading = page.load(handlers.begin, state, everything, **_told())
    loading.failure(handlers.unforeseen, told, [parts.past], **_told())
    opening = parts.open.click(handlers.open, state, everything, trigger_mode="always_last", **_told())
    opening.failure(handlers.unforeseen, told, [parts.past], **_told())
    parts.relabel.click(handlers.show, state, everything, trigger_mode="always_last", **_told())
    # Whatever changes while the list is being drawn is drawn after it.
    listed = [parts.documents, parts.past, parts.live, parts.session]
    parts.refresh.click(handlers.documents, state, listed, trigger_mode="always_last", **_told())
    asking = gr.on(
        [parts.question.submit, parts.send.click],
        handlers.ask,
        [*told, parts.question, parts.session],
        [parts.past, parts.live, parts.question, parts.session],
        trigger_mode="once",
        **_told(),
    )
    answered = [parts.live, parts.session]
    asking.failure(handlers.broke, state, answered, **_told())
    repeated = [parts.past, parts.live, parts.session]
    repeating = parts.again.click(handlers.again, state, repeated, trigger_mode="once", **_told())
    repeating.failure(handlers.broke, state, answered, **_told())
    parts.stop.click(handlers.stop, [parts.session], None, **_quiet())
    parts.new.click(handlers.new, state, [parts.past, parts.live, parts.session], **_told())
    parts.nudge.click(lambda: None, trigger_mode="multiple", **_quiet())  # see unheard.js


def _told() -> dict[str, Any]:
    """Of events whose first inputs are the language and the wish."""
    return {"js": WISH_JS, **_quiet()}


def _quiet() -> dict[str, Any]:
    """Events of the page are no public API, and the page has its own signs of work."""
    return {"api_visibility": "private", "show_progress": "hidden"}
