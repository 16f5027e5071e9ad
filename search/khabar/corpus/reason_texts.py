"""The texts of the reasons for leaving something out, in English and Arabic.

Each kind of reason (:mod:`khabar.corpus.reasons`) has one text in each language, with its parameters in
braces. «…» replaces the parameters if a whole kind is described.
"""

from __future__ import annotations

from collections.abc import Iterable

from khabar.corpus.format_reasons import FORMAT_REASONS
from khabar.spelling import visible

__all__ = ["REASONS", "has_pages", "reason_text", "where_text"]

#: By kind, in English and in Arabic, without a full stop.
REASONS: dict[str, tuple[str, str]] = {
    **FORMAT_REASONS,
    # files and archives
    "cannot-open": ("it cannot be opened: {error}", "تعذّر فتحه: {error}"),
    "read-error": ("it cannot be read to the end: {error}", "تعذّرت قراءته إلى آخره: {error}"),
    "no-memory": (
        "there was not enough memory for it; the next run tries it again",
        "لم تكفِ الذاكرة له؛ يُعاد في المرة القادمة",
    ),
    "no-process": (
        "the process that reads it could not be started ({error}); the next run tries it again",
        "تعذّر تشغيل العملية التي تقرؤه ({error})؛ يُعاد في المرة القادمة",
    ),
    "cut-short": ("it cannot be read to the end: {error}", "تعذّرت قراءته إلى آخره: {error}"),
    "no-file": ("it contains no files", "لا ملف فيه"),
    "link-to-nothing": (
        "it is a broken link, or was removed during reading",
        "رابط إلى لا شيء، أو ملف حُذف أثناء القراءة",
    ),
    "link-outside": (
        "it is a link that leads out of the named folder, to {target}; to read that, name it as well",
        "رابط يقود إلى خارج المجلد المذكور، إلى {target}؛ لقراءته اذكره أيضًا",
    ),
    "special-file": (
        "it is not a regular file (a pipe, a socket or a device)",
        "ليس ملفًا عاديًا (أنبوب أو مقبس أو جهاز)",
    ),
    "empty": ("the file is empty", "الملف فارغ"),
    "unknown-format": (
        "not a format that khabar reads (texts, web pages, PDF, Office documents, books, mail, JSON, tables, "
        "feeds, WARC, and these in archives; docs/howto/formats.md lists them)",
        "صيغة لا يقرؤها khabar (يقرأ النصوص وصفحات الويب وPDF ومستندات أوفيس والكتب والبريد وJSON والجداول "
        "والخلاصات وWARC، وهذه كلها داخل الأرشيفات؛ والقائمة في docs/howto/formats.md)",
    ),
    "unread-format": (
        "khabar does not read this format ({name}); save it as {instead}",
        "صيغته لا يقرؤها khabar ({name})؛ احفظه بصيغة {instead}",
    ),
    "plugin-failed": (
        "the plug-in {plugin} could not read it: {error}",
        "تعذّرت قراءته بالإضافة {plugin}: {error}",
    ),
    "plugin-unusable": (
        "the plug-in {plugin} may read its format, but cannot be used: {error}",
        "قد تكون صيغته مما تقرؤه الإضافة {plugin}، وتعذّر استعمالها: {error}",
    ),
    "plugins-disagree": (
        "several plug-ins read this format ({plugins}): uninstall all but one",
        "تقرأ هذه الصيغة إضافات عدة ({plugins})؛ أزل ما عدا واحدة منها",
    ),
    "media": ("left out: {media}, which contains no text to read", "تُرك: {media}، ولا نص فيه يُقرأ"),
    "field-long": (
        "a value of {key} has more than {limit} characters, or there are more than {most} values: not "
        "kept completely",
        "في {key} قيمة أطول من {limit} حرف، أو أكثر من {most} قيمة: لم تُحفظ كلها",
    ),
    "field-unread": (
        "the value of {key} is not text and was not kept; give the path of the text in it, such as "
        "{key}.name",
        "قيمة {key} ليست نصًّا فلم تُحفظ؛ اكتب مسار النص فيها، مثل {key}.name",
    ),
    "fields-many": (
        "it has more than {limit} additional keys, and the rest was not kept; name those that you want",
        "فيه أكثر من {limit} من المفاتيح الأخرى، ولم تُحفظ البقية؛ سمِّ ما تريده منها",
    ),
    "language-other": (
        "its stated language is «{said}», but its letters show «{detected}»: treated as {detected}",
        "يقول إن لغته «{said}»، وحروفه تقول «{detected}»: عُدّ {detected}",
    ),
    "missing-package": (
        'reading {what} needs a package that is not installed: pip install "khabar[{extra}]"',
        'قراءة {what} تحتاج إلى حزمة غير مثبتة: pip install "khabar[{extra}]"',
    ),
    "too-large": (
        "it is larger than the limit of {limit} bytes (--max-bytes; --max-whole for files that are "
        "read as a whole)",
        "حجمه أكبر من {limit} بايت، وهو أقصى ما يُقرأ (‎--max-bytes، و‎--max-whole لما يُقرأ كاملًا)",
    ),
    "too-much-unpacked": (
        "it unpacks to more than {limit} bytes, the limit for its size (--max-ratio); the rest was not read",
        "يعطي عند فك ضغطه أكثر من {limit} بايت، وهو الحد لحجمه (‎--max-ratio)، ولم تُقرأ البقية",
    ),
    "too-many-members": (
        "the archive has more files than the limit of {limit} (--max-members); the rest was not read",
        "عدد ملفات الأرشيف أكبر من {limit}، وهو الحد (‎--max-members)، ولم تُقرأ البقية",
    ),
    "too-many-articles": (
        "the file has more articles than the limit of {limit} (--max-articles); the rest was not read",
        "عدد مقالات الملف أكبر من {limit}، وهو الحد (‎--max-articles)، ولم تُقرأ البقية",
    ),
    "too-many-words": (
        "the article has more words than the limit of {limit} (--max-words)",
        "عدد كلمات المقال أكبر من {limit}، وهو الحد (‎--max-words)",
    ),
    "too-many-letters": (
        "the article has more characters than the limit of {limit} (--max-letters)",
        "عدد حروف المقال أكبر من {limit}، وهو الحد (‎--max-letters)",
    ),
    "too-long-word": (
        "the article has more characters without a space between them than the limit of {limit} "
        "(--max-word-letters)",
        "في المقال حروف متتالية بلا مسافة عددها أكبر من {limit}، وهو الحد (‎--max-word-letters)",
    ),
    "too-many-distinct": (
        "the file has more distinct new words than the limit of {limit} (--max-vocabulary); the rest was not "
        "read",
        "عدد الكلمات المختلفة الجديدة في الملف أكبر من {limit}، وهو الحد (‎--max-vocabulary)، ولم تُقرأ البقية",
    ),
    "too-many-tags": (
        "it has more tags and attributes than the limit of {limit} (--max-tags)",
        "عدد ما فيه من وسوم وسمات أكبر من {limit}، وهو الحد (‎--max-tags)",
    ),
    "too-many-skipped": (
        "it has more records or files that give no article than the limit of {limit} (--max-skipped); the "
        "rest was not read",
        "عدد ما فيه من سجلات أو ملفات لا تعطي مقالًا أكبر من {limit}، وهو الحد (‎--max-skipped)، ولم تُقرأ "
        "البقية",
    ),
    "too-slow": (
        "reading it took more seconds than the limit of {limit} (--max-seconds); the rest was not read",
        "عدد ثواني قراءته أكبر من {limit}، وهو الحد (‎--max-seconds)، ولم تُقرأ البقية",
    ),
    "too-deep": (
        "archives, and files within files, are nested deeper than the limit of {depth} (--max-depth)",
        "تداخل الأرشيفات والملفات بعضها في بعض أكثر من {depth}، وهو الحد (‎--max-depth)",
    ),
    "broken-zip": (
        "the zip archive is broken ({error}); the readable part was read",
        "أرشيف zip تالف ({error})، وقُرئ ما بقي منه",
    ),
    "encrypted": ("it is encrypted", "مشفَّر"),
    "cannot-unpack": ("it cannot be unpacked: {error}", "تعذّر فك ضغطه: {error}"),
    "lost-directory": (
        "it cannot be unpacked without the archive's directory",
        "لا يمكن فك ضغطه من دون فهرس الأرشيف",
    ),
    "broken-tar": (
        "the tar archive is damaged; the readable members were read",
        "أرشيف tar تالف، وقُرئ منه ما أمكنت قراءته",
    ),
    "large-tar-header": (
        "its header in the tar archive is too large",
        "ترويسته في أرشيف tar أكبر من الحد",
    ),
    "special-member": (
        "it is a link, a device or a sparse file, which is not read in archives",
        "رابط أو جهاز أو ملف متفرّق، ولا يُقرأ مثله داخل الأرشيفات",
    ),
    "tar-ends-inside": ("the tar archive ends inside it", "ينتهي أرشيف tar قبل آخره"),
    "tar-without-end": (
        "the tar archive has no end mark and may have been cut short",
        "ليس لأرشيف tar علامة نهاية، وربما بُتر",
    ),
    # content
    "not-an-archive": (
        "its name says {name} archive, but its content is something else",
        "يدل اسمه على أرشيف {name}، ومحتواه شيء آخر",
    ),
    "not-a-document": (
        "its name says {name}, but its content is something else",
        "يدل اسمه على ملف {name}، ومحتواه شيء آخر",
    ),
    "broken-document": (
        "the document is damaged ({error}); open it in the program that made it, and save it again",
        "المستند تالف ({error})؛ افتحه في البرنامج الذي أنشأه واحفظه من جديد",
    ),
    "damaged-document": (
        "the document is damaged; open it in the program that made it, and save it again",
        "المستند تالف؛ افتحه في البرنامج الذي أنشأه واحفظه من جديد",
    ),
    "part-missing": (
        "the part {part} is missing from the document; open it in the program that made it, and save "
        "it again",
        "لا جزء {part} في المستند؛ افتحه في البرنامج الذي أنشأه واحفظه من جديد",
    ),
    "password": (
        "it is protected with a password ({name}); save it without one",
        "محمي بكلمة مرور ({name})؛ احفظه من دونها",
    ),
    "drm": (
        "it is encrypted for one reading system (DRM), and only that can read it; get a copy without DRM",
        "مشفَّر لبرنامج قراءة بعينه (DRM) ولا يقرؤه سواه؛ اطلب نسخة بلا تشفير",
    ),
    "only-pictures": (
        "it contains only pictures and no text; a text recognition program (OCR) can extract the text",
        "ليس فيه إلا صور بلا نص؛ يستخرج النص منها برنامج للتعرف على الحروف (OCR)",
    ),
    "nested-document": (
        "its parts are nested more than {limit} deep; no program writes such files",
        "تداخل أجزائه أكثر من {limit}، ولا يكتب برنامج مثل هذا",
    ),
    "document-damaged": (
        "the document is damaged ({error}); everything before the damage was read. Open it in the "
        "program that made it, and save it again",
        "المستند تالف ({error})، وقُرئ ما قبل موضع التلف؛ افتحه في البرنامج الذي أنشأه واحفظه من جديد",
    ),
    "document-cut": (
        "the document is cut short; the part that is present was read. Get the file again",
        "المستند مبتور، وقُرئ ما فيه؛ احصل على الملف من جديد",
    ),
    "embedded-files": (
        "files embedded in the document were not read ({count}); save them as separate files",
        "لم تُقرأ الملفات المضمَّنة في المستند ({count})؛ احفظها ملفات مستقلة",
    ),
    "made-then": (
        "the date of publication is unknown; the day on which the file was made is used instead: {day}",
        "تاريخ النشر غير معروف، وأُخذ مكانه يوم إنشاء الملف: {day}",
    ),
    # mail
    "no-message": ("it is not a mail message: it has no headers", "ليس رسالة بريد: لا ترويسات فيه"),
    "encrypted-mail": (
        "the message is encrypted ({name}); decrypt it in a mail program and save it from there",
        "الرسالة مشفَّرة ({name})؛ فُكّ تشفيرها في برنامج البريد واحفظها منه",
    ),
    "wrapped-mail": (
        "the text is wrapped in its signature ({name}); open it in a mail program, and save it without the "
        "signature",
        "نص الرسالة مغلَّف بتوقيعها ({name})؛ افتحها في برنامج البريد واحفظها بلا توقيع",
    ),
    "deleted-message": (
        "left out: a deleted message that is still in the mail program's file",
        "تُركت: رسالة محذوفة ما زالت في ملف برنامج البريد",
    ),
    # of a message or a saved web page
    "too-many-parts": (
        "it has more than {limit} parts, more than any real message or web page has",
        "أجزاؤه أكثر من {limit}، وهذا أكثر مما في أي رسالة أو صفحة ويب",
    ),
    "nested-mail": (
        "the parts of the message are nested more than {limit} deep; no program writes such messages",
        "تداخل أجزاء الرسالة أكثر من {limit}، ولا يكتب برنامج مثل هذا",
    ),
    "unknown-xml": (
        "it is named like XML, but is neither a feed (RSS, Atom), a newswire item (NITF, NewsML), OCR "
        "output (ALTO, PAGE, hOCR) nor a web page, and no element at its beginning has a title and a text",
        "اسمه اسم ملف XML، وليس خلاصة (RSS أو Atom) ولا مقال وكالة (NITF أو NewsML) ولا ناتج تعرف ضوئي (ALTO "
        "أو PAGE "
        "أو hOCR) ولا صفحة ويب، ولا عنصر في أوله فيه عنوان ونص",
    ),
    "program": (
        "it is named {suffix} but is not a web page made by such a program",
        "لاحقة اسمه {suffix} وليس صفحة ويب من صنع برنامج كهذا",
    ),
    "binary": ("it is not text", "ليس نصًا"),
    "unknown-encoding": (
        "its character encoding is neither UTF-8 nor an Arabic one that khabar knows",
        "ترميز حروفه ليس UTF-8 ولا ترميزًا عربيًا يعرفه khabar",
    ),
    "no-word": ("it contains no words", "لا كلمة فيه"),
    "only-addresses": (
        "it contains only web addresses, and khabar fetches nothing: save the pages themselves",
        "ليس فيه إلا عناوين صفحات، وkhabar لا يجلب شيئًا من الشبكة: احفظ الصفحات نفسها",
    ),
    "only-clutter": ("it contains only page clutter", "ليس فيه إلا حواشي صفحات"),
    "no-record": ("it contains no records", "لا سجل فيه"),
    # records
    "not-an-object": ("the record is {found}, not an object", "السجل {found} لا كائن"),
    "empty-record": ("all fields of the record are empty", "حقول السجل كلها فارغة"),
    "no-title-or-text": (
        "the record has neither a title nor a text in its fields ({keys})",
        "لا عنوان ولا نص في حقول السجل ({keys})",
    ),
    "not-text": ("its {field} is {found}, not text", "حقل {field} فيه {found} لا نص"),
    "same-id": (
        "another article with the id {id} was read before it, from {file}{record}",
        "قُرئ قبله مقال آخر معرّفه {id} من {file}{record}",
    ),
    "id-of-another": (
        "the index has another article with the id {id}, from {other}; this one is from {source}. "
        "Remove that one first, or give this one another id",
        "في الفهرس مقال آخر معرّفه {id} من {other}، وهذا من {source}. احذف ذاك أولًا أو أعط هذا معرّفًا آخر",
    ),
    "id-taken": (
        "the index has another article with the id {id}, from {other}, read from {file}{record}; this "
        "one is from {source}. To keep them apart: --set source=NAME if a file does not name its "
        "outlet, and --id-with-source",
        "في الفهرس مقال آخر معرّفه {id} من {other}، مأخوذ من {file}{record}، وهذا من {source}. للتمييز "
        "بينهما: "
        "‎--set source=NAME حيث لا يذكر الملف مصدره، و‎--id-with-source",
    ),
    "broken-json": ("broken JSON: {error}", "ملف JSON تالف: {error}"),
    "broken-json-array": (
        "broken JSON: {error}; the rest of the array was not read",
        "ملف JSON تالف: {error}؛ لم تُقرأ بقية المصفوفة",
    ),
    "nested-json": ("the JSON is nested too deeply", "تداخل JSON أعمق من الحد"),
    "nested-json-array": (
        "the JSON is nested too deeply; the rest of the array was not read",
        "تداخل JSON أعمق من الحد؛ لم تُقرأ بقية المصفوفة",
    ),
    "broken-array": (
        "the JSON array is broken after the previous record",
        "مصفوفة JSON تالفة بعد السجل السابق",
    ),
    "too-many-values": (
        "it has more than {limit} JSON values, more than news has and more than fits in memory",
        "فيه أكثر من {limit} قيمة JSON، وهذا أكثر مما في الأخبار ومما تسعه الذاكرة",
    ),
    "too-many-keys": ("the record has more than {limit} keys", "في السجل أكثر من {limit} مفتاح"),
    "rest-unread": ("the rest was not read", "لم تُقرأ البقية بعد ذلك"),
    "too-many-non-objects": (
        "{count} in a row are not JSON objects; the rest was not read",
        "توالى {count} مما ليس كائنات JSON؛ لم تُقرأ البقية",
    ),
    # notes on pages
    "article-left": (
        "the page has other articles, which were not read ({articles}; the first: {title}); save each from "
        "its own page to index it",
        "في الصفحة مقالات أخرى لم تُقرأ ({articles}؛ أولها: {title})؛ لفهرستها احفظ كلًّا منها من صفحته",
    ),
    # notes on records
    "text-missing": (
        "only the title was understood; none of the other fields ({keys}) is a known name for the "
        "text. If one of them is the text: --field text=KEY",
        "لم يُفهم سوى العنوان، ولا حقل معروفًا للنص ({keys})؛ فإن كان أحدها هو النص: ‎--field text=KEY",
    ),
    "text-unread": (
        "the field for the text ({keys}) was not understood, so a summary is used instead; if the "
        "text is elsewhere: --field text=KEY",
        "لم يُفهم ما في موضع النص ({keys}) فاستُعمل الملخص مكانه؛ فإن كان النص في غيره: ‎--field text=KEY",
    ),
    "text-unused": (
        "«{key}» holds long texts that are not in the articles; if they are the texts: --field text=KEY",
        "في «{key}» نصوص طويلة لم تدخل المقالات؛ فإن كانت هي النصوص: ‎--field text=KEY",
    ),
    "title-only": (
        "there is a title but no text (fields: {keys})",
        "عنوان بلا نص (الحقول: {keys})",
    ),
    "text-guessed": (
        "the text is guessed to be in «{key}»; if it is elsewhere: --field text=KEY",
        "خُمّن أن النص في «{key}»؛ فإن كان في غيره: ‎--field text=KEY",
    ),
    "text-cut": (
        "the text is cut off in the file: {left} more characters are missing",
        "النص مقطوع في الملف نفسه: ينقصه {left} حرفًا",
    ),
    "date-unread": (
        "the date in «{key}» was not understood: «{value}»",
        "لم يُفهم التاريخ في «{key}»: «{value}»",
    ),
    "date-ambiguous": (
        "the date in «{key}» can be {one} or {two}: «{value}»; give the order of day, month and year: "
        "--dates dmy (or mdy, ymd)",
        "التاريخ في «{key}» يحتمل {one} و{two}: «{value}»؛ حدّد ترتيب اليوم والشهر والسنة: ‎--dates dmy (أو "
        "mdy أو ymd)",
    ),
    "date-in-text": (
        "the date in the text can be {one} or {two}: «{value}»; give the order of day, month and year: "
        "--dates dmy (or mdy, ymd)",
        "التاريخ في النص يحتمل {one} و{two}: «{value}»؛ حدّد ترتيب اليوم والشهر والسنة: ‎--dates dmy (أو mdy "
        "أو ymd)",
    ),
    "date-calendar": (
        "the year of the date in «{key}» can be Hijri or Gregorian: «{value}»; write هـ after a Hijri date",
        "سنة التاريخ في «{key}» تحتمل الهجري والميلادي: «{value}»؛ اكتب «هـ» بعد التاريخ الهجري",
    ),
    "encoded-twice": (
        "its text had been encoded twice (Ø§Ù„), and was decoded once more",
        "كان نصه مرمّزًا مرتين (Ø§Ù„)، فأُعيد فك ترميزه",
    ),
    "future-date": (
        "the date {day} is in the future: the article may be an event, or its year is wrong",
        "التاريخ {day} في المستقبل: لعله تاريخ موعد، أو أن سنته خطأ",
    ),
    "day-number": (
        "the number in «{key}» was read as a spreadsheet date: {value} is {day}",
        "قُرئ الرقم في «{key}» على أنه تاريخ من جدول حسابات: {value} هو {day}",
    ),
    "date-unnamed": (
        "there is no date, but «{key}» looks like one: «{value}»; if it is: --field published=KEY",
        "لا تاريخ، لكن «{key}» يشبه تاريخًا: «{value}»؛ فإن كان هو تاريخ النشر: ‎--field published=KEY",
    ),
    "other-type": ("left out: its type is {type}, not an article", "تُرك: نوعه {type} وليس مقالًا"),
    "not-published": ("left out: it is not published ({status})", "تُرك: لم يُنشر ({status})"),
    "service-message": (
        "left out: a message of the messaging app itself, for example that somebody joined",
        "تُرك: رسالة من تطبيق المراسلة نفسه، مثل انضمام عضو",
    ),
    "message-without-text": ("left out: a message without a text", "تُرك: رسالة بلا نص"),
    # tables
    "no-row": ("it contains no rows", "لا صف فيه"),
    "too-many-broken-rows": (
        "{count} rows in a row cannot be read; the rest was not tried",
        "توالى {count} صف تعذّرت قراءتها؛ لم تُجرَّب البقية",
    ),
    "no-column": (
        "its first line ({columns}) names no column with a title or text; say which column it is, "
        "such as --field text=COLUMN, or --field text=3 for the third",
        "لا يسمّي سطره الأول ({columns}) عمودًا فيه عنوان أو نص؛ حدّد العمود، مثل ‎--field text=COLUMN أو "
        "‎--field text=3 للعمود الثالث",
    ),
    "too-many-columns": (
        "the row has more than {limit} cells",
        "في الصف أكثر من {limit} خلية",
    ),
    "no-such-column": (
        "--field names column {number}, and its first line has {columns}",
        "حُدد العمود {number} بالخيار ‎--field، وأعمدة سطره الأول {columns}",
    ),
    "first-row-names": (
        "its first line ({columns}) was taken for the names of the columns, not for an article",
        "عُدّ سطره الأول ({columns}) أسماء الأعمدة لا مقالًا",
    ),
    "too-many-cells": (
        "the row has {cells} cells, and the first line names {columns} columns",
        "خلايا الصف {cells}، وأعمدة السطر الأول {columns}",
    ),
    "broken-row": ("the row cannot be read: {error}", "تعذّرت قراءة الصف: {error}"),
    "open-quotation": (
        "a quotation mark in the row is never closed",
        "في الصف علامة اقتباس لا تُغلق",
    ),
    # feeds, pages, WARC
    "broken-feed": (
        "the feed is broken ({error}); what could be understood was read",
        "الخلاصة تالفة ({error})، وقُرئ المفهوم منها",
    ),
    "broken-export": (
        "the export is broken ({error}); everything before the damage was read",
        "ملف التصدير تالف ({error})، وقُرئ ما قبل موضع التلف",
    ),
    "declared-entity": (
        "it declares entities, which khabar refuses; everything before them was read",
        "يعرّف كيانات (entities)، وهي مرفوضة؛ وقُرئ ما قبلها",
    ),
    "no-entry": ("the feed has no entries", "لا مدخل في الخلاصة"),
    "not-a-feed": ("it cannot be parsed as a feed: {error}", "لا يُفهم على أنه خلاصة: {error}"),
    "broken-page": ("it cannot be parsed as a web page: {error}", "لا يُفهم على أنه صفحة ويب: {error}"),
    "no-article-in-page": ("the page has no article text", "لا نص مقال في الصفحة"),
    "empty-page": ("the page is empty", "الصفحة فارغة"),
    "unknown-compression": (
        "the page is compressed with {name}, which khabar does not read",
        "الصفحة مضغوطة بطريقة {name}، ولا يقرؤها khabar",
    ),
    "broken-compression": ("the page cannot be decompressed: {error}", "تعذّر فك ضغط الصفحة: {error}"),
    "broken-warc": (
        "the WARC file is broken from here on: {error}",
        "ملف WARC تالف من هذا الموضع: {error}",
    ),
    "warc-ends-inside": (
        "the WARC file ends inside this record; the part that is present was read",
        "ينتهي ملف WARC قبل آخر هذا السجل، وقُرئ الموجود منه",
    ),
    "warc-record-too-long": (
        "this record is longer than its stated length; the rest was not read",
        "هذا السجل أطول من طوله المذكور، ولم يُقرأ ما بعد نهايته",
    ),
    # PDF
    "broken-pdf": ("it cannot be read as a PDF: {error}", "تعذّرت قراءته على أنه PDF: {error}"),
    "page-scan": (
        "the page is a picture without a text layer, like a scan; an OCR program can add one",
        "الصفحة صورة بلا طبقة نصية، كأنها ممسوحة ضوئيًا؛ ويمكن لبرنامج تعرّف ضوئي على الحروف (OCR) أن يضيفها",
    ),
    "page-rubbish": (
        "the fonts of the page do not say which letters they show, or name wrong ones; an OCR program "
        "can read what is visible",
        "خطوط الصفحة لا تقول أي حروف تُظهر، أو تقوله خطأ؛ ويمكن لبرنامج تعرّف ضوئي على الحروف (OCR) "
        "أن يقرأ ما يُرى",
    ),
    "page-broken": ("the page cannot be read: {error}", "تعذّرت قراءة الصفحة: {error}"),
    "pages-given-up": (
        "reading it failed on {count} pages; the rest was not tried",
        "أخفقت القراءة في {count} من الصفحات؛ ولم تُجرَّب البقية",
    ),
    "page-forms": (
        "presentation forms of Arabic letters were replaced by the letters",
        "استُبدلت بأشكال العرض للحروف العربية الحروف نفسها",
    ),
    "page-ligatures": (
        "ligatures written in reverse («إل» for «لإ») were corrected",
        "عُكست تراكيب حروف كُتبت مقلوبة («إل» مكان «لإ»)",
    ),
    "page-spaces": (
        "spaces inside words that are invisible on the page were removed",
        "حُذفت من داخل الكلمات مسافات لا تُرى في الصفحة",
    ),
    "page-direction": (
        "the letters are placed from left to right on the page, and were read in that order",
        "الحروف مرصوفة في الصفحة من اليسار إلى اليمين، وقُرئت كذلك",
    ),
    "page-encoding": (
        "its fonts name Latin letters instead of those of Windows-1256; they were read as Arabic",
        "تذكر خطوطها حروفًا لاتينية مكان حروف Windows-1256؛ وقُرئت عربية",
    ),
    "letters-doubtful": (
        "{count} of its words have foreign characters among their letters: a font names some letters wrongly",
        "في {count} من كلماتها علامات غريبة بين الحروف: خط يذكر بعض الحروف خطأ",
    ),
    "letters-unknown": (
        "the fonts do not say which letters {count} of its characters are; the text has \ufffd instead",
        "لا تقول الخطوط أي حروف هي {count} من علاماتها؛ ومكانها في النص \ufffd",
    ),
}

#: Values that have a text of their own, by parameter.
_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "what": {
        "feeds": ("RSS and Atom feeds", "خلاصات RSS وAtom"),
        "pages": ("web pages", "صفحات الويب"),
        "workbooks": ("spreadsheets", "جداول الحسابات"),
        "warc": ("WARC files", "ملفات WARC"),
        "pdf": ("PDF files", "ملفات PDF"),
    },
    "found": {
        "object": ("an object", "كائن"),
        "list": ("a list", "قائمة"),
        "list-of-objects": ("a list with objects in it", "قائمة فيها كائنات"),
        "string": ("a string", "نص"),
        "null": ("null", "قيمة خالية"),
        "boolean": ("true or false", "قيمة منطقية"),
        "number": ("a number", "رقم"),
    },
    "media": {
        "picture": ("a picture", "ملف صورة"),
        "sound": ("a sound recording", "ملف صوت"),
        "film": ("a video", "ملف فيديو"),
        "font": ("a font", "ملف خط"),
        "program": ("a program", "ملف برنامج"),
        "of-mail-program": (
            "an index, invitation, address card or signature of a mail program",
            "فهرس أو دعوة أو بطاقة عنوان أو توقيع من برنامج بريد",
        ),
        "of-folder": (
            "a file in which Windows keeps the look of a folder",
            "ملف يحفظ فيه Windows شكل المجلد",
        ),
        "lock": (
            "a file that only marks a document as open in Word, Excel or PowerPoint",
            "ملف لا يدل إلا على أن المستند مفتوح في Word أو Excel أو PowerPoint",
        ),
        "part-of-page": ("a style sheet or script of a page", "ملف تنسيق أو برمجة لصفحة"),
    },
    "field": {"title": ("title", "العنوان"), "text": ("text", "النص")},
}


class _Parameters(dict[str, str]):
    """The parameters of a text; «…» for those that are not given."""

    def __missing__(self, name: str) -> str:
        return "" if name == "record" else "…"


def reason_text(kind: str, given: Iterable[tuple[str, str | int]], language: str = "en") -> str:
    """A reason in words, without a full stop; ``given`` are its parameters."""
    arabic = language == "ar"
    values = _Parameters()
    for name, value in given:
        if name == "record":
            values[name] = _record(int(value), language) if value else ""
        elif isinstance(value, int):
            values[name] = f"{value:,}"
        elif name in ("source", "other"):
            values[name] = value or ("مصدر غير معروف" if arabic else "an unknown source")
        else:
            values[name] = _WORDS.get(name, {}).get(value, (value, value))[arabic]
    # An index written by a later version may contain kinds that this one does not know.
    return REASONS.get(kind, (kind, kind))[arabic].format_map(values)


def has_pages(path: str) -> bool:
    """Whether the records of a file are pages."""
    # In Arabic output, direction marks surround the path.
    return visible(path).lower().endswith(".pdf")


def where_text(path: str, number: int | None, language: str = "en") -> str:
    """A file in words, with the number of the record or page, if any."""
    if number is not None and has_pages(path):
        return f"{path}، الصفحة {number}" if language == "ar" else f"{path}, page {number}"
    return path if number is None else path + _record(number, language)


def _record(number: int, language: str) -> str:
    return f"، السجل {number}" if language == "ar" else f", record {number}"
