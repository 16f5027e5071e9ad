"""Formats that plug-ins read, by suffix or mark, also in archives; and reports of those that fail."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import khabar
from khabar import plugins
from khabar.corpus import ReadReport, read
from khabar.corpus.plugged import GROUP
from khabar.errors import PluginError


class Wire:
    """Articles separated by lines of dashes; the first line is the title."""

    api = 1
    suffixes: Any = (".wire", ".jpg", ".txt")
    marks: Any = (b"WIRE/1\n",)

    def read(self, file: Any) -> Iterator[Any]:
        for part in file.text().removeprefix("WIRE/1\n").split("\n---\n"):
            title, _, text = part.partition("\n")
            if title == "?":
                yield ValueError("it has no title")
            elif title == "!":
                raise RuntimeError("the line is\nbroken")
            else:
                yield {"title": title, "text": text, "published": "2024-10-09", "source": "الوكالة"}


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The plug-ins that are installed, by name; an error in the place of one that cannot be used."""
    there: dict[str, Any] = {"wire": Wire()}

    def load(group: str, name: str) -> Any:
        if isinstance(there[name], PluginError):
            raise there[name]
        return there[name]

    monkeypatch.setattr(plugins, "names", lambda group: tuple(sorted(there)) if group == GROUP else ())
    monkeypatch.setattr(plugins, "load", load)
    from khabar.corpus import plugged as room

    room._readers.cache_clear()
    yield there
    room._readers.cache_clear()


def kinds(report: ReadReport) -> list[str]:
    return [each.reason.kind for each in report.skipped]


def test_by_suffix(plugged: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.WIRE").write_text(
        "سد جديد\nافتتح السد أمس.\n---\nفيضان\nغمرت المياه القرية.", encoding="utf-8"
    )
    report = ReadReport()
    first, second = read(tmp_path, report=report)
    assert (first.title, first.paragraphs, first.source) == ("سد جديد", ("افتتح السد أمس.",), "الوكالة")
    assert second.title == "فيضان"
    assert str(second.published).startswith("2024-10-09")
    assert second.path.endswith("a.WIRE#2")
    assert (report.articles, report.skipped) == (2, [])


def test_in_archives_and_packed(plugged: dict[str, Any], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("x/a.wire", "سد جديد\nافتتح السد أمس.")
    [article] = read(tmp_path / "all.zip")
    assert article.path.endswith("all.zip!x/a.wire#1")


def test_by_mark_without_a_known_suffix(plugged: dict[str, Any], tmp_path: Path) -> None:
    for name in ("report", "report.20231007a", "photo.jpg"):
        (tmp_path / name).write_text("WIRE/1\nسد جديد\nافتتح السد أمس.", encoding="utf-8")
    assert [each.title for each in read(tmp_path)] == ["سد جديد"] * 3


def test_khabar_keeps_its_own_formats(plugged: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("WIRE/1\n\nسد جديد", encoding="utf-8")
    [article] = read(tmp_path)
    assert article.title == "WIRE/1"


def test_failures_of_a_plugin_are_reported_with_its_name(plugged: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.wire").write_text(
        "?\n---\nسد جديد\nافتتح السد.\n---\n!\n---\nفيضان\nغمرت.", encoding="utf-8"
    )
    report = ReadReport()
    assert [each.title for each in read(tmp_path, report=report)] == ["سد جديد"]
    assert [(each.number, str(each.reason)) for each in report.skipped] == [
        (1, "the plug-in wire could not read it: it has no title"),
        (3, "the plug-in wire could not read it: the line is broken"),
    ]
    assert report.skipped[0].reason.mendable
    assert "بالإضافة wire" in report.skipped[0].reason.text("ar")


def test_two_plugins_for_one_suffix(plugged: dict[str, Any], tmp_path: Path) -> None:
    plugged["other"] = Wire()
    (tmp_path / "a.wire").write_text("سد جديد\nافتتح السد.", encoding="utf-8")
    (tmp_path / "b.txt").write_text("فيضان\n\nغمرت المياه القرية.", encoding="utf-8")
    report = ReadReport()
    assert [each.title for each in read(tmp_path, report=report)] == ["فيضان"]
    assert str(report.skipped[0].reason) == (
        "several plug-ins read this format (other, wire): uninstall all but one"
    )


def test_a_broken_plugin_is_named_where_it_may_be_needed(plugged: dict[str, Any], tmp_path: Path) -> None:
    plugged["wire"] = PluginError(GROUP, "wire", "broken", ("khabar-wire",), "ImportError: no module")
    (tmp_path / "a.wire").write_text("سد جديد\nافتتح السد.", encoding="utf-8")
    (tmp_path / "b.txt").write_text("فيضان\n\nغمرت المياه القرية.", encoding="utf-8")
    (tmp_path / "c.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    report = ReadReport()
    assert [each.title for each in read(tmp_path, report=report)] == ["فيضان"]
    assert kinds(report) == ["plugin-unusable"]
    assert "khabar-wire" in str(report.skipped[0].reason)
    assert [note.reason.kind for note in report.notes] == ["media"]


def test_limits_hold_for_plugins(plugged: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.wire").write_text("سد جديد\n" + "كلمة " * 1000, encoding="utf-8")
    report = ReadReport()
    assert list(read(tmp_path, report=report, max_bytes=100)) == []
    assert kinds(report) == ["too-large"]


def test_without_plugins_nothing_changes(plugged: dict[str, Any], tmp_path: Path) -> None:
    plugged.clear()
    (tmp_path / "a.wire").write_text("سد جديد\nافتتح السد.", encoding="utf-8")
    report = ReadReport()
    assert list(read(tmp_path, report=report)) == []
    assert kinds(report) == ["unknown-format"]


def test_a_plugin_that_is_installed_later_reads_what_was_left_out(
    plugged: dict[str, Any], tmp_path: Path
) -> None:
    news = tmp_path / "news"
    news.mkdir()
    (news / "a.wire").write_text("سد جديد\nافتتح السد أمس.", encoding="utf-8")
    (news / "b.jpg").write_text("فيضان\nغمرت المياه القرية.", encoding="utf-8")
    (news / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n\0")
    plugin = plugged.pop("wire")
    with khabar.create_index(tmp_path / "index") as index:
        assert index.update([news]).added == 0
        assert index.update([news]).read == 0
        plugged["wire"] = plugin
        report = index.update([news])
        assert (report.added, report.read) == (2, 2)
        assert index.update([news]).read == 0
