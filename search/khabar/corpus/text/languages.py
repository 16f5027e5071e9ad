"""Read the language that a record states, in whatever form.

A language is a BCP 47 tag (RFC 5646) without region and script: ``ar``, ``fa``, ``ur``, ``ckb``, ``en``.
`khabar.corpus.text.language_detection` detects the language of a text without a stated one.
"""

from __future__ import annotations

from khabar.patterns import lazy_pattern
from khabar.spelling import comparable

__all__ = ["ARABIC_SCRIPT", "language_tag"]

#: Languages that are written in Arabic letters.
ARABIC_SCRIPT = frozenset(
    {"ar", "fa", "ur", "ckb", "ku", "ps", "sd", "ug", "pa", "az", "arz", "apc", "ary", "acm"}
)
_TAG = lazy_pattern(r"[a-z]{2,3}(?=$|[-_])")
#: Codes for an undetermined language, several languages, or none (ISO 639-2).
_NONE = frozenset({"und", "mul", "zxx", "mis", "xx"})
#: Names of languages, and the ISO 639-2 and -3 codes of those with a two-letter code, which BCP 47 requires.
#: An Arabic name in ي stands for its feminine and for both with the article: عربي, عربية, العربي, العربية.
_NAMED = {
    "ar": "ara arabic عربي عربى arabe arb",
    "fa": "fas per farsi persian فارسي pes",
    "ur": "urd urdu اردو أوردو أردي أوردي",
    "ckb": "sorani کوردی سۆرانی كوردي سوراني",
    "ku": "kur kurdish kurdî kurmanji kmr كردي",
    "en": "eng english إنجليزي انكليزي انغليزي",
    "fr": "fra fre french français فرنسي",
    "tr": "tur turkish türkçe تركي",
    "de": "deu ger german deutsch ألماني",
    "es": "spa spanish español إسباني",
    "he": "heb iw hebrew עברית عبري",
    "ru": "rus russian русский روسي",
    "zh": "zho chi chinese 中文 صيني",
    "it": "ita italian italiano إيطالي",
    "ps": "pus pashto پښتو بشتو بشتوي",
    "id": "ind indonesian إندونيسي",
    "ms": "msa may malay ملايوي",
    "sw": "swa swahili سواحيلي",
}
_WITH_ARTICLE = "ال"
#: «اللغة العربية»
_LANGUAGE = lazy_pattern("^(?:ال)?لغه\\s+")


def _forms(name: str) -> tuple[str, ...]:
    """A name, folded; of an Arabic name also the feminine, and both with the article."""
    folded = comparable(name)
    if not "ا" <= folded[-1] <= "ي":
        return (folded,)
    names = (folded, folded + comparable("ة")) if folded.endswith("ي") else (folded,)
    return (*names, *(_WITH_ARTICLE + each for each in names))


_NAMES = {form: tag for tag, names in _NAMED.items() for name in names.split() for form in _forms(name)}
_NAMES |= {comparable("الكردية السورانية"): "ckb"}


def language_tag(value: object) -> str:
    """The tag of the language that a value of a record names; "" if it names none.

    The value may be a tag (``ar``, ``ar-EG``, ``ar_SA.UTF-8``), an ISO 639-2 or -3 code (``ara``), or the
    name of a frequent language; in an object or a list the first of these counts.

    >>> language_tag("ar-EG"), language_tag("ara"), language_tag("العربية"), language_tag("Türkçe")
    ('ar', 'ar', 'ar', 'tr')
    >>> language_tag("und"), language_tag("7"), language_tag({"code": "fa", "name": "Persian"})
    ('', '', 'fa')
    """
    if isinstance(value, list):
        return next(filter(None, map(language_tag, value[:5])), "") if _is_flat(value) else ""
    if isinstance(value, dict):
        named = (value.get(key) for key in ("code", "alternateName", "value", "name", "id", "label"))
        return next(filter(None, (language_tag(name) for name in named if isinstance(name, str))), "")
    if not isinstance(value, str) or len(value) > 60:
        return ""
    folded = _LANGUAGE.sub("", comparable(value).strip())
    if tag := _NAMES.get(folded) or _NAMES.get(folded.partition(" ")[0].strip("()،,")):
        return tag
    code = _TAG.match(folded)
    if code is None or code[0] in _NONE:
        return ""
    return _NAMES.get(code[0], code[0])


def _is_flat(value: list[object]) -> bool:
    return not any(isinstance(item, list) for item in value[:5])
