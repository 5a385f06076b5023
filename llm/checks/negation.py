"""Sentences that say the opposite of their evidence: a `not` more or less, or the contrary word."""

from __future__ import annotations

import re

from docent.ingest import CJK
from docent.retrieval import fold, query_terms

_NOT_EN = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|unable|fails?|failed|lacks?|lacked|refused?|[a-z]+n['’]t)\b"
)
_NOT_ZH = re.compile(r"[不没未无非勿莫](?:[有是会能曾得被用应]|可以?|允许|需要?|必要?|要)?|禁止|严禁|拒绝|缺乏|否认")
# Words with one of these characters that deny nothing.
_NO_DENIAL = re.compile(
    "不仅|不但|不同|不断|不过|不论|不管|不少|不久|不锈|不动产|不得不|不单|不只|不光|不等|不良|不足|不明|不定|不时|不惜|不料|不幸|不止|差不多"
    "|无论|无数|无锡|无线|无疑|无形|无不|非常|非洲|除非|莫非|是非|未来|未免|未必|没收|没落|沉没|淹没|南无|不可思议|无产"
    r"|\bnot only\b|\bno later than\b|\bno\. ?\d|\bno less than\b|\bno fewer than\b|\bnot later than\b"
)
_CLAUSE = re.compile(r"[,;:，；：。！？!?\n]|\.(?=\s|$)")
_GROUPING = re.compile(r"(?<=\d),(?=\d{3})")
_NEAR_ZH = 7  # characters before a word in which its denial stands
_NEAR_LETTERS = 40
_NEAR_EN = 3  # words behind `not` of which one is denied
_OPPOSITES_EN = (
    ("increase increased increases increasing rose rise grew grow gain up higher growth improved",
     "decrease decreased decreases decreasing fell fall declined decline dropped down lower reduction reduced loss"),
    ("before prior earlier", "after following later subsequent"),
    ("above over exceeds exceeded more greater", "below under less fewer"),
    ("maximum most highest largest", "minimum least lowest smallest"),
    ("profit profitable", "loss losses unprofitable"),


    ("allowed permitted allows permits allow permit", "prohibited forbidden prohibits prohibit forbids forbid banned"),
    ("first", "last final"), ("include includes included including", "exclude excludes excluded excluding except"),
    ("enabled enable enables", "disabled disable disables"), ("north northern", "south southern"),
    ("east eastern", "west western"),
    ("accepted accept accepts", "rejected reject rejects"), ("opened open opens", "closed close closes"),
)  # fmt: skip
_OPPOSITES_ZH = (
    ("增加 增长 上升 提高 上涨 增多 扩大 提升", "减少 下降 降低 下跌 缩小 下滑 减小"), ("之前 以前", "之后 以后"),
    ("以上 高于 超过 大于 多于", "以下 低于 小于 少于 不足"), ("最大 最高 最多", "最小 最低 最少"), ("盈利", "亏损"),
    ("允许 可以 应当 必须", "禁止 严禁 不得 不可 不能"), ("包括 包含", "不包括 不含 除外"), ("有权", "无权"),
    ("有效", "无效"),
    ("同意 批准 支持", "反对 驳回 否决"), ("合法", "非法 违法"), ("南部 南方", "北部 北方"),
    ("东部 东方", "西部 西方"),
    ("胜利 获胜", "失败 落败 战败"), ("启用 开启", "禁用 关闭"), ("公开", "秘密 保密"), ("首次 首个", "最后"),
)  # fmt: skip


def opposite(sentence: str, shown: str) -> str:
    """The word of a sentence, or of its evidence, by which the two say opposite things; "" where there is none."""
    said, known = (_GROUPING.sub("", fold(text)) for text in (sentence, shown))
    contrary = _contrary(said, known)
    said, known = _NO_DENIAL.sub(" ", said), _NO_DENIAL.sub(" ", known)
    return _denied(said, known) or _denied(known, said, back=True) or contrary


def _denied(text: str, other: str, *, back: bool = False) -> str:
    """A denial in `text` of something that `other` says, and nowhere with a denial close by.

    Looking back from the evidence, what stands before its denial must be said as well.
    """
    for match in (*_NOT_EN.finditer(text), *_NOT_ZH.finditer(text)):
        said = [place for one in _object(text, match) for place in _places(other, one)]
        if back and match[0][0] > "\u3000":
            before = _CLAUSE.split(text[: match.start()])[-1].strip()[-1:]
            said = [place for place in said if not before or before in _clause_at(other, place)]
        if said and not any(_is_denied(other, place) for place in said):
            return match[0]
    return ""


def _object(text: str, match: re.Match[str]) -> list[str]:
    """What a denial denies: the two characters behind it, or the next words of weight by their folded beginning."""
    behind = _CLAUSE.split(text[match.end() :])[0]
    if match[0][0] > "\u3000":
        start = "".join(behind.split())[:2]
        return [start] if len(start) == 2 else []
    return [one[:6] for one in query_terms(" ".join(behind.split()[:_NEAR_EN])) if len(one) > 2]


def _places(text: str, part: str) -> list[int]:
    return [match.start() for match in re.finditer(r"\s*".join(map(re.escape, part)), text)]


def _clause_at(text: str, place: int) -> str:
    return _CLAUSE.split(text[:place])[-1] + _CLAUSE.split(text[place:])[0]


def _is_denied(text: str, place: int) -> bool:
    """Whether a denial stands shortly before a place, in its clause, or right behind it (`may not`)."""
    before, behind = _CLAUSE.split(text[:place])[-1], _CLAUSE.split(text[place:])[0]
    near = (
        f"{before[-_NEAR_ZH:]}"
        if re.search(f"[{CJK}]", before)
        else f"{before[-_NEAR_LETTERS:]}{behind[:_NEAR_LETTERS]}"
    )
    return _NOT_EN.search(near) is not None or _NOT_ZH.search(near) is not None


def _contrary(said: str, shown: str) -> str:
    words: set[str] = set(re.findall(r"[a-z]+", said))
    known: set[str] = set(re.findall(r"[a-z]+", shown))
    for pair in _OPPOSITES_EN:
        for one, other in (pair, pair[::-1]):
            mine, its = words & set(one.split()), known & set(other.split())
            if mine and its and not words & set(other.split()) and not known & set(one.split()):
                return min(mine)
    for pair in _OPPOSITES_ZH:
        for one, other in (pair, pair[::-1]):
            ours = [word for word in one.split() if word in said]
            theirs = [word for word in other.split() if word in shown]
            crossed = any(word in said for word in other.split()) or any(word in shown for word in one.split())
            if ours and theirs and not crossed:
                return ours[0]
    return ""
