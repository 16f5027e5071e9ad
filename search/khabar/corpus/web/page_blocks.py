"""The blocks of a web page's text, and which of them are the article.

A block is a run of text between two tags that break lines (``<p>``, ``<div>``, ``<br>``, ``<td>`` …), with
white space as a browser shows it. What a browser does not show (scripts, forms' choices, hidden elements)
is not among them.

`article_blocks` chooses. The text that trafilatura extracts confirms which blocks belong to the article; the
blocks then give it as it was written, because trafilatura removes zero-width non-joiners. If trafilatura
finds too little, the article is the part of the page with the most text outside links, menus and comments.

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
"""characters: a shorter block may be a label"""
_LONG = 40
_WINDOW = 20_000


class Block(msgspec.Struct, frozen=True):
    """A run of text.

    Attributes:
        text: with white space collapsed.
        linked: how many of its characters are in links.
        part: the number of the element that holds it.
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
    furniture: bool  # by its tag or role: never the article
    suspect: bool  # by its class or id, or a page's header: perhaps not the article
    inside: bool  # of <article> or <main>
    weight: float
    heading: bool
    article: int  # the number of the outermost <article> that it is in, or 0
    subtitle: bool  # named as a subtitle or a lead


class Blocks:
    """A page's blocks in order, and the elements that hold them."""

    def __init__(self) -> None:
        self.all: list[Block] = []
        self.parts: list[_Part] = [_Part(0, False, False, False, 1.0, False, 0, False)]

    def open(self, element: HtmlElement, parent: int) -> int:
        """Note an element inside ``parent``; gives its number."""
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
                    # A theme names the body after its neighbours: «has-sidebar».
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
        """Whether the element ``part`` holds the block, at whatever depth."""
        at = block.part
        while at > part:  # an element's number is greater than that of what holds it
            at = self.parts[at].parent
        return at == part


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
    """The blocks that are the article, in order; ``extracted`` is what trafilatura found, or ""."""
    readable = blocks.readable()
    confirmed = _confirmed(readable, extracted)
    _drop_asides(blocks, readable, confirmed)
    if (
        sum(len(letters(block.text)) for block, yes in zip(readable, confirmed, strict=True) if yes)
        >= _ENOUGH
    ):
        return _filled(readable, confirmed)
    return _densest(blocks, readable)


def _confirmed(blocks: Sequence[Block], extracted: str) -> list[bool]:
    """For each block whether it was extracted: a short one as a line, a long one anywhere near its place.

    Of two with the same long text the later counts: the first is a teaser.
    """
    if not extracted:
        return [False] * len(blocks)
    lines = {letters(line) for line in extracted.splitlines()}
    whole = letters(extracted)
    position = 0
    last: dict[str, int] = {}
    result = []
    for number, block in enumerate(blocks):
        target = letters(block.text)
        if len(target) < _LONG:
            result.append(bool(target) and target in lines)
            continue
        at = whole.find(target, max(0, position - _WINDOW), position + len(target) + _WINDOW)
        position = max(position, at + len(target)) if at >= 0 else position
        result.append(at >= 0)
        if at >= 0 and target in last:
            result[last[target]] = False
        last[target] = number
    return result


def _drop_asides(blocks: Blocks, readable: Sequence[Block], confirmed: list[bool]) -> None:
    """Reject blocks in a list of comments or the like, unless nearly all blocks are in one."""
    asides = [
        place for place, block in enumerate(readable) if confirmed[place] and blocks.parts[block.part].suspect
    ]
    in_asides = sum(len(readable[place].text) for place in asides)
    if in_asides * 2 < sum(len(block.text) for block, yes in zip(readable, confirmed, strict=True) if yes):
        for place in asides:
            confirmed[place] = False


def _filled(blocks: Sequence[Block], confirmed: Sequence[bool]) -> list[Block]:
    """The confirmed blocks, and paragraphs between them in the same element that were left out."""
    parts = Counter(block.part for block, yes in zip(blocks, confirmed, strict=True) if yes)
    first, last = confirmed.index(True), len(confirmed) - 1 - confirmed[::-1].index(True)
    chosen = []
    for place in range(first, last + 1):
        block = blocks[place]
        belongs = parts[block.part] >= 2 and len(block.text) >= WORTH and not block.is_link
        if confirmed[place] or belongs:
            chosen.append(block)
    return chosen


def _densest(blocks: Blocks, readable: Sequence[Block]) -> list[Block]:
    """The blocks of the element that holds the most text."""
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
    # A paragraph is not a container: take the element that holds it and its neighbours.
    chosen = [block for block in texts if blocks.lies_in(block, best)]
    if len(chosen) == 1 and best:
        return [block for block in texts if blocks.lies_in(block, blocks.parts[best].parent)]
    return chosen


def letters(text: str) -> str:
    """The letters and digits of a text alone: what two extractions of it have in common."""
    return _NOT_LETTERS.sub("", text)
