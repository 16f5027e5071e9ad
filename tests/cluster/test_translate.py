"""Plans as queries for a cluster; ``test_answers`` tests that they find the same articles."""

from __future__ import annotations

from khabar.cluster.conditions import Query, matching
from khabar.cluster.mapping import GRAIN
from khabar.cluster.translate import Worth, asked_for, order
from khabar.index.plan import FilterClause, GroupClause, Occur, PhraseClause, Plan, WeightedForm, WordClause
from khabar.index.ranking import Ranking

TRUCE = WeightedForm("هدنه", 1.0, "exact")
ALIKE = WeightedForm("هدنات", 0.3, "similar", matches=False)
HILLS = WeightedForm("الهضاب", 1.0, "exact")
NOTHING: Query = {"match_none": {}}


def should(*clauses: object) -> object:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def test_any_of_the_words_is_looked_up_at_once() -> None:
    words = (WordClause((TRUCE, ALIKE)), WordClause((HILLS,)))
    assert matching(words) == {"terms": {"all": ["هدنه", "الهضاب"]}}
    titles = (WordClause((TRUCE,), title=True), WordClause((HILLS,)))
    assert matching(titles) == should({"terms": {"head": ["هدنه"]}}, {"terms": {"all": ["الهضاب"]}})


def test_a_required_word_makes_the_others_optional() -> None:
    assert matching((WordClause((TRUCE,)), WordClause((HILLS,), occur=Occur.MUST))) == {
        "terms": {"all": ["الهضاب"]}
    }


def test_conditions_leave_the_words_required() -> None:
    clauses = (WordClause((TRUCE,)), FilterClause("source", ("الوادي",)))
    assert matching(clauses) == {
        "bool": {"filter": [{"terms": {"source": ["الوادي"]}}, {"terms": {"all": ["هدنه"]}}]}
    }


def test_what_is_only_ruled_out_finds_nothing() -> None:
    assert matching((WordClause((TRUCE,), occur=Occur.MUST_NOT),)) == NOTHING
    assert matching(()) == NOTHING
    assert matching((WordClause(()),)) == NOTHING
    excluded = GroupClause((WordClause((TRUCE,), occur=Occur.MUST_NOT),))
    assert matching((excluded,)) == NOTHING


def test_conditions() -> None:
    assert matching((FilterClause("published", first=3),)) == {"range": {"day": {"gte": 3}}}
    assert matching((FilterClause("published"),)) == {"exists": {"field": "day"}}
    assert matching((FilterClause("index"),)) == {"match_all": {}}
    assert matching((FilterClause("url", ("News?",)),)) == {"wildcard": {"url": {"value": "*news\\?*"}}}
    unknown = {"bool": {"must_not": [{"exists": {"field": "author"}}]}}
    assert matching((FilterClause("author", ("",)),)) == should(NOTHING, unknown)


def test_a_phrase_stands_in_one_passage_in_order() -> None:
    phrase = PhraseClause((("وقف", "وقفا"), ("اطلاق",)))
    stands = {"match_phrase": {"all": {"query": "وقف|وقفا اطلاق"}}}
    assert matching((phrase,)) == stands
    in_title = PhraseClause((("وقف",), ("اطلاق",)), title=True, joined=("وقفاطلاق",))
    assert matching((in_title,)) == should(
        {"match_phrase": {"head": {"query": "وقف اطلاق"}}}, {"terms": {"head": ["وقفاطلاق"]}}
    )


def test_words_near_one_another_stand_in_any_order() -> None:
    def ordered(*words: str) -> Query:
        each = [{"match": {"query": word}} for word in words]
        return {"all_of": {"mode": "ordered", "max_gaps": 3, "intervals": each}}

    near = PhraseClause((("وزير",), ("نفط",)), slop=3, ordered=False)
    either = [ordered("وزير", "نفط"), ordered("نفط", "وزير")]
    assert matching((near,)) == {"intervals": {"all": {"any_of": {"intervals": either}}}}
    assert matching((PhraseClause((("وزير",), ("نفط",)), slop=3),)) == {
        "intervals": {"all": ordered("وزير", "نفط")}
    }


def test_more_terms_than_the_cluster_looks_up_together() -> None:
    forms = tuple(WeightedForm(f"ن{number}", 1.0, "exact") for number in range(70_000))
    parts = matching((WordClause(forms),))["bool"]["should"]
    assert sum(len(part["terms"]["all"]) for part in parts) == 70_000
    assert max(len(part["terms"]["all"]) for part in parts) < 65_536


def test_a_form_is_repeated_by_its_weight() -> None:
    plan = Plan((WordClause((TRUCE, WeightedForm("الهدنه", 0.5, "light"))),))
    query, scored = asked_for(plan, [Worth(6.0, 3.0)], Ranking(), None)
    text = "|".join(["هدنه"] * GRAIN + ["الهدنه"] * (GRAIN // 2))
    word = {"match": {"all": {"query": text, "boost": 2.0}}}
    assert scored
    # The scoring clause also finds it.
    assert query == {"bool": {"should": [word], "minimum_should_match": 1}}


def test_a_form_that_makes_no_match_needs_a_condition_beside_it() -> None:
    plan = Plan((WordClause((TRUCE, ALIKE)),))
    query, _ = asked_for(plan, [Worth(6.0, 3.0)], Ranking(), None)
    assert query["bool"]["filter"] == [{"terms": {"all": ["هدنه"]}}]
    assert "هدنات" in query["bool"]["should"][0]["match"]["all"]["query"]


def test_what_weighs_nothing_only_matches() -> None:
    plan = Plan((WordClause((TRUCE,)),))
    query, scored = asked_for(plan, [Worth(0.0, 0.0)], Ranking(), None)
    assert (query, scored) == ({"bool": {"filter": [{"terms": {"all": ["هدنه"]}}]}}, False)
    assert order("newest", scored=False) == [
        {"published": {"order": "desc", "missing": "_last"}},
        {"order": {"order": "asc"}},
    ]


def test_age_is_told_to_the_cluster() -> None:
    plan = Plan((WordClause((TRUCE,)),))
    query, _ = asked_for(plan, [Worth(1.0, 1.0)], Ranking(half_life=2.0), 1_700_000_000)
    first, second = query["function_score"]["functions"]
    assert first["exp"]["published"] == {"origin": 1_700_000_000, "scale": 172_800.0, "decay": 0.5}
    assert second["weight"] == 0.5
