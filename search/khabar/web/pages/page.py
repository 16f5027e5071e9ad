"""The frame of a page: the language, the menu, and what may be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MENU", "Page", "other_language"]

#: The names of the pages in the menu, and their paths.
MENU = (
    ("search", "/"),
    ("alerts", "/alerts"),
    ("desk", "/desk"),
    ("lists", "/lists"),
    ("quote", "/quote"),
    ("help", "/help"),
)


class Page(msgspec.Struct, frozen=True):
    """The frame of a page.

    Attributes:
        language: ``ar`` or ``en``.
        here: the name of the current page in the menu; "" for none.
        index: the path or address of the index, without a password.
        articles: the number of articles in the index; -1 if it is not shown.
        archives: the archives with their numbers of articles, if several are searched as one.
        can_write: whether stars, notes, lists and saved searches can be changed.
        starred: the starred articles among those on the page, by id and archive.
        asked_language: the language in the address, which links keep; "" for none.
        other_language: the address of the same page in the other language.
        menu: the names and paths of the menu.
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
        """The query string that keeps the language in links to other pages; "" for none."""
        return f"?lang={self.asked_language}" if self.asked_language else ""


def other_language(path: str, items: Iterable[tuple[str, str]], language: str) -> str:
    """The address of a page in the other language."""
    kept = [(name, value) for name, value in items if name != "lang"]
    other = "en" if language == "ar" else "ar"
    return f"{path}?{urlencode([*kept, ('lang', other)], errors='replace')}"
