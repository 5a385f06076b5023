"""The kinds of answer: how a question asks for each, and how a text looks that gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

from docent.llm.questions import durations, shares

Kind: TypeAlias = Literal[
    "number",
    "date",
    "name",
    "list",
    "noun",
    "person",
    "place",
    "reason",
    "definition",
    "frequency",
    "duration",
    "range",
    "difference",
    "having",
    "share",
    "method",
    "address",
]

# The worth of a look is .06 of the log odds by which answers of the development questions have it more often than the
# sentences ranked beside them (half of the questions).
WORTH: Mapping[Kind, float] = {
    "number": 0.12,
    "date": 0.08,
    "name": 0.07,
    "list": 0.06,
    "noun": 0.06,
    "person": 0.03,
    "place": 0.03,
    "reason": 0.06,
    "definition": 0.06,
    # Too few questions of the sets ask for these to count; their looks are narrow, and little else has them.
    "frequency": 0.25,
    "duration": 0.15,  # beside what a number is worth
    "range": 0.2,
    "difference": 0.3,
    "having": 0.25,
    "share": 0.2,
    "method": 0.1,
    "address": 0.35,
}
_ASKS: dict[Kind, str] = {
    "number": (
        r"多少|几(?!何|乎)|多[长高大远深宽重久快]|比例|占比|[费额价][是为]|[^效]率(?:是|有|为|[?？]|$)|第几"
        r"|\bhow\s+(?:much|many|long|old|far|large|big|tall|high|deep|wide|fast)\b"
        r"|\b(?:what|which)\s(?:is|was|are|were)?\s?(?:the\s)?(?:\w+\s){0,3}?"
        r"(?:amounts?|percent(?:age)?|rates?|ratios?|number|total|price|cost|size|share|margin"
        r"|revenues?|sales|income|profits?|earnings|loss|assets|liabilities|equity|debt|cash|expenses?|expenditures?)\b"
    ),
    "date": (
        r"什么时[候间]|何时|哪一?[年天月日]|哪个?年代|几[月日号]|日期|何年|时间是"
        r"|\b(?:what|which)\s+(?:year|date|day|month)|\bwhen\b|\bwhat\b.*\bdate\b"
    ),
    "name": (
        r"叫什么|称[为作之]?什么|名[字称]?[是为叫]?什么|又[名称]|[别原俗]名|别称|全称|简称|哪[部本首张份款]"
        r"|\bcalled\b|\bnamed?\b|\btitle\b"
    ),
    "list": (
        r"哪些|哪[几两二三四五六七八九]|有哪|包括什么|[几两二三四五六七八九]个[^年月]{1,8}(?:是什么|分别)|分别|列出"
        r"|\bwhich\s+\w+s\s+(?:are|were|do|did|have)\b|\bwhat\s+(?:are|were)\b|\blist\b|\bname\s+the\b"
    ),
    "person": r"谁|哪一?位|何人|什么人|\bwho(?:m|se)?\b",
    "place": r"哪里|哪儿|何处|什么地[方点区]|在哪|位于哪|地址|\bwhere\b",
    "reason": (
        r"(?<![算称作名之视定])为什么(?!目)|为何|原因|缘故"
        r"|\bwhy\b|\breasons?\b|\bwhat\s+(?:drove|caused|explains|led)\b"
    ),
    "definition": (
        r"^[^，,。]{1,24}?[是指]什么[?？]?$|什么是|什么叫|指的?是什么|定义|含义|表示什么|什么意思|做什么用"
        r"|^\s*what\s+(?:is|are)\s+(?:an?\s+|the\s+)?[\w'’/().-]+(?:\s+[\w'’/().-]+){0,2}\s*\?*$"
        r"|\bdefin(?:e|ition)|\bmeaning\b|\bwhat\s+do(?:es)?\s.{1,40}\smean"
    ),
    "frequency": (
        r"(?:多久|多长时间|几(?:天|周|个?月|年|小时))[^，。；？]{0,8}一[次回遍]|每隔?多(?:久|长时间|少天)|频率|频次|\bhow\s+(?:often|frequently)\b"
    ),
    "duration": durations.ASKS,
    "share": shares.ASKS,
    "range": (
        r"从?(?:什么时[候间]|何时|哪[天日年月]|几[点月号日])[^，。；？]{0,8}[到至](?:什么时[候间]|何时|哪|几)|起止|(?:哪|什么)[个段]?时间段"
        r"|\bfrom\s+(?:when|wh(?:at|ich)\s+\w+)\b.*\b(?:to|un?till?)\b|\bbetween\s+(?:which|what)\s+(?:dates|times|years|days)\b"
    ),
    "having": r"(?<=..)(?:享)?有(?:哪些|什么|哪几[种项个类])(?!时候|意思|用|关系|区别|不同)[一-龥]{2,8}[？?。 ]*$",
    "difference": (
        r"(?:(?:比(?![重例率])|[较与同和])[^，。？?]{1,24}|相差|[多少高低]出|增[长加]|减少|[上下]升?降?|提高|降低)了?(?:多少|几[个成倍])|差多少"
        r"|\bhow\s+(?:much|many)\s+(?:\w+\s)?(?:less|more|fewer|higher|lower|greater|larger|smaller|longer|shorter|faster|slower|cheaper)\b"
        r"|\bby\s+how\s+(?:much|many)\b|\bhow\s+much\s+did\b.*\b(?:increase|decrease|grow|fall|rise|drop|decline|change)\b"
    ),
    "method": (
        r"如何|怎么(?!样|回事)|怎样|怎么办|步骤|流程|用什么(?:命令|工具|方法|函数|选项)"
        r"|\bhow\s+(?:do|does|can|could|should|would|to|is|are)\b|\bsteps\b|\bprocedure\b"
        r"|\bwhat\s+(?:should|must|do|shall|can)\s+(?:i|we|you|one)\s+do\b"
    ),
    "address": (
        r"(?:哪|什么)[一-龥]{0,4}(?:邮箱|邮件地址|网址|网站|网页|主页|链接|邮件列表)|(?:邮箱|邮件地址|网址|网站|主页|链接|邮件列表)[^，。；]{0,4}(?:是?什么|是多少|在?哪|有哪些)"
        r"|\b(?:what|which|where)\b.{0,40}\b(?:e-?mail|url|web\s?(?:site|page|address)|mailing\s+list|link)\b"
    ),
}
_COUNTED = (
    "(?:[个名人年月日岁届次条元米里分成倍亿万所座间家种位级号部集首季克吨度天周小章节页项款艘架辆层]|周岁|百分|平方)"
)
_LOOKS: dict[Kind, str] = {
    "number": (
        rf"\d|[〇零一二三四五六七八九十百千万亿两半数]{_COUNTED}|分之"
        r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|thousand|half|once|twice)\b"
    ),
    "date": (
        r"(?:1\d|20)\d\d|\d\s*[年月日号]|[〇零一二三四五六七八九十元][年月日号]|世纪|年代|的时候|时期?[，、的]|\bcentury\b"
        r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d"
    ),
    "name": (
        r"[《「『“\"‘]|又[名称]|[别俗原全简改史]称|[别俗原艺笔本全]名|称[为作之]|名[为叫]|叫做?"
        r"|\b(?:called|named|known\s+as|titled|entitled)\b"
    ),
    "list": (
        r"、|；.*；|包[括含]|分[为成别]|有以下|如下|以及|[：:]$|[和与及]"
        r"|,[^,]+,|[：:]$|\b(?:includ\w+|following|consist\w*|compris\w+|namely|both)\b"
    ),
    "person": (
        r"[·•・]|由[^，。]{1,12}?(?:担任|执|导|创|主|编|演|出任)|先生|女士|教授|博士|担任|[出就继]任|姓名|与.{2,4}(?:一[同起]|相)"
        r"|\b(?:Mr|Mrs|Ms|Dr|Sir|President|Chair\w*|Chief)\b|[a-z,]\s[A-Z]\w+\s[A-Z]"
    ),
    "place": (
        r"位[於于]|[坐座]落|[省市县區区镇村乡州国岛路街港城湾邨]|在\w+(?:举|设|建|开)"
        r"|\b(?:locat\w+|based|headquarter\w+|in|at|near)\s+(?:the\s)?[A-Z]"
    ),
    "reason": (
        r"因[为此而]|由于|因[^素]|所以|导致|致使|使得|原因|所致|主要[系是]|为了|得名|以[致便免]|从而|取自|源[于自]"
        r"|\b(?:because|due\s+to|owing\s+to|driven\s+by|result(?:ed|ing|s)?\s+(?:of|from|in)|attribut\w+|caused|reflect\w*"
        r"|so\s+that|in\s+order|therefore|primarily|mainly|offset)\b"
    ),
    "definition": (
        r"(?:）|^[^，。]{1,24})[，,]?\s*(?:是(?!否)|为|指|即|又[名称])|是一[个种项家]|表示|用[于来]|提供了?"
        r"|\b(?:is|are)\s+an?\b|\b(?:means|refers?\s+to|denotes|defined\s+as|stands\s+for)\b"
    ),
    "frequency": (
        r"每隔?(?:[\d,.一二三四五六七八九十两半数几]+\s*)?个?(?:分钟?|小?时|天|日|晚|夜|周|星期|月|季|年|学期|班|次)|每(?:运行|使用|工作|行驶)|逐[日月年]|[一二两三四五六\d]次[/／]"
        r"|\b(?:every|each)\s+(?:[\w.,-]+\s+){0,2}(?:second|minute|hour|day|night|week|month|quarter|year|shift)s?\b"
        r"|\b(?:hourly|daily|nightly|(?:bi|fort)?-?(?:weekly|nightly)|(?:bi-?)?monthly|quarterly|(?:semi-?|bi-?)?annual(?:ly|(?!\s+(?:\w+\s)?(?:meeting|report|fee|leave|salary|accounts|budget)))|yearly)\b"
        r"|\b(?:once|twice|times)\s+(?:an?|per|each|every|in)\s|\bper\s+(?:day|week|month|quarter|year|hour)\b"
    ),
    "range": (
        r"[\d〇零一二三四五六七八九十]\s*(?:[年月日号时点]|[:：]\d\d)[^，。；\d]{0,12}，?(?:[至到~～—–-]|\bto\b|\bun?till?\b|\bthrough\b)"
        r"[^，。；\d]{0,12}[\d〇零一二三四五六七八九十]|(?:周|星期)[一二三四五六][至到~～—–-](?:周|星期)?[二三四五六日天]"
        r"|\d\s?[ap]\.?m\.?\s?(?:to|un?till?|through|[–—-])\s?\d|day\s(?:to|un?till?|through|[–—-])\s(?:\w+day)"
        r"|\b(?:from|between)\s[^.;]{0,30}\d[^.;]{0,20}\s(?:to|and|un?till?|through)\s[^.;]{0,20}\d"
    ),
    "difference": (
        r"\d[^，。；]{0,12}(?:的差|之差)|(?:增[长加]|减少|[上下]升|下降|提高|降低|[高低多少][于出])[^，。；\d]{0,6}\d"
        r"|\d[\d.,]*\s*(?:%|percent(?:age\spoints)?|[\w³²/]+)?\s*(?:\w+\s)?(?:less|more|fewer|higher|lower|greater|larger|smaller"
        r"|longer|shorter|faster|slower|cheaper)\b"
        r"|\b(?:increase[ds]?|decrease[ds]?|grew|fell|rose|dropped|declined|reduced|saved|up|down)\s(?:[\w-]+\s){0,3}?(?:by\s)?[$€£]?\d"
    ),
    "method": (
        r"使用|利用|[^一-龥作采应引费]用[^户途]|执行|运行|输入|键入|[按点单双]击|按下|选择|命令|请|应[该当]|需要|只[需要]|步骤|方法|改[为成]|设[置为定]|加[上入]|添加"
        r"|\b(?:us(?:e|ing)|run|type|enter|press|click|select|choose|set|edit|add|insert|install|execute|create|call|commands?|options?"
        r"|functions?|must|should|need\s+to)\b"
    ),
    "address": r"[\w.-]+@[\w-]+\.|\b(?:https?|ftp)://|\bwww\.",
}
ASKED = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _ASKS.items()}
LOOK = {kind: re.compile(pattern, re.IGNORECASE if kind == "method" else 0) for kind, pattern in _LOOKS.items()}
