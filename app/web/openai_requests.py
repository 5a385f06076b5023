"""What OpenAI clients send, as far as it means something here. Other fields of theirs are passed over."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docent.app.errors import BadRequest
from docent.app.web.requests import Day, Name, Page
from docent.llm import Turn
from docent.retrieval import SearchFilter, filter_from

LONGEST_QUESTION = 4000  # characters, as at the other doors
LONGEST_TEXT = 100_000  # characters of a text to embed
MOST_TEXTS = 512
MOST_MESSAGES = 1000

Text = Annotated[str, Field(max_length=LONGEST_TEXT)]


class ContentPart(BaseModel):
    """A piece of a message. Pictures and sound are not understood."""

    model_config = ConfigDict(extra="ignore")

    type: str = "text"
    text: Text = ""


class Message(BaseModel):
    """One message of a chat."""

    model_config = ConfigDict(extra="ignore")

    role: Annotated[str, Field(max_length=40)]
    content: Text | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type in {"text", "input_text"})
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream ends with."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool = False


class ChatRequest(BaseModel):
    """`POST /v1/chat/completions`. The fields that narrow a search are those of `/api/ask`."""

    model_config = ConfigDict(extra="ignore")

    model: Annotated[str, Field(max_length=300)]
    messages: Annotated[list[Message], Field(min_length=1, max_length=MOST_MESSAGES)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] = 1
    documents: list[Name] = Field(default=[], max_length=200)
    pages: tuple[Page, Page] | None = None
    tags: list[Name] = Field(default=[], max_length=20)
    since: Day | None = None
    until: Day | None = None

    def where(self) -> SearchFilter:
        """The filter of these fields. Raises BadFilter."""
        return filter_from(self.documents, self.pages, self.tags, self.since, self.until)

    def question(self) -> str:
        """The last thing the user said. Raises BadRequest where that is nothing, or too long."""
        last = self.messages[-1]
        asked = last.text.strip() if last.role == "user" else ""
        if not asked:
            raise BadRequest("the last message must be the user's question, in words.")
        if len(asked) > LONGEST_QUESTION:
            raise BadRequest(f"a question has at most {LONGEST_QUESTION} characters, and this one has {len(asked)}.")
        return asked

    def turns(self) -> tuple[Turn, ...]:
        """The exchanges before it. System messages say how to answer, which is settled here."""
        found: list[Turn] = []
        asked = ""
        for one in self.messages[:-1]:
            if one.role == "user":
                asked = one.text.strip()
            elif one.role == "assistant" and asked:
                found.append(Turn(asked, one.text))
                asked = ""
        return tuple(found)


class EmbeddingRequest(BaseModel):
    """`POST /v1/embeddings`. `input_type` is query or passage, which most embedders tell apart."""

    model_config = ConfigDict(extra="ignore")

    model: Annotated[str, Field(max_length=300)]
    input: Text | Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS)]
    encoding_format: Literal["float", "base64"] = "float"
    input_type: Literal["query", "passage"] = "passage"
    dimensions: int | None = None

    def texts(self) -> list[str]:
        """What to embed, in order."""
        return [self.input] if isinstance(self.input, str) else self.input


def error_body(message: str, status: int, code: str = "") -> dict[str, Any]:
    """An error as OpenAI's clients read it."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": code or None}}
