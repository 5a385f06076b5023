"""What people upload beside PDF, text and office files: made here, then read."""

from __future__ import annotations

import io
import re
import zipfile
from base64 import b64encode
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from contracts.unpaged import OLE, Unpaged, table_rows, truncated
from pdfs import write_pdf
from PIL import Image, ImageDraw

from docent.app import Library
from docent.ingest import DocentError, UnreadableFile, UnsupportedType, media_type, parse
from docent.ingest.scans.ocr import Recognised


class TestCsv(Unpaged):
    @pytest.fixture(params=[("utf-8-sig", ","), ("gb18030", ";"), ("utf-16", "\t")], ids=lambda one: one[0])
    def good(self, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
        encoding, mark = request.param
        rows = [("姓名", "部门", "电话"), ("张三", f'"研发{mark}一组"', "8001"), ("李四", "市场", "8002")]
        path = tmp_path / "员工.csv"
        path.write_bytes("\r\n".join(mark.join(row) for row in rows).encode(encoding))
        return path

    @pytest.fixture
    def words(self) -> list[str]:
        return ["姓名", "张三", "一组", "8001", "李四", "8002"]

    @pytest.fixture
    def broken(self, tmp_path: Path) -> list[Path]:
        made = {"empty.csv": b"", "blank.csv": b"\n\n,,\n", "page.csv": b"<html><body>x", "zeros.tsv": b"\x00\x01" * 9}
        for name, data in made.items():
            (tmp_path / name).write_bytes(data)
        return [tmp_path / name for name in made]

    def test_rows_carry_their_heads(self, good: Path) -> None:
        rows = table_rows(parse(good).pages[0].blocks)
        assert [label for label, _ in rows] == ["张三", "李四"]
        assert rows[1][1] == {"李四": ("姓名",), "市场": ("部门",), "8002": ("电话",)}

    def test_many_rows_stay_quick_to_chunk(self, tmp_path: Path) -> None:
        path = tmp_path / "many.csv"
        path.write_text("name,count\n" + "".join(f"n{number},{number}\n" for number in range(500)))
        pages = parse(path).pages
        assert [len(page.blocks) for page in pages] == [1] * 11
        assert [pages[0].location, pages[-1].location] == ["rows 1–50", "row 501"]
        assert table_rows(pages[-1].blocks)[-1] == ("n499", {"n499": ("name",), "499": ("count",)})


HTML = """<!doctype html><html><head><meta charset="{charset}"><title>产品手册</title><style>p {{}}</style></head><body>
<nav>Home | About</nav><h2>安装</h2><p>先断电，
再拆盖。</p><div>loose <b>text</b><p>inner</p>tail</div><ul><li>one<ul><li>inner one</li></ul></li><li>two</li></ul>
<table><thead><tr><th rowspan=2>型号</th><th colspan=2>扭矩</th></tr><tr><th>最小</th><th>最大</th></tr></thead>
<tr><td>TH-01</td><td>5</td><td>8</td></tr></table>
<table><tr><td>layout <p>cell</p></td></tr></table><pre>  a
   b</pre><p hidden>secret</p><p style="display: none">secret</p><script>secret()</script>
<footer>© nobody</footer></body></html>"""


class TestHtml(Unpaged):
    @pytest.fixture(params=["utf-8", "gb2312"])
    def good(self, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
        path = tmp_path / "page.html"
        path.write_bytes(HTML.format(charset=request.param).replace("©", "").encode(request.param))
        return path

    @pytest.fixture
    def words(self) -> list[str]:
        return ["产品手册", "安装", "先断电，再拆盖。", "loose text", "inner", "tail", "one", "型号", "TH-01", "layout"]

    @pytest.fixture
    def broken(self, tmp_path: Path) -> list[Path]:
        (tmp_path / "really.html").write_bytes(b"%PDF-1.4 a pdf in disguise")
        (tmp_path / "page.pdf").write_bytes(HTML.encode())
        return [tmp_path / "really.html", tmp_path / "page.pdf"]

    def test_structure_is_kept_and_the_rest_left_out(self, good: Path) -> None:
        page = parse(good).pages[0]
        assert [(one.kind, one.text) for one in page.blocks] == [
            ("heading", "产品手册"), ("heading", "安装"), ("text", "先断电，再拆盖。"), ("text", "loose text"),
            ("text", "inner"), ("text", "tail"), ("list", "one"), ("list", "inner one"), ("list", "two"),
            ("table", "型号\t扭矩\n最小\t最大\nTH-01\t5\t8"), ("text", "layout"), ("text", "cell"), ("text", "a\n   b"),
        ]  # fmt: skip
        assert table_rows(page.blocks) == [
            ("TH-01", {"TH-01": ("型号",), "5": ("扭矩", "最小"), "8": ("扭矩", "最大")})
        ]

    def test_deep_nesting_ends(self, tmp_path: Path) -> None:
        for depth in (300, 20_000):
            for tag in ("<div>", "<table><tr><td>", "<ul><li>", "<b><i>"):
                (tmp_path / "deep.html").write_text(tag * depth + "bottom &amp; end<script>x</script>")
                assert [page.text for page in parse(tmp_path / "deep.html").pages] == ["bottom & end"]
        (tmp_path / "deep.md").write_text("> " * 3000 + "bottom")
        assert "bottom" in parse(tmp_path / "deep.md").pages[0].text

    def test_nothing_that_is_no_text_is_kept(self, tmp_path: Path) -> None:
        (tmp_path / "odd.html").write_bytes(
            b"<h1>x&#xD800;y&#0;z\x00w</h1><p>a&#7;b\x0bc<table><tr><td>k&#1;<td>1<tr><td>l<td>2"
        )
        text = parse(tmp_path / "odd.html").pages[0].text
        assert not re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", text)
        text.encode()


def write_picture(path: Path, text: str = "", **options: Any) -> Path:
    image = Image.new("RGB", (1200, 800), "white")
    if text:
        ImageDraw.Draw(image).text((100, 200), text, fill="black", font_size=60)
    image.save(path, **options)
    return path


class TestPictures:
    @pytest.fixture(autouse=True)
    def _no_ocr(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("docent.ingest.scans.ocr.recognise", lambda _: Recognised(()))

    @pytest.mark.parametrize("suffix", ["png", "jpg", "jpeg", "tif", "tiff", "bmp", "webp"])
    def test_a_picture_is_a_page(self, tmp_path: Path, suffix: str, library: Library) -> None:
        path = write_picture(tmp_path / f"photo.{suffix}")
        document = parse(path)
        (page,) = document.pages
        assert page.width / page.height == pytest.approx(1.5)
        assert page.report.warnings == ("a picture in which no text was found",)
        list(library.sync([path]))
        drawn = Image.open(io.BytesIO(library.page_image(document.id, 1)))
        assert drawn.size == (864, 576)

    def test_pages_of_a_tiff_and_a_turned_photo(self, tmp_path: Path) -> None:
        frames = [Image.new("1", (200, 300), 1), Image.new("1", (300, 200), 1)]
        frames[0].save(tmp_path / "fax.tif", save_all=True, append_images=frames[1:])
        pages = parse(tmp_path / "fax.tif").pages
        assert [page.width < page.height for page in pages] == [True, False]
        turned = Image.Exif()
        turned[0x0112] = 6
        (page,) = parse(write_picture(tmp_path / "turned.jpg", exif=turned)).pages
        assert page.width < page.height

    def test_it_is_what_it_is_whatever_picture_its_name_promises(self, tmp_path: Path) -> None:
        write_picture(tmp_path / "a.png").rename(tmp_path / "a.jpg")
        assert parse(tmp_path / "a.jpg").media_type == "image/png"

    def test_a_broken_one_is_named(self, tmp_path: Path) -> None:
        good = write_picture(tmp_path / "good.png", "a picture")
        with pytest.raises(UnreadableFile, match=r"half\.png is damaged"):
            parse(truncated(good, "half.png"))


@pytest.mark.weights
def test_a_picture_is_read_with_boxes(tmp_path: Path) -> None:
    (page,) = parse(write_picture(tmp_path / "note.png", "Invoice 2024-117")).pages
    (block,) = page.blocks
    assert "2024-117" in block.text
    assert page.report.source == "ocr"
    assert block.box is not None
    assert block.box[0] == pytest.approx(100 * 0.48, abs=6)


class TestMail(Unpaged):
    @pytest.fixture
    def words(self) -> list[str]:
        return [
            "报价 quote",
            "From: Li Lei",
            "To: buyer",
            "Date:",
            "单价是八元",
            "Attachments: 价目.csv",
            "螺丝",
            "0.5",
        ]

    @pytest.fixture
    def good(self, tmp_path: Path) -> Path:
        mail = EmailMessage()
        mail["Subject"] = "报价 quote"
        mail["From"] = "Li Lei <lilei@example.org>"
        mail["To"] = "buyer@example.org"
        mail["Date"] = "Tue, 05 Mar 2024 10:00:00 +0800"
        mail.set_content("您好：\n\n单价是八元。\n")
        mail.add_alternative("<p>html</p>", subtype="html")
        mail.add_attachment("品名,单价\n螺丝,0.5\n".encode(), maintype="text", subtype="csv", filename="价目.csv")
        pdf = write_pdf(tmp_path / "x.pdf", ["first of two", "second of two"]).read_bytes()
        mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="terms.pdf")
        mail.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="setup.exe")
        path = tmp_path / "quote.eml"
        path.write_bytes(bytes(mail))
        return path

    @pytest.fixture
    def broken(self, tmp_path: Path) -> list[Path]:
        (tmp_path / "empty.eml").write_bytes(b"")
        (tmp_path / "really.eml").write_bytes(OLE)
        return [tmp_path / "empty.eml", tmp_path / "really.eml"]

    def test_attachments_are_further_pages(self, good: Path) -> None:
        first, *others = parse(good).pages
        assert [one.location for one in others] == [
            "attachment 价目.csv, rows 1–2", "attachment terms.pdf, page 1", "attachment terms.pdf, page 2",
        ]  # fmt: skip
        assert others[2].text == "second of two"
        (warning,) = first.report.warnings
        assert warning.startswith("an attachment was not read: setup.exe is of a kind that is not read")

    def test_a_mail_of_html_alone(self, tmp_path: Path) -> None:
        mail = EmailMessage()
        mail["Subject"] = "Hi"
        mail.set_content("<h1>News</h1><p>八元</p>", subtype="html", charset="gb2312")
        (tmp_path / "html.eml").write_bytes(bytes(mail))
        blocks = parse(tmp_path / "html.eml").pages[0].blocks
        assert [(one.level, one.text) for one in blocks] == [(1, "Hi"), (2, "News"), (0, "八元")]

    def test_mails_in_mails_end(self, tmp_path: Path) -> None:
        mail = EmailMessage()
        mail["Subject"] = "innermost"
        mail.set_content("text")
        for number in range(6):
            outer = EmailMessage()
            outer["Subject"] = f"level {number}"
            outer.set_content("see below")
            outer.add_attachment(mail)
            mail = outer
        (tmp_path / "deep.eml").write_bytes(bytes(mail))
        pages = parse(tmp_path / "deep.eml").pages
        assert [page.blocks[0].text for page in pages] == ["level 5", "level 4", "level 3", "level 2"]


def write_epub(path: Path, **more: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        )
        book.writestr(
            "OEBPS/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="nav" href="nav.xhtml" properties="nav"/>'
            '<item id="b" href="text/b.xhtml"/><item id="a" href="text/a%20b.xhtml"/>'
            '<item id="x" href="../../etc/passwd"/></manifest>'
            '<spine><itemref idref="a"/><itemref idref="x"/><itemref idref="b"/></spine></package>',
        )
        book.writestr(
            "OEBPS/nav.xhtml",
            '<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><a href="text/a%20b.xhtml#x">第一章 远行</a></nav>'
            "</body></html>",
        )
        book.writestr("OEBPS/text/a b.xhtml", "<html><body><h1>远行</h1><p>他走了。</p></body></html>")
        if "OEBPS/text/b.xhtml" not in more:
            book.writestr("OEBPS/text/b.xhtml", "<html><body><h1>归来</h1><p>他回来了。</p></body></html>")
        for name, data in more.items():
            book.writestr(name, data)
    return path


class TestBook(Unpaged):
    @pytest.fixture
    def words(self) -> list[str]:
        return ["远行", "他走了", "归来", "他回来了"]

    @pytest.fixture
    def good(self, tmp_path: Path) -> Path:
        return write_epub(tmp_path / "book.epub")

    @pytest.fixture
    def broken(self, tmp_path: Path, good: Path) -> list[Path]:
        lock = b'<encryption><CipherReference URI="OEBPS/text/b.xhtml"/></encryption>'
        locked = write_epub(tmp_path / "locked.epub", **{"META-INF/encryption.xml": lock})
        return [truncated(good, "half.epub"), locked]

    def test_chapters_have_their_names(self, good: Path) -> None:
        assert [page.location for page in parse(good).pages] == ["第一章 远行", "归来"]


def test_a_zip_is_named_by_what_is_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("x.txt", "x")
    write_epub(tmp_path / "b.csv")
    (tmp_path / "c.txt").write_bytes(OLE + "WordDocument".encode("utf-16-le"))
    said = {
        "a.docx": "a.docx is named .docx but is a ZIP archive inside: rename it to .zip.",
        "b.csv": "b.csv is named .csv but is an e-book inside: rename it to .epub.",
        "c.txt": "c.txt is an old Word file: save it as .docx and add it again.",
    }
    for name, sentence in said.items():
        with pytest.raises(DocentError) as caught:
            parse(tmp_path / name)
        assert str(caught.value) == sentence


def test_an_upload_is_called_by_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "0f3a"
    path.write_bytes(b"%PDF-1.7\nnothing")
    with pytest.raises(DocentError, match=r"^report\.pdf is damaged"):
        parse(path, "report.pdf")


@pytest.mark.parametrize(
    ("name", "head", "said"),
    [
        ("a.pdf", b"<!DOCTYPE html><p>x", "a.pdf is named .pdf but is a web page inside: rename it to .html."),
        ("a.pdf", b"hello", "a.pdf is named .pdf but is not a PDF inside: rename it to what it is."),
        ("a.txt", b"%PDF-1.7", "a.txt is named .txt but is a PDF inside: rename it to .pdf."),
        ("a.docx", b"%PDF-1.7", "a.docx is named .docx but is a PDF inside: rename it to .pdf."),
        ("a.csv", b"PK\x03\x04", "a.csv is named .csv but is a ZIP archive inside: rename it to what it is (.zip, "),
        ("a.txt", b"{\\rtf1", "a.txt is named .txt but is rich text inside: save it as .docx."),
        ("a.md", b"\x89PNG\r\n\x1a\n", "a.md is named .md but is a PNG picture inside: rename it to .png."),
        ("a.zip", b"%PDF-1.7", "a.zip is named .zip but is a PDF inside: rename it to .pdf."),
        ("a.zip", b"words", "a.zip is named .zip but is not a ZIP archive inside: rename it to what it is."),
        ("a.msg", OLE, "a.msg is of a kind that is not read (.msg); save it as .eml; read are "),
        ("a.png", b"GIF89a", "a.png is named .png but is a GIF picture inside: save it as .png."),
        ("a.doc", OLE, "a.doc is of a kind that is not read (.doc); save it as .docx; read are "),
    ],
)
def test_a_name_that_contradicts_its_content(name: str, head: bytes, said: str) -> None:
    with pytest.raises(UnsupportedType) as caught:
        media_type(name, head)
    assert str(caught.value).startswith(said)


class TestForeignMail:
    def read(self, folder: Path, data: bytes, name: str = "a.eml") -> tuple[Any, ...]:
        (folder / name).write_bytes(data)
        return parse(folder / name).pages

    def test_gb2312_holds_more_than_it_says(self, tmp_path: Path) -> None:
        subject = b64encode("朱镕基的报价".encode("gb18030"))
        head = b"Subject: =?gb2312?B?" + subject + b"?=\r\nContent-Type: text/plain; charset=gb2312\r\n"
        (page,) = self.read(tmp_path, head + b"\r\n" + "朱镕基\x00：八元".encode("gb18030"))
        assert [one.text for one in page.blocks] == ["朱镕基的报价", "朱镕基：八元"]

    def test_a_subject_that_was_not_encoded(self, tmp_path: Path) -> None:
        (page,) = self.read(tmp_path, "Subject: 未编码的报价单\r\n\r\n".encode("gbk") + b"body")
        assert [one.text for one in page.blocks] == ["未编码的报价单", "body"]

    def test_a_page_that_a_browser_saved(self, tmp_path: Path) -> None:
        page, *others = self.read(
            tmp_path,
            b"From: <Saved>\r\nSubject: T\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=X\r\n\r\n"
            b"--X\r\nContent-Type: text/html\r\n\r\n<h1>Head</h1><p>body<script>x</script><img src='http://a/x.png'>\r\n"
            b"--X\r\nContent-Type: text/css\r\nContent-Location: cid:a\r\n\r\np{}\r\n"
            b"--X\r\nContent-Type: image/png\r\nContent-Location: http://a/x.png\r\n\r\nsmall\r\n--X--\r\n",
            "page.mhtml",
        )
        assert [one.text for one in page.blocks][-2:] == ["Head", "body"]
        assert not others
        assert not page.report.warnings

    def test_a_screenshot_in_the_text_is_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("docent.ingest.scans.ocr.recognise", lambda _: Recognised(()))
        monkeypatch.setattr("docent.ingest.formats.mail.SMALL_PICTURE", 1000)
        mail = EmailMessage()
        mail.set_content("see")
        mail.add_alternative("<p>see <img src='cid:a'>", subtype="html")
        picture = write_picture(tmp_path / "x.png", "a screenshot").read_bytes()
        mail.get_payload()[1].add_related(picture, "image", "png", cid="<a>")
        mail.add_attachment("a,b\n1,2\n", filename="t.csv")
        pages = self.read(tmp_path, bytes(mail))
        assert [page.location for page in pages] == ["", "attachment t.csv, rows 1–2", "attachment attachment 2.png"]


def test_a_long_chapter_has_several_pages(tmp_path: Path) -> None:
    text = "".join(f"<h2>{number}</h2><p>{'他走了很远的路。' * 60}</p>" for number in range(20))
    path = write_epub(tmp_path / "long.epub", **{"OEBPS/text/b.xhtml": f"<body>{text}</body>".encode()})
    first, *others = parse(path).pages
    assert first.location == "第一章 远行"
    assert len(others) > 2
    assert {page.location for page in others} == {"0"}
    assert [page.number for page in others] == list(range(2, len(others) + 2))
