"""What can be wrong with a collection, each as one sentence that says what to do, and mended where that is possible."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from docent.ingest import PARSER_VERSION
from docent.retrieval.collection import Collection
from docent.retrieval.indexes.vectors import exact_scores
from docent.retrieval.reindexing import drop_leftovers
from docent.retrieval.storage.binding import binding, drop_unused_vectors
from docent.retrieval.storage.purging import delete_strays
from docent.retrieval.storage.schema import schema_of, wanted_schema
from docent.retrieval.vectorize import passage_parts

UNIT = 0.02  # how far the length of a float16 unit vector may be from 1
SAME = 0.9  # cosine of a passage embedded twice; int8 runtimes give .98 to each other, strangers .85
SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and what to do about it. A note is worth knowing and no fault."""

    check: str
    sentence: str
    is_note: bool = False
    is_mended: bool = False


Look = Callable[[Collection], Iterator[Finding]]
Mend = Callable[[Collection], object]


def check_collection(collection: Collection, *, fix: bool = False) -> list[Finding]:
    """All checks, in an order in which a later one may rely on the earlier ones. With `fix`, faults are mended."""
    found: list[Finding] = []
    for look, mend in _CHECKS:
        seen = list(look(collection))
        if fix and mend and any(not one.is_note for one in seen):
            mend(collection)
            still = {(one.check, one.sentence) for one in look(collection)}
            seen = [replace(one, is_mended=(one.check, one.sentence) not in still) for one in seen]
        found.extend(seen)
    return found


def _database(collection: Collection) -> Iterator[Finding]:
    connection = collection.store.connection
    rows = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if rows != ["ok"]:
        yield Finding(
            "database", f"the database is damaged ({'; '.join(rows)}): restore it from a backup or an export."
        )
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        yield Finding("database", f"{len(broken)} rows belong to nothing: restore the database from a backup.")
    if schema_of(connection) != wanted_schema():
        yield Finding("schema", "the tables are not those of this version: export the collection from a backup.")


def _damage(collection: Collection) -> Iterator[Finding]:
    for name, why in collection.damage().items():
        yield Finding("index files", f"the {name} index is damaged ({why}): the next search, or --fix, builds it anew.")


def _vectors(collection: Collection) -> Iterator[Finding]:
    connection, size = collection.store.connection, 2 * collection.embedder.fingerprint.dimension
    own = (collection.embedder_id,)
    wrong = connection.execute(
        "SELECT count(*) FROM vectors WHERE embedder = ? AND length(vector) <> ?", (*own, size)
    ).fetchone()[0]
    if wrong:
        yield Finding("vectors", f"{wrong} vectors have another dimension than the embedder: embed them anew by --fix.")
    bent = len(_bent(collection))
    if bent:
        yield Finding("vectors", f"{bent} vectors are not of unit length: embed them anew by --fix.")
    used = {one.id for one in (binding(connection), binding(connection, "target")) if one}
    unused = [row[0] for row in connection.execute("SELECT id FROM embedders") if row[0] not in used]
    if unused:
        yield Finding("vectors", "vectors of an embedder are kept that is no longer used: delete them by --fix.")
    missing = collection.pending()
    if missing:
        yield Finding(
            "vectors", f"{missing} passages have no vector and are found by words only: embed them by --fix or `serve`."
        )


def _bent(collection: Collection) -> list[int]:
    """Rows whose vector is not of unit length."""
    size = 2 * collection.embedder.fingerprint.dimension
    rows = collection.store.connection.execute(
        "SELECT id, vector FROM vectors WHERE embedder = ? AND length(vector) = ?", (collection.embedder_id, size)
    )
    found: list[int] = []
    while batch := rows.fetchmany(5000):
        data = np.frombuffer(b"".join(row[1] for row in batch), dtype="<f2").reshape(len(batch), -1)
        lengths = np.linalg.norm(data.astype(np.float32), axis=1)
        found.extend(int(batch[one][0]) for one in np.flatnonzero(~(np.abs(lengths - 1) <= UNIT)))
    return found


def _embed_anew(collection: Collection) -> None:
    connection, size = collection.store.connection, 2 * collection.embedder.fingerprint.dimension
    drop_unused_vectors(connection)
    drop_leftovers(collection)
    connection.execute("DELETE FROM vectors WHERE embedder = ? AND length(vector) <> ?", (collection.embedder_id, size))
    connection.executemany("DELETE FROM vectors WHERE id = ?", [(one,) for one in _bent(collection)])
    collection.fill_vectors()
    collection.rebuild_indexes()


def _indexes(collection: Collection) -> Iterator[Finding]:
    connection = collection.store.connection
    chunks = {row[0] for row in connection.execute("SELECT id FROM chunks")}
    embedded = {
        row[0]
        for row in connection.execute(
            "SELECT chunk_id FROM vectors WHERE embedder = ? AND length(vector) = ?",
            (collection.embedder_id, 2 * collection.embedder.fingerprint.dimension),
        )
    }
    for name, held, wanted in zip(("lexical", "vector"), collection.indexed(), (chunks, embedded), strict=True):
        if held - wanted:
            yield Finding(
                "index", f"the {name} index still holds {len(held - wanted)} removed passages: build it anew by --fix."
            )
        if wanted - held:
            yield Finding("index", f"the {name} index lacks {len(wanted - held)} passages: build it anew by --fix.")


def _originals(collection: Collection) -> Iterator[Finding]:
    store = collection.store
    for one in store.documents():
        path = store.originals / one.id
        if not path.is_file():
            yield Finding("originals", f"the original of {one.name} is missing: ingest it again with --force.")
            continue
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != one.id:
            yield Finding("originals", f"the original of {one.name} was changed or cut off: restore it from a backup.")


def _strays(collection: Collection) -> Iterator[Finding]:
    with collection.store.originals_locked():
        count = len(collection.store.stray_files())
    if count:
        yield Finding("files", f"{count} files belong to no document: delete them by --fix or `purge`.")


def _parsers(collection: Collection) -> Iterator[Finding]:
    count = collection.store.connection.execute(
        "SELECT count(*) FROM documents WHERE parser_version <> ?", (PARSER_VERSION,)
    ).fetchone()[0]
    if count:
        sentence = f"{count} documents were read by another version: `python -m ingest --force` reads them anew."
        yield Finding("parsers", sentence, is_note=True)


def _selves(collection: Collection) -> Iterator[Finding]:
    """A passage's own text finds it by each branch, and is embedded as it was."""
    lost: dict[str, list[int]] = {"words": [], "vectors": [], "embedder": []}
    samples = _samples(collection)
    for one in samples:
        chunk, document = collection.store.chunks([one])[one]
        same = {one} | {other for other in samples if collection.store.chunks([other])[other][0].text == chunk.text}
        if not same & set(collection.lexical(chunk.text[:400], 100)):
            lost["words"].append(one)
        if not same & set(collection.dense(chunk.text[:400], 100)):
            lost["vectors"].append(one)
        row = (one, document.name, chunk.heading, chunk.context, chunk.text)
        texts = [text for _, _, text in passage_parts([row], collection.embedder)]
        again = collection.embedder.embed_passages(texts)[0]
        if exact_scores(collection.store.connection, collection.embedder_id, again, [one]).get(one, 0.0) < SAME:
            lost["embedder"].append(one)
    for branch in ("words", "vectors"):
        if lost[branch]:
            yield Finding(
                "search", f"{len(lost[branch])} of {len(samples)} passages are not found by their own {branch}:"
                " build the indexes anew by --fix.",
            )  # fmt: skip
    if lost["embedder"]:
        yield Finding(
            "embedder", "the embedder gives other vectors than the ones stored: `python -m app reindex` to another"
            " embedder and back, or set the one that was used.",
        )  # fmt: skip


def _samples(collection: Collection) -> list[int]:
    """A few passages that say something and have a vector, from the whole collection."""
    rows = [
        row[0]
        for row in collection.store.connection.execute(
            "SELECT id FROM chunks c WHERE length(text) >= 40 AND EXISTS"
            " (SELECT 1 FROM vectors v WHERE v.chunk_id = c.id AND v.embedder = ?) ORDER BY id",
            (collection.embedder_id,),
        )
    ]
    return rows[:: max(1, len(rows) // SAMPLES)][:SAMPLES]


def _rebuild(collection: Collection) -> None:
    collection.rebuild_indexes()


def _drop_files(collection: Collection) -> None:
    delete_strays(collection)


_CHECKS: tuple[tuple[Look, Mend | None], ...] = (
    (_database, None),
    (_damage, _rebuild),
    (_vectors, _embed_anew),
    (_indexes, _rebuild),
    (_originals, None),
    (_strays, _drop_files),
    (_parsers, None),
    (_selves, _rebuild),
)


def damaged_models(cache_dir: Path) -> list[Path]:
    """Prepared models whose checksum, their first 32 bytes, is wrong."""
    found = []
    for path in cache_dir.glob("*.model") if cache_dir.is_dir() else ():
        data = path.read_bytes()
        if hashlib.sha256(data[32:]).digest() != data[:32]:
            found.append(path)
    return found
