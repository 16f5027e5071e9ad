"""What costs more than news ever does is left out with its reason, in bounded memory and time; what came
before it is committed, and the next run is no different."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import random
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import khabar
from khabar.cli.inputs import _USUAL
from khabar.corpus import ReadReport, read
from khabar.corpus.limits import Clock, Limits
from khabar.corpus.reason_texts import REASONS
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
    assert len(list(read(tmp_path, report=report, limits=Limits(**limits)))) == articles
    assert report.articles == articles
    found = [each for each in kinds(report) if each != "broken-zip"]
    assert found == ([kind] if kind else [])
    assert all(each.reason.unread for each in report.skipped)


def test_the_ratio(tmp_path: Path) -> None:
    # 34 MB of lines that are all alike: more than any news gives, and more than small files may give.
    line = (record(1) + "\n").encode()
    packed = lzma.compress(line * (34_000_000 // len(line)), preset=0)
    assert len(packed) * 100 < 1 << 25
    (tmp_path / "a.jsonl.xz").write_bytes(packed)
    report = ReadReport()
    for _ in read(tmp_path, report=report, limits=Limits(articles=3)):
        pass
    assert kinds(report) == ["too-many-articles"]
    report = ReadReport()
    for _ in read(tmp_path, report=report):
        pass
    assert kinds(report)[-1] == "too-much-unpacked" and report.articles
    report = ReadReport()
    for _ in read(tmp_path, report=report, limits=Limits(ratio=34_000_000 // len(packed) + 2)):
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
    got = list(read(tmp_path, report=report, limits=Limits(seconds=8)))
    assert 0 < len(got) < 10 and kinds(report) == ["too-slow"]


def test_time_that_others_take_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("khabar.corpus.limits.time.monotonic", lambda: now)
    clock = Clock(10)
    for _ in clock.timed(range(5)):
        now += 100
    assert not clock.over


def test_new_words_of_a_file(tmp_path: Path, new_index: Callable[..., khabar.Index]) -> None:
    news = tmp_path / "news"
    news.mkdir()
    many = "\n".join(record(number, distinct(100, number)) for number in range(1, 60))
    (news / "a.jsonl").write_text(record(1000), encoding="utf-8")
    (news / "b.jsonl").write_text(many, encoding="utf-8")
    (news / "c.jsonl").write_text(record(2000), encoding="utf-8")
    index = new_index()
    report = index.update(news, options=UpdateOptions(limits=Limits(vocabulary=2000)))
    assert [(Path(each.path).name, each.reason.kind) for each in report.skipped] == [
        ("b.jsonl", "too-many-distinct")
    ]
    # What came before is there, and so are the other files.
    assert 20 <= len(index) - 2 <= 25 and "1000" in index and "2000" in index
    # The same again is nothing new; another limit reads the file again.
    again = index.update(news, options=UpdateOptions(limits=Limits(vocabulary=2000)))
    assert (again.read, again.skipped_before) == (0, 1)
    assert index.update(news, options=UpdateOptions()).ok and len(index) == 61


def test_a_commit_comes_early_for_much(
    tmp_path: Path, new_index: Callable[..., khabar.Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("khabar.upkeep.workers.MOST_NEW_TERMS", 500)
    index = new_index()
    commits = []
    monkeypatch.setattr(index, "_write_meta", lambda: commits.append(1))
    index.add(khabar.Article(str(n), "خبر", (distinct(100, n),)) for n in range(50))
    assert 8 <= len(commits) <= 11 and len(index) == 50


def test_the_defaults_of_the_options_are_those_of_the_library() -> None:
    usual = Limits()
    assert {name: getattr(usual, name) for name in _USUAL} == {**_USUAL, "whole": 64 << 20}
    assert list(_USUAL) == list(Limits.__struct_fields__)


def test_every_limit_names_its_option_in_both_languages() -> None:
    for kind, option in (
        ("too-large", "--max-bytes"),
        ("too-deep", "--max-depth"),
        ("too-much-unpacked", "--max-ratio"),
        ("too-many-members", "--max-members"),
        ("too-many-articles", "--max-articles"),
        ("too-many-words", "--max-words"),
        ("too-many-distinct", "--max-vocabulary"),
        ("too-slow", "--max-seconds"),
    ):
        assert all(option in text for text in REASONS[kind])


def bombs(folder: Path) -> None:
    """Small files that give much."""
    folder.mkdir()
    million = b"\0" * (1 << 20)
    packer = lzma.LZMACompressor(preset=6)
    with (folder / "zeros.txt.xz").open("wb") as file:
        for _ in range(1500):
            file.write(packer.compress(million))
        file.write(packer.flush())
    words = (distinct(1_000_000) + "\n").encode()
    (folder / "distinct.txt.xz").write_bytes(lzma.compress(words, preset=0))
    (folder / "distinct.txt").write_bytes(words * 2)
    (folder / "distinct.jsonl.gz").write_bytes(
        gzip.compress("\n".join(record(10**6 + n, distinct(150_000, n)) for n in range(12)).encode(), 1)
    )
    (folder / "lines.jsonl.xz").write_bytes(
        lzma.compress("\n".join(record(n, f"نص {n}") for n in range(150_000)).encode(), preset=0)
    )
    (folder / "letters.txt.gz").write_bytes(gzip.compress("ا ب ت ".encode() * 8_000_000))
    (folder / "hex.txt").write_text(random.Random(3).randbytes(6_000_000).hex(), encoding="utf-8")
    (folder / "deep.json").write_text("[" * 10_000_000, encoding="utf-8")
    (folder / "lists.json").write_text("[" + "[]," * 8_000_000 + "[]]", encoding="utf-8")
    (folder / "names.zip").write_bytes(zipped(20_000))
    (folder / "tags.html").write_text("<p>" * 4_000_000, encoding="utf-8")
    (folder / "z-news.jsonl").write_text(record(5_000_000), encoding="utf-8")


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="needs the memory that a process took")
def test_a_folder_of_bombs_is_read_in_two_gigabytes(tmp_path: Path) -> None:
    bombs(tmp_path / "bombs")
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "khabar", "index", "bombs", "--index", "ix", "--format", "json"]
    job = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, env=environment)
    assert job.stdout is not None
    said = json.loads(job.stdout.read())
    _, status, usage = os.wait4(job.pid, 0)
    job.returncode = os.waitstatus_to_exitcode(status)
    assert job.returncode == 1
    # In kilobytes, except on macOS.
    assert usage.ru_maxrss < 2 * (1 << 20) * (1024 if sys.platform == "darwin" else 1)
    reasons = {Path(each["path"]).name: each["kind"] for each in said["skipped"]}
    assert reasons["distinct.txt"] == reasons["distinct.txt.xz"] == "too-many-words"
    assert reasons["zeros.txt.xz"] in ("too-much-unpacked", "binary", "too-large")
    with khabar.open_index(tmp_path / "ix") as index:
        assert "5000000" in index and len(index) > 100_000
    again = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, env=environment)
    assert again.returncode == 0 and json.loads(again.stdout)["files"]
