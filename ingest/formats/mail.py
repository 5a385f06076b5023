"""Mail: what the envelope says, the text, and the attachments that can be read."""

from __future__ import annotations

import mimetypes
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from docent.ingest.errors import IngestError
from docent.ingest.formats.encodings import decode
from docent.ingest.formats.unpaged import block, cleaned, in_one_line, page, placed
from docent.ingest.formats.web import decoded, html_blocks
from docent.ingest.formats.zipped import damage_named
from docent.ingest.types import Block, Page

MAX_ATTACHMENTS = 50
_NARROW = re.compile(rb"=\?(?:gb2312|gbk|x-gbk)\?", re.IGNORECASE)  # what programs say of texts in GB 18030
SMALL_PICTURE = 20_000  # bytes of one inside the text up to which it is a logo and no screenshot
_LAYOUT = re.compile(r"image/|text/css|font/|[a-z]+/(?:x-)?(?:javascript|font)", re.IGNORECASE)
_ENVELOPE = ("From", "To", "Cc", "Date")

Reader = Callable[[Path, str], tuple[Page, ...]]
"""Reads an attachment of that name. Raises IngestError."""


def read_mail(path: Path, reader: Reader) -> tuple[Page, ...]:
    """The mail is page 1; pages of attachments follow, their names are their location. Raises UnreadableFile."""
    with damage_named(path.name):
        message = message_from_bytes(_NARROW.sub(b"=?gb18030?", path.read_bytes()), policy=policy.default)
        attachments = [(_name(part, number), part) for number, part in enumerate(_attachments(message), 1)]
        blocks = list(_blocks(message, [name for name, _ in attachments], path.name))
    pages: list[Page] = []
    warnings = []
    if len(attachments) > MAX_ATTACHMENTS:
        warnings.append(f"only the first {MAX_ATTACHMENTS} attachments were read")
    for name, part in attachments[:MAX_ATTACHMENTS]:
        try:
            read = _attached(part, name, reader)
        except IngestError as error:
            warnings.append(f"an attachment was not read: {error}")
            continue
        first, several = len(pages) + 2, len(read) > 1
        pages += [placed(one, n, f"attachment {name}", several=several) for n, one in enumerate(read, first)]
    return (page(1, blocks, warnings=warnings), *pages)


def _attachments(message: EmailMessage) -> Iterator[Any]:
    """What a reader would call one: no style sheets, fonts and small pictures that the text is laid out with."""
    own: list[Any] = list(message.iter_attachments())
    pending: list[Any] = [part for part in message.iter_parts() if part not in own] if message.is_multipart() else []
    while pending:
        part = pending.pop(0)
        if part.get_content_maintype() == "multipart":
            pending[:0] = part.iter_parts()
        elif part.get_content_maintype() == "image":
            own.append(part)
    for part in own:
        data = b"" if part.is_multipart() else part.get_payload(decode=True) or b""
        is_layout = part.get_content_disposition() != "attachment" and _LAYOUT.match(part.get_content_type())
        if not is_layout or (part.get_content_maintype() == "image" and len(data) >= SMALL_PICTURE):
            yield part


def _blocks(message: EmailMessage, attached: list[str], name: str) -> Iterator[Block]:
    subject = in_one_line(_header(message, "Subject"))
    if subject:
        yield block("heading", subject, 1, 1)
    envelope = "\n".join(f"{key}: {value}" for key in _ENVELOPE if (value := in_one_line(_header(message, key))))
    if envelope:
        yield block("text", envelope)
    body = message.get_body(("plain", "html"))
    if body is not None:
        yield from _body(body, name)
    if attached:
        yield block("text", "Attachments: " + ", ".join(attached))


def _header(message: EmailMessage, key: str) -> str:
    value = str(message.get(key, ""))
    if "\ufffd" not in value:
        return value
    raw = next((text for name, text in message.raw_items() if name.lower() == key.lower()), "")  # 8 bits, unencoded
    return decoded(str(raw).encode("ascii", "surrogateescape"), key)


def _body(part: Any, name: str) -> Iterator[Block]:
    data = part.get_payload(decode=True) or b""
    text = _text(data, part.get_content_charset(), name, is_html=part.get_content_subtype() == "html")
    if part.get_content_subtype() == "html":
        yield from (replace(one, level=one.level + 1) if one.level else one for one in html_blocks(text, name)[1])
        return
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            yield block("text", paragraph.strip())


def _text(data: bytes, charset: str | None, name: str, *, is_html: bool) -> str:
    try:
        return cleaned(data.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(charset or "", charset or "utf-8")))
    except (LookupError, UnicodeDecodeError):
        return decoded(data, name) if is_html else decode(data, name)


def _name(part: Any, number: int) -> str:
    if part.get_content_type() == "message/rfc822":
        return part.get_filename() or f"mail {number}.eml"
    suffix = mimetypes.guess_extension(part.get_content_type()) or ""
    return in_one_line(Path((part.get_filename() or f"attachment {number}{suffix}").replace("\\", "/")).name)


def _attached(part: Any, name: str, reader: Reader) -> tuple[Page, ...]:
    if part.get_content_type() == "message/rfc822":
        data = part.get_content().as_bytes()
    else:
        data = part.get_payload(decode=True) or b""
    with tempfile.TemporaryDirectory(prefix="docent-") as folder:
        path = Path(folder) / "attached-file"
        path.write_bytes(data)
        return reader(path, name)
