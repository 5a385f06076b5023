"""Which documents a filter lets through, by tag and date, and which day a document is of."""

from __future__ import annotations

import sqlite3
from datetime import date

from docent.retrieval.errors import NothingSelected
from docent.retrieval.storage.tags import folded, tag_counts
from docent.retrieval.types import DateOrigin, SearchFilter

# The last change of any of its files, as a day of this machine; none where all were uploads.
_FILE_DAY = (
    "(SELECT date(max(s.mtime_ns) / 1000000000, 'unixepoch', 'localtime') FROM sources s"
    " WHERE s.document_id = d.id AND s.mtime_ns > 0)"
)
_SHOWN_TAGS = 8


def days(connection: sqlite3.Connection) -> dict[str, tuple[str, DateOrigin]]:
    """The day of each document, ISO 8601, by its id: the one it names, else its file's, else that of its adding."""
    rows = connection.execute(f"SELECT d.id, d.dated, {_FILE_DAY}, date(d.added, 'localtime') FROM documents d")  # noqa: S608
    return {row[0]: _day(row[1], row[2], row[3]) for row in rows}


def _day(dated: str, of_file: str | None, added: str) -> tuple[str, DateOrigin]:
    if dated:
        return dated, "document"
    return (of_file, "file") if of_file else (added, "added")


def selected(connection: sqlite3.Connection, where: SearchFilter) -> set[str] | None:
    """The ids of the documents with these tags and dates, None where it asks for neither. Raises NothingSelected."""
    found: set[str] | None = None
    for tag in where.tags:
        rows = connection.execute("SELECT document_id FROM tags WHERE folded = ?", (folded(tag),))
        having = {row[0] for row in rows}
        if not having:
            raise NothingSelected(_no_such_tag(connection, tag))
        found = having if found is None else found & having
    if where.since is None and where.until is None:
        return found
    first, last = (where.since or date.min).isoformat(), (where.until or date.max).isoformat()
    dated = {one for one, (day, _) in days(connection).items() if first <= day <= last}
    return dated if found is None else found & dated


def _no_such_tag(connection: sqlite3.Connection, tag: str) -> str:
    known = [one.tag for one in tag_counts(connection)]
    if not known:
        return f"no document has the tag {tag}, since none has any: `python -m app tag DOC +{tag}` puts it on one."
    more = ", ..." if len(known) > _SHOWN_TAGS else ""
    return f"no document has the tag {tag}: there are {', '.join(known[:_SHOWN_TAGS])}{more}."


def described(where: SearchFilter) -> str:
    """What a filter asks for, as words of a sentence: `tag tax, since 2024-01-01`."""
    parts = [*where.documents, *(f"tag {one}" for one in where.tags)]
    parts += [f"since {where.since}"] if where.since else []
    parts += [f"until {where.until}"] if where.until else []
    if where.pages:
        first, last = where.pages
        parts.append(f"page {first}" if first == last else f"pages {first}-{last}")
    return ", ".join(parts)


def has_plain_days(connection: sqlite3.Connection) -> bool:
    """Whether each document names a day in the form of ISO 8601 or none, which those of a stranger's need not do."""
    try:
        rows = connection.execute("SELECT dated FROM documents WHERE dated <> ''")
        return all(date.fromisoformat(row[0]).isoformat() == row[0] for row in rows)
    except (ValueError, TypeError):
        return False
