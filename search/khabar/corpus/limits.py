"""Limits on what is read, by what it costs to read and index it.

A byte of text may cost one byte of memory or two hundred, depending on the text: limits on size alone do not
protect. What exceeds a limit is left out, with the reason; what was read before it stays.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from khabar.arguments import check_fields, positive
from khabar.corpus.reasons import Reason
from khabar.serialize import Serializable

__all__ = ["Clock", "ReadLimits", "over"]

T = TypeVar("T")
_WORD = re.compile(r"\w+")
_MEBIBYTE = 1 << 20
#: Seconds that a file may take more for each article. Reading takes 0.4 ms for a record, ten for a page,
#: and several times as long on a machine that has other work: an hour is too little for five million.
_FOR_ARTICLE = 0.02


class ReadLimits(Serializable, msgspec.Struct, frozen=True):
    """The most that is read of a file, and of an article.

    Attributes:
        whole: bytes of a line, and of anything that must be in memory as a whole: a text, a page, a JSON
            record.
        ratio: unpacked bytes for each byte of a compressed file. (From a small file, 32 MiB may always be
            unpacked, or ``max_bytes`` if that is less.)
        depth: levels of archives in archives, and of files in files, such as attachments.
        members: files in an archive or a mailbox, including those in nested archives.
        articles: articles of a file.
        words: words of an article.
        letters: characters of an article.
        word_letters: characters of an article without a space between them.
        vocabulary: words of a file that the run had not met before. (They are counted during indexing;
            by then up to 16 million further characters may have been read.)
        tags: tags of a page or feed, and their attributes.
        skipped: records and members of a file that give no article.
        seconds: time that reading a file takes, without indexing; for each of its articles it may take a
            fiftieth of a second more, so that a large archive is read to its end.
    """

    whole: int = 64 * _MEBIBYTE
    ratio: int = 100
    depth: int = 4
    members: int = 250_000
    articles: int = 10_000_000
    words: int = 200_000
    letters: int = 2_000_000
    word_letters: int = 10_000
    vocabulary: int = 5_000_000
    tags: int = 1_000_000
    skipped: int = 200_000
    seconds: int = 3600

    def __post_init__(self) -> None:
        check_fields(self, **dict.fromkeys(self.__struct_fields__, positive))


class Clock:
    """Measures how long a file is being read, without the time that its consumer takes.

    Args:
        seconds: the limit; it grows with what was read.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._spent = 0.0
        self._more = 0.0
        self._since: float | None = None

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        now = 0.0 if self._since is None else time.monotonic() - self._since
        return self._spent + now > self.seconds + self._more

    def timed(self, read: Iterable[T]) -> Iterator[T]:
        """Yield the items of ``read``, and measure the time that getting each takes."""
        items = iter(read)
        while True:
            self._since = time.monotonic()
            try:
                item = next(items)
            except StopIteration:
                return
            finally:
                self._spent += time.monotonic() - self._since
                self._since = None
            self._more += _FOR_ARTICLE
            yield item


def over(texts: Sequence[str], limits: ReadLimits) -> Reason | None:
    """The reason why an article with these texts exceeds the limits; None if it does not. Words are counted
    only if there are enough characters for too many of them."""
    letters = sum(map(len, texts))
    if letters > limits.letters:
        return Reason.of("too-many-letters", limit=limits.letters)
    if letters > limits.word_letters:
        unbroken = re.compile(rf"\S{{{limits.word_letters}}}\S")
        if any(len(text) > limits.word_letters and unbroken.search(text) for text in texts):
            return Reason.of("too-long-word", limit=limits.word_letters)
    if letters > limits.words:
        left = limits.words
        for text in texts:
            for _ in _WORD.finditer(text):
                left -= 1
                if left < 0:
                    return Reason.of("too-many-words", limit=limits.words)
    return None
