"""Whether one ranking is better than another by more than chance: a bootstrap over the queries that both
answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.arguments import count, numbers, positive, takes
from khabar.errors import InvalidArgument
from khabar.serialize import Serializable

__all__ = ["Difference", "paired_bootstrap"]

#: Random numbers drawn at once, at most: 32 MB of them.
_BLOCK = 4_000_000


class Difference(Serializable, msgspec.Struct, frozen=True):
    """How much better the first of two systems is.

    Attributes:
        mean: mean over the queries of its value less the other's.
        low, high: the 95 % interval of that mean.
        p: how often chance alone would give a mean as far from 0 (two-sided).
        queries: how many there were.
    """

    mean: float
    low: float
    high: float
    p: float
    queries: int


@takes(samples=positive, seed=count)
def paired_bootstrap(
    a: Mapping[str, float] | Sequence[float],
    b: Mapping[str, float] | Sequence[float],
    *,
    samples: int = 10_000,
    seed: int = 0,
) -> Difference:
    """Compare two systems by their values on the same queries.

    Queries are drawn with replacement, ``samples`` times (Sakai, "Evaluating evaluation metrics based on the
    bootstrap", 2006). The interval holds the middle 95 % of the means drawn; p is the share of means, moved
    so that their centre is 0, that are at least as far from 0 as the one observed.

    Args:
        a, b: values by query, as in :attr:`khabar.evaluation.Evaluation.by_query`, or in the same order.
        samples: how many times to draw.
        seed: of the random numbers; the same seed gives the same answer.

    Raises:
        InvalidArgument: if the queries of the two are not the same, or there are none.
    """
    differences = _paired(a, b)
    count = len(differences)
    random = np.random.default_rng(seed)
    means = np.empty(samples)
    step = max(1, _BLOCK // count)
    for begin in range(0, samples, step):
        size = min(step, samples - begin)
        means[begin : begin + size] = differences[random.integers(0, count, (size, count))].mean(axis=1)
    mean = float(differences.mean())
    low, high = np.quantile(means, (0.025, 0.975))
    # A hair's breadth is allowed for, since means of the same numbers differ by rounding with the order of
    # summing.
    as_far = int((np.abs(means - mean) >= abs(mean) - 1e-12).sum())
    return Difference(mean, float(low), float(high), (as_far + 1) / (samples + 1), count)


def _paired(
    a: Mapping[str, float] | Sequence[float], b: Mapping[str, float] | Sequence[float]
) -> NDArray[np.float64]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        if a.keys() != b.keys():
            alone = len(a.keys() ^ b.keys())
            raise InvalidArgument(
                "b", b, f"the two systems answered different queries: {alone} are in one alone"
            )
        first, second = tuple(a.values()), tuple(b[query] for query in a)
    elif isinstance(a, Mapping) or isinstance(b, Mapping):
        raise InvalidArgument("b", b, "give both systems' values by query, or both in order")
    else:
        first, second = numbers("a", a), numbers("b", b)
    if len(first) != len(second):
        raise InvalidArgument("b", b, f"the two systems have {len(first)} and {len(second)} values")
    if not first:
        raise InvalidArgument("a", a, "there is no query to compare")
    return np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
