"""Read plain texts, also those with metadata before the text.

Trafilatura and others write front matter between two lines of ``---``, as in Markdown; archives typed by hand
have labelled lines («العنوان: …», «المصدر: …»). What follows is a plain text: every line is a paragraph,
unless a program broke the lines (`khabar.corpus.text.broken_lines`). A text that begins with a tag is a piece
of a web page, and its markup is removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.formats.shapes import is_header, places_of
from khabar.corpus.pieces.content import Draft
from khabar.corpus.records.drafts import draft_of_record
from khabar.corpus.records.markdown import front_matter
from khabar.corpus.text.broken_lines import unbroken_text
from khabar.corpus.text.markup import plain
from khabar.corpus.text.paragraphs import draft_of_text
from khabar.spelling import storable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_text"]

_LABELLED = re.compile(r"[\ufeff\u200e\u200f]?([^\W\d_][^:\n]{1,30}?)[\u200e\u200f]?\s*[:：][ \t]*(.*)")
_EMPHASIS = re.compile(
    r"(?P<sign>\*\*|__|\*|_)(?P<label>[^*_\n]{2,32}?)(?P<colon>[:：])?(?P=sign)\s*(?(colon)|[:：])"
)
"""A label in bold or italics: «**العنوان:** هدنة», «*المصدر*: الوادي»."""
_MOST_LABELS = 20
_HEAD = frozenset(
    {"title", "source", "author", "published", "url", "section", "tags", "id", "place", "language"}
)
_PIECE_OF_PAGE = re.compile(
    r"\s*<(?:p|div|article|section|h[1-6]|span|strong|b|br|ul|ol|table|blockquote|figure|img)(?:\s[^<>]*)?/?>",
    re.I,
)


def read_text(content: Content) -> Iterator[Found]:
    """Read the article in a plain text."""
    text = unbroken_text(content.one_article())
    if _PIECE_OF_PAGE.match(text):
        text = plain(storable(text))
    yield None, _headed(text, content) or draft_of_text(text)


def _headed(text: str, content: Content) -> Draft | None:
    """The article in a text with metadata before it; None for any other text, also one that only begins with
    a rule."""
    matter, body = _labelled(text)
    if text.lstrip("\ufeff").startswith(("---", "+++")):
        matter, body = front_matter(text)
    if not is_header([*matter, "text"]):
        return None
    fields = {name: key for name, key in content.fields.items() if name not in ("text", "paragraphs")}
    if not any(place.field == "title" for place in places_of(tuple(matter), None)):
        draft = draft_of_text(body)
        matter["title"], body = draft.title, "\n".join(draft.paragraphs)
    return draft_of_record({**matter, "content": body}, fields, dates=content.dates)


def _labelled(text: str) -> tuple[dict[str, object], str]:
    """The labelled lines at the beginning of a text, and the text after them; ({}, text) unless the title and
    another field are labelled. A label of the text itself («النص:») ends them."""
    labelled: dict[str, object] = {}
    fields: list[str] = []
    lines = text.splitlines()
    text_start = len(lines)
    for index, line in enumerate(lines[:_MOST_LABELS]):
        label = _LABELLED.fullmatch(_EMPHASIS.sub(r"\g<label>: ", line.strip(), count=1))
        field = next((place.field for place in places_of((label[1],), None)), "") if label else ""
        if label and field == "text" and (not label[2].strip() or len(fields) > 1):
            lines[index] = label[2].strip()
            text_start = index
            break
        if label is None or field not in _HEAD or label[1] in labelled:
            if line.strip():
                text_start = index
                break
            continue
        labelled[label[1]] = label[2].strip()
        fields.append(field)
    if "title" not in fields or len(set(fields)) < 2 or not any(map(str.strip, lines[text_start:])):
        return {}, text
    return labelled, "\n".join(lines[text_start:])
