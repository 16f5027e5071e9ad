"""The planner: which clauses a query becomes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.index.lexicon import Form, Lexicon, class_keys, create_lexicon, write_lexicon
from khabar.index.plan import Clause, FilterClause, GroupClause, Occur, PhraseClause, WordClause
from khabar.index.ranking import Ranking
from khabar.query import plan_state
from khabar.query.fields import asked_fields
from khabar.query.parser import parse
from khabar.query.plain import plain
from khabar.query.planner import Planned, Planner
from khabar.query.tree import Limits

WORDS = "القمح قمح وزير وزراء الوزير مدينة في من عبدالله لعبدالله ابومازن مازن ابو عبد الله 2023 2023-10-07 نتنياهو"


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer) -> Lexicon:
    folder: Path = tmp_path_factory.mktemp("lexicon")
    create_lexicon(folder)
    return write_lexicon(folder, Lexicon.open(folder), WORDS.split(), partial(class_keys, analyzer=analyzer))


@pytest.fixture(scope="module")
def planned(lexicon: Lexicon, analyzer: Analyzer):
    planner = Planner(analyzer, lexicon)

    def make(text: str, syntax: bool = True, ranking: Ranking | None = None) -> Planned:
        return planner.plan(parse(text) if syntax else plain(text), ranking or Ranking())

    return make


def terms(clause: WordClause | PhraseClause) -> set[str]:
    assert isinstance(clause, WordClause)
    return {form.term for form in clause.forms}


def test_a_word_becomes_its_forms_in_the_index(planned) -> None:
    [clause] = planned("وزير").plan.clauses
    assert terms(clause) >= {"وزير", "وزراء", "الوزير"}
    by_term = {form.term: form for form in clause.forms}
    assert by_term["وزير"].depth == "exact" and by_term["وزير"].weight == clause.full
    assert by_term["الوزير"].depth == "light"
    assert by_term["وزراء"].depth == "lemma"
    assert all(0 < form.weight <= clause.full for form in clause.forms)
    assert terms(planned("قظلمنش").plan.clauses[0]) == set()


def test_looser_depths_weigh_less(planned) -> None:
    ranking = replace(Ranking(), exact=5.0, light=3.0, lemma=1.0, similar=0.0)
    [clause] = planned("وزير", ranking=ranking).plan.clauses
    weights = {form.term: form.weight for form in clause.forms}
    assert weights["وزير"] == ranking.full == 9.0
    assert weights["وزير"] > weights["الوزير"] > weights["وزراء"]


def test_a_word_that_stands_twice_counts_a_little_more(planned) -> None:
    once, twice = planned("قمح مدينة"), planned("قمح مدينة قمح")
    thrice = planned("قمح قمح مدينة قمح")
    first, second = (clause.weight for clause in once.plan.clauses)
    assert [clause.weight for clause in twice.plan.clauses] == [1.25 * first, second]
    assert thrice.plan == twice.plan
    assert twice.words == ("قمح", "مدينة")
    # Not across signs: a required word and an optional one stay separate.
    assert len(planned("قمح +قمح -قمح").plan.clauses) == 3
    assert [clause.weight for clause in planned('"في مدينة" "في مدينة"').plan.clauses] == [1.25]


def test_spellings_of_a_word_are_one_word(planned) -> None:
    [once] = planned("مدينة").plan.clauses
    [clause] = planned("مدينة مدينه مَدِينةٌ مديـنة").plan.clauses
    assert clause == replace(once, weight=1.25 * once.weight)


def test_stop_words_match_only_when_they_are_alone(planned) -> None:
    stop, word = planned("في مدينة").plan.clauses
    assert not any(form.matches for form in stop.forms) and all(form.matches for form in word.forms[:1])
    assert stop.weight > 0
    [alone] = planned("في").plan.clauses
    assert all(form.matches for form in alone.forms)
    [alone, _] = planned("في -مدينة").plan.clauses
    assert all(form.matches for form in alone.forms)
    [required, _] = planned("+في مدينة").plan.clauses
    assert required.occur is Occur.MUST and all(form.matches for form in required.forms)


def test_signs_want_no_look_alikes(planned) -> None:
    ranking = replace(Ranking(), similar_from=0.1, similar_match=0.1)
    assert "similar" in {form.depth for form in planned("نتنيهاو", ranking=ranking).plan.clauses[0].forms}
    for sign in "+-":
        [clause] = planned(f"{sign}نتنيهاو", ranking=ranking).plan.clauses
        assert "similar" not in {form.depth for form in clause.forms}


def test_phrases(planned) -> None:
    [clause] = planned('"وزير في المدينة"').plan.clauses
    assert clause == PhraseClause((("وزير",), ("في",), ("المدينه",)), Ranking().full, Occur.MUST)
    [clause] = planned('-"وزير مدينة"').plan.clauses
    assert isinstance(clause, PhraseClause) and clause.occur is Occur.MUST_NOT
    # A phrase of one word is that word exactly.
    [clause] = planned('"وزراء"').plan.clauses
    assert terms(clause) == {"وزراء"} and clause.occur is Occur.MUST
    [clause] = planned('"في"').plan.clauses
    assert terms(clause) == {"في"}


@pytest.mark.parametrize("text", ["عبد الله", "عبدالله", "عَبْدُ اللهِ"])
def test_a_compound_name_is_one_word(planned, text: str) -> None:
    [clause] = planned(text).plan.clauses
    assert "عبدالله" in terms(clause)
    assert planned(text).words == (text,)


def test_the_second_part_of_a_kunya_is_a_name_of_its_own(planned) -> None:
    name, part = planned("أبو مازن").plan.clauses
    assert "ابومازن" in terms(name) and "مازن" in terms(part)
    # But no requirement of its own.
    for sign in "+-":
        [name] = planned(f"{sign}أبو مازن").plan.clauses
        assert "ابومازن" in terms(name) and "مازن" not in terms(name)


def test_a_name_inside_a_word(planned) -> None:
    [clause] = planned("لعبدالله").plan.clauses
    assert terms(clause) >= {"لعبدالله", "عبدالله"}
    assert clause.forms[0].depth == "exact"


def test_a_date_asks_for_itself_and_a_year_for_dates(planned) -> None:
    assert terms(planned("2023-10-07").plan.clauses[0]) == {"2023-10-07"}
    assert terms(planned("٢٠٢٣").plan.clauses[0]) == {"2023"}


@pytest.mark.parametrize("sign", ["", "+", "-"])
def test_what_is_typed_in_one_piece_is_one_clause(planned, sign: str) -> None:
    [clause] = planned(f"{sign}قمح-2023").plan.clauses
    assert isinstance(clause, PhraseClause) and clause.compound and clause.ordered and clause.slop == 0
    assert [place[0] for place in clause.words] == ["قمح", "2023"]
    # Arabic words have their forms; numbers match only as they are.
    assert clause.words == (("قمح", "القمح"), ("2023",))
    assert clause.depths == (("القمح", "light"),)
    assert planned(f"{sign}قمح-2023").words == ("قمح-2023",)
    assert planned(f"{sign}قمح-2023").plan.clauses == planned(f"{sign}قمح/٢٠٢٣").plan.clauses


def test_words_that_a_comma_parts_are_words(planned) -> None:
    assert planned("قمح،مدينة وزير:في").words == ("قمح", "مدينة", "وزير", "في")
    # Only what is written so is excluded.
    [clause] = planned("-قمح،مدينة").plan.clauses
    assert isinstance(clause, PhraseClause) and clause.words == (("قمح",), ("مدينه",))


def test_as_written_also_in_one_piece(planned) -> None:
    [clause] = planned("=قمح-2023").plan.clauses
    assert isinstance(clause, PhraseClause) and clause.words == (("قمح",), ("2023",)) and clause.compound


def test_a_name_is_a_name_whatever_parts_it(planned) -> None:
    [name] = planned("عبد-الله").plan.clauses
    assert "عبدالله" in terms(name)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("قمح", []),
        ("", []),
        ("  ", []),
        ("؟!", ["no-words"]),
        ("ـ", ["no-words"]),
        ('""', ["empty-phrase", "no-words"]),
        ('"', ["unclosed-quote", "no-words"]),
        ("-قمح", ["only-exclusions"]),
        ('-قمح -"في مدينة"', ["only-exclusions"]),
        ("-قمح في", []),
    ],
)
def test_problems(planned, text: str, codes: list[str]) -> None:
    problems = planned(text).problems
    assert [problem.code for problem in problems] == codes
    for problem in problems:
        assert problem.message
        assert 0 <= problem.start <= problem.end <= len(text)


def test_every_clause_has_its_words(planned) -> None:
    found = planned('+قمح "في مدينة" -وزير عبد الله كوفيد-19')
    assert found.words == ("قمح", "في مدينة", "وزير", "عبد الله", "كوفيد-19")
    assert len(found.words) == len(found.plan.clauses)


# operators, fields and the signs of a single word


class Names:
    """Knows the names of two sources."""

    def names(self, field: str) -> list[str]:
        return ["صحيفة الوادي", "وكالة الساحل"] if field == "source" else []


@pytest.fixture(scope="module")
def planner(lexicon: Lexicon, analyzer: Analyzer) -> Planner:
    return Planner(analyzer, lexicon)


@pytest.fixture(scope="module")
def clauses(planner: Planner) -> Callable[..., tuple[Clause, ...]]:
    def make(text: str, **options: Any) -> tuple[Clause, ...]:
        found = planner.plan(parse(text), Ranking(), Names(), today=date(2023, 10, 20), **options)
        assert len(found.words) == len(found.plan.leaves)
        return found.plan.clauses

    return make


def test_groups(clauses) -> None:
    first, second = clauses("(قمح مدينة) AND وزير")
    assert isinstance(first, GroupClause) and first.occur is Occur.MUST
    assert [clause.occur for clause in first.clauses] == [Occur.SHOULD] * 2
    assert isinstance(second, WordClause) and second.occur is Occur.MUST
    # A group without words is left out, and so is one that only excludes.
    assert len(clauses("(؟ !) AND وزير")) == 1


def test_leaves_have_their_words_in_order(planner: Planner) -> None:
    found = planner.plan(parse('"في مدينة" AND (قمح OR (وزير -مدينة)) مازن NEAR/3 نتنياهو 2023'), Ranking())
    assert len(found.words) == len(found.plan.leaves)
    typed = [
        (leaf.forms[0].term, word)
        for leaf, word in zip(found.plan.leaves, found.words, strict=True)
        if isinstance(leaf, WordClause) and leaf.forms
    ]
    assert [term for term, _ in typed] == [word for _, word in typed] and len(typed) > 2


def test_words_that_are_required_together_have_no_look_alikes(planner: Planner) -> None:
    ranking = replace(Ranking(), similar_from=0.1, similar_match=0.1)
    for text in ("(نتانياهو قمح) AND مدينة", "-(نتانياهو قمح)"):
        leaves = planner.plan(parse(text), ranking).plan.leaves
        assert "similar" not in {form.depth for leaf in leaves for form in leaf.forms}


def test_stop_words_match_where_nothing_else_stands_beside_them(clauses) -> None:
    [group, _] = clauses("(في من) AND مدينة")
    assert all(form.matches for clause in group.clauses for form in clause.forms)
    [group, _] = clauses("(في وزير) AND مدينة")
    assert not any(form.matches for form in group.clauses[0].forms)
    # A condition is not a wanted word.
    [word, _] = clauses("في source:الوادي")
    assert all(form.matches for form in word.forms)


def test_a_name_over_two_words_in_parentheses(clauses) -> None:
    [group, _] = clauses("(عبد الله قمح) AND مدينة")
    assert "عبدالله" in terms(group.clauses[0]) and len(group.clauses) == 2
    # But not over an operator or a parenthesis.
    assert len(clauses("عبد AND الله")) == len(clauses("عبد (الله)")) == 2


def test_only_as_written(clauses) -> None:
    [clause] = clauses("=وزير")
    assert terms(clause) == {"وزير"} and clause.occur is Occur.SHOULD
    [clause] = clauses("+=مدينه")
    assert terms(clause) == {"مدينه"} and clause.occur is Occur.MUST


def test_patterns(clauses) -> None:
    assert terms(clauses("وز*")[0]) == {"وزير", "وزراء"}
    assert terms(clauses("*زير")[0]) == {"وزير", "الوزير"}
    assert terms(clauses("*ز*ر*")[0]) == {"وزير", "الوزير", "وزراء"}
    assert terms(clauses("2023*")[0]) == {"2023", "2023-10-07"}
    assert terms(clauses("قظل*")[0]) == set()
    assert all(form.matches and form.depth == "exact" for form in clauses("*زير")[0].forms)


def test_a_pattern_that_is_no_word_is_searched_as_words(planned) -> None:
    for sign in "*~":
        found = planned(f"كوفيد-19{sign} قمح")
        assert [problem.code for problem in found.problems] == ["pattern-of-words"]
        assert set(found.words) == {f"كوفيد-19{'*' * (sign == '*')}".rstrip("*"), "قمح"}


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("قمح after:2024 before:2024", ["empty-period"]),
        ("after:2024-05-06 before:2024-05-06", ["empty-period"]),
        ("date:2023 after:2024", ["empty-period"]),
        ("after:2024-05-06 until:2024-05-06", []),
        ("date:2024 before:2024-06", []),
        ("after:2024 OR before:2023", []),
        ("date:(2023 OR 2025) after:2024", []),
        ("after:2024 -date:2024-05", []),
    ],
)
def test_periods_without_a_day_in_common_are_told(planned, query: str, codes: list[str]) -> None:
    assert [problem.code for problem in planned(query).problems] == codes


def test_fuzzy_words(clauses) -> None:
    [clause] = clauses("نتنيهاو~")
    by_term = {form.term: form for form in clause.forms}
    assert by_term["نتنياهو"].depth == "similar" and by_term["نتنياهو"].matches
    assert 0 < by_term["نتنياهو"].weight < clause.full
    assert terms(clauses("قمم~0")[0]) == set()
    assert "قمح" in terms(clauses("قمم~")[0])
    # A fuzzy word is found in its other forms as well, even where it is required.
    assert {"وزير", "وزراء", "الوزير"} <= terms(clauses("+وزير~")[0])


def test_too_many_forms_are_cut_and_named(planner: Planner) -> None:
    for text in ("*ز*", "وزير~2"):
        found = planner.plan(parse(text), Ranking(), limits=Limits(forms=1))
        assert [len(leaf.forms) for leaf in found.plan.leaves] == [1]
        assert [problem.code for problem in found.problems] == ["too-many-forms"]
    assert planner.plan(parse("*ز*"), Ranking(), limits=Limits(forms=9)).problems == ()


def test_words_near_one_another(clauses) -> None:
    [clause] = clauses("وزير NEAR/3 مدينة")
    assert isinstance(clause, PhraseClause) and clause.occur is Occur.MUST
    assert (clause.slop, clause.ordered) == (3, False)
    assert set(clause.words[0]) == {"وزير", "وزراء", "الوزير"} and clause.words[1] == ("مدينة",)
    [clause] = clauses("=وزير NEAR قظلمنش")
    assert clause.words == (("وزير",), ("قظلمنش",)) and clause.slop == 10
    [clause] = clauses("-عبد الله NEAR/2 قمح")[:1]
    assert clause.occur is Occur.MUST_NOT


def test_a_phrase_near_a_word(clauses) -> None:
    [group] = clauses('"وزير في" NEAR/3 مدينة')
    phrase, near = group.clauses
    assert phrase.words == (("وزير",), ("في",)) and phrase.ordered and phrase.occur is Occur.MUST
    assert near.words[:2] == phrase.words and not near.ordered and near.slop == 3


def test_near_with_one_side_alone_is_that_word(planner: Planner) -> None:
    found = planner.plan(parse("وزير NEAR/3 …"), Ranking())
    assert [problem.code for problem in found.problems] == ["near-operand"]
    [clause] = found.plan.clauses
    assert isinstance(clause, WordClause)
    assert {form.term for form in clause.forms} == {"وزير", "وزراء", "الوزير"}


def test_forms_that_are_left_out_are_left_out_beside_near(planner: Planner) -> None:
    query = parse("*زير* NEAR/3 مدينة")
    [clause] = planner.plan(query, Ranking()).plan.clauses
    assert set(clause.words[0]) == {"وزير", "الوزير"}
    [clause] = planner.plan(query, Ranking(), without=frozenset({"الوزير"})).plan.clauses
    assert clause.words == (("وزير",), ("مدينة",))


def test_phrases_with_words_between(clauses) -> None:
    [clause] = clauses('"وزير المدينة"~2')
    assert clause == PhraseClause((("وزير",), ("المدينه",)), Ranking().full, Occur.MUST, slop=2)


def test_titles(clauses) -> None:
    [word] = clauses("title:وزير")
    assert word.title and word.occur is Occur.MUST
    [phrase] = clauses('title:"وزير في"')
    assert phrase.title and isinstance(phrase, PhraseClause)
    # The same word in titles and anywhere are two.
    assert [clause.title for clause in clauses("title:وزير وزير")] == [True, False]
    [group] = clauses("عنوان:(وزير قمح)")
    assert group.occur is Occur.MUST and all(clause.title for clause in group.clauses)


def test_filters_are_required_and_score_nothing(clauses) -> None:
    word, named, dated = clauses("قمح source:الوادي after:2023-10")
    assert word.occur is Occur.SHOULD
    assert named == FilterClause("source", ("صحيفة الوادي",))
    assert dated == FilterClause("published", first=19631)
    assert clauses("-مصدر:الساحل قمح")[0].occur is Occur.MUST_NOT
    assert clauses("url:example.org/a")[0] == FilterClause("url", ("example.org/a",))


def test_wanted_words_stay_needed_beside_conditions(clauses) -> None:
    # If a word or group is required, a plan needs none of its optional clauses. Conditions must not count as
    # required words.
    for text in (
        "قمح about:2023-10",
        "قمح url:example",
        "قمح (source:الوادي OR after:2023)",
        "قمح date:(2021 OR 2023)",
    ):
        wanted, *conditions = clauses(text)
        assert isinstance(wanted, GroupClause) and wanted.occur is Occur.MUST
        assert len(conditions) == 1
    assert [clause.occur for clause in clauses("قمح about:2023-10 +وزير")] == [
        Occur.SHOULD,
        Occur.MUST,
        Occur.MUST,
    ]


def test_conditions_beside_a_query_are_those_in_it(planner: Planner) -> None:
    fields = asked_fields("2023-10", None, {"source": "الوادي"})
    typed = planner.plan(parse("قمح after:2023-10 source:الوادي"), Ranking(), Names()).plan
    assert planner.plan(parse("قمح"), Ranking(), Names(), fields=fields).plan == typed
    found = planner.plan(parse(""), Ranking(), Names(), fields=fields)
    assert len(found.plan.clauses) == 2 and found.problems == ()


def test_an_invalid_date_is_left_out_with_its_position(planner: Planner) -> None:
    found = planner.plan(parse("قمح after:غدوة"), Ranking())
    [problem] = found.problems
    assert (problem.code, problem.start, problem.end) == ("unknown-date", 10, 14)
    assert len(found.plan.clauses) == 1


def test_no_more_clauses_than_the_limit_and_all_conditions(planner: Planner) -> None:
    found = planner.plan(parse("قمح (مدينة -وزير) AND مازن after:2023"), Ranking(), limits=Limits(clauses=2))
    assert len(found.plan.leaves) == 2
    assert isinstance(found.plan.clauses[-1], FilterClause)
    assert [problem.code for problem in found.problems] == ["too-many-clauses"]
    found = planner.plan(plain("قمح مدينة وزير مازن قمح"), Ranking(), limits=Limits(clauses=3))
    assert found.words == ("قمح", "مدينة", "وزير")
    assert [problem.code for problem in found.problems] == ["too-many-clauses"]


def test_after_a_timeout_the_words_found_so_far_are_searched(planner: Planner) -> None:
    found = planner.plan(parse("قمح AND مدينة"), Ranking(), limits=Limits(seconds=0.0))
    assert [problem.code for problem in found.problems] == ["out-of-time", "no-words"]
    # However much is left out, it is reported once, where it begins.
    found = planner.plan(
        parse("قمح مدينة مازن source:وزير (وزير OR قمح)"), Ranking(), limits=Limits(seconds=0.0)
    )
    [problem, _] = found.problems
    assert (problem.code, problem.start) == ("out-of-time", 0)


@pytest.mark.parametrize("steps", range(1, 12))
def test_a_timeout_is_reported_once_wherever_it_is_noticed(
    planner: Planner, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    ticks = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: 0.0 if next(ticks) < steps else 9.0)
    monkeypatch.setattr(plan_state, "time", clock)
    query = "(قمح OR (مدينة OR وزير)) (مازن OR قمح) مدينة"
    found = planner.plan(parse(query), Ranking(), limits=Limits(seconds=1.0))
    reported = [problem for problem in found.problems if problem.code == "out-of-time"]
    assert len(reported) == (steps <= next(ticks) - 1)
    if steps == 3:
        assert reported


def test_a_planner_finds_patterns_in_its_own_lexicon(planned) -> None:
    assert terms(planned("وز*").plan.clauses[0]) == {"وزير", "وزراء"}


@pytest.mark.parametrize("text", ["أبو عبد الله", "أبو عبدالله"])
def test_a_name_after_abu_is_a_separate_word_in_a_phrase(planned, text: str) -> None:
    [clause] = planned(f'"{text}"').plan.clauses
    assert isinstance(clause, PhraseClause)
    assert [set(each) & {"ابو", "عبدالله", "ابوعبد"} for each in clause.words] == [{"ابو"}, {"عبدالله"}]


def test_the_forms_of_a_word_are_looked_up_once(lexicon: Lexicon, analyzer: Analyzer) -> None:
    asked: list[str] = []

    class Counting(Lexicon):
        def forms(self, term: str, *args: Any, **options: Any) -> tuple[Form, ...]:
            asked.append(term)
            return lexicon.forms(term, *args, **options)

    planner = Planner(analyzer, Counting(lexicon._folder, lexicon.parts))
    ranking = Ranking()
    first = planner.plan(parse("قمح وزير -قمح"), ranking).plan
    assert planner.plan(parse("وزير (قمح)"), ranking).plan.clauses[1] == first.clauses[0]
    assert sorted(asked) == ["قمح", "وزير"]
    planner.plan(parse("قمح"), replace(ranking, exact=0.6))
    assert len(asked) == 3, "other weights are other forms"


def test_one_date_that_becomes_two_conditions_is_reported_once(planned) -> None:
    (problem,) = planned("القمح date:>9999-12-31").problems
    assert (problem.code, problem.start) == ("unknown-date", 12)
