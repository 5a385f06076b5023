"""One line of the table that `bench/reading.py` prints."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and its bound. `beside` are the same things measured for stock readers in the same run."""

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
