"""A run: the documents found for every query, with their scores. It is written in TREC's format and scored
with ir-measures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from khabar.arguments import folder, instance, takes, text
from khabar.errors import MissingDependency

__all__ = ["METRICS", "Run", "Scores", "score", "write_run"]

#: query id → documents and scores, the best first
Run = Mapping[str, list[tuple[str, float]]]

#: The measures by their names in ir-measures. nDCG uses grades; for RR and R, a grade of 1 or more is
#: relevant.
METRICS = ("nDCG@10", "RR@10", "R@100")


class Scores(msgspec.Struct, frozen=True):
    """The scores of a run.

    Attributes:
        metrics: each of :data:`METRICS`, as the mean over all judged queries; a query without an answer
            counts 0.
        by_query: nDCG@10 of each judged query.
    """

    metrics: dict[str, float]
    by_query: dict[str, float]


def score(run: Run, judgements: Mapping[str, Mapping[str, int]]) -> Scores:
    """Score a run.

    Raises:
        MissingDependency: if ir-measures is not installed.
    """
    check_dependency()
    import ir_measures

    measures = {name: ir_measures.parse_measure(name) for name in METRICS}
    names = {measure: name for name, measure in measures.items()}
    # trec_eval, which computes the measures, orders documents with equal scores in its own way. Ranks in
    # place of scores keep our order.
    ranked = {
        query: {document: float(-place) for place, (document, _) in enumerate(answers)}
        for query, answers in run.items()
        if query in judgements
    }
    grades = {query: dict(graded) for query, graded in judgements.items()}
    sums = dict.fromkeys(METRICS, 0.0)
    by_query = dict.fromkeys(judgements, 0.0)
    for value in ir_measures.iter_calc(list(measures.values()), grades, ranked):
        name = names[value.measure]
        sums[name] += value.value
        if name == METRICS[0]:
            by_query[value.query_id] = value.value
    return Scores({name: total / len(judgements) for name, total in sums.items()}, by_query)


def check_dependency() -> None:
    """Check that ir-measures is installed, before long work.

    Raises:
        MissingDependency: if it is not.
    """
    try:
        import ir_measures  # noqa: F401
    except ImportError as error:
        raise MissingDependency(
            f'scoring needs the package ir-measures ({error}). Install it with: pip install "khabar[eval]"'
        ) from error


@takes(path=folder, run=instance(dict), name=text)
def write_run(path: str | Path, run: Run, *, name: str = "khabar") -> None:
    """Write a run in TREC's format: query, Q0, document, rank, score, name of the run.

    Args:
        path: the file; an existing file is replaced.
        run: for each query its documents and their scores, the best first.
        name: the name of the run.
    """
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        for query, answers in run.items():
            for rank, (document, value) in enumerate(answers, 1):
                file.write(f"{query} Q0 {document} {rank} {value:.6f} {name}\n")
