"""The terminal, and texts without what would steer it: documents and their names are hostile data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_a-z])?")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")


def visible(text: str) -> str:
    """The text without sequences for terminals and without characters that hide or turn other ones."""
    return _HIDDEN.sub("", _SEQUENCE.sub("", _LINE_ENDS.sub("\n", text)))


def console(**options: Any) -> Console:
    """A console of rich that shows only what is visible, whatever is printed; styles are rich's own."""
    from rich.console import Console
    from rich.segment import Segment

    class Guarded(Console):
        def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
            for one in super().render(renderable, options):
                yield one if one.control or one.text.isprintable() else Segment(visible(one.text), one.style)

    return Guarded(**options)
