"""The page's components and what happens between them. Handlers call the library, `render` makes the HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles

from docent.app import Library
from docent.ingest import DocentError
from docent.ui.answering import Answers
from docent.ui.conversation import Conversation, Exchange, stop
from docent.ui.removed import MOST, render_removed
from docent.ui.render import render_conversation, render_documents, render_empty, render_exchange, render_problem
from docent.ui.shell import documents_shell, head, small_print, source_shell, top_bar
from docent.ui.source_code import source_zip
from docent.ui.texts import CHINESE, texts
from docent.ui.topics import topics

STATIC = Path(__file__).parent / "static"
LONGEST_QUESTION = 4000
# The browser knows the reader's language; what was chosen with the switch goes first. Every event says it anew: the
# component has the server's "en" until the first reply is there.
LANGUAGE_JS = """(...given) => {
  const chosen = localStorage.getItem('docent-language');
  const language = chosen || ((navigator.language || '').toLowerCase().startsWith('zh') ? 'zh' : 'en');
  return [language, ...given.slice(1)];
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

    app.add_api_route("/ui/source.zip", source)
    app.mount("/ui", StaticFiles(directory=STATIC), name="ui")
    theme = gr.themes.Base(font=_SYSTEM_FONTS, font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"])
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build(library),
        path="/",
        theme=theme,
        head=head(STATIC),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
    )
    return mounted


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events read and write."""

    language: gr.Textbox
    relabel: gr.Button
    refresh: gr.Button
    documents: gr.HTML
    past: gr.HTML
    live: gr.HTML
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    new: gr.Button
    conversation: gr.State


def build(library: Library) -> gr.Blocks:
    """The page, wired."""
    page: gr.Blocks
    with gr.Blocks(title="Docent", analytics_enabled=False, fill_width=True) as page:
        parts = _lay_out(library)
        _wire(page, parts, Handlers(library))
    page.queue(api_open=False, default_concurrency_limit=8)
    return page


def _lay_out(library: Library) -> Parts:
    language = gr.Textbox("en", visible="hidden", elem_id="language", show_label=False)
    relabel = gr.Button("", visible="hidden", elem_id="relabel")
    refresh = gr.Button("", visible="hidden", elem_id="refresh")
    new = gr.Button("", visible="hidden", elem_id="new")
    _html(top_bar(), "top")
    with gr.Row(elem_id="workspace"):
        with gr.Column(elem_id="documents-panel"):
            _html(documents_shell(library.settings.max_upload_mb), "adding")
            documents = _html("", "document-list")
            _html(small_print(), "small-print")
        with gr.Column(elem_id="conversation-panel"):
            with gr.Column(elem_id="thread"):
                past = _html("", "past")
                live = _html("", "live")
            with gr.Row(elem_id="composer"):
                question = gr.Textbox(
                    lines=1, max_lines=8, max_length=LONGEST_QUESTION, show_label=False, container=False,
                    elem_id="question", autofocus=True, placeholder=" ", scale=1,
                )  # fmt: skip
                send = gr.Button("↑", elem_id="send", scale=0, min_width=0)
                halt = gr.Button("■", elem_id="stop", scale=0, min_width=0)
        _html(source_shell(), "source-panel")
    conversation = gr.State(())
    return Parts(language, relabel, refresh, documents, past, live, question, send, halt, new, conversation)


def _html(value: str, elem_id: str) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=None, apply_default_css=False)


class Handlers:
    """What the page asks of the library. Every method takes the language first and returns HTML."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._answers = Answers(library)

    def show(self, language: str, conversation: Conversation) -> tuple[str, str, str, Any]:
        """Everything, in one language. A collection that cannot be opened says why."""
        words = texts(language)
        live = any(one.live for one in conversation[-1:])  # that one goes on where it is
        try:
            documents = self._library.documents()
            removed = self._library.removed(most=MOST)
            past = render_conversation(conversation[:-1] if live else conversation, words)
            if not conversation:
                past = render_empty(len(documents), topics(self._library, documents, chinese=words is CHINESE), words)
        except DocentError as error:
            return language, "", render_problem(str(error)), ""
        listed = render_documents(documents, words) + render_removed(removed, words)
        return language, listed, past, gr.skip() if live else ""

    def unforeseen(self, language: str) -> str:
        """What is shown where the page cannot be filled."""
        return render_problem(texts(language).broken)

    def documents(self, language: str, conversation: Conversation) -> tuple[Any, Any]:
        """The list of documents; the welcome changes with it as long as nothing was asked."""
        _, documents, past, _ = self.show(language, conversation)
        return documents, gr.skip() if conversation else past

    def ask(self, language: str, question: str, conversation: Conversation) -> Iterator[tuple[Any, ...]]:
        """Stream an answer: finished exchanges stay in `past`, the new one grows in `live`."""
        words = texts(language)
        asked = question.strip()[:LONGEST_QUESTION]
        if not asked:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        earlier = stop(conversation)
        past = render_conversation(earlier, words)
        begun = Exchange(asked)
        yield past, render_exchange(begun, words), "", (*earlier, begun)
        for exchange in self._answers.stream(begun, earlier):
            yield gr.skip(), render_exchange(exchange, words), gr.skip(), (*earlier, exchange)

    def stop(self, conversation: Conversation) -> None:
        """Call the answer off; `ask` says so itself, at its end."""
        self._answers.call_off(conversation)

    def broke(self, language: str, conversation: Conversation) -> tuple[str, Conversation]:
        """An error nobody foresaw: the log has it, the reader is told that there is no answer."""
        words = texts(language)
        ended = tuple(replace(one, error=words.broken) if one.live else one for one in conversation)
        return render_conversation(ended[-1:], words), ended

    def new(self, language: str, conversation: Conversation) -> tuple[str, str, str, Conversation]:
        """Forget the conversation."""
        self._answers.call_off(conversation)
        _, _, past, _ = self.show(language, ())
        return past, "", "", ()


def _wire(page: gr.Blocks, parts: Parts, handlers: Handlers) -> None:
    everything = [parts.language, parts.documents, parts.past, parts.live]
    state = [parts.language, parts.conversation]
    loading = page.load(handlers.show, state, everything, **_told())
    loading.failure(handlers.unforeseen, [parts.language], [parts.past], **_told())
    parts.relabel.click(handlers.show, state, everything, trigger_mode="always_last", **_told())
    # Whatever changes while the list is being drawn is drawn after it.
    parts.refresh.click(handlers.documents, state, [parts.documents, parts.past], trigger_mode="always_last", **_told())
    asking = gr.on(
        [parts.question.submit, parts.send.click],
        handlers.ask,
        [parts.language, parts.question, parts.conversation],
        [parts.past, parts.live, parts.question, parts.conversation],
        trigger_mode="once",
        **_told(),
    )
    asking.failure(handlers.broke, state, [parts.live, parts.conversation], **_told())
    parts.stop.click(handlers.stop, [parts.conversation], None, **_quiet())
    parts.new.click(
        handlers.new,
        state,
        [parts.past, parts.live, parts.question, parts.conversation],
        **_told(),
    )


def _told() -> dict[str, Any]:
    """Of events whose first input is the language."""
    return {"js": LANGUAGE_JS, **_quiet()}


def _quiet() -> dict[str, Any]:
    """Events of the page are no public API, and the page has its own signs of work."""
    return {"api_visibility": "private", "show_progress": "hidden"}
