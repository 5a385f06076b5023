"""One HTML file that shows an evaluation: no script, no request, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from docent.app.evaluation.comparison import Run, changed, differ, differences
from docent.app.evaluation.intervals import wilson
from docent.app.evaluation.measuring import Outcome, is_within, trusts
from docent.app.evaluation.plots import Part, Series, bar, curve, histogram, legend, roc
from docent.app.evaluation.stages import FIRST, lost_in
from docent.app.evaluation.style import STYLE
from docent.app.evaluation.words import WORDS
from docent.llm import Language, language_of

_SIDES = ("a", "b")
_BINS = 20
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_TAGS = {"cited": "good", "refused": "danger", "not_cited": "warn"}


@dataclass(frozen=True, slots=True)
class _Say:
    """The words of one language: called for HTML, `text` for the plots, which escape by themselves."""

    language: Language

    def text(self, key: str, *values: object, **named: object) -> str:
        return WORDS[self.language][key].format(*values, **named)

    def __call__(self, key: str, *values: object, **named: object) -> str:
        return escape(self.text(key, *values, **named))


def report_html(runs: Sequence[Run], depths: Sequence[int], language: Language | None = None) -> str:
    """The report on one run, or on two side by side. Its language is that of most questions unless it is given."""
    lang = language or _language(runs[0].outcomes)
    say = _Say(lang)
    names = [run.name for run in runs]
    title = say("title", names[0] if len(names) == 1 else say.text("versus", *names))
    outcomes = runs[0].outcomes
    answerable = sum(one.is_answerable for one in outcomes)
    parts = [
        f"<h1>{title}</h1>",
        f'<p class="soft">{say("count", len(outcomes), answerable, say.text("interval_note"))}</p>',
        _run_legend(runs),
        _tiles(runs, depths, say),
        _differences(runs, depths, say) if len(runs) > 1 else "",
        f'<div class="two">{_finding(runs, depths, say) if answerable else ""}{_time(runs, say)}</div>',
        _stages(runs, say) if answerable else "",
        _refusing(runs, say),
        _questions(runs, say),
    ]
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{STYLE}</style>"
    )
    locale = "zh-CN" if lang == "zh" else "en"
    return f'<!doctype html>\n<html lang="{locale}"><head>{head}</head><body>\n{"".join(parts)}\n</body></html>\n'


def _language(outcomes: Sequence[Outcome]) -> Language:
    chinese = sum(language_of(one.question.question) == "zh" for one in outcomes)
    return "zh" if chinese * 2 > len(outcomes) else "en"


def _run_legend(runs: Sequence[Run]) -> str:
    return legend([(run.name, side) for run, side in zip(runs, _SIDES, strict=False)]) if len(runs) > 1 else ""


def _tiles(runs: Sequence[Run], depths: Sequence[int], say: _Say) -> str:
    figures = [run.figures(depths) for run in runs]
    middle = min(depths, key=lambda depth: abs(depth - 5))
    pages = sorted({depths[0], middle, depths[-1]})
    shown = [(f"page_hit@{depth}", say("page_hit" if depth > 1 else "page_hit_1", depth)) for depth in pages]
    shown += [(key, say(key)) for key in ("answer_hit", "true_refusal", "false_refusal")]
    tiles = []
    for key, words in shown:
        if f"{key}_low" not in figures[0]:
            continue
        values = _values([f"{one[key]:.1%}" for one in figures])
        bounds = "<br>".join(
            say("interval", f"{one[f'{key}_low']:.0%}", f"{one[f'{key}_high']:.0%}") for one in figures
        )
        tiles.append(f'<div class="tile"><span>{words}</span>{values}<span>{bounds}</span></div>')
    times = _values([f"{one['latency_p50_ms']:.0f}" for one in figures])
    tiles.append(f'<div class="tile"><span>{say("latency")}</span>{times}</div>')
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _values(values: Sequence[str]) -> str:
    """Of one run in ink, of two in their colours."""
    styles = _SIDES if len(values) > 1 else ("",)
    return "".join(f'<b class="{style}">{value}</b>' for value, style in zip(values, styles, strict=True))


def _finding(runs: Sequence[Run], depths: Sequence[int], say: _Say) -> str:
    series = []
    for run, side in zip(runs, _SIDES, strict=False):
        asked = [one for one in run.outcomes if one.is_answerable]
        for key, style in (("page_line", side), ("document_line", f"{side} thin")):
            ranks = [one.page_rank if key == "page_line" else one.document_rank for one in asked]
            hits = [sum(is_within(rank, depth) for rank in ranks) for depth in range(1, max(depths) + 1)]
            points = tuple((float(depth), count / len(asked)) for depth, count in enumerate(hits, start=1))
            band = tuple(wilson(count, len(asked)) for count in hits) if key == "page_line" else ()
            series.append(Series(f"{run.name}, {say.text(key)}", style, points, band))
    lines = (
        [(say.text("page_line") + " ———", "a"), (say.text("document_line") + " – – –", "a")] if len(runs) == 1 else []
    )
    plot = curve(series, say.text("finding"), say.text("k"))
    head = f"<h2>{say('finding')}</h2><p class='soft'>{say('finding_note')}</p>"
    return f"<section>{head}{plot}{legend(lines) or _run_legend(runs)}</section>"


def _stages(runs: Sequence[Run], say: _Say) -> str:
    asked = [[one for one in run.outcomes if one.is_answerable] for run in runs]
    drawn = [f"<h2>{say('stages')}</h2><p class='soft'>{say('stages_note', len(asked[0]))}</p>"]
    stages = (("splitting", _split_parts), ("search", _search_parts), ("answering", _answer_parts))
    for number, (stage, cut) in enumerate(stages, start=1):
        drawn.append(f"<h3>{number}. {say(stage)}</h3><p class='soft'>{say(stage + '_note')}</p>")
        parts: Sequence[Part] = ()
        for run, outcomes in zip(runs, asked, strict=True):
            parts = cut(outcomes, say)
            drawn.append(f"<span class='soft'>{escape(run.name)}</span>" if len(runs) > 1 else "")
            drawn.append(bar(parts))
        drawn.append(legend([(part.name, part.style) for part in parts]))
    return f"<section>{''.join(drawn)}</section>"


def _split_parts(outcomes: Sequence[Outcome], say: _Say) -> list[Part]:
    kinds = (("whole", "good"), ("cut", "danger"), ("absent", "warn"), ("unknown", "none"))
    return [
        Part(
            sum(one.split == kind for one in outcomes), say.text("unknown_split" if kind == "unknown" else kind), style
        )
        for kind, style in kinds
    ]


def _search_parts(outcomes: Sequence[Outcome], say: _Say) -> list[Part]:
    within = [sum(is_within(one.page_rank, depth) for one in outcomes) for depth in (1, 3, FIRST)]
    counts = (within[0], within[1] - within[0], within[2] - within[1], len(outcomes) - within[2])
    styles = (("rank1", "good"), ("rank3", "mid"), ("rank10", "warn"), ("rank_none", "danger"))
    return [Part(count, say.text(key), style) for count, (key, style) in zip(counts, styles, strict=True)]


def _answer_parts(outcomes: Sequence[Outcome], say: _Say) -> list[Part]:
    cited = sum(one.is_cited for one in outcomes)
    refused = sum(one.refused and not one.is_cited for one in outcomes)
    rest = len(outcomes) - cited - refused
    counts = ((cited, "cited", "good"), (rest, "not_cited", "warn"), (refused, "refused_wrongly", "danger"))
    return [Part(count, say.text(key), style) for count, key, style in counts]


def _refusing(runs: Sequence[Run], say: _Say) -> str:
    head = f"<h2>{say('refusing')}</h2>"
    if not all(trusts(runs[0].outcomes)):
        return f"<section>{head}<p class='soft'>{say('no_unanswerable')}</p></section>"
    plots, curves, areas = [], [], []
    for run, side in zip(runs, _SIDES, strict=False):
        answerable, unanswerable = trusts(run.outcomes)
        groups = ((say.text("answerable"), "a", answerable), (say.text("unanswerable"), "b", unanswerable))
        plots.append(f"<span class='soft'>{escape(run.name)}</span>" if len(runs) > 1 else "")
        plots.append(histogram(groups, (-1.0, 1.0), _BINS, say.text("refusing"), say.text("trust")))
        curves.append(Series(run.name, side, _roc_points(answerable, unanswerable)))
        found = run.figures((1,))
        low, high = found["refusal_auroc_low"], found["refusal_auroc_high"]
        name = f"{escape(run.name)}: " if len(runs) > 1 else ""
        areas.append(f"{name}{found['refusal_auroc']:.3f} ({say('interval', f'{low:.2f}', f'{high:.2f}')})")
    key = legend([(say.text("answerable"), "a"), (say.text("unanswerable"), "b")])
    square = roc(curves, "ROC", (say.text("roc_x"), say.text("roc_y")))
    area = f"<p class='soft'>{say('auroc')}: {', '.join(areas)}; {say('chance')}</p>{_run_legend(runs)}"
    two = f'<div class="two"><div>{"".join(plots)}{key}</div><div class="square">{square}{area}</div></div>'
    return f"<section>{head}<p class='soft'>{say('refusing_note')}</p>{two}</section>"


def _roc_points(answerable: Sequence[float], unanswerable: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """From the strictest threshold to the mildest: shares of unanswerable and of answerable questions above it."""
    points = [(0.0, 0.0)]
    for threshold in sorted({*answerable, *unanswerable}, reverse=True):
        shares = [sum(value >= threshold for value in group) / len(group) for group in (unanswerable, answerable)]
        points.append((shares[0], shares[1]))
    return tuple(points)


def _time(runs: Sequence[Run], say: _Say) -> str:
    values = [[one.search_seconds * 1000 for one in run.outcomes] for run in runs]
    longest = max(max(found, default=0.0) for found in values) or 1.0
    groups = [(run.name, side, found) for run, side, found in zip(runs, _SIDES, values, strict=False)]
    notes = []
    for run in runs:
        found = run.figures((1,))
        name = f"{escape(run.name)} — " if len(runs) > 1 else ""
        notes.append(name + say("time_note", f"{found['latency_p50_ms']:.0f}", f"{found['latency_p95_ms']:.0f}"))
    plot = histogram(groups, (0.0, _round_up(longest)), _BINS, say.text("time"), say.text("ms"))
    return f"<section><h2>{say('time')}</h2><p class='soft'>{'<br>'.join(notes)}</p>{plot}{_run_legend(runs)}</section>"


def _round_up(value: float) -> float:
    """To one or two digits that four ticks divide well."""
    step = math.pow(10, math.floor(math.log10(value))) / 2.5
    return math.ceil(value / step) * step


def _differences(runs: Sequence[Run], depths: Sequence[int], say: _Say) -> str:
    a, b = runs
    first, second = a.figures(depths), b.figures(depths)
    rows = []
    for key, one in differences(a, b, depths).items():
        digits = 0 if key.endswith("_ms") else 3
        style = "num clear" if one.is_clear else "num"
        cells = (f"{first[key]:.{digits}f}", f"{second[key]:.{digits}f}")
        values = "".join(f"<td class='num'>{cell}</td>" for cell in cells)
        bounds = say("interval", f"{one.low:+.{digits}f}", f"{one.high:+.{digits}f}")
        p = "" if one.p is None else f"{one.p:.3f}"
        rows.append(
            f"<tr><td class='key'>{escape(key)}</td>{values}<td class='{style}'>{one.value:+.{digits}f}</td>"
            f"<td class='num'>{bounds}</td><td class='num'>{p}</td></tr>"
        )
    names = (say("figure"), escape(a.name), escape(b.name), say("difference"), say("bounds"), "p")
    note = f"<p class='soft'>{say('differences_note', a=a.name, b=b.name)}</p>"
    return f"<section><h2>{say('differences')}</h2>{note}{_table(names, rows, numbers_from=1)}</section>"


def _questions(runs: Sequence[Run], say: _Say) -> str:
    if len(runs) > 1:
        pairs = changed(*runs)
        note = say("questions_both", sum(differ(*pair) for pair in pairs), len(pairs))
        marks = [differ(*pair) for pair in pairs]
        rows: list[tuple[Outcome, ...]] = [*pairs]
    else:
        note = say("questions_note")
        rows = [(one,) for one in sorted(runs[0].outcomes, key=_goodness)]
        marks = [_goodness(one) < 1 for (one,) in rows]
    names = [say("id"), say("expected")]
    for run in runs:
        of = f" ({escape(run.name)})" if len(runs) > 1 else ""
        names += [say("rank") + of, say("outcome") + of, say("first") + of]
    lines = []
    for outcomes, is_marked in zip(rows, marks, strict=True):
        cells = "".join(_told(one, say) for one in outcomes)
        style = "" if is_marked else " class='same'"
        lines.append(f"<tr{style}>{_asked(outcomes[0], say)}{cells}</tr>")
    return f"<section><h2>{say('questions')}</h2><p class='soft'>{note}</p>{_table(names, lines)}</section>"


def _goodness(one: Outcome) -> float:
    """0 for what went wrong, up to 1 for the best."""
    if not one.is_answerable:
        return float(one.refused)
    return 0.5 * one.is_cited + (0.5 / one.page_rank if one.page_rank else 0.0)


def _asked(one: Outcome, say: _Say) -> str:
    asked = one.question
    expected = say("unanswerable") if asked.unanswerable else escape(asked.doc or "")
    pages = f"<small>{say('page', ', '.join(map(str, asked.pages)))}</small>" if asked.pages else ""
    question = f"<td class='question'><small>{escape(asked.id)}</small>{escape(asked.question)}</td>"
    return f"{question}<td class='place'>{expected}{pages}</td>"


def _told(one: Outcome, say: _Say) -> str:
    rank = "" if not one.is_answerable else str(one.page_rank) if one.page_rank else say("not_found")
    if one.is_answerable:
        outcome = "cited" if one.is_cited else "refused" if one.refused else "not_cited"
        tag = f"<span class='tag {_TAGS[outcome]}'>{say(outcome)}</span>"
        stage = lost_in(one)
        if stage != "none":
            tag += f"<br><small class='soft'>{say('lost', say.text(stage))}</small>"
    else:
        outcome, style = ("refused", "good") if one.refused else ("answered", "danger")
        tag = f"<span class='tag {style}'>{say(outcome)}</span>"
    first = ""
    if one.found:
        name, pages = one.found[0]
        first = f"{escape(name)}<small>{say('page', ', '.join(map(str, pages)))}</small>"
    return f"<td class='num'>{rank}</td><td>{tag}</td><td class='place'>{first}</td>"


def _table(names: Sequence[str], rows: Sequence[str], numbers_from: int | None = None) -> str:
    heads = "".join(
        f"<th class='num'>{name}</th>" if numbers_from is not None and place >= numbers_from else f"<th>{name}</th>"
        for place, name in enumerate(names)
    )
    return f"<div class='wide'><table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
