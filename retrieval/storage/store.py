"""The truth of a collection: documents, their sources, pages and chunks, in one SQLite file."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from docent.retrieval.errors import DocumentNotFound
from docent.retrieval.storage import trash
from docent.retrieval.storage.database import transaction
from docent.retrieval.storage.reader import OPENED, StoreReader
from docent.retrieval.storage.reuse import vectors_carried
from docent.retrieval.storage.tags import change_tags, tags_carried, tags_of
from docent.retrieval.types import Source

if TYPE_CHECKING:
    from docent.ingest import Chunk, Document

TEMPORARY = ".tmp"  # behind the name of an original that is being copied


class DocumentStore(StoreReader):
    """Documents and chunks of one collection below `folder`. Safe to use from several threads and processes.

    Originals are files beside the database. They are copied before a document is committed and deleted after it has
    left, both under one lock, so that no process deletes what another one has just committed.
    """

    @contextmanager
    def originals_locked(self) -> Iterator[None]:
        """Nobody adds or removes documents inside."""
        from filelock import FileLock

        with FileLock(self.folder / "files.lock"):
            yield

    def add(self, document: Document, chunks: Sequence[Chunk], source: Source, original: Path, dated: str = "") -> None:
        """Commit a document that is in memory; see `take`."""
        import tempfile

        from docent.retrieval.storage.spooling import spool_document

        with tempfile.TemporaryDirectory(dir=self.folder, prefix="spool-") as folder:
            spool_document(Path(folder) / "document.db", document, chunks, dated)
            self.take(Path(folder) / "document.db", source, original)

    def take(self, spooled: Path, source: Source, original: Path, opened: Path | None = None) -> None:
        """Commit a spooled document, with its original, in one short transaction.

        A source that pointed to another document now points to this one; the other leaves if it was its last.
        `opened` is a copy of the original without its password, for drawing.
        """
        connection = self.connection
        connection.execute("ATTACH DATABASE ? AS spool", (str(spooled),))
        try:
            document_id, name = connection.execute("SELECT id, name FROM spool.document").fetchone()
            with self.originals_locked(), self._kept(document_id, original, opened):
                with (
                    transaction(connection),
                    vectors_carried(connection, document_id, name, source),
                    tags_carried(connection, document_id, source),
                ):
                    connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
                    connection.execute(
                        "INSERT INTO documents (id, name, media_type, size, parser_version, added, dated)"
                        " SELECT id, name, media_type, ?, parser_version, ?, dated FROM spool.document",
                        (source.size, _now()),
                    )
                    connection.execute("INSERT INTO pages SELECT * FROM spool.pages")
                    connection.execute(
                        "INSERT INTO chunks (document_id, ordinal, heading, context, text, spans, table_rows,"
                        " first_page, last_page) SELECT * FROM spool.chunks ORDER BY ordinal"
                    )
                    left = self._point(connection, source, document_id)
                self._entry(document_id).unlink(missing_ok=True)  # read anew, so there is nothing to restore
                self._forget(left)
        finally:
            connection.execute("DETACH DATABASE spool")

    def attach(self, document_id: str, source: Source) -> None:
        """Say that a known document has this source, too; the document it had before leaves with its last one.

        Raises DocumentNotFound when it was removed meanwhile.
        """
        with self.originals_locked():
            self.media_type(document_id)
            with transaction(self.connection) as connection, tags_carried(connection, document_id, source):
                left = self._point(connection, source, document_id)
            self._forget(left)

    def tag(self, document_id: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> tuple[str, ...]:
        """Take tags from a document and put others on it; returns those it has then.

        Raises DocumentNotFound and BadTag.
        """
        with transaction(self.connection) as connection:
            self.media_type(document_id)
            change_tags(connection, document_id, add, remove)
            return tags_of(connection).get(document_id, ())

    def detach(self, sources: Sequence[Source]) -> list[str]:
        """Forget sources. Returns the ids of the documents that left with their last one."""
        with self.originals_locked():
            with transaction(self.connection) as connection:
                for source in sources:
                    connection.execute("DELETE FROM sources WHERE kind = ? AND path = ?", (source.kind, source.path))
                left = _drop_unsourced(connection)
                _rename(connection)
            self._forget(left)
        return left

    def remove(self, document_id: str, *, undo: bool = False) -> None:
        """Remove a document whatever its sources; with `undo` it can be restored. Raises DocumentNotFound."""
        with self.originals_locked():
            self.media_type(document_id)
            if undo:
                trash.keep(self.connection, document_id, self._entry(document_id))
            with transaction(self.connection) as connection:
                connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
            if not undo:
                self._forget([document_id])

    def restore(self, document_id: str) -> str:
        """Bring a removed document back with its sources and vectors; returns its name, see `trash.put_back`.

        Raises DocumentNotFound and StoreError.
        """
        with self.originals_locked():
            if not any(self._restorable([self._entry(document_id)])):
                raise DocumentNotFound(f"the document {document_id[:12]} cannot be restored any more: add it again.")
            name = trash.put_back(self.connection, self._entry(document_id))
            self._entry(document_id).unlink(missing_ok=True)
        return name

    def sweep_trash(self, days: float) -> None:
        """Delete for good what was removed `days` ago or before; with 0 everything that was removed."""
        if not trash.aged(self.trash, days):
            return
        with self.originals_locked():
            here = self._ids()
            for entry in trash.aged(self.trash, days):
                if entry.stem in here or entry.suffix != trash.SUFFIX:
                    entry.unlink(missing_ok=True)
                else:
                    self._forget([entry.stem])

    def stray_files(self) -> list[Path]:
        """Originals of no document, and what was left of copies and spools when a process was killed.

        Only true inside `originals_locked`.
        """
        kept = {one.id for one in self.removed()}
        known = kept | self._ids()
        files = self.originals.iterdir() if self.originals.is_dir() else ()
        strays = [path for path in files if path.name.removesuffix(OPENED) not in known]
        return strays + [path for path in self.trash.glob("*") if path.name.removesuffix(trash.SUFFIX) not in kept]

    @staticmethod
    def _point(connection: sqlite3.Connection, source: Source, document_id: str) -> list[str]:
        connection.execute(
            "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?)",
            (source.kind, source.path, source.root, source.mtime_ns, source.size, document_id),
        )
        return _drop_unsourced(connection)

    @contextmanager
    def _kept(self, document_id: str, original: Path, opened: Path | None) -> Iterator[None]:
        """The original is there inside, and stays unless what happens inside fails."""
        made: list[Path] = []
        try:
            self._keep(document_id, original, made)
            if opened:
                self._keep(document_id + OPENED, opened, made)
            yield
        except BaseException:
            for path in made:
                path.unlink(missing_ok=True)
            raise

    def _keep(self, name: str, original: Path, made: list[Path]) -> None:
        target = self.originals / name
        if target.exists():
            return
        self.originals.mkdir(exist_ok=True)
        temporary = target.with_name(name + TEMPORARY)
        made.extend((target, temporary))
        shutil.copyfile(original, temporary)
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.replace(target)

    def _forget(self, ids: Sequence[str]) -> None:
        """Delete the files of documents that have left; the entry last, so that a sweep goes on where it was killed."""
        for one in ids:
            for name in (one, one + OPENED):
                (self.originals / name).unlink(missing_ok=True)
            self._entry(one).unlink(missing_ok=True)


def _drop_unsourced(connection: sqlite3.Connection) -> list[str]:
    left = [
        row[0]
        for row in connection.execute("SELECT id FROM documents WHERE id NOT IN (SELECT document_id FROM sources)")
    ]
    connection.executemany("DELETE FROM documents WHERE id = ?", [(one,) for one in left])
    return left


def _rename(connection: sqlite3.Connection) -> None:
    """A document whose files were all renamed is called what the first of them is called now."""
    renamed = connection.execute(
        "SELECT d.id, (SELECT path FROM sources s WHERE s.document_id = d.id ORDER BY kind, path LIMIT 1)"
        " FROM documents d WHERE NOT EXISTS (SELECT 1 FROM sources s WHERE s.document_id = d.id"
        " AND substr(s.path, -length(d.name)) = d.name)"
    ).fetchall()
    names = [(Path(path).name, one) for one, path in renamed]
    connection.executemany("UPDATE documents SET name = ? WHERE id = ?", names)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
