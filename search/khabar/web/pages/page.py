"""Who looks at a page, and what is around its content: language, menu, what may be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec

from khabar.render.messages import counted
from khabar.web.texts import told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khabar.desk import Desk
    from khabar.library import Index

__all__ = ["MENU", "Page", "about_of"]

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
        about: a line about the index.
        can_write: whether stars, notes, lists and saved searches can be changed.
        starred: the ids of the articles with a star, of those that the page shows.
        asked_language: the language that the address asks for, "" for none; it stays in links.
        other_language: the address of the same page in the other language.
        menu: names and paths.
    """

    language: str = "en"
    here: str = ""
    index: str = ""
    about: str = ""
    can_write: bool = False
    starred: frozenset[str] = frozenset()
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


def about_of(index: Index, language: str) -> str:
    """How many articles are in which index."""
    return told("searched in", language, count=counted(len(index), "article", language), index=index.path)


def starred_of(desk: Desk | None) -> frozenset[str]:
    """The ids of the articles with a star."""
    return frozenset() if desk is None else frozenset(mark_id for mark_id in _stars(desk))


def _stars(desk: Any) -> Iterable[str]:
    return (star.id for star in desk.stars())
