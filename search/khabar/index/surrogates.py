"""Lone surrogates, which no encoding can hold: U+FFFD replaces them in everything that goes into an index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.patterns import lazy_pattern

__all__ = ["replace_surrogates", "without_surrogates"]

_SURROGATES = lazy_pattern("[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
    """A text without lone surrogates."""
    try:
        # They alone cannot be encoded, which is faster to find out than by the pattern.
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text


def without_surrogates(article: Article) -> Article:
    """An article without lone surrogates."""
    values = {name: getattr(article, name) for name in article.__struct_fields__}
    changed = {name: new for name, value in values.items() if (new := _replaced(value)) != value}
    return replace(article, **changed) if changed else article


def _replaced(value: Any) -> Any:
    """A value of an article without lone surrogates, in its names and texts."""
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, tuple):
        return tuple(map(_replaced, value))
    if isinstance(value, Mapping):
        return {_replaced(name): _replaced(texts) for name, texts in value.items()}
    return value
