"""Questions made from a collection, without a model, to try settings on.

They borrow the words of the documents, which people's questions do not: they compare settings and find what is broken,
and their figures are no measure of how well questions of people are answered.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, cycle
from random import Random

from docent.app.evaluation.measuring import Question
from docent.app.evaluation.question_forms import Form, Kind, cell, cloze, loose_words
from docent.app.library import Library
from docent.ingest import Chunk, TableRow, statements
from docent.llm import language_of
from docent.retrieval import Collection, DocumentRef, Scope, query_terms, terms

MOST_READ = 20_000  # chunks: in a larger collection questions come from so many, drawn at random
UNANSWERABLE = 0.2  # of the questions
LOOKED_UP = 10  # chunks with all words of a question; more than those of its own page, which overlap
BATCH = 500  # chunks read at a time
TRIES = 30  # chunks of a document looked at for one question
_LENGTH = {"zh": (14, 90), "en": (50, 260)}  # characters of a sentence that says something and says one thing
_KINDS: tuple[Kind, ...] = ("cloze", "words", "cell")
_SENTENCE_END = tuple("。！？.!?；")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FARTHEST_YEAR = 60
_FEWEST_TERMS = 5  # of a question; with fewer it says too little, however rare they are
_COMMON = 0.2  # of all pages: a word on more of them tells nothing, and is not asked for alone
# Nobody is called so; each is looked up before it is used.
_NAMES = {
    "zh": ("澜岭集团", "朔禾公司", "岫川股份", "霁原研究所", "翊泓科技", "砚溪市", "珞岑县", "澹舟银行"),
    "en": ("Velmora Industries", "Tarquint Holdings", "Osbrick Labs", "Quellwyn Partners", "Drazmere Institute"),
}  # fmt: skip

_PLAIN = {
    "zh": ("{}成立于哪一年？", "{}的负责人是谁？", "{}的办公地址在哪里？", "{}的联系电话是多少？", "{}一共有多少人？"),
    "en": (
        "When was {} founded?", "Who leads {}?", "Where is {} based?", "How many people work for {}?",
        "What is the telephone number of {}?",
    ),
}  # fmt: skip
_MARKS = re.compile(r"\*\*|__|[`|\t]")  # of Markdown and of tables: a sentence with them reads oddly when it is cut

_Place = tuple[str, int]


class _Collection:
    """What was read of a collection: chunks by document, and where each term stands.

    `index` is asked about the rest of a collection of which only a part was read.
    """

    def __init__(self, found: Sequence[tuple[Chunk, DocumentRef]], index: Collection | None = None) -> None:
        self._index = index
        self.by_document: dict[str, list[tuple[Chunk, str]]] = defaultdict(list)
        self.places: dict[str, set[_Place]] = defaultdict(set)
        pages: set[_Place] = set()
        for chunk, document in found:
            self.by_document[document.id].append((chunk, document.name))
            where = {(document.id, page) for page in chunk.pages}
            pages |= where
            for term in set(terms(f"{document.name} {chunk.heading} {chunk.context} {chunk.text}")):
                self.places[term] |= where
        self._common = max(3.0, _COMMON * len(pages))

    def is_telling(self, word: str) -> bool:
        """Whether it is not everywhere, and no part of it unknown to the index."""
        found = [len(self.places.get(term, ())) for term in query_terms(word)]
        return bool(found) and 0 < min(found) <= self._common

    def leads_home(self, text: str, chunk: Chunk) -> bool:
        """Whether no page but those of the chunk has all terms of the text."""
        wanted = query_terms(text)
        if not wanted:
            return False
        sets = sorted((self.places.get(term, set()) for term in wanted), key=len)
        common = set.intersection(*sets)
        if not common or not common <= {(chunk.document_id, page) for page in chunk.pages}:
            return False
        return self._index is None or not self._stands_elsewhere(text, chunk, self._index)

    @staticmethod
    def _stands_elsewhere(text: str, chunk: Chunk, index: Collection) -> bool:
        found = index.store.chunks(index.together(text, LOOKED_UP))
        return any(
            one.document_id != chunk.document_id or not set(one.pages) & set(chunk.pages) for one, _ in found.values()
        )

    def is_unknown(self, text: str) -> bool:
        """Whether it has a term that nothing here has."""
        strange = [term for term in query_terms(text) if term not in self.places]
        return any(self._index is None or not self._index.together(term, 1) for term in strange)


def make_questions(library: Library, number: int, seed: int = 1) -> list[Question]:
    """At most `number` questions, spread over the documents, the last fifth of them not answerable.

    A question is kept when all of its words stand together on its own page and on no other, so that the truth is known;
    of a collection too large to be read, in no other passage.
    The unanswerable ones name a year or somebody that the collection never mentions.
    """
    random = Random(seed)  # noqa: S311
    opened = library.collection()
    found, is_whole = _read(opened, random)
    collection = _Collection(found, None if is_whole else opened)
    wanted = round(number * UNANSWERABLE)
    made: list[Question] = []
    for question in _answerable(collection, random):
        if len(made) == number - wanted:
            break
        made.append(question)
    whole = [one for one in made if not one.id.startswith("words")]  # loose words and a name ask nothing
    without = [one for question in whole if (one := _without_answer(question, collection, random))]
    without = list({one.question: one for one in without}.values())
    without = random.sample(without, min(wanted, len(without)))
    return [*made, *(replace(one, id=f"none-{place}") for place, one in enumerate(without, start=1))]


def question_line(one: Question) -> str:
    """A row of a file of questions."""
    row = {
        "id": one.id,
        "question": one.question,
        "doc": one.doc,
        "pages": list(one.pages),
        "answers": list(one.answers),
        "unanswerable": one.unanswerable,
    }
    return json.dumps(row, ensure_ascii=False)


def _read(collection: Collection, random: Random) -> tuple[list[tuple[Chunk, DocumentRef]], bool]:
    """Chunks, and whether they are all there are."""
    store = collection.store
    ids = store.allowed(Scope(pages=(1, 2**31 - 1))) or []
    is_whole = len(ids) <= MOST_READ
    if not is_whole:
        ids = sorted(random.sample(ids, MOST_READ))
    found: list[tuple[Chunk, DocumentRef]] = []
    for start in range(0, len(ids), BATCH):
        found.extend(store.chunks(ids[start : start + BATCH]).values())
    return found, is_whole


def _answerable(collection: _Collection, random: Random) -> Iterator[Question]:
    """One from each document in turn, of each kind in turn, until a pass over a document gives nothing new."""
    numbers: Mapping[Kind, Iterator[int]] = {kind: count(1) for kind in _KINDS}
    kinds = cycle(_KINDS)
    ordered = sorted(collection.by_document.items(), key=lambda item: (item[1][0][1], item[0]))  # by name
    left = {key: _Pass(found, random) for key, found in ordered}
    while left:
        for key, one in list(left.items()):
            made = one.next_question(next(kinds), collection)
            if made is not None:
                kind, question = made
                yield replace(question, id=f"{kind}-{next(numbers[kind])}")
            elif not one.start_again():
                del left[key]


class _Pass:
    """The chunks of one document, looked through for questions in an order of chance."""

    def __init__(self, chunks: Sequence[tuple[Chunk, str]], random: Random) -> None:
        self._all = chunks
        self._random = random
        self._left = random.sample(chunks, len(chunks))
        self._used: set[tuple[int, int]] = set()  # of a chunk, and where the sentence begins
        self._has_given = False

    def start_again(self) -> bool:
        """False when nothing came of the last pass."""
        self._left = self._random.sample(self._all, len(self._all))
        again, self._has_given = self._has_given, False
        return again

    def next_question(self, first: Kind, collection: _Collection) -> tuple[Kind, Question] | None:
        """A question of this kind, or else of another; what was looked at for it is put aside until the next pass."""
        while self._left:
            looked = [self._left.pop() for _ in range(min(TRIES, len(self._left)))]
            for kind in (first, *(other for other in _KINDS if other != first)):
                for place, (chunk, name) in enumerate(looked):
                    made = self._from_chunk(chunk, name, kind, collection)
                    if made is not None:
                        self._left = [*looked[:place], *looked[place + 1 :], *self._left]
                        self._has_given = True
                        return kind, made
        return None

    def _from_chunk(self, chunk: Chunk, name: str, kind: Kind, collection: _Collection) -> Question | None:
        found = statements(chunk.text, chunk.rows)
        for start, end, row in self._random.sample(found, len(found)):
            if (chunk.ordinal, start) in self._used:
                continue
            form = _form(chunk, chunk.text[start:end], row, kind, collection, self._random)
            if form is not None and collection.leads_home(form.given, chunk):
                self._used.add((chunk.ordinal, start))
                pages = tuple(sorted({line.page for line in chunk.lines(start, end)})) or chunk.pages
                return Question("", form.question, name, pages, (form.answer,))
        return None


def _form(
    chunk: Chunk, text: str, row: TableRow | None, kind: Kind, collection: _Collection, random: Random
) -> Form | None:
    if row is not None:
        return cell(chunk.text, row, random) if kind == "cell" else None
    if kind == "cell" or not _says_something(text):
        return None
    if kind == "words":
        return loose_words(text, random, collection.is_telling, lambda words: collection.leads_home(words, chunk))
    form = cloze(text, random)
    return form if form is not None and len(query_terms(form.given)) >= _FEWEST_TERMS else None


def _says_something(text: str) -> bool:
    least, most = _LENGTH[language_of(text)]
    letters = sum(character.isalpha() for character in text)
    if _MARKS.search(text):
        return False
    return least <= len(text) <= most and text.endswith(_SENTENCE_END) and letters > 0.6 * len(text)


def _without_answer(one: Question, collection: _Collection, random: Random) -> Question | None:
    """The same about a year or somebody that nothing in the collection mentions."""
    language = language_of(one.question)
    years = set(_YEAR.findall(one.question))
    if len(years) == 1:
        other = _unknown_year(int(years.pop()), collection)
        return Question("", _YEAR.sub(other, one.question), unanswerable=True) if other else None
    names = [name for name in _NAMES[language] if collection.is_unknown(name)]
    if not names:
        return None
    text = random.choice(_PLAIN[language]).format(random.choice(names))
    return Question("", text, unanswerable=True)


def _unknown_year(year: int, collection: _Collection) -> str:
    around = (year + sign * distance for distance in range(1, _FARTHEST_YEAR) for sign in (1, -1))
    return next((str(other) for other in around if collection.is_unknown(str(other))), "")
