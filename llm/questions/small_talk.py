"""Greetings, thanks and questions to the program itself: a line in reply, without a search and without citations.

The forms are a small closed class, and the whole of what was typed must be made of them: whatever names a thing that
documents could say something about is a question to the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from docent.llm.language import Language, language_of
from docent.llm.types import Answer, Done, Event, Retrieved, Token
from docent.retrieval import fold

Talk: TypeAlias = Literal["self", "thanks", "farewell", "greeting", "assent"]
"""What is meant, the most telling first: of `Hi, who are you?` that is the second part."""

MAX_LENGTH = 60  # characters
_TO_WHOM = r"(?:\s+(?:there|docent|all|everyone|everybody|again|you|to you))*"
_FORMS: Mapping[Talk, str] = {
    "self": (
        r"(?:so\s+)?what\s+(?:can|do)\s+you\s+do(?:\s+for\s+me)?|what\s+can\s+i\s+ask(?:\s+(?:you|here))?"
        r"|how\s+(?:do|can|should)\s+i\s+use\s+you|how\s+(?:do|can)\s+you\s+help(?:\s+me)?|(?:who|what)\s+are\s+you"
        r"|are\s+you\s+(?:an?\s+)?(?:bot|robot|human|person|machine|ai|chatgpt|real)|what(?:['’]s|\s+is)\s+your\s+name"
        r"|(?:please\s+)?(?:introduce|tell\s+me\s+about)\s+yourself|(?:can|could)\s+you\s+help(?:\s+me)?|help(?:\s+me)?"
        r"|你(?:都|还|到底)?(?:能够?|会|可以)(?:帮我?|为我)?(?:做|干)?(?:点|些)?(?:什么|啥|哪些)(?:事情?|东西)?"
        r"|你(?:都)?有(?:什么|哪些|啥)(?:功能|本领|能力|用处|用)|你是(?:谁|什么|干什么的|做什么的|机器人|人工智能|ai|chatgpt|真人|人)"
        r"|你叫什么(?:名字)?|(?:我)?(?:该|要|应该|可以)?(?:怎么|如何|怎样)(?:使用|用)你"
        r"|(?:我)?(?:能|可以)(?:向你|问你?)(?:提问|问)?(?:点|些)?(?:什么|啥|哪些)(?:问题)?"
        r"|(?:请)?(?:做个|做一下)?(?:自我介绍|介绍(?:一下)?你自己)(?:一下)?|帮助|帮帮我|(?:你)?能帮(?:帮)?我"
    ),
    "thanks": (
        r"(?:many\s+)?(?:thanks|thank\s+you|thx|cheers)(?:\s+(?:a\s+lot|a\s+bunch|so\s+much|very\s+much|again|docent)"
        r"|\s+for\s+(?:your|the|all\s+your)\s+(?:help|answers?|time))*|that\s+helps(?:\s+a\s+lot)?|(?:very|that['’]s)\s+helpful"
        r"|(?:太|非常|十分|真是?|好的?|多)?(?:感谢|谢谢|谢)(?:你们?|您|大家|你的(?:帮助|回答|解答))?|辛苦|有帮助|很有用"
    ),
    "farewell": (
        r"(?:good)?bye(?:\s+bye)?|see\s+you(?:\s+(?:later|soon|tomorrow))?|good\s+night"
        r"|再见|拜拜|回头见|明天见|晚安"
    ),
    "greeting": (
        r"(?:hello|hi|hey|hallo|howdy|greetings|good\s+(?:morning|afternoon|evening|day))" + _TO_WHOM +
        r"|how\s+are\s+you(?:\s+(?:doing|today))*|nice\s+to\s+meet\s+you|what['’]s\s+up"
        r"|(?:你们?|您|大家|各位)好|嗨|哈[喽啰罗]|早上好|上午好|中午好|下午好|晚上好|早安?|在吗|在不在|有人在?吗|很高兴认识你"
    ),
    "assent": (
        r"no\s+(?:more|further)\s+questions|ok(?:ay)?|yes|no|great|perfect|all\s*right|alright|got\s+it|i\s+see"
        r"|understood|well\s+done"
        r"|好的?|嗯|哦|行|可以|对|是的|明白|知道|懂|收到|了解|没问题|没有问题|没有?(?:别的|其他)?(?:问题)?|太好|很好|不错|真棒|太棒"
    ),
}  # fmt: skip
_TAIL = r"(?:[了啦呢吗呀啊哦吧嘛]|[\s,，]+(?:please|docent))*"
# One after another, each taken as it first fits, so that no text takes long to tell.
_ITEM = re.compile(
    rf"(?:{'|'.join(f'(?P<{talk}>{form})' for talk, form in _FORMS.items())}){_TAIL}"
    r"(?:[\W_]+|(?<=[一-龥])|(?=[一-龥])|\Z)"
)
_REPLIES: Mapping[Language, Mapping[Talk, str]] = {
    "en": {
        "self": (
            "I answer questions from your documents and show for each sentence the page and lines it comes from; where"
            " they do not say, I say so. Ask for a figure, a date, a name, a reason or a list, in English or Chinese."
        ),
        "thanks": "You are welcome. Just ask when there is more.",
        "farewell": "Goodbye.",
        "greeting": "Hello. Ask me about your documents: each answer shows the page and lines it comes from.",
        "assent": "Good. Just ask when there is more.",
    },
    "zh": {
        "self": (
            "我根据你的文档回答问题，每句话都注明出自哪一页、哪几行；文档里没有的，我会直说。"
            "数字、日期、人名、原因、清单都可以问，中英文皆可。"
        ),
        "thanks": "不客气，有问题随时问。",
        "farewell": "再见，有问题随时来问。",
        "greeting": "你好！想了解文档里的什么内容，直接问就行，回答会注明出自哪一页、哪几行。",
        "assent": "好的，有问题随时问。",
    },
}


def talk_in(question: str) -> Talk | None:
    """What is meant by words that ask nothing of documents; None for any other text."""
    text = fold(question).strip()
    said: set[str] = set()
    position = 0
    while position < len(text) <= MAX_LENGTH and (item := _ITEM.match(text, position)):
        said.update(talk for talk, words in item.groupdict().items() if words)
        position = item.end()
    return next((talk for talk in _FORMS if talk in said), None) if position == len(text) else None


def small_talk(question: str, model: str) -> Iterator[Event]:
    """The reply to words that ask nothing of documents, as events; none for a question."""
    talk = talk_in(question)
    if talk is None:
        return
    text = _REPLIES[language_of(question)][talk]
    yield Retrieved((), question)
    yield Token(text)
    yield Done(Answer(question, text, (), (), refused=False, query=question, model=model))
