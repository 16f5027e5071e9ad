"""Messages of Outlook (MSG) and other compound files."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from compound_helpers import attached, compound, outlook
from reading_helpers import Result

from khabar.corpus.limits import ReadLimits

ReadBytes = Callable[..., Result]
TEXT = "افتتح وزير الأشغال جسر المرفأ الجديد أمس."
LONG = f"{TEXT} " * 80
"""Longer than the streams that are stored in a shared stream."""
WORD_HEAD = b"\xec\xa5" + bytes(8)
WORD = Path(__file__).parent / "files" / "word97.doc"
"""A document saved by LibreOffice, with a text written for this project (benchmarks/documents.py)."""
SENT = datetime(2024, 5, 6, 10, tzinfo=UTC)
HEADERS = "From: رنا <r@n.example>\nMessage-ID: <7@n.example>\nDate: Mon, 06 May 2024 13:00:00 +0300\nOrganization: وكالة\n"


def test_a_message(reading_bytes: ReadBytes) -> None:
    tree = outlook(
        {"0037": "خبر عاجل", "0C1A": "سلمى حداد", "1000": f"{TEXT}\r\nسطر", "1035": "<1@n>"}, sent=SENT
    )
    result = reading_bytes("a.msg", compound(tree))
    article = result.articles[0]
    assert (article.title, article.author, article.published) == ("خبر عاجل", "سلمى حداد", SENT)
    assert (article.id, article.paragraphs) == ("1@n", (TEXT, "سطر"))
    assert result.report.ok


def test_headers_of_the_network(reading_bytes: ReadBytes) -> None:
    tree = outlook(
        {"0037": "خبر", "0C1A": "/O=EX/CN=X", "1000": TEXT, "007D": HEADERS},
        sent=datetime(2020, 1, 1, tzinfo=UTC),
    )
    article = reading_bytes("a.msg", compound(tree)).articles[0]
    assert (article.id, article.author, article.source) == ("7@n.example", "رنا", "وكالة")
    assert article.published is not None and article.published.astimezone(UTC) == SENT


@pytest.mark.parametrize(
    "tree",
    [
        outlook({"0037": "خبر"}, html=f"<html><body><p>{TEXT}</p></body></html>".encode()),
        outlook({"0037": "خبر", "1000": TEXT}, code_page=1256),
        outlook({"0037": "خبر"}, html=f"<p>{TEXT}</p>".encode("cp1256"), code_page=1256),
        outlook(
            {"0037": "خبر"},
            rtf=b"\0\0\0\0" + (25 + len(TEXT)).to_bytes(4, "little") + b"MELA"
            + b"\0\0\0\0" + rb"{\rtf1\ansi\ansicpg1256 " + TEXT.encode("cp1256") + b"}",
        ),
    ],
)  # fmt: skip
def test_texts_in_other_forms(reading_bytes: ReadBytes, tree: object) -> None:
    result = reading_bytes("a.msg", compound(tree))  # type: ignore[arg-type]
    assert (result.titles, result.articles[0].paragraphs) == (["خبر"], (TEXT,))


def test_compressed_rtf() -> None:
    """The example of MS-OXRTFCP, 4.1.1."""
    from khabar.corpus.compound.outlook import _decompressed

    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert _decompressed(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_attachments(reading_bytes: ReadBytes) -> None:
    inner = outlook({"0037": "رسالة مرفقة", "0C1A": "رنا", "1000": f"نص {TEXT}"}, sent=SENT, is_inner=True,
                    attachments=(attached("أعمق.txt", f"عنوان\n{LONG}".encode()),))  # fmt: skip
    tree = outlook(
        {"0037": "خبر", "1000": TEXT}, attachments=(attached("نص.txt", f"عنوان ملف\n{LONG}".encode()), inner)
    )
    result = reading_bytes("a.msg", compound(tree))
    assert [(each.title, each.path.rpartition("a.msg")[2]) for each in result.articles] == [
        ("خبر", ""),
        ("عنوان ملف", "!نص.txt"),
        ("رسالة مرفقة", "!رسالة مرفقة.eml"),
        ("عنوان", "!رسالة مرفقة.eml!أعمق.txt"),
    ]
    assert (result.articles[2].author, result.articles[2].published) == ("رنا", SENT)
    limits = ReadLimits(depth=1)
    assert [
        each.reason.kind for each in reading_bytes("a.msg", compound(tree), limits=limits).report.skipped
    ] == ["too-deep"]


@pytest.mark.parametrize(
    ("name", "tree", "kind"),
    [
        ("a.docx", {"EncryptedPackage": b"x", "EncryptionInfo": b"y"}, "password"),
        ("a.doc", {"WordDocument": b"x"}, "unread-format"),
        ("a.doc", {"WordDocument": WORD_HEAD + b"\0\1" + bytes(500)}, "password"),
        ("a.doc", {"WordDocument": WORD_HEAD + bytes(500)}, "part-missing"),
        ("a.doc", {"WordDocument": WORD_HEAD + bytes(500), "0Table": b"x"}, "broken-document"),
        ("a.doc", {"WordDocument": WORD_HEAD + bytes(66) + b"\xff" * 40 + bytes(500), "0Table": b"x"},
         "broken-document"),
        ("a", {"Workbook": b"x"}, "unread-format"),
        ("a", {"PowerPoint Document": b"x"}, "unread-format"),
        ("a.msg", {"other": b"x"}, "unread-format"),
        ("a.msg", outlook({"001A": "IPM.Note.SMIME", "0037": "خبر"}), "encrypted-mail"),
        ("a.msg", outlook({}), "no-word"),
    ],
)  # fmt: skip
def test_what_is_not_read(reading_bytes: ReadBytes, name: str, tree: object, kind: str) -> None:
    result = reading_bytes(name, compound(tree))  # type: ignore[arg-type]
    assert not result.articles
    assert [each.reason.kind for each in result.report.skipped] == [kind]


@pytest.mark.parametrize(("name", "kind"), [("a.ppt", "unread-format"), ("a.doc", "damaged-document")])
def test_compound_files_that_are_cut(reading_bytes: ReadBytes, name: str, kind: str) -> None:
    data = compound({"PowerPoint Document": b"x" * 9000})
    result = reading_bytes(name, data[: len(data) // 2 - 3])
    assert [each.reason.kind for each in result.report.skipped] == [kind]
    told = result.report.skipped[0].reason.text("ar")
    assert not re.search("[a-z]{3}", told.replace("khabar", "").replace("PowerPoint", ""))


def test_without_the_extra(reading_bytes: ReadBytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "olefile", None)
    result = reading_bytes("a.msg", compound(outlook({"0037": "خبر"})))
    assert 'pip install "khabar[mail]"' in result.reasons[0]


def test_broken_ones(reading_bytes: ReadBytes) -> None:
    whole = compound(outlook({"0037": "خبر", "1000": TEXT}, attachments=(attached("a.txt", TEXT.encode()),)))
    dice = random.Random(18)
    for cut in range(0, len(whole), 700):
        result = reading_bytes("a.msg", whole[:cut])
        assert result.articles or result.report.skipped
    for _ in range(60):
        broken = bytearray(whole)
        for _ in range(dice.randrange(1, 40)):
            broken[dice.choice((dice.randrange(512), dice.randrange(len(broken))))] = dice.randrange(256)
        result = reading_bytes("a.msg", bytes(broken))
        assert result.articles or result.report.skipped


# --- Word 97 ---


def test_a_document_of_word_97(reading: Callable[..., Result]) -> None:
    result = reading(WORD)
    article = result.articles[0]
    assert article.title == "مجلس الأمن يتبنّى بالإجماع قراراً بهدنة إنسانية في إقليم الهضاب"
    assert len(article.paragraphs) == 9
    assert article.paragraphs[0] == "نيويورك – وكالة القنديل للأنباء كلمة مضافة لاحقا"
    assert article.paragraphs[-4:] == (
        *("السلعة | السعر", "القمح المستورد | ٣٠٠", "حاشية تشرح المصدر", "نص داخل الإطار"),
    )
    unseen = ("عبارة محذوفة", "سطر مخفي", "ترويسة كل صفحة", "تذييل كل صفحة", "تعليق المراجع")
    assert not any(each in article.text for each in unseen)
    assert result.report.ok


def test_broken_documents_of_word_97(reading_bytes: ReadBytes) -> None:
    whole = WORD.read_bytes()
    dice = random.Random(97)
    for cut in range(0, len(whole), 900):
        result = reading_bytes("a.doc", whole[:cut])
        assert result.articles or result.report.skipped
    for _ in range(80):
        broken = bytearray(whole)
        for _ in range(dice.randrange(1, 60)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        result = reading_bytes("a.doc", bytes(broken))
        assert result.articles or result.report.skipped
    result = reading_bytes("a.doc", whole, limits=ReadLimits(letters=500))
    assert [each.reason.kind for each in result.report.skipped] == ["too-many-letters"]
