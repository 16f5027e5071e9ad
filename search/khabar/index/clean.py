"""Lone surrogates, which no encoding can hold: U+FFFD replaces them in everything that goes into an index."""

from __future__ import annotations

import re

from msgspec.structs import replace

from khabar.corpus.article import Article

__all__ = ["clean", "without_surrogates"]

_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """A text without lone surrogates."""
    return _SURROGATES.sub("\ufffd", text)


def without_surrogates(article: Article) -> Article:
    """An article without lone surrogates."""
    parts = (
        article.id,
        article.title,
        article.source,
        article.author,
        article.url,
        article.path,
        *article.paragraphs,
    )
    try:
        # They alone cannot be encoded.
        "".join(parts).encode()
    except UnicodeEncodeError:
        pass
    else:
        return article
    return replace(
        article,
        id=clean(article.id),
        title=clean(article.title),
        source=clean(article.source),
        author=clean(article.author),
        url=clean(article.url),
        path=clean(article.path),
        paragraphs=tuple(map(clean, article.paragraphs)),
    )
