"""Reading: files become documents of pages and blocks with boxes, then chunks. Knows no store."""

from docent.ingest.chunking import ChunkOptions, chunk_document
from docent.ingest.draw import draw_page
from docent.ingest.errors import DocentError, IngestError, PasswordRequired, UnreadableFile, UnsupportedType
from docent.ingest.kinds import DRAWABLE, PDF
from docent.ingest.lines import CJK, is_cjk
from docent.ingest.parse import PARSER_VERSION, PARSERS, SUFFIXES, ParseOptions, media_type, parse
from docent.ingest.sentences import sentences, statements
from docent.ingest.tables import row_sentence, unit_of
from docent.ingest.types import Block, Box, Cell, Chunk, Document, Page, PageReport, Span, TableRow
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
    "Page",
    "PageReport",
    "ParseOptions",
    "PasswordRequired",
    "Span",
    "TableRow",
    "UnreadableFile",
    "UnsupportedType",
    "chunk_document",
    "draw_page",
    "is_cjk",
    "media_type",
    "parse",
    "row_sentence",
    "sentences",
    "statements",
    "unit_of",
    "walk",
]
