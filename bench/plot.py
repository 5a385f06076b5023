"""Draw what a search costs as a collection grows, from a result of `bench/scale.py`, for the README.

python bench/plot.py bench/results/scale-COMMIT.json docs/images/scale.svg
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

STAGES = {"lexical": ("by words", "#1f6f8b"), "dense": ("by meaning", "#99a8b2"), "fusion": ("joining", "#e6d5b8")}
WIDTH, LEFT, RIGHT, BAR, STEP, TOP = 720, 150, 90, 26, 44, 56
FONT = 'font-family="system-ui, sans-serif" font-size="14"'


def main() -> None:
    rows = json.loads(Path(sys.argv[1]).read_bytes())
    searches = [row for row in rows if row["what"].startswith("search without embedding")]
    Path(sys.argv[2]).write_text(drawing(searches), encoding="utf-8")


def drawing(searches: list[dict[str, object]]) -> str:
    """One bar a size, in milliseconds."""
    scale = (WIDTH - LEFT - RIGHT) / max(float(str(row["value"])) for row in searches)
    height = TOP + STEP * len(searches) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" {FONT}>',
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#ffffff"/>',
    ]
    for place, (name, colour) in enumerate(STAGES.values()):
        x = LEFT + 130 * place
        parts.append(f'<rect x="{x}" y="18" width="14" height="14" fill="{colour}"/>')
        parts.append(f'<text x="{x + 20}" y="30" fill="#333">{name}</text>')
    for place, row in enumerate(searches):
        y, x = TOP + STEP * place, float(LEFT)
        beside: dict[str, float] = row["beside"]  # type: ignore[assignment]
        size = str(row["what"]).split(", ", 1)[1].removesuffix(", p50")
        parts.append(f'<text x="{LEFT - 12}" y="{y + 18}" text-anchor="end" fill="#333">{size}</text>')
        for stage, (_, colour) in STAGES.items():
            width = beside[f"{stage}, ms"] * scale
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>')
            x += width
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 18}" fill="#333">{row["value"]:.1f} ms</text>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    main()
