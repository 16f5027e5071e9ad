"""The short form of :mod:`damages`. KHABAR_DAMAGES sets how many, KHABAR_SEED which."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from damages import KINDS, PLACES, Ground, campaign

from seeds import SEED

COUNT = int(os.environ.get("KHABAR_DAMAGES", "60"))


@pytest.mark.parametrize("edition", [False, True])
def test_no_damage_is_silent_and_nothing_comes_back(tmp_path: Path, edition: bool) -> None:
    print(f"KHABAR_SEED={SEED}")
    damages = list(campaign(tmp_path, COUNT, SEED, rebuilding=3, edition=edition))
    assert len({each.kind for each in damages}) == len(KINDS)
    assert {each.search for each in damages} == {"right", "damaged"}
    assert [(each, each.wrong) for each in damages if each.wrong] == []


@pytest.mark.parametrize("edition", [False, True])
def test_something_else_in_the_place_of_each_file(tmp_path: Path, edition: bool) -> None:
    ground = Ground(tmp_path, edition=edition)
    assert ("edition.json" in ground.names) == edition
    for kind in PLACES:
        for name in ground.names:
            damage = ground.damage_of(kind, name, random.Random(0))
            assert damage.wrong == [], damage
