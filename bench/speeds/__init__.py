"""The two sides of `bench/speed.py`."""
