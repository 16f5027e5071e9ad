""" "Did you mean": other ways to write a query that find more, after a typing error, with the wrong keyboard
layout or in Latin letters.

Suggested words are in the index and are ranked by their frequency. A suggestion is never searched instead of
the typed query.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Unpack

import msgspec

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold
from khabar.analysis.stopwords import is_stop_word
from khabar.explore.classes import classes_of
from khabar.index.ranking import Ranking
from khabar.query import latin
from khabar.query.field_names import FIELDS
from khabar.query.parser import parse
from khabar.query.results import Suggestion
from khabar.query.snapshot import Asked, Snapshot
from khabar.query.tree import Field, Group, Near, Node, Phrase, Term
from khabar.query.vocabulary import fuzziness
from khabar.spelling import INVISIBLE, visible

__all__ = ["suggest"]

#: A word in at most this many paragraphs may be a typo, if a similar word is this many times as frequent.
_RARE, _TIMES = 3, 100
#: The penalty of one changed letter, as a logarithm: a word must be about 50 times as frequent to make up for
#: it.
_PER_CHANGE = 4.0
#: Maximum number of words one or two letters away that are considered, nearest first.
_WEIGHED = 400
#: Maximum number of corrections per word, and maximum distance of their scores from the best, as a logarithm.
_WAYS, _GAP = 3, 3.0
#: Maximum number of words examined; longer queries are texts.
_PIECES = 20

#: The same penalty for the cost of reading Latin letters; and the cost of an «ال» that was not typed.
_PER_COST, _ARTICLE = 4.0, 0.1
_ALLAH = re.compile(r"(.{3,}?)[aou]?ll?ah")
_PAIRS = "طظ صض عغ حخ جح رز سش ضظ سص تط هح قغ دض ذز ثس كق ءئ ؤو ئي جغ فق بت نت دذ"
#: Letters that are often confused count half a change.
_CONFUSED = frozenset(map(frozenset, _PAIRS.split()))
#: A piece of a query between spaces; an article in Latin letters belongs to the word after it: «al qahira».
_PIECE = re.compile(r"(?:[aeu]l\s+(?=[a-z]))?(\S+)", re.IGNORECASE)
#: Characters around a word that are not keys of another layout, as an apostrophe is.
_EDGES = f'"«»“”„‟‹›()+-={INVISIBLE}'
_STRICT = Ranking(similar_forms=0)


class _Doubt(msgspec.Struct, frozen=True):
    """A piece of a query that may be wrong: its range, and its possible corrections, the likeliest first."""

    start: int
    end: int
    meant: tuple[str, ...]
    kind: str


def suggest(snapshot: Snapshot, query: str, limit: int, **asked: Unpack[Asked]) -> tuple[Suggestion, ...]:
    """Other ways to write a query; see :meth:`khabar.Index.suggest`."""
    if limit <= 0 or not query.strip():
        return ()
    doubts = sorted(_doubts(snapshot, query), key=lambda doubt: doubt.start)
    if not doubts:
        return ()
    total_typed = snapshot.count(query, **asked)
    suggestions: dict[str, Suggestion] = {}
    for choice in islice(_choices(doubts), 4 * limit):
        written = query
        for doubt, meant in reversed(list(zip(doubts, choice, strict=True))):
            written = written[: doubt.start] + meant + written[doubt.end :]
        if written in suggestions or written == query:
            continue
        total = snapshot.count(written, **asked)
        if total > total_typed:
            changes = tuple(
                (query[doubt.start : doubt.end], meant) for doubt, meant in zip(doubts, choice, strict=True)
            )
            suggestions[written] = Suggestion(written, total, doubts[0].kind, changes)
        if len(suggestions) == limit:
            break
    return tuple(suggestions.values())


def _choices(doubts: Sequence[_Doubt]) -> Iterator[tuple[str, ...]]:
    """Combinations of corrections: the likeliest of each piece, then combinations with one other choice."""
    best = tuple(doubt.meant[0] for doubt in doubts)
    yield best
    for way in range(1, _WAYS):
        for place, doubt in enumerate(doubts):
            if way < len(doubt.meant):
                yield (*best[:place], doubt.meant[way], *best[place + 1 :])


def _doubts(snapshot: Snapshot, query: str) -> Iterator[_Doubt]:
    """The words that may be wrong. A query that is not Arabic is divided at spaces only, because its signs
    may be letters."""
    taken: list[tuple[int, int]] = []
    read = parse(query, kept=snapshot.kept_names if ":" in query else ())
    for problem in read.problems:
        if problem.code == "unknown-field" and problem.choices:
            # The field is wrong, not the word after it.
            end = problem.end + len(query[problem.end :].partition(" ")[0])
            taken.append((problem.start, end))
            fields = tuple(f"{field}:" for field in problem.choices)
            yield _Doubt(problem.start, problem.end, fields, "spelling")
    planner = snapshot.planner
    typed = (planner.analyzer.word(term) for term in map(fold, tokenizer.words(query)) if term)
    planner.forms.prepare(islice(typed, _PIECES), _STRICT)
    for match in islice(_PIECE.finditer(query), _PIECES):
        if any(first <= match.start() < last for first, last in taken):
            continue
        doubt = _foreign(snapshot, match[0], match.start())
        if doubt is None and match.start(1) > match.start():
            doubt = _foreign(snapshot, match[1], match.start(1))
        if doubt is not None:
            taken.append(match.span())
            yield doubt
    for start, end in islice(_word_places(read.items, query), _PIECES):
        if not any(first <= start < last for first, last in taken):
            meant = _spellings(snapshot, query[start:end])
            if meant:
                yield _Doubt(start, end, meant, "spelling")


def _word_places(items: Iterable[Node], query: str) -> Iterator[tuple[int, int]]:
    """The ranges of the words of a query, without fields and patterns."""
    for item in items:
        match item:
            case Group():
                yield from _word_places(item.items, query)
            case Near():
                yield from _word_places(item.operands, query)
            case Field():
                pass
            case Term(kind="pattern" | "fuzzy"):
                pass
            case Term() | Phrase():
                text = query[item.start : item.end]
                yield from ((item.start + start, item.start + end) for start, end in tokenizer.spans(text))


# the wrong keyboard, or Latin letters


def _foreign(snapshot: Snapshot, piece: str, start: int) -> _Doubt | None:
    """The meaning of a piece in Latin letters, or of one in Arabic letters that should be Latin."""
    core = piece.strip(_EDGES)
    field = FIELDS.get(fold(core.partition(":")[0]))
    if field == "title":
        core = core.partition(":")[2].strip(_EDGES)
    elif field or core in ("AND", "OR", "NOT", "NEAR"):
        return None
    if len(core) < 2:
        return None
    begin = start + piece.index(core)
    end = begin + len(core)
    core = " ".join(visible(core).split())
    if _known(snapshot, core, _RARE):
        return None
    typed = latin.as_arabic(core) if not _is_arabic(core) else latin.as_latin(core)
    meant = [text for text in typed if _known(snapshot, text)]
    if meant:
        return _Doubt(begin, end, tuple(meant[:_WAYS]), "keyboard")
    names = _names(snapshot, core)
    return _Doubt(begin, end, names, "letters") if names else None


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= char <= "\u06ff" for char in text)


def _known(snapshot: Snapshot, text: str, times: int = 0) -> bool:
    """Whether every word of a text is in more than this number of paragraphs, in some form."""
    words = [fold(word) for word in tokenizer.words(text)]
    return bool(words) and all(word and _frequency(snapshot, word) > times for word in words)


def _frequency(snapshot: Snapshot, term: str) -> int:
    """The number of paragraphs with a word, in any form that a search finds."""
    word = snapshot.planner.analyzer.word(term)
    forms = [form.term for form in snapshot.planner.forms.of_word(word, _STRICT) if form.matches]
    return int(classes_of(snapshot).frequencies(forms).sum()) if forms else 0


def _names(snapshot: Snapshot, core: str) -> tuple[str, ...]:
    """The Arabic words of the index that a word in Latin letters can stand for."""
    word = latin.readings(core)
    if len(word) < 2 or not re.search("[a-z]{2}", word):
        return ()
    scored = [(score, classes_of(snapshot).written(term)) for score, term in _fitting(snapshot, word)]
    # «hezbollah» is one word or two in Arabic.
    if match := _ALLAH.fullmatch(word):
        scored += [
            (score, f"{classes_of(snapshot).written(term)} الله")
            for score, term in _fitting(snapshot, match[1])
        ]
    return _likeliest(scored)


def _fitting(snapshot: Snapshot, word: str) -> list[tuple[float, str]]:
    """The words of the index that fit, each with its score; only the likeliest form of each word."""
    vocabulary = snapshot.planner.forms.vocabulary
    costs = {term: price + _ARTICLE for term, price in vocabulary.sounding(word, "ال").items()}
    costs |= vocabulary.sounding(word)
    costs = {term: price for term, price in costs.items() if not is_stop_word(term)}
    counts = dict(zip(costs, classes_of(snapshot).frequencies(list(costs)).tolist(), strict=True))
    best: dict[str, tuple[float, str]] = {}
    for term, price in costs.items():
        if counts[term]:
            score = math.log(1 + counts[term]) - _PER_COST * price
            name = classes_of(snapshot).of_term(term) or term
            best[name] = max(best.get(name, (-math.inf, "")), (score, term))
    return sorted(best.values(), reverse=True)[:_WAYS]


# typing errors


def _spellings(snapshot: Snapshot, typed: str) -> tuple[str, ...]:
    """Words of the index that differ in one or two letters from a word that is missing or very rare."""
    term = fold(typed)
    if not term.isalpha() or is_stop_word(term) or len(term) > latin.LONGEST:
        return ()
    frequency = _frequency(snapshot, term)
    distance = fuzziness(term)
    if frequency > _RARE or not distance:
        return ()
    forms = snapshot.planner.forms
    same = {
        form.term for form in forms.of_word(snapshot.planner.analyzer.word(term), _STRICT) if form.matches
    }
    near = [(word, changes) for word, changes in forms.vocabulary.near(term, distance) if word not in same]
    near.sort(key=lambda pair: (pair[1], pair[0]))
    near = near[:_WEIGHED]
    counts = classes_of(snapshot).frequencies([word for word, _ in near]).tolist()
    best: dict[str, tuple[float, str]] = {}
    for (word, changes), count in zip(near, counts, strict=True):
        if count > frequency * _TIMES and not is_stop_word(word):
            score = math.log(1 + count) - _PER_CHANGE * _weighted(term, word, changes)
            name = classes_of(snapshot).of_term(word) or word
            best[name] = max(best.get(name, (-math.inf, "")), (score, word))
    return tuple(map(classes_of(snapshot).written, _likeliest(best.values())))


def _likeliest(scored: Iterable[tuple[float, str]]) -> tuple[str, ...]:
    """The words with the best scores, without those far below the best."""
    ordered = sorted(scored, key=lambda pair: (-pair[0], pair[1]))
    near = (word for score, word in ordered if score >= ordered[0][0] - _GAP)
    return tuple(dict.fromkeys(near))[:_WAYS]


def _weighted(typed: str, word: str, changes: int) -> float:
    """The number of letters that differ; letters that are often confused count half."""
    if len(typed) != len(word):
        return changes
    confused = sum(
        frozenset((one, other)) in _CONFUSED for one, other in zip(typed, word, strict=True) if one != other
    )
    return changes - 0.5 * min(confused, changes)
