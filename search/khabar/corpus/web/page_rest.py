"""Add the rest of an article to the blocks that were chosen: its lead, its subtitle, further ``<article>``
elements.

Many pages separate these from the text, and trafilatura takes only the first ``<article>``.
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
    """Add the first paragraph to the chosen blocks, if it was left out.

    Many pages separate it from the others, although it says what happened. It is a block before the chosen
    ones that begins like the page's description.
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
    """Add the subtitles between the headline and the text to the chosen blocks, if they were left out: blocks
    whose class names them so, and headings directly after the headline."""
    readable = blocks.readable()
    first = next((index for index, block in enumerate(readable) if chosen and block is chosen[0]), 0)
    headline = comparable(title)
    headline_index = next(
        (index for index in reversed(range(first)) if comparable(readable[index].text) == headline), None
    )
    if headline_index is None or not headline:
        return chosen
    headline_block = readable[headline_index]
    chosen_texts = {letters(block.text) for block in chosen}
    subtitles: list[Block] = []
    for index in range(headline_index + 1, first):
        block = readable[index]
        part = blocks.parts[block.part]
        follows = block.heading and headline_block.heading and index == headline_index + 1 + len(subtitles)
        is_phrase = len(block.text.split()) >= _FEWEST_WORDS and not block.is_link
        # The header of a page is suspect, unless the headline itself is in it.
        aside = part.suspect and not blocks.parts[headline_block.part].suspect
        named = part.subtitle or blocks.parts[part.parent].subtitle
        if is_phrase and not aside and (follows or named) and letters(block.text) not in chosen_texts:
            subtitles.append(block)
    return [*subtitles, *chosen]


def with_articles(chosen: list[Block], blocks: Blocks, title: str) -> tuple[list[Block], tuple[Reason, ...]]:
    """Add the page's other ``<article>`` elements to the chosen blocks if they are parts of the same story;
    if not, return a note.

    A part has no headline of its own, or the page's headline is above all parts. Teasers, whose headline is a
    link or whose only paragraph has a link beside it, are ignored. Elements from which blocks were chosen are
    not extended.
    """
    chosen_ids = {id(block) for block in chosen}
    chosen_texts = {letters(block.text) for block in chosen}
    elements: dict[int, list[Block]] = {}
    for block in blocks.readable():
        if number := blocks.parts[block.part].article:
            elements.setdefault(number, []).append(block)
    read = [
        number for number, members in elements.items() if any(id(block) in chosen_ids for block in members)
    ]
    if not read:
        return chosen, ()

    def is_headline(block: Block) -> bool:
        return block.heading and comparable(block.text) == comparable(title)

    headline_above = not any(map(is_headline, elements[read[0]])) and any(
        is_headline(block) and not blocks.parts[block.part].article for block in blocks.all
    )
    added: list[Block] = []
    left: list[Block] = []
    for number, members in elements.items():
        texts = _texts(members, blocks)
        if number in read or not texts or all(letters(block.text) in chosen_texts for block in texts):
            continue
        headings = [block for block in members[: members.index(texts[0])] if block.heading]
        if any(block.is_link for block in (headings if len(texts) > 1 else members)):
            continue
        if blocks.parts[number].parent == blocks.parts[read[0]].parent and (headline_above or not headings):
            added += [*headings, *texts]
        else:
            left.append((headings or texts)[0])
    notes = (
        (Reason.of("article-left", articles=len(left), title=left[0].text[:_LONGEST_LEFT]),) if left else ()
    )
    if not added:
        return chosen, notes
    ids = chosen_ids | {id(block) for block in added}
    return [block for block in blocks.readable() if id(block) in ids], notes


def _texts(members: Sequence[Block], blocks: Blocks) -> list[Block]:
    """The blocks of an element from its first paragraph on; [] if it has none."""
    usable = [block for block in members if not block.is_link and not blocks.parts[block.part].suspect]
    first = next(
        (index for index, block in enumerate(usable) if len(block.text) >= WORTH and not block.heading),
        len(usable),
    )
    return usable[first:]
