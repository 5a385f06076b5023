"""The question before asked once more: in more detail, with an example, of its next step, of what a document says."""

from __future__ import annotations

import re

_PLEASE = r"(?:请|麻烦|能不能|可不可以|能否|可以|能|你)*(?:给我|帮我|跟我)?"
_SAY = r"(?:说|讲|解释|介绍|说明|展开|描述|谈|举)"
_STOP = r"(?:吗|吧|呢|么)?"
_MORE = re.compile(
    rf"{_PLEASE}(?:再|更)?{_SAY}*得?(?:详细|具体|仔细|清楚)(?:一?[点些下])?地?{_SAY}*(?:一下)?{_STOP}"
    rf"|{_PLEASE}(?:再|多)?(?:展开|多){_SAY}+(?:一?[点些下])?{_STOP}"
    r"|(?:(?:can|could|would) you |please )*(?:(?:tell me|say|explain|give me|go into) )?(?:(?:it|that|this) )?(?:in )?"
    r"(?:a (?:bit|little) )?more(?: details?| about (?:it|that|this))?(?: please)?"
    r"|(?:(?:can|could|would) you |please )*(?:elaborate|explain (?:it|that|this)(?: further)?)(?: please)?",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    rf"{_PLEASE}(?:有没有|有)?(?:再|给|举|出)*(?:一?[个些]|几个|具体|具体的)*(?:例子|实例|示例|例)(?:说明)?(?:一下)?{_STOP}"
    r"|(?:(?:can|could|would) you |please )*(?:(?:give|show)(?: me| us)? |is there |are there )?"
    r"(?:for |an?other |an? |some |any |one )?(?:more )?examples?(?: of (?:it|that|this))?(?: please)?",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"(?:那|那么|然后|再)?(?P<step>第[一二三四五六七八九十\d]+步|下一步|最后一步|接下来|之后|然后|再然后)(?:又|该)?"
    r"(?:呢|(?:要|需要)?(?:做|干|怎么做|怎么办|怎么弄|是)?(?:什么|啥)?(?:呢)?)"
    r"|(?:and |what is |what's |then )*(?:the )?(?:first|second|third|fourth|fifth|next|last|final) step"
    r"|(?:and )?(?:what (?:comes |is )?next|(?:and )?then(?: what)?|what then|after that|and after that)",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"(?:[这那它][两几三](?:[个种项类者]|条)|它们|二者|两者).{0,6}?(?:之间)?(?:有什么|有何|有没有|的)?(?:区别|不同|差别|关系|联系)"
    r"(?:是什么|在哪里?|吗)?",
)
_IF = re.compile(
    r"(?:那|那么)?(?P<if>(?:如果|要是|假如|万一|假设)[^，,]{2,20})呢|(?:and |but |what )+(?P<when>if .{3,60})",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"(?:那|那么)?(?:在?[^，,。它其这]{2,16}(?:里面?|中|上|手册|文档|指南|版))(?:又|也|都)?(?:是|有没有|有)?"
    r"(?:(?:怎么|如何|怎样)(?:说|写|讲|规定|描述|解释)的?|(?:说|写|讲|提)到?的?)[呢吗]?"
    r"|(?:and )?what does (?P<says>the [\w' -]{3,40}) say(?: about (?:it|that|this))?",
    re.IGNORECASE,
)
_STOPS = " \t?？!！。.,，"


def again(question: str, before: str) -> str | None:
    """What is asked where a question only turns to the one before anew; None where it asks something itself."""
    asked, earlier = question.strip(_STOPS), before.strip(_STOPS)
    if _MORE.fullmatch(asked):
        return before
    if _EXAMPLE.fullmatch(asked) or _BOTH.fullmatch(asked) or _STEP.fullmatch(asked):
        return f"{earlier}? {question.strip()}" if asked.isascii() else f"{earlier}，{asked}？"
    if condition := _IF.fullmatch(asked):
        return f"{earlier}, {condition['when']}?" if condition["when"] else f"{earlier}，{condition['if']}？"
    if says := _SAYS.fullmatch(asked):
        return f"{earlier}, according to {says['says']}?" if says["says"] else f"{earlier}，{asked}？"
    return None
