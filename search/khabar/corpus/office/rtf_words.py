r"""Tables of the RTF control words (1.9.1) that matter for the text."""

from __future__ import annotations

import re

__all__ = [
    "ARABIC",
    "CHARACTERS",
    "CHARSETS",
    "DEEPEST",
    "KNOWN",
    "LEFT_OUT",
    "MOMENTS",
    "PARAGRAPH_ENDS",
    "PARTS_OF_MOMENT",
    "PROPERTIES",
    "SIGNS",
    "SPECIAL",
    "SYMBOLS",
    "TOKEN",
    "UNICODE",
    "UNICODE_RUN",
]

TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)|.", re.S
)
UNICODE_RUN = re.compile(rb"(?:\\u-?[0-9]{1,5} ?(?:\?|\\'[0-9a-fA-F]{2})|[ -\[\]-z|~])+")
r"""Text as nearly all programs write it: a run of characters such as ``\u1576?`` or ``\u1576\'3f``."""
UNICODE = re.compile(rb"\\u(-?[0-9]{1,5}) ?(?:\?|\\'..)|(.)", re.S)
SYMBOLS = re.compile("[\uf000-\uf0ff]")
"""Characters of symbol fonts, such as bullets."""
SPECIAL = re.compile("[\ud800-\udfff\uf000-\uf0ff]")
"""Symbols, and surrogates."""
DEEPEST = 1000
CHARSETS = {
    **{0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253"},
    **{
        162: "cp1254",
        163: "cp1258",
        177: "cp1255",
        178: "cp1256",
        186: "cp1257",
        204: "cp1251",
        222: "cp874",
    },
    **{238: "cp1250", 255: "cp437"},
}
"""Code pages by the number of a font's character set."""
ARABIC = "cp1256"
LEFT_OUT = frozenset(
    b"""
    annotation atnauthor atndate atnid atnref author0 bkmkend bkmkstart blipuid colortbl datafield datastore
    do falt filetbl footer footerf footerl footerr ftncn ftnsep ftnsepc aftncn aftnsep aftnsepc generator
    header headerf headerl headerr latentstyles levelnumbers leveltext list listname listoverridetable
    listtable listtext nonshppict objclass objdata objname oleclsid pgptbl pict picprop pntext pnseclvl
    protusertbl revtbl rsidtbl rxe sp template tc themedata colorschememapping userprops wgrffmtfilter xe
    xmlnstbl xmlopen shprslt mmathPr htmltag
    """.split()
)
"""Destinations whose text is invisible."""
KNOWN = frozenset(
    b"""
    background fldinst footnote fldrslt info shpinst shptxt shppict stylesheet fonttbl shp result object
    field rtlmark
    """.split()
)
r"""Destinations that are read although ``\*`` precedes them."""
CHARACTERS = {
    **{
        b"tab": " ",
        b"line": "\n",
        b"lbr": "\n",
        b"emdash": "—",
        b"endash": "–",
        b"lquote": "‘",
        b"rquote": "’",
    },
    **{
        b"ldblquote": "“",
        b"rdblquote": "”",
        b"bullet": "•",
        b"emspace": " ",
        b"enspace": " ",
        b"qmspace": " ",
    },
    **{
        b"zwj": "\u200d",
        b"zwnj": "\u200c",
        b"ltrmark": "\u200e",
        b"rtlmark": "\u200f",
        b"zwbo": "",
        b"zwnbo": "",
    },
}
SIGNS = {b"~": "\u00a0", b"_": "-", b"-": "", b"{": "{", b"}": "}", b"\\": "\\"}
PARAGRAPH_ENDS = frozenset({b"par", b"sect", b"page", b"column"})
PROPERTIES = {b"title": "title", b"author": "author", b"keywords": "keywords"}
MOMENTS = {b"creatim": "created", b"revtim": "modified"}
PARTS_OF_MOMENT = {b"yr": 0, b"mo": 1, b"dy": 2, b"hr": 3, b"min": 4}
