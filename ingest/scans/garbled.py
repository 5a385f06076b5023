"""Text layers that do not say what the page shows: fonts whose codes mean something else, or nothing.

What has no meaning at all is told by its code points. Improbable text is only suspected: some of its lines are read by
OCR and compared, so that a language this project knows nothing of is never taken for garbage.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Any

from docent.ingest.cjk import is_cjk
from docent.ingest.options import Recogniser
from docent.ingest.pages.lines import Line
from docent.ingest.scans import ocr

_UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SYMBOL = re.compile(r"[!\"#&'*+;<=>?@\[\\\]^`{|}~]")
_LATIN = re.compile("[A-Za-z]")
_VOWEL = re.compile("[aeiouyAEIOUY]")
_BEYOND = re.compile(r"[^\x00-\x7f]")
# Scripts of many documents; pages in one of them are taken as they are. As Unicode names begin.
_ALPHABETS = frozenset(("CYRILLIC", "GREEK", "ARABIC", "HEBREW", "THAI", "DEVANAGARI", "HANGUL", "LATIN"))
MAX_UNREADABLE = 0.3  # share of characters without a meaning from which a page is read by OCR instead
MAX_ODD = 0.3  # share of letters that are neither ASCII nor CJK, unless most of them are of one alphabet
ONE_ALPHABET = 0.8  # of the odd letters
MIN_VOWELS = 0.25  # of Latin letters: English and pinyin have 0.4, and English shifted by 29 codes has 0.15
MIN_LETTERS = 4
MAX_SYMBOLS = 0.3
SAMPLE = 2000  # characters that are looked at
ASKED = 3  # lines that are compared
SURE = 0.85  # confidence of OCR that may contradict a text layer
ALIKE = 0.4  # ratio of matching characters; OCR of clean print has 0.9, chance 0.1
_MARGIN_EMS = 0.7  # around a line that is shown to OCR


def is_unreadable(lines: list[Line]) -> bool:
    """Whether too many characters are no characters: replacement, private use or control codes."""
    text = "".join(line.text for line in lines)
    return len(_UNREADABLE.findall(text)) > MAX_UNREADABLE * len(text)


def is_suspicious(lines: list[Line]) -> bool:
    """Whether the text is improbable in any language, by scripts, vowels and symbols."""
    text = "".join("".join(line.text for line in lines)[:SAMPLE].split())
    if len(_SYMBOL.findall(text)) > MAX_SYMBOLS * len(text):
        return True
    latin = len(_LATIN.findall(text))
    others = [one for one in _BEYOND.findall(text) if one.isalpha() or unicodedata.category(one) in ("Mn", "Mc")]
    letters = latin + len(others)
    if letters < MIN_LETTERS:
        return False
    odd = [one for one in others if not is_cjk(one) and not "\uac00" <= one <= "\ud7a3"]
    if len(odd) > MAX_ODD * letters:
        return not _is_one_alphabet(odd)
    return latin > 0.5 * letters and len(_VOWEL.findall(text)) < MIN_VOWELS * latin


def _is_one_alphabet(odd: list[str]) -> bool:
    names = [unicodedata.name(one, "").partition(" ")[0] for one in odd]
    most = max(set(names), key=names.count)
    if most == "LATIN":  # all accents: a font without meanings, or Vietnamese
        return False
    return most in _ALPHABETS and names.count(most) >= ONE_ALPHABET * len(names)


def disproved(page: Any, lines: list[Line], recognise: Recogniser) -> bool:
    """Whether most of a few lines are shown by the `pymupdf.Page` as something else than the text layer says."""
    asked = sorted((line for line in lines if not line.turn and _bare(line.text)), key=lambda one: -len(one.text))
    verdicts = [one for line in asked[:ASKED] if (one := _differs(page, line, recognise)) is not None]
    return 2 * sum(verdicts) > len(verdicts)


def _differs(page: Any, line: Line, recognise: Recogniser) -> bool | None:
    """None where OCR does not see a line that it is sure of."""
    by = _MARGIN_EMS * line.size
    x0, y0, x1, y1 = line.box
    found = recognise(ocr.render(page, (x0 - by, y0 - by, x1 + by, y1 + by)))
    seen = _bare("".join(one.text for one in found.lines))
    if found.turn or found.confidence < SURE or len(seen) < 2:  # one sign alone proves nothing
        return None
    said = _bare(line.text)
    return SequenceMatcher(None, said, seen, autojunk=False).ratio() < ALIKE


def _bare(text: str) -> str:
    """Letters and digits without accents and case."""
    return "".join(one for one in unicodedata.normalize("NFKD", text).casefold() if one.isalnum())
