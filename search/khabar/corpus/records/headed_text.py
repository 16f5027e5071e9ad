"""Plain texts, and those that a program wrote with front matter before the text.

Trafilatura and others write what they know of an article between two lines of ``---``, as in Markdown. The
text behind it is a plain text: every line is a paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.formats.shapes import is_header
from khabar.corpus.pieces.content import Draft
from khabar.corpus.records.drafts import draft_of_record
from khabar.corpus.records.markdown import front_matter
from khabar.corpus.text.paragraphs import draft_of_text

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_text"]


def read_text(content: Content) -> Iterator[Found]:
    """The article of a plain text."""
    text = content.one_article()
    yield None, _headed(text, content) or draft_of_text(text)


def _headed(text: str, content: Content) -> Draft | None:
    """The article of a text with front matter; None for any other text, also one that begins with a rule."""
    if not text.lstrip("\ufeff").startswith(("---", "+++")):
        return None
    matter, body = front_matter(text)
    if not is_header([*matter, "text"]):
        return None
    fields = {name: key for name, key in content.fields.items() if name not in ("text", "paragraphs")}
    if not matter.get("title"):
        draft = draft_of_text(body)
        matter["title"], body = draft.title, "\n".join(draft.paragraphs)
    return draft_of_record({**matter, "content": body}, fields, dates=content.dates)
