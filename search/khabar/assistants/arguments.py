"""The arguments of the tools. An assistant sees these structs as schemas, and its calls are checked against
them: an unknown name or a value of another type is refused, never ignored."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from khabar.entities.values import NameKind
from khabar.explore.timeline import Span
from khabar.query.tree import Match
from khabar.ranking.answers import Sort

__all__ = [
    "Arguments",
    "Conditions",
    "Counted",
    "Facets",
    "Names",
    "Quote",
    "Related",
    "Search",
    "Show",
    "Timeline",
    "Why",
]

#: Maximum length of an answer in characters if the assistant does not say: about 4,000 tokens of Arabic, a
#: small part of a model's context window.
USUAL_BUDGET = 12_000
FEWEST, MOST = 2_000, 60_000

_Budget = Annotated[
    int,
    Meta(
        ge=FEWEST,
        le=MOST,
        description="Maximum length of the answer in characters. What does not fit is left out and counted; "
        "to get it, ask again with the arguments that the answer gives under `next`.",
    ),
]
_QUERY = (
    "What to search for, in Arabic (Latin names too). Words match in any spelling and inflection: اكد finds "
    'أكّد and تأكيد. "…" keeps words in order, +word is required, -word is excluded, A OR B, title:word, '
    "word* ; no other operators."
)


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The arguments of every tool."""

    max_characters: _Budget = USUAL_BUDGET


class Conditions(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The conditions that can go with a query."""

    since: Annotated[
        str, Meta(description="Only articles published on or after this day: 2024-03-01, 2024-03, 2024.")
    ] = ""
    until: Annotated[str, Meta(description="Only articles published until this day, included.")] = ""
    source: Annotated[
        list[str], Meta(description="Only articles of these outlets, by the names that `facets` lists.")
    ] = []
    author: Annotated[list[str], Meta(description="Only articles by these authors.")] = []
    section: Annotated[
        list[str], Meta(description="Only articles in these sections, by the names that `facets` lists.")
    ] = []
    tag: Annotated[
        list[str], Meta(description="Only articles with any of these tags, by the names that `facets` lists.")
    ] = []
    language: Annotated[
        list[str], Meta(description="Only articles in these languages, by tags such as ar, fa, ur, ckb, en.")
    ] = []
    place: Annotated[
        list[str], Meta(description="Only articles from these places, by the names that `facets` lists.")
    ] = []
    where: Annotated[
        dict[str, list[str]],
        Meta(
            description="Only articles with any of these values in further fields, by the name of the field "
            'as `facets` takes it: {"desk": ["سياسة"]}.'
        ),
    ] = {}
    match: Annotated[
        Match | UnsetType,
        Meta(
            description="Whether an article must contain `all` words of the query or `any` of them. Default: "
            "any where the best come first, all where articles are counted."
        ),
    ] = UNSET


class Search(Conditions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    query: Annotated[str, Meta(description=_QUERY, min_length=1)]
    limit: Annotated[int, Meta(ge=1, le=50, description="Maximum number of articles.")] = 10
    offset: Annotated[int, Meta(ge=0, description="Number of articles to skip, for further pages.")] = 0
    sort: Annotated[
        Sort, Meta(description="Which articles come first: the best, the newest or the oldest.")
    ] = "relevance"
    group: Annotated[
        Literal["article", "story"],
        Meta(description="`story` folds articles that report the same story into one."),
    ] = "article"
    meaning: Annotated[
        bool,
        Meta(
            description="Let a model also rank the best articles by their meaning, and add articles that are "
            "close in meaning but contain no word of the query (`close_in_meaning`). For questions, and "
            "where articles may use other words. The answer says so if this was not possible."
        ),
    ] = False


class Show(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(description="The id of an article, as `search` gives it.", min_length=1)]
    archive: Annotated[
        str, Meta(description="The archive that the article is from, if the answer of `search` names one.")
    ] = ""
    from_paragraph: Annotated[int, Meta(ge=1, description="The first paragraph to return.")] = 1
    from_character: Annotated[
        int, Meta(ge=0, description="Number of characters to skip in that paragraph.")
    ] = 0


class Counted(Conditions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    query: Annotated[str, Meta(description=f"{_QUERY} Empty for all articles.")] = ""


class Facets(Counted, frozen=True, kw_only=True, forbid_unknown_fields=True):
    fields: Annotated[
        list[str],
        Meta(
            description="What to count by: source, author, section, tag, language, place, year, month, or a "
            "further field of this archive. An unknown name is answered with a list of the fields.",
            min_length=1,
        ),
    ] = msgspec.field(default_factory=lambda: ["source", "month"])
    limit: Annotated[int, Meta(ge=1, le=500, description="Maximum number of values of each field.")] = 20


class Names(Counted, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: Annotated[list[NameKind], Meta(description="Kinds of names to list. Default: all three.")] = []
    beside: Annotated[
        str,
        Meta(description="Only articles that name this person, place or organisation as well."),
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=100, description="Maximum number of names of each kind.")] = 15


class Timeline(Counted, frozen=True, kw_only=True, forbid_unknown_fields=True):
    by: Annotated[
        Span | Literal["auto"], Meta(description="The length of a period; auto gives at most 60 periods.")
    ] = "auto"


class Related(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(description="The id of an article, as `search` gives it.", min_length=1)]
    archive: Annotated[
        str, Meta(description="The archive that the article is from, if the answer of `search` names one.")
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=50, description="Maximum number of articles.")] = 10
    copies: Annotated[bool, Meta(description="Whether to list near-copies of the article as well.")] = False


class Why(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True):
    word: Annotated[str, Meta(description="One Arabic word, or a name such as عبد الله.", min_length=1)]


class Quote(Arguments, frozen=True, kw_only=True, forbid_unknown_fields=True):
    text: Annotated[
        str,
        Meta(description="The quotation to verify, in Arabic, without the text around it.", min_length=1),
    ]
    since: Annotated[str, Meta(description="Only articles published on or after this day.")] = ""
    until: Annotated[str, Meta(description="Only articles published until this day, included.")] = ""
    limit: Annotated[int, Meta(ge=1, le=20, description="Maximum number of places where it was found.")] = 5
