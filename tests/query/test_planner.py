"""The planner: which clauses a query becomes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.index.lexicon import Lexicon, create_lexicon, write_lexicon
from khabar.index.plan import Occur, PhraseClause, WordClause
from khabar.index.ranking import Ranking
from khabar.query.parser import parse, plain
from khabar.query.planner import Planned, plan

WORDS = "القمح قمح وزير وزراء الوزير مدينة في من عبدالله لعبدالله ابومازن مازن ابو عبد الله 2023 2023-10-07 نتنياهو"


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer) -> Lexicon:
    folder: Path = tmp_path_factory.mktemp("lexicon")
    create_lexicon(folder)
    return write_lexicon(folder, Lexicon.open(folder), WORDS.split(), analyzer)


@pytest.fixture(scope="module")
def planned(lexicon: Lexicon, analyzer: Analyzer):
    def make(text: str, syntax: bool = True, ranking: Ranking | None = None) -> Planned:
        return plan(parse(text) if syntax else plain(text), analyzer, lexicon, ranking or Ranking())

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


def test_a_word_that_stands_twice_counts_twice(planned) -> None:
    once, twice = planned("قمح مدينة"), planned("قمح مدينة قمح")
    first, second = (clause.weight for clause in once.plan.clauses)
    assert [clause.weight for clause in twice.plan.clauses] == [2 * first, second]
    assert twice.words == ("قمح", "مدينة")
    # Not across signs: requiring and wanting are two things.
    assert len(planned("قمح +قمح -قمح").plan.clauses) == 3
    assert [clause.weight for clause in planned('"في مدينة" "في مدينة"').plan.clauses] == [2]


def test_spellings_of_a_word_are_one_word(planned) -> None:
    [once] = planned("مدينة").plan.clauses
    [clause] = planned("مدينة مدينه مَدِينةٌ مديـنة").plan.clauses
    assert clause == replace(once, weight=4 * once.weight)


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
    assert "similar" in {form.depth for form in planned("نتانياهو", ranking=ranking).plan.clauses[0].forms}
    for sign in "+-":
        [clause] = planned(f"{sign}نتانياهو", ranking=ranking).plan.clauses
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


def test_an_excluded_word_of_several_is_a_phrase(planned) -> None:
    [clause] = planned("-قمح-2023").plan.clauses
    assert clause == PhraseClause((("قمح",), ("2023",)), Ranking().full, Occur.MUST_NOT)
    assert [type(clause).__name__ for clause in planned("+قمح-2023").plan.clauses] == ["WordClause"] * 2


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
    assert found.words == ("قمح", "في مدينة", "وزير", "عبد الله", "كوفيد", "19")
    assert len(found.words) == len(found.plan.clauses)
