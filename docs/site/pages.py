"""What the Markdown files are on the site: which of them are pages, what is beside them, where their links
lead.

A file is read on GitHub and on the site. What a page of Markdown cannot say on GitHub is added when it is
read:

- the pages beside the text are those that docs/README.md (docs/ar/README.md) lists, under its headings;
- a link to a page of the other language leads there; one to a folder is only its words; one to another file
  of the checkout is a copy of it;
- the ``<div dir>`` of the Arabic pages go: there the whole page runs from right to left. Of the English ones
  each Arabic quotation stands by itself, else two beside one another would be one run, in reverse.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

__all__ = ["PAGES", "ROOT", "as_a_page", "beside", "linked", "pages"]

ROOT = Path(__file__).parents[2]
#: The pages of each language, as patterns; the first is its home, the second lists the others.
PAGES = {
    "en": (
        "README.md",
        "docs/README.md",
        "docs/*.md",
        "docs/howto/*.md",
        "*.md",
        "*/README.md",
        "examples/*/README.md",
    ),
    "ar": ("README.ar.md", "docs/ar/README.md", "docs/ar/*.md"),
}
#: What those patterns match as well, and is a page of the other language.
NO_PAGES = {"en": {"README.ar.md"}, "ar": set[str]()}

#: A link of Markdown that is no picture: its words and its target.
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])+)\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_DIRECTION = re.compile(r'^(?:<div dir="(?:rtl|ltr)">|</div>)$', re.MULTILINE)
_CODE = re.compile(r'<code dir="ltr">(.*?)</code>')
_QUOTED = re.compile("«[^«»\n]*[\u0621-\u064a][^«»\n]*»")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@cache
def pages(of: str) -> list[str]:
    """The pages of a language, as paths from the checkout, the home first.

    >>> pages("ar")[0]
    'README.ar.md'
    """
    found = {
        path.relative_to(ROOT).as_posix(): None
        for pattern in PAGES[of]
        for path in sorted(ROOT.glob(pattern))
    }
    # Not what caches and builds leave in hidden folders and in build/.
    return [path for path in found if path not in NO_PAGES[of] and not path.startswith((".", "build/"))]


def as_a_page(text: str, docname: str, this: str) -> str:
    """The text of a file as Sphinx is to read it."""
    # Blocks of code stay as they are, so they stand aside meanwhile.
    blocks: list[str] = []

    def aside(block: re.Match[str]) -> str:
        # Requests without a host are no HTTP to the highlighter.
        blocks.append(re.sub("^```http$", "```text", block[0], flags=re.MULTILINE))
        return f"\0{len(blocks) - 1}\0"

    text = _FENCE.sub(aside, text)
    text = _CODE.sub(r"`\1`", _DIRECTION.sub("", text))
    if this == "en":
        # Else two quotations beside one another would be one run of Arabic, in reverse.
        text = "\n".join(
            line if line.startswith("#") else _QUOTED.sub(r"<bdi>\g<0></bdi>", line)
            for line in text.split("\n")
        )
    text = _LINK.sub(lambda link: linked(link[1], link[2], docname, this), text)
    text = re.sub("\0(\\d+)\0", lambda place: blocks[int(place[1])], text)
    home, contents, *_ = PAGES[this]
    if f"{docname}.md" == home:
        text = text.rstrip("\n") + "\n\n" + beside(contents, this)
    return text


def linked(words: str, target: str, docname: str, this: str) -> str:
    """A link of a page, as it leads somewhere on the site."""
    path, _, place = target.partition("#")
    if not path or re.match(r"[a-z]+:", path):
        return f"[{words}]({target})"
    folder = posixpath.dirname(docname)
    path = posixpath.normpath(posixpath.join(folder, path))
    other = "ar" if this == "en" else "en"
    if path in pages(other) and path not in pages(this):
        address = f"{'' if other == 'en' else 'ar/'}{path.removesuffix('.md')}.html"
        here = posixpath.join("" if this == "en" else "ar", folder)
        address = posixpath.relpath(address, here or ".")
        # As markup: a Markdown link would be looked for among the pages of this language.
        return f'<a class="reference" href="{address}{"#" + place if place else ""}">{words}</a>'
    if (ROOT / path).is_dir():
        return words
    return f"[{words}]({target})"


def beside(contents: str, this: str) -> str:
    """The tables of contents of the site: the pages that a list names, under its headings. Sphinx warns of a
    page that it does not name."""
    text = (ROOT / contents).read_text(encoding="utf-8")
    folder = posixpath.dirname(contents)
    parts = _HEADING.split(text)[1:]
    named = {PAGES[this][0]: None, contents: None}
    found = [_tree("", [contents])]
    for heading, section in zip(parts[::2], parts[1::2], strict=True):
        targets = [
            posixpath.normpath(posixpath.join(folder, link[2].partition("#")[0]))
            for link in _LINK.finditer(section)
        ]
        own = [path for path in dict.fromkeys(targets) if path in pages(this) and path not in named]
        named |= dict.fromkeys(own)
        if own:
            found.append(_tree(heading, own))
    return "\n".join(found)


def _tree(caption: str, paths: list[str]) -> str:
    head = ["```{toctree}", ":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join([*head, "", *(f"/{path.removesuffix('.md')}" for path in paths), "```", ""])
