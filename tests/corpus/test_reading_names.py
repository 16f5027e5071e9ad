"""Names in archives and on disk, in any encoding: distinct, readable, and never the same for two files."""

from __future__ import annotations

import io
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus.names import member_name, readable_path, zip_name

NAMES = ("خبر.txt", "نصر.txt", "أسعار النفط/في السوق.txt", "٢٠٢٤.txt", "إعلان رقم 3، هام.txt", "إعلان.txt")
CUT = "خبر".encode()[:-1]
"""The rest of a name that was too long for its field."""
PAGES = ("utf-8", "cp1256", "cp720", "iso8859_6")


def text(number: int) -> bytes:
    return f"عنوان الخبر {number}\nنص الخبر رقم {number} في هذه الجريدة.".encode()


def tar(members: list[tuple[bytes, bytes]]) -> bytes:
    """A tar file of the old form, with names as bytes."""
    blocks = b""
    for name, content in members:
        header = bytearray(tarfile.TarInfo("x").tobuf(tarfile.USTAR_FORMAT))
        header[:100] = name.ljust(100, b"\0")
        header[124:136] = b"%011o\0" % len(content)
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\0 " % sum(header)
        blocks += bytes(header) + content + b"\0" * (-len(content) % 512)
    return blocks + b"\0" * 1024


def zipped(
    members: list[tuple[bytes, bytes]], utf8: bool = False, unicode: Callable[[bytes], bytes] | None = None
) -> bytes:
    """A zip file with names as bytes, as other programs write it."""
    local = directory = b""
    for name, content in members:
        told = unicode(name) if unicode else b""
        extra = struct.pack("<HHBI", 0x7075, 5 + len(told), 1, crc32(name)) + told if unicode else b""
        common = struct.pack(
            "<HHHHHIIIHH",
            20,
            0x800 if utf8 else 0,
            0,
            0,
            33,
            crc32(content),
            len(content),
            len(content),
            len(name),
            len(extra),
        )
        entry = struct.pack("<HHHII", 0, 0, 0, 0, len(local))
        directory += b"PK\1\2\x14\0" + common + entry + name + extra
        local += b"PK\3\4" + common + name + extra + content
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(local), 0)
    return local + directory + b"PK\5\6" + end


def encodable(name: str, page: str) -> bool:
    """Whether a name can be told; «نصر» in ISO 8859-6 is «وصر» in Windows-1256."""
    return name.encode(page, "ignore").decode(page) == name and (page, name) != ("iso8859_6", "نصر.txt")


def shown(result: Any) -> list[str]:
    return [article.path.split("!")[1] for article in result.articles]


@pytest.mark.parametrize("page", PAGES)
def test_arabic_names(reading_bytes: Any, page: str) -> None:
    names = [name for name in NAMES if encodable(name, page)]
    members = [(name.encode(page), text(number)) for number, name in enumerate(names)]
    for archive in ("a.tar", "a.zip"):
        result = reading_bytes(archive, tar(members) if archive == "a.tar" else zipped(members))
        assert shown(result) == names and result.report.ok
        assert len({article.id for article in result.articles}) == len(names)
    # Without its directory the same members are found by their own headers.
    whole = zipped(members)
    assert shown(reading_bytes("a.zip", whole[: whole.index(b"PK\1\2")])) == names


def test_latin_names_are_not_read_as_arabic(reading_bytes: Any) -> None:
    names = ["café.txt", "Ñandú.txt"]
    archive = zipped([(name.encode("cp437"), text(number)) for number, name in enumerate(names)])
    assert shown(reading_bytes("a.zip", archive)) == names


def test_a_zip_file_tells_its_names_in_unicode(reading_bytes: Any) -> None:
    members = [(b"???%d.txt" % number, text(number)) for number in range(2)]
    told = {name: NAMES[number].encode() for number, (name, _) in enumerate(members)}
    assert shown(reading_bytes("a.zip", zipped(members, unicode=told.__getitem__))) == list(NAMES[:2])
    # A field that belongs to another name, since a program changed the one and not the other, does not count.
    wrong = struct.pack("<HHBI", 0x7075, 9, 1, 5) + "خبر".encode()[:4]
    assert zip_name(b"a.txt", False, wrong) == "a.txt"
    assert shown(reading_bytes("a.zip", zipped([(NAMES[0].encode(), text(1))], utf8=True))) == [NAMES[0]]


def test_names_of_europe_in_a_zip_file_are_in_cp437() -> None:
    assert zip_name("Müller-été.txt".encode("cp437"), False) == "Müller-été.txt"
    assert zip_name("été.txt".encode(), True) == "été.txt"


def test_pax_and_gnu_names(reading_bytes: Any) -> None:
    name = "أخبار/" + "خبر طويل الاسم " * 12 + ".txt"
    for form, encoding in ((tarfile.PAX_FORMAT, "utf-8"), (tarfile.GNU_FORMAT, "cp1256")):
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w", format=form, encoding=encoding) as archive:
            member = tarfile.TarInfo(name)
            member.size = len(text(1))
            archive.addfile(member, io.BytesIO(text(1)))
        assert shown(reading_bytes("a.tar", file.getvalue())) == [name]


def test_bytes_that_are_not_a_name_stay_different(reading_bytes: Any) -> None:
    members = [
        (b"\x81\xfe.txt", text(1)),
        (b"\xfe\x81.txt", text(2)),
        (b"\xff.txt", text(3)),
        ("خبر".encode()[:-1] + b".txt", text(4)),
    ]
    for result in (reading_bytes("a.tar", tar(members)), reading_bytes("a.zip", zipped(members))):
        assert len(set(shown(result))) == len({article.id for article in result.articles}) == 4
        assert result.report.ok
    assert member_name(CUT) == "خب\\xd8"


@pytest.mark.parametrize("make", [tar, zipped])
def test_two_members_of_one_name_are_both_read(reading_bytes: Any, make: Callable[..., bytes]) -> None:
    twice = [(NAMES[0].encode(), text(1)), (NAMES[0].encode(), text(2)), (NAMES[0].encode("cp1256"), text(3))]
    result = reading_bytes("a", make(twice))
    assert len({article.id for article in result.articles}) == 3 and result.report.ok
    assert [article.id for article in reading_bytes("a", make(twice)).articles] == [
        article.id for article in result.articles
    ]
    # The same article again is the same article.
    assert len({article.id for article in reading_bytes("a", make([twice[0], twice[0]])).articles}) == 1


def test_names_on_disk(reading: Any, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for number, name in enumerate(
        (NAMES[0].encode("cp1256"), NAMES[1].encode("cp1256"), b"\xff\xfe.txt", b"\xfe\xff.txt")
    ):
        try:
            Path(os.fsdecode(folder + b"/" + name)).write_bytes(text(number))
        except OSError:
            pytest.skip("this file system has no such names")
    result = reading(tmp_path)
    names = {Path(article.path).name for article in result.articles}
    assert names == {NAMES[0], NAMES[1], "\\xff\\xfe.txt", "\\xfe\\xff.txt"}
    assert len({article.id for article in result.articles}) == 4


@given(st.binary(min_size=1, max_size=40), st.binary(min_size=1, max_size=40))
def test_different_bytes_are_different_names_in_one_encoding(one: bytes, two: bytes) -> None:
    first, second = member_name(one), member_name(two)
    for name in (first, second, zip_name(one, False), readable_path(os.fsdecode(one))):
        name.encode()
    if one != two and b"\\" not in one + two and first == second:
        # The same name in two encodings.
        assert any(first.encode(page, "ignore") == one for page in PAGES)
        assert any(first.encode(page, "ignore") == two for page in PAGES)


def test_a_zip_file_of_python_is_as_it_was(reading_bytes: Any) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, name in enumerate(NAMES):
            archive.writestr(name, text(number))
    assert shown(reading_bytes("a.zip", file.getvalue())) == list(NAMES)
