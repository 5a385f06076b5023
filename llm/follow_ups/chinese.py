"""Chinese follow-ups: `那 2019 年呢？`, `它的注册资本是多少？`, `为什么？`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docent.llm.follow_ups.beside import put_beside_chinese
from docent.llm.follow_ups.places import about, put_chinese, put_phrase
from docent.llm.questions.periods import PERIOD, neighbouring, periods
from docent.llm.questions.phrases_zh import (
    AMOUNT,
    ASKING,
    ATTRIBUTE,
    FILLER,
    OFFICE,
    SLOT_END,
    TAIL,
    THING,
    Parts,
    split,
    with_period,
)

MAX_FRAGMENT = 24  # characters of a follow-up without predicate
MAX_BARE_FRAGMENT = 10  # of one that only its question mark shows to be a question
MAX_PREDICATE = 6  # characters of a predicate without subject
MAX_THIN = 2  # of what a continuation names, so that it is about the same thing
_END = re.compile(r"[\s？?。！!，,～~]+$")
_LEAD = re.compile(
    r"^(?:(?:好的?|嗯|谢谢|对了|哦)[，,。！\s]+)?(?:那么|还有|以及|另外|然后|而|那(?!须|霸|曲|坡|不勒|英(?![国镑语文里])|[个家位些种次场条份款起部天座项只件]|时(?!间)|本[书文]))[，,\s]*"
)
_CORRECTION = re.compile(
    r"^(?:(?:不是?|不对|不不|抱歉|对不起|不好意思|哦)[，,。！\s]*)*我(?:的意思)?(?:其实)?(?:想|要)?(?:是说|指的?是|说的是|问的是|是|问的)[：:，,\s]*(?=.{2})"
)
_PARTICLE_END = re.compile(r"(?:的?(?:情况|数据|数字|话))?(?:又|也)?呢+$")
_LED_END = re.compile(r"(?:的?(?:情况|数据|数字|话))?(?:又|也)?(?:怎么样|怎样|如何|呢|吗|嘛)+$")
_VERB = re.compile(r"[是有在能会要被把了没不应可须吗为叫]")
_PRONOUN = re.compile(
    r"(?:它们|他们|她们|[它她]|他(?!人|国|乡|杀|项)|其(?![中他它次实余后间])"
    r"|(?:该|这家|那家|这个|那个|此|这一?|那一?)(?P<noun>公司|企业|集团|机构|银行|单位|学校|人|国|城市|地区|产品|项目|业务|部门|季度|年度|年)"
    r"|(?:当|同|那|这一?|该)(?P<year>年)(?:度|份)?(?=的|$)|(?:同|那个|这个|该)(?P<time>时期|期)|前者|后者|(?P<inside>(?:这|那)?(?:里面|里头|其中))(?!的)|[这那](?=[是意会])|这(?=$))"
)
_THIN = re.compile(
    r"^(?:请问|那么?|在|对|对于|关于|与|和|从|到|至|由|被|把|将|因|因为|为什么|为何|怎么|如何|是否|截至|什么时候|哪年|何时|谁|以及|还有|要|能|会"
    r"|[年初末底间时后前内里中期，,\s])*$"
)
# A verb with its doer before a pronoun: `由谁设计它`. Longer ones may hold what the pronoun stands for.
_DONE_TO = re.compile(rf"^(?:由|被|最早|首先|能|可以|应该|{ASKING})+[^《“A-Za-z，,]{{0,5}}$")
_THAT_YEAR = re.compile(r"(?:当|同|该)年(?:度)?(?=的|，|$)")
_EARLIER_YEAR = re.compile(r"(?:再?前|上)一?年(?:度|同期)?|去年(?:同期)?")
_LATER_YEAR = re.compile(r"[次后]一?年(?:度)?|下一?年(?:度)?|第二年")
_QUANTITY = re.compile(r"多少|几[个家人位]|比例|占比|率")
_OF_AMOUNT = re.compile(
    r"^(?:同比|环比|比上|较上|与上|占(?:比|了?多少|[^的]{2,12}的?(?:比例|比重|份额|百分))|增长|增加|上升|提高|下降|减少|下滑|降低|变动|变化)"
)
_OF_THING = re.compile(
    r"^(?:(?:是|在|于|什么时候|何时|哪[年天里儿]|哪一[年天])*)(?:成立|创立|创办|建立|建成|修建|出生|去世|逝世|毕业|位于|发行|上映|上市|出版|开通|发布)的?$"
)
# Predicates that cannot be without a subject; one of them at the front says that it was left out.
_SUBJECTLESS = re.compile(
    rf"^(?:现在|目前|主要|一般|平均|通常|最初|后来|曾经?|具体)*(?:是(?=什么(?!的|导致|让|使|造成|促使|引起)|哪|怎样|怎么|多少|几|谁的)|[又也](?=叫|称|名|被)"
    rf"|位于|分布|属于|来自|司职|担任|从事|效力|包含|包括|起到|[成创建]立于|创办于|[建生死]于|毕业于|就读于|起源于|发源于|以(?={ASKING})|{ASKING}.?$|(?:怎么|如何|怎样)[一-龥]{{2}}$)"
)
_YES_OR_NO = re.compile(
    r"(?:默认|一般|平时)?[都还也又]?(?:(?:可以|能(?!量|源)|需要|要|必须|应该|会|允许|支持|有|是)[^，,吗是有]{1,5}吗"
    r"|(?:可不可以|能不能|要不要|需不需要|会不会|有没有必要)[^，,吗]{1,5}|[^，,]{1,4}了(?:该|应该|要)?怎么(?:办|处理))"
)
_UNOWNED = re.compile(rf"^有(?={ASKING})|^在(?={ASKING})|^由(?=谁|哪|什么)|^为什么(?=又|被|叫)|^多[大长高重久远深宽]")
_WHY = re.compile(r"为(?:什么|何)|(?:主要)?(?:原因|理由)(?:是什么|何在|在哪里?)?")
_CHANGES = "增长|增加|上升|提高|上涨|下降|减少|下滑|降低|下跌|变动|变化|波动|亏损|这么[高低大小多少快慢]"
_WHY_CHANGED = re.compile(rf"为(?:什么|何)(?:会|又|能|要)?(?:大幅|明显|持续|显著)?(?:{_CHANGES})(?:了|的)?")
_WHOLE = re.compile(r"原因|理由")
_IS_WHAT = re.compile(r"(?:分别|大?约|各|具体)*(?:是|为)(?:多少|什么|谁|几)[个家人位元]?")
_ASKED_ALONE = re.compile(rf"(?:[是有为在占达])*{ASKING}[个家人位]?")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A follow-up without its stops and its opening word, and the question before it.

    `led` when there was an opening word; `asks` when that, or a question mark, shows it to be a question.
    """

    rest: str
    before: Parts
    led: bool
    asks: bool


def complete(question: str, before: str) -> str | None:
    """`question` in full as a follow-up of `before`; None when it stands alone.

    With an empty `before` the text that comes back means nothing, only that there is one.
    """
    asked = _asked(question, before)
    for rule in (_next_year, _other, _reason, _fragment, _pronoun, _bare):
        made = rule(asked)
        if made is not None:
            return f"{made}？"
    return None


def leans(question: str) -> bool:
    """Whether `question` plainly refers back: `那…`, `…呢`, `它`, `为什么`. `净利润是多少` is only short."""
    asked = _asked(question, "")
    if complete(question, "") is None:
        return False
    if asked.led or any(rule(asked) is not None for rule in (_next_year, _other, _pronoun)):
        return True
    if asked.rest.endswith("呢") and not split(_PARTICLE_END.sub("", asked.rest)).tail:
        return True
    said = FILLER.sub("", PERIOD.sub("", asked.rest))
    return not said or any(pattern.match(asked.rest) for pattern in (_OF_AMOUNT, _OF_THING))


def _asked(question: str, before: str) -> _Asked:
    bare = _END.sub("", question.strip())
    meant = _CORRECTION.sub("", bare)
    opening = _LEAD.match(meant)
    led = opening is not None and opening.end() < len(meant)
    rest = meant[opening.end() :] if opening and led else meant
    led = led or meant != bare
    return _Asked(rest, _parts(_END.sub("", before)), led, led or question.strip().endswith(("？", "?")))


def _parts(before: str) -> Parts:
    """Of `盈利了吗` what is asked is the last word alone."""
    parts = split(before)
    return Parts(parts.body[:-1], "吗") if not parts.tail and parts.body.endswith("吗") else parts


def _next_year(asked: _Asked) -> str | None:
    """`前一年呢`."""
    rest, before = asked.rest, asked.before
    fragment = _PARTICLE_END.sub("", rest)
    for pattern, step in ((_EARLIER_YEAR, -1), (_LATER_YEAR, 1)):
        if pattern.fullmatch(fragment) and (asked.asks or fragment != rest):
            year = neighbouring(before.body, step)
            return with_period(before.body, f"{year}年") + before.tail if year else f"{before.body}{rest}"
    return None


def _other(asked: _Asked) -> str | None:
    """`更长的内容该怎么存`, `其余的呢`."""
    return put_beside_chinese(asked.rest, asked.before, led=asked.led) if len(asked.rest) <= MAX_FRAGMENT else None


def _reason(asked: _Asked) -> str | None:
    """`为什么`, `为什么下降` after a question for an amount: what is asked is why it changed."""
    rest, before = asked.rest, asked.before
    if not before.body or not _QUANTITY.search(before.body[-1:] + before.tail):
        return None
    if _WHY.fullmatch(rest):
        changes = "变化" if periods(before.body) and not re.search(rf"(?:{_CHANGES})$", before.body) else ""
        return f"{before.body}{changes}的原因是什么"
    return f"{before.body}{rest}" if _WHY_CHANGED.fullmatch(rest) else None


def _fragment(asked: _Asked) -> str | None:
    """`2019 年呢`, `净利润呢`, `华东地区？`; or with a predicate that says no more: `2019 年是多少`."""
    rest, before = asked.rest, asked.before
    fragment = (_LED_END if asked.led else _PARTICLE_END).sub("", rest)
    marked = fragment != rest or asked.led
    own = split(fragment)
    if not own.tail:
        limit = MAX_FRAGMENT if marked else MAX_BARE_FRAGMENT
        says = _VERB.search(own.body) is not None and not rest.endswith("呢")
        if not own.body or says or len(own.body) > limit or not (marked or asked.asks) or _PRONOUN.match(own.body):
            return None
        placed = put_chinese(before, own.body)
        if placed is not None:
            return placed
        body, is_other = put_phrase(before, own.body)
        return body + _asked_of(own.body, body, before, is_other)
    if not _lacks_owner(own, asked.led):
        return None
    body, _ = put_phrase(before, own.body)
    same = own.tail.endswith("多少") and "多少" in before.tail
    return body + (before.tail if same else own.tail)


def _asked_of(fragment: str, body: str, before: Parts, is_other: bool) -> str:
    """What is asked of a fragment: as before, but of an office `谁`, of an amount `多少`, and of an address neither."""
    asks = _asking_of(before) if is_other or not before.tail else before.tail
    if not body.replace(" ", "").endswith(fragment.replace(" ", "")) or not _IS_WHAT.fullmatch(asks):
        return asks
    if OFFICE.search(fragment):
        return asks if "谁" in asks else "是谁"
    if THING.search(fragment):
        return "是什么" if re.search("多少|谁", asks) else asks
    return "是多少" if "谁" in asks and AMOUNT.search(fragment) else asks


def _asking_of(before: Parts) -> str:
    return "是多少" if _QUANTITY.search(before.tail) else "是什么"


def _lacks_owner(own: Parts, led: bool) -> bool:
    """`净利润是多少`, `2019 年是多少`: nothing of a name stands before what is asked."""
    body = re.sub(r"的|主要|具体", "", PERIOD.sub("", own.body)).strip()
    if not body:
        return bool(periods(own.body)) and len(own.tail) <= 5
    if led and periods(own.body) and len(body) <= MAX_THIN + 1:
        return True
    return ATTRIBUTE.fullmatch(body) is not None and (led or len(body) <= 8)


def _pronoun(asked: _Asked) -> str | None:
    """`它的注册资本是多少`, `当年的净利润呢`: only where nothing before it in the question can be meant."""
    rest, before = asked.rest, asked.before
    found = _PRONOUN.search(rest)
    if found is None:
        return None
    earlier = PERIOD.sub("", rest[: found.start()])
    if not _THIN.match(earlier) and not (found[0] in ("它", "它们") and _DONE_TO.match(earlier)):
        return None
    if found["year"] or found["time"] or found["noun"] in ("年", "年度", "季度"):
        period = next(iter(periods(before.body)), None)
        if period is None:
            return f"{before.body}{rest}"
        completed = f"{about(before) if not before.body.startswith(period) else ''}{rest[: found.start()]}{period}"
        return completed + rest[found.end() :]
    if found[0] in ("这", "那"):
        return f"{before.body}{before.tail if not _ASKED_ALONE.fullmatch(before.tail) else ''}，{rest}"
    antecedent = _antecedent(found, before)
    rest = _THAT_YEAR.sub(next(iter(periods(before.body)), r"\g<0>"), rest)
    if _QUANTITY.search(rest) and not periods(rest):
        antecedent += next((one for one in periods(before.body) if one not in antecedent), "")
    if found["inside"]:
        antecedent += "里"
    of = "的" if found[0] == "其" and rest[found.end() : found.end() + 1] != "的" else ""
    return f"{rest[: found.start()]}{antecedent}{of}{_PARTICLE_END.sub(_asking_of(before), rest[found.end() :])}"


def _antecedent(found: re.Match[str], before: Parts) -> str:
    """A phrase of the same noun (`该地区`: `西北地区`), the person asked for, or what the question was about."""
    noun = found["noun"]
    if noun:
        named = [one for one in SLOT_END.split(PERIOD.sub("，", before.body)) if noun in one[1:]]
        if named:
            return named[-1][: named[-1].rindex(noun) + len(noun)]
    if found[0] in ("他", "她", "此人", "该人", "这个人", "那个人") and "谁" in before.tail:
        return before.body
    return about(before)


def _bare(asked: _Asked) -> str | None:
    """`为什么`, `同比增长多少`, `是哪一年成立的`, `能用吗`: asked of something that is not said."""
    rest, before = asked.rest, asked.before
    if re.fullmatch(r"(?:是|由)?谁[一-龥]{1,4}的", rest):
        return f"{about(before)}{rest}"
    if _YES_OR_NO.fullmatch(rest):
        is_thing = before.body and not ATTRIBUTE.search(before.body) and not periods(before.body)
        return f"{before.body if is_thing else about(before)}{rest}"
    if not re.search(ASKING, rest) and not _WHOLE.search(rest):
        return None
    if not FILLER.sub("", rest):
        body = before.body or before.tail
        return f"{body}{_clause(before)}{'的' if _WHOLE.match(rest) else ''}{rest}"
    if _OF_AMOUNT.match(rest):
        return f"{before.body}{rest}"
    content = TAIL.sub("", rest) if TAIL.match(rest) else rest
    if _OF_THING.match(TAIL.sub("", rest)) or _OF_THING.match(content):
        return f"{about(before)}{rest}"
    if _lacks_subject(rest):
        return f"{about(before)}{rest}"
    if asked.led and len(FILLER.sub("", rest)) <= MAX_THIN:
        return f"{about(before)}{rest}"
    return None


def _lacks_subject(rest: str) -> bool:
    """`分布在哪些地区`, `是什么水果`, `由谁导演`: begins with its predicate and names little."""
    named = FILLER.sub("", rest)
    if not re.search(ASKING, rest) or re.search(r"[《“A-Za-z]", rest):
        return False
    if _SUBJECTLESS.match(rest):
        return len(named) <= MAX_PREDICATE
    return _UNOWNED.match(rest) is not None and len(named) <= MAX_THIN


def _clause(before: Parts) -> str:
    """What the question before says after its asking word: `增加` of `为什么增加`."""
    if before.tail == "吗":
        return ""
    return re.sub(rf"^{TAIL.pattern}[个家人位年种]?", "", before.tail)
