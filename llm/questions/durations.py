"""How long something goes on: how that is asked, how it is said, and what only happens in the meantime."""

from __future__ import annotations

import re

from docent.llm.questions.phrases_zh import split

# Of the English ones `how long is the bridge` asks for no time.
ASKS = (
    r"多(?:久|长时间)(?![^，。；？]{0,8}一?[次回遍])|(?<!第)几(?:年(?![级代])|个(?:半?年|月|星期|小时|季度|学期)|[天周]|小时|分钟)|多少(?:年|个?月|[天日周]|个?小时|分钟)"
    r"|(?:任?期限?|时[间长]|年限|寿命)(?:一般|大约)?[是为有]?多[长少]"
    r"|\bhow\s+many\s+(?:\w+\s)?(?:second|minute|hour|day|week|month|year)s\b"
    r"|\bhow\s+long\b(?=\s+(?:do|does|did|must|may|can|will|shall|should|has|have|had)\b|[^?]*\b(?:terms?|periods?|warrant(?:y|ies)|guarantees?"
    r"|valid\w*|lease|wait|notice|shift|stay|course|contract|time|kept|stored|retained|held|open|closed|away|delay|leave|session|trial)\b)"
    r"|\bwhat\s+(?:is|was|are)\s+(?:the\s+)?(?:[\w'’-]+\s+){0,3}?(?:term|period|duration|retention)\s+(?:of|for)\b"
)
_ZH_NUMBER = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百千半数]+)"
_SAME = "[同与和](?P<what>[^，。；]{2,24}?)(?:相同|一致)"
_ZH = re.compile(
    rf"(?<![第\d.〇零年月一二三四五六七八九十])(?:{_ZH_NUMBER}[多余来]?个?半?(?:年(?![级代度]|[一二三四五六七八九十\d]{{1,2}}月)|[日天周](?![年一二三四五六末])|小时|分钟|秒钟?|学期|季度)"
    rf"|{_ZH_NUMBER}[多余来]?个半?(?:月|星期|工作日|自然日))|永久|终[身生]|无限期|长期有效"
    rf"|{_SAME}|\d\s*[-–—~～至到]\s*\d\d?\s*月"
)
_AS_LONG = re.compile(_SAME)
_EN_NUMBER = (
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|thirty|forty"
    r"|fifty|sixty|ninety|several|half\s+an?|(?<=\bfor )an?|(?<=\blasts )an?|(?<=\btakes )an?|(?<=\bis )an?"
    r"|(?<=\bof )an?|(?<=\babout )an?)"
)
_UNIT = r"(?:second|minute|hour|day|night|week|month|quarter|year)"
_EN = re.compile(
    rf"(?<![\w.,/-]){_EN_NUMBER}(?:\s*\(\d+\))?[\s-](?:and\s+a\s+half\s+|full\s+|calendar\s+|business\s+|working\s+|consecutive\s+)?"
    rf"{_UNIT}s?\b(?!\s+(?:old|ago|earlier))|\b(?:permanently|indefinitely|for\s+life|lifetime)\b",
    re.IGNORECASE,
)
# A time by which, after which or how often something happens is none that it goes on for.
_DEADLINE_ZH = re.compile(r"(?:工作日|自然日)?[以之]?[内前后]|[一二两三四五六七八九十\d]*次")
_BEFORE_ZH = re.compile(r"(?:[每隔满]|提前)[^，。；]?$")
_BEFORE_EN = re.compile(r"\b(?:within|every|each|after|per)(?:\s+(?:the|a))?\s*$", re.IGNORECASE)
_AFTER_EN = re.compile(r"['’]?\s*(?:\w+\s)?(?:notice|before|after|prior|later|following|preceding)\b", re.IGNORECASE)
# A table may have the unit in its head and the number in its cell.
_UNIT_OF_HEAD = re.compile(
    r"[（(](?:单位[:：]\s*)?(?:年|个?月|[日天周]|小时|分钟|秒)[)）]|[（(](?:in\s+)?(?:seconds|minutes|hours|days|weeks|months|years)[)）]",
    re.IGNORECASE,
)
_ABOUT = re.compile("(?:大?约|大概|一般|通常)$")
# What happens in or after the time that is asked for (保修期内, 任期届满) does not tell how long it is.
_MEANWHILE = r"(?:[以之]?[内中后前]|届?满|期?间|结束|到期)"


def tells_time(text: str) -> bool:
    """Whether a text says a time that is so long, a deadline as well."""
    return _ZH.search(text) is not None or _EN.search(text) is not None


def tells_duration(text: str) -> bool:
    """Whether a text, or a row with its heads, says how long something goes on: `五年` and not `五年内`."""
    if _UNIT_OF_HEAD.search(text) and any(map(str.isdigit, text)):
        return True
    for one in _ZH.finditer(text):
        if not _DEADLINE_ZH.match(text, one.end()) and not _BEFORE_ZH.search(text[: one.start()]):
            return True
    return any(
        not _BEFORE_EN.search(text[: one.start()]) and not _AFTER_EN.match(text, one.end())
        for one in _EN.finditer(text)
    )


def same_as(text: str) -> str:
    """What a time is said to be as long as, 会员大会每届任期 of 同会员大会每届任期相同; "" for any other text."""
    found = _AS_LONG.search(text)
    return found["what"] if found else ""


def time_asked(question: str) -> str:
    """What a Chinese question calls the time, `花期` of `茶树的花期大约是多久`; "" where it names none."""
    body = _ABOUT.sub("", split(question.rstrip("？?。 ")).body.strip(" 的，,"))
    noun = body.split("的")[-1].strip()
    return "" if noun.isascii() or len(noun) < 2 else noun


def is_meanwhile(question: str, text: str) -> bool:
    """Whether a text names the time that is asked for only to say what happens in it or after it."""
    noun = time_asked(question)[-2:]
    return noun != "" and noun in text and re.search(rf"{re.escape(noun)}(?!{_MEANWHILE})", text) is None
