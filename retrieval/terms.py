"""Index terms: what of a text is matched by the lexical index. The stored text itself is never changed.

CJK runs give their bigrams (and the single character when a run has only one), words are folded and lightly
stemmed, identifiers such as TH-01 or GB/T 7714 are kept whole beside their parts, numbers lose their grouping.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from docent.ingest import CJK

KNOWN_WORDS = 1 << 14  # a few megabytes; most words of a text are among its commonest few thousand
_LETTER = rf"[^\W_{CJK}]"
_TOKEN = re.compile(
    rf"(?P<cjk>[{CJK}]+)"
    rf"|(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)+|\d+)(?!-?{_LETTER})"
    rf"|(?P<word>{_LETTER}+(?:[-/._'’&]{_LETTER}+)*)"
)
_PART = re.compile(r"[^\W\d_]+|\d+")
_CJK_STOP = frozenset("的了是在和与及或也都之其于由被将吗呢吧啊么着过")
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "our",
        "she",
        "should",
        "so",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
# What a Chinese question asks with: documents seldom say it, so it would weigh more than what is asked about.
_ASKING = re.compile(
    "是?(?:为什么|什么样?|怎么样?|怎样|如何|多少|多[大长高重久远深宽快]|哪[个些里儿种年天位家]|谁)"
    "|为何|是否|是不是|有没有|能不能|可不可以|请问|[吗呢]"
)
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_MAY_HAVE_ACCENTS = re.compile(r"[\u00c0-\u058f\u1e00-\u1fff\u2190-\u22ff]")  # all that NFD parts from an accent
_HAN = re.compile(r"[\u4e00-\u9fff]")
_PUNCTUATION = re.compile(r"[\u3000-\u3004\u3008-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uffef]+")


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """One character for one: a table of the characters that zhconv writes differently in simplified Chinese."""
    from zhconv import zhconv

    zhconv.loaddict(zhconv.DICTIONARY)  # `getdict` makes the set of all words' beginnings besides
    pairs = (zhconv.zhcdicts["zh2Hans"] | zhconv.zhcdicts["zh2CN"]).items()
    return {ord(c): s for c, s in pairs if len(c) == len(s) == 1 and c != s and "\u4e00" <= c <= "\u9fff"}


@lru_cache(maxsize=1)
def _traditional() -> re.Pattern[str]:
    """Any of them: most texts have few, which are found much sooner than each character is looked up."""
    return re.compile(f"[{''.join(map(chr, _simplified()))}]")


def fold(text: str) -> str:
    """NFKC, lower case, no accents on Latin, traditional to simplified Chinese."""
    text = unicodedata.normalize("NFKC", text).lower()
    if text.isascii():
        return text
    if _MAY_HAVE_ACCENTS.search(text):
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    return _traditional().sub(lambda one: _simplified()[ord(one[0])], text) if _HAN.search(text) else text


def terms(text: str) -> list[str]:
    """All terms of a text in order, repeated as they occur."""
    return _terms_and_ends(text)[0]


@lru_cache(maxsize=256)
def query_terms(text: str) -> tuple[str, ...]:
    """The terms of a question, each once, without words that say nothing."""
    found = tuple(dict.fromkeys(terms(text)))
    return tuple(term for term in found if not says_nothing(term)) or found


@lru_cache(maxsize=256)
def sought_terms(text: str) -> tuple[str, ...]:
    """The terms of a question by which text is looked for: those of `query_terms` without what only asks."""
    rest = set(terms(_ASKING.sub(" ", fold(text))))
    every = query_terms(text)
    return tuple(term for term in every if term in rest) or every


def says_nothing(term: str) -> bool:
    """Whether a term is a word such as `the`, or made of particles alone."""
    return term in _STOP or all(character in _CJK_STOP for character in term)


def _bigrams(run: str) -> list[str]:
    if len(run) < 2:
        return [run] if run else []
    return [run[i : i + 2] for i in range(len(run) - 1)]


def index_terms(text: str) -> list[str]:
    """`terms`, and the single characters at both ends of each CJK run, which a question of one character may ask."""
    found, ends = _terms_and_ends(text)
    return found + ends


def _terms_and_ends(text: str) -> tuple[list[str], list[str]]:
    """The terms, and the first and last characters of CJK runs of several."""
    found: list[str] = []
    ends: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        token = match[0]
        if match.lastgroup == "word":
            found.extend(_word_terms(token))
        elif match.lastgroup == "number":
            found.append(token.replace(",", ""))
        else:
            for run in _PUNCTUATION.split(token):
                found.extend(_bigrams(run))
                if len(run) > 1:
                    ends.extend((run[0], run[-1]))
    return found, ends


@lru_cache(maxsize=KNOWN_WORDS)
def _word_terms(word: str) -> tuple[str, ...]:
    parts = _PART.findall(word)
    if len(parts) < 2:
        return (stem(word),)
    joined = "".join(parts)
    return (stem(joined), *(stem(part) for part in parts if len(part) > 1 or part.isdigit()))


def stem(word: str) -> str:
    """Plural and verb endings off, as in Harman's S-stemmer (1991) with -ing and -ed added; short words stay."""
    if not word.isascii() or len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "xes", "ches", "shes", "zes")) else word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > 4 else word
