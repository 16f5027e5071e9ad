"""HTML in a record's text, turned into lines of plain text.

`plain` leaves a text alone unless it clearly holds markup: a paragraph, a line break or another block tag,
or a link or picture. Then tags go, block tags become line breaks, scripts, styles and comments go with what
is in them, and entities become their characters.

The standard `html.parser` takes time in the square of its input when a tag or comment is never closed
(minutes for 100 kB of ``<a <a <a``), so the tags are found here by one regular expression that never looks
past the next ``<``.
"""

from __future__ import annotations

import re

__all__ = ["holds_markup", "plain", "without_tags"]

_BLOCKS = (
    "address|article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|ol|p|pre|section"
    "|table|tbody|td|tfoot|th|thead|tr|ul"
)
# Possessive: what an attribute took is never given back, so a broken tag costs its length once.
_INSIDE = r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+"""
_CLEARLY = re.compile(
    rf"<(?:/?(?:p|br|div|li|ul|ol|h[1-6]|blockquote)(?:[\s/]{_INSIDE})?|a\s+href={_INSIDE}|img\s{_INSIDE})>",
    re.I,
)
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9:-]*)(?:[\s/]{_INSIDE})?>|<!--|<![a-z]{_INSIDE}>", re.I)
_BLOCK = re.compile(_BLOCKS, re.I)
_SILENT = frozenset({"script", "style"})


def holds_markup(text: str) -> bool:
    """Whether ``text`` is HTML beyond doubt; «السعر < 5 و> 3» and «الوسم <b>» are not."""
    return "<" in text and _CLEARLY.search(text) is not None


def plain(text: str) -> str:
    """``text`` without its markup if it holds any, else ``text`` itself."""
    return without_tags(text) if holds_markup(text) else text


def without_tags(text: str) -> str:
    """``text``, which is HTML, without its markup."""
    from html import unescape  # its table of entities is large, and few sources need it

    return unescape("".join(_pieces(text)))


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
