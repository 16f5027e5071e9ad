"""Exports of Telegram Desktop (``result.json``): a message is an article.

An export is one chat, with its ``messages``, or the list of all chats of an account, also those that were
left. The name of the channel or group is the source; the author is who wrote the message: whom it was
forwarded from, who signed it, or who sent it to a group. A message is read as a plain text: its first line is
the title if it reads as a headline. Messages of the service («channel created») and those without a text,
such as a picture alone, are left out and counted.
"""

from __future__ import annotations

from collections.abc import Mapping

from khabar.corpus.report import Aside
from khabar.corpus.text.markup import unescaped
from khabar.corpus.text.paragraphs import headline_place, is_headline
from khabar.spelling import has_words, storable

__all__ = ["FOLDERS", "headed", "is_chat", "messages", "record_of"]

FOLDERS = ("chats", "left_chats")
"""Keys of the lists of chats in the export of an account."""


def messages(value: dict[str, object]) -> list[object] | None:
    """The records of an export, with an `Aside` for each message that is left out; None for other files."""
    if is_chat(value):
        return [record_of(message, value) for message in _list(value, "messages")]
    folders = [value[name] for name in FOLDERS if name in value]
    chats = [chat for folder in folders if isinstance(folder, dict) for chat in _list(folder, "list")]
    if not chats or not all(isinstance(chat, dict) and is_chat(chat) for chat in chats):
        return None
    return [
        record_of(message, chat)
        for chat in chats
        if isinstance(chat, dict)
        for message in _list(chat, "messages")
    ]


def is_chat(value: dict[str, object]) -> bool:
    """Whether an object is a chat of an export, as its first messages show."""
    found = value.get("messages")
    return (
        isinstance(found, list)
        and "id" in value
        and isinstance(value.get("type"), str)
        and all(isinstance(each, dict) and "date" in each and "type" in each for each in found[:10])
    )


def _list(value: dict[str, object], key: str) -> list[object]:
    found = value.get(key)
    return found if isinstance(found, list) else []


def record_of(message: object, chat: Mapping[str, object]) -> object:
    """The record of a message in the form of the JSON export, or an `Aside` if it is left out."""
    if not isinstance(message, dict):
        return message
    if message.get("type") != "message":
        return Aside("service-message")
    # Bots pass on what feeds hold, entities and all.
    lines = [line for line in unescaped(storable(_text(message.get("text")))).splitlines() if line.strip()]
    if not has_words("\n".join(lines)):
        return Aside("message-without-text")
    name, sender = chat.get("name"), message.get("from")
    signed = message.get("forwarded_from") or message.get("author") or (sender if sender != name else "")
    title, paragraphs = headed(lines)
    record: dict[str, object] = {
        # Numbers of messages begin at 1 in every chat.
        "id": f"telegram-{chat.get('id')}-{message.get('id')}",
        "title": title,
        "paragraphs": paragraphs,
        "source": name or "",
        "author": signed or "",
        "date": message.get("date"),
        "date_unixtime": message.get("date_unixtime"),
    }
    return record


def headed(lines: list[str]) -> tuple[str, list[str]]:
    """The title of a message, "" if its first line is none, and its paragraphs."""
    place = headline_place(lines)
    titled = place + 1 < len(lines) and has_words(lines[place]) and is_headline(lines[place])
    return (lines[place], lines[:place] + lines[place + 1 :]) if titled else ("", lines)


def _text(value: object) -> str:
    """A message's text: a string, or a list of strings and objects (for bold text, links and the like)."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_text(each) for each in value)
    return _text(value.get("text")) if isinstance(value, dict) else ""
