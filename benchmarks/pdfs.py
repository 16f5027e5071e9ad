"""How much of Arabic text PDF files give back: producer × library, and what khabar makes of it.

    python benchmarks/pdfs.py make FOLDER [--producers chromium,xetex] [--set choose|confirm]
    python benchmarks/pdfs.py measure FOLDER [--json FILE] [--worst N]
    python benchmarks/pdfs.py paragraphs FOLDER

`make` writes articles of the sample collection as PDF with every producer that is installed, each in several
forms: plain, in two columns with running heads, with harakat, and with numbers, dates, Latin words, brackets
and lists. `measure` reads them with each library and with khabar. The figure is 1 − edit distance / length,
between the text that was written and the text that was read, both in NFC with white space made one space.

Producers: LibreOffice (``libreoffice-writer-nogui``), Chromium, XeTeX (``texlive-xetex``), LuaTeX
(``texlive-luatex``), pango and cairo (``pango1.0-tools``), Ghostscript on top of others; and from PyPI
reportlab, fpdf2, weasyprint and typst, with arabic-reshaper, python-bidi and uharfbuzz. Fonts: those of the
packages ``fonts-noto-core``, ``fonts-hosny-amiri``, ``fonts-dejavu-core``, ``fonts-sil-scheherazade`` and
``fonts-kacst``.

Rules of khabar were chosen on the set ``choose`` and confirmed on ``confirm``: other articles, other fonts.
"""

from __future__ import annotations

import argparse
import html
import json
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path

ARTICLES = Path(__file__).parents[1] / "corpus" / "articles"
HEAD, FOOT = "جريدة الوادي · العدد 4127", "صفحة"

MIXED = [
    ("title", "أرقام الميزانية (2024): زيادة 12.5% وشركة OpenAI في القاعة"),
    (
        "text",
        "قال الوزير في 7 أكتوبر 2023 إن العجز بلغ 3.25 مليار دولار، "
        "أي 12.5% من الناتج، مقابل 1,250,000 فرصة عمل.",
    ),
    (
        "text",
        "وأضاف: «وقّعنا مع شركة Google Cloud وشركة GPT-4 Labs اتفاقًا "
        "(مدته 5 سنوات) يبدأ في 01/02/2025 وينتهي 31/12/2029».",
    ),
    (
        "text",
        "وذكر البيان [المنشور في الموقع www.example.org] أن الأسعار ارتفعت "
        "من ١٢٫٥ إلى ١٥٫٧٥ بين عامي ١٩٩٩ و٢٠٠٣؛ فهل يكفي ذلك؟ لا!",
    ),
    ("item", "1. رفع الحد الأدنى للأجور إلى 4500 جنيه (نحو 90 دولارًا)."),
    ("item", "2. خفض الرسوم بنسبة 7% على السلع الأساسية: القمح، والزيت، والسكر."),
    ("item", "3. منح إعفاء لمدة 10-15 يومًا لأصحاب المشروعات الصغيرة."),
    (
        "text",
        "وكان البنك الدولي (World Bank) قد توقع في تقريره الصادر يوم 15/3/2024 نموًا بنسبة 4.1%، "
        "بينما توقع صندوق النقد IMF نسبة 3.8%.",
    ),
    (
        "text",
        "وختم بالقول إن «الإصلاح لا يتوقف، والأولوية للتعليم والصحة»، مشيرًا إلى الآية: لا إله إلا الله.",
    ),
]


@dataclass(frozen=True)
class Text:
    """What is written: parts of the kinds title, text and item."""

    name: str
    parts: list[tuple[str, str]]
    columns: int = 1
    running: bool = False
    font: str = "Noto Naskh Arabic"

    @property
    def expected(self) -> str:
        # One article is written in presentation forms; as text it has letters.
        return normal("".join(map(plain, " ".join(text for _, text in self.parts))))


def plain(char: str) -> str:
    """The letters of a presentation form."""
    return unicodedata.normalize("NFKC", char) if "\ufb50" <= char <= "\ufefc" and char not in "ﷺ﴿﴾" else char


def normal(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def articles() -> dict[str, list[tuple[str, str]]]:
    sys.path.insert(0, str(Path(__file__).parents[1] / "search"))
    from khabar.corpus import read

    found = {}
    for article in read(ARTICLES, root=ARTICLES):
        found[article.id] = [("title", article.title), *(("text", text) for text in article.paragraphs)]
    return found


def texts(which: str) -> list[Text]:
    """The texts of a set; the fonts and the articles of the two sets differ."""
    known = articles()
    names = sorted(known)
    chosen = [name for number, name in enumerate(names) if number % 2 == (which == "confirm")]
    harakat = [name for name in names if name.startswith("11-")]
    fonts = (
        ["Noto Naskh Arabic", "DejaVu Sans"]
        if which == "choose"
        else ["Amiri", "Noto Sans Arabic", "Scheherazade New", "KacstBook"]
    )
    found = []
    for number, font in enumerate(fonts):
        some = chosen[number :: len(fonts)]
        found += [Text(f"{name}", known[name], 1, False, font) for name in some[:4]]
        long = [part for name in (chosen * 2)[4 * number : 4 * number + 10] for part in known[name]]
        found.append(Text(f"columns-{number}", long, 2, True, font))
        found.append(Text(f"running-{number}", long, 1, True, font))
        found.append(Text(f"mixed-{number}", MIXED, 1, False, font))
        found += [Text(f"harakat-{number}", known[name], 1, False, font) for name in harakat]
    return found


def page(text: Text) -> str:
    """The text as a web page."""
    parts = "".join(
        f"<h1>{html.escape(words)}</h1>" if kind == "title" else f"<p class={kind}>{html.escape(words)}</p>"
        for kind, words in text.parts
    )
    running = (
        "<style>@page{margin:25mm 18mm;"
        f"@top-center{{content:'{HEAD}'}}@bottom-center{{content:'{FOOT} 'counter(page)}}}}</style>"
        if text.running
        else ""
    )
    return (
        f"<!doctype html><html lang=ar dir=rtl><meta charset=utf-8><title></title>{running}"
        f"<style>body{{font:13px '{text.font}';line-height:1.7;text-align:justify}}"
        "h1{font-size:20px;break-after:avoid}"
        f"main{{columns:{text.columns};column-gap:24px}}</style><main>{parts}</main>"
    )


def run(command: list[str], folder: Path, seconds: int = 180) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=seconds)


def by_chromium(text: Text, out: Path, folder: Path) -> None:
    (folder / "a.html").write_text(page(text), encoding="utf-8")
    run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={out}",
            f"file://{folder}/a.html",
        ],
        folder,
    )


def by_weasyprint(text: Text, out: Path, folder: Path) -> None:
    import weasyprint

    weasyprint.HTML(string=page(text)).write_pdf(out)


def by_libreoffice(text: Text, out: Path, folder: Path) -> None:
    styles = {"title": "T", "text": "P", "item": "P"}
    body = "".join(
        f'<text:p text:style-name="{styles[kind]}">{html.escape(words)}</text:p>'
        for kind, words in text.parts
    )
    if text.columns > 1:
        body = f'<text:section text:style-name="S" text:name="s">{body}</text:section>'
    head = (
        f'<style:header><text:p text:style-name="C">{HEAD}</text:p></style:header><style:footer>'
        f'<text:p text:style-name="C">{FOOT} '
        '<text:page-number text:select-page="current"/></text:p></style:footer>'
        if text.running
        else ""
    )
    font = 'style:font-name-complex="F" style:font-name="F"'
    (folder / "a.fodt").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><office:document '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
        'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
        'office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">'
        f'<office:font-face-decls><style:font-face style:name="F" svg:font-family="\'{text.font}\'"/>'
        "</office:font-face-decls><office:styles>"
        '<style:style style:name="P" style:family="paragraph">'
        '<style:paragraph-properties fo:text-align="justify" style:writing-mode="rl-tb" '
        'fo:margin-bottom="0.25cm"/><style:text-properties '
        f'{font} fo:font-size="12pt" style:font-size-complex="12pt" style:language-complex="ar" '
        'style:country-complex="EG"/></style:style>'
        '<style:style style:name="T" style:family="paragraph" style:parent-style-name="P">'
        '<style:text-properties fo:font-size="18pt" style:font-size-complex="18pt" '
        'style:font-weight-complex="bold"/></style:style>'
        '<style:style style:name="C" style:family="paragraph" style:parent-style-name="P">'
        '<style:paragraph-properties fo:text-align="center" style:writing-mode="rl-tb"/></style:style>'
        "</office:styles><office:automatic-styles>"
        '<style:page-layout style:name="L"><style:page-layout-properties fo:page-width="21cm" '
        'fo:page-height="29.7cm" fo:margin="2cm" style:writing-mode="rl-tb"/></style:page-layout>'
        '<style:style style:name="S" style:family="section"><style:section-properties '
        f'style:writing-mode="rl-tb"><style:columns fo:column-count="{text.columns}" fo:column-gap="0.8cm"/>'
        "</style:section-properties></style:style></office:automatic-styles><office:master-styles>"
        f'<style:master-page style:name="Standard" style:page-layout-name="L">{head}</style:master-page>'
        f"</office:master-styles><office:body><office:text>{body}</office:text></office:body></office:document>",
        encoding="utf-8",
    )
    run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tempfile.gettempdir()}/khabar-lo",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(folder / "a.fodt"),
        ],
        folder,
    )
    shutil.move(folder / "a.pdf", out)


def _tex(words: str) -> str:
    return "".join("\\" + char if char in "%&#$_{}" else char for char in words)


def by_xetex(text: Text, out: Path, folder: Path) -> None:
    name = _complete_font(text)
    lines = [
        r"\TeXXeTstate=1 \hsize=15cm \vsize=23cm \parindent=0pt \parskip=8pt"
        r" \leftskip=0pt plus 4em \parfillskip=0pt",
        rf'\font\rm="{name}:script=arab" at 12pt \font\big="{name}:script=arab" at 18pt',
        r"\rm \baselineskip=22pt \everypar={\setbox0=\lastbox\beginR\box0 }",
        rf"\headline={{\hfil\beginR {HEAD}\endR\hfil}}"
        rf"\footline={{\hfil\beginR {FOOT} \number\pageno\endR\hfil}}"
        if text.running
        else r"\nopagenumbers",
    ]
    for kind, words in text.parts:
        # Latin words and numbers are turned round by hand: XeTeX has no bidirectional algorithm.
        turned = _left_to_right_runs(_tex(words))
        lines.append(rf"{{\big {turned}\endR\par}}" if kind == "title" else rf"{turned}\endR\par")
    (folder / "a.tex").write_text("\n\n".join(lines) + "\n\\bye\n", encoding="utf-8")
    run(["xetex", "-interaction=batchmode", "a.tex"], folder)
    shutil.move(folder / "a.pdf", out)


def _left_to_right_runs(words: str) -> str:
    import re

    return re.sub(
        r"[A-Za-z0-9][A-Za-z0-9.,:/ -]*[A-Za-z0-9](?:\\?%)?|[0-9]",
        lambda run: rf"\beginL {run[0]}\endL{{}}",
        words,
    )


def by_luatex(text: Text, out: Path, folder: Path) -> None:
    parts = "\n\n".join(
        (rf"{{\LARGE {_tex(words)}\par}}" if kind == "title" else _tex(words)) for kind, words in text.parts
    )
    (folder / "a.tex").write_text(
        r"\documentclass[a4paper,12pt" + (",twocolumn" if text.columns > 1 else "") + r"]{article}"
        r"\usepackage[bidi=basic,provide=*]{babel}\babelprovide[import,main]{arabic}"
        rf"\babelfont{{rm}}[Renderer=HarfBuzz]{{{text.font}}}"
        r"\setlength\parindent{0pt}\setlength\parskip{8pt}\linespread{1.4}\pagestyle{"
        + ("plain" if text.running else "empty")
        + r"}\begin{document}"
        + parts
        + r"\end{document}",
        encoding="utf-8",
    )
    run(["lualatex", "-interaction=batchmode", "a.tex"], folder, 300)
    shutil.move(folder / "a.pdf", out)


def by_pango(text: Text, out: Path, folder: Path) -> None:
    (folder / "a.txt").write_text("\n\n".join(words for _, words in text.parts), encoding="utf-8")
    run(
        [
            "pango-view",
            "-q",
            f"--font={text.font} 12",
            "--width=480",
            "--rtl",
            "--justify",
            f"--output={out}",
            "a.txt",
        ],
        folder,
    )


def _font_file(text: Text) -> str:
    return _file_of_font(_complete_font(text))


def _complete_font(text: Text) -> str:
    """The font of a text, or one that has all its letters, for producers that use no other."""
    from fontTools.ttLib import TTFont

    wanted = {ord(char) for char in text.expected if not char.isspace()}
    for name in (text.font, "DejaVu Sans", "Amiri"):
        file = _file_of_font(name)
        if wanted <= set(TTFont(file, fontNumber=0).getBestCmap()):
            break
    return name


def _file_of_font(name: str) -> str:
    found = subprocess.run(
        ["fc-match", "-f", "%{file}", f"{name}:style=Regular"], capture_output=True, text=True, check=True
    )
    return found.stdout


def _wrapped(words: str, width: Callable[[str], float], most: float) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        if lines and width(lines[-1] + " " + word) <= most:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def by_reportlab(text: Text, out: Path, folder: Path) -> None:
    import arabic_reshaper
    from bidi.algorithm import get_display
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    reshaper = arabic_reshaper.ArabicReshaper({"delete_harakat": False, "support_ligatures": True})
    pdfmetrics.registerFont(TTFont("F", _font_file(text)))
    canvas = Canvas(str(out), pagesize=(595, 842))
    columns = [(45, 550)] if text.columns == 1 else [(310, 550), (45, 285)]
    column, y, number = 0, 780.0, 1

    def heads() -> None:
        if text.running:
            canvas.setFont("F", 10)
            canvas.drawCentredString(297, 815, get_display(reshaper.reshape(HEAD)))
            canvas.drawCentredString(297, 25, get_display(reshaper.reshape(f"{FOOT} {number}")))

    heads()
    for kind, words in text.parts:
        size = 18 if kind == "title" else 12
        left, right = columns[column]
        shaped = reshaper.reshape(words)
        for line in _wrapped(
            shaped, partial(pdfmetrics.stringWidth, fontName="F", fontSize=size), right - left
        ):
            if y < 60:
                column, y = column + 1, 780.0
                if column == len(columns):
                    canvas.showPage()
                    column, number = 0, number + 1
                    heads()
                left, right = columns[column]
            canvas.setFont("F", size)
            canvas.drawRightString(right, y, get_display(line, base_dir="R"))
            y -= size * 1.5
        y -= 8
    canvas.save()


def by_fpdf2(text: Text, out: Path, folder: Path) -> None:
    from fpdf import FPDF

    class Document(FPDF):
        def header(self) -> None:
            if text.running:
                self.set_font("F", size=10)
                self.cell(0, 8, HEAD, align="C", new_x="LMARGIN", new_y="NEXT")

        def footer(self) -> None:
            if text.running:
                self.set_y(-15)
                self.set_font("F", size=10)
                self.cell(0, 8, f"{FOOT} {self.page_no()}", align="C")

    document = Document()
    document.add_font("F", fname=_font_file(text))
    document.set_text_shaping(use_shaping_engine=True)
    document.add_page()
    for kind, words in text.parts:
        document.set_font("F", size=18 if kind == "title" else 12)
        document.multi_cell(0, 9 if kind == "title" else 7, words, align="R", new_x="LMARGIN", new_y="NEXT")
        document.ln(2)
    document.output(str(out))


def by_typst(text: Text, out: Path, folder: Path) -> None:
    import typst

    def plain(words: str) -> str:
        return "".join("\\" + char if char in "\\#*_`$<>@[]=-+/~" else char for char in words)

    body = "\n\n".join(
        f"#text(size: 18pt)[{plain(words)}]" if kind == "title" else plain(words).replace(". ", "\\. ", 1)
        for kind, words in text.parts
    )
    running = (
        f", header: align(center)[{HEAD}], footer: context align(center)[{FOOT} #counter(page).display()]"
    )
    (folder / "a.typ").write_text(
        f'#set page(paper: "a4"{running if text.running else ""}, columns: {text.columns})\n'
        f'#set text(font: "{text.font}", lang: "ar", size: 12pt, dir: rtl)\n'
        f"#set par(justify: true, leading: 1em)\n\n{body}\n",
        encoding="utf-8",
    )
    typst.compile(str(folder / "a.typ"), output=str(out))


def _distilled(inner: Callable[[Text, Path, Path], None]) -> Callable[[Text, Path, Path], None]:
    def by_ghostscript(text: Text, out: Path, folder: Path) -> None:
        inner(text, folder / "before.pdf", folder)
        run(
            ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", f"-sOutputFile={out}", "before.pdf"],
            folder,
        )

    return by_ghostscript


PRODUCERS: dict[str, Callable[[Text, Path, Path], None]] = {
    "chromium": by_chromium,
    "libreoffice": by_libreoffice,
    "xetex": by_xetex,
    "luatex": by_luatex,
    "pango": by_pango,
    "weasyprint": by_weasyprint,
    "typst": by_typst,
    "reportlab": by_reportlab,
    "fpdf2": by_fpdf2,
    "gs-chromium": _distilled(by_chromium),
    "gs-libreoffice": _distilled(by_libreoffice),
}


def make(folder: Path, producers: list[str], which: str) -> None:
    for text in texts(which):
        for producer in producers:
            out = (folder / which / producer / f"{text.name}.pdf").absolute()
            if out.exists():
                continue
            if text.columns > 1 and producer in ("xetex", "pango", "fpdf2"):
                continue
            if text.running and producer == "pango":
                continue
            out.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory() as scratch:
                try:
                    PRODUCERS[producer](text, out, Path(scratch))
                except Exception as error:
                    print(
                        f"{producer} {text.name}: {type(error).__name__}: {str(error)[:300]}", file=sys.stderr
                    )
                    continue
            out.with_suffix(".txt").write_text(text.expected, encoding="utf-8")
            paragraphs = ["".join(map(plain, words)) for _, words in text.parts]
            out.with_suffix(".json").write_text(json.dumps(paragraphs, ensure_ascii=False), encoding="utf-8")


def with_pdfium(path: Path) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    return " ".join(page.get_textpage().get_text_range() for page in document)


def with_pypdf(path: Path) -> str:
    import pypdf

    return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def with_pdfminer(path: Path) -> str:
    from pdfminer.high_level import extract_text

    return extract_text(path)


def with_playa(path: Path) -> str:
    import playa

    with playa.open(path) as document:
        return " ".join(page.extract_text() for page in document.pages)


def with_poppler(path: Path) -> str:
    return subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout


def with_khabar(path: Path) -> str:
    return " ".join(paragraphs_by_khabar(path))


def paragraphs_by_khabar(path: Path) -> list[str]:
    from khabar.corpus import read

    texts: list[str] = []
    for article in read(path):
        first = article.paragraphs[0] if article.paragraphs else ""
        texts += [
            *([] if first.startswith(article.title.rstrip("…")) else [article.title]),
            *article.paragraphs,
        ]
    return texts


READERS = {
    "pypdfium2": with_pdfium,
    "pypdf": with_pypdf,
    "pdfminer.six": with_pdfminer,
    "playa-pdf": with_playa,
    "pdftotext": with_poppler,
    "khabar": with_khabar,
}


@dataclass
class Figure:
    right: float = 0.0
    letters: float = 0.0
    seconds: float = 0.0
    files: list[tuple[float, str]] = field(default_factory=list)


def likeness(one: str, other: str) -> float:
    from rapidfuzz.distance import Levenshtein

    return max(0.0, 1 - Levenshtein.distance(one, other) / max(len(one), 1))


def bounds(paragraphs: list[str]) -> set[str]:
    """Where paragraphs end: the letters around each end."""
    letters = ["".join(char for char in normal(text) if char.isalnum()) for text in paragraphs]
    return {before[-12:] + "|" + behind[:12] for before, behind in pairwise(filter(None, letters))}


def measure_paragraphs(folder: Path) -> None:
    """Print how many ends of paragraphs khabar finds, and how many of those that it finds are some."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for expected in sorted(folder.rglob("*.json")):
        written = bounds(json.loads(expected.read_text(encoding="utf-8")))
        found = bounds(paragraphs_by_khabar(expected.with_suffix(".pdf")))
        for place, number in enumerate((len(written & found), len(written), len(found))):
            counts[expected.parent.name][place] += number
    print("| producer | ends found | ends right |\n|---|---:|---:|")
    for producer, (both, written_count, found_count) in sorted(counts.items()):
        print(f"| {producer} | {100 * both / written_count:.1f} | {100 * both / max(found_count, 1):.1f} |")


def measure(folder: Path, readers: list[str], worst: int, out: Path | None) -> None:
    table: dict[str, dict[str, Figure]] = defaultdict(lambda: defaultdict(Figure))
    for expected in sorted(folder.rglob("*.txt")):
        producer, text = expected.parent.name, expected.read_text(encoding="utf-8")
        for reader in readers:
            begun = time.perf_counter()
            try:
                found = normal(READERS[reader](expected.with_suffix(".pdf")))
            except Exception as error:
                print(f"{reader} {expected}: {error!r}", file=sys.stderr)
                found = ""
            figure = table[producer][reader]
            figure.seconds += time.perf_counter() - begun
            like = likeness(text, found)
            figure.right += like * len(text)
            figure.letters += len(text)
            figure.files.append((like, expected.stem))
    print("| producer | files |", " | ".join(readers), "|")
    print("|---|---:|" + "---:|" * len(readers))
    for producer, row in sorted(table.items()):
        cells = [f"{100 * row[reader].right / row[reader].letters:.1f}" for reader in readers]
        print(f"| {producer} | {len(row[readers[0]].files)} |", " | ".join(cells), "|")
    for producer, row in sorted(table.items()):
        for like, name in sorted(row[readers[-1]].files)[:worst]:
            print(f"{producer:16} {name:24} {100 * like:.2f}")
    if out is not None:
        out.write_text(
            json.dumps(
                {
                    producer: {reader: figure.right / figure.letters for reader, figure in row.items()}
                    for producer, row in table.items()
                },
                indent=1,
            )
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", choices=("make", "measure", "paragraphs"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--producers", default=",".join(PRODUCERS))
    parser.add_argument("--readers", default=",".join(READERS))
    parser.add_argument("--set", default="choose", choices=("choose", "confirm"))
    parser.add_argument("--worst", type=int, default=0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.action == "make":
        make(given.folder, given.producers.split(","), given.set)
    elif given.action == "paragraphs":
        measure_paragraphs(given.folder)
    else:
        measure(given.folder, given.readers.split(","), given.worst, given.json)


if __name__ == "__main__":
    main()
