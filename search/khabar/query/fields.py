"""Fields of a query: sources, authors, sections, tags, languages, places and kept fields by their names,
spans of days, and the dates that a text mentions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold
from khabar.corpus.kept_fields import same_name
from khabar.errors import InvalidArgument
from khabar.highlight.matcher import DATE_TERM
from khabar.index.plan import (
    KEPT,
    NAMED,
    FilterClause,
    Occur,
    PhraseClause,
    WeightedForm,
    WordClause,
    has_names,
)
from khabar.patterns import lazy_pattern
from khabar.query.field_names import field_of
from khabar.query.tree import Field

if TYPE_CHECKING:
    from khabar.dates import DateSpan

__all__ = [
    "FieldProblem",
    "Named",
    "alias_command",
    "alias_of",
    "asked_fields",
    "check_asked",
    "field_clauses",
    "kept_field",
    "local_today",
    "mention_terms",
    "names_like",
    "names_meant",
    "published",
    "several_names",
    "unknown_name",
    "where_in",
]

#: Number of sources to name when none is similar to an unknown one.
_LISTED = 5
#: Maximum length of a name that is suggested, in letters; anything longer is a sentence in the wrong field.
_LONGEST_NAME = 40
#: The fields with names to list then.
_LISTED_OF = frozenset({"source", "language"})
#: The indefinite article of the fields that do not have «a».
_A = {"author": "an"}
#: The argument for each field of dates.
_ARGUMENTS = {"after": "since", "until": "until"}
_DATES = "write it as 2024-10-09, 2024-10, 2024, «9 أكتوبر 2024», أمس or 7d"

_ARTICLE = "ال"
#: Text that a shell does not change.
_UNQUOTED = lazy_pattern(r"[\w.:@-]+")
_SEPARATORS = lazy_pattern(r"[,،;؛|+]")
_EPOCH = date(1970, 1, 1).toordinal()


class Named(Protocol):
    """What a planner needs to know of an index besides its words: the names of sources, authors and other
    fields, and how frequent words and phrases are. :class:`khabar.ranking.answers.Answers` is one."""

    def names(self, field: str) -> Sequence[str]:
        """Every name that an article has in a field."""
        ...

    def kept(self) -> Sequence[str]:
        """The names of the fields that were kept from records."""
        ...

    def phrase_articles(self, phrase: PhraseClause) -> int:
        """The number of articles that contain a phrase."""
        ...

    def article_frequencies(self, groups: Sequence[Sequence[str]]) -> Sequence[int]:
        """For each group of terms, the number of articles with any of them."""
        ...


class FieldProblem(NamedTuple):
    """A part of a field that was not understood.

    Attributes:
        code, message, choices: as in :class:`~khabar.query.tree.Problem`.
        value: the value concerned.
    """

    code: str
    message: str
    value: str
    choices: tuple[str, ...] = ()


def field_clauses(
    field: Field,
    named: Named | None,
    today: date,
    full: float,
    most: int,
    aliases: Mapping[str, str] = MappingProxyType({}),
) -> tuple[list[FilterClause | WordClause], list[FieldProblem]]:
    """The clauses of a field, any of which is enough, and the problems with it.

    Args:
        field: the field.
        named: gives the names in a field; None for an index without any.
        today: the day that relative dates such as «أمس» count from.
        full: the weight of an occurrence of a mentioned date.
        most: maximum number of terms for mentioned dates.
        aliases: other names of sources.
    """
    if field.name == "url":
        return [FilterClause("url", field.values, occur=field.occur)], []
    problems: list[FieldProblem] = []
    if has_names(field.name):
        names = named.names(field.name) if named else ()
        meant: dict[str, None] = {}
        for value in field.values:
            matching = names_meant(field.name, value, names, aliases)
            meant.update(dict.fromkeys(matching))
            if not matching:
                near, message = _unknown(field.name, value, names, aliases, in_query=True)
                problems.append(FieldProblem(_code(field.name), message, value, near))
        return [FilterClause(field.name, tuple(meant), occur=field.occur)], problems
    # The grammar of dates takes a while to import.
    from khabar.dates import DateSpan, parse_period

    clauses: list[FilterClause | WordClause] = []
    for value in field.values:
        span = parse_period(value, today)
        if not isinstance(span, DateSpan):
            problems.append(FieldProblem("unknown-date", f"{span}: the condition is left out", value))
        elif field.name != "about":
            clauses.append(published(field.name, span, field.occur))
        else:
            terms, whole = mention_terms(span, most)
            if not whole:
                message = f"the span of dates is too long: its first {most} are searched"
                problems.append(FieldProblem("too-many-forms", message, value))
            forms = tuple(WeightedForm(term, full, "exact") for term in terms)
            clauses.append(WordClause(forms, full, field.occur))
    return clauses, problems


def published(name: str, span: DateSpan, occur: Occur) -> FilterClause:
    """The filter for the date of publication. Days are those printed on the articles.

    ``after`` and ``until`` include the day or period that they name, ``before`` does not, as with other
    search engines.
    """
    first, last = (day.toordinal() - _EPOCH for day in (span.first, span.last))
    match name:
        case "after":
            return FilterClause("published", first=first, occur=occur)
        case "until":
            return FilterClause("published", last=last, occur=occur)
        case "before":
            return FilterClause("published", last=first - 1, occur=occur)
    return FilterClause("published", first=first, last=last, occur=occur)


def mention_terms(span: DateSpan, most: int) -> tuple[list[str], bool]:
    """The index terms for dates within a span (whole years, whole months, and single days), and whether they
    are complete.

    A paragraph that mentions only a month is found by spans that contain the whole month.
    """
    import calendar

    terms: list[str] = []
    day = span.first
    while len(terms) < most:
        year_end = date(day.year, 12, 31)
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
    """The names that contain a given part, in any spelling.

    A name matches if it has each word of the value, with or without «ال», or if some of its adjacent words
    have the letters of the value, however spaced («عبدالله», «aljazeera»).

    >>> names_like("الوادى", ["صحيفة الوادي", "وكالة الساحل", "الوادي"])
    ('صحيفة الوادي', 'الوادي')
    """
    parts = _parts(value)
    if not parts.words:
        return ()
    return tuple(name for name in names if name and _means(parts, _parts(name)))


#: The sign before a name that must match as a whole.
EXACTLY = "="


def names_meant(field: str, value: str, names: Sequence[str], aliases: Mapping[str, str]) -> tuple[str, ...]:
    """The names in a field that a value means. A source can also be named by an alias.

    After «=», only whole names match, in any spelling; if one has exactly the given spelling, it alone.

    >>> names = ["الوطن", "الوطن أونلاين", "ألوطن"]
    >>> names_meant("source", "الوطن", names, {}), names_meant("source", "=الوطن", names, {})
    (('الوطن', 'الوطن أونلاين', 'ألوطن'), ('الوطن',))
    """
    if value.startswith(EXACTLY):
        whole = value.removeprefix(EXACTLY).strip()
        if whole in names:
            return (whole,)
        words = _parts(whole).words
        return tuple(name for name in names if name and words and _parts(name).words == words)
    if field == "language":
        from khabar.corpus.text.languages import language_tag

        tag = language_tag(value)
        return tuple(name for name in names if tag and name.partition("-")[0] == tag)
    meant = dict.fromkeys(names_like(value, names))
    name = alias_of(value, aliases) if field == "source" else ""
    if name:
        meant |= dict.fromkeys([name] if name in names else names_like(name, names))
    return tuple(meant)


def alias_of(value: str, aliases: Mapping[str, str]) -> str:
    """The source for which a value is an alias, in any spelling; "" for none."""
    if not aliases or not (words := _parts(value).bare):
        return ""
    return next((name for alias, name in aliases.items() if _parts(alias).bare == words), "")


def check_asked(fields: Iterable[Field], named: Named, today: date, aliases: Mapping[str, str]) -> None:
    """Check the conditions given beside a query. A query is used as far as it is understood, but an argument
    must be understood.

    Raises:
        InvalidArgument: if a date is not understood, a period ends before it begins, or no article of the
            index has a requested name.
    """
    spans: dict[str, DateSpan] = {}
    for field in fields:
        if field.name in _ARGUMENTS:
            from khabar.dates import DateSpan, parse_period

            name = _ARGUMENTS[field.name]
            span = parse_period(field.text, today)
            if not isinstance(span, DateSpan):
                raise InvalidArgument(name, field.text, f"{span}; {_DATES}", "date")
            spans[name] = span
            continue
        if not has_names(field.name):
            continue
        names = named.names(field.name)
        for value in field.values:
            # An index without articles has no names to compare with.
            if names and not names_meant(field.name, value, names, aliases):
                raise unknown_name(field.name, value, names, aliases)
    if len(spans) == 2 and spans["since"].first > spans["until"].last:
        reason = f"the period ends ({spans['until'].last}) before it begins ({spans['since'].first})"
        raise InvalidArgument("until", spans["until"].last.isoformat(), reason, "period")


def unknown_name(
    field: str, value: str, names: Sequence[str], aliases: Mapping[str, str] = MappingProxyType({})
) -> InvalidArgument:
    """Make the error for an unknown source, author, section or tag."""
    near, message = _unknown(field, value, names, aliases)
    name = "where" if field.startswith(KEPT) else field
    return InvalidArgument(name, value, message, _code(field), near)


def _code(field: str) -> str:
    """The code of an unknown name in a field."""
    return "unknown-value" if field.startswith(KEPT) else f"unknown-{field}"


def several_names(value: str) -> tuple[str, ...]:
    """The names in a value that may be a list of names, such as «okaz,sabq»; () for a single name.

    >>> several_names("okaz,sabq"), several_names("عكاظ، سبق"), several_names("okaz")
    (('okaz', 'sabq'), ('عكاظ', 'سبق'), ())
    """
    parts = tuple(filter(None, map(str.strip, _SEPARATORS.split(value))))
    return parts if len(parts) > 1 else ()


def _unknown(
    field: str, value: str, names: Sequence[str], aliases: Mapping[str, str], in_query: bool = False
) -> tuple[tuple[str, ...], str]:
    """Names similar to an unknown one, and the message about it.

    :mod:`khabar.render.arabic_names` has the Arabic text for each part of the message.
    """
    value = value.removeprefix(EXACTLY)
    from khabar.query.nearest import nearest

    known = [name for name in names if name and len(name) <= _LONGEST_NAME]
    near = nearest(value, known)
    hint = ""
    if near:
        hint = f"; similar names: {', '.join(f'«{name}»' for name in near)}"
    elif known and (field in _LISTED_OF or field.startswith(KEPT)):
        hint = f"; there are: {', '.join(f'«{name}»' for name in known[:_LISTED])}"
        hint += f" …; {_where_listed(field)} lists all" if len(known) > _LISTED else ""
    if several := several_names(value):
        matching = dict.fromkeys(_existing(field, part, known, aliases) for part in several)
        listed = ", ".join(f'"{name}"' if _SEPARATORS.search(name) else name for name in matching if name)
        if not in_query:
            hint += "; several are given one by one"
        elif listed:
            hint += f"; for several write {field.removeprefix(KEPT)}:({listed})"
    elif field == "source" and known:
        hint += f"; to give a source this name too: {alias_command(value, near)}"
    if field.startswith(KEPT):
        return near, f"no article of this index has «{value}» as its {field.removeprefix(KEPT)}{hint}"
    if not any(names):
        return near, f"no article of this index has {_A.get(field, 'a')} {field}"
    return near, f"no {field} of this index is called «{value}»{hint}"


def _existing(field: str, value: str, known: Sequence[str], aliases: Mapping[str, str]) -> str:
    """The value itself if it means a known name, else the known name most similar to it, or ""."""
    from khabar.query.nearest import nearest

    if names_meant(field, value, known, aliases):
        return value
    return next(iter(nearest(value, known, 1)), "")


def alias_command(value: str, near: Sequence[str]) -> str:
    """The command that makes a value an alias of the most similar source, or of «SOURCE» if there is none."""
    import shlex

    words = ("khabar", "config", "set", f"aliases.{value}", near[0] if near else "SOURCE")
    return " ".join(word if _UNQUOTED.fullmatch(word) else shlex.quote(word) for word in words)


def _where_listed(field: str) -> str:
    """The command that lists all names in a field."""
    return (
        "khabar info" if field == "source" else f"khabar facets --by {field.removeprefix(KEPT)} --all-values"
    )


class _Parts(msgspec.Struct, frozen=True):
    """A name: its folded words, the same without «ال», and all their letters."""

    words: tuple[str, ...]
    bare: frozenset[str]
    letters: str


@lru_cache(maxsize=1 << 16)
def _parts(name: str) -> _Parts:
    words = tuple(filter(None, map(fold, tokenizer.words(name))))
    return _Parts(words, frozenset(map(_bare, words)), "".join(words))


def _means(value: _Parts, name: _Parts) -> bool:
    """Whether a value means a name; see :func:`names_like`."""
    return value.bare <= name.bare or (value.letters in name.letters and _spells(value.letters, name.words))


def _bare(word: str) -> str:
    return word[2:] if word.startswith(_ARTICLE) and len(word) > 4 else word


def _spells(together: str, words: Sequence[str]) -> bool:
    """Whether some adjacent words have exactly these letters."""
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
    names: Mapping[str, str | Sequence[str]] = MappingProxyType({}),
    where: Mapping[str, str | Sequence[str]] = MappingProxyType({}),
    named: Named | None = None,
) -> tuple[Field, ...]:
    """Turn the arguments beside a query into fields of a query.

    Args:
        since, until: bounds of the day of publication.
        names: the values by field of :data:`khabar.index.plan.NAMED`.
        where: the values by the name of a kept field.
        named: knows the kept fields of the index; None for an index without any.

    Raises:
        InvalidArgument: if ``where`` has an unknown field.
    """

    def conditions() -> Iterator[Field]:
        for name, moment in (("after", since), ("until", until)):
            if moment is not None:
                yield _field(name, (moment if isinstance(moment, str) else _day(moment),))
        for name, value in (*names.items(), *_conditions_where(where, named)):
            values = (value,) if isinstance(value, str) else tuple(value)
            if any(values):
                yield _field(name, values)

    return tuple(conditions())


def _conditions_where(
    where: Mapping[str, str | Sequence[str]], named: Named | None
) -> Iterator[tuple[str, str | Sequence[str]]]:
    """The conditions in ``where``, with the names of fields as plans have them."""
    if not where:
        return
    known = named.kept() if named else ()
    for name, value in where.items():
        # A field with an argument of its own may be named here, too.
        if (own := field_of(name)) in NAMED:
            yield str(own), value
        elif field := kept_field(name, known):
            yield KEPT + field, value
        else:
            near, message = _no_field(name, known)
            raise InvalidArgument("where", name, message, "unknown-field", near)


def where_in(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Parse typed conditions on kept fields.

    Args:
        pairs: each as ``NAME=VALUE``.

    Raises:
        InvalidArgument: if one has another form.

    >>> where_in(["desk=سياسة", "desk=اقتصاد"])
    {'desk': ('سياسة', 'اقتصاد')}
    """
    values: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise InvalidArgument("where", pair, "write NAME=VALUE, such as desk=سياسة", "pair")
        values[name.strip()] = (*values.get(name.strip(), ()), value)
    return values


def kept_field(name: str, known: Iterable[str]) -> str:
    """The kept field that a name means, in any spelling; "" for none.

    >>> kept_field("Desk", ["desk", "مكتب"]), kept_field("المكتب", ["desk", "مكتب"])
    ('desk', 'مكتب')
    """
    if name in (known := tuple(known)):
        return name
    same = same_name(name)
    return next((field for field in known if same_name(field) == same), "")


def _no_field(name: str, known: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The fields similar to an unknown one, and the message about it."""
    from khabar.query.nearest import nearest

    near = nearest(name, known)
    if near:
        hint = f"; similar names: {', '.join(near)}"
    elif known:
        hint = f"; there are: {', '.join(known)}"
    else:
        hint = "; nothing was kept of its records (khabar index SOURCE... --keep NAME)"
    return near, f"no article of this index has a field «{name}»{hint}"


def local_today() -> date:
    """The current local day, from which «أمس» counts by default."""
    return date.today()


def _day(moment: date) -> str:
    return (moment.date() if isinstance(moment, datetime) else moment).isoformat()


def _field(name: str, values: tuple[str, ...]) -> Field:
    return Field(name, values, " ".join(values), 0, 0)
