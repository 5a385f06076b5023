"""Conversations, feedback and curated answers: what is kept can be shown again, and leaves with its documents."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from test_purge import places

from docent.app import CollectionNotFound, Library, open_library
from docent.app.database import Database
from docent.app.errors import ConversationNotFound
from docent.app.history.answer_records import documents_of
from docent.app.history.curated import corrected, sameness
from docent.app.history.dialogue import (
    ask_in,
    collection_id,
    correct,
    gone_from,
    open_conversation,
    start_conversation,
    turns,
)
from docent.app.history.scrubbing import scrubbed
from docent.app.identity.access import Principal, acting_as
from docent.app.upkeep import purge_library
from docent.ingest import DocentError
from docent.llm import Answer, Event, fold_events
from docent.retrieval import SearchFilter, StoreError

SWIFT = "Where does the common swift sleep?"
TEA = "绿茶的最佳冲泡温度是多少？"


@pytest.fixture
def filled(library: Library, docs: Path) -> Library:
    list(library.sync([docs]))
    library.collection().fill_vectors()
    return library


def say(library: Library, conversation: str, question: str, **more: bool) -> Answer:
    return fold_events(ask_in(library, conversation, question, **more))


def test_an_answer_comes_back_as_it_was(filled: Library) -> None:
    conversation = start_conversation(filled, SWIFT)
    given = say(filled, conversation.id, SWIFT)
    say(filled, conversation.id, "zzyzx qwfpgj")
    with open_library(filled.settings) as again:
        opened = open_conversation(again, conversation.id)
    assert (opened.conversation.title, opened.name, opened.missing) == (SWIFT, "default", frozenset())
    first, second = opened.messages
    assert first.answer is not None
    assert first.answer.citations
    assert (first.answer.text, first.answer.statements) == (given.text, given.statements)
    assert [one.quote for one in first.answer.citations] == [one.quote for one in given.citations]
    assert first.answer.hits[0].ranks == given.hits[0].ranks
    assert first.settings["chat"] == "extractive"
    assert first.settings["embedder"] == "hash:64"
    assert second.answer is not None
    assert second.answer.refused


def test_no_path_of_this_machine_is_kept(filled: Library, docs: Path) -> None:
    conversation = start_conversation(filled, SWIFT)
    say(filled, conversation.id, SWIFT)
    filled.database.close()
    assert str(docs).encode() not in filled.database.path.read_bytes()


def test_a_reopened_conversation_goes_on(filled: Library) -> None:
    conversation = start_conversation(filled, TEA)
    say(filled, conversation.id, TEA)
    with open_library(filled.settings) as again:
        answer = say(again, conversation.id, "红茶呢？")
    assert answer.query == "红茶的最佳冲泡温度是多少？"


def test_a_question_is_kept_before_it_is_answered(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> Event:
        raise DocentError("the disk is full.")

    conversation = start_conversation(filled, SWIFT)
    monkeypatch.setattr(filled, "ask", breaks)
    with pytest.raises(DocentError, match="full"):
        say(filled, conversation.id, SWIFT)
    (kept,) = filled.conversations.messages(conversation.id)
    assert (kept.question, kept.answer) == (SWIFT, None)


def test_history_has_a_budget(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = start_conversation(filled, SWIFT)
    for _ in range(3):
        say(filled, conversation.id, SWIFT)
    messages = filled.conversations.messages(conversation.id)
    assert len(turns(messages)) == 3
    length = len(turns(messages)[0].question) + len(turns(messages)[0].answer)
    monkeypatch.setattr("docent.app.history.dialogue.HISTORY_CHARACTERS", 2 * length)
    assert len(turns(messages)) == 2
    monkeypatch.setattr("docent.app.history.dialogue.HISTORY_CHARACTERS", 1)
    assert turns(messages) == turns(messages[-1:]), "the last one is what a follow-up leans on"


def test_the_list_is_searched_by_what_was_said(filled: Library) -> None:
    for question in (SWIFT, TEA):
        say(filled, start_conversation(filled, question).id, question)
    place = collection_id(filled)
    listed = filled.conversations.of(place)
    assert [one.title for one in listed] == [TEA, SWIFT]
    assert [one.title for one in filled.conversations.of(place, "八十度")] == [TEA]
    assert [one.title for one in filled.conversations.of(place, "SWIFT")] == [SWIFT]
    assert filled.conversations.of(place, "%") == []
    with acting_as(Principal("somebody", "somebody", is_admin=True)):
        assert filled.conversations.of(place) == []
    assert filled.conversations.named(listed[0].id[:8]) == listed[0]
    with pytest.raises(ConversationNotFound):
        filled.conversations.named("%%%%")


def test_rename_delete_and_undo(filled: Library) -> None:
    kept = filled.conversations
    one = start_conversation(filled, f"  {SWIFT}\n{'x' * 300}")
    assert "\n" not in one.title
    assert len(one.title) == 120
    assert kept.rename(one.id, "Birds").title == "Birds"
    kept.delete(one.id)
    assert kept.of(one.collection) == []
    with pytest.raises(ConversationNotFound):
        open_conversation(filled, one.id)
    assert kept.sweep(7) == 0
    assert kept.restore(one.id).title == "Birds"
    kept.delete(one.id)
    assert kept.sweep(0) == 1
    for attempt in (
        lambda: kept.restore(one.id),
        lambda: kept.rename(one.id, "x"),
        lambda: kept.begin(one.id, "q", {}),
    ):
        with pytest.raises(ConversationNotFound):
            attempt()


def test_a_question_is_dropped_with_what_came_after_it(filled: Library) -> None:
    conversation = start_conversation(filled, SWIFT)
    for question in (SWIFT, TEA, SWIFT):
        say(filled, conversation.id, question)
    second = filled.conversations.messages(conversation.id)[1]
    filled.conversations.drop_from(second.id)
    assert [one.question for one in filled.conversations.messages(conversation.id)] == [SWIFT]
    with pytest.raises(ConversationNotFound):
        filled.conversations.message(second.id)


def test_conversations_leave_with_their_collection(filled: Library, docs: Path) -> None:
    list(filled.sync([docs], collection="other"))
    conversation = start_conversation(filled, TEA, "other")
    say(filled, conversation.id, TEA)
    correct(filled, filled.conversations.messages(conversation.id)[0].id, "八十度。 [1]")
    filled.catalog.rename("other", "else")
    assert open_conversation(filled, conversation.id).name == "else"
    filled.delete_collection("else")
    assert filled.database.read("SELECT 1 FROM messages UNION ALL SELECT 1 FROM curated") == []
    with pytest.raises(ConversationNotFound):
        filled.conversations.get(conversation.id)
    with pytest.raises(CollectionNotFound):
        start_conversation(filled, TEA, "nowhere")


def test_feedback_is_given_changed_and_taken_back(filled: Library) -> None:
    conversation = start_conversation(filled, SWIFT)
    say(filled, conversation.id, SWIFT)
    (message,) = filled.conversations.messages(conversation.id)
    filled.feedback.give(message.id, "up")
    filled.feedback.give(message.id, "down", "  wrong bird ")
    (kept,) = filled.feedback.of(conversation.collection)
    assert (kept.feedback.rating, kept.feedback.note, kept.question) == ("down", "wrong bird", SWIFT)
    assert filled.feedback.of(conversation.collection, "up") == []
    assert filled.conversations.message(message.id).feedback == kept.feedback
    filled.feedback.take_back(message.id)
    assert filled.feedback.of(conversation.collection) == []
    with pytest.raises(ConversationNotFound):
        filled.feedback.give("none", "up")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("What is the torque?", "what is  the TORQUE", True),
        ("What is the torque?", "Please tell me, what is the torque ?", True),
        ("绿茶的最佳冲泡温度是多少？", "请问绿茶的最佳冲泡温度是多少呢", True),
        ("綠茶的溫度？", "绿茶的温度", True),
        ("营收 2018 年是多少？", "营收 2019 年是多少？", False),
        ("Revenue of 1.5 %?", "Revenue of 15 %?", False),
        ("Did A buy B?", "Did B buy A?", False),
        ("Is plan A safe?", "Is plan safe?", False),
        ("What is C#?", "What is C++?", False),
        ("Is it < 5 mm?", "Is it > 5 mm?", False),
        ("营收2018年是多少", "营收 2018 年，是多少？", True),
        ("Is TH-01 safe?", "Is TH-10 safe?", False),
        ("绿茶可以煮吗？", "绿茶不可以煮吗？", False),
        ("？", "！", False),
    ],
)
def test_what_is_the_same_question(one: str, other: str, *, same: bool) -> None:
    assert (sameness(one) == sameness(other)) is same


def test_a_curated_answer_goes_first_until_its_document_leaves(filled: Library) -> None:
    conversation = start_conversation(filled, SWIFT)
    first = say(filled, conversation.id, SWIFT)
    (message,) = filled.conversations.messages(conversation.id)
    kept = correct(filled, message.id, "It sleeps on the wing. [1] Nobody knows how.")
    again = fold_events(filled.ask("where does common swift sleep"))
    assert (again.model, again.text) == ("curated", "It sleeps on the wing. [1] Nobody knows how.")
    assert [one.quote for one in again.citations] == [first.citations[0].quote]
    said = [(again.text[one.start : one.end], one.citations, one.verified) for one in again.statements]
    assert said == [("It sleeps on the wing.", (1,), True), ("Nobody knows how.", (), False)]
    assert say(filled, conversation.id, SWIFT).model == "curated"
    assert say(filled, conversation.id, SWIFT, curated=False).text == first.text
    assert fold_events(filled.ask(SWIFT, where=SearchFilter(documents=("birds.md",)))).text == first.text
    assert fold_events(filled.ask(TEA)).model == "extractive"

    filled.remove("birds.md")
    assert gone_from(filled, kept)
    assert fold_events(filled.ask(SWIFT)).model == "extractive"
    assert open_conversation(filled, conversation.id).missing
    filled.restore("birds.md")
    assert fold_events(filled.ask(SWIFT)).model == "curated"


def test_a_correction_cites_what_the_answer_cited(filled: Library) -> None:
    given = fold_events(filled.ask(SWIFT))
    with pytest.raises(DocentError, match=r"cites \[7\]"):
        corrected(given, "It sleeps. [7]")
    with pytest.raises(DocentError, match="empty"):
        corrected(given, "  ")
    bare = corrected(given, "It does not sleep.")
    assert (bare.citations, bare.hits) == ((), ())
    assert [one.verified for one in bare.statements] == [False]


def test_a_second_correction_replaces_the_first(filled: Library) -> None:
    conversation = start_conversation(filled, SWIFT)
    say(filled, conversation.id, SWIFT)
    (message,) = filled.conversations.messages(conversation.id)
    first = correct(filled, message.id, "In the air. [1]")
    second = correct(filled, message.id, "On the wing. [1]")
    assert first.id == second.id
    assert [one.answer.text for one in filled.curated.of(conversation.collection)] == ["On the wing. [1]"]
    filled.curated.delete(first.id)
    with pytest.raises(ConversationNotFound):
        filled.curated.get(first.id)
    assert fold_events(filled.ask(SWIFT)).model == "extractive"


def test_nothing_is_stored_by_looking(tmp_path: Path) -> None:
    with open_library(data_dir=tmp_path / "data", embedder="hash:64") as library:
        assert library.conversations.of("none") == []
        assert library.conversations.sweep(0) == 0
        assert fold_events(library.ask(SWIFT)).refused
    assert not (tmp_path / "data" / "docent.db").exists()


def test_a_database_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    from docent.app.schema import MIGRATIONS

    with closing(sqlite3.connect(tmp_path / "docent.db")) as old, old:
        MIGRATIONS[0](old)
        old.execute("PRAGMA user_version = 1")
        old.execute("INSERT INTO collections VALUES ('a', 'birds', '2026-01-01')")
    database = Database(tmp_path)
    assert [tuple(row) for row in database.read("SELECT id, name FROM collections")] == [("a", "birds")]
    assert database.read("SELECT 1 FROM conversations") == []
    database.close()


def test_a_damaged_answer_is_a_sentence(filled: Library) -> None:
    conversation = start_conversation(filled, SWIFT)
    say(filled, conversation.id, SWIFT)
    with filled.database.write() as connection:
        connection.execute("UPDATE messages SET answer = '{\"text\": 1}'")
    with pytest.raises(StoreError, match="cannot be read"):
        open_conversation(filled, conversation.id)


SECRET = "Zanzibarite 協定：丹顶鹤保护区拨款四十二万元"
ABOUT = "丹顶鹤的拨款是多少？"


def tell(library: Library, docs: Path) -> str:
    """A conversation whose second answer quotes a document that is removed then; its id."""
    (docs / "secret.txt").write_text(f"{SECRET}。\n", encoding="utf-8")
    list(library.sync([docs]))
    conversation = start_conversation(library, SWIFT)
    for question in (SWIFT, ABOUT, TEA):
        say(library, conversation.id, question)
    second = library.conversations.messages(conversation.id)[1]
    assert second.answer is not None
    assert "四十二万" in second.answer.text
    library.feedback.give(second.id, "down", "应为四十二万元整")
    correct(library, second.id, f"拨款{SECRET[-5:]}。 [1]")
    say(library, conversation.id, ABOUT)
    return conversation.id


def test_a_purge_leaves_no_byte_in_conversations(filled: Library, docs: Path) -> None:
    conversation = tell(filled, docs)
    (docs / "secret.txt").unlink()
    list(filled.sync([docs]))
    data_dir = filled.settings.data_dir
    assert "docent.db" in " ".join(places(data_dir, SECRET)), "it is kept until the purge, or the test shows nothing"
    assert purge_library(filled, None, 5).reasons == ()
    assert places(data_dir, SECRET) == []
    assert places(data_dir, "四十二万元整") == []
    assert places(data_dir, "secret.txt") == []

    opened = open_conversation(filled, conversation)
    first, second, third, fourth = opened.messages
    assert first.answer is not None
    assert first.answer.citations[0].quote == "The common swift sleeps in the air."
    assert third.answer is not None
    assert "八十度" in third.answer.text
    for one in (second, fourth):
        assert one.answer is not None
        assert one.answer.text == "该回答已删除：它所依据的文档已被彻底清除。"
        assert [(cite.number, cite.quote, cite.boxes) for cite in one.answer.citations] == [(1, "", ())]
        assert documents_of(one.answer) & opened.missing
    assert filled.curated.of(opened.conversation.collection) == []
    assert second.feedback is not None
    assert (second.feedback.rating, second.feedback.note) == ("down", "")
    before = filled.conversations.messages(conversation)
    assert purge_library(filled, None, 5).reasons == ()
    assert filled.conversations.messages(conversation) == before


def test_a_purge_deletes_deleted_conversations_and_unreadable_answers(filled: Library, docs: Path) -> None:
    conversation = tell(filled, docs)
    other = tell(filled, docs)
    filled.conversations.delete(conversation)
    with filled.database.write() as connection:
        connection.execute("UPDATE messages SET answer = replace(answer, '\"hits\"', '\"hit\"')")
    filled.remove("secret.txt")
    (docs / "secret.txt").unlink()
    assert purge_library(filled, "default", 5).reasons == ()
    assert places(filled.settings.data_dir, SECRET) == []
    assert [one.answer for one in filled.conversations.messages(other)] == [None] * 4
    with pytest.raises(ConversationNotFound):
        filled.conversations.restore(conversation)


def test_what_a_model_wrote_after_a_purged_answer_is_withdrawn(docs: Path, filled: Library) -> None:
    (docs / "secret.txt").write_text(f"{SECRET}。\n", encoding="utf-8")
    list(filled.sync([docs]))
    conversation = start_conversation(filled, ABOUT)
    told = say(filled, conversation.id, ABOUT)
    tea = say(filled, conversation.id, TEA)
    heard = replace(tea, model="some-model", text=f"{SECRET} [1]", hits=tea.hits[:1])
    assert "secret.txt" not in {one.document.name for one in heard.hits}
    filled.conversations.finish(filled.conversations.begin(conversation.id, TEA, {}), heard)
    kept = [one.answer for one in filled.conversations.messages(conversation.id)]
    filled.remove("secret.txt")
    assert [one.answer for one in filled.conversations.messages(conversation.id)] == kept, "a removal can be undone"
    purge_library(filled, None, 5)
    texts = [one.answer.text for one in filled.conversations.messages(conversation.id) if one.answer]
    assert texts == [texts[0], tea.text, texts[0]]
    assert texts[0] not in {told.text, heard.text}


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("丹顶鹤的拨款是多少？", "丹顶鹤的拨款是多少？"),
        ("关于“协定”，文档是怎么说的？", "关于“…”，文档是怎么说的？"),
        ("「协定：丹顶鹤保护区拨款」是什么意思", "「…」是什么意思"),
        ("协定：丹顶鹤保护区拨款是什么意思", "…是什么意思"),
        ("What does it say about “Crane reserve”?", "What does it say about “…”?"),
        ("Who wrote 'the grant of the crane reserve'?", "Who wrote '…'?"),
        ("How large is the grant of the reserve?", "How large is the grant of the reserve?"),
        ("Summarize secret.txt please", "Summarize … please"),
    ],
)
def test_what_a_reader_typed_loses_names_and_longer_pieces_of_purged_documents(typed: str, left: str) -> None:
    texts = {"协定：丹顶鹤保护区拨款四十二万元", "the grant of the crane reserve is 42", "1 Crane reserve"}
    assert scrubbed(typed, {"secret.txt", ""}, texts) == left


def test_a_purge_scrubs_questions_titles_and_filters(filled: Library, docs: Path) -> None:
    (docs / "secret.txt").write_text(f"{SECRET}。\n", encoding="utf-8")
    list(filled.sync([docs]))
    asked = f"“{SECRET}”是什么？"
    conversation = start_conversation(filled, asked)
    fold_events(ask_in(filled, conversation.id, asked, SearchFilter(documents=("secret.txt",))))
    fold_events(ask_in(filled, conversation.id, TEA, SearchFilter(documents=("茶.txt",))))
    (docs / "secret.txt").unlink()
    list(filled.sync([docs]))
    assert purge_library(filled, None, 5).reasons == ()
    assert places(filled.settings.data_dir, SECRET) == []
    assert places(filled.settings.data_dir, "secret.txt") == []
    opened = open_conversation(filled, conversation.id)
    assert opened.conversation.title == opened.messages[0].question == "“…”是什么？"
    assert [one.settings.get("documents") for one in opened.messages] == [None, "茶.txt"]


def test_the_filter_of_a_question_is_kept_with_it(filled: Library) -> None:
    store = filled.collection().store
    store.tag(store.named("birds.md")[0].id, ["field guide"])
    where = SearchFilter(documents=("birds.md",), pages=(1, 9), tags=("field guide",), since=date(2001, 2, 3))
    conversation = start_conversation(filled, SWIFT)
    fold_events(ask_in(filled, conversation.id, SWIFT, where))
    kept = filled.conversations.messages(conversation.id)[0].settings
    expected = {"documents": "birds.md", "pages": "1-9", "tags": "field guide", "since": "2001-02-03"}
    assert {name: kept.get(name) for name in expected} == expected
    assert "until" not in kept
