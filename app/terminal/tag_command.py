"""The command `tag`: put tags on a document, take them off, list them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docent.app.terminal.speaking import show, show_json

if TYPE_CHECKING:
    import argparse

    from docent.app import Library


def tag(library: Library, arguments: argparse.Namespace) -> int:
    """`tag`, `tag DOC`, `tag DOC +a -b`."""
    from docent.app.tagging import tag_documents, tags_in

    if arguments.document is None:
        counts = tags_in(library)
        if arguments.json:
            show_json({"tags": [{"tag": one.tag, "documents": one.documents} for one in counts]})
            return 0
        lines = [f"{one.tag}  ({one.documents})" for one in counts]
        show("\n".join(lines) if lines else "No document has a tag yet: `python -m app tag DOC +NAME` gives it one.")
        return 0
    changed = tag_documents(library, arguments.document, arguments.add, arguments.remove)
    if arguments.json:
        found = [{"id": one.document.id, "name": one.document.name, "tags": list(one.tags)} for one in changed]
        show_json({"documents": found})
        return 0
    for one in changed:
        show(f"{one.document.name}: {', '.join(one.tags) or 'no tags'}")
    return 0
