"""Embedding models: the bundled one, folders of sentence-transformers, servers."""
