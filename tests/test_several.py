"""One question to several collections: in one order, each hit with its collection, and each behind its own door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from docent.app import (
    Library,
    acting_as,
    ask_in,
    create_chain,
    create_retriever,
    open_conversation,
    open_library,
    start_conversation,
)
from docent.app.__main__ import main
from docent.app.errors import CollectionNotFound
from docent.app.history.answer_records import documents_of
from docent.app.history.dialogue import correct
from docent.app.identity.access import Role, principal_of
from docent.app.several import left_out
from docent.app.upkeep import purge_library
from docent.app.web.server import create_app
from docent.ingest import DocentError
from docent.llm import Answer, Done, fold_events
from docent.retrieval import DocumentNotFound, EmbedderError, SearchFilter, pooled

ASKED = "How long is the warranty?"
FILES = {
    "contracts": {"lease.txt": "The lease ends in May.", "terms.txt": "The pump has a warranty of two years."},
    "manuals": {"gate.txt": "The gate opens at noon.", "valve.txt": "The valve has a warranty of five years."},
    "recipes": {"soup.txt": "The soup needs salt.", "bread.txt": "The bread needs an hour."},
}  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three collections."""
    folder = tmp_path_factory.mktemp("several")
    with open_library(data_dir=folder / "data", embedder="hash:64", reading_processes=0) as library:
        for collection, files in FILES.items():
            library.create_collection(collection)
            for name, text in files.items():
                (folder / name).write_text(f"{text}\n", encoding="utf-8")
                library.add_upload(folder / name, name, collection=collection)
            library.collection(collection).fill_vectors()
    return folder / "data"


@pytest.fixture
def library(filled: Path, tmp_path: Path) -> Iterator[Library]:
    import shutil

    shutil.copytree(filled, tmp_path / "data")
    with open_library(data_dir=tmp_path / "data", embedder="hash:64", reading_processes=0) as opened:
        yield opened


def ask(library: Library, question: str = ASKED, **given: object) -> Answer:
    return fold_events(library.ask(question, collection="contracts", also=["manuals", "recipes"], **given))  # type: ignore[arg-type]


def test_hits_of_all_collections_stand_in_one_order_and_say_which_they_are_from(library: Library) -> None:
    hits = library.search(ASKED, 10, collection="recipes", also=["manuals", "contracts"]).hits
    assert {hit.document.collection for hit in hits} == set(FILES)
    assert {hit.document.name for hit in hits[:2]} == {"terms.txt", "valve.txt"}, (
        "a collection that knows nothing is last"
    )
    assert len({hit.key for hit in hits}) == len(hits) > len({hit.chunk_id for hit in hits})
    alone = library.search(ASKED, 10, collection="recipes", also=["recipes"]).hits
    assert {hit.document.collection for hit in alone} == {""}


def test_words_that_stand_in_two_collections_are_one_hit_with_a_copy(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "terms.txt"
    path.write_text("The pump has a warranty of two years.\n", encoding="utf-8")
    library.add_upload(path, "copy of terms.txt", collection="recipes")
    (best, *_) = library.search("pump warranty of two years", 10, collection="contracts", also=["recipes"]).hits
    assert best.document.collection == "contracts"
    assert [(one.document.name, one.document.collection) for one in best.copies] == [("copy of terms.txt", "recipes")]


def test_a_filter_shuts_out_a_collection_and_one_that_fits_nothing_says_so(library: Library) -> None:
    found = library.search(ASKED, 10, SearchFilter(("valve.txt",)), "contracts", ["manuals"]).hits
    assert {hit.document.name for hit in found} == {"valve.txt"}
    both = library.search(ASKED, 10, SearchFilter(("valve.txt", "terms.txt")), "contracts", ["manuals"]).hits
    assert {hit.document.name for hit in both} == {"valve.txt", "terms.txt"}
    with pytest.raises(DocumentNotFound, match=r"no document called nothing\.txt"):
        library.search(ASKED, 10, SearchFilter(("nothing.txt", "valve.txt")), "contracts", ["manuals"])
    with pytest.raises(DocumentNotFound, match="has the tag x"):
        library.search(ASKED, 10, SearchFilter(tags=("x",)), "contracts", ["manuals"])
    with pytest.raises(CollectionNotFound):
        library.search(ASKED, 10, collection="contracts", also=["nowhere"])


def test_where_vectors_cannot_be_compared_places_decide(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(library.collection(name), library.search(ASKED, 10, collection=name)) for name in ("recipes", "manuals")]
    other = replace(found[0][0].embedder.fingerprint, name="another")

    class Other:
        fingerprint = other

    by_vectors = pooled(ASKED, found)
    monkeypatch.setattr(found[0][0], "embedder", Other())
    by_places = pooled(ASKED, found)
    assert {hit.document.name for hit in by_places.hits} == {hit.document.name for hit in by_vectors.hits}
    monkeypatch.undo()

    def fail(_: str) -> np.ndarray:
        raise EmbedderError("the server is down.")

    monkeypatch.setattr(found[0][0].embedder, "embed_query", fail)
    assert pooled(ASKED, found).hits[0].document.name == "valve.txt", "words alone have to do"


@pytest.mark.parametrize("deep", [False, True])
def test_an_answer_cites_each_collection_it_is_from(library: Library, deep: bool) -> None:
    answer = ask(library, deep=deep)
    assert {(one.hit.document.name, one.hit.document.collection) for one in answer.citations} == {
        ("terms.txt", "contracts"), ("valve.txt", "manuals"),
    }  # fmt: skip


def test_a_kept_answer_follows_its_collections(library: Library) -> None:
    conversation = start_conversation(library, ASKED, "contracts").id
    fold_events(ask_in(library, conversation, ASKED, also=["manuals"]))

    def shown() -> set[tuple[str, str]]:
        (message,) = open_conversation(library, conversation).messages
        assert message.answer is not None
        return {(one.hit.document.name, one.hit.document.collection) for one in message.answer.citations}

    library.catalog.rename("manuals", "handbooks")
    assert shown() == {("terms.txt", "contracts"), ("valve.txt", "handbooks")}
    (message,) = open_conversation(library, conversation).messages
    assert message.settings["collection"] == "contracts; manuals"
    with pytest.raises(DocentError, match="another collection"):
        correct(library, message.id, "It lasts five years. [1] And two. [2]")
    library.remove("valve.txt", "handbooks")
    assert len(open_conversation(library, conversation).missing) == 1
    assert open_conversation(library, conversation).missing <= documents_of(message.answer or pytest.fail())
    assert library.database.read("SELECT 1 FROM messages WHERE answer LIKE '%five years%'")
    purge_library(library, "handbooks", 1)
    assert not library.database.read("SELECT 1 FROM messages WHERE answer LIKE '%five years%'")


def test_what_is_said_of_a_deleted_collection_is_withdrawn(library: Library) -> None:
    conversation = start_conversation(library, ASKED, "contracts").id
    fold_events(ask_in(library, conversation, ASKED, also=["manuals"]))
    library.delete_collection("manuals")
    (message,) = open_conversation(library, conversation).messages
    assert message.answer is not None
    assert "purged" in message.answer.text
    assert not library.database.read("SELECT 1 FROM messages WHERE answer LIKE '%five years%'")


def test_each_collection_asked_takes_a_role_there(library: Library) -> None:
    library.people.accounts.add("Ada", "correct horse battery")  # the first one is an admin
    ann = library.people.accounts.add("Ann", "correct horse battery")
    for name in ("contracts", "manuals"):
        library.people.access.grant(ann, library.collection_id(name), Role.READER)
    library.people.access.guard()
    with acting_as(principal_of(ann)):
        assert fold_events(library.ask(ASKED, collection="contracts", also=["manuals"])).citations
        with pytest.raises(CollectionNotFound, match="recipes"):
            library.ask(ASKED, collection="contracts", also=["recipes"])
        conversation = start_conversation(library, ASKED, "contracts").id
        fold_events(ask_in(library, conversation, ASKED, also=["manuals"]))
    library.people.access.revoke(ann, library.catalog.folder("manuals").name)
    with acting_as(principal_of(ann)):
        (message,) = open_conversation(library, conversation).messages
        assert "five years" not in repr(message.answer), "nor is it read in what was kept"


def test_the_api_asks_several_collections(library: Library) -> None:
    client = TestClient(create_app(library), base_url="http://127.0.0.1")
    told = client.post("/api/ask", json={"question": ASKED, "collections": ["contracts", "manuals"]}).json()
    assert {one["collection"] for one in told["citations"]} == {"contracts", "manuals"}
    found = client.post("/api/search", json={"query": ASKED, "collections": ["contracts", "manuals"]}).json()
    assert {one["collection"] for one in found["hits"]} == {"contracts", "manuals"}
    started = client.post("/api/conversations", json={"title": "x", "collection": "manuals"}).json()["id"]
    kept = {"question": ASKED, "conversation": started, "collections": ["contracts"]}
    assert {one["collection"] for one in client.post("/api/ask", json=kept).json()["citations"]} == {
        "contracts",
        "manuals",
    }
    both = {"question": ASKED, "collections": ["contracts"], "collection": "manuals"}
    refused = client.post("/api/ask", json=both)
    assert refused.status_code == 422
    assert refused.json()["detail"] == "give one collection, or collections to ask together: not both."
    assert client.post("/api/ask", json={"question": ASKED, "collections": ["contracts", "none"]}).status_code == 404


def test_more_than_one_question_goes_to_are_named_and_not_asked(library: Library) -> None:
    more = [f"shelf {number:02}" for number in range(28)]
    conversation = start_conversation(library, ASKED, "contracts").id
    for name in more[:18]:
        library.create_collection(name)
    *_, done = ask_in(library, conversation, ASKED, also=["manuals", *more])
    assert isinstance(done, Done)
    named = ", ".join(more[18:])
    assert done.answer.notice == (
        f"20 of 30 collections were asked, as many as one question goes to: ask {named} in another one."
    )
    assert {one.hit.document.collection for one in done.answer.citations} == {"contracts", "manuals"}
    (message,) = open_conversation(library, conversation).messages
    assert message.answer is not None
    assert message.answer.notice == done.answer.notice
    assert "shelf 18" not in message.settings["collection"]
    told = left_out([str(number) for number in range(40)], "zh")
    assert told == "一个问题最多同时问 20 个资料库，其余请另行提问：20、21、22、23、24、25、26、27、28、29 等 20 个。"
    assert not left_out(more[:20], "en")
    client = TestClient(create_app(library), base_url="http://127.0.0.1")
    refused = client.post("/api/ask", json={"question": ASKED, "collections": ["contracts", "manuals", *more]})
    assert refused.json() == {
        "detail": "collections: 30 are given, and one request takes 20 at most: send the others in another one."
    }


def test_langchain_asks_several_collections(library: Library) -> None:
    answer = create_chain(library, also=["contracts", "manuals"]).invoke(ASKED)
    assert {one.hit.document.collection for one in answer.citations} == {"contracts", "manuals"}
    found = create_retriever(library, also=["contracts", "manuals"]).invoke(ASKED)
    assert {one.metadata["collection"] for one in found} == {"contracts", "manuals"}
    assert len({one.id for one in found}) == len(found)


def test_one_collection_is_named_at_every_door_as_several_are(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    client = TestClient(create_app(library), base_url="http://127.0.0.1")
    alone = {"collection": "manuals"}
    asked = {"question": ASKED, **alone}
    found = [*client.post("/api/search", json={"query": ASKED, **alone}).json()["hits"]]
    for body in (asked, {**asked, "stream": True}):
        reply = client.post("/api/ask", json=body)
        data = [json.loads(one[6:]) for one in reply.text.splitlines() if one.startswith("data: ")] or [reply.json()]
        found += [hit for one in data for hit in [*one.get("hits", ()), *one.get("citations", ())]]
    found += client.post("/api/summarize", json={"documents": ["valve.txt"], **alone}).json()["citations"]
    started = client.post("/api/conversations", json={"title": "x", **alone}).json()["id"]
    kept = client.post("/api/ask", json={"question": ASKED, "conversation": started}).json()
    (message,) = client.get(f"/api/conversations/{started}").json()["messages"]
    curated = client.post("/api/curated", json={"message": kept["message"], "text": "Five years. [1]"}).json()
    found += [*kept["citations"], *message["answer"]["hits"], *curated["citations"]]
    chat = {"model": "manuals", "messages": [{"role": "user", "content": ASKED}]}
    found += client.post("/v1/chat/completions", json=chat).json()["docent"]["hits"]
    here = ["--collection", "manuals", "--data-dir", str(library.settings.data_dir), "--json"]
    for command in ("search", "ask"):
        assert main([command, ASKED, *here]) == 0
        found += json.loads(capsys.readouterr().out)["hits"]
    assert len(found) > 12
    assert {one["collection"] for one in found} == {"manuals"}


def test_langchain_names_the_one_collection_too(library: Library) -> None:
    with open_library(replace(library.settings, collection="manuals")) as manuals:
        documents = create_retriever(manuals).invoke(ASKED)
        answer = create_chain(manuals).invoke(ASKED)
    assert {one.metadata["collection"] for one in documents} == {"manuals"}
    assert {one.hit.document.collection for one in answer.citations} == {"manuals"}
    assert {one.document.collection for one in answer.hits} == {"manuals"}


def test_the_command_line_takes_collection_again(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--collection", "contracts", "--collection", "manuals", "--data-dir", str(library.settings.data_dir)]
    assert main(["ask", ASKED, *where, "--json"]) == 0
    assert {one["collection"] for one in json.loads(capsys.readouterr().out)["citations"]} == {"contracts", "manuals"}
    assert main(["search", ASKED, *where]) == 0
    assert "manuals: valve.txt" in capsys.readouterr().out
    assert main(["documents", *where]) == 2
    assert capsys.readouterr().err == "docent: documents takes one collection: give --collection once.\n"
