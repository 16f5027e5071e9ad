"""The results of ``khabar meaning build``, ``status`` and ``clear``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from khabar.errors import EncoderFailed
from khabar.render.arabic import explained, translated
from khabar.render.blocks import Block, Facts, Listing, Note, blocks_page, blocks_view
from khabar.render.look import Look
from khabar.render.messages import counted, say
from khabar.render.text import near, size
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.meaning.reports import EmbedEstimate, EmbedFailure, EmbedReport, VectorsInfo

__all__ = [
    "ClearedView",
    "EmbeddedView",
    "EstimateView",
    "VectorsView",
    "duration",
    "estimate_text",
    "having_text",
]

#: Maximum number of items in a list.
_FEW = 20


def duration(seconds: float, language: str = "en") -> str:
    """An approximate duration, for people.

    >>> duration(0.2), duration(70), duration(5000), duration(7200, "ar")
    ('1 second', '1 minute', '1 hour 23 minutes', 'ساعتان')
    """
    whole = max(1, round(seconds))
    if whole >= 3600:
        hours, minutes = divmod(round(whole / 60), 60)
        parts = [(hours, "hour"), (minutes, "minute")]
    else:
        parts = [(round(whole / 60), "minute")] if whole >= 60 else [(whole, "second")]
    joint = " و" if language == "ar" else " "
    return joint.join(counted(count, noun, language) for count, noun in parts if count)


def estimate_text(estimate: EmbedEstimate, language: str) -> str:
    """The estimated time and size of making vectors, in a sentence."""
    values = {
        "articles": counted(estimate.waiting, "article", language),
        "rows": counted(estimate.rows, "vector", language),
        "size": size(estimate.bytes, language),
    }
    if estimate.seconds is None:
        return say("estimate without time", language, **values)
    return say("estimate", language, **values, time=duration(estimate.seconds, language))


class EstimateView(View, frozen=True):
    """The estimated time and size of making vectors.

    Attributes:
        estimates: the estimate for each archive, by its name; that for a single index under "".
    """

    estimates: Mapping[str, EmbedEstimate]
    title = "khabar meaning build --dry-run"

    def record(self) -> Record:
        return _record({name: estimate.to_dict() for name, estimate in self.estimates.items()})

    def lines(self, language: str = "en") -> Iterator[str]:
        for name, estimate in self.estimates.items():
            yield from _archive_line(name)
            yield f"articles: {estimate.articles}"
            yield f"waiting: {estimate.waiting}"
            yield f"known: {estimate.known}"
            yield f"vectors: {estimate.rows}"
            yield f"size: {size(estimate.bytes)}"
            yield f"seconds: {'' if estimate.seconds is None else round(estimate.seconds)}"

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("vectors", look.language), self._blocks(look.language), look)

    def _blocks(self, language: str) -> Iterator[Block]:
        for name, estimate in self.estimates.items():
            yield Facts(name, [])
            if estimate.waiting:
                yield Note(estimate_text(estimate, language), "strong")
            else:
                yield Note(say("nothing to embed", language), "good")


class EmbeddedView(View, frozen=True):
    """The vectors that were made.

    Attributes:
        reports: the report on each archive, by its name; that on a single index under "".
    """

    reports: Mapping[str, EmbedReport]
    title = "khabar meaning build"

    def record(self) -> Record:
        return _record({name: report.to_dict() for name, report in self.reports.items()})

    def lines(self, language: str = "en") -> Iterator[str]:
        for name, report in self.reports.items():
            yield from _archive_line(name)
            yield f"model: {printable(report.model)}"
            if report.address:
                yield f"address: {printable(report.address)}"
            yield f"articles: {report.articles}"
            yield f"with vectors: {report.with_vectors}"
            yield f"embedded: {report.embedded}"
            yield f"vectors: {report.rows}"
            yield f"known: {report.known}"
            yield f"dropped: {report.dropped}"
            yield f"ended: {report.ended}"
            yield f"seconds: {report.seconds:.1f}"
            for file, damage in report.mended:
                yield f"mended: {printable(file)}: {printable(translated(damage, language))}"
            for failure in report.failed:
                reason = printable(_failure(failure, report.model, language))
                yield f"failed: {printable(failure.id)}\t{printable(failure.title)}\t{reason}"

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("vectors", look.language), self._blocks(look.language), look)

    def _blocks(self, language: str) -> Iterator[Block]:
        for name, report in self.reports.items():
            yield Facts(name, [])
            if report.mended:
                mended = [(file, translated(damage, language)) for file, damage in report.mended]
                yield Listing(say("vectors mended", language), mended, _FEW)
            if report.failed:
                failed = [
                    (near(failure.path) or failure.id, _failure(failure, report.model, language))
                    for failure in report.failed
                ]
                yield Listing(say("not embedded", language), failed, _FEW)
            if report.dropped:
                texts = counted(report.dropped, "text", language)
                yield Note(say("vectors dropped", language, count=texts))
            summary = say(
                "vectors made",
                language,
                texts=counted(report.embedded, "text", language),
                rows=counted(report.rows, "vector", language),
                time=duration(report.seconds, language),
                model=report.model,
            )
            yield Note(summary if report.embedded else say("nothing to embed", language))
            yield Note(having_text(report, language), "warn" if report.without else "good")
            if report.ended != "done" and report.without:
                yield Note(say("embed further", language))


class VectorsView(View, frozen=True):
    """The vectors that an index has."""

    index: str
    info: VectorsInfo
    title = "khabar meaning status"

    def record(self) -> Record:
        return {"index": self.index, **self.info.to_dict()}

    def lines(self, language: str = "en") -> Iterator[str]:
        yield f"index: {printable(self.index)}"
        if not self.info.archives:
            yield from _info_lines(self.info)
        for name, info in self.info.archives.items():
            yield from _archive_line(name)
            yield from _info_lines(info)

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("vectors", look.language), self._blocks(look.language), look)

    def _blocks(self, language: str) -> Iterator[Block]:
        for name, info in (self.info.archives or {"": self.info}).items():
            yield Facts(name, list(_facts(info, language)))
            if info.without:
                yield Note(say("embed further" if info.model else "embed first", language))


class ClearedView(View, frozen=True):
    """The vectors that were removed."""

    index: str
    info: VectorsInfo
    title = "khabar meaning clear"

    def record(self) -> Record:
        return {"index": self.index, "removed": self.info.to_dict()}

    def lines(self, language: str = "en") -> Iterator[str]:
        yield f"index: {printable(self.index)}"
        yield f"removed vectors: {self.info.rows}"
        yield f"size: {size(self.info.size)}"

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("vectors", look.language), self._blocks(look.language), look)

    def _blocks(self, language: str) -> Iterator[Block]:
        freed = size(self.info.size, language)
        yield Note(say("vectors cleared", language, index=self.index, size=freed), "strong")


def _record(records: Mapping[str, Record]) -> Record:
    """The record of a single index, or the records of several archives by their names."""
    return dict(records[""]) if list(records) == [""] else {"archives": dict(records)}


def _archive_line(name: str) -> Iterator[str]:
    if name:
        yield f"archive: {printable(name)}"


def _info_lines(info: VectorsInfo) -> Iterator[str]:
    yield f"articles: {info.articles}"
    yield f"with vectors: {info.with_vectors}"
    yield f"without vectors: {info.without}"
    if info.model:
        yield f"model: {printable(info.model)}"
        yield f"version: {printable(info.version)}"
        yield f"fingerprint: {printable(info.fingerprint)}"
        if info.address:
            yield f"address: {printable(info.address)}"
        yield f"dimension: {info.dimension}"
        yield f"texts: {info.texts}"
        yield f"vectors: {info.rows}"
        yield f"stale: {info.stale}"
    yield f"size: {size(info.size)}"


def _facts(info: VectorsInfo, language: str) -> Iterator[tuple[str, str]]:
    yield say("articles", language), having_text(info, language)
    if not info.model:
        return
    yield say("model", language), f"{info.model} ({info.version})" if info.version else info.model
    if info.address:
        yield say("address of the model", language), info.address
    rows = counted(info.rows, "vector", language)
    yield say("vectors", language), say("vectors of", language, rows=rows, dimension=info.dimension)
    if info.stale:
        yield say("stale vectors", language), counted(info.stale, "text", language)
    yield say("size", language), size(info.size, language)


def having_text(info: VectorsInfo | EmbedReport, language: str) -> str:
    """The number of articles with vectors, in words."""
    key = "have vectors" if info.without else "all have vectors"
    total = counted(info.articles, "article", language)
    return say(key, language, count=f"{info.with_vectors:,}", of=total)


def _failure(failure: EmbedFailure, model: str, language: str) -> str:
    """Why an article has no vectors."""
    if failure.code == "unreadable":
        return say("article unreadable", language, cause=translated(failure.cause, language))
    return explained(EncoderFailed(failure.code, model, failure.cause), language)
