"""Light paraphrases of true sentences, as chat models make them; None where a sentence has no place for one."""

from __future__ import annotations

import random
import re

_EN = (
    ("approximately", "about"), ("in order to", "to"), ("prior to", "before"), ("during", "in"),
    ("primarily", "mainly"),
    ("increased", "rose"), ("decreased", "fell"), ("compared to", "versus"), ("as well as", "and"),
    ("purchase", "buy"),
    ("obtain", "get"), ("require", "need"), ("however", "but"), ("subsequent to", "after"), ("utilize", "use"),
    ("due to", "because of"),
    ("additional", "further"), ("certain", "some"), ("our", "the company's"), ("We ", "The company "),
    ("we ", "the company "),
    ("such as", "for example"), ("resulted in", "led to"), ("commenced", "began"), ("million", "mn"),
    ("percent", "%"),
)  # fmt: skip
_ZH = (
    ("应当", "应该"), ("增长", "上升"), ("增加", "提高"), ("位于", "坐落于"), ("为", "是"), ("包括", "包含"),
    ("使用", "采用"), ("不得", "不能"),
    ("获得", "取得"), ("主要", "大多"), ("因此", "所以"), ("但是", "不过"), ("以及", "和"), ("进行", "开展"),
    ("根据", "按照"), ("如果", "若"),
    ("目前", "现在"), ("可以", "能够"), ("其中", "当中"), ("规定", "要求"), ("并且", "而且"), ("禁止", "不允许"),
    ("同比", "比上年"), ("必须", "需要"),
)  # fmt: skip


def synonyms(sentence: str, rng: random.Random) -> str | None:
    """Up to three words are put otherwise."""
    pairs = _ZH if re.search("[\u4e00-\u9fff]", sentence) else _EN
    present = [pair for pair in pairs if pair[0] in sentence]
    if not present:
        return None
    for old, new in rng.sample(present, min(3, len(present))):
        sentence = sentence.replace(old, new, 1)
    return sentence


def reordered(sentence: str, _: random.Random) -> str | None:
    """The last part of a sentence comes first."""
    is_chinese = re.search("[\u4e00-\u9fff]", sentence) is not None
    parts = re.split(r"，|(?<!\d),(?!\d)", sentence.rstrip("。. "))
    if not 2 <= len(parts) <= 4 or min(map(len, parts)) < 4:
        return None
    joined = [part.strip() for part in (parts[-1], *parts[:-1])]
    return ("，".join(joined) + "。") if is_chinese else ", ".join(joined) + "."


def introduced(sentence: str, rng: random.Random) -> str | None:
    """A model's own beginning."""
    if re.search("[\u4e00-\u9fff]", sentence):
        return rng.choice(("根据文档，", "文件指出，", "资料显示：")) + sentence
    first = sentence[0].lower() + sentence[1:] if not sentence[:2].isupper() else sentence
    return rng.choice(("According to the document, ", "The filing states that ", "The passage says that ")) + first


def shortened(sentence: str, _: random.Random) -> str | None:
    """What stands in brackets, or behind the last comma, is left out."""
    short = re.sub(r"（[^）]{2,40}）|\s?\([^)]{2,60}\)", "", sentence)
    if short != sentence:
        return short
    parts = re.split(r"，|(?<!\d),(?!\d)", sentence.rstrip("。. "))
    if len(parts) < 3:
        return None
    return "，".join(parts[:-1]) + "。" if re.search("[\u4e00-\u9fff]", sentence) else ",".join(parts[:-1]) + "."


def rewritten_number(sentence: str, _: random.Random) -> str | None:
    """The same amount in another form: grouping off, million as a plain figure, 亿 as 万."""
    match = re.search(r"(?<![\w.])(\d{1,3}(?:,\d{3})+)(?![\d.,]*\d)", sentence)
    if match:
        return sentence.replace(match[1], match[1].replace(",", ""), 1)
    match = re.search(r"(\d+)\.(\d) billion", sentence)
    if match:
        return sentence.replace(match[0], f"{int(match[1]) * 1000 + int(match[2]) * 100:,} million", 1)
    match = re.search(r"(?<!\d)(\d+)\s?亿", sentence)
    return sentence.replace(match[0], f"{int(match[1]) * 10000}万", 1) if match else None


PARAPHRASES = {
    "synonyms": synonyms,
    "reordered": reordered,
    "introduced": introduced,
    "shortened": shortened,
    "number rewritten": rewritten_number,
}
