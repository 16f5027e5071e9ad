"""Find the section, the tags, the language and the place of a record.

Outlets name them in many ways, and mix them up: a «category» is a section on one site and a tag on another.
Here the first name under a section or category is the section, and further ones are tags. Numbers are keys of
the outlet's own database, not names.
"""

from __future__ import annotations

from collections.abc import Iterator

from khabar.corpus.article import split_tags
from khabar.corpus.records.fields import Fields
from khabar.corpus.records.values import is_nothing, one_line, python_list
from khabar.corpus.text.languages import language_tag
from khabar.corpus.text.markup import plain
from khabar.spelling import has_words, storable

__all__ = ["NAMES_OF_OBJECTS", "language_and_place", "names_in", "section_and_tags"]

#: Keys of an object's name, in NYT, Atom, WordPress, the Guardian, ninjs and others.
NAMES_OF_OBJECTS = (
    *("value", "label", "name", "term", "text", "tag", "webTitle", "title", "displayName", "display_name"),
    *("rendered", "headline", "slug", "ar"),
)
#: The field of an object by its ``taxonomy`` (WordPress).
_TAXONOMIES = {"category": "section", "post_tag": "tags"}
_DEEPEST = 3
_MOST = 500
_LONGEST_PLACE = 100


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
    # With «--field section=desk», categories do not count.
    return sections[0] if sections else "", tuple(dict.fromkeys([*tags, *sections[1:]]))


def language_and_place(given: Fields, literal: bool = False) -> tuple[str, str]:
    """The language and the place that a record names; "" if it names none."""
    language = next(filter(None, map(language_tag, given.all("language"))), "")
    places = _first(given.all("place"), literal, split=False, kind="")
    return language, next((place for place in places if len(place) <= _LONGEST_PLACE), "")


def _first(values: list[object], literal: bool, *, split: bool, kind: str) -> list[str]:
    """The names in the first value that has any."""
    for value in values:
        if names := names_in(value, literal, split=split, kind=kind):
            return names
    return []


def names_in(value: object, literal: bool = False, *, split: bool = True, kind: str = "") -> list[str]:
    """The names in a value, each once: a text, an object with a name, or a list of these.

    Args:
        value: a value of a record.
        literal: whether it is plain, without markup and entities.
        split: whether a text is split at commas and semicolons.
        kind: ``section`` or ``tags``: skip objects that say that they are the other; "" for all.

    >>> names_in("النفط، أوبك"), names_in([{"name": "اقتصاد"}, 7])
    (['النفط', 'أوبك'], ['اقتصاد'])
    """
    texts = (
        part
        for text in _texts(value, kind, 0)
        for part in (split_tags(text) if split and not isinstance(value, list) else [text])
    )
    names = []
    for text in texts:
        name = one_line(text if literal or not ("&" in text or "<" in text) else plain(storable(text)))
        name = name.lstrip("#").strip()
        if has_words(name) and not is_nothing(name) and "://" not in name:
            names.append(name)
        if len(names) == _MOST:
            break
    return list(dict.fromkeys(names))


def _texts(value: object, kind: str, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        items = python_list(value)
        yield from [value] if items is None else items
    elif isinstance(value, dict):
        if kind and _TAXONOMIES.get(str(value.get("taxonomy")), kind) != kind:
            return
        yield from next(
            ([name] for key in NAMES_OF_OBJECTS if isinstance(name := value.get(key), str) and name), ()
        )
    elif isinstance(value, list) and depth < _DEEPEST:
        for item in value:
            yield from _texts(item, kind, depth + 1)
