"""Caches: of the results of a method, and of values up to a number of bytes."""

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

    kept: Any = lru_cache(maxsize=size)(call)
    return kept  # type: ignore[no-any-return]


class Kept(Generic[_Value]):
    """The values that were asked for last, up to a number of bytes. Safe to share between threads.

    Args:
        most: how many bytes. The last value is kept, however large it is.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        #: each with its size and what its key is the identity of
        self._values: OrderedDict[Hashable, tuple[_Value, int, object]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._size

    def get(self, key: Hashable) -> _Value | None:
        """The value of a key; None if it is not kept."""
        with self._lock:
            kept = self._values.get(key)
            if kept is None:
                return None
            self._values.move_to_end(key)
            return kept[0]

    def put(self, key: Hashable, value: _Value, size: int, source: object = None) -> None:
        """Keep a value.

        Args:
            key: by what it is asked for.
            value: the value.
            size: how many bytes it takes, with its key and what that is made of.
            source: the object whose identity the key has; it lives as long as the value is kept, so that no
                other can have its identity.
        """
        with self._lock:
            _, former, _ = self._values.pop(key, (None, 0, None))
            self._values[key] = (value, size, source)
            self._size += size - former
            while self._size > self._most and len(self._values) > 1:
                _, (_, oldest, _) = self._values.popitem(last=False)
                self._size -= oldest
