"""Conversations, feedback and curated answers as tables and text for the terminal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from docent.app.history.conversations import Conversation
from docent.app.history.curated import CuratedAnswer
from docent.app.history.dialogue import OpenConversation
from docent.app.history.feedback import RatedAnswer
from docent.app.terminal.text import answer_text
from docent.llm import in_a_line

SHORT = 12  # characters of an id, which name it


def conversations_table(found: Sequence[Conversation]) -> Table:
    """The list of conversations."""
    table = _table("conversation", "last question", "id")
    for one in found:
        table.add_row(Text(one.title), _local(one.updated), one.id[:SHORT])
    return table


def conversation_text(opened: OpenConversation) -> Text:
    """All questions and answers, and what is gone of the documents."""
    text = Text(opened.conversation.title, style="bold")
    for message in opened.messages:
        text.append(f"\n\n› {message.question}\n", style="bold cyan")
        text.append(answer_text(message.answer) if message.answer else Text("(no answer)", style="dim"))
    if opened.missing:
        text.append(f"\n\n{len(opened.missing)} of the documents shown here were removed since.", style="yellow")
    return text


def feedback_table(found: Sequence[RatedAnswer]) -> Table:
    """What readers said."""
    table = _table("rating", "question", "note", "when")
    for one in found:
        note = in_a_line(one.feedback.note)
        table.add_row(one.feedback.rating, Text(one.question), Text(note), _local(one.feedback.created))
    return table


def curated_table(found: Sequence[CuratedAnswer], usable: Collection[str]) -> Table:
    """Curated answers; one that is not `usable` is not given, since a document it cites was removed."""
    table = _table("question", "answer", "state", "id")
    for one in found:
        state = Text("given first") if one.id in usable else Text("document removed", style="yellow")
        table.add_row(Text(one.question), Text(in_a_line(one.answer.text)), state, one.id[:SHORT])
    return table


def _table(*columns: str) -> Table:
    return Table(*columns, box=None, pad_edge=False, header_style="bold")


def _local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
