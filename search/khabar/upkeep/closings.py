"""Lines that end every article of a source: «رابط الخبر بصحيفة …», «14:58 ت م». They are found by counting.

Of each article of a named source the end is counted: the last paragraph by its shape (digits and addresses made alike) and by
its first three words, a sentence only by all of it as it is; and a label of three to six words with a colon, at its beginning or
behind a sentence in it («… للعلاج. رابط الخبر بصحيفة …: …»). It closes the articles of a source if at least :data:`LEAST` of them
and half of all have it, a fifth for a label; while a run goes on, if at least :data:`EARLY` and nine of ten have it, half for
a label. From then on it is left out of texts in which there is more, and stays known: the same article read again is the same
article. Articles that were indexed before are changed at the end of the run, once, which takes a look at all articles.

``closings.json`` in the index folder keeps the counts and what was found, so that a run that brings ten articles a day finds
them too. A short closing that an author repeats is text: it does not end half of what an outlet prints.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.replacing import replace_file
from khabar.serialize import Serializable
from khabar.spelling import fold, has_words

__all__ = ["CLOSINGS", "EARLY", "LEAST", "Closing", "Closings"]

CLOSINGS = "closings.json"
LEAST, EARLY = 20, 100
_LONGEST, _LONGEST_WITH_ADDRESS = 300, 3000
"""characters; an Arabic address in percent signs is long"""
_KEPT = 2000
"""So many shapes of a source are counted on from run to run: the commonest."""
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_NUMBER = re.compile(r"\d+")
_PREFIX = 3
_STOP = re.compile(r"[.!؟?…»”\"]\s*")
_SENTENCE_IN = re.compile(r"\w[.!؟?…]\s+\S")
_LABEL = re.compile(r"((?:[^\s:.]+\s+){2,5}[^\s:.]+)\s*:")
_STOPS = (".", "!", "؟", "?", "…", "۔")


class Closing(Serializable, msgspec.Struct, frozen=True):
    """A line that ends the articles of a source.

    Attributes:
        source: the source.
        line: an example.
        articles: how many were read that end with it.
    """

    source: str
    line: str
    articles: int


class _Source(msgspec.Struct):
    """What is known of a source.

    Attributes:
        articles: how many were counted.
        counts: how many of them end with a line of a shape.
        found: the shapes that close its articles, with an example.
    """

    articles: int = 0
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    found: dict[str, str] = msgspec.field(default_factory=dict)


class _Kept(msgspec.Struct):
    """What ``closings.json`` holds."""

    sources: dict[str, _Source]
    news: list[str]


class Closings:
    """The closing lines of an index."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / CLOSINGS
        self._sources: dict[str, _Source] = {}
        #: the sources of which articles of the index may end with something that was found
        self.news: set[str] = set()
        self._examples: dict[tuple[str, str], str] = {}
        #: how many lines were left out in this run
        self.left_out: Counter[str] = Counter()
        with suppress(OSError, ValueError, msgspec.ValidationError):
            kept = msgspec.convert(json.loads(self._path.read_bytes()), _Kept)
            self._sources, self.news = kept.sources, set(kept.news)

    def without(self, article: Article) -> Article:
        """The article without closing lines that are known."""
        known = self._sources.get(article.source)
        if known is None or not known.found:
            return article
        paragraphs = article.paragraphs
        while paragraphs:
            start = next((start for start, shape in _endings(paragraphs[-1]) if shape in known.found), None)
            if start is None or (start == 0 and len(paragraphs) == 1):
                break
            cut = paragraphs[-1][:start].rstrip()
            paragraphs = (*paragraphs[:-1], cut) if cut else paragraphs[:-1]
        return article if paragraphs is article.paragraphs else replace(article, paragraphs=paragraphs)

    def count(self, article: Article, stripped: Article) -> None:
        """Take note of an article that is new, and of how it ends."""
        if not article.source:
            return
        known = self._sources.setdefault(article.source, _Source())
        known.articles += 1
        self.left_out[article.source] += stripped is not article
        if not article.paragraphs:
            return
        # Every line that was left out, and of what is left none: it is counted when nothing else hides it.
        lines = article.paragraphs[min(len(stripped.paragraphs), len(article.paragraphs) - 1) :]
        endings = {shape: each[start:] for each in lines for start, shape in _endings(each)}
        for shape, line in endings.items():
            count = known.counts[shape] = known.counts.get(shape, 0) + 1
            if count == LEAST:
                self._examples[article.source, shape] = line
            if count >= EARLY and count * 10 >= known.articles * (5 if _is_label(shape) else 9):
                self._find(article.source, known, shape)

    def decide(self) -> None:
        """Find what closes the articles of a source, at the end of a run."""
        for source, known in self._sources.items():
            for shape, count in known.counts.items():
                if count >= LEAST and count * (5 if _is_label(shape) else 2) >= known.articles:
                    self._find(source, known, shape)

    def _find(self, source: str, known: _Source, shape: str) -> None:
        if shape not in known.found:
            known.found[shape] = self._examples.get((source, shape), shape)
            self.news.add(source)

    def __iter__(self) -> Iterator[Closing]:
        """What was found, the commonest first."""
        found = [
            Closing(source, line, known.counts.get(shape, 0))
            for source, known in self._sources.items()
            for shape, line in known.found.items()
        ]
        return iter(sorted(found, key=lambda each: -each.articles))

    def write(self) -> None:
        """Make it durable."""
        for known in self._sources.values():
            if len(known.counts) > 2 * _KEPT:
                kept = Counter(known.counts).most_common(_KEPT)
                known.counts = {**dict(kept), **{each: known.counts.get(each, 0) for each in known.found}}
        kept = msgspec.to_builtins(_Kept(self._sources, sorted(self.news)))
        replace_file(self._path, [json.dumps(kept).encode("ascii")])


def _is_label(shape: str) -> bool:
    return shape.endswith(": …")


def _endings(paragraph: str) -> Iterator[tuple[int, str]]:
    """What may close an article in its last paragraph: where it begins, and its shape.

    The whole paragraph has a shape; if it is no sentence, or an address stands in it, its beginning has one too. A sentence
    of which only the numbers change is news: «وبلغ حجم التداول 34 مليوناً.» Behind a sentence there may be a label with what
    follows it.
    """
    if len(paragraph) <= _LONGEST_WITH_ADDRESS and has_words(paragraph):
        plain, addresses = _ADDRESS.subn("@", fold(paragraph))
        # Where a sentence ends before the paragraph does, the rest may be a label, and what is before it is text.
        sentence = not addresses and plain.rstrip('»"”)] ').endswith(_STOPS)
        sentence = sentence or _SENTENCE_IN.search(plain) is not None
        whole = " ".join((plain if sentence else _NUMBER.sub("0", plain)).split())
        words = whole.split(" ")
        if len(whole) <= _LONGEST:
            yield 0, whole
            if not sentence and len(words) > _PREFIX:
                yield 0, " ".join(words[:_PREFIX]) + " …"
            if label := _LABEL.match(whole):
                yield 0, f"{label[1]}: …"
    for stop in _STOP.finditer(paragraph, max(0, len(paragraph) - _LONGEST)):
        if label := _LABEL.match(fold(paragraph[stop.end() :])):
            yield stop.end(), " ".join(label[1].split()) + ": …"
