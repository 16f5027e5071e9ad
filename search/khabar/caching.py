"""A cache for the results of methods."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar
from weakref import WeakMethod

__all__ = ["remembered"]

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


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
