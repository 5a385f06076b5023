"""From the fused scores to the order in which hits are shown."""

from __future__ import annotations

import logging
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from docent.retrieval.errors import RerankerError
from docent.retrieval.rerankers.seam import Reranker
from docent.retrieval.search.fusion import (
    Candidate,
    asks_for_number,
    best_first,
    lift_named,
    lift_numbers,
    lower_contents,
    spread_pages,
)
from docent.retrieval.types import Copy, Hit

log = logging.getLogger(__name__)

MOST = 60  # chunks that are looked at, or as many as are asked for; on the dev sets a hit never came from behind it
SPARE = 5  # hits looked at beyond those asked for, since copies of one another are shown as one
MAYBE_CONTENTS = 10  # hits looked at beyond those asked for, whether they are of a table of contents
LEAST_COPIED = 30  # characters; a shorter text is the same in many places without being a copy


@dataclass(frozen=True, slots=True)
class Ranking:
    """`scores` are best first. `judged` are the chunks a reranker has ordered, `notice` why it has not."""

    scores: dict[int, float]
    judged: tuple[int, ...] = ()
    notice: str = ""


def rank(
    connection: sqlite3.Connection,
    question: str,
    fused: Mapping[int, float],
    limit: int,
    reranker: Reranker | None = None,
) -> Ranking:
    """The best `limit` chunks and a few more. `fused` are scores by chunk; equals stay in their order.

    A reranker that fails leaves the order as it is.
    """
    most = max(MOST, limit + SPARE)
    best = best_first(fused)[:most]
    candidates = _candidates(connection, best)
    scores = lift_named({one: fused[one] for one in best if one in candidates}, candidates, question)
    order = best_first(scores)
    asks = asks_for_number(question)
    texts = _texts(connection, order[: MOST if asks else limit + MAYBE_CONTENTS])
    seen = {one: scores[one] for one in order if one in texts}
    scores |= lower_contents(lift_numbers(seen, texts) if asks else seen, texts)
    order = sorted(order, key=scores.__getitem__, reverse=True)
    judged: tuple[int, ...] = ()
    notice = ""
    if reranker is not None and order:
        try:
            judged = tuple(_judged(connection, question, order[: reranker.depth], reranker))
        except RerankerError as error:
            log.warning("hits are left in the order of the indexes: %s", error)
            notice = str(error)
        else:
            # The places' scores stay, so that what was not judged comes after.
            places = [scores[one] for one in order]
            order = [*judged, *(one for one in order if one not in judged)]
            scores = dict(zip(order, places, strict=True))
    return Ranking(spread_pages(order, scores, candidates, limit + SPARE), judged, notice)


def merge_copies(hits: Iterable[Hit], limit: int) -> tuple[Hit, ...]:
    """The first `limit` hits without those whose words all stand in a better one, which names them as its copies.

    A sign or a word makes a difference, since versions of a text differ by little; width, case and blanks make none.
    """
    kept: list[Hit] = []
    said: list[str] = []
    for hit in hits:
        words = "".join(unicodedata.normalize("NFKC", hit.chunk.text).lower().split())
        place = next((at for at, other in enumerate(said) if words in other), None)
        if place is None or len(words) < LEAST_COPIED:
            if len(kept) == limit:
                break
            kept.append(hit)
            said.append(words)
        else:
            copy = Copy(hit.document, hit.chunk.pages)
            kept[place] = replace(kept[place], copies=(*kept[place].copies, copy))
    return tuple(kept)


def _candidates(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Candidate]:
    """Those that still exist."""
    rows = connection.execute(
        "SELECT c.id, c.document_id, d.name, c.first_page, c.last_page FROM chunks c INDEXED BY chunk_places"  # noqa: S608
        f" JOIN documents d ON d.id = c.document_id WHERE c.id IN ({','.join('?' * len(ids))})",
        ids,
    )
    return {row[0]: Candidate(row[1], row[2], range(row[3], row[4] + 1)) for row in rows}


def _texts(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, str]:
    marks = ",".join("?" * len(ids))
    return dict(connection.execute(f"SELECT id, text FROM chunks WHERE id IN ({marks})", ids).fetchall())  # noqa: S608


def _judged(connection: sqlite3.Connection, question: str, ids: Sequence[int], reranker: Reranker) -> list[int]:
    """The chunks by the reranker's scores, best first. Raises RerankerError."""
    rows = connection.execute(
        "SELECT c.id, d.name, c.heading, c.context, c.text FROM chunks c JOIN documents d ON d.id = c.document_id"  # noqa: S608
        f" WHERE c.id IN ({','.join('?' * len(ids))})",
        ids,
    )
    texts = {row[0]: _passage(*tuple(row)[1:]) for row in rows}
    some = [one for one in ids if one in texts]
    scores = dict(zip(some, reranker.score(question, [texts[one] for one in some]), strict=True))
    return sorted(some, key=lambda one: -scores[one])


def _passage(name: str, heading: str, context: str, text: str) -> str:
    """A chunk that stands alone: the document's name and headings before it."""
    path = " > ".join(part for part in (name.rsplit(".", 1)[0], heading) if part)
    return "\n".join(part for part in (path, context, text) if part)
