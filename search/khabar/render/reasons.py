"""The reasons why input was skipped, for people: the texts of :mod:`khabar.corpus.reason_texts` with
translated errors, and one line for everything that was skipped for the same reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from khabar.corpus.reason_texts import has_pages, where_text
from khabar.render.arabic import translated
from khabar.render.messages import counted, say, within_arabic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from khabar.corpus.reasons import Reason
    from khabar.corpus.report import Note, SkippedTogether

__all__ = ["note_text", "reason_text", "together_text"]

#: The number of ranges of records, or of files, that are named if not all are.
_NAMED = 3


def reason_text(reason: Reason, language: str = "en") -> str:
    """A reason in words, without a full stop."""
    return _translated(reason, language).text(language)


def note_text(note: Note, language: str = "en", path: str = "") -> str:
    """A note on the articles of a file in words; see :meth:`khabar.Note.text`.

    Args:
        note: the note.
        language: ``en`` or ``ar``.
        path: the path to show, if not that of the note.
    """
    return replace(note, reason=_translated(note.reason, language)).text(
        language, _shown(path or note.path, language)
    )


def _shown(path: str, language: str) -> str:
    return within_arabic(path) if language == "ar" else path


def _translated(reason: Reason, language: str) -> Reason:
    """A reason with its error in a language."""
    values = (
        (name, translated(value, language) if name == "error" and isinstance(value, str) else value)
        for name, value in reason.values
    )
    return replace(reason, values=tuple(values))


def together_text(
    group: SkippedTogether,
    language: str = "en",
    shown: Callable[[str], str] = str,
    *,
    verbose: bool = False,
) -> str:
    """One line for everything that was skipped for the same reason.

    Args:
        group: the skipped input.
        language: ``en`` or ``ar``.
        shown: returns the text for a path.
        verbose: whether to name everything, not only the first.
    """
    if group.count == 1:
        path = _shown(shown(group.paths[0]), language)
        where = where_text(path, group.numbers[0] if group.numbers else None, language)
        return f"{where}: {reason_text(group.reason, language)}"
    reason = reason_text(group.reason, language)
    more = group.count > (len(group.numbers) or len(group.paths))
    if group.numbers:
        noun = "page" if has_pages(group.paths[0]) else "record"
        count = counted(group.count, noun, language)
        spans = [f"{first}–{last}" if last > first else f"{first}" for first, last in _spans(group.numbers)]
        key, named = "records together", _some(spans, language, verbose, more)
        return say(key, language, count=count, path=shown(group.paths[0]), reason=reason, named=named)
    count = counted(group.count, "file", language)
    named = _some([shown(path) for path in group.paths], language, verbose, more)
    return say("files together", language, count=count, reason=reason, named=named)


def _spans(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of consecutive numbers."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def _some(names: Sequence[str], language: str, verbose: bool, more: bool) -> str:
    """The first few names, or all; an ellipsis stands for others."""
    comma = "، " if language == "ar" else ", "
    shown = names if verbose else names[:_NAMED]
    return comma.join(shown) + (f"{comma}…" if more or len(shown) < len(names) else "")
