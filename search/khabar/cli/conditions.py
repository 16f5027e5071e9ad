"""The conditions of a session at the prompt, until they are changed: the order of the results, what counts
as one, dates and source. Pure values; the prompt of :mod:`khabar.cli.session` changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from khabar.index.plan import NAMED

if TYPE_CHECKING:
    from khabar.query.results import Group
    from khabar.query.tree import Match
    from khabar.ranking.answers import Sort

__all__ = ["Conditions", "choices_of"]

#: The values of conditions that have but a few, each with its Arabic names.
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "sort": {
        "relevance": ("الصلة", "الأفضل"),
        "newest": ("الأحدث", "أحدث"),
        "oldest": ("الأقدم", "أقدم"),
    },
    "group": {"article": ("مقال", "المقال"), "story": ("قصة", "القصة"), "none": ("فقرة", "الفقرة", "بلا")},
}


class Conditions(msgspec.Struct, frozen=True):
    """The conditions.

    Attributes:
        sort, group: as of :meth:`khabar.Index.search`.
        since, until, source, author, section, tag, language, place: likewise; "" for no condition.
    """

    sort: Sort = "relevance"
    group: Group = "article"
    since: str = ""
    until: str = ""
    source: str = ""
    author: str = ""
    section: str = ""
    tag: str = ""
    language: str = ""
    place: str = ""

    def changed(self, name: str, typed: str) -> Conditions | None:
        """The conditions with one of them changed; nothing typed takes it away. None if the value is not one
        of its few.

        >>> Conditions().changed("sort", "الأحدث").sort, Conditions(since="2024").changed("since", "").since
        ('newest', '')
        """
        if name not in CHOICES:
            return replace(self, **{name: typed})
        if not typed:
            return replace(self, **{name: next(iter(CHOICES[name]))})
        values = [value for value, arabic in CHOICES[name].items() if typed in (value, *arabic)]
        return replace(self, **{name: values[0]}) if values else None

    def asked(self, match: Match | None = None) -> dict[str, Any]:
        """The arguments of a call of an index that has dates and a source."""
        given = {name: getattr(self, name) or None for name in ("since", "until")}
        names = {name: (value,) if (value := getattr(self, name)) else () for name in NAMED}
        return {**given, **names, "match": match}

    def described(self, language: str) -> str:
        """What differs from a search without conditions, as it would be typed; "" for nothing.

        >>> Conditions(sort="newest", since="2024-01").described("en")
        ':sort newest, :since 2024-01'
        """
        usual = Conditions()
        names = [name for name in self.__struct_fields__ if getattr(self, name) != getattr(usual, name)]
        comma = "، " if language == "ar" else ", "
        return comma.join(f":{name} {getattr(self, name)}" for name in names)


def choices_of(name: str, language: str) -> str:
    """The values that a condition takes.

    >>> choices_of("group", "en")
    'article | story | none'
    """
    values = CHOICES[name].items()
    named = [arabic[0] if language == "ar" else value for value, arabic in values]
    return " | ".join(named)
