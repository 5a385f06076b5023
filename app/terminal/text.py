"""What the terminal shows, as rich text: pure functions, printed by the commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from docent.app.history.answer_records import CURATED
from docent.app.intake.notes import grouped_warnings
from docent.app.intake.sync import count
from docent.app.intake.taking import FileResult
from docent.ingest import DRAWABLE, SUFFIXES, PageReport
from docent.llm import Answer, in_a_line, language_of, unmarked
from docent.retrieval import DocumentInfo, Hit, RemovedDocument

if TYPE_CHECKING:
    from docent.app.doctor import CheckupReport

_STYLES = {"added": "green", "updated": "cyan", "moved": "cyan", "removed": "yellow", "failed": "bold red"}
_SOURCES = {"ocr": "by OCR", "mixed": "partly by OCR", "none": "without text"}
_END = "\0"  # of a sentence that nothing supports, while marks are taken out
_MAX_WARNINGS = 3
_MAX_KINDS = 6  # suffixes of skipped files that are named
_MAX_COPIES = 3
_WORDS = {
    "en": {
        "sources": "Sources",
        "nearest": "The nearest passages",
        "page": "p. {}",
        "unverified": "not verified",
        "unsupported": " (no passage supports this)",
        "curated": "Corrected by a person.",
        "searched": "Searched for: {}",
        "copies": "the same words: {}",
    },
    "zh": {
        "sources": "出处",
        "nearest": "最接近的段落",
        "page": "第 {} 页",
        "unverified": "未经核实",
        "unsupported": "（这句话没有文档依据）",
        "curated": "本回答经人工修订。",
        "searched": "按此检索：{}",
        "copies": "相同文字还见于：{}",
    },
}


def file_lines(result: FileResult, *, verbose: bool = False) -> Iterator[Text]:
    """One line for a file and a few for what is doubtful in it; `verbose` shows unchanged and skipped ones, too."""
    is_quiet = result.status == "unchanged" or (result.status == "skipped" and "save it as" not in result.reason)
    if is_quiet and not verbose:
        return
    line = Text(f"{result.status:<10}", style=_STYLES.get(result.status, "")) + Text(result.path, style="default")
    if result.pages:
        line.append(f"  {_found(result)}, {result.seconds:.1f} s", style="dim")
    if result.reason:
        line.append(f"\n           {result.reason}", style="dim" if result.status == "duplicate" else "red")
    yield line
    warnings = warning_lines(result.warnings, "page" if _has_pages(result) else "part")
    for warning in warnings[:_MAX_WARNINGS]:
        yield Text(f"           {warning}", style="yellow")
    if len(warnings) > _MAX_WARNINGS:
        yield Text(f"           and {len(warnings) - _MAX_WARNINGS} more notes", style="yellow")


def _found(result: FileResult) -> str:
    """`12 pages (3 by OCR, 1 without text), 8 tables`; of a file without pages `30 passages, 8 tables`."""
    if _has_pages(result):
        kinds = [f"{result.found[key]} {word}" for key, word in _SOURCES.items() if result.found.get(key)]
        parts = [_plural(result.pages, "page") + (f" ({', '.join(kinds)})" if kinds else "")]
    else:
        by_ocr = result.found.get("ocr") or result.found.get("mixed")
        parts = [_plural(result.chunks, "passage") + (" (partly by OCR)" if by_ocr else "")]
    if result.found.get("tables"):
        parts.append(_plural(result.found["tables"], "table"))
    return ", ".join(parts)


def _has_pages(result: FileResult) -> bool:
    return SUFFIXES.get(Path(result.path).suffix.lower()) in DRAWABLE


def warning_lines(warnings: Sequence[str], what: str = "page") -> list[str]:
    """Warnings of many pages as one line for each kind: `pages 1-8, 12: a scan, read by OCR`."""
    return [
        f"{what if pages.isdecimal() else f'{what}s'} {pages}: {sentence}" if pages else sentence
        for pages, sentence in grouped_warnings(warnings)
    ]


def pages_table(name: str, reports: Sequence[tuple[int, str, PageReport]]) -> Table:
    """How each page of a document was read."""
    table = Table("page", "text from", "characters", "columns", "tables", "kept out", "notes", title=name, box=None)
    for number, location, report in reports:
        place = f"{number} {location}".strip()
        removed = " | ".join(in_a_line(one) for one in report.removed)
        table.add_row(
            Text(place), report.source, str(report.characters), str(report.columns), str(report.tables),
            Text(removed, style="dim"), Text("; ".join(report.warnings), style="yellow"),
        )  # fmt: skip
    return table


def summary_line(results: Sequence[FileResult], seconds: float, pending: int, embedded: int = 0) -> Text:
    """What became of all files, in one line."""
    parts = [f"{number} {status}" for status, number in sorted(count(results).items())]
    kinds = sorted({Path(one.path).suffix or Path(one.path).name for one in results if one.status == "skipped"})
    if kinds:
        more = " ..." if len(kinds) > _MAX_KINDS else ""
        parts = [f"{one} ({', '.join(kinds[:_MAX_KINDS])}{more})" if "skipped" in one else one for one in parts]
    pages = sum(result.pages for result in results if _has_pages(result))
    line = Text(", ".join(parts) or "nothing to do", style="bold")
    line.append(f": {_plural(pages, 'page')} read" if pages else "", style="default")
    line.append(f"{',' if pages else ':'} {_plural(embedded, 'passage')} embedded" if embedded else "", style="default")
    line.append(f" in {seconds:.1f} s", style="default")
    if pending:
        line.append(f"; {pending} passages are found by words only until they are embedded", style="yellow")
    return line


def answer_text(answer: Answer) -> Text:
    """An answer with its sources below."""
    words = _WORDS[language_of(answer.question)]
    text = Text()
    if answer.query != answer.question:
        text.append(f"{words['searched'].format(answer.query)}\n\n", style="dim")
    if answer.notice:
        text.append(f"{answer.notice}\n\n", style="yellow")
    if answer.model == CURATED:
        text.append(f"{words['curated']}\n\n", style="dim")
    text.append_text(_said(answer, words["unsupported"]))
    shown: Sequence[Hit] = answer.hits[:3] if answer.refused else ()
    if answer.citations or shown:
        text.append(f"\n\n{words['nearest' if answer.refused else 'sources']}", style="bold")
    for citation in answer.citations:
        text.append(f"\n[{citation.number}] ", style="bold cyan")
        text.append(_place(citation.hit, citation.page, words["page"]))
        if not citation.verified:
            text.append(f" ({words['unverified']})", style="yellow")
        quote = _beginning(citation.quote, 200)
        if quote.rstrip("…").lstrip("-*• ") not in in_a_line(answer.text):  # a quote that is the answer is read once
            text.append(f"\n    {quote}", style="dim")
        if citation.hit.copies:
            text.append(f"\n    {_copies(citation.hit, words)}", style="dim")
    for hit in shown:
        text.append(f"\n  - {_place(hit, hit.chunk.pages[0], words['page'])}: ")
        text.append(_beginning(hit.chunk.text), style="dim")
    return text


def _said(answer: Answer, unsupported: str) -> Text:
    """The text of an answer, without marks of Markdown; behind each sentence that nothing supports it says so."""
    ends = [0, *(one.end for one in answer.statements if not one.verified), len(answer.text)]
    pieces = [answer.text[start:end].replace(_END, "") for start, end in pairwise(ends)]
    # As a whole, since what is emphasised may go on behind the end of a sentence.
    first, *others = unmarked(_END.join(pieces)).split(_END)
    text = Text(first)
    for piece in others:
        text.append(unsupported, style="yellow").append(piece)
    return text


def _place(hit: Hit, page: int, words: str) -> str:
    """Document and page; where no page can be drawn, the slide, sheet, lines or headings instead."""
    place = words.format(page) if hit.location is None else in_a_line(hit.location)
    name = f"{hit.document.collection}: {hit.document.name}" if hit.document.collection else hit.document.name
    return f"{name}, {place}" if place else name


def hits_text(hits: Sequence[Hit]) -> Text:
    """Passages, best first, each with where it stands and why it was found."""
    text = Text()
    for number, hit in enumerate(hits, start=1):
        why = ", ".join(f"{branch} {rank}" for branch, rank in sorted(hit.ranks.items()))
        text.append(f"{number}. ", style="bold cyan")
        text.append(_place(hit, hit.chunk.pages[0], _WORDS["en"]["page"]), style="bold")
        text.append(f"  ({why})\n", style="dim")
        text.append(f"   {_beginning(hit.chunk.text, 240)}\n")
        if hit.copies:
            text.append(f"   {_copies(hit, _WORDS['en'])}\n", style="dim")
    return text


def _copies(hit: Hit, words: Mapping[str, str]) -> str:
    """Where else its words stand, the first few."""
    places = [f"{one.document.name}, {words['page'].format(one.pages[0])}" for one in hit.copies[:_MAX_COPIES]]
    return words["copies"].format("; ".join([*places, *(["..."] if len(hit.copies) > _MAX_COPIES else [])]))


def documents_table(documents: Sequence[DocumentInfo]) -> Table:
    """The list of documents."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("document", overflow="fold", min_width=min(28, max(cell_len(one.name) for one in documents)))
    for column in ("pages", "date", "status"):
        table.add_column(column, no_wrap=True)
    table.add_column("notes", overflow="fold")
    table.add_column("id", no_wrap=True, min_width=12)
    for one in documents:
        has_pages = one.media_type in DRAWABLE
        warnings = warning_lines(one.warnings, "page" if has_pages else "part")
        said = warnings[0] if len(warnings) == 1 else f"{len(warnings)} notes" if warnings else ""
        notes = Text(" ".join(f"#{tag}" for tag in one.tags), style="cyan")
        notes.append(f"{' ' if one.tags and said else ''}{said}", style="default")
        pages = str(one.pages) if has_pages else ""
        table.add_row(Text(one.name), pages, one.date, one.status, notes, one.id[:12])
    return table


def removed_table(documents: Sequence[RemovedDocument]) -> Table:
    """What can be restored."""
    table = Table("document", "pages", "removed", "id", box=None, pad_edge=False, header_style="bold")
    for one in documents:
        pages = str(one.pages) if SUFFIXES.get(Path(one.name).suffix.lower()) in DRAWABLE else ""
        table.add_row(Text(one.name), pages, local_time(one.removed), one.id[:12])
    return table


def collections_table(collections: Sequence[Mapping[str, str]]) -> Table:
    """The list of collections."""
    table = Table("collection", "embedder", "created", "id", box=None, pad_edge=False, header_style="bold")
    for one in collections:
        table.add_row(Text(one["name"]), one["embedder"], local_time(one["created"]), one["id"])
    return table


def checkup_text(report: CheckupReport) -> Text:
    """What is in force, then what is wrong, worst last where the eye is."""
    text = Text()
    width = max(map(len, report.facts))
    for name, value in report.facts.items():
        text.append(f"{name:<{width}}  {value}\n", style="dim")
    for collection, one in sorted(report.findings, key=lambda pair: (not pair[1].is_note, not pair[1].is_mended)):
        kind, style = ("mended", "green") if one.is_mended else ("note", "yellow") if one.is_note else ("fault", "red")
        text.append(f"\n{kind:<7}", style=style)
        text.append(f"{collection}: {one.sentence}" if collection else one.sentence)
    healthy = report.is_healthy
    text.append("\nEverything is in order." if healthy else "\nNot everything is in order.", style="bold")
    return text


def local_time(moment: str) -> str:
    """`2026-03-01 14:05` of this machine, from ISO 8601."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def _beginning(text: str, length: int = 120) -> str:
    line = in_a_line(text)
    return line if len(line) <= length else f"{line[:length].rstrip()}…"


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
