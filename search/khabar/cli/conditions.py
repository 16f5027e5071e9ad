"""The conditions of a session at the prompt: the order of the results, what counts as one, dates, and fields
such as source. They apply until :mod:`khabar.cli.session` changes them."""

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

#: The values of the conditions that have a fixed set of them, each with its Arabic names.
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "sort": {
        "relevance": ("الصلة", "الأفضل"),
        "newest": ("الأحدث", "أحدث"),
        "oldest": ("الأقدم", "أقدم"),
    },
    "group": {"article": ("مقال", "المقال"), "story": ("قصة", "القصة"), "none": ("فقرة", "الفقرة", "بلا")},
}


class Conditions(msgspec.Struct, frozen=True):
    """The conditions of a session.

    Attributes:
        sort, group: as in :meth:`khabar.Index.search`.
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
        """The conditions with one of them changed, or removed if nothing was typed. None if the condition
        does not have this value.

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
        """The conditions as arguments for the methods of an index."""
        given = {name: getattr(self, name) or None for name in ("since", "until")}
        names = {name: (value,) if (value := getattr(self, name)) else () for name in NAMED}
        return {**given, **names, "match": match}

    def described(self, language: str) -> str:
        """The conditions that differ from the defaults, as they would be typed; "" if none does.

        >>> Conditions(sort="newest", since="2024-01").described("en")
        ':sort newest, :since 2024-01'
        """
        from khabar.render.messages import joined

        default = Conditions()
        names = [name for name in self.__struct_fields__ if getattr(self, name) != getattr(default, name)]
        return joined((f":{name} {getattr(self, name)}" for name in names), language)


def choices_of(name: str, language: str) -> str:
    """The values that a condition accepts.

    >>> choices_of("group", "en")
    'article | story | none'
    """
    values = CHOICES[name].items()
    named = [arabic[0] if language == "ar" else value for value, arabic in values]
    return " | ".join(named)
