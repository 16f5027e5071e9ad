"""Convert HTML in the text of a record to lines of plain text.

`plain` removes markup from a text that clearly has some: a paragraph, a line break or another block tag, a
link or picture, or the end tag of bold text or the like. Tags are removed, block tags become line breaks, and
scripts, styles and comments are removed with their content. Entities become their characters in any text,
with or without markup, and ``&nbsp;`` a space. The results are text: ``&lt;script&gt;`` becomes «<script>»,
not a tag. Only a text that is escaped as a whole, from ``&lt;p&gt;`` to ``&lt;/p&gt;``, is treated as markup.

Many texts were escaped once too often: ``&amp;quot;`` is a quotation mark. But ``&amp;lt;`` occurs in texts
about HTML, and becomes only ``&lt;``, as does an ``&amp;amp;`` beside it, unless another entity shows that
the whole text was escaped twice.

The standard `html.parser` takes quadratic time if tags or comments are never closed (minutes for 100 kB of
``<a <a <a``), so the tags are found here by one regular expression that never looks past the next ``<``.
"""

from __future__ import annotations

import re

__all__ = ["holds_markup", "plain", "plain_address", "unescaped", "without_tags"]

_BLOCKS = (
    "address|article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|ol|p|pre|section"
    "|table|tbody|td|tfoot|th|thead|tr|ul"
)
# Possessive: without backtracking, a broken tag takes linear time.
_INSIDE = r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+"""
_CLEARLY = re.compile(
    rf"</(?:b|i|u|em|strong|span|a|font)>|<(?:/?(?:p|br|div|li|ul|ol|h[1-6]|blockquote)(?:[\s/]{_INSIDE})?|a\s+href={_INSIDE}|img\s{_INSIDE})>",
    re.I,
)
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9:-]*)(?:[\s/]{_INSIDE})?>|<!--|<![a-z]{_INSIDE}>", re.I)
_BLOCK = re.compile(_BLOCKS, re.I)
_SILENT = frozenset({"script", "style"})
# Some entities are often written without the semicolon.
_ENTITY = re.compile(
    r"&((?:amp;)*)(?:(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|(nbsp|quot|laquo|raquo)(?![A-Za-z0-9;=]))"
)
_SYNTAX = frozenset("<>&")
# A text was escaped twice if it has such an entity, which texts about HTML do not show, or if it has "&amp;"
# and none that they do.
_TWICE = re.compile(r"&amp;(?:amp;)*(?!(?:amp|lt|gt);)(?:#[0-9xX]|[A-Za-z][A-Za-z0-9]{1,31};)")
_ABOUT_HTML = re.compile(r"&amp;[lg]t;")
_ESCAPED = re.compile(r"\s*&((?:amp;)*)lt;(?:p|div|article|section|h[1-6]|ul|ol|table|blockquote)\b")
_AMPERSAND = re.compile(r"&(?:amp|#0*38|#[xX]0*26);")


def holds_markup(text: str) -> bool:
    """Whether ``text`` is HTML beyond doubt; «السعر < 5 و> 3» and «الوسم <b>» are not."""
    return "<" in text and _CLEARLY.search(text) is not None


def plain(text: str) -> str:
    """``text`` without its markup, if it has any, and with its entities replaced by characters."""
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
    """``text``, which must be HTML, without its markup."""
    return unescaped("".join(_pieces(text)))


def unescaped(text: str) -> str:
    """``text`` with its entities replaced by characters; markup is unchanged."""
    if "&" not in text:
        return text
    twice = "&amp;" in text and (_TWICE.search(text) or not _ABOUT_HTML.search(text))
    return _ENTITY.sub(_character_of_twice if twice else _character, text)


def plain_address(text: str) -> str:
    """An address with ``&`` for ``&amp;``; other entities may be parameters, as in ``&copy=1``."""
    return _AMPERSAND.sub("&", text) if "&" in text else text


def _character_of_twice(entity: re.Match[str]) -> str:
    """The replacement of an entity in a text that was escaped twice."""
    return _character(entity, twice=True)


def _character(match: re.Match[str], twice: bool = False) -> str:
    """The replacement of an entity."""
    from html import unescape  # its table of entities is large, and few sources need it

    entity = f"&{match[2] or match[3]};"
    character = unescape(entity)
    # No entity stands for more than two characters: in «&notable;», unescape replaces only «&not».
    if character == entity or len(character) > 2:
        return match[0]
    escapes = len(match[1]) // len("amp;")
    if escapes > twice and character in _SYNTAX:
        return "&" + "amp;" * (escapes - 1 - twice) + entity[1:]
    return " " if character == "\xa0" else character


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    unclosed: set[str] = set()
    position = 0
    while tag := _TAG.search(text, position):
        pieces.append(text[position : tag.start()])
        position = tag.end()
        name = (tag[2] or "").lower()
        end_tag = "-->" if tag[0] == "<!--" else f"</{name}>" if name in _SILENT and not tag[1] else ""
        if end_tag and end_tag not in unclosed:
            end = text.find(end_tag, position)
            if end < 0:  # keep the text, and do not search again
                unclosed.add(end_tag)
            else:
                position = end + len(end_tag)
        elif _BLOCK.fullmatch(name):
            pieces.append("\n")
    pieces.append(text[position:])
    return pieces
