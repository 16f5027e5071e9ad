"""Compound names: the spellings that must meet, and words that are not names."""

from pathlib import Path

import pytest
from word_pairs import depth, lexicon_of

from khabar.analysis.analyzer import Analyzer
from khabar.analysis.lemma import closed
from khabar.analysis.names import compound, compound_head, joined_name


def exact_terms(text: str) -> set[str]:
    return {term for _, word in Analyzer(table={}).words(text) for term in word.exact}


@pytest.mark.parametrize(
    "text",
    [
        "عبد اللهيان",
        "عبداللهيان",
        "أميرعبد اللهيان",
        "امير عبد اللهيان",
        "وعبد اللهيان",
        "لعبداللهيان",
        "عبد اللّهيان",
    ],
)
def test_every_spelling_has_the_joined_term(text: str) -> None:
    assert "عبداللهيان" in exact_terms(text)


@pytest.mark.parametrize("text", ["أبو مرزوق", "ابو مرزوق", "أبا مرزوق", "أبي مرزوق", "وأبو مرزوق"])
def test_every_case_of_a_kunya_is_one(text: str) -> None:
    assert "ابومرزوق" in exact_terms(text)


def test_the_word_glued_before_the_name_is_found_too() -> None:
    assert "امير" in exact_terms("حسين أميرعبد اللهيان")


def test_no_name_where_there_is_none() -> None:
    assert compound_head("معبد") is None
    assert joined_name("عبدان") is None
    assert compound(("عبد", ""), "صالح") is None
    assert compound(("ابو", ""), "19") is None


#: A name, and words of which it was mistaken for a form.
APART = [
    ("سلمان", "الإسلام والسلم يسلم"),
    ("سليمان", "سليم السليمة"),
    ("بايدن", "يؤيد تؤيد"),
    ("بوتين", "بوتن البوتات"),
    ("لبيد", "بيد بيده"),
    ("ماكرون", "ماكر"),
    ("كيري", "كير كيران"),
    ("مازن", "أمازون"),
    ("مصر", "مصراتة"),
    ("طالبان", "طالب الطلاب"),
    ("قطر", "يقطرون"),
    ("الأردن", "أردناه"),
    ("الرياض", "روضة"),
    ("عدن", "وعد"),
    ("حسن", "لحسه"),
]


@pytest.mark.parametrize(("name", "others"), APART)
def test_a_name_is_no_form_of_another_word(
    tmp_path: Path, analyzer: Analyzer, name: str, others: str
) -> None:
    lexicon = lexicon_of(tmp_path, [name, *others.split()], analyzer)
    for other in others.split():
        assert depth(lexicon, name, other, analyzer) is None
        assert depth(lexicon, other, name, analyzer) is None


#: Listed names, one that neither the list nor the dictionary has, words of two and three letters.
CARRIED = [
    ("سلمان", "وسلمان بسلمان لسلمان فسلمان كسلمان ولسلمان"),
    ("القحطاني", "والقحطاني للقحطاني بالقحطاني"),
    ("بايدن", "وبايدن لبايدن ببايدن"),
    ("بوتين", "وبوتين لبوتين"),
    ("غوتيريش", "وغوتيريش لغوتيريش بغوتيريش كغوتيريش"),
    ("حسن", "وحسن لحسن بحسن"),
    ("رفح", "ورفح برفح لرفح"),
    ("جو", "وجو لجو"),
    ("حي", "بحي"),
    ("توقيت", "بتوقيت وتوقيت"),
    ("عدن", "وعدن بعدن لعدن"),
    ("رضا", "برضا لرضا ورضا رضاهم"),
]


@pytest.mark.parametrize(("name", "forms"), CARRIED)
def test_a_name_is_found_with_and_without_a_particle(
    tmp_path: Path, analyzer: Analyzer, name: str, forms: str
) -> None:
    lexicon = lexicon_of(tmp_path, [name, *forms.split()], analyzer)
    for form in forms.split():
        assert depth(lexicon, name, form, analyzer), form
        assert depth(lexicon, form, name, analyzer), form


@pytest.mark.parametrize(
    ("whole", "rest"),
    [
        ("كولين", "ولين"),
        ("كوستا", "وستا"),
        ("ليو", "يو"),
        ("كيم", "يم"),
        ("بوزيد", "وزيد"),
        ("لوكاس", "وكاس"),
        ("بوشهر", "وشهر"),
        ("بلقيس", "قيس"),
        ("لكانت", "كانت"),
    ],
)
def test_what_begins_like_a_particle_is_part_of_a_name(
    tmp_path: Path, analyzer: Analyzer, whole: str, rest: str
) -> None:
    lexicon = lexicon_of(tmp_path, [whole, rest], analyzer)
    assert depth(lexicon, whole, rest, analyzer) is None
    assert depth(lexicon, rest, whole, analyzer) is None


@pytest.mark.parametrize(
    ("one", "other"), [("إيمان", "إيمانهم"), ("جنين", "جنينها"), ("مالي", "مالية"), ("مصر", "بمصر")]
)
def test_a_name_that_is_also_a_noun_keeps_its_forms(
    tmp_path: Path, analyzer: Analyzer, one: str, other: str
) -> None:
    lexicon = lexicon_of(tmp_path, [one, other], analyzer)
    assert depth(lexicon, one, other, analyzer)
    assert depth(lexicon, other, one, analyzer)


def test_a_listed_name_is_its_own_lemma_and_stem(analyzer: Analyzer) -> None:
    for name in closed.NAMES:
        stems = analyzer.stems(name)
        assert stems.read and (stems.light, stems.lemma) == (name, (name,)), name


def test_a_name_is_found_after_its_article_and_particles() -> None:
    for word in ("قحطاني", "القحطاني", "والقحطاني", "بالقحطاني", "للقحطاني"):
        assert closed.name_in(word) == "قحطاني"
