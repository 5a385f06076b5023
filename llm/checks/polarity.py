"""Sentences that turn what their evidence says: a duty made of advice, a rule without its limit, yes and no exchanged.

Unlike the words of `negation`, these hold between Chinese and English as well.
"""

from __future__ import annotations

import re

from docent.ingest import CJK
from docent.retrieval import fold, query_terms

ALIKE = 0.75  # share of the terms of a clause from which another is about the same
_MUST = re.compile(
    r"\b(?:must|shall|requires?|required|requirement|mandatory|ha(?:ve|s) to|always|needs? to|(?:may|can) ?not)\b"
    r"|不[可能许准]|禁止|严禁|必须|必需|必要|务必|一定要?|强制|应当|须|总是|始终|不得|要求"
)
_NO_DUTY = re.compile(
    r"\b(?:not|no|never|[a-z]+n['’]t)\b[^.,;:]{0,30}?\b(?:requir\w+|mandatory|needs? to|ha(?:ve|s) to|always)\b"
    r"|不(?:必|[作做]?要求|强制|一定|总是)|不是(?:必须|必需|强制)|没有?必要|无[需须]|不需要|未必"
)
_ADVICE = re.compile(
    r"\b(?:should|recommend\w*|suggest\w*|advis\w+|may|might|can|could|optional\w*|preferabl[ey]|usually|often|sometimes)\b"
    r"|建议|推荐|可以|可能|最好|可选|通常|往往|有时|不妨|应该"
)
_EVERY = re.compile(
    r"\b(?:all|any|every|anything|everything|always|regardless|whatever|whether or not|unconditionally)\b"
    r"|所有|任何|一切|全部|不论|无论|不管|一律|总是|始终|无条件"
)
_LIMIT = re.compile(
    r"\b(?:only|unless|except|excluding|solely|merely|if|when)\b|(?<!不)[只仅](?!有?要|不过)|除非|除了|除外|如果|若(?!干)|仅限|只有"
)
_DENIED = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|unable|avoid\w*|[a-z]+n['’]t)\b"
    r"|[不没未勿莫](?!仅|但|同|断|过|管|论|少|久|单|光|等|良|足|定|时|止|来|必|免)|无(?!论|数|线|疑|形)|禁止|严禁|避免|缺乏"
)
# Bounds of what is counted: `no more than 5` is `at most 5`.
_BOUND = re.compile(
    r"\b(?:no|not) (?:more|less|later|fewer|longer|only|exceed\w*)\b"
    r"|不得?不|不[要得应能可]?[超高低大小多少]|差不多"
)
_CLAUSE = re.compile(
    r"[,;:，；：。！？!?•()（）]|\.(?=\s|$)|\b(?:but|whereas|while|although|though|and)\b|但是?|而(?!且)|然而|不过"
)
_LINE_END = re.compile(f"(?<=[{CJK}])\n(?=[{CJK}])")
_CONTRARIES = (
    (r"\btemporar\w+|临时|暂时", r"\bpermanent\w*|永久|长期"),
    (r"\benabled?\b|\bon by default|(?:默认|缺省)是?(?:开启|打开|启用)",
     r"\bdisabled?\b|\boff by default|(?:默认|缺省)是?(?:关闭|禁用)"),
    (r"\bincreas\w+|\brose\b|\bgrew\b|增加|增长|上升|提高", r"\bdecreas\w+|\bfell\b|\bdeclin\w+|减少|下降|降低|下跌"),
    (r"\bminimum\b|\blowest\b|\bleast\b|最低|最小|最少", r"\bmaximum\b|\bhighest\b|\bmost\b|最高|最大|最多"),
    (r"\bstronger\b|强于", r"\bweaker\b|弱于"),
    (r"\bbefore\b|之前|以前", r"\bafter\b|之后|以后"),
    (r"\blarger\b|\bmore than\b|大于|多于|高于|超过", r"\bsmaller\b|\bless than\b|\bfewer\b|小于|少于|低于|不足"),
)  # fmt: skip


def overstated(sentence: str, shown: str) -> str:
    """The word by which a sentence makes a duty of advice, or drops the limit of what it says; "" without one."""
    said, known = (_NO_DUTY.sub(" ", fold(text)) for text in (sentence, shown))
    duty = _MUST.search(said)
    if duty and not _MUST.search(known) and _ADVICE.search(known) and not _ADVICE.search(said):
        return duty[0]
    every = _EVERY.search(said)
    return every[0] if every and not _EVERY.search(known) and _LIMIT.search(known) and not _LIMIT.search(said) else ""


def crossed(sentence: str, passage: str, *, across: bool) -> str:
    """The clause that a passage denies where a sentence says it, or the other way round, wherever it speaks of it.

    Between two languages the words that both have are compared: names, mostly.
    """
    mine, its = _clauses(sentence), _clauses(passage)
    if across:
        both = _words(mine) & _words(its)
        mine, its = ([(words & both, denied, clause) for words, denied, clause in one] for one in (mine, its))
    for words, denied, clause in mine:
        names = frozenset(one for one in words & _words(its) if one.isascii())
        about = [one for one in its if names <= one[0]] or its
        shares = [(len(words & known) / len(words), other) for known, other, _ in about] if words else []
        most = max((share for share, _ in shares), default=0)
        if most >= ALIKE and {other for share, other in shares if share == most} == {not denied}:
            return clause
    return ""


def contrary(sentence: str, shown: str) -> str:
    """The word of a sentence in the one language for whose contrary its evidence has a word in the other."""
    said, known = fold(sentence), fold(shown)
    for pair in _CONTRARIES:
        for one, other in (pair, pair[::-1]):
            mine = re.search(one, said)
            if mine and re.search(other, known) and not re.search(other, said) and not re.search(one, known):
                return mine[0]
    return ""


def _clauses(text: str) -> list[tuple[frozenset[str], bool, str]]:
    """The clauses of a text: what each is about, and whether it denies that."""
    found = []
    for clause in _CLAUSE.split(_LINE_END.sub("", fold(text)).replace("\n", " ")):
        words = frozenset(one for one in query_terms(_DENIED.sub(" ", clause)) if len(one) > 1)
        if words:
            bare = _BOUND.sub(" ", clause)
            found.append((words, len(_DENIED.findall(bare)) % 2 == 1, clause.strip()))
    return found


def _words(clauses: list[tuple[frozenset[str], bool, str]]) -> frozenset[str]:
    return frozenset().union(*(words for words, _, _ in clauses))
