"""A mention: the position of a name in a text, its kind, and the evidence for it."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from khabar.serialize import Serializable

__all__ = ["GIVEN", "HEADED", "KINDS", "LISTED", "QUOTED", "SPOKEN", "Mention", "NameKind"]

#: The kinds of names.
NameKind = Literal["person", "place", "organisation"]
KINDS: tuple[NameKind, ...] = get_args(NameKind)


class Mention(Serializable, msgspec.Struct, frozen=True):
    """A name in a text.

    Attributes:
        start, end: its range: ``text[start:end]`` is the name as written, without a title and without a
            particle before it.
        kind: ``person``, ``place`` or ``organisation``.
        key: its folded words, separated by spaces; equal for all spellings of the name.
        evidence: how it was recognised: a title or role as written («الدكتور»); a verb of speech after
            :data:`SPOKEN`; a word such as «مدينة», «شركة» after :data:`HEADED`; :data:`LISTED`,
            :data:`GIVEN` or :data:`QUOTED`.
        alone: whether it is a single word that identifies somebody only beside the full name, such as a
            family name after a title.
    """

    start: int
    end: int
    kind: NameKind
    key: str
    evidence: tuple[str, ...] = ()
    alone: bool = False


#: Evidence that is not a word of the text: the name is in a list of places or organisations; it begins with
#: a given name; it is in quotation marks.
LISTED, GIVEN, QUOTED = "=list", "=given", "=quoted"
#: The prefixes of evidence that is a verb of speech, and of evidence that is the head of a place or an
#: organisation.
SPOKEN, HEADED = "~", "^"
