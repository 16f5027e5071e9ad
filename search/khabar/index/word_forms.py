"""Decides which words of an index are forms of a query word, on which depths and in which order.

A lexicon finds the candidates, which share a class or letters with the query word
(:class:`khabar.index.lexicon.Lexicon` in local files).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from functools import lru_cache
from struct import Struct
from typing import NamedTuple, TypeVar

from khabar.analysis.analyzer import Analyzer, Stems
from khabar.analysis.names import PARTICLES, same_loan, with_particles, without_article
from khabar.analysis.stopwords import is_stop_word
from khabar.analysis.variants import same_name, spelled
from khabar.digests import blake2b

__all__ = ["Classes", "Form", "carries", "class_keys", "classes_of", "clinging", "ranked", "unpacked"]

#: The similarity of two spellings of a foreign name, whatever letters they share.
LOAN = 0.9

#: Flags of a word: the dictionary reads it; the word, without its article, is an entry.
_READ, _ENTRY = 1, 2

#: The particles that begin few foreign names. After another particle (فرانس, كوستا) the word must be longer.
_COMMON_PARTICLES = "وبل"
#: The minimum length of a word with an attached particle that the dictionary does not read, by what it says
#: of the word alone. A word that is an entry may be shortest («لجو», «بحي»): the dictionary takes no particle
#: off two letters.
_LONG = 4
_SHORTEST_WORD = {0: 3, _READ: _LONG, _READ | _ENTRY: 2}

#: The classes of a word as :data:`khabar.index.lexicon_files.CLASSES` has them.
_ROW = Struct("<3QB")

#: The key of a word in a lexicon: its number, or the word itself.
_Key = TypeVar("_Key", int, str)


class Form(NamedTuple):
    """A word form of the index for a query word. (A named tuple, not a struct: made by the hundred.)

    Attributes:
        term: the form, folded.
        exact, light, lemma: whether it is in the query word's class on the depth.
        similar: the similarity of its letters, from 0 to 1; 0 if below the threshold.
        apart: whether it shares only the light stem, while the dictionary knows the two as different words
            (الأسرى, الأسرة).
        spelling: whether it is another spelling of the query word.
        otherwise: whether it is another spelling of the query word or a form of one.
    """

    term: str
    exact: bool = False
    light: bool = False
    lemma: bool = False
    similar: float = 0.0
    apart: bool = False
    spelling: bool = False
    otherwise: bool = False

    @property
    def depth(self) -> str:
        """The strictest depth on which it matches."""
        if self.exact:
            return "exact"
        if self.spelling:
            return "spelling"
        return "light" if self.light else "lemma" if self.lemma else "similar"


class Classes(NamedTuple):
    """The classes of a word, as 64-bit numbers; 0 for none.

    Attributes:
        light, lemma: its stem and its dictionary form.
        loan: its key as a foreign name.
        read: the dictionary's flags: 1 if it reads the word, 3 if the word is an entry.
    """

    light: int
    lemma: int
    loan: int
    read: int


def classes_of(term: str, stems: Stems) -> Classes:
    """The classes of a term."""
    # There is one lemma, or none.
    lemma = "".join(stems.lemma)
    read = stems.read and (_READ | _ENTRY if lemma == without_article(term) else _READ)
    return Classes(_key(stems.light), _key(lemma), _key(stems.loan), int(read))


def class_keys(term: str, analyzer: Analyzer) -> bytes:
    """The classes of a term, packed as a lexicon stores them."""
    return _ROW.pack(*classes_of(term, analyzer._stems_of(term)))


def unpacked(keys: bytes) -> Classes:
    """Unpack the classes that :func:`class_keys` packed."""
    return Classes(*_ROW.unpack(keys))


@lru_cache(maxsize=1 << 16)
def _key(stem: str) -> int:
    """The 64-bit hash of a stem; 0 for none."""
    if not stem:
        return 0
    return int.from_bytes(blake2b(stem.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") or 1


def clinging(term: str, read: int) -> tuple[list[str], str]:
    """The possible forms of a word with or without an attached particle. A light stem keeps particles of one
    letter, because they may belong to the word. A stop word has no such forms.

    Args:
        term: the word.
        read: the dictionary's flags of the word.

    Returns:
        The word with each particle («لأردوغان»), which is a form if the dictionary does not read it; and the
        word without the particle that it begins with, or "", which is a form if that particle may be attached
        to it (:func:`carries`).
    """
    if not term or is_stop_word(term):
        return [], ""
    longer = [word for word in with_particles(term) if carries(word[0], term, read)]
    has_particle = not read and term[0] in PARTICLES and not is_stop_word(term[1:])
    return longer, term[1:] if has_particle else ""


def carries(particle: str, word: str, read: int) -> bool:
    """Whether a particle may be attached to a word, by its length and the dictionary's flags. None is
    attached to «و» with a word: بوزيد and لوكاس are names."""
    if particle in _COMMON_PARTICLES:
        return len(word) >= _SHORTEST_WORD[read] and not (read and word[0] == "و")
    return not read and len(word) >= _LONG


def ranked(
    term: str,
    read: int,
    words: Mapping[_Key, tuple[str, int]],
    *,
    own: _Key | None,
    light: Set[_Key],
    lemma: Set[_Key],
    loan: Collection[_Key],
    alike: dict[_Key, float],
) -> tuple[Form, ...]:
    """The words of an index that are forms of a query word, the strictest matches first, equal ones in
    alphabetical order.

    Args:
        term, read: the query word, and the dictionary's flags of it.
        words: the candidates and the dictionary's flags of each, by their keys.
        own: the key of the query word itself; None if the index lacks it.
        light, lemma: the keys of the words with its light stem (or a particle, :func:`clinging`), and with
            its lemma.
        loan: the keys of the words with its key as a foreign name; they are forms if their letters agree.
        alike: the similarity of the words with similar letters, by their keys.
    """
    spellings, otherwise = _spelled(term, light | lemma, loan, words, read)
    for key in loan:
        text, other_read = words[key]
        if not (read and other_read) and same_loan(term, text, both_unread=not (read or other_read)):
            alike[key] = LOAN
    rows = []
    for key, (text, other_read) in words.items():
        likeness = alike.get(key, 0.0)
        exact, in_light, in_lemma = key == own, key in light, key in lemma
        spelling = key in spellings and not exact
        if exact or spelling or in_light or in_lemma or likeness:
            apart = bool(read and other_read) and not (in_lemma or spelling)
            differs = key in otherwise
            rows.append(
                (not exact, not spelling, differs, not in_light, not in_lemma, -likeness, text, apart)
            )
    rows.sort()
    return tuple(
        Form(text, not inexact, not beyond_light, not beyond_lemma, -unlike, apart, not unspelled, differs)
        for inexact, unspelled, differs, beyond_light, beyond_lemma, unlike, text, apart in rows
    )


def _spelled(
    term: str,
    members: Set[_Key],
    loan: Collection[_Key],
    words: Mapping[_Key, tuple[str, int]],
    read: int,
) -> tuple[set[_Key], set[_Key]]:
    """The words that are other spellings of a word, and these together with their inflections. They are found
    in the list of variants, or are foreign names in other letters, of which the dictionary knows at most one,
    as an entry."""
    spellings: set[_Key] = set()
    otherwise: set[_Key] = set()
    own = spelled(term)
    if own is not None:
        for key in members:
            other = spelled(words[key][0])
            if other is not None and other[1] != own[1]:
                otherwise.add(key)
                if other[0] == own[0]:
                    spellings.add(key)
    bare = without_article(term)
    for key in loan:
        text, other_read = words[key]
        one_read = read or other_read
        if not (read and other_read) and one_read in (0, _READ | _ENTRY):
            name = without_article(text)
            if name != bare and same_name(bare, name, bool(one_read)):
                spellings.add(key)
                otherwise.add(key)
    return spellings, otherwise
