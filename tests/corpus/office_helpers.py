"""Make Office documents with only the necessary parts."""

from __future__ import annotations

from reading_helpers import zipped

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)
STYLES = (
    f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="b"><w:name w:val="Mine"/><w:basedOn w:val="1"/></w:style>'
    '<w:style w:styleId="h"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
)


def core(
    title: str = "", creator: str = "", created: str = "", modified: str = "", keywords: str = ""
) -> str:
    """The core properties of a document."""
    return (
        "<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f"<dc:title>{title}</dc:title><dc:creator>{creator}</dc:creator><cp:keywords>{keywords}</cp:keywords>"
        f"<dcterms:created>{created}</dcterms:created><dcterms:modified>{modified}</dcterms:modified>"
        "</cp:coreProperties>"
    )


def p(text: str, style: str = "") -> str:
    """A paragraph of a Word document."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(body: str, **parts: str | bytes) -> bytes:
    """A Word document with this body.

    Args:
        body: its XML.
        parts: further parts by name: ``footnotes``, ``endnotes``, ``core``, or the name of the whole part.
    """
    known = {
        "footnotes": "word/footnotes.xml",
        "endnotes": "word/endnotes.xml",
        "core": "docProps/core.xml",
    }
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>'
        for kind in ("styles", "footnotes", "endnotes")
    )
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        f'xmlns:r="{OFFICE}"><w:body>{body}</w:body></w:document>'
    )
    return zipped(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}'
            f'<Relationship Id="rchunk" Type="{OFFICE}/aFChunk" Target="chunk.html"/></Relationships>',
            "word/styles.xml": STYLES,
            "word/document.xml": document,
        }
        | {known.get(name, name): content for name, content in parts.items()}
    )


ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "meta": "meta",
        "svg": "svg-compatible",
        "presentation": "presentation",
    }.items()
)


def odt(body: str, styles: str = "", kind: str = "text", **parts: str | bytes) -> bytes:
    """An OpenDocument document with this body and these automatic styles."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        f"{ODF}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}></office:body>"
        "</office:document-content>"
    )
    media = f"application/vnd.oasis.opendocument.{kind}"
    return zipped(
        {"mimetype": media, "content.xml": content}
        | {name.replace("_", "."): each for name, each in parts.items()}
    )


def epub(
    chapters: dict[str, str],
    metadata: str = "",
    **parts: str | bytes,
) -> bytes:
    """A book with these pages, by name."""
    metadata = metadata or (
        "<dc:title>تاريخ المدينة</dc:title><dc:creator>سلمى حداد</dc:creator><dc:date>2021-03-04</dc:date>"
    )
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'{metadata}</metadata><manifest>{items}<item id="n" href="nav.xhtml" properties="nav" '
        f'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="n"/>{spine}</spine></package>'
    )
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": "<container><rootfile full-path='OPS/book.opf'/></container>",
            "OPS/book.opf": package,
            "OPS/nav.xhtml": "<html><body><nav>المحتويات</nav></body></html>",
        }
        | {f"OPS/{name}": page for name, page in chapters.items()}
        | parts
    )


def page(body: str, title: str = "تاريخ المدينة") -> str:
    """A page of a book."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{title}</title></head><body>{body}</body></html>'
    )


def rtf(body: str, head: str = "") -> bytes:
    """An RTF document with this body; non-ASCII characters are written as ``\\u``."""
    fonts = r"{\fonttbl{\f0\fnil\fcharset0 Calibri;}{\f1\fnil\fcharset178 Arial;}}"
    styles = r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2 Title;}{\*\cs3 Secret;}}"
    text = "".join(each if each.isascii() else rf"\u{ord(each)}?" for each in body)
    return rf"{{\rtf1\ansi\ansicpg1252\deff0{fonts}{styles}{head}\uc1 {text}}}".encode("ascii")


def slide(*shapes: tuple[str, str], more: str = "", show: str = "") -> str:
    """A slide with these placeholders, each a type and a text."""
    body = "".join(
        f'<p:sp><p:nvPr><p:ph type="{kind}"/></p:nvPr><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp>'
        for kind, text in shapes
    )
    return f'<p:sld xmlns:p="p" xmlns:a="a" {show}>{body}{more}</p:sld>'


def pptx(*slides: str, order: tuple[int, ...] = ()) -> bytes:
    """A presentation with these slides, shown in this order."""
    numbers = order or tuple(range(1, len(slides) + 1))
    shown = "".join(f'<p:sldId id="{256 + n}" r:id="r{n}"/>' for n in numbers)
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/slide" Target="slides/slide{n}.xml"/>' for n in numbers
    )
    return zipped(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "ppt/presentation.xml": (
                f'<p:presentation xmlns:p="p" xmlns:r="{OFFICE}">{shown}</p:presentation>'
            ),
            "ppt/_rels/presentation.xml.rels": f"<Relationships>{relations}</Relationships>",
        }
        | {f"ppt/slides/slide{n}.xml": each for n, each in enumerate(slides, start=1)}
    )
