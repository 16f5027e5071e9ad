"""The text of a message: lines that a mail program broke are rejoined; quotations and the signature are left
out.

Programs break lines at 72 to 78 characters, and a paragraph ends at an empty line. Lines are joined where a
message says that they may be (``format=flowed``, RFC 3676), and else where the next line's first word would
not have fitted, so that lists and verses stay.

A reply repeats what it answers. Lines that begin with ``>`` are the text of another message, and so is what
follows «-----Original Message-----» and its like, or the block of headers that Outlook writes («من: … تاريخ
الإرسال: … إلى: … الموضوع: …»); they are left out and counted as clutter, since an archive has the original.
In a message that is forwarded, and in one that is nothing but quotation, they are the text.
A signature behind ``-- `` (RFC 3676, 4.3) is left out and counted too.
"""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from khabar.spelling import has_words

__all__ = ["MessageText", "text_of_html", "text_of_plain"]

_NARROW, _WIDE = 50, 100
"""Between these the longest line of a text that was broken by a program is."""
_LONGEST_SIGNATURE = 15
_LONGEST_ATTRIBUTION = 3
_QUOTED = re.compile(r"\s{0,3}(?:>|\|\s)")
_ATTRIBUTION = re.compile(
    r"(?:^|\s)(?:كتب|كتبت|كتبه|wrote|writes|écrit|schrieb|escribió|الرسالة)\b[^\n]{0,200}[:：]\s*$|^\s*(?:On|في|بتاريخ)\s"
    r"[^\n]{6,200}[:：]\s*$",
    re.I,
)
_ORIGINAL = re.compile(
    r"\s*[-_*]{2,}\s*(?:original message|original appointment|reply message|الرسالة الأصلية|رسالة أصلية"
    r"|message d'origine)\s*[-_*]{2,}\s*$",
    re.I,
)
_MARK = r"\s*[*_]{0,2}\s*[:：]\s*[*_]{0,2}"
_BLOCK_BEGINS = re.compile(r"\s*[*_]{0,2}(?:من|المرسل|from|de|von)" + _MARK + r"\s*\S", re.I)
_BLOCK_HEADERS = (
    re.compile(
        r"\s*[*_]{0,2}(?:تاريخ الإرسال|تاريخ الارسال|أُ?رسلت|تم الإرسال|التاريخ|sent|date|envoyé|gesendet)"
        + _MARK,
        re.I,
    ),
    re.compile(r"\s*[*_]{0,2}(?:الموضوع|موضوع|subject|objet|betreff)" + _MARK, re.I),
)
"""What Outlook writes of a message above its text: its sender, and below its date and subject."""
_BLOCK_LINES = 10
_RULE = re.compile(r"\s*[-_=*]{5,}\s*$")
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks of direction, which programs write around addresses and lines."""
_CUT = "\ue0f0"
"""A line that stands where a quotation was taken out of HTML; a private character."""
_FORWARDED = re.compile(r"\s*(?:fwd?|tr|wg|إعادة توجيه|إعادة إرسال|محول)\s*:", re.I)
_FORWARD_LINE = re.compile(
    r"\s*[-_*]{2,}\s*(?:begin )?(?:forwarded|الرسالة المعاد توجيهها|رسالة معاد توجيهها)", re.I
)
_PGP_BEGIN = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\s*\n(?:[A-Za-z-]+:[^\n]*\n)*\s*\n?")
_PGP_END = "-----BEGIN PGP SIGNATURE-----"
_QUOTATION_TAG = re.compile(r"<(/?)blockquote\b([^<>]{0,2000})>", re.I)
_CITE = re.compile(r"""\btype\s*=\s*["']?cite|gmail_quote""", re.I)


_STOPS = (".", "!", "؟", "?", ":", "…", "»", '"')


class MessageText(msgspec.Struct, frozen=True):
    """The text of a message, one paragraph a line, and how many lines of which clutter were left out."""

    text: str
    clutter: Counter[str]


def text_of_plain(text: str, subject: str = "", *, flowed: bool = False, delsp: bool = False) -> MessageText:
    """The text of a plain message.

    Args:
        text: as it came.
        subject: of the message, which tells whether it is forwarded.
        flowed: whether it is ``format=flowed``.
        delsp: whether the space at the end of a flowed line is to be deleted (``DelSp=yes``).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "-----BEGIN PGP SIGNED" in text:
        text = re.sub(r"(?m)^- (?=-)", "", _PGP_BEGIN.sub("", text, count=1).partition(_PGP_END)[0])
    clutter: Counter[str] = Counter()
    lines = _without_signature(text.split("\n"), clutter)
    forwarded = _FORWARDED.match(subject) is not None or any(map(_FORWARD_LINE.match, lines))
    own = lines if forwarded else _without_quotations(lines, clutter)
    if not any(map(has_words, own)):
        own = lines
        del clutter["quoted reply"]
    if forwarded or own is lines:
        own = [re.sub(r"^(?:\s{0,3}>)+ ?", "", line) for line in own]
    return MessageText("\n".join(_flowed(own, delsp) if flowed else _unbroken(own)), +clutter)


def text_of_html(page: str, subject: str = "") -> MessageText:
    """The text of a message in HTML: without its markup and, unless it is forwarded, its quotations.

    Args:
        page: the message.
        subject: as for `text_of_plain`.
    """
    from khabar.corpus.text.markup import without_tags

    ends = re.search(r"</head\s*>", page, re.I)
    page = page[ends.end() :] if ends else page
    clutter: Counter[str] = Counter()
    own = page if _FORWARDED.match(subject) else _without_blocks(page)
    text = without_tags(_spaced(own))
    if own is not page:
        if has_words(text):
            clutter["quoted reply"] += 1
        else:
            text, own = without_tags(_spaced(page)), page
    lines = [" ".join(line.split()).strip("| ") for line in text.split("\n")]
    is_reply = not _FORWARDED.match(subject) and not any(map(_FORWARD_LINE.match, lines))
    if is_reply:
        counted = clutter.copy()
        kept = _without_quotations(lines, counted)
        lines, clutter = (kept, counted) if any(map(has_words, kept)) else (lines, clutter)
    return MessageText("\n".join(line for line in lines if line and line != _CUT), clutter)


def _spaced(page: str) -> str:
    """HTML whose line ends are white space, with a bar between the cells of a row."""
    page = re.sub(r"[ \t\r\n]+", " ", page)
    return re.sub(r"</t[dh]\s*>\s*<t[dh]\b[^<>]*>", " | ", page, flags=re.I)


def _without_blocks(page: str) -> str:
    """HTML without its quotations; the same object if it has none."""
    pieces: list[str] = []
    position = depth = 0
    for found in _QUOTATION_TAG.finditer(page):
        if depth:
            depth += -1 if found[1] else 1
            if not depth:
                position = found.end()
        elif not found[1] and _CITE.search(found[2]):
            pieces += [page[position : found.start()], f"<br>{_CUT}<br>"]
            depth = 1
    if not pieces:
        return page
    return "".join([*pieces, "" if depth else page[position:]])


def _without_signature(lines: list[str], clutter: Counter[str]) -> list[str]:
    for place in range(len(lines) - 1, max(-1, len(lines) - _LONGEST_SIGNATURE - 2), -1):
        if lines[place] in ("-- ", "--\u00a0", "--") and any(map(has_words, lines[:place])):
            clutter["signature"] += sum(map(has_words, lines[place + 1 :]))
            return lines[:place]
    return lines


def _without_quotations(lines: list[str], clutter: Counter[str]) -> list[str]:
    own: list[str] = []
    for place, line in enumerate(lines):
        if _ORIGINAL.match(line) or _is_reply_block(lines, place):
            clutter["quoted reply"] += sum(map(has_words, lines[place:]))
            while own and (not own[-1].strip() or _RULE.match(own[-1])):
                own.pop()
            break
        if line == _CUT or _QUOTED.match(line):
            back = _attribution(own)
            # What was cut out of HTML is counted already.
            clutter["quoted reply"] += back + (line != _CUT)
            own.append("")
        else:
            own.append(line)
    return own


def _attribution(own: list[str]) -> int:
    """Take «On Monday, Salma wrote:» from the end of lines: it goes with what she wrote.

    Returns:
        how many lines it was; a program may have broken it.
    """
    while own and not own[-1].strip():
        own.pop()
    for back in range(1, min(_LONGEST_ATTRIBUTION, len(own)) + 1):
        if _ATTRIBUTION.search(_INVISIBLE.sub("", " ".join(own[-back:]))):
            del own[-back:]
            return back
    return 0


def _is_reply_block(lines: list[str], place: int) -> bool:
    """Whether Outlook's block of headers begins here: a sender, then a date and a subject."""
    if not _BLOCK_BEGINS.match(_INVISIBLE.sub("", lines[place])):
        return False
    below = [_INVISIBLE.sub("", line) for line in lines[place + 1 : place + 1 + _BLOCK_LINES]]
    return all(any(map(header.match, below)) for header in _BLOCK_HEADERS)


def _flowed(lines: list[str], delsp: bool) -> list[str]:
    joined: list[str] = []
    open_ = False
    for line in lines:
        line = line[1:] if line.startswith(" ") else line  # stuffed
        flows = line.endswith(" ") and line != "-- "
        text = line[:-1] if flows and delsp else line
        if open_:
            joined[-1] += text
        else:
            joined.append(text)
        open_ = flows
    return joined


def _unbroken(lines: list[str]) -> list[str]:
    """The lines, those joined that a program has broken."""
    width = max((len(line.rstrip()) for line in lines), default=0)
    if not _NARROW <= width <= _WIDE:
        return lines
    joined: list[str] = []
    last = ""
    for line in lines:
        words = line.split(maxsplit=1)
        broken = bool(last and words) and len(last) + 1 + len(words[0]) > width
        # Behind a sentence a paragraph may end: better two of one than one of two.
        broken = broken and not last.endswith(_STOPS)
        if broken and not line.startswith((" ", "\t", "-", "*", "•")):
            joined[-1] = f"{joined[-1].rstrip()} {line.strip()}"
        else:
            joined.append(line)
        last = line.rstrip()
    return joined
