"""Pictures, notes, contents and drawings inside office files: made here, then read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from docent.ingest import Picture, Recognised, parse
from docent.ingest.options import ParseOptions
from docent.ingest.pages.lines import Line

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def picture(text: str, size: tuple[int, int] = (600, 200), mode: str = "RGB") -> io.BytesIO:
    image = Image.new(mode, size, "white" if mode == "RGB" else (0, 0, 0, 0))
    ImageDraw.Draw(image).text((20, 40), text, fill="black", font_size=60)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    stream.seek(0)
    return stream


class Reader:
    """A recogniser that says two lines for every picture, the lower one first."""

    def __init__(self) -> None:
        self.seen: list[Picture] = []

    def __call__(self, given: Picture) -> Recognised:
        self.seen.append(given)
        lines = (Line("below", (0, 50, 90, 60), 9), Line("above", (0, 10, 90, 20), 9), Line("it", (95, 10, 99, 20), 9))
        return Recognised(lines, 0, 0.9)


@pytest.fixture
def reader() -> Reader:
    return Reader()


class TestWord:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        import docx

        document = docx.Document()
        document.add_heading("Plan", 1)
        document.add_paragraph("before")
        document.add_picture(picture("drawn"))
        document.add_picture(picture("drawn"))
        document.add_picture(picture("", (40, 40)))
        document.add_paragraph("after")
        document.save(str(tmp_path / "a.docx"))
        return tmp_path / "a.docx"

    def test_a_picture_is_read_where_it_stands(self, path: Path, reader: Reader) -> None:
        (page,) = parse(path, options=ParseOptions(recognise=reader)).pages
        assert [one.text for one in page.blocks] == ["Plan", "before", "above it\nbelow", "above it\nbelow", "after"]
        assert page.report.source == "mixed"
        (seen,) = reader.seen  # the same picture twice is read once, an icon never
        assert len(seen.pixels) == seen.width * seen.height
        assert seen.width / seen.height == pytest.approx(3, rel=0.02)

    def test_never_means_never(self, path: Path, reader: Reader) -> None:
        (page,) = parse(path, options=ParseOptions(recognise=reader, ocr="never")).pages
        assert [one.text for one in page.blocks] == ["Plan", "before", "after"]
        assert page.report.source == "text"
        assert page.report.warnings == ("2 pictures were not read: save it as PDF",)
        assert not reader.seen

    def test_so_many_are_read(self, path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("docent.ingest.scans.embedded.MAX_READ", 0)
        (page,) = parse(path, options=ParseOptions(recognise=reader)).pages
        assert page.report.warnings == ("2 pictures were not read: save it as PDF",)

    def test_what_is_elsewhere_is_not_fetched(self, path: Path, tmp_path: Path, reader: Reader) -> None:
        import docx

        document = docx.Document(str(path))
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/image"):
                relation._is_external, relation._target = True, "http://192.0.2.1/x.png"
        document.save(str(tmp_path / "b.docx"))
        (page,) = parse(tmp_path / "b.docx", options=ParseOptions(recognise=reader)).pages
        assert [one.text for one in page.blocks] == ["Plan", "before", "after"]

    def test_clear_pictures_lie_on_white(self, tmp_path: Path, reader: Reader) -> None:
        import docx

        document = docx.Document()
        document.add_picture(picture("drawn", mode="RGBA"))
        document.save(str(tmp_path / "a.docx"))
        parse(tmp_path / "a.docx", options=ParseOptions(recognise=reader))
        assert reader.seen[0].pixels[0] == 255

    def test_notes_of_cells_and_no_table_of_contents(self, tmp_path: Path) -> None:
        import docx
        from docx.opc.constants import CONTENT_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml import parse_xml

        document = docx.Document()
        document.styles.add_style("toc 1", 1)
        document.add_paragraph("Prices\t3", style="toc 1")
        document.add_heading("Prices", 1)
        table = document.add_table(2, 2)
        for cell, text in zip(
            (c for row in table.rows for c in row.cells), ("item", "price", "disk", "7"), strict=True
        ):
            cell.text = text
        mark = f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'
        table.cell(1, 1).paragraphs[0]._p.append(parse_xml(mark))
        note = '<w:footnote w:id="2"><w:p><w:r><w:t>Without tax.</w:t></w:r></w:p></w:footnote>'
        notes = f"<w:footnotes {W}>{note}</w:footnotes>"
        part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, notes.encode(), document.part.package)
        document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
        document.save(str(tmp_path / "a.docx"))
        (page,) = parse(tmp_path / "a.docx").pages
        assert [one.text for one in page.blocks] == ["Prices", "item\tprice\ndisk\t7", "Without tax."]

    def test_a_long_document_has_pages_and_keeps_its_headings(self, tmp_path: Path) -> None:
        import docx

        document = docx.Document()
        document.add_heading("Rules", 0)
        for number in range(12):
            document.add_heading(f"Part {number}", 1)
            for _ in range(10):
                document.add_paragraph("A sentence of some length that says little. " * 3)
        document.save(str(tmp_path / "a.docx"))
        pages = parse(tmp_path / "a.docx").pages
        assert len(pages) > 3
        assert [page.blocks[0].kind for page in pages] == ["heading"] * len(pages)


class TestSlides:
    def test_a_picture_on_a_slide(self, tmp_path: Path, reader: Reader) -> None:
        import pptx

        show = pptx.Presentation()
        only = show.slides.add_slide(show.slide_layouts[6])
        only.shapes.add_picture(picture("drawn"), 0, 0)
        both = show.slides.add_slide(show.slide_layouts[5])
        both.shapes.title.text = "Title"
        both.shapes.add_picture(picture("drawn"), 0, 0)
        show.save(str(tmp_path / "a.pptx"))
        first, second = parse(tmp_path / "a.pptx", options=ParseOptions(recognise=reader)).pages
        assert (first.text, first.report.source) == ("above it\nbelow", "ocr")
        assert (second.text, second.report.source) == ("Title\nabove it\nbelow", "mixed")
        pages = parse(tmp_path / "a.pptx", options=ParseOptions(ocr="never")).pages
        assert [page.report.warnings for page in pages] == [("1 pictures were not read: save it as PDF",)] * 2

    def test_the_words_of_a_drawing(self, tmp_path: Path) -> None:
        import pptx
        from pptx.opc.package import Part
        from pptx.opc.packuri import PackURI
        from pptx.oxml import parse_xml

        show = pptx.Presentation()
        slide = show.slides.add_slide(show.slide_layouts[6])
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        main = "http://schemas.openxmlformats.org/drawingml/2006"
        texts = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in ("采购", "入库"))
        data = f'<dgm:dataModel xmlns:dgm="{main}/diagram" xmlns:a="{main}/main">{texts}</dgm:dataModel>'.encode()
        part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", show.part.package, data)
        name = slide.part.relate_to(part, f"{kind}/diagramData")
        slide.shapes._spTree.append(parse_xml(
            f'<p:graphicFrame xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
            f'xmlns:a="{main}/main" xmlns:r="{kind}"><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/>'
            "<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm/><a:graphic>"
            f'<a:graphicData uri="{main}/diagram"><dgm:relIds xmlns:dgm="{main}/diagram" r:dm="{name}"/>'
            "</a:graphicData></a:graphic></p:graphicFrame>"
        ))  # fmt: skip
        show.save(str(tmp_path / "a.pptx"))
        assert [one.text for one in parse(tmp_path / "a.pptx").pages[0].blocks] == ["采购", "入库"]


@pytest.mark.weights
def test_words_in_a_picture_are_found(tmp_path: Path) -> None:
    import docx

    document: Any = docx.Document()
    document.add_picture(picture("Invoice 2024"))
    document.save(str(tmp_path / "a.docx"))
    assert "2024" in parse(tmp_path / "a.docx").pages[0].text
