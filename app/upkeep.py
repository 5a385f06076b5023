"""What is done to a whole collection or data directory: exported, imported, moved to another embedder, purged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from docent.app.archives import require_zip
from docent.app.history.redaction import redact
from docent.app.intake.job_book import forget_failed
from docent.app.intake.presence import clear_spool
from docent.app.library import Library
from docent.app.restoring import is_backup
from docent.retrieval import (
    Collection,
    StoreError,
    archived_name,
    binding_of,
    compact_file,
    export_collection,
    folder_size,
    give_up_move,
    import_collection,
    purge,
    reindex,
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """Bytes of the data directory before and after; `reasons` are sentences about what could not be purged."""

    before: int
    after: int
    reasons: tuple[str, ...] = ()


def purge_library(library: Library, collection: str | None, wait: float) -> PurgeReport:
    """Leave no byte of what was removed, in one collection or in all. Waits up to `wait` seconds for readers."""
    root = library.settings.data_dir
    before = folder_size(root)
    names = [collection] if collection else [one.name for one in library.collections()]
    reasons = [purge(library.collection(name), wait).reason for name in names]
    for name in names:
        redact(library, name)
    library.catalog.sweep()
    forget_failed(library.database, library.uploads)
    reasons.append(clear_spool(library.spool, library.signs))
    if library.database.path.exists():
        reasons.append(compact_file(library.database.path, wait))
    return PurgeReport(before, folder_size(root), tuple(dict.fromkeys(one for one in reasons if one)))


def move_collection(
    library: Library, spec: str, collection: str | None = None, progress: Progress | None = None
) -> int:
    """Move a collection to another embedder while it keeps answering. Returns how many chunks were embedded."""
    done = reindex(library.collection(collection), library.embedder(spec), spec, progress)
    library.release(collection)
    return done


def stop_move(library: Library, collection: str | None = None) -> bool:
    """Give up a move that was begun. Returns whether there was one."""
    return give_up_move(library.collection(collection))


def export_to(library: Library, name: str, target: Path) -> int:
    """Write a collection into one file; returns how many documents. Raises CollectionNotFound and StoreError."""
    return export_collection(library.collection(name).store, name, target)


def import_from(library: Library, archive: Path, name: str | None = None, embedder: str | None = None) -> str:
    """Make a collection of an archive, and return its name. Raises CollectionExists, StoreError and EmbedderError.

    An embedder that is a server or a folder is named by `embedder` or by the setting, since an archive may not say
    where questions are sent.
    """
    require_zip(archive, "imported", "python -m app collections export NAME FILE")
    if is_backup(archive):
        raise StoreError(
            f"{archive.name} is a backup of a whole data directory: take it back with `python -m app restore`."
        )
    wanted = name or archived_name(archive)

    def fill(folder: Path) -> None:
        import_collection(archive, folder)
        own = binding_of(folder)
        spec = embedder or (own.spec if own else "") or library.settings.embedder
        Collection(folder, library.embedder(spec), spec, is_chosen=embedder is not None).close()

    library.catalog.add(wanted, fill)
    return wanted
