"""The values of a record by the names of an article's fields, and which of the others may be its text.

Where no name is that of a text, or only of something that is not understood, a key that holds a long Arabic
text is taken for it, in a file always the same if it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from khabar.corpus.formats.field_names import ENVELOPES
from khabar.corpus.formats.shapes import at_path, is_known, is_other, name_of, places_of, shape_of
from khabar.corpus.reasons import Reason
from khabar.corpus.records.values import is_nothing
from khabar.corpus.text.markup import plain
from khabar.corpus.text.paragraphs import is_headline
from khabar.spelling import has_words, storable

__all__ = ["Fields", "at_key", "guessed_text", "listed", "short_text", "unused_text", "without_text"]

_WHOLE = frozenset(map(name_of, ("الخبر", "المقال", "المقالة", "article", "story", "post")))
"""Names of the whole article: of its text, or of its headline beside the text."""
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]+")
_OTHER_LETTERS = re.compile(r"[^\W\d_\u0600-\u06ff]")
_PAGE = re.compile(r"\s*<(?:!doctype|html|\?xml)\b", re.I)
_LOOKED_AT = 2000
"""number of a text's first characters that decide its language"""
_LONG = 8, 40
"""words and letters: minimum of Arabic ones in a text that may be guessed"""
_LOST = 5
"""words: minimum under an unknown name that suggests a lost text"""
_COMPARED = 40
"""letters: a text that begins with this many of an article's letters is the article's text, or an extract of
it"""
_MOST_LEAVES = 500
_DEEPEST_LEAF = 6
_KEYS_SHOWN = 8


class Fields:
    """The values of a record, by the article's field names."""

    def __init__(self, record: dict[str, object], chosen: Mapping[str, str]) -> None:
        self.chosen = {"text" if field == "paragraphs" else field: key for field, key in chosen.items()}
        self.literal = False
        self.own = False
        """whether khabar wrote the record"""
        self.records = [record]
        """the record, and the objects in it that hold fields too"""
        self._found: dict[str, list[tuple[str, object]]] = {}
        #: of each of the records the keys that name a field of an article
        self._naming: list[frozenset[str]] = []
        self._collect(record)
        if "text" not in self._found:
            for key, inner in record.items():
                if key.lower() in ENVELOPES and isinstance(inner, dict) and any(map(is_known, inner)):
                    self.records.append(inner)
                    self._collect(inner)

    def _collect(self, record: dict[str, object]) -> None:
        shape = shape_of(record)
        self.own = self.own or (shape is not None and shape.name == "khabar")
        self.literal = self.literal or (shape is not None and shape.literal)
        places = places_of(tuple(record), shape)
        self._naming.append(frozenset([place.key for place in places]))
        for key, field, rest in places:
            value = record[key]
            if isinstance(value, dict) and key.lower() in ENVELOPES:
                continue
            if rest and not is_nothing(value):
                value = at_path(value, ".".join(rest))
            if not is_nothing(value):
                self._found.setdefault(field, []).append((key, value))

    def named(self, field: str) -> list[tuple[str, object]]:
        """The values for a field with their keys, best name first."""
        if field in self.chosen:
            key = self.chosen[field]
            found = [at_key(record, key) for record in self.records]
            return [(key, value) for value in found if value is not None][:1]
        if (field == "summary" and "text" in self.chosen) or (field == "utc" and "published" in self.chosen):
            return []
        return self._found.get(field, [])

    def all(self, field: str) -> list[object]:
        """The values for a field, best name first."""
        return [value for _, value in self.named(field)]

    def headlines(self) -> list[object]:
        """What is under a name of the whole article («الخبر») and is a headline beside a longer text; it is
        no text then."""
        if "title" in self.chosen or "text" in self.chosen:
            return []
        texts = self._found.get("text", [])
        beside = [*texts, *self._found.get("summary", [])]
        longest = max((len(each) for _, each in beside if isinstance(each, str)), default=0)
        for entry in texts:
            key, value = entry
            if (
                name_of(key) in _WHOLE
                and isinstance(value, str)
                and len(value) < longest
                and len(value.split("\n")) == 1
                and is_headline(value)
            ):
                texts.remove(entry)
                return [value]
        return []

    def keys(self) -> list[str]:
        """The keys with a non-empty value."""
        return [key for record in self.records for key, value in record.items() if not is_nothing(value)]

    def rest(self) -> Iterator[tuple[str, object]]:
        """The keys of which nothing becomes a field of an article, and their values: whatever they are
        named."""
        chosen = frozenset(self.chosen.values())
        for key, value in self._unnamed():
            if key not in chosen:
                yield key, value

    def unknown(self) -> Iterator[tuple[str, object]]:
        """The keys without a known meaning, and their values."""
        for key, value in self._unnamed():
            if not is_other(key):
                yield key, value

    def _unnamed(self) -> Iterator[tuple[str, object]]:
        """The keys that name no field of an article, and their values."""
        inside = set(map(id, self.records))
        for record, naming in zip(self.records, self._naming, strict=True):
            for key, value in record.items():
                if key not in naming and id(value) not in inside and not is_nothing(value):
                    yield key, value


def at_key(record: object, key: str) -> object:
    """The record's value under a key chosen for a field."""
    return at_path(record, key) if key else None


def guessed_text(given: Fields, title: str, known: int, guessed: list[str]) -> tuple[str, str] | None:
    """The key and text of a record without a known text field: a long Arabic text, longer than ``known``."""
    leaves = _leaves(given)
    for key in guessed:
        if has_words(text := leaves.get(key, "")) and len(text) > known:
            return key, text
    found = [
        (key, text)
        for key, text in leaves.items()
        if len(text) > max(known, len(title)) and _is_long_arabic(text) and not _PAGE.match(text)
    ]
    if not found:
        return None
    best = max(found, key=lambda each: len(each[1]))  # the first of equally long ones
    guessed.append(best[0])
    return best


def unused_text(given: Fields, source: object, used: Iterable[str], known: set[str]) -> str | None:
    """The key of a long Arabic text that is not in the article, and not ``known``.

    Args:
        given: the record.
        source: the value that the article's text was made of.
        used: the title and the lines of the article.
        known: keys to ignore.
    """
    letters = ""
    for key, value in (*given.unknown(), *given.named("text"), *given.named("summary")):
        if value is source or not isinstance(value, str) or len(value) < _LONG[1] or key in known:
            continue
        if not _is_long_arabic(value):
            continue
        letters = letters or "".join(_ARABIC.findall("".join(used)))
        if "".join(_ARABIC.findall(plain(storable(value))))[:_COMPARED] not in letters:
            return key
    return None


def _leaves(given: Fields) -> dict[str, str]:
    """The strings under unknown keys, and in objects and lists where a text should be, by path; those of a
    list together."""
    leaves: dict[str, list[str]] = {}
    left = _MOST_LEAVES

    def walk(value: object, path: str, depth: int) -> None:
        nonlocal left
        left -= 1
        if left < 0 or depth == _DEEPEST_LEAF:
            return
        if isinstance(value, str):
            leaves.setdefault(path, []).append(value)
        elif isinstance(value, list):
            if not any(
                isinstance(item, dict) and _is_titled(item) for item in value
            ):  # else those are articles too
                for item in value:
                    walk(item, path, depth + 1)
        elif isinstance(value, dict):
            for key, item in value.items():
                if not is_other(key):
                    walk(item, f"{path}.{key}", depth + 1)

    for key, value in given.unknown():
        walk(value, key, 0)
    for key, value in given.named("text") if "text" not in given.chosen else ():
        if isinstance(value, dict | list):
            walk(value, key, 0)
    return {path: "\n".join(texts) for path, texts in leaves.items()}


def _is_titled(value: dict[str, object]) -> bool:
    return any(place.field == "title" for place in places_of(tuple(value), None))


def _is_long_arabic(text: str) -> bool:
    text = plain(text[:_LOOKED_AT])
    words = _ARABIC.findall(text)
    letters = sum(map(len, words))
    return len(words) >= _LONG[0] and letters >= _LONG[1] and letters > len(_OTHER_LETTERS.findall(text))


def without_text(given: Fields, title: str) -> Reason:
    """The note on a record with a title alone: whether another value may be its text."""
    lost = [
        key
        for key, text in _leaves(given).items()
        if len(text[:_LOOKED_AT].split()) >= _LOST and text.strip() != title
    ]
    if "text" in given.chosen and not given.named("text"):
        lost += [key for key, value in given._found.get("text", ()) if isinstance(value, str)]
    if lost:
        return Reason.of("text-missing", keys=listed(lost))
    return Reason.of("title-only", keys=listed(given.keys()))


def short_text(text: str, longest: int = 40) -> str:
    text = " ".join(storable(text).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def listed(keys: list[str]) -> str:
    keys = list(dict.fromkeys(map(short_text, keys)))
    return ", ".join(keys[:_KEYS_SHOWN]) + (", …" if len(keys) > _KEYS_SHOWN else "")
