"""What else of a web page belongs to the article beside the blocks that were chosen: the lead and the
subtitle in front of them, and further ``<article>`` elements.

Many pages set these apart from the text, and trafilatura takes the first ``<article>`` alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from khabar.corpus.reasons import Reason
from khabar.corpus.web.page_blocks import WORTH, Block, Blocks, letters
from khabar.spelling import comparable

__all__ = ["with_articles", "with_lead", "with_subtitle"]

_LEAST_LEAD = 20
_FEWEST_WORDS = 3
_LONGEST_LEFT = 60


def with_lead(chosen: list[Block], blocks: Blocks, description: str) -> list[Block]:
    """``chosen`` with the paragraph in front of it that the page's description repeats, if it was left out.

    Many pages set the first paragraph apart from the others, and it is the one that says what happened.
    """
    opening = letters(description)[:40]
    if len(opening) < _LEAST_LEAD or any(letters(block.text).startswith(opening) for block in chosen):
        return chosen
    for block in blocks.readable():
        if chosen and block is chosen[0]:
            break
        if letters(block.text).startswith(opening) and not block.is_link and not block.heading:
            return [block, *chosen]
    return chosen


def with_subtitle(chosen: list[Block], blocks: Blocks, title: str) -> list[Block]:
    """``chosen`` with the subtitle between the headline and the text, if it was left out: what is named so by
    its class, or a heading that follows the headline at once."""
    readable = blocks.readable()
    first = next((place for place, block in enumerate(readable) if chosen and block is chosen[0]), 0)
    headline = comparable(title)
    at = next(
        (place for place in reversed(range(first)) if comparable(readable[place].text) == headline), None
    )
    if at is None or not headline:
        return chosen
    there = {letters(block.text) for block in chosen}
    found: list[Block] = []
    for place in range(at + 1, first):
        block = readable[place]
        part = blocks.parts[block.part]
        follows = block.heading and readable[at].heading and place == at + 1 + len(found)
        said = len(block.text.split()) >= _FEWEST_WORDS and not block.is_link
        # The header of a page is suspect, but not when the headline itself is in it.
        aside = part.suspect and not blocks.parts[readable[at].part].suspect
        named = part.subtitle or blocks.parts[part.parent].subtitle
        if said and not aside and (follows or named) and letters(block.text) not in there:
            found.append(block)
    return [*found, *chosen]


def with_articles(chosen: list[Block], blocks: Blocks, title: str) -> tuple[list[Block], tuple[Reason, ...]]:
    """``chosen`` with the page's other ``<article>`` elements where these are parts of the same story, and a
    note where they are not.

    A part has no headline of its own, or the page's headline stands over all of them. A teaser, whose
    headline is a link or whose only paragraph has a link beside it, is neither. An element with other text
    of the article in it is left as it is.
    """
    taken = {id(block) for block in chosen}
    known = {letters(block.text) for block in chosen}
    elements: dict[int, list[Block]] = {}
    for block in blocks.readable():
        if number := blocks.parts[block.part].article:
            elements.setdefault(number, []).append(block)
    read = [number for number, held in elements.items() if any(id(block) in taken for block in held)]
    if not read:
        return chosen, ()
    is_over = not any(
        block.heading and comparable(block.text) == comparable(title) for block in elements[read[0]]
    ) and any(
        block.heading and comparable(block.text) == comparable(title) and not blocks.parts[block.part].article
        for block in blocks.all
    )
    added: list[Block] = []
    left: list[Block] = []
    for number, held in elements.items():
        texts = _texts(held, blocks)
        if number in read or not texts or all(letters(block.text) in known for block in texts):
            continue
        headings = [block for block in held[: held.index(texts[0])] if block.heading]
        if any(block.is_link for block in (headings if len(texts) > 1 else held)):
            continue
        if blocks.parts[number].parent == blocks.parts[read[0]].parent and (is_over or not headings):
            added += [*headings, *texts]
        else:
            left.append((headings or texts)[0])
    notes = (
        (Reason.of("article-left", articles=len(left), title=left[0].text[:_LONGEST_LEFT]),) if left else ()
    )
    if not added:
        return chosen, notes
    ids = taken | {id(block) for block in added}
    return [block for block in blocks.readable() if id(block) in ids], notes


def _texts(held: Sequence[Block], blocks: Blocks) -> list[Block]:
    """The blocks of an element from its first paragraph on; [] if it has none."""
    usable = [block for block in held if not block.is_link and not blocks.parts[block.part].suspect]
    first = next(
        (place for place, block in enumerate(usable) if len(block.text) >= WORTH and not block.heading),
        len(usable),
    )
    return usable[first:]
