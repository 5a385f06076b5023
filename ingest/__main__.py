"""`python -m ingest PATH...`: bring a collection up to date with folders."""

from __future__ import annotations

import json
import logging
import sys
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

from docent.app.started import as_started
from docent.app.terminal.arguments import ingest_parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from docent.app import FileResult, Library
    from docent.app.cluster.ray_workers import RayWorkers

EVERY = 10.0  # seconds


def main(argv: list[str] | None = None) -> int:
    """Run the command; 0 all taken, 1 some file failed, 2 usage or settings."""
    arguments = ingest_parser().parse_args(argv)
    from docent.app import load_settings, open_library
    from docent.ingest import DocentError

    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    if arguments.verbose:
        logging.getLogger("docent").setLevel(logging.INFO)
    try:
        if arguments.draw:
            return _draw(arguments)
        settings = load_settings(
            data_dir=arguments.data_dir, collection=arguments.collection, embedder=arguments.embedder
        )
        with open_library(settings) as library:
            if arguments.embedder:
                library.require_embedder(arguments.embedder)
            with _workers(arguments.ray, library) as workers:
                return _run(library, arguments, workers)
    except DocentError as error:
        print(f"docent: {as_started(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("docent: stopped; what was finished is kept, and the next run goes on from there.", file=sys.stderr)
        return 130


def _draw(arguments: argparse.Namespace) -> int:
    from docent.ingest import DocentError, ParseOptions
    from docent.ingest.pages.draw import draw_reading

    (place,) = arguments.paths if len(arguments.paths) == 1 else ("",)
    name, _, number = str(place).rpartition(":")
    if not name or not number.isdecimal():
        raise DocentError("--draw needs one FILE:PAGE, such as report.pdf:3.")
    draw_reading(
        type(arguments.draw)(name),
        int(number),
        arguments.draw,
        ParseOptions(arguments.password, ocr=arguments.ocr or "auto"),
    )
    print(f"{name}, page {number}, is drawn in {arguments.draw}")
    return 0


def _workers(address: str | None, library: Library) -> AbstractContextManager[RayWorkers | None]:
    """Those of a Ray cluster, None for the processes of this machine. Raises ClusterError."""
    if not address:
        return nullcontext()
    from docent.app.cluster.ray_workers import RayWorkers

    return RayWorkers(address, library.settings)


def _run(library: Library, arguments: argparse.Namespace, workers: RayWorkers | None) -> int:
    from docent.app import SyncOptions
    from docent.app.tagging import tagged

    show = _Json() if arguments.json else _Terminal(library, verbose=arguments.verbose)
    started = time.perf_counter()
    results = []
    with show:
        options = SyncOptions(arguments.password, arguments.force, show.reading, arguments.ocr)
        readers = workers.readers if workers else None
        for result in tagged(library, library.sync(arguments.paths, options, readers=readers), arguments.tag):
            results.append(result)
            show.file(result)
        collection = library.collection(create=True)
        waiting = 0 if arguments.no_wait else collection.pending()
        if waiting:
            show.begin_embedding(waiting)
            collection.fill_vectors(show.embedding, workers.embedding(collection) if workers else None)
        said = collection.refresh()
        left = collection.pending()
    show.summary(results, time.perf_counter() - started, left, max(0, waiting - left))
    if arguments.tag and not arguments.json:
        ids = {one.document_id for one in results if one.document_id and one.status != "removed"}
        print(f"tagged {len(ids)} {'document' if len(ids) == 1 else 'documents'}: {', '.join(arguments.tag)}")
    if said:  # a store elsewhere is down: what was committed is sent there later
        print(f"docent: {as_started(said)}", file=sys.stderr)
    return 1 if any(result.status == "failed" for result in results) else 0


class _Lines:
    """How far a run is, where no bar can be shown: a line on stderr every EVERY seconds at most, from any thread."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def reading(self, path: Path, done: int, total: int) -> None:
        if self._is_due():
            print(f"reading {path.name}, page {done:,} of {total:,}", file=sys.stderr, flush=True)

    def embedding(self, done: int, total: int) -> None:
        if self._is_due():
            print(f"embedding {done:,} of {total:,} passages", file=sys.stderr, flush=True)

    def _is_due(self) -> bool:
        now = time.monotonic()
        is_due = now - self._last >= EVERY
        self._last = now if is_due else self._last
        return is_due


class _Json:
    """One JSON object a line on stdout."""

    def __init__(self) -> None:
        lines = _Lines()
        self.reading: Callable[[Path, int, int], None] = lines.reading
        self.embedding: Callable[[int, int], None] = lines.embedding

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None

    def file(self, result: FileResult) -> None:
        from docent.app.wire import file_result_to_dict

        print(json.dumps(file_result_to_dict(result), ensure_ascii=False), flush=True)

    def begin_embedding(self, waiting: int) -> None:
        """Scripts get the lines alone."""

    def summary(self, results: list[FileResult], seconds: float, pending: int, embedded: int) -> None:
        from docent.app.intake.sync import summarise

        found = {**summarise(results, seconds), "pending_vectors": pending, "embedded": embedded}
        print(json.dumps({"summary": found}), flush=True)


class _Terminal(_Json):
    """A progress bar, and a line for each file that is not simply unchanged."""

    def __init__(self, library: Library, *, verbose: bool) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        from docent.ingest import console

        super().__init__()
        self._console = console(highlight=False)
        self._verbose = verbose
        self._pages: dict[Path, tuple[int, int]] = {}
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=self._console, transient=True,
        )  # fmt: skip
        self._reading = self._progress.add_task("reading", total=None)
        self._embedding = self._progress.add_task("embedding", total=None, visible=False)
        self._console.print(
            f"collection {library.settings.collection} in {library.settings.data_dir}", style="dim", soft_wrap=True
        )
        if self._console.is_terminal:
            self.reading = self._on_page
            self.embedding = self._on_vectors

    def __enter__(self) -> None:
        self._progress.start()

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _on_page(self, path: Path, done: int, total: int) -> None:
        """Several files are read at once: the bar counts the pages of all that were begun."""
        self._pages[path] = (done, total)
        name = path.name if len(path.name) <= 40 else f"{path.name[:37]}..."
        pages = tuple(self._pages.values())
        read, all_pages = sum(done for done, _ in pages), sum(total for _, total in pages)
        self._progress.update(self._reading, description=f"reading {name}", completed=read, total=all_pages)

    def _on_vectors(self, done: int, total: int) -> None:
        self._progress.update(self._reading, visible=False)
        self._progress.update(self._embedding, visible=True, completed=done, total=total)

    def file(self, result: FileResult) -> None:
        from docent.app.terminal.text import file_lines

        for line in file_lines(result, verbose=self._verbose):
            self._console.print(line, soft_wrap=True)

    def begin_embedding(self, waiting: int) -> None:
        """Said at once: with a real model it can take minutes, and where nothing was read, nothing else is said."""
        if not self._console.is_terminal:  # a terminal has the bar
            print(f"embedding {waiting:,} passages", file=sys.stderr, flush=True)

    def summary(self, results: list[FileResult], seconds: float, pending: int, embedded: int) -> None:
        from docent.app.terminal.text import summary_line

        self._console.print(summary_line(results, seconds, pending, embedded), soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
