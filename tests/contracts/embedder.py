from __future__ import annotations

import numpy as np
import pytest

from docent.retrieval import Embedder


class EmbedderContract:
    """Subclass it and give a fixture `embedder`."""

    chinese = True  # False for a model that was trained on English alone

    def test_passages_are_unit_vectors_in_the_order_given(self, embedder: Embedder) -> None:
        texts = ["绿茶要用八十度的水。", "x" * 3, "The swift sleeps in the air. " * 20, "red tea"]
        vectors = embedder.embed_passages(texts)
        assert vectors.shape == (4, embedder.fingerprint.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)
        alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
        assert ((vectors * alone).sum(axis=1) > 0.995).all()

    def test_a_question_is_a_unit_vector(self, embedder: Embedder) -> None:
        vector = embedder.embed_query("绿茶用多少度的水？")
        assert vector.shape == (embedder.fingerprint.dimension,)
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)

    def test_the_right_passage_is_nearest(self, embedder: Embedder) -> None:
        passages = ["绿茶 的 最佳 冲泡 温度 是 八十度", "the swift sleeps in the air", "营业收入 同比 增长 百分之 三"]
        vectors = embedder.embed_passages(passages)
        for question, right in (("where does the swift sleep", 1), ("绿茶 冲泡 温度", 0), ("营业收入 增长", 2)):
            if right != 1 and not self.chinese:
                continue
            assert int(np.argmax(vectors @ embedder.embed_query(question))) == right

    def test_nothing_gives_no_rows(self, embedder: Embedder) -> None:
        assert embedder.embed_passages([]).shape == (0, embedder.fingerprint.dimension)

    def test_tokens_are_counted_in_proportion(self, embedder: Embedder) -> None:
        one, ten = embedder.count_tokens("营业收入"), embedder.count_tokens("营业收入，" * 10)
        assert 0 < one < ten <= 100

    def test_a_text_beyond_the_window_is_survived(self, embedder: Embedder) -> None:
        vectors = embedder.embed_passages(["word " * 3000, ""])
        assert np.isfinite(vectors).all()

    @pytest.mark.parametrize("text", ["", " \n", "a\0b", "lone \ud800 surrogate", "😀👩‍💻 ＡＢＣ ㎏"])
    def test_odd_texts_are_embedded(self, embedder: Embedder, text: str) -> None:
        assert embedder.count_tokens(text) >= 0
        vectors = np.stack([embedder.embed_query(text), embedder.embed_passages([text])[0]])
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)
