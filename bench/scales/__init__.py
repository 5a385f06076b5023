"""The measures of `bench/scale.py`."""
