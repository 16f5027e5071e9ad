"""Tests whether a ranking is better than another by more than chance: a paired bootstrap over the queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.arguments import count, numbers, positive, takes
from khabar.errors import InvalidArgument
from khabar.serialize import Serializable

__all__ = ["Difference", "paired_bootstrap"]

#: Maximum number of random numbers drawn at once, 32 MB.
_BLOCK = 4_000_000


class Difference(Serializable, msgspec.Struct, frozen=True):
    """The difference between two systems.

    Attributes:
        mean: mean over the queries of the first system's value minus the second's.
        low, high: the 95 % interval of that mean.
        p: probability that chance alone gives a mean at least as far from 0 (two-sided).
        queries: number of queries.
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
    bootstrap", 2006). The interval contains the middle 95 % of the drawn means. For p, the drawn means are
    shifted so that their centre is 0; p is the share of them that is at least as far from 0 as the observed
    mean.

    Args:
        a, b: values by query, as in :attr:`khabar.evaluation.Evaluation.by_query`, or in the same order.
        samples: number of draws.
        seed: seed of the random numbers; the same seed gives the same result.

    Raises:
        InvalidArgument: if the two have different queries or none.
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
    # A tolerance for rounding: means of the same numbers differ with the order of summation.
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
