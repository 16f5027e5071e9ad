"""Typed vocalisation: which words of a text agree with it, and what that does to the order of hits."""

from __future__ import annotations

import pytest

from khabar import Group
from khabar.corpus.article import Article
from khabar.index.plan import Occur, PhraseClause, Plan, WeightedForm, WordClause
from khabar.library import Index
from khabar.query.vocalisation import AGREES, DIFFERS, Vocalised, agreement, marked_words, vocalised

FORMS = frozenset({"علم", "العلم", "والعلم", "علما", "الله"})


def factor(word: str, text: str) -> float:
    return agreement([Vocalised(word, FORMS, 0)], marked_words(Article("a", "", (text,))))


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("عِلم", "قال إن العِلم نور", AGREES),
        ("عِلم", "وَالعِلْمُ نور", AGREES),
        ("عِلم", "رفعوا عَلَما", DIFFERS),
        ("عَلَم", "رفعوا عَلَماً كبيرا", AGREES),
        ("عَلَّم", "رفعوا عَلَمًا", DIFFERS),
        ("عَلَم", "عَلَّم الناس", 1.0),
        ("عِلم", "العلم نور", 1.0),
        # the ending is grammar
        ("عِلمُ", "عِلمَ الناس", AGREES),
        ("عِلم", "علمٌ", 1.0),
        # both in one text: it has what was asked for
        ("عِلم", "عَلَم ثم عِلم", AGREES),
        # marks of other words do not count
        ("عِلم", "عَمَل كَبير", 1.0),
    ],
)
def test_marks_agree_differ_or_say_nothing(word: str, text: str, expected: float) -> None:
    forms = FORMS if "عَلَّم الناس" not in text else frozenset({"قلم"})
    assert agreement([Vocalised(word, forms, 0)], marked_words(Article("a", "", (text,)))) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("كتبَ العِلمَ، وعلماً. ومعلمٌ", ["العِلمَ"]),
        ("رفعوا عَلَماً كبيراً جدًا", ["عَلَماً", "جدًا"]),
        ("«المُقاوـَمة»", ["المُقاوـَمة"]),
        ("شدّة\u00a0قال", ["شدّة"]),
        ("بلا علامات", []),
        ("مدٌّ", []),
    ],
)
def test_marks_on_the_last_letter_do_not_count(text: str, words: list[str]) -> None:
    assert sorted(word for _, word in marked_words(Article("a", "", (text,)))) == sorted(words)


def test_every_word_counts_and_every_unit() -> None:
    article = Article("a", "عِلم", ("والله", "كَتب", "قلم"))
    asked = [Vocalised("عِلم", FORMS, 0), Vocalised("كُتب", frozenset({"كتب"}), 1)]
    assert agreement(asked, marked_words(article)) == pytest.approx(AGREES * DIFFERS)


def test_only_wanted_words_with_inner_marks_count() -> None:
    def word(term: str, occur: Occur = Occur.SHOULD) -> WordClause:
        return WordClause((WeightedForm(term, 1.0, "exact"), WeightedForm("x", 0.1, "similar")), occur=occur)

    plan = Plan((word("علم"), word("كتب"), word("قلم", Occur.MUST_NOT), PhraseClause((("علم",), ("نور",)))))
    assert vocalised(plan, ["عِلم", "كتبٌ", "قَلم", "عِلم نور"]) == (Vocalised("عِلم", frozenset({"علم"}), 0),)


def test_among_hits_alike_those_that_agree_come_first_and_none_is_lost(empty: Index) -> None:
    texts = {"differs": "رفع الناس عَلَما", "silent": "رفع الناس علما", "agrees": "رفع الناس عِلما"}
    empty.add(Article(name, "خبر", (text,)) for name, text in texts.items())

    def order(query: str, **options: int) -> list[str]:
        return [hit.article.id for hit in empty.search(query, **options)]

    assert order("علم") == ["differs", "silent", "agrees"]
    assert order("عِلم") == ["agrees", "silent", "differs"]
    assert order("عَلَم") == ["differs", "silent", "agrees"]
    assert order("عِلم", limit=1, offset=1) == ["silent"]
    scores = [hit.score for hit in empty.search("عِلم")]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("group", ["article", "story", "none"])
def test_marked_words_can_be_counted_without_a_hit(empty: Index, group: Group) -> None:
    empty.add([Article("one", "خبر", ("رفع الناس عِلما",)), Article("two", "خبر", ("سأل الناس علما",))])
    results = empty.search("عِلم", limit=0, group=group)
    assert (results.total, len(results)) == (2, 0)
    assert empty.search("عِلم", limit=5, offset=2, group=group).total == 2


def test_articles_are_read_only_where_their_marks_can_matter(
    empty: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty articles have both words, and thirty only the other one; these can neither agree nor differ."""
    both = [Article(f"both{n}", f"خبر {n}", ("رفع الناس علما" + " وأكثر" * n,)) for n in range(30)]
    other = [Article(f"other{n}", f"خبر {n}", ("الناس هنا" + " وأكثر" * n,)) for n in range(30)]
    empty.add([*both, *other])
    read: list[str] = []

    def looked_at(article: Article) -> tuple[tuple[str, str], ...]:
        read.append(article.id)
        return marked_words(article)

    monkeypatch.setattr("khabar.query.search.marked_words", looked_at)
    hits = empty.search("عَلَم الناس", limit=3).hits
    assert read
    assert all(each.startswith("both") for each in read)
    assert len(read) < len(both)
    assert [hit.article.id for hit in hits] == [hit.article.id for hit in empty.search("علم الناس", limit=3)]
