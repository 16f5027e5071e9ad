"""The kinds of problems that the server reports, with their texts in English and Arabic.

The key of a kind is its stable name for programs. Its ``type`` is ``/api#KIND``, the address of its
description on the page about the API.
"""

from __future__ import annotations

from typing import NamedTuple

from khabar.render.messages import filled

__all__ = ["KINDS", "Kind", "detail_of", "title_of"]


class Kind(NamedTuple):
    """A kind of problem.

    Attributes:
        status: the HTTP status.
        title: a summary in English and in Arabic, the same for every problem of the kind.
        detail: what is wrong and what to do, in English and in Arabic, with placeholders for values. Empty if
            the text is that of an error of the library.
    """

    status: int
    title: tuple[str, str]
    detail: tuple[str, str] = ("", "")


KINDS = {
    "invalid-argument": Kind(400, ("A value is not accepted", "قيمة غير مقبولة")),
    "unknown-parameter": Kind(400, ("There is no such parameter", "لا معامل بهذا الاسم")),
    "malformed-body": Kind(
        400,
        ("The body is not understood", "محتوى الطلب غير مفهوم"),
        (
            "The body must be a JSON object with these keys: {keys}. /api shows an example.",
            "يجب أن يكون محتوى الطلب كائن JSON بهذه المفاتيح: {keys}. وفي ‎/api مثال.",
        ),
    ),
    "token-required": Kind(
        401,
        ("A token is needed", "يلزم رمز الدخول"),
        (
            "Open the address that khabar serve showed when it started, or send the token as "
            "«Authorization: Bearer TOKEN».",
            "افتح العنوان الذي عرضه khabar serve عند تشغيله، أو أرسل رمز الدخول هكذا: "
            "«Authorization: Bearer TOKEN».",
        ),
    ),
    "read-only": Kind(
        403,
        ("This server changes nothing", "هذا الخادم للقراءة فقط"),
        (
            "To allow changes, start it again without --read-only.",
            "للسماح بالتغيير شغّله من جديد بغير ‎--read-only.",
        ),
    ),
    "cross-site": Kind(
        403,
        ("The request comes from another site", "الطلب قادم من موقع آخر"),
        (
            "Only its own pages may send this server requests; programs send no Origin or Sec-Fetch-Site.",
            "لا يُجاب إلا طلبات صفحات هذا الخادم؛ والبرامج لا ترسل Origin ولا Sec-Fetch-Site.",
        ),
    ),
    "not-found": Kind(
        404,
        ("There is nothing at this address", "لا شيء في هذا العنوان"),
        ("Begin with / or /api.", "ابدأ من / أو من ‎/api."),
    ),
    "no-such-call": Kind(
        404,
        ("There is no such call", "لا استدعاء بهذا الاسم"),
        ("There are: {names}. /api describes them.", "الاستدعاءات: {names}. وتصفها ‎/api."),
    ),
    "article-not-found": Kind(
        404,
        ("There is no such article", "لا مقال بهذا الوصف"),
        (
            "The index has no article with the id «{value}». Search shows the ids.",
            "لا مقال في الفهرس معرّفه «{value}». تظهر المعرّفات في نتائج البحث.",
        ),
    ),
    "alert-not-found": Kind(
        404,
        ("There is no such saved search", "لا بحث محفوظًا بهذا الاسم"),
        (
            "There is no saved search «{value}»; /api/v1/alerts lists them.",
            "لا بحث محفوظًا باسم «{value}»، وتعرضها ‎/api/v1/alerts.",
        ),
    ),
    "method-not-allowed": Kind(
        405,
        ("The method is not allowed here", "الطريقة غير مسموحة هنا"),
        ("Allowed here: {methods}.", "المسموح هنا: {methods}."),
    ),
    "too-slow": Kind(
        408,
        ("The request took too long to arrive", "تأخر وصول الطلب"),
        ("Send it again, all at once.", "أعد إرساله دفعة واحدة."),
    ),
    "index-changed": Kind(
        409,
        ("The index has changed since the first page", "تغيّر الفهرس منذ الصفحة الأولى"),
        (
            "Articles may have moved between pages. Begin again without the cursor, or go on with "
            "offset={offset}, which may skip or repeat some.",
            "ربما انتقلت مقالات من صفحة إلى أخرى. ابدأ من جديد بلا cursor، أو أكمل من offset={offset}، "
            "وقد يفوتك بعضها أو يتكرر.",
        ),
    ),
    "alert-of-another-index": Kind(
        409,
        ("The saved search is of another index", "البحث المحفوظ لفهرس آخر"),
        (
            "It belongs to {value}. Start another server for it: khabar serve --index {value}",
            "فهرسه {value}. شغّل له خادمًا آخر: khabar serve --index {value}",
        ),
    ),
    "body-too-large": Kind(
        413,
        ("The body is too large", "محتوى الطلب أكبر من الحد"),
        ("At most {most} bytes are read.", "أقصى ما يُقرأ {most} بايت."),
    ),
    "address-too-long": Kind(
        414,
        ("The address is too long", "العنوان أطول من الحد"),
        (
            "At most {most} bytes are read: shorten the query.",
            "أقصى ما يُقرأ {most} بايت: اختصر الاستعلام.",
        ),
    ),
    "too-many-parameters": Kind(
        400,
        ("There are too many parameters", "المعاملات أكثر من الحد"),
        ("At most {most} are read.", "أقصى ما يُقرأ {most}."),
    ),
    "unsupported-media-type": Kind(
        415,
        ("The body is of another type", "نوع محتوى الطلب غير مقبول"),
        ("Send it as {type}.", "أرسله بالنوع {type}."),
    ),
    "host-refused": Kind(
        421,
        ("The server does not have this name", "ليس هذا من أسماء الخادم"),
        (
            "It was addressed as «{value}». If that is its name, start it with: khabar serve "
            "--allow-host {value}",
            "خوطب الخادم باسم «{value}». إن كان من أسمائه فشغّله هكذا: khabar serve --allow-host {value}",
        ),
    ),
    "internal": Kind(
        500,
        ("Internal error", "خلل في الخادم"),
        (
            "The server's terminal shows what happened ({value}). Please report it.",
            "تعرض طرفية الخادم ما حدث ({value}). نرجو الإبلاغ عنه.",
        ),
    ),
    "busy": Kind(
        503,
        ("The server is busy", "الخادم مشغول"),
        ("Try again in {seconds} s.", "أعد المحاولة بعد {seconds} ث."),
    ),
    "out-of-time": Kind(
        503,
        ("The answer takes too long", "استغرق الجواب أطول من الحد"),
        (
            "It was abandoned after {seconds} s. Ask for less: fewer words with «*», a shorter period.",
            "تُرك بعد {seconds} ث. اطلب أقل: كلمات أقل فيها «*»، أو مدة أقصر.",
        ),
    ),
    "index-missing": Kind(503, ("There is no index", "لا فهرس")),
    "index-mismatch": Kind(503, ("The index is of another version", "الفهرس من إصدار آخر")),
    "index-damaged": Kind(503, ("The index is damaged", "الفهرس تالف")),
    "index-unavailable": Kind(503, ("The index cannot be read", "تعذّرت قراءة الفهرس")),
    "index-locked": Kind(503, ("Another program is writing to the index", "يكتب برنامج آخر في الفهرس")),
    "dependency-missing": Kind(503, ("A package is missing", "تنقص حزمة برمجية")),
    "settings-unusable": Kind(
        503, ("Settings or saved searches cannot be used", "تعذّر استعمال الإعدادات أو عمليات البحث المحفوظة")
    ),
    "unavailable": Kind(503, ("The server cannot answer now", "تعذّر الجواب الآن")),
}


def title_of(kind: str, language: str) -> str:
    """The title of the problems of a kind, in a language."""
    return KINDS[kind].title[language == "ar"]


def detail_of(kind: str, language: str, **values: object) -> str:
    """The detail of a problem of a kind, in a language; "" if the text is that of an error of the library."""
    english, arabic = KINDS[kind].detail
    return filled(arabic, values) if language == "ar" else english.format_map(values)
