"""Texts for properties: Arabic words with marks, tatweel and punctuation, and text of any kind."""

from __future__ import annotations

from hypothesis import strategies as st

VOCABULARY = """
القمح قمح وزير الوزير وزراء رئيس مدينة في من إلى على عبد الله عبدالله أبو مازن لعبدالله أميرعبد اللهيان 2023 ١٢٫٥
2023-10-07 كوفيد-19 NATO U-17 لا السلام ﷲ ﷺ ىٰ ۥ
"""
WORDS = VOCABULARY.split()

MARKS = "ًٌٍَُِّْٰـ\u200c\u200f\u0654"

#: One or more of these stand behind each word.
PUNCTUATION = [
    "\n",
    "،",
    "؛ ",
    ". ",
    "...",
    " «",
    "» ",
    '"',
    " (",
    ") ",
    " - ",
    "؟!",
    "\u00a0",
    "ـ",
    "\u202b",
] + [" "] * 6


@st.composite
def words(draw: st.DrawFn) -> str:
    """A word with marks strewn behind its letters."""
    word = draw(st.sampled_from(WORDS))
    places = draw(st.lists(st.tuples(st.integers(1, len(word)), st.sampled_from(MARKS)), max_size=4))
    for place, mark in sorted(places, reverse=True):
        word = word[:place] + mark + word[place:]
    return word


@st.composite
def texts(draw: st.DrawFn, most: int = 60) -> str:
    """Words with anything between them."""
    pieces = draw(st.lists(st.tuples(words(), st.sampled_from(PUNCTUATION)), max_size=most))
    return draw(st.sampled_from(["", " ", "«", "- "])) + "".join(word + between for word, between in pieces)


#: Any text at all, lone surrogates among it.
anything = st.text(st.characters(exclude_categories=()), max_size=60)

#: Queries: words and the signs that they had before there were operators, in any order.
queries = st.lists(
    st.one_of(
        words(), st.sampled_from(['"', "«", "»", "“", "”", "„", "+", "-", "−", "–", " ", " ", "\t", "\x1f"])
    ),
    max_size=25,
).map("".join)

LANGUAGE = """
AND OR NOT && || ! أو ليس NEAR NEAR/2 قرب/3 ( ) ( ) " " « » + - = * ~ ~1 ~9 title: عنوان: source: مصدر:الوادي
-author:( url:x after:2023 بعد:أمس before:غدا date:2023..2024 تاريخ:( about:2023-10-07 عن:رمضان until: "Before:
"""
_LANGUAGE = LANGUAGE.split()

#: Queries with anything of the query language in any order.
formulas = st.lists(st.one_of(words(), st.sampled_from([*_LANGUAGE, " ", " ", " ", " "])), max_size=25).map(
    "".join
)
spaced_formulas = st.lists(st.one_of(words(), st.sampled_from(_LANGUAGE)), max_size=25).map(" ".join)
