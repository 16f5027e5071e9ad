"""Finds the people, places and organisations named in a text."""

from __future__ import annotations

from khabar.analysis import lemma
from khabar.entities.organisations import organisation_at
from khabar.entities.persons import person_at
from khabar.entities.places import place_at
from khabar.entities.roles import Roles
from khabar.entities.values import Mention
from khabar.entities.words import Class, Words

__all__ = ["Finder"]

#: Classes of the words with which names of each kind begin.
_ORGANISATIONS = Class.NAMED_AFTER | Class.ORGANISATION | Class.HEAD | Class.DEFINITE_HEAD
_PEOPLE = (
    Class.GIVEN
    | Class.MAYBE_GIVEN
    | Class.FOREIGN
    | Class.FATHER
    | Class.SERVANT
    | Class.UNKNOWN
    | Class.FAMILY
)


class Finder:
    """Finds names in texts. Safe to share between threads.

    Args:
        table: the dictionary that tells which words are unknown. Default: that of this installation.
    """

    def __init__(self, table: lemma.Table | None = None) -> None:
        self._words = Words(lemma.table() if table is None else table)

    def mentions(self, text: str) -> list[Mention]:
        """The names in a text, in order; they never overlap. A name inside another («جامعة الملك سعود») is
        left out.

        >>> text = "قال وزير الخارجية الروسي سيرغي لافروف في دمشق"
        >>> [(mention.kind, mention.key) for mention in Finder().mentions(text)]
        [('person', 'سيرغي لافروف'), ('place', 'دمشق')]
        """
        line = self._words.line(text)
        words, apart = line.words, line.apart
        mentions: list[Mention] = []
        roles = Roles(line)
        place, count = 0, len(words)
        while place < count:
            classes = words[place].classes
            best: tuple[int, Mention | None] | None = None
            # No name begins at most words of a text, so cheap tests come first. The longest name wins, or the
            # first of equals.
            if classes & _ORGANISATIONS:
                best = organisation_at(line, place)
            if classes & _PEOPLE or roles.is_after_title(place) or line.is_before_son(place):
                person = person_at(line, place, roles)
                if person is not None and (best is None or person[0] > best[0]):
                    best = person
            if classes & Class.PLACE or (
                place and words[place - 1].classes & Class.PLACE_KIND and not apart[place]
            ):
                location = place_at(line, place)
                if location is not None and (best is None or location[0] > best[0]):
                    best = location
            end = place + 1
            if best is not None:
                end, mention = best
                if mention is not None:
                    mentions.append(mention)
            for passed in range(place, end):
                roles.pass_over(passed)
            place = end
        return mentions
