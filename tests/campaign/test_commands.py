"""The short form of :mod:`commands`. KHABAR_FAULTS sets how many, KHABAR_SEED which."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it forks, and limits its processes")

COUNT = int(os.environ.get("KHABAR_FAULTS", "40"))


def test_a_command_that_fails_loses_nothing_and_says_why(tmp_path: Path) -> None:
    # Windows has no such limits.
    from commands import campaign

    from seeds import SEED

    print(f"KHABAR_SEED={SEED}")
    made = list(campaign(tmp_path, COUNT, SEED))
    assert len(made) == COUNT and len({each.kind for each in made}) > 5
    assert any(each.status == 3 for each in made) and any(each.status == -9 for each in made)
    assert [each for each in made if each.wrong] == []
