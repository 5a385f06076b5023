from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from docent.ingest import DocentError, Document, parse


class ParserContract:
    """Subclass it; give fixtures `good` (a file) and `words` (texts in it, in reading order), and `broken` files."""

    paged = True

    @pytest.fixture
    def document(self, good: Path) -> Document:
        return parse(good)

    def test_identity_is_the_hash_of_the_bytes(self, document: Document, good: Path) -> None:
        assert document.id == hashlib.sha256(good.read_bytes()).hexdigest()
        assert document.name == good.name

    def test_pages_count_from_one(self, document: Document) -> None:
        assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))

    def test_words_come_in_reading_order(self, document: Document, words: list[str]) -> None:
        text = "".join("".join(page.text.split()) for page in document.pages)
        places = [text.find("".join(word.split())) for word in words]
        assert -1 not in places
        assert places == sorted(places)

    def test_spans_cover_the_text_and_lie_on_the_page(self, document: Document) -> None:
        for page in document.pages:
            for block in page.blocks:
                covered = set()
                for span in block.spans:
                    assert span.page == page.number
                    assert 0 <= span.start < span.end <= len(block.text)
                    covered.update(range(span.start, span.end))
                    if self.paged:
                        assert span.box is not None
                        x0, y0, x1, y1 = span.box
                        assert -2 <= x0 < x1 <= page.width + 2
                        assert -2 <= y0 < y1 <= page.height + 2
                assert all(i in covered or block.text[i].isspace() for i in range(len(block.text)))

    def test_reading_twice_gives_the_same(self, document: Document, good: Path) -> None:
        assert parse(good) == document

    def test_a_broken_file_is_a_sentence_that_names_it(self, broken: list[Path]) -> None:
        assert broken
        for path in broken:
            with pytest.raises(DocentError) as caught:
                parse(path)
            assert path.name in str(caught.value)
            assert str(path.parent) not in str(caught.value)
