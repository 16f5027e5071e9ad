"""Links to articles in rich output: OSC 8, which terminals show as a link («Hyperlinks in terminal
emulators», Egmont Koblinger 2017).

What a link leads to comes from outside, and is written inside an escape sequence. So it has nothing but the
signs of an address: everything else, control characters first of all, is percent-encoded. An article without
an address of the web leads to its file, if that is a file here that nobody can execute: an index from a
stranger must not make a program of a click.
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

#: What may stand in an address as it is; the percent sign since addresses are encoded already.
_SIGNS = "%/:?#[]@!$&'()*+,;=-._~"
#: The longest address that a terminal takes, by its specification.
_LONGEST = 2083
_LINK = re.compile("\x1b\\]8;[^\x1b]*\x1b\\\\")

#: What terminals without links set, and how its value begins. (Most others ignore what they do not know.)
_WITHOUT = (("TERM", "dumb"), ("TERM", "unknown"), ("TERM", "linux"), ("TERM_PROGRAM", "Apple_Terminal"))
#: GNU screen, and Emacs.
_NEVER = ("STY", "INSIDE_EMACS")


def shows_links(environment: Mapping[str, str]) -> bool:
    """Whether the terminal of an environment may be sent links.

    >>> shows_links({"TERM": "xterm-256color"}), shows_links({"TERM": "linux"}), shows_links({})
    (True, False, False)
    """
    if not environment.get("TERM") or any(environment.get(name) for name in _NEVER):
        # Windows Terminal sets another variable.
        return bool(environment.get("WT_SESSION")) and not any(map(environment.get, _NEVER))
    return not any(environment.get(name, "").startswith(value) for name, value in _WITHOUT)


def target_of(article: Article, page: int | None = None) -> str:
    """Where the link of an article leads: its address, if it is of the web, else its file, with the page of
    it; "" for nowhere."""
    target = at_page(_web(article.url) or _file(article.path), page)
    return target if len(target) <= _LONGEST else ""


def _web(url: str) -> str:
    """An address as it may stand in an escape sequence; "" for any that is not http or https.

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
    """The address of the file that an article was read from; "" if it is not here, or can be executed."""
    for each in _files(path):
        try:
            found = each.stat()
        except (OSError, ValueError):
            continue
        if not stat.S_ISREG(found.st_mode) or found.st_mode & 0o111:
            return ""
        # With the machine's name, so that a terminal on another one does not look for it there.
        return f"file://{quote(_host())}{quote(each.as_posix(), safe='/')}"
    return ""


def _files(path: str) -> Iterator[Path]:
    """What may be the file in the path of an article, which goes on with ``!member`` and ``#record``."""
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
    """A text, as a link to an article, or a page of it, if links are asked for and it has somewhere to lead
    to."""
    if look.links and (target := target_of(article, page)):
        from rich.style import Style

        text.stylize(Style(link=target))
    return text


def without_links(text: str) -> str:
    """What is shown on a terminal without its links, for a pager that does not know them."""
    return _LINK.sub("", text)
