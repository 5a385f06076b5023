from __future__ import annotations

from pathlib import Path

from contracts.parser import ParserContract
from docent.ingest import Block

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)  # how a file from before 2007, or an encrypted one, begins


def table_rows(blocks: tuple[Block, ...]) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    """Label, and the heads of each value, of all rows that are data."""
    return [
        (row.label, {block.text[cell.start : cell.end]: cell.heads for cell in row.cells})
        for block in blocks
        for row in block.rows
        if not row.is_head
    ]


def truncated(path: Path, name: str) -> Path:
    made = path.with_name(name)
    made.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    return made


class Unpaged(ParserContract):
    paged = False
