"""The reading side of a collection's database: what documents, sources, pages and chunks there are."""

from __future__ import annotations

import json
import math
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from docent.retrieval.errors import DocumentNotFound, NothingSelected
from docent.retrieval.search.selection import days, described, selected
from docent.retrieval.storage import trash
from docent.retrieval.storage.database import connect, make_folder, migrate
from docent.retrieval.storage.rows import chunk_from_row, document_from_row, page_from_row, report_from_json
from docent.retrieval.storage.schema import MIGRATIONS
from docent.retrieval.storage.tags import tag_counts, tags_of
from docent.retrieval.types import DocumentInfo, DocumentRef, Scope, SearchFilter, Source, TagCount

if TYPE_CHECKING:
    from docent.ingest import Chunk, OcrMode, Page, PageReport

DATABASE = "library.db"
OPENED = ".opened"  # behind the name of a copy that needs no password
_ALL = Scope()
_PATH = "(SELECT path FROM sources s WHERE s.document_id = d.id ORDER BY kind, path LIMIT 1) AS path"

# Pages that another mode of OCR has read, by the reports that `ingest` writes.
_OTHERWISE: dict[OcrMode, str] = {
    "auto": "(report LIKE '%OCR is off%' OR report LIKE '%text layer ignored%')",
    "always": "json_extract(report, '$.source') = 'text'",
    "never": "json_extract(report, '$.source') IN ('ocr', 'mixed')",
}


class StoreReader:
    """Documents and chunks of one collection below `folder`, as they stand. Made when nothing is there."""

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self.folder = folder
        self.originals = folder / "files"
        self.trash = folder / trash.FOLDER
        self._path = folder / DATABASE
        self._local = threading.local()
        self._open: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._guard = threading.Lock()
        migrate(self.connection, MIGRATIONS, self._path.name)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of the calling thread, in autocommit mode."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = connect(self._path)
            self._local.connection = found
            with self._guard:
                self._close_those_of_the_dead()
                self._open.append((threading.current_thread(), found))
        return found

    def _close_those_of_the_dead(self) -> None:
        """Threads of a server come and go; nobody can use the connection of one that has ended."""
        ended = [one for one in self._open if not one[0].is_alive()]
        for _, connection in ended:
            connection.close()
        self._open = [one for one in self._open if one not in ended]

    def close(self) -> None:
        """Close the connections of all threads; the store is not used after this."""
        with self._guard:
            for _, connection in self._open:
                connection.close()
            self._open.clear()

    def is_current(self, document_id: str, ocr: OcrMode | None = None, *, has_password: bool = False) -> bool:
        """Whether these bytes are here, read by the present parsers, and as they would be read now.

        They would be read otherwise where the report of a page does not fit the mode of OCR, or wants a password.
        """
        from docent.ingest import DRAWABLE, PARSER_VERSION

        row = self.connection.execute(
            "SELECT parser_version, media_type FROM documents WHERE id = ?", (document_id,)
        ).fetchone()
        if row is None or row["parser_version"] != PARSER_VERSION:
            return False
        otherwise = [_OTHERWISE[ocr]] if ocr and (ocr != "always" or row["media_type"] in DRAWABLE) else []
        otherwise += ["report LIKE '% by a password%'"] if has_password else []
        return not any(
            self.connection.execute(
                f"SELECT 1 FROM pages WHERE document_id = ? AND {one} LIMIT 1",  # noqa: S608
                (document_id,),
            ).fetchone()
            for one in otherwise
        )

    def has_source(self, source: Source) -> bool:
        """Whether a document has come from this place before."""
        row = self.connection.execute(
            "SELECT 1 FROM sources WHERE kind = ? AND path = ?", (source.kind, source.path)
        ).fetchone()
        return row is not None

    def sources(self, root: str | None = None) -> dict[str, tuple[Source, str]]:
        """Folder sources by path, each with its document's id; of one synced folder when `root` is given."""
        rows = self.connection.execute(
            "SELECT kind, path, root, mtime_ns, size, document_id FROM sources WHERE kind = 'folder'"
            " AND (?1 IS NULL OR root = ?1)",
            (root,),
        )
        return {row["path"]: (Source(*tuple(row)[:5]), row["document_id"]) for row in rows}

    def sources_of(self, document_id: str) -> list[Source]:
        """Where a document came from. Raises DocumentNotFound."""
        rows = self.connection.execute(
            "SELECT kind, path, root, mtime_ns, size FROM sources WHERE document_id = ? ORDER BY kind, path",
            (document_id,),
        ).fetchall()
        if not rows:
            raise DocumentNotFound(f"there is no document {document_id[:12]}: it may have been removed.")
        return [Source(*tuple(row)) for row in rows]

    def documents(self, embedder: int = 0) -> list[DocumentInfo]:
        """All documents by name, with how many of their chunks have a vector of `embedder`."""
        rows = self.connection.execute(
            "SELECT d.*, (SELECT count(*) FROM pages p WHERE p.document_id = d.id) AS pages,"
            " (SELECT count(*) FROM chunks c WHERE c.document_id = d.id) AS chunks,"
            " (SELECT count(DISTINCT v.chunk_id) FROM vectors v JOIN chunks c ON c.id = v.chunk_id"
            "  WHERE c.document_id = d.id AND v.embedder = ?) AS vectors"
            " FROM documents d ORDER BY d.name, d.id",
            (embedder,),
        ).fetchall()
        paths: dict[str, list[str]] = {}
        for row in self.connection.execute("SELECT document_id, path FROM sources ORDER BY kind, path"):
            paths.setdefault(row[0], []).append(row[1])
        warnings, tags, dates = self._warnings(), tags_of(self.connection), days(self.connection)
        return [
            DocumentInfo(
                row["id"], row["name"], row["media_type"], tuple(paths.get(row["id"], ())), row["pages"], row["chunks"],
                row["vectors"], row["size"], row["added"], warnings.get(row["id"], ()), tags.get(row["id"], ()),
                *dates.get(row["id"], ("", "added")),
            )
            for row in rows
        ]  # fmt: skip

    def find(self, name: str) -> list[DocumentRef]:
        """Documents by id (or at least 8 characters of its beginning), name or path; letter case does not matter."""
        rows = self.connection.execute(
            f"SELECT d.id AS document_id, d.name, {_PATH} FROM documents d WHERE d.id = ?1"  # noqa: S608
            " OR (length(?1) >= 8 AND d.id LIKE ?1 || '%') OR lower(d.name) = lower(?1)"
            " OR EXISTS (SELECT 1 FROM sources s WHERE s.document_id = d.id AND s.path = ?1) ORDER BY d.name",
            (name,),
        )
        return [document_from_row(row) for row in rows]

    def removed(self, days: float = math.inf, most: int | None = None) -> list[trash.RemovedDocument]:
        """Documents removed less than `days` ago that can be restored, the last one first, `most` of them."""
        return list(islice(self._restorable(trash.recent(self.trash, days)), most))

    def page(self, document_id: str, number: int) -> Page:
        """One page with its blocks. Raises DocumentNotFound."""
        row = self.connection.execute(
            "SELECT * FROM pages WHERE document_id = ? AND number = ?", (document_id, number)
        ).fetchone()
        if row is None:
            raise DocumentNotFound(f"there is no page {number} of a document {document_id[:12]}.")
        return page_from_row(row)

    def page_reports(self, document_id: str) -> list[tuple[int, str, PageReport]]:
        """Number, location and report of every page."""
        rows = self.connection.execute(
            "SELECT number, location, report FROM pages WHERE document_id = ? ORDER BY number", (document_id,)
        )
        return [(row["number"], row["location"], report_from_json(row["report"])) for row in rows]

    def original(self, document_id: str) -> Path:
        """The bytes as they came. Raises DocumentNotFound."""
        self.media_type(document_id)
        return self.originals / document_id

    def drawable(self, document_id: str) -> Path:
        """What its pages are drawn from: the original, or its copy without password. Raises DocumentNotFound."""
        original, opened = self.original(document_id), self.originals / (document_id + OPENED)
        return opened if opened.exists() else original

    def media_type(self, document_id: str) -> str:
        """What kind of file it is. Raises DocumentNotFound."""
        row = self.connection.execute("SELECT media_type FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            raise DocumentNotFound(f"there is no document {document_id[:12]}: it may have been removed.")
        return str(row[0])

    def chunks(self, ids: Sequence[int]) -> dict[int, tuple[Chunk, DocumentRef]]:
        """Chunks that still exist among `ids`, each with its document."""
        marks = ",".join("?" * len(ids))
        rows = self.connection.execute(
            f"SELECT c.*, d.name, {_PATH} FROM chunks c JOIN documents d ON d.id = c.document_id"  # noqa: S608
            f" WHERE c.id IN ({marks})",
            tuple(ids),
        )
        return {row["id"]: (chunk_from_row(row), document_from_row(row)) for row in rows}

    def scope(self, where: SearchFilter) -> Scope:
        """What a filter lets through now, which is something as long as there is anything.

        Raises DocumentNotFound for a name that fits no document, and NothingSelected where no passage fits it all.
        """
        named = set(self.resolve(where.documents)) if where.documents else None
        chosen = selected(self.connection, where)
        if named is not None and chosen is not None:
            chosen &= named
        elif chosen is None:
            chosen = named
        is_narrow = chosen is not None and chosen != self._ids()  # else it leaves nothing out, and shall cost nothing
        found = Scope(tuple(sorted(chosen)) if chosen is not None and is_narrow else None, where.pages)
        if not found.is_everything and self._has_text() and not self._has_text(found):
            raise NothingSelected(f"nothing in this collection fits the filter ({described(where)}): widen it.")
        return found

    def allowed(self, scope: Scope) -> list[int] | None:
        """The chunk ids of a scope, None when it leaves nothing out."""
        return None if scope.is_everything else [row[0] for row in self._within(scope, "")]

    def _has_text(self, scope: Scope = _ALL) -> bool:
        return self._within(scope, "LIMIT 1").fetchone() is not None

    def _within(self, scope: Scope, most: str) -> sqlite3.Cursor:
        first, last = scope.pages or (0, 2**31)
        narrow = "" if scope.documents is None else " AND document_id IN (SELECT value FROM json_each(?3))"
        chosen = () if scope.documents is None else (json.dumps(scope.documents),)
        return self.connection.execute(
            f"SELECT id FROM chunks WHERE last_page >= ?1 AND first_page <= ?2{narrow} {most}",  # noqa: S608
            (first, last, *chosen),
        )

    def tags(self) -> list[TagCount]:
        """All tags in use, in order, each with the number of its documents."""
        return tag_counts(self.connection)

    def resolve(self, names: Sequence[str]) -> list[str]:
        """The ids of the documents named. Raises DocumentNotFound for a name that fits none."""
        return [one.id for name in names for one in self.named(name)]

    def named(self, name: str) -> list[DocumentRef]:
        """What `find` finds, which is something. Raises DocumentNotFound."""
        found = self.find(name)
        if not found:
            raise DocumentNotFound(f"there is no document called {name}: look in the list of documents.")
        return found

    def _restorable(self, entries: Sequence[Path]) -> Iterator[trash.RemovedDocument]:
        """What can be read, is not in the collection, and has its original, one after another."""
        here = self._ids()
        found = (trash.read(entry) for entry in entries if entry.stem not in here)
        return (one for one in found if one and (self.originals / one.id).is_file())

    def _entry(self, document_id: str) -> Path:
        return self.trash / (document_id + trash.SUFFIX)

    def _ids(self) -> set[str]:
        return {row[0] for row in self.connection.execute("SELECT id FROM documents")}

    def _warnings(self) -> dict[str, tuple[str, ...]]:
        """For each document the warnings of its pages, as `page 3: a scan, read by OCR`."""
        found: dict[str, list[str]] = {}
        for row in self.connection.execute(
            "SELECT p.document_id, p.number, w.value FROM pages p, json_each(p.report, '$.warnings') w"
            " ORDER BY p.document_id, p.number"
        ):
            found.setdefault(row[0], []).append(f"page {row[1]}: {row[2]}")
        return {key: tuple(value) for key, value in found.items()}
