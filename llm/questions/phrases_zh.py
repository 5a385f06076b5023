"""Chinese questions in parts: what they are about, what they ask of it, and where a phrase of the same kind stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docent.llm.questions.periods import PERIOD, periods, put_number, put_ordinal, put_period

ASKING = (
    r"(?:多少|多[大长高重久远深宽快]|什么时候|什么|哪[里儿些个家年天位种一几]*+|谁|几[个年家位次岁条种]?|怎么样?|怎样|如何"
    r"|为什么|为何|何[时处地人]|是否|有没有|是不是)"
)
TAIL = re.compile(
    r"(?:又|也|还|都|一?共|总共|分别|大?约|大概|各|主要|具体|曾经?|目前|现在)*(?:是|有(?!限)|为|占|达到?|叫做?|称|指的?|等于|属于|位于|在|由|了)*"
    + ASKING
)
MIN_OWNER = 3  # characters; what stands nearer before an amount is part of its name
# What has an owner or is of something: with nothing else beside it, the owner is that of the question before.
_HEAD = (
    "收入|营收|利润|毛利率?|净利率?|利率|汇率|成本|费用|支出|税率?|收益率|回报率|周转率|情况|状况|资产|负债|权益|资本|资金|现金流量?净?额?|金额|余额|总额|净额|差额|额度|销售?量|产量|库存量?|总量|数量|数"
    "|人数|比例|比重|占比|增速|增幅|率|价格?|单价|均价|每股收益|工资|薪酬|面积|人口|高度|长度|重量|身高|体重|年龄|寿命|海拔|温度|容量"
    "|籍贯|职业|职务|国籍|父亲|母亲|妻子|丈夫|子女|儿子|女儿|兄弟|老师|学历|生日|字|号|别名|学名|简称|全称|原名|英文名|名称|作者|导演|主演|编剧"
    "|董事长|总经理|董事会秘书|法定代表人|法人代表|负责人|创始人|创办人|校长|会长|主席|股东|控股股东|实际控制人|会计师事务所|审计机构|员工|子公司"
    "|预算|上限|下限|标准|利息|本金|押金|保证金|补贴|奖金|罚款|违约金|售价|得分|评分|排名|规模|市值|份额|产能|功率|电压|电流|速度|精度"
    "|尺寸|体积|密度|含量|浓度|地址|注册地址|办公地址|电话|网址|邮箱|地点|位置|首都|首府|总部|产地|时间|日期|期限|有效期|版本号?|编号|代码|股票代码"
    "|原因|理由|目的|作用|用途|功能|特点|特征|优点|缺点|优势|结果|影响|意义|条件|要求|方法|步骤|范围|内容|结构|颜色|形状|来源|起源"
)
_BEFORE_HEAD = (
    "归属于[^的，]{2,12}的|扣除[^的，]{2,12}的|加权|营业|主营|业务|净|毛|总|销售|管理|财务|研发|经营|投资|筹资|活动|产生的|注册|实收|资产|负债|利润|现金|流动|固定|存货|应收|账款|生产|库存|职工|员工"
    "|平均|人均|年|主要|所有者|股东|综合|基本|稀释|扣非|归母|增长|占有|使用|剩余|授信|已|未"
)
ATTRIBUTE = re.compile(rf"(?:{_BEFORE_HEAD})*(?:{_HEAD})$")
# Who holds an office: asked for with `谁`, and put in the place of another office only.
OFFICES = (
    "董事会秘书|法定代表人|法人代表|财务总监|财务负责人|董事长|总经理|总裁|负责人|创始人|创办人|校长|院长|会长|主席|主任|秘书长|联系人"
    "|控股股东|实际控制人"
)
OFFICE = re.compile(rf"(?:{OFFICES})$")
# What has neither a number nor a person for an answer.
THING = re.compile(
    r"(?:地址|网址|邮箱|地点|位置|首都|首府|总部|产地|名称|简称|全称|原名|原因|理由|目的|用途|职务|学历|籍贯)$"
)
AMOUNT = re.compile(
    r"(?:收入|营收|利润|成本|费用|支出|资产|负债|权益|资本|资金|流量|产量|销量|人口|面积|价格|电话|薪酬|工资|[率额数])$"
)
# A word of one character ends a phrase only after two others: 于, 曾 and 由 begin names, too.
_BOUNDARY = re.compile(
    rf"的|为什么|为何|{ASKING}|(?<=[^，,\s]{{2}})(?:是|被|由(?!来)|于|每(?!股)|有(?![限机色效关])|在(?![职线建])|[又曾])"
    r"|(?<=..)(?:分布|位于|属于|包括|包含|发生|原来|本来|当时|目前|现在|最初)|这[部款个家座本种项]|[，,、；;：:（(]|(?<=[一-龥])\s+(?=[一-龥])"
)
SLOT_END = re.compile(r"的|[，,、；;：:]|\s+")
_SCENE = re.compile(r"^(?:在[^，]{1,12}|[^，]{1,12}(?:时|后|前|期间|以来|中))，(?=..)")
_LEADING = re.compile(r"^(?:请问|按照?|根据|依据|关于|对于|在|从|当|截至|截止)+")
# What says nothing of what a question is about.
FILLER = re.compile(
    rf"{ASKING}|具体|大概|大约|一?共|总共|目前|现在|主要|原因|理由|[是有为在的了呢吗吧啊这那些个由被又都还会要能到用说做算样，,\s]"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """A question without its stops: what it is about, and what it asks of that."""

    body: str
    tail: str


def split(text: str) -> Parts:
    """The parts of a question: the asking word and the verb before it begin the second."""
    text = text.strip()
    text = text if _SCENE.match(text) else _LEADING.sub("", text)
    tail = TAIL.search(text)
    return Parts(text[: tail.start()], text[tail.start() :]) if tail else Parts(text, "")


def topic(before: Parts) -> str:
    """What a question is about: what stands before the first `的`, verb or asking word, without periods."""
    body = _SCENE.sub("", before.body.strip("，, "))
    text = _LEADING.sub("", PERIOD.sub("，", body)).strip("，, ")
    for part in _BOUNDARY.split(text):
        if len(part.strip("，, ")) >= 2:
            return part.strip("，, ")
    quoted = re.search(r"《[^》]+》|“[^”]+”", before.tail)
    return text or (quoted[0] if quoted else FILLER.sub("", before.tail))


def with_period(body: str, period: str) -> str:
    """`body` with another period, in front where it had none."""
    return put_period(body, period) or f"{period}{body}"


def filled(body: str, fragment: str) -> tuple[str, bool]:
    """`body` with each part of a fragment in the place of its like; and whether what is asked became another."""
    is_other = False
    for period in periods(fragment):
        body = with_period(body, period)
    phrase = _LEADING.sub("", PERIOD.sub(" ", fragment)).strip(" 的，,")
    whole = ATTRIBUTE.fullmatch(phrase)
    parts = [phrase] if whole else [part for part in re.split(r"的|\s+", phrase) if part]
    for part in parts:
        body, changed = _with_phrase(body, part)
        is_other = is_other or changed
    return body, is_other


def _with_phrase(body: str, phrase: str) -> tuple[str, bool]:
    if phrase in body:
        return body, False
    counted = put_number(body, phrase) or put_ordinal(body, phrase)
    if counted:
        return counted, False
    like = _office(body) if OFFICE.match(phrase) else None
    like = like or _like(body, phrase)
    attribute = _attribute(body)
    if like is None and ATTRIBUTE.search(phrase):
        if attribute is None:
            return f"{topic(Parts(body, ''))}的{phrase}", True
        like = attribute
    if like is None:
        like = _owner(body, attribute[0] if attribute else len(body))
    if like is None:
        return f"{phrase}的{body}", False
    return body[: like[0]] + phrase + body[like[1] :], False


def _attribute(body: str) -> tuple[int, int] | None:
    """Where the last word for an amount or for what has an owner stands, with what belongs to it."""
    for start, end in reversed(_slots(body)):
        found = ATTRIBUTE.search(body[:end])
        if found and found.end() > start:
            is_near = start <= found.start() < start + MIN_OWNER
            return start if is_near else found.start(), end
    return None


def _office(body: str) -> tuple[int, int] | None:
    """Where the last office stands that something is asked of."""
    for start, end in reversed(_slots(body)):
        found = OFFICE.search(body[start:end])
        if found:
            return start + found.start(), end
    return None


def _slots(body: str) -> list[tuple[int, int]]:
    """Stretches between `的`, stops, blanks and periods."""
    cuts = sorted([*(m.span() for m in PERIOD.finditer(body)), *(m.span() for m in SLOT_END.finditer(body))])
    slots, start = [], 0
    for cut, after in [*cuts, (len(body), len(body))]:
        if cut > start:
            slots.append((start, cut))
        start = max(start, after)
    return slots


def _like(body: str, phrase: str) -> tuple[int, int] | None:
    """Where a phrase of the same kind stands: the same last two characters, the same first two, or one of as many."""
    for start, end in reversed(_slots(body)):
        slot = body[start:end]
        last = slot.rfind(phrase[-2:])
        if len(phrase) > 2 and last > 0:
            stop = start + last + 2
            rest = body[stop:end]
            return start, stop if ATTRIBUTE.search(rest) else end
        first = slot.find(phrase[:2])
        if len(phrase) > 2 and first >= 0:
            return start + first, end
        if len(slot) == len(phrase) and slot[0] == phrase[0]:
            return start, end
        if len(phrase) <= 3 and slot[-1] == phrase[-1]:
            return max(start, end - len(phrase)), end
    return None


def _owner(body: str, end: int) -> tuple[int, int] | None:
    """The phrase nearest before what is asked: whose it is."""
    found = [(start, min(stop, end)) for start, stop in _slots(body) if start < end]
    if not found:
        return None
    start, stop = found[-1]
    verb = _BOUNDARY.search(body, start + 2, stop)
    return start, verb.start() if verb else stop
