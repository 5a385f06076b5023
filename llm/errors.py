"""What can go wrong while answering (see docent.ingest.errors for the tree)."""

from docent.ingest import DocentError


class AnswerError(DocentError):
    """A chat model is unknown, not installed, or not set up."""


class ModelFailed(AnswerError):
    """A chat model was down, hung, refused or broke off. The extractive answer stands in for it.

    `zh` is the same sentence in Chinese, for whoever asked in it.
    """

    def __init__(self, text: str, zh: str = "") -> None:
        super().__init__(text)
        self.zh = zh or text
