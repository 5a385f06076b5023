"""Answers without a model: which sentences and cells of the documents are quoted."""
