"""A text → the people, places and organisations that it names."""

from __future__ import annotations

from khabar.analysis import lemma
from khabar.entities.organisations import organisation_at
from khabar.entities.persons import person_at
from khabar.entities.places import place_at
from khabar.entities.roles import Roles
from khabar.entities.values import Mention
from khabar.entities.words import Class, Words

__all__ = ["Finder"]

#: With what the names of each kind begin.
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
        table: the dictionary that says which words are unknown; None for that of this installation.
    """

    def __init__(self, table: lemma.Table | None = None) -> None:
        self._words = Words(lemma.table() if table is None else table)

    def mentions(self, text: str) -> list[Mention]:
        """The names in a text, in order; they never overlap. A name inside another («جامعة الملك سعود») is
        not listed.

        >>> text = "قال وزير الخارجية الروسي سيرغي لافروف في دمشق"
        >>> [(each.kind, each.key) for each in Finder().mentions(text)]
        [('person', 'سيرغي لافروف'), ('place', 'دمشق')]
        """
        line = self._words.line(text)
        words, apart = line.words, line.apart
        found: list[Mention] = []
        roles = Roles(line)
        place, count = 0, len(words)
        while place < count:
            classes = words[place].classes
            best: tuple[int, Mention | None] | None = None
            # Most words of a text begin nothing: that must be seen at once.
            if classes & _ORGANISATIONS:
                best = organisation_at(line, place)
            if classes & _PEOPLE or roles.is_behind_title(place) or line.is_before_son(place):
                # The longest; of equal ones the first.
                person = person_at(line, place, roles)
                if person is not None and (best is None or person[0] > best[0]):
                    best = person
            if classes & Class.PLACE or (
                place and words[place - 1].classes & Class.PLACE_KIND and not apart[place]
            ):
                where = place_at(line, place)
                if where is not None and (best is None or where[0] > best[0]):
                    best = where
            end = place + 1
            if best is not None:
                end, mention = best
                if mention is not None:
                    found.append(mention)
            for each in range(place, end):
                roles.pass_over(each)
            place = end
        return found
