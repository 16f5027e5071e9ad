"""Find the values of a record for an article's fields, and guess which other value may be its text.

If no key names a text, or its value is not understood, a key with a long Arabic text is taken for it; if
possible the same key in all records of a file.
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
"""Names of a whole article, which may mean its text, or its headline if there is another text."""
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]+")
_OTHER_LETTERS = re.compile(r"[^\W\d_\u0600-\u06ff]")
_PAGE = re.compile(r"\s*<(?:!doctype|html|\?xml)\b", re.I)
_SAMPLE = 2000
"""How many characters of a text are examined."""
_LONG = 8, 40
"""Minimum numbers of Arabic words and letters in a text that may be guessed."""
_LOST = 5
"""Minimum number of words under an unknown name that suggests a lost text."""
_COMPARED = 40
"""If a text begins with this many consecutive letters of the article, it is the article's text or an
extract."""
_MOST_LEAVES = 500
_DEEPEST_LEAF = 6
_KEYS_SHOWN = 8


class Fields:
    """The values of a record, by the article's field names."""

    def __init__(self, record: dict[str, object], chosen: Mapping[str, str]) -> None:
        self.chosen = {"text" if field == "paragraphs" else field: key for field, key in chosen.items()}
        self.literal = False
        self.own = False
        """Whether khabar wrote the record."""
        self.records = [record]
        """The record, and the objects in it that have fields too."""
        #: field → its keys and values, best name first
        self._values: dict[str, list[tuple[str, object]]] = {}
        #: for each of the records, the keys that name a field of an article
        self._naming: list[frozenset[str]] = []
        self._collect(record)
        if "text" not in self._values:
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
                self._values.setdefault(field, []).append((key, value))

    def named(self, field: str) -> list[tuple[str, object]]:
        """The values for a field with their keys, best name first."""
        if field in self.chosen:
            key = self.chosen[field]
            values = (at_key(record, key) for record in self.records)
            return [(key, value) for value in values if value is not None][:1]
        if (field == "summary" and "text" in self.chosen) or (field == "utc" and "published" in self.chosen):
            return []
        return self._values.get(field, [])

    def all(self, field: str) -> list[object]:
        """The values for a field, best name first."""
        return [value for _, value in self.named(field)]

    def headlines(self) -> list[object]:
        """The value under a name of the whole article («الخبر»), if it reads as a headline and there is a
        longer text; then it no longer counts as a text."""
        if "title" in self.chosen or "text" in self.chosen:
            return []
        texts = self._values.get("text", [])
        beside = [*texts, *self._values.get("summary", [])]
        longest = max((len(value) for _, value in beside if isinstance(value, str)), default=0)
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
        """The keys that are used for no field of an article, and their values."""
        chosen = frozenset(self.chosen.values())
        for key, value in self._unnamed():
            if key not in chosen:
                yield key, value

    def unknown(self) -> Iterator[tuple[str, object]]:
        """The keys without any known meaning, and their values."""
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
    """The record's value under a key that the user chose for a field."""
    return at_path(record, key) if key else None


def guessed_text(given: Fields, title: str, longer_than: int, guessed: list[str]) -> tuple[str, str] | None:
    """Guess the key and text of a record without a known text field: a long Arabic text.

    Args:
        given: the record.
        title: its title.
        longer_than: the length of its summary, which the text must exceed.
        guessed: keys guessed in earlier records, which are tried first; a new one is added.
    """
    leaves = _leaves(given)
    for key in guessed:
        if has_words(text := leaves.get(key, "")) and len(text) > longer_than:
            return key, text
    candidates = [
        (key, text)
        for key, text in leaves.items()
        if len(text) > max(longer_than, len(title)) and _is_long_arabic(text) and not _PAGE.match(text)
    ]
    if not candidates:
        return None
    best = max(candidates, key=lambda candidate: len(candidate[1]))
    guessed.append(best[0])
    return best


def unused_text(given: Fields, source: object, used: Iterable[str], reported: set[str]) -> str | None:
    """The key of a long Arabic text that is not in the article; None if there is none.

    Args:
        given: the record.
        source: the value that the article's text comes from.
        used: the title and the lines of the article.
        reported: keys to ignore.
    """
    letters = ""
    for key, value in (*given.unknown(), *given.named("text"), *given.named("summary")):
        if value is source or not isinstance(value, str) or len(value) < _LONG[1] or key in reported:
            continue
        if not _is_long_arabic(value):
            continue
        letters = letters or "".join(_ARABIC.findall("".join(used)))
        if "".join(_ARABIC.findall(plain(storable(value))))[:_COMPARED] not in letters:
            return key
    return None


def _leaves(given: Fields) -> dict[str, str]:
    """The strings under unknown keys, and in objects and lists under names of the text, by path; those of a
    list are joined."""
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
            # Objects with titles are articles themselves.
            if not any(isinstance(item, dict) and _is_titled(item) for item in value):
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
    text = plain(text[:_SAMPLE])
    words = _ARABIC.findall(text)
    letters = sum(map(len, words))
    return len(words) >= _LONG[0] and letters >= _LONG[1] and letters > len(_OTHER_LETTERS.findall(text))


def without_text(given: Fields, title: str) -> Reason:
    """The note on a record that has only a title: whether another value may be its text."""
    lost = [
        key
        for key, text in _leaves(given).items()
        if len(text[:_SAMPLE].split()) >= _LOST and text.strip() != title
    ]
    if "text" in given.chosen and not given.named("text"):
        lost += [key for key, value in given._values.get("text", ()) if isinstance(value, str)]
    if lost:
        return Reason.of("text-missing", keys=listed(lost))
    return Reason.of("title-only", keys=listed(given.keys()))


def short_text(text: str, longest: int = 40) -> str:
    """A text in one line, cut with «…» if it is long."""
    text = " ".join(storable(text).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def listed(keys: list[str]) -> str:
    """The first few keys, for a note."""
    keys = list(dict.fromkeys(map(short_text, keys)))
    return ", ".join(keys[:_KEYS_SHOWN]) + (", …" if len(keys) > _KEYS_SHOWN else "")
