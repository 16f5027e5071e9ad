#!/usr/bin/env python3
"""Index the sample corpus in a temporary folder and print what a query finds, matched words in brackets.

python examples/search_articles.py
python examples/search_articles.py '+الهضاب "وقف إطلاق النار"'
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import khabar

ARTICLES = Path(__file__).parents[1] / "corpus" / "articles"


def main(query: str) -> int:
    with tempfile.TemporaryDirectory() as folder, khabar.create_index(Path(folder) / "index") as index:
        report = khabar.ReadReport()
        added = index.add(khabar.read(ARTICLES, report=report)).added
        print(f"{added} articles from {report.files} files, {len(report.skipped)} skipped")
        results = index.search(query, limit=3)
        print(f"«{query}»: {results.total} articles")
        for hit in results:
            print()
            print(f"{hit.rank}. {hit.marked_title.marked('[', ']')}")
            print(f"   {hit.snippet.marked('[', ']')}")
            for mark in hit.snippet.highlights:
                print(f"   {mark.word} → {hit.snippet.text[mark.start : mark.end]} ({mark.depth})")
        for problem in results.problems:
            print(f"note: {problem.message}")
    return 0 if results.total else 1


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:]) or "رئيس البرلمان"))
