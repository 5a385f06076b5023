"""How much a GGUF file's model reads, from the head of the file: nothing is loaded.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (version 3, little endian).
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from docent.llm.errors import ModelFailed

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}  # bytes of a value by its type
_WHOLE = {4: "<I", 5: "<i", 10: "<Q", 11: "<q"}
_STRING, _ARRAY = 8, 9
_MOST_KEYS, _LONGEST = 10_000, 1 << 28  # a file that says more is damaged


def context_length(path: Path) -> int | None:
    """Tokens the model was trained on; None where the file does not say. Raises ModelFailed for what is no GGUF."""
    if path.is_dir():
        raise ModelFailed(
            f"{path} is a folder: name the .gguf file in it.", f"{path} 是文件夹，请写明其中的 .gguf 文件。"
        )
    try:
        with path.open("rb") as file:
            if file.read(4) != b"GGUF" or _number(file, "<I") < 2:
                raise ModelFailed(
                    f"{path.name} is no GGUF file of version 2 or later.", f"{path.name} 不是 GGUF 文件。"
                )
            _number(file, "<Q")
            for _ in range(min(_number(file, "<Q"), _MOST_KEYS)):
                key = _string(file)
                kind = _number(file, "<I")
                if key.endswith(b".context_length") and kind in _WHOLE:
                    return _number(file, _WHOLE[kind])
                _skip(file, kind)
    except OSError as error:
        raise ModelFailed(
            f"the model file {path} cannot be read ({error.strerror}): check its path.",
            f"读不到模型文件 {path}（{error.strerror}），请检查路径。",
        ) from error
    except (struct.error, KeyError, ValueError) as error:
        raise ModelFailed(f"{path.name} is damaged: fetch it again.", f"{path.name} 已损坏，请重新下载。") from error
    return None


def _number(file: BinaryIO, form: str) -> int:
    return int(struct.unpack(form, file.read(struct.calcsize(form)))[0])


def _string(file: BinaryIO) -> bytes:
    length = _number(file, "<Q")
    if length > _LONGEST:
        raise ValueError(length)
    return file.read(length)


def _skip(file: BinaryIO, kind: int) -> None:
    if kind == _STRING:
        _string(file)
    elif kind == _ARRAY:
        inner, count = _number(file, "<I"), _number(file, "<Q")
        if count > _LONGEST:
            raise ValueError(count)
        if inner in _SIZES:
            file.seek(_SIZES[inner] * count, 1)
        else:
            for _ in range(count):
                _skip(file, inner)
    else:
        file.seek(_SIZES[kind], 1)
