"""ZIP archives of what people upload, good, foreign and hostile: made here, then read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from contracts.unpaged import Unpaged, truncated
from pdfs import write_pdf

from docent.ingest import PasswordRequired, UnreadableFile, UnsupportedType, parse
from docent.ingest.options import ParseOptions

# `7z a -psecret` writes the same: the cipher of PKZIP, which zipfile reads and does not write.
SECRET = b"secret"


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def locked(name: str, data: bytes, password: bytes) -> bytes:
    """A ZIP with one stored member in the cipher of PKZIP (APPNOTE 6.1)."""
    keys = [0x12345678, 0x23456789, 0x34567890]
    table = [_polynomial(number) for number in range(256)]

    def update(byte: int) -> None:
        keys[0] = keys[0] >> 8 ^ table[(keys[0] ^ byte) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = keys[2] >> 8 ^ table[(keys[2] ^ keys[1] >> 24) & 0xFF]

    for byte in password:
        update(byte)
    plain = bytes(11) + bytes([zipfile.crc32(data) >> 24]) + data
    cipher = bytearray()
    for byte in plain:
        temporary = keys[2] | 2
        cipher.append(byte ^ (temporary * (temporary ^ 1) >> 8 & 0xFF))
        update(byte)
    made = bytearray(zipped_stored(name, bytes(cipher)))
    for mark, flags, crc, size in ((b"PK\x03\x04", 6, 14, 22), (b"PK\x01\x02", 8, 16, 24)):
        at = made.find(mark)
        made[at + flags] |= 1
        made[at + crc : at + crc + 4] = zipfile.crc32(data).to_bytes(4, "little")
        made[at + size : at + size + 4] = len(data).to_bytes(4, "little")
    return bytes(made)


def _polynomial(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    return value


def zipped_stored(name: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, data)
    return stream.getvalue()


class TestArchive(Unpaged):
    @pytest.fixture
    def words(self) -> list[str]:
        return ["first of two", "second of two", "绿茶用八十度的水", "螺丝", "0.5", "inner text"]

    @pytest.fixture
    def good(self, tmp_path: Path) -> Path:
        pdf = write_pdf(tmp_path / "x.pdf", ["first of two", "second of two"]).read_bytes()
        files = {
            "资料/价目.csv": "品名,单价\n螺丝,0.5\n".encode("gbk"),
            "茶/note.txt": "绿茶用八十度的水。".encode(),
            "2023/report.pdf": pdf,
            "资料/更多.zip": zipped({"deep.md": b"# Deep\n\ninner text"}),
            "资料/setup.exe": b"MZ",
            "2023/broken.pdf": b"%PDF-1.7\nnothing",
            "__MACOSX/._note.txt": b"\x00\x05",
            ".DS_Store": b"\x00",
            "2023/": b"",
        }
        return write_zip(tmp_path / "资料.zip", files)

    @pytest.fixture
    def broken(self, tmp_path: Path, good: Path) -> list[Path]:
        write_zip(tmp_path / "none.zip", {"a.exe": b"MZ", "b.dll": b"MZ"})
        write_zip(tmp_path / "bad.zip", {"a.pdf": b"not one"})
        write_zip(tmp_path / "empty.zip", {})
        write_zip(tmp_path / "bomb.zip", {"a.txt": bytes(30_000_000)})
        (tmp_path / "text.zip").write_bytes(b"no archive")
        names = ("none.zip", "bad.zip", "empty.zip", "bomb.zip", "text.zip")
        return [truncated(good, "half.zip"), *(tmp_path / name for name in names)]

    def test_pages_name_their_file(self, good: Path) -> None:
        pages = parse(good).pages
        assert [page.location for page in pages] == [
            "2023/broken.pdf", "2023/report.pdf, page 1", "2023/report.pdf, page 2", "茶/note.txt",
            "资料/价目.csv, rows 1–2", "资料/更多.zip/deep.md",
        ]  # fmt: skip
        assert all(block.box is None for page in pages for block in page.blocks)

    def test_what_was_not_read_is_said(self, good: Path) -> None:
        first, *others = parse(good).pages
        assert first.report.warnings == (
            "of kinds that are not read: 资料/setup.exe",
            "not read: 2023/broken.pdf is damaged and cannot be opened as a PDF: its end is missing, so get it again.",
        )
        assert first.blocks == ()
        assert not any(page.report.warnings for page in others)


@pytest.mark.parametrize(
    ("name", "encoding"), [("季度报告/二零二三.txt", "gbk"), ("報告書/第一章.txt", "cp932"), ("報告.txt", "utf-8")]
)
def test_names_are_read_as_they_were_written(tmp_path: Path, name: str, encoding: str) -> None:
    raw = name.encode(encoding)
    data = zipped({"x" * len(raw): b"text"}).replace(b"x" * len(raw), raw)
    (tmp_path / "a.zip").write_bytes(data)
    assert parse(tmp_path / "a.zip").pages[0].location == name


@pytest.mark.parametrize("name", ["../../etc/note.txt", "/etc/note.txt", "C:\\etc\\note.txt", "etc/./no\x07te.txt"])
def test_names_lead_nowhere(tmp_path: Path, name: str) -> None:
    assert parse(write_zip(tmp_path / "a.zip", {name: b"text"})).pages[0].location == "etc/note.txt"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip"]


class TestPasswords:
    def test_the_password_opens_it(self, tmp_path: Path) -> None:
        (tmp_path / "a.zip").write_bytes(locked("note.txt", b"the secret text", SECRET))
        (page,) = parse(tmp_path / "a.zip", options=ParseOptions(password="secret")).pages
        assert page.text == "the secret text"

    @pytest.mark.parametrize(("password", "said"), [(None, "give it with --password"), ("wrong", "check it")])
    def test_without_it_nothing_is_read(self, tmp_path: Path, password: str | None, said: str) -> None:
        (tmp_path / "a.zip").write_bytes(locked("note.txt", b"the secret text", SECRET))
        with pytest.raises(PasswordRequired, match=rf"^a\.zip .*{said}"):
            parse(tmp_path / "a.zip", options=ParseOptions(password=password))

    def test_it_is_asked_for_where_every_file_needs_one(self, tmp_path: Path) -> None:
        pdf = write_pdf(tmp_path / "x.pdf", ["secret"], password="1234").read_bytes()
        path = write_zip(tmp_path / "a.zip", {"a.pdf": pdf})
        with pytest.raises(PasswordRequired, match=r"^a\.zip is protected"):
            parse(path)
        assert parse(path, options=ParseOptions(password="1234")).pages[0].text == "secret"

    def test_one_locked_file_costs_itself(self, tmp_path: Path) -> None:
        pdf = write_pdf(tmp_path / "x.pdf", ["secret"], password="1234").read_bytes()
        first, second = parse(write_zip(tmp_path / "a.zip", {"a.pdf": pdf, "b.txt": b"open"})).pages
        assert first.report.warnings[0].startswith("not read: a.pdf is protected by a password")
        assert second.text == "open"


class TestBounds:
    def test_archives_in_archives_end(self, tmp_path: Path) -> None:
        data = b"innermost"
        for number in range(6):
            data = zipped({"a.zip" if number else "a.txt": data, f"{number}.txt": b"level %d" % number})
        (tmp_path / "deep.zip").write_bytes(data)
        pages = parse(tmp_path / "deep.zip").pages
        assert [page.text for page in pages if page.text] == ["level 5", "level 4", "level 3"]
        (warning,) = [said for page in pages for said in page.report.warnings]
        assert warning.startswith("not read: a.zip/a.zip/a.zip lies in too many other archives")

    def test_archives_unpack_to_so_much_together(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        inner = zipped({"a.txt": b"x" * 400})
        path = write_zip(tmp_path / "a.zip", {f"{number}.zip": inner for number in range(4)})
        monkeypatch.setattr("docent.ingest.formats.archive.MAX_UNPACKED", 2 * (len(inner) + 400))
        pages = parse(path).pages
        assert [bool(page.text) for page in pages] == [True, True, False, False]
        assert "2.zip is one too many" in pages[2].report.warnings[0]

    def test_so_many_files_are_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("docent.ingest.formats.archive.MAX_FILES", 3)
        pages = parse(write_zip(tmp_path / "a.zip", {f"{number}.txt": b"text" for number in range(9)})).pages
        assert [page.report.warnings for page in pages] == [(), (), (), ("only the first 3 files were read",)]


def test_an_office_file_is_no_archive(tmp_path: Path) -> None:
    import docx

    docx.Document().save(str(tmp_path / "a.docx"))
    (tmp_path / "a.docx").rename(tmp_path / "a.zip")
    with pytest.raises(UnsupportedType, match=r"a\.zip is named \.zip but is a Word document inside: rename it to "):
        parse(tmp_path / "a.zip")


def test_a_damaged_member_costs_itself(tmp_path: Path) -> None:
    two = write_zip(tmp_path / "two.zip", {"a.txt": bytes(range(256)) * 8, "b.txt": b"whole"})
    data = bytearray(two.read_bytes())
    at = data.find(b"a.txt") + 20
    data[at : at + 8] = bytes(8)
    two.write_bytes(data)
    first, second = parse(two).pages
    assert first.report.warnings == ("not read: a.txt is damaged and cannot be opened: try to save it anew.",)
    assert second.text == "whole"


def test_an_archive_without_anything_names_the_reason(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"^Nothing in a\.zip can be read: x\.pdf is named \.pdf but is not a PDF"):
        parse(write_zip(tmp_path / "a.zip", {"x.pdf": b"hello"}))
