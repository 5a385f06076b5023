"""What answers and what orders hits, as the settings say; it can be changed while questions come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from docent.app.settings import EXTRACTIVE, Settings
from docent.retrieval import Embedder, Once, SearchOptions, SynonymFile, forbids_remote_models, make_reranker

if TYPE_CHECKING:
    from docent.llm import Answerer


class ModelsInUse:
    """What the settings name is checked at once; nothing of it is loaded before it is needed."""

    def __init__(self, settings: Settings, embedder: Callable[[], Embedder]) -> None:
        """Raises AnswerError, RerankerError and SynonymError."""
        self._embedder = embedder
        self.search_options = _search_options(settings)
        self._answerer = Once(lambda: self._made(settings))
        if settings.chat != EXTRACTIVE or settings.judge or settings.prompts_dir:
            self._answerer()  # the default one cannot be wrong, and a search does not wait for it

    def use(self, settings: Settings) -> None:
        """From now on these. Raises AnswerError, RerankerError and SynonymError, and leaves everything as it was."""
        options, answerer = _search_options(settings), self._made(settings)
        self.search_options = options
        self.answer_by(answerer)

    def answer_by(self, answerer: Answerer) -> None:
        """From now on this one, which no setting names."""
        self._answerer = Once(lambda: answerer)

    @property
    def answerer(self) -> Answerer:
        """What writes answers. Raises AnswerError."""
        return self._answerer()

    def answerer_in(self, folders: Iterable[Path], *, strict: bool = False) -> Answerer:
        """The same, or one that only says why where a collection, given by its folder, forbids what is remote."""
        from docent.llm import kept_here, leaves_for, strictly

        answerer = self.answerer
        if leaves_for(answerer) and any(map(forbids_remote_models, folders)):
            answerer = kept_here(answerer)
        return strictly(answerer) if strict else answerer

    def _made(self, settings: Settings) -> Answerer:
        from docent.app.manner import answerer_of

        return answerer_of(settings, self._embedder)


def _search_options(settings: Settings) -> SearchOptions:
    synonyms = SynonymFile(settings.synonyms) if settings.synonyms else None
    reranker = make_reranker(settings.reranker, settings.reranker_api_key)
    return SearchOptions(dense_weight=settings.dense_weight, reranker=reranker, synonyms=synonyms)
