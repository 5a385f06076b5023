"""Check that every answer in ``questions.jsonl`` stands on a page it names: ``python samples/check_questions.py``.

White space and the forms of full-width characters do not count. The scanned notice has no text to read, so its
answers are looked up in the text it was printed from.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import notice
import pymupdf

SAMPLES = Path(__file__).parent.parent


def main() -> int:
    lines = (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    faults = [fault for row in rows for fault in faults_of(row)]
    if len({row["id"] for row in rows}) < len(rows):
        faults.append("two questions share an id")
    print(*faults, f"{len(rows)} questions, {len(faults)} faults", sep="\n")
    return int(bool(faults))


def faults_of(row: dict[str, Any]) -> list[str]:
    if row["unanswerable"]:
        empty = row["doc"] is None and not row["pages"] and not row["answers"]
        return [] if empty else [f"{row['id']}: an unanswerable question names an answer"]
    pages = pages_of(row["doc"])
    texts = {number: pages[number - 1] for number in row["pages"]}
    faults = [f"{row['id']}: not found: {a}" for a in row["answers"] if not stands_in(a, texts.values())]
    idle = [n for n, text in texts.items() if not any(plain(a) in text for a in row["answers"])]
    return faults + [f"{row['id']}: page {number} holds no answer" for number in idle]


def stands_in(answer: str, texts: Iterable[str]) -> bool:
    return any(plain(answer) in text for text in texts)


@cache
def pages_of(name: str) -> list[str]:
    """Plain text of each page of a sample."""
    if name == "scanned-notice.pdf":
        return [plain(notice.TEXT)]
    if name.endswith(".md"):
        return [plain((SAMPLES / name).read_text(encoding="utf-8"))]
    with pymupdf.open(SAMPLES / name) as pdf:
        return [plain(page.get_text()) for page in pdf]


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


if __name__ == "__main__":
    sys.exit(main())
