"""PDFs that are not whole, such as a download that broke off: which pages are missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

END = b"%%EOF"
END_WITHIN = 1024  # bytes; PDF Reference 1.7, appendix H, implementation note 18


def lost_pages(document: Any, total: int) -> frozenset[int]:
    """Numbers of those of a repaired document's `total` pages that the file does not hold as a whole."""
    if not document.is_repaired:
        return frozenset()
    return frozenset(place + 1 for place in range(total) if _is_lost(document, place))


def _is_lost(document: Any, place: int) -> bool:
    import pymupdf

    try:
        if not _holds(document, document.page_xref(place)):
            return True
        return not all(_holds(document, one) for one in document[place].get_contents())
    except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, IndexError):
        return True


def _holds(document: Any, xref: int) -> bool:
    return bool(0 < xref < document.xref_length() and document.xref_object(xref) != "null")


def advice(path: Path) -> str:
    """What to do about a PDF that cannot be opened."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - END_WITHIN))
        is_whole = END in stream.read()
    return "try to save it anew" if is_whole else "its end is missing, so get it again"
