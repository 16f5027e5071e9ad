"""The language of an article, as its record states it in any form.

A language is a tag of BCP 47 (RFC 5646) without region and script: ``ar``, ``fa``, ``ur``, ``ckb``, ``en``.
`khabar.corpus.text.telling` tells the language of a text that says none.
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
#: «Undetermined», several, and none (ISO 639-2).
_NONE = frozenset({"und", "mul", "zxx", "mis", "xx"})
#: Names of languages, and codes of ISO 639-2 and -3 that have one of two letters, which BCP 47 wants.
_NAMES = {
    comparable(name): tag
    for tag, names in {
        "ar": "ara arabic العربية عربي عربية عربى arabe arb",
        "fa": "fas per farsi persian فارسی الفارسية فارسي فارسية pes",
        "ur": "urd urdu اردو الأردية أردو الأوردية",
        "ckb": "sorani کوردی سۆرانی كوردي السورانية",
        "ku": "kur kurdish kurdî kurmanji kmr الكردية كردي كردية",
        "en": "eng english الإنجليزية انجليزي إنجليزي الانكليزية",
        "fr": "fra fre french français الفرنسية فرنسي",
        "tr": "tur turkish türkçe التركية تركي",
        "de": "deu ger german deutsch الألمانية ألماني",
        "es": "spa spanish español الإسبانية إسباني",
        "he": "heb iw hebrew עברית العبرية عبري",
        "ru": "rus russian русский الروسية روسي",
        "zh": "zho chi chinese 中文 الصينية صيني",
        "it": "ita italian italiano الإيطالية",
        "ps": "pus pashto پښتو البشتو",
        "id": "ind indonesian الإندونيسية",
        "ms": "msa may malay الملايوية",
        "sw": "swa swahili السواحيلية",
    }.items()
    for name in names.split()
}


def language_tag(value: object) -> str:
    """The language that a value of a record names; "" for none.

    A tag (``ar``, ``ar-EG``, ``ar_SA.UTF-8``), a code of ISO 639-2 or -3 (``ara``), or the name of a language
    of the region; in an object or a list the first of these.

    >>> language_tag("ar-EG"), language_tag("ara"), language_tag("العربية"), language_tag("Türkçe")
    ('ar', 'ar', 'ar', 'tr')
    >>> language_tag("und"), language_tag("7"), language_tag({"code": "fa", "name": "Persian"})
    ('', '', 'fa')
    """
    if isinstance(value, list):
        return next(filter(None, map(language_tag, value[:5])), "") if _is_flat(value) else ""
    if isinstance(value, dict):
        named = (value.get(key) for key in ("code", "alternateName", "value", "name", "id", "label"))
        return next(filter(None, (language_tag(each) for each in named if isinstance(each, str))), "")
    if not isinstance(value, str) or len(value) > 60:
        return ""
    said = comparable(value).strip()
    if tag := _NAMES.get(said.partition(" ")[0].strip("()،,")):
        return tag
    found = _TAG.match(said)
    if found is None or found[0] in _NONE:
        return ""
    return _NAMES.get(found[0], found[0])


def _is_flat(value: list[object]) -> bool:
    return not any(isinstance(each, list) for each in value[:5])
