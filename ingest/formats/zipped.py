"""ZIP files that are documents: what they hold, within bounds, and nothing of them ever on the disk."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from docent.ingest.errors import UnreadableFile

MAX_UNPACKED = 500_000_000  # bytes of all members together
MAX_RATIO = 200  # of unpacked to packed bytes; sheets of one repeated value reach about 100
SMALL = 10_000_000  # bytes unpacked up to which the ratio does not matter
MAX_MEMBERS = 20_000
PROLOG = 65_536  # bytes of a member in which a document type declaration would stand


@contextmanager
def opened_zip(path: Path, *, locked: bool = False) -> Iterator[ZipFile]:
    """A ZIP whose members may be read: `zipfile` never unpacks more of one than it declares. Raises UnreadableFile.

    One with a password is refused unless it may be `locked`.
    """
    with damage_named(path.name), ZipFile(path) as archive:
        members = archive.infolist()
        unpacked = sum(one.file_size for one in members)
        packed = sum(one.compress_size for one in members)
        ratio = unpacked / max(packed, 1)
        too_large = unpacked > MAX_UNPACKED or (unpacked > SMALL and ratio > MAX_RATIO)
        if too_large or len(members) > MAX_MEMBERS:
            raise UnreadableFile(f"{path.name} unpacks to {unpacked // 1_000_000} MB, which is more than is read.")
        if not locked and any(one.flag_bits & 1 for one in members):
            raise UnreadableFile(f"{path.name} is protected by a password: save it without one.")
        yield archive


def refuse_declarations(archive: ZipFile, name: str) -> None:
    """Office files never declare a document type; one that does means to define entities. Raises UnreadableFile."""
    for member in archive.infolist():
        if member.filename.lower().endswith((".xml", ".rels")):
            with archive.open(member) as stream:
                start = stream.read(PROLOG).replace(b"\x00", b"")
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise UnreadableFile(f"{name} declares entities, which no office program does: it is not read.")


@contextmanager
def damage_named(name: str) -> Iterator[None]:
    """What the libraries raise on a damaged file becomes one sentence. Their own errors have no common base."""
    try:
        yield
    except (
        BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError,
        AssertionError, SyntaxError, RuntimeError, NotImplementedError,
    ) as error:  # fmt: skip
        raise UnreadableFile(f"{name} is damaged and cannot be opened: try to save it anew.") from error


def xml(data: bytes) -> Any:
    """An lxml element: entities stay unexpanded and nothing is fetched. Raises SyntaxError."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
    return etree.fromstring(data, parser)
