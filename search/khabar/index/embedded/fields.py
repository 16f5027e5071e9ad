"""The fields of an index and their names. Does not import Whoosh, whose schema (:mod:`.schema`) is made of
these."""

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

#: The prefix of the names of Whoosh's files.
INDEX_NAME = "MAIN"

#: The words of the passage on the exact depth, with their positions.
TEXT = "text"
#: The id of the article, as a term of its title's passage.
ID = "id"
#: The source, the author, the section and each tag, as terms of the title's passage.
SOURCE = "source"
AUTHOR = "author"
SECTION = "section"
TAG = "tag"
#: All other names (:data:`khabar.index.plan.NAMED`, and the fields kept of records), as terms of the title's
#: passage: the field, :data:`BORDER` and the name. This field sorts after the others, so that an index
#: without such names is the same as before the field existed.
VALUE = "value"
BORDER = "\x1f"
#: The number of the passage in its article; 0 is the title.
NUMBER = "number"
#: The article's moment of publication in seconds since 1970 UTC, and its offset from UTC in seconds; of the
#: title's passage.
PUBLISHED = "published"
OFFSET = "offset"
#: The first 64 bits of the article's fingerprint; of the title's passage.
FINGERPRINT = "print"
#: The article as JSON text; of the title's passage.
STORED = "article"

_OWN = frozenset((SOURCE, AUTHOR, SECTION, TAG))


def place_of(field: str) -> tuple[str, str]:
    """The schema field that holds the names of a field, and the prefix of its terms."""
    return (field, "") if field in _OWN else (VALUE, field + BORDER)
