"""Restore texts that a program decoded wrongly and encoded again.

The UTF-8 of Arabic was taken for Latin («Ø§Ù„») or for Windows-1256 («ط§ظ„»), perhaps more than once, or its
Windows-1256 was taken for Latin («Çá»). All three stand for «ال».
"""

from __future__ import annotations

import re

__all__ = ["ENCODED_AGAIN", "TWICE_ARABIC", "encoded_again", "undone"]

_LATIN = "windows-1252"
_SAMPLE = 1 << 16
# The two bytes of an Arabic letter in UTF-8 (D8–DB, 80–BF), read as Latin.
_LATIN_BYTES = {ord(bytes([byte]).decode(_LATIN, "ignore") or chr(byte)): byte for byte in range(0x80, 0xA0)}
_TWICE_LATIN = re.compile(f"[ØÙÚÛ][\x80-\xbf{''.join(map(chr, _LATIN_BYTES))}]")
TWICE_ARABIC = re.compile(f"[طظعغ][{re.escape(bytes(range(0x80, 0xC0)).decode('cp1256'))}]")
"""The two bytes of an Arabic letter in UTF-8, read as Windows-1256."""
# Those two bytes as Latin, encoded and read as Latin once more: each begins with C2 or C3.
_THRICE_LATIN = re.compile(f"[ÂÃ][\x80-\xbf{''.join(map(chr, _LATIN_BYTES))}]")
# «ال» in Windows-1256, read as Latin.
_ARTICLE_LATIN = "Çá"
_ACCENTED = re.compile("[\xc0-\xff]")
_FEWEST_TWICE = 4
_MOST_TIMES = 5
ENCODED_AGAIN = "utf-8 (encoded "
"""The beginning of the name of such an encoding."""
_LOST = 0xFF
"""A byte that is never valid in UTF-8, in place of a character that a program could not read."""
_LETTERS_OF_ARABIC = re.compile("[\u0621-\u064a\u0671-\u06d3]")
_ARABIC_WORD = re.compile("(?<![A-Za-z])[\u0621-\u064a][\u0621-\u0652]+(?![A-Za-z])")


def undone(text: str) -> str:
    """Restore a text whose UTF-8 a program took for Latin or Windows-1256 and encoded again, as Facebook's
    JSON exports do, and lines whose Windows-1256 it took for Latin; return any other text unchanged."""
    # Nearly all texts have none of these signs, and every text of every record is asked.
    if "Ø" in text or "Ù" in text or "ط§" in text or _ARTICLE_LATIN in text:
        restored = encoded_again(text)
        return restored[0] if restored else text
    return text


def encoded_again(text: str) -> tuple[str, str] | None:
    """Restore a text that a program decoded wrongly and encoded again, perhaps more than once; None for any
    other text. It is no coincidence if the whole text is valid UTF-8 again. Windows-1256 taken for Latin is
    restored line by line.

    Some programs wrote U+FFFD for bytes that are no character in Windows-1252; these letters are lost.

    Returns:
        The text, and what its encoding was.
    """
    times = 1
    while times < _MOST_TIMES and (restored := _decoded_again(text)) is not None:
        text, times = restored, times + 1
    if times == 1 or len(_LETTERS_OF_ARABIC.findall(text)) < _FEWEST_TWICE:
        return None
    often = "twice" if times == 2 else f"{times} times"
    damaged = ", damaged" if "\ufffd" in text else ""
    return text, f"{ENCODED_AGAIN}{often}{damaged})"


def _decoded_again(text: str) -> str | None:
    """Undo the last encoding of a text; None if it does not look as if it was encoded twice."""
    sample = text[:_SAMPLE]
    if _ARTICLE_LATIN in text and (arabic := _from_latin(text)) is not None:
        return arabic
    for pairs, encoding in ((_TWICE_LATIN, "latin-1"), (_THRICE_LATIN, "latin-1"), (TWICE_ARABIC, "cp1256")):
        count = len(pairs.findall(sample))
        if count < _FEWEST_TWICE or count * 8 < len(sample):
            continue
        encodable = text.translate({**_LATIN_BYTES, 0xFFFD: _LOST}) if encoding == "latin-1" else text
        try:
            result = encodable.lstrip("\ufeff").encode(encoding).decode(errors="replace")
        except UnicodeError:
            continue
        broken = result.count("\ufffd")
        if broken == 0 or ("\ufffd" in text and broken * 4 <= len(result)):
            return result
    return None


def _from_latin(text: str) -> str | None:
    """A text with those of its lines restored whose Windows-1256 a program took for Latin («ÇáÓæÞ» is
    «السوق»); None if there are none. Its other lines may be in any script, and stay as they are."""
    lines = text.removeprefix("\ufeff").split("\n")
    restored = {index: arabic for index, line in enumerate(lines) if (arabic := _line_from_latin(line))}
    wrong = "\n".join(lines[index] for index in restored)
    if _ARTICLE_LATIN not in wrong or len(_ACCENTED.findall(wrong)) < 2 * _FEWEST_TWICE:
        return None
    return "\n".join(restored.get(index, line) for index, line in enumerate(lines))


def _line_from_latin(line: str) -> str:
    """The Arabic of a line in Windows-1256 that a program took for Latin; "" for any other line. Words of
    European languages hardly ever consist of such letters alone."""
    accented = len(_ACCENTED.findall(line))
    if not accented:
        return ""
    try:
        data = line.translate(_LATIN_BYTES).replace("\ufffd", "\0").encode("latin-1")
    except UnicodeEncodeError:  # a letter that cannot come from one byte: nothing may be lost
        return ""
    arabic = data.decode("cp1256").replace("\0", "\ufffd")
    return arabic if 3 * sum(map(len, _ARABIC_WORD.findall(arabic))) > 2 * accented else ""
