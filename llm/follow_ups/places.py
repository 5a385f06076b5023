"""Where a fragment goes in the question before, where its letters show it: `Linux 上呢`, `And on Linux?`, `/opt?`."""

from __future__ import annotations

import re

from docent.llm.questions.periods import PERIOD, periods
from docent.llm.questions.phrases_en import FUNCTION, LEAST, MOST, topic_of
from docent.llm.questions.phrases_zh import AMOUNT, ASKING, ATTRIBUTE, Parts, filled, topic

MAX_NOUN = 3  # characters that may begin like a verb and yet name a thing: `打印机`
_LATIN = re.compile(r"[A-Za-z][\w.+#/&-]*(?:\s+[A-Za-z][\w.+#/&-]*)*")
_AT = r"(?:里面?|上面?|下面?|之?中|之?内)"
_PLACED = re.compile(rf"\s*{_AT}")
_ABLE = r"(?:最[低少高多大小快慢])?(?:可以|能(?![量源力])|需要|必须|应该|应当|支持)"
_DOER = re.compile(
    rf"(?:^|(?<=[的里中上下内，,]))(?P<who>(?!{_ABLE})[^的里中上下内，,]{{1,16}}?)(?P<does>{_ABLE}(?:[^的]*)?)$"
)
# Verbs that may stand between an asking word and what is done to: one of them ends where its object begins.
_VERB = (
    "是(?=.)|安装|卸载|设置|配置|修改|更改|更换|更新|升级|添加|增加|插入|删除|移除|清除|清洗|清理|打开|关闭|启用|禁用|启动|停止|重启|重置|恢复"
    "|备份|还原|创建|新建|建立|生成|制作|编写|编辑|编译|使用|调用|运行|执行|测试|检查|检测|查看|查询|查找|搜索|下载|上传|导入|导出|打印"
    "|显示|隐藏|连接|断开|登录|注册|注销|申请|办理|提交|取消|支付|缴纳|报销|购买|租用|预约|预订|联系|维护|维修|修理|保养|保存|存储|存放"
    "|处理|解决|选择|指定|定义|引用|调整|控制|管理|分配|发送|接收|转换|合并|拆分|计算|提高|降低|减少|避免|防止|保护|加密|解密|验证|翻译"
    "|[用做写画改加设装看放调换开关交退买卖选查填读取发收洗修带]"
)
_ALLOWED = "(?:可以|能够?|需要|必须|应该|应当|才能|负责|去|来|要|会|应|才|能)*+"
_OBJECT = re.compile(
    rf"(?P<asks>(?:.*?[里中上下内]，?)?(?:{ASKING})?{_ALLOWED}(?:[在从向给][^，,]{{1,10}}[里中上下内])?)"
    rf"(?P<verb>{_VERB})(?P<what>[^，,吗]{{1,14}}?)(?P<end>吗?)$"
)
_OWN = re.compile(r"[^的，,]{2,12}?的(?P<what>[^，,]{2,})")
_LAST_VERB = re.compile(
    r"(?<=..)(?:默认|一般|通常|平时|最好|应该|应当|可以|需要|必须)*+"
    r"(?:使用|采用|选择|填写|输入|设置|存放|安装|(?<![应使费作专信公通利采引适])用|[填放选]|(?<!编)写)$"
)
_SCENE = re.compile(r"(?:[里中上下内]|^(?:可以|能够?|需要|必须|应该)[^的]*)$")
_NAMED = r"(?:(?:the|an?)\s+)?[\w.+-]+"
_WITH_PREPOSITION = re.compile(
    rf"(?P<how>on|with|under|from|by)\s+(?P<what>{_NAMED})|(?P<in>in|to)\s+(?P<name>[A-Z][\w.+-]*)"
)
_TOKEN = re.compile(r"(?<![\w`./-])(?:`[^`]+`|--?[A-Za-z][\w-]*|/[\w./-]+|\.[a-z]\w*)")
_AFTER_MODAL = re.compile(
    r"\b(?:can|could|will|would|shall|should|may|might|must)\s+(?:(?:the|a|an)\s+)?$", re.IGNORECASE
)
_EXTREME = re.compile(rf"\b(?:{MOST}|{LEAST})\s+(?P<what>[A-Za-z][\w-]*)(?=\s+(?:for|of|in|on)\b|$)", re.IGNORECASE)


def put_chinese(before: Parts, phrase: str) -> str | None:
    """A Chinese question with a fragment in the place of its like; None where its letters do not show that place."""
    made = _put_latin(before.body, before.tail, phrase) or _put_object(before, phrase)
    if made is not None:
        return made
    doer = _put_doer(before.body, phrase)
    return None if doer is None else doer + before.tail


def about(before: Parts) -> str:
    """What a Chinese question is about, without the verb that stands before its asking word: `默认用`."""
    found = topic(before)
    return _LAST_VERB.sub("", found) if found == before.body.strip() else found


def put_phrase(before: Parts, fragment: str) -> tuple[str, bool]:
    """As `filled`; a fragment with an owner needs nothing else, and a blank after a name parts no phrase."""
    fragment = re.sub(r"(?<=[A-Za-z])\s+(?=[一-龥])", "", fragment)
    owned = _OWN.fullmatch(fragment)
    if owned and ATTRIBUTE.fullmatch(owned["what"]) and not periods(before.body):
        return fragment, True
    made, is_other = filled(before.body, fragment)
    return (about(before) if made.startswith("的") else "") + made, is_other


def _put_object(before: Parts, phrase: str) -> str | None:
    """What is done, or to what, where the question before says nothing of who does it: `怎么清洗滤网`."""
    if (before.body and not _SCENE.search(before.body)) or PERIOD.search(phrase) or "的" in phrase[:-1]:
        return None
    whole = before.body + before.tail
    asked = _OBJECT.match(whole)
    if asked is None or re.search(ASKING, asked["what"]):
        last = whole[-len(phrase) :]
        if len(last) == len(phrase) > 1 and (last[0] == phrase[0] or last[-1] == phrase[-1]):  # `断页` for `断行`
            return whole[: -len(phrase)] + phrase
        return None if ATTRIBUTE.search(phrase) else f"{whole}，{phrase}呢"
    if ATTRIBUTE.fullmatch(phrase) and not ATTRIBUTE.search(asked["what"]):
        return f"{asked['what']}的{phrase}{'是多少' if AMOUNT.search(phrase) else '是什么'}"
    if phrase.endswith("的"):  # `大写的` of what is the same
        return whole[: asked.start("what")] + phrase + asked["what"] + asked["end"]
    is_action = len(phrase) > MAX_NOUN and re.match(_VERB, phrase) is not None
    return whole[: asked.start("verb" if is_action else "what")] + phrase + asked["end"]


def _put_latin(body: str, tail: str, phrase: str) -> str | None:
    """With a name in Latin letters in the place of one that is written alike; None without one."""
    name = _LATIN.match(phrase)
    if name is None or PERIOD.search(phrase) or "的" in phrase:
        return None
    whole, rest = body + tail, phrase[name.end() :].strip()
    runs = [one for one in _LATIN.finditer(whole) if not PERIOD.search(one[0])]
    if _PLACED.fullmatch(rest):
        chosen = [one for one in runs if _PLACED.match(whole, one.end())]
    elif rest:
        chosen = [one for one in runs if whole[one.end() :].lstrip().startswith(rest)]
    else:
        inside = [one for one in runs if one.end() <= len(body)] or runs
        chosen = [one for one in inside if _shape(one[0]) == _shape(name[0])] or inside
    if not chosen:
        return None
    start, end = chosen[-1].span()
    return whole[:start] + name[0] + whole[end:]


def _put_doer(body: str, phrase: str) -> str | None:
    """What can, needs or supports something in the place of what did; None where nothing does."""
    doer, phrase = _DOER.search(body), phrase.removesuffix("的")
    if doer is None or PERIOD.search(phrase) or ATTRIBUTE.search(phrase) or re.search(r"的|\s", phrase):
        return None
    return body[: doer.start("who")] + phrase + doer["does"]


def put_english(text: str, phrase: str) -> str | None:
    """An English question with the like of a phrase replaced: a path, a flag, a name after the same preposition.

    Or what is the least or the most, in whose place `RAM` is a common noun.
    """
    if _TOKEN.fullmatch(phrase):
        alike = [one for one in _TOKEN.finditer(text) if one[0][0] == phrase[0]]
        return text[: alike[-1].start()] + phrase + text[alike[-1].end() :] if alike else None
    with_it = _WITH_PREPOSITION.fullmatch(phrase)
    if with_it and not PERIOD.search(phrase):
        name = "[A-Z][\\w.+-]*" if with_it["in"] else _NAMED
        named = re.search(
            rf"\b{with_it['how'] or with_it['in']}\s+({name})(?=$|\s+(?:on|in|with|under|from|to|by|for)\b)", text
        )
        if named and not PERIOD.search(named[1]):
            return text[: named.start(1)] + (with_it["what"] or with_it["name"]) + text[named.end(1) :]
    bare, extreme = re.sub(r"^(?:the|for)\s+", "", phrase), _EXTREME.search(text)
    if extreme and re.fullmatch(r"[A-Za-z][a-z-]{2,}", bare) and bare not in FUNCTION and not _EXTREME.search(bare):
        return text[: extreme.start("what")] + bare + text[extreme.end("what") :]
    return None


def subject_of(before: str) -> str:
    """What an English question is about, without the verb of `may the ferry carry`; empty if none is the verb."""
    token = _TOKEN.search(before)
    topic = token[0] if token else topic_of(before)
    bare = topic.removeprefix("the ")
    if not before.endswith(bare) or not _AFTER_MODAL.search(before[: len(before) - len(bare)]):
        return topic
    return topic.rpartition(" ")[0] if len(bare.split()) == 2 else ""


def _shape(name: str) -> tuple[bool, bool, bool]:
    """How a name is written: with digits, with a capital, with one that is not its first letter."""
    return bool(re.search(r"\d", name)), name[0].isupper(), name[1:] != name[1:].lower()
