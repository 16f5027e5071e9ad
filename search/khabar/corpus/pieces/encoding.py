"""Detect the encoding of bytes, and decode them.

The encodings are tried in this order:

1. UTF-8, UTF-16 or UTF-32 by the byte order mark;
2. for bytes with many control characters, UTF-16 without a mark; if that gives no text, the bytes are not
   text;
3. UTF-8; also text that a program decoded wrongly and encoded again (a guess; see
   `khabar.corpus.pieces.encoded_again`);
4. UTF-8 in some lines and Windows-1256 in others, of files that somebody has concatenated (a guess); or UTF-8
   with a few broken bytes (at most one for ten good non-ASCII characters: a cut character, a stray byte),
   which become U+FFFD. Other encodings are never mistaken for it: their Arabic letters are not valid UTF-8;
5. Windows-1252 (French, German, Spanish), if a reading as Windows-1256 would put Arabic letters into Latin
   words and give few Arabic words (`_is_latin`);
6. Windows-1256 or ISO 8859-6, if charset-normalizer finds that it can be one of these (it is given only these
   two, because otherwise it sometimes takes Arabic for Thai), or MacArabic, if the bytes contain signs that
   only this has, such as its full stop. Between them, `_plausibility` decides. On 3,000 articles in each of
   the first two encodings this was right for every text of ten letters or more; the library alone missed 42,
   because it refuses texts with direction marks and cannot decide on short ones.

The results of 2 and 4 to 6 are guesses, and marked as such.

A web page may declare its encoding (`decode_page`). Many declare a wrong one, mostly Latin-1, so a
declaration counts only for bytes that are not UTF-8, and only if it names an Arabic encoding.
"""

from __future__ import annotations

import codecs
import re

import msgspec

from khabar.corpus.pieces.encoded_again import ENCODED_AGAIN, TWICE_ARABIC, encoded_again
from khabar.corpus.report import Unreadable

__all__ = ["Decoded", "decode", "decode_page", "is_utf8"]

_MARKS = (
    # UTF-32 first: its mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8"),
)
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\r\f\v\x1a\x1b"})
_NAMES = {"cp1256": "windows-1256", "iso8859_6": "iso-8859-6", "mac_arabic": "mac-arabic"}
_TESTED = ("cp1256", "iso8859_6")
"""The encodings for which charset-normalizer is asked."""
_OF_MAC = re.compile(rb"[\xa1-\xa3\xa5-\xab\xae-\xba\xbc-\xbe]")
"""Signs and digits of MacArabic that ISO 8859-6 does not have; most of its letters are the same."""
_SAMPLE = 1 << 16
_NON_ASCII = re.compile(rb"[\x80-\xff]")
_ARABIC_OR_ASCII = re.compile("[\t\n\r -~\xa0«»،؛؟ء-ي\u064b-\u0652٠-٩–—‘-”\u200c-\u200f]")
_COMMON = re.compile("ال|ي")
_MIXED = re.compile("[ء-ي][×à-ÿ]|[×à-ÿ][ء-ي]|(?<![ء-ي\u064b-\u0652])[\u064b-\u0652]")
_DIRECTIONS = bytes([0x9D, 0x9E, 0xFD, 0xFE])
"""Joiners and direction marks in Windows-1256, which charset-normalizer takes for noise."""

_DECLARED = re.compile(
    rb"""<meta[^>]{1,200}?charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})|<\?xml[^>]{1,100}encoding\s*=\s*["']([a-z0-9_:.-]{2,40})""",
    re.I,
)
_HEAD = 1 << 14
_ARABIC_CODECS = frozenset({"cp1256", "iso8859-6", "cp864", "cp720", "mac-arabic"})
_LATIN = "windows-1252"
_ARABIC = "\u0621-\u064a\u0671-\u06d3"
_LETTERS = "A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸ"
_WORD = re.compile(f"[{_ARABIC}{_LETTERS}]+")
_LETTERS_OF_ARABIC = re.compile(f"[{_ARABIC}]")
_LETTERS_OF_LATIN = re.compile(f"[{_LETTERS}]")
_NOT_ENGLISH = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸ]")
_NOT_LATIN = re.compile(f"[ÐÝÞðýþ×÷\ufffd]|(?<=[{_LETTERS}])[¡-¦¨-ª¬-³µ¶¸-º¼-¿](?=[{_LETTERS}])")
"""Characters that German, French and Spanish do not have, but Turkish and Polish show if read as
Windows-1252."""
_ARABIC_WORD = re.compile("[\u0621-\u064a]{2,}")
_FEWEST_WORDS = 2
_TWO_ENCODINGS = "utf-8 and windows-1256"


class Decoded(msgspec.Struct, frozen=True):
    """A text, its encoding, and whether the encoding is a guess."""

    text: str
    encoding: str
    guessed: bool = False


def is_utf8(head: bytes) -> bool:
    """Whether a file begins as plain UTF-8, so that it can be decoded line by line."""
    if head.startswith(codecs.BOM_UTF8):
        head = head[3:]
    if any(head.startswith(mark) for mark, _ in _MARKS) or _mostly_controls(head):
        return False
    # The last line may end within a character.
    decoded = _utf8(head[: head.rfind(b"\n") + 1] or head)
    # A text that was encoded twice must be decoded as a whole.
    return decoded is not None and not decoded.encoding.startswith((ENCODED_AGAIN, _TWO_ENCODINGS))


def decode(data: bytes) -> Decoded:
    """Decode bytes.

    Raises:
        Unreadable: they are not text, or their encoding is unknown.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data, mark, encoding)
    if _mostly_controls(data):
        return _utf16(data)
    return _utf8(data) or _single_byte(data)


def decode_page(data: bytes, declared: str = "") -> Decoded:
    """Decode a web page.

    Args:
        data: its bytes.
        declared: the encoding that the server named, or "".

    Raises:
        Unreadable: the bytes are not text.
    """
    marked = data.startswith(tuple(mark for mark, _ in _MARKS))
    if not marked and not _mostly_controls(data):
        if (utf8 := _utf8(data)) and not utf8.guessed:
            return utf8
        declaration = _DECLARED.search(data[:_HEAD])
        in_page = (declaration[1] or declaration[2]).decode("ascii") if declaration else ""
        for name in filter(None, (_codec(declared), _codec(in_page))):
            if name in _ARABIC_CODECS:
                return Decoded(data.decode(name, "replace"), _NAMES.get(name.replace("-", "_"), name))
    try:
        return decode(data)
    except Unreadable:
        if marked or b"\0" in data:
            raise
        return Decoded(data.decode(_LATIN, "replace"), _LATIN, guessed=True)


def _codec(name: str) -> str:
    """Python's name for an encoding, or ""."""
    try:
        return codecs.lookup(name.lower().removeprefix("x-")).name if name else ""
    except (LookupError, ValueError):
        return ""


def _utf8(data: bytes) -> Decoded | None:
    try:
        text = data.decode()
        restored = encoded_again(text)
        return Decoded(*restored, guessed=True) if restored else Decoded(text, "utf-8")
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
    if mixed := _mixed(data):
        return mixed
    broken = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - broken
    return Decoded(text, "utf-8 (damaged)", guessed=True) if broken * 10 <= good else None


def _mixed(data: bytes) -> Decoded | None:
    """Decode concatenated files, some in UTF-8 and some in Windows-1256: each line is in one of the two. None
    if a line is in neither, or all are in the same."""
    lines = data.split(b"\n")
    texts: list[str | None] = []
    for line in lines:
        try:
            texts.append(line.decode())
        except UnicodeDecodeError:
            texts.append(None)
    if None not in texts or all(text is None or text.isascii() for text in texts):
        return None
    for index, line in enumerate(lines):
        if texts[index] is not None:
            continue
        text = line.decode("cp1256", "replace")
        words = len(_ARABIC_WORD.findall(text))
        # If it is UTF-8 with a cut or stray byte, its other letters are pairs of letters here.
        if words < _FEWEST_WORDS or len(TWICE_ARABIC.findall(text)) >= words or _plausibility(text) < 1:
            return None
        texts[index] = text
    return Decoded("\n".join(text or "" for text in texts), _TWO_ENCODINGS, guessed=True)


def _mostly_controls(data: bytes) -> bool:
    """Whether there are more control characters than in text. (In UTF-16, each letter has one: 00 or 06.)"""
    controls = len(data) - len(data.translate(None, _CONTROLS))
    return controls > 2 and controls * 30 > len(data)


def _marked(data: bytes, mark: bytes, encoding: str) -> Decoded:
    if encoding == "utf-8":
        data = data[len(mark) :]
        if _mostly_controls(data):
            raise Unreadable("binary")
    text = data.decode(encoding, "replace")
    if "\ufffd" not in text:
        return Decoded(text, encoding)
    if text.count("\ufffd") * 10 > len(text):
        raise Unreadable("binary")
    return Decoded(text, f"{encoding} (damaged)", guessed=True)


def _utf16(data: bytes) -> Decoded:
    """Decode UTF-16 without a mark, in the byte order in which nine of ten characters are Arabic or ASCII."""
    sample = data[:_SAMPLE]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, "replace")
        if len(_ARABIC_OR_ASCII.findall(text)) * 10 > len(text) * 9:
            return Decoded(data.decode(encoding, "replace"), encoding, guessed=True)
    raise Unreadable("binary")


def _single_byte(data: bytes) -> Decoded:
    if b"\0" in data:
        raise Unreadable("binary")
    non_ascii = _NON_ASCII.search(data)
    start = max(non_ascii.start() - 100, 0) if non_ascii else 0
    if _is_latin(data[start : start + _SAMPLE]):
        return Decoded(data.decode(_LATIN, "replace"), _LATIN, guessed=True)
    sample = data[start : start + _SAMPLE].translate(None, _DIRECTIONS)
    from charset_normalizer import from_bytes  # takes 50 ms to import, and nearly every file is UTF-8

    possible = {match.encoding for match in from_bytes(sample, cp_isolation=list(_TESTED))}
    if _OF_MAC.search(sample):
        possible.add("mac_arabic")
    # In the order of _NAMES: Windows-1256, by far the more usual one, wins a tie.
    readings = {name: _plausibility(sample.decode(name, "replace")) for name in _NAMES if name in possible}
    best = max(readings, key=lambda name: readings[name], default="")
    if not best or readings[best] < 0:
        raise Unreadable("unknown-encoding")
    return Decoded(data.decode(best, "replace"), _NAMES[best], guessed=True)


def _is_latin(sample: bytes) -> bool:
    """Whether bytes are Windows-1252 rather than an encoding of Arabic.

    An É between Latin letters is ة in Windows-1256: «l'ةlysée». So words of Arabic and Latin letters are
    evidence for Windows-1252, and words of Arabic letters only are evidence against it, whatever Latin words,
    such as «BBC», are among them.
    """
    text = sample.decode(_LATIN, "replace")
    accented = len(_NOT_ENGLISH.findall(text))
    if not accented or accented * 3 > len(_LETTERS_OF_LATIN.findall(text)) or _NOT_LATIN.search(text):
        return False
    return all(_puts_arabic_into_latin(sample.decode(name, "replace")) for name in _TESTED)


def _puts_arabic_into_latin(text: str) -> bool:
    """Whether Arabic letters in a reading are within Latin words rather than in words of their own."""
    mixed = separate = 0
    for word in _WORD.findall(text):
        arabic = len(_LETTERS_OF_ARABIC.findall(word))
        if arabic < len(word):
            mixed += arabic
        elif arabic > 1:  # one letter is «À»
            separate += arabic
    return separate == 0 or mixed > separate


def _plausibility(text: str) -> int:
    """A score of how Arabic a reading looks: «ال» and ي raise it; accented Latin letters in an Arabic word,
    and vowel marks without a letter, lower it.

    ISO 8859-6 read as Windows-1256 puts accented Latin letters into Arabic words (ي becomes ê); the other
    way round, «ال» becomes «اف», and ف ق ك become nothing. The other frequent letters tell nothing: ل ن م of
    one encoding are ن و ه of the other.
    """
    return len(_COMMON.findall(text)) - 2 * len(_MIXED.findall(text)) - 2 * text.count("\ufffd")
