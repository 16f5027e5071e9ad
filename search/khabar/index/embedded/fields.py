"""The fields of an index: which terms a segment has, and how they are named. Imports nothing of Whoosh, whose
schema (:mod:`.schema`) is made of these."""

from __future__ import annotations

__all__ = [
    "AUTHOR",
    "BORDER",
    "FINGERPRINT",
    "ID",
    "INDEX_NAME",
    "NUMBER",
    "OFFSET",
    "PUBLISHED",
    "SECTION",
    "SOURCE",
    "STORED",
    "TAG",
    "TEXT",
    "VALUE",
    "place_of",
]

#: The name that Whoosh's files begin with.
INDEX_NAME = "MAIN"

#: The passage's words, on the exact depth, with their positions.
TEXT = "text"
#: One term for each article, on its title's passage: its id.
ID = "id"
#: The source's and the author's name, the section and each tag as one term each, on the title's passage.
SOURCE = "source"
AUTHOR = "author"
SECTION = "section"
TAG = "tag"
#: All other names of articles: the field (:data:`khabar.index.plan.NAMED`, and those that were kept) and the
#: name as one term, with :data:`BORDER` between them, on the title's passage. Its name is behind the others
#: in order, so that an index without any is the same as before this field existed.
VALUE = "value"
BORDER = "\x1f"
#: The passage's number in its article; 0 begins an article.
NUMBER = "number"
#: The article's moment of publication, in seconds since 1970 UTC, and how many seconds east of UTC it was
#: written, on the title's passage.
PUBLISHED = "published"
OFFSET = "offset"
#: The first 64 bits of the article's fingerprint, on the title's passage.
FINGERPRINT = "print"
#: The article as JSON, on the title's passage.
STORED = "article"

_OWN = frozenset((SOURCE, AUTHOR, SECTION, TAG))


def place_of(field: str) -> tuple[str, str]:
    """The field of the schema in which the names of a field stand, and how they begin there."""
    return (field, "") if field in _OWN else (VALUE, field + BORDER)
