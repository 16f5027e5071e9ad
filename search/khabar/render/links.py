"""Links to articles in rich output, by the escape sequence OSC 8 («Hyperlinks in terminal emulators», Egmont
Koblinger 2017).

The target of a link comes from outside, and is written inside an escape sequence. So it contains only the
characters of an address: all others, above all control characters, are percent-encoded. An article without a
web address links to its file, if that is a local file that is not executable: a click in an index from
outside must not start a program.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from khabar.corpus.article import at_page

if TYPE_CHECKING:
    from khabar.corpus.article import Article
    from khabar.render.look import Look
    from khabar.render.terminal import Text

__all__ = ["linked", "shows_links", "target_of", "without_links"]

#: The signs that stay unencoded in an address; the percent sign, because addresses are already encoded.
_SIGNS = "%/:?#[]@!$&'()*+,;=-._~"
#: The maximum length of an address, by the specification.
_LONGEST = 2083
_LINK = re.compile("\x1b\\]8;[^\x1b]*\x1b\\\\")

#: The variables of terminals without links, and the beginnings of their values. (Most other terminals ignore
#: escape sequences that they do not know.)
_WITHOUT = (("TERM", "dumb"), ("TERM", "unknown"), ("TERM", "linux"), ("TERM_PROGRAM", "Apple_Terminal"))
#: The variables of GNU screen and Emacs.
_NEVER = ("STY", "INSIDE_EMACS")


def shows_links(environment: Mapping[str, str]) -> bool:
    """Whether links may be written to the terminal of an environment.

    >>> shows_links({"TERM": "xterm-256color"}), shows_links({"TERM": "linux"}), shows_links({})
    (True, False, False)
    """
    if not environment.get("TERM") or any(environment.get(name) for name in _NEVER):
        # Windows Terminal sets WT_SESSION instead of TERM.
        return bool(environment.get("WT_SESSION")) and not any(map(environment.get, _NEVER))
    return not any(environment.get(name, "").startswith(value) for name, value in _WITHOUT)


def target_of(article: Article, page: int | None = None) -> str:
    """The target of the link of an article: its web address, else its file, with the page; "" for none.

    Args:
        article: the article.
        page: the page of the document; None for no page.
    """
    target = at_page(_web(article.url) or _file(article.path), page)
    return target if len(target) <= _LONGEST else ""


def _web(url: str) -> str:
    """A web address that is safe in an escape sequence; "" if it is not http or https.

    >>> _web("https://example.org/خبر?a=1"), _web("javascript:alert(1)")
    ('https://example.org/%D8%AE%D8%A8%D8%B1?a=1', '')
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return quote(url, safe=_SIGNS, errors="replace")


def _file(path: str) -> str:
    """The address of the file from which an article was read; "" if it does not exist or is executable."""
    for file in _files(path):
        try:
            status = file.stat()
        except (OSError, ValueError):
            continue
        if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o111:
            return ""
        # The name of the host keeps a terminal on another machine from opening a file there.
        return f"file://{quote(_host())}{quote(file.as_posix(), safe='/')}"
    return ""


def _files(path: str) -> Iterator[Path]:
    """The possible files of an article's path, which may end with ``!member`` and ``#record``."""
    if not path.startswith("/"):
        return
    yield Path(path)
    rest = re.sub(r"#\d+$", "", path)
    yield Path(rest)
    while "!" in rest:
        rest = rest.rpartition("!")[0]
        yield Path(rest)


@cache
def _host() -> str:
    import socket

    return socket.gethostname()


def linked(text: Text, article: Article, look: Look, page: int | None = None) -> Text:
    """The text, as a link to an article or a page of it, if the look has links and there is a target."""
    if look.links and (target := target_of(article, page)):
        from rich.style import Style

        text.stylize(Style(link=target))
    return text


def without_links(text: str) -> str:
    """Output for a terminal without its links, for a pager that does not support them."""
    return _LINK.sub("", text)
