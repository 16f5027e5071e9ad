"""Folding: one spelling for all spellings that readers regard as the same word.

The tables are built from the letter names of PyArabic and of Unicode. Tokens are folded, never a whole text:
folding before tokenising would shift the offsets, and with them the highlights. A folded word never contains
a space. (Unicode decomposes some presentation forms, such as ﱢ and ﹼ, to a space with a mark, and ﷺ to four
words.)

These functions of PyArabic are not used, because they change words: ``normalize_alef`` (على → علا),
``normalize_hamza`` (إيران → ءيران), ``strip_tashkeel`` (leaves ٰ and ٱ), ``normalize_ligature``.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterator
from functools import lru_cache

from khabar.patterns import lazy_pattern
from khabar.spelling import INVISIBLE

with warnings.catch_warnings():
    # Python warns about escapes in its files when they are compiled, at the first start.
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    from pyarabic import araby_const as letters

__all__ = ["IGNORABLE", "MARKS", "TATWEEL", "fold", "fold_digits", "strip_marks"]

TATWEEL: str = letters.TATWEEL
"""The sign that stretches a word and carries no letter."""


def _characters(*ranges: tuple[int, int]) -> str:
    return "".join(chr(code) for first, last in ranges for code in range(first, last + 1))


#: Signs on or beside letters: harakat, Quranic signs, tatweel, and their presentation forms.
MARKS = _characters(
    (0x0610, 0x061A),  # honorific signs, small high letters
    (0x0640, 0x0640),  # tatweel
    (0x064B, 0x065F),  # harakat, shadda, sukun, maddah and hamza above and below
    (0x0670, 0x0670),  # dagger alef
    (0x06D6, 0x06DC),  # Quranic marks
    (0x06DF, 0x06E8),
    (0x06EA, 0x06ED),
    (0x0898, 0x089F),  # extended Arabic marks
    (0x08CA, 0x08E1),
    (0x08E3, 0x08FF),
    (0xFC5E, 0xFC63),  # shadda with another mark
    (0xFCF2, 0xFCF4),  # the same on a tatweel
    (0xFE70, 0xFE7F),  # harakat, alone and on a tatweel; the tail of a letter
)

#: Characters that carry no letter.
IGNORABLE = MARKS + INVISIBLE

_STRIP = dict.fromkeys(map(ord, IGNORABLE))

#: The letters that other letters fold to, by their names in Unicode.
_BASES = {
    "ALEF": letters.ALEF,
    "BEH": letters.BEH,
    "TEH": letters.TEH,
    "JEEM": letters.JEEM,
    "HAH": letters.HAH,
    "DAL": letters.DAL,
    "REH": letters.REH,
    "ZAIN": letters.ZAIN,
    "SEEN": letters.SEEN,
    "SHEEN": letters.SHEEN,
    "SAD": letters.SAD,
    "DAD": letters.DAD,
    "TAH": letters.TAH,
    "AIN": letters.AIN,
    "GHAIN": letters.GHAIN,
    "FEH": letters.FEH,
    "QAF": letters.QAF,
    "KAF": letters.KAF,
    "LAM": letters.LAM,
    "MEEM": letters.MEEM,
    "NOON": letters.NOON,
    "HEH": letters.HEH,
    "WAW": letters.WAW,
    "YEH": letters.YEH,
}
#: Further letters that news or its fonts use for an Arabic letter, by the name of that letter.
_NAMED = """
ALEF: ALEF WASLA, HIGH HAMZA ALEF, LOW ALEF
BEH: DOTLESS BEH, PEH, BEEH, BEHEH
TEH: TTEH, TTEHEH, TEHEH
JEEM: TCHEH, TCHEHEH, DYEH, NYEH
DAL: DDAL, DAHAL, DDAHAL, DUL
REH: RREH
ZAIN: JEH
FEH: DOTLESS FEH, AFRICAN FEH, VEH, PEHEH
QAF: DOTLESS QAF, AFRICAN QAF
KAF: KEHEH, SWASH KAF, GAF, NG, NGOEH, GUEH, GRAF
NOON: NOON GHUNNA, RNOON, AFRICAN NOON
HEH: TEH MARBUTA, TEH MARBUTA GOAL, HEH GOAL, HEH DOACHASHMEE, AE
WAW: OE, U, YU, VE, KIRGHIZ OE, KIRGHIZ YU, STRAIGHT WAW
YEH: ALEF MAKSURA, FARSI YEH, YEH BARREE, E, KASHMIRI YEH, ROHINGYA YEH, THIN YEH, ARABIC SMALL FARSI YEH
"""
#: Letters with a hamza: ؤ and ئ stay, and so do the letters used for them.
_WITH_HAMZA = {
    "\u0674": letters.HAMZA,
    "\u0676": letters.WAW_HAMZA,
    "\u0677": letters.WAW_HAMZA,
    "\u0678": letters.YEH_HAMZA,
    "\u06d3": letters.YEH_HAMZA,  # ۓ Urdu
}
_ARABIC_LETTERS = _characters(
    (0x0620, 0x064A),
    (0x066E, 0x066F),
    (0x0671, 0x06D3),
    (0x06D5, 0x06FF),
    (0x0750, 0x077F),
    (0x0870, 0x088E),
    (0x08A0, 0x08C9),
)


def _letters() -> Iterator[tuple[int, str]]:
    """The letters that fold to others. Letters of neighbouring alphabets fold to their base («گ» is a kaf
    with a line)."""
    base = dict(_BASES)
    for line in _NAMED.strip().splitlines():
        name, others = line.split(": ")
        base |= dict.fromkeys(others.split(", "), _BASES[name])
    kept = {*_BASES.values(), letters.WAW_HAMZA, letters.YEH_HAMZA}
    for letter in _ARABIC_LETTERS:
        name = unicodedata.name(letter, "").removeprefix("ARABIC LETTER ").partition(" WITH ")[0]
        plain = _WITH_HAMZA.get(letter) or base.get(name)
        if plain and letter not in kept:
            yield ord(letter), plain


_DIGITS = {
    zero + value: str(value)
    for zero in (0x0660, 0x06F0, 0xFF10)  # Arabic-Indic, extended Arabic-Indic, full width
    for value in range(10)
}
_DIGITS[ord(letters.DECIMAL)] = "."
_DIGITS[ord(letters.THOUSANDS)] = ","

_FOLD: dict[int, str | None] = {
    **_STRIP,
    **_DIGITS,
    **dict(_letters()),
}

#: ﷺ and ﷻ are phrases, not words, and are not changed.
_PHRASES = "\ufdfa\ufdfb"
_PRESENTATION = lazy_pattern(f"(?![{_PHRASES}ﷲ])[\ufb50-\ufdff\ufe80-\ufefc]")
#: In many fonts the glyph of ﷲ has no alef, so texts put one before it. No word begins with «لالله».
_ALLAH = lazy_pattern("(^[وف]?ل)?[اأإآٱ]?ﷲ")
_COMBINING = lazy_pattern("[\u0653-\u0655]")
#: A form of ya, or a tatweel in its place, with a combining hamza: a ئ.
_HAMZA_SEAT = lazy_pattern("[ىيیےې\u0640][\u0654\u0655]")
_SEATED = dict.fromkeys(map(ord, IGNORABLE)) | {0x0640: "\u0640"}
for _kept in (0x0653, 0x0654, 0x0655):
    del _SEATED[_kept]
#: Words whose characters are folded one by one; nearly all words are of this kind. (٫ and ٬ become ASCII
#: signs, beside which a letter is folded as in a foreign word.)
_USUAL = lazy_pattern("[\u0600-\u0652\u0656-\u066a\u066d-\u06ff0-9]*")
_BASIC_ARABIC = lazy_pattern("[\u0600-\u06ff0-9]*")


def strip_marks(word: str) -> str:
    """Remove harakat, tatweel, joiners and direction marks. Letters are not changed.

    A combining hamza or madda is first joined with its letter (U+0627 U+0654 → أ), and presentation forms
    become plain letters, so that a word gives the same letters in every Unicode form.

    >>> strip_marks("الـمُقاوَمَةُ")
    'المقاومة'
    """
    return _normal_form(word).translate(_STRIP)


def fold(word: str) -> str:
    """One spelling for all ways of writing a word.

    In this order: presentation forms (ﻻ, ﷲ) become plain letters; combining hamza and madda join their
    letter; harakat, tatweel, joiners and direction marks are removed; أ إ آ ٱ → ا; ى ی → ي; ة → ه; ک → ك and
    other look-alike letters; digits of every Arabic script → ASCII, ٫ → ., ٬ → ,; Latin letters lose case and
    accents. ؤ ئ ء stay.

    Idempotent: ``fold(fold(w)) == fold(w)``.

    >>> fold("إِيرَانَ"), fold("الـمقاومة"), fold("ﷲ"), fold("١٢٫٥")
    ('ايران', 'المقاومه', 'الله', '12.5')
    """
    if _USUAL.fullmatch(word):
        return word.translate(_FOLD)
    folded = _normal_form(word).translate(_FOLD)
    if not _BASIC_ARABIC.fullmatch(folded):
        folded = _fold_foreign(folded)
    return folded


def fold_digits(text: str) -> str:
    """Replace Arabic-Indic, Persian and full-width digits by ASCII digits, and their separators by ``.`` and
    ``,``.

    The length stays the same."""
    return text.translate(_DIGITS)


def _normal_form(word: str) -> str:
    """The word as it would be typed: without presentation forms, hamza and madda joined with their letter."""
    if word.isascii():
        return word
    if "ﷲ" in word or _PRESENTATION.search(word):
        # Marks are removed first: Unicode decomposes some of them to a space with a mark.
        word = word.translate(_SEATED)
        # NFKC for these blocks only: applied to everything, it would also rewrite ligatures, fractions and
        # the like.
        word = _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match[0]), word)
        word = _ALLAH.sub(lambda match: f"{match[1]}له" if match[1] else "الله", word)
    if _COMBINING.search(word):
        word = unicodedata.normalize("NFC", _HAMZA_SEAT.sub(letters.YEH_HAMZA, word.translate(_SEATED)))
    return word


@lru_cache(maxsize=65536)
def _fold_foreign(word: str) -> str:
    """Fold a word with letters outside the Arabic block: full case folding, without accents."""
    plain = "".join(map(_decomposed, word.casefold())).casefold()
    return unicodedata.normalize("NFC", plain).translate(_FOLD)


@lru_cache(maxsize=4096)
def _decomposed(char: str) -> str:
    """A character without its accents; "" for one that Unicode decomposes to an accent on a space."""
    if char in _PHRASES or char.isspace():
        return char
    decomposed = unicodedata.normalize("NFKD", char)
    return "".join(part for part in decomposed if not unicodedata.combining(part) and not part.isspace())
