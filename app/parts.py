"""What a library is made of. What a search has no use of is loaded at its first use: a command waits for imports."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from docent.app.catalog import Catalog
from docent.app.database import Database
from docent.app.identity.people import People
from docent.app.identity.rates import Rates
from docent.app.intake.presence import Presence
from docent.app.models_in_use import ModelsInUse
from docent.app.open_collections import OpenCollections
from docent.app.settings import Settings
from docent.retrieval import Once

if TYPE_CHECKING:
    from docent.app.history.conversations import Conversations
    from docent.app.history.curated import CuratedAnswers
    from docent.app.history.feedback import FeedbackBook
    from docent.app.intake.reader_pool import ReaderPool


class Parts:
    """The parts of one data directory; close them, or use them in a `with`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.models = ModelsInUse(settings, lambda: self._opened.embedder(settings.embedder))
        self.database = Database(settings.data_dir)
        self.catalog = Catalog(self.database)
        self.people = People(self.database)
        self.rates = Rates(settings.questions_per_minute, self.people.access)
        self._opened = OpenCollections(settings, self.catalog, self.people.access)
        self.spool = settings.data_dir / "spool"
        self.uploads = settings.data_dir / "uploads"
        self._pool = Once(self._make_pool)
        self._is_closed = False
        self.signs = settings.data_dir / "processes"
        self._presence = Presence(self.signs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that read, and close all databases."""
        self._is_closed = True
        if pool := self._pool.made:
            pool.close()
        self._presence.close()
        self._opened.close()
        self.database.close()

    @cached_property
    def conversations(self) -> Conversations:
        """What was asked and answered."""
        from docent.app.history.conversations import Conversations

        return Conversations(self.database, self.people.access.owner)

    @cached_property
    def feedback(self) -> FeedbackBook:
        """What readers said of answers."""
        from docent.app.history.feedback import FeedbackBook

        return FeedbackBook(self.database, self.people.access.owner)

    @cached_property
    def curated(self) -> CuratedAnswers:
        """Answers that go before all others."""
        from docent.app.history.curated import CuratedAnswers

        return CuratedAnswers(self.database)

    @property
    def pool(self) -> ReaderPool:
        """The processes that read files."""
        return self._pool()

    def _make_pool(self) -> ReaderPool:
        from docent.app.intake.reader_pool import ReaderLimits, ReaderPool

        said = self.settings
        limits = ReaderLimits(said.reading_processes, said.reading_seconds, said.reading_megabytes)
        pool = ReaderPool(limits, self.spool)
        if self._is_closed:
            pool.close()
        return pool
