"""Shared by all pages: the templates, the language of a page, and safe pieces of markup.

Templates escape everything except trusted markup. Only :mod:`khabar.render.html` and
:mod:`khabar.highlight.markup` make such markup: they escape text, make control characters visible, and give
every text from outside its own direction.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from khabar._version import __version__
from khabar.highlight import markup
from khabar.render import html
from khabar.render.hit import closeness_text, day_of
from khabar.render.look import Look
from khabar.render.messages import DEPTH_NAMES, NOT_FOUND, TOGETHER, counted, depth_name, say
from khabar.render.text import date, percent
from khabar.spelling import printable
from khabar.web.texts import text_of

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from khabar.corpus.article import Article

__all__ = ["article_address", "look_of", "rendered"]

#: The beginning of a date in a query. After Arabic text, its parts would be reordered; a direction mark
#: before it, which a query ignores, prevents this.
_DATED = re.compile(r"(?<![\d\u200e-])(?=\d{4}-\d)")


def look_of(language: str) -> Look:
    """The look of results on a page."""
    return Look(language=language)


def article_address(article_id: str, base: str = "/article/") -> str:
    """The path of an article's page."""
    if article_id in (".", ".."):
        # Browsers resolve these as folders.
        return f"{base}?id={article_id}"
    return base + quote(article_id, safe="", errors="replace")


def rendered(template: str, language: str, **context: Any) -> str:
    """A page as markup.

    Args:
        template: the name of its template.
        language: ``ar`` or ``en``.
        context: the values that the template shows.
    """
    return _environment(language).get_template(template).render(**context)


@cache
def _environment(language: str) -> Environment:
    """The templates of a language."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("khabar.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    look = look_of(language)
    arabic = language == "ar"

    def bdi(text: object) -> Markup:
        return Markup(html.apart(str(text)))

    def phrased(key: str, **values: object) -> Markup:
        """A text of khabar as markup; values in it may come from outside, and keep their directions."""
        # Placeholders for the values: characters that no text contains and that need no escaping.
        marks = {name: f"\ue000{number}\ue000" for number, name in enumerate(values)}
        text = markup.plain(text_of(key, language, **marks))
        for name, value in values.items():
            part = value if isinstance(value, Markup) else bdi(value)
            text = text.replace(marks[name], str(part))
        return Markup(text)

    environment.globals |= {
        "arabic": arabic,
        "language": language,
        "version": __version__,
        "depth_names": {depth: names[arabic] for depth, names in DEPTH_NAMES.items()},
        "not_found": NOT_FOUND[arabic],
        "together": {how: names[arabic] for how, names in TOGETHER.items()},
        "comma": "، " if arabic else ", ",
        "t": lambda key, **values: text_of(key, language, **values),
        "phrased": phrased,
        "say": lambda key, **values: say(key, language, **values),
        "counted": lambda count, noun: counted(count, noun, language),
        "depth_name": lambda depth: depth_name(depth, language),
        "bdi": bdi,
        # An address runs from left to right, even if it begins with Arabic.
        "address": lambda text: Markup(f'<bdi dir="ltr">{markup.plain(str(text))}</bdi>'),
        "lines": lambda text: Markup("<br>").join(bdi(line) for line in str(text).splitlines()),
        "query_text": lambda query: bdi(_DATED.sub("\u200e", query)),
        "own": lambda text: Markup(html.sentence(_DATED.sub("\u200e", text), look)),
        "directed": lambda text: Markup(html.directed(text, look)),
        "marked": lambda text, highlights: Markup(markup.marked(text, highlights)),
        "web_address": lambda url: Markup(html.address_of(url)),
        "article_address": article_address,
        "outlet_of": lambda article, archive="": outlet_of(article, archive, language),
        "date": date,
        "percent": percent,
        "closeness_text": closeness_text,
    }
    environment.filters["shown"] = lambda text: Markup(markup.plain(str(text)))
    environment.filters["number"] = lambda count: f"{count:,}"
    environment.filters["flat"] = lambda text: printable(str(text)).strip()
    return environment


def outlet_of(article: Article, archive: str = "", language: str = "en") -> list[tuple[str, str]]:
    """The known details of an article's publication: date, source, author, section, tags and archive, each
    with its kind."""
    # Articles indexed by old versions of khabar have no sections and tags.
    tags = [(tag, "tag") for tag in getattr(article, "tags", ())]
    parts = [
        (day_of(article, language), "day"),
        (article.source, "source"),
        (article.author, "author"),
        (getattr(article, "section", ""), "section"),
        *tags,
        (archive, "archive"),
    ]
    return [(text.strip(), kind) for text, kind in parts if text.strip()]
