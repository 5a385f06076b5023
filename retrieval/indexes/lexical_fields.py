"""The fields of the lexical index: from the rows of a collection to documents, and from words to a query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from docent.retrieval.terms import index_terms
from docent.retrieval.types import Scope

# One field for all: a word of the question in a document's name, its heading and its text is one piece of evidence, not
# three (BM25F, Robertson, Zaragoza and Taylor 2004); with fields of their own, cover pages came first.
WORDS = "words"
# Questions that a model wrote stay apart: they help to find a passage, and make no word known that no document has.
QUESTIONS = "questions"
HAS_QUESTIONS = "\ue000"  # a term of every chunk with questions, which no text gives
ASKED_ALIKE = 0.3  # of the weight of a word in the text itself
BATCH = 2000
SYNONYM = 0.8  # of the weight of the word that the question says


def schema() -> Any:
    """The id is a fast field, so that a hit need not be unpacked; terms are ours, parted by blanks."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("first_page", indexed=True, fast=True)
    builder.add_integer_field("last_page", indexed=True, fast=True)
    builder.add_text_field(WORDS, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(QUESTIONS, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def add_rows(writer: Any, connection: sqlite3.Connection, after: int, last: int, *, replace: bool) -> None:
    """Write the chunks with ids in (after, last]; with `replace`, what the index has of them is deleted first."""
    rows = connection.execute(
        "SELECT c.id, c.document_id, c.heading, c.context, c.text, c.first_page, c.last_page, d.name,"
        " (SELECT q.text FROM questions q WHERE q.chunk_id = c.id) AS questions"
        " FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.id > ? AND c.id <= ? ORDER BY c.id",
        (after, last),
    )
    for row in _batches(rows):
        if replace:
            writer.delete_documents_by_term("id", row["id"])
        writer.add_document(_document(row))


def _batches(rows: sqlite3.Cursor) -> Iterable[sqlite3.Row]:
    rows.arraysize = BATCH
    while batch := rows.fetchmany():
        yield from batch


def row_text(row: sqlite3.Row) -> str:
    """All that a chunk is found by: the name of its document without its ending, its heading, context and text."""
    stem = row["name"].rsplit(".", 1)[0]
    return "\n".join((stem, row["heading"], row["context"], row["text"]))


def _document(row: sqlite3.Row) -> Any:
    import tantivy

    document = tantivy.Document()
    document.add_integer("id", row["id"])
    document.add_text("document", row["document_id"])
    document.add_integer("first_page", row["first_page"])
    document.add_integer("last_page", row["last_page"])
    document.add_text(WORDS, " ".join(index_terms(row_text(row))))
    if row["questions"]:
        document.add_text(QUESTIONS, " ".join((HAS_QUESTIONS, *index_terms(row["questions"]))))
    return document


def any_of(schema: Any, words: Sequence[str]) -> Any:
    """A query for any of the words."""
    import tantivy

    return _joined(tantivy.Occur.Should, _each(schema, words))


def _each(schema: Any, words: Sequence[str], field: str = WORDS) -> list[Any]:
    import tantivy

    return [tantivy.Query.term_query(schema, field, word, "freq") for word in words]


def widened(
    schema: Any,
    words: Sequence[str],
    meant: Sequence[tuple[Sequence[str], Sequence[Sequence[str]]]],
    *,
    has_questions: bool = False,
) -> Any:
    """A query for any of the words, where each of `meant` is some of them and what may stand in their place, whole.

    A place is worth the best of what stands in it, so that a synonym beside its word counts once, and a little less
    than the word that was asked for. With `has_questions`, what the questions of a chunk say counts a little, too.
    """
    import tantivy

    queries = []
    for phrase, others in meant:
        alternatives = [tantivy.Query.boost_query(all_words(schema, other), SYNONYM) for other in others]
        queries.append(tantivy.Query.disjunction_max_query([any_of(schema, phrase), *alternatives]))
    placed = {word for phrase, _ in meant for word in phrase}
    queries += _each(schema, [word for word in words if word not in placed])
    if has_questions:
        queries += [tantivy.Query.boost_query(one, ASKED_ALIKE) for one in _each(schema, words, QUESTIONS)]
    return _joined(tantivy.Occur.Should, queries)


def all_words(schema: Any, words: Sequence[str]) -> Any:
    """A query for all of the words in one chunk."""
    return all_of(_each(schema, words))


def document_frequency(searcher: Any, word: str) -> int:
    """In how many chunks a word stands, deleted ones included."""
    return int(searcher.doc_freq(WORDS, word))


def has_questions(searcher: Any) -> bool:
    """Whether any chunk has questions that a model wrote."""
    return bool(searcher.doc_freq(QUESTIONS, HAS_QUESTIONS))


def narrowing(schema: Any, scope: Scope) -> list[Any]:
    """Queries that only narrow: to these documents, to chunks that touch these pages."""
    import tantivy

    queries = []
    if scope.documents is not None:
        queries.append(tantivy.Query.term_set_query(schema, "document", scope.documents))
    if scope.pages:
        for field, low, high in (("first_page", 0, scope.pages[1]), ("last_page", scope.pages[0], 2**31)):
            queries.append(tantivy.Query.range_query(schema, field, tantivy.FieldType.Integer, low, high))
    return [tantivy.Query.const_score_query(query, 0.0) for query in queries]


def all_of(queries: Sequence[Any]) -> Any:
    """A query for what all of them find."""
    import tantivy

    return _joined(tantivy.Occur.Must, queries)


def _joined(occur: Any, queries: Sequence[Any]) -> Any:
    """A query alone stays as it is.

    Where terms stand beside terms, none inside another query, tantivy leaves out what cannot be among the best
    (block-max WAND, Ding and Suel, SIGIR 2011).
    """
    import tantivy

    return queries[0] if len(queries) == 1 else tantivy.Query.boolean_query([(occur, query) for query in queries])
