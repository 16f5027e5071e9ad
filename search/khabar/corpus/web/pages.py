"""Read web pages, with trafilatura (``pip install "khabar[html]"``).

The encoding is that of the byte order mark, UTF-8 if the bytes are valid, the one that the server or the page
declares, or a guess, in this order (`khabar.corpus.pieces.encoding.decode_page`).
`khabar.corpus.web.page_metadata` reads the metadata, and `khabar.corpus.web.page_blocks` finds the text of
the article.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from khabar.corpus.dates import parse_timestamp
from khabar.corpus.pieces.content import Draft, needs
from khabar.corpus.pieces.encoding import Decoded, decode_page
from khabar.corpus.pieces.streams import said
from khabar.corpus.report import Unreadable
from khabar.corpus.text.markup import plain
from khabar.corpus.text.paragraphs import body_of, headline_place, title_from
from khabar.corpus.web.page_blocks import Block, Blocks, article_blocks, blocks_of, letters
from khabar.corpus.web.page_dates import dates_in
from khabar.corpus.web.page_metadata import Metadata, metadata_of
from khabar.corpus.web.page_rest import with_articles, with_lead, with_subtitle
from khabar.corpus.web.saved_pages import is_packed_page, saved_from, unpacked_page
from khabar.spelling import comparable, has_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from khabar.corpus.pieces.content import Content, Found

__all__ = ["draft_of_page", "parsed", "read_page"]

_MOST_TAGS = 40_000
"""Maximum number of tags for trafilatura, which takes quadratic time: two seconds for this many. A page of a
newspaper has 3,000."""
_LONGEST_TITLE = 500
_LONGEST_DATE_LINE = 100
_NEAR = 8
"""How many blocks before the text may have its date."""
_CONTROLS = dict.fromkeys([*range(9), 11, *range(14, 32), 0x7F], " ")


def read_page(content: Content) -> Iterator[Found]:
    """Read the article in a web page."""
    needs("lxml.html", "trafilatura", what="pages", extra="html")
    data = content.data()
    if is_packed_page(data):
        data = unpacked_page(data, content.max_bytes)
    decoded = content.markup(decode_page(data))
    yield None, draft_of_page(decoded, saved_from(decoded.text), content.dates, content.fields)


def draft_of_page(
    page: Decoded, url: str = "", dates: str = "", fields: Mapping[str, str] | None = None
) -> Draft:
    """The article in a page.

    Args:
        page: the page.
        url: its address, if known.
        dates: the order of day, month and year in numeric dates.
        fields: the keys of kept fields (:func:`khabar.corpus.records.keeping.mapping_of`).

    Raises:
        Unreadable: it contains no article.
    """
    try:
        root = parsed(page.text)
        metadata = metadata_of(root, url, dates, fields)
        blocks = blocks_of(root)
        extracted = _extracted(root) if page.text.count("<") <= _MOST_TAGS else ""
    except MemoryError:
        raise
    # On hostile pages, lxml and trafilatura raise errors that they do not document.
    except Exception as error:
        raise Unreadable("broken-page", error=said(error)) from None
    chosen, notes = with_articles(article_blocks(blocks, extracted), blocks, metadata.title)
    chosen = with_subtitle(with_lead(chosen, blocks, metadata.description), blocks, metadata.title)
    text = "\n".join(_paragraphs(chosen, metadata))
    body = body_of(text)
    if not has_words(text) or not body:
        if not (metadata.is_article and metadata.title and has_words(metadata.description)):
            raise Unreadable("no-article-in-page")
        body = body_of(metadata.description)
    title = metadata.title if has_words(metadata.title) else ""
    title = title if len(title) <= _LONGEST_TITLE else title_from(title)
    return Draft(
        title=title
        or title_from(body.lines[headline_place(body.lines)] if body.lines else metadata.description),
        paragraphs=body.lines,
        source=metadata.source or body.source,
        author=metadata.author,
        published=metadata.published or _dated_above(blocks, chosen, dates),
        url=metadata.url,
        section=metadata.section,
        tags=metadata.tags,
        language=metadata.language,
        place=metadata.place,
        fields=metadata.fields,
        clutter=body.clutter,
        notes=(*metadata.notes, *notes),
    )


def _dated_above(blocks: Blocks, chosen: list[Block], dates: str) -> datetime | None:
    """The date in a short line between the headline and the text, which the page does not mark as a date."""
    readable = blocks.readable()
    first = next((index for index, block in enumerate(readable) if chosen and block is chosen[0]), 0)
    moment: datetime | None = None
    for block in reversed(readable[max(0, first - _NEAR) : first]):
        if block.heading:
            return moment
        if moment is None and len(block.text) <= _LONGEST_DATE_LINE and not block.is_link:
            moments = (parse_timestamp(text, dates) for text in dates_in(block.text))
            moment = next(filter(None, moments), None)
    return None  # without a headline above it, it is today's date, as newspapers show it


def parsed(text: str) -> HtmlElement:
    """Parse a page to a tree, without comments."""
    from lxml.html import HTMLParser, document_fromstring

    # As bytes with a given encoding, so that the parser ignores what the page declares.
    data = text.translate(_CONTROLS).encode("utf-8", "replace")
    root: HtmlElement = document_fromstring(
        data, parser=HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    )
    return root


def _extracted(root: HtmlElement) -> str:
    """The text that trafilatura takes for the article, or "". It destroys the tree."""
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    document = bare_extraction(root, include_comments=False, with_metadata=False)
    return "" if document is None else getattr(document, "text", "") or ""


def _paragraphs(chosen: list[Block], metadata: Metadata) -> list[str]:
    """The article's paragraphs: those on the page, unless JSON-LD has many more."""
    title = comparable(metadata.title)
    longest = 2 * len(metadata.title) + 20  # with marks and tatweel
    visible = [block.text for block in chosen if len(block.text) > longest or comparable(block.text) != title]
    in_json_ld = plain(metadata.text)
    if len(letters(in_json_ld)) > 1.3 * len(letters("".join(visible))):
        return in_json_ld.splitlines()
    return visible
