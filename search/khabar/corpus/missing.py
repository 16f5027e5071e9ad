"""Optional packages that some formats need."""

from __future__ import annotations

import importlib

from khabar.corpus.report import Unreadable

__all__ = ["needs"]


def needs(*modules: str, what: str, extra: str) -> None:
    """Import the modules that reading ``what`` takes.

    Raises:
        Unreadable: one is missing; the reason names the extra that brings it.
    """
    for module in modules:
        try:
            importlib.import_module(module)
        except ImportError:
            raise Unreadable("missing-package", what=what, extra=extra) from None
