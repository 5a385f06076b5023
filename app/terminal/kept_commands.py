"""`conversations`, `feedback` and `curated`: what is kept of conversations, at the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from docent.app.errors import ConversationNotFound
from docent.app.history.dialogue import gone_from, open_conversation
from docent.app.terminal.speaking import show, show_json
from docent.ingest import DocentError

if TYPE_CHECKING:
    import argparse

    from docent.app import Library
    from docent.app.history.curated import CuratedAnswer
    from docent.app.terminal.commands import Command


_NO_CONVERSATIONS = "No conversations yet: what is asked in the web page is kept here."


def conversations(library: Library, arguments: argparse.Namespace) -> int:
    """`conversations [list|show|export|delete]`."""
    return _CONVERSATIONS[arguments.action or "list"](library, arguments)


def _list(library: Library, arguments: argparse.Namespace) -> int:
    found = library.conversations.of(library.collection_id(), getattr(arguments, "search", ""))
    if arguments.json:
        from docent.app.history.conversation_wire import conversation_to_dict

        show_json({"conversations": [conversation_to_dict(one) for one in found]})
        return 0
    from docent.app.terminal.kept_text import conversations_table

    nothing = "No conversation says this." if getattr(arguments, "search", "") else _NO_CONVERSATIONS
    show(conversations_table(found) if found else nothing)
    return 0


def _show(library: Library, arguments: argparse.Namespace) -> int:
    opened = open_conversation(library, library.conversations.named(arguments.conversation).id)
    if arguments.json:
        from docent.app.history.conversation_wire import open_conversation_to_dict

        show_json(open_conversation_to_dict(opened))
        return 0
    from docent.app.terminal.kept_text import conversation_text

    show(conversation_text(opened))
    return 0


def _export(library: Library, arguments: argparse.Namespace) -> int:
    from docent.app.history.conversation_text import conversation_markdown

    opened = open_conversation(library, library.conversations.named(arguments.conversation).id)
    text = conversation_markdown(opened)
    if arguments.file is None:
        sys.stdout.write(text)
        return 0
    try:
        arguments.file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DocentError(f"{arguments.file} cannot be written ({error.strerror}): name another file.") from error
    if arguments.json:
        show_json({"exported": opened.conversation.id, "file": str(arguments.file)})
    else:
        show(f"exported {opened.conversation.title} into {arguments.file}")
    return 0


def _delete(library: Library, arguments: argparse.Namespace) -> int:
    found = library.conversations.named(arguments.conversation)
    library.conversations.delete(found.id, undo=False)
    show_json({"deleted": found.id}) if arguments.json else show(f"deleted {found.title}")
    return 0


_CONVERSATIONS: dict[str, Command] = {"list": _list, "show": _show, "export": _export, "delete": _delete}


def feedback(library: Library, arguments: argparse.Namespace) -> int:
    """`feedback [list]`."""
    found = library.feedback.of(library.collection_id(), getattr(arguments, "rating", None))
    if arguments.json:
        from docent.app.history.conversation_wire import rated_to_dict

        show_json({"feedback": [rated_to_dict(one) for one in found]})
        return 0
    from docent.app.terminal.kept_text import feedback_table

    show(feedback_table(found) if found else "Nobody has rated an answer yet.")
    return 0


def curated(library: Library, arguments: argparse.Namespace) -> int:
    """`curated [list|show|delete]`."""
    kept = library.curated.of(library.collection_id())
    if arguments.action in {"show", "delete"}:
        one = _named(kept, arguments.curated)
        if arguments.action == "show":
            return _show_curated(library, [one], arguments)
        library.curated.delete(one.id)
        show_json({"deleted": one.id}) if arguments.json else show(f"deleted the answer to: {one.question}")
        return 0
    return _show_curated(library, kept, arguments)


def _named(kept: list[CuratedAnswer], name: str) -> CuratedAnswer:
    found = [one for one in kept if len(name) >= 4 and one.id.startswith(name)]
    if len(found) != 1:
        raise ConversationNotFound(f"there is no curated answer {name}: `curated list` shows what there is.")
    return found[0]


def _show_curated(library: Library, kept: list[CuratedAnswer], arguments: argparse.Namespace) -> int:
    if arguments.json:
        from docent.app.history.conversation_wire import curated_to_dict

        home = library.settings.collection
        show_json({"curated": [curated_to_dict(one, gone_from(library, one), home) for one in kept]})
        return 0
    from docent.app.terminal.kept_text import curated_table
    from docent.app.terminal.text import answer_text

    if arguments.action == "show":
        show(answer_text(kept[0].answer))
        return 0
    usable = {one.id for one in kept if not gone_from(library, one)}
    show(curated_table(kept, usable) if kept else "No curated answers yet: correct an answer in the web page.")
    return 0


KEPT: dict[str, Command] = {"conversations": conversations, "feedback": feedback, "curated": curated}
