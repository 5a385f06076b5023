"""Signs that a PDF does not say as they are printed: ligatures and accents of old TeX fonts, raised figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from docent.ingest.types import Box

Piece: TypeAlias = tuple[str, Box]

# Fonts of TeX without a map to Unicode leave these signs at their places in the encodings OT1 and T1.
_TEX_SIGNS = {
    **dict(zip(range(0x0B, 0x10), ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
    **dict(zip(range(0x1B, 0x20), ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
}
_TEX_SIGN = re.compile(r"(?<=[A-Za-z])[\x0b-\x0f\x1b-\x1f]|[\x0b-\x0f\x1b-\x1f](?=[a-z])")
# Its fonts also print accents as signs of their own before the letter: Schr¨odinger.
_ACCENTS = dict(
    zip(
        "\u00b4\u02ca\u00a8\u02c6\u02dc\u02c7\u02d8\u02d9\u02da\u00b8\u02dd",
        "\u0301\u0301\u0308\u0302\u0303\u030c\u0306\u0307\u030a\u0327\u030b",
        strict=True,
    )
)
_ACCENTED = re.compile(f"([{''.join(_ACCENTS)}]) ?([A-Za-z\u0131])")
_TEX_NAME = re.compile(r"(?:^|\+)CM[A-Z]{1,6}\d")
_DINGBATS = str.maketrans("345678Hlnu", "✓✔✕✖✗✘★●■◆")
_FIGURES = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED = re.compile(r"\s*\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\s*")
_OPENING = ("[", "(", "［", "（", "〔")
_SMALL = 0.85  # size of a raised figure against that of its line
_ABOVE = 0.15  # of that size, by which its baseline stands higher
_UPRIGHT = 0.99  # cosine of the angle


def text_of(spans: Sequence[dict[str, Any]], direction: tuple[float, float]) -> str:
    """The text of a line; small figures above its baseline (notes, powers) as such, or 1,0501 would be read."""
    texts = [with_marks(span["text"], span["font"]) if len(span["text"]) < 3 else span["text"] for span in spans]
    if direction[0] > _UPRIGHT and any(_RAISED.fullmatch(text) for text in texts):
        main = max(spans, key=lambda span: span["size"])
        height, base = main["size"], main["origin"][1]
        for number, span in enumerate(spans):
            small = span["size"] < _SMALL * height and span["origin"][1] < base - _ABOVE * height
            in_brackets = number and texts[number - 1].endswith(_OPENING)
            if small and not in_brackets and _RAISED.fullmatch(texts[number]):
                texts[number] = texts[number].translate(_FIGURES)
    return "".join(texts)


def as_printed(pieces: list[Piece], text: str) -> list[Piece]:
    """The pieces with the raised figures that their line has."""
    printed = "".join(text.split())
    if printed == printed.translate(PLAIN) or sum(len("".join(one.split())) for one, _ in pieces) != len(printed):
        return pieces
    figures = iter(printed)
    return [("".join(c if c.isspace() else next(figures) for c in one), box) for one, box in pieces]


def with_ligatures(text: str) -> str:
    """The letters that a font of TeX prints for signs which are no text elsewhere, where they stand in words."""
    return _TEX_SIGN.sub(lambda sign: _TEX_SIGNS[ord(sign[0])], text)


def with_accents(text: str, spans: Sequence[dict[str, Any]]) -> str:
    """The text of a line in which TeX has printed accents before their letters."""
    if _ACCENTED.search(text) and any(_is_tex(span["font"]) for span in spans):
        return _ACCENTED.sub(_accented, text)
    return text


def with_marks(text: str, font: str) -> str:
    """The mark of a box that is ticked, which Zapf's Dingbats have in the place of a figure or a letter."""
    return text.translate(_DINGBATS) if font.startswith(("ZapfDingbats", "ZaDb")) else text


def _accented(found: re.Match[str]) -> str:
    letter = found[2].replace("\u0131", "i")
    made = unicodedata.normalize("NFC", letter + _ACCENTS[found[1]])
    return made if len(made) == 1 else found[0]


@lru_cache(maxsize=1024)
def _is_tex(font: str) -> bool:
    return _TEX_NAME.search(font) is not None
