"""Select the articles among WordPress posts, and remove the shortcodes from their texts.

The table ``wp_posts`` of a site's database, and its export (`khabar.corpus.exports.wxr`), contain posts,
pages, pictures, menus and earlier versions of posts, each with a type and a status
(https://developer.wordpress.org/reference/functions/get_post_statuses/). A published post is an article, also
one of a type that the site defined itself, such as «news».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from khabar.corpus.report import Aside

__all__ = ["check_post", "has_posts", "post_of_row", "without_shortcodes"]

_NO_ARTICLES = frozenset(
    {
        "attachment",
        "page",
        "revision",
        "nav_menu_item",
        "custom_css",
        "customize_changeset",
        "oembed_cache",
        "user_request",
    }
)
_SHORTCODE = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|[a-z]+_[a-z_]+)(?:\s[^\[\]]*+)?/?\]", re.A
)
_COLUMNS = frozenset({"post_title", "post_content", "post_type", "post_status"})
_NO_DATE = "0000-00-00"


def check_post(kind: str, status: str) -> None:
    """Check that a post is a published article.

    Args:
        kind: its ``post_type``.
        status: its ``post_status``.

    Raises:
        Aside: it is not.
    """
    if kind in _NO_ARTICLES or kind.startswith("wp_"):
        raise Aside("other-type", type=kind[:40])
    if status != "publish":
        raise Aside("not-published", status=status[:40])


def without_shortcodes(text: str) -> str:
    """A text without shortcodes such as ``[caption]``; the text between them stays.

    >>> without_shortcodes("[caption id='7']جسر المرفأ[/caption] افتتح الوزير الجسر.")
    'جسر المرفأ افتتح الوزير الجسر.'
    """
    return _SHORTCODE.sub("", text)


def has_posts(columns: Iterable[str]) -> bool:
    """Whether the columns of a table are those of WordPress posts."""
    return {column.lower() for column in columns} >= _COLUMNS


def post_of_row(row: Mapping[str, object]) -> dict[str, object]:
    """A row of a table of posts as a record.

    Args:
        row: its values by the names of their columns.

    Raises:
        Aside: it is not an article, or not published.
    """
    lowered = {name.lower(): value for name, value in row.items()}
    check_post(str(lowered["post_type"] or "post"), str(lowered["post_status"] or "publish"))
    return {
        name: without_shortcodes(value)
        if name.lower() == "post_content" and isinstance(value, str)
        else value
        for name, value in row.items()
        # The author is the number of a user.
        if name.lower() != "post_author" and not (isinstance(value, str) and value.startswith(_NO_DATE))
    }
