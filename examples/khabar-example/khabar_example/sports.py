"""A dictionary of sports desks: ``khabar config set words plugin:sports``."""

from __future__ import annotations

from pathlib import Path

api = 1


def words() -> Path:
    """The file with its statements."""
    return Path(__file__).with_name("sports.txt")
