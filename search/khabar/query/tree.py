"""The parse tree of a query, made by the parser and read by the planner. Plain data.

Every node has its position in the query and its effect on an article (:class:`~khabar.index.plan.Occur`).
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from khabar.arguments import check_amounts
from khabar.index.plan import Occur
from khabar.serialize import Serializable

__all__ = [
    "MATCHES",
    "OUT_OF_TIME",
    "Field",
    "Group",
    "Limits",
    "Match",
    "Near",
    "Node",
    "Phrase",
    "Problem",
    "Query",
    "Term",
]

#: How many of the adjacent words without a sign an article must contain.
Match = Literal["any", "all"]
MATCHES: tuple[Match, ...] = get_args(Match)
#: The code of the problem that a query took too long to be looked up whole.
OUT_OF_TIME = "out-of-time"


class Limits(Serializable, msgspec.Struct, frozen=True):
    """Limits on a query. Parts that exceed them are left out and reported in the problems of the results.

    Attributes:
        length: maximum number of characters read of a query.
        clauses: maximum number of words and phrases searched.
        depth: maximum nesting of parentheses.
        forms: maximum number of words of the index for a ``word*``, a ``word~`` or a range of mentioned
            dates.
        seconds: time after which no further word is looked up; the words found by then are searched.
    """

    length: int = 10_000
    clauses: int = 500
    depth: int = 20
    forms: int = 1_000
    seconds: float = 5.0

    def __post_init__(self) -> None:
        check_amounts(self, self.__struct_fields__, self.__struct_defaults__)


class Problem(Serializable, msgspec.Struct, frozen=True):
    """A part of the query that could not be understood or carried out as written.

    Attributes:
        start, end: its range in the query; both 0 if it is not part of the query, such as a filter given
            beside it.
        code: a fixed short name for programs, listed in docs/query-language.md.
        message: the problem and what was done about it, for people.
        choices: for an unknown name or field, the most similar ones.
    """

    start: int
    end: int
    code: str
    message: str
    choices: tuple[str, ...] = ()


class Term(msgspec.Struct, frozen=True):
    """A word as typed; analysis may find several words in it, or none.

    Attributes:
        text: as typed, without its sign and without the marks of its kind.
        start, end: its range in the query.
        occur: whether it is optional, required or excluded.
        title: whether only titles are searched.
        kind: ``word`` in all its forms; ``exact``, only as written (``=word``); ``pattern`` with ``*`` for
            any letters; ``fuzzy``, with words of nearly the same letters (``word~``).
        distance: for a fuzzy word, the number of letters that may differ; None for the default of its length.
    """

    text: str
    start: int
    end: int
    occur: Occur = Occur.SHOULD
    title: bool = False
    kind: str = "word"
    distance: int | None = None


class Phrase(msgspec.Struct, frozen=True):
    """Words in quotation marks.

    Attributes:
        text, start, end, occur, title: as for :class:`Term`, without the marks.
        slop: maximum number of other words between its first and its last.
    """

    text: str
    start: int
    end: int
    occur: Occur = Occur.MUST
    title: bool = False
    slop: int = 0


class Near(msgspec.Struct, frozen=True):
    """Words near one another, in any order.

    Attributes:
        operands: the words or phrases, two or more.
        slop: maximum number of other words between the first and the last of them.
        start, end, occur: as for :class:`Term`.
    """

    operands: tuple[Term | Phrase, ...]
    slop: int
    start: int
    end: int
    occur: Occur = Occur.MUST


class Field(msgspec.Struct, frozen=True):
    """A condition on an article, or the dates that it must mention.

    Attributes:
        name: one of the values of :data:`khabar.query.field_names.FIELDS`, except ``title``.
        values: as typed; any of them is enough.
        text: the values as one text, as typed.
        start, end: its position in the query.
        occur: as for :class:`Term`.
    """

    name: str
    values: tuple[str, ...]
    text: str
    start: int
    end: int
    occur: Occur = Occur.MUST


class Group(msgspec.Struct, frozen=True):
    """Nodes that match as a whole: all that are required, none that are excluded, and if none is required at
    least one of the others.

    Attributes:
        items: the nodes.
        start, end: its range in the query.
        occur: as for :class:`Term`.
        either: whether they are operands of OR, any of which is enough whatever :attr:`Query.match` says.
    """

    items: tuple[Node, ...]
    start: int
    end: int
    occur: Occur = Occur.SHOULD
    either: bool = False


Node = Term | Phrase | Near | Field | Group


class Query(msgspec.Struct, frozen=True):
    """A parse tree.

    Attributes:
        text: the query as typed.
        items: its nodes, which match like those of a :class:`Group`.
        problems: parts that could not be parsed.
        match: whether ``any`` or ``all`` of the adjacent words without a sign must be there.
    """

    text: str
    items: tuple[Node, ...]
    problems: tuple[Problem, ...] = ()
    match: Match = "any"
