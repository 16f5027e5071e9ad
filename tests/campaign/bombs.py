"""Indexes files that are made to take much memory or time, and measures what they take.

``python tests/campaign/bombs.py`` makes each bomb in a folder beside one good article, indexes that with
``khabar index``, and prints the seconds, the most memory of the process and its workers together, the exit
status, the articles and why the rest was left out. Then it indexes again, and looks that the good article is
there and that nothing is read twice. ``--together`` puts all bombs into one folder. Names choose some of
them. ``--python`` names the interpreter whose khabar is to be measured.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import json
import lzma
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["BOMBS", "Cost", "cost_of", "distinct", "record"]

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
TEXT = "وصل لافروف إلى بيروت والتقى الرئيس في القصر."
GOOD = "good-article"
MEBIBYTE = 1 << 20


def record(name: object, text: str = TEXT) -> str:
    """A line of JSON with an article."""
    return json.dumps({"id": str(name), "title": f"خبر {name}", "text": text}, ensure_ascii=False)


def distinct(count: int, seed: int = 1, letters: int = 8) -> str:
    """So many words, nearly all of them different."""
    dice = random.Random(seed)
    choose = dice.choices("".join(LETTERS), k=count * letters)
    return " ".join("".join(choose[at : at + letters]) for at in range(0, count * letters, letters))


def zeros(size: int) -> Iterator[bytes]:
    for _ in range(size >> 20):
        yield bytes(MEBIBYTE)


def repeated(size: int) -> Iterator[bytes]:
    lines = (record("same") + "\n").encode()
    piece = lines * (MEBIBYTE // len(lines))
    for _ in range(size >> 20):
        yield piece


def xz(parts: Iterator[bytes], preset: int = 6) -> Iterator[bytes]:
    packer = lzma.LZMACompressor(preset=preset)
    for part in parts:
        yield packer.compress(part)
    yield packer.flush()


def bzip2(parts: Iterator[bytes]) -> Iterator[bytes]:
    packer = bz2.BZ2Compressor()
    for part in parts:
        yield packer.compress(part)
    yield packer.flush()


def gz(parts: Iterator[bytes]) -> Iterator[bytes]:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as file:
        for part in parts:
            file.write(part)
    yield buffer.getvalue()


def in_zip(members: Iterator[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def in_tar(members: Iterator[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def texts(count: int) -> Iterator[tuple[str, bytes]]:
    for number in range(count):
        yield f"{number}.txt", f"خبر {number}\n\n{TEXT}".encode()


def nested(levels: int, width: int) -> bytes:
    """Archives in archives: so many in each, so many levels."""
    content = in_zip(iter([("zeros.txt", bytes(MEBIBYTE))]))
    for _ in range(levels):
        content = in_zip((f"{number}.zip", content) for number in range(width))
    return content


def words_by_line(size: int) -> Iterator[bytes]:
    """Lines of distinct words, as many bytes."""
    made = seed = 0
    while made < size:
        seed += 1
        line = (distinct(5000, seed) + "\n").encode()
        made += len(line)
        yield line


def records_of_words(size: int) -> Iterator[bytes]:
    """Articles of a thousand distinct words."""
    made = seed = 0
    while made < size:
        seed += 1
        line = (record(f"w{seed}", distinct(1000, seed)) + "\n").encode()
        made += len(line)
        yield line


def tiny(count: int) -> Iterator[bytes]:
    """A JSON array of so many articles of two words."""
    yield b"["
    for number in range(count):
        yield (("," if number else "") + record(number, f"نص {number}")).encode()
    yield b"]"


def one(*parts: bytes) -> Iterator[bytes]:
    yield from parts


def feed(count: int) -> Iterator[bytes]:
    yield "<rss version='2.0'><channel><title>خبر</title>".encode()
    for number in range(count):
        yield f"<item><title>خبر {number}</title><description>{TEXT}</description></item>".encode()
    yield b"</channel></rss>"


def docx(body: bytes) -> Iterator[bytes]:
    """A Word document of this XML."""
    yield in_zip(iter([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", body)]))


def odt(body: bytes) -> Iterator[bytes]:
    """An OpenDocument text of this XML."""
    yield in_zip(iter([("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", body)]))


def chapters(count: int) -> Iterator[tuple[str, bytes]]:
    """The parts of a book that names one page so many times."""
    yield "mimetype", b"application/epub+zip"
    items = b"".join(
        b'<item id="%d" href="a.xhtml" media-type="application/xhtml+xml"/>' % n for n in range(count)
    )
    spine = b"".join(b'<itemref idref="%d"/>' % n for n in range(count))
    yield "a.opf", b"<p><manifest>" + items + b"</manifest><spine>" + spine + b"</spine></p>"
    yield "a.xhtml", b"<html><body><p>" + TEXT.encode() * 5_000 + b"</p></body></html>"


def wires(count: int) -> Iterator[bytes]:
    """A message of NewsML-G2 with so many items."""
    yield b"<newsMessage><itemSet>"
    for number in range(count):
        yield (
            f"<newsItem guid='g{number}'><contentMeta><headline>خبر "
            f"{number}</headline></contentMeta><contentSet><inlineXML>"
            f"<html><body><p>{TEXT}</p></body></html></inlineXML></contentSet></newsItem>"
        ).encode()
    yield b"</itemSet></newsMessage>"


def workbook(sheet: bytes) -> bytes:
    """A workbook with this XML as its only sheet."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    package = "http://schemas.openxmlformats.org/package/2006/"

    def relation(what: str, target: str) -> bytes:
        return (
            f'<Relationships xmlns="{package}relationships"><Relationship Id="r1" Type="{office}/{what}" '
            f'Target="{target}"/></Relationships>'
        ).encode()

    types = (
        f'<Types xmlns="{package}content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}worksheet+xml"/></Types>'
    )
    book = (
        f'<workbook {main} xmlns:r="{office}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets>'
        "</workbook>"
    )
    parts = (
        ("[Content_Types].xml", types.encode()),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", book.encode()),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/worksheets/sheet1.xml",
            f"<worksheet {main}><sheetData>".encode() + sheet + b"</sheetData></worksheet>",
        ),
    )
    return in_zip(iter(parts))


def database(*statements: str) -> bytes:
    connection = sqlite3.connect(":memory:")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    return connection.serialize()


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
BOMBS: dict[str, Callable[[], Iterator[bytes]]] = {
    "zeros.txt.xz": lambda: xz(zeros(1024 * MEBIBYTE)),
    "zeros.jsonl.gz": lambda: gz(zeros(1024 * MEBIBYTE)),
    "zeros.json.bz2": lambda: bzip2(zeros(1024 * MEBIBYTE)),
    "zeros.zip": lambda: one(in_zip(iter([("zeros.txt", bytes(512 * MEBIBYTE))]))),
    "same.jsonl.xz": lambda: xz(repeated(48 * MEBIBYTE)),
    "same.jsonl.gz": lambda: gz(repeated(64 * MEBIBYTE)),
    "same.json.bz2": lambda: bzip2(repeated(64 * MEBIBYTE)),
    "same.csv.xz": lambda: xz(iter([b"title,text\n", *[f"a,{TEXT}\n".encode() * 10_000] * 500])),
    "same.txt.xz": lambda: xz(iter([(TEXT + "\n").encode() * 10_000] * 50)),
    "letters.txt.gz": lambda: gz(iter(["ا ب ت ".encode() * 100_000] * 300)),
    "marks.txt.gz": lambda: gz(iter([("ا" + "\u064b\u0651" * 50).encode() * 10_000] * 100)),
    "nested.zip": lambda: one(nested(3, 16)),
    "deep.zip": lambda: one(nested(30, 1)),
    "members.zip": lambda: one(in_zip(texts(100_000))),
    "members.tar": lambda: one(in_tar(texts(100_000))),
    "empty-members.zip": lambda: one(in_zip((f"{n}.txt", b"") for n in range(400_000))),
    "empty-members.tar.gz": lambda: gz(one(in_tar((f"{n}.txt", b"") for n in range(200_000)))),
    "words.txt": lambda: words_by_line(1024 * MEBIBYTE),
    "words.jsonl": lambda: records_of_words(1024 * MEBIBYTE),
    "words.txt.xz": lambda: xz(words_by_line(128 * MEBIBYTE), 0),
    "words-in-one-line.txt": lambda: one(distinct(3_000_000).encode()),
    "hex.txt": lambda: one(random.Random(3).randbytes(6_000_000).hex().encode()),
    "hex.jsonl": lambda: one(record("hex", random.Random(4).randbytes(6_000_000).hex()).encode()),
    "glued.txt": lambda: one(distinct(700_000).replace(" ", "،").encode()),
    "numbers.txt": lambda: one(" ".join(map(str, range(1_500_000))).encode()),
    "dates.txt": lambda: one("في 7 تشرين الأول 2023 و2024-01-02 ".encode() * 200_000),
    "names.txt": lambda: one("عبد الله أبو عبد الرحمن ".encode() * 200_000),
    "tiny.json": lambda: tiny(1_000_000),
    "tiny.jsonl.xz": lambda: xz((record(n, f"نص {n}") + "\n").encode() for n in range(1_000_000)),
    "lists.json": lambda: one(b"[" + b"[]," * 20_000_000 + b"[]]"),
    "objects.json": lambda: one(b'{"a":' + b"[" + b"{}," * 18_000_000 + b"{}]}"),
    "keys.json": lambda: one(
        b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(2_500_000)) + b"}"
    ),
    "brackets.json": lambda: one(b"[" * 60_000_000),
    "braces.json": lambda: one(b"{\"a\":" * 10_000_000),
    "paragraphs.json": lambda: one(
        b'{"title":"a","paragraphs":["' + b'","'.join([b"a"] * 15_000_000) + b'"]}'
    ),
    "long-line.jsonl": lambda: one(record("long", TEXT * 800_000).encode()),
    "tags.html": lambda: one(b"<html><body>" + b"<p>" * 15_000_000),
    "divs.html": lambda: one(b"<html><body>" + b"<div>" * 10_000_000),
    "attributes.html": lambda: one(b"<html><body><p " + b"a=1 " * 10_000_000 + b">"),
    "paragraphs.html": lambda: one(
        b"<html><body><article>" + f"<p>{TEXT}</p>".encode() * 500_000 + b"</article>"
    ),
    "deep.xml": lambda: one(b"<rss><channel>" + b"<item>" * 8_000_000),
    "entities.xml": lambda: one(
        b'<!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaa">',
        b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9)),
        b"]><rss><channel><item><title>&a9;</title></item></channel></rss>",
    ),
    "items.rss": lambda: feed(300_000),
    "deep.nitf": lambda: one(b"<nitf><body>" + b"<block>" * 8_000_000),
    "entities.nitf": lambda: one(
        b'<!DOCTYPE nitf [<!ENTITY a0 "aaaaaaaaaa">',
        b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9)),
        b"]><nitf><body><body.content><p>&a9;</p></body.content></body></nitf>",
    ),
    "items.newsml": lambda: wires(200_000),
    "words.alto": lambda: one(
        b"<alto><Layout><Page><TextBlock><TextLine>" + b"<String CONTENT='a'/>" * 3_000_000
    ),
    "words.hocr": lambda: one(
        b"<html><meta name='ocr-system'><div class='ocr_page'>" + b"<p class='ocr_par'>a" * 3_000_000
    ),
    "parts.mhtml": lambda: one(
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n"
        + b"--B\nContent-Type: text/html\n\na\n" * 1_000_000
    ),
    "nested.mhtml": lambda: one(
        b"MIME-Version: 1.0\n",
        b"".join(b"Content-Type: multipart/related; boundary=B%d\n\n--B%d\n" % (n, n) for n in range(9000)),
    ),
    "corners.xlsx": lambda: one(
        workbook(
            b'<row r="1"><c r="A1"><v>1</v></c></row>'
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        )
    ),
    "cells.xlsx": lambda: one(workbook(b'<row><c t="inlineStr"><is><t>a</t></is></c></row>' * 6_000_000)),
    "zeros.xlsx": lambda: one(workbook(bytes(512 * MEBIBYTE))),
    "endless.db": lambda: one(
        database(
            "CREATE TABLE news (title, body)",
            f"CREATE VIEW articles AS {ENDLESS} SELECT x AS title, sum(x) AS body FROM c",
            "CREATE TABLE story (title, body GENERATED ALWAYS AS (printf('%.*c', 900000000, 'a')))",
            "INSERT INTO story (title) VALUES ('a'), ('b')",
        )
    ),
    "blob.db.gz": lambda: gz(
        one(database("CREATE TABLE news (title, body)", "INSERT INTO news VALUES ('a', zeroblob(300000000))"))
    ),
    "rows.db.gz": lambda: gz(
        one(
            database(
                "CREATE TABLE news (title, body)",
                f"INSERT INTO news SELECT x, 'a b' FROM ({ENDLESS} SELECT x FROM c LIMIT 1000000)",
            )
        )
    ),
    "messages.txt": lambda: one("21/05/2024, 22:15 - سلمى: خبر قصير\n".encode() * 1_000_000),
    "cell.csv": lambda: one(b'title,text\na,"' + TEXT.encode() * 900_000 + b'"\n'),
    "open-cell.csv": lambda: one(b'title,text\na,"' + (TEXT + "\n").encode() * 200_000),
    "cells.csv": lambda: one(b"title,text" + b"," * 60_000_000 + b"\na,b\n"),
    "newlines.txt": lambda: one(b"a\n" * 30_000_000),
    "zeros.docx": lambda: docx(b"<w>" + bytes(512 * MEBIBYTE)),
    "spaces.docx": lambda: docx(b"<w><p><t>" + b" " * 512 * MEBIBYTE),
    "tags.docx": lambda: docx(b"<w xmlns='wordprocessingml'>" + b"<p/>" * 12_000_000 + b"</w>"),
    "cells.docx": lambda: docx(
        b"<w xmlns='wordprocessingml'>" + b"<tr><tc><p><r><t>a</t></r></p></tc></tr>" * 1_000_000 + b"</w>"
    ),
    "deep.docx": lambda: docx(b"<w xmlns='wordprocessingml'>" + b"<p>" * 15_000_000),
    "entities.docx": lambda: docx(
        b'<!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9))
        + b"]><w>&a9;</w>"
    ),
    "parts.docx": lambda: one(in_zip((f"word/{n}.xml", b"") for n in range(200_000))),
    "spaces.odt": lambda: odt(b"<b xmlns='o'><body><p>" + b"<s c='100'/>" * 4_000_000),
    "chapters.epub": lambda: one(in_zip(chapters(50_000))),
    "braces.rtf": lambda: one(b"{\\rtf1 " + b"{" * 60_000_000),
    "words.rtf": lambda: one(b"{\\rtf1 " + b"\\b " * 15_000_000 + b"a}"),
    "cells.rtf": lambda: one(b"{\\rtf1 " + b"\\intbl a\\cell" * 4_000_000 + b"\\row}"),
    "nested.eml": lambda: one(
        b"Subject: x\n",
        *(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(100_000)),
        b"\na",
    ),
    "parts.eml": lambda: one(
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n\n" * 8_000_000
    ),
    "headers.eml": lambda: one(b"Subject: x\n" + b"X: y\n" * 10_000_000 + b"\na"),
    "words.eml": lambda: one(b"Subject: " + b"=?utf-8?Q?a?= " * 4_000_000 + b"\n\na"),
    "quotes.eml": lambda: one(b"Subject: x\n\n" + b">\n" * 30_000_000),
    "html.eml": lambda: one(b"Content-Type: text/html\nSubject: x\n\n" + b"<blockquote type=cite>" *
    2_500_000), "base64.eml": lambda: one(
        b"Subject: x\nContent-Transfer-Encoding: base64\n\n" + b"QUJD\n" * 12_000_000
    ),
    "endless.mbox": lambda: iter([b"From a Mon May  6 10:00:00 2024\nSubject: x\n\n", *[b"a\n" * 500_000] *
    500]), "small.mbox": lambda: one(b"From a Mon May  6 10:00:00 2024\n\n" * 1_500_000),
    "one-line.mbox": lambda: iter([b"From a Mon May  6 10:00:00 2024\n\n", *[b"a" * MEBIBYTE] * 200]),
}  # fmt: skip


class Cost(NamedTuple):
    """What indexing a folder took.

    Attributes:
        seconds: of time.
        peak: most bytes of memory of all its processes together.
        status: of the command.
        report: what it printed.
        errors: what it said on the standard error.
    """

    seconds: float
    peak: int
    status: int
    report: dict[str, Any]
    errors: str


def cost_of(python: str, folder: Path, index: Path, *options: str, stop: float = 600) -> Cost:
    """Run ``khabar index`` and measure; it is killed after ``stop`` seconds."""
    command = [python, "-m", "khabar", "index", str(folder), "--index", str(index), "--format", "json"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    peak = 0
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        begin = time.monotonic()
        job = subprocess.Popen(
            [*command, *options], stdout=out, stderr=errors, cwd=index.parent, env=environment
        )
        while job.poll() is None:
            peak = max(peak, sum(map(_resident, _family(job.pid))))
            if time.monotonic() - begin > stop:
                for pid in _family(job.pid):
                    os.kill(pid, 9)
            time.sleep(0.02)
        seconds = time.monotonic() - begin
        out.seek(0)
        errors.seek(0)
        printed = out.read()
        said = errors.read().decode("utf-8", "replace")
    return Cost(seconds, peak, job.returncode, json.loads(printed) if printed else {}, said)


def _family(pid: int) -> list[int]:
    """A process and those that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(each for child in children for each in _family(int(child)))]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _left_out(report: dict[str, Any]) -> str:
    kinds = Counter(each["kind"] for each in report.get("skipped", ()))
    return ", ".join(f"{kind} ×{count}" if count > 1 else kind for kind, count in kinds.most_common(4))


def _good_is_there(python: str, index: Path) -> bool:
    command = [python, "-m", "khabar", "show", GOOD, "--index", str(index)]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def _tried(python: str, place: Path, name: str, bombs: list[str], options: list[str]) -> int:
    folder, index = place / "news", place / "ix"
    folder.mkdir()
    size = 0
    for bomb in bombs:
        with (folder / bomb).open("wb") as file:
            for part in BOMBS[bomb]():
                file.write(part)
        size += (folder / bomb).stat().st_size
    (folder / "zz-good.jsonl").write_text(record(GOOD), encoding="utf-8")
    cost = cost_of(python, folder, index, *options)
    faults = []
    if not _good_is_there(python, index):
        faults.append("the good article is not there")
    if cost.status in (0, 1):
        again = cost_of(python, folder, index, *options)
        if again.status != 0 or again.report["skipped"] or again.report["added"]:
            faults.append(f"again: {again.status}, {_left_out(again.report)}")
    else:
        faults.append(" ".join(cost.errors.split())[-200:])
    print(
        f"{name:22} {size / MEBIBYTE:8.1f} MiB {cost.seconds:6.1f} s {cost.peak / MEBIBYTE:6.0f} MiB  "
        f"{cost.status}  {cost.report.get('added', 0):7,}  {_left_out(cost.report)}",
        *(f"\n    {fault}" for fault in faults),
        flush=True,
    )
    shutil.rmtree(folder)
    shutil.rmtree(index, ignore_errors=True)
    return len(faults)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=", ".join(BOMBS))
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--options", default="", help="options for khabar index")
    arguments = parser.parse_args()
    names = arguments.names or list(BOMBS)
    faults = 0
    with tempfile.TemporaryDirectory() as place:
        for name, bombs in (
            [("together", names)] if arguments.together else [(name, [name]) for name in names]
        ):
            faults += _tried(arguments.python, Path(place), name, bombs, arguments.options.split())
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
