"""The contents of an index, what was left out, and the quality of its texts if they were examined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from khabar.corpus.report import typical_reason
from khabar.explore.languages import mostly_other
from khabar.render.arabic import translated
from khabar.render.blocks import Block, Counts, Facts, Listing, Note, blocks_page, blocks_view
from khabar.render.look import Look
from khabar.render.messages import counted, joined, language_name, mostly_other_text, say
from khabar.render.reasons import note_text, reason_text, together_text
from khabar.render.text import date, date_here, near, percent, size
from khabar.render.vectors import having_text
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.explore.facets import Facets, FacetValue
    from khabar.library import Info
    from khabar.meaning.reports import VectorsInfo
    from khabar.upkeep.honesty import LeftOut, Texts
    from khabar.upkeep.reports import Commit

__all__ = ["NAMES_SHOWN", "InfoView", "info_blocks"]

#: The number of sections and of tags that are listed, those with the most articles.
NAMES_SHOWN = 10

_SOURCES_SHOWN = 15
_COMMITS_SHOWN = 5


class InfoView(View, frozen=True):
    """The contents of an index.

    Attributes:
        info: the description of the index.
        left: what was left out of it; None if that is not known.
        texts: the quality of its texts; None if they were not examined.
        facets: its articles by section, tag, language and place; None if they were not counted.
        fields: the names of the kept fields of records.
        vectors: its vectors for searches by meaning; None if it has none.
    """

    info: Info
    left: LeftOut | None = None
    texts: Texts | None = None
    facets: Facets | None = None
    fields: Sequence[str] = ()
    vectors: VectorsInfo | None = None
    title = "khabar info"

    def record(self) -> Record:
        record = self.info.to_dict()
        for heading, values in _named(self.facets):
            record[heading] = {value.name: value.count for value in values}
        record["fields"] = list(self.fields)
        if self.vectors is not None:
            record["vectors"] = self.vectors.to_dict()
        if self.left is not None:
            record["left_out"] = self.left.to_dict()
        if self.texts is not None:
            record["texts"] = self.texts.to_dict()
        return record

    def lines(self, language: str = "en") -> Iterator[str]:
        yield from _info_lines(self.info, language)
        for heading, values in _named(self.facets):
            yield from (f"{heading[:-1]}: {value.count}\t{printable(value.name)}" for value in values)
        yield from (f"field: {printable(name)}" for name in self.fields)
        if self.vectors is not None:
            having, model = self.vectors.with_vectors, printable(self.vectors.model)
            yield f"with vectors: {having}" + (f" ({model})" if model else "")
        if others := _others(self.facets):
            yield f"warning: {mostly_other_text(others, language)}"
        if self.texts is not None:
            yield from _texts_lines(self.texts)
        if self.left is not None:
            yield from _left_out_lines(self.left, language)

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        title = say("info", look.language, index=self.info.path)
        return blocks_page(title, self._blocks(look.language), look)

    def _blocks(self, language: str) -> Iterator[Block]:
        return info_blocks(self.info, self.left, self.texts, language, self.facets, self.fields, self.vectors)


def _named(facets: Facets | None) -> Iterator[tuple[str, list[FacetValue]]]:
    """The plural name of each facet's field, and its named values."""
    for facet in facets or ():
        yield f"{facet.field}s", [value for value in facet if value.name]


def _others(facets: Facets | None) -> list[tuple[str, float]]:
    """The languages of an index that is mostly not Arabic, with their shares; empty for other indexes."""
    languages = next((facet for facet in facets or () if facet.field == "language"), ())
    return mostly_other({value.name: value.count for value in languages})


def _info_lines(info: Info, language: str = "en") -> Iterator[str]:
    """The description of an index as plain lines; of several archives, first one line for each."""
    statistics, meta = info.statistics, info.meta
    for name, archive in info.archives.items():
        columns = (
            name,
            str(archive.statistics.articles),
            size(archive.size),
            archive.meta.updated,
            str(archive.path),
        )
        yield "archive: " + "\t".join(map(printable, columns))
    yield f"index: {printable(str(info.path))}"
    yield f"articles: {statistics.articles}"
    yield f"paragraphs: {statistics.paragraphs}"
    if statistics.first and statistics.last:
        span = {"first": date(statistics.first)[:10], "last": date(statistics.last)[:10]}
        yield f"dates: {say('span', language, **span)}"
    yield f"undated: {statistics.undated}"
    yield f"size: {size(info.size)}"
    yield f"format: {meta.format}"
    yield f"analyzer: {printable(meta.analyzer)}"
    yield f"created: {printable(meta.created)}"
    yield f"updated: {printable(meta.updated)}"
    yield f"version: {info.version}"
    for commit in info.commits[-_COMMITS_SHOWN:]:
        commit_columns = (str(commit.generation), commit.at, commit.host, _changes(commit))
        yield "commit: " + "\t".join(map(printable, commit_columns))
    unknown = f"({say('unknown', language)})"
    for source, count in info.sources:
        yield f"source: {count}\t{printable(source) or unknown}"


def _texts_lines(texts: Texts) -> Iterator[str]:
    """The quality of the texts of an index, as plain lines."""
    total = max(1, texts.articles)
    for name, count in texts.signs.items():
        yield f"with {name}: {count:,} ({percent(count / total)})"
    for name, count in texts.without.items():
        yield f"without {name}: {count:,} ({percent(count / total)})"
    for name, count in texts.dated.items():
        yield f"dated by {name}: {count:,}"


def _left_out_lines(left: LeftOut, language: str = "en") -> Iterator[str]:
    """What was left out of an index, as plain lines."""
    if left.files:
        comma = "، " if language == "ar" else ", "
        partial = say("not whole", language, count=counted(left.partial, "file", language))
        yield f"read files: {left.files:,}" + (f"{comma}{partial}" if left.partial else "")
    if left.dropped:
        yield f"no longer in their file: {left.dropped:,} (khabar index --prune)"
    if left.kept:
        yield f"kept as read before: {left.kept:,}"
    for encoding, count in left.guessed.items():
        yield f"guessed encoding: {printable(encoding)} ({counted(count, 'file', language)})"
    for kind, count in left.clutter.items():
        yield f"page clutter: {printable(translated(kind, language))} ({counted(count, 'line', language)})"
    for closing in left.closings:
        total = counted(closing.articles, "article", language)
        yield f"closing line: {printable(closing.source)}: {printable(closing.line)} ({total})"
    for kind, count in left.skipped.items():
        yield f"left out: {count:,}: {printable(reason_text(typical_reason(kind, left.named), language))}"
    for group in left.named:
        yield f"skip: {printable(together_text(group, language))}"
    for note in left.notes:
        yield f"{'not understood' if note.lost else 'note'}: {printable(note_text(note, language))}"


def info_blocks(
    info: Info,
    left: LeftOut | None,
    texts: Texts | None,
    language: str = "en",
    facets: Facets | None = None,
    fields: Sequence[str] = (),
    vectors: VectorsInfo | None = None,
) -> Iterator[Block]:
    """The description of an index for people, the most important facts first; for the arguments see
    :class:`InfoView`."""
    facts = list(_index_facts(info, language))
    if vectors is not None:
        having = say("vectors by", language, having=having_text(vectors, language), model=vectors.model)
        facts.append((say("vectors of meaning", language), having.removesuffix(" ()")))
    yield Facts("", facts)
    if info.archives:
        archives = [(name, _archive(archive, language)) for name, archive in info.archives.items()]
        yield Facts(say("archives", language), archives)
    if info.sources:
        unknown = say("unknown", language)
        rows = [(source or unknown, count) for source, count in info.sources[:_SOURCES_SHOWN]]
        hidden = len(info.sources) - len(rows)
        more = say("more sources", language, count=counted(hidden, "more source", language)) if hidden else ""
        yield Counts(say("sources", language), rows, more)
    for heading, values in _named(facets):
        if heading == "languages":
            values = [replace(value, name=language_name(value.name, language)) for value in values]
        if values:
            yield Counts(say(heading, language), [(value.name, value.count) for value in values])
    if fields:
        yield Facts("", [(say("kept fields", language), joined(fields, language))])
    if others := _others(facets):
        yield Note(mostly_other_text(others, language), "warn")
    if info.commits:
        commits = [
            (date_here(commit.at), f"{commit.host}: {_changes(commit)}")
            for commit in reversed(info.commits[-_COMMITS_SHOWN:])
        ]
        yield Facts(say("commits", language), commits)
    if left is not None:
        yield from _left_out_blocks(left, language)
    if texts is not None:
        total = max(1, texts.articles)

        def shares(kinds: Mapping[str, int]) -> list[tuple[str, str]]:
            return [
                (translated(kind, language), f"{count:,} ({percent(count / total)})")
                for kind, count in kinds.items()
            ]

        yield Facts(say("texts with", language), shares(texts.signs))
        yield Facts(say("texts without", language), shares(texts.without))
        if texts.dated:
            yield Facts(say("dated by", language), shares(texts.dated))


def _index_facts(info: Info, language: str) -> Iterator[tuple[str, str]]:
    statistics, meta = info.statistics, info.meta
    yield say("index", language), str(info.path)
    articles = counted(statistics.articles, "article", language)
    paragraphs = counted(statistics.paragraphs, "paragraph", language)
    yield (
        say("articles", language),
        say("with paragraphs", language, articles=articles, paragraphs=paragraphs),
    )
    if statistics.first and statistics.last:
        span = {"first": date(statistics.first)[:10], "last": date(statistics.last)[:10]}
        yield say("dates", language), say("span", language, **span)
    if statistics.undated:
        share = percent(statistics.undated / max(1, statistics.articles))
        yield say("no date", language), f"{counted(statistics.undated, 'article', language)} ({share})"
    yield say("size", language), size(info.size, language)
    yield (
        say("format", language),
        say("format of", language, format=meta.format, analyzer=meta.analyzer[:8]),
    )
    yield say("created", language), date_here(meta.created)
    updated = date_here(meta.updated)
    if meta.khabar != info.version:
        updated += f" ({say('by version', language, made=meta.khabar, here=info.version)})"
    yield say("updated", language), updated


def _archive(info: Info, language: str) -> str:
    """The description of one of several archives, in a line."""
    statistics = info.statistics
    parts = [counted(statistics.articles, "article", language)]
    if statistics.first and statistics.last:
        span = {"first": date(statistics.first)[:10], "last": date(statistics.last)[:10]}
        parts.append(say("span", language, **span))
    return joined([*parts, size(info.size, language), str(info.path)], language)


def _changes(commit: Commit) -> str:
    """The numbers of articles that a commit added, replaced and removed."""
    return f"+{commit.added:,} ~{commit.replaced:,} −{commit.removed:,}"


def _left_out_blocks(left: LeftOut, language: str) -> Iterator[Block]:
    """The files that were read, and what of them is not in the index, for people."""
    comma = "، " if language == "ar" else ", "
    rows = []
    if left.files:
        files = counted(left.files, "file", language)
        if left.partial:
            files += comma + say("not whole", language, count=counted(left.partial, "file", language))
        rows.append((say("read files", language), files))
    guessed = [
        f"{printable(name)} ({counted(count, 'file', language)})" for name, count in left.guessed.items()
    ]
    if guessed:
        rows.append((say("guessed encodings", language), comma.join(guessed)))
    if rows:
        yield Facts(say("files read", language), rows)
    if left.dropped:
        yield Note(say("dropped", language, count=counted(left.dropped, "article", language)), "warn")
    if left.kept:
        yield Note(say("kept", language, count=counted(left.kept, "article", language)), "warn")
    if left.clutter:
        kinds = [
            (translated(kind, language), counted(count, "line", language))
            for kind, count in left.clutter.items()
        ]
        yield Facts(say("clutter left out", language), kinds)
    if left.closings:
        lines = [
            (closing.source, f"{closing.line} ({counted(closing.articles, 'article', language)})")
            for closing in left.closings
        ]
        yield Facts(say("closing lines", language), lines)
    if left.skipped:
        reasons = [
            (reason_text(typical_reason(kind, left.named), language), count)
            for kind, count in left.skipped.items()
        ]
        yield Counts(say("left out", language), reasons)
        skipped = [("", together_text(group, language, near)) for group in left.named]
        yield Listing(say("left out last", language), skipped)
    for lost, key in ((True, "not understood"), (False, "notes")):
        notes = [("", note_text(note, language, near(note.path))) for note in left.notes if note.lost == lost]
        if notes:
            yield Listing(say(key, language), notes)
