"""Input that costs more than news ever does is left out with a reason, in bounded memory and time; everything
before it is committed, and the next run has the same result."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import re
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import khabar
from khabar.analysis.tokenizer import words
from khabar.cli.inputs import _DEFAULTS
from khabar.corpus import ReadReport, read
from khabar.corpus.limits import Clock, ReadLimits
from khabar.corpus.reason_texts import REASONS
from khabar.corpus.records import json_records, json_text
from khabar.corpus.report import Unreadable
from khabar.corpus.tables.delimited import rows
from khabar.upkeep.changes import UpdateOptions

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
TEXT = "وصل لافروف إلى بيروت والتقى الرئيس في القصر."


def record(number: int, text: str = TEXT) -> str:
    return json.dumps({"id": str(number), "title": f"خبر {number}", "text": text}, ensure_ascii=False)


def kinds(report: ReadReport) -> list[str]:
    return [each.reason.kind for each in report.skipped]


def distinct(count: int, seed: int = 1) -> str:
    dice = random.Random(seed)
    return " ".join("".join(dice.choices(LETTERS, k=8)) for _ in range(count))


def zipped(names: int, content: str = TEXT) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(names):
            archive.writestr(f"{number}.txt", f"خبر {number}\n\n{content}")
    return buffer.getvalue()


def tarred(names: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for number in range(names):
            info = tarfile.TarInfo(f"{number}.txt")
            content = f"خبر {number}\n\n{TEXT}".encode()
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


LINES = "\n".join(map(record, range(10))).encode()


@pytest.mark.parametrize(
    ("name", "content", "limits", "articles", "kind"),
    [
        ("a.jsonl", LINES, {"articles": 4}, 4, "too-many-articles"),
        ("a.jsonl", LINES, {"articles": 10}, 10, None),
        ("a.zip", zipped(10), {"members": 4}, 4, "too-many-members"),
        ("a.zip", zipped(10), {"members": 10}, 10, None),
        ("a.zip", zipped(10)[:-30], {"members": 4}, 4, "too-many-members"),
        ("a.tar", tarred(10), {"members": 4}, 4, "too-many-members"),
        ("a.tar.gz", gzip.compress(tarred(10)), {"members": 10}, 10, None),
        ("a.txt.gz", gzip.compress(gzip.compress(TEXT.encode())), {"depth": 1}, 0, "too-deep"),
        ("a.txt.gz", gzip.compress(gzip.compress(TEXT.encode())), {"depth": 2}, 1, None),
        ("a.jsonl", f"{record(1)}\n{record(2, TEXT * 9)}".encode(), {"words": 50}, 1, "too-many-words"),
        ("a.txt", f"خبر\n\n{TEXT}".encode(), {"words": 9}, 1, None),
        ("a.txt", f"خبر\n\n{TEXT}".encode(), {"words": 8}, 0, "too-many-words"),
        ("a.txt", f"خبر\n\n{TEXT * 50}".encode(), {"whole": 1000}, 0, "too-large"),
        ("a.jsonl", f"{record(1)}\n{record(2, TEXT * 50)}".encode(), {"whole": 1000}, 1, "too-large"),
    ],
)  # fmt: skip
def test_each_limit(
    tmp_path: Path, name: str, content: bytes, limits: dict[str, int], articles: int, kind: str | None
) -> None:
    (tmp_path / name).write_bytes(content)
    report = ReadReport()
    assert len(list(read(tmp_path, report=report, limits=ReadLimits(**limits)))) == articles
    assert report.articles == articles
    found = [each for each in kinds(report) if each != "broken-zip"]
    assert found == ([kind] if kind else [])
    assert all(each.reason.unread for each in report.skipped)


def test_the_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("khabar.corpus.pieces.streams._SMALL", 1 << 20)
    # Equal lines: a higher ratio than any news has, and more bytes than a small file may give.
    line = (record(1) + "\n").encode()
    packed = lzma.compress(line * (1_100_000 // len(line)), preset=0)
    assert len(packed) * 100 < 1 << 20
    (tmp_path / "a.jsonl.xz").write_bytes(packed)
    report = ReadReport()
    for _ in read(tmp_path, report=report, limits=ReadLimits(articles=3)):
        pass
    assert kinds(report) == ["too-many-articles"]
    report = ReadReport()
    for _ in read(tmp_path, report=report):
        pass
    assert kinds(report)[-1] == "too-much-unpacked" and report.articles
    report = ReadReport()
    for _ in read(tmp_path, report=report, limits=ReadLimits(ratio=1_100_000 // len(packed) + 2)):
        pass
    assert "too-much-unpacked" not in kinds(report)


def test_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINES)
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 1
        return now

    monkeypatch.setattr("khabar.corpus.limits.time.monotonic", clock)
    report = ReadReport()
    got = list(read(tmp_path, report=report, limits=ReadLimits(seconds=8)))
    assert 0 < len(got) < 10 and kinds(report) == ["too-slow"]


def test_time_that_others_take_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("khabar.corpus.limits.time.monotonic", lambda: now)
    clock = Clock(10)
    for _ in clock.timed(range(5)):
        now += 100
    assert not clock.over


def test_a_large_archive_may_take_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five million records take longer than an hour where a machine has other work; what takes long without
    giving articles is cut off."""
    now = 0.0

    def steps(seconds: float) -> Iterator[int]:
        nonlocal now
        for number in range(1000):
            now += seconds
            yield number

    monkeypatch.setattr("khabar.corpus.limits.time.monotonic", lambda: now)
    for seconds, is_over in (0.015, False), (0.1, True):
        clock = Clock(10)
        assert len(list(clock.timed(steps(seconds)))) == 1000
        assert clock.over is is_over


def test_new_words_of_a_file(tmp_path: Path, new_index: Callable[..., khabar.Index]) -> None:
    news = tmp_path / "news"
    news.mkdir()
    many = "\n".join(record(number, distinct(100, number)) for number in range(1, 60))
    (news / "a.jsonl").write_text(record(1000), encoding="utf-8")
    (news / "b.jsonl").write_text(many, encoding="utf-8")
    (news / "c.jsonl").write_text(record(2000), encoding="utf-8")
    index = new_index()
    report = index.update(news, options=UpdateOptions(limits=ReadLimits(vocabulary=2000)))
    assert [(Path(each.path).name, each.reason.kind) for each in report.skipped] == [
        ("b.jsonl", "too-many-distinct")
    ]
    # Everything before it is there, and so are the other files.
    assert 20 <= len(index) - 2 <= 25 and "1000" in index and "2000" in index
    # The same run again changes nothing; with another limit the file is read again.
    again = index.update(news, options=UpdateOptions(limits=ReadLimits(vocabulary=2000)))
    assert (again.read, again.skipped_before) == (0, 1)
    assert index.update(news, options=UpdateOptions()).ok and len(index) == 61


def test_a_commit_comes_early_for_much(
    tmp_path: Path, new_index: Callable[..., khabar.Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("khabar.upkeep.workers.MOST_NEW_TERMS", 500)
    index = new_index()
    commits = []
    monkeypatch.setattr(index._store, "committed", lambda: commits.append(1))
    index.add(khabar.Article(str(n), "خبر", (distinct(100, n),)) for n in range(50))
    assert 8 <= len(commits) <= 11 and len(index) == 50


def test_the_defaults_of_the_options_are_those_of_the_library() -> None:
    usual = ReadLimits()
    assert {name: getattr(usual, name) for name in _DEFAULTS} == {**_DEFAULTS, "whole": 64 << 20}
    assert list(_DEFAULTS) == list(ReadLimits.__struct_fields__)


def test_every_limit_names_its_option_in_both_languages() -> None:
    for kind, option in (
        ("too-large", "--max-bytes"),
        ("too-deep", "--max-depth"),
        ("too-much-unpacked", "--max-ratio"),
        ("too-many-members", "--max-members"),
        ("too-many-articles", "--max-articles"),
        ("too-many-words", "--max-words"),
        ("too-many-letters", "--max-letters"),
        ("too-long-word", "--max-word-letters"),
        ("too-many-distinct", "--max-vocabulary"),
        ("too-many-tags", "--max-tags"),
        ("too-many-skipped", "--max-skipped"),
        ("too-slow", "--max-seconds"),
    ):
        assert all(option in text for text in REASONS[kind])
        # A limit comes before no noun except bytes, of which there are always many: a limit of 1 would be «1
        # words».
        assert "bytes" in REASONS[kind][0] or re.search(
            r"[{](limit|depth)[}]( for|,|$| \(| deep)", REASONS[kind][0]
        ), kind


def test_a_folder_of_bombs(tmp_path: Path) -> None:
    """Small bombs with small limits; ``tests/campaign/bombs.py`` has large ones, and measures."""
    folder = tmp_path / "bombs"
    folder.mkdir()
    contents = {
        "zeros.txt.xz": (lzma.compress(bytes(40 << 20), preset=0), "too-large"),
        "zeros.jsonl.gz": (gzip.compress(bytes(3 << 20)), "too-large"),
        "deep.zip": (deep(9), "too-deep"),
        "members.zip": (zipped(300), "too-many-members"),
        "members.tar.bz2": (bz2.compress(tarred(300)), "too-many-members"),
        "hex.txt": (random.Random(3).randbytes(60_000).hex().encode(), "too-many-letters"),
        "word.jsonl": (record(1, "كلمة" * 600).encode(), "too-long-word"),
        "words.txt": (distinct(3000).encode(), "too-many-words"),
        "tiny.json": (
            ("[" + ",".join(record(n, f"نص {n}") for n in range(1000, 2000)) + "]").encode(),
            "too-many-articles",
        ),
        "empty.jsonl": (b"{}\n" * 500, "too-many-skipped"),
        "tags.html": (b"<html><body>" + b"<p>" * 5000, "too-many-tags"),
        "tags.xml": (b"<rss version='2.0'><channel>" + b"<item>" * 5000, "too-many-tags"),
        "whole.json": (b'{"title":"' + b"a" * 1_100_000 + b'"}', "too-large"),
        "lines.txt": (b"a\n" * 60_000, "too-many-letters"),
        "brackets.json": (b"[" * 100_000, "nested-json-array"),
    }
    for name, (content, _) in contents.items():
        (folder / name).write_bytes(content)
    (folder / "zz-news.jsonl").write_text(record(5_000_000), encoding="utf-8")
    options = "--max-whole 1M --max-members 200 --max-words 2000 --max-letters 50000 --max-word-letters 1000"
    options += " --max-articles 900 --max-skipped 100 --max-tags 4000"
    command = [sys.executable, "-m", "khabar", "index", "bombs", "--index", "ix", "--format", "json"]
    command += options.split()
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    job = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, env=environment)
    assert job.returncode == 1
    said = json.loads(job.stdout)
    told: dict[str, set[str]] = {}
    for each in said["skipped"]:
        told.setdefault(Path(each["path"].partition("!")[0]).name, set()).add(each["kind"])
    assert {name: kind for name, (_, kind) in contents.items() if kind not in told.get(name, ())} == {}
    with khabar.open_index(tmp_path / "ix") as index:
        # Everything before the limits is there: 200 of each archive and 900 of the array.
        assert "5000000" in index and len(index) > 1300 and "1899" in index and "1900" not in index
    again = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, env=environment)
    said = json.loads(again.stdout)
    # Nothing is read again, and everything that was left out is still listed.
    assert (again.returncode, said["skipped"]) == (0, []) and said["skipped_before"] > 100


def deep(levels: int) -> bytes:
    content = b"x"
    for _ in range(levels):
        content = gzip.compress(content)
    return content


@pytest.mark.parametrize("text", ["أ" * 3_000_000, "ab1" * 1_000_000, "1" * 3_000_000, "أَ" * 1_000_000])
def test_the_memory_for_a_long_word_does_not_grow_with_its_steps(text: str) -> None:
    tracemalloc.start()
    try:
        [word] = words(text)
        assert word == text
        # The word twice, with at most four bytes per character. Earlier every step was kept: 26 bytes or
        # more.
        assert tracemalloc.get_traced_memory()[1] < 9 * len(text)
    finally:
        tracemalloc.stop()


def test_too_many_values_of_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MOST_VALUES", 1000)
    for found in (json_records.lines(["[" * 3000]), json_records.lines([" " * 2500 + "{}]"])):
        [(_, error)] = found
        assert isinstance(error, Unreadable)
    [(_, error)] = json_records.lines(['{"a":[' + "[]," * 1000 + "[]]}"])
    assert isinstance(error, Unreadable) and error.reason.kind == "too-many-values"
    [(_, error)] = json_records.document(["[[" + "[]," * 1000 + "[]]]"], 1 << 26)
    assert isinstance(error, Unreadable) and error.reason.kind == "too-many-values"


def test_too_many_cells() -> None:
    lines = iter(["title,text\n", "a" + "," * 200_000 + "\n", "a,b\n"])
    _, (_, error), (_, row) = rows(lines)
    assert isinstance(error, Unreadable) and error.reason.kind == "too-many-columns" and row == ["a", "b"]
