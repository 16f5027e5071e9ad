"""What follows from the languages of an index's articles."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["mostly_other"]

_FEWEST = 5
"""articles whose language is known: minimum for a verdict"""


def mostly_other(counts: Mapping[str, int]) -> list[tuple[str, float]]:
    """The languages of a corpus that is mostly not Arabic, each with its share, the greatest first; nothing
    for any other corpus.

    The inflections, the spellings and the names that khabar knows are those of Arabic. In other languages
    words are found as they are written, without regard to case and marks.

    Args:
        counts: number of articles by language (:attr:`khabar.Article.language`); "" for unknown, which does
            not
            count.

    >>> mostly_other({"ar": 30, "fa": 60, "en": 10}), mostly_other({"ar": 60, "fa": 40})
    ([('fa', 0.6), ('en', 0.1)], [])
    """
    known = {language: count for language, count in counts.items() if language}
    total = sum(known.values())
    arabic = sum(count for language, count in known.items() if language.partition("-")[0] == "ar")
    if total < _FEWEST or arabic * 2 >= total:
        return []
    others = sorted(known.items(), key=lambda each: -each[1])
    return [(name, count / total) for name, count in others if name.partition("-")[0] != "ar"]
