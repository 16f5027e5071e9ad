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
from khabar.web.problem_texts import KINDS, detail_of, title_of

__all__ = ["RETRY_AFTER", "Busy", "Problem", "Refused", "problem_of"]

#: Seconds after which a client may try again.
RETRY_AFTER = 2
#: Maximum number of characters of a value that is sent back.
_LONGEST = 200

#: The kinds of problems of the library's errors. The first class that an error is an instance of counts.
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
    """A problem with a request, or with its answer.

    Attributes:
        type: the address of the description of its kind, relative to the server: ``/api#KIND``. It never
            changes.
        title: a summary, the same for every problem of the kind.
        status: the HTTP status.
        detail: what is wrong in this case, and what to do.
        code: a fixed short name for programs: the kind, or for a value that is not accepted, one of the codes
            of :class:`khabar.InvalidArgument`.
        name: the name of the parameter; "" for none.
        value: its value, as sent.
        choices: the accepted values, or the most similar names.
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
        """The kind: one of :data:`khabar.web.problem_texts.KINDS`."""
        return self.type.rpartition("#")[2]

    def to_dict(self) -> dict[str, Any]:
        """The problem as plain data, without attributes that do not apply."""
        always = ["type", "title", "status", "detail", "code", *(["value"] if self.name else [])]
        return {key: value for key, value in super().to_dict().items() if key in always or value}


class Refused(Exception):
    """A request that the server refuses.

    Args:
        kind: one of :data:`khabar.web.problem_texts.KINDS`.
        name, value: the parameter and its value; "" for none.
        values: further values for the text of the detail.
    """

    def __init__(self, kind: str, name: str = "", value: str = "", **values: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.name = name
        self.value = value
        self.values = values


class Busy(Refused):
    """A request is refused because too many wait already."""

    def __init__(self) -> None:
        super().__init__("busy", seconds=RETRY_AFTER)


def problem_of(error: Exception, language: str) -> Problem:
    """The problem for an error, in a language."""
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
        text = os.strerror(errno.ENOMEM) if isinstance(error, MemoryError) else error.strerror or str(error)
        return _problem("unavailable", language, explained(OSError(text), language))
    return _problem("internal", language, detail_of("internal", language, value=type(error).__name__))


def _invalid(error: errors.InvalidArgument, language: str) -> Problem:
    kind = "unknown-parameter" if error.code == "unknown-parameter" else "invalid-argument"
    reason = translated(error.reason, language)
    value = _short(str(error.value))
    named = errors.InvalidArgument(error.name, value, error.reason, error.code, error.choices)
    detail = invalid(named, language, source=error.name, reason=reason)
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
