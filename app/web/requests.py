"""What a client may send, with its limits."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from docent.app.several import MOST_TOGETHER
from docent.llm import Turn
from docent.retrieval import SearchFilter, filter_from

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Day = Annotated[str, StringConstraints(max_length=20)]
CollectionName = Annotated[str | None, Query(max_length=200)]  # in an address
Page = Annotated[int, Field(ge=1, le=1_000_000)]


class _Narrowed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    collection: Name | None = None
    documents: list[Name] = Field(default=[], max_length=200)
    pages: tuple[Page, Page] | None = None
    tags: list[Name] = Field(default=[], max_length=20)
    since: Day | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _ordered(self) -> _Narrowed:
        if self.pages and self.pages[0] > self.pages[1]:
            raise ValueError("pages are [first, last], the first not after the last")
        return self

    def where(self) -> SearchFilter:
        """The filter of these fields. Raises BadFilter."""
        return filter_from(self.documents, self.pages, self.tags, self.since, self.until)


class _Together(_Narrowed):
    collections: list[Name] = Field(default=[], max_length=MOST_TOGETHER)

    @model_validator(mode="after")
    def _one_or_several(self) -> _Together:
        if self.collection and self.collections:
            raise ValueError("give one collection, or collections to ask together: not both")
        return self

    @property
    def first(self) -> str | None:
        """The collection, or the first of several; None for that of the settings."""
        return self.collection or next(iter(self.collections), None)

    @property
    def also(self) -> list[str]:
        """The others that are asked with it."""
        return self.collections[1:]


class SearchRequest(_Together):
    """`POST /api/search`; several `collections` are searched together."""

    query: Words
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class TagsRequest(BaseModel):
    """`POST /api/documents/{id}/tags`."""

    model_config = ConfigDict(extra="forbid")

    add: list[Name] = Field(default=[], max_length=100)
    remove: list[Name] = Field(default=[], max_length=100)


class PasswordRequest(BaseModel):
    """`POST /api/jobs/{id}/password`."""

    model_config = ConfigDict(extra="forbid")

    password: Annotated[SecretStr, Field(min_length=1, max_length=1000)]


class TurnRequest(BaseModel):
    """An earlier question and its answer."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, StringConstraints(max_length=4000)]
    answer: Annotated[str, StringConstraints(max_length=20_000)]


class AskRequest(_Together):
    """`POST /api/ask`; with `stream` the answer comes as server-sent events.

    Several `collections` are asked together; in a conversation they are those that are asked besides its own.

    In a `conversation` it is asked after what was said there, and kept. With `curated` false the documents are asked
    even where there is a curated answer. With `deep` many documents are looked into, one after the other. With
    `strict` what no passage supports of a chat model's answer is left out.
    """

    question: Words
    history: list[TurnRequest] = Field(default=[], max_length=50)
    stream: bool = False
    conversation: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    curated: bool = True
    deep: bool = False
    strict: bool = False

    @model_validator(mode="after")
    def _in_one_place(self) -> AskRequest:
        if self.conversation and (self.history or self.collection):
            raise ValueError("a conversation has its own history and collection: leave those out")
        return self

    def turns(self) -> tuple[Turn, ...]:
        """The history as the library takes it."""
        return tuple(Turn(one.question, one.answer) for one in self.history)
