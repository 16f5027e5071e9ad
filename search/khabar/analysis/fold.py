"""Folding: one spelling for what readers take as one word (a char filter, applied to a token, never to a text).

The tables are built from PyArabic's letter names. Only tokens are folded, after tokenising, so that offsets keep
pointing into the source text; folding a whole text first would make highlights drift.

What PyArabic offers as ready functions and is not used here, because it changes words: ``normalize_alef`` (على → علا),
``normalize_hamza`` (إيران → ءيران), ``strip_tashkeel`` (leaves ٰ and ٱ), ``normalize_ligature``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pyarabic import araby_const as letters

__all__ = ["IGNORABLE", "fold", "fold_digits", "strip_marks"]

#: Characters that carry no letter: Arabic marks (harakat, Quranic signs), tatweel, joiners, bidi controls, soft hyphen.
IGNORABLE = "".join(
    chr(code)
    for first, last in (
        (0x00AD, 0x00AD),  # soft hyphen
        (0x0610, 0x061A),  # honorific signs, small high letters
        (0x061C, 0x061C),  # Arabic letter mark
        (0x0640, 0x0640),  # tatweel
        (0x064B, 0x065F),  # harakat, shadda, sukun, maddah and hamza above and below
        (0x0670, 0x0670),  # dagger alef
        (0x06D6, 0x06DC),  # Quranic marks
        (0x06DF, 0x06E8),
        (0x06EA, 0x06ED),
        (0x08CA, 0x08E1),  # extended Arabic marks
        (0x08E3, 0x08FF),
        (0x200B, 0x200F),  # zero-width space, non-joiner, joiner, left-to-right and right-to-left mark
        (0x202A, 0x202E),  # bidi embeddings and overrides
        (0x2060, 0x2060),  # word joiner
        (0x2066, 0x2069),  # bidi isolates
        (0xFEFF, 0xFEFF),  # byte order mark
    )
    for code in range(first, last + 1)
)

_STRIP = {ord(char): None for char in IGNORABLE}

#: Letters that news writes for one another, and letters of neighbouring alphabets on Arabic keyboards.
_LETTERS = {
    letters.ALEF_HAMZA_ABOVE: letters.ALEF,
    letters.ALEF_HAMZA_BELOW: letters.ALEF,
    letters.ALEF_MADDA: letters.ALEF,
    letters.ALEF_WASLA: letters.ALEF,
    "\u0672": letters.ALEF,
    "\u0673": letters.ALEF,
    "\u0675": letters.ALEF,
    letters.ALEF_MAKSURA: letters.YEH,
    "\u06cc": letters.YEH,  # ی Persian
    "\u06d2": letters.YEH,  # ے Urdu
    "\u06d0": letters.YEH,  # ې Pashto
    letters.TEH_MARBUTA: letters.HEH,
    "\u06c0": letters.HEH,  # ۀ
    "\u06c1": letters.HEH,  # ہ Urdu
    "\u06c3": letters.HEH,  # ۃ
    "\u06be": letters.HEH,  # ھ
    "\u06d5": letters.HEH,  # ە
    "\u06a9": letters.KAF,  # ک Persian
    "\u06aa": letters.KAF,  # ڪ
    "\u06af": letters.KAF,  # گ, in names of Iraq, Iran and the Maghreb
    "\u067e": letters.BEH,  # پ, for p
    "\u0686": letters.JEEM,  # چ, for ch or a hard g
    "\u0698": letters.ZAIN,  # ژ
    "\u06a4": letters.FEH,  # ڤ, for v
    "\u06a8": letters.QAF,  # ڨ, Tunisian hard g
    "\u06ad": letters.KAF,  # ڭ, Moroccan hard g
}

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
    **{ord(char): plain for char, plain in _LETTERS.items()},
}

_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_COMBINING_HAMZA = re.compile("[\u0653-\u0655]")
#: Words of which each character is folded by itself: nearly all.
_USUAL = re.compile("[\u0600-\u0652\u0656-\u06ff0-9]*")
_BASIC_ARABIC = re.compile("[\u0600-\u06ff0-9]*")


def strip_marks(word: str) -> str:
    """Drop what carries no letter: harakat, tatweel, joiners and direction marks. Letters stay as they are.

    A hamza or madda written as a combining mark is first joined with its letter (U+0627 U+0654 → أ), and presentation
    forms become plain letters, so that the same word in any Unicode form gives the same letters.

    >>> strip_marks("الـمُقاوَمَةُ")
    'المقاومة'
    """
    return _normal_form(word).translate(_STRIP)


def fold(word: str) -> str:
    """One spelling for all ways of writing a word.

    In this order: presentation forms (ﻻ, ﷲ) become plain letters; combining hamza and madda join their letter; harakat,
    tatweel, joiners and direction marks go; أ إ آ ٱ → ا; ى ی → ي; ة → ه; ک → ك and other look-alike letters; digits of
    every Arabic script → ASCII, ٫ → ., ٬ → ,; Latin letters lose case and accents. ؤ ئ ء stay.

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
    """Arabic-Indic, Persian and full-width digits as ASCII digits, their separators as ``.`` and ``,``; same length."""
    return text.translate(_DIGITS)


def _normal_form(word: str) -> str:
    if _PRESENTATION.search(word):
        # NFKC for these blocks alone: applied to all text it would also rewrite ligatures, fractions and the like.
        word = _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match[0]), word)
    if _COMBINING_HAMZA.search(word):
        word = unicodedata.normalize("NFC", word)
    return word


@lru_cache(maxsize=65536)
def _fold_foreign(word: str) -> str:
    """Words with letters beyond the Arabic block: full case folding, accents off."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    return unicodedata.normalize("NFC", plain).translate(_FOLD)
