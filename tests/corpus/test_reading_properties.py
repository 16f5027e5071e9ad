"""Properties for any content of a file: no exception, no silent loss, and the same result twice."""

import gzip
import json
import tarfile
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_helpers import jsonl, record, warc, zipped

from khabar.corpus import Article, ReadReport, read
from khabar.corpus.limits import ReadLimits

NAMES = st.sampled_from(["a.txt", "a", "a.json", "a.jsonl", "a.zip", "a.gz", "a.jsonl.gz", "a.txt.gz"])
WIDE = ReadLimits(words=10**8, letters=10**8, word_letters=10**8)
PIECES = st.sampled_from(
    [
        b"",
        "قال الوزير إن الجسر سيفتتح غدا.\n".encode(),
        "خبر عاجل\n".encode("cp1256"),
        "خبر عاجل\n".encode("utf-16"),
        b"\x00\x01\xff\xfe",
        b"\xef\xbb\xbf",
        b"[",
        b"]",
        b'{"title": "a", "text": "b"}\n',
        b'{"title": "\\ud800", "id": 3}\n',
        b'{"articles": [1, {"title": {}}]}',
        b",",
        b'"',
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
    ]
)
CONTENTS = st.one_of(
    st.binary(max_size=200), st.lists(PIECES, max_size=8).map(b"".join), st.text(max_size=80).map(str.encode)
)


def outcome(path: Path) -> tuple[list[Article], ReadReport]:
    report = ReadReport()
    articles = list(read(path, report=report))
    assert report.files == 1
    assert report.articles == len(articles)
    assert articles or report.skipped
    for article in articles:
        assert article.id.strip() == article.id != ""
        assert article.title.strip() == article.title != ""
        # All of it can be written to a file.
        article.fingerprint().encode()
        named = (article.id, article.source, article.author, article.url, article.path)
        "".join([*named, *(passage.text for passage in article.passages())]).encode()
        assert all(passage.text.strip() == passage.text != "" for passage in article.passages())
        assert not any("\0" in passage.text or "\n" in passage.text for passage in article.passages())
    for skipped in report.skipped:
        assert skipped.reason
        str(skipped).encode()
    return articles, report


@given(NAMES, CONTENTS)
@settings(max_examples=300, deadline=None)
def test_any_bytes(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        assert outcome(path) == outcome(path)


@given(NAMES, CONTENTS, st.integers(0, 400), st.integers(0, 255), st.booleans(), st.floats(0.1, 1))
@settings(max_examples=300, deadline=None)
def test_any_damage_to_an_archive(
    name: str, content: bytes, at: int, byte: int, in_zip: bool, share: float
) -> None:
    data = bytearray(zipped({name: content}) if in_zip else gzip.compress(content))
    data[at % len(data)] = byte
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("a.zip" if in_zip else "a.gz")
        path.write_bytes(bytes(data[: max(5, int(len(data) * share))]))
        outcome(path)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["title", "text", "id", "url", "date", "author", "source", "data", "x"]),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=15,
)


@given(JSON, st.sampled_from(["a.json", "a.jsonl", "a.txt"]))
@settings(max_examples=300, deadline=None)
def test_any_json(value: Any, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(json.dumps(value))
        assert outcome(path) == outcome(path)


def test_fifty_megabytes_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("قال الوزير إن الجسر سيفتتح غدا " * 900_000, encoding="utf-8")
    assert path.stat().st_size > 50_000_000
    start = time.process_time()
    (article,) = read(path, limits=WIDE)
    assert time.process_time() - start < 10
    assert len(article.title) <= 91


@pytest.mark.parametrize(
    "line",
    ["ً" * 5_000_000, "." * 5_000_000, "-\n" * 500_000, "<p " * 2_000_000],
    ids=["marks", "stops", "rules", "tags"],
)
def test_large_texts_without_much_in_them(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"title": "خبر", "text": line}), encoding="utf-8")
    start = time.process_time()
    assert len(list(read(path, limits=WIDE))) == 1
    assert time.process_time() - start < 15


@pytest.mark.parametrize("compressed", [False, True])
def test_lines_are_streamed(tmp_path: Path, compressed: bool) -> None:
    line = jsonl(record(1, text="قال الوزير إن الجسر سيفتتح غدا. " * 200, id=1)).encode()
    path = tmp_path / ("a.jsonl.gz" if compressed else "a.jsonl")
    with gzip.open(path, "wb", compresslevel=1) if compressed else path.open("wb") as file:
        for _ in range(2_000):
            file.write(line)
    assert len(line) * 2_000 > 20_000_000
    assert peak(read(path)) < 3_000_000


@pytest.mark.parametrize("kind", ["csv", "tar", "warc"])
def test_records_and_members_are_streamed(tmp_path: Path, kind: str) -> None:
    text = "قال الوزير إن الجسر سيفتتح غدا. " * 200
    path = tmp_path / f"a.{kind}"
    with path.open("wb") as file:
        if kind == "csv":
            file.write(b"title,text\n")
        for number in range(1_000):
            if kind == "csv":
                file.write(f'خبر {number},"{text}\n"\n'.encode())
            elif kind == "warc":
                file.write(
                    warc({f"https://n.example/{number}": f"خبر {number} {text}"}, status="404 Not Found")
                )
            else:
                member = tarfile.TarInfo(f"{number}.txt")
                data = f"خبر {number}\n{text}".encode()
                member.size = len(data)
                file.write(member.tobuf() + data + bytes(-len(data) % 512))
    assert path.stat().st_size > 10_000_000
    # Modules imported by the first reading are not measured.
    list(read(path))
    assert peak(read(path)) < 4_000_000


def test_many_files_take_no_more_memory_than_one(tmp_path: Path) -> None:
    for number in range(100):
        text = f"قال الوزير {number} إن الجسر سيفتتح غدا. " * 5_000
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    assert peak(read(tmp_path)) < 5_000_000


def peak(articles: Iterator[Article]) -> int:
    tracemalloc.start()
    try:
        for _ in articles:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
