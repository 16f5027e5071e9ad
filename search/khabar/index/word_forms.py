"""Which words of an index are forms of a query word: the decisions, wherever the words are kept.

What keeps them finds those that share a class or letters with the query word
(:class:`khabar.index.lexicon.Lexicon` in arrays of its own). Here it is decided on which depths each of them
is a form, and in which order they come.
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

#: How alike two spellings of a foreign name are taken to be, whatever letters they share.
LOAN = 0.9

#: What the dictionary says of a word: that it reads it, and as an entry, but for an article.
_READ, _ENTRY = 1, 2

#: The particles that begin few foreign names. Before one of the others (فرانس, كوستا) a word must be longer.
_COMMON_PARTICLES = "وبل"
#: Minimum length of a word to which a particle may be written, if the dictionary does not know the two
#: together: the longer, the more the dictionary would read otherwise. Of the shortest it reads the word alone
#: («لجو», «بحي»), for it takes no particle off two letters.
_LONG = 4
_SHORTEST_WORD = {0: 3, _READ: _LONG, _READ | _ENTRY: 2}

#: The classes of a word as :data:`khabar.index.lexicon_files.CLASSES` has them.
_ROW = Struct("<3QB")

#: What stands for a word where words are kept: its number, or itself.
_Key = TypeVar("_Key", int, str)


class Form(NamedTuple):
    """A word form of the index that a query word stands for. (A named tuple, not a struct: made by the
    hundred.)

    Attributes:
        term: the form, folded.
        exact, light, lemma: on which depths it is in the query word's class.
        spelling: whether it is another spelling of the query word.
        otherwise: whether it is spelled otherwise than the query word, as such a spelling or a form of one.
        similar: how alike its letters are, from 0 to 1; 0 when below the threshold asked for.
        apart: whether it shares but the light stem, while the dictionary knows both words as two (الأسرى,
            الأسرة).
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
        read: what the dictionary says of it.
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
    """The classes of a term on all depths, packed as a lexicon keeps them."""
    return _ROW.pack(*classes_of(term, analyzer._stems_of(term)))


def unpacked(keys: bytes) -> Classes:
    """The classes that :func:`class_keys` packed."""
    return Classes(*_ROW.unpack(keys))


@lru_cache(maxsize=1 << 16)
def _key(stem: str) -> int:
    """A stem's 64-bit name; 0 for none."""
    if not stem:
        return 0
    return int.from_bytes(blake2b(stem.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") or 1


def clinging(term: str, read: int) -> tuple[list[str], str]:
    """The words that are forms of a word because one of the two is the other with a particle written onto it,
    and the dictionary does not know the longer one: a light stem keeps particles of one letter, because they
    may belong to the word. A stop word has none.

    Args:
        term: the word.
        read: what the dictionary says of it.

    Returns:
        The words with a particle («لأردوغان») that count if the dictionary does not know them; and the word
        without the one that it begins with, which counts if that particle may be written onto it
        (:func:`carries`), "" if there is none.
    """
    if not term or is_stop_word(term):
        return [], ""
    longer = [each for each in with_particles(term) if carries(each[0], term, read)]
    begins = not read and term[0] in PARTICLES and not is_stop_word(term[1:])
    return longer, term[1:] if begins else ""


def carries(particle: str, word: str, read: int) -> bool:
    """Whether a particle may be written onto a word, by the word's length and what the dictionary says of it.
    None is written onto «و» with a word: بوزيد and لوكاس are names."""
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
    """The words of an index that are forms of a query word, the strictest matches first; of equal ones those
    that come first by their letters.

    Args:
        term, read: the query word, and what the dictionary says of it.
        words: the words that may be forms: each by what stands for it, and what the dictionary says of it.
        own: stands for the query word itself; None if the index does not have it.
        light, lemma: stand for the words with its stem (or a particle, :func:`clinging`), and with its
            dictionary form.
        loan: for those with its key as a foreign name; they are forms if their letters say so.
        alike: for those that are alike in their letters, with how much.
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
    """The words that are other spellings of a word, and all that are spelled otherwise, its inflections too:
    by the list of variants; and foreign names in other letters, of which the dictionary knows at most one, as
    an entry."""
    found: set[_Key] = set()
    otherwise: set[_Key] = set()
    own = spelled(term)
    if own is not None:
        for key in members:
            other = spelled(words[key][0])
            if other is not None and other[1] != own[1]:
                otherwise.add(key)
                if other[0] == own[0]:
                    found.add(key)
    bare = without_article(term)
    for key in loan:
        text, other_read = words[key]
        one_read = read or other_read
        if not (read and other_read) and one_read in (0, _READ | _ENTRY):
            name = without_article(text)
            if name != bare and same_name(bare, name, bool(one_read)):
                found.add(key)
                otherwise.add(key)
    return found, otherwise
