"""Every fuzz target holds on its seeds and on damaged ones; ``make fuzz`` does the same for longer."""

import pytest
from fuzz_run import damaged
from fuzz_targets import SEEDS, TARGETS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

#: Each input takes a process of its own.
SLOW = frozenset({"pdf"})


def test_every_target_has_seeds() -> None:
    assert set(SEEDS) == set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_seeds(name: str) -> None:
    for seed in SEEDS[name]:
        TARGETS[name](seed)


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_inputs(name: str) -> None:
    examples = 10 if name in SLOW else 60

    @given(st.one_of(damaged(SEEDS[name]), st.binary(max_size=200)))
    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def holds(data: bytes) -> None:
        TARGETS[name](data)

    holds()
