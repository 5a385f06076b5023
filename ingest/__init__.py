"""Reading: files become documents of pages and blocks with boxes, then chunks. Knows no store."""

from __future__ import annotations

from typing import TYPE_CHECKING

# These two are small, and named like their modules.
from docent.ingest.console import console, visible
from docent.ingest.lazily import loaded_from
from docent.ingest.walk import walk

if TYPE_CHECKING:
    from docent.ingest.chunking import chunk_document, chunk_pages
    from docent.ingest.cjk import CJK, is_cjk
    from docent.ingest.dates import document_date
    from docent.ingest.errors import DocentError, IngestError, PasswordRequired, UnreadableFile, UnsupportedType
    from docent.ingest.formats.unpaged import without_places
    from docent.ingest.kinds import DRAWABLE, PDF
    from docent.ingest.options import PARSER_VERSION, ChunkOptions, OcrMode, ParseOptions, Progress, Recogniser
    from docent.ingest.pages.draw import draw_page
    from docent.ingest.pages.lines import Line
    from docent.ingest.pages.passwords import copy_without_password
    from docent.ingest.parsers import PARSERS, SUFFIXES, Reading, media_type, parse, read
    from docent.ingest.scans.ocr import Picture, Recognised, recognise
    from docent.ingest.splitting import sentences, statements
    from docent.ingest.tables.blocks import row_sentence, table_markdown, unit_of
    from docent.ingest.types import Block, Box, Cell, Chunk, Document, Page, PageReport, Span, TableRow

__all__ = [
    "CJK",
    "DRAWABLE",
    "PARSERS",
    "PARSER_VERSION",
    "PDF",
    "SUFFIXES",
    "Block",
    "Box",
    "Cell",
    "Chunk",
    "ChunkOptions",
    "DocentError",
    "Document",
    "IngestError",
    "Line",
    "OcrMode",
    "Page",
    "PageReport",
    "ParseOptions",
    "PasswordRequired",
    "Picture",
    "Progress",
    "Reading",
    "Recognised",
    "Recogniser",
    "Span",
    "TableRow",
    "UnreadableFile",
    "UnsupportedType",
    "chunk_document",
    "chunk_pages",
    "console",
    "copy_without_password",
    "document_date",
    "draw_page",
    "is_cjk",
    "loaded_from",
    "media_type",
    "parse",
    "read",
    "recognise",
    "row_sentence",
    "sentences",
    "statements",
    "table_markdown",
    "unit_of",
    "visible",
    "walk",
    "without_places",
]

_HOMES = {
    "CJK": "cjk",
    "DRAWABLE": "kinds",
    "PARSERS": "parsers",
    "PARSER_VERSION": "options",
    "PDF": "kinds",
    "SUFFIXES": "parsers",
    "Block": "types",
    "Box": "types",
    "Cell": "types",
    "Chunk": "types",
    "ChunkOptions": "options",
    "DocentError": "errors",
    "Document": "types",
    "IngestError": "errors",
    "Line": "pages.lines",
    "OcrMode": "options",
    "Page": "types",
    "PageReport": "types",
    "ParseOptions": "options",
    "PasswordRequired": "errors",
    "Picture": "scans.ocr",
    "Progress": "options",
    "Reading": "parsers",
    "Recognised": "scans.ocr",
    "Recogniser": "options",
    "Span": "types",
    "TableRow": "types",
    "UnreadableFile": "errors",
    "UnsupportedType": "errors",
    "chunk_document": "chunking",
    "chunk_pages": "chunking",
    "copy_without_password": "pages.passwords",
    "document_date": "dates",
    "draw_page": "pages.draw",
    "is_cjk": "cjk",
    "media_type": "parsers",
    "parse": "parsers",
    "read": "parsers",
    "recognise": "scans.ocr",
    "row_sentence": "tables.blocks",
    "sentences": "splitting",
    "statements": "splitting",
    "table_markdown": "tables.blocks",
    "unit_of": "tables.blocks",
    "without_places": "formats.unpaged",
}

# Load on first use, so that a search does not wait for what reads files.
__getattr__ = loaded_from(__name__, _HOMES)
