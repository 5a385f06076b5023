"""Peak resident memory of a process that reads the longest documents into the spool, chunks included."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from figures import Figure

PAGES = 5000
_READ = """
import json, resource, sys, time
from pathlib import Path
from docent.app.intake.reading import ReadRequest, read_file
from docent.ingest import ChunkOptions
path, target = Path(sys.argv[1]), Path(sys.argv[2])
started = time.perf_counter()
request = ReadRequest(path, path.name, target, "bundled:e5-small", target / "cache", ChunkOptions())
result = read_file(request)
print(json.dumps({"pages": result.spooled.pages, "chunks": result.spooled.chunks,
                  "seconds": time.perf_counter() - started,
                  "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def measure(data: Path) -> list[Figure]:
    """One figure for the longest PDF of the evaluation data, one for a generated one of PAGES pages."""
    import pymupdf

    lengths = {}
    for path in sorted([*data.glob("finance_en/pdfs/*.pdf"), *data.glob("zh_real/pdfs/*.pdf")]):
        with pymupdf.open(path) as document:
            lengths[path] = document.page_count
    longest = max(lengths, key=lambda path: lengths[path])
    with tempfile.TemporaryDirectory() as folder:
        generated = Path(folder) / "generated.pdf"
        _write(generated)
        return [
            _figure("peak memory, longest document here", longest, Path(folder)),
            _figure(f"peak memory, generated {PAGES} pages", generated, Path(folder)),
        ]


def _figure(what: str, path: Path, folder: Path) -> Figure:
    target = folder / path.stem
    target.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path), str(target)], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    note = f"{found['pages']} pages, {found['chunks']} chunks, {found['seconds']:.0f} s"
    return Figure(what, round(found["megabytes"]), "MB", 500, at_least=False, note=note)


def _write(path: Path) -> None:
    """Pages of prose with a running head, a page number and a ruled table each, none like another."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(PAGES))
    objects.append(f"<< /Type /Pages /Count {PAGES} /Kids [{kids}] >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number in range(1, PAGES + 1):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects) + 2} 0 R"
            " /Resources << /Font << /F 3 0 R >> >> >>".encode()
        )
        content = _content(number).encode()
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
    data, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(data)


def _content(number: int) -> str:
    """A page's content stream, y upwards."""
    texts = [
        (60, 802, 8, "Annual report of the observatory"),
        (290, 27, 8, str(number)),
        (60, 752, 14, f"{number // 20 + 1}.{number % 20 + 1} Station {number * 7919 % 10007}"),
    ]
    for line in range(30):
        words = " ".join(f"{(number * 31 + line * 17 + i) % 9973} readings on day {i + number}." for i in range(3))
        texts.append((60, 725 - 14 * line, 10, words))
    for row in range(6):
        for column in range(5):
            cell = f"{(number * row + column * 13) % 997}.{column}" if row and column else f"Head {row}{column}"
            texts.append((65 + 95 * column, 228 - 20 * row, 9, cell))
    shown = [f"BT /F {size} Tf {x} {y} Td ({text}) Tj ET" for x, y, size, text in texts]
    lines = [f"60 {242 - 20 * row} m 535 {242 - 20 * row} l S" for row in range(7)]
    lines += [f"{60 + 95 * column} 242 m {60 + 95 * column} 122 l S" for column in range(6)]
    return "\n".join(shown + lines)
