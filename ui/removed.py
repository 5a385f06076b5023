"""Documents that were removed and can be brought back, below the list of those that are there."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from docent.retrieval import RemovedDocument
from docent.ui.texts import Texts

MOST = 20  # the last ones; the command line lists them all


def render_removed(removed: Sequence[RemovedDocument], words: Texts) -> str:
    """A list that is folded up; the script keeps it open when it is drawn anew."""
    if not removed:
        return ""
    rows = "".join(_row(one, words) for one in removed)
    return (
        f'<details class="removed"><summary>{escape(words.recently_removed)}'
        f' <span class="count">{len(removed)}</span></summary><ul>{rows}</ul></details>'
    )


def _row(document: RemovedDocument, words: Texts) -> str:
    label = escape(words.undo_named.format(name=document.name))
    return (
        f'<li data-removed="{escape(document.id)}"><span class="name">{escape(document.name)}</span>'
        f'<button type="button" class="plain" data-action="undo" aria-label="{label}">{escape(words.undo)}</button>'
        '<span class="problem" role="alert"></span></li>'
    )
