"""Reads the parameters of a request's address as arguments for calls of the library.

This is strict: an unknown parameter, one given twice, or a value of another type is an error that names it.
Otherwise a misspelt condition would be ignored, and find articles that do not meet it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import parse_qsl

import msgspec

from khabar.errors import InvalidArgument
from khabar.explore.facets import FIELDS
from khabar.query.results import GROUPS
from khabar.query.tree import MATCHES
from khabar.ranking.answers import SORTS
from khabar.speaking import LANGUAGES

__all__ = [
    "ASKED",
    "CONDITIONS",
    "LANG",
    "LANG_COOKIE",
    "QUERY",
    "Parameter",
    "language_asked",
    "pairs_of",
    "read",
]

_MISSING: Any = object()
_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
#: The cookie with the language that was chosen in a browser.
LANG_COOKIE = "khabar-lang"
_CHOSEN = re.compile(rf"(?:^|;\s*){LANG_COOKIE}=({'|'.join(LANGUAGES)})(?=\s*(?:;|$))")
_FLAGS = {"true": True, "false": False}


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of an address.

    Attributes:
        name: the name in the address.
        kind: ``text``; ``whole``, a whole number; ``number``; ``flag``, ``true`` or ``false``; or ``choice``.
        about: the description, in English.
        default: the value if it is not given; None for the default of the call.
        choices: the accepted values of a choice.
        least, most: the bounds of a number.
        many: whether it may be given several times; its value is then a tuple.
        required: whether it must be given.
        argument: the name of the argument; "" if it is that of the parameter.
    """

    name: str
    kind: Literal["text", "whole", "number", "flag", "choice"] = "text"
    about: str = ""
    default: Any = None
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    many: bool = False
    required: bool = False
    argument: str = ""

    @property
    def key(self) -> str:
        """The name of the argument."""
        return self.argument or self.name

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        schema: dict[str, Any]
        if self.kind == "whole":
            schema = {"type": "integer", "minimum": self.least, "maximum": self.most}
        elif self.kind == "number":
            schema = {"type": "number", "minimum": self.least, "maximum": self.most}
        elif self.kind == "flag":
            schema = {"type": "boolean"}
        elif self.kind == "choice":
            schema = {"type": "string", "enum": list(self.choices)}
        else:
            schema = {"type": "string"}
        if self.many:
            return {"type": "array", "items": schema}
        return schema if self.default is None else {**schema, "default": self.default}


#: The language of messages, which every address accepts.
LANG = Parameter("lang", "choice", "Language of messages. Default: as the client prefers.", choices=LANGUAGES)

QUERY = Parameter(
    "q",
    "text",
    "The query, in the query language; empty for everything.",
    default="",
    argument="query",
)

SYNTAX = Parameter("syntax", "flag", "With false, the query is plain words without operators.", default=True)

#: Conditions on articles: the arguments of :class:`khabar.query.snapshot.Conditions`.
CONDITIONS = (
    Parameter(
        "since", about="Only articles published on or after this day, such as 2024-10-09, 2024-10 or 7d."
    ),
    Parameter("until", about="Only articles published on or before this day."),
    Parameter("source", about="Only articles from this outlet; part of the name is enough.", many=True),
    Parameter("author", about="Only articles by this author; part of the name is enough.", many=True),
    Parameter("section", about="Only articles in this section; part of the name is enough.", many=True),
    Parameter("tag", about="Only articles with this tag; part of the name is enough.", many=True),
    Parameter("language", about="Only articles in this language: a tag such as ar or fa.", many=True),
    Parameter("place", about="Only articles from this place; part of the name is enough.", many=True),
    Parameter(
        "where",
        about="Only articles with this value in a field that was kept: NAME=VALUE, such as desk=سياسة.",
        many=True,
    ),
    Parameter("tz", about="Time zone for relative days such as 7d: Asia/Riyadh or +03:00."),
)

#: A query and its options: the arguments of :class:`khabar.query.snapshot.Asked`.
ASKED = (
    QUERY,
    *CONDITIONS,
    Parameter(
        "match",
        "choice",
        "Whether articles must contain all words of the query, or any.",
        choices=MATCHES,
    ),
    SYNTAX,
    Parameter("without", about="Do not match this form of a word; /api/v1/why lists the forms.", many=True),
)

SORT = Parameter("sort", "choice", "Order of the results.", default="relevance", choices=SORTS)
GROUP = Parameter(
    "group",
    "choice",
    "What counts as a hit: an article, a story, or (none) each paragraph.",
    default="article",
    choices=GROUPS,
)
FACET = Parameter(
    "by",
    about=f"Field to count by: {', '.join(FIELDS)}, or a field that was kept. Default: source, author and "
    "month.",
    many=True,
    argument="fields",
)


def pairs_of(query_string: bytes | str) -> list[tuple[str, str]]:
    """The names and values in a query string, in order.

    Raises:
        InvalidArgument: if they are not in UTF-8.
    """
    text = query_string.decode(errors="replace") if isinstance(query_string, bytes) else query_string
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise InvalidArgument("?", text, "it is not in UTF-8", "encoding") from None


def read(
    query_string: bytes | str, parameters: Sequence[Parameter], *, blanks: bool = False
) -> dict[str, Any]:
    """The arguments in the query string of an address, by their names. Those that are not given and have no
    default are left out; ``lang`` is accepted everywhere, and left out.

    Args:
        query_string: the query string, without the question mark.
        parameters: the parameters of the address.
        blanks: whether an empty value counts as not given: forms send empty values.

    Raises:
        InvalidArgument: if a parameter is unknown (code ``unknown-parameter``), is given twice
            (``repeated``), is missing (``required``), or has a value that is not accepted.
    """
    known = {parameter.name: parameter for parameter in (*parameters, LANG)}
    given: dict[str, list[Any]] = {}
    for name, value in pairs_of(query_string):
        parameter = known.get(name)
        if parameter is None:
            raise _unknown(name, value, known)
        if blanks and not value.strip():
            continue
        values = given.setdefault(name, [])
        if values and not parameter.many:
            raise InvalidArgument(name, value, "it is given more than once", "repeated")
        values.append(_value(parameter, value))
    arguments: dict[str, Any] = {}
    for parameter in parameters:
        values = given.get(parameter.name, [])
        if values:
            arguments[parameter.key] = tuple(values) if parameter.many else values[0]
        elif parameter.required:
            raise InvalidArgument(parameter.name, "", "it is missing", "required")
        elif parameter.default is not None:
            arguments[parameter.key] = parameter.default
    return _converted(arguments)


def language_asked(query_string: bytes, headers: Iterable[tuple[bytes, bytes]], usual: str = "") -> str:
    """The language for the messages of an answer: that of ``lang``; else the one chosen earlier in the
    browser; else the usual one of the server; else the one that the client prefers; else English. Values that
    are not understood are ignored.

    Args:
        query_string: the query string of the request.
        headers: the headers of the request.
        usual: the usual language of the server; "" for none.

    >>> accepted = [(b"accept-language", b"fr, ar;q=0.8, en;q=0.5")]
    >>> language_asked(b"q=x&lang=ar", []), language_asked(b"", accepted)
    ('ar', 'ar')
    """
    for language in LANGUAGES:
        if f"lang={language}".encode() in query_string.split(b"&"):
            return language
    lines = [(name, value.decode("latin-1")) for name, value in headers]
    for name, line in lines:
        chosen = _CHOSEN.search(line) if name == b"cookie" else None
        if chosen is not None:
            return chosen[1]
    if usual:
        return usual
    best, language = 0.0, "en"
    for name, line in lines:
        if name != b"accept-language":
            continue
        for item in line.split(",")[:20]:
            tag, _, rest = item.strip().partition(";")
            quality = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{1,3})?)\s*", rest) if rest else None
            weight = float(quality[1]) if quality else 0.0 if rest else 1.0
            spoken = tag.strip().lower().partition("-")[0]
            if spoken in LANGUAGES and weight > best:
                best, language = weight, spoken
    return language


def _value(parameter: Parameter, value: str) -> Any:
    """The value of a parameter, converted and checked."""
    name = parameter.name
    if parameter.kind == "flag":
        if value not in _FLAGS:
            raise InvalidArgument(name, value, f"it is one of: {', '.join(_FLAGS)}", "choice", tuple(_FLAGS))
        return _FLAGS[value]
    if parameter.kind == "choice":
        if value not in parameter.choices:
            choices = parameter.choices
            raise InvalidArgument(name, value, f"it is one of: {', '.join(choices)}", "choice", choices)
        return value
    if parameter.kind in ("whole", "number"):
        whole = parameter.kind == "whole"
        number = (int if whole else float)(value) if (_WHOLE if whole else _NUMBER).fullmatch(value) else -1
        if not parameter.least <= number <= parameter.most:
            kind = "a whole number" if whole else "a number"
            raise InvalidArgument(
                name, value, f"{kind} from {parameter.least} to {parameter.most} is required", "number"
            )
        return number
    return value


def _unknown(name: str, value: str, known: Mapping[str, Parameter]) -> InvalidArgument:
    """The error for a name that no parameter has."""
    from difflib import get_close_matches

    from khabar.spelling import comparable

    near = get_close_matches(comparable(name), list(known), 3, 0.5)
    reason = f"the nearest is {near[0]}" if near else f"there are: {', '.join(known)}"
    reason = f"there is no such parameter; {reason}"
    return InvalidArgument(name, value, reason, "unknown-parameter", tuple(near or known))


def _converted(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments as the library takes them: the current day instead of a time zone, and the conditions on
    kept fields by name."""
    if "where" in arguments:
        from khabar.query.fields import where_in

        arguments["where"] = where_in(arguments["where"])
    if "tz" in arguments:
        from khabar.zones import today_in

        arguments["today"] = today_in(arguments.pop("tz"))
    return arguments
