"""Problems for clients, as values (RFC 9457, Problem Details for HTTP APIs)."""

from __future__ import annotations

import errno
import os
from typing import Any

import msgspec

from khabar import errors
from khabar.render.arabic import explained, translated
from khabar.render.faults import invalid
from khabar.serialize import Serializable
from khabar.spelling import printable
from khabar.web.sayings import KINDS, detail_of, title_of

__all__ = ["RETRY_AFTER", "Busy", "Problem", "Refused", "problem_of"]

#: Seconds after which a client may try again.
RETRY_AFTER = 2
#: Maximum number of characters of a value that is told back to its sender.
_LONGEST = 200

#: The kind of problem that an error of the library is; of an error and one that it is derived from, the first
#: named here counts.
_KIND_OF: tuple[tuple[type[errors.KhabarError], str], ...] = (
    (errors.ArticleNotFound, "article-not-found"),
    (errors.InvalidArgument, "invalid-argument"),
    (errors.IndexDamaged, "index-damaged"),
    (errors.IndexMismatch, "index-mismatch"),
    (errors.IndexNotFound, "index-missing"),
    (errors.IndexEmpty, "index-missing"),
    (errors.IndexLocked, "index-locked"),
    (errors.IndexFolderError, "index-unavailable"),
    (errors.IndexClosed, "unavailable"),
    (errors.MissingDependency, "dependency-missing"),
    (errors.SettingsError, "settings-unusable"),
    (errors.KhabarError, "unavailable"),
)

#: Kinds after which the same request may succeed.
_PASSING = ("busy", "index-locked", "index-unavailable", "out-of-time")


class Problem(Serializable, msgspec.Struct, frozen=True):
    """What is wrong with a request, or with its answer.

    Attributes:
        type: address of the description of its kind, relative to the server: ``/api#KIND``. It never changes.
        title: what is wrong with every problem of the kind.
        status: of HTTP.
        detail: what is wrong here, and what to do.
        code: the kind as a fixed short name for programs, or for a value that is not accepted, what is wrong
            with it: the codes of :class:`khabar.InvalidArgument`.
        name: the parameter that is meant; "" for none.
        value: its value, as sent.
        choices: what is accepted instead, or the most similar names.
        retry_after: seconds after which to try again; 0 if that is of no use.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    name: str = ""
    value: str = ""
    choices: tuple[str, ...] = ()
    retry_after: int = 0

    @property
    def kind(self) -> str:
        """The kind: one of :data:`khabar.web.sayings.KINDS`."""
        return self.type.rpartition("#")[2]

    def to_dict(self) -> dict[str, Any]:
        """The problem as plain data; what does not apply is left out."""
        always = ("type", "title", "status", "detail", "code")
        record = super().to_dict()
        named = {"value"} if self.name else set()
        return {key: each for key, each in record.items() if key in always or key in named or each}


class Refused(Exception):
    """A request is refused for a reason of the server's own.

    Args:
        kind: one of :data:`khabar.web.sayings.KINDS`.
        name, value: the parameter that is meant, if any.
        values: what else its detail names.
    """

    def __init__(self, kind: str, name: str = "", value: str = "", **values: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.name = name
        self.value = value
        self.values = values


class Busy(Refused):
    """Too many requests wait already."""

    def __init__(self) -> None:
        super().__init__("busy", seconds=RETRY_AFTER)


def problem_of(error: Exception, language: str) -> Problem:
    """The problem that an error is, in a language."""
    if isinstance(error, Refused):
        value = _short(error.value)
        return _problem(
            error.kind,
            language,
            detail_of(error.kind, language, value=value, **error.values),
            error.name,
            value,
        )
    if isinstance(error, errors.InvalidArgument):
        return _invalid(error, language)
    for kind_of_error, kind in _KIND_OF:
        if isinstance(error, kind_of_error):
            return _problem(kind, language, explained(error, language))
    if isinstance(error, OSError | MemoryError):
        said = os.strerror(errno.ENOMEM) if isinstance(error, MemoryError) else error.strerror or str(error)
        return _problem("unavailable", language, explained(OSError(said), language))
    return _problem("internal", language, detail_of("internal", language, value=type(error).__name__))


def _invalid(error: errors.InvalidArgument, language: str) -> Problem:
    kind = "unknown-parameter" if error.code == "unknown-parameter" else "invalid-argument"
    reason = translated(error.reason, language)
    value = _short(str(error.value))
    named = errors.InvalidArgument(error.name, value, error.reason, error.code, error.choices)
    detail = invalid(named, language, giver=error.name, reason=reason)
    problem = _problem(kind, language, detail, error.name, value)
    return msgspec.structs.replace(problem, code=error.code, choices=error.choices)


def _problem(kind: str, language: str, detail: str, name: str = "", value: str = "") -> Problem:
    return Problem(
        f"/api#{kind}",
        title_of(kind, language),
        KINDS[kind].status,
        printable(detail),
        kind,
        name,
        value,
        retry_after=RETRY_AFTER if kind in _PASSING else 0,
    )


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
