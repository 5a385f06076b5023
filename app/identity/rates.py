"""How much one account may ask: so that a program that asks without end leaves something for the others."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from docent.app.errors import TooMany
from docent.app.identity.access import Access

if TYPE_CHECKING:
    from docent.app.library import Library

REMEMBERED = 10_000  # accounts that have asked last
BURST_SECONDS = 20.0  # what was not asked so long may be asked at once


class Rates:
    """A token bucket for each account (https://en.wikipedia.org/wiki/Token_bucket), in the memory of this process.

    The user at this machine, where there are no accounts, has none. `clock` gives seconds.
    """

    def __init__(self, per_minute: float, access: Access, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._room = max(1.0, self._rate * BURST_SECONDS)
        self._access = access
        self._clock = clock
        self._guard = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is left, and when that was so

    def take(self) -> None:
        """Count a question or a search of whoever is acting. Raises TooMany and NotSignedIn."""
        account = self._access.who().id
        if not account or not self._rate:
            return
        moment = self._clock()
        with self._guard:
            left, then = self._buckets.pop(account, (self._room, moment))
            left = min(self._room, left + (moment - then) * self._rate)
            given = left >= 1
            self._buckets[account] = (left - 1 if given else left, moment)
            while len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        if not given:
            seconds = math.ceil((1 - left) / self._rate)
            raise TooMany(f"you ask more than this server answers one person: go on in {seconds} s.", seconds)


def counted(library: Library) -> list[Any]:
    """For the `dependencies` of a route: each request is one question."""
    from fastapi import Depends

    async def take() -> None:
        library.rates.take()

    return [Depends(take)]
