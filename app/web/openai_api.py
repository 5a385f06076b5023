"""`/v1`: a collection as a chat model, and its embedder, for anything that speaks OpenAI's API.

The reply is the answer with its markers and, below it, the list of sources; whoever reads JSON finds the citations
in the extension field `docent`, as `POST /api/ask` gives them.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from docent.app.errors import BadRequest, CollectionNotFound
from docent.app.history.conversation_text import sources_markdown
from docent.app.identity.rates import counted
from docent.app.library import Library
from docent.app.web.openai_requests import ChatRequest, EmbeddingRequest, error_body
from docent.app.web.streams import GONE, event_stream, unless_gone
from docent.app.wire import TimedEvents, answer_to_dict
from docent.ingest import DocentError
from docent.llm import Answer, Done, Notice, Token, fold_events

if TYPE_CHECKING:
    from docent.retrieval import Embedder, Hit

OWNER = "docent"


def openai_router(library: Library) -> APIRouter:
    """The routes below `/v1`."""
    router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

    @router.get("/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [_model(name) for name in _names(library)]}

    @router.get("/models/{name:path}")
    def model(name: str) -> dict[str, Any]:
        return _model(_known(library, name))

    @router.post("/chat/completions", response_model=None, dependencies=counted(library))
    async def chat(request: Request, body: ChatRequest) -> Response | dict[str, Any]:
        events, reply = await run_in_threadpool(_asked, library, str(request.base_url), body)
        if body.stream:
            return event_stream(reply.stream(events))
        answer = await unless_gone(request, events, fold_events)
        return reply.whole(answer, events.timings_ms) if answer else Response(status_code=GONE)

    @router.post("/embeddings", dependencies=counted(library))
    def embeddings(body: EmbeddingRequest) -> dict[str, Any]:
        return _embedded(library.collection(_known(library, body.model)).embedder, body)

    return router


def _asked(library: Library, base_url: str, body: ChatRequest) -> tuple[TimedEvents, _Reply]:
    collection = _known(library, body.model)
    events = library.ask(body.question(), body.turns(), body.where(), collection, settle=True)
    return TimedEvents(events, collection), _Reply(library, collection, base_url, body)


def _names(library: Library) -> list[str]:
    """Collections; the default one first, also while nothing is stored in it."""
    default = library.settings.collection
    return [default, *(one.name for one in library.collections() if one.name != default)]


def _known(library: Library, name: str) -> str:
    if name not in _names(library):
        raise CollectionNotFound(f"there is no model {name}: /v1/models lists the collections that can be asked.")
    return name


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": OWNER}


class _Reply:
    """One completion in the making."""

    def __init__(self, library: Library, collection: str, base_url: str, body: ChatRequest) -> None:
        self._embedder = library.embedder(library.settings.embedder)
        self._collection = collection
        self._base_url = base_url
        self._body = body
        self._head = {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "created": int(time.time()),
            "model": collection,
        }

    def whole(self, answer: Answer, timings_ms: dict[str, float]) -> dict[str, Any]:
        """The reply in one piece."""
        content = self._text(answer)
        message = {"role": "assistant", "content": content}
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": self._usage(content),
            "docent": answer_to_dict(answer, timings_ms, self._collection),
        }

    def stream(self, events: TimedEvents) -> Iterator[str]:
        """The reply as it grows, as server-sent events. An error after the start is the last of them."""
        yield self._chunk({"role": "assistant", "content": ""})
        said = ""
        try:
            for event in events:
                if isinstance(event, Done):
                    whole = self._text(event.answer)
                    rest = _rest(said, whole)
                    said += rest
                    yield self._chunk({"content": rest})
                    yield self._chunk({}, "stop", docent=answer_to_dict(event.answer, events.timings_ms, events.home))
                elif isinstance(event, Token | Notice):
                    piece = event.text if isinstance(event, Token) else _aside(said, event.text)
                    said += piece
                    yield self._chunk({"content": piece})
        except DocentError as error:
            yield _sent(error_body(str(error), 500))
        if self._body.stream_options and self._body.stream_options.include_usage:
            yield _sent({**self._head, "object": "chat.completion.chunk", "choices": [], "usage": self._usage(said)})
        yield "data: [DONE]\n\n"

    def _text(self, answer: Answer) -> str:
        notice = _aside("", answer.notice) if answer.notice else ""
        listed = sources_markdown(answer, picture=self._picture)
        return f"{notice}{answer.text}\n\n{listed}" if listed else f"{notice}{answer.text}"

    def _picture(self, hit: Hit, page: int) -> str:
        query = f"collection={quote(self._collection, safe='')}"
        return f"{self._base_url}api/documents/{hit.document.id}/pages/{page}.png?{query}"

    def _chunk(self, delta: dict[str, str], finish: str | None = None, **extension: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _sent({**self._head, "object": "chat.completion.chunk", "choices": [choice], **extension})

    def _usage(self, content: str) -> dict[str, int]:
        """Tokens as the embedder counts them, of what the client sent and got: its own budget, not the model's."""
        sent = sum(self._embedder.count_tokens(one.text) for one in self._body.messages)
        got = self._embedder.count_tokens(content)
        return {"prompt_tokens": sent, "completion_tokens": got, "total_tokens": sent + got}


def _aside(said: str, notice: str) -> str:
    """A notice as a paragraph of its own."""
    return f"{chr(10) * 2 if said else ''}> {notice}\n\n"


def _rest(said: str, whole: str) -> str:
    """What is still to be said. An answer that came out otherwise than it was streamed is given anew."""
    if whole.startswith(said):
        return whole[len(said) :]
    return f"\n\n---\n\n{whole}"


def _sent(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _embedded(embedder: Embedder, body: EmbeddingRequest) -> dict[str, Any]:
    """Raises BadRequest for a text that is empty or longer than the model's window."""
    import numpy as np

    mark = embedder.fingerprint
    if body.dimensions not in {None, mark.dimension}:
        raise BadRequest(f"this model gives {mark.dimension} dimensions: leave dimensions out.")
    texts = body.texts()
    counts = [embedder.count_tokens(one) for one in texts]
    _check(texts, counts, mark.max_tokens)
    if body.input_type == "query":
        vectors = np.stack([embedder.embed_query(one) for one in texts])
    else:
        vectors = embedder.embed_passages(texts)
    as_text = body.encoding_format == "base64"
    data = [
        {
            "object": "embedding",
            "index": place,
            "embedding": base64.b64encode(one.astype("<f4").tobytes()).decode() if as_text else one.tolist(),
        }
        for place, one in enumerate(vectors)
    ]
    total = sum(counts)
    return {
        "object": "list",
        "data": data,
        "model": body.model,
        "usage": {"prompt_tokens": total, "total_tokens": total},
    }


def _check(texts: Sequence[str], counts: Sequence[int], window: int) -> None:
    for number, (text, count) in enumerate(zip(texts, counts, strict=True), start=1):
        if not text.strip():
            raise BadRequest(f"text {number} of the input is empty.")
        if count > window:
            raise BadRequest(f"text {number} of the input has {count} tokens, and the model takes {window}: split it.")
