"""Adds numbered articles to an index, batch by batch: the process that the crash tests kill.

python adder.py INDEX ARTICLES BATCH
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import IndexNotFound
from khabar.library import Index, create_index, open_index
from khabar.places import place_of

WORDS = [
    "القمح",
    "الوادي",
    "مدينة",
    "رئيس",
    "الجسر",
    "المكتبة",
    "البحر",
    "سفينة",
    "طريق",
    "قرية",
    "مطر",
    "حصاد",
]


def numbered(count: int) -> Iterator[Article]:
    for number in range(count):
        words = [WORDS[(number * step + step) % len(WORDS)] for step in range(1, 9)]
        yield Article(
            f"n{number}",
            f"مشترك رقم{number}",
            tuple(f"{' '.join(words[place:])} فقرة{number}" for place in range(1 + number % 4)),
            source=words[0],
        )


def opened(place: Path | str) -> Index:
    analyzer = Analyzer(table={})
    try:
        return open_index(place, analyzer=analyzer)
    except IndexNotFound:
        return create_index(place, analyzer=analyzer)


if __name__ == "__main__":
    place, count, batch = place_of(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    print("ready", flush=True)
    with opened(place) as index:
        report = index.add(numbered(count), batch=batch)
        print(report.added, report.unchanged, flush=True)
