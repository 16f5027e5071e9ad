"""A mention: the position of a name in a text, its kind, and the evidence for it."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from khabar.serialize import Serializable

__all__ = ["GIVEN", "HEADED", "KINDS", "LISTED", "QUOTED", "SPOKEN", "Mention", "NameKind"]

#: What a name can be of.
NameKind = Literal["person", "place", "organisation"]
KINDS: tuple[NameKind, ...] = get_args(NameKind)


class Mention(Serializable, msgspec.Struct, frozen=True):
    """A name in a text.

    Attributes:
        start, end: its range: ``text[start:end]`` is the name as it is written, without a title and without a
            particle before it.
        kind: ``person``, ``place`` or ``organisation``.
        key: the same for all spellings of the name: its folded words, with a space between.
        evidence: what it was recognised by: a title or role as written («الدكتور»); a verb of speech behind
            :data:`SPOKEN`; a word such as «مدينة», «شركة» behind :data:`HEADED`; :data:`LISTED`,
            :data:`GIVEN` or :data:`QUOTED`.
        alone: whether it is a single word that says who is meant only beside the full name, such as a family
            name behind a title.
    """

    start: int
    end: int
    kind: NameKind
    key: str
    evidence: tuple[str, ...] = ()
    alone: bool = False


#: Evidence that is not a word of the text: the name is in a list of places or organisations; it begins with
#: a given name; it stands in quotation marks.
LISTED, GIVEN, QUOTED = "=list", "=given", "=quoted"
#: What stands before a verb of speech, and before the word that heads a place or an organisation.
SPOKEN, HEADED = "~", "^"
