"""Caches for the results of a method, and for values up to a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, Generic, ParamSpec, TypeVar
from weakref import WeakMethod

__all__ = ["Kept", "remembered"]

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")
_Value = TypeVar("_Value")


def remembered(method: Callable[_Given, _Result], size: int) -> Callable[_Given, _Result]:
    """A bound method with a cache of its last results, as an attribute of its own object.

    It refers to the object weakly. A reference cycle would keep the object and its open files until the
    garbage collector runs.
    """
    weak = WeakMethod(method)

    def call(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        bound = weak()
        assert bound is not None
        return bound(*args, **kwargs)

    cached: Any = lru_cache(maxsize=size)(call)
    return cached  # type: ignore[no-any-return]


class Kept(Generic[_Value]):
    """A cache of the values used last, up to a number of bytes. Safe to share between threads.

    Args:
        most: the number of bytes. The last value is kept, however large it is.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        #: each value with its size and the object whose identity is in its key
        self._values: OrderedDict[Hashable, tuple[_Value, int, object]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """The number of bytes in the cache."""
        return self._size

    def get(self, key: Hashable) -> _Value | None:
        """The value of a key; None if it is not in the cache."""
        with self._lock:
            kept = self._values.get(key)
            if kept is None:
                return None
            self._values.move_to_end(key)
            return kept[0]

    def put(self, key: Hashable, value: _Value, size: int, source: object = None) -> None:
        """Add a value.

        Args:
            key: its key.
            value: the value.
            size: its size in bytes, including its key and source.
            source: the object whose identity is in the key; it is kept as long as the value, so that no other
                object can get its identity.
        """
        with self._lock:
            _, former, _ = self._values.pop(key, (None, 0, None))
            self._values[key] = (value, size, source)
            self._size += size - former
            while self._size > self._most and len(self._values) > 1:
                _, (_, oldest, _) = self._values.popitem(last=False)
                self._size -= oldest
