"""Multipart uploads, streamed straight into the data directory: never held in memory, never in a public temp folder."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import AsyncIterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from docent.ingest import DocentError, IngestError, media_type

HEAD = 1024  # bytes that decide what a file is
LONGEST_NAME = 180  # bytes of a file name in UTF-8; file systems stop at 255
MOST_FILES = 100  # in one request
MEGABYTE = 1024 * 1024


class BadUpload(DocentError):
    """The request is not an upload that can be read."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a request: spooled at `path`, or refused for a `reason` with a fitting HTTP `status`."""

    name: str
    path: Path | None
    reason: str = ""
    status: int = 202


async def receive(stream: AsyncIterable[bytes], content_type: str, folder: Path, limit_mb: int) -> list[Upload]:
    """Spool all files of a multipart body into `folder`, each up to `limit_mb`. Raises BadUpload.

    Whoever calls this deletes the spooled files, unless it raised.
    """
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser, parse_options_header

    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise BadUpload("send the files as multipart/form-data.")
    folder.mkdir(parents=True, exist_ok=True)
    spool = _Spool(folder, limit_mb)
    kept = False
    try:
        parser = MultipartParser(options[b"boundary"], spool.callbacks())
        async for piece in stream:
            parser.write(piece)
        parser.finalize()
        kept = spool.complete
    except FormParserError as error:
        raise BadUpload("the upload is damaged or was cut off: send it again.") from error
    finally:
        if not kept:
            spool.discard()
    if not kept:
        raise BadUpload("the upload was cut off: send it again.")
    return spool.uploads


def clean_name(raw: str) -> str:
    """What a reader may see as a file name: no folders, no control characters, not too long, its suffix kept."""
    name = unicodedata.normalize("NFC", raw).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}).strip(" ")
    stem, suffix = Path(name).stem, Path(name).suffix[:20]
    while len((stem + suffix).encode()) > LONGEST_NAME:
        stem = stem[:-1]
    return stem + suffix or "document"


class _Spool:
    """Callbacks of the multipart parser: parts that carry a file name become files, the others are passed over."""

    def __init__(self, folder: Path, limit_mb: int) -> None:
        self.uploads: list[Upload] = []
        self.complete = False
        self._folder = folder
        self._limit_mb = limit_mb
        self._header = (bytearray(), bytearray())
        self._name: str | None = None
        self._path = folder
        self._file: BinaryIO | None = None
        self._head = bytearray()
        self._size = 0
        self._refusal = ("", 202)

    def callbacks(self) -> Any:
        """The parser's table."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._open,
            "on_part_data": lambda data, start, end: self._write(data[start:end]),
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def discard(self) -> None:
        """Delete everything that was spooled."""
        if self._file is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)
        for upload in self.uploads:
            if upload.path is not None:
                upload.path.unlink(missing_ok=True)

    def _begin(self) -> None:
        self._name, self._refusal, self._size = None, ("", 202), 0
        self._head.clear()

    def _end_header(self) -> None:
        from python_multipart.multipart import parse_options_header

        field, value = (bytes(part) for part in self._header)
        for part in self._header:
            part.clear()
        if field.lower() == b"content-disposition":
            _, options = parse_options_header(value)
            if b"filename" in options:
                self._name = clean_name(options[b"filename"].decode("utf-8", "replace").replace("%22", '"'))

    def _open(self) -> None:
        if self._name is None:
            return
        if len(self.uploads) >= MOST_FILES:
            raise BadUpload(f"send at most {MOST_FILES} files at once.")
        self._path = self._folder / uuid.uuid4().hex
        self._file = self._path.open("wb")

    def _write(self, data: bytes) -> None:
        if self._file is None or self._refusal[0]:
            return
        self._size += len(data)
        self._head.extend(data[: HEAD - len(self._head)])
        if self._size > self._limit_mb * MEGABYTE:
            self._refusal = (f"{self._name} is larger than {self._limit_mb} MB: set DOCENT_MAX_UPLOAD_MB higher.", 413)
            return
        self._file.write(data)

    def _end(self) -> None:
        if self._file is None or self._name is None:
            return
        self._file.close()
        self._file = None
        if not self._refusal[0]:
            self._refusal = _refusal(self._name, bytes(self._head))
        reason, status = self._refusal
        if reason:
            self._path.unlink()
        self.uploads.append(Upload(self._name, None if reason else self._path, reason, status))

    def _finish(self) -> None:
        self.complete = True


def _refusal(name: str, head: bytes) -> tuple[str, int]:
    if not head:
        return f"{name} is empty: there is nothing to read in it.", 422
    try:
        media_type(name, head)
    except IngestError as error:
        return str(error), 415
    return "", 202
