"""How long a list of names takes: ``Index.batch`` on names that are in the corpus.

    python benchmarks/batch.py --index INDEX [--names N] [--seed N] [--as name] [--one-by-one]

The names are the authors of the index and pairs and triples of adjacent words of its texts, at random:
Arabic has no capital letters by which names could be told. ``--one-by-one`` asks for each name by a search,
a count by day and a count by source instead, for comparison.
"""

from __future__ import annotations

import argparse
import random
import resource
import time

import khabar
from khabar.analysis import tokenizer
from khabar.analysis.fold import fold
from khabar.analysis.stopwords import is_stop_word


def names(index: khabar.Index, number: int, draw: random.Random) -> list[str]:
    """Names, each once."""
    found = dict.fromkeys(
        value.name
        for facet in index.facets("", "author", limit=None)
        for value in facet
        if value.name.strip()
    )
    articles = list(index)
    while len(found) < number:
        article = draw.choice(articles)
        words = tokenizer.words(draw.choice(article.paragraphs)) if article.paragraphs else []
        size = draw.choice((2, 3))
        if len(words) > size:
            start = draw.randrange(len(words) - size)
            run = words[start : start + size]
            if not any(is_stop_word(fold(word)) or not word.isalpha() for word in run):
                found[" ".join(run)] = None
    chosen = list(found)[:number]
    draw.shuffle(chosen)
    return chosen


def one_by_one(index: khabar.Index, lines: list[str]) -> int:
    total = 0
    for line in lines:
        query = f'"{line}"'
        total += index.search(query, limit=1).total
        index.facets(query, "source", limit=3)
        index.timeline(query)
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--index", required=True)
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--as", dest="asked_as", default="name")
    parser.add_argument("--hits", type=int, default=1)
    parser.add_argument("--one-by-one", action="store_true")
    options = parser.parse_args()
    with khabar.open_index(options.index) as index:
        lines = names(index, options.names, random.Random(options.seed))
        began, spent = time.perf_counter(), time.process_time()
        if options.one_by_one:
            total = one_by_one(index, lines)
        else:
            total = sum(
                row.articles for row in index.batch(lines, asked_as=options.asked_as, hits=options.hits)
            )
        took, cpu = time.perf_counter() - began, time.process_time() - spent
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = took / len(lines) * 1000
    print(
        f"{len(lines):,} lines in {took:.1f} s ({each:.2f} ms each, {cpu:.1f} s CPU), {total:,} articles, ",
        end="",
    )
    print(f"{memory:.0f} MiB at most")


if __name__ == "__main__":
    main()
