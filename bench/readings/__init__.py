"""The measures of `bench/reading.py`, one module each: `measure(data: Path) -> list[Figure]`."""
