"""What khabar says, in both languages."""

import doctest
import re
import string
from pathlib import Path

import pytest

from khabar.errors import IndexNotFound
from khabar.query.by_meaning import _MESSAGES
from khabar.query.field_drafts import UNQUOTED
from khabar.query.outside import OUTSIDE
from khabar.query.planner import NO_FORM
from khabar.query.tree import Problem
from khabar.render import faults, messages
from khabar.render.arabic import explained
from khabar.render.arabic_texts import TEXTS
from khabar.render.faults import problem
from khabar.render.messages import counted, depth_name, say
from khabar.speaking import language


def test_documented_examples():
    assert doctest.testmod(messages).failed == 0


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", messages._SAYINGS)
def test_both_languages_say_the_same_things(key):
    english, arabic = messages._SAYINGS[key]
    assert fields(english) == fields(arabic)


def test_numbers_and_nouns_in_arabic():
    said = [counted(n, "article", "ar") for n in (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111, 1200)]
    assert said == [
        "لا مقالات",
        "مقال واحد",
        "مقالان",
        "3 مقالات",
        "10 مقالات",
        "11 مقالًا",
        "99 مقالًا",
        "100 مقال",
        "101 مقال",
        "102 مقال",
        "103 مقالات",
        "111 مقالًا",
        "1,200 مقال",
    ]


@pytest.mark.parametrize("noun", messages._NOUNS)
def test_every_noun_has_the_six_forms_of_arabic(noun):
    forms = messages._NOUNS[noun]
    assert len(forms) == 6 and all(forms)
    none, one, two, *_ = (counted(n, noun, "ar") for n in range(4))
    assert not any(char.isdigit() for said in (none, one, two) for char in said)
    assert none.startswith("لا ") and counted(2, noun) == f"2 {messages._plural(noun)}"


def test_the_language_is_asked_for_or_that_of_the_locale():
    assert language("ar", {"LANG": "en_US.UTF-8"}) == "ar"
    assert language("en", {"LANG": "ar_SA.UTF-8"}) == "en"
    assert language(None, {"LC_MESSAGES": "ar", "LANG": "en_US"}) == "ar"
    assert language(None, {"LANG": "arn_CL.UTF-8"}) == "en"
    assert language(None, {}) == "en"


def test_errors_in_arabic():
    error = IndexNotFound("/a/b does not exist. Make one with: khabar index SOURCE... --index /a/b")
    assert explained(error, "en") == str(error)
    # The path keeps its own order in the sentence; in the command it stays as it is, to be copied.
    assert (
        explained(error, "ar") == "لا فهرس في \u200e/a/b\u200e. لإنشائه: khabar index SOURCE... --index /a/b"
    )
    # What the table does not have is told with its kind.
    assert explained(IndexNotFound("odd"), "ar") == "لا فهرس هناك – odd"


def test_problems_of_a_query():
    quote = Problem(8, 9, "unclosed-quote", "the quotation mark is not closed")
    query = 'النفط و "هدنة في غزة'
    assert problem(quote, query) == '«"هدنة»: the quotation mark is not closed'
    assert problem(quote, query, "ar").startswith('«"هدنة»: علامة الاقتباس')
    # The whole query, or what was not typed in it, is not repeated.
    assert problem(Problem(0, 3, "no-words", "nothing"), "؟!؟") == "nothing"
    assert problem(Problem(0, 0, "unknown-date", "no date"), query) == "no date"
    command = "khabar config set aliases.النفط alnaft"
    near = Problem(
        0,
        5,
        "unknown-source",
        "no source of this index is called «النفط»; similar names: «alnaft», «نفط»; "
        f"to give a source this name too: {command}",
        ("alnaft", "نفط"),
    )
    assert "«alnaft»، «نفط»" in problem(near, query, "ar")
    assert command in problem(near, query, "ar")
    assert "alias" not in problem(Problem(0, 5, "unknown-author", "no author"), query, "ar")
    assert problem(Problem(0, 5, "brand-new", "something"), query, "ar") == "«النفط»: something"
    assert len(problem(Problem(0, 5000, "x", "y"), "ا" * 9000)) < 100


def test_every_problem_of_the_query_language_is_said_in_arabic():
    told = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
    table = told.partition("| Code | means |")[2].partition("\n\n")[0]
    codes = re.findall(
        r"`([a-z-]+)`", "\n".join(line.split("|")[1] for line in table.splitlines() if "`" in line)
    )
    # The messages of these codes have values in them; test_cli_explore, test_fields and test_operators read
    # them in Arabic.
    filled_in = {NO_FORM, OUTSIDE, UNQUOTED, "address-as-words"}
    assert len(codes) > 10 and set(codes) == set(faults._PROBLEMS) | set(_MESSAGES) | filled_in
    # One with values in it is a template, where all texts of the program are.
    assert all(code in faults._PROBLEMS or text in TEXTS for code, text in _MESSAGES.items())


def test_what_the_catalogue_does_not_have_is_an_error_of_ours():
    with pytest.raises(KeyError):
        say("no such saying", "en")
    assert depth_name("exact") == "exact" and depth_name("exact", "ar") != "exact"
