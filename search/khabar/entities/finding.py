"""A text → the people, places and organisations that it names."""

from __future__ import annotations

from khabar.analysis import lemma
from khabar.entities.organisations import organisation_at
from khabar.entities.persons import Roles, person_at
from khabar.entities.places import place_at
from khabar.entities.values import Mention
from khabar.entities.words import Words

__all__ = ["Finder"]


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

        >>> [(each.kind, each.key) for each in Finder().mentions("قال وزير الخارجية الروسي سيرغي لافروف في دمشق")]
        [('person', 'سيرغي لافروف'), ('place', 'دمشق')]
        """
        line = self._words.line(text)
        found: list[Mention] = []
        roles = Roles(line)
        place, count = 0, len(line.words)
        while place < count:
            if not line.words[place].classes:
                roles.pass_over(place)
                place += 1
                continue
            candidates = [
                each
                for each in (
                    organisation_at(line, place),
                    person_at(line, place, roles),
                    place_at(line, place),
                )
                if each is not None
            ]
            # The longest; of equal ones the first.
            best = max(candidates, key=lambda each: each[0], default=None)
            end = place + 1
            if best is not None:
                end, mention = best
                found.append(mention)
            for each in range(place, end):
                roles.pass_over(each)
            place = end
        return found
