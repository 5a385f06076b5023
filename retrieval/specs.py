"""The spec string of an embedder or a reranker, `kind:rest?option=value&option=value`, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from docent.retrieval.embedders.prefixes import Affixes
from docent.retrieval.errors import EmbedderError, RetrievalError


@dataclass(frozen=True, slots=True)
class Spec:
    """`options` are read with the methods, which raise `error` with a sentence; `role` is what is specified."""

    kind: str
    rest: str
    options: Mapping[str, str] = field(default_factory=dict)
    role: str = "embedder"
    error: type[RetrievalError] = EmbedderError

    def allow(self, *known: str) -> None:
        """Raise `error` for an option that is not among `known`."""
        unknown = sorted(set(self.options) - set(known))
        if unknown:
            names = f"there are {', '.join(known)}" if known else "it takes none"
            raise self.error(f"the option {unknown[0]} of the {self.role} {self.kind}: is unknown: {names}.")

    def number(self, key: str, default: int) -> int:
        """A whole number above zero."""
        text = self.options.get(key, str(default))
        try:
            number = int(text)
        except ValueError:
            number = 0
        if number < 1:
            raise self.error(f"{key}={text} in the {self.role} setting is not a whole number above zero.")
        return number

    def affixes(self, default: Affixes) -> Affixes:
        """`default`, with what the options say in its place."""
        names = Affixes.__dataclass_fields__
        return Affixes(**{name: self.options.get(name, getattr(default, name)) for name in names})


AFFIX_OPTIONS = ("query_prefix", "passage_prefix", "query_suffix", "passage_suffix")


def parse_spec(text: str, role: str = "embedder", error: type[RetrievalError] = EmbedderError) -> Spec:
    """An option may be empty, which is not the same as left out; in values `+` or `%20` is a space."""
    kind, _, rest = text.partition(":")
    rest, _, query = rest.partition("?")
    return Spec(kind, rest, dict(parse_qsl(query, keep_blank_values=True)), role, error)
