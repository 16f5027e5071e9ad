"""What is indexed and asked: articles, as many as are wanted, the files that each system reads, and queries.

The articles are SaudiNewsNet beside the checkout when present, else texts drawn from the words of the sample
corpus. More than there are, and they are repeated, each time with other words changed, so that the vocabulary
grows as that of a larger archive would.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count, islice, pairwise
from pathlib import Path

import msgspec

import khabar
from khabar.analysis.fold import fold
from khabar.analysis.stopwords import is_stop_word
from khabar.corpus.article import Article
from khabar.index.records import article_from_json, article_to_json

ROOT = Path(__file__).parents[1]
NEWS = ROOT.parent / "shared" / "data" / "news" / "saudinewsnet"

#: Heaps' law: a corpus of n times the text has n ** HEAPS times the vocabulary. From its first half to all of
#: it SaudiNewsNet gains 34 % (0.42); a little more here, since some changed words are words that are there
#: already.
HEAPS = 0.45
#: The commonest words stay as they are in every copy: a larger archive does not have other prepositions.
KEPT_WORDS = 1000
LETTERS = "بتجحخدرزسشصضطعغفقكلمنهي"
WORD = re.compile("[ء-ي]{3,}")


@dataclass(frozen=True)
class Queries:
    """Queries of one kind each; no article gives two of them.

    Attributes:
        warm_up: headlines to be asked before anything is timed.
        short: two or three words.
        headlines: whole titles.
    """

    warm_up: tuple[str, ...]
    short: tuple[str, ...]
    headlines: tuple[str, ...]


class Texts:
    """A number of articles, and the files made of them, in a folder that may be used again.

    Args:
        folder: where the files go.
        articles: how many; None takes what there is, once.
        sample: take the sample corpus even where real news is there.
    """

    def __init__(self, folder: Path, articles: int | None, *, sample: bool = False) -> None:
        self.real = NEWS.exists() and not sample
        self.name = "SaudiNewsNet" if self.real else "generated text"
        size = "all" if articles is None else str(articles)
        self.folder = folder / f"{'saudinewsnet' if self.real else 'generated'}-{size}"
        self.folder.mkdir(parents=True, exist_ok=True)
        if articles is None and not self.real:
            articles = 3000
        self._wanted = articles

    @property
    def sources(self) -> Path:
        """What ``khabar index`` reads: the newspaper's own zips when all of them are wanted, else JSON
        Lines."""
        return NEWS if self._wanted is None else self.articles_file

    @property
    def has_articles_file(self) -> bool:
        """Whether the articles were written already."""
        return (self.folder / "articles.jsonl").exists()

    @cached_property
    def articles_file(self) -> Path:
        """The articles, a line of JSON each."""
        return self._made("articles.jsonl", (article_to_json(each) for each in self._stream()))

    @cached_property
    def paragraphs_file(self) -> Path:
        """``{"id", "paragraphs"}`` a line, the title as the first paragraph: what Lucene reads."""
        return self._made(
            "paragraphs.jsonl",
            (
                article_to_json(Article(each.id, "", (each.title, *each.paragraphs))).replace(
                    '"title":"",', "", 1
                )
                for each in self.articles()
            ),
        )

    @cached_property
    def count(self) -> int:
        """How many articles there are."""
        return sum(1 for _ in self.articles_file.open(encoding="utf-8"))

    @cached_property
    def paragraphs(self) -> int:
        """How many titles and paragraphs there are."""
        return sum(1 + len(each.paragraphs) for each in self.articles())

    def articles(self) -> Iterator[Article]:
        """The articles again."""
        with self.articles_file.open(encoding="utf-8") as lines:
            for line in lines:
                yield article_from_json(line)

    def queries(self, number: int) -> Queries:
        """At most ``number`` queries of each kind, from titles spread evenly over the articles."""
        titles = [" ".join(each.title.split()) for each in self.articles() if len(each.title.split()) >= 4]
        titles = list(dict.fromkeys(titles))
        step = max(1, len(titles) // (3 * number))
        chosen = titles[::step][: 3 * number]
        return Queries(
            warm_up=tuple(chosen[0::3]),
            short=tuple(_short(title, 2 + at % 2) for at, title in enumerate(chosen[1::3])),
            headlines=tuple(chosen[2::3]),
        )

    def _made(self, name: str, lines: Iterator[str]) -> Path:
        path = self.folder / name
        if not path.exists():
            begun = path.with_suffix(".begun")
            with begun.open("w", encoding="utf-8") as file:
                file.writelines(line + "\n" for line in lines)
            begun.replace(path)
        return path

    def _stream(self) -> Iterator[Article]:
        if self.real:
            whole = Texts(self.folder.parent, None)
            first = whole.articles() if whole.has_articles_file else iter(khabar.read(NEWS))
        else:
            sample = list(khabar.read(ROOT / "corpus" / "articles"))
            # The sample as it is, while it is enough.
            enough = self._wanted is not None and self._wanted <= len(sample)
            first = iter(sample) if enough else _drawn(sample, 3000)
        if self._wanted is None:
            return first
        return islice(repeated(list(islice(first, self._wanted))), self._wanted)


def _short(title: str, words: int) -> str:
    """The first two or three words of a title that are not words of grammar."""
    telling = [word for word in title.split() if len(word) > 2 and not is_stop_word(fold(word))]
    return " ".join((telling or title.split())[:words])


def _drawn(sample: list[Article], number: int) -> Iterator[Article]:
    """Texts that follow the sample's own pairs of words: each word is one that follows the one before it
    somewhere."""
    chance = random.Random(0)
    words = [word for article in sample for text in article.paragraphs for word in text.split()]
    after: dict[str, list[str]] = {}
    for left, right in pairwise(words):
        after.setdefault(left, []).append(right)

    def text(length: int) -> str:
        found = [chance.choice(words)]
        while len(found) < length:
            found.append(chance.choice(after.get(found[-1], words)))
        return " ".join(found)

    for at in range(number):
        paragraphs = tuple(text(chance.randint(20, 80)) for _ in range(5))
        yield Article(f"generated-{at}", text(8), paragraphs)


def repeated(articles: list[Article]) -> Iterator[Article]:
    """The articles, then copies without end, each copy with other words changed."""
    yield from articles
    counts = Counter(
        word for each in articles for passage in each.passages() for word in WORD.findall(passage.text)
    )
    kept = {word for word, _ in counts.most_common(KEPT_WORDS)}
    for copy in count(1):
        words = _Changed(kept, copy)
        for each in articles:
            paragraphs = tuple(words.text(text) for text in each.paragraphs)
            yield msgspec.structs.replace(
                each,
                id=f"{each.id}-{copy}",
                title=words.text(each.title),
                paragraphs=paragraphs,
                url="",
                path="",
            )


class _Changed(dict[str, str]):
    """What each word is in a copy: itself, or with one letter changed. Copy n changes the share of words that
    Heaps' law adds."""

    def __init__(self, kept: set[str], number: int) -> None:
        super().__init__((word, word) for word in kept)
        self.number = number
        self.share = (number + 1) ** HEAPS - number**HEAPS

    def __missing__(self, word: str) -> str:
        digest = hashlib.blake2b(f"{self.number} {word}".encode(), digest_size=8).digest()
        changed = word
        if int.from_bytes(digest[:4], "big") / 2**32 < self.share:
            # Not at the ends, where particles and endings stand.
            place = 1 + digest[4] % (len(word) - 2)
            changed = word[:place] + LETTERS[digest[5] % len(LETTERS)] + word[place + 1 :]
        self[word] = changed
        return changed

    def text(self, text: str) -> str:
        return WORD.sub(lambda found: self[found[0]], text)
