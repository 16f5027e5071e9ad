#!/usr/bin/env python3
"""How much each source wrote about some queries, year by year, as a table that a spreadsheet or a notebook
reads.

python examples/coverage.py
python examples/coverage.py 'أسعار' 'هدنة OR "وقف إطلاق النار"' > coverage.csv
"""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path

import khabar

ARTICLES = Path(__file__).parents[1] / "corpus" / "articles"


def rows(index: khabar.Index, query: str) -> list[list[object]]:
    """For each source and year with an article that answers the query: query, source, year, number of
    articles."""
    found: list[list[object]] = []
    (sources,) = index.facets(query, ["source"], limit=None).facets
    for source in sources.values:
        if not source.name:
            continue  # articles that name no outlet cannot be asked for by it
        (years,) = index.facets(query, ["year"], source=source.name, limit=None).facets
        found += [[query, source.name, year.name or "?", year.count] for year in years.values]
    return found


def main(queries: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder, khabar.create_index(Path(folder) / "index") as index:
        index.add(khabar.read(ARTICLES))
        table = csv.writer(sys.stdout)
        table.writerow(["query", "source", "year", "articles"])
        for query in queries:
            table.writerows(rows(index, query))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["أسعار", "رئيس"]))
