"""The honesty report: the quality of an index's texts, and what was left out and why.

The texts are examined on request, which takes a second or two, and not during indexing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from khabar.corpus.article import Article
from khabar.corpus.names import readable_path
from khabar.corpus.report import Note, Skipped, SkippedTogether, joined, together, typical_reason
from khabar.serialize import Serializable
from khabar.upkeep.closings import Closing
from khabar.upkeep.manifest import Manifest, Source

__all__ = ["SIGNS", "LeftOut", "Texts", "left_out_of", "left_out_together", "signs_of", "texts_of"]


def _characters(*spans: tuple[int, int]) -> frozenset[str]:
    return frozenset(chr(code) for first, last in spans for code in range(first, last + 1))


#: The signs, in the order of reports: an article has a sign if its title or a paragraph contains one of the
#: characters. For mojibake, :data:`_MOJIBAKE` decides then.
SIGNS: Mapping[str, frozenset[str]] = {
    "harakat": _characters((0x64B, 0x652), (0x670, 0x670)),
    "tatweel": frozenset("\u0640"),
    "presentation forms": _characters((0xFB50, 0xFDCF), (0xFE70, 0xFEFC)),
    "Persian letters": frozenset("\u067e\u0686\u0698\u06a9\u06af\u06cc\u06c0\u06be"),
    "mojibake": _characters((0xC0, 0xFF)) | {"\ufffd"},
    "direction controls": _characters((0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069)),
}

#: UTF-8 read as Latin-1 or Windows-1252 («Ø§Ù„»), Windows-1256 read as Latin-1 («ÇáÓíÇÓÉ»), or replacement
#: characters.
_MOJIBAKE = re.compile(
    "(?:[ØÙ][\u0080-\u00bf\u0192\u2018-\u2026\u20ac\u2122\u0160\u0161\u0178\u017d\u017e\u0152\u0153\u02c6\u02dc]\\s?){2}|[À-ÿ]{4}|\ufffd"
)

#: The number of left-out parts to name.
NAMED = 20


class LeftOut(Serializable, msgspec.Struct, frozen=True):
    """What was not indexed, according to the index's manifest.

    Attributes:
        files: the number of files that the index was made from.
        partial: the number of these that could not be read completely.
        dropped: the number of articles in the index that their file no longer contains.
        kept: the number of articles in the index that were not in the readable part of their file the last
            time.
        skipped: the number of files and records left out for each kind of reason, the commonest first.
        named: some of these with place and reason, those read last; grouped where the reason is the same.
        guessed: the number of files whose encoding was guessed, by encoding.
        clutter: the number of lines of page clutter left out of texts, by kind.
        notes: notes on articles (guesses, possible losses, deliberate omissions) from all files, each with
            the place of the first.
        closings: the closing lines of sources, which are left out.
    """

    files: int
    partial: int
    skipped: Mapping[str, int]
    named: tuple[SkippedTogether, ...]
    guessed: Mapping[str, int]
    clutter: Mapping[str, int]
    notes: tuple[Note, ...] = ()
    closings: tuple[Closing, ...] = ()
    dropped: int = 0
    kept: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        skipped = [
            {"kind": kind, "count": count, "reason": typical_reason(kind, self.named).text()}
            for kind, count in self.skipped.items()
        ]
        return {**super().to_dict(), "skipped": skipped}


class Texts(Serializable, msgspec.Struct, frozen=True):
    """The quality of an index's texts.

    Attributes:
        articles: the number of articles examined.
        signs: the number of articles with each of :data:`SIGNS`.
        without: the number of articles without each attribute: title, date, source, author, section, tags,
            address.
        dated: the number of dates by origin (:attr:`khabar.Article.published_from`).
        left: what was left out.
    """

    articles: int
    signs: Mapping[str, int]
    without: Mapping[str, int]
    dated: Mapping[str, int]
    left: LeftOut

    def to_dict(self) -> dict[str, Any]:
        """The quality of the texts as plain data, without :attr:`left`."""
        return {name: value for name, value in super().to_dict().items() if name != "left"}


def left_out_of(manifest: Manifest, closings: tuple[Closing, ...] = ()) -> LeftOut:
    """Make the report from a manifest and the closing lines of sources."""
    skipped: Counter[str] = Counter()
    guessed: Counter[str] = Counter()
    clutter: Counter[str] = Counter()
    named: list[SkippedTogether] = []
    files: list[Skipped] = []
    notes: list[Note] = []
    partial = 0
    for source in manifest.sources.values():
        partial += source.partial
        skipped.update(source.left_out)
        guessed.update(source.guessed)
        clutter.update(source.clutter)
        left_out = [
            Skipped(readable_path(source.path) + each.member, each.number, each.reason)
            for each in source.skipped
        ]
        named += _records(source, left_out)
        files += (each for each in left_out if each.number is None)
        place = readable_path(source.path)
        notes += [Note(place + each.member, each.number, each.reason, each.count) for each in source.notes]
    for path, reason in manifest.places.items():
        skipped[reason.kind] += 1
        files.append(Skipped(path, None, reason))
    return LeftOut(
        len(manifest.sources),
        partial,
        dict(skipped.most_common()),
        tuple([*named, *together(files)][-NAMED:]),
        dict(guessed.most_common()),
        dict(clutter.most_common()),
        tuple(joined(notes)),
        closings,
        len(manifest.dropped(manifest.sources.values())),
        len(manifest.kept(manifest.sources.values())),
    )


def left_out_together(several: Sequence[LeftOut]) -> LeftOut:
    """Join the reports on several archives."""

    def summed(kinds: Callable[[LeftOut], Mapping[str, int]]) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for each in several:
            counts.update(kinds(each))
        return dict(counts.most_common())

    return LeftOut(
        sum(each.files for each in several),
        sum(each.partial for each in several),
        summed(lambda each: each.skipped),
        tuple([named for each in several for named in each.named][-NAMED:]),
        summed(lambda each: each.guessed),
        summed(lambda each: each.clutter),
        tuple(joined(note for each in several for note in each.notes)),
        tuple(closing for each in several for closing in each.closings),
        sum(each.dropped for each in several),
        sum(each.kept for each in several),
    )


def _records(source: Source, left_out: Iterable[Skipped]) -> list[SkippedTogether]:
    """The records left out of a file that its manifest names, grouped, with the numbers that it counts."""
    groups = together(each for each in left_out if each.number is not None)
    kinds = Counter(group.reason.kind for group in groups)
    return [
        replace(group, count=max(group.count, source.left_out.get(group.reason.kind, 0)))
        if kinds[group.reason.kind] == 1
        else group
        for group in groups
    ]


def signs_of(text: str) -> list[str]:
    """The :data:`SIGNS` that a text has."""
    if not text:
        return []
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    bits = int(np.bitwise_or.reduce(_table()[units]))
    found = [name for place, name in enumerate(SIGNS) if bits >> place & 1]
    return [name for name in found if name != "mojibake" or _MOJIBAKE.search(text)]


@cache
def _table() -> NDArray[np.uint8]:
    """The signs of each UTF-16 unit, a bit for each, to test all characters of a text at once."""
    table = np.zeros(1 << 16, np.uint8)
    for place, characters in enumerate(SIGNS.values()):
        table[[ord(character) for character in characters]] |= np.uint8(1 << place)
    return table


def texts_of(articles: Iterable[Article], left: LeftOut) -> Texts:
    """Examine all articles."""
    count = 0
    signs = dict.fromkeys(SIGNS, 0)
    without = dict.fromkeys(("title", "date", "source", "author", "section", "tags", "address"), 0)
    dated: Counter[str] = Counter()
    for article in articles:
        count += 1
        text = "\n".join((article.title, *article.paragraphs))
        for name in signs_of(text):
            signs[name] += 1
        without["title"] += not article.title
        without["date"] += article.published is None
        without["source"] += not article.source
        without["author"] += not article.author
        without["section"] += not article.section
        without["tags"] += not article.tags
        without["address"] += not article.url
        if article.published is not None:
            dated[article.published_from or "unknown"] += 1
    return Texts(count, signs, without, dict(dated.most_common()), left)
