"""Does search work at all? A few texts whose right answers are known go through every branch of a new collection."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from docent.ingest import Chunk, Document, Page, PageReport, Span
from docent.retrieval.checkup import UNIT, Finding
from docent.retrieval.collection import Collection
from docent.retrieval.embedders.seam import Embedder
from docent.retrieval.errors import NothingSelected
from docent.retrieval.types import SearchFilter, Source

TEXTS = (
    "The doctor advised her patient to walk for half an hour every morning.",
    "Our bakery sells fresh bread and rolls from six o'clock.",
    "The locomotive was late because snow lay on the rails.",
    "Fit bracket TH-01 with four screws and tighten them.",
    "医生建议他每天步行半小时，以降低血压。",
    "这家面包店早上六点开门，出售新鲜面包。",
    "列车因铁轨积雪而晚点两个小时。",
    "绿茶应当用八十度的水冲泡。",
)
# In other words: a question shares no term with the text that answers it.
PARAPHRASES = {
    "English": ("Which physical exercise did a physician recommend?", 0),
    "Chinese": ("大夫让病人多运动", 4),
}
WORDS = {"a Chinese word of two characters": ("铁轨", 6), "an identifier": ("TH-01", 3), "a word": ("bracket", 3)}
BROKEN = "so answers cannot be trusted; install Docent anew, and report this if it stays"


def check_canaries(folder: Path, embedder: Embedder) -> list[Finding]:
    """Every branch with this embedder, in a collection below `folder`, which must be empty or new."""
    wrong = list(_embedder(embedder))
    if wrong:
        return wrong  # nothing after it can be right
    collection = Collection(folder / "canaries", embedder)
    try:
        for number, text in enumerate(TEXTS):
            _add(collection, number, text, folder / "original")
        collection.fill_vectors()
        return [*_lexical(collection), *_dense(collection), *_filter(collection), *_delete(collection)]
    finally:
        collection.close()


def _embedder(embedder: Embedder) -> Iterator[Finding]:
    wanted = embedder.fingerprint.dimension
    vectors = [embedder.embed_query(TEXTS[0]), *embedder.embed_passages(list(TEXTS[:2]))]
    if any(one.shape != (wanted,) for one in vectors):
        given = ", ".join(str(one.shape[0]) for one in vectors)
        yield Finding("canaries", f"the embedder gives {given} numbers, not {wanted}: correct the embedder setting.")
    elif any(not abs(float(np.linalg.norm(one)) - 1) <= UNIT for one in vectors):
        yield Finding("canaries", "the embedder's vectors are not of unit length: take another embedder.")


def _lexical(collection: Collection) -> Iterator[Finding]:
    for what, (question, number) in WORDS.items():
        if _found(collection, collection.lexical(question, 3))[:1] != [number]:
            yield Finding("canaries", f"search by words does not find {what} ({question}), {BROKEN}.")


def _dense(collection: Collection) -> Iterator[Finding]:
    """`hash:` knows no meaning, so it is asked in the words of the text."""
    is_fake = collection.embedder.fingerprint.name == "hash"
    missed = []
    for language, (question, number) in PARAPHRASES.items():
        found = _found(collection, collection.dense(TEXTS[number] if is_fake else question, len(TEXTS)))
        if not found:
            yield Finding("canaries", f"search by meaning finds nothing at all, {BROKEN}.")
            return
        if found[0] != number:
            missed.append(language)
        if found[-1] == number and len(found) > 1:
            yield Finding("canaries", f"search by meaning puts the best passage last, {BROKEN}.")
            return
    if len(missed) == len(PARAPHRASES):
        yield Finding("canaries", f"search by meaning does not find a paraphrase, {BROKEN}.")
    elif missed:
        sentence = f"this embedder does not understand {missed[0]}: `reindex` moves the collection to one that does."
        yield Finding("canaries", sentence, is_note=True)
    hits = collection.search(TEXTS[0]).hits
    if not hits or set(hits[0].ranks) != {"lexical", "dense"}:
        yield Finding("canaries", f"a passage's own text is not found by both branches together, {BROKEN}.")


def _filter(collection: Collection) -> Iterator[Finding]:
    try:
        hits = collection.search(TEXTS[0], where=SearchFilter(documents=("canary-7.txt",))).hits
    except NothingSelected:
        hits = ()
    if [hit.document.name for hit in hits] != ["canary-7.txt"]:
        yield Finding("canaries", f"a search in one document looks elsewhere, {BROKEN}.")


def _delete(collection: Collection) -> Iterator[Finding]:
    (gone,) = collection.store.find("canary-3.txt")
    collection.store.remove(gone.id)
    ids = set(collection.lexical("TH-01", 8)) | set(collection.dense(TEXTS[3], 8))
    held = set.union(*collection.indexed())
    hits = collection.search("TH-01").hits
    known = set(collection.store.chunks(sorted(ids | held)))
    if (ids | held) - known or any(hit.document.id == gone.id for hit in hits):
        yield Finding("canaries", f"a removed document is still found, {BROKEN}.")


def _found(collection: Collection, ids: list[int]) -> list[int]:
    """The numbers of the canaries that were found, in order."""
    chunks = collection.store.chunks(ids)
    return [TEXTS.index(chunks[one][0].text) for one in ids if one in chunks]


def _add(collection: Collection, number: int, text: str, original: Path) -> None:
    data = text.encode()
    original.write_bytes(data)
    identity, name = hashlib.sha256(data).hexdigest(), f"canary-{number}.txt"
    page = Page(1, 595, 842, (), PageReport("text", len(text)))
    chunk = Chunk(identity, 0, text, "", (Span(1, (72, 72, 500, 90), 0, len(text)),))
    collection.store.add(Document(identity, name, "text/plain", (page,)), [chunk], Source("upload", name), original)
