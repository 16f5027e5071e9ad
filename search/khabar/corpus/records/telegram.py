"""Read exports of Telegram Desktop (``result.json``): each message is an article.

An export is one chat, with its ``messages``, or the list of all chats of an account, including those that the
user left. The name of the channel or group is the source; the author is the person from whom the message was
forwarded, who signed it, or who sent it to a group. A message is read as a plain text: its first line is the
title if it reads as a headline. Service messages («channel created») and messages without text, such as a
picture, are left out and counted.
"""

from __future__ import annotations

from collections.abc import Mapping

from khabar.corpus.report import Aside
from khabar.corpus.text.markup import unescaped
from khabar.corpus.text.paragraphs import headline_place, is_headline
from khabar.spelling import has_words, storable

__all__ = ["FOLDERS", "headed", "is_chat", "messages", "record_of"]

FOLDERS = ("chats", "left_chats")
"""Keys of the chat lists in the export of an account."""


def messages(value: dict[str, object]) -> list[object] | None:
    """The records of an export, with an `Aside` for each message that is left out; None for other objects."""
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
    """Whether an object is a chat of an export, judged by its first messages."""
    messages = value.get("messages")
    return (
        isinstance(messages, list)
        and "id" in value
        and isinstance(value.get("type"), str)
        and all(
            isinstance(message, dict) and "date" in message and "type" in message for message in messages[:10]
        )
    )


def _list(value: dict[str, object], key: str) -> list[object]:
    """The list under a key; [] for any other value."""
    items = value.get(key)
    return items if isinstance(items, list) else []


def record_of(message: object, chat: Mapping[str, object]) -> object:
    """The record of a message of the JSON export, or an `Aside` if it is left out."""
    if not isinstance(message, dict):
        return message
    if message.get("type") != "message":
        return Aside("service-message")
    # Bots forward the texts of feeds, including their entities.
    lines = [line for line in unescaped(storable(_text(message.get("text")))).splitlines() if line.strip()]
    if not has_words("\n".join(lines)):
        return Aside("message-without-text")
    name, sender = chat.get("name"), message.get("from")
    signed = message.get("forwarded_from") or message.get("author") or (sender if sender != name else "")
    title, paragraphs = headed(lines)
    return {
        # Messages are numbered from 1 in every chat.
        "id": f"telegram-{chat.get('id')}-{message.get('id')}",
        "title": title,
        "paragraphs": paragraphs,
        "source": name or "",
        "author": signed or "",
        "date": message.get("date"),
        "date_unixtime": message.get("date_unixtime"),
    }


def headed(lines: list[str]) -> tuple[str, list[str]]:
    """The title of a message ("" if its first line is not a headline), and its paragraphs."""
    index = headline_place(lines)
    titled = index + 1 < len(lines) and has_words(lines[index]) and is_headline(lines[index])
    return (lines[index], lines[:index] + lines[index + 1 :]) if titled else ("", lines)


def _text(value: object) -> str:
    """A message's text: a string, or a list of strings and objects (for bold text, links and the like)."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_text(item) for item in value)
    return _text(value.get("text")) if isinstance(value, dict) else ""
