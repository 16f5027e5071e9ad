"""How much of a file is read, by what it costs to read and to index it.

A byte of text costs one byte or two hundred, depending on what the text is; so sizes alone protect nothing.
What is over a limit is left out with the reason, and what came before it stays.
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
        whole: bytes of a line, and of what must be in memory as a whole: a text, a page, a record of JSON.
        ratio: how many bytes are unpacked from a packed file for each of its own. (Of a small file 32 MiB, or
            ``max_bytes`` if that is less.)
        depth: archives inside one another, and files inside files, such as attachments.
        members: files in an archive or a mailbox, with those in archives in it.
        articles: articles of a file.
        words: words of an article.
        letters: characters of an article.
        word_letters: characters of an article that no space parts.
        vocabulary: words of a file that the run had not met before. (Counted when they are indexed;
            by then up to 16 million characters more may have been read.)
        tags: tags of a page or feed, with their attributes.
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
    """How long reading a file has taken; the time in which others use what was read does not count.

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
        """The same, with the time measured that getting each takes."""
        steps = iter(read)
        while True:
            self._since = time.monotonic()
            try:
                step = next(steps)
            except StopIteration:
                return
            finally:
                self._spent += time.monotonic() - self._since
                self._since = None
            self._more += _FOR_ARTICLE
            yield step


def over(texts: Sequence[str], limits: ReadLimits) -> Reason | None:
    """Why an article with these texts costs more than the limits allow; None if it does not. Words are
    counted only where there are letters enough."""
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
