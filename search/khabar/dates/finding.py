"""`parse_date` reads a text that is a date as a whole; `find_dates` finds the dates in a running text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from khabar.arguments import instance, optional, takes, text
from khabar.dates.grammar import Grammar
from khabar.dates.mention import Mention, Range, Reading, completed, resolve
from khabar.dates.spans import DateSpan, Found, Problem
from khabar.dates.tokens import END, Token, day_number, tokens
from khabar.dates.words import AND, BETWEEN, GREGORIAN, HIJRI, NUMBERED, POINTS, TO

__all__ = ["LONGEST", "dates_of", "day_of", "find_dates", "mentions_in", "parse_date", "parse_whole"]

LONGEST = 200
"""Maximum number of characters of a date."""

_AROUND = "«»\"'“”()[]،,.؛:"
# Words before a date that is a whole text; they add no meaning.
_OPENINGS = frozenset({"في", "تاريخ", "يوم", "من", "بين"})


def day_of(reference: date | datetime | None) -> date | None:
    """The day of a reference, which may be a moment."""
    return reference.date() if isinstance(reference, datetime) else reference


@takes(text=text, reference=optional(instance(date)))
def parse_date(text: str, reference: date | datetime | None = None) -> DateSpan | Problem:
    """The date that ``text`` as a whole names, or the reason why it names none.

    Args:
        text: a date in Arabic or plain form; see docs/dates.md.
        reference: the day from which «أمس» is counted. «7 أكتوبر» without a year is the date nearest to it.
            Without a reference such texts name no date.

    >>> str(parse_date("السابع من تشرين الأول/أكتوبر 2023"))
    '2023-10-07'
    >>> str(parse_date("3/4/2020"))
    'it can be 2020-04-03 or 2020-03-04: name the month, or write year-month-day'
    """
    return parse_whole(text, day_of(reference))[0]


def parse_whole(
    text: str, reference: date | None, prefer: Literal["nearest", "past"] = "nearest"
) -> tuple[DateSpan | Problem, str]:
    """Like `parse_date`; also returns how the date was recognised (see `Found`)."""
    if len(text) > LONGEST:
        return Problem(f"it is longer than the {LONGEST} characters of a date"), ""
    pieces = tokens(text)
    while pieces and pieces[-1].word and pieces[-1].word in _AROUND:
        pieces.pop()
    first = 0
    while first < len(pieces) and pieces[first].word and pieces[first].word in _AROUND:
        first += 1
    if first == len(pieces):
        return Problem("there is nothing in it"), ""
    scan = _Scan(pieces, whole=True)
    longest, several = 0, False
    for start in (first, first + 1):
        if start > first and pieces[first].word not in _OPENINGS:
            break
        if expression := scan.expression(start):
            mentions, end = expression
            if end >= len(pieces) and len(mentions) == 1:
                return resolve(mentions[0][0], reference, prefer)
            longest, several = max(longest, end), several or len(mentions) > 1
    if longest:
        rest = text[pieces[min(longest, len(pieces) - 1)].start :]
        several = several or any(map(scan.expression, range(longest, len(pieces))))
        more = "there is more than one date in it" if several else "there is more in it than a date"
        return Problem(f"{more}: «{rest[:60]}»"), ""
    return Problem("it names no date"), ""


@takes(text=text, reference=optional(instance(date)))
def find_dates(text: str, reference: date | datetime | None = None) -> list[Found]:
    """The dates that a running text names, in order and without overlap. Ambiguous dates are left out.

    The time is proportional to the length of ``text``.

    Args:
        text: any text.
        reference: as for `khabar.dates.parse_date`.

    >>> [(text, str(span)) for text, span in (
    ...     (f"«{'من 3 إلى 5 مايو 2020 في دبي'[found.start:found.end]}»", found.span)
    ...     for found in find_dates("من 3 إلى 5 مايو 2020 في دبي"))]
    [('«من 3 إلى 5 مايو 2020»', '2020-05-03..2020-05-05')]
    """
    from khabar.dates.prefilter import runs  # a query, which is a date as a whole, does not need it

    day = day_of(reference)
    return [
        Found(run.start + start, run.start + end, span, how)
        for run in runs(text, day is not None)
        for start, end, span, how in dates_of(run.text, run.following, day)
    ]


def dates_of(run: str, following: str | None, day: date | None) -> list[Found]:
    """The dates that a run names, with their positions in it.

    Args:
        run, following: as in `Run`.
        day: the day of the reference.
    """
    result: list[Found] = []
    # Mentions are cached without spans: hundreds of articles have «الأسبوع الماضي», and mean different weeks.
    mentions = _mentions(run, following) if len(run) <= LONGEST else mentions_in(run, following)
    for start, end, mention in mentions:
        span, how = resolve(mention, day)
        if isinstance(span, DateSpan):
            result.append(Found(start, end, span, how))
    return result


@lru_cache(maxsize=1 << 13)
def _mentions(run: str, following: str | None) -> tuple[tuple[int, int, Mention | Range], ...]:
    return tuple(mentions_in(run, following))


def mentions_in(run: str, following: str | None) -> Iterator[tuple[int, int, Mention | Range]]:
    """The mentions of dates in a run, with their ranges; some may turn out not to be dates."""
    next_word = [] if following is None else [Token(0, 0, 0, -1, "", following)]
    return _Scan(tokens(run) + next_word).mentions()


class _Scan:
    """Applies the grammar at each position of a text where a date can begin."""

    def __init__(self, pieces: list[Token], whole: bool = False) -> None:
        self._pieces = pieces
        self._grammar = Grammar(pieces, whole)

    def mentions(self) -> Iterator[tuple[int, int, Mention | Range]]:
        pieces = self._pieces
        at, count = 0, len(pieces)
        while at < count:
            token = pieces[at]
            following = pieces[at + 1] if at + 1 < count else END
            if not _may_begin(token, following) or self._in_address(at):
                at += 1
            elif expression := self.expression(at):
                mentions, end = expression
                for mention, first, last in mentions:
                    yield pieces[first].start, pieces[min(last, count) - 1].end, mention
                at = max(end, at + 1)
            else:
                at += 1

    def _in_address(self, at: int) -> bool:
        """Whether a number is inside a web address or a file name, and so not a date: «/2015/05/31/1.jpg»."""
        if at == 0 or not self._pieces[at].digits:
            return False
        before, token = self._pieces[at - 1], self._pieces[at]
        if before.end != token.start:
            return False
        return (
            before.word in ("/", "_", "=", "&", "?", "%", "-", ".", "#", "@")
            and at > 1
            and (self._pieces[at - 2].end == before.start)
        )

    def expression(self, at: int) -> tuple[list[tuple[Mention | Range, int, int]], int] | None:
        """A date, a range, or two days of one month, each with its range of tokens; and the position after
        them."""
        start = at
        between = self._word(at) in BETWEEN
        if between or self._word(at) == "من":
            at += 1
        first, lone = self._grammar.date(at), False
        if first is None:
            first, lone = self._lone_day(at), True
            if first is None:
                return None
        mention, end = first
        if second := self._second(mention, end, between):
            relation, then, (other, last) = second
            if lone and (not other.readings or other.readings[0].day is None):
                return None
            if relation == "range":
                return [(Range(mention, other), start, last)], last
            return [(completed(mention, other), at, end), (other, then, last)], last
        return None if lone else ([(mention, at, end)], end)

    def _word(self, at: int) -> str:
        return self._pieces[at].word if at < len(self._pieces) else ""

    def _lone_day(self, at: int) -> tuple[Mention, int] | None:
        """The «3» of «3 إلى 5 مايو»."""
        if (
            at >= len(self._pieces)
            or (number := day_number([*self._pieces[at : at + 4], *[END] * 4], 0)) is None
        ):
            return None
        day, length = number
        return Mention((Reading(False, None, None, day),), how="month name"), at + length

    def _second(self, first: Mention, at: int, between: bool) -> tuple[str, int, tuple[Mention, int]] | None:
        """The date after «إلى», «-» or «و»: its relation to the first («range» or «list»), its position, and
        the date with its end."""
        if not first.readings:
            return None
        word = self._word(at)
        prefix = self._pieces[at].prefix if at < len(self._pieces) else ""
        if (word in TO and prefix in ("", "و")) or word == "-":
            relation, then = "range", at + 1
        elif word == AND:
            relation, then = "range" if between else "list", at + 1
        elif prefix == "و":
            relation, then = "range" if between else "list", at
        else:
            return None
        if relation == "list" and first.whole and first.readings[0].month is not None:
            return None
        second = self._grammar.date(then)
        if second is None or not second[0].readings or second[0].reason:
            if first.how == "year" and then < len(self._pieces) and self._pieces[then].digits == 4:
                number = self._pieces[then].number
                if 1900 <= number <= 2100:
                    return relation, then, (Mention((Reading(False, number),), how="year"), then + 1)
            return None
        if relation == "list" and second[0].readings[0].day is None and first.readings[0].day is not None:
            return None
        return relation, then, second


def _may_begin(token: Token, following: Token) -> bool:
    """Whether a date can begin with these two tokens. Most cannot, which saves applying the grammar."""
    if token.digits:
        return bool(following.word)
    if len(token.word) < 2:
        return False
    return bool(following.word or following.digits or token.word in _ALONE)


_ALONE = frozenset({*POINTS, *GREGORIAN, *HIJRI, *NUMBERED})
