"""The JSON Schemas of the answers of the API, made from the types of the library's values.

The schema of a value has one property per attribute, with the description from the docstring.
:data:`_SHAPED` has the schemas of values for which ``to_dict()`` differs from the attributes. Tests compare
every schema with real answers.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import msgspec

import khabar
from khabar.corpus.article import Article, Paragraph
from khabar.desk.values import DeskArticle, DeskList
from khabar.explore.batch import BatchRow
from khabar.explore.complete import Completion
from khabar.explore.facets import FIELDS, Facet, Facets
from khabar.explore.quotations import Quotation, Quotations, QuotedPlace
from khabar.explore.related import Related, RelatedArticle
from khabar.explore.timeline import Timeline
from khabar.highlight.matcher import Highlight
from khabar.highlight.whole import MarkedArticle
from khabar.query.explain import WordForm
from khabar.query.own_words import WordRule
from khabar.query.results import Hit, Results, Suggestion
from khabar.query.tree import Problem
from khabar.stories.story import Telling
from khabar.upkeep.honesty import LeftOut
from khabar.upkeep.reports import Commit
from khabar.web import problems
from khabar.web.changes import CHANGES
from khabar.web.endpoints import ENDPOINTS
from khabar.web.json_schema import TYPES, Schema, listed, record, ref, schema_of

__all__ = ["SCHEMAS", "schemas"]

_HEAD = ref("ArticleHead")
_COUNT: Schema = {"type": "integer"}
_TEXT: Schema = {"type": "string"}
_COUNTS: Schema = {"type": "object", "additionalProperties": _COUNT}
_MAYBE: Schema = {"type": ["integer", "null"]}
_LISTED = ("totals", "undated", "problems", "with_all", "with_any")


def _telling() -> Schema:
    head = schema_of(Article, without=["paragraphs", "pages"])["properties"]
    own = schema_of(Telling, without=["article"])["properties"]
    return record({**head, **own}, ["archive"], "An article of a story.")


def _body(kind: type[msgspec.Struct]) -> Schema:
    """The schema of the body of a request, in which attributes with defaults may be missing."""
    optional = kind.__struct_fields__[len(kind.__struct_fields__) - len(kind.__struct_defaults__) :]
    return schema_of(kind, optional=optional)


#: The schemas of values whose ``to_dict()`` differs from their attributes, and of answers that are not values
#: of the library.
_SHAPED: dict[str, Any] = {
    "ArticleHead": lambda: schema_of(Article, without=["paragraphs", "pages"]),
    "Hit": lambda: schema_of(
        Hit,
        optional=["explanation", "together", "recency", "story", "link", "meaning"],
        article=_HEAD,
        paragraph=record({"number": _COUNT, "text": _TEXT, "page": _COUNT}, ["page"]),
        link=_TEXT,
        story=listed(ref(Telling)),
    ),
    "Results": lambda: schema_of(Results, optional=["meaning", "also"]),
    "Paragraph": lambda: schema_of(Paragraph, optional=["page"]),
    "Telling": _telling,
    "MarkedArticle": lambda: schema_of(
        MarkedArticle,
        without=["paragraph_highlights"],
        article=_HEAD,
        paragraphs=listed(record({"number": _COUNT, "text": _TEXT, "highlights": listed(ref(Highlight))})),
    ),
    "Facet": lambda: schema_of(Facet, without=["field"]),
    "Facets": lambda: schema_of(
        Facets,
        # Kept fields are additional properties.
        facets=record(dict.fromkeys(FIELDS, ref(Facet)), FIELDS) | {"additionalProperties": ref(Facet)},
    ),
    "Timeline": lambda: schema_of(
        Timeline,
        without=_LISTED,
        queries=listed(
            record(
                {
                    "query": _TEXT,
                    "total": _COUNT,
                    "undated": _COUNT,
                    "problems": listed(ref(Problem)),
                    "with_all": _MAYBE,
                    "with_any": _MAYBE,
                }
            )
        ),
    ),
    "Related": lambda: schema_of(Related, article=_HEAD),
    "RelatedArticle": lambda: schema_of(RelatedArticle, article=_HEAD),
    "Suggestion": lambda: schema_of(Suggestion, changes=listed(record({"typed": _TEXT, "meant": _TEXT}))),
    "LeftOut": lambda: schema_of(
        LeftOut,
        skipped=listed(record({"kind": _TEXT, "count": _COUNT, "reason": _TEXT})),
        named=listed({"type": "object"}),
        notes=listed({"type": "object"}),
    ),
    "HttpProblem": lambda: schema_of(problems.Problem, optional=["name", "value", "choices", "retry_after"]),
    "QuotedPlace": lambda: schema_of(
        QuotedPlace,
        optional=["page", "link"],
        article=_HEAD,
        same={"type": "boolean"},
        said=_TEXT,
        page=_COUNT,
        link=_TEXT,
    ),
    "Quotation": lambda: schema_of(Quotation, undated=_COUNT),
    "Quotations": lambda: schema_of(Quotations, found=_COUNT),
    "Batch": lambda: record({"lines": listed(ref(BatchRow))}, about="The lines of a list."),
    "Completions": lambda: record({"words": listed(ref(Completion))}, about="Words of the index."),
    "Suggestions": lambda: record(
        {"suggestions": listed(ref(Suggestion))}, about="Other ways to write a query."
    ),
    "Why": lambda: record(
        {
            "word": _TEXT,
            "forms": listed(ref(WordForm)),
            "more": {**_COUNT, "description": "number of forms that are not listed"},
            "own_words": listed(ref(WordRule)),
        },
        about="The forms of a word.",
    ),
    "Alerts": lambda: record({"alerts": listed(ref("Alert"))}, about="The saved searches."),
    "Alert": lambda: schema_of(khabar.Alert, last_run={"type": ["string", "null"]}),
    "News": lambda: record(
        {"alerts": listed(record({"name": _TEXT, "query": _TEXT, "new": _COUNT, "hits": listed(ref(Hit))}))},
        about="The hits of saved searches that were not seen yet.",
    ),
    "DeskArticles": lambda: record(
        {
            "articles": listed(
                record({**schema_of(DeskArticle)["properties"], "in_index": {"type": ["boolean", "null"]}})
            )
        },
        about="Articles on the desk.",
    ),
    "DeskLists": lambda: record({"lists": listed(ref(DeskList))}, about="Lists of articles."),
    "Changed": lambda: record(
        {"name": _TEXT, "changed": _COUNT},
        about="The list or saved search that was changed, and the number of its articles that changed.",
    ),
    **{change.body.__name__: partial(_body, change.body) for change in CHANGES},
    "Info": lambda: record(
        {
            **dict.fromkeys(("index", "analyzer", "created", "updated", "written_by", "version"), _TEXT),
            **dict.fromkeys(("format", "articles", "paragraphs", "undated", "size"), _COUNT),
            **dict.fromkeys(("sources", "sections", "tags", "languages", "places"), _COUNTS),
            "fields": listed(_TEXT),
            "first": {"type": ["string", "null"]},
            "last": {"type": ["string", "null"]},
            "left_out": ref(LeftOut),
            "commits": listed(ref(Commit)),
            "archives": {"type": "object", "additionalProperties": ref("Info")},
        },
        ["left_out", "commits", "archives", "sections", "tags", "languages", "places", "fields"],
        "The contents of the index.",
    ),
}

#: The names of all schemas.
SCHEMAS = tuple(dict.fromkeys((*TYPES.values(), *_SHAPED)))


def schemas() -> dict[str, Schema]:
    """All schemas by their names, for the components of an OpenAPI description."""
    kinds = {name: kind for kind, name in TYPES.items()}
    bodies = {name: _SHAPED[name]() if name in _SHAPED else schema_of(kinds[name]) for name in SCHEMAS}
    answers = {call.answer for call in (*ENDPOINTS, *CHANGES)}
    answers |= {change.body.__name__ for change in CHANGES}
    pending = ["HttpProblem", *sorted(answers)]
    used: dict[str, Schema] = {}
    while pending:
        name = pending.pop()
        if name not in used:
            used[name] = bodies[name]
            pending += re.findall(r"#/components/schemas/(\w+)", msgspec.json.encode(bodies[name]).decode())
    return dict(sorted(used.items()))
