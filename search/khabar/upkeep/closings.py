"""Closing lines, which end every article of a source («رابط الخبر بصحيفة …», «14:58 ت م»), are found by
counting.

The end of each article of a named source is counted: its last paragraph by its shape, in which digits and
addresses are unified, and by its first three words; a sentence only as a whole and unchanged; and a label of
three to six words with a colon, at the beginning of the paragraph or after a sentence in it («… للعلاج. رابط
الخبر بصحيفة …: …»). A line is a closing line of a source if at least :data:`LEAST` of its articles and half
of all have it, a fifth for a label; during a run, if at least :data:`EARLY` and nine of ten have it, half for
a label. From then on it is removed from texts, unless nothing else would be left, and stays known, so that
the same article read again is the same article. Articles that were indexed before are changed once, at the
end of the run, for which all articles are read.

``closings.json`` in the index folder stores the counts and the closing lines, so that a run of ten articles a
day finds them too. It takes a few kB for each source, whatever the size of the index: shapes are stored as
hashes, and a count only while it can still matter. A shape that ended fewer than one in :data:`RARE` articles
since it was first counted is forgotten, and counted again from the beginning when it recurs; a line that ends
a fifth of the articles or more loses at most that one in :data:`RARE` of them.

A short closing that an author repeats is text: it does not end half of the articles of an outlet.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.digests import blake2b
from khabar.errors import SystemFailure
from khabar.index.recovery import unreadable
from khabar.replacing import read_file, replace_file
from khabar.serialize import Serializable
from khabar.spelling import comparable, has_words

__all__ = ["CLOSINGS", "EARLY", "LEAST", "RARE", "Closing", "Closings", "Shelf"]

CLOSINGS = "closings.json"
LEAST, EARLY = 20, 100
RARE = 40
_LONGEST, _LONGEST_WITH_ADDRESS = 300, 3000
"""In characters. A percent-encoded Arabic address is long."""
_MARKED = 3 * _LONGEST
"""In characters. A longer paragraph is too long even without its marks."""
_LETTERS = "iso8859-6"
_NO_LETTERS = bytes({*range(256)} - {*range(0xC1, 0xDB), *range(0xE1, 0xEB)})
_SWEEP = 500
"""The rare shapes of a source are forgotten after each time this many articles."""
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_MAY_BE_ADDRESS = re.compile(r"//|www", re.I)
_NUMBER = re.compile(r"\d+")
_PREFIX = 3
_STOP = re.compile(r"[.!؟?…»”\"]\s*")
_SENTENCE_IN = re.compile(r"\w[.!؟?…]\s+\S")
_LABEL = re.compile(r"((?:[^\s:.]+\s+){2,5}[^\s:.]+)\s*:")
# «and», joined to the next word, which continues the sentence before. («وكالة», agency, begins with the same
# letter.)
_GOES_ON = re.compile(r"و(?!كال)\w{2}")
_STOPS = (".", "!", "؟", "?", "…", "۔")


class Closing(Serializable, msgspec.Struct, frozen=True):
    """A line that ends the articles of a source.

    Attributes:
        source: the source.
        line: an example.
        articles: the number of articles that ended with it.
    """

    source: str
    line: str
    articles: int


class _Source(msgspec.Struct):
    """The counts of one source.

    Attributes:
        articles: the number of articles counted.
        counts: for each shape, how many of them end with it, and how many had been counted when it first
            occurred.
        found: the shapes of its closing lines, each with an example.
    """

    articles: int = 0
    counts: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)
    found: dict[str, str] = msgspec.field(default_factory=dict)

    def forget_the_rare(self) -> None:
        """Remove the counts that can no longer matter."""
        self.counts = {
            shape: (count, since)
            for shape, (count, since) in self.counts.items()
            if count * RARE >= self.articles - since or shape in self.found
        }


class _Kept(msgspec.Struct):
    """The contents of ``closings.json``."""

    sources: dict[str, _Source]
    news: list[str]


class Shelf(Protocol):
    """Stores the closing lines of an index."""

    def read(self) -> bytes:
        """The stored content; empty if there is none."""
        ...

    def others(self) -> Sequence[bytes]:
        """The contents stored by other machines that write to the same index."""
        ...

    def write(self, content: bytes) -> None:
        """Replace the stored content durably."""
        ...


class _FileShelf:
    """``closings.json`` in an index folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / CLOSINGS

    def read(self) -> bytes:
        try:
            return read_file(self._path)
        except (OSError, MemoryError) as error:
            failure = unreadable(self._path, error)
            if isinstance(failure, SystemFailure):
                raise failure from error
            return b""

    def others(self) -> Sequence[bytes]:
        return ()

    def write(self, content: bytes) -> None:
        replace_file(self._path, [content])


class Closings:
    """The closing lines of an index.

    Args:
        place: the folder with its files, or another store.
    """

    def __init__(self, place: Path | Shelf) -> None:
        self._shelf: Shelf = _FileShelf(place) if isinstance(place, Path) else place
        self._sources: dict[str, _Source] = {}
        #: sources whose articles in the index may end with a line found in this run
        self.news: set[str] = set()
        self._examples: dict[tuple[str, str], str] = {}
        #: the number of lines left out in this run, by source
        self.left_out: Counter[str] = Counter()
        # If the content is damaged, counting begins again.
        if (kept := _decoded(self._shelf.read())) is not None:
            self._sources, self.news = kept.sources, set(kept.news)
        for other in map(_decoded, self._shelf.others()):
            if other is not None:
                self._adopt(other)

    def _adopt(self, other: _Kept) -> None:
        """Adopt the closing lines that another machine found, so that an article is the same wherever it is
        read."""
        for source, theirs in other.sources.items():
            if not theirs.found:
                continue
            found = self._sources.setdefault(source, _Source()).found
            if new := {shape: line for shape, line in theirs.found.items() if shape not in found}:
                found.update(new)
                # That machine removed them only from its own articles.
                self.news.add(source)

    def without(self, article: Article) -> Article:
        """The article without known closing lines."""
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
        if paragraphs is article.paragraphs:
            return article
        return replace(article, paragraphs=paragraphs, pages=article.pages[: len(paragraphs)])

    def count(self, article: Article, stripped: Article) -> None:
        """Count a new article and its ending."""
        if not article.source:
            return
        known = self._sources.setdefault(article.source, _Source())
        known.articles += 1
        self.left_out[article.source] += stripped is not article
        if not article.paragraphs:
            return
        # Count only the lines left out, and otherwise the last line.
        lines = article.paragraphs[min(len(stripped.paragraphs), len(article.paragraphs) - 1) :]
        endings = {shape: (line, start) for line in lines for start, shape in _endings(line)}
        for shape, (line, start) in endings.items():
            count, since = known.counts.get(shape, (0, known.articles))
            count += 1
            known.counts[shape] = count, since
            if count >= LEAST:
                self._examples.setdefault((article.source, shape), line[start:])
            if count >= EARLY and count * 10 >= known.articles * (5 if _is_label(shape) else 9):
                self._find(article.source, known, shape)
        if known.articles % _SWEEP == 0:
            known.forget_the_rare()

    def decide(self) -> None:
        """Find the closing lines, at the end of a run."""
        # Only shapes that occurred in this run can have become common enough.
        for source, shape in self._examples:
            known = self._sources[source]
            count, _ = known.counts.get(shape, (0, 0))
            if count >= LEAST and count * (5 if _is_label(shape) else 2) >= known.articles:
                self._find(source, known, shape)

    def _find(self, source: str, known: _Source, shape: str) -> None:
        if shape not in known.found:
            known.found[shape] = self._examples[source, shape]
            self.news.add(source)

    def __iter__(self) -> Iterator[Closing]:
        """The closing lines found, the commonest first."""
        closings = [
            Closing(source, line, known.counts.get(shape, (0, 0))[0])
            for source, known in self._sources.items()
            for shape, line in known.found.items()
        ]
        return iter(sorted(closings, key=lambda closing: -closing.articles))

    def write(self) -> None:
        """Store counts and closing lines durably."""
        for known in self._sources.values():
            known.forget_the_rare()
        kept = msgspec.to_builtins(_Kept(self._sources, sorted(self.news)))
        self._shelf.write(json.dumps(kept).encode("ascii"))


def _decoded(content: bytes) -> _Kept | None:
    """Decode the stored content; None if it is damaged."""
    with suppress(ValueError, msgspec.ValidationError):
        return msgspec.convert(json.loads(content or b"{}"), _Kept)
    return None


def _may_be_short(paragraph: str) -> bool:
    """Whether a paragraph without an address may be short enough to have a shape, judged by the number of its
    letters, which takes a tenth of the time of making the shape."""
    if len(paragraph) <= _LONGEST:
        return True
    return len(paragraph) <= _MARKED and (
        len(paragraph.encode(_LETTERS, "ignore").translate(None, _NO_LETTERS)) <= _LONGEST
    )


def _hashed(shape: str, label: bool = False) -> str:
    """The hash of a shape; that of a label ends with a colon."""
    return blake2b(shape.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest() + (":" if label else "")


def _is_label(shape: str) -> bool:
    return shape.endswith(":")


def _endings(paragraph: str) -> Iterator[tuple[int, str]]:
    """The possible closing lines in the last paragraph of an article: where each begins, and its hashed
    shape.

    The whole paragraph has a shape; if it is no sentence or contains an address, its beginning has one too. A
    sentence in which only the numbers change is news: «وبلغ حجم التداول 34 مليوناً». A paragraph that begins
    with «و» is a sentence, even without a full stop, and no label: «وقال رئيس الوزراء: …». After a sentence
    there may be a label with its text.
    """
    # Testing for single characters first takes a tenth of the time.
    has_address = ("/" in paragraph or "w" in paragraph or "W" in paragraph) and _MAY_BE_ADDRESS.search(
        paragraph
    )
    is_short = len(paragraph) <= _LONGEST_WITH_ADDRESS if has_address else _may_be_short(paragraph)
    if is_short and has_words(paragraph):
        plain, addresses = _ADDRESS.subn("@", comparable(paragraph))
        # If a sentence ends inside the paragraph, the rest may be a label, and the sentence is text.
        sentence = not addresses and plain.rstrip('»"”)] ').endswith(_STOPS)
        goes_on = _GOES_ON.match(plain) is not None
        sentence = sentence or goes_on or _SENTENCE_IN.search(plain) is not None
        whole = " ".join((plain if sentence else _NUMBER.sub("0", plain)).split())
        words = whole.split(" ")
        if len(whole) <= _LONGEST:
            yield 0, _hashed(whole)
            if not sentence and len(words) > _PREFIX:
                yield 0, _hashed(" ".join(words[:_PREFIX]) + " …")
            if ":" in whole and not goes_on and (label := _LABEL.match(whole)):
                yield 0, _hashed(label[1], label=True)
    # A label has a colon, which few paragraphs have.
    end = paragraph.rfind(":") + 1
    for stop in _STOP.finditer(paragraph, max(0, len(paragraph) - _LONGEST), end) if end else ():
        label = _LABEL.match(comparable(paragraph[stop.end() : end]))
        if label and not _GOES_ON.match(label[1]):
            yield stop.end(), _hashed(" ".join(label[1].split()), label=True)
