"""Which segments become one, also in an archive of millions of articles: by numbers, without the articles."""

from __future__ import annotations

import random

import pytest

from khabar.index.embedded.merging import MOST_SEGMENTS, MOST_STORED, Size, small_run, worn_runs

#: Bytes and passages of a commit of 20,000 articles.
COMMIT = Size(200_000, 200_000, 30_000_000)


def joined(sizes: list[Size]) -> Size:
    return Size(
        sum(size.live for size in sizes), sum(size.live for size in sizes), sum(size.left for size in sizes)
    )


def committed(sizes: list[Size]) -> int:
    """Merge as a commit does; how many bytes are written for it."""
    written = 0
    for run in reversed(list(worn_runs(sizes))):
        sizes[run.start : run.stop] = [joined(sizes[run.start : run.stop])]
        written += sizes[run.start].stored
    while (run := small_run(sizes)) is not None:
        sizes[run.start : run.stop] = [joined(sizes[run.start : run.stop])]
        written += sizes[run.start].stored
    return written


@pytest.mark.parametrize("most", [1, 9])
@pytest.mark.parametrize("commit", [COMMIT, Size(1_000, 1_000, 150_000)], ids=["large", "small"])
def test_segments_stay_few_however_large_the_archive(commit: Size, most: int) -> None:
    """Once five large ones stood before the small ones, the least run was too large for ever."""
    drawn = random.Random(7)
    sizes: list[Size] = []
    written = total = 0
    for _ in range(1_000):
        times = drawn.randint(1, most)
        sizes.append(Size(*(times * number for number in commit)))
        total += sizes[-1].stored
        written += committed(sizes)
        large = [size for size in sizes if 2 * size.stored >= MOST_STORED]
        assert len(sizes) - len(large) <= MOST_SEGMENTS
        assert all(size.stored < MOST_STORED for size in sizes)
    assert sum(size.stored for size in sizes) == total
    assert len(sizes) <= MOST_SEGMENTS + 2 * total / MOST_STORED
    # Not the whole index with each few commits: that would be a hundred times.
    assert written < 6 * total


def test_one_commit_of_a_large_archive_leaves_few_segments() -> None:
    sizes = [COMMIT] * 430
    committed(sizes)
    assert len(sizes) <= MOST_SEGMENTS + 2 * 430 * COMMIT.stored // MOST_STORED
    assert all(size.stored < MOST_STORED for size in sizes)


def test_few_segments_stay_as_they_are() -> None:
    assert small_run([COMMIT] * MOST_SEGMENTS) is None
    large = Size(7_000_000, 7_000_000, MOST_STORED - 1)
    assert small_run([large] * 50 + [COMMIT] * MOST_SEGMENTS) is None


def test_worn_segments_become_one_that_is_not_too_large() -> None:
    whole, worn = Size(100, 100, 1_000), Size(100, 30, 1_000)
    assert list(worn_runs([whole, worn, worn, whole, worn])) == [range(1, 3), range(4, 5)]
    assert list(worn_runs([])) == list(worn_runs([whole, whole])) == []
    # Of a large archive whose articles were replaced: what is left of three is as much as one may have.
    worn = Size(7_000_000, 2_800_000, MOST_STORED)
    assert list(worn_runs([worn] * 5)) == [range(0, 2), range(2, 4), range(4, 5)]


def test_any_sizes_become_few() -> None:
    drawn = random.Random(7)
    for _ in range(50):
        sizes = []
        for _ in range(drawn.randrange(60)):
            passages = drawn.randrange(1, 1_000)
            live = drawn.randrange(1, passages + 1)
            sizes.append(Size(passages, live, passages * drawn.choice([1_000, 1_000, 400_000])))
        live = sum(size.live for size in sizes)
        committed(sizes)
        assert sum(size.live for size in sizes) == live
        assert not any(size.worn for size in sizes)
        small = [2 * size.stored < MOST_STORED for size in sizes]
        # Unless large ones stand between them.
        alone = sum(here and not before for before, here in zip([False, *small], small, strict=False))
        assert sum(small) <= max(MOST_SEGMENTS, 2 * alone)
