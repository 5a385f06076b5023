"""Reading: files become documents of pages and blocks with boxes, then chunks. Knows no store."""

from docent.ingest.chunking import ChunkOptions, chunk_document, chunk_pages
from docent.ingest.console import console, visible
from docent.ingest.dates import document_date
from docent.ingest.draw import draw_page
from docent.ingest.errors import DocentError, IngestError, PasswordRequired, UnreadableFile, UnsupportedType
from docent.ingest.kinds import DRAWABLE, PDF
from docent.ingest.lines import CJK, Line, is_cjk
from docent.ingest.ocr import Picture, Recognised, recognise
from docent.ingest.options import OcrMode, ParseOptions, Progress, Recogniser
from docent.ingest.parse import PARSER_VERSION, PARSERS, SUFFIXES, Reading, media_type, parse, read
from docent.ingest.passwords import copy_without_password
from docent.ingest.sentences import sentences, statements
from docent.ingest.tables import row_sentence, table_markdown, unit_of
from docent.ingest.types import Block, Box, Cell, Chunk, Document, Page, PageReport, Span, TableRow
from docent.ingest.unpaged import without_places
from docent.ingest.walk import walk

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
