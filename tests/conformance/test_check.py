"""``check`` finds every change to an index's files, a search never raises anything but khabar's own errors or
shows another text, and ``rebuild`` keeps all that can be read.

KHABAR_FLIPS sets at how many places of each file a bit is flipped (2 by default).
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from adder import numbered
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import IndexFolderError, IndexLocked, IndexMismatch, IndexNotFound, KhabarError
from khabar.index.editions import current_files
from khabar.index.lock import WriteLock
from khabar.library import Index, open_index
from khabar.rebuild import rebuild_index
from khabar.upkeep.check import check_index
from khabar.upkeep.manifest import MANIFEST, Manifest
from seeds import SEED

pytestmark = pytest.mark.folder

FLIPS = int(os.environ.get("KHABAR_FLIPS", "2"))


@pytest.fixture
def sound(
    new_index: Callable[..., Index], articles: list[Article], quick_analyzer: Analyzer, tmp_path: Path
) -> Path:
    """A closed index of several commits, with articles changed and removed, and a manifest."""
    news = tmp_path / "news"
    news.mkdir()
    for number in range(4):
        (news / f"{number}.txt").write_text(f"خبر من ملف {number}\n\nنص الخبر رقم {number} هنا.\n", "utf-8")
    index = new_index("sound", analyzer=quick_analyzer)
    index.add(articles)
    index.update(news)
    index.add(numbered(12))
    index.add([replace(articles[0], title="عنوان آخر")])
    index.remove(["n1", "visit"])
    index.close()
    return index.path


def texts(folder: Path, analyzer: Analyzer) -> list[Article]:
    with open_index(folder, analyzer=analyzer) as index:
        return list(index.articles())


def names(folder: Path) -> list[str]:
    """The files that say something: locks, and the postings of an index whose lists are all short, are
    empty."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_a_sound_index_is_whole(sound: Path, quick_analyzer: Analyzer) -> None:
    report = check_index(sound, analyzer=quick_analyzer)
    assert report.damages == () and report.whole and report.unverified == 0
    assert report.files >= len(names(sound)) - 1  # the checksums themselves
    assert report.articles == len(texts(sound, quick_analyzer))


def test_flipped_bits(sound: Path, tmp_path: Path, quick_analyzer: Analyzer) -> None:
    print(f"KHABAR_SEED={SEED}")
    choose = random.Random(SEED)
    expected = {article.id: article for article in texts(sound, quick_analyzer)}
    for name in names(sound):
        for _ in range(FLIPS):
            folder = tmp_path / "flipped"
            shutil.copytree(sound, folder)
            data = bytearray((folder / name).read_bytes())
            place, bit = choose.randrange(len(data)), choose.randrange(8)
            data[place] ^= 1 << bit
            (folder / name).write_bytes(data)
            where = f"bit {bit} of byte {place} of {len(data)} of {name}"
            report = check_index(folder, analyzer=quick_analyzer)
            assert name in {damage.file for damage in report.damages}, f"{where}: {report.damages}"
            try:
                with open_index(folder, analyzer=quick_analyzer) as index:
                    found = [
                        hit.article
                        for query in ("القمح مشترك", '"وقف إطلاق النار"')
                        for hit in index.search(query)
                    ]
                    found += list(index.articles())
            except KhabarError:
                found = []
            for article in found:
                told = expected[article.id]
                same = replace(article, path=told.path, published_from=told.published_from)
                assert same == told, f"{where}: another text, without a word"
            shutil.rmtree(folder)


@pytest.mark.parametrize("damage", ["lost", "cut", "emptied", "longer"])
def test_lost_and_cut_files(sound: Path, tmp_path: Path, quick_analyzer: Analyzer, damage: str) -> None:
    for name in names(sound):
        folder = tmp_path / "damaged"
        shutil.copytree(sound, folder)
        path = folder / name
        data = path.read_bytes()
        if damage == "lost":
            path.unlink()
        else:
            path.write_bytes({"cut": data[: len(data) // 2], "emptied": b"", "longer": data + b"\0"}[damage])
        report = check_index(folder, analyzer=quick_analyzer)
        told = {damaged.file for damaged in report.damages}
        if damage == "lost" and name == "checksums.json":
            assert told == {name} and report.unverified >= len(names(sound)) - 1
        elif name.endswith(".toc"):
            assert any(each.startswith("_MAIN_") for each in told), report.damages
        else:
            assert name in told, f"{name}: {report.damages}"
        shutil.rmtree(folder)


def test_what_is_damaged_is_mended_by_rebuild(sound: Path, tmp_path: Path, quick_analyzer: Analyzer) -> None:
    """Each file in turn is overwritten: every article comes back, or is told of as lost and its file as to be
    read again."""
    expected = {article.id: article for article in texts(sound, quick_analyzer)}
    sources = Manifest.open(sound).sources
    for name in names(sound):
        folder = tmp_path / "damaged"
        shutil.copytree(sound, folder)
        size = (folder / name).stat().st_size
        (folder / name).write_bytes(bytes(size // 2) + (folder / name).read_bytes()[size // 2 :])
        report = rebuild_index(folder, analyzer=quick_analyzer)
        kept = {article.id: article for article in texts(folder, quick_analyzer)}
        back = kept.keys() - expected.keys()
        assert {each: kept[each] for each in kept.keys() & expected.keys()}.items() <= expected.items(), name
        assert report.articles == len(kept)
        missing = expected.keys() - kept.keys()
        assert report.lost == len(missing), name
        if not name.endswith(".articles"):
            assert missing == set(), name
        if name != MANIFEST:
            assert set(report.files) == {
                path for path, source in sources.items() if missing & set(source.ids)
            }
        assert not back or report.losses, name
        checked = check_index(folder, analyzer=quick_analyzer)
        assert checked.damages == (), name
        shutil.rmtree(folder)


def test_rebuilding_keeps_everything(sound: Path, quick_analyzer: Analyzer) -> None:
    before = texts(sound, quick_analyzer)
    with open_index(sound, analyzer=quick_analyzer) as index:
        found = [(hit.article.id, round(hit.score, 6)) for hit in index.search("القمح مشترك مدينة", limit=50)]
    manifest = Manifest.open(sound).sources
    report = rebuild_index(sound, analyzer=quick_analyzer)
    assert (report.articles, report.losses, report.lost, report.files) == (len(before), [], 0, [])
    assert texts(sound, quick_analyzer) == before
    assert Manifest.open(current_files(sound)).sources == manifest
    with open_index(sound, analyzer=quick_analyzer) as index:
        again = [(hit.article.id, round(hit.score, 6)) for hit in index.search("القمح مشترك مدينة", limit=50)]
        assert again == found
    assert check_index(sound, analyzer=quick_analyzer).whole


def test_rebuilding_an_index_of_another_analyzer(sound: Path, quick_analyzer: Analyzer) -> None:
    meta = sound / "meta.json"
    meta.write_text(meta.read_text("utf-8").replace(quick_analyzer.fingerprint, "0123456789abcdef"), "utf-8")
    with pytest.raises(IndexFolderError, match="khabar rebuild"):
        open_index(sound, analyzer=quick_analyzer)
    assert check_index(sound, analyzer=quick_analyzer).damages[0].remedy == "rebuild"
    rebuild_index(sound, analyzer=quick_analyzer)
    assert check_index(sound, analyzer=quick_analyzer).whole


def test_another_version_is_no_damage_unless_the_file_was_changed(
    sound: Path, quick_analyzer: Analyzer
) -> None:
    meta = sound / "meta.json"
    content = json.loads(meta.read_text("utf-8"))
    meta.write_text(json.dumps(content | {"format": content["format"] + 1}), "utf-8")
    assert check_index(sound, analyzer=quick_analyzer).damages[0].file == "meta.json"
    # A writer that was killed may have written it: the checksums are older.
    (sound / "checksums.json.open").touch()
    with pytest.raises(IndexMismatch):
        check_index(sound, analyzer=quick_analyzer)


@pytest.mark.parametrize("meta", [None, b"", b"{}", b'{"format": 1}'])
def test_rebuilding_without_meta(sound: Path, quick_analyzer: Analyzer, meta: bytes | None) -> None:
    before = texts(sound, quick_analyzer)
    (sound / "meta.json").unlink()
    if meta is not None:
        (sound / "meta.json").write_bytes(meta)
    assert check_index(sound, analyzer=quick_analyzer).damages[0].file == "meta.json"
    assert rebuild_index(sound, analyzer=quick_analyzer).losses == []
    assert texts(sound, quick_analyzer) == before


def test_a_rebuild_that_breaks_off_leaves_the_old_index(
    sound: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = texts(sound, quick_analyzer)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("khabar.rebuild._keep", killed)
    with pytest.raises(KeyboardInterrupt):
        rebuild_index(sound, analyzer=quick_analyzer)
    monkeypatch.undo()
    assert texts(sound, quick_analyzer) == before
    assert check_index(sound, analyzer=quick_analyzer).whole
    assert not list(sound.parent.glob(".sound.*"))


def test_no_index(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("mine")
    for folder in (tmp_path / "missing", tmp_path / "notes"):
        for command in (check_index, rebuild_index):
            with pytest.raises(IndexNotFound, match="khabar index SOURCE"):
                command(folder, analyzer=quick_analyzer)
    assert [path.name for path in (tmp_path / "notes").iterdir()] == ["a.txt"]


def test_an_index_that_is_being_written_is_not_checked(sound: Path, quick_analyzer: Analyzer) -> None:
    with WriteLock(sound):
        with pytest.raises(IndexLocked):
            check_index(sound, analyzer=quick_analyzer, timeout=0)
        with pytest.raises(IndexLocked):
            rebuild_index(sound, analyzer=quick_analyzer, timeout=0)


def test_without_a_seal_everything_is_read_all_the_same(sound: Path, quick_analyzer: Analyzer) -> None:
    (sound / "checksums.json").unlink()
    report = check_index(sound, analyzer=quick_analyzer)
    assert [(each.file, each.what, each.remedy) for each in report.damages] == [
        ("checksums.json", "it is not there", "index")
    ]
    assert report.files == 0 and report.unverified > 5
    with open_index(sound, analyzer=quick_analyzer) as index:
        index.add(numbered(13))
    report = check_index(sound, analyzer=quick_analyzer)
    assert report.whole and report.unverified == 0
