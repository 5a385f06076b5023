"""The spec string of an embedder, `kind:rest?option=value&option=value`, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from docent.retrieval.errors import EmbedderError
from docent.retrieval.prefixes import Affixes


@dataclass(frozen=True, slots=True)
class Spec:
    """`options` are read with the methods, which raise EmbedderError with a sentence."""

    kind: str
    rest: str
    options: Mapping[str, str] = field(default_factory=dict)

    def allow(self, *known: str) -> None:
        """Raise EmbedderError for an option that is not among `known`."""
        unknown = sorted(set(self.options) - set(known))
        if unknown:
            names = f"there are {', '.join(known)}" if known else "it takes none"
            raise EmbedderError(f"the option {unknown[0]} of the embedder {self.kind}: is unknown: {names}.")

    def number(self, key: str, default: int) -> int:
        """A whole number above zero."""
        text = self.options.get(key, str(default))
        try:
            number = int(text)
        except ValueError:
            number = 0
        if number < 1:
            raise EmbedderError(f"{key}={text} in the embedder setting is not a whole number above zero.")
        return number

    def affixes(self, default: Affixes) -> Affixes:
        """`default`, with what the options say in its place."""
        names = Affixes.__dataclass_fields__
        return Affixes(**{name: self.options.get(name, getattr(default, name)) for name in names})


AFFIX_OPTIONS = ("query_prefix", "passage_prefix", "query_suffix", "passage_suffix")


def parse_spec(text: str) -> Spec:
    """An option may be empty, which is not the same as left out; in values `+` or `%20` is a space."""
    kind, _, rest = text.partition(":")
    rest, _, query = rest.partition("?")
    return Spec(kind, rest, dict(parse_qsl(query, keep_blank_values=True)))
