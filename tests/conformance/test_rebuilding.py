"""``rebuild`` never brings back what was removed, and tells what it cannot know."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from adder import numbered

from khabar import notices
from khabar.analysis.analyzer import Analyzer
from khabar.library import Index, open_index
from khabar.rebuild import RebuildReport, rebuild_index
from khabar.upkeep.check import check_index
from khabar.upkeep.manifest import MANIFEST, Manifest

pytestmark = pytest.mark.folder


@pytest.fixture
def sound(new_index: Callable[..., Index], quick_analyzer: Analyzer) -> Path:
    """An index of two segments; the last transaction removed every third article."""
    index = new_index("sound", analyzer=quick_analyzer)
    index.add(numbered(30))
    index.add(numbered(40))
    index.remove([article.id for article in list(index.articles())[::3]])
    index.close()
    return index.path


def held(folder: Path, analyzer: Analyzer) -> set[str]:
    with open_index(folder, analyzer=analyzer) as index:
        return {article.id for article in index.articles()}


def rebuilt(folder: Path, analyzer: Analyzer) -> tuple[RebuildReport, set[str]]:
    return rebuild_index(folder, analyzer=analyzer), held(folder, analyzer)


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.write_bytes(data)


def test_a_flipped_bit_anywhere_in_the_articles(
    sound: Path, tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    """The table of contents knows who was removed, and the postings who was not."""
    before = held(sound, quick_analyzer)
    for name in sorted(path.name for path in sound.glob("*.articles")):
        size = (sound / name).stat().st_size
        for place in range(0, size, size // 40):
            folder = tmp_path / "flipped"
            shutil.copytree(sound, folder)
            flip(folder / name, place)
            report, after = rebuilt(folder, quick_analyzer)
            assert after <= before, (name, place, after - before)
            assert report.lost == len(before - after) <= 1, (name, place)
            shutil.rmtree(folder)


def test_a_flipped_bit_in_the_articles_and_in_the_postings(
    sound: Path, tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    """Then the order of the articles tells who was removed, if all of them can be read."""
    before = held(sound, quick_analyzer)
    for path in [*sound.glob("*.articles"), *sound.glob("*.words")]:
        flip(path, path.stat().st_size - 20)
    report, after = rebuilt(sound, quick_analyzer)
    assert after == before and report.lost == 0


def test_without_the_table_of_contents_and_its_copy(sound: Path, quick_analyzer: Analyzer) -> None:
    """What cannot be known is said: the last removal is noted nowhere else."""
    before = held(sound, quick_analyzer)
    for path in sound.glob("*.toc"):
        path.write_bytes(b"")
    (sound / "checksums.json").unlink()
    report, after = rebuilt(sound, quick_analyzer)
    assert after >= before
    told = [what for _, what in report.losses]
    assert any(what.endswith("it recorded which articles were removed") for what in told)
    assert [what for what in told if what.endswith("are kept that may have been removed")] == [
        f"{len(after):,} articles are kept that may have been removed"
    ]


def test_the_list_of_files_knows_what_was_removed(
    new_index: Callable[..., Index], tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    news = tmp_path / "news"
    news.mkdir()
    for number in range(10):
        (news / f"{number}.txt").write_text(f"خبر {number}\n\nوصل القمح إلى الميناء أمس.\n", "utf-8")
    with new_index("sound", analyzer=quick_analyzer) as index:
        index.update(news)
        removed = [article.id for article in index.articles()][:4]
        index.remove(removed)
        before = held(index.path, quick_analyzer)
    for path in index.path.glob("*.toc"):
        path.write_bytes(b"")
    (index.path / "checksums.json").unlink()
    report, after = rebuilt(index.path, quick_analyzer)
    assert after == before and not after & set(removed)
    assert (report.lost, report.files) == (0, [])
    assert "4 articles in it seem to have been removed and are left out" in [
        what for _, what in report.losses
    ]


@pytest.mark.parametrize("line", range(4))
def test_nothing_is_lost_with_a_line_of_the_list_of_files(
    new_index: Callable[..., Index], tmp_path: Path, quick_analyzer: Analyzer, line: int
) -> None:
    """An older line of the list names articles that were removed since: they are not lost."""
    news = tmp_path / "news"
    news.mkdir()
    records = "\n".join(
        f'{{"id": "r{number}", "title": "خبر {number}", "text": "نص عن القمح"}}' for number in range(6)
    )
    (news / "a.jsonl").write_text(records, "utf-8")
    with new_index("sound", analyzer=quick_analyzer) as index:
        index.update(news)
        index.remove(["r1", "r2"])
    path = index.path / MANIFEST
    lines = path.read_bytes().split(b"\n")
    if line >= len(lines) - 1:
        pytest.skip("there is no such line")
    lines[line] = lines[line][:-1] + b"!"
    path.write_bytes(b"\n".join(lines))
    [damage] = check_index(index.path, analyzer=quick_analyzer).damages[-1:]
    assert damage.file == MANIFEST and damage.articles == 0
    report, after = rebuilt(index.path, quick_analyzer)
    assert after == {"r0", "r3", "r4", "r5"}
    assert (report.lost, report.files) == (0, [])
    assert report.losses == [(MANIFEST, f"it is damaged in lines {line + 1}")]


def test_one_byte_behind_the_articles(sound: Path, quick_analyzer: Analyzer) -> None:
    before = held(sound, quick_analyzer)
    for path in sound.glob("*.articles"):
        path.write_bytes(path.read_bytes() + b"\0")
    assert {each.articles for each in check_index(sound, analyzer=quick_analyzer).damages} == {0}
    report, after = rebuilt(sound, quick_analyzer)
    assert after == before and (report.lost, report.losses) == (0, [])


def test_the_next_update_mends_the_list_of_files_and_the_checksums(
    new_index: Callable[..., Index],
    tmp_path: Path,
    quick_analyzer: Analyzer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    news = tmp_path / "news"
    news.mkdir()
    for number in range(3):
        (news / f"{number}.txt").write_text(f"خبر {number}\n\nوصل القمح إلى الميناء أمس.\n", "utf-8")
    index: Index
    with new_index("sound", analyzer=quick_analyzer) as index:
        index.update(news)
        before = list(Manifest.open(index.path).sources)
        with (index.path / MANIFEST).open("ab") as file:
            file.write(b"00000000 {}\n")
        damaged = (index.path / MANIFEST).read_bytes().count(b"\n")
        (index.path / "checksums.json").unlink()
        damages = check_index(index.path, analyzer=quick_analyzer).damages
        assert {(each.file, each.remedy) for each in damages} == {
            ("checksums.json", "index"),
            (MANIFEST, "index"),
        }
        told: list[tuple[str, str]] = []
        monkeypatch.setattr(notices, "listeners", [lambda event, detail: told.append((event, detail))])
        index.update(news)
        assert told == [(notices.MANIFEST_DAMAGED, str(damaged))]
        assert check_index(index.path, analyzer=quick_analyzer).whole
        assert list(Manifest.open(index.path).sources) == before
        assert len(index) == 3


def test_an_index_that_was_only_made_has_no_checksums(
    index: Index, tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    from khabar.library import create_index

    create_index(tmp_path / "fresh", analyzer=quick_analyzer).close()
    assert check_index(tmp_path / "fresh", analyzer=quick_analyzer).whole
    # A writer at work, or one that was killed, leaves a mark: no damage.
    (index.path / "checksums.json").unlink()
    (index.path / "checksums.json.open").touch()
    assert check_index(index.path, analyzer=quick_analyzer).whole
