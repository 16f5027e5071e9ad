"""BLAKE2 without the rest of :mod:`hashlib`, for fingerprints of articles, terms, stems and analyzers.

Importing hashlib loads OpenSSL, which takes 4 ms: more than a search for a word. The standard library's
``random`` avoids it in the same way.
"""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

__all__ = ["blake2b"]
