"""Amounts and times that a question asks for and no passage quoted for it gives: then they answer something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from docent.llm.extractive.evidence import Evidence
from docent.llm.extractive.pieces import said_by_those
from docent.llm.questions.answerability import Lacking
from docent.llm.questions.asked import clauses, kinds_asked, looks_like
from docent.retrieval import Hit

# On the development sets and questions to manuals each of these holds back no answer that is right.
_LOOKED_FOR: tuple[Literal["duration", "number"], ...] = ("duration", "number")
_ASKS_MONEY = re.compile(
    r"多少钱|(?:价[格钱]|[售单定票]价|收费|工资|薪[水酬资]|[月年]薪)[^，。；？?]{0,3}(?:多少|几元|几块)"
    r"|\bhow\s+much\b.{1,60}\b(?:cost|earn|charge)s?\s*(?:\?|$|\bper\b|\ba\b|\bfor\b|\bin\b)"
    r"|\bwhat\s+(?:(?:is|are|was|were)\s+(?:the\s+)?)?(?:[\w-]+\s){0,3}(?:price|salary|fee|wage)s?\b(?!\s+expense)"
    r"|\bwhat\b.{1,60}\bcosts?\s*\?",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[¥￥$€£]|[\d一二两三四五六七八九十百千万亿]\s*(?:余|多)?(?:元|块钱?|美[元金]|欧元|英镑|日[元圆]|卢布|法郎|马克|卢比|[港台韩澳加]元)"
    r"|单位\s*[:：]|免费|收费|付费|无偿|\b(?:dollars?|euros?|pounds|cents?|USD|EUR|GBP|RMB|CNY|HKD|JPY|yuan)\b"
    r"|\bfree\s+of\s+(?:charge|cost)\b|\b(?:for|is|are)\s+free\b(?!\s+(?:from|of|to))|\b\d[\d.,]*\s*(?:m|b|tr)illion\b",
    re.IGNORECASE,
)
# Times that are told in a looser way: up to HOSTSYNC seconds (typically 15).
_TIMED = re.compile(
    r"(?<!\d)\d[^.;]{0,20}\b(?:second|minute|hour|day|week|month|year)s?\b"
    r"|\b(?:second|minute|hour|day|week|month|year)s\b[^.;]{0,20}\d"
)


def what_is_lacking(question: str, hits: Sequence[Hit], chosen: Sequence[Evidence]) -> Lacking | None:
    """The amount or time that a question wants which asks one thing, where no passage quoted has any; else None.

    Rows of tables have what is asked for in their heads, or in words of their own.
    """
    if any(one.row is not None for one in chosen) or len(clauses(question)) > 1:
        return None
    texts = said_by_those(hits, (one.index for one in chosen))
    if _ASKS_MONEY.search(question) and not any(_MONEY.search(text) for text in texts):
        return "money"
    if any(_TIMED.search(text) for text in texts):
        return None
    wanted = [kind for kind in _LOOKED_FOR if kind in kinds_asked(question)]
    lacking = [kind for kind in wanted if not any(looks_like(kind, text, question) for text in texts)]
    return lacking[0] if lacking else None
