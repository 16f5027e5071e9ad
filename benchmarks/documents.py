"""What libraries make of Arabic documents, beside khabar: DOCX, DOC, ODT, RTF and EPUB.

``python benchmarks/documents.py`` writes each article of the sample corpus, with what documents have (a
table, a footnote, a text box, a deletion and an insertion that are tracked, hidden text, a header and a
footer), as flat OpenDocument, lets LibreOffice save that in each format, and asks each library for the text.
It prints for each format and library how much of the text came out, in order (*text*: the share of its
letters in the longest common subsequence of words), which of the parts did, how much came that nobody sees,
and the time.

It takes LibreOffice (``soffice``); libraries that are not installed are left out: ``pip install mammoth
python-docx docx2python markitdown odfpy odfdo striprtf``.
"""

from __future__ import annotations

import argparse
import difflib
import io
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

from khabar.corpus import Article, ReadReport, read

__all__ = ["LIBRARIES", "main"]

CORPUS = Path(__file__).parents[1] / "corpus" / "articles"
SEEN = {
    "table": "القمح المستورد",
    "footnote": "حاشية تشرح المصدر",
    "text box": "نص داخل الإطار",
    "insertion": "كلمة مضافة لاحقا",
}
UNSEEN = {
    "deletion": "عبارة محذوفة تماما",
    "hidden": "سطر مخفي للمحرر",
    "header": "ترويسة كل صفحة",
    "footer": "تذييل كل صفحة",
    "comment": "تعليق المراجع هنا",
}
NAMES = {
    **{"office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing"},
    **{"fo": "xsl-fo-compatible", "svg": "svg-compatible", "meta": "meta"},
}
Reader = Callable[[Path], str]


def flat(article: Article) -> str:
    """An article as flat OpenDocument, with everything that is looked for."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in NAMES.items()
    )
    changed = (
        "<text:tracked-changes><text:changed-region "
        'text:id="d1"><text:deletion><office:change-info><dc:creator>س'
        "</dc:creator><dc:date>2024-05-06T10:00:00</dc:date></office:change-info>"
        f"<text:p>{UNSEEN['deletion']}</text:p></text:deletion></text:changed-region><text:changed-region "
        'text:id="i1"><text:insertion><office:change-info><dc:creator>س</dc:creator><dc:date>2024-05-06T10:00:00'
        "</dc:date></office:change-info></text:insertion></text:changed-region></text:tracked-changes>"
    )
    first, *rest = (escape(each) for each in article.paragraphs)
    extra = (
        f"<text:note "
        f'text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>'
        f"{SEEN['footnote']}</text:p></text:note-body></text:note>"
        f"<office:annotation><dc:creator>س</dc:creator><text:p>{UNSEEN['comment']}</text:p></office:annotation>"
        '<text:change text:change-id="d1"/> <text:change-start text:change-id="i1"/>'
        f'{SEEN["insertion"]}<text:change-end text:change-id="i1"/>'
    )
    box = (
        '<text:p><draw:frame text:anchor-type="paragraph" svg:width="6cm" '
        'svg:height="2cm"><draw:text-box><text:p>'
        f"{SEEN['text box']}</text:p></draw:text-box></draw:frame></text:p>"
    )
    rows = (("السلعة", "السعر"), (SEEN["table"], "٣٠٠"))
    table = "<table:table>" + '<table:table-column table:number-columns-repeated="2"/>' + "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in rows
    ) + "</table:table>"  # fmt: skip
    hidden = f'<text:p><text:span text:style-name="T1">{UNSEEN["hidden"]}</text:span></text:p>'
    body = "".join(f'<text:p text:style-name="P2">{each}</text:p>' for each in rest)
    right = '<style:paragraph-properties style:writing-mode="rl-tb" fo:text-align="start"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {names} '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text"><office:styles>'
        '<style:style style:name="Title" style:family="paragraph"/><style:style style:name="Heading_20_1" '
        'style:display-name="Heading 1" style:family="paragraph" '
        'style:default-outline-level="1"/></office:styles>'
        f'<office:automatic-styles><style:style style:name="P2" '
        f'style:family="paragraph">{right}</style:style>'
        '<style:style style:name="T1" style:family="text"><style:text-properties '
        'text:display="none"/></style:style>'
        '<style:page-layout style:name="L1"><style:header-style/><style:footer-style/></style:page-layout>'
        '</office:automatic-styles><office:master-styles><style:master-page style:name="Standard" '
        f'style:page-layout-name="L1"><style:header><text:p>{UNSEEN["header"]}</text:p></style:header><style:footer>'
        f"<text:p>{UNSEEN['footer']}</text:p></style:footer></style:master-page></office:master-styles><office:body>"
        f'<office:text>{changed}<text:h text:style-name="Heading_20_1" '
        f'text:outline-level="1">{escape(article.title)}'
        f"</text:h><text:p "
        f'text:style-name="P2">{first}{extra}</text:p>{body}{box}{table}{hidden}</office:text>'
        "</office:body></office:document>"
    )


def saved(articles: Iterable[Article], folder: Path) -> dict[str, list[Path]]:
    """The documents, by format, as LibreOffice saves them."""
    sources = []
    for number, article in enumerate(articles):
        path = folder / f"{number:03}.fodt"
        path.write_text(flat(article), encoding="utf-8")
        sources.append(path)
    found = {}
    for suffix, way in (
        ("odt", "odt"),
        ("docx", "docx:MS Word 2007 XML"),
        ("doc", "doc:MS Word 97"),
        ("rtf", "rtf"),
        ("epub", "epub"),
    ):
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", way,
             "--outdir", str(folder / suffix), *map(str, sources)],
            check=True, capture_output=True, timeout=600,
        )  # fmt: skip
        found[suffix] = sorted((folder / suffix).glob(f"*.{suffix}"))
    return found


def khabar(path: Path) -> str:
    report = ReadReport()
    articles = list(read(path, report=report))
    return "\n".join(text for each in articles for text in (each.title, *each.paragraphs))


def mammoth(path: Path) -> str:
    import mammoth as library

    with path.open("rb") as file:
        return str(library.extract_raw_text(file).value)


def python_docx(path: Path) -> str:
    import docx

    found = docx.Document(str(path))
    rows = (" ".join(cell.text for cell in row.cells) for table in found.tables for row in table.rows)
    return "\n".join([*(paragraph.text for paragraph in found.paragraphs), *rows])


def docx2python(path: Path) -> str:
    from docx2python import docx2python as library

    with library(path) as found:
        return str(found.text)


def markitdown(path: Path) -> str:
    from markitdown import MarkItDown

    return str(MarkItDown().convert(str(path)).text_content)


def odfpy(path: Path) -> str:
    from odf import teletype, text
    from odf.opendocument import load

    found = load(str(path))
    return "\n".join(
        teletype.extractText(each) for kind in (text.H, text.P) for each in found.getElementsByType(kind)
    )


def odfdo(path: Path) -> str:
    from odfdo import Document

    return str(Document(str(path)).get_formatted_text())


def striprtf(path: Path) -> str:
    from striprtf.striprtf import rtf_to_text

    return str(rtf_to_text(path.read_bytes().decode("latin-1"), errors="replace"))


LIBRARIES: dict[str, dict[str, Reader]] = {
    "docx": {"khabar": khabar, "mammoth": mammoth, "python-docx": python_docx, "docx2python": docx2python,
             "markitdown": markitdown},
    "doc": {"khabar": khabar},
    "odt": {"khabar": khabar, "odfpy": odfpy, "odfdo": odfdo},
    "rtf": {"khabar": khabar, "striprtf": striprtf},
    "epub": {"khabar": khabar, "markitdown": markitdown},
}  # fmt: skip


def share(wanted: str, found: str) -> float:
    """How many of the words that are wanted were found in their order."""
    words, others = (re.findall(r"\w+", text) for text in (wanted, found))
    blocks = difflib.SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / max(1, len(words))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=40, help="of the sample corpus")
    chosen = parser.parse_args()
    if shutil.which("soffice") is None:
        sys.exit("LibreOffice (soffice) is not installed.")
    articles = list(read(CORPUS))[: chosen.articles]
    print("| Format | Library | Text in order | Seen, and read | Unseen, and read | ms a document |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for suffix, paths in saved(articles, Path(folder)).items():
            for name, reader in LIBRARIES[suffix].items():
                print(f"| {suffix.upper()} | {name} | {_measured(reader, paths, articles)} |", flush=True)


def _measured(reader: Reader, paths: list[Path], articles: list[Article]) -> str:
    try:
        reader(paths[0])
    except ImportError:
        return "not installed | | |"
    except Exception as error:
        return f"{type(error).__name__} | | |"
    begun = time.perf_counter()
    texts = [reader(path) for path in paths]
    spent = (time.perf_counter() - begun) / len(paths)
    wanted = ["\n".join((article.title, *article.paragraphs)) for article in articles]
    right = sum(share(*each) for each in zip(wanted, texts, strict=True)) / len(texts)
    seen = [name for name, text in SEEN.items() if sum(text in each for each in texts) * 2 > len(texts)]
    unseen = [name for name, text in UNSEEN.items() if sum(text in each for each in texts) * 2 > len(texts)]
    return f"{right:.2%} | {', '.join(seen) or '–'} | {', '.join(unseen) or '–'} | {spent * 1000:.1f}"


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", line_buffering=True)
    main()
