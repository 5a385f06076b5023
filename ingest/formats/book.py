"""E-books: a page for each chapter, in the order of the spine."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from docent.ingest.errors import UnreadableFile
from docent.ingest.formats.unpaged import in_one_line, pages
from docent.ingest.formats.web import decoded, html_blocks
from docent.ingest.formats.zipped import opened_zip, xml
from docent.ingest.types import Page

_LOCKED = re.compile(rb"CipherReference[^>]*\.x?html?[\"']", re.IGNORECASE)
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"


def read_epub(path: Path) -> Iterator[Page]:
    """The chapters, long ones on several pages.

    Members are read by the names of the archive alone, so no path leads out of it. Raises UnreadableFile.
    """
    with opened_zip(path) as archive:
        names = set(archive.namelist())
        if _ENCRYPTION in names and _LOCKED.search(archive.read(_ENCRYPTION)):
            raise UnreadableFile(f"{path.name} is protected by its publisher (DRM) and cannot be read.")
        chapters = _chapters(archive, names, path.name)
        first = next(chapters, None)
        if first is None:
            raise UnreadableFile(f"{path.name} has no chapters that can be read: try to save it anew.")
        yield first
        yield from chapters


def _chapters(archive: ZipFile, names: set[str], name: str) -> Iterator[Page]:
    root = next(_below(xml(archive.read(_CONTAINER)), "rootfile")).get("full-path", "")
    package = xml(archive.read(root))
    items = {one.get("id"): one for one in _below(package, "item")}
    titles = _titles(archive, names, root, items)
    number = chapters = 0
    for reference in _below(package, "itemref"):
        item = items.get(reference.get("idref"))
        member = _member(root, "" if item is None else item.get("href", ""))
        if item is None or member not in names or "nav" in item.get("properties", "").split():
            continue
        title, blocks = html_blocks(decoded(archive.read(member), name), name)
        if blocks:
            chapters += 1
            heading = next((one.text for one in blocks if one.kind == "heading"), "")
            location = titles.get(member) or heading or title or f"Chapter {chapters}"
            for one in pages(blocks, location, number + 1):
                number += 1
                yield one


def _titles(archive: ZipFile, names: set[str], root: str, items: dict[str, Any]) -> dict[str, str]:
    """What the table of contents calls each member, by the first entry that points to it."""
    found: dict[str, str] = {}
    for item in items.values():
        member = _member(root, item.get("href", ""))
        is_nav = "nav" in item.get("properties", "").split()
        if member not in names or not (is_nav or item.get("media-type") == "application/x-dtbncx+xml"):
            continue
        tree = xml(archive.read(member))
        for one in _below(tree, "a" if is_nav else "navPoint"):
            text = in_one_line("".join(one.itertext() if is_nav else next(_below(one, "text")).itertext()))
            target = one.get("href", "") if is_nav else next(_below(one, "content")).get("src", "")
            found.setdefault(_member(member, target), text)
    return found


def _below(tree: Any, tag: str) -> Iterator[Any]:
    """Elements of that name in any namespace."""
    return (one for one in tree.iter() if isinstance(one.tag, str) and one.tag.rpartition("}")[2] == tag)


def _member(base: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(target.partition("#")[0])))
