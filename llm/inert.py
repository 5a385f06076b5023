"""A model's text made inert: no picture is loaded, no link or tag lives, no sequence reaches the terminal.

A document may ask a model for a picture whose address carries the question away, or for a tag. Whoever renders the
text of an answer as Markdown or HTML gets plain words. What stands in code stays as it is: there nothing lives.
"""

from __future__ import annotations

import re

from docent.ingest import visible

CODE = r"(?P<code>`+[^`\n]+`+)"
LINK = (
    r"(?P<picture>!?)\[(?P<label>[^\[\]\n]{0,300})\]"
    r"(?:\((?P<url>[^()\n]{0,3000}(?:\([^()\n]*\)[^()\n]*)*)\)|\[[^\[\]\n]{0,100}\](?!\d))"
)
TAG = r"(?P<tag><(?:!--.*?-->|[!?/]?[A-Za-z|][^<>]{0,2000}>))"
SCHEMES = ("http", "https", "ftp", "file", "javascript", "data", "vbscript", "blob")
ADDRESS = rf"(?P<address>\b(?:{'|'.join(SCHEMES)}):[^\s<>\"'`，。；、）】」』]*[^\s<>\"'`，。；、）】」』.,;:!?)\]])"
# What is left of a link or tag that was cut in two, or stood around another.
_LOOSE = r"(?P<loose><(?=[/!?]?[A-Za-z|])|\](?=\())"
_LIVING = re.compile(f"{CODE}|{LINK}|{TAG}|{ADDRESS}|{_LOOSE}", re.DOTALL | re.IGNORECASE)
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
_NUMBER = re.compile(r"\[(\d{1,3})\]")


def as_quoted(text: str) -> str:
    """Words of a document as they may stand in an answer: inert, and a number in brackets is no citation of ours."""
    return _NUMBER.sub("［\\1］", inert(visible(text)))


def inert(text: str) -> str:
    """A finished text in which nothing lives, code aside; addresses become code."""
    return _LIVING.sub(_put, text)


def _put(match: re.Match[str]) -> str:
    if match["code"]:
        return match[0]
    if match["address"]:
        return f"`{match[0]}`"
    if match["loose"]:
        return "＜" if match["loose"] == "<" else "] "
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
