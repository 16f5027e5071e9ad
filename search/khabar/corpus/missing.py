"""Packages that some formats need and that khabar is installed without."""

from __future__ import annotations

import importlib

from .report import Unreadable

__all__ = ["needs"]


def needs(*modules: str, what: str, extra: str) -> None:
    """Import the modules that reading ``what`` takes.

    Raises:
        Unreadable: one is missing; the reason names the command that installs it.
    """
    for module in modules:
        try:
            importlib.import_module(module)
        except ImportError:
            raise Unreadable(
                f'reading {what} needs a package that is not installed: pip install "khabar[{extra}]"'
            ) from None
