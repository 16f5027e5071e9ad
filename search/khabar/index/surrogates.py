"""Lone surrogates, which no encoding can hold: U+FFFD replaces them in everything that goes into an index."""

from __future__ import annotations

from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.patterns import lazy_pattern

__all__ = ["replace_surrogates", "without_surrogates"]

_SURROGATES = lazy_pattern("[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
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
        article.section,
        *article.tags,
        article.language,
        article.place,
        *(text for name, values in article.fields.items() for text in (name, *values)),
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
        id=replace_surrogates(article.id),
        title=replace_surrogates(article.title),
        source=replace_surrogates(article.source),
        author=replace_surrogates(article.author),
        url=replace_surrogates(article.url),
        path=replace_surrogates(article.path),
        section=replace_surrogates(article.section),
        tags=tuple(map(replace_surrogates, article.tags)),
        language=replace_surrogates(article.language),
        place=replace_surrogates(article.place),
        fields={
            replace_surrogates(name): tuple(map(replace_surrogates, values))
            for name, values in article.fields.items()
        },
        paragraphs=tuple(map(replace_surrogates, article.paragraphs)),
    )
