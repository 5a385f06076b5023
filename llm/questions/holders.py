"""Who holds an office: how a text names somebody beside it, in a sentence, a signature or a row of a list."""

from __future__ import annotations

import re
from functools import lru_cache

from docent.llm.questions.offices import MIN_BEGIN, in_words, office_asked
from docent.retrieval import fold

# The 150 or so commonest surnames; what follows a name, or goes before it, keeps other words away.
_SURNAME = (
    "[王李张刘陈杨赵黄周吴徐孙胡朱郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜戴夏钟汪田任姜范姚谭廖邹熊陆郝崔邱秦"
    "顾侯邵孟龙段钱汤尹黎武乔贺赖龚方石余于何林高郭肖康毛白江史万尚施严文柳洪章鲁葛俞安常盛齐庞颜霍舒屈项祝单涂申欧柴骆温耿华莫尤向易伍祁牛"
    "樊兰殷聂焦吉翁古费应包左简纪岳季阮蓝穆路桂裴席司鲍翟倪甘鞠车宁关庄金陶]|欧阳|司马|诸葛|上官"
)
_NOT_NAMES = (
    "任期|任职|任免|任命|任何|任务|应当|应该|应由|应在|方可|方案|方面|于是|向董|向股|安排|常务|常委|高管|高级|文件|万元|关于|关联|单独|单位|金额"
    "|程序|许可|时任|华为|季度|纪要|路线|应于|应对|余额|古代|车间|董事|江苏|安全"
    "|项目|金融|应收|应付|施工|施行|石油|车辆|文书|左右|简称|简介|包括|包含|何时|何人|何种|路段|常设|贵州|宁波|温州|柳州|关系|金属"
)
_EN_NO_NAMES = (
    "Board|Directors?|Chief|Executives?|Officers?|Company|Committee|Annual|Report|President|Vice|Chair\\w*|Inc|Corp\\w*|Group|The|Our|Senior"
    "|General|United|States|Financial|Operating|Secretary|Treasurer|Managing|Manager|Independent|Lead|Name|Title|Position|Age|Date|Signature|Act"
    "|Section|Article|Exchange|Securities|Public|Principal|Accounting|Head|Member|Non|Deputy|Limited|Ltd|Plc|Audit|Governance|Human|Resources"
    "|In|On|At|By|For|As|He|She|They|Each|All|This|That|These|When|If|Regular|Special|January|February|March|April|May|June|July|August"
    "|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_WORD = rf"(?!(?:{_EN_NO_NAMES})\b)[A-Z][a-z’'-]+[A-Za-z’'-]*"
_ZH_NAME = (
    rf"(?!{_NOT_NAMES})(?:(?:{_SURNAME})[一-龥]{{1,2}}|[一-龥]{{1,6}}·[一-龥·]{{1,12}}"
    rf"|{_WORD}(?:\s(?:[A-Z]\.|{_WORD}))+)"
)
_TITLE = "(?:先生|女士|同志|博士|教授)?"
_ENDS = (
    r"(?=$|[\s，,。；;、：:（）()|/]|先生|女士|同志|博士|教授|担任|出任|现任|就任|兼任|接任|任(?![期职免命务何])"
    r"|主管|主持|代表|出席|宣布|表示|指出|声明|签|以及|[及和与为是等])"
)
_BEGINS = r"(?:^|(?<=[^一-龥])|(?<=[由任举命请替选长理人监员]))"
_TAKES = "(?:担任|出任|现任|就任|兼任|接任|当选为?|(?<!历)任(?![期职免命务何])|[选聘任]?[举任命]?为|是)"
# Offices of which somebody has each; `Who is the customer?` asks for a firm as well.
_HELD = re.compile(
    r"\b(?:chair(?:man|woman|person)?|chief\s+\w+|officer|president|secretary|treasurer|director|manager|principal|mayor|minister|governor"
    r"|chancellor|dean|head|supervisor|coordinator|captain|editor)$",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\b(?:company|corporate|board|current|present|new|group)\s+(?=\w)", re.IGNORECASE)
# What held an office once does not hold it now.
_ONCE = re.compile(
    r"历任|曾(?:经|先后)*(?:担任|任|为|在)|原任|前任|\b(?:prior\s+to|previously|formerly|former|until|before\s+(?:joining|that))\b",
    re.IGNORECASE,
)
_EN_NAME = (
    rf"(?:(?:Mr|Ms|Mrs|Dr|Sir|Prof)\.?\s+{_WORD}(?:\s+(?:[A-Z]\.\s+)?{_WORD})?"
    rf"|\b(?:{_WORD}|[A-Z]\.)(?:\s+[A-Z]\.)*(?:\s+(?:de|van|von|der|la|bin|al))*\s+{_WORD}(?:\s+{_WORD})?)"
)
_IS = r"(?:(?:has|had)\s+)?(?:is|was|been|became|serves?|served|acts?|appointed|elected|named|joined|,|\()"
NEAR = 60  # characters between a name and an office in one statement
LINES = 2  # over which a signature goes


def office_pattern(question: str) -> re.Pattern[str] | None:
    """How texts name the office whose holder a question asks for; None where it asks for none."""
    office = office_asked(question)
    is_held = not office.isascii() or office.isupper() or _HELD.search(office)
    return _pattern(office) if office and is_held else None


@lru_cache(maxsize=64)
def _pattern(office: str) -> re.Pattern[str]:
    if not office.isascii():
        before = "" if office.startswith("副") else "(?<!副)"
        return re.compile(rf"{before}{re.escape(office)}(?![助会])")
    words = _PLAIN.sub("", office).split()
    if office.isupper():
        return re.compile(rf"(?<!\w)(?:{office}|{in_words(office)})\b")
    last = words[-1][: max(MIN_BEGIN, len(words[-1]) * 2 // 3)]
    full = r"\s+".join([*map(re.escape, words[:-1]), rf"{re.escape(last)}\w*"])
    short = rf"|C{words[1][0].upper()}O" if words[0].lower() == "chief" and len(words) > 1 else ""
    is_lower = office.lower().startswith(("vice", "deputy", "former", "assistant"))
    before = (
        "" if is_lower else r"(?<!\bvice\s)(?<!\bvice-)(?<!\bdeputy\s)(?<!\bformer\s)(?<!\bassistant\s)(?<!\bto the\s)"
    )
    return re.compile(rf"(?i:(?<![\w-]){before}(?:{full}{short})\b)")


def names_holder(office: re.Pattern[str], text: str) -> bool:
    """Whether a text names a person right beside an office that he or she holds now."""
    if _ONCE.search(text):
        return False
    cells = [one.strip() for one in text.split("\t")]
    if len(cells) > 1 and any(office.search(one) for one in cells) and any(map(is_name, cells)):
        return True
    flat = text.replace("\t", " | ")
    return any(_is_beside(flat, *one.span()) for one in office.finditer(flat))


def may_name_holder(office: re.Pattern[str], text: str) -> bool:
    """Whether a text has the office and anything like a name not far from it: then that names nobody is not sure."""
    return any(
        _ANY_NAME.search("\n".join(text[max(0, one.start() - 2 * NEAR) : one.start()].split("\n")[-LINES:]))
        or _ANY_NAME.search("\n".join(text[one.end() : one.end() + NEAR].split("\n")[:LINES]))
        or _MAY_FOLLOW.match(text, one.end())
        for one in office.finditer(text)
    )


def is_name(text: str) -> bool:
    """Whether a line is the name of a person and nothing else."""
    return _WHOLE.fullmatch(text.removeprefix("/s/").strip()) is not None


_ANY_NAME = re.compile(rf"{_BEGINS}{_ZH_NAME}{_ENDS}|{_EN_NAME}|[一-龥]·[一-龥]|先生|女士")
_MAY_FOLLOW = re.compile(rf"\s*[：:]?\s*{_ZH_NAME}")
_WHOLE = re.compile(rf"(?:{_ZH_NAME}{_TITLE}|{_EN_NAME}(?:,?\s(?:Jr|Sr|PhD|CPA|MD)\.?)*)")
_AFTER_ZH = re.compile(rf"\s*[：:，,（(|/]?\s*(?:[现由是为]|姓名)?\s*[：:|]?\s*{_ZH_NAME}{_ENDS}")
_BEFORE_ZH = re.compile(
    rf"{_BEGINS}{_ZH_NAME}{_TITLE}(?:\s*[，,（(|/：:]\s*[^。；，,]{{0,16}}|[^。；]{{0,24}}?{_TAKES}[^。；，]{{0,24}})$"
)
_AFTER_EN = re.compile(rf"(?:\s+(?:of|for|at|and)\s+[\w&.’' ]{{1,40}}?)?\s*(?:[,:|(–—-]|\bis\b|\bwas\b)?\s*{_EN_NAME}")
_BEFORE_EN = re.compile(
    rf"{_EN_NAME}\s*(?:[,|(–—:-]|\b{_IS})(?:(?!\.\s|;)[^\n]){{0,{NEAR}}}$|\bsaid\s+{_EN_NAME},(?:(?!\.\s|;).){{0,{NEAR}}}$"
    rf"|\bName\s*:?[\s|]*{_EN_NAME}[\s|]*Title\s*:?(?:(?!\.\s|;)[^\n]){{0,{2 * NEAR}}}$"
)


def _is_beside(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 2 * NEAR) : start]
    if fold(text[start:end]).isascii():
        return _AFTER_EN.match(text, end) is not None or _BEFORE_EN.search(before) is not None
    return _AFTER_ZH.match(text, end) is not None or _BEFORE_ZH.search(before) is not None
