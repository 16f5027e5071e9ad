"""Extract the text of a message: rejoin lines that a program broke, leave out quotations and the signature.

Programs break lines at 72 to 78 characters, and a paragraph ends at an empty line. Lines are joined if the
message allows it (``format=flowed``, RFC 3676), otherwise only if the first word of the next line would not
have fitted, so that lists and verses stay.

A reply quotes the message that it answers. Lines that begin with ``>`` belong to that message, and so does
the text after «-----Original Message-----» and the like, or after the block of headers that Outlook writes
(«من: … تاريخ الإرسال: … إلى: … الموضوع: …»). Quotations are left out and counted as clutter, since an archive
has the original; but in a forwarded message, and in one that is only a quotation, they are the text. A
signature after ``-- `` (RFC 3676, 4.3) is left out and counted too.
"""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from khabar.corpus.text.broken_lines import STOPS, is_broken, rejoined
from khabar.spelling import has_words

__all__ = ["MessageText", "text_of_html", "text_of_plain"]

_NARROW, _WIDE = 50, 100
"""Range of the longest line of a text whose lines a program broke."""
_LONGEST_SIGNATURE = 15
_LONGEST_ATTRIBUTION = 3
_LONGEST_FOOTER = 6
_LIST_RULE = re.compile(r"_{30,}\s*")
"""The line above the footer of Mailman."""
_ADDRESS = re.compile(r"https?://|\S@\S")
_DEVICE = (
    r"(?:iphone|ipad|ipod|ios|android|samsung|galaxy|huawei|xiaomi|redmi|oppo|nokia|blackberry|htc|pixel|outlook"
    r"|yahoo|gmail|proton|mail|windows|mobile|phone|smartphone|tablet|device|téléphone|portable)"
)
_DEVICE_ARABIC = (
    r"(?:ال)?(?:[آأا]ي ?فون|[آأا]ي ?باد|[أا]ندرويد|سامسون[جغ]|[جغ]ا?لاكسي|هواوي|شاومي|نوكيا|بلاك ?بيري"
    r"|[أا]وتلوك|ياهو|جيميل)|(?:هاتف|جهاز|جوال|موبايل|محمول)ي"
)
_SENT_FROM = re.compile(
    rf"(?:sent|get outlook) (?:from|for|via) (?:my |the |a )?(?:[\w+-]+ ){{0,2}}{_DEVICE}\b[\w .+-]{{0,30}}"
    rf"|envoyé de(?:puis)? (?:mon |ma )?(?:[\w+-]+ ){{0,2}}{_DEVICE}\b[\w .+-]{{0,30}}"
    rf"|(?:[أا]ُ?رسلت?|تم الإرسال) (?:هذه الرسالة )?(?:من|بواسطة|عبر)(?=.*(?:{_DEVICE}|{_DEVICE_ARABIC}))"
    rf"(?: (?:[a-z0-9.+-]+|{_DEVICE_ARABIC}|الـ*|(?:ال)?(?:هاتف|جهاز|جوال|موبايل|محمول|ذكي|بريد|تطبيق|برنامج)"
    r"|على|لنظام)){1,7}\.?",
    re.I,
)
"""The line that telephones add to a message."""
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
"""The lines that Outlook writes below the sender of a quoted message: its date and its subject."""
_BLOCK_LINES = 10
_RULE = re.compile(r"\s*[-_=*]{5,}\s*$")
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Direction marks, which programs write around addresses and lines."""
_CUT = "\ue0f0"
"""A line that marks where a quotation was removed from HTML; a private-use character."""
_FORWARDED = re.compile(r"\s*(?:fwd?|tr|wg|إعادة توجيه|إعادة إرسال|محول)\s*:", re.I)
_FORWARD_LINE = re.compile(
    r"\s*[-_*]{2,}\s*(?:begin )?(?:forwarded|الرسالة المعاد توجيهها|رسالة معاد توجيهها)", re.I
)
_PGP_BEGIN = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\s*\n(?:[A-Za-z-]+:[^\n]*\n)*\s*\n?")
_PGP_END = "-----BEGIN PGP SIGNATURE-----"
_QUOTATION_TAG = re.compile(r"<(/?)blockquote\b([^<>]{0,2000})>", re.I)
_CITE = re.compile(r"""\btype\s*=\s*["']?cite|gmail_quote""", re.I)


class MessageText(msgspec.Struct, frozen=True):
    """The text of a message, one paragraph per line, and the number of lines left out, by category of
    clutter."""

    text: str
    clutter: Counter[str]


def text_of_plain(text: str, subject: str = "", *, flowed: bool = False, delsp: bool = False) -> MessageText:
    """The text of a message in plain text.

    Args:
        text: the body of the message.
        subject: its subject, which tells whether it is forwarded.
        flowed: whether it is ``format=flowed``.
        delsp: whether the space at the end of a flowed line must be deleted (``DelSp=yes``).
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
    """The text of a message in HTML, without markup and, unless it is forwarded, without quotations.

    Args:
        page: the body of the message.
        subject: its subject, as for `text_of_plain`.
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
        new_clutter = clutter.copy()
        own_lines = _without_quotations(lines, new_clutter)
        if any(map(has_words, own_lines)):
            lines, clutter = own_lines, new_clutter
    lines = _without_footer([line for line in lines if line and line != _CUT], clutter)
    return MessageText("\n".join(lines), clutter)


def _spaced(page: str) -> str:
    """HTML with its line ends as spaces, and with a bar between the cells of a row."""
    page = re.sub(r"[ \t\r\n]+", " ", page)
    return re.sub(r"</t[dh]\s*>\s*<t[dh]\b[^<>]*>", " | ", page, flags=re.I)


def _without_blocks(page: str) -> str:
    """HTML without its quotations; the same object if it has none."""
    pieces: list[str] = []
    position = depth = 0
    for tag in _QUOTATION_TAG.finditer(page):
        is_end = tag[1]
        if depth:
            depth += -1 if is_end else 1
            if not depth:
                position = tag.end()
        elif not is_end and _CITE.search(tag[2]):
            pieces += [page[position : tag.start()], f"<br>{_CUT}<br>"]
            depth = 1
    if not pieces:
        return page
    return "".join([*pieces, "" if depth else page[position:]])


def _without_signature(lines: list[str], clutter: Counter[str]) -> list[str]:
    lines = _without_footer(lines, clutter)
    for index in range(len(lines) - 1, max(-1, len(lines) - _LONGEST_SIGNATURE - 2), -1):
        if lines[index] in ("-- ", "--\u00a0", "--") and any(map(has_words, lines[:index])):
            clutter["signature"] += sum(map(has_words, lines[index + 1 :]))
            return lines[:index]
    return lines


def _without_footer(lines: list[str], clutter: Counter[str]) -> list[str]:
    """The lines without those that a mailing list or a telephone added at the end."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    begin = end - 1 if end and _SENT_FROM.fullmatch(_INVISIBLE.sub("", lines[end - 1]).strip()) else end
    for index in range(end - 2, max(-1, end - _LONGEST_FOOTER - 1), -1):
        if _LIST_RULE.fullmatch(lines[index]) and any(map(_ADDRESS.search, lines[index:end])):
            begin = index
    if begin == end or not any(map(has_words, lines[:begin])):
        return lines
    clutter["signature"] += sum(map(has_words, lines[begin:end]))
    return lines[:begin]


def _without_quotations(lines: list[str], clutter: Counter[str]) -> list[str]:
    own: list[str] = []
    for index, line in enumerate(lines):
        if _ORIGINAL.match(line) or _is_reply_block(lines, index):
            clutter["quoted reply"] += sum(map(has_words, lines[index:]))
            while own and (not own[-1].strip() or _RULE.match(own[-1])):
                own.pop()
            break
        if line == _CUT or _QUOTED.match(line):
            removed = _remove_attribution(own)
            # A quotation that was cut out of HTML is already counted.
            clutter["quoted reply"] += removed + (line != _CUT)
            own.append("")
        else:
            own.append(line)
    return own


def _remove_attribution(own: list[str]) -> int:
    """Remove «On Monday, Salma wrote:» from the end of the lines: it belongs to the quotation.

    Returns:
        The number of lines removed; a program may have broken it.
    """
    while own and not own[-1].strip():
        own.pop()
    for count in range(1, min(_LONGEST_ATTRIBUTION, len(own)) + 1):
        if _ATTRIBUTION.search(_INVISIBLE.sub("", " ".join(own[-count:]))):
            del own[-count:]
            return count
    return 0


def _is_reply_block(lines: list[str], index: int) -> bool:
    """Whether Outlook's block of headers begins at a line: a sender, then a date and a subject."""
    if not _BLOCK_BEGINS.match(_INVISIBLE.sub("", lines[index])):
        return False
    below = [_INVISIBLE.sub("", line) for line in lines[index + 1 : index + 1 + _BLOCK_LINES]]
    return all(any(map(header.match, below)) for header in _BLOCK_HEADERS)


def _flowed(lines: list[str], delsp: bool) -> list[str]:
    """The paragraphs of a text with ``format=flowed`` (RFC 3676)."""
    paragraphs: list[str] = []
    continues = False
    for line in lines:
        line = line[1:] if line.startswith(" ") else line  # space-stuffed
        flows = line.endswith(" ") and line != "-- "
        text = line[:-1] if flows and delsp else line
        if continues:
            paragraphs[-1] += text
        else:
            paragraphs.append(text)
        continues = flows
    return paragraphs


def _unbroken(lines: list[str]) -> list[str]:
    """The lines, with those rejoined that a program broke."""
    width = max((len(line.rstrip()) for line in lines), default=0)
    if not _NARROW <= width <= _WIDE:
        return lines
    runs: list[list[str]] = []
    last = ""
    for line in lines:
        # After a sentence a paragraph may end: one paragraph split in two is better than two joined.
        if is_broken(last, line, width) and not last.endswith(STOPS):
            runs[-1].append(line)
        else:
            runs.append([line])
        last = line.rstrip()
    return [line for run in runs for line in rejoined(run)]
