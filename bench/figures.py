"""What the benches measure, side by side with its bound, as a table and as a file under the commit."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and its bound. `beside` are the same things measured for others in the same run."""

    what: str
    value: float
    unit: str
    bound: float | None = None
    at_least: bool = True
    beside: dict[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the bound is kept; None where there is none."""
        if self.bound is None:
            return None
        return self.value >= self.bound if self.at_least else self.value <= self.bound


def show(figures: Sequence[Figure]) -> None:
    """One table, what does not hold in red."""
    table = Table("what", "value", "bound", "holds", "beside", "note")
    for one in figures:
        bound = "" if one.bound is None else f"{'>=' if one.at_least else '<='} {one.bound:g}"
        holds = {None: "", True: "yes", False: "[red]no[/red]"}[one.holds]
        beside = ", ".join(f"{name} {value:.3g}" for name, value in one.beside.items())
        table.add_row(one.what, f"{one.value:.4g} {one.unit}", bound, holds, beside, one.note)
    Console(width=160).print(table)


def save(figures: Sequence[Figure], name: str, target: Path | None = None) -> None:
    """As bench/results/NAME-COMMIT.json, or where one says."""
    save_json([{**asdict(figure), "holds": figure.holds} for figure in figures], name, target)


def save_json(found: Any, name: str, target: Path | None = None) -> None:
    """The same for what is no list of figures."""
    path = target or RESULTS / f"{name}-{commit()}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def commit() -> str:
    """The commit that is measured, shortened."""
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    return found.stdout.strip()
