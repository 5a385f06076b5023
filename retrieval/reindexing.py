"""Moves a collection to another embedder beside the present one, which answers until the switch.

Chunks stay as they are, also where the new model's window is smaller: what does not fit is embedded in parts (see
`passage_parts`). Only vectors are made anew, and a move that was killed goes on from the last batch.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

from docent.retrieval.collection import Collection
from docent.retrieval.embedders.seam import Embedder
from docent.retrieval.errors import EmbedderError
from docent.retrieval.indexes.seam import Indexed
from docent.retrieval.storage.binding import begin_move, binding, drop_unused_vectors, finish_move, name_again
from docent.retrieval.storage.database import transaction
from docent.retrieval.vectorize import Pending, fill_vectors


def reindex(
    collection: Collection, embedder: Embedder, spec: str, progress: Callable[[int, int], None] | None = None
) -> int:
    """Embed everything by `embedder`, then switch to it in one transaction. Returns how many chunks were embedded.

    `collection` must be opened again afterwards. `progress` gets chunks done and in all. Raises EmbedderError while
    another process does the same.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(collection.store.folder / "reindex.lock").acquire(timeout=0):
            return _move(collection, embedder, spec, progress)
    except Timeout as error:
        raise EmbedderError(
            "another process is moving this collection: `python -m app search` says how far it is."
        ) from error


def _move(
    collection: Collection, embedder: Embedder, spec: str, progress: Callable[[int, int], None] | None
) -> int:  # fmt: skip
    store = collection.store
    connection, folder = store.connection, store.folder
    own = binding(connection)
    if own is not None and own.fingerprint == embedder.fingerprint:
        give_up_move(collection)
        name_again(connection, own, spec, is_chosen=True)
        return 0
    target = begin_move(connection, embedder.fingerprint, spec)
    drop_unused_vectors(connection)  # of another move that was given up
    pending = Pending(store, target)
    done = 0
    while True:
        before = connection.execute("SELECT count(*) FROM chunks").fetchone()[0] - pending()

        def tick(now: int, total: int, before: int = before) -> None:
            if progress:
                progress(before + now, before + total)

        done += fill_vectors(store, embedder, target, folder / "vectors-next.lock", tick)
        collection.index.prepare(Indexed(store, target, embedder.fingerprint))
        with transaction(connection):
            if not pending():  # else a document was committed meanwhile
                finish_move(connection, target)
                break
    drop_leftovers(collection)
    return done + fill_vectors(store, embedder, target, folder / "vectors.lock")


def give_up_move(collection: Collection) -> bool:
    """Forget a move that was begun. Returns whether there was one."""
    with transaction(collection.store.connection) as connection:
        was = connection.execute("DELETE FROM meta WHERE key = 'target'").rowcount
    if was:
        drop_leftovers(collection)
    return bool(was)


def drop_leftovers(collection: Collection) -> None:
    """Delete vectors and index folders of embedders that are no longer used."""
    connection = collection.store.connection
    drop_unused_vectors(connection)
    used = {str(row[0]) for row in connection.execute("SELECT id FROM embedders")}
    folder = collection.store.folder / "vectors"
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in used:
            shutil.rmtree(path, ignore_errors=True)
