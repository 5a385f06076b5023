"""The page's HTML: nothing that documents, models or readers wrote becomes markup, and both languages are whole."""

from __future__ import annotations

import ast
import json
import re
import string
from dataclasses import asdict, fields, replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from docent.app.history.answer_records import without
from docent.ingest import Chunk, Span
from docent.llm import Answer, Citation, CitedBox, Done, Notice, Retrieved, Statement, Step, Token
from docent.retrieval import Copy, DocumentInfo, DocumentRef, Hit, RemovedDocument
from docent.ui.conversation import Exchange, advance, stop
from docent.ui.document_list import render_documents
from docent.ui.markup import to_html
from docent.ui.page_notes import page_notes, telling
from docent.ui.places import citation_target, place_of
from docent.ui.removed import render_removed
from docent.ui.render import (
    render_answer,
    render_conversation,
    render_empty,
    render_exchange,
)
from docent.ui.shell import (
    STYLES,
    conversations_shell,
    deep_switch,
    documents_shell,
    leaving_note,
    narrowed_bar,
    small_print,
    source_shell,
    strict_switch,
    top_bar,
    unreachable_note,
)
from docent.ui.texts import CHINESE, ENGLISH, Texts, texts
from docent.ui.wish import Wish

EVIL = "<img src=x onerror=alert(1)>\"'&`${alert(1)}{{value}}</button><script>alert(1)</script>"
STATIC = Path(__file__).parent.parent / "ui" / "static"


def hit(text: str = EVIL, name: str = EVIL, heading: str = EVIL, *, paged: bool = True) -> Hit:
    box = (10.0, 20.0, 90.0, 30.0) if paged else None
    chunk = Chunk("0" * 64, 0, text, heading, (Span(3, box, 0, len(text)),))
    return Hit(1, chunk, DocumentRef("0" * 64, name, name), 0.5, {"lexical": 1})


def citation(found: Hit, number: int = 1, *, verified: bool = True) -> Citation:
    boxes = tuple(CitedBox(span.page, span.box) for span in found.chunk.spans if span.box)
    return Citation(number, found, found.chunk.text, 3, boxes, verified)


def test_a_place_has_no_marks_of_markdown() -> None:
    found = hit("Bake it.", "notes.md", "Recipes > Bread **dough** > Baking at *high* heat", paged=False)
    assert place_of(found, 1, ENGLISH) == "Recipes › Baking at high heat"


def answer(text: str, *citations: Citation, refused: bool = False, hits: tuple[Hit, ...] = ()) -> Answer:
    return Answer("q", text, citations, hits, refused, "q", "echo")


def document(**fields_: object) -> DocumentInfo:
    known = {
        "id": "0" * 64, "name": "a.pdf", "media_type": "application/pdf", "paths": (), "pages": 2, "chunks": 4,
        "vectors": 4, "size": 1, "added": "2026-01-01",
    }  # fmt: skip
    return DocumentInfo(**{**known, **fields_})  # type: ignore[arg-type]


class Tags(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("words", [ENGLISH, CHINESE])
def test_hostile_text_stays_text(words: Texts) -> None:
    found = hit()
    pages = [
        render_answer(answer(f"{EVIL} [1]", citation(found)), words),
        render_answer(answer(f"{EVIL} [1]", citation(found, verified=False)), words),
        render_answer(answer(EVIL, refused=True, hits=(found, hit(paged=False))), words),
        render_exchange(Exchange(EVIL, text=EVIL, notice=EVIL), words),
        render_exchange(Exchange(EVIL, step=EVIL), words),
        render_exchange(Exchange(EVIL, error=EVIL), words),
        render_exchange(Exchange(EVIL, answer=answer(EVIL, citation(found), hits=(found,))), words, EVIL),
        render_exchange(Exchange(EVIL, answer=answer(EVIL, citation(found)), missing=frozenset({"0" * 64})), words),
        render_documents([document(name=EVIL, warnings=(EVIL, f"page 1: {EVIL}"))], words),
        render_empty(1, [EVIL], words),
        render_removed([RemovedDocument("0" * 64, EVIL, (), 2, 1, "2026-01-01")], words),
    ]
    for html in pages:
        seen = Tags(html)
        assert not {"img", "script"} & seen.tags, html
        assert not {name for name in seen.attributes if name.startswith("on")}, html


def test_a_citation_carries_what_the_script_needs() -> None:
    html = render_answer(answer("So it is. [1]", citation(hit("So it is", "a.pdf", ""))), ENGLISH)
    target = json.loads(unescape(re.findall(r'data-cite="([^"]*)"', html)[0]))
    expected = {"id": "0" * 64, "collection": "", "name": "a.pdf", "number": 1, "page": 3, "quote": "So it is"}
    assert target == {**expected, "boxes": [[3, 10.0, 20.0, 90.0, 30.0]]}
    assert 'aria-label="Source 1: a.pdf, page 3"' in html


def test_a_number_that_is_no_citation_stays_text() -> None:
    html = render_answer(answer("As [7] says. [1]", citation(hit("x", "a.pdf", ""))), ENGLISH)
    assert "[7]" in html
    assert html.count('<button type="button" class="cite"') == 1


def test_a_doubtful_citation_says_so() -> None:
    html = render_answer(answer("Yes. [1]", citation(hit("x", "a.pdf", ""), verified=False)), ENGLISH)
    assert "cite doubtful" in html
    assert ENGLISH.unverified in html


def statements(text: str, *doubtful: str) -> tuple[Statement, ...]:
    """The doubtful parts of a text; everything else is verified."""
    found = [(text.index(one), text.index(one) + len(one)) for one in doubtful]
    return tuple(Statement(start, end, (), verified=False) for start, end in found)


@pytest.mark.parametrize(
    ("text", "doubtful", "marked"),
    [
        ("It is so. [1] It is not.", ["It is not."], ["It is not."]),
        ("- One.\n- Two **is** bold.\n", ["- Two **is** bold."], ["Two ", "is", " bold."]),
        ("## Head\nA line\nand more. [1] End.", ["A line\nand more."], ["A line", "and more."]),
        ("**Bold. Half** bold.", ["Half** bold."], ["Half", " bold."]),
        ("A [1] in the middle. Sure.", ["A [1] in the middle."], ["A", " in the middle."]),
        (f"Sure. {EVIL}", [EVIL], [EVIL]),
        ("Sure.", [], []),
    ],
)
def test_what_no_document_says_is_underlined(text: str, doubtful: list[str], marked: list[str]) -> None:
    told = replace(answer(text, citation(hit("x", "a.pdf", ""))), statements=statements(text, *doubtful))
    html = render_answer(told, ENGLISH)
    found = re.findall(r'<span class="unsupported"[^>]*>(.*?)</span>', html, re.DOTALL)
    assert "".join(unescape(one) for one in found) == "".join(marked)
    assert (ENGLISH.unsupported in html) is bool(doubtful)
    assert not re.search("[\ufdd0\ufdd1]", html)
    bare = re.sub(
        r'<span class="(?:sr|unsupported)"[^>]*>| \(not supported by the documents\)</span>|</span>', "", html
    )
    plain = re.sub("</span>", "", render_answer(replace(told, statements=()), ENGLISH))
    assert bare.replace(f'<p class="legend" role="note">{ENGLISH.unsupported}</p>', "") == plain
    assert not {"img", "script"} & Tags(html).tags


def test_signs_in_a_document_s_text_mark_nothing() -> None:
    text = "\ufdd0Sure.\ufdd1 Not sure."
    told = replace(answer(text), statements=statements(text, "Not sure."))
    html = render_answer(told, ENGLISH)
    assert re.findall(r'<span class="unsupported"[^>]*>(.*?)</span>', html) == ["Not sure."]


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_what_was_removed_since_says_so_and_opens_nothing(words: Texts) -> None:
    shown = answer("So. [1]", citation(hit("x", "a.pdf", "")), hits=(hit("x", "a.pdf", ""),))
    exchange = Exchange("q", answer=shown, missing=frozenset({"0" * 64}))
    html = render_exchange(exchange, words)
    assert html.count(words.removed_since) >= 3
    assert "data-cite" not in html
    assert words.purged not in html
    purged = without(shown, {"0" * 64})
    html = render_exchange(replace(exchange, answer=purged), words)
    assert words.purged in html
    assert "a.pdf" not in html
    refusal = render_answer(answer("No.", refused=True, hits=(hit("near", "a.pdf", ""),)), words, {"0" * 64})
    assert "near" not in refusal.replace(words.nearest, "")


def test_how_an_answer_was_found_is_told_on_demand() -> None:
    found = replace(hit("x", "a.pdf", ""), ranks={"dense": 2, "lexical": 1, "new": 7})
    exchange = Exchange("q", answer=answer("So.", citation(found), hits=(found,)))
    html = render_exchange(exchange, CHINESE)
    assert "语义第 2 位 · 关键词第 1 位 · new 第 7 位" in html
    assert CHINESE.searched_for.format(query="q") in html


def test_only_the_last_answer_can_be_asked_anew() -> None:
    conversation = (Exchange("a", answer=answer("A")), Exchange("b", answer=replace(answer("B"), model="curated")))
    html = render_conversation(conversation, ENGLISH)
    first, second = html.split("</article>")[:2]
    for action in ("again", "edit", "anyway"):
        assert f'data-action="{action}"' not in first
        assert f'data-action="{action}"' in second
    assert 'data-action="copy"' in first
    assert ENGLISH.curated in second
    assert "data-action" not in render_exchange(Exchange("live"), ENGLISH)
    stopped = render_exchange(Exchange("q", stopped=True, kept=True), ENGLISH)
    assert ENGLISH.unanswered in stopped
    assert 'data-action="copy"' not in stopped
    assert f'data-action="again">{ENGLISH.again}<' in stopped, "in words, where nothing else can be done"


def test_a_place_without_pages_is_named_by_its_heading() -> None:
    found = hit("x", "a.md", "Manual > Torque", paged=False)
    html = render_answer(answer("Yes. [1]", citation(found)), ENGLISH)
    assert '<span class="above">Manual</span><span> › Torque</span>' in html
    assert "page 3" not in html


def test_copies_are_named_and_escaped() -> None:
    elsewhere = tuple(Copy(DocumentRef("1" * 64, name, name), (4, 5)) for name in ("b.pdf", EVIL, "c.pdf", "d.pdf"))
    found = replace(hit("x", "a.pdf", ""), copies=elsewhere)
    html = render_answer(answer("Yes. [1]", citation(found)), CHINESE)
    assert "相同文字还见于：b.pdf, 第 4 页" in html
    assert EVIL not in html
    assert "d.pdf" not in html
    assert "also" not in render_answer(answer("Yes. [1]", citation(hit("x", "a.pdf", ""))), CHINESE)


def test_a_refusal_shows_the_nearest_passages() -> None:
    html = render_answer(answer("No.", refused=True, hits=(hit("near", "a.pdf", ""),)), CHINESE)
    assert CHINESE.nearest in html
    assert "near" in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a **b** `c`", "<p>a <strong>b</strong> <code>c</code></p>"),
        ("- a\n- b\n  c", "<ul><li>a</li><li>b<br>c</li></ul>"),
        ("2. a\n3. b", '<ol start="2"><li>a</li><li>b</li></ol>'),
        ("```py\n<b>\n```\nz", "<pre><code>&lt;b&gt;</code></pre><p>z</p>"),
        ("```\nnever closed", "<pre><code>never closed</code></pre>"),
        ("## T\nx\ny", "<p><strong>T</strong></p><p>x<br>y</p>"),
        ("[a](javascript:alert(1)) ![b](http://c/d.png)", "<p>[a](javascript:alert(1)) ![b](http://c/d.png)</p>"),
        ("**unclosed and * alone", "<p>**unclosed and * alone</p>"),
        ("**a [1]**", '<p><strong><span class="kept">a<i>1</i></span></strong></p>'),
        ("of the day. [1][2]", '<p>of the <span class="kept">day.<i>1</i><i>2</i></span></p>'),
        ("最近一次备份是否成功。[1]", '<p>最近一次备份是否成<span class="kept">功。<i>1</i></span></p>'),
        ("", ""),
    ],
)
def test_markdown_is_a_safe_subset(text: str, html: str) -> None:
    assert to_html(text, lambda number: f"<i>{number}</i>") == html


def test_an_exchange_grows_with_its_events() -> None:
    exchange = Exchange("q")
    assert ENGLISH.searching in render_exchange(exchange, ENGLISH)
    exchange = advance(exchange, Retrieved((), "q"))
    assert ENGLISH.writing in render_exchange(exchange, ENGLISH)
    exchange = advance(exchange, Step("thinking"))
    assert "thinking" in render_exchange(exchange, ENGLISH)
    exchange = advance(advance(exchange, Token("Half ")), Token("an answer [1]"))
    assert '<span class="cite pending">1</span>' in render_exchange(exchange, ENGLISH)
    exchange = advance(exchange, Notice("The model failed."))
    assert exchange.text == ""
    exchange = advance(exchange, Done(answer("The end.")))
    assert not exchange.live
    assert "The end." in render_exchange(exchange, ENGLISH)


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_what_was_searched_is_shown_where_it_is_not_what_was_typed(words: Texts) -> None:
    said = words.searched_for.format(query="x").removesuffix("x")
    typed = advance(Exchange("And in 2021?"), Retrieved((), "And in 2021?"))
    meant = advance(Exchange("And in 2021?"), Retrieved((), f"What was it in 2021? {EVIL}"))
    assert said not in render_exchange(typed, words)
    assert said in render_exchange(meant, words)
    assert EVIL not in render_exchange(meant, words)
    done = advance(meant, Done(answer("So.")))
    assert said in render_exchange(done, words)


def test_stopping_keeps_what_was_written() -> None:
    conversation = (Exchange("a", answer=answer("A")), Exchange("b", text="half"))
    ended = stop(conversation)
    assert not any(one.live for one in ended)
    html = render_conversation(ended, CHINESE)
    assert "half" in html
    assert CHINESE.stopped in html


def test_warnings_of_pages_are_put_together() -> None:
    scan, damaged = "a scan, read by OCR", "damaged: nothing could be read from this page"
    cut = "page 1: the file is damaged or cut off: 0 of its 4 pages could be read"
    assert telling([cut, f"page 1: {damaged}", f"page 1: {scan}"]) == [cut], "not each page as well"
    assert telling([f"page 1: {damaged}"]) == [f"page 1: {damaged}"]
    warnings = [*(f"page {n}: {scan}" for n in (1, 2, 3, 7)), f"page 5: {damaged}", "page 6: something new"]
    assert page_notes(warnings, ENGLISH) == [
        "Pages 1-3, 7: a scan, read by OCR",
        "Page 5: damaged: nothing could be read from this page",
        "Page 6: something new",
    ]
    assert page_notes(warnings[::-1], ENGLISH) == page_notes(warnings, ENGLISH)
    assert page_notes(warnings[:3], CHINESE) == ["第 1-3 页：扫描件，已用 OCR 识别"]
    assert page_notes(["page 1: only the first 12 rows were read"], CHINESE) == ["第 1 页：只读取了前 12 行"]


def test_a_scan_that_was_read_is_no_warning() -> None:
    html = render_documents([document(warnings=("page 1: a scan, read by OCR", "page 2: a new doubt"))], ENGLISH)
    assert '<li>Page 2: a new doubt</li><li class="quiet">Page 1: a scan, read by OCR</li>' in html


def test_a_card_shows_no_marks_and_its_target_keeps_them() -> None:
    text = "# Times\n- **Recovery point**: run `vaultctl` at 5 * 3 - 1\n> said"
    html = render_answer(answer("Yes [1].", citation(hit(text, "a.md"))), ENGLISH)
    assert '<span class="snippet">Times Recovery point: run vaultctl at 5 * 3 - 1 said</span>' in html
    assert citation_target(citation(hit(text, "a.md")))["quote"] == text
    broken = render_answer(answer("Yes [1].", citation(hit("如果存储长度大于此 \n值 a\nb", "a.md"))), ENGLISH)
    assert '<span class="snippet">如果存储长度大于此值 a b</span>' in broken


def test_all_warnings_of_the_reader_have_words() -> None:
    found = set()
    for path in (Path(__file__).parent.parent / "ingest").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr="warnings") | ast.Name(id="warnings" | "said"))
                ):
                    found.update(one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    sentences = {one for one in found if isinstance(one, str) and " " in one.strip() and "{" not in one}
    whole = [one for one in sentences if not one.endswith((" ", ":")) and not one.startswith(" ")]
    whole += [f"{why}, read by OCR" for why in ("a scan", "unreadable text", "text layer ignored")]
    assert len(whole) > 6
    for warning in whole:
        shown = page_notes([f"page 1: {warning}"], CHINESE)[0].replace("OCR", "").replace("Excel", "")
        assert not re.search("[A-Za-z]", shown), warning


@pytest.mark.parametrize(
    ("info", "word"),
    [
        (document(), ENGLISH.ready),
        (document(vectors=1), "25 %"),
        (document(chunks=0, vectors=0), ENGLISH.empty_document),
        (document(pages=1), "1 page"),
        (document(media_type="text/plain"), ENGLISH.no_pages),
    ],
)
def test_a_document_shows_its_state(info: DocumentInfo, word: str) -> None:
    assert word in render_documents([info], ENGLISH)


def test_a_document_shows_its_tags_as_text() -> None:
    shown = render_documents([document(tags=("税务", "<b>draft</b>"))], ENGLISH)
    assert ">#税务</button>" in shown
    assert 'data-value="&lt;b&gt;draft&lt;/b&gt;"' in shown
    assert ">#&lt;b&gt;draft&lt;/b&gt;</button>" in shown
    assert "<b>" not in shown


def test_the_empty_page_says_what_to_do() -> None:
    assert ENGLISH.empty_title in render_empty(0, [], ENGLISH)
    assert "<button" in render_empty(0, [], ENGLISH, "editor")
    for role, title in (("reader", CHINESE.reader_empty_title), ("", CHINESE.unshared_title)):
        shown = render_empty(0, [], CHINESE, role)
        assert title in shown
        assert "<button" not in shown
    assert CHINESE.example.format(topic="保修") in render_empty(2, ["保修"], CHINESE)


def test_both_languages_are_complete() -> None:
    for field in fields(Texts):
        english, chinese = getattr(ENGLISH, field.name), getattr(CHINESE, field.name)
        assert english.strip(), field.name
        assert chinese.strip(), field.name
        holes = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, chinese)]
        # A language without plurals may leave a count to the word itself, but never needs more than the other.
        assert holes[1] <= holes[0] | {"count"}, field.name
    assert texts("zh-TW") is CHINESE
    assert texts("fr") is ENGLISH


def test_every_word_that_the_page_names_exists_and_none_is_left_over() -> None:
    shell = top_bar() + documents_shell(5) + conversations_shell() + deep_switch() + small_print() + source_shell()
    shell += leaving_note("models.example") + strict_switch() + narrowed_bar() + unreachable_note()
    named = set(re.findall(r'data-t(?:-label)?="(\w+)"', shell))
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.js"))
    named |= set(re.findall(r"(?:say|action)\('(\w+)'", scripts)) | set(re.findall(r"worded\(.*, '(\w+)'\)", scripts))
    named |= set(re.findall(r"label\('[^']+', '(\w+)'\)", scripts))
    named |= {word for pair in re.findall(r"say\(\w+ \? '(\w+)' : '(\w+)'\)", scripts) for word in pair}
    known = set(asdict(ENGLISH))
    assert named <= known
    python = "\n".join(path.read_text(encoding="utf-8") for path in STATIC.parent.glob("*.py"))
    used = named | set(re.findall(r"(?:words|texts\(language\))\.(\w+)", python))
    used |= {word for word in known if word.endswith(("_one", "_many"))} | {"queued", "sending", "cancelled"}
    assert known - used == set()


def test_the_note_of_a_remote_model_names_its_host_and_there_is_none_for_one_here() -> None:
    assert 'data-t-host="a&quot;b"' in leaving_note('a"b')
    assert " hidden" in leaving_note("")
    assert " hidden" not in leaving_note("a")


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", '{"conversation": 3, "collection": null, "deep": "yes"}'])
def test_a_wish_that_makes_no_sense_is_none(text: str) -> None:
    assert Wish.read(text) == Wish()


def test_a_wish_is_read() -> None:
    sent = {"conversation": "a", "collection": "b", "question": "c", "deep": True, "curated": False, "more": 1}
    assert Wish.read(json.dumps(sent)) == Wish("a", "b", "c", deep=True, curated=False)


def test_the_styles_ask_nobody_else() -> None:
    for name in STYLES:
        assert "http" not in (STATIC / name).read_text(encoding="utf-8")
