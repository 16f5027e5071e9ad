"""Items and tokens of a query that belong together: names of several words, and words typed in one piece."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise, product

from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer, Token, Word
from khabar.analysis.fold import TATWEEL
from khabar.analysis.names import PARTICLES, joined_name, spaced_heads
from khabar.analysis.tokenizer import LETTERLESS
from khabar.index.plan import Occur
from khabar.patterns import lazy_pattern
from khabar.query.quotes import QUOTES
from khabar.query.tree import Group, Near, Node, Term
from khabar.spelling import INVISIBLE, visible

__all__ = ["joined", "phrase_places", "phrase_units", "said_in_one_word", "word_runs", "words_in"]

#: The joint between words typed in one piece: nothing, or one of these. A comma or a colon separates words,
#: as in a text.
_GLUE = lazy_pattern(rf"[{LETTERLESS}]*(?:[-‐‑‒–−_./\\'’·&@+][{LETTERLESS}]*)?")
#: «ال» and other proclitics.
_CLITIC = lazy_pattern("[وفبكل]?ال|لل|[وفبكل]")
_LETTER_WORDS = frozenset("وفبكل")
#: Maximum number of names in a phrase that are searched in all combinations of their spellings.
_MOST_NAMES = 3
_HYPHENS = frozenset("-‐‑‒–−")

#: Text allowed between words that are read as one text.
_BETWEEN = f" \t\n\r{QUOTES}{INVISIBLE}"


def joined(items: Iterable[Node], text: str, analyzer: Analyzer) -> Iterator[Node]:
    """The items, with adjacent plain words joined to one text, so that a name of two words is recognised."""
    run: list[Term] = []
    for item in (*_signed_names(items, text, analyzer), None):
        plain = isinstance(item, Term) and item.kind == "word" and item.occur is Occur.SHOULD
        if plain and run and not _follows(run[-1], item, text):
            yield _whole(run, text)
            run = []
        if plain:
            assert isinstance(item, Term)
            run.append(item)
            continue
        if run:
            yield _whole(run, text)
            run = []
        if item is not None:
            yield item


def _whole(run: list[Term], text: str) -> Term:
    start, end = run[0].start, run[-1].end
    return replace(run[0], text=text[start:end], end=end)


def _follows(before: Term, item: Node | None, text: str) -> bool:
    """Whether a word follows another with nothing between that separates them."""
    if not isinstance(item, Term) or item.title is not before.title or item.start < before.end:
        return False
    between = text[before.end : item.start]
    return between.isspace() or not between.strip(_BETWEEN)


def _signed_names(items: Iterable[Node], text: str, analyzer: Analyzer) -> Iterator[Node]:
    """The items, with the sign before a name of two words («-عبد الله») applied to the whole name."""
    waiting = deque(items)
    while waiting:
        item = waiting.popleft()
        following = waiting[0] if waiting else None
        if (
            isinstance(item, Term)
            and item.occur is not Occur.SHOULD
            and item.kind == "word"
            and isinstance(following, Term)
            and following.occur is Occur.SHOULD
            and following.kind == "word"
            and _follows(item, following, text)
        ):
            edge = item.end - item.start
            tokens = analyzer.tokens(text[item.start : following.end])
            name = next(
                (token for token in tokens if token.compound and token.start < edge < token.end), None
            )
            if name is not None:
                waiting.popleft()
                end = item.start + name.end
                item = replace(item, text=text[item.start : end], end=end)
                if end < following.end:
                    rest = replace(following, text=text[end : following.end], start=end)
                    waiting.appendleft(rest)
        yield item


def words_in(items: Iterable[Node], text: str, analyzer: Analyzer) -> Iterator[Word]:
    """The words of a query that may stand for other forms: all but those in quotation marks, with ``=`` or a
    star."""
    for item in joined(items, text, analyzer):
        match item:
            case Group():
                yield from words_in(item.items, text, analyzer)
            case Near():
                yield from words_in(item.operands, text, analyzer)
            case Term(kind="word" | "fuzzy"):
                # A lone small Quranic letter and the like are not words.
                yield from (token.word for token in analyzer.tokens(item.text) if token.word.exact[0])


def word_runs(tokens: list[Token], text: str, *, both: bool) -> list[tuple[Token, ...]]:
    """The units of a query in order: single words, names of two words («عبد الله»), and words typed in one
    piece («كوفيد-19», «أ.ف.ب», «7amas»).

    Args:
        tokens: the analysed query.
        text: the query.
        both: see :func:`_without_parts`.
    """
    # A lone small Quranic letter and the like are not words.
    tokens = [token for token in tokens if token.word.exact[0]]
    name_positions = {token.position for token in tokens if token.compound}
    pieces: list[list[Token]] = []
    for token in tokens:
        if token.compound:
            continue
        last = pieces[-1] if pieces else None
        between = text[last[-1].end : token.start] if last else ""
        if last and not between.isspace() and _GLUE.fullmatch(between):
            last.append(token)
        elif last and last[-1].position in name_positions and len(last) > 1:
            # A name at the end of words typed in one piece continues after a space.
            last.append(token)
        else:
            pieces.append([token])
    for piece in pieces:
        if len(piece) > 1 and _is_particle(piece[0], piece[1], text):
            del piece[0]
    # A name that only a sign divides («عبد-الله») is a name.
    glued = [
        piece
        for piece in pieces
        if len(piece) > 1 and not (len(piece) == 2 and piece[0].position in name_positions)
    ]
    glued_positions = {token.position for piece in glued for token in piece}
    single_positions = {token.position for piece in pieces for token in piece} - glued_positions
    single = _without_parts([token for token in tokens if token.position in single_positions], both)
    return sorted([*((token,) for token in single), *map(tuple, glued)], key=lambda run: run[0].start)


def _is_particle(letter: Token, number: Token, text: str) -> bool:
    """Whether a letter before a number is a particle («فـ10», «ل6»); «ف» and «ك» without tatweel belong to a
    name («ف16»)."""
    return (
        letter.word.exact[0] in _LETTER_WORDS
        and not visible(text[letter.end : number.start])
        and number.word.exact[0][0].isdigit()
        and (letter.word.exact[0] in "وبل" or visible(text[: letter.end])[-1:] == TATWEEL)
    )


def said_in_one_word(run: tuple[Token, ...], text: str) -> tuple[tuple[Token, ...], tuple[str, ...]]:
    """Words typed in one piece, and equivalent terms in one word.

    «F-16» is also written «F16», «U.S.A» «USA», «U.N» «UN»; and «الـBBC» is «BBC».
    """
    terms = [token.word.exact[0] for token in run]
    if len(run) > 1 and _CLITIC.fullmatch(terms[0]) and terms[1][:1].isalpha() and not _is_arabic(terms[1]):
        return (run, (terms[1],)) if len(run) == 2 else said_in_one_word(run[1:], text)
    if not terms[0][:1].isalpha() or any(map(_is_arabic, terms)):
        return run, ()
    between = {visible(text[one.end : other.start]) for one, other in pairwise(run)}
    whole = "".join(terms)
    # Two small letters with a dot are «i.e», two capitals the initials of a name.
    initials = len(terms) > 2 or text[run[0].start : run[-1].end].isupper()
    dotted = between == {"."} and len(whole) == len(terms) and initials
    return run, (whole,) if dotted or between <= {"", *_HYPHENS} else ()


def _is_arabic(term: str) -> bool:
    return "\u0600" <= term[:1] <= "\u08ff"


def _without_parts(tokens: list[Token], both: bool) -> list[Token]:
    """The tokens without those parts of compound names that have no meaning alone: عبد, its second part, and
    أبو.

    ``both`` also removes the second part of «أبو مازن», which alone would make other articles match.
    """
    absorbed: set[int] = set()
    for token in tokens:
        if token.compound:
            absorbed.add(token.position)
            if both or token.word.exact[0].startswith("عبد"):
                absorbed.add(token.position + 1)
    return [token for token in tokens if token.compound or token.position not in absorbed]


#: The ways to write a unit of a phrase, each as its terms in order.
_Ways = tuple[tuple[str, ...], ...]


def phrase_units(tokens: list[Token]) -> tuple[_Ways, ...]:
    """The units of a phrase in order: a word as it is written, or a name with the ways to write it, in one
    word and in two.

    The index has a name that is written in two words also as one, at the place of the first.
    """
    names = {token.position: token.word.exact[0] for token in tokens if token.compound}
    words = [token for token in tokens if not token.compound]
    units: list[_Ways] = []
    place = 0
    while place < len(words):
        term = words[place].word.exact[0]
        following = words[place + 1].word.exact[0] if place + 1 < len(words) else ""
        name = names.get(words[place].position, "")
        # «أبو عبد الله» is أبو and a name.
        inner = bool(spaced_heads(following)) or (
            place + 1 < len(words) and words[place + 1].position in names
        )
        if name and not inner and term in spaced_heads(name):
            units.append(_ways(term, name, following))
            place += 2
            continue
        if heads := spaced_heads(joined_name(term) or term):
            name = joined_name(term) or term
            units.append(_ways(term.removesuffix(name) + heads[0], name, name.removeprefix(heads[0])))
        else:
            units.append(((term,),))
        place += 1
    return tuple(units)


def _ways(head: str, name: str, second: str) -> _Ways:
    """The ways to write a name. If its head has a particle, so has each way."""
    if spaced_heads(name).index(head) % (len(PARTICLES) + 1) == 0:
        return (name,), (name, second)
    return (head[0] + name,), (head, second)


def phrase_places(tokens: list[Token]) -> tuple[tuple[str, ...], ...]:
    """The ways to write a phrase, each as the terms of its words: one, unless it has names («عبد الله»).

    If it has more than three names, they are all written in one word, or all in two.
    """
    units = list(phrase_units(tokens))
    if units and (last := units[-1])[0][0] == last[-1][0]:
        # The index has the name as one word in either case, and nothing follows it.
        units[-1] = last[:1]
    if sum(len(unit) > 1 for unit in units) > _MOST_NAMES:
        ways = [[unit[0] for unit in units], [unit[-1] for unit in units]]
    else:
        ways = list(map(list, product(*units)))
    return tuple(tuple(chain.from_iterable(way)) for way in ways)
