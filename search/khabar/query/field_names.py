"""The names of the fields of a query, in English and Arabic."""

from __future__ import annotations

from khabar.analysis.fold import fold

__all__ = ["FIELDS", "LISTED", "field_of"]

#: The field of each folded field name.
FIELDS = {
    "title": "title",
    "عنوان": "title",
    "source": "source",
    "مصدر": "source",
    "author": "author",
    "كاتب": "author",
    "section": "section",
    "قسم": "section",
    "tag": "tag",
    "وسم": "tag",
    "language": "language",
    "lang": "language",
    "لغه": "language",
    "place": "place",
    "مكان": "place",
    "url": "url",
    "رابط": "url",
    "date": "date",
    "تاريخ": "date",
    "after": "after",
    "since": "after",
    "بعد": "after",
    "منذ": "after",
    "before": "before",
    "قبل": "before",
    "until": "until",
    "حتي": "until",
    "about": "about",
    "عن": "about",
    "names": "names",
    "يذكر": "names",
}
#: Fields named by nouns, which may have the Arabic article: «المصدر:الخليج».
_NOUNS = frozenset({"عنوان", "مصدر", "كاتب", "قسم", "وسم", "لغه", "مكان", "رابط", "تاريخ"})
#: The fields that are listed if none has a similar name: in English for True, in Arabic for False.
LISTED = {
    True: "title, source, author, section, tag, language, place, date, after, until, about, names",
    False: "عنوان، مصدر، كاتب، قسم، وسم، لغة، مكان، تاريخ، بعد، حتى، عن، يذكر",
}


def field_of(name: str) -> str | None:
    """The field with an English or Arabic name, in any spelling; None for none.

    >>> field_of("Source"), field_of("المصدر"), field_of("السعر")
    ('source', 'source', None)
    """
    folded = fold(name)
    noun = folded.removeprefix("ال")
    return FIELDS.get(noun if noun in _NOUNS else folded)
