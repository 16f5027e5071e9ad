"""Lists with two bytes per number, compared with plain arrays; and arrays whose blocks are verified when they
are read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.index import arrayfile
from khabar.index.arrayfile import BLOCK, Spool, mapped, open_arrays, read_arrays, write_arrays
from khabar.index.columns import ranges
from khabar.index.lists import Lists, ListsWriter

MAGIC = b"test 001"
#: Numbers that are close together and numbers that are far apart.
numbers = st.one_of(st.integers(0, 300), st.integers(65_000, 66_000), st.integers(0, 1 << 22))
ascending = st.sets(numbers, min_size=1, max_size=12).map(sorted)


@given(
    given_lists=st.lists(ascending, min_size=1, max_size=20), at_once=st.integers(1, 30), choose=st.randoms()
)
def test_lists_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, given_lists: list[list[int]], at_once: int, choose
) -> None:
    folder = tmp_path_factory.mktemp("lists")
    whole = np.array([number for each in given_lists for number in each])
    writer = ListsWriter(folder)
    for begin in range(0, len(whole), at_once):
        writer.append(whole[begin : begin + at_once])
    assert len(writer) == len(whole)
    write_arrays(folder / "made", MAGIC, dict(writer.arrays("some")))
    writer.close()
    lists = Lists(open_arrays(folder / "made", MAGIC)[1], "some")
    ends = np.cumsum([len(each) for each in given_lists])
    begins = ends - [len(each) for each in given_lists]
    chosen = np.array(choose.choices(range(len(given_lists)), k=5))
    places = ranges(begins[chosen], (ends - begins)[chosen])
    expected = [number for each in chosen.tolist() for number in given_lists[each]]
    assert lists.parts(begins[chosen], ends[chosen], places).tolist() == expected
    first, last = sorted(choose.choices(range(len(whole) + 1), k=2))
    assert lists.part(first, last).tolist() == whole[first:last].tolist()


def test_no_lists(tmp_path: Path) -> None:
    writer = ListsWriter(tmp_path)
    write_arrays(tmp_path / "made", MAGIC, dict(writer.arrays("some")))
    writer.close()
    assert len(Lists(open_arrays(tmp_path / "made", MAGIC)[1], "some").part(0, 0)) == 0


@pytest.mark.parametrize("greatest", [0, 255, 256, 65_535, 65_536])
def test_a_narrow_array_is_as_wide_as_it_must_be(tmp_path: Path, greatest: int) -> None:
    spool = Spool(tmp_path, np.uint32, narrow=True)
    for piece in ([3, 1], [], [greatest], [0]):
        spool.append(np.array(piece, np.int64))
    write_arrays(tmp_path / "made", MAGIC, {"some": spool, "other": np.arange(3)})
    spool.close()
    arrays = open_arrays(tmp_path / "made", MAGIC, whole=True)[1]
    assert arrays["some"][:].tolist() == [3, 1, greatest, 0]
    assert arrays["some"].raw.dtype == np.min_scalar_type(greatest)
    assert arrays["other"][:].tolist() == [0, 1, 2]


@pytest.mark.parametrize("few", [0, 1 << 9])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32, np.uint64])
def test_a_damaged_block_is_never_read_and_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type, few: int
) -> None:
    """One block of an array is damaged. However the array is read, the contents of this block cannot be read,
    and everything else can."""
    monkeypatch.setattr(arrayfile, "_FEW", few)
    size = 5 * BLOCK // np.dtype(kind).itemsize
    values = (np.arange(size) // (size // 200)).astype(kind)
    write_arrays(tmp_path / "made", MAGIC, {"before": np.zeros(3, np.uint8), "some": values})
    data = bytearray((tmp_path / "made").read_bytes())
    broken = 2 * BLOCK + 77
    data[broken] ^= 16

    def fresh():
        return read_arrays(memoryview(bytes(data)), MAGIC)[1]["some"]

    begin = 16
    first = (2 * BLOCK - begin) // values.itemsize
    last = (3 * BLOCK - begin) // values.itemsize
    for place in (0, first - 1, first, last - 1, last, size - 1):
        within = first <= place < last
        for key in (place, slice(place, place + 1), np.array([place]), np.array([0, place, size - 1])):
            if within:
                with pytest.raises(ValueError, match="is damaged"):
                    fresh()[key]
            else:
                assert np.array_equal(fresh()[key], values[key])
        if within:
            with pytest.raises(ValueError, match="is damaged"):
                fresh().check_ranges(np.array([0, place]), np.array([1, place + 1]))
        else:
            fresh().check_ranges(np.array([0, place]), np.array([1, place + 1]))
    with pytest.raises(ValueError, match="is damaged"):
        fresh()[:]
    with pytest.raises(ValueError, match="is damaged"):
        fresh().check_ranges(np.array([0]), np.array([size]))
    for wanted in range(201):
        one = np.array([wanted], kind)
        try:
            assert fresh().places(one)[0] == np.searchsorted(values, one)[0]
        except ValueError as error:
            assert "is damaged" in str(error)
    with pytest.raises(ValueError, match="is damaged"):
        open_whole(tmp_path, bytes(data))


def open_whole(folder: Path, data: bytes) -> None:
    (folder / "made").write_bytes(data)
    read_arrays(mapped(folder / "made"), MAGIC, whole=True)
