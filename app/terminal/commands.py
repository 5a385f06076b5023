"""The commands that keep collections in order: remove, restore, collections, purge, reindex, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from docent.app.terminal.speaking import require_terminal, says_yes, show, show_json, warn

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from docent.app import Library
    from docent.retrieval import SearchFilter

    Command = Callable[[Library, argparse.Namespace], int]

Done = TypeVar("Done")


def where_of(arguments: argparse.Namespace) -> SearchFilter:
    """The filter of --document, --pages, --tag, --since and --until. Raises BadFilter."""
    from docent.retrieval import filter_from

    return filter_from(arguments.document, arguments.pages, arguments.tag, arguments.since, arguments.until)


def remove(library: Library, arguments: argparse.Namespace) -> int:
    """`remove DOC ...`: 1 when there is no such document."""
    removed, missing = _each(library.remove, arguments.documents)
    if arguments.json:
        show_json({"removed": [one.name for one in removed], "missing": missing})
        return 1 if missing else 0
    for one in removed:
        show(f"removed {one.name}")
        if Path(one.path).is_absolute() and Path(one.path).exists():  # an upload's path is its name
            warn(f"{one.path} still stands in its folder: the next ingest of that takes it again.")
    if removed and library.settings.undo_days:
        warn(f"`python -m app restore DOC` undoes it for {library.settings.undo_days:g} days.")
    return 1 if missing else 0


def restore(library: Library, arguments: argparse.Namespace) -> int:
    """`restore DOC ...`: 1 when one cannot be restored. Or `restore FILE` of a backup."""
    from docent.app.terminal.backup_command import is_meant, restore_from

    if is_meant(library, arguments.documents):
        return restore_from(library, arguments)
    restored, missing = _each(library.restore, arguments.documents)
    if restored and library.collection().pending():  # moved to another embedder meanwhile
        with _Bar(is_shown=not arguments.json) as tick:
            library.collection().fill_vectors(tick)
    if arguments.json:
        show_json({"restored": restored, "missing": missing})
    else:
        for name in restored:
            show(f"restored {name}")
    return 1 if missing else 0


def _each(do: Callable[[str], list[Done]], names: Sequence[str]) -> tuple[list[Done], list[str]]:
    """What was done with the documents of these names, and the names that fit none or with which it failed."""
    from docent.retrieval import DocumentNotFound, StoreError

    done: list[Done] = []
    missing: list[str] = []
    for name in names:
        try:
            done += do(name)
        except (DocumentNotFound, StoreError) as error:
            missing.append(name)
            warn(f"docent: {error}")
    return done, missing


def removed_documents(library: Library, arguments: argparse.Namespace) -> int:
    """`documents --removed`."""
    found = library.removed()
    if arguments.json:
        from docent.app.wire import removed_to_dict

        show_json({"removed": [removed_to_dict(one) for one in found], "undo_days": library.settings.undo_days})
        return 0
    from docent.app.terminal.text import removed_table

    show(removed_table(found) if found else "Nothing that was removed can be restored.")
    return 0


def collections(library: Library, arguments: argparse.Namespace) -> int:
    """`collections [list|create|rename|delete|export|import]`."""
    return _COLLECTIONS[arguments.action or "list"](library, arguments)


def _list(library: Library, arguments: argparse.Namespace) -> int:
    from docent.retrieval import binding_of, describe, forbids_remote_models

    found = []
    for one in library.collections():
        own = binding_of(library.catalog.root / one.id)
        embedder = describe(own) if own else ""
        rule = "forbidden" if forbids_remote_models(library.catalog.root / one.id) else "allowed"
        found.append(
            {"id": one.id, "name": one.name, "created": one.created, "embedder": embedder, "remote_models": rule}
        )
    if arguments.json:
        show_json({"collections": found, "default": library.settings.collection})
        return 0
    from docent.app.terminal.text import collections_table

    show(collections_table(found) if found else "No collections yet: `python -m ingest FOLDER` makes one.")
    return 0


def _create(library: Library, arguments: argparse.Namespace) -> int:
    library.create_collection(arguments.name, arguments.embedder)
    return _done(arguments, "created", arguments.name)


def _rename(library: Library, arguments: argparse.Namespace) -> int:
    library.catalog.rename(arguments.name, arguments.new)
    return _done(arguments, "renamed", arguments.new)


def _delete(library: Library, arguments: argparse.Namespace) -> int:
    library.catalog.folder(arguments.name)  # says so when there is none, before it asks
    if not arguments.yes:
        require_terminal(f"{arguments.name} is deleted for ever: say so with --yes where nobody can be asked.")
        count = len(library.documents(arguments.name))
        if not says_yes(f"Delete {arguments.name} with its {count} documents for ever?"):
            warn("nothing was deleted.")
            return 1
    library.delete_collection(arguments.name)
    return _done(arguments, "deleted", arguments.name)


def _remote_models(library: Library, arguments: argparse.Namespace) -> int:
    from docent.app.identity.access import Role
    from docent.retrieval import set_remote_models

    rule = "allowed" if arguments.rule == "allow" else "forbidden"
    library.collection(arguments.name, Role.ADMIN)  # says so when there is none
    set_remote_models(library.catalog.folder(arguments.name), allowed=arguments.rule == "allow")
    if arguments.json:
        show_json({"name": arguments.name, "remote_models": rule})
    else:
        show(f"{arguments.name}: models elsewhere are {rule}")
    return 0


def _export(library: Library, arguments: argparse.Namespace) -> int:
    from docent.app.upkeep import export_to

    count = export_to(library, arguments.name, arguments.file)
    if arguments.json:
        show_json({"exported": arguments.name, "documents": count, "file": str(arguments.file)})
    else:
        show(f"exported {arguments.name}: {count} documents in {arguments.file}")
    return 0


def _import(library: Library, arguments: argparse.Namespace) -> int:
    from docent.app.upkeep import import_from

    return _done(arguments, "imported", import_from(library, arguments.file, arguments.name, arguments.embedder))


def _done(arguments: argparse.Namespace, what: str, name: str) -> int:
    if arguments.json:
        show_json({what: name})
    else:
        show(f"{what} {name}")
    return 0


def backup(library: Library, arguments: argparse.Namespace) -> int:
    """`backup FILE`."""
    from docent.app.terminal.backup_command import backup_to

    return backup_to(library, arguments)


_COLLECTIONS: dict[str, Command] = {
    "list": _list, "create": _create, "rename": _rename, "delete": _delete, "remote-models": _remote_models,
    "export": _export, "import": _import,
}  # fmt: skip


def purge(library: Library, arguments: argparse.Namespace) -> int:
    """`purge`: 1 when something could not be purged yet."""
    from docent.app.upkeep import purge_library

    report = purge_library(library, arguments.collection, arguments.wait)
    if arguments.json:
        show_json({"bytes_before": report.before, "bytes_after": report.after, "left": list(report.reasons)})
    else:
        for reason in report.reasons:
            warn(f"docent: {reason}")
        if not report.reasons:
            freed = max(report.before - report.after, 0)
            show(f"purged: {freed / 1e6:.1f} MB went, {report.after / 1e6:.1f} MB are left")
    return 1 if report.reasons else 0


def reindex(library: Library, arguments: argparse.Namespace) -> int:
    """`reindex --embedder SPEC`, or `reindex --stop`."""
    from docent.app.upkeep import move_collection, stop_move

    if arguments.stop:
        was = stop_move(library)
        show_json({"stopped": was}) if arguments.json else show("stopped" if was else "there was nothing to stop")
        return 0
    with _Bar(is_shown=not arguments.json) as tick:
        done = move_collection(library, arguments.embedder, progress=tick)
    if arguments.json:
        show_json({"embedder": arguments.embedder, "embedded": done})
    else:
        show(f"the collection is embedded by {arguments.embedder} now ({done} passages embedded)")
    return 0


class _Bar:
    """A progress bar on stderr."""

    def __init__(self, *, is_shown: bool) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._progress = Progress(console=Console(stderr=True), transient=True, disable=not is_shown)
        self._task = self._progress.add_task("embedding", total=None)

    def __enter__(self) -> Callable[[int, int], None]:
        self._progress.start()
        return lambda done, total: self._progress.update(self._task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def doctor(library: Library, arguments: argparse.Namespace) -> int:
    """`doctor [--fix]`: 1 when something is wrong and was not mended."""
    from docent.app.doctor import examine

    report = examine(library, arguments.collection, fix=arguments.fix)
    if arguments.json:
        from docent.app.wire import checkup_to_dict

        show_json(checkup_to_dict(report))
    else:
        from docent.app.terminal.text import checkup_text

        show(checkup_text(report))
    return 0 if report.is_healthy else 1


COMMANDS: dict[str, Command] = {
    "remove": remove, "restore": restore, "collections": collections, "purge": purge, "reindex": reindex,
    "doctor": doctor, "backup": backup,
}  # fmt: skip
