"""A process that ingests, removes, restores, reindexes and purges until it is killed, and says what is committed."""

from __future__ import annotations

import random
import sys
from contextlib import suppress
from pathlib import Path

from docent.app import Library, Settings, open_library
from docent.app.upkeep import move_collection, purge_library
from docent.retrieval import DocumentNotFound


def say(what: str, number: int) -> None:
    sys.stdout.write(f"{what} {number}\n")
    sys.stdout.flush()


def text(number: int) -> str:
    """Words that no other document has."""
    return "\n\n".join(f"Document{number} paragraph{part} speaks of item{number}x{part} alone." for part in range(6))


def number_of(name: str) -> int:
    return int(name.removeprefix("doc").removesuffix(".txt"))


def work(library: Library, folder: Path, rng: random.Random, first: int) -> None:
    """For ever."""
    number, dimension = first, 16
    while True:
        chance = rng.random()
        if chance < 0.55:
            path = folder / f"doc{number}.txt"
            path.write_text(text(number), encoding="utf-8")
            say("adding", number)
            if library.add_upload(path, path.name).status in ("added", "duplicate"):
                say("added", number)
            number += 1
            if rng.random() < 0.4:
                library.collection().fill_vectors()
                library.collection().refresh()
        elif chance < 0.75 and number > first:
            victim = rng.randrange(first, number)
            say("removing", victim)
            with suppress(DocumentNotFound):
                library.remove(f"doc{victim}.txt")
            say("removed", victim)
            if rng.random() < 0.5 and library.removed():
                back = library.removed()[0]
                say("restoring", number_of(back.name))
                library.restore(back.id)
                say("restored", number_of(back.name))
        elif chance < 0.87:
            dimension = 16 + 16 * rng.randrange(3)
            move_collection(library, f"hash:{dimension}")
        else:
            purge_library(library, None, 1)


def main(data_dir: Path, folder: Path, seed: int, first: int) -> None:
    settings = Settings(data_dir=data_dir, cache_dir=folder, embedder="hash:64", reading_processes=0)
    with open_library(settings) as library:
        library.collection(create=True)
        say("ready", first)
        work(library, folder, random.Random(seed), first)  # noqa: S311


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
