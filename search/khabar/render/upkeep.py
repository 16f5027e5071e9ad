"""What the commands show that keep an index: what was removed, what is damaged, what was rebuilt, what the texts are like."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from khabar.corpus.reasons import Reason
from khabar.render.data import Record, note_record, together_record
from khabar.render.look import Look
from khabar.render.messages import counted
from khabar.render.reasons import note_text, reason_text, together_text
from khabar.render.text import clean, percent
from khabar.render.views import InfoView, View

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.corpus.article import Article
    from khabar.upkeep.check import CheckReport
    from khabar.upkeep.honesty import Leavings, Texts
    from khabar.upkeep.rebuild import RebuildReport

__all__ = ["CheckView", "RebuiltView", "RemovedView", "TextsView", "remedy"]

_FEW = 20


def remedy(path: Path, kind: str) -> str:
    """The command that mends a damage of a kind (:attr:`khabar.upkeep.check.Damage.remedy`)."""
    index = f"--index {shlex.quote(str(path))}"
    if kind == "index":
        return f"mended by the next: khabar index SOURCE... {index}"
    if kind == "sources":
        return f"khabar rebuild {index} keeps what can be read; then: khabar index SOURCE... {index}"
    return f"mended by: khabar rebuild {index}"


class RemovedView(View, frozen=True):
    """Articles that were, or would be, removed."""

    path: Path
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
                    "id": each.id,
                    "title": each.title,
                    "source": each.source,
                    "published": each.published.isoformat() if each.published else None,
                    "path": each.path,
                }
                for each in self.articles
            ],
        }

    def lines(self) -> Iterator[str]:
        for article in self._shown():
            yield f"{'removed' if self.done else 'would go'}: {clean(article.id)}\t{clean(article.title)}"
        if len(self.articles) > len(self._shown()):
            yield f"and {len(self.articles) - len(self._shown()):,} more (--verbose lists them all)"
        yield f"articles: {len(self.articles)}"

    def rich(self, look: Look) -> RenderableType:
        from rich.console import Group
        from rich.text import Text

        from khabar.render.hanging import Hanging, cell

        rows = [
            Hanging(Text.assemble((clean(each.id), "dim"), "  ", cell(each.title, look)), 2)
            for each in self._shown()
        ]
        more = len(self.articles) - len(rows)
        end = [Text(f"  and {more:,} more (--verbose lists them all)", style="dim")] if more else []
        what = "removed from" if self.done else "would go from"
        total = Text(
            f"{counted(len(self.articles), 'article')} {what} {clean(str(self.path))}.", style="bold"
        )
        return Group(*rows, *end, total)

    def _shown(self) -> Sequence[Article]:
        return self.articles if self.verbose else self.articles[:_FEW]


class CheckView(View, frozen=True):
    """Whether an index is as it was written."""

    report: CheckReport
    title = "khabar check"

    def record(self) -> Record:
        report = self.report
        return {
            "index": str(report.path),
            "whole": report.whole,
            "articles": report.articles,
            "files": report.files,
            "unsealed": report.unsealed,
            "damages": [
                {"file": each.file, "what": each.what, "remedy": each.remedy, "articles": each.articles}
                for each in report.damages
            ],
        }

    def lines(self) -> Iterator[str]:
        report = self.report
        yield f"index: {clean(str(report.path))}"
        yield f"whole: {'yes' if report.whole else 'no'}"
        yield f"articles: {report.articles}"
        yield f"files: {report.files}"
        if report.unsealed:
            yield f"unsealed: {report.unsealed}"
        for each in report.damages:
            lost = f" ({counted(each.articles, 'article')} lost)" if each.articles else ""
            yield f"damage: {clean(each.file)}: {clean(each.what)}{lost}"
        for kind in self._remedies():
            yield f"remedy: {clean(remedy(report.path, kind))}"

    def rich(self, look: Look) -> RenderableType:
        from rich.console import Group
        from rich.text import Text

        from khabar.render.hanging import Hanging

        report = self.report
        parts: list[RenderableType] = []
        for each in report.damages:
            lost = f" ({counted(each.articles, 'article')} lost)" if each.articles else ""
            parts.append(
                Hanging(Text.assemble((clean(each.file), "bold red"), f": {clean(each.what)}{lost}"), 2)
            )
        parts += [
            Hanging(Text(clean(remedy(report.path, kind)), style="bold"), 2) for kind in self._remedies()
        ]
        if report.unsealed:
            told = f"{counted(report.unsealed, 'file')} could be read, but not compared: the last writer was killed"
            parts.append(Text(told, style="yellow"))
        if report.whole:
            parts.append(
                Text(
                    f"{clean(str(report.path))} is whole: {counted(report.files, 'file')}, "
                    f"{counted(report.articles, 'article')}.",
                    style="bold green",
                )
            )
        return Group(*parts)

    def _remedies(self) -> list[str]:
        """One for all damages: what mends the worst of them mends the others."""
        kinds = {each.remedy for each in self.report.damages}
        return next(([kind] for kind in ("sources", "rebuild", "index") if kind in kinds), [])


class RebuiltView(View, frozen=True):
    """An index that was built anew from its own articles."""

    report: RebuildReport
    title = "khabar rebuild"

    def record(self) -> Record:
        report = self.report
        return {
            "index": str(report.path),
            "engine": report.engine,
            "articles": report.articles,
            "lost": report.lost,
            "losses": [{"file": file, "what": what} for file, what in report.losses],
            "files": list(report.files),
        }

    def lines(self) -> Iterator[str]:
        report = self.report
        yield f"index: {clean(str(report.path))}"
        yield f"engine: {report.engine}"
        yield f"articles: {report.articles}"
        yield f"lost: {report.lost}"
        for file, what in report.losses:
            yield f"loss: {clean(file)}: {clean(what)}"
        for path in report.files:
            yield f"again: {clean(path)}"

    def rich(self, look: Look) -> RenderableType:
        from rich.console import Group
        from rich.text import Text

        from khabar.render.hanging import Hanging

        report = self.report
        parts: list[RenderableType] = [
            Hanging(Text.assemble((clean(file), "bold red"), f": {clean(what)}"), 2)
            for file, what in report.losses
        ]
        if report.lost:
            parts.append(Text(f"{counted(report.lost, 'article')} could not be read.", style="bold yellow"))
        if report.files:
            parts.append(Text("To bring back what was lost, index again:"))
            parts += [Hanging(Text(clean(path)), 2) for path in report.files[:_FEW]]
            if len(report.files) > _FEW:
                parts.append(Text(f"  and {len(report.files) - _FEW:,} more", style="dim"))
        told = (
            f"{clean(str(report.path))} holds {counted(report.articles, 'article')} (engine {report.engine})."
        )
        return Group(*parts, Text(told, style="bold"))


class TextsView(InfoView, frozen=True):
    """What an index holds, what was left out of it, and, if they were looked at, what its texts are like."""

    left: Leavings | None = None
    texts: Texts | None = None

    def record(self) -> Record:
        record = super().record()
        if self.left is not None:
            record["left_out"] = _leavings_record(self.left)
        if self.texts is not None:
            record["texts"] = {
                "articles": self.texts.articles,
                "signs": dict(self.texts.signs),
                "without": dict(self.texts.without),
                "dated": dict(self.texts.dated),
            }
        return record

    def lines(self) -> Iterator[str]:
        yield from super().lines()
        for name, value in self._pairs():
            yield f"{name}: {value}"

    def rich(self, look: Look) -> RenderableType:
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in self._pairs():
            grid.add_row(name, Text(value))
        parts: list[RenderableType] = [super().rich(look)]
        if grid.row_count:
            parts += [Text(), Text("Texts and what was left out", style="bold"), grid]
        return Group(*parts)

    def _pairs(self) -> Iterable[tuple[str, str]]:
        if (texts := self.texts) is not None:
            total = max(1, texts.articles)
            for name, count in texts.signs.items():
                yield f"with {name}", f"{count:,} ({percent(count / total)})"
            for name, count in texts.without.items():
                yield f"without {name}", f"{count:,} ({percent(count / total)})"
            for name, count in texts.dated.items():
                yield f"dated by {name}", f"{count:,}"
        if (left := self.left) is not None:
            if left.files:
                partial = f", {left.partial:,} of them not whole" if left.partial else ""
                yield "read files", f"{left.files:,}{partial}"
            for encoding, count in left.guessed.items():
                yield "guessed encoding", f"{clean(encoding)} ({counted(count, 'file')})"
            for kind, count in left.clutter.items():
                yield "page clutter", f"{clean(kind)} ({counted(count, 'line')})"
            for kind, count in left.skipped.items():
                yield "left out", f"{count:,}: {clean(reason_text(_told(kind, left)))}"
            for each in left.named:
                yield "skip", clean(together_text(each))
            for note in left.notes:
                yield "not understood" if note.lost else "note", clean(note_text(note))


def _told(kind: str, left: Leavings) -> Reason:
    """A kind of reason: with its parameters if those that are known are alike, else without."""
    found = {each.reason for each in left.named if each.reason.kind == kind}
    return found.pop() if len(found) == 1 else Reason(kind)


def _leavings_record(left: Leavings) -> Record:
    return {
        "files": left.files,
        "partial": left.partial,
        "skipped": [
            {"kind": kind, "count": count, "reason": reason_text(_told(kind, left))}
            for kind, count in left.skipped.items()
        ],
        "named": list(map(together_record, left.named)),
        "notes": list(map(note_record, left.notes)),
        "guessed": dict(left.guessed),
        "clutter": dict(left.clutter),
    }
