"""Why something was left out, as it is shown: the texts of :mod:`khabar.corpus.reason_texts` with errors in
the language too, and what was left out for the same reason in one line.
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

#: Number of spans of records, and of files, to name when not all are named.
_NAMED = 3


def reason_text(reason: Reason, language: str = "en") -> str:
    """A reason in words, without a full stop."""
    return _translated(reason, language).text(language)


def note_text(note: Note, language: str = "en", path: str = "") -> str:
    """A note on a file's articles in words; see :meth:`khabar.Note.text`."""
    return replace(note, reason=_translated(note.reason, language)).text(
        language, _shown(path or note.path, language)
    )


def _shown(path: str, language: str) -> str:
    return within_arabic(path) if language == "ar" else path


def _translated(reason: Reason, language: str) -> Reason:
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
    """What was left out for the same reason, in one line.

    Args:
        group: of it.
        language: to say it in.
        shown: how a path is shown.
        verbose: whether all is named, or only the first.
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
    """The first and the last of each run of numbers that follow one another."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def _some(names: Sequence[str], language: str, verbose: bool, more: bool) -> str:
    comma = "، " if language == "ar" else ", "
    shown = names if verbose else names[:_NAMED]
    return comma.join(shown) + (f"{comma}…" if more or len(shown) < len(names) else "")
