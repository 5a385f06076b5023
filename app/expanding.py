"""Questions that a chat model writes for each passage, which is then found by more words than its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from filelock import FileLock, Timeout

from docent.app.errors import SettingsError
from docent.app.library import Library
from docent.app.settings import EXTRACTIVE
from docent.ingest import DocentError
from docent.llm import ChatModel, ModelFailed, ModelOptions, make_chat_model, write_questions
from docent.retrieval import (
    DocumentStore,
    Hit,
    drop_questions,
    forbids_remote_models,
    keep_questions,
    publish_questions,
    question_counts,
    without_questions,
)

LOCK = "questions.lock"
IN_A_ROW = 3  # passages at which the model fails before it is given up
PROMPT = 400  # characters around the text of a passage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run would ask of a model: calls, and characters it would read. `host` is where passages would go."""

    model: str
    passages: int
    characters: int
    host: str


@dataclass(frozen=True, slots=True)
class Expanded:
    """`passages` were dealt with, `questions` were kept, `left` passages wait; `reason` says why it stopped early."""

    passages: int
    questions: int
    left: int
    reason: str = ""


def writer_of(library: Library, spec: str | None = None) -> ChatModel:
    """The chat model of a spec, or that of the settings. Raises SettingsError where that is none, and AnswerError."""
    settings = library.settings
    chosen = spec or settings.chat
    if chosen == EXTRACTIVE:
        raise SettingsError("questions are written by a chat model: name one by --chat, such as ollama:qwen3.")
    return make_chat_model(chosen, ModelOptions(settings.chat_api_key, settings.chat_timeout))


def cost_of(library: Library, model: ChatModel, limit: int | None = None, collection: str | None = None) -> Cost:
    """What a run over at most `limit` passages would ask of the model."""
    counts = question_counts(library.collection(collection).store)
    passages = min(counts.left, counts.left if limit is None else limit)
    share = passages / counts.left if counts.left else 0.0
    characters = round(counts.characters * share) + PROMPT * passages
    return Cost(model.name, passages, characters, model.host if model.is_remote else "")


def expand(
    library: Library,
    model: ChatModel,
    count: int,
    limit: int | None = None,
    collection: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Expanded:
    """Have `count` questions written for each passage that has none, at most `limit` passages.

    It goes on where it stopped, and what was written counts from the next search on, also where `progress` raises.
    Raises DocentError while another process does the same, and where the collection forbids remote models.
    """
    store = library.collection(collection).store
    if model.is_remote and forbids_remote_models(store.folder):
        raise DocentError(
            f"this collection does not allow that its passages leave for {model.host}: name a model on this machine."
        )
    total = cost_of(library, model, limit, collection).passages
    run = _Run(store, model, count)
    try:
        with FileLock(store.folder / LOCK).acquire(timeout=0):
            try:
                for number, chunk_id in enumerate(without_questions(store, total), start=1):
                    run.write(chunk_id)
                    if run.is_over:
                        break
                    if progress:
                        progress(number, total)
            finally:
                if run.kept:
                    publish_questions(store)
    except Timeout as error:
        raise DocentError("another process writes questions for this collection: wait until it is done.") from error
    return Expanded(run.done, run.kept, question_counts(store).left, run.reason if run.is_over or not run.kept else "")


class _Run:
    """What one run has done so far; a passage that the model failed at waits for the next run."""

    def __init__(self, store: DocumentStore, model: ChatModel, count: int) -> None:
        self._store = store
        self._model = model
        self._count = count
        self._failures = 0
        self.done = self.kept = 0
        self.reason = ""

    @property
    def is_over(self) -> bool:
        """Whether the model has failed too often."""
        return self._failures >= IN_A_ROW

    def write(self, chunk_id: int) -> None:
        """Have the questions of one chunk written, if it is still there."""
        for chunk, document in self._store.chunks([chunk_id]).values():
            try:
                written = write_questions(self._model, Hit(chunk_id, chunk, document, 0.0), self._count)
            except ModelFailed as error:
                log.warning("no questions for a passage of %s: %s", document.name, error)
                self._failures += 1
                self.reason = str(error)
                return
            self._failures = 0
            keep_questions(self._store, chunk_id, self._model.name, written)
            self.done, self.kept = self.done + 1, self.kept + len(written)


def forget(library: Library, collection: str | None = None) -> int:
    """Delete all questions that were written, and return for how many passages."""
    return drop_questions(library.collection(collection).store)
