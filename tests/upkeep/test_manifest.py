"""The list of files after a power cut, which may leave holes in lines that were being written."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from khabar.corpus.reasons import Reason
from khabar.index.checksums import mark_unfinished
from khabar.upkeep.manifest import MANIFEST, Manifest, Source
from khabar.upkeep.source_records import LeftOut, Noted, Sources


def written(folder: Path, *names: str) -> Path:
    """Write a list with some files in one commit."""
    manifest = Manifest.open(folder)
    for name in names:
        manifest.put(Source(f"/{name}.txt", 1, 1, "", "", "", ids=(name,)))
    manifest.write()
    return folder / MANIFEST


@pytest.mark.parametrize("cut", ["number", "first", "second", "several"])
def test_lines_of_which_the_power_cut_left_holes(tmp_path: Path, cut: str) -> None:
    written(tmp_path, "a", "b")
    path = written(tmp_path, "c", "d", "e")
    *before, number, first, second, third = path.read_bytes().splitlines(keepends=True)
    hole = {"number": [number], "first": [first], "second": [second], "several": [first, second]}[cut]
    lines = [bytes(len(line)) if line in hole else line for line in (number, first, second, third)]
    path.write_bytes(b"".join([*before, *lines]))
    # Without an interrupted writer this is damage.
    assert Manifest.open(tmp_path).damaged != []
    mark_unfinished(tmp_path)
    manifest = Manifest.open(tmp_path)
    assert manifest.damaged == []
    assert {"/a.txt", "/b.txt"} <= set(manifest.sources) <= {f"/{each}.txt" for each in "abcde"}
    # The next writer rewrites the list.
    manifest.write()
    (tmp_path / "checksums.json.open").unlink()
    again = Manifest.open(tmp_path)
    assert again.damaged == [] and again.sources == manifest.sources


def test_what_was_written_before_is_damage_all_the_same(tmp_path: Path) -> None:
    written(tmp_path, "a", "b")
    path = written(tmp_path, "c")
    lines = path.read_bytes().splitlines(keepends=True)
    for number, line in enumerate(lines[:-2], 1):
        path.write_bytes(b"".join(bytes(len(line) - 1) + b"\n" if each == line else each for each in lines))
        mark_unfinished(tmp_path)
        assert Manifest.open(tmp_path).damaged == [number]


def test_a_file_that_grows_each_day_does_not_fill_the_log(tmp_path: Path) -> None:
    """Its line names all its articles, each time: only the number of lines counted once, and a thousand of
    them were kept."""
    days = 150
    ids = [f"{number:032x}" for number in range(2_000)]
    for day in range(days):
        manifest = Manifest.open(tmp_path)
        new = [f"{day}-{number}" for number in range(20)]
        manifest.put_more("/archive.jsonl", "/archive.jsonl", new)
        manifest.write()
        ids += new
        manifest.put(Source("/archive.jsonl", 1, day, "", "", "", ids=tuple(ids)))
        manifest.put(Source(f"/{day}.txt", 1, 1, "", "", "", ids=(str(day),)))
        manifest.write()
    line = 40 * len(ids)
    assert (tmp_path / MANIFEST).stat().st_size < 4 * line + (1 << 20)
    manifest = Manifest.open(tmp_path)
    assert manifest.damaged == [] and len(manifest.sources) == days + 1
    assert manifest.sources["/archive.jsonl"].ids == tuple(ids)
    manifest.forget("/archive.jsonl")
    manifest.write()
    assert "/archive.jsonl" not in Manifest.open(tmp_path).sources


def test_records_are_held_as_they_are() -> None:
    """Each record is held as bytes; what is not ASCII, or no text at all, comes back as it was."""
    note = Noted(Reason.of("over-limit", limit="words", most=7), 3, "ملف/\udcff.txt", 2)
    plain = Source("/أرشيف/خبر.txt", 3_000, 1_700_000_000_123_456_789, "0f" * 16, "1/ab", "/أرشيف/خبر.txt")
    full = Source(
        "/\udce3.jsonl",
        *(-1, -1, "", ""),
        origin="/قديم.jsonl",
        ids=("خبر 1", "b"),
        older={"خبر 2": "f" * 32},
        former=("c",),
        skipped=(LeftOut(Reason.of("empty"), None, ""),),
        left_out={"empty": 1},
        guessed=("cp1256",),
        clutter={"share": 4},
        notes=(note,),
        partial=True,
        retry=True,
    )
    sources = Sources()
    for source in (plain, full):
        sources[source.path] = source
    assert dict(sources) == {plain.path: plain, full.path: full} and len(sources) == 2
    del sources[plain.path]
    assert list(sources.values()) == [full]


def test_a_file_takes_little_memory(tmp_path: Path) -> None:
    """An archive may have millions of files. Reading the list holds none of it twice."""
    manifest = Manifest.open(tmp_path)
    number = 2_000
    for each in range(number):
        path = f"/srv/archive/newspaper/2019/{each % 12 + 1:02}/article-{each:07}.txt"
        manifest.put(Source(path, 2_000, 10**18 + each, f"{each:032x}", "1/ab", path, (f"{each:020x}",)))
    manifest.write()
    # Imports of the first reading do not count.
    Manifest.open(tmp_path)
    tracemalloc.start()
    manifest = Manifest.open(tmp_path)
    held, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(manifest.sources) == number
    assert held < 450 * number and most < 550 * number
