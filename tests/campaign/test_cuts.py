"""The short form of :mod:`cuts`, and that its disk forgets. KHABAR_CUTS sets how many, KHABAR_SEED which."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import cuts
import pytest
from power import POLICIES, Disk

from khabar import replacing

COUNT = int(os.environ.get("KHABAR_CUTS", "60"))
SEED = int(os.environ.get("KHABAR_SEED", "1"))


def test_a_power_cut_leaves_a_commit(tmp_path: Path) -> None:
    print(f"KHABAR_SEED={SEED}")
    made = list(cuts.campaign(tmp_path, COUNT, SEED))
    assert len(made) == COUNT
    assert {each.policy for each in made} == set(POLICIES)
    assert [each for each in made if each.wrong] == []


@pytest.mark.parametrize("left_out", ["file", "folder"])
def test_a_sync_that_is_left_out_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    """The test can fail: without one kind of sync, some cut loses what was acknowledged."""
    monkeypatch.setattr(Disk, "deaf_to", left_out)
    choose = random.Random(SEED)
    for kind in (cuts.Home, cuts.History):
        folder = tmp_path / kind.__name__
        folder.mkdir()
        history = kind(folder, SEED)
        assert any(history.cut(choose).wrong for _ in range(100)), kind


def left(disk: Disk, into: Path, policy: str, seed: int = 0) -> dict[str, bytes]:
    disk.after(disk.cuts - 1, policy, random.Random(seed), into)
    return {
        path.relative_to(into).as_posix(): path.read_bytes() for path in into.rglob("*") if path.is_file()
    }


def recorded(root: Path, step: Callable[[], object]) -> Disk:
    disk = Disk(root)
    with disk.recorded():
        step()
    return disk


def test_the_disk_forgets_what_was_not_synced(tmp_path: Path) -> None:
    root = tmp_path / "disk"
    root.mkdir()
    (root / "a").write_bytes(b"old")

    def careless() -> None:
        (root / "b").write_bytes(b"new" * 1000)
        (root / "b").replace(root / "a")

    disk = recorded(root, careless)
    assert left(disk, tmp_path / "1", "nothing") == {"a": b"old"}
    assert left(disk, tmp_path / "2", "all") == {"a": b"new" * 1000}
    # The classic: the name is there before the content.
    assert left(disk, tmp_path / "3", "names") == {"a": b""}
    parts = {left(disk, tmp_path / f"part-{seed}", "part", seed).get("a", b"") for seed in range(30)}
    assert b"old" in parts and len(parts) > 5
    assert any(0 < each.count(b"\0") < len(each) for each in parts)


def test_the_disk_keeps_what_was_synced(tmp_path: Path) -> None:
    root = tmp_path / "disk"
    root.mkdir()

    def careful() -> None:
        replacing.make_folder(root / "folder" / "below")
        replacing.replace_file(root / "folder" / "below" / "a", [b"old"])
        replacing.replace_file(root / "folder" / "below" / "a", [b"new" * 1000])

    disk = recorded(root, careful)
    for number, policy in enumerate(POLICIES):
        found = left(disk, tmp_path / str(number), policy, number)
        assert found == {"folder/below/a": b"new" * 1000}
