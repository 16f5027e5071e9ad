"""Keeps track of titles and roles before a name while a line of words is read."""

from __future__ import annotations

from khabar.entities import word_lists
from khabar.entities.word_lists import folded
from khabar.entities.words import Class, Line

__all__ = ["Roles"]

_OPENS = Class.TITLE | Class.ROLE
#: Maximum number of words of titles before a name.
_TITLES_REACH = 4
#: Words that may come between a title and the name, besides nationalities and other titles.
_QUALIFIERS = folded(word_lists.QUALIFIERS)
#: Maximum number of words of a role, and function words that may be in it.
_ROLES_REACH = 8
_ROLES_WORDS = folded("باسم لدى في عام من لشؤون ولي")


class Roles:
    """The last title and the last role before the current word of a line.

    Args:
        line: the words.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._titles = self._roles = -1
        self._title_ends = -1

    def pass_over(self, place: int) -> None:
        """Go past a word; call it for every word in order."""
        line = self._line
        word = line.words[place]
        if line.apart[place]:
            self._titles = self._roles = -1
        if self._titles < 0 and self._roles < 0 and not word.classes & _OPENS:
            return
        if word.classes & Class.TITLE:
            if self._titles < 0 or self._title_ends != place:
                self._titles = place
            self._title_ends = place + 1
        elif (
            word.classes & (Class.NATION | Class.DEFINITE) or word.term in _QUALIFIERS
        ) and self._title_ends == place:
            self._title_ends = place + 1
        if word.classes & Class.ROLE and self._roles < 0:
            self._roles = place
        elif self._roles >= 0:
            too_far = place - self._roles > _ROLES_REACH
            if too_far or (
                word.classes & (Class.STOP | Class.SPEECH | Class.TIME) and word.term not in _ROLES_WORDS
            ):
                self._roles = place if word.classes & Class.ROLE else -1

    def is_after_title(self, place: int) -> bool:
        """Whether a title directly precedes a word."""
        return self._title_ends == place

    def title(self, place: int) -> str:
        """The titles directly before a word; "" for none."""
        if self._title_ends != place or self._line.apart[place] or place - self._titles > _TITLES_REACH:
            return ""
        return self._line.written(self._titles, place)

    def role(self, place: int) -> str:
        """The name of the role before a word; "" for none."""
        if self._roles < 0 or self._line.apart[place] or place - self._roles < 2:
            return ""
        return self._line.written(self._roles, place)
