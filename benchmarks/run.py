"""Speed beside peers, in one run on one machine: ``make bench``.

    python benchmarks/run.py [--articles 3000] [--rounds 3] [--json out.json]

Each system indexes the same articles and answers the same queries, in turn, for several rounds; the table has medians, and
ratios to SQLite FTS5. khabar's engines do more per query than the others: all depths, collapse to articles, marked snippets.
Stock Whoosh and SQLite index the folded words that khabar's analyzer makes (not counted in their time) and give ids alone.

The articles are SaudiNewsNet beside the checkout when present, else texts drawn from the sample corpus's own words.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import khabar
from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.engines import ENGINES

ROOT = Path(__file__).parents[1]
NEWS = ROOT.parent / "shared" / "data" / "news" / "saudinewsnet"

#: Indexes the articles in a folder, and gives what answers a query with ids.
System = Callable[[list[Article], Path], Callable[[str], list[str]]]


@dataclass
class Figures:
    """What was measured of a system, a value a round."""

    index_s: list[float]
    size_mb: list[float]
    short_p50_ms: list[float]
    headline_p50_ms: list[float]
    headline_p95_ms: list[float]


def khabar_with(engine: str) -> System:
    """khabar's own index with one of its engines."""

    def make(articles: list[Article], folder: Path) -> Callable[[str], list[str]]:
        index = khabar.create_index(folder / "index", engine=engine)
        index.add(articles)
        return lambda query: [hit.article.id for hit in index.search(query, syntax=False, limit=10)]

    return make


def folded(analyzer: Analyzer, text: str) -> list[str]:
    """The words of a text as khabar folds them."""
    return [term for _, word in analyzer.words(text) for term in word.exact if term]


def sqlite_fts5(articles: list[Article], folder: Path) -> Callable[[str], list[str]]:
    """SQLite FTS5, a row a paragraph, BM25."""
    analyzer = Analyzer()
    database = sqlite3.connect(folder / "fts.db")
    database.execute("create virtual table units using fts5(article unindexed, words, tokenize='unicode61')")
    rows = ((a.id, " ".join(folded(analyzer, unit.text))) for a in articles for unit in a.units())
    database.executemany("insert into units values (?, ?)", rows)
    database.commit()

    def ask(query: str) -> list[str]:
        words = " OR ".join('"' + word.replace('"', "") + '"' for word in folded(analyzer, query))
        found = database.execute(
            "select article from units where units match ? order by rank limit 10", [words]
        )
        return [row[0] for row in found]

    return ask


def stock_whoosh(articles: list[Article], folder: Path) -> Callable[[str], list[str]]:
    """Whoosh's own writer and searcher (whoosh3), a document a paragraph, BM25F."""
    from whoosh import fields, index, query
    from whoosh.analysis import SpaceSeparatedTokenizer

    analyzer = Analyzer()
    schema = fields.Schema(
        id=fields.STORED, text=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True, stored=False)
    )
    (folder / "whoosh").mkdir()
    made = index.create_in(str(folder / "whoosh"), schema)
    writer = made.writer(limitmb=256)
    for article in articles:
        for unit in article.units():
            writer.add_document(id=article.id, text=" ".join(folded(analyzer, unit.text)))
    writer.commit()
    searcher = made.searcher()

    def ask(text: str) -> list[str]:
        terms = query.Or([query.Term("text", word) for word in folded(analyzer, text)])
        return [hit["id"] for hit in searcher.search(terms, limit=10)]

    return ask


def articles_of(count: int) -> list[Article]:
    """Real news when it is there, else texts with the word statistics of the sample corpus."""
    if NEWS.exists():
        return list(islice(khabar.read(NEWS), count))
    sample = list(khabar.read(ROOT / "corpus" / "articles"))
    return list(islice(_generated(sample, random.Random(0)), count))


def _generated(sample: list[Article], chance: random.Random) -> Iterator[Article]:
    words = [word for article in sample for text in article.paragraphs for word in text.split()]
    number = 0
    while True:
        number += 1
        paragraphs = tuple(" ".join(chance.choices(words, k=chance.randint(20, 80))) for _ in range(5))
        yield Article(f"generated-{number}", " ".join(chance.choices(words, k=8)), paragraphs)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def timed(ask: Callable[[str], list[str]], queries: list[str]) -> list[float]:
    """Milliseconds of each query, after a few to warm up."""
    for query in queries[:5]:
        ask(query)
    times = []
    for query in queries[5:]:
        began = time.perf_counter()
        ask(query)
        times.append((time.perf_counter() - began) * 1000)
    return times


def measure(system: System, articles: list[Article], queries: list[str], figures: Figures) -> None:
    """One round of one system."""
    folder = Path(tempfile.mkdtemp(prefix="khabar-bench-"))
    try:
        began = time.perf_counter()
        ask = system(articles, folder)
        figures.index_s.append(time.perf_counter() - began)
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        figures.size_mb.append(size / 1e6)
        short = timed(ask, [" ".join(query.split()[:3]) for query in queries])
        long = timed(ask, queries)
        figures.short_p50_ms.append(percentile(short, 0.5))
        figures.headline_p50_ms.append(percentile(long, 0.5))
        figures.headline_p95_ms.append(percentile(long, 0.95))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def systems() -> dict[str, System]:
    """Every system that is installed."""
    found: dict[str, System] = {}
    for name in ENGINES:
        try:
            with tempfile.TemporaryDirectory() as folder:
                khabar.create_index(Path(folder) / "index", engine=name).close()
        except khabar.MissingDependency as error:
            print(error, file=sys.stderr)
            continue
        found[f"khabar, {name}"] = khabar_with(name)
    return {**found, "stock Whoosh": stock_whoosh, "SQLite FTS5": sqlite_fts5}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    articles = articles_of(options.articles)
    queries = [article.title for article in articles[:: max(1, len(articles) // 105)]][:105]
    figures = {name: Figures([], [], [], [], []) for name in systems()}
    for _ in range(options.rounds):
        for name, system in systems().items():
            measure(system, articles, queries, figures[name])
            print(f"measured {name}", file=sys.stderr, flush=True)
    medians = {
        name: {column: statistics.median(values) for column, values in vars(each).items()}
        for name, each in figures.items()
    }
    base = medians["SQLite FTS5"]
    real = "SaudiNewsNet" if NEWS.exists() else "generated text"
    print(f"{len(articles)} articles of {real}, {options.rounds} rounds, medians (ratio to SQLite FTS5)")
    print(f"{platform.machine()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}")
    print(f"{'':18}" + "".join(f"{column:>24}" for column in base))
    for name, row in medians.items():
        cells = "".join(f"{row[column]:15.2f} ({row[column] / base[column]:5.1f}×)" for column in base)
        print(f"{name:18}{cells}")
    if options.json:
        options.json.write_text(json.dumps(medians, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
