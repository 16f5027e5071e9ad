"""How well wire stories are recognised: the stories of khabar against every pair of articles that is really
alike.

    python benchmarks/near_copies.py [--json] [--sample N] [--repeat N] [--data
    ../shared/data/news/saudinewsnet]

The oracle is exact and compares all pairs: two articles belong together if the Jaccard index of their sets of
five-word runs is at least 0.6. To be that alike they must share one of the rarest 40 % of either's runs
(Bayardo, Ma & Srikant 2007), so an inverted index of those gives every pair that has to be looked at.
Articles of fewer than five words have no run and are left out.

``sketches`` are the pairs that sketches find and call alike, ``stories`` those that stand in one story, which
is what a search shows: two articles of a story are alike to its leader, but need not be to each other. Time
is CPU of one process without analysis. ``--repeat`` indexes the corpus again and again with other words, to
see how cost grows.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from khabar import read
from khabar.analysis.analyzer import Analyzer
from khabar.index.words import TermHashes
from khabar.stories.files import Stories
from khabar.stories.grouping import ALIKE
from khabar.stories.sketch import AT_ONCE, jaccard, likeness, shingles, sketches
from khabar.stories.writer import StoriesWriter, create_stories

DATA = Path(__file__).parents[2] / "shared" / "data" / "news" / "saudinewsnet"
BATCH = 5000

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured."""

    articles: int
    pairs: int
    sketches_precision: float
    sketches_recall: float
    stories_precision: float
    stories_recall: float
    stories: int
    in_stories: int
    largest: int
    microseconds_an_article: float
    bytes_an_article: float
    open_milliseconds: float
    slowest_write_seconds: float


def read_words(source: Path, sample: int) -> list[Array]:
    """The word hashes of each article, of a random sample if asked for."""
    articles = list(read(source))
    if 0 < sample < len(articles):
        articles = random.Random(0).sample(articles, sample)
    analyzer = Analyzer()
    terms: dict[str, int] = {}
    texts = [
        np.array(
            [
                terms.setdefault(word.exact[0], len(terms))
                for passage in article.passages()
                for _, word in analyzer.words(passage.text)
            ],
            np.int64,
        )
        for article in articles
    ]
    hashes = TermHashes(list(terms))
    return [hashes.of(text) for text in texts]


def oracle(sets: list[Array]) -> set[tuple[int, int]]:
    """Every pair that is alike, the lesser number first."""
    sizes = np.array([len(each) for each in sets])
    owners = np.repeat(np.arange(len(sets)), sizes)
    _, numbers, counts = np.unique(np.concatenate(sets), return_inverse=True, return_counts=True)
    order = np.lexsort((numbers, counts[numbers], owners))
    owners, numbers = owners[order], numbers[order]
    place = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    rare = (place <= (sizes - np.ceil(ALIKE * sizes))[owners]) & (counts[numbers] > 1)
    return {pair for pair in sharing(owners[rare], numbers[rare]) if exact(sets, pair) >= ALIKE}


def sharing(owners: Array, keys: Array) -> set[tuple[int, int]]:
    """All pairs of owners that share a key."""
    order = np.lexsort((owners, keys))
    owners, keys = owners[order], keys[order]
    edges = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1], [True]]))
    pairs: set[tuple[int, int]] = set()
    for begin, end in pairwise(edges.tolist()):
        if end - begin > 1:
            first, second = np.triu_indices(end - begin, 1)
            group = owners[begin:end]
            pairs.update(zip(group[first].tolist(), group[second].tolist(), strict=True))
    return {(first, second) for first, second in pairs if first != second}


def exact(sets: list[Array], pair: tuple[int, int]) -> float:
    """How alike a pair is."""
    first, second = sets[pair[0]], sets[pair[1]]
    if min(len(first), len(second)) < ALIKE * max(len(first), len(second)):
        return 0.0
    return jaccard(first, second)


def sketched(texts: list[Array]) -> set[tuple[int, int]]:
    """The pairs that sketches call alike."""
    made = [sketches(texts[begin : begin + AT_ONCE]) for begin in range(0, len(texts), AT_ONCE)]
    bins = np.concatenate([each for each, _ in made])
    keys = np.concatenate([each for _, each in made])
    owners, columns = np.nonzero(keys)
    return {
        (first, second)
        for first, second in sharing(owners, keys[owners, columns])
        if likeness(bins[first], bins[second][None])[0] >= ALIKE
    }


def scores(found: set[tuple[int, int]], true: set[tuple[int, int]]) -> tuple[float, float]:
    """Precision and recall."""
    right = len(found & true)
    return right / max(1, len(found)), right / max(1, len(true))


def measure(texts: list[Array], repeat: int) -> Figures:
    """All figures for some articles."""
    sets = [shingles(text) for text in texts]
    true = oracle(sets)
    by_sketches = scores(sketched(texts), true)
    del sets
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        create_stories(folder)
        total = len(texts) * repeat
        slowest = 0.0
        writer = StoriesWriter(folder)
        began = time.process_time()
        for number in range(total):
            salt = np.uint64(number // len(texts) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF)
            writer.add(number, texts[number % len(texts)] ^ salt)
            if number % BATCH == BATCH - 1 or number == total - 1:
                before = time.perf_counter()
                writer.write()
                slowest = max(slowest, time.perf_counter() - before)
        spent = time.process_time() - began
        size = sum(file.stat().st_size for file in folder.iterdir())
        began = time.perf_counter()
        groups = Stories.open(folder).groups(np.arange(total, dtype=np.uint64))
        opening = time.perf_counter() - began
    _, counts = np.unique(groups, return_counts=True)
    together = sharing(np.arange(len(texts)), groups[: len(texts)])
    by_stories = scores(together, true)
    return Figures(
        total,
        len(true),
        *by_sketches,
        *by_stories,
        int((counts > 1).sum()),
        int(counts[counts > 1].sum()),
        int(counts.max()),
        spent / total * 1e6,
        size / total,
        opening * 1000,
        slowest,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sample", type=int, default=0, help="so many articles, taken at random; 0: all")
    parser.add_argument("--repeat", type=int, default=1, help="index them so many times with other words")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.data.exists():
        sys.exit(f"{options.data} is not there; name a folder of articles with --data")
    figures = asdict(measure(read_words(options.data, options.sample), options.repeat))
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(
                f"{name.replace('_', ' '):26}{value:>12,.4f}"
                if isinstance(value, float)
                else f"{name.replace('_', ' '):26}{value:>12,}"
            )


if __name__ == "__main__":
    main()
