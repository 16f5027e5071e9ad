"""The sample collection scores what it is expected to: `make eval`."""

from pathlib import Path

import pytest
import yaml

from khabar.evaluation import evaluate

SAMPLE = Path(__file__).parents[2] / "corpus"
EXPECTED = yaml.safe_load((Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scored() -> dict[str, float]:
    return dict(evaluate(SAMPLE, syntax=True).metrics)


@pytest.mark.parametrize("metric", EXPECTED["corpus"])
def test_expected_score(scored: dict[str, float], metric: str) -> None:
    expected = EXPECTED["corpus"][metric]
    print(f"{metric}: {scored[metric]:.4f}, expected at least {expected}")
    assert scored[metric] >= expected
