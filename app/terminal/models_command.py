"""`models`: the kinds of chat models, what is installed of them, and a try of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docent.app.model_trial import Trial, try_model
from docent.app.settings import EXTRACTIVE
from docent.app.terminal.speaking import show, show_json, warn

if TYPE_CHECKING:
    import argparse

    from docent.app import Library
    from docent.llm import ChatModel


def models(library: Library, arguments: argparse.Namespace) -> int:
    """`models [--try SPEC]`: 1 when the model that is tried does not answer."""
    return _try(library, arguments) if arguments.try_spec else _list(library, arguments)


def _list(library: Library, arguments: argparse.Namespace) -> int:
    from docent.llm import MODEL_KINDS, leaves_for

    chat, host = library.settings.chat, leaves_for(library.models.answerer)
    if arguments.json:
        kinds = [
            {"kind": one.kind, "spec": one.form, "where": one.where, "installed": one.is_installed,
             "install": one.install}
            for one in MODEL_KINDS
        ]  # fmt: skip
        show_json({"chat": chat, "is_remote": bool(host), "host": host, "kinds": kinds})
        return 0
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("chat model", "runs", "installed"):
        table.add_column(column, overflow="fold")
    for one in MODEL_KINDS:
        table.add_row(Text(one.form), one.where, Text("yes" if one.is_installed else f"no: {one.install}"))
    show(table)
    show(Text(f"\nin use: {chat}" + (f", which sends passages to {host}" if host else ""), style="bold"))
    return 0


def _try(library: Library, arguments: argparse.Namespace) -> int:
    from docent.ingest import DocentError
    from docent.llm import ModelOptions, make_chat_model

    settings = library.settings
    if arguments.try_spec == EXTRACTIVE:
        raise DocentError(
            "extractive asks no model, so there is nothing to try: `python -m app ask` shows its answers."
        )
    model = make_chat_model(arguments.try_spec, ModelOptions(settings.chat_api_key, settings.chat_timeout))
    if not arguments.json and model.is_remote:
        warn(f"a question and a passage of our own go to {model.host}")
    found = try_model(model)
    if arguments.json:
        show_json(_trial_to_dict(arguments.try_spec, model, found))
    elif found.reason:
        warn(f"docent: {found.reason}")
    else:
        show(found.answer.strip())
        show(
            f"\nloaded in {found.load_seconds:.1f} s, first words after {found.first_token_seconds:.2f} s,"
            f" {found.tokens_per_second:.1f} tokens/s, reads {model.context_tokens} tokens,"
            f" {f'remote: {model.host}' if model.is_remote else 'passages stay here'}"
        )
    return 1 if found.reason else 0


def _trial_to_dict(spec: str, model: ChatModel, found: Trial) -> dict[str, Any]:
    return {
        "spec": spec,
        "works": not found.reason,
        "answer": found.answer,
        "load_seconds": round(found.load_seconds, 2),
        "first_token_seconds": round(found.first_token_seconds, 3),
        "tokens_per_second": round(found.tokens_per_second, 1),
        "context_tokens": model.context_tokens,
        "is_remote": model.is_remote,
        "host": model.host,
        "reason": found.reason,
    }
