"""Tells whether an index is mostly in languages other than Arabic."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["mostly_other"]

_FEWEST = 5
"""Minimum number of articles with a known language for a verdict."""


def mostly_other(counts: Mapping[str, int]) -> list[tuple[str, float]]:
    """The languages of a corpus that is mostly not Arabic, each with its share, the largest first; [] for any
    other corpus.

    The inflections, spellings and names that khabar knows are those of Arabic. In other languages words are
    found as written, regardless of case and marks.

    Args:
        counts: number of articles by language (:attr:`khabar.Article.language`); "" for unknown, which does
            not count.

    >>> mostly_other({"ar": 30, "fa": 60, "en": 10}), mostly_other({"ar": 60, "fa": 40})
    ([('fa', 0.6), ('en', 0.1)], [])
    """
    known = {language: count for language, count in counts.items() if language}
    total = sum(known.values())
    arabic = sum(count for language, count in known.items() if language.partition("-")[0] == "ar")
    if total < _FEWEST or arabic * 2 >= total:
        return []
    by_count = sorted(known.items(), key=lambda item: -item[1])
    return [(name, count / total) for name, count in by_count if name.partition("-")[0] != "ar"]
