"""Two archives that are filled as if they were one index, so that the tests of reading run over several
archives as over one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.joined.store import JoinedStore
from khabar.library import Index, create_index
from khabar.places import Archives
from khabar.upkeep.reports import AddReport

__all__ = ["MODULES", "WITHOUT", "SplitIndex"]

#: The modules of the battery that only read, but for filling an index.
MODULES = (
    *("test_searching", "test_groups", "test_nearness", "test_exact_before_loose", "test_scores"),
    *(
        "test_complete",
        "test_days",
        "test_facets",
        "test_related",
        "test_suggest",
        "test_terms",
        "test_timeline",
    ),
)
#: What does not hold of several archives, each with the reason.
WITHOUT: dict[str, str] = {}


class SplitIndex(Index):
    """What is added goes half to the first archive and half to the second.

    Args:
        folder: for both.
        analyzer: of both.
    """

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        archives = Archives((("first", folder / "first"), ("second", folder / "second")))
        self._halves = [create_index(place, analyzer=analyzer) for _, place in archives.members]
        super().__init__(JoinedStore.open(archives, analyzer))

    def add(self, articles: Article | Iterable[Article], **options: Any) -> AddReport:
        given = [articles] if isinstance(articles, Article) else list(articles)
        # The second has what was added last, so that articles stay in their order.
        more = len(self._halves[1]) > 0
        middle = 0 if more else (len(given) + 1) // 2
        reports = [
            half.add(some, **options)
            for half, some in zip(self._halves, (given[:middle], given[middle:]), strict=True)
        ]
        return AddReport(
            sum(report.added for report in reports),
            sum(report.updated for report in reports),
            sum(report.unchanged for report in reports),
            [each for report in reports for each in report.skipped],
        )

    def remove(self, ids: Any, **options: Any) -> int:
        given = list(ids) if not isinstance(ids, str | Article) else [ids]
        return sum(half.remove(given, **options) for half in self._halves)

    def close(self) -> None:
        for half in self._halves:
            half.close()
        super().close()
