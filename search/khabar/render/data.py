"""Results as plain dictionaries: what every JSON output holds. The keys are a promise to other people's
scripts.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.corpus.report import guesses
from khabar.serialize import plain

if TYPE_CHECKING:
    from khabar.analysis.analyzer import Analyzer, Token
    from khabar.corpus.report import Note, Skipped
    from khabar.query.explain import WordForm

__all__ = [
    "AnalysedWord",
    "Indexed",
    "Record",
    "Why",
    "analysis_record",
    "indexed_record",
    "why_record",
]

Record = dict[str, Any]


class Indexed(msgspec.Struct, frozen=True):
    """What a run of ``khabar index`` came to.

    Attributes:
        folder: the index.
        total: how many articles it holds now.
        added, updated, unchanged: articles of this run.
        files: how many files were read.
        skipped: what could not be indexed in this run.
        closings: articles without the line that ends every article of their source, by source.
        clutter: lines of page clutter left out, by kind.
        guessed: files whose encoding is a guess, with the encoding.
        seconds: how long it took.
        removed: articles whose file is gone, or that are gone from it.
        moved: files that were recognised in another place.
        vanished: files that are gone and whose articles are in the index still.
        dropped: articles that their file no longer contains, and that are in the index still.
        replaced: of the updated those that were there from another file.
        superseded: articles that are in the index from another file that was changed later.
        skipped_before: how much was skipped in an earlier run and is as it was.
        notes: guesses about articles, parts of them that may be lost, and inputs left out on purpose.
        unmapped: mapped fields, as ``NAME=KEY``, whose key no record had.
        ok: whether nothing was skipped, and nothing may be lost.
    """

    folder: Path
    total: int
    added: int
    updated: int
    unchanged: int
    files: int
    skipped: Sequence[Skipped]
    clutter: Sequence[tuple[str, int]]
    guessed: Sequence[tuple[str, str]]
    seconds: float
    removed: int = 0
    moved: int = 0
    vanished: int = 0
    dropped: int = 0
    skipped_before: int = 0
    closings: Sequence[tuple[str, int]] = ()
    replaced: int = 0
    superseded: int = 0
    notes: Sequence[Note] = ()
    unmapped: Sequence[str] = ()
    ok: bool = True


class AnalysedWord(msgspec.Struct, frozen=True):
    """A word of a text with its terms on each depth, for ``khabar analyze``."""

    token: Token
    exact: tuple[str, ...]
    light: tuple[str, ...]
    lemma: tuple[str, ...]

    @classmethod
    def of(cls, token: Token, analyzer: Analyzer) -> AnalysedWord:
        """The terms of a token."""
        stems = [analyzer.stems(term) for term in token.word.exact]
        return cls(
            token,
            token.word.exact,
            tuple(dict.fromkeys(each.light for each in stems if each.light)),
            tuple(dict.fromkeys(lemma for each in stems for lemma in each.lemma)),
        )


class Why(msgspec.Struct, frozen=True):
    """The forms that a word stands for, for ``khabar why``.

    Attributes:
        word: as typed, without what stands around it.
        forms: those to show, the strictest depth first.
        more: how many are not shown, since they only add to scores.
    """

    word: str
    forms: Sequence[WordForm]
    more: int

    @classmethod
    def of(cls, word: str, forms: Sequence[WordForm], *, everything: bool = False) -> Why:
        """The forms that make an article match, or all."""
        shown = [form for form in forms if everything or form.matches]
        return cls(word, shown, len(forms) - len(shown))

    @property
    def remedy(self) -> str:
        """The command that leaves out the loosest form of these that matches; "" if there is none."""
        matching = [form.term for form in self.forms if form.matches]
        return f"khabar search {_quoted(self.word)} --without {_quoted(matching[-1])}" if matching else ""


def _quoted(words: str) -> str:
    """Words as a shell takes them; plain words need no quotation marks."""
    return words if re.fullmatch(r"\w[\w ]*", words) else shlex.quote(words)


def indexed_record(indexed: Indexed) -> Record:
    """A run of ``khabar index``."""
    return {
        "index": str(indexed.folder),
        "articles": indexed.total,
        "added": indexed.added,
        "updated": indexed.updated,
        "unchanged": indexed.unchanged,
        "removed": indexed.removed,
        "skipped": plain(indexed.skipped),
        "skipped_before": indexed.skipped_before,
        "replaced": indexed.replaced,
        "superseded": indexed.superseded,
        "notes": plain(indexed.notes),
        "unmapped": list(indexed.unmapped),
        "files": indexed.files,
        "moved": indexed.moved,
        "vanished": indexed.vanished,
        "dropped": indexed.dropped,
        "clutter": dict(indexed.clutter),
        "closings": dict(indexed.closings),
        "guessed": guesses(indexed.guessed),
        "seconds": round(indexed.seconds, 2),
    }


def why_record(why: Why) -> Record:
    """The forms that a word stands for."""
    return {
        "word": why.word,
        "forms": plain(why.forms),
        "more": why.more,
    }


def analysis_record(text: str, words: Iterable[AnalysedWord]) -> Record:
    """A text's words on every depth."""
    return {
        "text": text,
        "tokens": [
            {
                "text": text[word.token.start : word.token.end],
                "start": word.token.start,
                "end": word.token.end,
                "position": word.token.position,
                "exact": list(word.exact),
                "light": list(word.light),
                "lemma": list(word.lemma),
                "stop": word.token.word.stop,
                "compound": word.token.compound,
            }
            for word in words
        ],
    }
