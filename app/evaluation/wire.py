"""What `eval` found, as JSON: flat figures for scripts, and every question for who looks closer."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docent.app.evaluation.comparison import Run, changed, differ, differences
from docent.app.evaluation.intervals import Difference
from docent.app.evaluation.measuring import Outcome
from docent.app.evaluation.stages import lost_in
from docent.app.settings import Settings

_SECRET = "***"  # noqa: S105


def outcome_to_dict(one: Outcome) -> dict[str, Any]:
    """What became of a question."""
    return {
        "page_rank": one.page_rank,
        "doc_rank": one.document_rank,
        "passage_rank": one.passage_rank,
        "split": one.split,
        "cited": one.is_cited,
        "refused": one.refused,
        "trust": round(one.trust, 4),
        "lost_in": lost_in(one) if one.is_answerable else "none",
        "search_ms": round(one.search_seconds * 1000, 1),
        "answer_ms": round(one.answer_seconds * 1000, 1),
        "found": [{"document": name, "pages": list(pages)} for name, pages in one.found],
    }


def run_to_dict(run: Run, depths: Sequence[int]) -> dict[str, Any]:
    """Figures, and each question with what became of it."""
    questions = [_asked(one) | outcome_to_dict(one) for one in run.outcomes]
    return {"name": run.name, "figures": run.figures(depths), "questions": questions}


def comparison_to_dict(a: Run, b: Run, depths: Sequence[int]) -> dict[str, Any]:
    """Both sets of figures, their differences (b less a), and the questions, those that differ first."""
    return {
        "a": {"name": a.name, **a.figures(depths)},
        "b": {"name": b.name, **b.figures(depths)},
        "differences": {key: _difference(one) for key, one in differences(a, b, depths).items()},
        "questions": [
            _asked(one) | {"differs": differ(one, other), "a": outcome_to_dict(one), "b": outcome_to_dict(other)}
            for one, other in changed(a, b)
        ],
    }


def _asked(one: Outcome) -> dict[str, Any]:
    asked = one.question
    return {
        "id": asked.id,
        "question": asked.question,
        "doc": asked.doc,
        "pages": list(asked.pages),
        "unanswerable": asked.unanswerable,
    }


def _difference(one: Difference) -> dict[str, float | None]:
    values = {"difference": one.value, "low": one.low, "high": one.high, "p": one.p}
    return {key: None if value is None else round(value, 4) for key, value in values.items()}


def settings_to_dict(settings: Settings) -> dict[str, Any]:
    """The settings that were in force; secrets are only said to be there."""
    found = {}
    for one in fields(settings):
        value = getattr(settings, one.name)
        found[one.name] = str(value) if isinstance(value, Path) else value
        if not one.repr and value:
            found[one.name] = _SECRET
    return found


def save(folder: Path, stem: str, result: dict[str, Any]) -> Path:
    """Write it as FOLDER/COMMIT/STEM.json, or by date where Docent runs from no checkout; nothing is overwritten."""
    now = datetime.now(UTC)
    name = commit() or now.date().isoformat()
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{stem}.json"
    number = 1
    while path.exists():
        number += 1
        path = target / f"{stem}-{number}.json"
    text = json.dumps(
        {"date": now.isoformat(timespec="seconds"), "commit": commit(), **result}, ensure_ascii=False, indent=1
    )
    path.write_text(text + "\n", encoding="utf-8")
    return path


def commit() -> str:
    """The commit of Docent's own checkout, with -dirty when files differ from it; "" where it is installed."""
    here = Path(__file__).resolve()
    known = _git("ls-files", "--error-unmatch", here.name)
    return _git("describe", "--always", "--dirty", "--abbrev=7", "--exclude=*") if known else ""


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=Path(__file__).resolve().parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
