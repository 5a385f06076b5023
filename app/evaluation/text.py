"""What `eval` shows in the terminal: pure functions, printed by the command."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from docent.app.evaluation.comparison import Run, changed, differ, differences
from docent.app.evaluation.measuring import Outcome
from docent.app.evaluation.stages import FIRST, lost_in

MOST_SHOWN = 40  # questions that differ; --json and --report have all
_COUNTS = {"answer_hit": "answer_hits_found", "true_refusal": "true_refusals", "false_refusal": "false_refusals"}
_LATENCY = ("latency_p50_ms", "latency_p95_ms", "answer_p50_ms")


def figures_table(figures: dict[str, float]) -> Table:
    """A figure a line, shares with how many that are and their 95 % interval."""
    table = Table("figure", "value", "of", "95 % interval", box=None, pad_edge=False, header_style="bold")
    for key, value in figures.items():
        if f"{key}_low" in figures:
            interval = f"{figures[f'{key}_low']:.3f} to {figures[f'{key}_high']:.3f}"
            table.add_row(key, f"{value:.3f}", _count(key, figures), interval)
        elif key in ("mrr", *_LATENCY):
            table.add_row(key, f"{value:.3f}" if key == "mrr" else f"{value:.0f}", "", "")
    return table


def _count(key: str, figures: dict[str, float]) -> str:
    """`43 of 47`."""
    name, _, depth = key.partition("@")
    count = f"{name}s_found@{depth}" if depth else _COUNTS.get(key)
    if count is None:
        return ""
    total = figures["unanswerable" if key == "true_refusal" else "answerable"]
    return f"{figures[count]:g} of {total:g}"


def lost_text(outcomes: Sequence[Outcome]) -> Text:
    """The questions whose answer was not cited, by the stage that lost it, the first few of each by name."""
    text = Text()
    for stage, words in _LOST.items():
        names = [one.question.id for one in outcomes if one.is_answerable and lost_in(one) == stage]
        if names:
            more = " ..." if len(names) > 5 else ""
            text.append(f"\n{len(names):>4} ", style="bold")
            text.append(f"{words}: {', '.join(names[:5])}{more}")
    return text


_LOST = {
    "search": f"lost in search (no right page among the first {FIRST} passages)",
    "splitting": "lost in splitting (right page found; it has the answer, no single passage has)",
    "passage": f"lost between passages (right page found, its passage with the answer not among the first {FIRST})",
    "answering": "lost in answering (passage with the answer found, but not cited)",
    "unknown": "cannot be told (right page found; it does not say the expected answer word for word)",
}


def comparison_table(a: Run, b: Run, depths: Sequence[int]) -> Table:
    """Both values of each figure, the difference and its interval; what is clear is marked."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("figure", a.name, b.name, "difference", "95 % interval", "p"):
        table.add_column(Text(head))
    first, second = a.figures(depths), b.figures(depths)
    for key, one in differences(a, b, depths).items():
        digits = 0 if key in _LATENCY else 3
        table.add_row(
            key, f"{first[key]:.{digits}f}", f"{second[key]:.{digits}f}",
            Text(f"{one.value:+.{digits}f}", style="bold" if one.is_clear else ""),
            f"{one.low:+.{digits}f} to {one.high:+.{digits}f}", "" if one.p is None else f"{one.p:.3f}",
        )  # fmt: skip
    return table


def changed_text(a: Run, b: Run) -> Text:
    """The questions on which the two differ, with the rank of the right page and what else stands first."""
    pairs = [pair for pair in changed(a, b) if differ(*pair)]
    text = Text(f"\n{len(pairs)} of {len(a.outcomes)} questions differ.", style="bold")
    for one, other in pairs[:MOST_SHOWN]:
        asked = one.question
        text.append(f"\n{asked.id}  ", style="bold cyan")
        text.append(asked.question)
        for run, outcome in ((a, one), (b, other)):
            text.append(f"\n    {run.name}: {_told(outcome)}", style="dim")
    if len(pairs) > MOST_SHOWN:
        text.append(f"\nand {len(pairs) - MOST_SHOWN} more: see --json or --report", style="dim")
    return text


def _told(one: Outcome) -> str:
    """`right page at 3, not cited; first: manual.pdf p. 4`."""
    parts = []
    if one.is_answerable:
        parts.append(f"right page at {one.page_rank}" if one.page_rank else "right page not found")
    parts.append(
        "refused" if one.refused else "cited" if one.is_cited else "answered" if not one.is_answerable else "not cited"
    )
    first = ""
    if one.found and one.page_rank != 1:
        name, pages = one.found[0]
        first = f"; first: {name} p. {', '.join(map(str, pages))}"
    return ", ".join(parts) + first
