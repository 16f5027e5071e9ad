"""People, places and organisations in sentences, written for these tests as a newspaper writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.entities.finding import Finder
from khabar.entities.values import GIVEN, HEADED, KINDS, LISTED, QUOTED


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder()


def named(finder: Finder, text: str, kind: str) -> list[str]:
    """The names of a kind in a text, as written."""
    return [text[each.start : each.end] for each in finder.mentions(text) if each.kind == kind]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("قال وزير الخارجية الروسي سيرغي لافروف إن بلاده مستعدة", ["سيرغي لافروف"]),
        ("التقى الأمير محمد بن سلمان بن عبدالعزيز آل سعود الوفد", ["محمد بن سلمان بن عبدالعزيز آل سعود"]),
        ("أكد الدكتور محمد العريفي ذلك", ["محمد العريفي"]),
        ("رأى الدكتور العريفي ذلك", ["العريفي"]),
        ("شكر الملك سلمان الحضور", ["سلمان"]),
        ("وبحث الرئيس الأمريكي باراك أوباما الملف", ["باراك أوباما"]),
        ("وأوضح المتحدث باسم الوزارة اللواء منصور التركي لوكالات الأنباء", ["منصور التركي"]),
        ("كتب لعبد الله بن زايد آل نهيان", ["عبد الله بن زايد آل نهيان"]),
        ("وأضاف أبو مازن أن الاجتماع تأجل", ["أبو مازن"]),
        ("حضر أبو بكر البغدادي", ["أبو بكر البغدادي"]),
        ("الرئيس السابق علي عبد الله صالح في صنعاء", ["علي عبد الله صالح"]),
        ("وأعرب المهندس عبدالرحمن الركبان عن شكره", ["عبدالرحمن الركبان"]),
        ("والتقى جون كيري وفدا", ["جون كيري"]),
        ("وقال بايدن إن الوقت ضيق", ["بايدن"]),
        ("زار حسين أمير عبد اللهيان بيروت", ["حسين أمير عبد اللهيان"]),
        ("البابا فرنسيس صلى", ["فرنسيس"]),
    ],
)
def test_people(finder: Finder, text: str, people: list[str]) -> None:
    assert named(finder, text, "person") == people


@pytest.mark.parametrize(
    "text",
    [
        "جاء أحمد إلى الحفل",
        "هذا القرار لصالح الشعب",
        "وهو بعيد عن الواقع",
        "وزير الخارجية في زيارة رسمية",
        "عمر المشروع خمس سنوات",
        "سعيد بهذا اللقاء",
        "قال إن الأمل كبير",
        "على الرغم من ذلك",
        "علي الرغم من ذلك",
        "حضر الرئيس والوزير الاجتماع",
        "يوم الأحد الماضي",
        "بفضل الله ثم بفضل الجميع",
    ],
)
def test_nobody(finder: Finder, text: str) -> None:
    assert named(finder, text, "person") == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("وصل الوفد إلى الرياض ثم غادر إلى جدة", ["الرياض", "جدة"]),
        ("في الولايات المتحدة الأمريكية وبريطانيا", ["الولايات المتحدة الأمريكية", "بريطانيا"]),
        ("قصف بلدة مضايا بريف دمشق", ["مضايا", "دمشق"]),
        ("مدينة تعز اليمنية", ["تعز"]),
        ("محافظة حفر الباطن", ["حفر الباطن"]),
        ("للبنان وبالعراق", ["لبنان", "العراق"]),
        ("نشرت صور الحادث", []),
        ("جاء الخبر سريعا", []),
    ],
)
def test_places(finder: Finder, text: str, places: list[str]) -> None:
    assert named(finder, text, "place") == places


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("أعلنت وزارة الثقافة والإعلام ذلك", ["وزارة الثقافة والإعلام"]),
        ("مدير جامعة الملك سعود بالرياض", ["جامعة الملك سعود"]),
        ("أسهم شركة أرامكو السعودية", ["شركة أرامكو السعودية"]),
        ("قرار مجلس الأمن الدولي رقم 5", ["مجلس الأمن الدولي"]),
        ("الهيئة العامة للاستثمار تعلن", ["الهيئة العامة للاستثمار"]),
        ("رفع البنك المركزي المصري الفائدة", ["البنك المركزي المصري"]),
        ("فاز نادي النصر أمس", ["نادي النصر"]),
        ("بثت قناة «النهار» الخبر", ["قناة «النهار"]),
        ("قالت الأمم المتحدة اليوم", ["الأمم المتحدة"]),
        ("وزارة كبيرة", []),
        ("تستنكر نقابة الصحافة الاعتداء على الصحفيين", ["نقابة الصحافة"]),
    ],
)
def test_organisations(finder: Finder, text: str, bodies: list[str]) -> None:
    assert named(finder, text, "organisation") == bodies


def test_what_a_name_was_recognised_by(finder: Finder) -> None:
    [person, place] = finder.mentions("قال وزير الخارجية الروسي سيرغي لافروف في دمشق")
    assert (person.evidence, place.evidence) == (("وزير الخارجية الروسي", GIVEN), (LISTED,))
    [body] = finder.mentions("صحيفة «النهار»")
    assert body.evidence == (HEADED + "صحيفة", QUOTED)


def test_one_key_for_all_spellings(finder: Finder) -> None:
    def key(text: str) -> str:
        return finder.mentions(text)[0].key

    assert key("الأمير عبد الله بن زايد") == key("عَبدالله زايد") == "عبدالله زايد"
    assert key("في أمريكا") == key("في أميركا") == key("في الولايات المتحدة")
    assert key("قال أبي بكر البغدادي") == key("أبو بكر البغدادي")


#: Words that the rules use, in any order.
VOCABULARY = """
قال الأمير محمد بن عبد الله أبو آل سعود وزير الخارجية الروسي سيرغي لافروف في مدينة الرياض شركة «أرامكو» ، - و
البنك المركزي المصري لكرة القدم للاستثمار والإعلام بكر ابن الشيخ الدكتور جامعة الملك ولمحمد دي لا 2015
( ) مُحَمَّد
"""
WORDS = st.sampled_from(VOCABULARY.split())


@given(st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=60))
def test_ranges_are_in_the_text_and_in_order(text: str) -> None:
    mentions = FINDER.mentions(text)
    last = 0
    for each in mentions:
        assert last <= each.start < each.end <= len(text)
        assert each.kind in KINDS
        assert each.key == each.key.strip() != ""
        assert text[each.start : each.end].strip() == text[each.start : each.end]
        last = each.end
    assert FINDER.mentions(text) == mentions


FINDER = Finder()
