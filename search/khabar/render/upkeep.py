"""The results of commands that maintain an index: removals, damage, rebuilds."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from khabar.render.arabic import translated
from khabar.render.blocks import Block, Listing, Note, blocks_page, blocks_view
from khabar.render.look import Look
from khabar.render.messages import and_more, counted, say
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.corpus.article import Article
    from khabar.places import Place
    from khabar.rebuild import RebuildReport
    from khabar.upkeep.check import CheckReport, Damage

__all__ = ["CheckView", "ChecksView", "RebuiltView", "RemovedView", "remedy"]

#: Maximum number of items in a list without ``--verbose``.
_FEW = 20
#: The remedies of damage, that of the worst first. An index on a cluster that cannot be read cannot be
#: rebuilt.
_WORST = ("anew", "cluster", "sources", "rebuild", "index")
#: The remedy of damaged vectors, which none of the others repairs.
_BESIDE = "meaning"


def remedy(path: Place, kind: str, language: str = "en") -> str:
    """The text with the command that repairs a kind of damage (:attr:`khabar.upkeep.check.Damage.remedy`)."""
    option = f"--index {shlex.quote(str(path))}"
    index, rebuild = f"khabar index SOURCE... {option}", f"khabar rebuild {option}"
    keys = {
        "index": "mended by the next",
        "sources": "mended by both",
        "anew": "mended anew",
        "cluster": "mended by the cluster",
        "meaning": "mended by building",
    }
    key = keys.get(kind, "mended by")
    return say(key, language, index=index, rebuild=rebuild, build=f"khabar meaning build {option}")


class RemovedView(View, frozen=True):
    """Articles that were, or would be, removed."""

    path: Place
    articles: Sequence[Article]
    done: bool
    verbose: bool = False
    title = "khabar remove"

    def record(self) -> Record:
        return {
            "index": str(self.path),
            "removed": len(self.articles) if self.done else 0,
            "articles": [
                {
                    "id": article.id,
                    "title": article.title,
                    "source": article.source,
                    "published": article.published.isoformat() if article.published else None,
                    "path": article.path,
                }
                for article in self.articles
            ],
        }

    def lines(self, language: str = "en") -> Iterator[str]:
        key = "removed" if self.done else "would go"
        for article in self._shown():
            yield f"{key}: {printable(article.id)}\t{printable(article.title)}"
        if hidden := len(self.articles) - len(self._shown()):
            yield and_more(hidden, language, "--verbose")
        yield f"articles: {len(self.articles)}"

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("removing", look.language), self._blocks(look.language), look)

    def _blocks(self, language: str) -> Iterator[Block]:
        lines = [(article.id, article.title) for article in self.articles]
        yield Listing("", lines, None if self.verbose else _FEW, "--verbose")
        count = counted(len(self.articles), "article", language)
        yield Note(
            say("was removed" if self.done else "would go", language, count=count, index=self.path), "strong"
        )

    def _shown(self) -> Sequence[Article]:
        return self.articles if self.verbose else self.articles[:_FEW]


class CheckView(View, frozen=True):
    """Whether an index is intact."""

    report: CheckReport
    title = "khabar check"

    def record(self) -> Record:
        return self.report.to_dict()

    def lines(self, language: str = "en") -> Iterator[str]:
        report = self.report
        yield f"index: {printable(str(report.path))}"
        yield f"whole: {'yes' if report.whole else 'no'}"
        yield f"articles: {report.articles}"
        yield f"files: {report.files}"
        if report.unverified:
            yield f"unverified: {report.unverified}"
        for damage in report.damages:
            yield f"damage: {printable(damage.file)}: {printable(_damage_line(damage, language))}"
        for kind in self._remedies():
            yield f"remedy: {printable(remedy(report.path, kind, language))}"

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self.blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("checked", look.language), self.blocks(look.language), look)

    def blocks(self, language: str) -> Iterator[Block]:
        """The report for people."""
        report = self.report
        if report.damages:
            lines = [(damage.file, _damage_line(damage, language)) for damage in report.damages]
            yield Listing("", lines)
        for kind in self._remedies():
            yield Note(remedy(report.path, kind, language), "strong")
        if report.unverified:
            count = counted(report.unverified, "file", language)
            yield Note(say("unverified", language, count=count), "warn")
        if report.whole:
            files = counted(report.files, "file", language)
            articles = counted(report.articles, "article", language)
            yield Note(say("whole", language, index=report.path, files=files, articles=articles), "good")

    def _remedies(self) -> list[str]:
        """The remedy of the worst damage, which also repairs the others, and that of damaged vectors."""
        kinds = {damage.remedy for damage in self.report.damages}
        return [
            *next(([kind] for kind in _WORST if kind in kinds), []),
            *([_BESIDE] if _BESIDE in kinds else []),
        ]


class ChecksView(View, frozen=True):
    """Whether each of several archives is intact.

    Attributes:
        reports: the report of each archive, by its name.
    """

    reports: Mapping[str, CheckReport]
    title = "khabar check"

    def record(self) -> Record:
        return {
            "whole": all(report.whole for report in self.reports.values()),
            "archives": {name: report.to_dict() for name, report in self.reports.items()},
        }

    def lines(self, language: str = "en") -> Iterator[str]:
        for name, report in self.reports.items():
            yield f"archive: {printable(name)}"
            yield from CheckView(report).lines(language)
            yield ""

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("checked", look.language), self._blocks(look.language), look)

    def _blocks(self, language: str) -> Iterator[Block]:
        for report in self.reports.values():
            yield from CheckView(report).blocks(language)


class RebuiltView(View, frozen=True):
    """An index that was rebuilt from its own articles."""

    report: RebuildReport
    title = "khabar rebuild"

    def record(self) -> Record:
        return self.report.to_dict()

    def lines(self, language: str = "en") -> Iterator[str]:
        report = self.report
        yield f"index: {printable(str(report.path))}"
        yield f"articles: {report.articles}"
        yield f"lost: {report.lost}"
        for file, what in report.losses:
            yield f"loss: {printable(file)}: {printable(translated(what, language))}"
        for path in report.files:
            yield f"again: {printable(path)}"

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("rebuilt", look.language), self._blocks(look.language), look)

    def _blocks(self, language: str) -> Iterator[Block]:
        report = self.report
        if report.losses:
            losses = [(file, translated(what, language)) for file, what in report.losses]
            yield Listing("", losses)
        if report.lost:
            count = counted(report.lost, "article", language)
            yield Note(say("lost", language, count=count), "warn")
        if report.files:
            yield Listing(
                say("index again", language), [("", path) for path in report.files], _FEW, close=True
            )
        count = counted(report.articles, "article", language)
        yield Note(say("holds", language, index=report.path, count=count), "strong")


def _damage_line(damage: Damage, language: str) -> str:
    """A damage, and the number of articles that it costs."""
    what = translated(damage.what, language)
    if not damage.articles:
        return what
    return f"{what} ({say('so many lost', language, count=counted(damage.articles, 'article', language))})"
