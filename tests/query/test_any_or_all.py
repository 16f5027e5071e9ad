"""One rule for several words: any is enough where articles are ranked; all are required where they are
counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from khabar import Alerts, Article, Index, InvalidArgument, all_hits

ARTICLES = [
    Article("both", "المرفأ والقمح", ("وصلت سفينة القمح إلى المرفأ صباحاً.",)),
    Article("port", "المرفأ", ("يعمل المرفأ ليلاً ونهاراً في الشتاء.",)),
    Article("wheat", "القمح", ("حصاد القمح في الصيف وفير.",)),
    Article("far", "عبد الله النجار", ("افتتح عبد الله النجار معرضاً للكتاب.", "وزار بعدها المرفأ.")),
    Article("none", "كرة القدم", ("فاز الفريق في المباراة.",)),
]


@pytest.fixture
def wharf(empty: Index) -> Index:
    empty.add(ARTICLES)
    return empty


def found(index: Index, query: str, **asked: object) -> set[str]:
    return {hit.article.id for hit in index.search(query, limit=10, **asked)}  # type: ignore[arg-type]


def test_no_article_with_an_exclusion_is_no_reason_to_ask_for_any_word(wharf: Index) -> None:
    """With any word, «ليس» would be a word, and the query would find just what it excludes."""
    none = wharf.facets("المباراة ليس الفريق")
    assert (none.total, none.with_any) == (0, None)
    assert wharf.facets("المباراة الصيف").with_any == 2


def test_any_where_the_best_come_first_and_all_where_they_are_counted(wharf: Index) -> None:
    assert found(wharf, "المرفأ القمح") == {"both", "port", "wheat", "far"}
    for sort in ("newest", "oldest"):
        assert found(wharf, "المرفأ القمح", sort=sort) == {"both"}
    assert [hit.article.id for hit in all_hits(wharf, "المرفأ القمح")] == ["both"]
    assert wharf.facets("المرفأ القمح").total == wharf.terms("المرفأ القمح").total == 1
    assert wharf.timeline(["المرفأ القمح", "القمح"]).totals == (1, 2)
    assert [article.id for article in wharf.choose(query="المرفأ القمح")] == ["both"]


def test_the_rule_can_be_set_aside(wharf: Index) -> None:
    assert found(wharf, "المرفأ القمح", match="all") == {"both"}
    assert wharf.facets("المرفأ القمح", match="any").total == 4
    assert wharf.timeline("المرفأ القمح", match="any").totals == (4,)
    assert len(list(all_hits(wharf, "المرفأ القمح", match="any"))) == 4
    assert len(wharf.choose(query="المرفأ القمح", match="any")) == 4
    with pytest.raises(InvalidArgument) as raised:
        wharf.search("المرفأ", match="most")  # type: ignore[arg-type]
    assert (raised.value.name, raised.value.choices) == ("match", ("any", "all"))


def test_the_answer_says_which_it_was(wharf: Index) -> None:
    results = wharf.search("المرفأ القمح")
    assert (results.total, results.match, results.with_all, results.with_any) == (4, "any", 1, None)
    results = wharf.search("المرفأ القمح", match="all")
    assert (results.total, results.match, results.with_all, results.with_any) == (1, "all", 1, None)
    results = wharf.search("+المرفأ القمح")
    assert (results.total, results.with_all) == (3, 1)
    results = wharf.search("+المرفأ القمح", match="all")
    assert (results.total, results.match, results.with_all) == (1, "all", 1)
    for query in ("المرفأ", "المرفأ OR القمح", "في المرفأ", '"سفينة القمح"', ""):
        assert wharf.search(query).with_all is None, query
    facets = wharf.facets("المرفأ المباراة")
    assert (facets.total, facets.match, facets.with_any) == (0, "all", 4)
    assert wharf.timeline(["القمح", "المرفأ المباراة"]).with_any == (None, 4)
    assert wharf.search("المرفأ المباراة", group="story").with_all == 0


@pytest.mark.parametrize(
    ("query", "total", "having"),
    [
        # Of the single word only similar forms are there: it counts as it lists.
        ("معررض", 1, None),
        ("في معررض", 1, None),
        ("-القمح معررض", 1, None),
        # Beside others a word must be there in a form of its own.
        ("+المرفأ معررض", 3, 0),
        ('"عبد الله النجار" معررض', 1, 0),
        # A name of two words counts as one.
        ("أبو النجاار", 1, 0),
    ],
)
def test_a_list_and_a_count_are_the_same_or_say_what_they_count(
    wharf: Index, query: str, total: int, having: int | None
) -> None:
    listed = wharf.search(query)
    assert (listed.total, listed.with_all) == (total, having)
    count = total if having is None else having
    counted = wharf.search(query, limit=0, match="all")
    assert counted.total == count
    assert counted.with_any == (total if having == 0 else None)
    assert wharf.facets(query).total == wharf.terms(query).total == count
    assert wharf.timeline(query).totals == (count,)
    assert [row.articles for row in wharf.batch([query], asked_as="query")] == [count]
    assert wharf.interpret(query, match="all").total == len(list(all_hits(wharf, query))) == count


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("المرفأ القمح في من", {"both"}),
        ("في المرفأ", {"both", "port", "far"}),
        ("المرفأ OR القمح", {"both", "port", "wheat", "far"}),
        ("المرفأ (القمح OR الشتاء)", {"both", "port"}),
        ("(سفينة القمح) OR الشتاء", {"both", "port"}),
        ("سفينة القمح OR الشتاء", {"both", "port"}),
        ("المرفأ -القمح", {"port", "far"}),
        ("المرفأ -(القمح الشتاء)", {"far"}),
        ("+المرفأ القمح", {"both"}),
        ("المرفأ NOT القمح", {"port", "far"}),
        ("title:(المرفأ القمح)", {"both"}),
        ("title:(المرفأ OR القمح)", {"both", "port", "wheat"}),
        ("المرفأ عبد الله النجار", {"far"}),
        ("المرفأ القمـح المرفأ", {"both"}),
        ("حصا* القمح", {"wheat"}),
        ("المرفأ بطريق", set()),
        ("المرفأ أو القمح", {"both", "port", "wheat", "far"}),
        ("سفينة القمح او الشتاء", {"both", "port"}),
        ("المرفأ ليس القمح", {"port", "far"}),
        ("الصيف أو المرفأ ليس القمح", {"port", "far"}),
        ('"عبد الله" ليس القمح', {"far"}),
        ("المرفأ =أو القمح", set()),
        ("المرفأ أو", {"both", "port", "far"}),
        ("ليس القمح", {"both", "wheat"}),
    ],
)
def test_all_the_words_and_what_signs_say(wharf: Index, query: str, expected: set[str]) -> None:
    assert found(wharf, query, match="all") == expected


def test_a_bar_between_words_is_or_where_all_are_required(wharf: Index) -> None:
    for query in ("المرفأ | القمح", "المرفأ|القمح", "المرفأ |القمح"):
        assert found(wharf, query, match="all") == found(wharf, "المرفأ OR القمح"), query
        assert reported(wharf, query, match="all") == [("bar-as-operator", "|")], query
        assert reported(wharf, query) == [], query
    assert found(wharf, "| المرفأ القمح |", match="all") == found(wharf, "المرفأ القمح", match="all")


def reported(index: Index, query: str, **asked: object) -> list[tuple[str, str]]:
    problems = index.search(query, **asked).problems  # type: ignore[arg-type]
    return [(each.code, query[each.start : each.end]) for each in problems]


def test_arabic_operators_between_words_are_reported_where_all_are_required(wharf: Index) -> None:
    for query, word in (
        ("المرفأ أو القمح", "أو"),
        ("المرفأ ليس القمح", "ليس"),
        ("المرفأ وليس القمح", "وليس"),
        ('"عبد الله" ليس القمح', "ليس"),
    ):
        assert reported(wharf, query, match="all") == [("word-as-operator", word)], query
        assert reported(wharf, query) == [], query
    for query in ("المرفأ أو", "أو المرفأ", "(المرفأ) أو القمح", "المرفأ ليس (القمح)"):
        assert reported(wharf, query, match="all") == [], query
    assert wharf.facets("المرفأ أو القمح").total == 4
    assert wharf.facets("المرفأ أو القمح").problems[0].code == "word-as-operator"
    assert found(wharf, "المرفأ أو القمح", syntax=False, match="all") == {"both"}
    assert {article.id for article in wharf.choose(query="الشتاء أو الصيف")} == {"port", "wheat"}


@pytest.mark.parametrize(
    ("operand", "shown"),
    [
        ('"البحر الأحمر"', '-"البحر الأحمر"'),
        ("«البحر الأحمر» الصيف", "-«البحر الأحمر»"),
        ("مصدر:الوادي", "-مصدر:الوادي"),
        ("title:القمح الصيف", "-title:القمح"),
        ("(القمح OR الصيف) غزة", "-(القمح OR الصيف)"),
        ("-القمح", "-القمح"),
        ("NOT القمح", "-القمح"),
        ("=القمح", "-=القمح"),
    ],
)
def test_what_seems_excluded_is_shown_with_its_minus(wharf: Index, operand: str, shown: str) -> None:
    for mark in ("", "\u200f"):
        problems = wharf.search(f"{mark}المرفأ بدون {operand}", match="all").problems
        [problem] = [problem for problem in problems if problem.code == "exclusion-as-word"]
        assert problem.message.endswith(f"before it: {shown}")


@pytest.mark.parametrize("word", ["بدون", "إلا", "عدا", "باستثناء"])
def test_a_word_that_seems_to_exclude_is_reported_where_a_negation_would(wharf: Index, word: str) -> None:
    code = [("exclusion-as-word", word)]
    assert reported(wharf, f"المرفأ {word} القمح", match="all") == code
    [problem] = wharf.search(f"المرفأ {word} القمح", match="all").problems
    assert problem.message.endswith(": -القمح")
    assert reported(wharf, f"(المرفأ OR الصيف) {word} القمح") == code
    assert reported(wharf, f'المرفأ {word} ("القمح")') == code
    # A headline of which any word is enough, a phrase, and words that often say something else.
    for query, match in (
        (f"المرفأ {word} القمح", "any"),
        (f'"المرفأ {word} القمح"', "all"),
        (f"المرفأ ={word} القمح", "all"),
        (f"{word} القمح", "all"),
        ("المرفأ دون القمح", "all"),
        ("القمح غير المطحون", "all"),
    ):
        assert reported(wharf, query, match=match) == [], query


def test_where_any_word_will_do_arabic_operators_stay_words(wharf: Index) -> None:
    assert found(wharf, "المرفأ ليس القمح") == {"both", "port", "wheat", "far"}


@pytest.mark.parametrize("word", ["or", "Or", "and", "not"])
def test_operators_in_small_letters_are_hinted_at(wharf: Index, word: str) -> None:
    for match in ("any", "all"):
        assert reported(wharf, f"المرفأ {word} القمح", match=match) == [("operator-in-small-letters", word)]
    for query in (f"war {word} peace", f"المرفأ {word}", f"المرفأ {word.upper()} القمح", f"+{word} المرفأ"):
        assert "operator-in-small-letters" not in [code for code, _ in reported(wharf, query)], query


def test_a_single_word_finds_the_same_either_way(wharf: Index) -> None:
    for query in ("المرفا", "القمحح", "عبد الله", "(القمح)", "في", "القمح في"):
        assert found(wharf, query, match="all") == found(wharf, query, match="any"), query


def test_what_is_only_similar_satisfies_no_required_word(wharf: Index) -> None:
    alike = found(wharf, "+المرفع +القمح")
    assert found(wharf, "المرفع القمح", match="all") == alike


def test_words_alone_follow_the_rule_too(wharf: Index) -> None:
    assert found(wharf, "المرفأ OR القمح", syntax=False, match="all") == set()
    assert found(wharf, "المرفأ - القمح", syntax=False, match="all") == {"both"}


def test_a_saved_search_keeps_the_rule(wharf: Index, tmp_path: Path) -> None:
    alerts = Alerts(tmp_path / "alerts.json")
    alerts.add("strict", "المرفأ القمح", wharf.path)
    alerts.add("either", "الشتاء أو الصيف", wharf.path)
    alerts.add("wide", "المرفأ القمح", wharf.path, match="any")
    assert {hit.article.id for hit in alerts.news("strict", wharf)} == {"both"}
    assert {hit.article.id for hit in alerts.news("wide", wharf)} == {"both", "port", "wheat", "far"}
    assert {hit.article.id for hit in alerts.news("either", wharf)} == {"port", "wheat"}
    with pytest.raises(InvalidArgument):
        alerts.add("wrong", "المرفأ", wharf.path, match="some")  # type: ignore[arg-type]


def test_without_a_query_everything_is_the_answer(wharf: Index) -> None:
    assert wharf.search().total == wharf.search("  ").total == len(ARTICLES)
    assert wharf.search("؟").total == 0
    assert wharf.facets().total == len(ARTICLES)
    assert wharf.timeline().totals == (len(ARTICLES),)
    assert len(list(all_hits(wharf))) == len(ARTICLES)
    assert wharf.choose(query="") == []
    wharf.remove(["none"])
    assert wharf.search().total == len(ARTICLES) - 1


def test_a_name_is_one_word_where_articles_are_counted(empty: Index) -> None:
    empty.add(
        [
            Article("spaced", "خبر", ("قال أبو عبيدة إن الأمر انتهى",)),
            Article("joined", "خبر", ("وصل أبوعبيدة مساء",)),
            Article("part", "خبر", ("افتتح عبيدة معرضا للقمح",)),
        ]
    )
    for query in (
        "أبو عبيدة",
        "أبوعبيدة",
        "(أبو عبيدة)",
        "أبو عبيدة OR المرفأ",
        "(أبو عبيدة OR أبو ظبي)",
        "أبو عبيدة* OR أبو عبيدة",
    ):
        assert found(empty, query, match="all") == {"spaced", "joined"}, query
        assert {article.id for article in empty.choose(query=query)} == {"spaced", "joined"}, query
        assert empty.facets(query).total == 2, query
    # A sign before a parenthesis counts and excludes articles too.
    assert found(empty, "خبر -(أبو عبيدة)") == found(empty, "خبر -(المرفأ أبو عبيدة)") == {"part"}
    assert found(empty, "+(أبو عبيدة المرفأ)") == {"spaced", "joined"}
    # In order of relevance the part raises more articles, and the name comes first.
    hits = [hit.article.id for hit in empty.search("أبو عبيدة")]
    assert set(hits[:2]) == {"spaced", "joined"} and hits[2:] == ["part"]
