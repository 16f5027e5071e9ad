"""Makes JSON Schemas from the types of the library's values: one property per attribute, with the description
from the docstring."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from khabar.corpus.article import Article, Paragraph
from khabar.desk.values import DeskArticle, DeskList
from khabar.explore.batch import BatchRow, SourceCount
from khabar.explore.complete import Completion
from khabar.explore.facets import Facet, Facets, FacetValue
from khabar.explore.names import Name, NameEvidence, Names, NameSpelling
from khabar.explore.quotations import Difference, Quotation, Quotations, QuotedPlace
from khabar.explore.related import Link, Related, RelatedArticle
from khabar.explore.terms import KeyTerm, KeyTerms
from khabar.explore.timeline import Bucket, Timeline
from khabar.highlight.matcher import Highlight
from khabar.highlight.snippet import Snippet
from khabar.highlight.whole import MarkedArticle
from khabar.query.explain import FoundForm, WordForm, WordShare, WordsTogether
from khabar.query.interpret import Interpretation, QueryWord
from khabar.query.own_words import WordRule
from khabar.query.results import Closeness, Hit, MeaningUsed, Results, Suggestion
from khabar.query.tree import Problem
from khabar.stories.story import Story, Telling
from khabar.upkeep.closings import Closing
from khabar.upkeep.honesty import LeftOut
from khabar.upkeep.reports import Commit
from khabar.web import problems

__all__ = ["TYPES", "Schema", "listed", "record", "ref", "schema_of"]

Schema = dict[str, Any]

#: Attributes that are in answers only if several archives are open as one.
_OF_SEVERAL = ("archive", "also_in", "archives")
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}

#: The types of the values in answers, with the names of their schemas.
TYPES: dict[type, str] = {
    kind: kind.__name__
    for kind in (
        Article,
        Bucket,
        Closeness,
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
        MeaningUsed,
        Name,
        NameEvidence,
        NameSpelling,
        Names,
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

#: Names in annotations that their modules import only for type checkers.
_NAMES = {
    "Story": Story,
    "Path": Path,
    **{kind.__name__: kind for kind in TYPES if kind.__name__ != "Problem"},
}


def ref(kind: type | str) -> Schema:
    """A reference to the schema of a type, or to a schema by its name."""
    return {"$ref": f"#/components/schemas/{kind if isinstance(kind, str) else TYPES[kind]}"}


def listed(of: Schema) -> Schema:
    """The schema of a list of values with a schema."""
    return {"type": "array", "items": of}


def record(properties: Mapping[str, Schema], optional: Sequence[str] = (), about: str = "") -> Schema:
    """The schema of an object with these keys and no others.

    Args:
        properties: the schemas of the keys.
        optional: the keys that may be missing.
        about: a description.
    """
    schema: Schema = {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }
    return {"description": about, **schema} if about else schema


def _schema(hint: Any) -> Schema:
    """The schema of the plain data that :func:`khabar.serialize.plain` makes from values of a type."""
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if hint in TYPES:
        return ref(hint)
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
        options = [_schema(option) for option in arguments]
        plain = [option["type"] for option in options if set(option) == {"type"}]
        return {"type": plain} if len(plain) == len(options) else {"anyOf": options}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return listed(_schema(arguments[0]))
    raise TypeError(f"there is no schema of {hint!r}")


def _described(kind: type) -> dict[str, str]:
    """The descriptions of a struct's attributes, from its docstring."""
    _, _, attributes = inspect.getdoc(kind).partition("Attributes:\n")  # type: ignore[union-attr]
    descriptions: dict[str, str] = {}
    for names, about in re.findall(r"^    ([a-z_, ]+):((?:.*\n?)(?: {8}.*\n?)*)", attributes, re.MULTILINE):
        # Without the markup of docstrings.
        text = re.sub(r":\w+:`~?([^`]*)`|`+([^`]*)`+", r"\1\2", " ".join(about.split()))
        descriptions |= dict.fromkeys((name.strip() for name in names.split(",")), text)
    return descriptions


def schema_of(
    kind: type, *, without: Sequence[str] = (), optional: Sequence[str] = (), **replaced: Schema
) -> Schema:
    """The schema of a struct.

    Args:
        kind: the struct.
        without: attributes to leave out.
        optional: attributes that may be missing.
        replaced: schemas that replace those of attributes, or that are added.
    """
    hints = get_type_hints(kind, localns=_NAMES)
    descriptions = _described(kind)
    properties: dict[str, Schema] = {}
    for name in kind.__struct_fields__:  # type: ignore[attr-defined]
        if name.startswith("_") or name in without:
            continue
        schema = replaced.pop(name) if name in replaced else _schema(hints[name])
        properties[name] = {**schema, "description": descriptions[name]} if descriptions.get(name) else schema
    about = inspect.getdoc(kind) or ""
    return record(
        {**properties, **replaced}, (*optional, *_OF_SEVERAL), about.partition("\n\n")[0].replace("\n", " ")
    )
