"""The reason why something did not become an article: a kind and its parameters, not a text.

Decisions depend on the ``kind``; :mod:`khabar.corpus.reason_texts` has its text in English and Arabic.
"""

from __future__ import annotations

from typing import Any

import msgspec

from khabar.serialize import Serializable
from khabar.spelling import storable

__all__ = ["HOLDS_NONE", "LOSSES", "MENDABLE", "OF_NO_READER", "Reason"]

MENDABLE = frozenset(
    {
        *("cannot-open", "missing-package", "no-memory", "no-process", "read-error"),
        *("plugin-failed", "plugin-unusable", "plugins-disagree"),
    }
)
"""Kinds that may go away although the file is unchanged: with new permissions, an installed package, a
working disk, more memory. (A change of options that affect the reading, such as ``max_bytes``, causes a new
reading anyway.)"""

HOLDS_NONE = frozenset(
    {
        "empty",
        "deleted-message",
        "empty-page",
        "empty-record",
        "id-of-another",
        "id-taken",
        "link-to-nothing",
        "no-abstract",
        "no-article-in-page",
        "no-entry",
        "no-file",
        "no-page-in-mhtml",
        "no-message",
        "no-record",
        "no-row",
        "no-title-or-text",
        "no-word",
        "not-an-object",
        "not-text",
        "only-addresses",
        "only-clutter",
        "only-references",
        "program",
        "same-id",
        "special-file",
        "special-member",
        "unknown-format",
        "unknown-xml",
    }
)
"""Kinds of content that was read but is not an article. All other kinds mean that something was not read and
may contain articles."""

OF_NO_READER = frozenset({"media", "unknown-format", "unread-format"})
"""Kinds of files that only a plug-in can read (`khabar.corpus.plugged`)."""

LOSSES = frozenset(
    {
        *("date-ambiguous", "date-calendar", "date-in-text", "date-unnamed", "date-unread"),
        *(
            "article-left",
            "document-cut",
            "document-damaged",
            "embedded-files",
            "letters-doubtful",
            "letters-unknown",
            "text-missing",
            "text-unread",
            "unmerged-log",
        ),
    }
)
"""Kinds of notes that part of an article may be lost. (`khabar.corpus.report.Note`)"""


class Reason(Serializable, msgspec.Struct, frozen=True):
    """Why something was left out. ``str(reason)`` is plain English, without a full stop.

    Attributes:
        kind: its fixed name, such as ``too-large``.
        values: its parameters as pairs of name and value, such as ``(("limit", 1000),)``.
    """

    kind: str
    values: tuple[tuple[str, str | int], ...] = ()

    @staticmethod
    def of(kind: str, **values: str | int) -> Reason:
        """Make a reason.

        Args:
            kind: a key of `khabar.corpus.reason_texts.REASONS`.
            values: its parameters.
        """
        pairs = values.items()
        return Reason(
            kind,
            tuple((name, storable(value) if isinstance(value, str) else value) for name, value in pairs),
        )

    def description(self) -> dict[str, str]:
        """The ``kind`` and the text, to be merged into the plain data of another object."""
        return {"kind": self.kind, "reason": str(self)}

    def to_dict(self) -> dict[str, Any]:
        """The reason as plain data, with its parameters."""
        return {**self.description(), "values": dict(self.values)}

    @property
    def mendable(self) -> bool:
        """Whether a retry may help although the file is unchanged."""
        return self.kind in MENDABLE

    @property
    def unread(self) -> bool:
        """Whether what was left out may contain articles."""
        return self.kind not in HOLDS_NONE

    @property
    def general(self) -> Reason:
        """The reason without its parameters."""
        return Reason(self.kind)

    def text(self, language: str = "en") -> str:
        """The reason in words, without a full stop.

        Args:
            language: ``en`` or ``ar``.
        """
        from khabar.corpus.reason_texts import reason_text

        return reason_text(self.kind, self.values, language)

    def __str__(self) -> str:
        return self.text()
