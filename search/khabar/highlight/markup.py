"""Text as HTML: escaped, with visible control characters and marked words."""

from __future__ import annotations

from collections.abc import Iterable

from khabar.analysis.analyzer import DEPTHS
from khabar.highlight.matcher import Highlight
from khabar.spelling import printable

__all__ = ["marked", "plain"]


def plain(text: str) -> str:
    """Escape a text from outside, with its control characters made visible."""
    # Slow to import, and only HTML needs it.
    from html import escape

    return escape(printable(text))


def marked(text: str, highlights: Iterable[Highlight], *, depths: bool = True) -> str:
    """Escape a text from outside, with its matched words in a ``<mark>``.

    Args:
        text: the text.
        highlights: its matched words.
        depths: whether a ``<mark>`` has the depth as its class.
    """
    parts = []
    place = 0
    for mark in highlights:
        depth = mark.depth if mark.depth in DEPTHS else "exact"
        tag = f'<mark class="{depth}">' if depths else "<mark>"
        parts += [
            plain(text[place : mark.start]),
            f"{tag}{plain(text[mark.start : mark.end])}</mark>",
        ]
        place = mark.end
    return "".join((*parts, plain(text[place:])))
