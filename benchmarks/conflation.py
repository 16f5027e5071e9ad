"""How well word forms are joined: pairs of words that stand for one dictionary word, against PUD's gold
lemmas.

    python benchmarks/conflation.py [--json] [--data ../shared/data/lemma/pud_news.tsv]

The items are the distinct folded words of the file; simplemma and Snowball, which were not made for folded
words, are given the word as it is written most often. Two belong together in the gold if their sets of gold
lemmas meet (folded; a word may have several), and for a method if their sets of keys meet. Precision, recall
and F1 are over all unordered pairs; ``tokens F1`` weighs a pair by the product of the two words' counts. The
halves A and B part the gold lemmas by a hash: rules were made looking at A, B confirms.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path

from khabar.analysis import lemma
from khabar.analysis.fold import fold
from khabar.analysis.light import light_stem

DATA = Path(__file__).parents[2] / "shared" / "data" / "lemma" / "pud_news.tsv"

Keys = Callable[["Item"], Iterable[str]]
Pairs = set[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Item:
    """A folded word, its commonest spelling, its gold lemmas, and how often it occurs."""

    word: str
    written: str
    lemmas: frozenset[str]
    count: int


@dataclass(frozen=True, slots=True)
class Score:
    """A method's figures."""

    method: str
    precision: float
    recall: float
    f1: float
    tokens_f1: float
    half_a_f1: float
    half_b_f1: float


def read(path: Path) -> list[Item]:
    """The items of a file of lines ``word, lemma, root, count``, parted by tabs."""
    lemmas: dict[str, set[str]] = defaultdict(set)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for line in path.read_text("utf-8").splitlines():
        word, gold, _, count = line.split("\t")
        lemmas[fold(word)].add(fold(gold))
        spellings[fold(word)][word] += int(count)
    return [
        Item(word, spellings[word].most_common(1)[0][0], frozenset(gold), spellings[word].total())
        for word, gold in lemmas.items()
    ]


def half(items: list[Item], bit: int) -> list[Item]:
    """The items with gold lemmas of one half, and these lemmas."""
    parts = (
        replace(item, lemmas=frozenset(each for each in item.lemmas if zlib.crc32(each.encode()) % 2 == bit))
        for item in items
    )
    return [item for item in parts if item.lemmas]


def pairs(sets: Iterable[Iterable[str]]) -> Pairs:
    """The pairs of numbers of sets that meet."""
    members: dict[str, list[int]] = defaultdict(list)
    for number, keys in enumerate(sets):
        for key in set(keys):
            members[key].append(number)
    return {pair for numbers in members.values() for pair in combinations(numbers, 2)}


def measure(items: list[Item], keys: Keys, *, weighted: bool = False) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs."""
    gold = pairs(item.lemmas for item in items)
    found = pairs(keys(item) for item in items)

    def mass(some: Pairs) -> int:
        return sum(items[one].count * items[other].count for one, other in some) if weighted else len(some)

    right = mass(gold & found)
    precision, recall = right / max(1, mass(found)), right / max(1, mass(gold))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def methods() -> dict[str, Keys]:
    """The methods, from nothing to khabar's own. Snowball only where its package is installed."""
    found: dict[str, Keys] = {
        "exact": lambda item: [item.word],
        "light10": lambda item: [light_stem(item.word)],
    }
    try:
        import snowballstemmer  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        print("snowball: skipped, for snowballstemmer is not installed", file=sys.stderr)
    else:
        snowball = snowballstemmer.stemmer("arabic")
        found["snowball"] = lambda item: [snowball.stemWord(item.written)]
    import simplemma

    table = lemma.table()
    found["simplemma"] = lambda item: [fold(simplemma.lemmatize(item.written, "ar"))]
    found["khabar lemma"] = lambda item: lemma.lemmas(item.word, table)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    if not options.data.exists():
        print(f"{options.data} is not there: nothing to measure", file=sys.stderr)
        return 1
    items = read(options.data)
    scores = []
    for name, keys in methods().items():
        halves = [measure(half(items, bit), keys)[2] for bit in (0, 1)]
        scores.append(Score(name, *measure(items, keys), measure(items, keys, weighted=True)[2], *halves))
    if options.json:
        print(json.dumps({"items": len(items), "methods": [asdict(each) for each in scores]}, indent=2))
        return 0
    print(f"{len(items)} folded words of {options.data.name}")
    print(f"{'':14}{'P':>6}{'R':>6}{'F1':>6}{'tokens F1':>11}{'half A':>8}{'half B':>8}")
    for each in scores:
        print(
            f"{each.method:14}{each.precision:6.3f}{each.recall:6.3f}{each.f1:6.3f}"
            f"{each.tokens_f1:11.3f}{each.half_a_f1:8.3f}{each.half_b_f1:8.3f}"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
