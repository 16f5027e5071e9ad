"""Read exports of WhatsApp chats (``_chat.txt``, «WhatsApp Chat with ….txt»): a message is an article.

A line that begins with a date and a time begins a message, in the forms of Android (``31/12/2023, 22:15 -
سلمى: …``) and of iOS (``[31/12/2023، 10:15:30 م] سلمى: …``), with Western or Arabic digits; other lines
continue the message before them. A message is read as a plain text: its first line is the title if it reads
as a headline. The name of the chat, which is in the file's name, is the source, and the sender is the author.
A poll is read as its question and answers. Messages of WhatsApp itself and those without text, such as a
picture, are left out and counted.

The order of day and month depends on the phone. No line tells it, but all dates of a file together do: a
number above 12 is not a month, and messages are in chronological order. If two orders remain possible, dates
are left out, unless ``--dates`` gives the order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from khabar.corpus.formats.export_kinds import MESSAGE_HEAD, SENT
from khabar.corpus.pieces.encoding import decode
from khabar.corpus.records.drafts import Records
from khabar.corpus.records.telegram import headed
from khabar.corpus.report import Aside, Unreadable
from khabar.spelling import has_words, storable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["order_of", "read_whatsapp"]

_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_AFTERNOON = re.compile(r"p|م|ب", re.I)
_CHAT_NAME = re.compile(r"(?:whats\s?app|واتس\s?اب|وتساب).*?(?:\bwith\b|\s-\s|\sمع\s)\s*(.+)", re.I)
# Android marks omitted media with angle brackets, in every language.
_LEFT_OUT = re.compile(r"<[^<>\n]{3,80}>")
_ATTACHED = re.compile(
    r"^[^\n]{1,120}\.\w{2,5} \([^()\n]{3,30}\)$|<(?:attached|مُرفق|مرفق|ملف مرفق): [^<>\n]{1,200}>", re.M
)
_EDITED = re.compile(r"\s*<(?:This message was edited|تم تعديل هذه الرسالة|تم التعديل)>\s*$", re.I)
_GENERATED = re.compile(
    r"(?:image|video|audio|sticker|gif|document|contact card|video note) omitted"
    r"|(?:this message was|you) deleted(?: this message)?|missed (?:voice|video) call|null"
    r"|(?:تم استبعاد|لم يتم إدراج) [\w\s]{3,30}"
    r"|(?:ال)?(?:صورة|فيديو|ملف صوتي|ملصق|مستند|بطاقة جهة اتصال) (?:غير مدرجة?|مستبعدة?)"
    r"|(?:تم حذف|حذفت|لقد حذفت|حُذفت) هذه الرسالة|مكالمة (?:صوتية|فيديو|مرئية) فائتة",
    re.I,
)
_POLL = re.compile(
    r"\u200e?[^\n:]{2,20}:\s*(?P<question>[^\n]+)"
    r"(?P<options>(?:\n\u200e?[^\n:]{2,20}:[^\n]+\(\d+ [^()\n]+\))+)\s*"
)
"""A poll: «POLL:», the question, and «OPTION: نعم (3 votes)» for each answer, in the phone's language."""
_LONGEST_GENERATED = 150
_FIRST_YEAR = 2009
"""The year in which WhatsApp was first published."""

Numbers = tuple[int, int, int]
"""The numbers of a date, in the order of the file."""


class _Message(NamedTuple):
    """A message: its number, the numbers of its date, its time, its sender ("" for WhatsApp), its text, and
    whether it has the brackets of iOS."""

    number: int
    day: Numbers
    time: str
    sender: str
    text: str
    bracket: bool


def read_whatsapp(content: Content) -> Iterator[Found]:
    """Read the articles in a chat, numbered in the order of its messages."""
    text = content.decoded(decode(content.data())).text
    # All dates are needed before the first message is read, but each day only once.
    days = [day for day, _ in groupby(map(_day_of, _heads(text)))]
    if not days:
        raise Unreadable("no-record")
    order = order_of(days, content.dates)
    chat = _chat(content.path)
    records = Records(content.fields, content.mapped, content.dates)
    yield from records.drafts((message.number, _record(message, order, chat)) for message in _messages(text))


def _heads(text: str) -> Iterator[re.Match[str]]:
    """The beginnings of the messages."""
    position = 0
    while True:
        if head := MESSAGE_HEAD.match(text, position):
            yield head
        end = text.find("\n", position)
        if end < 0:
            return
        position = end + 1


def _day_of(head: re.Match[str]) -> Numbers:
    return int(head["one"]), int(head["two"]), int(head["three"])


def _messages(text: str) -> Iterator[_Message]:
    heads = _heads(text)
    following = next(heads, None)
    number = 0
    while (head := following) is not None:
        following = next(heads, None)
        number += 1
        end = len(text) if following is None else following.start()
        rest = text[head.end() : end].replace("\r", "")
        sent = SENT.match(rest)
        yield _Message(
            number,
            _day_of(head),
            _time(head),
            "" if sent is None else _MARKS.sub("", sent["name"]).strip(" ~\xa0\u202f"),
            rest if sent is None else sent["text"],
            bool(head["bracket"]),
        )


def _time(head: re.Match[str]) -> str:
    hour = int(head["hour"])
    if half := head["half"]:
        hour = hour % 12 + (12 if _AFTERNOON.match(half) else 0)
    return f"{hour:02}:{int(head['minute']):02}:{int(head['second'] or 0):02}"


def order_of(days: Sequence[Numbers], given: str = "") -> str:
    """The order of day, month and year in which all dates are valid.

    Args:
        days: the three numbers of each date, in the order of the messages.
        given: ``dmy``, ``mdy`` or ``ymd`` if the user gave the order; else "".

    Returns:
        ``dmy``, ``mdy`` or ``ymd``; "" if none fits, or several do.

    >>> order_of([(1, 2, 2023), (13, 2, 2023)]), order_of([(1, 2, 2023), (2, 1, 2023)])
    ('dmy', 'mdy')
    """
    if given:
        return given if all(_day(numbers, given) for numbers in days) else ""
    if all(one > 31 for one, _, _ in days):
        return "ymd"
    fitting = {}
    for order in ("dmy", "mdy"):
        dates = [_day(numbers, order) for numbers in days]
        if all(dates):
            fitting[order] = dates
    if len(fitting) > 1:
        # Messages are in chronological order.
        ordered = [
            order
            for order, dates in fitting.items()
            if all(one <= two for one, two in pairwise(dates) if one and two)
        ]
        same = fitting["dmy"] == fitting["mdy"]
        return ordered[0] if len(ordered) == 1 or (same and ordered) else ""
    return next(iter(fitting), "")


def _day(numbers: Numbers, order: str) -> date | None:
    """The day of a date in an order; None if it is not valid."""
    parts = dict(zip(order, numbers, strict=True))
    year = parts["y"] + (2000 if parts["y"] < 100 else 0)
    if not _FIRST_YEAR <= year <= 2100:
        return None
    try:
        return date(year, parts["m"], parts["d"])
    except ValueError:
        return None


def _record(message: _Message, order: str, chat: str) -> object:
    """A message as a record, or an `Aside` if it is left out."""
    if not message.sender:
        return Aside("service-message")
    text = _EDITED.sub("", message.text.strip())
    generated = _MARKS.sub("", text).strip().rstrip(".")
    if _LEFT_OUT.fullmatch(generated) or _GENERATED.fullmatch(generated):
        return Aside("message-without-text")
    if poll := _POLL.fullmatch(text):
        answers = [line.partition(":")[2] for line in poll["options"].split("\n")]
        text = "\n".join([poll["question"], *answers]).lstrip("\u200e")
    own_text = _ATTACHED.sub("", text)
    if own_text == text and message.bracket and text.startswith("\u200e") and len(text) < _LONGEST_GENERATED:
        # iOS puts this mark before messages of its own.
        return Aside("service-message")
    lines = [stripped for line in storable(own_text).splitlines() if (stripped := line.strip(" \u200e\t"))]
    if not has_words("\n".join(lines)):
        return Aside("message-without-text")
    title, paragraphs = headed(lines)
    day = _day(message.day, order) if order else None
    one, two, year = message.day
    year += 2000 if year < 100 else 0
    day_text = day.isoformat() if day else f"{one:02}/{two:02}/{year}"
    return {
        "title": title,
        "paragraphs": paragraphs,
        "source": chat,
        "author": message.sender,
        "date": f"{day_text} {message.time}",
    }


def _chat(path: str) -> str:
    """The name of the chat, from the name of the file or of the archive around it; "" if neither has it."""
    for part in reversed(re.split(r"[!/\\]", path)):
        name = re.sub(r"\.(?:txt|zip)$", "", part, flags=re.I)
        if chat_name := _CHAT_NAME.search(_MARKS.sub("", name)):
            return chat_name[1].strip()
    return ""
