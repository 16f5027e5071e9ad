"""The frame of a page: the reader's language, the menu, and what may be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MENU", "Page", "other_language"]

#: The pages of the menu, by the names of their texts.
MENU = (
    ("search", "/"),
    ("alerts", "/alerts"),
    ("desk", "/desk"),
    ("lists", "/lists"),
    ("quote", "/quote"),
    ("help", "/help"),
)


class Page(msgspec.Struct, frozen=True):
    """What is around the content of a page.

    Attributes:
        language: ``ar`` or ``en``.
        here: the page of the menu that it belongs to; "" for none.
        index: the index as a text, without a password.
        articles: number of articles in the index; -1 if it is not asked.
        archives: the archives with the number of articles of each, if several are searched as one.
        can_write: whether stars, notes, lists and saved searches can be changed.
        starred: the articles with a star, of those that the page shows, by id and archive.
        asked_language: the language that the address asks for, "" for none; it stays in links.
        other_language: the address of the same page in the other language.
        menu: names and paths.
    """

    language: str = "en"
    here: str = ""
    index: str = ""
    articles: int = -1
    archives: tuple[tuple[str, int], ...] = ()
    can_write: bool = False
    starred: frozenset[tuple[str, str]] = frozenset()
    asked_language: str = ""
    other_language: str = ""
    menu: tuple[tuple[str, str], ...] = MENU

    @property
    def read_only(self) -> bool:
        """Whether nothing can be saved."""
        return not self.can_write

    @property
    def can_save(self) -> bool:
        """Whether searches can be saved."""
        return self.can_write

    @property
    def lang_suffix(self) -> str:
        """What follows the path of another page, so that it keeps the language."""
        return f"?lang={self.asked_language}" if self.asked_language else ""


def other_language(path: str, items: Iterable[tuple[str, str]], language: str) -> str:
    """The address of a page in the other language."""
    kept = [(name, value) for name, value in items if name != "lang"]
    other = "en" if language == "ar" else "ar"
    return f"{path}?{urlencode([*kept, ('lang', other)], errors='replace')}"
