"""Whether questions made from a collection order settings as questions of people do.

    DOCENT_EVALDATA=... python bench/made_questions.py DATA_DIR [-n 120]

DATA_DIR is the folder `real` that bench/quality.py makes. Each weight of the vectors is tried on questions of people
and on made ones about the same documents, by language; Kendall's tau says how well the orders of the page hits agree.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from statistics import fmean

from figures import save_json

from docent.app import open_library
from docent.app.evaluation.measuring import Question, read_questions
from docent.app.evaluation.question_making import make_questions
from docent.app.library import Library
from docent.llm import language_of
from docent.retrieval import SearchOptions

SETS = {"zh": "zh_real", "en": "finance_en"}
WEIGHTS = (0.0, 0.15, 0.3, 0.6, 1.0, 2.0, 4.0, 100.0)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data_dir", type=Path)
    arguments.add_argument("-n", type=int, default=120, help="made questions for each language")
    options = arguments.parse_args()
    data = Path(os.environ["DOCENT_EVALDATA"])
    found = {}
    with open_library(data_dir=options.data_dir) as library:
        made = [one for one in make_questions(library, options.n * 4) if not one.unanswerable]
        for language, name in SETS.items():
            of_language = [one for one in made if language_of(one.question) == language][: options.n]
            found[name] = agreement(library, read_questions(data / name / "eval.jsonl"), of_language)
    print(json.dumps(found, indent=1))
    save_json(found, "made-questions")


def agreement(library: Library, real: Sequence[Question], made: Sequence[Question]) -> dict[str, object]:
    found = {name: [ranks(library, rows, one) for one in WEIGHTS] for name, rows in (("real", real), ("made", made))}
    for kind in sorted({one.id.split("-")[0] for one in made}):
        chosen = [place for place, one in enumerate(made) if one.id.startswith(kind)]
        found[kind] = [[values[place] for place in chosen] for values in found["made"]]
    scores = {name: [round(fmean(values), 4) for values in weights] for name, weights in found.items()}
    return {
        "weights": WEIGHTS,
        "questions": {name: len(weights[0]) for name, weights in found.items()},
        "mrr@10": scores,
        "tau": {name: round(kendall(scores["real"], values), 3) for name, values in scores.items() if name != "real"},
    }


def ranks(library: Library, rows: Sequence[Question], weight: float) -> list[float]:
    """For each question 1 / the rank of the right page among ten hits, or 0; a search alone, no answer."""
    found = []
    for one in rows:
        hits = library.collection().search(one.question, SearchOptions(limit=10, dense_weight=weight)).hits
        fits = (hit.document.name == one.doc and bool(set(hit.chunk.pages) & set(one.pages)) for hit in hits)
        found.append(next((1 / rank for rank, fit in enumerate(fits, start=1) if fit), 0.0))
    return found


def kendall(first: Sequence[float], second: Sequence[float]) -> float:
    """Tau-b (Kendall 1945): 1 for the same order, -1 for the reverse."""
    pairs = [(a - b, c - d) for (a, c), (b, d) in combinations(zip(first, second, strict=True), 2)]
    agree = sum((x * y > 0) - (x * y < 0) for x, y in pairs)
    untied = [sum(pair[side] != 0 for pair in pairs) for side in (0, 1)]
    return agree / ((untied[0] * untied[1]) ** 0.5 or 1)


if __name__ == "__main__":
    main()
