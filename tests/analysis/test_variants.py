"""Spellings of one word are one word; words that only look alike stay apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from word_pairs import depth, lexicon_of, read_pairs

from khabar.analysis.analyzer import Analyzer
from khabar.analysis.fold import fold
from khabar.analysis.names import loan_key, without_article
from khabar.analysis.variants import VARIANTS, respelled, same_name
from khabar.corpus.article import Article
from khabar.library import Index


def test_most_pairs_of_the_list_are_one_word(tmp_path: Path, analyzer: Analyzer) -> None:
    pairs = read_pairs("spellings.txt")
    lexicon = lexicon_of(tmp_path, [word for pair in pairs for word in pair], analyzer)
    found = [
        (one, other)
        for one, other in pairs
        if fold(one) == fold(other)
        or (depth(lexicon, one, other, analyzer) and depth(lexicon, other, one, analyzer))
    ]
    assert len(pairs) > 200
    assert len(found) >= 0.92 * len(pairs)


@pytest.mark.parametrize(
    "one, other",
    [
        ("شولتس", "شولتز"),
        ("غالانت", "جالانت"),
        ("ستولتنبرغ", "شتولتنبرغ"),
        ("خاركيف", "خاركوف"),
        ("ولوغانسك", "ولوهانسك"),
        ("بكين", "بيجين"),
        ("أوديسا", "أوديسة"),
        ("أمريكا", "أميركا"),
        ("بالأمريكيين", "بالأميركيين"),
        ("صحافيات", "صحفيات"),
        ("بالإنكليزية", "بالإنجليزية"),
        ("لسورية", "لسوريا"),
        ("مبادئ", "مباديء"),
        ("وبلومبرغ", "وبلومبيرج"),
        ("شوارزنيغر", "شوارزنيجر"),
    ],
)
def test_another_spelling_has_that_depth(tmp_path: Path, analyzer: Analyzer, one: str, other: str) -> None:
    lexicon = lexicon_of(tmp_path, [one, other], analyzer)
    assert depth(lexicon, one, other, analyzer) == "spelling"
    assert depth(lexicon, other, one, analyzer) == "spelling"


@pytest.mark.parametrize(
    "one, other",
    [
        ("أميركي", "الأمريكية"),
        ("الأمريكي", "أميركيون"),
        ("صحفي", "للصحافيين"),
        ("الديمقراطيون", "ديموقراطي"),
    ],
)
def test_inflections_of_another_spelling_are_found(
    tmp_path: Path, analyzer: Analyzer, one: str, other: str
) -> None:
    lexicon = lexicon_of(tmp_path, [one, other], analyzer)
    assert depth(lexicon, one, other, analyzer) in ("light", "lemma")
    assert depth(lexicon, other, one, analyzer) in ("light", "lemma")


@pytest.mark.parametrize(
    "one, other",
    [
        ("سالم", "سليم"),
        ("سلمان", "سليمان"),
        ("العتيبي", "العتبي"),
        ("مناجاة", "مناغاة"),
        ("تقريبي", "تغريبي"),
        ("استقلاب", "استجلاب"),
        ("صحافة", "صحفي"),
        ("بغرامة", "باغرام"),
        ("الوليمة", "وليام"),
        ("الجاني", "الغاني"),
        ("نروج", "النرويج"),
        ("كريستيان", "كريستيانو"),
        ("رونالد", "رونالدو"),
        ("أبوسالم", "أبوسليم"),
        ("فاينستاين", "اينشتاين"),
        ("السورية", "سوريا"),
    ],
)
def test_words_that_look_alike_stay_two(tmp_path: Path, analyzer: Analyzer, one: str, other: str) -> None:
    lexicon = lexicon_of(tmp_path, [one, other], analyzer)
    assert depth(lexicon, one, other, analyzer) != "spelling"


def test_the_list_is_sound() -> None:
    for spelling, (stands_for, where) in VARIANTS.items():
        assert fold(spelling) == spelling and fold(stands_for) == stands_for
        # The representing spelling is itself on the list, and represents itself.
        assert VARIANTS[stands_for] == (stands_for, "")
        assert where in ("", ".", "+")


def test_respelling_is_idempotent() -> None:
    for spelling, (_, where) in VARIANTS.items():
        for word in (spelling, f"وال{spelling}", f"لل{spelling}ين", f"ب{spelling}"):
            once = respelled(word)
            assert once is None or respelled(once) in (once, None), (word, once, where)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # A newsroom writes غ or ج for a foreign g; ق is a letter of Arabic words too.
        ("غرينتش", "جرينتش", True),
        ("دوغان", "دوجان", True),
        ("دوقان", "دوغان", False),
        ("غولدن", "جولدن", True),
        ("قولدن", "غولدن", False),
        # Of two vowels that are long in one spelling and short in the other, both may be another word.
        ("برينستن", "برنستين", False),
    ],
)
def test_a_name_is_another_spelling_only_if_that_is_nearly_sure(one: str, other: str, same: bool) -> None:
    assert same_name(one, other, False) is same_name(other, one, False) is same


def test_a_name_of_the_rule_shares_its_key() -> None:
    """Otherwise the lexicon would never compare the two."""
    for one, other in [("غولدشتاين", "جولدشتاين"), ("وليامسون", "ويليامسون"), ("غيغز", "جيجز")]:
        assert same_name(without_article(one), without_article(other), False)
        assert loan_key(one) == loan_key(other)


def test_a_required_word_finds_and_counts_all_spellings(new_index: Callable[..., Index]) -> None:
    index = new_index()
    index.add(
        [
            Article("meem", "", ("تصريحات الرئيس الأمريكي عن سياسة أمريكا",)),
            Article("yeh", "", ("تصريحات الرئيس الأميركي عن سياسة أميركا",)),
            Article("other", "", ("السياسة في آسيا",)),
        ]
    )
    for query in ("+أمريكا", "+أميركا", "+الأميركي"):
        found = index.search(query)
        assert sorted(hit.article.id for hit in found) == ["meem", "yeh"] and found.total == 2, query
    first, second = index.search("أميركا")
    assert first.article.id == "yeh"
    depths = {mark.term: mark.depth for mark in second.snippet.highlights}
    assert depths["امريكا"] == "spelling"
    forms = {form.term: form for form in index.why("أميركا")}
    assert forms["امريكا"].matches and forms["امريكا"].weight == 0.3
