"""Fields of a query: sources and authors by their names, spans of days, and the dates that a text mentions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold
from khabar.highlight.mentions import DATE_TERM
from khabar.index.columns import Labels
from khabar.index.plan import FilterClause, Occur, WeightedForm, WordClause
from khabar.index.records import seconds_of
from khabar.query.tree import Field

if TYPE_CHECKING:
    from khabar.dates import DateSpan

__all__ = [
    "Labelled",
    "asked_fields",
    "field_clauses",
    "mention_terms",
    "names_like",
    "published",
]

#: Names among which one like an unknown one is looked for.
_SUGGESTED_FROM = 2_000

_ARTICLE = "ال"


class Labelled(Protocol):
    """What knows the names of an index's sources and authors, such as :class:`khabar.index.searcher.Searcher`."""

    def labels(self, field: str) -> Labels:
        """The ``source`` or ``author`` of every article."""
        ...


def field_clauses(
    field: Field, labelled: Labelled | None, today: date, full: float, most: int
) -> tuple[list[FilterClause | WordClause], list[tuple[str, str]]]:
    """What a field asks for, any of which will do, and the code and message of what in it was not understood.

    Args:
        field: the field.
        labelled: knows the names of sources and authors; without it there are none.
        today: what «أمس» is told from.
        full: what an occurrence of a mentioned date weighs.
        most: so many terms for mentioned dates at most.
    """
    if field.name == "url":
        return [FilterClause("url", field.values, occur=field.occur)], []
    told: list[tuple[str, str]] = []
    if field.name in ("source", "author"):
        names = labelled.labels(field.name).names if labelled else ()
        meant: dict[str, None] = {}
        for value in field.values:
            found = names_like(value, names)
            meant.update(dict.fromkeys(found))
            if not found:
                message = f"no {field.name} of this index is called «{value}»{_suggestion(value, names)}"
                told.append((f"unknown-{field.name}", message))
        return [FilterClause(field.name, tuple(meant), occur=field.occur)], told
    # The grammar of dates takes a while to import. Nothing else of the query room knows how dates are read.
    from khabar.dates import DateSpan, parse_period

    clauses: list[FilterClause | WordClause] = []
    for value in field.values:
        span = parse_period(value, today)
        if not isinstance(span, DateSpan):
            told.append(("unknown-date", f"{span}: the condition is left out"))
        elif field.name != "about":
            clauses.append(published(field.name, span, field.occur))
        else:
            terms, whole = mention_terms(span, most)
            if not whole:
                told.append(
                    ("too-many-forms", f"the span of dates is too long: its first {most} are searched")
                )
            forms = tuple(WeightedForm(term, full, "exact") for term in terms)
            clauses.append(WordClause(forms, full, field.occur))
    return clauses, told


def published(name: str, span: DateSpan, occur: Occur) -> FilterClause:
    """The filter for the date of publication. Days are those of UTC.

    ``after`` and ``until`` include the day or period that they name, ``before`` does not, as with other search engines.
    """
    first = seconds_of(datetime.combine(span.first, time(), UTC))
    last = seconds_of(datetime.combine(span.last, time(23, 59, 59), UTC))
    match name:
        case "after":
            return FilterClause("published", first=first, occur=occur)
        case "until":
            return FilterClause("published", last=last, occur=occur)
        case "before":
            return FilterClause("published", last=first - 1, occur=occur)
    return FilterClause("published", first=first, last=last, occur=occur)


def mention_terms(span: DateSpan, most: int) -> tuple[list[str], bool]:
    """The index terms for dates within a span: whole years, whole months, and the days beside them; whether those are all.

    A paragraph that mentions but a month is found by spans that hold the whole month.
    """
    terms: list[str] = []
    day = span.first
    while len(terms) < most:
        year_end = date(day.year, 12, 31)
        import calendar

        month_end = date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
        if day.day == day.month == 1 and year_end <= span.last:
            terms.append(f"{DATE_TERM}{day.year:04}")
            day = year_end
        elif day.day == 1 and month_end <= span.last:
            terms.append(f"{DATE_TERM}{day.year:04}-{day.month:02}")
            day = month_end
        else:
            terms.append(f"{DATE_TERM}{day.isoformat()}")
        if day == span.last:
            return terms, True
        day += timedelta(days=1)
    return terms, False


def names_like(value: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names that somebody means by a part of one, in any spelling.

    A name is meant if each word of the value is a word of it, «ال» aside, or if the letters of the value are those of
    some words of it, however spaced («عبدالله», «aljazeera»).

    >>> names_like("الوادى", ["صحيفة الوادي", "وكالة الساحل", "الوادي"])
    ('صحيفة الوادي', 'الوادي')
    """
    asked = _parts(value)
    if not asked.words:
        return ()
    return tuple(name for name in names if name and _means(asked, _parts(name)))


class _Parts(NamedTuple):
    """A name: its folded words, the same without «ال», and all their letters."""

    words: tuple[str, ...]
    bare: frozenset[str]
    letters: str


@lru_cache(maxsize=1 << 16)
def _parts(name: str) -> _Parts:
    words = tuple(filter(None, map(fold, tokenizer.words(name))))
    return _Parts(words, frozenset(map(_bare, words)), "".join(words))


def _means(asked: _Parts, name: _Parts) -> bool:
    return asked.bare <= name.bare or (asked.letters in name.letters and _spells(asked.letters, name.words))


def _suggestion(value: str, names: Sequence[str]) -> str:
    """Names with a word like one of the value's, to be put behind a message."""
    from difflib import get_close_matches

    owners = {word: name for name in names[:_SUGGESTED_FROM] for word in _parts(name).words}
    alike = [word for asked in _parts(value).words for word in get_close_matches(asked, owners, 3, 0.7)]
    found = dict.fromkeys(owners[word] for word in alike)
    return f"; alike are: {', '.join(f'«{name}»' for name in list(found)[:3])}" if found else ""


def _bare(word: str) -> str:
    return word[2:] if word.startswith(_ARTICLE) and len(word) > 4 else word


def _spells(together: str, words: Sequence[str]) -> bool:
    """Whether some neighbouring words have just these letters."""
    for start in range(len(words)):
        rest = together
        for word in words[start:]:
            if not rest.startswith(word):
                break
            rest = rest[len(word) :]
            if not rest:
                return True
    return False


def asked_fields(
    since: str | date | None = None,
    until: str | date | None = None,
    source: str | Sequence[str] = (),
    author: str | Sequence[str] = (),
) -> tuple[Field, ...]:
    """Filters given beside a query, as the fields that they would be in it."""

    def made() -> Iterator[Field]:
        for name, moment in (("after", since), ("until", until)):
            if moment is not None:
                yield _field(name, (moment if isinstance(moment, str) else _day(moment),))
        for name, given in (("source", source), ("author", author)):
            values = (given,) if isinstance(given, str) else tuple(given)
            if any(values):
                yield _field(name, values)

    return tuple(made())


def _day(moment: date) -> str:
    return (moment.date() if isinstance(moment, datetime) else moment).isoformat()


def _field(name: str, values: tuple[str, ...]) -> Field:
    return Field(name, values, " ".join(values), 0, 0)
