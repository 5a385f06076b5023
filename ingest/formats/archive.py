"""ZIP archives: what is in them is read file by file, and each page names the file it stands in."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from zipfile import ZipFile, ZipInfo

from docent.ingest.errors import IngestError, PasswordRequired, UnreadableFile, UnsupportedType
from docent.ingest.formats.encodings import decoded
from docent.ingest.formats.unpaged import in_one_line, page, placed
from docent.ingest.formats.zipped import MAX_UNPACKED, damage_named, opened_zip
from docent.ingest.types import Page

MAX_FILES = 2000  # of one archive that are read, those in archives inside it too
MAX_NAMED = 20  # files that a warning names
_UTF_8 = 0x800  # a flag: the name is in UTF-8; without it nobody says what it is in
_UNICODE_PATH = b"\x75\x70"  # 0x7075, Info-ZIP's extra field with the name in UTF-8
_ENCRYPTED = 0x1

Reader = Callable[[Path, str], Iterable[Page]]
"""Reads a file of that name. Raises IngestError."""


def read_zip(
    path: Path, reader: Reader, readable: Callable[[str], bool], password: str | None, depth: int
) -> Iterator[Page]:
    """The pages of every file in it that is `readable` by its name, archives down to `depth` levels among them.

    A file that cannot be read costs itself: a page without text says why. Raises UnreadableFile where nothing can be
    read, PasswordRequired where a password is missing.
    """
    unpacking = _Unpacking(reader, readable, password, MAX_UNPACKED)
    yield from unpacking.pages(path, "", depth)
    if not unpacking.read:
        failures = unpacking.failures
        if any(isinstance(one, PasswordRequired) for one in failures):
            raise PasswordRequired(f"{path.name} is protected by a password: give it with --password.")
        reason = f"{failures[0]}" if failures else "it holds no file of a kind that is read."
        raise UnreadableFile(f"Nothing in {path.name} can be read: {reason}")


@dataclass(slots=True)
class _Unpacking:
    """What an archive and those inside it have cost so far. `said` are warnings for the next page."""

    reader: Reader
    readable: Callable[[str], bool]
    password: str | None
    left: int  # bytes that may still be unpacked
    files: int = 0
    number: int = 0
    read: int = 0
    failures: list[IngestError] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def pages(self, path: Path, prefix: str, depth: int) -> Iterator[Page]:
        """The pages of one archive; `prefix` stands before the names in it."""
        with opened_zip(path, locked=True) as archive:
            self._unlock(archive, path.name)
            members = [(info, prefix + name) for info, name in named(archive) if not _is_left_out(name)]
            unknown = [name for _, name in members if not self.readable(name)]
            if unknown:
                more = f" and {len(unknown) - MAX_NAMED} more" if len(unknown) > MAX_NAMED else ""
                self.said.append(f"of kinds that are not read: {', '.join(unknown[:MAX_NAMED])}{more}")
            for info, name in members:
                if self.readable(name):
                    self.files += 1
                    if self.files > MAX_FILES:
                        self.said.append(f"only the first {MAX_FILES} files were read")
                        break
                    yield from self._named(archive, info, name, depth)
            if self.said and prefix == "" and self.read:
                yield self._next(page(1, ()), path.name)

    def _named(self, archive: ZipFile, info: ZipInfo, name: str, depth: int) -> Iterator[Page]:
        try:
            with tempfile.TemporaryDirectory(prefix="docent-") as folder:
                file = Path(folder) / "packed-file"
                self._unpack(archive, info, file, name)
                if name.lower().endswith(".zip"):
                    if not depth:
                        raise UnsupportedType(f"{name} lies in too many other archives: add it for itself.")
                    yield from self.pages(file, f"{name}/", depth - 1)
                    return
                yield from self._placed(self.reader(file, name), name)
                self.read += 1
        except IngestError as error:
            self.failures.append(error)
            self.said.append(f"not read: {str(error).replace('packed-file', name)}")
            yield self._next(page(1, ()), name)

    def _unpack(self, archive: ZipFile, info: ZipInfo, file: Path, name: str) -> None:
        self.left -= info.file_size
        if self.left < 0:
            raise UnreadableFile(
                f"{name} is one too many: the archives unpack to more than {MAX_UNPACKED // 10**6} MB."
            )
        with damage_named(name), archive.open(info, pwd=self._secret(info)) as packed, file.open("wb") as target:
            shutil.copyfileobj(packed, target)

    def _placed(self, pages: Iterable[Page], name: str) -> Iterator[Page]:
        """Pages with the name of their file and, where it has several, their number in it."""
        coming = iter(pages)
        one = next(coming, None)
        several = False
        while one is not None:
            following = next(coming, None)
            several = several or following is not None
            yield self._next(one, name, several=several)
            one = following

    def _next(self, one: Page, name: str, *, several: bool = False) -> Page:
        """As the next page of the archive, with what is to be said."""
        self.number += 1
        warnings, self.said = (*one.report.warnings, *self.said), []
        report = replace(one.report, warnings=warnings)
        return placed(replace(one, report=report), self.number, name, several=several)

    def _secret(self, info: ZipInfo) -> bytes | None:
        return (self.password or "").encode() if info.flag_bits & _ENCRYPTED else None

    def _unlock(self, archive: ZipFile, name: str) -> None:
        locked = [info for info in archive.infolist() if info.flag_bits & _ENCRYPTED]
        if not locked:
            return
        if self.password is None:
            raise PasswordRequired(f"{name} is protected by a password: give it with --password.")
        try:
            archive.open(min(locked, key=lambda info: info.file_size), pwd=self.password.encode()).close()
        except NotImplementedError as error:
            raise UnreadableFile(f"{name} is encrypted by AES: unpack it and add what is in it.") from error
        except RuntimeError as error:
            raise PasswordRequired(f"{name} is not opened by this password: check it and try again.") from error


def named(archive: ZipFile) -> list[tuple[ZipInfo, str]]:
    """The files in an archive, sorted by their names as they were meant, without what leads anywhere."""
    files = [info for info in archive.infolist() if not info.is_dir()]
    unsaid = [info for info in files if not info.flag_bits & _UTF_8 and not info.filename.isascii()]
    raw = [info.filename.encode("cp437", "replace").replace(b"\n", b" ") for info in unsaid]
    meant = (decoded(b"\n".join(raw)) or "").split("\n")  # all together, as one name may be too short to tell
    names = {id(info): name for info, name in zip(unsaid, meant, strict=False)} if len(meant) == len(raw) else {}
    found = [(info, _clean(_extra_name(info) or names.get(id(info), info.filename))) for info in files]
    return sorted(found, key=lambda one: one[1])


def _extra_name(info: ZipInfo) -> str:
    """What the field says that some programs add: its kind, its length, a version, a checksum, the name."""
    at = 0
    while at + 9 <= len(info.extra):
        size = int.from_bytes(info.extra[at + 2 : at + 4], "little")
        if info.extra[at : at + 2] == _UNICODE_PATH:
            return info.extra[at + 9 : at + 4 + size].decode("utf-8", "ignore")
        at += 4 + size
    return ""


def _clean(name: str) -> str:
    parts = [in_one_line(part) for part in name.replace("\\", "/").split("/")]
    kept = [part for part in parts if part not in ("", ".", "..") and not (len(part) == 2 and part[1] == ":")]
    return "/".join(kept) or "a file without a name"


def _is_left_out(name: str) -> bool:
    """What systems and office programs leave in archives beside the files that were meant."""
    parts = PurePosixPath(name).parts
    return parts[0] == "__MACOSX" or any(part.startswith((".", "~$")) for part in parts) or parts[-1] == "Thumbs.db"
