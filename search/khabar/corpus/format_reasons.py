"""The texts of reasons that concern single formats: newswires, web archives, OCR, databases and workbooks.

A part of `khabar.corpus.reason_texts`, in the same form.
"""

from __future__ import annotations

__all__ = ["FORMAT_REASONS"]

FORMAT_REASONS: dict[str, tuple[str, str]] = {
    # XML of newswires and OCR
    "broken-xml": (
        "the XML is broken ({error}); everything before the damage was read",
        "ملف XML تالف ({error})، وقُرئ ما قبل موضع التلف",
    ),
    "nested-xml": (
        "its elements are nested more than {depth} deep; the rest was not read",
        "عناصره متداخلة أكثر من {depth} مستوى، ولم تُقرأ البقية",
    ),
    "remote-content": (
        "its text is not in the file but in {file}, and khabar fetches nothing; save that file and read it",
        "نصه ليس في الملف بل في {file}، وkhabar لا يجلب شيئًا من الشبكة؛ احفظ ذاك الملف واقرأه",
    ),
    # references
    "only-references": (
        "it is a file of references ({count}) that cite articles, without their texts and without abstracts; "
        "read the articles themselves, or export the references with abstracts",
        "ملف مراجع ({count}) تستشهد بمقالات وليس فيها نصوصها ولا ملخصاتها؛ اقرأ المقالات نفسها، أو صدّر "
        "المراجع مع ملخصاتها",
    ),
    "no-abstract": (
        "it is a reference that cites an article and has neither its text nor an abstract of it",
        "مرجع يستشهد بمقال وليس فيه نصه ولا ملخصه",
    ),
    "open-entry": (
        "the entry cannot be read: a brace or quotation mark in it is never closed",
        "تعذّرت قراءة المدخل: فيه قوس أو علامة اقتباس لا تُغلق",
    ),
    "too-many-abbreviations": (
        "the entry cannot be read: the abbreviations (@string) in it would make the file far too long",
        "تعذّرت قراءة المدخل: اختصاراته (@string) تجعل الملف أطول مما ينبغي بكثير",
    ),
    # OCR
    "ocr-unsure": (
        "the OCR was unsure of the words on page {page} (mean confidence {confidence} of 100), so "
        "some may be wrong; scan it again, or leave it out",
        "لم يتيقن التعرف الضوئي (OCR) من كلمات الصفحة {page} (متوسط الثقة {confidence} من 100)، فقد تكون "
        "كلمات منها "
        "خطأ؛ أعد مسحها ضوئيًا أو استبعدها",
    ),
    "ocr-turned": (
        "{lines} lines had their Arabic words from left to right; they were put in reading order",
        "كانت الكلمات العربية في {lines} من الأسطر مرتبة من اليسار إلى اليمين، فأعيدت إلى ترتيب القراءة",
    ),
    # web archives
    "no-page-in-mhtml": ("it contains no web page", "لا صفحة ويب فيه"),
    "broken-mhtml": (
        "it cannot be parsed as a saved web page: {error}",
        "لا يُفهم على أنه صفحة ويب محفوظة: {error}",
    ),
    # databases
    "not-a-database": (
        "its name says SQLite database, but its content is something else, or is encrypted",
        "يدل اسمه على قاعدة بيانات SQLite، ومحتواه شيء آخر أو مشفَّر",
    ),
    "broken-database": (
        "the database is damaged ({error}); everything before the damage was read",
        "قاعدة البيانات تالفة ({error})، وقُرئ ما قبل موضع التلف",
    ),
    "unmerged-log": (
        "{file} holds changes that are not in the database yet and were not read; close the program "
        "that writes it, then read it again",
        "في {file} تغييرات لم تدخل قاعدة البيانات بعد، ولم تُقرأ؛ أغلق البرنامج الذي يكتبها ثم أعد القراءة",
    ),
    "part-of-database": (
        "left out: it belongs to the database beside it",
        "تُرك: جزء من قاعدة البيانات المجاورة له",
    ),
    "own-desk": (
        "left out: khabar's own file of stars, notes and lists",
        "تُرك: ملف khabar نفسه للنجوم والملاحظات والقوائم",
    ),
    "no-table": (
        "no table has columns for a title or text ({tables}); say which column it is, such as --field "
        "text=TABLE.COLUMN",
        "لا جدول فيه عمود لعنوان أو نص ({tables})؛ حدّد الجدول والعمود، مثل ‎--field text=TABLE.COLUMN",
    ),
    "tables-left": (
        "left out: tables without the columns of articles ({tables}); if one contains articles: "
        "--field text=TABLE.COLUMN",
        "تُركت جداول ليست أعمدتها أعمدة مقالات ({tables})؛ فإن كان في أحدها مقالات: ‎--field text=TABLE.COLUMN",
    ),
    # workbooks
    "broken-workbook": (
        "it cannot be read as a workbook: {error}",
        "ليس جدول حسابات تمكن قراءته: {error}",
    ),
    "no-sheet": (
        "no sheet has columns for a title or text ({sheets}); say which column it is, such as --field "
        "text=SHEET.COLUMN",
        "لا ورقة فيها عمود لعنوان أو نص ({sheets})؛ حدّد الورقة والعمود، مثل ‎--field text=SHEET.COLUMN",
    ),
    "sheets-left": (
        "left out: sheets without the columns of articles ({sheets}); if one contains articles: "
        "--field text=SHEET.COLUMN",
        "تُركت أوراق ليست أعمدتها أعمدة مقالات ({sheets})؛ فإن كان في إحداها مقالات: ‎--field "
        "text=SHEET.COLUMN",
    ),
    "workbook-memory": (
        "reading it needs more than {limit} MiB of memory; save its sheets as CSV",
        "قراءته تحتاج إلى أكثر من {limit} ميبيبايت من الذاكرة؛ احفظ أوراقه بصيغة CSV",
    ),
    "too-many-workbook-cells": (
        "its cells span more than {limit} cells; save its sheets as CSV, or delete cells far from the tables",
        "خلاياه تمتد إلى أكثر من {limit} خلية؛ احفظ أوراقه بصيغة CSV، أو احذف ما يبعد عن الجداول",
    ),
}
