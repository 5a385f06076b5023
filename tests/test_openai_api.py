"""`/v1` as OpenAI's own client sees it, over a real connection."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import APIStatusError, BadRequestError, NotFoundError, OpenAI, UnprocessableEntityError
from serving import served

from docent.app import Library, Settings, open_library
from docent.app.history.conversation_text import sources_markdown
from docent.llm import fold_events

ASKED = "红茶需要什么水？"
SAID = "红茶需要沸水冲泡。"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("openai")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "茶.txt").write_text(f"绿茶的最佳冲泡温度是八十度。{SAID}\n", encoding="utf-8")
    (docs / "birds.md").write_text("# Birds\n\nThe common swift sleeps in the air.\n", encoding="utf-8")
    settings = Settings(data_dir=folder / "data", embedder="hash:64", reading_processes=0, port=0)
    with open_library(settings) as opened:
        assert {one.status for one in opened.sync([docs])} == {"added"}
        opened.collection().fill_vectors()
        opened.create_collection("空 collection/2")
        yield opened


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with served(library) as found:
        yield found


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as opened:
        yield opened


def chat(client: OpenAI, *said: str, model: str = "default", **options: Any) -> Any:
    roles = ("user", "assistant")
    messages: Any = [{"role": roles[place % 2], "content": one} for place, one in enumerate(said)]
    return client.chat.completions.create(model=model, messages=messages, **options)


def test_collections_are_models(client: OpenAI) -> None:
    assert [one.id for one in client.models.list()] == ["default", "空 collection/2"]
    assert client.models.retrieve("default").owned_by == "docent"


def test_an_answer_has_its_sources_in_text_and_in_the_extension(client: OpenAI, address: str) -> None:
    reply = chat(client, ASKED)
    content = reply.choices[0].message.content
    citation = reply.docent["citations"][0]
    assert content.startswith(reply.docent["answer"])
    assert citation["quote"] == SAID
    assert f"**出处**\n\n- [1] 茶.txt\n  > {SAID}" in content
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 0
    whole = httpx.post(f"{address}/api/ask", json={"question": ASKED}).json()
    assert [one | {"verified": True} for one in whole["citations"]] == reply.docent["citations"]


def test_a_stream_says_the_same_in_pieces(client: OpenAI) -> None:
    pieces = list(chat(client, ASKED, stream=True, stream_options={"include_usage": True}))
    said = "".join(one.choices[0].delta.content or "" for one in pieces if one.choices)
    assert said == chat(client, ASKED).choices[0].message.content
    assert len([one for one in pieces if one.choices and one.choices[0].delta.content]) > 1
    assert pieces[-2].choices[0].finish_reason == "stop"
    assert pieces[-2].docent["citations"][0]["quote"] == SAID
    assert pieces[-1].usage.completion_tokens > 0


def test_a_model_that_numbers_passages_is_streamed_with_the_numbers_of_the_sources(library: Library) -> None:
    """Whoever reads a stream of text cannot take a word of it back: each sentence comes when it was checked."""
    said = "红茶需要沸水冲泡 [2]。 A swift sleeps in the air [1][99]. 红茶需要冰水冲泡 [2]。"
    settings = replace(library.settings, chat=f"echo:{said}")
    with (
        open_library(settings) as opened,
        served(opened) as address,
        OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client,
    ):
        pieces = [one.choices[0].delta.content or "" for one in chat(client, ASKED, stream=True)]
        whole = chat(client, ASKED)
    assert "".join(pieces) == whole.choices[0].message.content
    assert "[99]" not in "".join(pieces)
    numbers = [one["number"] for one in whole.docent["citations"]]
    assert numbers == sorted(numbers)
    assert len([one for one in pieces if one]) > 2, "it still comes sentence by sentence"


def test_messages_before_the_last_are_the_conversation(client: OpenAI) -> None:
    reply = chat(client, "绿茶的最佳冲泡温度是多少？", "八十度。[1]", "那红茶呢？")
    assert "红茶" in reply.docent["query"]
    assert reply.docent["query"] != "那红茶呢？"


def test_parts_of_a_message_are_read_as_text(client: OpenAI) -> None:
    parts: Any = [{"type": "text", "text": ASKED}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    reply = client.chat.completions.create(model="default", messages=[{"role": "user", "content": parts}])
    assert (reply.choices[0].message.content or "").startswith(SAID)


def test_a_refusal_names_the_nearest_passages(client: OpenAI) -> None:
    reply = chat(client, "How deep is the Mariana Trench?")
    assert reply.docent["refused"]
    assert "**The nearest passages**" in reply.choices[0].message.content


def test_what_cannot_be_answered_is_told_as_openai_tells_it(client: OpenAI, address: str) -> None:
    with pytest.raises(NotFoundError, match="there is no model gpt-4o"):
        chat(client, ASKED, model="gpt-4o")
    with pytest.raises(BadRequestError, match="the last message must be the user's question"):
        chat(client, ASKED, "An answer.")
    with pytest.raises(BadRequestError, match="at most 4000 characters"):
        chat(client, "x" * 4001)
    with pytest.raises(UnprocessableEntityError, match="messages"):
        client.chat.completions.create(model="default", messages=[])
    refused = httpx.post(f"{address}/v1/chat/completions", content=b"{", headers={"content-type": "application/json"})
    assert refused.json()["error"]["type"] == "invalid_request_error"


def test_the_fields_of_a_filter_narrow_the_search(client: OpenAI) -> None:
    def ask(**narrowed: Any) -> Any:
        messages = [{"role": "user", "content": ASKED}]
        return client.chat.completions.create(model="default", messages=messages, extra_body=narrowed)  # type: ignore[arg-type]

    assert ask(since="2000").choices[0].message.content == ask().choices[0].message.content
    for narrowed, said in (
        ({"tags": ["none"]}, "tag none"),
        ({"until": "2000"}, "until 2000-12-31"),
        ({"since": "x"}, "no date"),
    ):
        with pytest.raises(APIStatusError, match=said):
            ask(**narrowed)


def test_embeddings_are_those_of_the_collection(client: OpenAI, library: Library) -> None:
    texts = ["红茶需要沸水。", "swifts"]
    found = client.embeddings.create(model="default", input=texts)  # the client asks for base64
    expected = library.collection().embedder.embed_passages(texts)
    assert [one.embedding for one in found.data] == [pytest.approx(row.tolist()) for row in expected]
    plain = client.embeddings.create(
        model="default", input="swifts", encoding_format="float", extra_body={"input_type": "query"}
    )
    assert plain.data[0].embedding == pytest.approx(library.collection().embedder.embed_query("swifts").tolist())
    assert plain.usage.total_tokens > 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"input": ["fine", " "]}, "text 2 of the input is empty"),
        ({"input": "word " * 5000}, "and the model takes"),
        ({"input": "word", "dimensions": 8}, "this model gives 64 dimensions"),
    ],
)
def test_what_cannot_be_embedded_is_refused(client: OpenAI, given: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRequestError, match=said):
        client.embeddings.create(model="default", **given)


def test_what_documents_say_is_no_markup_in_the_sources(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    hostile = "The secret of ![x](http://evil.example/?q) and <img src=x> and [a](javascript:b) is blue."
    (docs / "a](http:evil) b.txt").write_text(hostile, encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", embedder="hash:64", reading_processes=0)
    with open_library(settings) as library:
        list(library.sync([docs]))
        answer = fold_events(library.ask("What is the secret?"))
        told = sources_markdown(answer, picture=lambda hit, page: f"http://127.0.0.1:1/{hit.document.id}/{page}.png")
    assert answer.citations
    assert re.findall(r"(?<!\\)\]\(([^)]*)\)", told) == []
    assert "<img" not in told.replace("\\<", "")


def test_a_reader_who_leaves_in_the_middle_breaks_nothing(client: OpenAI) -> None:
    stream = chat(client, ASKED, stream=True)
    next(iter(stream))
    stream.close()
    assert chat(client, ASKED).docent["refused"] is False


def test_many_clients_at_once(address: str) -> None:
    seen: list[str] = []

    def ask() -> None:
        with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as one:
            seen.append(chat(one, ASKED).choices[0].message.content)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
