"""The JSON Schemas of the answers of the API, made of the types of the library's values.

A value's schema has one property for each attribute, with its description from the docstring. Where
``to_dict()`` says it in another way, :data:`_SHAPED` does too. The tests hold every schema against real
answers, with nothing missing and nothing more.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

import khabar
from khabar.corpus.article import Article, Paragraph
from khabar.desk.values import DeskArticle, DeskList
from khabar.explore.batch import BatchRow, SourceCount
from khabar.explore.complete import Completion
from khabar.explore.facets import FIELDS, Facet, Facets, FacetValue
from khabar.explore.quotations import Difference, Quotation, Quotations, QuotedPlace
from khabar.explore.related import Link, Related, RelatedArticle
from khabar.explore.terms import KeyTerm, KeyTerms
from khabar.explore.timeline import Bucket, Timeline
from khabar.highlight.matcher import Highlight
from khabar.highlight.snippet import Snippet
from khabar.highlight.whole import MarkedArticle
from khabar.index.reports import Commit
from khabar.query.explain import FoundForm, WordForm, WordShare, WordsTogether
from khabar.query.interpret import Interpretation, QueryWord
from khabar.query.own_words import WordRule
from khabar.query.results import Hit, Results, Suggestion
from khabar.query.tree import Problem
from khabar.stories.story import Story, Telling
from khabar.upkeep.closings import Closing
from khabar.upkeep.honesty import LeftOut
from khabar.web import problems
from khabar.web.endpoints import CHANGES, ENDPOINTS

__all__ = ["SCHEMAS", "schemas"]

Schema = dict[str, Any]

#: Attributes that are said only where several archives are open as one.
_OF_SEVERAL = ("archive", "also_in", "archives")
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}

#: The values that answers are made of, each with its schema's name.
_TYPES: dict[type, str] = {
    each: each.__name__
    for each in (
        Article,
        Bucket,
        Closing,
        Commit,
        Completion,
        Facet,
        Facets,
        FacetValue,
        FoundForm,
        Highlight,
        Hit,
        KeyTerm,
        KeyTerms,
        LeftOut,
        Link,
        MarkedArticle,
        Paragraph,
        Problem,
        Related,
        RelatedArticle,
        Results,
        Snippet,
        Suggestion,
        Telling,
        Timeline,
        WordForm,
        WordRule,
        WordShare,
        WordsTogether,
        DeskArticle,
        DeskList,
        Interpretation,
        QueryWord,
        BatchRow,
        SourceCount,
        Difference,
        Quotation,
        Quotations,
        QuotedPlace,
    )
} | {problems.Problem: "HttpProblem"}

#: What annotations name that their modules import for type checkers alone.
_NAMES = {
    "Story": Story,
    "Path": Path,
    **{each.__name__: each for each in _TYPES if each.__name__ != "Problem"},
}


def _ref(kind: type | str) -> Schema:
    return {"$ref": f"#/components/schemas/{kind if isinstance(kind, str) else _TYPES[kind]}"}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _object(properties: Mapping[str, Schema], optional: Sequence[str] = (), about: str = "") -> Schema:
    """An object with these keys and no other."""
    schema: Schema = {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }
    return {"description": about, **schema} if about else schema


def _schema(hint: Any) -> Schema:
    """The schema of a type, as :func:`khabar.serialize.plain` makes plain data of its values."""
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if hint in _TYPES:
        return _ref(hint)
    if hint is datetime:
        return {"type": "string", "description": "A moment in ISO form, perhaps without a zone."}
    if hint is date:
        return {"type": "string", "format": "date"}
    if isinstance(hint, type) and issubclass(hint, Path):
        return {"type": "string"}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin in (Union, types.UnionType):
        options = [_schema(each) for each in arguments]
        plain = [each["type"] for each in options if set(each) == {"type"}]
        return {"type": plain} if len(plain) == len(options) else {"anyOf": options}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _list(_schema(arguments[0]))
    raise TypeError(f"there is no schema of {hint!r}")


def _described(kind: type) -> dict[str, str]:
    """The descriptions of a struct's attributes, from its docstring."""
    _, _, listed = inspect.getdoc(kind).partition("Attributes:\n")  # type: ignore[union-attr]
    found: dict[str, str] = {}
    for names, about in re.findall(r"^    ([a-z_, ]+):((?:.*\n?)(?: {8}.*\n?)*)", listed, re.MULTILINE):
        # Marks of documentation mean nothing here.
        text = re.sub(r":\w+:`~?([^`]*)`|`+([^`]*)`+", r"\1\2", " ".join(about.split()))
        found |= dict.fromkeys((name.strip() for name in names.split(",")), text)
    return found


def _of(
    kind: type, *, without: Sequence[str] = (), optional: Sequence[str] = (), **replaced: Schema
) -> Schema:
    """The schema of a struct.

    Args:
        kind: the struct.
        without: attributes that are left out.
        optional: attributes that are not always there.
        replaced: the schemas of attributes that are said in another way, and of further ones.
    """
    hints = get_type_hints(kind, localns=_NAMES)
    told = _described(kind)
    properties: dict[str, Schema] = {}
    for name in kind.__struct_fields__:  # type: ignore[attr-defined]
        if name.startswith("_") or name in without:
            continue
        schema = replaced.pop(name) if name in replaced else _schema(hints[name])
        properties[name] = {**schema, "description": told[name]} if told.get(name) else schema
    about = inspect.getdoc(kind) or ""
    return _object(
        {**properties, **replaced}, (*optional, *_OF_SEVERAL), about.partition("\n\n")[0].replace("\n", " ")
    )


_HEAD = _ref("ArticleHead")
_COUNT: Schema = {"type": "integer"}
_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["integer", "null"]}
_LISTED = ("totals", "undated", "problems", "with_all", "with_any")


def _telling() -> Schema:
    head = _of(Article, without=["paragraphs"])["properties"]
    return _object(
        {**head, **_of(Telling, without=["article"])["properties"]}, about="An article of a story."
    )


def _body(kind: type[msgspec.Struct]) -> Schema:
    """The schema of a body that is sent: what has a default may be left out."""
    optional = kind.__struct_fields__[len(kind.__struct_fields__) - len(kind.__struct_defaults__) :]
    return _of(kind, optional=optional)


#: What ``to_dict()`` says otherwise than by the attributes.
_SHAPED: dict[str, Any] = {
    "ArticleHead": lambda: _of(Article, without=["paragraphs"]),
    "Hit": lambda: _of(
        Hit,
        optional=["explanation", "together", "recency", "story"],
        article=_HEAD,
        paragraph=_object({"number": _COUNT, "text": _TEXT}),
        story=_list(_ref(Telling)),
    ),
    "Telling": _telling,
    "MarkedArticle": lambda: _of(
        MarkedArticle,
        without=["paragraph_highlights"],
        article=_HEAD,
        paragraphs=_list(_object({"number": _COUNT, "text": _TEXT, "highlights": _list(_ref(Highlight))})),
    ),
    "Facet": lambda: _of(Facet, without=["field"]),
    "Facets": lambda: _of(Facets, facets=_object(dict.fromkeys(FIELDS, _ref(Facet)), FIELDS)),
    "Timeline": lambda: _of(
        Timeline,
        without=_LISTED,
        queries=_list(
            _object(
                {
                    "query": _TEXT,
                    "total": _COUNT,
                    "undated": _COUNT,
                    "problems": _list(_ref(Problem)),
                    "with_all": _MAYBE,
                    "with_any": _MAYBE,
                }
            )
        ),
    ),
    "Related": lambda: _of(Related, article=_HEAD),
    "RelatedArticle": lambda: _of(RelatedArticle, article=_HEAD),
    "Suggestion": lambda: _of(Suggestion, changes=_list(_object({"typed": _TEXT, "meant": _TEXT}))),
    "LeftOut": lambda: _of(
        LeftOut,
        skipped=_list(_object({"kind": _TEXT, "count": _COUNT, "reason": _TEXT})),
        named=_list({"type": "object"}),
        notes=_list({"type": "object"}),
    ),
    "HttpProblem": lambda: _of(problems.Problem, optional=["name", "value", "choices", "retry_after"]),
    "QuotedPlace": lambda: _of(QuotedPlace, article=_HEAD, same={"type": "boolean"}, said=_TEXT),
    "Quotation": lambda: _of(Quotation, undated=_COUNT),
    "Quotations": lambda: _of(Quotations, found=_COUNT),
    "Batch": lambda: _object({"lines": _list(_ref(BatchRow))}, about="The lines of a list."),
    # Answers that are no value of the library's own.
    "Completions": lambda: _object({"words": _list(_ref(Completion))}, about="Words of the index."),
    "Suggestions": lambda: _object(
        {"suggestions": _list(_ref(Suggestion))}, about="Other ways to write a query."
    ),
    "Why": lambda: _object(
        {
            "word": _TEXT,
            "forms": _list(_ref(WordForm)),
            "more": {**_COUNT, "description": "number of forms that are not listed"},
            "own_words": _list(_ref(WordRule)),
        },
        about="The forms of a word.",
    ),
    "Alerts": lambda: _object({"alerts": _list(_ref("Alert"))}, about="The saved searches."),
    "Alert": lambda: _of(khabar.Alert, last_run={"type": ["string", "null"]}),
    "News": lambda: _object(
        {"alerts": _list(_object({"name": _TEXT, "query": _TEXT, "new": _COUNT, "hits": _list(_ref(Hit))}))},
        about="What saved searches have found that was not seen yet.",
    ),
    "DeskArticles": lambda: _object(
        {
            "articles": _list(
                _object({**_of(DeskArticle)["properties"], "in_index": {"type": ["boolean", "null"]}})
            )
        },
        about="Articles on the desk.",
    ),
    "DeskLists": lambda: _object({"lists": _list(_ref(DeskList))}, about="Lists of articles."),
    "Changed": lambda: _object(
        {"name": _TEXT, "changed": _COUNT},
        about="Which list or saved search was changed, and how many articles of it.",
    ),
    **{each.body.__name__: partial(_body, each.body) for each in CHANGES},
    "Info": lambda: _object(
        {
            **dict.fromkeys(("index", "analyzer", "created", "updated", "written_by", "version"), _TEXT),
            **dict.fromkeys(("format", "articles", "paragraphs", "undated", "size"), _COUNT),
            "sources": {"type": "object", "additionalProperties": _COUNT},
            "first": {"type": ["string", "null"]},
            "last": {"type": ["string", "null"]},
            "left_out": _ref(LeftOut),
            "commits": _list(_ref(Commit)),
            "archives": {"type": "object", "additionalProperties": _ref("Info")},
        },
        ["left_out", "commits", "archives"],
        "What the index holds.",
    ),
}

#: The names of all schemas.
SCHEMAS = tuple(dict.fromkeys((*_TYPES.values(), *_SHAPED)))


def schemas() -> dict[str, Schema]:
    """All schemas by their names, for the components of an OpenAPI description."""
    kinds = {name: kind for kind, name in _TYPES.items()}
    made = {name: _SHAPED[name]() if name in _SHAPED else _of(kinds[name]) for name in SCHEMAS}
    answers = {each.answer for each in (*ENDPOINTS, *CHANGES)} | {each.body.__name__ for each in CHANGES}
    wanted = ["HttpProblem", *sorted(answers)]
    used: dict[str, Schema] = {}
    while wanted:
        name = wanted.pop()
        if name not in used:
            used[name] = made[name]
            wanted += re.findall(r"#/components/schemas/(\w+)", msgspec.json.encode(made[name]).decode())
    return dict(sorted(used.items()))
