"""Scores against numbers worked out by hand, and the whole way from a collection to them."""

import json
import math
import sys
from pathlib import Path

import pytest

from khabar.errors import CollectionError, IndexFolderError, MissingDependency
from khabar.evaluation import METRICS, evaluate, paired_bootstrap, write_run
from khabar.evaluation.collection import read_collection
from khabar.evaluation.run import score
from khabar.index.ranking import Ranking
from khabar.library import Index, create_index

SAMPLE = Path(__file__).parents[2] / "corpus"


def test_scores_by_hand():
    judgements = {"q1": {"a": 2, "b": 1, "c": 0}, "q2": {"a": 1}, "q3": {"z": 1}}
    run = {"q1": [("c", 9.0), ("b", 5.0), ("a", 4.0)], "q2": [("a", 1.0)], "extra": [("a", 1.0)]}
    scores = score(run, judgements)
    first = (1 / math.log2(3) + 2 / math.log2(4)) / (2 / math.log2(2) + 1 / math.log2(3))
    assert scores.by_query == pytest.approx({"q1": first, "q2": 1.0, "q3": 0.0})
    # q3 has no answer and counts 0; «extra» is not judged and does not count
    assert scores.metrics == pytest.approx(
        {"nDCG@10": (first + 1) / 3, "RR@10": (1 / 2 + 1) / 3, "R@100": 2 / 3}
    )
    assert tuple(scores.metrics) == METRICS


def test_equal_scores_keep_their_order():
    # trec_eval alone would put «b» first
    scores = score({"q": [("a", 1.0), ("b", 1.0)]}, {"q": {"a": 1}})
    assert scores.metrics["RR@10"] == 1.0


def test_depths_of_the_metrics():
    others = [(f"x{n}", 200.0 - n) for n in range(99)]
    at = {place: [*others[:place], ("a", 0.5)] for place in (9, 10, 99)}
    values = {place: score({"q": answers}, {"q": {"a": 1}}).metrics for place, answers in at.items()}
    assert values[9]["RR@10"] == pytest.approx(0.1)
    assert values[10]["RR@10"] == values[10]["nDCG@10"] == 0.0
    assert values[99]["R@100"] == 1.0
    assert score({"q": [*others, ("y", 0.7), ("a", 0.5)]}, {"q": {"a": 1}}).metrics["R@100"] == 0.0


def test_an_empty_run_is_worth_nothing():
    assert set(score({}, {"q": {"a": 1}}).metrics.values()) == {0.0}


def test_without_ir_measures_the_message_names_the_extra(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(MissingDependency, match=r'pip install "khabar\[eval\]"'):
        evaluate(tmp_path)


def test_a_run_as_trec_has_it_is_scored_the_same_from_its_file(tmp_path):
    import ir_measures

    run = {"q1": [("a", 2.5), ("b", 1.25)], "q2": []}
    write_run(tmp_path / "x.run", run, name="test")
    assert (tmp_path / "x.run").read_text() == "q1 Q0 a 1 2.500000 test\nq1 Q0 b 2 1.250000 test\n"
    read = ir_measures.read_trec_run(str(tmp_path / "x.run"))
    judgements = {"q1": {"b": 1}, "q2": {"a": 1}}
    measures = [ir_measures.parse_measure(name) for name in METRICS]
    theirs = ir_measures.calc_aggregate(measures, judgements, read)
    assert score(run, judgements).metrics == pytest.approx({str(k): v for k, v in theirs.items()})


@pytest.fixture
def small(tmp_path):
    documents = [
        {"id": "d1", "title": "أسعار النفط", "text": "ارتفعت أسعار النفط اليوم."},
        {"id": "d2", "title": "", "text": "فاز المنتخب بكأس آسيا."},
        {"id": "d3", "title": "", "text": "؟!"},
    ]
    text = "\n".join(json.dumps(each, ensure_ascii=False) for each in documents)
    (tmp_path / "corpus.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "queries.tsv").write_text('q1\tالنفط -اليوم\nq2\t"كاس" اسيا\nq3\tقطار\n', encoding="utf-8")
    (tmp_path / "qrels.txt").write_text("q1 0 d1 1\nq2 0 d2 1\nq3 0 d1 1\n", encoding="utf-8")
    return tmp_path


def test_evaluate(small):
    stages = []
    evaluation = evaluate(small, progress=lambda *args: stages.append(args))
    assert evaluation.metrics == pytest.approx(dict.fromkeys(METRICS, 2 / 3))
    assert evaluation.by_query == {"q1": 1.0, "q2": 1.0, "q3": 0.0}
    assert (evaluation.documents, evaluation.queries) == (2, 3)
    assert evaluation.index_seconds > 0 and 0 < evaluation.p50_ms <= evaluation.p95_ms
    assert [document for document, _ in evaluation.run["q1"]] == ["d1"]
    assert stages[-1] == ("searching", 3, 3) and stages[0] == ("indexing", 1, None)
    with pytest.raises(AttributeError):
        evaluation.documents = 0


def test_query_syntax_is_heeded_when_asked_for(small):
    assert evaluate(small, syntax=True).by_query["q1"] == 0.0


def test_limit_and_ranking_are_passed_on(small):
    assert all(len(found) <= 1 for found in evaluate(small, limit=1).run.values())
    plain, other = evaluate(small), evaluate(small, ranking=Ranking(b=1.0, article=0.0))
    assert plain.run["q1"][0][1] != other.run["q1"][0][1]


def test_times_are_of_searches_for_ten_hits(small, monkeypatch):
    asked = []
    search = Index.search

    def spy(self, query, *, limit, **options):
        asked.append(limit)
        return search(self, query, limit=limit, **options)

    monkeypatch.setattr(Index, "search", spy)
    evaluate(small)
    assert asked == [10, 100] * 3
    asked.clear()
    evaluate(small, limit=5)
    assert asked == [5] * 3, "the one search is the timed one"


def test_documents_without_a_word(small):
    (small / "corpus.jsonl").write_text('{"id": "d", "text": "؟"}\n', encoding="utf-8")
    with pytest.raises(CollectionError, match="no document with a word"):
        evaluate(small)


def test_the_sample_corpus_is_found_well():
    evaluation = evaluate(SAMPLE)
    assert evaluation.documents == 46 and evaluation.queries == 46
    assert evaluation.metrics["nDCG@10"] > 0.75
    assert evaluation.metrics["RR@10"] > 0.85


def test_bootstrap_sees_a_clear_difference_and_none_where_there_is_none():
    a = {f"q{n}": 0.5 + n % 7 / 20 for n in range(200)}
    better = {query: value + 0.05 + n % 3 / 50 for n, (query, value) in enumerate(a.items())}
    found = paired_bootstrap(better, a)
    assert found.mean == pytest.approx(0.07, abs=0.001)
    assert found.low < found.mean < found.high and found.low > 0.06
    assert found.p < 0.001 and found.queries == 200
    same = paired_bootstrap(a, dict(reversed(a.items())))
    assert (same.mean, same.low, same.high, same.p) == (0.0, 0.0, 0.0, 1.0)


def test_bootstrap_against_the_textbook():
    # For many values the bootstrap agrees with the normal distribution.
    values = [math.sin(n) for n in range(1000)]
    zeros = [0.0] * 1000
    found = paired_bootstrap([value + 0.05 for value in values], zeros, samples=20_000)
    deviation = math.sqrt(sum(value**2 for value in values) / 1000) / math.sqrt(1000)
    assert found.high - found.low == pytest.approx(2 * 1.96 * deviation, rel=0.05)
    normal = math.erfc(abs(found.mean) / deviation / math.sqrt(2))
    assert found.p == pytest.approx(normal, abs=0.01)


def test_bootstrap_repeats_itself_and_its_seed_matters():
    a, b = [0.1, 0.4, 0.9, 0.3, 0.8], [0.2, 0.3, 0.5, 0.1, 0.9]
    assert paired_bootstrap(a, b) == paired_bootstrap(a, b)
    assert paired_bootstrap(a, b, seed=1) != paired_bootstrap(a, b)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ({"q1": 1.0}, {"q2": 1.0}, "different queries: 2"),
        ([1.0], [1.0, 2.0], "1 and 2 values"),
        ([], [], "no query"),
        ({"q1": 1.0}, [1.0], "by query, or both in order"),
    ],
)
def test_bootstrap_refuses_what_cannot_be_paired(a, b, message):
    with pytest.raises(ValueError, match=message):
        paired_bootstrap(a, b)


def test_archives_that_hold_the_documents_together_are_asked_as_one(tmp_path: Path) -> None:
    collection = read_collection(SAMPLE)
    documents = list(collection.documents())
    places = [tmp_path / name for name in "abc"]
    for place, some in zip(places, (documents[:20], documents[20:], documents[20:21]), strict=True):
        with create_index(place) as index:
            index.add(some)
    one, joined = evaluate(SAMPLE), evaluate(SAMPLE, index=places[:2])
    assert joined.documents == one.documents
    # Except for words with similar letters, which each archive weighs by itself.
    assert joined.metrics == pytest.approx(one.metrics, abs=0.01)
    with pytest.raises(IndexFolderError, match="lack 20 documents"):
        evaluate(SAMPLE, index=places[1:])
