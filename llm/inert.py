"""A model's text made inert: no picture is loaded, no link or tag lives, no sequence reaches the terminal.

A document may ask a model for a picture whose address carries the question away, or for a tag. Whoever renders the
text of an answer as Markdown or HTML gets plain words. What stands in code stays as it is: there nothing lives.
"""

from __future__ import annotations

import re

CODE = r"(?P<code>`+[^`\n]+`+)"
LINK = (
    r"(?P<picture>!?)\[(?P<label>[^\[\]\n]{0,300})\]"
    r"(?:\((?P<url>[^()\n]{0,3000}(?:\([^()\n]*\)[^()\n]*)*)\)|\[[^\[\]\n]{0,100}\](?!\d))"
)
TAG = r"(?P<tag><(?:!--.*?-->|[!?/]?[A-Za-z|][^<>]{0,2000}>))"
SCHEMES = ("http", "https", "ftp", "file", "javascript", "data", "vbscript", "blob")
ADDRESS = rf"(?P<address>\b(?:{'|'.join(SCHEMES)}):[^\s<>\"'`，。；、）】」』]*[^\s<>\"'`，。；、）】」』.,;:!?)\]])"
_LIVING = re.compile(f"{CODE}|{LINK}|{TAG}|{ADDRESS}", re.DOTALL | re.IGNORECASE)
_OPENED = re.compile(r"<(?=[/!?]?[A-Za-z])[^<>]{0,3000}\Z")
_WEB = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_HARMLESS = re.compile(r"</?[A-Za-z][\w.-]*/?>")
# Elements of HTML and SVG; a word in angle brackets that is none of them, such as <filename>, is a part of the text.
_ELEMENT_WORDS = """
a abbr address animate applet area article aside audio b base bdi bdo big blink blockquote body br button canvas
caption center circle cite code col colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset
figcaption figure font footer foreignobject form frame frameset g h1 h2 h3 h4 h5 h6 head header hgroup hr html i
iframe image img input ins kbd keygen label layer legend li line link main map mark marquee math menu meta meter nav
noembed noframes noscript object ol optgroup option output p param path picture plaintext portal pre progress q rect
rp rt ruby s samp script section select set slot small source span strike strong style sub summary sup svg table
tbody td template text textarea tfoot th thead time title tr track tt u ul use var video wbr xml xmp system user
assistant tool
"""
_ELEMENTS = frozenset(_ELEMENT_WORDS.split())
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_a-z])?")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")


def visible(text: str) -> str:
    """The text without sequences for terminals and without characters that hide or turn other ones."""
    return _HIDDEN.sub("", _SEQUENCE.sub("", _LINE_ENDS.sub("\n", text)))


def inert(text: str) -> str:
    """A finished text in which nothing lives, code aside; addresses become code."""
    return _OPENED.sub(lambda match: match[0].replace("<", ""), _LIVING.sub(_put, text))


def _put(match: re.Match[str]) -> str:
    if match["code"]:
        return match[0]
    if match["address"]:
        return f"`{match[0]}`"
    if match["tag"]:
        return _without(match[0])
    label, url = inert(match["label"] or ""), (match["url"] or "").strip().split(" ")[0].strip("<>")
    if match["picture"] or not _WEB.match(url) or url == match["label"]:
        return label if match["picture"] or not _WEB.match(url) else f"`{url}`"
    return f"{label} (`{url}`)" if "`" not in url else label


def _without(tag: str) -> str:
    """A tag as it may stand: an address as code, a placeholder as it is, everything else not at all."""
    inside = tag[1:-1]
    if _WEB.match(inside):
        return f"`{inside}`" if "`" not in inside else ""
    name = re.split(r"[\s/>]", inside.lstrip("/"))[0].lower()
    return tag if _HARMLESS.fullmatch(tag) and name not in _ELEMENTS else ""
