"""Make PDF files glyph by glyph: the text and the position of each."""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Glyphs", "line", "made", "page_of"]

#: The texts that the font says of the glyphs of a line, from left to right, each with its width in heights.
Glyphs = Sequence[tuple[str, float]]
_WIDTH = 0.5
_SPACE = 0.25


def line(text: str, marks: str = "ًٌٍَُِّْ") -> Glyphs:
    """A line of Arabic as shapers give it: a glyph a letter, from left to right, marks before their
    letters."""
    glyphs: list[tuple[str, float]] = []
    # Numbers run from left to right.
    for part in reversed(re.findall(r"\d[\d.,:/]*\d|.", text)):
        for char in part:
            glyphs.append((char, 0.0 if char in marks else _SPACE if char == " " else _WIDTH))
    return glyphs


def page_of(
    lines: Iterable[str], size: float = 12, right: float = 540, top: float = 780, leading: float = 1.6
) -> list[tuple[float, float, float, Glyphs]]:
    """Lines of Arabic, aligned at the right: x, y, size and glyphs of each line."""
    found = []
    for number, text in enumerate(lines):
        glyphs = line(text)
        width = size * sum(width for _, width in glyphs)
        found.append((right - width, top - number * size * leading, size, glyphs))
    return found


def made(
    pages: Sequence[Sequence[tuple[float, float, float, Glyphs]]],
    info: Mapping[str, str] | None = None,
    mode: int = 0,
    picture: bool = False,
    rotate: int = 0,
    tilt: float = 0.0,
) -> bytes:
    """A PDF.

    Args:
        pages: the lines of each: x, y, size and glyphs.
        info: metadata.
        mode: how the text is painted; 3 is not at all, as programs for OCR do.
        picture: whether each page shows a picture.
        rotate: degrees by which the pages are turned.
        tilt: degrees by which their lines rise, as on a crooked scan.
    """
    codes: dict[tuple[str, float], int] = {}
    objects: list[bytes] = [b"", b""]

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    def stream(data: bytes, more: str = "") -> int:
        packed = zlib.compress(data)
        head = f"<</Length {len(packed)}/Filter/FlateDecode{more}>>stream\n".encode()
        return add(head + packed + b"\nendstream")

    contents = []
    for lines in pages:
        cosine, sine = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
        parts = [f"{cosine:.6f} {sine:.6f} {-sine:.6f} {cosine:.6f} 0 0 cm"] if tilt else []
        parts += ["/I Do"] if picture else []
        for x, y, size, glyphs in lines:
            hexed = "".join(f"{codes.setdefault(glyph, len(codes) + 1):04x}" for glyph in glyphs)
            parts.append(f"BT {mode} Tr /F {size} Tf 1 0 0 1 {x:.3f} {y:.3f} Tm <{hexed}> Tj ET")
        contents.append(stream("\n".join(parts).encode()))
    mapped = "\n".join(
        f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for (text, _), code in codes.items() if text
    )
    unicode = stream(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def "
        "1 begincodespacerange <0000> <ffff> endcodespacerange "
        f"{mapped.count('>') // 2} beginbfchar\n{mapped}\nendbfchar endcmap end end".encode()
    )
    widths = " ".join(f"{code} [{1000 * width:.0f}]" for (_, width), code in codes.items())
    descriptor = add(
        b"<</Type/FontDescriptor/FontName/A/Flags 4/Ascent 800/Descent -200/FontBBox[0 -200 1000 800]>>"
    )
    inner = add(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        f"/Supplement 0>>/FontDescriptor {descriptor} 0 R/DW 500/W[{widths}]>>".encode()
    )
    font = add(
        f"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[{inner} 0 R]"
        f"/ToUnicode {unicode} 0 R>>".encode()
    )
    image = stream(
        b"\0", "/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
    )
    kids = [
        add(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate {rotate}/Contents {content} 0 R"
            f"/Resources<</Font<</F {font} 0 R>>/XObject<</I {image} 0 R>>>>>>".encode()
        )
        for content in contents
    ]
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>".encode()
    said = "".join(
        f"/{name}<{b''.join((bytes((254, 255)), value.encode('utf-16-be'))).hex()}>"
        for name, value in (info or {}).items()
    )
    about = add(f"<<{said}>>".encode())
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R/Info {about} 0 R>>\n".encode()
    out += f"startxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
