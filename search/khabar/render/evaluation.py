"""A run of ``khabar eval``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.render.blocks import Block, Facts, blocks_page, blocks_view
from khabar.render.look import Look
from khabar.render.messages import say
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.evaluation import Evaluation

__all__ = ["EvaluationView"]


class EvaluationView(View, frozen=True):
    """A run of ``khabar eval``."""

    evaluation: Evaluation
    title = "khabar eval"

    def record(self) -> Record:
        return self.evaluation.to_dict()

    def lines(self, language: str = "en") -> Iterator[str]:
        evaluation = self.evaluation
        yield f"collection: {printable(str(evaluation.folder))}"
        yield f"documents: {evaluation.documents}"
        yield f"queries: {evaluation.queries}"
        if evaluation.by_meaning is not None:
            yield f"by_meaning: {evaluation.by_meaning}"
        for name, value in evaluation.metrics.items():
            yield f"{name}: {value:.4f}"
        yield f"index_seconds: {evaluation.index_seconds:.2f}"
        yield f"query_p50_ms: {evaluation.p50_ms:.2f}"
        yield f"query_p95_ms: {evaluation.p95_ms:.2f}"

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("measured", look.language), self._blocks(look.language), look)

    def _blocks(self, language: str) -> Iterator[Block]:
        """The collection, the times and the metrics."""
        evaluation = self.evaluation
        indexed = say("indexed in", language, seconds=f"{evaluation.index_seconds:.1f}")
        times = say("query times", language, half=f"{evaluation.p50_ms:.1f}", most=f"{evaluation.p95_ms:.1f}")
        comma = "، " if language == "ar" else ", "
        by_meaning = []
        if evaluation.by_meaning is not None:
            by_meaning = [(say("by meaning", language), f"{evaluation.by_meaning:,}")]
        yield Facts(
            "",
            [
                (say("collection", language), str(evaluation.folder)),
                (say("documents", language), f"{evaluation.documents:,}{comma}{indexed}"),
                (say("queries", language), f"{evaluation.queries:,}{comma}{times}"),
                *by_meaning,
                *((name, f"{value:.4f}") for name, value in evaluation.metrics.items()),
            ],
        )
