"""How far a citation can be trusted, on the evaluation sets: quotes on their pages, and faults that are caught.

    DOCENT_EVALDATA=... python bench/citations.py [--data-dir DIR] [--faults N] [--half tune|report] [--plain] [--list]

Quotes: every quote of the extractive answers to the sets' questions must stand verbatim on the page it names, and the
words of the PDF inside its boxes, read anew with PyMuPDF, must be the words of the quote. Faults: true sentences of
the passages found, cited as a model would, are held against the hits as they are, in light paraphrases, and with one
fault each. A fault is caught where the sentence is not verified, or its citation names the right passage; a false
alarm is a true sentence that is not verified. Documents are split in halves by name: rules are tuned on one, figures
are reported on the other. `--plain` goes without vectors. A data folder is kept, and may be that of bench/quality.py.
Saved as bench/results/citations-COMMIT.json.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from figures import Figure, save, show
from proofs.quotes import Quotes, check_quotes
from proofs.trials import Trials, run_trials
from quality import COLLECTIONS

from docent.app import Library, open_library
from docent.llm import similarity_of

FAULTY = "real"  # the collection whose sentences are given faults
SEED = 11


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--faults", type=int, default=300)
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--list", action="store_true", help="show what was decided wrongly")
    parser.add_argument("--no-quotes", action="store_true")
    options = parser.parse_args()
    data = Path(os.environ["DOCENT_EVALDATA"])
    quotes = Quotes()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.data_dir or Path(scratch)
        for name, sets in COLLECTIONS.items():
            if not options.no_quotes and name != FAULTY:
                with _filled(folder / name, data, sets) as library:
                    check_quotes(library, data, sets, quotes)
        with _filled(folder / FAULTY, data, COLLECTIONS[FAULTY]) as library:
            if not options.no_quotes:
                check_quotes(library, data, COLLECTIONS[FAULTY], quotes)
            similarity = None if options.plain else similarity_of(library.collection().embedder)
            chosen = COLLECTIONS[FAULTY]
            trials = run_trials(library, data, chosen, random.Random(SEED), options.half, options.faults, similarity)
    figures = [*_quote_figures(quotes), *_fault_figures(trials)]
    if options.list:
        for line in (*quotes.wrong, *trials.wrong):
            print(line)
    show(figures)
    save(figures, "citations")


def _filled(folder: Path, data: Path, sets: Sequence[str]) -> Library:
    library = open_library(data_dir=folder)
    for result in library.sync([data / one / "pdfs" for one in sets]):
        if result.status == "failed":
            raise SystemExit(f"{result.path}: {result.reason}")
    library.collection().fill_vectors()
    return library


def _quote_figures(quotes: Quotes) -> list[Figure]:
    if not quotes.count:
        return []
    return [
        Figure("quotes verbatim on their page", quotes.verbatim / quotes.count, "", 1.0, note=f"{quotes.count} quotes"),
        Figure(
            "quotes whose boxes hold their words", quotes.covered / quotes.boxed, "", 1.0, note=f"{quotes.boxed} drawn"
        ),
    ]


def _fault_figures(trials: Trials) -> list[Figure]:
    caught = [
        Figure(f"caught: {kind}", hit / all_, "", note=f"{hit} of {all_}")
        for kind, (hit, all_) in trials.faults.items()
    ]
    alarms = [
        Figure(f"false alarm: {kind}", hit / all_, "", note=f"{hit} of {all_}")
        for kind, (hit, all_) in trials.truths.items()
    ]
    hit, all_ = (sum(pair) for pair in zip(*trials.faults.values(), strict=True))
    false, true = (sum(pair) for pair in zip(*trials.truths.values(), strict=True))
    return [
        Figure("faults caught", hit / all_, "", 0.95, note=f"{hit} of {all_}"),
        Figure("false alarms", false / true, "", 0.05, at_least=False, note=f"{false} of {true}"),
        *caught,
        *alarms,
    ]


if __name__ == "__main__":
    main()
