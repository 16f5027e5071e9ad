"""The language of a text, detected by its letters and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus.text import language_detection as detection
from khabar.corpus.text.language_detection import agrees, language_of

TEXTS = {
    "ar": "أعلن وزير الخارجية أن المحادثات تبدأ غدًا في جنيف",
    "fa": "وزیر امور خارجه گفت که مذاکرات فردا در ژنو آغاز می‌شود",
    "ur": "وزیر خارجہ نے کہا ہے کہ مذاکرات کل جنیوا میں شروع ہوں گے",
    "ckb": "وەزیری دەرەوە ڕایگەیاند کە دانوستانەکان سبەی لە ژنێڤ دەست پێ دەکەن",
    "ps": "د بهرنیو چارو وزیر وویل چې خبرې به سبا په ژنیو کې پیل شي",
    "en": "The foreign minister said that the talks will begin in Geneva",
    "fr": "Le ministre des affaires étrangères a dit que les discussions commencent",
    "tr": "Dışişleri bakanı görüşmelerin yarın başlayacağını ve bir karar için hazır olduğunu söyledi",
    "ku": "Wezîrê derve got ku danûstandin wê sibê li Cenevre dest pê bikin û bi dawî bibin",
}


@pytest.mark.parametrize("language", TEXTS)
def test_headlines(language: str) -> None:
    assert language_of(TEXTS[language]) == language
    assert language_of(["", TEXTS[language], TEXTS["ar"]]) == language or language in ("ps", "fa")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        # Without evidence a text in Arabic letters is Arabic.
        ("مقتل خمسة", "ar"),
        # From a Persian keyboard, as newsrooms write it.
        ("قال رئیس الوزراء إن الحکومة ستعلن قرارها فی وقت لاحق", "ar"),
        ("قال مدير شركة Apple إن الشركة أطلقت iPhone في السوق", "ar"),
        # Persian with the letters of an Arabic keyboard.
        ("رييس جمهور گفت كه دولت اين طرح را اجرا خواهد كرد", "fa"),
        ("", ""),
        ("2024-01-07 12:30", ""),
        ("В Москве прошла встреча министров", ""),
        ("שר החוץ אמר כי השיחות יחלו מחר", ""),
        ("外交部长说会谈将于明天开始", ""),
        ("Lorem ipsum dolor", ""),
    ],
)
def test_other_texts(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_claim_that_the_letters_contradict() -> None:
    assert agrees("ar", "عنوان", ("نص",)) and agrees("fa", "عنوان", ())
    assert not agrees("en", "عنوان", ("نص",)) and not agrees("ar", "The title", ("Text.",))
    # Without letters nothing contradicts it.
    assert agrees("en", "", ("12",)) and agrees("ru", "В Москве", ())


@given(st.text())
def test_any_text(text: str) -> None:
    assert language_of(text) == language_of([text])


@given(
    st.lists(
        st.sampled_from(
            [*" ".join(detection._WORDS.values()).split(), "«در", "العام", "الى،", "تهران", "قرار"]
        )
    )
)
def test_what_is_surely_arabic_counts_as_arabic(words: list[str]) -> None:
    """The shortcut for Arabic texts always agrees with the count for all languages."""
    text = " ".join(words)
    with pytest.MonkeyPatch.context() as patched:
        told = language_of(text)
        patched.setattr(detection, "_is_surely_arabic", lambda sample: False)
        patched.setattr(detection, "_is_mostly_arabic", lambda sample: False)
        assert language_of(text) == told
