"""Whether khabar's own readers of web pages and tar files are better than the libraries that could take their
place.

    python benchmarks/readers.py [pages] [tar] [--json] [--data ../shared/data/html]

``pages`` compares `khabar.read` with ``trafilatura.bare_extraction``, which khabar itself asks first.

- *Made pages*: every article of the sample corpus in each of six templates: paragraphs, lines parted by
  ``<br>``, bold words and links inside sentences, a lead set apart from the text, a list of teasers beside
  it, comments below it; and in three of them a notice of one or two short lines. *Precision* and *recall*
  count lines: a line is right if the article has it as a paragraph, letter for letter.
- *Real pages*: those in the data folder whose date is known (``*.expected.json``): is the date right, wrong
  or missing? For each, the lead of the page's own description: is it in the text?

``tar`` compares `khabar.corpus.pieces.tar_recovery` with the standard library's ``tarfile`` in stream mode
(``r|``), with and without ``ignore_zeros``; names are decoded alike. Archives are made and then damaged with
a fixed seed. *Silent* counts archives of which members are missing or changed while the reader reported
nothing.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import random
import re
import sys
import tarfile
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from trafilatura import bare_extraction

import khabar
from khabar.corpus.names import member_name
from khabar.corpus.pieces.encoding import decode_page
from khabar.corpus.pieces.tar_recovery import members
from khabar.corpus.report import Unreadable
from khabar.corpus.web.page_blocks import letters

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data" / "html"
ARCHIVES = 200
MEMBERS = 40

Member = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Lines:
    """How well one reader finds the lines of made pages of one template."""

    template: str
    reader: str
    pages: int
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Dates:
    """How well one reader does on real pages."""

    reader: str
    pages: int
    dates_right: int
    dates_wrong: int
    dates_missing: int
    leads: int
    leads_found: int


@dataclass(frozen=True, slots=True)
class Damage:
    """What one reader makes of archives with one kind of damage."""

    damage: str
    reader: str
    archives: int
    members: int
    right: int
    silent: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What one reader needs for an archive."""

    archive: str
    reader: str
    cpu_seconds: float
    peak_megabytes: float


# Pages


def bold(paragraph: str) -> str:
    """The paragraph with every sixth word bold and every ninth a link."""
    words = []
    for number, word in enumerate(html.escape(paragraph).split(" ")):
        tag = "b" if number % 6 == 3 else "a" if number % 9 == 5 else ""
        attribute = " href='/t'" if tag == "a" else ""
        words.append(f"<{tag}{attribute}>{word}</{tag}>" if tag else word)
    return " ".join(words)


def page(article: khabar.Article, template: str, others: list[khabar.Article]) -> str:
    """A web page of an article; ``others`` give teasers and comments."""
    shown = [html.escape(paragraph) for paragraph in article.paragraphs]
    paragraphs = "".join(f"<p>{each}</p>" for each in shown)
    body = {
        "paragraphs": paragraphs,
        "line breaks": "<br><br>".join(shown),
        "inline tags": "".join(f"<p>{bold(each)}</p>" for each in article.paragraphs),
        "lead apart": f"<h2 class='lead'>{shown[0]}</h2>"
        f"<div>{''.join(f'<p>{each}</p>' for each in shown[1:])}</div>",
    }.get(template.removeprefix("short, "), paragraphs)
    teasers = "".join(
        f"<li><a href='/{other.id}'>{html.escape(other.title)}</a> "
        f"<span>{html.escape(other.paragraphs[0][:120])}…</span></li>"
        for other in others[:6]
    )
    comments = "".join(f"<li><p>{html.escape(other.paragraphs[-1])}</p></li>" for other in others[:4])
    aside = (
        f"<div class='most-read'><h3>الأكثر قراءة</h3><ul>{teasers}</ul></div>"
        if template == "teasers"
        else ""
    )
    below = f"<div id='comments'><h3>تعليقات</h3><ul>{comments}</ul></div>" if template == "comments" else ""
    title, lead = html.escape(article.title), html.escape(article.paragraphs[0][:150], quote=True)
    return (
        f"<!DOCTYPE html><html dir='rtl' lang='ar'><head><meta charset='utf-8'><title>{title} - صحيفة "
        f"الوادي</title>"
        f"<meta name='description' content='{lead}'></head><body>"
        "<div class='menu'><a href='/'>الرئيسية</a> <a href='/s'>رياضة</a> <a href='/e'>اقتصاد</a></div>"
        f"<h1>{title}</h1><div class='story'>{body}</div>{aside}{below}"
        "<div class='footer'>جميع الحقوق محفوظة لصحيفة الوادي</div></body></html>"
    )


def sentences(paragraph: str) -> list[str]:
    """The paragraph in pieces that end with a comma or a stop: a notice of a line or two."""
    return [piece.strip() for piece in re.split(r"(?<=[،.؟!]) ", paragraph) if piece.strip()]


def lines_of(text: str) -> list[str]:
    """The lines of an extracted text that are not empty, white space collapsed."""
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def by_trafilatura(data: bytes) -> tuple[list[str], str]:
    """The lines and the day that trafilatura gives."""
    found: Any = bare_extraction(decode_page(data).text, include_comments=False, with_metadata=True)
    return (lines_of(found.text or ""), found.date or "") if found else ([], "")


def by_khabar(data: bytes) -> tuple[list[str], str]:
    """The lines and the day that khabar gives."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.html")
        path.write_bytes(data)
        for article in khabar.read(path):
            day = article.published.date().isoformat() if article.published else ""
            return [" ".join(each.split()) for each in article.paragraphs], day
    return [], ""


PAGE_READERS: dict[str, Callable[[bytes], tuple[list[str], str]]] = {
    "khabar": by_khabar,
    "trafilatura": by_trafilatura,
}
TEMPLATES = ("paragraphs", "line breaks", "inline tags", "lead apart", "teasers", "comments")
SHORT = ("short, paragraphs", "short, line breaks", "short, inline tags")


def made_pages() -> Iterator[Lines]:
    """The sample corpus as web pages."""
    whole = [each for each in khabar.read(ROOT / "corpus" / "articles") if each.title and each.paragraphs]
    notices = [replace(each, paragraphs=tuple(sentences(each.paragraphs[0])[:2])) for each in whole]
    for template in (*TEMPLATES, *SHORT):
        articles = notices if template in SHORT else whole
        for reader, read in PAGE_READERS.items():
            right = given = wanted = 0
            for number, article in enumerate(articles):
                others = articles[number + 1 :] + articles[:number]
                expected = Counter(" ".join(each.split()) for each in article.paragraphs)
                found = Counter(read(page(article, template, others).encode())[0])
                right += (expected & found).total()
                given += found.total()
                wanted += expected.total()
            yield Lines(template, reader, len(articles), right / max(given, 1), right / wanted)


def real_pages(folder: Path) -> Iterator[Dates]:
    """The pages of the data folder whose dates are known, or stand in their address."""
    known: dict[str, str] = {}
    for path in folder.glob("*.expected.json"):
        expected = json.loads(path.read_text("utf-8"))
        if "url" in expected:
            in_url = re.search(r"/(\d{4})/\D[^/]*/(\d{1,2})/(\d{1,2})/", expected["url"])
            if in_url:
                year, month, day = map(int, in_url.groups())
                known[path.name.replace(".expected.json", ".html")] = f"{year}-{month:02}-{day:02}"
        else:
            known |= {name: entry["date"] for name, entry in expected.items()}
    pages = [(path, known[path.name]) for path in sorted(folder.rglob("*.html")) if path.name in known]
    for reader, read in PAGE_READERS.items():
        outcome: Counter[str] = Counter()
        leads = leads_found = 0
        for path, day in pages:
            data = path.read_bytes()
            lines, found = read(data)
            outcome["right" if found == day else "wrong" if found else "missing"] += 1
            text = decode_page(data).text
            described = re.search(r"<meta[^>]*og:description[^>]*content=[\"']([^\"']{40,})", text)
            if described:
                lead = letters(html.unescape(described[1]))[:40]
                leads += 1
                leads_found += lead in letters("".join(lines))
        yield Dates(
            reader, len(pages), outcome["right"], outcome["wrong"], outcome["missing"], leads, leads_found
        )


# Tar files


def archive(rng: random.Random, kind: int, encoding: str) -> tuple[bytes, list[Member]]:
    """An archive of small texts with Arabic names, and what is in it."""
    out = io.BytesIO()
    content = []
    with tarfile.open(fileobj=out, mode="w", format=kind, encoding=encoding) as tar:
        for number in range(MEMBERS):
            name = f"أخبار/{rng.randrange(2000, 2025)}/خبر رقم {number}{' طويل' * rng.choice([0, 0, 20])}.txt"
            data = rng.randbytes(rng.randrange(200, 6000))
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
            content.append((name, data))
    return out.getvalue(), content


def tar_by_khabar(data: bytes) -> tuple[list[Member], bool]:
    """What khabar reads, and whether it said that something is wrong."""
    content, said = [], False
    for name, source in members(io.BufferedReader(io.BytesIO(data))):
        if isinstance(source, Unreadable):
            said = True
            continue
        try:
            content.append((name, source.whole()))
        except EOFError:
            said = True
    return content, said


def tar_by_tarfile(data: bytes, ignore_zeros: bool) -> tuple[list[Member], bool]:
    """What tarfile reads, and whether it raised an error."""
    content = []
    try:
        with tarfile.open(
            fileobj=io.BytesIO(data),
            mode="r|",
            encoding="utf-8",
            errors="surrogateescape",
            ignore_zeros=ignore_zeros,
        ) as tar:
            for info in tar:
                source = tar.extractfile(info) if info.isreg() else None
                if source is not None:
                    body = source.read()
                    content.append((member_name(info.name.encode("utf-8", "surrogateescape")), body))
                tar.members = []  # else it keeps every header
    except (tarfile.TarError, EOFError, OSError):
        return content, True
    return content, False


TAR_READERS: dict[str, Callable[[bytes], tuple[list[Member], bool]]] = {
    "khabar": tar_by_khabar,
    "tarfile": lambda data: tar_by_tarfile(data, False),
    "tarfile, ignore_zeros": lambda data: tar_by_tarfile(data, True),
}


def unharmed(data: bytes, rng: random.Random) -> bytes:
    """The archive as it is."""
    return data


def cut(data: bytes, rng: random.Random) -> bytes:
    """A download that ended early."""
    return data[: rng.randrange(512, len(data) - 10_240)]


def hit(data: bytes, rng: random.Random) -> bytes:
    """One header of a member, not the first, with a byte changed."""
    headers = [at for at in range(512, len(data), 512) if data[at + 257 : at + 262] == b"ustar"]
    at = rng.choice(headers) + rng.randrange(0, 156)
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


DAMAGES = {"none": unharmed, "cut short": cut, "a header changed": hit}


def damaged() -> Iterator[Damage]:
    """Archives of three formats and two encodings, damaged in each way; and two archives one after the
    other."""
    made = []
    rng = random.Random(13)
    for number in range(ARCHIVES):
        encoding = "cp1256" if number % 2 else "utf-8"
        # In pax, names are UTF-8 whatever is asked for.
        kind = (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)[number // 2 % 2]
        made.append(archive(rng, kind, encoding))
    for name, damage in [*DAMAGES.items(), ("two in one file", unharmed)]:
        for reader, read in TAR_READERS.items():
            rng = random.Random(14)
            total = right = silent = 0
            for number, (data, content) in enumerate(made):
                if name == "two in one file":
                    other, more = made[number - 1]
                    data, content = data + other, content + more
                found, said = read(damage(data, rng))
                good = (Counter(content) & Counter(found)).total()
                total += len(content)
                right += good
                silent += not said and good < len(content)
            yield Damage(name, reader, len(made), total, right, silent)


def costs() -> Iterator[Cost]:
    """An archive of many members, and one whose pax header is as large as a file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for number in range(30_000):
            tar.addfile(tarfile.TarInfo(f"news/{number}.txt"))
    bomb = tarfile.TarInfo("x")
    bomb.type = tarfile.XHDTYPE
    bomb.size = 1 << 26
    record = b"%d comment=" % bomb.size
    header = bomb.tobuf(tarfile.USTAR_FORMAT) + record + b"a" * (bomb.size - len(record) - 1) + b"\n"
    for name, data in {
        "30,000 members": out.getvalue(),
        "a pax header of 64 MB": header + bytes(1024),
    }.items():
        for reader, read in TAR_READERS.items():
            begin = time.process_time()
            read(data)
            took = time.process_time() - begin
            tracemalloc.start()
            read(data)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            yield Cost(name, reader, took, peak / 1e6)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", nargs="*", choices=["pages", "tar", []], help="default: both")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    questions = options.questions or ["pages", "tar"]
    rows: list[Lines | Dates | Damage | Cost] = []
    if "pages" in questions:
        rows += made_pages()
        if options.data.is_dir():
            rows += real_pages(options.data)
        else:
            print(f"no real pages: {options.data} is not there", file=sys.stderr)
    if "tar" in questions:
        rows += [*damaged(), *costs()]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return 0
    last: list[str] = []
    for row in rows:
        values = asdict(row)
        if list(values) != last:
            last = list(values)
            print("\n" + "  ".join(name.replace("_", " ").rjust(14) for name in last))
        cells = (f"{value:.3f}" if isinstance(value, float) else f"{value}" for value in values.values())
        print("  ".join(cell.rjust(max(14, len(name))) for cell, name in zip(cells, last, strict=True)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
