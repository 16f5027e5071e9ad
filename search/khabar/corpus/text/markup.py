"""HTML in a record's text, turned into lines of plain text.

`plain` takes markup out of a text that clearly holds some: a paragraph, a line break or another block tag, a
link or picture, or the end of a piece in bold or the like. Then tags go, block tags become line breaks, and
scripts, styles and comments go with what is in them. Entities become their characters in any text, with
markup or without, and ``&nbsp;`` a space. What comes of them is text: ``&lt;script&gt;`` is «<script>», and
no tag. Only a text that is escaped as a whole, from ``&lt;p&gt;`` to ``&lt;/p&gt;``, is markup again.

Many texts were escaped once too often: ``&amp;quot;`` is a quotation mark. But ``&amp;lt;`` is what a text
about HTML holds, and stays ``&lt;``, with an ``&amp;amp;`` beside it, unless another entity shows that all
was escaped twice.

The standard `html.parser` takes time in the square of its input when a tag or comment is never closed
(minutes for 100 kB of ``<a <a <a``), so the tags are found here by one regular expression that never looks
past the next ``<``.
"""

from __future__ import annotations

import re

__all__ = ["holds_markup", "plain", "plain_address", "unescaped", "without_tags"]

_BLOCKS = (
    "address|article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|ol|p|pre|section"
    "|table|tbody|td|tfoot|th|thead|tr|ul"
)
# Possessive: what an attribute took is never given back, so a broken tag costs its length once.
_INSIDE = r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+"""
_CLEARLY = re.compile(
    rf"</(?:b|i|u|em|strong|span|a|font)>|<(?:/?(?:p|br|div|li|ul|ol|h[1-6]|blockquote)(?:[\s/]{_INSIDE})?|a\s+href={_INSIDE}|img\s{_INSIDE})>",
    re.I,
)
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9:-]*)(?:[\s/]{_INSIDE})?>|<!--|<![a-z]{_INSIDE}>", re.I)
_BLOCK = re.compile(_BLOCKS, re.I)
_SILENT = frozenset({"script", "style"})
# With its semicolon, except for those that careless editors write without.
_ENTITY = re.compile(
    r"&((?:amp;)*)(?:(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|(nbsp|quot|laquo|raquo)(?![A-Za-z0-9;=]))"
)
_SYNTAX = frozenset("<>&")
# An entity that no text is about; without one, "&" alone, where nothing looks like a text about HTML.
_TWICE = re.compile(r"&amp;(?:amp;)*(?!(?:amp|lt|gt);)(?:#[0-9xX]|[A-Za-z][A-Za-z0-9]{1,31};)")
_ABOUT_HTML = re.compile(r"&amp;[lg]t;")
_ESCAPED = re.compile(r"\s*&((?:amp;)*)lt;(?:p|div|article|section|h[1-6]|ul|ol|table|blockquote)\b")
_AMPERSAND = re.compile(r"&(?:amp|#0*38|#[xX]0*26);")


def holds_markup(text: str) -> bool:
    """Whether ``text`` is HTML beyond doubt; «السعر < 5 و> 3» and «الوسم <b>» are not."""
    return "<" in text and _CLEARLY.search(text) is not None


def plain(text: str) -> str:
    """``text`` without its markup if it holds any, and with characters for its entities."""
    if "<" in text and holds_markup(text):
        return without_tags(text)
    if "&" not in text:
        return text
    if (escaped := _ESCAPED.match(text)) and text.rstrip().endswith(f"&{escaped[1]}gt;"):
        if escaped[1]:
            text = text.replace(f"&{escaped[1]}", "&")
        for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
            text = text.replace(entity, character)
        return without_tags(text)
    return unescaped(text)


def without_tags(text: str) -> str:
    """``text``, which is HTML, without its markup."""
    return unescaped("".join(_pieces(text)))


def unescaped(text: str) -> str:
    """``text`` with characters for its entities; markup is left as it is."""
    if "&" not in text:
        return text
    twice = "&amp;" in text and (_TWICE.search(text) or not _ABOUT_HTML.search(text))
    return _ENTITY.sub(_character_of_twice if twice else _character, text)


def plain_address(text: str) -> str:
    """An address with ``&`` for ``&amp;``; ``&copy=1`` in it is a parameter."""
    return _AMPERSAND.sub("&", text) if "&" in text else text


def _character_of_twice(found: re.Match[str]) -> str:
    """The character of an entity in a text that was escaped twice."""
    return _character(found, twice=True)


def _character(found: re.Match[str], twice: bool = False) -> str:
    from html import unescape  # its table of entities is large, and few sources need it

    entity = f"&{found[2] or found[3]};"
    character = unescape(entity)
    # No entity stands for more than two characters: of «&notable;» unescape takes «&not».
    if character == entity or len(character) > 2:
        return found[0]
    again = len(found[1]) // 4
    if again > twice and character in _SYNTAX:
        return "&" + "amp;" * (again - 1 - twice) + entity[1:]
    return " " if character == "\xa0" else character


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    unclosed: set[str] = set()
    position = 0
    while found := _TAG.search(text, position):
        pieces.append(text[position : found.start()])
        position = found.end()
        name = (found[2] or "").lower()
        end = "-->" if found[0] == "<!--" else f"</{name}>" if name in _SILENT and not found[1] else ""
        if end and end not in unclosed:
            at = text.find(end, position)
            if at < 0:  # keep the text, and look only once
                unclosed.add(end)
            else:
                position = at + len(end)
        elif _BLOCK.fullmatch(name):
            pieces.append("\n")
    pieces.append(text[position:])
    return pieces
