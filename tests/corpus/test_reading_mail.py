"""Messages, mailboxes and attachments."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path

import pytest
from office_helpers import docx, p
from reading_helpers import Result, zipped

from khabar.corpus.limits import ReadLimits

ReadBytes = Callable[..., Result]
TEXT = "افتتح وزير الأشغال جسر المرفأ الجديد أمس."
HEADERS = (
    "From: =?utf-8?b?{}?= <salma@news.example>\nTo: desk@news.example\nSubject: {{}}\n"
    "Date: Mon, 06 May 2024 10:00:00 +0300\nMessage-ID: <1@news.example>\nMIME-Version: 1.0\n"
).format(base64.b64encode("سلمى حداد".encode()).decode())


def message(body: str | bytes = TEXT, subject: str = "خبر عاجل", more: str = "") -> bytes:
    """A message; a body that is a str is in UTF-8."""
    data = body.encode() if isinstance(body, str) else body
    encoded = f"=?utf-8?q?{quopri.encodestring(subject.encode()).decode().replace(' ', '_')}?="
    more = more or "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    return (HEADERS.format(encoded) + more + "\n").encode() + data


def multipart(*parts: str, kind: str = "mixed", more: str = "") -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts) + "--b--\nخاتمة"
    return message(body, more=f"Content-Type: multipart/{kind}; boundary=b{more}\n")


PLAIN = f"Content-Type: text/plain; charset=utf-8\n\n{TEXT}"
HTML = f"Content-Type: text/html; charset=utf-8\n\n<html><head><title>x</title></head><body><p>{TEXT}</p><p>ثان</p></body></html>"


def test_a_message(reading_bytes: ReadBytes) -> None:
    result = reading_bytes(
        "a.eml", message(more="List-Id: =?utf-8?q?=D9=88=D9=83=D8=A7=D9=84=D8=A9?= <n.example>\n")
    )
    article = result.articles[0]
    assert (article.title, article.author, article.source) == ("خبر عاجل", "سلمى حداد", "وكالة")
    assert article.published == datetime(2024, 5, 6, 10, tzinfo=timezone(timedelta(hours=3)))
    assert (article.id, article.paragraphs) == ("1@news.example", (TEXT,))
    assert result.report.ok


@pytest.mark.parametrize(
    ("charset", "way"),
    [(charset, way) for charset in ("utf-8", "windows-1256", "iso-8859-6") for way in ("base64", "quoted-printable", "8bit")]
    + [("utf-7", "7bit")],
)  # fmt: skip
def test_encodings_of_texts(reading_bytes: ReadBytes, charset: str, way: str) -> None:
    data = f"{TEXT}\n\nسطر ثان".encode(charset)
    data = (
        base64.encodebytes(data) if way == "base64" else quopri.encodestring(data) if way[0] == "q" else data
    )
    more = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {way.upper()}\n"
    assert reading_bytes("a.eml", message(data, more=more)).articles[0].paragraphs == (TEXT, "سطر ثان")


@pytest.mark.parametrize("charset", ["us-ascii", "iso-8859-1", "x-unknown", ""])
def test_an_encoding_that_is_wrong(reading_bytes: ReadBytes, charset: str) -> None:
    more = f"Content-Type: text/plain; charset={charset}\n"
    for real in ("utf-8", "cp1256"):
        content = message((TEXT * 3).encode(real), more=more)
        assert reading_bytes("a.eml", content).articles[0].paragraphs == (TEXT * 3,)


def encoded(text: str, charset: str = "utf-8", way: str = "B") -> str:
    data = text.encode(charset)
    body = base64.b64encode(data).decode() if way == "B" else "".join(f"={byte:02X}" for byte in data)
    return f"=?{charset}?{way}?{body}?="


HALF = "سلمى".encode()
SUBJECTS = {
    encoded("خبر عاجل", "windows-1256"): "خبر عاجل",
    encoded("خبر عاجل", "iso-8859-6", "Q"): "خبر عاجل",
    f"{encoded('خبر ')}\n {encoded('عاجل')}": "خبر عاجل",
    f"{encoded('خبر')} من Reuters {encoded('عاجل')}": "خبر من Reuters عاجل",
    f"=?utf-8?B?{base64.b64encode(HALF[:3]).decode()}?= =?utf-8?B?{base64.b64encode(HALF[3:]).decode()}?=": "سلمى",
    "=?utf-8*ar?Q?=D8=AE?=": "خ",
    "=?utf-8?Q?=D8=AE=D8=A8 =D8=B1?=": "خب ر",
    "=?utf-8?B?2K7YqNix": "=?utf-8?B?2K7YqNix",
    "=?utf-8?B?2K7YqNix=?=": "خبر",
    "=?x-wrong?B?2K7YqNix?=": "خبر",
    "=?zlib?B?2K7YqNix?=": "خبر",
    "خبر عاجل": "خبر عاجل",
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_subjects(reading_bytes: ReadBytes, subject: str) -> None:
    content = HEADERS.format(subject).encode() + f"\n{TEXT}".encode()
    assert reading_bytes("a.eml", content).titles == [SUBJECTS[subject]]


def test_a_subject_in_bytes(reading_bytes: ReadBytes) -> None:
    content = b"Subject: " + "الوزير يفتتح الجسر الجديد".encode("cp1256") + f"\nX: y\n\n{TEXT}".encode()
    assert reading_bytes("a.eml", content).titles == ["الوزير يفتتح الجسر الجديد"]


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        ('"سلمى حداد" <s@n.example>', "سلمى حداد"),
        (f'"{encoded("سلمى")}" <s@n.example>', "سلمى"),
        ("s@n.example", "s@n.example"),
        ("s@n.example (سلمى)", "سلمى"),
        ("وكالة، أنباء <s@n.example>", "وكالة، أنباء"),
        ("<s@n.example>", "s@n.example"),
        ("", ""),
    ],
)
def test_senders(reading_bytes: ReadBytes, sender: str, author: str) -> None:
    content = f"Subject: x\nFrom: {sender}\n\n{TEXT}".encode()
    assert reading_bytes("a.eml", content).articles[0].author == author


@pytest.mark.parametrize(
    ("more", "source"),
    [
        ("List-Id: <news.agency.example>", "news.agency.example"),
        ('List-Id: "نشرة الأخبار" <news.agency.example>', "نشرة الأخبار"),
        ("Organization: وكالة الشاطئ", "وكالة الشاطئ"),
        ("Newsgroups: soc.culture.arabic", "soc.culture.arabic"),
        ("X: y", ""),
    ],
)
def test_sources(reading_bytes: ReadBytes, more: str, source: str) -> None:
    assert reading_bytes("a.eml", f"Subject: x\n{more}\n\n{TEXT}".encode()).articles[0].source == source


def test_dates(reading_bytes: ReadBytes) -> None:
    came = "Received: from a by b with c;\n Tue, 7 May 2024 08:00:00 +0000 (UTC)\n"
    content = f"{came}Subject: x\nDate: nonsense\n\n{TEXT}".encode()
    assert reading_bytes("a.eml", content).articles[0].published == datetime(2024, 5, 7, 8, tzinfo=UTC)


def test_the_plain_one_of_two_forms(reading_bytes: ReadBytes) -> None:
    assert reading_bytes("a.eml", multipart(PLAIN, HTML, kind="alternative")).articles[0].paragraphs == (
        TEXT,
    )
    stub = "Content-Type: text/plain\n\nNo HTML."
    result = reading_bytes("a.eml", multipart(stub, HTML, kind="alternative"))
    assert result.articles[0].paragraphs == (TEXT, "ثان")
    assert result.report.ok


def test_html(reading_bytes: ReadBytes) -> None:
    page = (
        "<html><head><style>p{}</style></head><body><div>سطر\nأول<br>سطر ثان</div><script>x</script>"
        "<table><tr><td>القمح</td> <td>٣٠٠</td></tr></table><blockquote type='cite'>قديم<blockquote>أقدم</blockquote>"
        "</blockquote><p>آخر &amp; أخير</p></body></html>"
    )
    result = reading_bytes("a.eml", message(page, more="Content-Type: text/html; charset=utf-8\n"))
    assert result.articles[0].paragraphs == ("سطر أول", "سطر ثان", "القمح | ٣٠٠", "آخر & أخير")
    assert result.report.clutter == {"quoted reply": 1}


def test_what_is_quoted_and_signed(reading_bytes: ReadBytes) -> None:
    body = f"أوافق.\n\nفي 5 مايو 2024 كتبت رنا:\n> {TEXT}\n>> أقدم\n\nوهذا رأيي.\n-- \nسلمى حداد\nمحررة"
    result = reading_bytes("a.eml", message(body, "Re: خبر"))
    assert result.articles[0].paragraphs == ("أوافق.", "وهذا رأيي.")
    assert result.report.clutter == {"quoted reply": 3, "signature": 2}
    outlook = f"أوافق.\n\n-----Original Message-----\nFrom: x\n{TEXT}"
    assert reading_bytes("a.eml", message(outlook)).articles[0].paragraphs == ("أوافق.",)


@pytest.mark.parametrize(
    "footer",
    [
        "Sent from my iPhone",
        "أُرسلت من الـ iPhone",
        "Sent from Yahoo Mail on Android",
        "Get Outlook for iOS",
        "Envoyé de mon iPhone",
        "أرسلت من هاتفي الجوال سامسونج",
        "أُرسلت من الآيفون",
        "أرسلت من بريد Yahoo على Android",
        "تم الإرسال من جهازي",
        "_______________________________________________\nNews mailing list\nNews@lists.example",
    ],
)
def test_what_telephones_and_lists_add(reading_bytes: ReadBytes, footer: str) -> None:
    result = reading_bytes("a.eml", message(f"{TEXT}\n\n{footer}\n"))
    assert result.articles[0].paragraphs == (TEXT,)
    assert result.report.clutter["signature"] >= 1
    lines = "".join(f"<div>{line}</div>" for line in [TEXT, *footer.split("\n")])
    html = "Content-Type: text/html; charset=utf-8\n"
    assert reading_bytes("a.eml", message(lines, more=html)).articles[0].paragraphs == (TEXT,)


def test_a_sentence_about_a_telephone_stays(reading_bytes: ReadBytes) -> None:
    for last in (
        "أرسلت من هاتفها صورا: هذه أولها.",
        "وقال إن الرسالة أرسلت من الهاتف.",
        "أرسلت من الهلال الأحمر قوافل إغاثة إلى المدينة",
        "أرسلت من جهاز الأمن تقارير إلى الوزير",
        "أرسلت من هاتفي رسالة إلى الوزير",
        "أرسلت عبر البريد السريع وثائق القضية",
        "Sent from Gaza to the hospital in Cairo",
    ):
        assert reading_bytes("a.eml", message(f"{TEXT}\n\n{last}")).articles[0].paragraphs == (TEXT, last)


BLOCK = "من: سامر داود <samer@news.example>\nتاريخ الإرسال: الأربعاء، 3 أبريل، 2024 9:00 م\nإلى: سلمى حداد\nالموضوع: خبر\n"


@pytest.mark.parametrize(
    "quoted",
    [
        f"{BLOCK}\n{TEXT}",
        f"________________________________\n{BLOCK}\n{TEXT}",
        f"*From:* Samer\n*Sent:* Wednesday, April 3, 2024 9:00 PM\n*To:* Salma\n*Subject:* خبر\n\n{TEXT}",
        f"في الأربعاء، 3 أبريل 2024 في 9:00 م كتب سامر <s@x.example>:\n\n> {TEXT}",
        "\u202bفي الأربعاء، 3 أبريل 2024 في 9:00 م تمت كتابة ما يلي بواسطة \u202aسامر\u202c\n<s@x.example>:\u200f\n\n> نص",
    ],
)
def test_blocks_and_lines_above_quotations(reading_bytes: ReadBytes, quoted: str) -> None:
    result = reading_bytes("a.eml", message(f"أوافق على النشر.\n\n{quoted}", "رد: خبر"))
    assert result.articles[0].paragraphs == ("أوافق على النشر.",)
    assert result.report.clutter["quoted reply"] >= 2
    assert "سامر" in reading_bytes("b.eml", message(f"للعلم.\n\n{BLOCK}{TEXT}", "FW: خبر")).articles[0].text


def test_lines_that_only_look_like_headers_stay(reading_bytes: ReadBytes) -> None:
    body = "برنامج الزيارة\nمن: بيروت\nإلى: دمشق\nالموضوع: افتتاح الجسر"
    assert reading_bytes("a.eml", message(body)).articles[0].paragraphs == tuple(body.split("\n"))


def test_quotations_in_html_are_removed_with_the_line_above(reading_bytes: ReadBytes) -> None:
    html = "Content-Type: text/html; charset=utf-8\n"
    gmail = (
        '<div dir="rtl">أوافق على النشر.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        "في الأربعاء، 3 أبريل 2024 في 9:00 م كتب سامر &lt;<a href='mailto:s@x.example'>s@x.example</a>&gt;:<br></div>"
        f'<blockquote class="gmail_quote" style="margin:0"><div>{TEXT}</div></blockquote></div>'
    )
    result = reading_bytes("a.eml", message(gmail, "Re: خبر", more=html))
    assert result.articles[0].paragraphs == ("أوافق على النشر.",)
    assert result.report.clutter == {"quoted reply": 2}
    outlook = (
        "<div>أوافق على النشر.</div><hr><div id=divRplyFwdMsg dir=rtl><b>من:</b> سامر &lt;s@x.example&gt;<br>"
        "<b>تاريخ الإرسال:</b> الأربعاء، 3 أبريل 2024<br><b>إلى:</b> سلمى<br><b>الموضوع:</b> خبر<br></div>"
        f"<div>{TEXT}</div>"
    )
    result = reading_bytes("b.eml", message(outlook, "رد: خبر", more=html))
    assert result.articles[0].paragraphs == ("أوافق على النشر.",)


@pytest.mark.parametrize("name", ["1795738735.M896797P10539Q1.vm", "1795738735.M8P1.server01", "1795.mail"])
def test_messages_of_a_maildir(reading_bytes: ReadBytes, name: str) -> None:
    assert reading_bytes(name, message()).titles == ["خبر عاجل"]
    assert [each.reason.kind for each in reading_bytes(name, TEXT.encode()).report.skipped] == [
        "unknown-format"
    ]


def test_days_of_attachments(reading_bytes: ReadBytes) -> None:
    dated = f"بيروت – ليلى حمدان – الثلاثاء 12 آذار/مارس 2024\n{TEXT}"
    made = (
        '<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:created>2025-01-02T10:00:00Z'
        "</dcterms:created></cp:coreProperties>"
    )
    word = base64.encodebytes(docx(p("عنوان التقرير") + p(TEXT), core=made)).decode()
    kind = "Content-Type: application/octet-stream; name=a.docx\nContent-Transfer-Encoding: base64\n\n"
    result = reading_bytes(
        "a.eml",
        multipart(
            PLAIN,
            f"Content-Type: text/plain; charset=utf-8; name=a.txt\n\nعنوان\n{dated}",
            f"Content-Type: text/plain; charset=utf-8; name=b.txt\n\nعنوان آخر\n{TEXT}",
            f"{kind}{word}",
        ),
    )
    sent = result.articles[0].published
    assert [each.published for each in result.articles[1:]] == [datetime(2024, 3, 12), sent, sent]
    assert result.articles[1].published_from == "dateline" and not result.report.notes


@pytest.mark.parametrize("subject", ["Fwd: خبر", "إعادة توجيه: خبر", "خبر"])
def test_what_is_forwarded_or_only_quoted_is_kept(reading_bytes: ReadBytes, subject: str) -> None:
    result = reading_bytes("a.eml", message(f"> {TEXT}\n> سطر ثان.", subject))
    assert result.articles[0].paragraphs == (TEXT, "سطر ثان.")
    assert not result.report.clutter


def test_lines_that_a_program_broke(reading_bytes: ReadBytes) -> None:
    body = (
        "قال وزير الأشغال في حكومة تصريف الأعمال إن الجسر سيفتح أمام السيارات غدا\n"
        "بعد انتهاء الاختبارات.\nالقائمة:\n- بند\n- بند ثان\n\nفقرة أخرى."
    )
    assert reading_bytes("a.eml", message(body)).articles[0].paragraphs == (
        "قال وزير الأشغال في حكومة تصريف الأعمال إن الجسر سيفتح أمام السيارات غدا بعد انتهاء الاختبارات.",
        *("القائمة:", "- بند", "- بند ثان", "فقرة أخرى."),
    )
    more = "Content-Type: text/plain; charset=utf-8; format=flowed\n"
    flowed = message("سطر \nيتبع\nسطر آخر", more=more)
    assert reading_bytes("a.eml", flowed).articles[0].paragraphs == ("سطر يتبع", "سطر آخر")


def test_attachments(reading_bytes: ReadBytes) -> None:
    inner = message("نص الرسالة المرفقة.", "رسالة مرفقة").decode().replace("<1@", "<2@")
    name = encoded("تقرير.docx")
    data = base64.encodebytes(docx(p("عنوان التقرير", "a") + p(TEXT))).decode()
    archive = base64.encodebytes(zipped({"ملف.txt": f"عنوان الملف\n{TEXT}"})).decode()
    result = reading_bytes(
        "a.eml",
        multipart(
            PLAIN,
            f'Content-Type: application/octet-stream; name="{name}"\nContent-Transfer-Encoding: base64\n\n{data}',
            f"Content-Type: message/rfc822\n\n{inner}",
            "Content-Type: text/plain; charset=utf-8\nContent-Disposition: attachment;\n filename*0*=utf-8''%D9%86%D8;\n"
            f" filename*1*=%B5.txt\n\nعنوان ملف النص\n{TEXT}",
            f"Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n{archive}",
            "Content-Type: image/png; name=logo.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgoAAAANSUhEUg==",
            "Content-Type: text/calendar\n\nBEGIN:VCALENDAR",
            "Content-Type: application/octet-stream; name=a.ics\n\nBEGIN:VCALENDAR",
        ),
    )
    assert [(each.title, each.path.rpartition("a.eml")[2]) for each in result.articles] == [
        ("خبر عاجل", ""),
        ("عنوان التقرير", "!تقرير.docx"),
        ("رسالة مرفقة", "!part-2.eml"),
        ("عنوان ملف النص", "!نص.txt"),
        ("عنوان الملف", "!part-4.zip!ملف.txt"),
    ]
    assert result.articles[1].published == result.articles[0].published
    assert [note.reason.kind for note in result.report.notes] == ["media", "media"]
    assert "بطاقة عنوان" in result.report.notes[1].text("ar")
    assert not result.report.skipped


def test_messages_in_messages_have_a_limit(reading_bytes: ReadBytes) -> None:
    content = message()
    for number in range(2, 8):
        wrapped = message(b"", more="Content-Type: message/rfc822\n")
        content = wrapped.replace(b"<1@", b"<%d@" % number) + content
    result = reading_bytes("a.eml", content, limits=ReadLimits(depth=3))
    assert [each.reason.kind for each in result.report.skipped] == ["too-deep"]
    assert len(result.articles) == 4


@pytest.mark.parametrize(
    ("more", "body", "kind"),
    [
        ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n", "MIIB", "encrypted-mail"),
        ("Content-Type: application/x-pkcs7-mime; smime-type=signed-data\n", "MIIB", "wrapped-mail"),
        ('Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\n',
         "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n\n-----BEGIN PGP MESSAGE-----\n--b--", "encrypted-mail"),
        ("", "-----BEGIN PGP MESSAGE-----\n\nhQEM", "encrypted-mail"),
    ],
)  # fmt: skip
def test_encrypted_messages(reading_bytes: ReadBytes, more: str, body: str, kind: str) -> None:
    result = reading_bytes("a.eml", message(body, more=more))
    assert not result.articles
    assert [each.reason.kind for each in result.report.skipped] == [kind]
    assert result.report.skipped[0].text("ar")


def test_signed_messages(reading_bytes: ReadBytes) -> None:
    signature = "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nMIIB"
    result = reading_bytes("a.eml", multipart(PLAIN, signature, kind="signed", more="; protocol=x"))
    assert result.articles[0].paragraphs == (TEXT,)
    assert result.report.ok
    clear = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{TEXT}\n- -- \n-----BEGIN PGP SIGNATURE-----\n\nabc\n"
    assert reading_bytes("a.eml", message(clear)).articles[0].paragraphs == (TEXT,)


def test_a_subject_alone(reading_bytes: ReadBytes) -> None:
    assert reading_bytes("a.eml", message("")).titles == ["خبر عاجل"]
    result = reading_bytes("a.eml", message("", subject=""))
    assert [each.reason.kind for each in result.report.skipped] == ["no-word"]


def test_messages_by_other_names(reading_bytes: ReadBytes) -> None:
    content = b"Return-Path: <x@y.example>\nReceived: a\n b\n" + message()
    assert reading_bytes("1715000000.M1P2.host:2,S", content).titles == ["خبر عاجل"]
    assert reading_bytes("a.msg", content).titles == ["خبر عاجل"]
    emlx = b"%d\n" % len(content) + content + b'<?xml version="1.0"?><plist/>'
    assert reading_bytes("a.emlx", emlx).articles[0].paragraphs == (TEXT,)
    assert reading_bytes("a.txt", "From: عنوان\nنص الخبر هنا.").titles == ["From: عنوان"]


# --- Mailboxes ---


def mailbox(*messages: bytes, line: bytes = b"From s@n.example Mon May  6 10:00:00 2024") -> bytes:
    return b"".join(line + b"\n" + each.replace(b"\nFrom ", b"\n>From ") + b"\n\n" for each in messages)


@pytest.mark.parametrize(
    "line",
    [
        b"From s@n.example Mon May  6 10:00:00 2024",
        b"From - Mon May 06 10:00:00 2024",
        b"From 1798399334569834496@xxx Mon May 06 07:00:00 +0000 2024",
        b"From MAILER-DAEMON Mon May  6 10:00 2024\r",
    ],
)
@pytest.mark.parametrize("name", ["a.mbox", "Inbox"])
def test_a_mailbox(reading_bytes: ReadBytes, line: bytes, name: str) -> None:
    second = message("نص\n\nFrom here on it is text\nسطر", "ثان").replace(b"<1@", b"<2@")
    result = reading_bytes(name, mailbox(message(), second, line=line))
    assert result.titles == ["خبر عاجل", "ثان"]
    assert result.articles[1].paragraphs == ("نص", "From here on it is text", "سطر")
    assert result.articles[1].path.endswith(f"{name}#2")
    assert result.report.ok


def test_attachments_of_a_mailbox(reading_bytes: ReadBytes) -> None:
    attached = multipart(
        PLAIN, f"Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment\n\nعنوان\n{TEXT}"
    )
    other = attached.replace(b"<1@", b"<2@")
    result = reading_bytes("a.mbox", mailbox(attached, other))
    assert [each.path.rpartition("a.mbox")[2] for each in result.articles] == [
        "#1",
        "!1/a.txt",
        "#2",
        "!2/a.txt",
    ]
    assert len({each.id for each in result.articles}) == 4


def test_deleted_messages_of_thunderbird(reading_bytes: ReadBytes) -> None:
    deleted = b"X-Mozilla-Status: 0009\n" + message()
    result = reading_bytes(
        "Inbox",
        mailbox(deleted, b"X-Mozilla-Status: 0001\n" + message(), line=b"From - Mon May 06 10:00:00 2024"),
    )
    assert len(result.articles) == 1
    assert [note.reason.kind for note in result.report.notes] == ["deleted-message"]


def test_a_message_that_is_too_large(reading_bytes: ReadBytes) -> None:
    large = message("كلمة " * 50_000)
    result = reading_bytes("a.mbox", mailbox(large, message()), limits=ReadLimits(whole=100_000))
    assert result.titles == ["خبر عاجل"]
    assert [(each.number, each.reason.kind) for each in result.report.skipped] == [(1, "too-large")]


# --- Hostile messages ---


def nested(levels: int) -> bytes:
    parts = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels)
    )
    return b"Subject: x\n" + parts + b"\ntext"


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        (nested(100_000), ["nested-mail"]),
        (b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n\n" * 100_000, ["too-many-parts"]),
        (b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\nno end", []),
        (b"Subject: x\nContent-Type: multipart/mixed\n\nnone", []),
        (b"Subject: " + b"=?utf-8?B?" * 50_000 + b"\n\nx", ["too-long-word"]),
        (b"Subject: x\n\n" + b">\n" * 3_000_000, ["too-many-letters"]),
        (b"A" * 1_000_000, ["no-message"]),
        (b"Subject: x\n" + b"X: y\n" * 100_000 + b"\ntext", []),
        (b"\n" * 1_000_000, ["no-message"]),
        (b"Subject: x\nContent-Type: text/plain; charset=" + b"x" * 10_000 + b"\n\ntext", []),
        (b"Content-Type: ;;;=\"\nContent-Disposition: ;=\nFrom: @@<<>>(((\nSubject: x\n\ntext", []),
    ],
    ids=["nested", "parts", "endless", "no boundary", "words", "quotes", "no header", "headers", "empty", "charset", "broken"],
)  # fmt: skip
def test_hostile_messages(reading_bytes: ReadBytes, content: bytes, kinds: list[str]) -> None:
    result = reading_bytes("a.eml", content)
    assert [each.reason.kind for each in result.report.skipped] == kinds
    assert len(result.articles) == (not kinds)


def test_messages_of_the_standard_library(reading_bytes: ReadBytes) -> None:
    """Messages of other programs are read as they were meant."""
    made = EmailMessage()
    made["Subject"] = "عنوان الخبر"
    made["From"] = "سلمى حداد <s@n.example>"
    made.set_content(TEXT)
    made.add_alternative(f"<p>{TEXT}</p>", subtype="html")
    made.add_attachment("نص مرفق\nسطر.", filename="تقرير طويل الاسم " * 5 + ".txt")
    result = reading_bytes("a.eml", made.as_bytes())
    assert result.titles == ["عنوان الخبر", "نص مرفق"]
    assert result.articles[0].author == "سلمى حداد"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("L'équipe de Nîmes".encode("cp1252"), "L'équipe de Nîmes"),
        ("قال الوزير".encode("cp1256"), "قال الوزير"),
    ],
)
def test_latin_that_is_latin(reading_bytes: ReadBytes, data: bytes, text: str) -> None:
    """Old programs named Latin-1 whatever they wrote; French stays French."""
    words = "".join(f"={byte:02X}" for byte in data)
    content = f"Subject: =?iso-8859-1?Q?{words}?=\nX: y\n\nx".encode()
    assert reading_bytes("a.eml", content).titles == [text]


def test_a_message_of_a_mailbox_without_headers(reading_bytes: ReadBytes) -> None:
    result = reading_bytes("a.mbox", mailbox(f"\n{TEXT}".encode()))
    assert result.articles[0].paragraphs == (TEXT,)


@pytest.mark.parametrize("size", [7, 64, 1000])
def test_borders_between_what_is_read_at_once(
    reading_bytes: ReadBytes, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("khabar.corpus.mail.mailboxes._CHUNK", size)
    several = [message(f"{TEXT}\n\nFrom me", f"خبر {n}").replace(b"<1@", b"<%d@" % n) for n in range(20)]
    for line in (b"From - Mon May 06 10:00:00 2024", b"From s@n.example Mon May  6 10:00:00 2024\r"):
        result = reading_bytes("a.mbox", mailbox(*several, line=line))
        assert result.titles == [f"خبر {n}" for n in range(20)]
        assert {article.paragraphs for article in result.articles} == {(TEXT, "From me")}


def test_a_message_in_two_folders_is_one_with_what_is_attached(
    reading: Callable[..., Result], tmp_path: Path
) -> None:
    attachment = f"Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment\n\nعنوان\n{TEXT}"
    other = attachment.replace("عنوان", "عنوان آخر")
    content = multipart(PLAIN, attachment, other)
    (tmp_path / "a.eml").write_bytes(content)
    (tmp_path / "Inbox").write_bytes(mailbox(content))
    result = reading(tmp_path)
    assert len(result.articles) == 6
    assert len({article.id for article in result.articles}) == 3
    assert result.report.ok


def test_a_list_of_lines_of_like_length_stays(reading_bytes: ReadBytes) -> None:
    headlines = (
        "الرئيس يستقبل وزير الخارجية الزائر في القصر بالعاصمة",
        "البنك المركزي يرفع أسعار الفائدة نصف نقطة مئوية أخرى",
        "المنتخب الوطني يتأهل إلى نهائيات كأس القارة بالجزائر",
        "الأمطار الغزيرة تغرق شوارع العاصمة والضواحي الجنوبية",
    )
    result = reading_bytes("a.eml", message("\n".join(headlines)))
    assert result.articles[0].paragraphs == headlines
