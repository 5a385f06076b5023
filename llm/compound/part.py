"""One of the questions that a question is made of, and a question without what sets things side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docent.llm.language import language_of

MORE_ZH = "[高低大小多少好快慢早晚长短强弱重轻贵]"
# What says which of two has more of something; as a pattern of its own each of them stands between word breaks.
MORE_EN = (
    "higher|lower|larger|smaller|greater|bigger|more|less|fewer|better|worse|longer|shorter|faster|slower|cheaper"
    "|earlier|later|heavier|lighter|older|newer"
)
_NOISE_ZH = re.compile(
    "分别|各自|各(?=[是为有])|相比(?:较|起来)?|之间|(?:请|试|帮我)?(?:比较|对比)(?:一?下)?"
    "|有(?:什么|何|哪些)(?:区别|差异|差别|不同|异同)|的?(?:区别|差异|差别|异同)(?=$|？|是什么)"
    rf"|哪一?[个家年](?:公司|企业)?|谁|(?:要|会)?更{MORE_ZH}(?:一?些)?|还是(?=$|[？?])"
)
_NOISE_EN = re.compile(
    r"\b(?:please\s+)?(?:compare|comparing|(?:a\s+|the\s+)?comparison\s+(?:of|between))\s+"
    rf"|\b(?:the\s+)?differences?\s+(?:between|in)\s+|\bbetween\s+(?=\S)|,?\s*\brespectively\b|\bboth\s+|\bdiffers?\b"
    rf"|\bin\s+which\s+(?:fiscal\s+)?year\s+|\b(?:an?\s+)?(?:{MORE_EN})\b(?!\s+than)\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions that a question is made of: `heading` names it, `documents` narrow its search.

    `about` is the thing or year that it alone of the parts is about, "" where its wording or documents say so.
    """

    heading: str
    question: str
    documents: tuple[str, ...] = ()
    about: str = ""


def plain(question: str) -> str:
    """A question without the words that set things side by side."""
    noise = _NOISE_ZH if language_of(question) == "zh" else _NOISE_EN
    text = " ".join(noise.sub("", question).split())
    text = re.sub(r"\s+([?？,，.。])", r"\1", re.sub(r"，+(?=[？?的]|$)|(?<=[？?])[？?，]+", "", text))
    return (text if language_of(text) == "zh" else f"{text[:1].upper()}{text[1:]}") if text else question
