"""Merging the names of several articles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from khabar.entities.finding import Finder
from khabar.entities.merging import Found, Merged, merge

FINDER = Finder()


def merged(*articles: str) -> dict[str, Merged]:
    """The names of some articles, by the spelling that is shown."""
    found = [[Found.of(text, each) for each in FINDER.mentions(text)] for text in articles]
    return {name.text: name for name in merge(found)}


def test_a_family_name_is_the_person_of_the_article() -> None:
    names = merged("التقى وزير الخارجية الروسي سيرغي لافروف الوفد. وقال لافروف إن اللقاء مفيد")
    assert names.keys() == {"سيرغي لافروف"}
    assert dict(names["سيرغي لافروف"].spellings) == {"سيرغي لافروف": 1, "لافروف": 1}


def test_a_family_name_of_two_people_is_nobodys() -> None:
    names = merged("حضر محمد العريفي وسعود العريفي. وأكد الدكتور العريفي ذلك")
    assert names.keys() == {"محمد العريفي", "سعود العريفي"}
    assert all(len(name.spellings) == 1 for name in names.values())


def test_short_and_long_names_across_articles() -> None:
    names = merged(
        "استقبل الأمير محمد بن سلمان بن عبدالعزيز الوفد، وقال محمد بن سلمان كلمة",
        "زار الأمير محمد بن سلمان مصر",
    )
    both = next(name for name in names.values() if "محمد سلمان عبدالعزيز" in name.keys)
    assert both.articles == {0, 1}
    assert {"محمد سلمان", "محمد سلمان عبدالعزيز"} <= both.keys


def test_spellings_are_one_name() -> None:
    names = merged(
        "زار أمير عبد اللهيان بيروت وقال أمير عبد اللهيان", "في أمريكا", "في أميركا وروسيا", "لروسيا"
    )
    assert names["أمريكا"].articles == {1, 2} if "أمريكا" in names else names["أميركا"].articles == {1, 2}
    assert names["روسيا"].articles == {2, 3}
    foreign = merged("قال بنيامين نتنياهو ذلك", "وأعلن بنيامين نتانياهو ذلك")
    assert len(foreign) == 1


def test_a_given_name_alone_is_nobody() -> None:
    assert merged("جاء أحمد", "وقال أحمد ذلك") == {}


def test_a_king_is_himself() -> None:
    names = merged(
        "الملك سلمان بن عبدالعزيز في جدة", "خادم الحرمين الملك سلمان بن عبدالعزيز", "أمر الملك سلمان بذلك"
    )
    assert names["سلمان بن عبدالعزيز"].articles == {0, 1, 2}


def test_a_ministry_without_its_country() -> None:
    names = merged("قالت وزارة الخارجية الروسية ذلك، وأضافت وزارة الخارجية أنها", "وزارة الخارجية")
    assert names["وزارة الخارجية الروسية"].articles == {0}
    assert names["وزارة الخارجية"].articles == {1}


PIECES = st.sampled_from(
    [
        "محمد العريفي",
        "الدكتور العريفي",
        "سعود العريفي",
        "قال لافروف",
        "سيرغي لافروف",
        "الملك سلمان",
        "سلمان بن عبدالعزيز",
        "محمد بن سلمان بن عبدالعزيز",
        "محمد بن سلمان",
        "في أميركا",
        "بأمريكا",
        "وزارة الخارجية",
        "وزارة الخارجية الروسية",
    ]
)


@given(st.lists(st.lists(PIECES, max_size=5).map("، ".join), max_size=6))
def test_counts_agree(articles: list[str]) -> None:
    found = [[Found.of(text, each) for each in FINDER.mentions(text)] for text in articles]
    names = merge(found)
    assert names == merge(found)
    for name in names:
        assert name.articles <= set(range(len(articles)))
        assert 1 <= max(name.spellings.values()) <= len(name.articles)
        assert name.text in name.spellings
    # An article counts once for a name, and every key belongs to one name.
    keys = [(name.kind, name.key) for name in names]
    assert len(keys) == len(set(keys))
