"""Plain text: titles and paragraphs."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus.report import Unreadable
from khabar.corpus.text.broken_lines import unbroken_text
from khabar.corpus.text.paragraphs import body_of, draft_of_text, is_headline, title_from

LEDE = "أعلنت هيئة الأرصاد أن أمطارا غزيرة ستهطل غدا على الساحل، ودعت السكان إلى الحذر."
MORE = "وقالت الهيئة إن سرعة الرياح قد تبلغ 12.5 مترا في الثانية."


def test_a_short_first_line_without_a_stop_is_the_title() -> None:
    draft = draft_of_text(f"أمطار غزيرة على الساحل\n{LEDE}\n{MORE}")
    assert draft.title == "أمطار غزيرة على الساحل"
    assert draft.paragraphs == (LEDE, MORE)


@pytest.mark.parametrize(
    "line",
    [
        "أمطار غزيرة على الساحل",
        'الأرصاد: "لا خطر على السكان"',
        "الأرصاد تحذر | الساحل",
        "«الأرصاد»: أمطار غزيرة «لم تشهدها البلاد»",
        "ميزانية 2024",
    ],
)
def test_headlines(line: str) -> None:
    assert is_headline(line)


@pytest.mark.parametrize(
    "line",
    [
        "هطلت أمطار غزيرة.",
        "قالت الهيئة: «لا خطر على السكان.»",
        'وأضافت: "لا خطر". |',
        "هل تهطل الأمطار غدا؟",
        "يا لها من أمطار!",
        "أمطار ثم أمطار…",
        "أمطار " * 25,
    ],
)
def test_no_headlines(line: str) -> None:
    assert not is_headline(line)


def test_without_a_headline_the_title_is_made_and_the_text_keeps_all_its_lines() -> None:
    draft = draft_of_text(f"{LEDE}\n{MORE}")
    assert draft.title == "أعلنت هيئة الأرصاد أن أمطارا غزيرة ستهطل غدا على الساحل، ودعت السكان إلى الحذر"
    assert draft.paragraphs == (LEDE, MORE)


def test_a_single_line_is_a_paragraph_and_gives_the_title() -> None:
    draft = draft_of_text("أمطار غزيرة على الساحل")
    assert (draft.title, draft.paragraphs) == ("أمطار غزيرة على الساحل", ("أمطار غزيرة على الساحل",))


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("هطلت الأمطار. وفرح الناس بها.", "هطلت الأمطار"),
        ("متى تهطل الأمطار؟ لا أحد يعلم.", "متى تهطل الأمطار؟"),
        ('قال: "هطلت الأمطار." ثم غادر.', 'قال: "هطلت الأمطار."'),
        ("التقى د. سامر الحلبي وفدا.", "التقى د. سامر الحلبي وفدا"),
        ("ارتفع السعر 12.5 في المئة. وانخفض بعدها.", "ارتفع السعر 12.5 في المئة"),
        ("هطلت   الأمطار\tغدا", "هطلت الأمطار غدا"),
        ("....", "...."),
    ],
)
def test_made_titles(line: str, title: str) -> None:
    assert title_from(line) == title


def test_a_long_made_title_is_cut_between_words() -> None:
    sentence = (
        "أكدت وزارة المياه والري في بيان صدر مساء اليوم أن منسوب المياه في بحيرة السد، "
        "بعد أمطار الأسبوع، مرتفع"
    )
    title = title_from(sentence)
    assert title.endswith("…")
    assert len(title) <= 91
    assert sentence.startswith(title[:-1])
    assert sentence[len(title) - 1] in " ،"


def test_a_made_title_never_separates_a_letter_from_its_marks() -> None:
    title = title_from("بّ" * 300)
    assert title == "بّ" * 45 + "…"
    assert title_from("ب" + "ّ" * 500)[:1] == "ب"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\n\n\n", "\n \u00a0\n"])
def test_line_endings(end: str) -> None:
    assert body_of(end.join([LEDE, MORE])).lines == (LEDE, MORE)


def test_paragraphs_stay_as_written() -> None:
    line = "قَالَ  الرّئيسُ |  «لا»،وغادرَ .. ـــ (ﷺ) \u200f12٫5% |"
    assert body_of(f"  {line}\t\n").lines == (line,)


def test_clutter_is_left_out_and_counted_everywhere() -> None:
    body = body_of(f"|\nطباعة\n{LEDE}\n***\n{MORE}\nالمصدر: وكالات\nانتهى**ر.م\nتعليقك")
    assert body.lines == (LEDE, MORE)
    assert body.source == "وكالات"
    assert body.clutter == {"rule": 2, "printing": 1, "source": 1, "end mark": 1, "comments": 1}


def test_clutter_before_the_title_is_skipped() -> None:
    assert draft_of_text(f"شارك\n•\nأمطار غزيرة\n{LEDE}").title == "أمطار غزيرة"


def test_an_article_in_the_manner_of_an_agency_page() -> None:
    draft = draft_of_text(
        "الوزير مخاطبا نظيره: لا شك أن الحوار هو الحل\n"
        'وقال: "الحوار هو الحل". |\n'
        "ناشر | وكالة أنباء الضفة |\n| "
    )
    assert draft.title == "الوزير مخاطبا نظيره: لا شك أن الحوار هو الحل"
    assert draft.paragraphs == ('وقال: "الحوار هو الحل". |',)
    assert draft.source == "وكالة أنباء الضفة"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t\u00a0", "empty"),
        ("ًٌٍَُِ\nّْ", "no word"),
        ("؟!… ـــ", "no word"),
        ("تعليقك\nشارك", "clutter"),
    ],
)
def test_no_article(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        draft_of_text(text)
    assert reason in str(caught.value.reason)


def test_nul_and_lone_surrogates_are_replaced() -> None:
    assert draft_of_text("خبر\0 عاجل \ud800.").paragraphs == ("خبر\ufffd عاجل \ufffd.",)


@given(st.text(alphabet=st.sampled_from("ابتقلي وه.،؟!«»|\n\r\u2028*ًّ 12"), max_size=400))
def test_any_text_is_an_article_or_a_reason(text: str) -> None:
    try:
        draft = draft_of_text(text)
    except Unreadable:
        return
    assert draft.title.strip()
    assert draft.paragraphs
    assert all(paragraph in text and paragraph == paragraph.strip() for paragraph in draft.paragraphs)


@pytest.mark.parametrize("line", ["08:00", "***", "— 3 —"])
def test_a_line_without_letters_is_no_title(line: str) -> None:
    draft = draft_of_text(f"{line}\nأمطار غزيرة على الساحل\n{LEDE}")
    assert draft.title == "أمطار غزيرة على الساحل"
    assert draft.paragraphs[-1] == LEDE


def test_the_basmala_is_not_a_title() -> None:
    draft = draft_of_text(f"« بسم الله الرحمن الرحيم »\nأمطار غزيرة على الساحل\n{LEDE}")
    assert draft.title == "أمطار غزيرة على الساحل"
    assert draft.paragraphs == ("« بسم الله الرحمن الرحيم »", LEDE)


def test_an_address_above_the_title_is_that_of_the_article() -> None:
    draft = draft_of_text(f"https://alwadi.example/news/17\nأمطار غزيرة على الساحل\n{LEDE}")
    assert (draft.url, draft.title) == ("https://alwadi.example/news/17", "أمطار غزيرة على الساحل")
    assert draft.paragraphs == (LEDE,)


OTHER = "وأغلقت المدارس في المحافظات الجنوبية، وعلّق الصيادون رحلاتهم حتى إشعار آخر، وألغيت مباراة القمة."
PROSE = " ".join([LEDE, MORE, OTHER, MORE, OTHER, LEDE, OTHER])


@pytest.mark.parametrize("width", [40, 60, 72, 80])
def test_lines_that_a_program_broke_are_rejoined(width: int) -> None:
    headline = "أمطار غزيرة على الساحل"
    blocks = ["\n".join(textwrap.wrap(text, width)) for text in (PROSE, f"{MORE} {PROSE}")]
    assert unbroken_text("\n\n".join([headline, *blocks])).split("\n") == [
        headline,
        "",
        PROSE,
        "",
        f"{MORE} {PROSE}",
    ]
    # Without empty lines only a full stop at the end of a line can end a paragraph.
    joined = unbroken_text("\n".join([headline, blocks[0]]))
    assert joined.split("\n")[0] == headline
    assert " ".join(joined.split("\n")[1:]) == PROSE


@pytest.mark.parametrize(
    "text",
    [
        # the beginning of an old poem, with the halves of its verses in lines of their own
        "قفا نبك من ذكرى حبيب ومنزل\nبسقط اللوى بين الدخول فحومل\nفتوضح فالمقراة لم يعف رسمها\n"
        "لما نسجتها من جنوب وشمأل\nترى بعر الآرام في عرصاتها\nوقيعانها كأنه حب فلفل\n"
        "كأني غداة البين يوم تحملوا\nلدى سمرات الحي ناقف حنظل",
        "\n".join(f"{number}. بند من بنود الاتفاق الجديد بين الطرفين" for number in range(1, 12)),
        "\n".join(f"الفريق رقم {one} فاز على الفريق رقم {one + 1} بنتيجة كبيرة" for one in range(1, 9)),
        f"أمطار غزيرة على الساحل\n{LEDE}\n{MORE}",
        # lists of lines of like length
        "المستشفى الجامعي في العاصمة القديمة\nالمستشفى العسكري بالمدينة الساحلية\n"
        "مستشفى الواحة التخصصي للأطفال\nمستشفى الأمل العسكري الميداني\nالمستشفى الوطني الجامعي بالميناء\n"
        "مستشفى الجامعة الأهلية بالجبل\nمستشفى السلام الخيري بالساحل\nالمستشفى الإقليمي التخصصي الكبير\n"
        "المستشفى الدولي الجراحي بالواحة",
        "الرئيس يستقبل وزير الخارجية الزائر في القصر\nالبنك المركزي يرفع أسعار الفائدة نصف نقطة مئوية\n"
        "المنتخب الوطني يتأهل إلى نهائيات كأس القارة\nالأمطار الغزيرة تغرق شوارع العاصمة والضواحي\n"
        "المحكمة العليا تؤجل النطق بالحكم في القضية\nالاتحاد القاري يفرض غرامات جديدة على الشركات\n"
        "البرلمان يصادق على الموازنة العامة للدولة\nالشرطة تعلن السيطرة على حريق المدينة الصناعية",
        "",
    ],
)
def test_lines_that_a_person_ended_stay(text: str) -> None:
    assert unbroken_text(text) == text
