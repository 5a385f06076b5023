"""What can go wrong while answering (see docent.ingest.errors for the tree)."""

from docent.ingest import DocentError


class AnswerError(DocentError):
    """A chat model is unknown, not installed, or not set up."""


class ModelFailed(AnswerError):
    """A chat model was down, hung, refused or broke off. The extractive answer stands in for it."""
