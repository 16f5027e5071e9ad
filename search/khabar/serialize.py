"""Converts results to plain data, for scripts and for the JSON that the command prints; and reads JSON
without :mod:`json`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar, overload

import msgspec

__all__ = ["Sequenced", "Serializable", "plain", "read_json", "short"]

_T = TypeVar("_T")

#: The number of decimals.
_PRECISE = 4
#: The maximum length of a text in the repr of a value.
_LONGEST = 60


class Serializable:
    """A struct that can be converted to plain data, with a repr of one short line."""

    __slots__ = ()
    __struct_fields__: ClassVar[tuple[str, ...]]

    def to_dict(self) -> dict[str, Any]:
        """The value as dicts, lists, str, numbers, bools and None, which :mod:`json` can write. The command
        prints the same as JSON.

        Dates are in ISO format, and numbers have at most four decimals.
        """
        return {name: plain(getattr(self, name)) for name in _public(self)}

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={short(getattr(self, name))}" for name in _public(self))
        return f"{type(self).__name__}({fields})"


def _public(value: Serializable) -> Iterator[str]:
    return (name for name in value.__struct_fields__ if not name.startswith("_"))


class Sequenced(Generic[_T]):
    """A base for sequences: length, iteration, items and slices."""

    __slots__ = ()

    def _listed(self) -> tuple[_T, ...]:
        raise NotImplementedError

    def __iter__(self) -> Iterator[_T]:
        return iter(self._listed())

    def __len__(self) -> int:
        return len(self._listed())

    @overload
    def __getitem__(self, place: int) -> _T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[_T, ...]: ...
    def __getitem__(self, place: int | slice) -> _T | tuple[_T, ...]:
        return self._listed()[place]


def plain(value: object) -> Any:
    """A value as plain data; see :meth:`Serializable.to_dict`."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return round(value, _PRECISE)
    if isinstance(value, Serializable):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"there is no plain form of {type(value).__name__}")


def short(value: object) -> str:
    """The repr of a value inside that of another."""
    if isinstance(value, str):
        return repr(value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…")
    if isinstance(value, float):
        return repr(round(value, _PRECISE))
    if isinstance(value, os.PathLike):
        return repr(os.fspath(value))
    if isinstance(value, list | tuple) and value:
        shown = "" if any(isinstance(each, Serializable) for each in value) else repr(value)
        return shown if shown and len(shown) <= _LONGEST else f"<{len(value):,} {type(value[0]).__name__}>"
    several = isinstance(value, Mapping) and any(isinstance(each, Serializable) for each in value.values())
    if isinstance(value, Mapping) and (several or len(value) > 3):
        return f"<{len(value):,} names>"
    return repr(value)


def read_json(text: bytes | str) -> Any:
    """Parse a JSON text as ``json.loads`` does, but without importing :mod:`json`, which takes 2 ms of a
    search.

    Raises:
        ValueError: if it is not JSON.
    """
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        # json accepts what msgspec does not, such as NaN, and its error messages are better known.
        import json

        return json.loads(text)
