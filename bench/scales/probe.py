"""Searches of one collection in a process of its own: milliseconds of each, and the memory it holds at the end.

python -m scales.probe DATA_DIR REAL_FOLDER COUNT
"""

from pathlib import Path


def anonymous_megabytes() -> float:
    """RssAnon of this process: what it has allocated, without the files it maps."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1024


EMPTY = anonymous_megabytes() if __name__ == "__main__" else 0.0  # before anything is imported


def main() -> None:
    import json
    import sys
    import time

    from scales.remembered import collection_of, questions_of

    data_dir, real, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    questions, vectors = questions_of(real)
    collection = collection_of(data_dir, questions, vectors)
    for question in questions[: count // 4]:
        collection.search(question)
    milliseconds, stages = [], []
    for question in questions[-count:]:
        started = time.perf_counter()
        result = collection.search(question)
        milliseconds.append(1000 * (time.perf_counter() - started))
        stages.append(result.timings_ms)
    found = {"ms": milliseconds, "stages": stages, "megabytes": anonymous_megabytes() - EMPTY}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
