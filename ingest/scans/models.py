"""The two models in RapidOCR's package, run so that two cores are used well and memory stays bounded.

Against `RapidOCR()` as it comes: text is found on a smaller picture, lines are read in batches of one width each on
threads of their own, narrower than their height asks for where that will do, and no model asks line by line whether it
stands on its head.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

from docent.ingest.scans.outlines import outlines

THREADS = 2  # of recognition; each holds a batch
FIND_SCALE = 0.75  # of the picture in which text is looked for
MIN_FIND_SIDE = 736  # RapidOCR's limit_side_len: smaller pictures are not made smaller still
SQUEEZE = 0.75  # of a line's width at its height of 48: enough for most print, and a quarter less to compute
FAINT = 0.9  # confidence below which a line is read again in its full width, as small Latin print needs it
LINE_HEIGHT = 48  # rows of the recognition model's input
BATCH_PIXELS = 3072  # columns of a batch, each eight of them 18,710 probabilities; more go through memory, not caches
MAX_LINE = 6144  # columns of one line; longer ones are squeezed
TILE = 32  # sides of the detection model's input are multiples of it


@dataclass(frozen=True, slots=True)
class ReadLine:
    """Text of a line and the mean confidence of its characters, from 0 to 1."""

    text: str
    confidence: float


class Models:
    """Finds lines of text in a picture and reads them. Both take grey pictures as arrays (rows, columns) of bytes."""

    def __init__(self) -> None:
        self._finder = _session("det", THREADS)
        self._reader = _session("rec", 1)
        characters = self._reader.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ["", *characters, " "]  # the blank of CTC first

    def find(self, image: Any) -> Any:
        """Corners of lines, an array (lines, 4, 2) of pixels: clockwise, from the top left."""
        import cv2
        import numpy as np

        height, width = image.shape
        scale = min(1.0, max(FIND_SCALE, MIN_FIND_SIDE / min(height, width)))
        size = [max(TILE, round(side * scale / TILE) * TILE) for side in (width, height)]
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 127.5 - 1
        found = self._finder.run(None, {self._finder.get_inputs()[0].name: _three_channels(small[None])})[0]
        return outlines(found[0, 0], (height, width))

    def read(self, crops: list[Any]) -> list[ReadLine]:
        """The text of pictures of one line each."""
        made = self._read([_scaled(crop, SQUEEZE) for crop in crops])
        faint = [i for i, one in enumerate(made) if one.confidence < FAINT]
        for i, again in zip(faint, self._read([_scaled(crops[i], 1.0) for i in faint]), strict=True):
            made[i] = max(made[i], again, key=lambda one: one.confidence)
        return made

    def _read(self, lines: list[Any]) -> list[ReadLine]:
        import numpy as np

        made: list[ReadLine | None] = [None] * len(lines)

        def run(batch: list[int]) -> None:
            width = math.ceil(max(lines[i].shape[1] for i in batch) / 8) * 8
            data = np.zeros((len(batch), LINE_HEIGHT, width), np.float32)
            for row, i in enumerate(batch):
                data[row, :, : lines[i].shape[1]] = lines[i].astype(np.float32) / 127.5 - 1
            given = self._reader.run(None, {self._reader.get_inputs()[0].name: _three_channels(data)})[0]
            for i, one in zip(batch, given, strict=True):
                made[i] = self._decoded(one)

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(run, _batches([line.shape[1] for line in lines])))
        return [one for one in made if one is not None]

    def _decoded(self, probabilities: Any) -> ReadLine:
        """Best characters by CTC: repeated ones are one, and blanks go."""
        import numpy as np

        best = probabilities.argmax(axis=1)
        kept = best != 0
        kept[1:] &= best[1:] != best[:-1]
        if not kept.any():
            return ReadLine("", 0.0)
        sure = probabilities[np.flatnonzero(kept), best[kept]]
        return ReadLine("".join(self._characters[i] for i in best[kept]).strip(), float(sure.mean()))


@lru_cache(maxsize=1)
def models() -> Models:
    """The models of this process, loaded once."""
    return Models()


def _session(kind: str, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_cpu_mem_arena = False  # it would keep what the largest page needed
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # readers need the cores beside
    with as_file(files("rapidocr") / "models") as folder:
        path = max(folder.glob(f"*_{kind}_*.onnx"))  # the latest version, should there be two
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _three_channels(grey: Any) -> Any:
    """(n, rows, columns) as (n, 3, rows, columns)."""
    import numpy as np

    return np.repeat(grey[:, None], 3, axis=1)


def _scaled(crop: Any, squeeze: float) -> Any:
    import cv2

    height, width = crop.shape[:2]
    columns = min(MAX_LINE, max(16, math.ceil(LINE_HEIGHT * width / max(height, 1) * squeeze)))
    return cv2.resize(crop, (columns, LINE_HEIGHT), interpolation=cv2.INTER_LINEAR)


def _batches(widths: list[int]) -> list[list[int]]:
    """Lines of about one width together, the widest first, so that no thread is left with them at the end."""
    made: list[list[int]] = []
    for i in sorted(range(len(widths)), key=lambda one: -widths[one]):
        last = made[-1] if made else []
        widest = widths[last[0]] if last else 0
        if last and widths[i] > 0.8 * widest and (len(last) + 1) * widest <= BATCH_PIXELS:
            last.append(i)
        else:
            made.append([i])
    return made
