"""The section and the tags of a record, its language and its place.

Outlets name them in many ways, and mix them up: a «category» is a section on one site and a tag on another.
Khabar takes the first name that a section or category has for the section, and the further ones for tags.
Numbers are keys of the outlet's own database, and no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from khabar.corpus.article import split_tags
from khabar.corpus.records.fields import Fields
from khabar.corpus.records.values import is_nothing, one_line
from khabar.corpus.text.languages import language_tag
from khabar.corpus.text.markup import plain
from khabar.spelling import has_words, storable

__all__ = ["NAMES_OF_OBJECTS", "language_and_place", "names_in", "section_and_tags"]

#: Keys under which an object holds its name: of NYT, Atom, WordPress, the Guardian, ninjs and others.
NAMES_OF_OBJECTS = (
    *("value", "label", "name", "term", "text", "tag", "webTitle", "title", "displayName", "display_name"),
    *("rendered", "headline", "slug", "ar"),
)
#: Keys of an object that says by ``taxonomy`` which of the two it is (WordPress).
_TAXONOMIES = {"category": "section", "post_tag": "tags"}
_DEEPEST = 3
_MOST = 500
_LONGEST_PLACE = 100
_WRITTEN_LIST = re.compile(r"""\[\s*(?:(?:'[^']*'|"[^"]*")\s*,?\s*)*\]""")
_IN_QUOTES = re.compile(r"""'([^']*)'|"([^"]*)\"""")


def section_and_tags(given: Fields, literal: bool = False) -> tuple[str, tuple[str, ...]]:
    """The section and the tags of a record; "" and () if it names none.

    Args:
        given: the record.
        literal: whether its texts are plain, without markup and entities.
    """
    sections = _first(given.all("section"), literal, split=False, kind="section")
    if not sections and "section" not in given.chosen:
        sections = _first(given.all("categories"), literal, split=True, kind="section")
    tags = _first(given.all("tags"), literal, split=True, kind="tags")
    # With «--field section=desk» the record's other names say nothing.
    return sections[0] if sections else "", tuple(dict.fromkeys([*tags, *sections[1:]]))


def language_and_place(given: Fields, literal: bool = False) -> tuple[str, str]:
    """The language and the place that a record names; "" for what it does not."""
    language = next(filter(None, map(language_tag, given.all("language"))), "")
    places = _first(given.all("place"), literal, split=False, kind="")
    return language, next((place for place in places if len(place) <= _LONGEST_PLACE), "")


def _first(values: list[object], literal: bool, *, split: bool, kind: str) -> list[str]:
    """The names in the first value that has any."""
    for value in values:
        if found := names_in(value, literal, split=split, kind=kind):
            return found
    return []


def names_in(value: object, literal: bool = False, *, split: bool = True, kind: str = "") -> list[str]:
    """The names in a value, each once: a text, an object with a name, or a list of such.

    Args:
        value: of a record.
        literal: whether it is plain, without markup and entities.
        split: whether a text is parted at commas and semicolons.
        kind: ``section`` or ``tags``, for objects that say which they are; "" for either.

    >>> names_in("النفط، أوبك"), names_in([{"name": "اقتصاد"}, 7])
    (['النفط', 'أوبك'], ['اقتصاد'])
    """
    texts = (
        each
        for text in _texts(value, kind, 0)
        for each in (split_tags(text) if split and not isinstance(value, list) else [text])
    )
    found = []
    for text in texts:
        name = one_line(text if literal or not ("&" in text or "<" in text) else plain(storable(text)))
        name = name.lstrip("#").strip()
        if has_words(name) and not is_nothing(name) and "://" not in name:
            found.append(name)
        if len(found) == _MOST:
            break
    return list(dict.fromkeys(found))


def _texts(value: object, kind: str, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith("[") and _WRITTEN_LIST.fullmatch(value):
            yield from (one or other for one, other in _IN_QUOTES.findall(value))
        else:
            yield value
    elif isinstance(value, dict):
        if kind and _TAXONOMIES.get(str(value.get("taxonomy")), kind) != kind:
            return
        yield from next(
            ([name] for key in NAMES_OF_OBJECTS if isinstance(name := value.get(key), str) and name), ()
        )
    elif isinstance(value, list) and depth < _DEEPEST:
        for each in value:
            yield from _texts(each, kind, depth + 1)
