"""Gzip and zip files: whole, cut short, encrypted, too large, and nested."""

import bz2
import gzip
import io
import lzma
import random
import re
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from reading_helpers import Result, jsonl, named, record, zipped

from khabar.corpus import read
from khabar.corpus.limits import ReadLimits

TEXT = "افتتاح جسر المرفأ\nافتتح الوزير الجسر أمس."
NOISE = random.Random(5)


def many(count: int) -> str:
    """Records that do not compress well, so that a cut archive contains some of them."""
    return jsonl(*(record(n, noise=NOISE.randbytes(200).hex()) for n in range(count)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt.gz", gzip.compress(TEXT.encode())),
        ("a.gz", gzip.compress(TEXT.encode())),
        ("a", gzip.compress(TEXT.encode())),
        ("a.zip", zipped({"a.txt": TEXT})),
        ("a.zip", zipped({"a.txt": TEXT}, zipfile.ZIP_BZIP2)),
        ("a.zip", zipped({"دليل/خبر.txt": TEXT})),
        ("a.zip.gz", gzip.compress(zipped({"a.txt": TEXT}))),
        ("a.zip", zipped({"b.zip": zipped({"a.txt.gz": gzip.compress(TEXT.encode())})})),
        ("a.txt.gz", TEXT.encode()),
    ],
    ids=named,
)
def test_containers(reading_bytes: Any, name: str, content: bytes) -> None:
    result: Result = reading_bytes(name, content)
    assert result.titles == ["افتتاح جسر المرفأ"]
    assert result.report.ok
    assert result.report.files == 1


def test_lines_in_gzip_in_zip(reading_bytes: Any) -> None:
    content = zipped({"x/b.jsonl.gz": gzip.compress(jsonl(record(1), record(2)).encode()), "a.txt": TEXT})
    result: Result = reading_bytes("n.zip", content)
    assert len(result.articles) == 3
    assert [article.path.split("n.zip")[1] for article in result.articles] == [
        "!x/b.jsonl.gz#1",
        "!x/b.jsonl.gz#2",
        "!a.txt",
    ]


def test_paths_of_articles(reading_bytes: Any, tmp_path: Path) -> None:
    assert reading_bytes("a.txt.gz", gzip.compress(TEXT.encode())).articles[0].path == str(
        tmp_path / "a.txt.gz"
    )


def test_folders_hidden_files_and_those_of_macos_are_skipped(reading_bytes: Any) -> None:
    members: dict[str, bytes | str] = {
        ".hidden.txt": TEXT,
        "__MACOSX/._a.txt": b"\0\1",
        "x/": b"",
        "x/a.txt": TEXT,
    }
    result: Result = reading_bytes("a.zip", zipped(members))
    assert len(result.articles) == 1
    assert result.report.ok


def test_other_formats_in_an_archive(reading_bytes: Any) -> None:
    result: Result = reading_bytes(
        "a.zip", zipped({"a.jpg": b"\xff\xd8", "b.xyz": zipped({"c.txt": TEXT}), "d.txt": TEXT})
    )
    assert len(result.articles) == 1
    assert [skipped.path.split("!")[-1] for skipped in result.report.skipped] == ["b.xyz"]
    assert [note.path.split("!")[-1] for note in result.report.notes] == ["a.jpg"]
    assert all("not a format that khabar reads" in reason for reason in result.reasons)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.zip", zipped({}), "it contains no files"),
        ("a.zip", b"", "the file is empty"),
        ("a.zip", TEXT.encode(), "its name says zip archive, but its content is something else"),
        ("a.txt.gz", gzip.compress(b""), "the file is empty"),
        ("a.gz", b"\0\1\2\3" * 50, "not text"),
        (
            "a.tar.gz",
            gzip.compress(b"a.txt" + bytes(500)),
            "its name says tar archive, but its content is something else",
        ),
        ("a.zip", zipped({"a.txt": b""}), "the file is empty"),
    ],
    ids=named,
)
def test_nothing_to_read(reading_bytes: Any, name: str, content: bytes, reason: str) -> None:
    result: Result = reading_bytes(name, content)
    assert not result.articles
    assert len(result.reasons) == 1
    assert reason in result.reasons[0]


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_gzip_file_cut_short_is_read_up_to_the_cut(reading_bytes: Any, share: float) -> None:
    whole = gzip.compress(many(1000).encode())
    result: Result = reading_bytes("a.jsonl.gz", whole[: int(len(whole) * share)])
    assert abs(len(result.articles) - 1000 * share) < 50
    assert "cannot be read to the end" in result.reasons[-1]


def test_a_text_in_a_gzip_file_cut_short(reading_bytes: Any) -> None:
    text = TEXT + "\n" + "\n".join(NOISE.randbytes(50).hex() for _ in range(500))
    result: Result = reading_bytes("a.txt.gz", gzip.compress(text.encode())[:-2000])
    assert result.titles == ["افتتاح جسر المرفأ"]
    assert len(result.report.skipped) == 1


def test_rubbish_after_a_gzip_file_is_reported(reading_bytes: Any) -> None:
    result: Result = reading_bytes("a.txt.gz", gzip.compress(TEXT.encode()) + b"rubbish")
    assert len(result.articles) == 1
    assert len(result.report.skipped) == 1


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_zip_file_cut_short_is_read_up_to_the_cut(reading_bytes: Any, method: int, share: float) -> None:
    whole = zipped({"a/": b"", **{f"a/{n}.jsonl": many(100) for n in range(10)}}, method)
    result: Result = reading_bytes("a.zip", whole[: int(len(whole) * share)])
    assert abs(len(result.articles) - 1000 * share) < 60
    assert "the zip archive is broken" in result.reasons[0]


def test_a_zip_file_that_was_written_to_a_pipe_and_cut_short(reading_bytes: Any) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: Any) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(3):
            archive.writestr(f"{n}.txt", TEXT + f"\n{n}")
    result: Result = reading_bytes("a.zip", pipe.getvalue()[:-60])
    assert len(result.articles) == 3


def test_a_damaged_member_does_not_hide_the_others(reading_bytes: Any) -> None:
    content = bytearray(zipped({f"{n}.txt": f"{TEXT}\n{NOISE.randbytes(300).hex()}" for n in range(3)}))
    at = content.index(b"1.txt") + 100
    content[at : at + 40] = b"\xff" * 40
    result: Result = reading_bytes("a.zip", bytes(content))
    assert {"0.txt", "2.txt"} <= {article.path.split("!")[1] for article in result.articles}
    assert [skipped.path.split("!")[1] for skipped in result.report.skipped] == ["1.txt"]


@pytest.mark.parametrize("cut", [0, 60])
def test_encrypted_members_are_reported(reading_bytes: Any, cut: int) -> None:
    content = bytearray(zipped({"a.txt": TEXT, "b.txt": TEXT}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    result: Result = reading_bytes("a.zip", bytes(content[: len(content) - cut]))
    assert len(result.articles) == 1
    assert "it is encrypted" in result.reasons


def test_an_unknown_compression_is_reported(reading_bytes: Any) -> None:
    content = bytearray(zipped({"a.txt": TEXT}))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", content, content.index(signature) + offset, 99)
    assert "cannot be unpacked" in reading_bytes("a.zip", bytes(content)).reasons[0]
    assert "cannot be unpacked" in reading_bytes("a.zip", bytes(content[:-30])).reasons[-1]


def test_archives_in_archives_in_archives(reading_bytes: Any) -> None:
    content = TEXT.encode()
    for level in range(ReadLimits().depth + 1):
        content = zipped({"a.zip" if level else "a.txt": content})
    result: Result = reading_bytes("a.zip", content)
    assert not result.articles
    assert result.reasons == [
        "archives, and files within files, are nested deeper than the limit of 4 (--max-depth)"
    ]


LARGE = re.compile(r"(larger than the limit of|more than) 10\d,\d00 bytes")


@pytest.mark.parametrize(
    ("name", "content", "articles"),
    [
        ("a.txt.gz", gzip.compress(b"a " * 10**6), 0),
        ("a.zip", zipped({"a.txt": b"a " * 10**6, "b.txt": TEXT}), 1),
        ("a.zip", zipped({"a.txt": b"a " * 10**6, "b.txt": TEXT})[:-60], 1),
        ("a.zip", zipped({"b.zip": zipped({"a.txt": bytes(10**6)})}), 0),
        ("a.txt", b"a " * 10**6, 0),
        ("a.json", b'{"title":"' + b"a " * 10**6 + b'"}', 0),
        ("a.json", b'[{"title":"' + b"a " * 10**6 + b'"}]', 0),
        ("a.jsonl", jsonl(record(1)).encode() + b"{" + b" " * 10**6, 1),
        ("a.jsonl.gz", gzip.compress(jsonl(record(1)).encode() + b"\n" * 10**6), 1),
    ],
    ids=named,
)
def test_what_is_too_large(reading_bytes: Any, name: str, content: bytes, articles: int) -> None:
    result: Result = reading_bytes(name, content, max_bytes=100_000)
    assert len(result.articles) == articles
    assert [
        LARGE.search(reason) is not None for reason in result.reasons if "zip archive is broken" not in reason
    ] == [True]


def test_lines_on_the_disk_may_be_more_than_the_limit_together(reading_bytes: Any) -> None:
    result: Result = reading_bytes("a.jsonl", many(300), max_bytes=10_000)
    assert len(result.articles) == 300
    assert result.report.ok


def test_an_archive_may_be_left_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing stays open, nothing stays on the disk, and it can be read again from its beginning."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.zip").write_bytes(
        zipped({"a.zip": zipped({"a.jsonl.gz": gzip.compress(many(10).encode())})})
    )
    before = _open_files()
    articles = read(tmp_path / "news")
    first = next(articles)
    articles.close()  # type: ignore[attr-defined]
    assert _open_files() == before
    assert not list((tmp_path / "temporary").iterdir())
    again = list(read(tmp_path / "news"))
    assert again[0] == first and len(again) == 10


def _open_files() -> list[str]:
    """The files that this process has open; empty if the system does not list them."""
    folder = Path("/proc/self/fd")
    # The folder itself is open meanwhile.
    there = list(folder.iterdir()) if folder.is_dir() else []
    return sorted(
        str(each.readlink()) for each in there if each.exists() and "/fd" not in str(each.readlink())
    )


def test_a_member_without_a_name(reading_bytes: Any) -> None:
    content = zipped({"a": TEXT}).replace(b"\x01\x00\x00\x00a", b"\x00\x00\x00\x00")
    assert reading_bytes("a.zip", content).reasons
    named = bytearray(zipped({"a": TEXT, "b.txt": TEXT}))
    directory = named.index(b"PK\x01\x02")
    named[directory + 46 : directory + 47] = b"\0"  # cut off at the NUL: the name is ""
    assert len(reading_bytes("a.zip", bytes(named)).articles) == 1


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(b"x" * 30_000_000),
        bz2.compress(b"x" * 30_000_000),
        lzma.compress(b"x" * 30_000_000),
        gzip.compress(gzip.compress(b"x" * 30_000_000)),
    ],
    ids=["gzip", "bzip2", "xz", "gzip twice"],
)
def test_bombs_end_at_the_limit(reading_bytes: Any, packed: bytes) -> None:
    result: Result = reading_bytes("a", packed, max_bytes=1_000_000)
    assert not result.articles
    assert re.search(r"(larger than the limit of|more than) [\d,]+ bytes", result.reasons[-1])


def test_members_that_share_their_bytes_end_at_the_limit_together(reading_bytes: Any) -> None:
    """As in Fifield's «A better zip bomb»: every entry of the directory names the same megabyte."""
    one = zipped({"a.txt": b"x" * 1_000_000})
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    entries = one[start:end] * 300
    tail = bytearray(one[end:])
    struct.pack_into("<HHI", tail, 8, 300, 300, len(entries))
    result: Result = reading_bytes("a.zip", one[:start] + entries + bytes(tail), max_bytes=2_000_000)
    assert len(result.articles) <= 3
    assert re.search(r"(larger than the limit of|more than) [\d,]+ bytes", result.reasons[-1])


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "/etc/passwd.txt", "C:\\\\a.txt", "a\x1b[2J.txt", "\u202ea.txt"]
)
def test_a_name_is_a_label(reading_bytes: Any, name: str, tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(TEXT.encode())
        archive.addfile(member, io.BytesIO(TEXT.encode()))
    for content in (file.getvalue(), zipped({name: TEXT})):
        assert len(reading_bytes("a", content).articles) == 1
        assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_links_in_archives_are_not_followed(reading_bytes: Any) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            member = tarfile.TarInfo(f"{kind!r}.txt")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
        member = tarfile.TarInfo("a.txt")
        member.size = len(TEXT.encode())
        archive.addfile(member, io.BytesIO(TEXT.encode()))
    result: Result = reading_bytes("a.tar", file.getvalue())
    assert len(result.articles) == 1
    assert len(result.reasons) == 4
    assert all("not read in archives" in reason for reason in result.reasons)


def three_in_a_tar() -> bytes:
    """A tar file of three articles: a header and a block for each, then the end mark."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for n in range(3):
            data = f"{TEXT}\n{n}".encode()
            member = tarfile.TarInfo(f"{n}.txt")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def test_a_broken_tar_is_read_on_after_the_break(reading_bytes: Any) -> None:
    content = bytearray(three_in_a_tar())
    content[1024:1030] = b"\xff" * 6
    result: Result = reading_bytes("a.tar", bytes(content))
    assert [article.paragraphs[-1] for article in result.articles] == ["0", "2"]
    assert [each.reason.kind for each in result.report.skipped] == ["broken-tar"]


@pytest.mark.parametrize(
    ("end", "articles", "kinds"),
    [
        (2048, 2, ["tar-without-end"]),
        (2039, 2, ["tar-without-end"]),
        (1548, 2, ["cut-short", "tar-ends-inside"]),
        (1500, 1, ["broken-tar"]),
    ],
)
def test_a_tar_that_was_cut_short(reading_bytes: Any, end: int, articles: int, kinds: list[str]) -> None:
    result: Result = reading_bytes("a.tar", three_in_a_tar()[:end])
    assert len(result.articles) == articles
    assert [each.reason.kind for each in result.report.skipped] == kinds
