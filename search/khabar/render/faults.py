"""The problems of a query, a search or a value that was given, in English and Arabic."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.errors import InvalidArgument
from khabar.patterns import lazy_pattern
from khabar.query.tree import Problem
from khabar.render.arabic import arabic
from khabar.render.messages import ARABIC_FIELDS

__all__ = ["invalid", "problem"]

_ARABIC = lazy_pattern(r"[\u0600-\u06ff]")

#: Characters of a query to show beside a sign, and at most.
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

#: By the code of a problem in a query; docs/query-language.md lists them.
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
    "operator-in-small-letters": "بُحث عنها كلمةً؛ تُكتب الأدوات بحروف كبيرة: AND وOR وNOT",
    "near-operand": "لا بد أن يكون على جانبي NEAR كلمة أو عبارة",
    "too-many-near": "بين أدوات NEAR أكثر من ثمانية أطراف",
    "empty-field": "لا قيمة بعد اسم الحقل مباشرة؛ تُكتب بعد النقطتين بلا مسافة: مصدر:الخليج",
    "sign-in-field": "فُهمت العلامة كأنها قبل اسم الحقل، وهناك مكانها: ‎-مصدر:الوادي",
    "unknown-field": "لا حقل بهذا الاسم: بُحث عنه كلماتٍ",
    "no-exclusion": "لا حقل بهذا الاسم: بُحث عنه كلماتٍ؛ لاستبعاد كلمة ضع قبلها «-»",
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


#: By the code of an :class:`~khabar.errors.InvalidArgument`: what is wrong with it, in Arabic.
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

#: The codes of what says more than its code does: names that the index does not have, and dates.
_TELLING = frozenset(
    ("value", "date", "unknown-date", "unknown-value", *(f"unknown-{name}" for name in ARABIC_FIELDS))
)


def _in_full(code: str, message: str, instead: str) -> str:
    """A message in Arabic, with the names and dates in it.

    Args:
        code: of the problem.
        message: in English, or already in Arabic.
        instead: the text for the code alone, where the table does not have the message.
    """
    if code not in _TELLING:
        return instead
    said = arabic(message)
    return said if said != message or _ARABIC.match(said) else instead


def _about_name(code: str, near: Sequence[str]) -> str:
    """The names like that of a field that there is not, in Arabic; "" for other codes."""
    return (
        f"؛ أقرب الأسماء: {'، '.join(f'«{each}»' for each in near)}"
        if code == "unknown-field" and near
        else ""
    )


def _arabic_problem(found: Problem) -> str:
    """What was wrong, in Arabic; where a message has values in it, by the table of what khabar says."""
    said = _PROBLEMS.get(found.code) or arabic(found.message)
    return _in_full(found.code, found.message, said) + _about_name(found.code, found.choices)


def problem(found: Problem, query: str, language: str = "en") -> str:
    """What was wrong in a query, with the piece that it is about if that is not the whole query."""
    said = _arabic_problem(found) if language == "ar" else found.message
    piece = query[found.start : found.end].strip()
    if piece and language == "ar" and found.code.startswith("unknown-"):
        # The Arabic text does not repeat the name.
        return f"«{piece}»: {said}"
    if len(piece) == 1:
        # A lone sign says little: show the word after it, too.
        piece = query[found.start : found.end + _CONTEXT].partition(" ")[0]
    if not piece or piece == query.strip() or piece in said:
        return said
    if len(piece) > _LONGEST:
        piece = f"{piece[:_LONGEST]}…"
    return f"«{piece}»: {said}"


def invalid(error: InvalidArgument, language: str = "en", giver: str = "", reason: str = "") -> str:
    """What is wrong with a value that was given to a command's option.

    Args:
        error: what is wrong.
        language: ``en`` or ``ar``.
        giver: the variable or setting that gave it, in words; "" if it was typed.
        reason: its reason in this language, where that is known.
    """
    option = giver or f"--{error.name.replace('_', '-')}"
    if language != "ar":
        return f"{option} «{error.value}»: {error.reason}"
    said = _INVALID[error.code].format(choices="، ".join(error.choices))
    said = _in_full(error.code, reason or error.reason, said) + _about_name(error.code, error.choices)
    return f"{option} «{error.value}»: {said}"
