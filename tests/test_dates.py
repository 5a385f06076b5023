"""The day a document is of, from its properties."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pymupdf
import pytest

from docent.ingest import document_date
from docent.ingest.dates import day_of
from docent.ingest.kinds import DOCX, EML, EPUB, HTML, MARKDOWN, PDF, PPTX, TEXT, XLSX

TODAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("D:20230401120000+08'00'", "2023-04-01"),
        ("D:2023", "2023-01-01"),
        ("D:202304", "2023-04-01"),
        ("20230401", "2023-04-01"),
        ("2023-04-01T23:59:59Z", "2023-04-01"),
        (" 2023-4-1 ", "2023-04-01"),
        ("2023/04/01 12:00", "2023-04-01"),
        ("2023.04", "2023-04-01"),
        ("2023年4月1日", "2023-04-01"),
        ("2023", "2023-01-01"),
        ("Sat, 01 Apr 2023 10:00:00 +0800", "2023-04-01"),
        ("2024-06-02", "2024-06-02"),
        ("2024-06-03", ""),
        ("2023-02-30", ""),
        ("2023-13-01", ""),
        ("1899-12-31", ""),
        ("1970-01-01T00:00:00Z", ""),
        ("2013-12-23T23:15:00Z", ""),
        ("2013-12-23", "2013-12-23"),
        ("1711929600", ""),
        ("yesterday", ""),
        ("99999999999999999999", ""),
        ("", ""),
    ],
)
def test_a_date_is_read_in_its_form_or_not_at_all(text: str, day: str) -> None:
    assert day_of(text, date(2024, 6, 2)) == day


def pdf(path: Path, **metadata: str) -> Path:
    with pymupdf.open() as document:
        document.new_page()
        document.set_metadata(metadata)
        document.save(path)
    return path


def test_a_pdf_is_of_the_day_it_was_made(tmp_path: Path) -> None:
    made = pdf(tmp_path / "a.pdf", creationDate="D:20230401", modDate="D:20240501")
    assert document_date(made, PDF, today=TODAY) == "2023-04-01"
    changed = pdf(tmp_path / "b.pdf", creationDate="D:19700101", modDate="D:20240501")
    assert document_date(changed, PDF, today=TODAY) == "2024-05-01"
    assert document_date(pdf(tmp_path / "c.pdf"), PDF, today=TODAY) == ""


def test_an_office_file_is_of_the_day_it_was_saved(tmp_path: Path) -> None:
    import docx
    import openpyxl
    import pptx

    word = docx.Document()
    word.save(str(tmp_path / "template.docx"))
    assert document_date(tmp_path / "template.docx", DOCX) == "", "the day of the template of python-docx"
    word.core_properties.created = datetime(2020, 1, 2, tzinfo=UTC)
    word.core_properties.modified = datetime(2023, 4, 1, tzinfo=UTC)
    word.save(str(tmp_path / "a.docx"))
    assert document_date(tmp_path / "a.docx", DOCX) == "2023-04-01"
    slides = pptx.Presentation()
    slides.save(str(tmp_path / "template.pptx"))
    assert document_date(tmp_path / "template.pptx", PPTX) == ""
    book = openpyxl.Workbook()
    book.properties.created = datetime(2019, 5, 6)
    book.save(tmp_path / "a.xlsx")
    assert document_date(tmp_path / "a.xlsx", XLSX) == datetime.now(UTC).date().isoformat(), "openpyxl saves it now"


PAGE = """<html><head><meta property="og:type" content="article"><meta content='{}' property='{}'></head><p>x</html>"""


@pytest.mark.parametrize(
    ("kind", "text", "day"),
    [
        (HTML, PAGE.format("2023-04-01T08:00:00+08:00", "article:published_time"), "2023-04-01"),
        (HTML, PAGE.format("2023-04-01", "DC.Date"), "2023-04-01"),
        (HTML, PAGE.format("today", "date"), ""),
        (HTML, PAGE.format("2023-04-01", "expires"), ""),
        (HTML, '<p>x <time pubdate datetime="2023-04-01">1 April</time>', "2023-04-01"),
        (HTML, '<p>opens at <time datetime="09:00">nine</time>', ""),
        (HTML, "<meta name=date content=2022-01-01><meta name=last-modified content=2023-04-01>", "2023-04-01"),
        (MARKDOWN, "---\ntitle: x\ndate: 2023-04-01 10:00\n---\ntext", "2023-04-01"),
        (MARKDOWN, '---\ndate: "2022-01-01"\nUpdated: 2023-04-01\n---\ntext', "2023-04-01"),
        (MARKDOWN, "+++\ndate = 2023-04-01T00:00:00Z\n+++\ntext", "2023-04-01"),
        (MARKDOWN, "---\n日期: 2023年4月1日\n---\n", "2023-04-01"),
        (MARKDOWN, "text\n\ndate: 2023-04-01\n", ""),
        (EML, "Subject: x\nDate: Sat, 1 Apr 2023 09:00:00 +0800\n\nDate: Mon, 3 Apr 2023\n", "2023-04-01"),
        (EML, "Subject: x\n\ntext", ""),
        (TEXT, "date: 2023-04-01", ""),
    ],
)
def test_texts_name_it_at_their_head(tmp_path: Path, kind: str, text: str, day: str) -> None:
    (tmp_path / "file").write_text(text, encoding="utf-8")
    assert document_date(tmp_path / "file", kind, today=TODAY) == day


def test_a_book_names_it_in_its_package(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.epub", "w") as archive:
        archive.writestr("META-INF/container.xml", '<c xmlns="x"><rootfile full-path="o/p.opf"/></c>')
        archive.writestr("o/p.opf", '<p xmlns:dc="d"><dc:date>2023-04</dc:date></p>')
    assert document_date(tmp_path / "a.epub", EPUB, today=TODAY) == "2023-04-01"


@pytest.mark.parametrize("kind", [PDF, DOCX, EPUB, HTML, MARKDOWN, EML])
@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7 broken", b"PK\x03\x04 broken", b"\xff\xfe\x00\xd8<meta", b"\x00" * 99]
)
def test_what_is_damaged_names_none(tmp_path: Path, kind: str, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    assert document_date(tmp_path / "file", kind) == ""


def test_an_office_file_whose_properties_are_no_xml_names_none(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("docProps/core.xml", "<a><b>")
    assert document_date(tmp_path / "a.docx", DOCX) == ""
