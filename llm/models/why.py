"""Why a model did not answer, in the reader's language."""

from __future__ import annotations

from typing import NamedTuple


class Why(NamedTuple):
    """The end of a sentence that begins with the model's name, without its full stop.

    Neither a key, nor an address beyond its host, nor what a server wrote stands in it.
    """

    en: str
    zh: str

    def about(self, **values: str) -> Why:
        """With these values in its gaps."""
        return Why(self.en.format(**values), self.zh.format(**values))


def type_name(error: Exception) -> Why:
    """What can be said of any error."""
    name = type(error).__name__
    return Why(f"did not answer ({name})", f"没有作答（{name}）")
