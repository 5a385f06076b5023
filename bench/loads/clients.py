"""People who ask and search over HTTP, and how long each had to wait."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import numpy as np

PATIENCE = 30.0  # seconds; what takes longer is an error


@dataclass(slots=True)
class Waits:
    """Milliseconds of each search and each question, and what went wrong, one entry each."""

    search: list[float] = field(default_factory=list)
    ask: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Requests that were answered."""
        return len(self.search) + len(self.ask)


def percentile(waits: Sequence[float], share: float) -> float:
    """Of milliseconds, by its nearest neighbours; 0 of none."""
    return float(np.percentile(waits, share * 100)) if waits else 0.0


async def people(address: str, questions: Sequence[str], users: int, every: float, seconds: float) -> Waits:
    """`users` who each do one thing in turn, a search or a question, once every `every` seconds, each at their time."""
    waits, chance = Waits(), random.Random(7)
    async with _client(address) as client:
        end = time.monotonic() + seconds

        async def one(start: float, own: random.Random) -> None:
            await asyncio.sleep(start)
            due = time.monotonic()
            while due < end:
                await _do(client, own, questions, waits)
                due += every
                await asyncio.sleep(max(0.0, due - time.monotonic()))

        starts = (every * number / users for number in range(users))
        await asyncio.gather(*(one(start, random.Random(chance.random())) for start in starts))
    return waits


async def crowd(address: str, questions: Sequence[str], rate: float, seconds: float) -> Waits:
    """`rate` requests a second at even distances, whether those before are answered or not."""
    waits, chance = Waits(), random.Random(11)
    async with _client(address) as client:
        began, sent = time.monotonic(), []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            sent.append(asyncio.create_task(_do(client, chance, questions, waits)))
        await asyncio.gather(*sent)
    return waits


def _client(address: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=400, max_keepalive_connections=400)
    return httpx.AsyncClient(base_url=address, timeout=PATIENCE, limits=limits, trust_env=False)


async def _do(client: httpx.AsyncClient, chance: random.Random, questions: Sequence[str], waits: Waits) -> None:
    question, is_search = chance.choice(questions), chance.random() < 0.5
    path, body = ("/api/search", {"query": question}) if is_search else ("/api/ask", {"question": question})
    began = time.perf_counter()
    try:
        reply = await client.post(path, json=body)
    except httpx.HTTPError as error:
        waits.errors.append(type(error).__name__)
        return
    took = (time.perf_counter() - began) * 1000
    told = reply.json() if reply.status_code == 200 else {}
    if not told.get("hits" if is_search else "answer"):
        waits.errors.append(f"{path} {reply.status_code}")
    else:
        (waits.search if is_search else waits.ask).append(took)
