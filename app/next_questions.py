"""What may be asked next: about headings near the passages of an answer, if what stands below answers it. No model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from docent.app.history.curated import sameness
from docent.app.history.dialogue import OpenConversation, open_conversation, turns
from docent.app.topics import headings, topic_in
from docent.llm import unmarked
from docent.retrieval import fold, terms

if TYPE_CHECKING:
    from docent.app.history.conversations import Message
    from docent.app.library import Library
    from docent.llm import Answer, Language
    from docent.retrieval import Hit

MOST = 3
TRIED = 6  # topics that are asked to see whether there is an answer: each costs a search
HITS = 10  # of such a search
PASSAGES = 4  # of an answer around which headings are looked for
_FORMS: dict[Language, str] = {
    "en": "What do the documents say about “{}”?",
    "zh": "关于“{}”，文档是怎么说的？",
}


@dataclass(frozen=True, slots=True)
class _Topic:
    """A heading, and the id of its document."""

    text: str
    document: str


def next_questions(library: Library, message_id: str, language: Language | None = None) -> list[str]:
    """At most three; none for one without an answer. Raises ConversationNotFound.

    They are in the language of the person's last own question, or where only such were pressed in `language`.
    """
    message = library.conversations.message(message_id)
    opened = open_conversation(library, message.conversation)
    place = next((at for at, one in enumerate(opened.messages, start=1) if one.id == message_id), 0)
    shown = opened.messages[:place]
    answer = shown[-1].answer if shown else None
    if answer is None:
        return []
    form = _FORMS[_spoken([one.question for one in shown], language)]
    asked = {sameness(one.question) for one in opened.messages}
    found: list[str] = []
    for topic in islice(_topics(library, opened, answer), TRIED):
        question = form.format(topic.text)
        if sameness(question) not in asked and _is_answered(library, opened, shown, topic, question):
            found.append(question)
        if len(found) == MOST:
            break
    return found


def _spoken(questions: Sequence[str], language: Language | None) -> Language:
    """By the last question in a person's own words: one of ours may name a heading in the other language."""
    from docent.llm import language_of

    own = [one for one in questions if _form_of(one) is None]
    if own:
        return language_of(own[-1])
    return language or _form_of(questions[-1]) or language_of(questions[-1])


def _form_of(question: str) -> Language | None:
    """The language of a question that was offered; None for a person's own."""
    for language, form in _FORMS.items():
        start, end = form.split("{}")
        if question.startswith(start) and question.endswith(end):
            return language
    return None


def _topics(library: Library, opened: OpenConversation, answer: Answer) -> Iterator[_Topic]:
    """Headings on the pages of the passages and those after them, each with its document; none that was asked about."""
    cited = [one.hit for one in answer.citations]
    told = {fold(unmarked(part.strip())) for hit in cited for part in hit.chunk.heading.split(" > ")}
    documents = {hit.document.id for hit in cited}  # others are about something else
    near = [hit for hit in answer.hits if not documents or hit.document.id in documents]
    passages: dict[tuple[str, int], Hit] = {}
    for hit in (*cited, *near):
        if hit.document.name and hit.document.id not in opened.missing:
            passages.setdefault((hit.document.id, hit.chunk.pages[-1]), hit)
    asked = fold(" ".join((answer.query, *(one.question for one in opened.messages))))
    for (document, page), hit in islice(passages.items(), PASSAGES):
        place = hit.document.collection or opened.name
        for topic in headings(library, document, (page, page + 1), place):
            if fold(topic) not in told and fold(topic) not in asked:
                told.add(fold(topic))
                yield _Topic(topic, document)


def _is_answered(
    library: Library, opened: OpenConversation, shown: tuple[Message, ...], topic: _Topic, question: str
) -> bool:
    """Whether what stands below the heading answers first, asked where the conversation stands, and says more."""
    from docent.llm import ExtractiveAnswerer, answer_events, fold_events

    also = _also(shown[-1].answer)
    events = answer_events(
        question,
        lambda query: library.search(query, HITS, collection=opened.name, also=also),
        ExtractiveAnswerer(),
        turns(shown),
    )
    cited = fold_events(events).citations
    words = set(terms(topic.text))
    says_more = (one.hit for one in cited if not set(terms(one.quote)) <= words)
    return bool(cited) and _is_below(topic, cited[0].hit) and any(_is_below(topic, hit) for hit in says_more)


def _is_below(topic: _Topic, hit: Hit) -> bool:
    """Whether a passage is of the section that a topic is the heading of, or of one inside it."""
    return hit.document.id == topic.document and fold(topic.text) in (
        fold(topic_in(one)) for one in hit.chunk.heading.split(" > ")
    )


def _also(answer: Answer | None) -> list[str]:
    """The other collections that the answer was looked for in."""
    return sorted({hit.document.collection for hit in answer.hits if hit.document.collection} if answer else ())
