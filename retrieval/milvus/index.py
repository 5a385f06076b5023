"""The index in Milvus: words by its BM25, vectors by its index, both narrowed there; told by the database what to hold.

What is found is called by the ids of chunks. Hits, and exact scores of the nearest, are read from the database, which
makes results the local index's, and lets nothing be shown that was removed a moment ago.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from docent.retrieval.embedders.seam import Vectors
from docent.retrieval.errors import StoreError
from docent.retrieval.indexes.lexical_fields import ASKED_ALIKE
from docent.retrieval.indexes.seam import Indexed, SearchIndex
from docent.retrieval.indexes.vectors import CANDIDATES, exact_scores
from docent.retrieval.milvus.rows import Mark, encoded, encoded_questions, expression
from docent.retrieval.milvus.server import CALL_SECONDS, MilvusPlace, MilvusServer
from docent.retrieval.milvus.sync import (
    Sender,
    State,
    UnfitCollection,
    chunk_ids_of,
    drop_all,
    is_known,
    state_of,
    unsent,
)
from docent.retrieval.search.fusion import RRF_K
from docent.retrieval.search.neighbours import better_beside
from docent.retrieval.search.synonyms import Expansion, expanded_terms
from docent.retrieval.terms import query_terms, sought_terms
from docent.retrieval.types import Scope

log = logging.getLogger(__name__)
T = TypeVar("T")

LOCK_SECONDS = 60.0
LOOKED_THROUGH = 200  # chunks among which those with all words of a text are looked for
MOST_VARIANTS = 8  # of a question with synonyms
MOST = 16_384  # results of one call, by Milvus's own limit
OWN_TIMES = round(1 / ASKED_ALIKE)  # a word is said, for one time in the questions of a model
UNFLUSHED = 500  # rows; Milvus Lite goes through those in its memory one by one at each search


class MilvusIndex:
    """See SearchIndex. A server that is down fails a search with a sentence, and never what is being taken in."""

    def __init__(self, server: MilvusServer, of: Indexed, *, rank_there: bool = False) -> None:
        """With `rank_there`, searches use `fused`."""
        self._server = server
        self._of = of
        self._store = of.store
        self._sender = Sender(of, is_lite=server.place.is_file)
        self._lock = FileLock(of.store.folder / "milvus.lock")
        self._guard = threading.Lock()
        self._seen: State | None = None
        self.fuses = rank_there
        server.join()

    def words(self, text: str, limit: int, scope: Scope, meant: Sequence[Expansion] = ()) -> list[int]:
        """Chunk ids by BM25, best first; of variants of the text by synonyms, each chunk's best."""
        words = sought_terms(text)
        if not words:
            return []
        best: dict[int, float] = {}
        for hits in self._find("sparse", [self._said(one) for one in _variants(words, meant)], limit, scope):
            for hit in hits:
                score = abs(float(hit["distance"]))  # Milvus Lite has it below zero
                best[int(hit["id"])] = max(score, best.get(int(hit["id"]), 0.0))
        return sorted(best, key=lambda one: (-best[one], one))[:limit]

    def nearest(self, query: Vectors, limit: int, scope: Scope, also: Sequence[int] = ()) -> dict[int, float]:
        """Inner products by chunk: of the candidates that Milvus finds, exactly."""
        (hits,) = self._find("vector", [query.tolist()], max(limit, CANDIDATES), scope, ["chunk"])
        return self._scores(query, list(dict.fromkeys((*chunk_ids_of(hits), *also))))

    def better_beside(self, query: Vectors, chunk_ids: Sequence[int]) -> dict[int, float]:
        """The inner product of the better of the two chunks beside each in its document, where one has a vector."""
        return better_beside(self._store.connection, partial(self._scores, query), chunk_ids)

    def fused(self, text: str, query: Vectors, limit: int, scope: Scope) -> list[int]:
        """Chunk ids by both, as Milvus itself joins them, by reciprocal ranks without weights."""
        from pymilvus import AnnSearchRequest, RRFRanker

        words = sought_terms(text)

        def find(client: Any) -> Any:
            asked = [
                AnnSearchRequest([data], field, {"metric_type": metric}, limit=limit, expr=expression(scope) or None)
                for data, field, metric in ((self._said(words), "sparse", "BM25"), (query.tolist(), "vector", "IP"))
            ]
            return client.hybrid_search(
                self._sender.name, asked, RRFRanker(RRF_K), limit=limit, output_fields=["chunk"], timeout=CALL_SECONDS
            )

        return chunk_ids_of(self._asked(find)[0])

    def unknown(self, text: str, scope: Scope) -> frozenset[str]:
        """The terms of a text that stand in no chunk of `scope`."""
        words = query_terms(text)
        found = self._find("sparse", [encoded([one]) for one in words], 1, scope) if words else []
        return frozenset(one for one, hits in zip(words, found, strict=True) if not hits)

    def together(self, text: str, limit: int, scope: Scope) -> list[int]:
        """Chunks of `scope` in each of which all terms stand, among the first few that have most of them."""
        words = query_terms(text)
        if not words:
            return []
        (hits,) = self._find("sparse", [encoded(words)], max(limit, LOOKED_THROUGH), scope, ["words"])
        wanted = set(encoded(words).split())
        return [int(hit["id"]) for hit in hits if wanted <= set(hit["entity"]["words"].split())][:limit]

    def has_vectors(self) -> bool:
        """Whether there is anything to hold a query against."""
        asked = (self._of.embedder, 2 * self._of.fingerprint.dimension)
        row = self._store.connection.execute(
            "SELECT 1 FROM vectors WHERE embedder = ? AND length(vector) = ? LIMIT 1", asked
        ).fetchone()
        return row is not None

    def refresh(self) -> str:
        """Catch up; why that has to wait, where Milvus is down or is another process's."""
        was_open = self._server.is_open
        try:
            self._asked(lambda _: None)
        except StoreError as error:
            return str(error)
        finally:
            if self._server.place.is_file and not was_open:
                self._server.rest()  # another process may be the one that searches
        return ""

    def rebuild(self) -> None:
        """Send all anew, into a new collection in Milvus."""
        try:
            with self._guard, self._lock.acquire(timeout=LOCK_SECONDS):
                state = state_of(self._store.connection)
                self._server.call(lambda client: self._sender.begin(client, state))
                self._seen = None
        except Timeout as error:
            raise StoreError("another process has been sending to Milvus for a minute: try again later.") from error
        self._asked(lambda _: None)

    def damage(self) -> dict[str, str]:
        """Whether it is of something else. Raises StoreError where it cannot be reached."""
        try:
            self._server.call(self._sender.mark)
        except UnfitCollection as error:
            return {"Milvus": error.why}
        return {}

    def held(self) -> tuple[set[int], set[int]]:
        """The chunk ids of all rows, and of those with a vector, caught up."""

        def read(client: Any) -> tuple[set[int], set[int]]:
            every: set[int] = set()
            embedded: set[int] = set()
            for start in range(0, state_of(self._store.connection).last_row, MOST):
                rows = client.query(
                    self._sender.name,
                    filter=f"id > {start} and id <= {start + MOST}",
                    output_fields=["id", "vector_id"],
                    timeout=CALL_SECONDS,
                )
                every.update(int(row["id"]) for row in rows)
                embedded.update(int(row["id"]) for row in rows if row["vector_id"])
            return every, embedded

        return self._asked(read)

    def prepare(self, target: Indexed) -> None:
        """Send all with the vectors of the next embedder, into a collection of its own."""
        made = MilvusIndex(self._server, target)
        made.refresh()
        made.close()

    def close(self) -> None:
        """Leave the server to others."""
        self._server.leave()

    def _scores(self, query: Vectors, chunk_ids: Sequence[int]) -> dict[int, float]:
        return exact_scores(self._store.connection, self._of.embedder, query, chunk_ids)

    def _said(self, words: Sequence[str]) -> str:
        """A question for BM25, which weighs a word by how often it is said."""
        if not self._has_questions():
            return encoded(words)
        return " ".join((*[encoded(words)] * OWN_TIMES, encoded_questions(words)))

    def _has_questions(self) -> bool:
        row = self._store.connection.execute("SELECT 1 FROM questions WHERE text <> '' LIMIT 1").fetchone()
        return row is not None

    def _find(
        self, field: str, asked: list[Any], limit: int, scope: Scope, output: Sequence[str] = ()
    ) -> list[list[Any]]:
        """Hits for each of `asked`, best first, as Milvus gives them."""

        def find(client: Any) -> list[list[Any]]:
            return list(
                client.search(
                    self._sender.name, asked, anns_field=field, limit=min(limit, MOST), filter=expression(scope),
                    output_fields=list(output), timeout=CALL_SECONDS,
                )
            )  # fmt: skip

        return self._asked(find)

    def _asked(self, work: Callable[[Any], T]) -> T:
        """Do it in a collection that has caught up; where that has gone meanwhile, in a new one."""
        self._catch_up()
        try:
            return self._server.call(work)
        except StoreError:
            if self._server.call(self._sender.mark) is not None:
                raise
        self._seen = None
        self._catch_up()
        return self._server.call(work)

    def _catch_up(self) -> None:
        with self._guard:
            state = state_of(self._store.connection)
            if self._seen == state and self._server.is_open:
                return
            try:
                with self._lock.acquire(timeout=LOCK_SECONDS):
                    self._server.call(partial(self._send, state))
            except Timeout:
                log.warning("another process has been sending to Milvus for a minute: searching what is there")
                return
            self._seen = state

    def _send(self, state: State, client: Any) -> None:
        before: Mark | None = self._sender.mark(client)
        if before is not None and not unsent(before, state):
            return
        self._sender.send(client, state)
        if self._server.place.is_file and state.last_row - (before.last_row if before else 0) >= UNFLUSHED:
            client.flush(self._sender.name, timeout=CALL_SECONDS)


class MilvusIndexes:
    """See Indexes. All collections share one server, and each has one of its own there."""

    def __init__(self, place: MilvusPlace, *, rank_there: bool = False) -> None:
        """Raises StoreError where nothing can be at `place`; see MilvusIndex for `rank_there`."""
        self._server = MilvusServer(place)
        self._rank_there = rank_there

    def open(self, of: Indexed) -> SearchIndex:
        """The index of one collection; it is connected at first use."""
        return MilvusIndex(self._server, of, rank_there=self._rank_there)

    def drop(self, folder: Path) -> None:
        """Delete what Milvus has of a collection. Raises StoreError."""
        if not is_known(folder):
            return
        self._server.join()
        try:
            self._server.call(lambda client: drop_all(client, folder))
        finally:
            self._server.leave()


def _variants(words: Sequence[str], meant: Sequence[Expansion]) -> list[list[str]]:
    """The question's words, and the same with synonyms in the place of phrases: what is meant is worth what is said."""
    places = [([one.phrase], expanded_terms(one)) for one in meant]
    found = []
    for choice in product(*[[*own, *others] for own, others in places]):
        dropped = {
            term for one, picked in zip(meant, choice, strict=True) if picked != one.phrase for term in one.phrase
        }
        added = [term for picked in choice for term in picked]
        found.append(list(dict.fromkeys([*(word for word in words if word not in dropped), *added])))
    return found[:MOST_VARIANTS] or [list(words)]
