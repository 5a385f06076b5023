"""Pour plain text with a little markup into a flow.

Blocks are parted by empty lines. ``#``, ``##`` and ``###`` open headings, ``- `` a list item, ``@name`` calls for a
drawing or a table, ``name| text`` sets a paragraph in a style of that name; all else is a paragraph (style ``p``).
"""

import re
from collections.abc import Callable, Iterator, Mapping

from flow import Flow
from typeset import Style, is_cjk

Insert = Callable[[Flow], None]


def pour(text: str, flow: Flow, styles: Mapping[str, Style], inserts: Mapping[str, Insert]) -> None:
    """Set every block of the text in the style of its kind."""
    for kind, content in blocks(text):
        if kind == "@":
            inserts[content](flow)
        elif kind.startswith("#"):
            flow.heading(content, styles[kind], len(kind))
        else:
            flow.paragraph(content, styles[kind])


def blocks(text: str) -> Iterator[tuple[str, str]]:
    for block in re.split(r"\n\s*\n", text.strip()):
        content = joined(block.splitlines())
        if match := re.match(r"(#+) (.*)", content):
            yield match[1], match[2]
        elif content.startswith("@"):
            yield "@", content[1:]
        elif match := re.match(r"([\w-]+)\| (.*)", content):
            yield match[1], match[2]
        elif content.startswith("- "):
            yield "-", "• " + content[2:]
        else:
            yield "p", content


def joined(lines: list[str]) -> str:
    """Join source lines: with nothing where Chinese meets Chinese, with a space elsewhere."""
    text = lines[0].strip()
    for line in (line.strip() for line in lines[1:]):
        text += line if is_cjk(text[-1]) or is_cjk(line[0]) else f" {line}"
    return text
