"""The files of stories over many transactions, against a plain model; and after a kill."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from khabar.errors import IndexDamaged
from khabar.index.records import short_fingerprint
from khabar.stories.files import CATALOGUE, Stories, check
from khabar.stories.sketch import Hashes
from khabar.stories.writer import StoriesWriter, create_stories


def names(fingerprints: Iterable[str]) -> NDArray[np.uint64]:
    return np.array([short_fingerprint(each) for each in fingerprints], np.uint64)


#: Names spread out like fingerprints.
SPREAD = 0x9E3779B97F4A7C15


def text(story: int, edition: int) -> Hashes:
    """The words of one article of a story: about 0.9 similar to the others, and to nothing else."""
    words = np.random.default_rng(story).integers(0, 2**64, 200, dtype=np.uint64)
    words[edition % 200] = np.uint64(edition + 1)
    return words


def named(numbers: Iterable[int]) -> NDArray[np.uint64]:
    return np.array([(each + 1) * SPREAD % 2**64 for each in numbers], np.uint64)


def add(writer: StoriesWriter, number: int, words: Hashes) -> None:
    writer.add(int(named([number])[0]), words)


def groups(folder: Path, numbers: list[int]) -> list[int]:
    return Stories.open(folder).groups(named(numbers)).tolist()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_stories(tmp_path)
    return tmp_path


def test_articles_of_one_story_get_the_place_of_its_first(folder: Path) -> None:
    writer = StoriesWriter(folder)
    for number in range(9):
        add(writer, number, text(number % 3, number))
    writer.write()
    assert groups(folder, list(range(9))) == [0, 1, 2] * 3
    assert groups(folder, [8, 4, 5, 99, 1]) == [0, 1, 0, 3, 1]
    check(folder)


def test_an_index_without_stories(folder: Path) -> None:
    assert groups(folder, [1, 2, 3]) == [0, 1, 2]
    assert groups(folder, []) == []
    StoriesWriter(folder, named([])).write()
    check(folder)


def test_short_texts_belong_to_no_story(folder: Path) -> None:
    writer = StoriesWriter(folder)
    for number in range(3):
        add(writer, number, text(0, 0)[:4])
    writer.write()
    assert groups(folder, [0, 1, 2]) == [0, 1, 2]


def test_batches_make_no_difference(tmp_path: Path) -> None:
    chance = random.Random(3)
    made = [text(chance.randrange(12), chance.randrange(50)) for _ in range(60)]
    answers = []
    for batch in (1, 7, 60):
        folder = tmp_path / str(batch)
        folder.mkdir()
        create_stories(folder)
        for begin in range(0, 60, batch):
            writer = StoriesWriter(folder)
            for number in range(begin, min(begin + batch, 60)):
                add(writer, number, made[number])
            writer.write()
        answers.append(groups(folder, list(range(60))))
    assert answers[0] == answers[1] == answers[2]


def test_a_text_that_changed_under_its_name_leaves_its_story(folder: Path) -> None:
    writer = StoriesWriter(folder)
    for number in range(3):
        add(writer, number, text(0, number))
    writer.write()
    add(writer, 1, text(5, 1))
    writer.write()
    assert groups(folder, [0, 1, 2]) == [0, 1, 0]
    add(writer, 1, text(0, 9))
    add(writer, 1, text(0, 0)[:3])
    writer.write()
    assert groups(folder, [0, 1, 2]) == [0, 1, 0]


def test_adding_what_is_there_writes_no_second_sketch(folder: Path) -> None:
    for _ in range(3):
        writer = StoriesWriter(folder)
        add(writer, 0, text(0, 0))
        writer.write()
    assert sum(each.stat().st_size for each in folder.glob("sketches-*")) == 256


def test_a_story_outlives_its_leader(folder: Path) -> None:
    writer = StoriesWriter(folder)
    for number in range(4):
        add(writer, number, text(0, number))
    writer.write()
    writer = StoriesWriter(folder, named([1, 2, 3]))
    add(writer, 4, text(0, 4))
    writer.write()
    assert groups(folder, [0, 1, 2, 3, 4]) == [0, 1, 1, 1, 1]


def test_names_are_the_beginnings_of_fingerprints() -> None:
    fingerprints = ["00000000000000ff" + "0" * 16, "f" * 32]
    assert [short_fingerprint(each) for each in fingerprints] == [255, 2**64 - 1]


def test_sketches_of_articles_that_are_gone_leave_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("khabar.stories.writer._WASTE", 10)
    writer = StoriesWriter(folder)
    for number in range(60):
        add(writer, number, text(number % 20, number))
    writer.write()
    left = list(range(45, 60))
    writer = StoriesWriter(folder, named(left))
    add(writer, 60, text(5, 60))
    writer.write()
    assert [each.name for each in folder.glob("sketches-*")] == ["sketches-2.bin"]
    assert (folder / "sketches-2.bin").stat().st_size == 16 * 256
    check(folder)
    assert groups(folder, [*left, 60]) == [*range(15), 0]


class Killed(BaseException):
    """Represents kill -9: nothing catches it."""


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(0, 7), st.integers(0, 30)), max_size=8),
            st.sets(st.integers(0, 40), max_size=6),
            st.integers(0, 6),
        ),
        max_size=8,
    )
)
def test_any_run_of_transactions_some_killed(
    transactions: list[tuple[list[tuple[int, int]], set[int], int]],
) -> None:
    """Whatever was killed on the way, the articles of the last commit are in the stories that their texts
    belong to."""
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr("khabar.stories.writer._WASTE", 4)
        folder = Path(place)
        create_stories(folder)
        committed: dict[int, int] = {}
        fresh = 0
        for added, removed, steps in transactions:
            going = dict(committed)
            writer = StoriesWriter(folder, named(committed))
            for each in removed:
                going.pop(each, None)
            for story, edition in added:
                add(writer, fresh, text(story, edition))
                going[fresh] = story
                fresh += 1
            try:
                with pytest.MonkeyPatch.context() as dying:
                    _die_after(dying, steps)
                    writer.write()
                # The engine's commit comes after, and may not be reached.
                committed = going if steps != 5 else committed
            except Killed:
                pass
            check(folder)
            alive = sorted(committed)
            stories = [committed[each] for each in alive]
            assert groups(folder, alive) == [stories.index(story) for story in stories]


def _die_after(patch: pytest.MonkeyPatch, steps: int) -> None:
    """Raise :class:`Killed` when something becomes durable for the nth time."""
    left = [steps]

    def fsync(descriptor: int) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    patch.setattr("os.fsync", fsync)


@pytest.fixture
def written(folder: Path) -> Path:
    for begin in (0, 6):
        writer = StoriesWriter(folder)
        for number in range(begin, begin + 6):
            add(writer, number, text(number % 3, number))
        writer.write()
    return folder


def test_the_remains_of_a_killed_writer_are_overwritten(written: Path) -> None:
    with (written / "sketches-1.bin").open("ab") as file:
        file.write(b"\xff" * 1000)
    check(written)
    writer = StoriesWriter(written)
    add(writer, 12, text(0, 12))
    writer.write()
    check(written)
    assert groups(written, list(range(13))) == [*[0, 1, 2] * 4, 0]
    assert (written / "sketches-1.bin").stat().st_size == 13 * 256


def test_every_flipped_byte_is_noticed(written: Path) -> None:
    for file in (CATALOGUE, "sketches-1.bin"):
        path = written / file
        whole = path.read_bytes()
        for place in range(len(whole)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
            with pytest.raises(IndexDamaged, match="--new"):
                check(written)
        path.write_bytes(whole)
    check(written)


@pytest.mark.parametrize("file", [CATALOGUE, "sketches-1.bin"])
@pytest.mark.parametrize("left", [0, 1, 20, 600, None])
def test_a_file_cut_short_or_lost_is_damage(written: Path, file: str, left: int | None) -> None:
    path = written / file
    whole = path.read_bytes()
    path.unlink()
    if left is not None:
        path.write_bytes(whole[:left])
    with pytest.raises(IndexDamaged, match=file):
        StoriesWriter(written)
    with pytest.raises(IndexDamaged, match=file):
        check(written)


def test_a_writer_notices_a_damaged_sketch_that_it_compares_with(written: Path) -> None:
    path = written / "sketches-1.bin"
    whole = bytearray(path.read_bytes())
    whole[100] ^= 1
    path.write_bytes(whole)
    writer = StoriesWriter(written)
    add(writer, 12, text(0, 12))
    with pytest.raises(IndexDamaged, match="is damaged"):
        writer.write()


def test_a_disk_that_fills_up_leaves_the_stories_as_they_were(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = groups(written, list(range(14)))
    writer = StoriesWriter(written)
    add(writer, 12, text(0, 12))
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            writer.write()
    assert groups(written, list(range(14))) == before
    check(written)
