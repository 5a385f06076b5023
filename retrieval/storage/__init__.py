"""The truth: a collection's SQLite database, and what is written to it, taken from it and kept of it."""
