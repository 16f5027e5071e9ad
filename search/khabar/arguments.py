"""Checks for the arguments of public calls.

A function declares its checks above its signature::

    @takes(query=text, limit=count)
    def search(self, query: str, *, limit: int = 10) -> Results: ...

Each check gets the name of the argument and its value. It returns the value for the call to use, or raises
:class:`khabar.InvalidType` or :class:`khabar.InvalidArgument`, which name both. Values with only one possible
meaning are accepted: a single text instead of several, any whole number (such as one of numpy), an id that is
a number.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from operator import index as as_int
from typing import Any, ParamSpec, TypeVar

from khabar.errors import InvalidArgument, InvalidType, check_choice

__all__ = [
    "among",
    "amount",
    "article_id",
    "check_amounts",
    "check_fields",
    "condition",
    "conditions",
    "count",
    "day",
    "flag",
    "folder",
    "function",
    "instance",
    "kind_of",
    "lazily",
    "lines",
    "mapping",
    "moment",
    "numbers",
    "optional",
    "paths",
    "positive",
    "sequence_of",
    "several_among",
    "takes",
    "text",
    "texts",
]

_P = ParamSpec("_P")
_R = TypeVar("_R")

#: ``inspect.CO_VARKEYWORDS``, without importing that module: the flag of a function with ``**names``.
_NAMES_PASSED_ON = 0x08

#: A function of the name and value of an argument that returns the value to use.
Check = Callable[[str, Any], Any]


def takes(**checks: Check) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Check the given arguments of a function before it is called."""

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        code = function.__code__
        names = code.co_varnames[: code.co_argcount]
        own = {*names, *code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]}
        # If the checks say which other names are passed on, an unknown one is reported here: otherwise the
        # error would name the function that it is passed to.
        passes_on = code.co_flags & _NAMES_PASSED_ON and not own.issuperset(checks)
        known = own | checks.keys() if passes_on else None
        placed = [(place, name, checks[name]) for place, name in enumerate(names) if name in checks]

        @wraps(function)
        def call(*args: _P.args, **named: _P.kwargs) -> _R:
            # Some functions are called for each word of an index, so this must be fast. Surplus arguments are
            # reported by Python.
            given: list[Any] = list(args)
            for place, name, check in placed:
                if place < len(given):
                    given[place] = check(name, given[place])
            for name in named:
                if name in checks:
                    named[name] = checks[name](name, named[name])
                elif known is not None and name not in known:
                    which = f"{function.__qualname__}() got an unexpected keyword argument {name!r}"
                    raise TypeError(f"{which}; it takes {', '.join(sorted(known - {'self'}))}")
            return function(*given, **named)

        return call

    return decorate


def check_fields(value: object, **checks: Check) -> None:
    """Check the fields of a new struct of options."""
    for name, check in checks.items():
        check(name, getattr(value, name))


def check_amounts(value: object, fields: Sequence[str], defaults: Sequence[object]) -> None:
    """Check that all fields of a struct are numbers from 0, and whole numbers where the default is whole."""
    for name, default in zip(fields, defaults, strict=True):
        (count if type(default) is int else amount)(name, getattr(value, name))


def text(name: str, value: object) -> str:
    """A str."""
    if isinstance(value, str):
        return value
    raise InvalidType(name, value, f"a str is required, not {kind_of(value)}")


def texts(name: str, value: object) -> tuple[str, ...]:
    """A str, or several."""
    return (value,) if isinstance(value, str) else sequence_of(text, "a str or several")(name, value)


def lines(name: str, value: object) -> Iterable[str]:
    """A str, or several, which are taken one at a time; an error names the place of the wrong one."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, bytes | bytearray | Mapping) or not isinstance(value, Iterable):
        raise InvalidType(name, value, f"a str or several is required, not {kind_of(value)}")
    return (text(f"{name}[{number}]", each) for number, each in enumerate(value))


def condition(name: str, value: object) -> tuple[str, ...]:
    """A str, or several; None means none. An empty one is refused, as its condition would be lost."""
    given = () if value is None else texts(name, value)
    for each in given:
        if not each.strip():
            raise InvalidArgument(name, each, "it is empty; leave it out, or give None, for no condition")
    return given


def conditions(name: str, value: object) -> dict[str, tuple[str, ...]]:
    """Conditions by name, each a str or several; None means none."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidType(name, value, f"a dict of str is required, not {kind_of(value)}")
    given = {
        text(f"a key of {name}", key): condition(f"{name}[{key!r}]", each) for key, each in value.items()
    }
    return {key: each for key, each in given.items() if each}


def count(name: str, value: object) -> int:
    """A whole number from 0."""
    return _whole(name, value, 0)


def positive(name: str, value: object) -> int:
    """A whole number from 1."""
    return _whole(name, value, 1)


def amount(name: str, value: object) -> float:
    """A number from 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidType(name, value, f"a number is required, not {kind_of(value)}")
    if not value >= 0:
        raise InvalidArgument(name, value, "a number from 0 is required")
    return value


def numbers(name: str, value: object) -> tuple[float, ...]:
    """Several numbers."""

    def number(each_name: str, each: object) -> float:
        if isinstance(each, bool) or not isinstance(each, int | float):
            raise InvalidType(each_name, each, f"a number is required, not {kind_of(each)}")
        return each

    return sequence_of(number, "several numbers")(name, value)


def flag(name: str, value: object) -> bool:
    """True or False."""
    if isinstance(value, bool):
        return value
    raise InvalidType(name, value, f"True or False is required, not {kind_of(value)}")


def among(*choices: str) -> Check:
    """One of a few words."""

    def check(name: str, value: object) -> object:
        check_choice(name, text(name, value), choices)
        return value

    return check


def several_among(*choices: str) -> Check:
    """Some of a few words, or one."""

    def check(name: str, value: object) -> tuple[str, ...]:
        given = texts(name, value)
        for each in given:
            check_choice(name, each, choices)
        return given

    return check


def moment(name: str, value: object) -> str | date:
    """A day or a period: a date, or a text that names one."""
    if isinstance(value, str | date):
        return value
    raise InvalidType(name, value, f"a date, or a str that names one, is required, not {kind_of(value)}")


def day(name: str, value: object) -> date:
    """A date; a datetime counts as its day."""
    if isinstance(value, datetime):
        return value.date()
    return instance(date)(name, value)


def instance(*kinds: type[_R]) -> Callable[[str, object], _R]:
    """A value of one of some types."""

    def check(name: str, value: object) -> _R:
        if isinstance(value, kinds):
            return value
        expected = " or ".join(kind.__name__ for kind in kinds)
        raise InvalidType(name, value, f"{expected} is required, not {kind_of(value)}")

    return check


def lazily(module: str, kind: str) -> Check:
    """A value of a type that is imported only when one is given."""

    def check(name: str, value: object) -> object:
        import importlib

        expected: type[object] = getattr(importlib.import_module(module), kind)
        return instance(expected)(name, value)

    return check


def function(name: str, value: object) -> Callable[..., Any]:
    """Something that can be called."""
    if callable(value):
        return value
    raise InvalidType(name, value, f"a function is required, not {kind_of(value)}")


def folder(name: str, value: object) -> str | os.PathLike[str]:
    """A path. An empty text is refused, as it would mean the current folder."""
    if isinstance(value, str | os.PathLike):
        if not os.fspath(value):
            raise InvalidArgument(name, value, "the path is empty; give . for the current folder")
        return value
    raise InvalidType(name, value, f"a path (str or Path) is required, not {kind_of(value)}")


def paths(name: str, value: object) -> tuple[str | os.PathLike[str], ...]:
    """A path, or several."""
    if isinstance(value, str | os.PathLike):
        return (folder(name, value),)
    if hasattr(value, "read"):
        # Its lines would be taken for paths.
        raise InvalidType(name, value, f"a path or several is wanted, not {kind_of(value)}")
    return sequence_of(folder, "a path or several")(name, value)


def mapping(name: str, value: object) -> dict[str, str]:
    """Texts by name."""
    if not isinstance(value, Mapping):
        raise InvalidType(name, value, f"a dict of str is required, not {kind_of(value)}")
    return {text(f"a key of {name}", key): text(f"{name}[{key!r}]", each) for key, each in value.items()}


def article_id(name: str, value: object) -> str:
    """The id of an article; a whole number counts as its digits."""
    if isinstance(value, str):
        return value
    if hasattr(value, "__index__") and not isinstance(value, bool):
        return str(as_int(value))
    raise InvalidType(name, value, f"the id of an article (a str) is required, not {kind_of(value)}")


def optional(check: Check) -> Check:
    """Allow None as well."""
    return lambda name, value: None if value is None else check(name, value)


def sequence_of(check: Check, expected: str) -> Callable[[str, object], tuple[Any, ...]]:
    """Several values that pass a check; an error names the place of the wrong one."""

    def several(name: str, value: object) -> tuple[Any, ...]:
        if isinstance(value, bytes | bytearray | Mapping) or not isinstance(value, Iterable):
            raise InvalidType(name, value, f"{expected} is required, not {kind_of(value)}")
        return tuple(check(f"{name}[{number}]", each) for number, each in enumerate(value))

    return several


def _whole(name: str, value: object, least: int) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise InvalidType(name, value, f"a whole number is required, not {kind_of(value)}")
    number = as_int(value)
    if number < least:
        raise InvalidArgument(name, value, f"a whole number from {least} is required")
    return number


def kind_of(value: object) -> str:
    """The type of a value, for a message."""
    return "None" if value is None else f"a value of the type {type(value).__name__}"
