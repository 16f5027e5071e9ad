"""Text files of Factiva, LexisNexis and ProQuest: each document is an article."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from office_helpers import docx, p, rtf

FIRST = "قال وزير الطاقة إن وقف إطلاق النار سيعيد أسعار النفط إلى ما كانت عليه."
SECOND = "أعلنت الحكومة أمس عن خطة جديدة لدعم المزارعين في الشمال."
OUTLET = "صحيفة الوادي"
RULE = "_" * 60

FACTIVA = f"""HD
هدنة جديدة

BY
سالم العلي

WC
120 words

PD
6 May 2024

SN
{OUTLET}

LA
Arabic

LP
{FIRST}

TD
{SECOND}

AN
Document ALWADI0020240506ek56

HD
خطة للمزارعين

PD
7 May 2024

SN
{OUTLET}

LP
{SECOND}

AN
Document ALWADI0020240507ek57

Search Summary
Text	هدنة
"""
LEXIS = f"""1 of 2 DOCUMENTS


{OUTLET}

May 6, 2024 Monday

هدنة جديدة

BYLINE: سالم العلي

LENGTH: 120 words

قال وزير الطاقة إن وقف إطلاق النار
سيعيد أسعار النفط إلى ما كانت عليه.

{SECOND}

LOAD-DATE: May 8, 2024

LANGUAGE: ARABIC

Copyright 2024 Alwadi
All Rights Reserved

2 of 2 DOCUMENTS

{OUTLET}

May 7, 2024 Tuesday

خطة للمزارعين

LENGTH: 88 words

{SECOND}
"""
NEXIS = f"""هدنة جديدة

{OUTLET}

May 6, 2024 Monday

Copyright 2024 Alwadi All Rights Reserved

Section: NEWS; Pg. 1
Length: 120 words
Byline: سالم العلي

Body

{FIRST}

{SECOND}

Load-Date: May 8, 2024

End of Document

خطة للمزارعين

{OUTLET}

May 7, 2024 Tuesday

Length: 88 words

Body

{SECOND}

End of Document
"""
PROQUEST = f"""{RULE}

Report Information from ProQuest
08 May 2024
{RULE}

Document 1 of 2

هدنة جديدة

Author: سالم العلي

Full text:
{FIRST}

{SECOND}

Title: هدنة جديدة

Publication title: {OUTLET}

Publication date: May 6, 2024

ProQuest document ID: 301

{RULE}

Document 2 of 2

خطة للمزارعين

Full text: {SECOND}

Publication title: {OUTLET}

Publication date: May 7, 2024
"""
EXPORTS = {"Factiva": FACTIVA, "LexisNexis": LEXIS, "Nexis Uni": NEXIS, "ProQuest": PROQUEST}


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_documents_of_press_databases(reading_bytes: Any, export: str) -> None:
    articles, report = reading_bytes("export.txt", export)
    assert [article.title for article in articles] == ["هدنة جديدة", "خطة للمزارعين"]
    assert [article.paragraphs for article in articles] == [(FIRST, SECOND), (SECOND,)]
    assert [article.published for article in articles] == [datetime(2024, 5, 6), datetime(2024, 5, 7)]
    assert [article.source for article in articles] == [OUTLET, OUTLET]
    assert articles[0].author == "سالم العلي"
    assert not report.skipped
    assert not report.notes


def test_many_empty_lines_are_read_once(reading_bytes: Any) -> None:
    # Each was followed to the end of all of them: this took minutes.
    assert reading_bytes("n.txt", LEXIS.replace(FIRST, FIRST + "\n" * 200_000)).articles == (
        reading_bytes("n.txt", LEXIS).articles
    )


def test_the_number_of_a_document_is_its_id(reading_bytes: Any) -> None:
    assert reading_bytes("f.txt", FACTIVA).articles[0].id == "ALWADI0020240506ek56"
    assert reading_bytes("p.txt", PROQUEST).articles[0].id == "301"


@pytest.mark.parametrize(
    "text",
    [
        f"HD تصريح جديد للوزير\n{FIRST}\n{SECOND}",
        f"{RULE}\nهدنة جديدة\nTitle: هدنة\n{FIRST}",
        f"هدنة جديدة\n3 of 5 DOCUMENTS\n{FIRST}",
    ],
)
def test_other_texts_are_one_article(reading_bytes: Any, text: str) -> None:
    articles, _ = reading_bytes("a.txt", text)
    assert len(articles) == 1


@pytest.mark.parametrize("export", [NEXIS, FACTIVA], ids=["Nexis Uni", "Factiva"])
def test_documents_in_a_word_or_rtf_file(reading_bytes: Any, export: str) -> None:
    lines = [line for line in export.splitlines() if line.strip()]
    articles, report = reading_bytes("export.docx", docx("".join(map(p, lines))))
    assert [article.title for article in articles] == ["هدنة جديدة", "خطة للمزارعين"]
    assert [article.paragraphs for article in articles] == [(FIRST, SECOND), (SECOND,)]
    assert not report.skipped
    coded = "\\par ".join("".join(f"\\u{ord(c)}?" if ord(c) > 127 else c for c in line) for line in lines)
    again, _ = reading_bytes("export.rtf", rtf(coded))
    assert [article.paragraphs for article in again] == [article.paragraphs for article in articles]


def test_another_word_file_is_one_article(reading_bytes: Any) -> None:
    lines = ["هدنة جديدة", FIRST, "Length: 120 words", SECOND]
    articles, _ = reading_bytes("a.docx", docx("".join(map(p, lines))))
    assert [article.title for article in articles] == ["هدنة جديدة"]
