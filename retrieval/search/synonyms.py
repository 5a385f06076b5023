"""A user's own synonyms: a text file that widens questions. No text and no index is changed by it.

A line is a group of words that mean the same, parted by commas or equals signs; `a => b` is one-way: who asks for a
also finds b. What follows # is a comment. Case, width, endings and simplified or traditional Chinese do not matter.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from docent.ingest import is_cjk
from docent.retrieval.errors import SynonymError
from docent.retrieval.terms import query_terms, says_nothing, terms

MOST_BYTES = 5_000_000
MOST_LINES = 50_000
LONGEST = 100  # characters of a phrase
MOST_OTHERS = 20  # words that one word of a question is widened to
_PARTED = re.compile(r"\s*(?:[,，、;；=＝\t])\s*")
_ONE_WAY = re.compile(r"\s*(?:=>|＝＞|⇒|→)\s*")

_Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """A phrase of a question as index terms, and what means the same, as text."""

    phrase: _Phrase
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What means what. `notice` says why the file as it stands now is not what is used."""

    others: Mapping[_Phrase, tuple[str, ...]] = field(default_factory=dict)
    exact: Mapping[_Phrase, frozenset[str]] = field(default_factory=dict)
    notice: str = ""

    def in_question(self, question: str) -> tuple[Expansion, ...]:
        """The phrases of the file that stand in a question, the longest first to be seen, none inside another."""
        if not self.others:
            return ()
        asked, sizes = terms(question), sorted({len(one) for one in self.others}, reverse=True)
        found: dict[_Phrase, Expansion] = {}
        at = 0
        while at < len(asked):
            runs = (tuple(asked[at : at + size]) for size in sizes)
            phrase = next((run for run in runs if run in self.others and self._is_meant(run, question)), None)
            if phrase:
                found[phrase] = Expansion(phrase, self.others[phrase])
            at += len(phrase) if phrase else 1
        return tuple(found.values())

    def _is_meant(self, phrase: _Phrase, question: str) -> bool:
        """`IT` is not the `it` of a question: a word that says nothing is one only as it is written in the file."""
        written = self.exact.get(phrase)
        return written is None or any(
            re.search(rf"(?<![A-Za-z0-9]){re.escape(one)}(?![A-Za-z0-9])", question) for one in written
        )


class SynonymFile:
    """A file of synonyms that is read again when it changes. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises SynonymError where it cannot be read or a line is wrong."""
        self._path = path
        self._guard = threading.Lock()
        self._stamp = self._stamped()
        self._current = read_synonyms(path)

    def current(self) -> Synonyms:
        """What the file says now, or what it said last, with a notice, where it has been spoiled since."""
        with self._guard:
            try:
                stamp = self._stamped()
                if stamp != self._stamp:
                    self._stamp = stamp
                    self._current = read_synonyms(self._path)
            except SynonymError as error:
                self._current = replace(self._current, notice=f"the synonyms are those of before: {error}")
            return self._current

    def _stamped(self) -> tuple[int, int]:
        try:
            stat = self._path.stat()
        except OSError as error:
            raise _unreadable(self._path, error) from error
        return stat.st_mtime_ns, stat.st_size


def read_synonyms(path: Path) -> Synonyms:
    """Raises SynonymError, with the number of the line that is wrong."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(data) > MOST_BYTES:
        raise SynonymError(f"the file of synonyms {path.name} is larger than {MOST_BYTES // 1_000_000} MB: shorten it.")
    try:
        return parse_synonyms(data.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        raise SynonymError(f"the file of synonyms {path.name} is not UTF-8: save it as UTF-8.") from error


def parse_synonyms(text: str, name: str) -> Synonyms:
    """Raises SynonymError, with the number of the line that is wrong."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise SynonymError(f"the file of synonyms {name} has more than {MOST_LINES} lines: shorten it.")
    others: dict[_Phrase, dict[str, None]] = {}
    exact: dict[_Phrase, set[str]] = {}
    for number, line in enumerate(lines, start=1):
        for phrase, meanings in _rules(line.partition("#")[0].strip(), f"line {number} of {name}"):
            key = tuple(terms(phrase))
            if all(says_nothing(term) for term in key):
                exact.setdefault(key, set()).add(phrase)
            known = others.setdefault(key, {})
            known.update(dict.fromkeys(one for one in meanings if tuple(terms(one)) != key))
            if len(known) > MOST_OTHERS:
                raise SynonymError(f"line {number} of {name}: {phrase!r} has more than {MOST_OTHERS} synonyms.")
    return Synonyms(
        {key: tuple(some) for key, some in others.items() if some},
        {key: frozenset(some) for key, some in exact.items()},
    )


def _rules(line: str, where: str) -> Iterator[tuple[str, list[str]]]:
    """Each phrase of a line with what it means as well."""
    if not line:
        return
    sides = [[one for one in _PARTED.split(side) if one] for side in _ONE_WAY.split(line)]
    for phrase in chain.from_iterable(sides):
        _check(phrase, where)
    if len(sides) > 2 or not all(sides):
        raise SynonymError(f"{where}: a one-way line has words on both sides of one arrow, as in GPU => graphics card.")
    if len(sides) == 2:
        yield from ((phrase, sides[1]) for phrase in sides[0])
        return
    (group,) = sides
    if len(group) < 2:
        raise SynonymError(f"{where}: {group[0]!r} stands alone: give two or more words, parted by commas.")
    yield from ((phrase, [other for other in group if other != phrase]) for phrase in group)


def _check(phrase: str, where: str) -> None:
    found = terms(phrase)
    if not found or len(phrase) > LONGEST:
        raise SynonymError(f"{where}: {phrase[:40]!r} is no word or phrase of up to {LONGEST} characters.")
    letters = unicodedata.normalize("NFKC", phrase)
    if len(letters) == 1 and is_cjk(letters):
        raise SynonymError(f"{where}: {phrase!r} is a single character, which stands in too many words: give a word.")


def expanded_terms(expansion: Expansion) -> list[tuple[str, ...]]:
    """The index terms of each of the others, without those that say nothing."""
    return [query_terms(one) for one in expansion.others]


def _unreadable(path: Path, error: OSError) -> SynonymError:
    return SynonymError(
        f"the file of synonyms {path} cannot be read ({error.strerror}): check the path, or take the setting away."
    )
