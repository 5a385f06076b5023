"""`POST /api/eval` and `GET /api/doctor`: how well questions are answered, and whether everything is sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from docent.app.evaluation.measuring import Outcome, Question, figures, outcome_of
from docent.app.identity.access import Role
from docent.app.library import Library
from docent.app.web.requests import Name, Page, Words
from docent.app.web.streams import GONE, event_stream, told_events, unless_gone, wants_events
from docent.app.wire import checkup_to_dict

Depth = Annotated[int, Field(ge=1, le=100)]


class Row(BaseModel):
    """A question as in the files of `python -m app eval`."""

    model_config = ConfigDict(extra="forbid")

    id: Name = ""
    question: Words
    doc: Name | None = None
    pages: list[Page] = Field(default=[], max_length=200)
    answers: list[Name] = Field(default=[], max_length=50)
    unanswerable: bool = False
    documents: list[Name] = Field(default=[], max_length=200)

    def asked(self, number: int) -> Question:
        """As the evaluation takes it."""
        return Question(
            self.id or str(number), self.question, self.doc, tuple(self.pages), tuple(self.answers), self.unanswerable,
            tuple(self.documents),
        )  # fmt: skip


class EvalRequest(BaseModel):
    """`POST /api/eval`; with `stream` each question that is done is an event."""

    model_config = ConfigDict(extra="forbid")

    questions: list[Row] = Field(min_length=1, max_length=500)
    k: list[Depth] = Field(default=[1, 3, 5, 10], min_length=1, max_length=10)
    collection: Name | None = None
    stream: bool = False


def add_checks(router: APIRouter, library: Library) -> None:
    """An evaluation is for editors, since it asks much; what `doctor` finds is for admins, since it tells of all."""

    @router.post("/eval", response_model=None)
    async def evaluate(request: Request, body: EvalRequest) -> Response | dict[str, Any]:
        await run_in_threadpool(library.collection_id, body.collection, Role.EDITOR)
        outcomes = _outcomes(library, body)
        depths = sorted(set(body.k))
        if wants_events(request, asked=body.stream):
            return event_stream(told_events(_told(outcomes, len(body.questions), depths)))
        found = await unless_gone(request, outcomes, list)
        return figures(found, depths) if found else Response(status_code=GONE)

    @router.get("/doctor")
    def doctor(collection: Name | None = None) -> dict[str, Any]:
        from docent.app.doctor import examine

        library.people.access.require_admin()
        return checkup_to_dict(examine(library, collection))


def _outcomes(library: Library, body: EvalRequest) -> Iterator[Outcome]:
    library.search(body.questions[0].question, 1, collection=body.collection)  # loads the model, in nobody's time
    for number, row in enumerate(body.questions, start=1):
        yield outcome_of(library, row.asked(number), max(body.k), collection=body.collection)


def _told(outcomes: Iterator[Outcome], total: int, depths: Sequence[int]) -> Iterator[dict[str, Any]]:
    found: list[Outcome] = []
    for one in outcomes:
        found.append(one)
        yield {"type": "progress", "done": len(found), "total": total}
    yield {"type": "done", **figures(found, depths)}
