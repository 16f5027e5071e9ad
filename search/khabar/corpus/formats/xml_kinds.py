"""Which format an XML file or a page of markup has, by how it begins: the newswires and the outputs of
OCR."""

from __future__ import annotations

import re
from typing import Literal

__all__ = ["XmlKind", "xml_kind"]

XmlKind = Literal["nitf", "newsml-g2", "newsml", "alto", "page-xml", "hocr"]

# White space, a declaration and comments may precede the first tag.
_FRONT = r"(?:\s|<\?[^>]*+>|<!--(?:(?!-->).)*+-->)*+"
_DOCTYPE = r"(?:<!doctype[^>\[]*+(?:\[[^\]]*+\])?\s*>" + _FRONT + r")?"
_ROOT = re.compile(_FRONT + _DOCTYPE + r"<(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,40})(?=[\s/>])", re.I | re.S)
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
"""Local names of root elements."""
_IS_HOCR = re.compile(
    r"""<meta\s[^>]*\bocr-(?:system|capabilities)\b|<\w+\s[^>]*\bclass=["']?ocr_page\b""", re.I
)


def xml_kind(start: str) -> XmlKind | None:
    """The format of a file that begins with ``start``, if it is one of these.

    >>> xml_kind('<?xml version="1.0"?><nitf><head/>'), xml_kind("<rss>")
    ('nitf', None)
    """
    found = _ROOT.match(start)
    if not found:
        return None
    name = found[1]
    if name.lower() == "html":
        return "hocr" if _IS_HOCR.search(start) else None
    return _KINDS.get(name)
