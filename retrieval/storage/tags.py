"""Tags: words of the reader's own on documents. They stay with a document when its file is read anew or changes."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from docent.retrieval.errors import BadTag
from docent.retrieval.terms import fold
from docent.retrieval.types import Source, TagCount

LONGEST = 60  # characters
MOST = 100  # on one document
_FORBIDDEN = frozenset(",，、;；+")  # they part tags where several are written in a line


def clean_tag(text: str) -> str:
    """A tag as it is kept: NFC, one blank between words. Raises BadTag."""
    tag = " ".join(unicodedata.normalize("NFC", text).split())
    if not tag or len(tag) > LONGEST or not tag.isprintable() or tag[0] == "-" or not _FORBIDDEN.isdisjoint(tag):
        raise BadTag(
            f"{text[:LONGEST]!r} cannot be a tag: give 1 to {LONGEST} printable characters without commas,"
            " semicolons and plus signs, and no minus sign first."
        )
    return tag


def folded(tag: str) -> str:
    """What two spellings of a tag have in common: case, width, accents and simplified or traditional do not matter."""
    return " ".join(fold(tag).split())


def has_tag(tags: Sequence[str], tag: str) -> bool:
    """Whether a tag is among these, however it is spelled."""
    return folded(tag) in {folded(one) for one in tags}


def tags_of(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The tags of each document that has any, by its id, in order."""
    found: dict[str, list[str]] = {}
    for document_id, tag in connection.execute("SELECT document_id, tag FROM tags ORDER BY folded"):
        found.setdefault(document_id, []).append(tag)
    return {one: tuple(some) for one, some in found.items()}


def tag_counts(connection: sqlite3.Connection) -> list[TagCount]:
    """All tags in use, in order."""
    rows = connection.execute("SELECT min(tag), count(*) FROM tags GROUP BY folded ORDER BY folded")
    return [TagCount(tag, count) for tag, count in rows]


def change_tags(connection: sqlite3.Connection, document_id: str, add: Sequence[str], remove: Sequence[str]) -> None:
    """Take tags from a document, then put others on it, in a transaction of the caller's. Raises BadTag."""
    connection.executemany(
        "DELETE FROM tags WHERE document_id = ? AND folded = ?", [(document_id, folded(one)) for one in remove]
    )
    cleaned = [clean_tag(one) for one in add]
    connection.executemany(
        "INSERT OR IGNORE INTO tags (document_id, folded, tag) VALUES (?, ?, ?)",
        [(document_id, folded(one), _known(connection, one)) for one in cleaned],
    )
    count = connection.execute("SELECT count(*) FROM tags WHERE document_id = ?", (document_id,)).fetchone()[0]
    if count > MOST:
        raise BadTag(f"a document can have {MOST} tags at most: take some from it first.")


def _known(connection: sqlite3.Connection, tag: str) -> str:
    """The tag in the spelling that other documents have it in."""
    row = connection.execute("SELECT tag FROM tags WHERE folded = ? LIMIT 1", (folded(tag),)).fetchone()
    return str(row[0]) if row else tag


@contextmanager
def tags_carried(connection: sqlite3.Connection, document_id: str, source: Source) -> Iterator[None]:
    """Inside, a document's rows are replaced; after it, it has its tags, and those of what the source was before."""
    rows = connection.execute(
        "SELECT folded, tag FROM tags WHERE document_id = ?1 OR document_id IN"
        " (SELECT document_id FROM sources WHERE kind = ?2 AND path = ?3)",
        (document_id, source.kind, source.path),
    ).fetchall()
    yield
    connection.executemany(
        "INSERT OR IGNORE INTO tags (document_id, folded, tag) VALUES (?, ?, ?)",
        [(document_id, row[0], row[1]) for row in rows],
    )


def has_plain_tags(connection: sqlite3.Connection) -> bool:
    """Whether all tags are as this module writes them, which those of a stranger's database need not be."""
    try:
        rows = connection.execute("SELECT folded, tag FROM tags")
        return all(clean_tag(tag) == tag and folded(tag) == key for key, tag in rows)
    except (BadTag, TypeError):
        return False
