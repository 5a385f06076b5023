"""Reading: files become documents of pages and blocks with boxes, then chunks. Knows no store."""

from docent.ingest.chunking import ChunkOptions, chunk_document
from docent.ingest.draw import draw_page
from docent.ingest.errors import DocentError, IngestError, PasswordRequired, UnreadableFile, UnsupportedType
from docent.ingest.lines import CJK, is_cjk
from docent.ingest.parse import PARSER_VERSION, PARSERS, PDF, SUFFIXES, ParseOptions, media_type, parse
from docent.ingest.sentences import sentences
from docent.ingest.types import Block, Box, Chunk, Document, Page, PageReport, Span
from docent.ingest.walk import walk

__all__ = [
    "CJK",
    "PARSERS",
    "PARSER_VERSION",
    "PDF",
    "SUFFIXES",
    "Block",
    "Box",
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
    "UnreadableFile",
    "UnsupportedType",
    "chunk_document",
    "draw_page",
    "is_cjk",
    "media_type",
    "parse",
    "sentences",
    "walk",
]
