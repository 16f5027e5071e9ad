"""Recognise newswires and OCR output among XML files and pages, by their beginning."""

from __future__ import annotations

import re
from typing import Literal

from khabar.corpus.formats.marks import DOCTYPE, FRONT

__all__ = ["XmlKind", "xml_kind"]

XmlKind = Literal["nitf", "newsml-g2", "newsml", "alto", "page-xml", "hocr"]

_ROOT = re.compile(FRONT + DOCTYPE + r"<(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,40})(?=[\s/>])", re.I | re.S)
_KINDS: dict[str, XmlKind] = {
    "nitf": "nitf",
    "newsMessage": "newsml-g2",
    "newsItem": "newsml-g2",
    "packageItem": "newsml-g2",
    "conceptItem": "newsml-g2",
    "knowledgeItem": "newsml-g2",
    "planningItem": "newsml-g2",
    "NewsML": "newsml",
    "alto": "alto",
    "PcGts": "page-xml",
}
"""The format of each root element, by its local name."""
# No tag is looked for past the next "<": that would take quadratic time.
_IS_HOCR = re.compile(
    r"""<meta\s[^<>]*\bocr-(?:system|capabilities)\b|<\w+\s[^<>]*\bclass=["']?ocr_page\b""", re.I
)


def xml_kind(start: str) -> XmlKind | None:
    """The format of a newswire or OCR file that begins with ``start``; None for other files.

    >>> xml_kind('<?xml version="1.0"?><nitf><head/>'), xml_kind("<rss>")
    ('nitf', None)
    """
    root = _ROOT.match(start)
    if not root:
        return None
    name = root[1]
    if name.lower() == "html":
        return "hocr" if _IS_HOCR.search(start) else None
    return _KINDS.get(name)
