"""The problems of a query, a search or an argument, in English and Arabic."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.errors import InvalidArgument
from khabar.patterns import lazy_pattern
from khabar.query.tree import Problem
from khabar.render.arabic import arabic
from khabar.render.messages import ARABIC_FIELDS

__all__ = ["invalid", "invalid_value", "problem"]

_ARABIC = lazy_pattern(r"[\u0600-\u06ff]")

#: Number of characters of a query to show after a lone sign, and the maximum number to show.
_CONTEXT, _LONGEST = 20, 60

#: Values that the index does not have, in a query or an option.
_UNKNOWN = {
    "unknown-source": "لا مصدر بهذا الاسم في الفهرس",
    "unknown-author": "لا كاتب بهذا الاسم في الفهرس",
    "unknown-section": "لا قسم بهذا الاسم في الفهرس",
    "unknown-tag": "لا وسم بهذا الاسم في الفهرس",
    "unknown-language": "لا مقال بهذه اللغة في الفهرس",
    "unknown-place": "لا مكان بهذا الاسم في الفهرس",
    "unknown-value": "لا قيمة كهذه في هذا الحقل",
}

#: The problems of a query by their codes, which docs/query-language.md lists.
_PROBLEMS = {
    "unclosed-quote": "علامة الاقتباس غير مغلقة: بُحث عن الكلمات مفردة",
    "stray-quote": "علامة اقتباس بلا علامة تفتحها: أُهملت",
    "empty-phrase": "لا كلمات بين علامتي الاقتباس",
    "unclosed-parenthesis": "القوس غير مغلق: عُدّ مغلقًا في آخر العبارة",
    "stray-parenthesis": "قوس إغلاق بلا قوس فتح: أُهمل",
    "empty-parentheses": "لا شيء بين القوسين",
    "stray-operator": "لا شيء على أحد جانبي الأداة",
    "spaced-date": "فُهم تاريخًا واحدًا؛ ولمنع اللبس اكتب «_» مكان كل مسافة",
    "word-as-operator": "فُهمت أداةً لأن كل الكلمات هنا مطلوبة؛ وللبحث عنها كلمةً اكتب «=» قبلها",
    "bar-as-operator": "فُهمت أداةً بمعنى OR لأن كل الكلمات هنا مطلوبة؛ ولطلب ما على جانبيها معًا احذفها",
    "operator-in-small-letters": "بُحث عنها كلمةً؛ تُكتب الأدوات بحروف كبيرة: AND وOR وNOT",
    "exclusion-as-word": "بُحث عنها كلمةً ولا تستبعد شيئًا؛ لاستبعاد ما بعدها ضع قبله «-» مكانها",
    "near-operand": "لا بد أن يكون على جانبي NEAR كلمة أو عبارة",
    "too-many-near": "بين أدوات NEAR أكثر من ثمانية أطراف",
    "empty-field": "لا قيمة بعد اسم الحقل مباشرة؛ تُكتب بعد النقطتين بلا مسافة: مصدر:الخليج",
    "sign-in-field": "فُهمت العلامة كأنها قبل اسم الحقل، وهناك مكانها: ‎-مصدر:الوادي",
    "unknown-field": "لا حقل بهذا الاسم: بُحث عنه بوصفه كلمات",
    "no-exclusion": "لا حقل بهذا الاسم: بُحث عنه بوصفه كلمات؛ لاستبعاد كلمة ضع قبلها «-»",
    **_UNKNOWN,
    "unknown-date": "ليس تاريخًا مفهومًا أو يحتمل أكثر من تاريخ: أُهمل الشرط؛ اكتبه هكذا: 2024-10-09",
    "empty-period": "لا يوم تشمله هذه المدد كلها: لا يمكن أن يطابقها مقال",
    "pattern-of-words": "«*» و«~» لكلمة واحدة: بُحث عن الكلمات بدونهما",
    "no-words": "لا كلمة للبحث عنها",
    "only-exclusions": "كلمات مستبعدة فقط: اذكر أيضًا ما تبحث عنه",
    "too-long": "العبارة أطول من الحد: أُهمل آخرها",
    "too-many-clauses": "الكلمات أكثر من الحد: أُهمل بعضها",
    "too-many-cuts": "الكلمات التي قد تكون كلمتين أكثر من الحد: بُحث عن بقيتها كما كُتبت",
    "too-deep": "الأقواس أعمق من الحد",
    "too-many-forms": "الصيغ المطابقة أكثر من الحد: اقتُصر على بعضها",
    "too-fuzzy": "التقريب أوسع من الحد",
    "out-of-time": "انتهى الوقت قبل النظر في كل شيء: النتائج ناقصة",
    "paragraphs-cut": (
        "المقالات المطابقة أكثر من أن يُنظر في فقراتها كلها: رُتبت فقرات أوائلها وعُدّت دون غيرها؛ ضيّق البحث"
    ),
    "stories-estimated": "المقالات المطابقة أكثر من أن تُعدّ قصصها واحدة واحدة: عدد القصص تقديري",
    "stories-by-date": "المقالات المطابقة أكثر من أن يُختار أفضلها لكل قصة: يمثل كل قصة أولها بحسب التاريخ",
    "meaning-no-words": "لا كلمات في الاستعلام يُقارن معناها",
    "meaning-by-date": "لا أثر للمعنى في الترتيب بالتاريخ",
    "meaning-on-cluster": "لا متجهات لفهرس على عنقود خوادم، فالترتيب بالكلمات وحدها",
    "meaning-one-word": "معنى الكلمة الواحدة لا يكفي للترتيب، فالترتيب بالكلمات وحدها",
    "meaning-busy": "عمليات بحث كثيرة تنتظر النموذج، فالترتيب بالكلمات وحدها؛ حاول ثانية",
}


#: The problem with an argument, by the code of the :class:`~khabar.errors.InvalidArgument`.
_INVALID = {
    "choice": "القيم المقبولة: {choices}",
    "date": "ليس تاريخًا مفهومًا؛ اكتبه هكذا: 2024-10-09 أو 2024-10 أو 2024 أو «9 أكتوبر 2024» أو أمس أو 7d",
    "period": "تنتهي المدة قبل أن تبدأ",
    **_UNKNOWN,
    "unknown-field": "لا حقل بهذا الاسم في الفهرس",
    "pair": "اكتبها هكذا: الاسم=القيمة",
    "zone": "ليست منطقة زمنية معروفة؛ اكتبها هكذا: Asia/Riyadh",
    "type": "ليست من النوع المطلوب",
    "too-large": "فيها كلمات أكثر مما يبحث عنه العنقود معًا: احذف بعضها، أو اكتب حروفًا أكثر قبل «*»",
    "unknown-parameter": "لا معامل بهذا الاسم؛ أقرب الأسماء: {choices}",
    "repeated": "تكرر، ويُذكر مرة واحدة",
    "required": "لم يُذكر، ولا بد منه",
    "number": "ليس عددًا في الحدود المقبولة",
    "encoding": "ليس بترميز UTF-8",
    "lines": "أكثر من ألف سطر في المرة الواحدة",
    "cursor": "ليس من صفحة سابقة لهذا السؤال؛ ابدأ من جديد بلا cursor",
    "value": "قيمة غير مقبولة",
}

#: The codes of problems whose messages contain details: names that the index does not have, and dates.
_TELLING = frozenset(
    ("value", "date", "unknown-date", "unknown-value", *(f"unknown-{name}" for name in ARABIC_FIELDS))
)


def _in_full(code: str, message: str, instead: str) -> str:
    """A message in Arabic, with its names and dates if the code has such details.

    Args:
        code: the code of the problem.
        message: the message in English, or already in Arabic.
        instead: the Arabic text for the code, used if the message has no details or no translation.
    """
    if code not in _TELLING:
        return instead
    text = arabic(message)
    return text if text != message or _ARABIC.match(text) else instead


def _similar_fields(code: str, names: Sequence[str]) -> str:
    """The Arabic text that suggests the names of similar fields; "" for other problems."""
    if code != "unknown-field" or not names:
        return ""
    return f"؛ أقرب الأسماء: {'، '.join(f'«{name}»' for name in names)}"


def _arabic_problem(found: Problem) -> str:
    """The message of a problem in Arabic."""
    text = _PROBLEMS.get(found.code) or arabic(found.message)
    if found.code == "unknown-field" and not found.choices:
        from khabar.query.field_names import LISTED

        text += f"؛ والحقول: {LISTED[False]}"
    return _in_full(found.code, found.message, text) + _similar_fields(found.code, found.choices)


def problem(found: Problem, query: str, language: str = "en") -> str:
    """The message of a problem, after the part of the query that has it if that is not the whole query.

    Args:
        found: the problem.
        query: the query.
        language: ``en`` or ``ar``.
    """
    text = _arabic_problem(found) if language == "ar" else found.message
    piece = query[found.start : found.end].strip()
    if piece and language == "ar" and found.code.startswith("unknown-"):
        # The Arabic text does not repeat the name.
        return f"«{piece}»: {text}"
    if len(piece) == 1:
        # A lone sign says little: also show the word after it.
        piece = query[found.start : found.end + _CONTEXT].partition(" ")[0]
    if not piece or piece == query.strip() or piece in text:
        return text
    if len(piece) > _LONGEST:
        piece = f"{piece[:_LONGEST]}…"
    return f"«{piece}»: {text}"


def invalid(error: InvalidArgument, language: str = "en", source: str = "", reason: str = "") -> str:
    """The message about the value of a command's option.

    Args:
        error: the error.
        language: ``en`` or ``ar``.
        source: the variable or setting that has the value, in words; "" if the value was typed.
        reason: the reason of the error in this language, if known.
    """
    option = source or f"--{error.name.replace('_', '-')}"
    return f"{option} {invalid_value(error, language, reason)}"


def invalid_value(error: InvalidArgument, language: str = "en", reason: str = "") -> str:
    """The message about a value, without the name of the argument; see :func:`invalid`."""
    if language != "ar":
        return f"«{error.value}»: {error.reason}"
    text = _INVALID[error.code].format(choices="، ".join(error.choices))
    text = _in_full(error.code, reason or error.reason, text) + _similar_fields(error.code, error.choices)
    return f"«{error.value}»: {text}"
