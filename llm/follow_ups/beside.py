"""Follow-ups about what differs from what was asked before: `longer ones`, `the year before`, `其余的呢`."""

from __future__ import annotations

import re

from docent.llm.questions.periods import neighbouring, put_period
from docent.llm.questions.phrases_en import topic_of
from docent.llm.questions.phrases_zh import Parts, split

MOST_WORDS = 5  # of what stands beside; more is another question
_OTHER = re.compile(
    r"\b(?:long|short|larg|small|bigg|high|low|old|new|young|lat|earli|heavi|light|fast|slow|wid|narrow|deep|thick"
    r"|thinn|cheap|warm|cold|hott|cool|strong|weak|hard|soft|great|few)er\b(?!\s+than\b)"
    r"|\b(?:others?|(?:the|any) (?:rest|remaining))\b",
    re.IGNORECASE,
)
_SIZED = re.compile(
    r"\b(?:long|short|large|small|big|high|low|old|new|young|late|early|heavy|light|fast|slow|wide|narrow|deep|thick"
    r"|thin|cheap|expensive|warm|cold|hot|cool|strong|weak|hard|soft|great)(?=\s+[a-z]{3,})"
)
_EARLIER_YEAR = re.compile(
    r"(?:the )?(?:year before(?: that)?|(?:previous|prior|preceding|last) (?:fiscal )?year|year earlier)", re.IGNORECASE
)
_LATER_YEAR = re.compile(
    r"(?:the )?(?:year after(?: that)?|(?:next|following|subsequent) (?:fiscal )?year|year later)", re.IGNORECASE
)
# What is compared with something that only the question before has: 更长的内容, 超出的部分, 其余的.
_OTHER_CHINESE = re.compile(
    r"^(?:如果|要是|对于?|遇到)?(?:更[一-龥]{1,2}的|再[长短大小高低多少]一?[点些]?的?|(?:超[过出]|不[到足])的|不(?:满足|符合)|(?:其他|其它|其余|别|剩下|剩余|另外)的?)"
)
_LIMIT = re.compile(
    r"(?:不要|不[得能可应]|最[多少]|至[多少]|应[该当]|该|需要|必须|可以|能够)*(?:超[过出]|[高低大小多少长短]于|达到)?$"
)
_PARTICLES = re.compile(r"(?:的?(?:情况|数据|数字|话))?(?:又|也)?(?:怎么样|怎样|如何|呢|吗|嘛)+$")
_ONES = re.compile(r"(?:the\s+)?(?P<how>[a-z]+er)\s+ones?", re.IGNORECASE)


def is_beside(phrase: str) -> bool:
    """Whether a phrase names what is longer, or other, than something that it does not name."""
    return _OTHER.search(phrase) is not None


def put_beside(phrase: str, before: str, *, is_question: bool) -> str | None:
    """Such a phrase, or question, with what the question before was about; None for one too long to be either."""
    if is_question:
        topic = topic_of(before)
        return f"{topic}: {phrase}" if topic else f"{before}? {phrase}"
    ones, sized = _ONES.fullmatch(phrase), _SIZED.findall(before)
    if ones and len(sized) == 1:  # `How are short texts kept?`
        return _SIZED.sub(ones["how"], before)
    return f"{before}, and what about {phrase}" if len(phrase.split()) <= MOST_WORDS else None


def put_next_year(phrase: str, before: str) -> str | None:
    """The question before in the year before or after its own; None where that is not what a phrase says."""
    fragment = re.sub(r"^(?:in|for) ", "", phrase)
    for pattern, step in ((_EARLIER_YEAR, -1), (_LATER_YEAR, 1)):
        if pattern.fullmatch(fragment):
            year = neighbouring(before, step)
            return put_period(before, year) if year else f"{before}, {phrase}"
    return None


def put_beside_chinese(phrase: str, before: Parts, *, led: bool) -> str | None:
    """`更长的内容该怎么存` beside what the question before was about, never in its place; None for anything else."""
    if not _OTHER_CHINESE.match(phrase):
        return None
    if split(_PARTICLES.sub("", phrase)).tail:
        about = _LIMIT.sub("", before.body)
        return f"{about or before.body}，{phrase}"
    return f"{before.body}{before.tail}，{phrase}" if phrase.endswith("呢") or led else None
