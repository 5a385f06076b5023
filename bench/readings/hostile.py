"""Hostile files: each is read in a fresh process, and does what its manifest expects within its time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

from figures import Figure

_READ = """
import json, resource, sys, time
from pathlib import Path
from docent.ingest import IngestError, ParseOptions, parse
started = time.perf_counter()
try:
    document = parse(Path(sys.argv[1]), options=ParseOptions(password=sys.argv[2] or None))
    found = {"text": "\\n".join(p.text for p in document.pages), "pages": len(document.pages),
             "warnings": [w for p in document.pages for w in p.report.warnings],
             "sources": [p.report.source for p in document.pages]}
except IngestError as error:
    found = {"error": type(error).__name__, "reason": str(error)}
found["seconds"] = time.perf_counter() - started
found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(found))
"""


def measure(data: Path) -> list[Figure]:
    """Files that behave, and the longest and largest of them."""
    rows = (data / "hostile" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(row) for row in rows]
    wrong = []
    seconds = megabytes = 0.0
    for entry in entries:
        problem, found = _problem(data / "hostile" / "pdfs" / entry["file"], entry)
        seconds, megabytes = max(seconds, found.get("seconds", 0)), max(megabytes, found.get("megabytes", 0))
        if problem:
            wrong.append(f"{entry['file']}: {problem}")
    note = f"longest {seconds:.1f} s, largest {megabytes:.0f} MB" + "".join(f"\n{one}" for one in wrong)
    right = len(entries) - len(wrong)
    return [Figure("hostile files that do as expected", right, "files", len(entries), note=note)]


def _problem(path: Path, entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    found = _read(path, "", entry["max_seconds"])
    expected = entry["expect"]
    if expected == "needs_password":
        if found.get("error") != "PasswordRequired":
            return f"did not ask for a password: {found}", found
        found = _read(path, entry["password"], entry["max_seconds"])
        expected = entry["then_expect"]
    if found.get("crash"):
        return found["crash"], found
    if found["seconds"] > entry["max_seconds"] or found["megabytes"] > entry["max_rss_mb"]:
        return f"{found['seconds']:.1f} s, {found['megabytes']:.0f} MB", found
    return _OUTCOMES[expected](found, entry), found


def _read(path: Path, password: str, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-c", _READ, str(path), password]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=2 * seconds + 30, check=False)
    except subprocess.TimeoutExpired:
        return {"crash": "hangs"}
    if done.returncode:
        return {"crash": f"ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}"}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _text(found: dict[str, Any], entry: dict[str, Any]) -> str:
    if "error" in found:
        return f"refused: {found['reason']}"
    if "pages" in entry and found["pages"] != entry["pages"]:
        return f"{found['pages']} pages"
    return _lacks(found, entry, entry["must_contain"])


def _lacks(found: dict[str, Any], entry: dict[str, Any], wanted: list[str]) -> str:
    text = _plain(found["text"])
    for one in map(_plain, wanted):
        if one not in text and not (entry.get("match") == "nfkc_or_reversed" and one[::-1] in text):
            return f"lacks {one!r}"
    return ""


def _empty(found: dict[str, Any], _: dict[str, Any]) -> str:
    if "error" in found:
        return f"refused: {found['reason']}"
    return f"has text: {found['text'][:80]!r}" if any(map(str.isalnum, found["text"])) else ""


def _needs_ocr(found: dict[str, Any], entry: dict[str, Any]) -> str:
    if "error" in found:
        return f"refused: {found['reason']}"
    if not found["warnings"]:
        return f"says nothing, text {found['text'][:60]!r}"
    return _lacks(found, entry, entry.get("must_contain_if_ocr", []))


def _reject(found: dict[str, Any], _: dict[str, Any]) -> str:
    return "" if "error" in found else "was taken"


def _anything(_: dict[str, Any], __: dict[str, Any]) -> str:
    return ""


_OUTCOMES = {
    "ok_text": _text, "ok_text_untrusted": _text, "ok_empty": _empty, "needs_ocr": _needs_ocr, "reject": _reject,
    "any_no_crash": _anything,
}  # fmt: skip


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
