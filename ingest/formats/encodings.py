"""Text of unknown encoding. The standards put the characters that are used most first, and that tells them apart."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from docent.ingest.errors import UnreadableFile
from docent.ingest.formats.unpaged import cleaned

SAMPLE = 32_768  # bytes from the first that is not ASCII on, by which the encoding is told
PLAUSIBLE = 0.8  # share of a sample that is in common use where the encoding is right; where it is wrong, below 0.7
KOREAN = 16  # syllables; so many Chinese characters in a row never all lie in the half that Hangul takes
MAX_CONTROLS = 0.02  # share of control characters from which it is no text
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_OTHER_RUN = re.compile(r"[^\x00-\x7f]+")
_LATIN = re.compile(r"[\u00c0-\u00ff\u0152\u0153\u0160\u0161\u017d\u017e\u0178«»‘’“”„–—…•€£©®°²³ª§·º¿¡\u00a0]{1,3}")


def decode(data: bytes, name: str) -> str:
    """Text of unknown encoding, one line end for all, without control characters: UTF-8, UTF-16, GB18030 ...

    Raises UnreadableFile when no encoding makes text of it.
    """
    text = decoded(data)
    if text is None:
        raise UnreadableFile(f"the encoding of {name} is not known: save it as UTF-8.")
    controls = len(_CONTROL.findall(text[:SAMPLE]))
    if controls > MAX_CONTROLS * len(text[:SAMPLE]):
        raise UnreadableFile(f"{name} is not text, whatever its name says: rename it to what it is.")
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    return cleaned(text)


def decoded(data: bytes) -> str | None:
    """The same as it is written; None when no encoding makes text of it."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    wide = _best(data[:SAMPLE], ("utf-16-le", "utf-16-be")) if b"\x00" in data[:SAMPLE] else None
    if wide:
        return data.decode(wide, "replace")
    return _strictly(data, "utf-8") or _told(data) or _almost(data)


def _told(data: bytes) -> str | None:
    """By what is plausible. What follows ASCII is looked at, so that a sample never begins inside a character."""
    first = _NOT_ASCII.search(data)
    start = first.start() if first else 0
    best = _best(data[start : start + SAMPLE], ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1252"))
    if len(data) % 2 == 0 and best in (None, "cp1252"):
        best = _best(data[:SAMPLE], ("utf-16-le", "utf-16-be")) or best
    if best is None:
        return None
    return _strictly(data, best) or data.decode(best, "replace")


def _almost(data: bytes) -> str | None:
    """UTF-8 that was cut or mended badly, then whatever charset_normalizer thinks of: Cyrillic, Greek ..."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    if 10 * wrong < sum(map(len, _OTHER_RUN.findall(text))) - wrong:
        return text
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return None if best is None else str(best)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _best(sample: bytes, encodings: tuple[str, ...]) -> str | None:
    """The most plausible one, the first of equals."""
    scores = {encoding: _plausibility(sample, encoding) for encoding in encodings}
    if scores.get("cp949") == 1.0 and _NOT_ASCII.search(sample[2 * KOREAN - 1 :]):
        return "cp949"
    best = max(encodings, key=lambda one: scores[one])
    return best if scores[best] >= PLAUSIBLE else None


def _plausibility(sample: bytes, encoding: str) -> float:
    """The share of the characters, ASCII left out, that are in common use where this encoding is; 0 if it does not fit.

    Of UTF-16 all characters count, since half of its bytes are ASCII where it is written in Latin letters.
    """
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return 0.0
    if encoding == "cp1252":
        runs = [*_OTHER_RUN.findall(text), *_CONTROL.findall(text)]
        return sum(_LATIN.fullmatch(run) is not None for run in runs) / max(len(runs), 1)
    if encoding.startswith("utf-16"):
        common = sum(one in "\t\r\n" or " " <= one < "\x7f" or any(test(one) for test in _ALL) for one in text)
        return common / max(len(text), 1)
    other = [one for one in text if one > "\x7f"]
    return sum(_COMMON[encoding](one) for one in other) / max(len(other), 1)


def _rows(encoding: str, *ranges: tuple[int, int]) -> Callable[[str], bool]:
    """Whether a character's first byte in a standard lies in one of these rows."""

    def test(character: str) -> bool:
        try:
            lead = character.encode(encoding)[0]
        except UnicodeEncodeError:
            return False
        return any(low <= lead <= high for low, high in ranges)

    return test


# Rows of the standards: GB 2312 level 1 (3,755 characters), Big5 level 1 (5,401), JIS X 0208 kana and level 1 (2,965),
# KS X 1001 Hangul (2,350); each with its punctuation and full-width letters.
_COMMON = {
    "gb18030": _rows("gb2312", (0xA1, 0xA1), (0xA3, 0xA3), (0xB0, 0xD7)),
    "big5hkscs": _rows("big5", (0xA1, 0xA2), (0xA4, 0xC6)),
    "cp932": _rows("euc_jp", (0xA1, 0xA1), (0xA3, 0xA5), (0xB0, 0xCF)),
    "euc_jp": _rows("euc_jp", (0xA1, 0xA1), (0xA3, 0xA5), (0xB0, 0xCF)),
    "cp949": _rows("euc_kr", (0xA1, 0xA1), (0xA3, 0xA3), (0xB0, 0xC8)),
}


def _is_latin(character: str) -> bool:
    return _LATIN.fullmatch(character) is not None


_ALL = (*_COMMON.values(), _is_latin)
