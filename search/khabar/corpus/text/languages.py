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
    folded = comparable(value).strip()
    if tag := _NAMES.get(folded.partition(" ")[0].strip("()،,")):
        return tag
    code = _TAG.match(folded)
    if code is None or code[0] in _NONE:
        return ""
    return _NAMES.get(code[0], code[0])


def _is_flat(value: list[object]) -> bool:
    return not any(isinstance(item, list) for item in value[:5])
