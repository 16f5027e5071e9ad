"""Split the text of a web page into blocks, and select those of the article.

A block is a run of text between two tags that break lines (``<p>``, ``<div>``, ``<br>``, ``<td>`` …), with
white space as a browser shows it. Invisible content (scripts, options of forms, hidden elements) is left out.

`article_blocks` selects. The text that trafilatura extracts confirms which blocks belong to the article; the
blocks have the text as it was written, while trafilatura removes zero-width non-joiners. If trafilatura finds
too little, the article is the part of the page with the most text outside links, menus and comments.

``python benchmarks/readers.py pages`` compares khabar with trafilatura 2.3 alone. On 276 pages made of the
sample articles both find every line and nothing else. On 138 made pages with a notice of one or two short
lines, khabar still does; 15 to 37 % of trafilatura's lines are right, because it takes menus for text and
splits sentences at bold words. On six real pages with known dates khabar gives six right dates and five
leads, trafilatura five and three.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["WORTH", "Block", "Blocks", "article_blocks", "blocks_of", "letters"]

_BREAKS = frozenset(
    """
    address article aside blockquote body br center dd details div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td
    tfoot th thead tr ul
    """.split()  # noqa: SIM905
)
_UNSEEN = frozenset(
    """
    applet audio button canvas datalist embed head iframe input math noscript object option script
    select style svg template textarea title video
    """.split()  # noqa: SIM905
)
_FURNITURE = frozenset(["aside", "figcaption", "footer", "nav"])
_FURNITURE_ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog"]
)
_FURNITURE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|bread-?crumbs?|side-?bar|footer|comments?|disqus|related|share|sharing"
    r"|social|tags?|ads?|advert\w*|banner|cookies?|popup|modal|newsletter|subscri\w+|most-?(?:read|viewed|popular)"
    r"|latest|trending|widget|copyright|pagination|pager|ticker)(?:$|[\s_-])",
    re.I,
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_ARTICLE_NAMES = re.compile(
    r"article-?_?body|(?:article|story|post|entry|news)[-_]*(?:body|content|text|details)", re.I
)
_SUBTITLE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:sub-?(?:title|head(?:line|ing)?)|stand-?first|lead|lede|deck|dek|chapeau|intro(?:duction)?"
    r"|excerpt|summary)(?:$|[\s_-])",
    re.I,
)
_WHITE = re.compile(r"[ \t\n\r\f]+")
_NOT_LETTERS = re.compile(r"[\W_]+")

_ENOUGH = 250
"""Minimum number of confirmed letters for taking trafilatura's choice of blocks."""
WORTH = 25
"""Minimum number of characters of a paragraph: a shorter block may be a label."""
_LONG = 40
"""Number of letters from which on a block can be found inside a line of the extracted text."""
_WINDOW = 20_000
"""How far from the expected place a long block may be in the extracted text, in letters."""


class Block(msgspec.Struct, frozen=True):
    """A run of text.

    Attributes:
        text: its text, with white space collapsed.
        linked: the number of its characters in links.
        part: the number of the element that contains it.
        heading: whether it is a heading.
    """

    text: str
    linked: int
    part: int
    heading: bool

    @property
    def is_link(self) -> bool:
        """Whether more than half of it is in links."""
        return self.linked * 2 > len(self.text)


class _Part(msgspec.Struct):
    """An element that breaks lines."""

    parent: int
    furniture: bool  # by its tag or role, never part of the article
    suspect: bool  # by its class or id, or as the page's header, perhaps not part of the article
    inside: bool  # in <article> or <main>
    weight: float
    heading: bool
    article: int  # the number of the outermost <article> that contains it, or 0
    subtitle: bool  # its class or id names a subtitle or a lead


class Blocks:
    """The blocks of a page in order, and the elements that contain them."""

    def __init__(self) -> None:
        self.all: list[Block] = []
        self.parts: list[_Part] = [_Part(0, False, False, False, 1.0, False, 0, False)]

    def open(self, element: HtmlElement, parent: int) -> int:
        """Add an element inside ``parent``, and return its number."""
        above = self.parts[parent]
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        is_body = element.get("itemprop") == "articleBody" or _ARTICLE_NAMES.search(names)
        tag = element.tag
        self.parts.append(
            _Part(
                parent=parent,
                furniture=above.furniture
                or tag in _FURNITURE
                or (element.get("role") or "").lower() in _FURNITURE_ROLES,
                suspect=not is_body
                and tag != "main"
                and (
                    above.suspect
                    or (tag == "header" and not above.inside)
                    # Themes name the body after its neighbours: «has-sidebar».
                    or (tag not in ("body", "article") and _FURNITURE_NAMES.search(names) is not None)
                ),
                inside=above.inside or tag in ("article", "main"),
                weight=2.0 if is_body else 1.5 if tag in ("article", "main") else 1.0,
                heading=tag in ("h1", "h2", "h3", "h4", "h5", "h6"),
                article=above.article or (len(self.parts) if tag == "article" else 0),
                subtitle=not is_body and tag != "body" and _SUBTITLE_NAMES.search(names) is not None,
            )
        )
        return len(self.parts) - 1

    def readable(self) -> list[Block]:
        """The blocks that could be part of an article."""
        return [block for block in self.all if not self.parts[block.part].furniture]

    def lies_in(self, block: Block, part: int) -> bool:
        """Whether the element ``part`` contains the block, at any depth."""
        number = block.part
        while number > part:  # a parent has a smaller number
            number = self.parts[number].parent
        return number == part


def blocks_of(root: HtmlElement) -> Blocks:
    """The blocks of a parsed page."""
    from lxml.etree import iterwalk

    blocks = Blocks()
    open_parts = [0]
    pieces: list[str] = []
    links = linked = 0

    def end_block() -> None:
        nonlocal linked
        text = _WHITE.sub(" ", "".join(pieces)).strip()
        if text:
            part = open_parts[-1]
            blocks.all.append(Block(text, min(linked, len(text)), part, blocks.parts[part].heading))
        pieces.clear()
        linked = 0

    def add(text: str | None) -> None:
        nonlocal linked
        if text:
            pieces.append(text)
            linked += len(text.strip()) if links else 0

    walk: Any = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _BREAKS:
                end_block()
                open_parts.append(blocks.open(element, open_parts[-1]))
            if not isinstance(tag, str) or tag in _UNSEEN or _is_hidden(element):
                walk.skip_subtree()
                continue
            links += tag == "a"
            add(element.text)
        else:
            unseen = not isinstance(tag, str) or tag in _UNSEEN or _is_hidden(element)
            if tag in _BREAKS:
                end_block()
                open_parts.pop()
            if tag == "a" and not unseen:
                links -= 1
            if element is not root:
                add(element.tail)
    end_block()
    return blocks


def _is_hidden(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def article_blocks(blocks: Blocks, extracted: str) -> list[Block]:
    """The blocks of the article, in order; ``extracted`` is the text that trafilatura found, or ""."""
    readable = blocks.readable()
    confirmed = _confirmed(readable, extracted)
    _drop_asides(blocks, readable, confirmed)
    size = sum(len(letters(block.text)) for block, yes in zip(readable, confirmed, strict=True) if yes)
    return _filled(readable, confirmed) if size >= _ENOUGH else _densest(blocks, readable)


def _confirmed(blocks: Sequence[Block], extracted: str) -> list[bool]:
    """Whether each block was extracted: a short one as a line, a long one anywhere near its place.

    If two have the same long text, only the later one counts: the first is a teaser.
    """
    if not extracted:
        return [False] * len(blocks)
    # trafilatura writes the cells of a row between bars.
    lines = {letters(cell) for line in extracted.splitlines() for cell in (line, *line.split("|"))}
    whole = letters(extracted)
    position = 0
    last: dict[str, int] = {}
    result = []
    for number, block in enumerate(blocks):
        target = letters(block.text)
        if len(target) < _LONG:
            result.append(bool(target) and target in lines)
            continue
        start = whole.find(target, max(0, position - _WINDOW), position + len(target) + _WINDOW)
        position = max(position, start + len(target)) if start >= 0 else position
        result.append(start >= 0)
        if start >= 0 and target in last:
            result[last[target]] = False
        last[target] = number
    return result


def _drop_asides(blocks: Blocks, readable: Sequence[Block], confirmed: list[bool]) -> None:
    """Reject blocks in a list of comments or the like, unless nearly all blocks are in one."""
    asides = [
        index for index, block in enumerate(readable) if confirmed[index] and blocks.parts[block.part].suspect
    ]
    in_asides = sum(len(readable[index].text) for index in asides)
    if in_asides * 2 < sum(len(block.text) for block, yes in zip(readable, confirmed, strict=True) if yes):
        for index in asides:
            confirmed[index] = False


def _filled(blocks: Sequence[Block], confirmed: Sequence[bool]) -> list[Block]:
    """The confirmed blocks, and further paragraphs between them in the same elements."""
    parts = Counter(block.part for block, yes in zip(blocks, confirmed, strict=True) if yes)
    first, last = confirmed.index(True), len(confirmed) - 1 - confirmed[::-1].index(True)
    chosen = []
    for index in range(first, last + 1):
        block = blocks[index]
        belongs = parts[block.part] >= 2 and len(block.text) >= WORTH and not block.is_link
        if confirmed[index] or belongs:
            chosen.append(block)
    return chosen


def _densest(blocks: Blocks, readable: Sequence[Block]) -> list[Block]:
    """The blocks of the element that contains the most text."""
    texts = [block for block in readable if not block.is_link and not blocks.parts[block.part].suspect]
    scores: Counter[int] = Counter()
    for block in texts:
        if len(block.text) >= WORTH and not block.heading:
            part = blocks.parts[block.part]
            scores[block.part] += len(block.text)
            scores[part.parent] += len(block.text) // 2
    if not scores:
        return texts
    best = max(scores, key=lambda number: (scores[number] * blocks.parts[number].weight, -number))
    # A single paragraph is not a container: take the element around it and its neighbours.
    chosen = [block for block in texts if blocks.lies_in(block, best)]
    if len(chosen) == 1 and best:
        return [block for block in texts if blocks.lies_in(block, blocks.parts[best].parent)]
    return chosen


def letters(text: str) -> str:
    """Only the letters and digits of a text, which all extractions of it share."""
    return _NOT_LETTERS.sub("", text)
