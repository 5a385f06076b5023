"""What a family of models wants before (and behind) a question and a passage, where its own files do not say.

Each row was read in the place named beside it. Families that want nothing have a row, too: it says that this is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Affixes:
    """Text that is put around a question and a passage before they are embedded."""

    query_prefix: str = ""
    passage_prefix: str = ""
    query_suffix: str = ""
    passage_suffix: str = ""


NOTHING = Affixes()
_INSTRUCT = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "
_FAMILIES: tuple[tuple[str, Affixes], ...] = (
    # Model card of intfloat/multilingual-e5-large-instruct and e5-mistral-7b-instruct: "each query must come with
    # a one-sentence instruction", passages with none.
    (r"e5-.*-instruct", Affixes(_INSTRUCT)),
    # Model card of intfloat/multilingual-e5-small: "each input text should start with query: or passage: ".
    (r"(^|[-_/])e5-(small|base|large)", Affixes("query: ", "passage: ")),
    # README of FlagEmbedding, "Model List", column "query instruction for retrieval"; the passage needs none.
    (r"bge-(small|base|large)-zh(?!-noinstruct)", Affixes("为这个句子生成表示以用于检索相关文章：")),
    (r"bge-(small|base|large)-en", Affixes("Represent this sentence for searching relevant passages: ")),
    (r"bge-m3", NOTHING),  # the same list: "unlike v1.5, no instruction is needed"
    # Model card of mixedbread-ai/mxbai-embed-large-v1, "Quickstart".
    (r"mxbai-embed", Affixes("Represent this sentence for searching relevant passages: ")),
    # Model card of nomic-ai/nomic-embed-text-v1.5, "Task instruction prefixes".
    (r"nomic-embed-text", Affixes("search_query: ", "search_document: ")),
    # README of Muennighoff/sgpt, "Asymmetric Semantic Search BE": brackets around both, for models named specb.
    (r"sgpt-.*specb", Affixes("[", "{", "]", "}")),
    (r"sgpt-bloom.*msmarco", Affixes("[", "{", "]", "}")),  # trained with --specb, says its card
    # Model cards of moka-ai/m3e-base, shibing624/text2vec-base-chinese, thenlper/gte-base-zh: plain sentences.
    (r"(^|[-_/])m3e-", NOTHING),
    (r"text2vec", NOTHING),
    (r"(^|[-_/])gte-(small|base|large)", NOTHING),
)


def family_affixes(*names: str) -> Affixes | None:
    """What the family of a model wants, by the first name that tells it; None for a family that is not known."""
    for name in names:
        for pattern, affixes in _FAMILIES:
            if re.search(pattern, name.lower()):
                return affixes
    return None
