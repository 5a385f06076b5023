"""A chunk as a row in Milvus: what it is found by, and all that a hit of it says.

Words are our own terms (docent.retrieval.terms), each written so that Milvus's `standard` tokenizer leaves it whole:
that one takes Chinese apart into single characters, and 12.5 into two numbers.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from docent.retrieval.indexes.lexical_fields import row_text
from docent.retrieval.indexes.seam import Indexed
from docent.retrieval.terms import index_terms
from docent.retrieval.types import Scope

MOST_BYTES = 65_535  # of a text in Milvus
MARK_ID = 0  # of the row that says what the collection holds; no chunk has it
NOTHING = "zznone"  # the word of rows that no question finds
_PLAIN = re.compile(r"[a-z0-9]+")
_ASKED = "zq"  # before the words of questions that a model wrote: they find a chunk, and make no word known

_ROWS = """SELECT c.id, c.document_id, c.ordinal, c.heading, c.context, c.text, c.spans, c.table_rows, c.first_page,
c.last_page, d.name, (SELECT path FROM sources s WHERE s.document_id = d.id ORDER BY kind, path LIMIT 1) AS path,
(SELECT q.text FROM questions q WHERE q.chunk_id = c.id) AS questions
FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.id"""
_VECTORS = """SELECT id, chunk_id, part, vector FROM vectors WHERE embedder = ? AND length(vector) = ?
AND chunk_id IN (SELECT value FROM json_each(?)) ORDER BY chunk_id, part"""
_PASSAGE = ("name", "path", "ordinal", "heading", "context", "text", "spans", "table_rows")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a collection in Milvus holds: of which form it is, of which embedder, and up to which rows it was sent.

    `generation` changes when all has to be sent anew. `has_parts` tells that a chunk has more rows than one.
    """

    format: int
    fingerprint: str
    generation: int
    last_row: int = 0
    last_vector: int = 0
    last_deletion: int = 0
    has_parts: bool = False


def schema(client: Any, dimension: int) -> Any:
    """Fields of a collection. `vector` is all zeros while a chunk has none, and `vector_id` is 0 then."""
    from pymilvus import DataType, Function, FunctionType

    made = client.create_schema(auto_id=False, enable_dynamic_field=False)
    made.add_field("id", DataType.INT64, is_primary=True)
    for name in ("chunk", "first_page", "last_page", "vector_id"):
        made.add_field(name, DataType.INT64)
    made.add_field("document", DataType.VARCHAR, max_length=128)
    made.add_field("passage", DataType.VARCHAR, max_length=MOST_BYTES)
    made.add_field(
        "words", DataType.VARCHAR, max_length=MOST_BYTES, enable_analyzer=True,
        analyzer_params={"tokenizer": "standard"},
    )  # fmt: skip
    made.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
    made.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    made.add_function(Function("bm25", FunctionType.BM25, ["words"], ["sparse"]))
    return made


def rows_of(of: Indexed, chunk_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Rows of those chunks that still exist; of a chunk in several parts, the further ones have its vector alone."""
    connection, asked, zeros = of.store.connection, json.dumps(chunk_ids), [0.0] * of.fingerprint.dimension
    found = {row["id"]: _row(row, zeros) for row in connection.execute(_ROWS, (asked,))}
    rows = list(found.values())
    for vector_id, one, part, blob in connection.execute(_VECTORS, (of.embedder, 2 * of.fingerprint.dimension, asked)):
        if one not in found:
            continue
        vector = np.frombuffer(blob, "<f2").astype(np.float32)
        if part == 0:
            found[one] |= {"vector": vector, "vector_id": vector_id}
        else:
            further = {"id": -vector_id, "words": NOTHING, "passage": "", "vector": vector, "vector_id": vector_id}
            rows.append(found[one] | further)
    return rows


def mark_row(mark: Mark, dimension: int) -> dict[str, Any]:
    """The row that says what the collection holds."""
    return {
        "id": MARK_ID, "chunk": 0, "first_page": 0, "last_page": 0, "vector_id": 0, "document": "",
        "passage": json.dumps({name: getattr(mark, name) for name in Mark.__slots__}), "words": NOTHING,
        "vector": [0.0] * dimension,
    }  # fmt: skip


def mark_of(passage: str) -> Mark:
    """The inverse of `mark_row`. Raises ValueError for what another version wrote."""
    try:
        fields = json.loads(passage)
        return Mark(**{name: fields[name] for name in Mark.__slots__})
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error


def expression(scope: Scope) -> str:
    """The filter of a scope in Milvus's language, "" for everything."""
    parts = []
    if scope.documents is not None:
        parts.append(f"document in {json.dumps(scope.documents)}")
    if scope.pages:
        parts.append(f"first_page <= {scope.pages[1]} and last_page >= {scope.pages[0]}")
    return " and ".join(parts)


def encoded(terms: Iterable[str], before: str = "") -> str:
    """Terms as words of letters and digits alone."""
    return " ".join(before + (term if _PLAIN.fullmatch(term) else f"zz{term.encode().hex()}") for term in terms)


def encoded_questions(terms: Iterable[str]) -> str:
    """Terms as they stand in the questions that a model wrote for a chunk."""
    return encoded(terms, _ASKED)


def _row(row: sqlite3.Row, zeros: list[float]) -> dict[str, Any]:
    words = encoded(index_terms(row_text(row)))
    if row["questions"]:
        words += " " + encoded_questions(index_terms(row["questions"]))
    passage = json.dumps({name: row[name] for name in _PASSAGE}, ensure_ascii=False, separators=(",", ":"))
    return {
        "id": row["id"], "chunk": row["id"], "document": row["document_id"], "first_page": row["first_page"],
        "last_page": row["last_page"], "vector_id": 0, "words": _within(words) or NOTHING, "vector": zeros,
        # A passage that Milvus cannot take is in the database as all are, where hits are read from.
        "passage": passage if len(passage.encode()) <= MOST_BYTES else "",
    }  # fmt: skip


def _within(words: str) -> str:
    """As many words as Milvus takes; they are ASCII."""
    return words if len(words) <= MOST_BYTES else words[:MOST_BYTES].rpartition(" ")[0]
