"""Questions inside a conversation that is kept: asked with what was said before, stored with what answered them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from docent.app.errors import ConversationNotFound
from docent.app.history.answer_records import documents_of, in_collections, places_of, without
from docent.app.history.conversations import Conversation, Message, answered
from docent.app.history.curated import CuratedAnswer, corrected
from docent.app.identity.access import Role
from docent.app.library import Library
from docent.app.settings import masked
from docent.app.several import MOST_TOGETHER, left_out
from docent.ingest import DocentError
from docent.llm import LOOK_BACK, Answer, Done, Event, Turn, language_of
from docent.retrieval import EVERYTHING, SearchFilter

HISTORY_CHARACTERS = 12_000  # of questions and answers that a new question is given; the prompt cuts to the model's own


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """A conversation with all that was said; `missing` are documents that are gone, `name` its collection's."""

    conversation: Conversation
    messages: tuple[Message, ...]
    missing: frozenset[str]
    name: str


def open_conversation(library: Library, conversation_id: str) -> OpenConversation:
    """Read it as it stands. Raises ConversationNotFound and StoreError."""
    conversation = library.conversations.get(conversation_id)
    name = collection_name(library, conversation.collection)
    found = library.conversations.messages(conversation_id)
    messages = tuple(replace(one, answer=_readable(library, one.answer, name)) for one in found)
    return OpenConversation(
        conversation, messages, missing_from(library, (answer for _, answer in answered(messages)), name), name
    )


def missing_from(library: Library, answers: Iterable[Answer], name: str) -> frozenset[str]:
    """The ids of documents that answers of a conversation about this collection show, and that are gone."""
    shown: dict[str, frozenset[str]] = {}
    for answer in answers:
        for place, documents in places_of(answer).items():
            shown[place or name] = shown.get(place or name, frozenset()) | documents
    known = {one.name for one in library.collections()}
    return frozenset().union(
        *(library.missing(some, place) if place in known else some for place, some in shown.items())
    )


def _ids(library: Library, home: str) -> dict[str, str]:
    """As which collections are kept in answers: by id, that of the conversation as ""."""
    return {one.name: one.id for one in library.collections()} | {home: ""}


def _readable(library: Library, answer: Answer | None, home: str) -> Answer | None:
    """A kept answer with the present names of its collections, and nothing of those that may not be read any more."""
    if answer is None or set(places_of(answer)) <= {""}:
        return answer
    names = {one.id: one.name for one in library.collections()}
    lost = [some for place, some in places_of(answer).items() if place and place not in names]
    if lost:
        answer = without(answer, frozenset().union(*lost))
    return in_collections(answer, {**names, "": home})


def collection_name(library: Library, collection_id: str) -> str:
    """What the collection of this id is called now. Raises ConversationNotFound."""
    found = next((one.name for one in library.collections() if one.id == collection_id), None)
    if found is None:
        raise ConversationNotFound("the collection of this conversation was deleted.")
    return found


def collection_id(library: Library, name: str | None = None) -> str:
    """The id of a collection, which is made where it is the default one and nothing was stored yet.

    Raises CollectionNotFound.
    """
    wanted = name or library.settings.collection
    library.collection(wanted, create=wanted == library.settings.collection)
    return library.collection_id(wanted)


def start_conversation(library: Library, title: str, name: str | None = None) -> Conversation:
    """A new one about a collection. Raises CollectionNotFound."""
    return library.conversations.start(collection_id(library, name), title)


def turns(messages: Sequence[Message]) -> tuple[Turn, ...]:
    """What a follow-up may refer to, the latest answered questions that fit, oldest first.

    Questions as they were searched, so that a chain of follow-ups holds.
    """
    kept: list[Turn] = []
    room = HISTORY_CHARACTERS
    for _, answer in reversed(answered(messages)):
        room -= len(answer.query) + len(answer.text)
        if len(kept) == LOOK_BACK or (kept and room < 0):
            break
        kept.insert(0, Turn(answer.query, answer.text))
    return tuple(kept)


def ask_in(
    library: Library,
    conversation_id: str,
    question: str,
    where: SearchFilter = EVERYTHING,
    also: Sequence[str] = (),
    *,
    message_id: str = "",
    curated: bool = True,
    deep: bool = False,
    strict: bool = False,
) -> Iterator[Event]:
    """`Library.ask` as the next question of a conversation, stored before it is asked and when it is answered.

    The collections named in `also` are asked together with that of the conversation, MOST_TOGETHER in all; a notice
    names the others.
    With `curated=False` a curated answer is not taken; with `deep` many documents are looked into; `strict` as there.
    Raises ConversationNotFound.
    """
    opened = library.conversations.get(conversation_id)
    name = collection_name(library, opened.collection)
    history = turns(library.conversations.messages(conversation_id))
    names = tuple(dict.fromkeys((name, *also)))
    also = names[1:MOST_TOGETHER]
    stored = library.conversations.begin(
        conversation_id, question, _settings(library, name, where, also, deep=deep, strict=strict), message_id
    )
    for event in library.ask(question, history, where, name, also, curated=curated, deep=deep, strict=strict):
        if not isinstance(event, Done):
            yield event
            continue
        notice = " ".join(filter(None, (event.answer.notice, left_out(names, language_of(question)))))
        answer = replace(event.answer, notice=notice)
        library.conversations.finish(stored, in_collections(answer, _ids(library, name)))
        yield Done(answer)


def correct(library: Library, message_id: str, text: str) -> CuratedAnswer:
    """Keep an answer in a person's words, to be given first from now on.

    Raises ConversationNotFound, Forbidden and DocentError.
    """
    message = library.conversations.message(message_id)
    if message.answer is None:
        raise DocentError("this question has no answer that could be corrected: ask it again.")
    answer = corrected(message.answer, text)
    if set(places_of(answer)) - {""}:  # whoever reads the one need not be allowed to read the other
        raise DocentError("the corrected answer cites another collection: ask that one alone, and correct it there.")
    collection = library.conversations.get(message.conversation).collection
    name = collection_name(library, collection)
    principal = library.people.access.require(Role.EDITOR, collection, name)
    gone = library.missing(documents_of(answer), name)
    if gone:
        raise DocentError("a document that the corrected answer cites was removed: leave its number out.")
    return library.curated.keep(collection, answer.query or message.question, answer, principal.id)


def curated_answer(library: Library, curated_id: str, role: Role = Role.READER) -> CuratedAnswer:
    """One for whoever is acting. Raises ConversationNotFound and Forbidden."""
    found = library.curated.get(curated_id)
    library.people.access.require(role, found.collection, collection_name(library, found.collection))
    return found


def gone_from(library: Library, one: CuratedAnswer) -> frozenset[str]:
    """Which documents that a curated answer cites were removed: while there are any, it is not given."""
    return library.missing(documents_of(one.answer), collection_name(library, one.collection))


def _settings(
    library: Library, name: str, where: SearchFilter, also: Sequence[str], *, deep: bool, strict: bool
) -> dict[str, str]:
    """What makes an answer, in words; of the embedder what the collection really has."""
    settings = library.settings
    kept = {"chat": masked(settings.chat), "reranker": masked(settings.reranker), "collection": name}
    kept["embedder"] = masked(library.collection(name).spec)
    if also:
        kept["collection"] = "; ".join(dict.fromkeys((name, *also)))
    kept |= {way: "true" for way, is_asked in (("deep", deep), ("strict", strict)) if is_asked}
    if where.documents:
        kept["documents"] = "; ".join(where.documents)
    if where.pages:
        kept["pages"] = "-".join(map(str, where.pages))
    kept |= {name: str(day) for name, day in (("since", where.since), ("until", where.until)) if day}
    return kept | ({"tags": "; ".join(where.tags)} if where.tags else {})
