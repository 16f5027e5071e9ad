"""Words before a colon that are no field: which field the reader may have meant, and which of them are
labels of headlines."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.analysis.fold import fold
from khabar.patterns import lazy_pattern
from khabar.query.field_names import FIELDS, LISTED
from khabar.query.field_values import is_date
from khabar.query.query_text import TRAILING, WORD_END, QueryText
from khabar.query.tree import Problem

__all__ = ["unknown_field"]

#: The usual spelling of the field names that folding changes.
_SHOWN = {"لغه": "لغة", "حتي": "حتى"}
#: Words that readers mistake for a field name, with the name of the field that they mean.
_MEANT = {
    word: field
    for field, words in {
        "مصدر": "موقع صحيفه جريده وكاله ناشر قناه",
        "كاتب": "محرر صحفي مؤلف بقلم",
        "قسم": "باب تصنيف فئه موضوع",
        "مكان": "بلد دوله مدينه",
        "تاريخ": "سنه عام شهر يوم فتره",
        "بعد": "من ابتداء",
        "حتي": "الي لغايه",
        "يذكر": "شخص اسم",
        "عنوان": "حول بشان بخصوص",
        "source": "site publisher newspaper outlet",
        "author": "by writer",
        "date": "year month day",
        "after": "from",
        "until": "to",
    }.items()
    for word in words.split()
}
#: Words for which ``_MEANT`` has another field if a date follows the colon.
_MEANT_WITH_DATE = {
    word: field
    for field, words in {"عن": "حول بشان بخصوص", "تاريخ": "بين خلال اثناء"}.items()
    for word in words.split()
}
#: Labels that newsrooms put before a headline, with a colon.
_LABELS = frozenset(
    [
        "عاجل",
        "خاص",
        "حصري",
        "حصريا",
        "شاهد",
        "فيديو",
        "بالفيديو",
        "صور",
        "بالصور",
        "تقرير",
        "تحليل",
        "راي",
        "خبر",
        "مباشر",
        "متابعه",
        "تغطيه",
        "مقال",
    ]
)
#: Words that readers mistake for a field that excludes the word after it.
_EXCLUSIONS = frozenset(
    [
        "بدون",
        "بلا",
        "دون",
        "ليس",
        "غير",
        "الا",
        "عدا",
        "ماعدا",
        "باستثناء",
        "without",
        "except",
        "exclude",
        "not",
    ]
)
#: Text that looks like a field and is neither an address nor a time.
_NO_FIELD = lazy_pattern(r"(?:[A-Za-z_]{2,20}|[^\W\d][\w.-]{1,19}):(?=[^\s:/\\)])")


def unknown_field(read: QueryText, place: int, kept: Sequence[str]) -> tuple[Problem, bool] | None:
    """The problem of text that looks like a field but is not one, and whether to report it in any case; None
    if there is none.

    An Arabic word before a colon is usually part of a headline («عاجل:انفجار في بيروت»). It is reported
    if it resembles or means the name of a field, or if the query does not look like a headline: it is
    short, or has fields, operators or signs, and the word is no label of newsrooms.

    Args:
        read: the query.
        place: where the text begins.
        kept: names of further fields, which were kept from records.
    """
    other = _NO_FIELD.match(read.text, place)
    if other is None:
        return None
    typed = other[0].removesuffix(":")
    word = fold(typed)
    value = read.text[other.end() : read.end(WORD_END, other.end())]
    if word in _EXCLUSIONS:
        message = (
            f"there is no field «{other[0]}»: searched as words; to exclude a word, put a minus before it"
        )
        return Problem(place, other.end(), "no-exclusion", f"{message}: -{value}"), True
    from khabar.query.nearest import nearest

    meant = _MEANT.get(word) or _MEANT.get(word.removeprefix("ال"), "")
    if word in _MEANT_WITH_DATE and is_date(value.partition("..")[0].rstrip(TRAILING)):
        meant = _MEANT_WITH_DATE[word]
    near = (
        (_SHOWN.get(meant, meant),)
        if meant
        else nearest(typed, [*(_SHOWN.get(name, name) for name in FIELDS), *kept], 3)
    )
    names = f"similar names: {', '.join(near)}" if near else f"the fields are: {LISTED[typed.isascii()]}"
    message = f"there is no field «{other[0]}»: searched as words; {names}"
    problem = Problem(place, other.end(), "unknown-field", message, near)
    if near or typed.isascii():
        return problem, True
    # «قال:«نعم»» has no value: it is speech
    return (problem, False) if value and word not in _LABELS else None
