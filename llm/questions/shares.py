"""Questions for one amount as a share of another: `income as a percent of net sales`, 研发投入占收入的比例."""

from __future__ import annotations

import re

# What is asked for stands before the share, and what it is a share of behind.
ASKS = (
    r"(?:\bas|\bin\s+terms\s+of)\s+(?:an?\s+|the\s+)?(?:percent(?:age)?|proportion|share|%)\s+of\b|\bwhat\s+(?:percent(?:age)?|share|proportion)\s+of\b"
    r"|占[^，。？]{2,20}?(?:比例|比重|百分|份额|多少|几成)|占比"
)
_OF_WHOLE = re.compile(
    r"\b(?:as|in\s+terms\s+of)\s+(?:an?\s+|the\s+)?(?:percent(?:age)?|proportion|share|%)\s+of\s+(?:the\s+)?"
    r"(?:[\w&'’-]+\s+){0,3}?[\w&'’-]+(?=\s+(?:in|for|at|of|by|from|during|on)\b|\s*[?.,(]|\s+(?:(?:fiscal|FY)\s*)?(?:19|20)\d\d|\s*$)"
    r"|占[^，。？]{2,20}?(?=的?(?:比例|比重|百分|份额|多少|几成))",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\d\s*(?:[%％‰]|per\s?cent|个百分点)|百分之|[一二三四五六七八九]成", re.IGNORECASE)


def without_whole(question: str) -> str:
    """A question without what the share is of, which is not what is asked for."""
    return _OF_WHOLE.sub(" ", question)


def tells_share(text: str) -> bool:
    """Whether a sentence gives a share."""
    return _SHARE.search(text) is not None
