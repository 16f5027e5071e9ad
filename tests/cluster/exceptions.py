"""What the battery asks of an index that one on a cluster cannot do, and why."""

from __future__ import annotations

__all__ = ["EXCEPTIONS"]

#: A test of tests/conformance or tests/explore, as file and function → why it fails on a cluster. One that
#: does not fail there any more fails the battery (xfail, strict): its line goes.
EXCEPTIONS: dict[str, str] = {}
