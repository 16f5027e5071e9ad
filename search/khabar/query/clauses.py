"""Clauses for the nodes of a parse tree: each word becomes its forms in the index, each field a filter."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, islice

import msgspec
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer, Token
from khabar.analysis.names import SON
from khabar.analysis.stopwords import QUESTION_WORDS
from khabar.index.plan import (
    Clause,
    FilterClause,
    GroupClause,
    Leaf,
    Occur,
    PhraseClause,
    WeightedForm,
    WordClause,
    has_names,
)
from khabar.index.ranking import Ranking
from khabar.patterns import lazy_pattern
from khabar.query.fields import Named, field_clauses, local_today, names_meant
from khabar.query.forms import Forms
from khabar.query.other_spellings import is_expression, is_particle, is_surely_cut
from khabar.query.runs import joined, phrase_places, phrase_units, said_in_one_word, word_runs
from khabar.query.tree import (
    OUT_OF_TIME,
    Field,
    Group,
    Limits,
    Match,
    Near,
    Node,
    Phrase,
    Problem,
    Query,
    Term,
)
from khabar.spelling import INVISIBLE

__all__ = ["Draft", "Drafting"]

SHOULD, MUST, MUST_NOT = Occur.SHOULD, Occur.MUST, Occur.MUST_NOT

#: The weight of a word that is repeated in a query, against one that is not. In proportion, a repeated word
#: would dominate the query.
_REPEATED = 1.25
#: Minimum length of a word; shorter ones are letters and abbreviations.
_FEWEST_LETTERS = 3
#: A word of the index is taken for a slip if a pair of words has at least this many times as many articles.
_FAR_MORE = 4
#: Maximum number of pairs of words looked up for words of a query that may have lost a space.
_MOST_CUTS = 50
#: Maximum number of words of a phrase whose other spacings are searched, and maximum number of spacings.
_LONGEST_RESPACED, _MOST_RESPACED = 8, 8
#: The characters between two words that may be one.
_SPACES = f" \t\r\n\xa0\u202f{INVISIBLE}"
#: The code of the problem that a name, or a date in place of one, has a space but no quotation marks.
UNQUOTED = "unquoted-name"
#: A further word of such a name.
_NEXT_WORDS = lazy_pattern(
    r"\s+(?!(?:AND|OR|NOT|NEAR|أو|او|ليس)(?:\s|$))[^\W_]+(?:[/.-][^\W_]+)*(?=[\s)،,]|$)"
)
#: Maximum number of further words.
_MOST_IN_NAME = 4
#: Adjacent words are probably a name if at least one in so many articles with the rarest has them together.
_TOGETHER = 10
_LETTERS_AND_NUMBER = lazy_pattern("([^\\W\\d_\u0600-\u08ff]+)([0-9]+)")


class Draft(msgspec.Struct):
    """A clause under construction.

    Attributes:
        clause: the clause so far.
        words: for each of its leaves the words of the query.
        key: equal for equal drafts; None for a draft that equals no other.
        stop: whether it is no more than stop words.
        condition: whether it is a condition on an article rather than a word to find.
        bare: whether it was typed without a sign, so that the match rule decides whether it is required.
        repeated: whether it occurs in the query more than once.
    """

    clause: Clause
    words: tuple[str, ...] = ()
    key: object = None
    stop: bool = False
    condition: bool = False
    bare: bool = False
    repeated: bool = False

    @property
    def wanted(self) -> bool:
        """Whether it is a word that articles should contain."""
        return self.clause.occur is not MUST_NOT and not self.condition and not self.stop


class Drafting:
    """The clauses of one query: keeps to its limits and collects its problems.

    Args:
        analyzer, forms, aliases: those of the planner.
        query, ranking, named, without, today, limits: as for :meth:`khabar.query.planner.Planner.plan`.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        forms: Forms,
        aliases: Mapping[str, str],
        query: Query,
        ranking: Ranking,
        named: Named | None,
        without: frozenset[str],
        today: date | None,
        limits: Limits,
    ) -> None:
        self._analyzer = analyzer
        self._forms = forms
        self._aliases = aliases
        self._text = query.text
        self._ranking = ranking
        self._named = named
        self._without = without
        self._today = today or local_today()
        self._limits = limits
        self._deadline = time.monotonic() + limits.seconds
        self._leaves = 0
        self._reported_late = self._reported_full = self._reported_uncut = False
        self._cuts = 0
        self.problems: list[Problem] = []
        #: the forms that were left out because the reader ruled them out
        self.left_out: set[str] = set()

    def _problem(self, at: Node, code: str, message: str) -> None:
        self.problems.append(Problem(at.start, at.end, code, message))

    def _late(self, item: Node) -> bool:
        """Whether the time is up; reported once, at the first item that is left out."""
        late = time.monotonic() > self._deadline
        if late and not self._reported_late:
            self._reported_late = True
            message = f"the search has taken {self._limits.seconds:g} seconds: the rest is left out"
            self._problem(item, OUT_OF_TIME, message)
        return late

    def _full(self, item: Node) -> bool:
        """Whether the maximum number of words and phrases is reached; reported once."""
        full = self._leaves >= self._limits.clauses
        if full and not self._reported_full:
            self._reported_full = True
            message = f"more than {self._limits.clauses} words and phrases: the rest is left out"
            self._problem(item, "too-many-clauses", message)
        return full

    def _cut_enough(self, token: Token, item: Term, matters: bool) -> bool:
        """Whether the maximum number of pairs has been looked up; reported once, at the first word for which
        it matters."""
        enough = self._cuts >= _MOST_CUTS
        if enough and matters and not self._reported_uncut:
            self._reported_uncut = True
            message = (
                f"more than {_MOST_CUTS} ways to put a space into the words: the rest are searched as written"
            )
            word = item.text[token.start : token.end]
            start = max(self._text.find(word, item.start, item.end), item.start)
            self.problems.append(Problem(start, start + len(word), "too-many-cuts", message))
        return enough

    def level(
        self, items: Iterable[Node], strict: bool, match: Match = "any", *, either: bool = False
    ) -> list[Draft]:
        """The clauses of the nodes in one pair of parentheses.

        Args:
            items: the nodes.
            strict: whether to leave out forms that are only similar.
            match: with ``all``, nodes without a sign are required, except stop words.
            either: whether the nodes are alternatives in any case.
        """
        unique: dict[object, Draft] = {}
        for item in joined(items, self._text, self._analyzer):
            if self._late(item):
                break
            if not isinstance(item, Field | Group) and self._full(item):
                continue
            for draft in self._drafts(item, strict, match, required=match == "all" and not either):
                key = id(draft) if draft.key is None else (draft.key, draft.clause.occur)
                if equal := unique.get(key):
                    if isinstance(equal.clause, WordClause | PhraseClause):
                        assert isinstance(draft.clause, WordClause | PhraseClause)
                        most = max(equal.clause.weight, draft.clause.weight)
                        equal.clause = replace(equal.clause, weight=most)
                    equal.repeated = True
                    continue
                if isinstance(draft.clause, WordClause | PhraseClause):
                    if self._full(item):
                        break
                    self._leaves += 1
                unique[key] = draft
        drafts = list(unique.values())
        any_wanted = any(draft.wanted for draft in drafts)
        for draft in drafts:
            if draft.repeated:
                draft.clause = _heavier(draft.clause)
            if any_wanted and draft.stop and not draft.condition and draft.clause.occur is not MUST_NOT:
                draft.clause = _unmatching(draft.clause)
        return _guarded(drafts)

    def _drafts(self, item: Node, strict: bool, match: Match, required: bool) -> Iterator[Draft]:
        bare = isinstance(item, Term | Group) and item.occur is SHOULD
        required = required and bare
        for draft in self._drafted(item, strict or required, match):
            draft.bare = bare
            if required and not draft.stop:
                draft.clause = replace(draft.clause, occur=MUST)
            yield draft

    def _drafted(self, item: Node, strict: bool, words: Match) -> Iterator[Draft]:
        match item:
            case Group():
                yield from self._group(item, strict, words)
            case Field():
                yield from self._field(item)
            case Near():
                yield from self._near(item)
            case Phrase():
                yield from self._phrase(item)
            case Term():
                # Where an article must contain it, a name counts as a whole, as it does under a sign.
                whole = words == "all" or strict or item.occur is not SHOULD
                drafted = self._words if item.kind == "word" else self._special
                yield from drafted(item, strict or item.occur is not SHOULD, whole)

    def _group(self, group: Group, strict: bool, match: Match) -> Iterator[Draft]:
        if group.occur is MUST_NOT:
            # «-(…)» excludes articles with any of it.
            match = "any"
        drafts = self.level(group.items, strict or group.occur is not SHOULD, match, either=group.either)
        if not drafts:
            return
        if all(draft.clause.occur is MUST_NOT for draft in drafts):
            if group.occur is MUST:
                # A required group of exclusions excludes each of them.
                yield from drafts
                return
            self._problem(group, "only-exclusions", "this part only excludes articles: left out")
            return
        clause = GroupClause(tuple(draft.clause for draft in drafts), group.occur)
        words = tuple(word for draft in drafts for word in draft.words)
        stop = group.occur is SHOULD and all(draft.stop for draft in drafts)
        yield Draft(clause, words, stop=stop, condition=all(draft.condition for draft in drafts))

    def _phrase(self, phrase: Phrase) -> Iterator[Draft]:
        yield from self._in_order(self._analyzer.tokens(phrase.text), phrase)

    def _in_order(self, tokens: list[Token], item: Phrase | Term) -> Iterator[Draft]:
        """Words as written and in this order, however they are spaced."""
        ways = self._respaced(phrase_places(tokens))
        key = (ways, item.slop if isinstance(item, Phrase) else 0, item.title)
        if clause := self._written(ways, item):
            if isinstance(clause, GroupClause):
                self._leaves += len(ways)
            yield Draft(clause, (item.text,) * len(ways), key)

    def _respaced(self, ways: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        """The ways to write a phrase, and further ones that differ only in spaces."""
        if len(ways[0]) > _LONGEST_RESPACED:
            return ways
        spacings = dict.fromkeys(ways)
        # Twice, because «أمير عبداللهيان» and «أميرعبد اللهيان» differ in two spaces.
        for _ in range(2):
            others = chain.from_iterable(map(self._forms.respaced, list(spacings)))
            spacings |= dict.fromkeys(islice(others, _MOST_RESPACED))
        return tuple(spacings)

    def _written(self, ways: tuple[tuple[str, ...], ...], item: Phrase | Term) -> Clause | None:
        """A phrase that may be written in several ways; None if it has no word."""
        full, several, is_phrase = self._ranking.full, len(ways) > 1, isinstance(item, Phrase)
        occur = SHOULD if several else item.occur
        clauses: list[Clause] = []
        for terms in ways:
            if len(terms) > 1:
                places = tuple(map(_with_son, terms)) if is_phrase else tuple((term,) for term in terms)
                clauses.append(
                    PhraseClause(
                        places,
                        full,
                        occur,
                        slop=item.slop if isinstance(item, Phrase) else 0,
                        title=item.title,
                        depths=tuple((other, "spelling") for place in places for other in place[1:]),
                        compound=not is_phrase,
                    )
                )
            elif terms:
                forms = self._forms.exactly(terms[0], self._ranking)
                clauses.append(WordClause(forms, full, occur, title=item.title))
        if several:
            return GroupClause(tuple(clauses), item.occur)
        return clauses[0] if clauses else None

    def _words(self, item: Term, strict: bool, whole: bool) -> Iterator[Draft]:
        ranking = self._ranking
        tokens = self._analyzer.tokens(item.text)
        runs = word_runs(tokens, item.text, both=whole)
        if item.occur is MUST_NOT and len(runs) > 1:
            # «-السلام،لافتا» excludes articles with both words in this order, not those with only one.
            yield from self._in_order(tokens, item)
            return
        only_stops = all(self._forms.is_stop(token.word) for run in runs for token in run)
        for place, run in enumerate(runs):
            token = run[0]
            term = token.word.exact[0]
            if self._late(item):
                return
            text = item.text[token.start : run[-1].end]
            stop = self._forms.is_stop(token.word) and item.occur is SHOULD
            # «مازال» beside other words says as little as «ما زال»; alone it is searched.
            idle = stop and len(run) == 1 and not only_stops
            if not idle and (compound := self._compound(run, item, strict)):
                key = (compound.words, compound.joined, item.title)
                yield Draft(compound, (text,), key, stop and len(run) == 1)
                continue
            forms = (
                self._forms.exactly(term, ranking)
                if stop
                else self._forms.of_word(token.word, ranking, strict=strict)
            )
            forms += self._with_neighbours(runs, place, item.text)
            weight = _length_weight(term, ranking)
            if term in QUESTION_WORDS and token.position < 2 and item.start == 0:
                weight *= ranking.question
            elif stop:
                weight *= ranking.stop
            clause = WordClause(self._allowed(forms), ranking.full, item.occur, weight, item.title)
            yield Draft(clause, (text,), (term, item.title), stop)

    def _with_neighbours(
        self, runs: list[tuple[Token, ...]], place: int, text: str
    ) -> tuple[WeightedForm, ...]:
        """The single words that a word of a query may form with the word before it or the word after it."""
        forms: list[WeightedForm] = []
        for pair in (runs[place - 1 : place + 1] if place else [], runs[place : place + 2]):
            if len(pair) != 2 or len(pair[0]) != 1 or len(pair[1]) != 1:
                continue
            (left,), (right,) = pair
            if text[left.end : right.start].strip(_SPACES):
                continue
            one, other = left.word.exact[0], right.word.exact[0]
            if is_particle(one + other) or not any(
                self._forms.is_stop(token.word) for token in (left, right)
            ):
                forms += self._forms.together(one, other, self._ranking)
        return tuple(forms)

    def _compound(self, run: tuple[Token, ...], item: Term, strict: bool = True) -> PhraseClause | None:
        """The clause for words typed in one piece: the words in order, or an equivalent single word. None for
        a single word, unless it is also written as several («نيويورك»).

        Arabic words match in all their forms, because «الفرنسي-الألماني» should find «الفرنسية-الألمانية».
        Numbers, letters, stop words and words in other scripts match only as they are.
        """
        if len(run) == 1:
            # «G20» is also written «G 20» and «G-20».
            term = run[0].word.exact[0]
            parts = _LETTERS_AND_NUMBER.fullmatch(term) if term[-1:].isdecimal() else None
            if parts is None:
                return self._apart(run[0], item, strict)
            return PhraseClause(
                ((parts[1],), (parts[2],)),
                self._ranking.full,
                item.occur,
                _length_weight(term, self._ranking) / 2,
                title=item.title,
                joined=(term,),
                compound=True,
            )
        run, alike = said_in_one_word(run, item.text)
        return self._in_pieces(run, alike, {}, item)

    def _apart(self, token: Token, item: Term, strict: bool) -> PhraseClause | None:
        """The clause for a word that is also written as several words: these in order, or the word in any of
        its forms. None for a word that is only written as one."""
        term = token.word.exact[0]
        if token.compound or (self._forms.is_stop(token.word) and not is_particle(term)):
            return None
        if words := self._forms.apart(term, item.text[token.start : token.end]):
            return self._whole_or_apart(words, token, item, strict)
        if self._reported_uncut:
            return None
        pairs = self._forms.cuts(term)
        least = 1
        is_known = bool(pairs) and self._forms.is_known(term)
        if is_known and self._named is not None:
            # A word of the index is cut only if the pair is far more frequent: then it is a slip there, too.
            [alone] = self._named.article_frequencies([[term]])
            least = _FAR_MORE * max(1, alone)
        for pair in pairs:
            if self._cut_enough(token, item, matters=not is_known):
                return None
            self._cuts += 1
            clause = self._whole_or_apart(pair, token, item, strict)
            # «الجوكندا» is not «الجو كندا», though an index has both words.
            enough = 1 if is_surely_cut(pair) else least
            # A slip has both words unchanged: «العبدالعزيز» is a name, however frequent «عبد العزيز» is.
            counted = replace(clause, joined=())
            if is_known:
                counted = replace(counted, words=tuple((word,) for word in pair))
            if self._named is None or self._named.phrase_articles(counted) >= enough:
                return clause
        return None

    def _whole_or_apart(self, words: tuple[str, ...], token: Token, item: Term, strict: bool) -> PhraseClause:
        """The clause for a word in any of its forms, or for the words as which it is also written."""
        term = token.word.exact[0]
        run = tuple(part for part in self._analyzer.tokens(" ".join(words)) if not part.compound)
        forms: tuple[WeightedForm, ...] = ()
        if not is_expression(term):
            forms = self._allowed(self._forms.of_word(token.word, self._ranking, strict=strict))
        depths = {form.term: form.depth for form in forms if form.matches and form.depth != "exact"}
        alike = tuple(form.term for form in forms if form.matches and form.term != term)
        return self._in_pieces(run, (term, *alike), depths, item)

    def _in_pieces(
        self, run: tuple[Token, ...], alike: tuple[str, ...], depths: dict[str, str], item: Term
    ) -> PhraseClause:
        """The clause for words in order, or for an equivalent single word.

        Args:
            run: the words.
            alike: the equivalent words.
            depths: the depths of these, where they are not exact; those of the other forms are added.
            item: the item of the query.
        """
        places: list[tuple[str, ...]] = []
        weight = 0.0
        for token in run:
            term = token.word.exact[0]
            weight += _length_weight(term, self._ranking)
            forms = (
                ()
                if _is_fixed(token)
                else self._allowed(self._forms.of_word(token.word, self._ranking, strict=True))
            )
            others = {form.term: form.depth for form in forms if form.matches and form.term != term}
            depths |= {term: depth for term, depth in others.items() if depth != "exact"}
            places.append((term, *others))
        return PhraseClause(
            tuple(places),
            self._ranking.full,
            item.occur,
            weight / len(places),
            title=item.title,
            depths=tuple(depths.items()),
            joined=alike,
            compound=True,
        )

    def _special(self, item: Term, strict: bool, whole: bool) -> Iterator[Draft]:
        """A word with a sign for its forms: «=word», «wo*d», «word~»."""
        forms = self._special_forms(item, strict)
        if forms is None and item.kind == "exact":
            # «=كوفيد-19»: its words as written.
            yield from self._in_order(self._analyzer.tokens(item.text), item)
            return
        if forms is None:
            yield from self._words(item, strict, whole)
            return
        weight = _length_weight(item.text, self._ranking)
        clause = WordClause(self._allowed(forms), self._ranking.full, item.occur, weight, item.title)
        yield Draft(clause, (item.text,), (item.kind, item.text, item.distance, item.title))

    def _special_forms(self, item: Term, strict: bool) -> tuple[WeightedForm, ...] | None:
        """The forms of a word with a sign for its forms; None if it must be read as plain words."""
        most = max(1, self._limits.forms)
        if item.kind == "pattern":
            matching = self._forms.like(item.text, self._ranking, most)
            if matching is None:
                message = "a star matches letters of one word: searched as words without it"
                self._problem(item, "pattern-of-words", message)
                return None
            searched = f"the {most} shortest" if most > 1 else "the shortest"
        else:
            tokens = [token for token in self._analyzer.tokens(item.text) if not token.compound]
            if len(tokens) != 1 or not tokens[0].word.exact[0]:
                if item.kind == "fuzzy":
                    message = "~ applies to a single word: searched as words without it"
                    self._problem(item, "pattern-of-words", message)
                return None
            word = tokens[0].word
            if item.kind == "exact":
                return self._forms.exactly(word.exact[0], self._ranking)
            matching = self._forms.around(word, self._ranking, item.distance, most, strict=strict)
            searched = f"the {most} nearest" if most > 1 else "the nearest"
        forms, total = matching
        if total > most:
            verb = "are" if most > 1 else "is"
            message = f"«{item.text}» matches {total:,} words of the index: {searched} {verb} searched"
            self._problem(item, "too-many-forms", message)
        return forms

    def _near(self, near: Near) -> Iterator[Draft]:
        ranking = self._ranking
        places: list[tuple[str, ...]] = []
        depths: dict[str, str] = {}
        phrases: list[Clause] = []
        words: list[str] = []
        for operand in near.operands:
            tokens = self._analyzer.tokens(operand.text)
            if isinstance(operand, Phrase):
                # A name takes one place, however it is written.
                for unit in phrase_units(tokens):
                    terms = dict.fromkeys(way[0] for way in unit)
                    places.append(tuple(chain.from_iterable(map(_with_son, terms))))
                ways = phrase_places(tokens)
                if len(ways) > 1 or len(ways[0]) > 1:
                    inside = self._written(ways, replace(operand, occur=MUST, title=False))
                    assert inside is not None
                    phrases.append(inside)
                    words.extend([operand.text] * len(ways))
                continue
            special = None if operand.kind == "word" else self._special_forms(operand, strict=True)
            if special is not None:
                special = self._allowed(special)
                depths |= {form.term: form.depth for form in special if form.depth != "exact"}
                places.append(_terms(special) or (operand.text,))
                continue
            for run in word_runs(tokens, operand.text, both=True):
                term = run[0].word.exact[0]
                compound = self._compound(run, operand) if len(run) > 1 else None
                if compound is not None and compound.joined == compound.words[-1]:
                    # «الـBBC» is «BBC».
                    places.append(compound.joined)
                elif compound is not None:
                    places.extend(compound.words)
                    phrases.append(replace(compound, occur=MUST, weight=1.0, title=False))
                    words.append(operand.text[run[0].start : run[-1].end])
                else:
                    forms = self._allowed(self._forms.of_word(run[0].word, ranking, strict=True))
                    depths |= {form.term: form.depth for form in forms if form.depth != "exact"}
                    places.append(_terms(forms) or (term,))
        whole = self._text[near.start : near.end]
        title = all(operand.title for operand in near.operands)
        occur = MUST if phrases else near.occur
        if len(places) < 2:
            message = "NEAR needs words on both sides: left out"
            self._problem(near, "near-operand", message)
        if not places:
            return
        clause: Clause
        if len(places) > 1:
            clause = PhraseClause(
                tuple(places),
                ranking.full,
                occur,
                slop=near.slop,
                ordered=False,
                title=title,
                depths=tuple(depths.items()),
            )
        else:
            forms = tuple(WeightedForm(term, ranking.full, "exact") for term in places[0])
            clause = WordClause(forms, ranking.full, occur, title=title)
        if phrases:
            # A phrase is near a word if the article has the phrase and each of its words is near the word.
            clause = GroupClause((*phrases, clause), near.occur)
        yield Draft(clause, (*words, whole))

    def _names(self, field: Field) -> Iterator[Draft]:
        """The clause for ``names:``: any of the names in any of its spellings."""
        if self._full(field):
            return
        from khabar.query.named import MOST_WORDS, NameWays

        ways = NameWays(self._analyzer, self._forms)
        ways.prepare(field.values)
        leaves: list[Leaf] = []
        for value in field.values:
            tokens = [token for token in self._analyzer.tokens(value) if token.word.exact[0]]
            if len(tokens) > MOST_WORDS:
                message = f"more than {MOST_WORDS} words: the rest is left out"
                self._problem(field, "too-long", message)
            leaves += ways.leaves(tokens[:MOST_WORDS])
        room = max(0, self._limits.clauses - self._leaves)
        if len(leaves) > room:
            self._leaves = self._limits.clauses
            self._full(field)
        leaves = leaves[:room]
        self._leaves += len(leaves)
        if len(leaves) > 1:
            either = tuple(replace(leaf, occur=SHOULD) for leaf in leaves)
            yield Draft(GroupClause(either, field.occur), (field.text,) * len(leaves), condition=True)
        elif leaves:
            yield Draft(replace(leaves[0], occur=field.occur), (field.text,), condition=True)

    def _field(self, field: Field) -> Iterator[Draft]:
        if field.name == "names":
            yield from self._names(field)
            if unquoted := self._unquoted(field):
                self.problems.append(unquoted)
            return
        clauses, problems = field_clauses(
            field,
            self._named,
            self._today,
            self._ranking.full,
            max(1, self._limits.forms),
            self._aliases,
        )
        for problem in problems:
            start, end = field.start, field.end
            if problem.value in field.text:
                start += field.text.index(problem.value)
                end = start + len(problem.value)
            # A condition beside the query has no position in it.
            place = (start, end) if field.end else (0, 0)
            self.problems.append(Problem(*place, problem.code, problem.message, problem.choices))
        if unquoted := self._unquoted(field):
            self.problems.append(unquoted)
        words = tuple(field.text for clause in clauses if isinstance(clause, WordClause))
        if len(clauses) > 1:
            either = tuple(replace(clause, occur=SHOULD) for clause in clauses)
            yield Draft(GroupClause(either, field.occur), words, condition=True)
        elif clauses:
            yield Draft(clauses[0], words, condition=True)

    def _unquoted(self, field: Field) -> Problem | None:
        """The problem of a name that ends at a space although the index has a longer one («كاتب:عبده خال») or
        although it is part of a date («يذكر:4 تموز 2024»). None if there is none, or if the problem was
        reported for an earlier field."""
        colon, text = field.start - 1, self._text
        if not field.end or field.name == "language" or text[colon : colon + 1] != ":":
            return None
        if any(problem.code == UNQUOTED for problem in self.problems) or len(field.values) != 1:
            return None
        longest, what = 0, ""
        end = field.end
        for word in islice(_NEXT_WORDS.finditer(text, field.end), _MOST_IN_NAME):
            if word.start() != end:
                break
            end = word.end()
            if kind := self._one_value(field.name, text[field.start : end]):
                longest, what = end, kind
        if not longest:
            return None
        whole, rest = text[field.start : longest], text[field.end : longest].strip()
        begin = text.rfind(" ", 0, colon) + 1
        typed = text[begin:colon].lstrip("+-(")
        if what == "date":
            typed = "about" if typed.isascii() else "عن"
        message = (
            f"the name ends at the space: «{rest}» is searched in the text; for the {what} «{whole}» write "
            f'{typed}:"{whole}"'
        )
        return Problem(field.start, longest, UNQUOTED, message)

    def _one_value(self, field: str, text: str) -> str:
        """What several words after a field are as a whole: a ``name``, a ``date``, or "" for neither."""
        if self._named is None:
            return ""
        if has_names(field):
            return "name" if names_meant(field, text, self._named.names(field), self._aliases) else ""
        if field != "names":
            return ""
        # A query with a field has been parsed, and has imported it.
        from khabar.query.field_values import is_date

        if is_date(text):
            return "date"
        terms = [token.word.exact[0] for token in self._analyzer.tokens(text) if not token.compound]
        if len(terms) < 2 or not all(terms):
            return ""
        together = self._named.phrase_articles(PhraseClause(tuple((term,) for term in terms), 1.0))
        if not together:
            return ""
        rarest = min(self._named.article_frequencies([[term] for term in terms]))
        return "name" if together * _TOGETHER >= rarest else ""

    def _allowed(self, forms: tuple[WeightedForm, ...]) -> tuple[WeightedForm, ...]:
        """The forms without those that the reader ruled out."""
        if not self._without:
            return forms
        self.left_out |= {form.term for form in forms} & self._without
        return tuple(form for form in forms if form.term not in self._without)


def _is_fixed(token: Token) -> bool:
    """Whether a word typed in one piece with others matches only as it is."""
    term = token.word.exact[0]
    return token.word.stop or len(term) < _FEWEST_LETTERS or not "\u0621" <= term[0] <= "\u064a"


def _length_weight(term: str, ranking: Ranking) -> float:
    weight: float = (min(10, len(term)) / 5) ** ranking.length
    return weight


def _with_son(term: str) -> tuple[str, ...]:
    """The words that match a word of a phrase: itself, and for بن and ابن also the other."""
    return (term, *(son for son in SON if son != term)) if term in SON else (term,)


def _terms(forms: tuple[WeightedForm, ...]) -> tuple[str, ...]:
    return tuple(form.term for form in forms if form.matches)


def _heavier(clause: Clause) -> Clause:
    """The clause with the weight of a repeated word or phrase; a phrase may be a group of its spellings."""
    if isinstance(clause, GroupClause):
        return replace(clause, clauses=tuple(map(_heavier, clause.clauses)))
    assert isinstance(clause, WordClause | PhraseClause)
    return replace(clause, weight=_REPEATED * clause.weight)


def _unmatching(clause: Clause) -> Clause:
    """The clause of stop words so that it raises scores, but makes no article match."""
    if isinstance(clause, GroupClause):
        return replace(clause, clauses=tuple(map(_unmatching, clause.clauses)))
    if isinstance(clause, PhraseClause):
        # Of a particle that is also written in two words, the single word is enough.
        forms = tuple(WeightedForm(term, clause.weight, "exact") for term in clause.joined)
        clause = WordClause(forms, clause.weight, clause.occur, title=clause.title)
    assert isinstance(clause, WordClause)
    return replace(clause, forms=tuple(replace(form, matches=False) for form in clause.forms))


def _guarded(drafts: list[Draft]) -> list[Draft]:
    """Make sure that one of the wanted words is needed beside conditions that are words or groups.

    A plan needs one of its optional clauses only if nothing but filters is required. But «about:» is required
    as a word, and alternative fields as a group. Addresses are read from the articles, so they are tested
    last.
    """
    required = [
        draft
        for draft in drafts
        if draft.clause.occur is MUST
        and (not isinstance(draft.clause, FilterClause) or draft.clause.field == "url")
    ]
    optional = [draft for draft in drafts if draft.clause.occur is SHOULD]
    if not optional or not required or not all(draft.condition for draft in required):
        return drafts
    clause = GroupClause(tuple(draft.clause for draft in optional), MUST)
    whole = Draft(clause, tuple(word for draft in optional for word in draft.words))
    return [whole, *(draft for draft in drafts if draft.clause.occur is not SHOULD)]
