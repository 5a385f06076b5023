"""Names that a sentence says and its evidence does not. Latin ones by their capitals, Chinese ones by their form."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise

from docent.ingest import CJK
from docent.llm.questions.phrases_en import FUNCTION
from docent.retrieval import fold, terms

_WORD = re.compile(rf"(?:(?![{CJK}])[^\W\d_])(?:(?![{CJK}])[\w&.'’-])*")
_BEGINS = re.compile(r"(?:^|[.?!:;•*#|\-]\s*|\n\s*)[\"'“(\[]*$")
_ENDING = re.compile(r"['’]s?$")
_COMMON_END = re.compile(r"(?:ing|ed|ly|tion|sion|ment|ness|ity|ance|ence|ions|ments|ities|able|ible|ful|less|ous)$")
# Words of calendars, laws and accounts that are written with capitals as one likes.
_NO_NAME_WORDS = """
january february march april may june july august september october november december monday tuesday wednesday thursday
friday saturday sunday company section article chapter part note notes table figure page item form act board management
document documents passage passages however additionally overall also therefore thus
"""
_NO_NAMES = FUNCTION | frozenset(_NO_NAME_WORDS.split())
# What stands at the end of the name of an office, a firm or a place.
_ZH_END = re.compile(
    "(?:公司|集团|银行|大学|学院|中学|医院|法院|委员会|研究所|研究院|出版社|基金会|协会|俱乐部|电视台|战役|战争|王朝"
    "|[省市县区州国镇乡村岛山河江湖港路寺庙宫塔队])$"
)
_SURNAME = (
    "[王李张刘陈杨赵黄周吴徐孙胡朱郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜戴夏钟汪田任姜"
    "范姚谭廖邹熊陆郝崔邱秦顾侯邵孟龙段钱汤尹黎武乔贺赖龚]|欧阳|司马|诸葛|上官"
)
_PERSON = re.compile(f"(?:{_SURNAME})[\u4e00-\u9fff]{{1,2}}")
_NO_PERSON_WORDS = """
任何 任务 任意 任职 许多 许可 周期 周围 周边 程度 程序 高度 黄金 黄色 马上 马路 龙头 夏季 夏天 秦岭 钱包 武器 武装
段落 丁字 姜汁 金额
张贴 陆地 陆续 陆上 汤类 唐代 宋代 汉代 周一 周二 周三 周四 周五 周末 田地 田野 梁柱 熊猫 杜绝 曾经 曾任 贺词 许诺
顾客 顾问 顾虑
钟头 罗列 程式 范围 范例 叶子 戴上 沈阳 郑州 徐州 苏州 杨树 石油 胡同 武汉 尹始 孟买 马克 乔治
"""
_NO_PERSON = frozenset(_NO_PERSON_WORDS.split())
_FOREIGN = frozenset(
    "尔斯克拉特里德卡亚罗马巴伊维奥莱蒂纳诺洛塞弗哈莫迪萨桑泽雅顿伦堡格鲁普夫茨曼森瑟娜莎丽妮琳詹姆翰乔彼爱查希埃及"
    "兰瑞典挪芬荷葡萄班吉柬埔寨泰菲律宾托雷吕布威廉凯戴艾瓦佛加玛贝柏勒"
)
PLACES = re.compile(
    "中国|美国|英国|法国|德国|日本|韩国|朝鲜|俄国|俄罗斯|苏联|印度|越南|泰国|台湾|台北|香港|澳门|北京|上海|天津|重庆|广东|广西|福建|浙江|江苏"
    "|山东|山西|河南|河北|湖南|湖北|安徽|江西|四川|贵州|云南|陕西|甘肃|青海|宁夏|新疆|西藏|海南|辽宁|吉林|黑龙江|内蒙古|南京|广州"
    "|深圳|杭州|武汉|成都|西安|苏州|东京|伦敦|巴黎|纽约|柏林|罗马|欧洲|亚洲|非洲|美洲|澳洲|意大利|西班牙|加拿大|澳大利亚|巴西|瑞士|瑞典"
    "|沈阳|大连|青岛|厦门|长沙|郑州|昆明|哈尔滨|长春|宁波|无锡|福州|合肥|南昌|济南|太原|南宁|海口|贵阳|兰州|西宁|银川|拉萨|石家庄"
)
_LOWER = re.compile(r"[^\W\d_]{2,}")
_TITLES = re.compile(r"[《〈「『]([^》〉」』]{2,30})[》〉」』]")
# An office or firm with the two characters before its kind, unless these only point at it (该公司).
_OFFICES = re.compile(
    "(?![该本的此各这那是为在由和与我们贵全及或某一两家母子分总其他])[\u4e00-\u9fff](?![该本的此各这那是为在由和与及或])[\u4e00-\u9fff]"
    "(?:有限公司|公司|集团|银行|大学|学院|法院|医院|委员会|研究所|研究院|出版社|协会)"
)
FRAME = 4  # characters that a sentence and its evidence have in common on both sides of what differs
MIN_REPLACED = 4  # characters; shorter ones are mostly words for the same
_RUN = re.compile("[\u3400-\u9fff·]+")
_NOT_OF_NAME = "的了是在和与及或也都于由被将为以从到对把给向并而但其该此这那有中上下前后内外间时年月日个名位者等所不"


def strange_names(sentence: str, shown: str, around: str, passage: str = "") -> list[str]:
    """Names of a sentence that stand neither in `shown`, its evidence, nor in `around`, the text about it.

    A name from around counts as strange when the evidence has another of the kind, which the sentence lacks. The whole
    `passage` tells whether a word with which a sentence begins is a name.
    """
    return [*_latin(sentence, shown, around, passage), *_chinese(sentence, f"{shown} {around}")]


def _latin(sentence: str, shown: str, around: str, passage: str) -> list[str]:
    known, near, said = _words(shown), _words(around), _words(sentence)
    names = {word for word, begins in capitalised(f"{passage} {around}") if not begins}
    lower = {word for word in _LOWER.findall(f"{shown} {around} {passage}") if word.islower()}
    replaced = [
        word for word, begins in capitalised(shown) if not _parts(word) & said and (not begins or word in names)
    ]
    strange = []
    for word, begins in capitalised(sentence):
        parts = _parts(word)
        if parts <= known or _is_short_for(word, shown) or _is_short_for(word, around):
            continue
        is_word = word.lower() in lower or _COMMON_END.search(word) is not None
        if (begins and (is_word or not replaced)) or (parts <= near and not replaced):
            continue
        strange.append(word)
    return strange


def capitalised(text: str) -> list[tuple[str, bool]]:
    """Words written as names, each with whether it stands where any word has a capital."""
    found = []
    for match in _WORD.finditer(text):
        word = _ENDING.sub("", match[0].rstrip(".-&’'"))
        if len(word) < 2 or word.lower() in _NO_NAMES or word.islower():
            continue
        if not word[0].isupper() and not any(one.isupper() for one in word[1:]):
            continue
        begins = _BEGINS.search(text[: match.start()]) is not None and not any(one.isupper() for one in word[1:])
        found.append((word, begins))
    return found


def _words(text: str) -> set[str]:
    return {part for match in _WORD.finditer(text) for part in _parts(_ENDING.sub("", match[0].rstrip(".-&’'")))}


def _parts(word: str) -> set[str]:
    return set(terms(word)[-1:] if word.isalpha() else terms(word)) or {fold(word)}


def _is_short_for(word: str, text: str) -> bool:
    """`WHO` where the text has World Health Organization, `United` where it has U.S. is left to the names beside it."""
    letters = word.replace(".", "")
    if not letters.isupper() or not 2 <= len(letters) <= 6:
        return False
    initials = "".join(one[0] for one in re.findall(r"[A-Za-z][\w-]*", text) if one.lower() not in FUNCTION)
    return letters in initials.upper()


def _chinese(sentence: str, shown: str) -> list[str]:
    known = "".join(fold(shown).split())
    pairs = {known[i : i + 2] for i in range(len(known) - 1)}
    strange = [one for one in _TITLES.findall(sentence) if "".join(fold(one).split()) not in known]
    plain = fold(sentence)
    strange += [one for one in PLACES.findall(plain) if one not in known and one.removesuffix("国") not in known]
    strange += [match[0] for match in _OFFICES.finditer(plain) if match[0] not in known]
    for run in _RUN.findall(plain):
        strange += [one for one in _new_stretches(run, pairs, known) if _is_name(one)]
    return strange or _replaced(plain, known)


def _replaced(said: str, known: str) -> list[str]:
    """What stands, in a sentence that repeats its evidence word for word, in the place of something else."""
    said = "".join(said.split())
    matcher = SequenceMatcher(None, said, known, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size >= FRAME]
    found = []
    for left, right in pairwise(blocks):
        mine = said[left.a + left.size : right.a].strip(_NOT_OF_NAME)
        its = known[left.b + left.size : right.b]
        if (
            len(mine) >= MIN_REPLACED
            and 2 <= len(its) <= 2 * len(mine)
            and its not in said
            and not _shares(mine, known)
        ):
            found.append(mine)
    return found


def _shares(stretch: str, known: str) -> bool:
    return not all("\u3400" <= one <= "\u9fff" for one in stretch) or any(
        stretch[i : i + 2] in known for i in range(len(stretch) - 1)
    )


def _new_stretches(run: str, pairs: set[str], known: str) -> list[str]:
    """The longest parts of a run of which no two neighbouring characters stand together in what is known."""
    old = [False] * len(run)
    for i in range(len(run) - 1):
        if run[i : i + 2] in pairs:
            old[i] = old[i + 1] = True
    found, start = [], 0
    for end in range(len(run) + 1):
        if end == len(run) or old[end] or run[end] in _NOT_OF_NAME:
            if end - start >= 2:
                found.append(run[start:end])
            start = end + 1
    return [one for one in found if one not in known]


def _is_name(stretch: str) -> bool:
    if "·" in stretch.strip("·"):
        return True
    if 2 <= len(stretch) <= 4 and stretch[:2] not in _NO_PERSON and _PERSON.match(stretch):
        return True
    if len(stretch) >= 3 and sum(one in _FOREIGN for one in stretch) >= 0.75 * len(stretch):
        return True
    return len(stretch) >= 3 and _ZH_END.search(stretch) is not None
