"""How well quotations are found: precision, recall and time of ``khabar quote``.

    python benchmarks/quotes.py --index INDEX [--foreign FILE] [--quotations N] [--seed N] [--json FILE]

Quotations of 4 to 8 and of 9 to 25 words are made from passages of the index and changed in ways that
journalists and writers of posts change them, each weakly, by half and strongly: words dropped, added, swapped
for other words of the index, respelled (a letter changed, an inflection), moved, the middle cut, over the
border of two paragraphs; and as they are, but with other letter forms and vocalisation. Quotations that are
nowhere are runs of words of other collections (``--foreign``: articles as JSON Lines, compressed or not).

A quotation is found if the article that it was made from, a near-copy of it, or another article with the
words themselves is among its places. Precision is the share of quotations with a place among those that
should have one, of all with a place. One half, taken at random, chooses the threshold; the figures are of the
other half.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import khabar
from khabar.analysis import tokenizer

Words = list[str]
#: Thresholds that are tried.
THRESHOLDS = [number / 40 for number in range(12, 39)]
SIZES = {"short": (4, 8), "long": (9, 25)}
#: Shares of the words that are changed.
STRENGTHS = {"weak": 0.1, "half": 0.25, "strong": 0.4}
_FORMS = {"أ": "ا", "إ": "ا", "ة": "ه", "ى": "ي"}
_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


@dataclass(frozen=True)
class Case:
    """A quotation.

    Attributes:
        kind, strength, size: how it was made, and from how many words.
        text: the quotation.
        origin: the id of the article that it was made from; "" for none.
    """

    kind: str
    strength: str
    text: str
    origin: str
    size: str


@dataclass(frozen=True)
class Outcome:
    """What was found of a quotation: the similarity of the best place, and of the best right one; and how
    long it took."""

    case: Case
    best: float
    right: float
    seconds: float


def _some(words: Words, share: float, draw: random.Random) -> list[int]:
    number = max(1, round(share * len(words)))
    return draw.sample(range(len(words)), min(number, len(words) - 1))


def dropped(words: Words, share: float, draw: random.Random, other: Callable[[], str]) -> Words:
    out = set(_some(words, share, draw))
    return [word for place, word in enumerate(words) if place not in out]


def added(words: Words, share: float, draw: random.Random, other: Callable[[], str]) -> Words:
    into = set(_some(words, share, draw))
    return [
        each for place, word in enumerate(words) for each in ((other(), word) if place in into else (word,))
    ]


def swapped(words: Words, share: float, draw: random.Random, other: Callable[[], str]) -> Words:
    changed = set(_some(words, share, draw))
    return [other() if place in changed else word for place, word in enumerate(words)]


def respelled(words: Words, share: float, draw: random.Random, other: Callable[[], str]) -> Words:
    changed = set(_some(words, share, draw))
    return [_respelled(word, draw) if place in changed else word for place, word in enumerate(words)]


def _respelled(word: str, draw: random.Random) -> str:
    way = draw.randrange(4)
    place = draw.randrange(len(word))
    if way == 0:
        return "و" + word
    if way == 1 and len(word) > 3:
        return word[:place] + word[place + 1 :]
    if way == 2:
        return word[:place] + draw.choice(_LETTERS) + word[place + 1 :]
    return word.removeprefix("ال") if word.startswith("ال") else word + "ها"


def moved(words: Words, share: float, draw: random.Random, other: Callable[[], str]) -> Words:
    words = list(words)
    for place in _some(words, share / 2, draw):
        word = words.pop(place)
        words.insert(max(0, place + draw.choice((-3, -2, -1, 1, 2, 3))), word)
    return words


def cut(words: Words, share: float, draw: random.Random, other: Callable[[], str]) -> Words:
    """The middle is left out."""
    size = max(1, round(share * len(words)))
    start = draw.randrange(2, max(3, len(words) - size - 2))
    return words[:start] + words[start + size :]


CHANGES = {
    "dropped": dropped,
    "added": added,
    "swapped": swapped,
    "respelled": respelled,
    "moved": moved,
    "cut": cut,
}


def retyped(words: Words, draw: random.Random) -> Words:
    """The same words as somebody else types them."""
    return [
        "".join(_FORMS.get(letter, letter) for letter in word) + draw.choice(("", "", "ُ")) for word in words
    ]


def cases(articles: Sequence[khabar.Article], number: int, draw: random.Random) -> Iterator[Case]:
    """Quotations of every kind and strength, so many of each."""

    def of_one(size: str) -> tuple[str, Words]:
        while True:
            article = draw.choice(articles)
            words = tokenizer.words(draw.choice(article.paragraphs)) if article.paragraphs else []
            count = draw.randint(*SIZES[size])
            if len(words) >= count:
                start = draw.randrange(len(words) - count + 1)
                return article.id, words[start : start + count]

    def over_two(size: str) -> tuple[str, Words]:
        while True:
            article = draw.choice(articles)
            if len(article.paragraphs) < 2:
                continue
            place = draw.randrange(len(article.paragraphs) - 1)
            one, other = (tokenizer.words(each) for each in article.paragraphs[place : place + 2])
            few, many = (part // 2 for part in SIZES[size])
            if len(one) > many and len(other) > many:
                return article.id, one[-draw.randint(few, many) :] + other[: draw.randint(few, many)]

    def word() -> str:
        return draw.choice(of_one("long")[1])

    for size in [each for _ in range(number) for each in SIZES]:
        origin, words = of_one(size)
        yield Case("as it is", "", " ".join(words), origin, size)
        origin, words = of_one(size)
        yield Case("retyped", "", " ".join(retyped(words, draw)), origin, size)
        origin, words = over_two(size)
        yield Case("over two paragraphs", "", " ".join(words), origin, size)
        for kind, change in CHANGES.items():
            for strength, share in STRENGTHS.items():
                origin, words = of_one(size)
                yield Case(kind, strength, " ".join(change(words, share, draw, word)), origin, size)


def nowhere(paths: Sequence[Path], number: int, draw: random.Random) -> Iterator[Case]:
    """Quotations from other collections."""
    texts = []
    for path in paths:
        opened: Any = gzip.open if path.suffix == ".gz" else open
        file: IO[str]
        with opened(path, "rt", encoding="utf-8") as file:
            texts += [" ".join(_texts(json.loads(line))) for line in file]
    found = 0
    while found < number:
        words = tokenizer.words(draw.choice(texts))
        size = ("short", "long")[found % 2]
        count = draw.randint(*SIZES[size])
        if len(words) > count:
            start = draw.randrange(len(words) - count)
            found += 1
            yield Case("nowhere", "", " ".join(words[start : start + count]), "", size)


def _texts(record: dict[str, Any]) -> Iterator[str]:
    for name in ("text", "content", "body", "paragraphs"):
        value = record.get(name)
        if value:
            yield value if isinstance(value, str) else " ".join(map(str, value))


def measured(index: khabar.Index, case: Case) -> Outcome:
    # Time of the processor, which others on the machine do not change: one thread does it all.
    began = time.process_time()
    found = index.quote(case.text, similarity=0.01, limit=60)
    seconds = time.process_time() - began
    places = [place for part in found for place in part.places]
    best = max((place.similarity for place in places), default=0.0)
    right = 0.0
    for place in places:
        # A quotation that another article has word by word is found there, too.
        ids = {place.article.id, *(each.article.id for each in place.copies)}
        if case.origin in ids or (case.origin and place.similarity >= 0.999):
            right = max(right, place.similarity)
    return Outcome(case, best, right, seconds)


def figures(outcomes: Sequence[Outcome], threshold: float) -> dict[str, float]:
    """Precision, recall and F1 at a threshold."""
    real = [each for each in outcomes if each.case.origin]
    right = sum(each.right >= threshold for each in real)
    given = sum(each.best >= threshold for each in outcomes)
    precision, recall = right / max(1, given), right / max(1, len(real))
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(1e-9, precision + recall),
    }


def chosen(outcomes: Sequence[Outcome]) -> float:
    """The highest threshold whose F1 is within half a point of the best: who is shown a place that is none
    loses more than who is shown the nearest instead."""
    best = max(figures(outcomes, each)["f1"] for each in THRESHOLDS)
    return max(each for each in THRESHOLDS if figures(outcomes, each)["f1"] >= best - 0.005)


def report(outcomes: Sequence[Outcome], threshold: float) -> list[str]:
    """The table."""
    lines = ["| kind | strength | size | quotations | found |", "|---|---|---|---|---|"]
    groups = dict.fromkeys((each.case.kind, each.case.strength, each.case.size) for each in outcomes)
    for group in sorted(groups):
        some = [each for each in outcomes if (each.case.kind, each.case.strength, each.case.size) == group]
        found = sum((each.right if each.case.origin else each.best) >= threshold for each in some)
        lines.append(f"| {' | '.join(group)} | {len(some)} | {found / len(some):.3f} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--index", required=True)
    parser.add_argument(
        "--foreign", type=Path, nargs="+", help="articles of other collections, as JSON Lines"
    )
    parser.add_argument("--quotations", type=int, default=60, help="so many of each kind and strength")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    with khabar.open_index(options.index) as index:
        asked = list(cases(list(index), options.quotations, draw))
        if options.foreign:
            asked += nowhere(options.foreign, len(asked), draw)
        draw.shuffle(asked)
        index.quote("أكد الوزير أن الحكومة ستعمل على دعم المواطنين")
        outcomes = []
        for number, case in enumerate(asked, 1):
            outcomes.append(measured(index, case))
            if number % 200 == 0:
                print(f"{number} of {len(asked)}", file=sys.stderr, flush=True)
    half = len(outcomes) // 2
    threshold = chosen(outcomes[:half])
    times = sorted(each.seconds * 1000 for each in outcomes)
    for each in THRESHOLDS:
        values = figures(outcomes[:half], each)
        print(each, {name: round(value, 4) for name, value in values.items()}, file=sys.stderr)
    confirmed = figures(outcomes[half:], threshold)
    print(f"threshold {threshold} chosen on {half}; on the other {len(outcomes) - half}: ", end="")
    print(", ".join(f"{name} {value:.3f}" for name, value in confirmed.items()))
    for size in SIZES:
        some = [each for each in outcomes[half:] if each.case.size == size]
        values = figures(some, threshold)
        print(f"{size}: " + ", ".join(f"{name} {value:.3f}" for name, value in values.items()))
    print("\n".join(report(outcomes[half:], threshold)))
    print(f"time: p50 {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms")
    if options.json:
        rows = [
            {**vars(each.case), "best": each.best, "right": each.right, "seconds": each.seconds}
            for each in outcomes
        ]
        options.json.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
