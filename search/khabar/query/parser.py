"""The query parser: query text → parse tree. It never fails and runs in linear time.

Grammar, the loosest binding first::

    query    = { operand OR } operand
    operand  = { run AND } run
    run      = { item }                          adjacent words: any of them is enough
    item     = [ NOT | "+" | "-" ] ( near | primary )
    near     = primary { NEAR[/n] primary }      words and phrases only
    primary  = [ field ":" ] ( word | phrase | "(" query ")" )
    phrase   = '"' text '"' [ "~" n ]            also “text” and «text»
    word     = anything up to the next space, quotation mark or parenthesis; "=word", "wo*d", "word~"

``&&``, ``||`` and ``!`` are AND, OR and NOT. :mod:`khabar.query.word_operators` decides when «أو» and «ليس»
are operators. Signs, NOT and fields beside other items, without an operator between them, apply to everything
in the same parentheses («غزة OR رفح -مصر»). A bare phrase is required, and so is a field, because whoever
writes them means them; beside OR they are one of the alternatives. Parts that cannot be parsed are searched
as words or left out, and :attr:`Query.problems` reports them.

The parser is written by hand, because recovering from errors is most of its work: a missing parenthesis never
costs any part of a query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import msgspec
from msgspec.structs import replace

from khabar.index.plan import Occur
from khabar.query.lexemes import Kind, Lexeme
from khabar.query.lexer import lex
from khabar.query.plain import shortened
from khabar.query.tree import Field, Group, Limits, Match, Near, Node, Phrase, Problem, Query, Term

__all__ = ["parse"]

SHOULD, MUST, MUST_NOT = Occur.SHOULD, Occur.MUST, Occur.MUST_NOT

#: Maximum number of problems reported.
_MOST_PROBLEMS = 50
#: Words that NEAR can join.
_MOST_NEAR = 8


def parse(text: str, limits: Limits | None = None, match: Match = "any", kept: Sequence[str] = ()) -> Query:
    """Parse a query. Every string is a query.

    If any of the words is enough, alternatives are the same as adjacent words, and are siblings in the tree.
    If all words are required (``match``), the operands of an OR and the items of a parenthesis stay a group.
    ``kept`` are names of further fields, which were kept from records.

    >>> [(type(i).__name__, i.text, i.occur.value) for i in parse('غزة +لافروف -موسكو "وقف إطلاق"').items]
    [('Term', 'غزة', 'should'), ('Term', 'لافروف', 'must'), ('Term', 'موسكو', 'must not'), ('Phrase', 'وقف
    إطلاق', 'must')]
    """
    limits = limits or Limits()
    read, problems = shortened(text, limits)
    lexemes, unread = lex(read, match, kept)
    parser = _Parser(lexemes, limits, match)
    items = parser.parsed()
    problems += sorted([*unread, *parser.problems], key=lambda problem: (problem.start, problem.end))
    return Query(text, tuple(items), tuple(problems[:_MOST_PROBLEMS]), match)


class _Item(msgspec.Struct):
    """A node with the parser's notes on it.

    Attributes:
        node: the node.
        signed: whether it follows a sign or NOT.
        field: the field it names, or "".
    """

    node: Node
    signed: bool = False
    field: str = ""


class _Level(msgspec.Struct):
    """The content of a pair of parentheses, or of the whole query, as far as it is parsed.

    Attributes:
        opening: the lexeme that opened it; None for the whole query.
        title: the ``title:`` that applies to all of it.
        occur: the meaning of the sign or NOT before it.
        alternatives: the operands of OR; each is a list of operands of AND, and each of these a list of
            items.
        joint: the last AND or OR, until an operand follows.
        negation, near: the NOT or NEAR that waits for its operand.
        naming: the ``title:`` that waits for its operand.
        closed: whether a parenthesis was just closed.
    """

    opening: Lexeme | None = None
    title: Lexeme | None = None
    occur: Occur | None = None
    alternatives: list[list[list[_Item]]] = msgspec.field(default_factory=lambda: [[[]]])
    joint: Lexeme | None = None
    negation: Lexeme | None = None
    near: Lexeme | None = None
    naming: Lexeme | None = None
    closed: bool = False

    @property
    def run(self) -> list[_Item]:
        """The adjacent items being read."""
        return self.alternatives[-1][-1]


class _Parser:
    def __init__(self, lexemes: list[Lexeme], limits: Limits, match: Match) -> None:
        self._lexemes = lexemes
        self._limits = limits
        self._all = match == "all"
        self.problems: list[Problem] = []
        self._levels = [_Level()]
        #: number of opening parentheses ignored as too deep; their closing ones are ignored too
        self._ignored = 0

    def parsed(self) -> list[Node]:
        """The nodes of the whole query."""
        for lexeme in self._lexemes:
            match lexeme.kind:
                case Kind.OPEN:
                    self._open(lexeme)
                case Kind.CLOSE:
                    self._close(lexeme)
                case Kind.AND | Kind.OR | Kind.NOT | Kind.NEAR:
                    self._operator(lexeme)
                case Kind.TITLE:
                    self._abandon_title()
                    self._levels[-1].naming = lexeme
                case _:
                    self._operand(lexeme)
        while len(self._levels) > 1:
            opening = self._levels[-1].opening
            assert opening is not None
            self._problem(
                opening, "unclosed-parenthesis", "the parenthesis is not closed: taken as closed at the end"
            )
            self._close(None)
        return [item.node for item in self._finished(self._levels[0])]

    def _problem(self, at: Lexeme | Node, code: str, message: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(at.start, at.end, code, message))

    def _stray(self, lexeme: Lexeme | None) -> None:
        if lexeme is not None:
            message = "there is nothing on one of its sides: the operator is left out"
            self._problem(lexeme, "stray-operator", message)

    # input

    def _open(self, lexeme: Lexeme) -> None:
        level = self._levels[-1]
        if level.near is not None:
            self._not_near(level.near)
            level.near = None
        if len(self._levels) > self._limits.depth:
            if not self._ignored:
                message = (
                    f"parentheses are nested more than {self._limits.depth} deep: the inner ones are ignored"
                )
                self._problem(lexeme, "too-deep", message)
            self._ignored += 1
            return
        occur = MUST_NOT if level.negation else lexeme.occur
        naming = level.naming
        if naming is not None and occur is None:
            occur = naming.occur
        self._levels.append(_Level(lexeme, naming or level.title, occur))
        level.negation = level.naming = None

    def _close(self, lexeme: Lexeme | None) -> None:
        if lexeme is not None and self._ignored:
            self._ignored -= 1
            return
        if len(self._levels) == 1:
            assert lexeme is not None
            self._problem(lexeme, "stray-parenthesis", "no parenthesis was opened: this one is left out")
            return
        level = self._levels.pop()
        parent = self._levels[-1]
        items = self._finished(level)
        if not items and lexeme is not None and level.opening is not None:
            self._problem(level.opening, "empty-parentheses", "there is nothing in the parentheses: left out")
        if not items:
            return
        if level.occur is not None:
            grouped = [replace(item, signed=True) for item in _grouped(items, level.occur)]
        elif level.title is not parent.title:
            grouped = [replace(item, field="title") for item in _grouped(items, MUST)]
        elif _all_fields(items):
            # Several sources or dates are one condition, like a single one.
            grouped = [replace(item, field="()") for item in _grouped(items, MUST)]
        else:
            grouped = _grouped(items, SHOULD, kept=self._all)
        for item in grouped:
            self._add(parent, item)
        parent.closed = True

    def _operator(self, lexeme: Lexeme) -> None:
        level = self._levels[-1]
        self._abandon_title()
        if lexeme.kind is Kind.NOT:
            self._stray(level.negation)
            if level.near is not None:
                self._not_near(level.near)
                level.near = None
            level.negation = lexeme
            return
        self._stray(level.negation)
        self._stray(level.near)
        level.negation = level.near = None
        if not level.run:
            self._stray(lexeme)
        elif lexeme.kind is Kind.NEAR:
            last = level.run[-1].node
            if level.closed or not isinstance(last, Term | Phrase | Near):
                self._not_near(lexeme)
            elif isinstance(last, Near) and len(last.operands) >= _MOST_NEAR:
                self._problem(lexeme, "too-many-near", f"NEAR joins {_MOST_NEAR} words at most: left out")
            else:
                level.near = lexeme
        elif lexeme.kind is Kind.AND:
            level.alternatives[-1].append([])
            level.joint = lexeme
        else:
            level.alternatives.append([[]])
            level.joint = lexeme

    def _operand(self, lexeme: Lexeme) -> None:
        level = self._levels[-1]
        naming, level.naming = level.naming, None
        occur = lexeme.occur or (naming.occur if naming else None)
        if level.negation is not None:
            occur, level.negation = MUST_NOT, None
        title = bool(naming or level.title)
        start, end = lexeme.at, lexeme.at + len(lexeme.text)
        node: Node
        if lexeme.kind is Kind.FIELD:
            if not lexeme.values:
                return
            node = Field(lexeme.how, lexeme.values, lexeme.text, start, end, occur or MUST)
            self._add(level, _Item(node, occur is not None, lexeme.how))
            return
        if lexeme.kind is Kind.PHRASE:
            node = Phrase(lexeme.text, start, end, occur or MUST, title, lexeme.number or 0)
        else:
            node = Term(
                lexeme.text,
                start,
                end,
                occur or (MUST if naming else SHOULD),
                title,
                lexeme.how,
                lexeme.number,
            )
        # Within title:(…) only signs make a difference; the parenthesis as a whole is the condition.
        self._add(level, _Item(node, occur is not None, "title" if naming else ""))

    def _add(self, level: _Level, item: _Item) -> None:
        near, level.near = level.near, None
        node = item.node
        level.joint = None
        level.closed = False
        if near is None:
            level.run.append(item)
            return
        if not isinstance(node, Term | Phrase):
            self._not_near(near)
            level.run.append(item)
            return
        last = level.run.pop()
        before = last.node
        distance = near.number or 0
        if isinstance(before, Near):
            joined = replace(
                before, operands=(*before.operands, node), slop=before.slop + distance, end=node.end
            )
        else:
            assert isinstance(before, Term | Phrase)
            occur = before.occur if last.signed else MUST
            joined = Near((before, node), distance, before.start, node.end, occur)
        level.run.append(_Item(joined, last.signed, last.field))

    def _not_near(self, near: Lexeme) -> None:
        message = "NEAR joins words and phrases only: it is left out here"
        self._problem(near, "near-operand", message)

    def _abandon_title(self) -> None:
        """Report the ``title:`` that waits for its operand, if there is one, and drop it."""
        level = self._levels[-1]
        if level.naming is not None:
            self._problem(level.naming, "empty-field", "nothing follows the field's name: left out")
            level.naming = None

    # output

    def _finished(self, level: _Level) -> list[_Item]:
        """The nodes of a level."""
        if level.naming is not None:
            self._problem(level.naming, "empty-field", "nothing follows the field's name: left out")
        for waiting in (level.joint, level.negation, level.near):
            self._stray(waiting)
        alternatives = [[run for run in runs if run] for runs in level.alternatives]
        alternatives = [runs for runs in alternatives if runs]
        if not alternatives:
            return []
        conjoined = [len(runs) > 1 for runs in alternatives]
        aside = _parted(alternatives)
        operands = [
            _conjunction(runs) if needed else runs[0]
            for runs, needed in zip(alternatives, conjoined, strict=True)
            if runs
        ]
        items = self._alternatives(operands) if len(operands) > 1 else list(chain(*operands))
        return sorted([*items, *aside], key=lambda item: item.node.start)

    def _alternatives(self, operands: list[list[_Item]]) -> list[_Item]:
        items = []
        for operand in operands:
            if all(item.node.occur is MUST_NOT for item in operand):
                message = "an alternative that only rules out finds nothing: left out"
                self._problem(operand[0].node, "only-exclusions", message)
            elif len(operand) == 1:
                items.append(_with_occur(operand[0], SHOULD))
            else:
                items.extend(_grouped(operand, SHOULD, kept=self._all))
        return _grouped(items, SHOULD, kept=True, either=True) if self._all and items else items


def _parted(alternatives: list[list[list[_Item]]]) -> list[_Item]:
    """Remove from the runs, and return, the items that apply to the whole level: signs and fields beside
    other items.

    If several alternatives of an OR name the same field, each keeps its own, and fields stay where they are.
    """
    named = Counter(
        name for runs in alternatives for name in {item.field for run in runs for item in run if item.field}
    )
    each_names_its_own = any(count > 1 for count in named.values())
    aside = []
    for runs in alternatives:
        for number, run in enumerate(runs):
            apart = [item for item in run if item.signed or (item.field and not each_names_its_own)]
            if len(apart) == len(run) and len(alternatives) > 1:
                # Alone beside OR it is an alternative; but a «+» can hardly mean "perhaps".
                apart = [item for item in run if item.signed and item.node.occur is MUST]
            if apart:
                chosen = set(map(id, apart))
                runs[number] = [item for item in run if id(item) not in chosen]
                aside += apart
        runs[:] = [run for run in runs if run]
    return aside


def _conjunction(runs: list[list[_Item]]) -> list[_Item]:
    """The node for runs joined by AND."""
    items = []
    for run in runs:
        items += [_with_occur(run[0], MUST)] if len(run) == 1 else _grouped(run, MUST)
    return items


def _with_occur(item: _Item, occur: Occur) -> _Item:
    """The item as an operand; an excluded item stays excluded."""
    if item.node.occur in (occur, MUST_NOT):
        return item
    return replace(item, node=replace(item.node, occur=occur))


def _all_fields(items: list[_Item]) -> bool:
    """Whether the items are two or more fields and nothing else."""
    nodes: tuple[Node, ...] = tuple(item.node for item in items)
    if len(nodes) == 1 and isinstance(nodes[0], Group) and nodes[0].either:
        nodes = nodes[0].items
    return len(nodes) > 1 and all(isinstance(node, Field) for node in nodes)


def _grouped(items: list[_Item], occur: Occur, *, kept: bool = False, either: bool = False) -> list[_Item]:
    """The items of parentheses as one node, or as several equivalent ones without the parentheses.

    Args:
        items: the items.
        occur: the effect of the parenthesis as a whole on an article.
        kept: whether optional items stay separate from the items beside the parenthesis.
        either: see :attr:`~khabar.query.tree.Group.either`.
    """
    if len(items) == 1:
        [item] = items
        if occur is SHOULD:
            return items
        if occur is MUST_NOT:
            flipped = MUST if item.node.occur is MUST_NOT else MUST_NOT
            return [replace(item, node=replace(item.node, occur=flipped))]
        return [_with_occur(item, MUST)]
    occurs = {item.node.occur for item in items}
    fields = any(item.field for item in items)
    if occur is SHOULD and (occurs == {MUST_NOT} or (occurs == {SHOULD} and not fields and not kept)):
        return items
    if occur is MUST and (
        occurs == {MUST_NOT}
        or any(item.node.occur is MUST and not isinstance(item.node, Field | Group) for item in items)
    ):
        return items
    nodes = tuple(item.node for item in items)
    return [_Item(Group(nodes, nodes[0].start, max(node.end for node in nodes), occur, either))]
