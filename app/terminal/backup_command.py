"""`backup` and `restore` of a whole data directory at the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docent.app.restoring import is_backup, restore_backup
from docent.app.terminal.speaking import show, show_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from docent.app import Library
    from docent.app.backup import Backup


def backup_to(library: Library, arguments: argparse.Namespace) -> int:
    """`backup FILE`."""
    from docent.app.backup import back_up

    return _told(back_up(library, arguments.file), arguments, "backed_up", f"backed up in {arguments.file}")


def is_meant(library: Library, names: Sequence[str]) -> bool:
    """Whether `restore` names a file and no removed document; where both are called so, a backup goes first."""
    if len(names) != 1:
        return False
    path = Path(names[0])
    if not path.is_file():
        return path.suffix.lower() == ".zip" and not _was_removed(library, names[0])
    return is_backup(path) or not _was_removed(library, names[0])


def _was_removed(library: Library, name: str) -> bool:
    return library.database.path.exists() and any(one.is_called(name) for one in library.removed())


def restore_from(library: Library, arguments: argparse.Namespace) -> int:
    """`restore FILE`, into a data directory that holds nothing."""
    (name,) = arguments.documents
    where = library.settings.data_dir
    return _told(restore_backup(Path(name), where), arguments, "restored", f"restored into {where}")


def _told(done: Backup, arguments: argparse.Namespace, key: str, words: str) -> int:
    from docent.app.terminal.text import local_time

    names = ", ".join(done.collections) or "none"
    if arguments.json:
        show_json({key: list(done.collections), "documents": done.documents, "made": done.made})
    else:
        show(f"{words}: {done.documents} documents; collections: {names} (as of {local_time(done.made)})")
    return 0
