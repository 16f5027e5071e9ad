"""The output of OCR programs: ALTO, PAGE XML and hOCR."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_helpers import Result

from khabar.corpus.formats.xml_kinds import xml_kind
from khabar.corpus.ocr.words import Word, in_order, joined_lines

TITLE = "افتتاح جسر المرفأ"
FIRST = "افتتح وزير الأشغال جسر المرفأ الجديد أمس."
SECOND = "وقال الوزير إن الجسر سيخفف الازدحام."


def alto_line(text: str, *, confidence: float = 0.95, step: int = -50) -> str:
    words = (
        f'<String CONTENT="{word}" WC="{confidence}" HPOS="{2000 + step * number}" VPOS="0" WIDTH="40" HEIGHT="10"/>'
        for number, word in enumerate(text.split())
    )
    return f"<TextLine>{'<SP/>'.join(words)}</TextLine>"


def alto(*blocks: str, margin: str = "", version: int = 4, before: str = "") -> str:
    return (
        f'<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v{version}#"><Description/>'
        f'<Layout>{before}<Page ID="P1" PHYSICAL_IMG_NR="7"><TopMargin>{margin}</TopMargin><PrintSpace>{"".join(blocks)}'
        "</PrintSpace></Page></Layout></alto>"
    )


def block(*lines: str, name: str = "b") -> str:
    return f'<TextBlock ID="{name}">{"".join(lines)}</TextBlock>'


def test_alto(reading_bytes: Callable[..., Result]) -> None:
    half = FIRST.split("الجديد")
    text = alto(
        block(alto_line(TITLE)),
        block(alto_line(half[0]), alto_line("الجديد" + half[1])),
        block(alto_line(SECOND)),
        margin=block(alto_line("صحيفة الوادي 7")),
    )
    result = reading_bytes("a.xml", text.encode())
    (article,) = result.articles
    assert (article.title, article.paragraphs) == (TITLE, (FIRST, SECOND))
    assert result.report.ok and result.report.clutter["running heads"] == 1
    assert reading_bytes("b.alto", text.replace("ns-v4", "ns-v2").encode()).titles == [TITLE]


def test_paragraphs_know_their_pages(reading_bytes: Callable[..., Result]) -> None:
    one, two = alto(block(alto_line(FIRST))), alto(block(alto_line(SECOND)), block(alto_line(FIRST)))
    pages = two[two.index("<Page") : two.index("</Layout>")]
    article = reading_bytes("a.xml", one.replace("</Layout>", f"{pages}</Layout>").encode()).articles[0]
    assert (article.paragraphs, article.pages) == ((FIRST, SECOND, FIRST), (1, 2, 2))


def test_words_hyphenated_at_line_ends(reading_bytes: Callable[..., Result]) -> None:
    text = alto(
        block(
            '<TextLine><String CONTENT="An"/><SP/><String CONTENT="exam" SUBS_TYPE="HypPart1" SUBS_CONTENT="example"/>'
            '<HYP CONTENT="-"/></TextLine>',
            '<TextLine><String CONTENT="ple" SUBS_TYPE="HypPart2" SUBS_CONTENT="example"/><SP/><String CONTENT="of"/></TextLine>',
            '<TextLine><String CONTENT="para"/><HYP CONTENT="-"/></TextLine><TextLine><String CONTENT="graphs."/></TextLine>',
        ),
        block(alto_line(SECOND)),
    )
    assert reading_bytes("a.xml", text.encode()).articles[0].paragraphs[0] == "An example of paragraphs."


def test_reading_order_of_alto(reading_bytes: Callable[..., Result]) -> None:
    order = '<ReadingOrder><OrderedGroup ID="o"><ElementRef REF="second"/><ElementRef REF="first"/></OrderedGroup></ReadingOrder>'
    text = alto(block(alto_line(SECOND), name="first"), block(alto_line(FIRST), name="second"), before=order)
    assert reading_bytes("a.xml", text.encode()).articles[0].paragraphs == (FIRST, SECOND)


def test_a_doubtful_page_is_reported(reading_bytes: Callable[..., Result]) -> None:
    result = reading_bytes(
        "a.xml",
        alto(block(alto_line(FIRST, confidence=0.3)), block(alto_line(SECOND, confidence=0.3))).encode(),
    )
    (note,) = result.report.notes
    assert note.reason.kind == "ocr-unsure" and dict(note.reason.values) == {"page": 1, "confidence": 30}


def test_lines_in_the_order_of_the_page_are_reversed(reading_bytes: Callable[..., Result]) -> None:
    turned = " ".join(reversed(FIRST.split()))
    result = reading_bytes(
        "a.xml", alto(block(alto_line(turned, step=50)), block(alto_line(SECOND))).encode()
    )
    assert result.articles[0].paragraphs == (FIRST, SECOND)
    assert [note.reason.kind for note in result.report.notes] == ["ocr-turned"]


def boxed(text: str, *, right: int = 1500, letter: int = 12) -> str:
    """A block of one line, with a box as wide as its letters."""
    width = letter * len(text)
    return block(f'<TextLine><String CONTENT="{text}" HPOS="{right - width}" WIDTH="{width}"/></TextLine>')


def test_lines_far_apart_are_one_paragraph(reading_bytes: Callable[..., Result]) -> None:
    half = FIRST.rindex(" ", 0, 30)
    parted = boxed(FIRST[:half]), boxed(FIRST[half + 1 :]), boxed(SECOND)
    article = reading_bytes("a.xml", alto(boxed(TITLE, letter=20), *parted).encode()).articles[0]
    assert (article.title, article.paragraphs) == (TITLE, (FIRST, SECOND))
    # In another column, or indented, it is another paragraph.
    other = boxed(FIRST[:half]), boxed(FIRST[half + 1 :], right=1300)
    found = reading_bytes("b.xml", alto(*other, boxed(SECOND)).encode()).articles[0]
    assert found.paragraphs == (FIRST[half + 1 :], SECOND)


@given(st.lists(st.sampled_from(["خبر", "جديد", "الجسر", "12", "km", "2024"]), min_size=1, max_size=12))
def test_a_turned_line_of_arabic_words_is_the_reversed_one(words: list[str]) -> None:
    line = [Word(word, 10.0 * place) for place, word in enumerate(words)]
    found, turned = in_order(line)
    assert sorted(found) == sorted(line)
    if turned:
        arabic = [word for word in line if word.text not in ("12", "km", "2024")]
        assert [word for word in found if word in arabic] == arabic[::-1]
    else:
        assert list(found) == line


@given(st.lists(st.text(max_size=20), max_size=6))
def test_joined_lines_keep_all_letters(lines: list[str]) -> None:
    def letters(text: str) -> str:
        return "".join(each for each in text if each.isalnum())

    assert letters(joined_lines(lines)) == letters("".join(lines))


PAGE_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Metadata><Creator>x</Creator></Metadata>
<Page imageFilename="a.tif" imageWidth="100" imageHeight="100"><ReadingOrder><OrderedGroup id="g">
<RegionRefIndexed index="1" regionRef="r2"/><RegionRefIndexed index="0" regionRef="r3"/>
<RegionRefIndexed index="2" regionRef="r1"/></OrderedGroup></ReadingOrder>
<TextRegion id="r0" type="page-number"><TextLine><TextEquiv><Unicode>7</Unicode></TextEquiv></TextLine></TextRegion>
<TextRegion id="r1"><TextLine><TextEquiv index="1"><Unicode>خطأ</Unicode></TextEquiv><TextEquiv index="0" conf="0.9">
<Unicode>{SECOND}</Unicode></TextEquiv></TextLine><TextEquiv><Unicode>{SECOND}</Unicode></TextEquiv></TextRegion>
<TextRegion id="r2" custom="readingOrder {{index:1;}} structure {{type:paragraph;}}">
<TextLine><Word><Coords points="90,0 99,9"/><TextEquiv><Unicode>{FIRST.split()[0]}</Unicode></TextEquiv></Word>
<Word><Coords points="70,0 80,9"/><TextEquiv><Unicode>{" ".join(FIRST.split()[1:3])}</Unicode></TextEquiv></Word></TextLine>
<TextLine><TextEquiv><Unicode>{" ".join(FIRST.split()[3:])}</Unicode></TextEquiv></TextLine></TextRegion>
<TextRegion id="r3" type="heading"><TextEquiv><Unicode>{TITLE}</Unicode></TextEquiv></TextRegion>
</Page></PcGts>"""


def test_page_xml(reading_bytes: Callable[..., Result]) -> None:
    result = reading_bytes("a.xml", PAGE_XML.encode())
    (article,) = result.articles
    assert (article.title, article.paragraphs) == (TITLE, (FIRST, SECOND))
    assert result.report.clutter["running heads"] == 1


def hocr_line(text: str, kind: str = "ocr_line", confidence: int = 90) -> str:
    words = (
        f"<span class='ocrx_word' title='bbox {900 - 50 * place} 0 {940 - 50 * place} 9; x_wconf "
        f"{confidence}'>{word}</span>"
        for place, word in enumerate(text.split())
    )
    return f"<span class='{kind}' title='bbox 0 0 900 9'>{' '.join(words)}</span>"


def hocr(*paragraphs: str, title: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en">'
        f"<head><title>{title}</title><meta name='ocr-system' content='tesseract 5.3.0' /></head><body>"
        f"<div class='ocr_page' id='page_1' title='image \"a.png\"; ppageno 0'><div class='ocr_carea'>"
        f"{''.join(paragraphs)}</div></div></body></html>"
    )


def par(*lines: str) -> str:
    return f"<p class='ocr_par' dir='rtl' lang='ara'>{''.join(lines)}</p>"


def test_hocr(reading_bytes: Callable[..., Result]) -> None:
    half = FIRST.split()
    text = hocr(
        par(hocr_line("الوادي 7", "ocr_header")),
        par(hocr_line(TITLE)),
        par(hocr_line(" ".join(half[:3])), hocr_line(" ".join(half[3:]))),
        par(hocr_line(SECOND)),
        title="scan_001.tif",
    )
    for name in ("a.hocr", "a.html", "a.xml", "noname"):
        result = reading_bytes(name, text.encode())
        (article,) = result.articles
        assert (article.title, article.paragraphs) == (TITLE, (FIRST, SECOND)), name
        assert result.report.clutter["running heads"] == 1


def test_hocr_of_lines_alone_and_of_doubtful_words(reading_bytes: Callable[..., Result]) -> None:
    lines = (
        f"<span class='ocr_line' title='bbox 0 0 9 9'>{FIRST}</span><span class='ocr_line'>{SECOND}</span>"
    )
    assert reading_bytes("a.html", hocr(lines).encode()).articles[0].text == f"{FIRST} {SECOND}"
    doubtful = reading_bytes(
        "b.html", hocr(par(hocr_line(FIRST, confidence=20)), par(hocr_line(SECOND, confidence=20))).encode()
    )
    assert [note.reason.kind for note in doubtful.report.notes] == ["ocr-unsure"]


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.xml", alto(), "no-word"),
        ("b.xml", alto(block(alto_line(FIRST)))[:-40], "broken-xml"),
        ("c.xml", "<PcGts><Page/></PcGts>", "no-word"),
        ("d.hocr", hocr(), "no-word"),
        ("e.xml", "<alto>" + "<Page>" * 100_000, "nested-xml"),
        (
            "f.xml",
            "<!DOCTYPE alto [<!ENTITY a 'b'>]><alto><Layout><Page/></Layout></alto>",
            "declared-entity",
        ),
    ],
)
def test_broken_and_empty_files(
    reading_bytes: Callable[..., Result], name: str, text: str, kind: str
) -> None:
    assert kind in [each.reason.kind for each in reading_bytes(name, text.encode()).report.skipped]


@pytest.mark.parametrize("tag", ["<meta ", "<a ", "<meta ocr-"])
def test_tags_that_never_end_take_linear_time(tag: str) -> None:
    began = process_time()
    assert xml_kind("<html>" + tag * 10_000) is None
    assert process_time() - began < 2
