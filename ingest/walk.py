"""The files below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def walk(root: Path) -> Iterator[Path]:
    """Every regular file below `root` in a stable order, hidden ones and lock files of office programs aside.

    Symbolic links to folders are not followed, so a loop cannot trap the walk.
    """
    if root.is_file():
        yield root
        return
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder) / name
            if not name.startswith((".", "~$")) and path.is_file():
                yield path
