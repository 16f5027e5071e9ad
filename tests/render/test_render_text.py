"""What comes from outside is made harmless, in every output."""

import doctest
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.render import text
from khabar.render.text import date, escaped_json, wrapped
from khabar.spelling import printable

HOSTILE = "\x1b[31mأحمر\x1b[0m \x9b5m \x07\x00 \x7f \u202eعكس \u2066مفتوح \r\nسطر\u2028آخر \ud800"
FORBIDDEN = [chr(n) for n in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F))]
FORBIDDEN += [chr(n) for n in (*range(0x2066, 0x206A), 0xD800, 0xDFFF)]


def test_documented_examples():
    assert doctest.testmod(text).failed == 0


@pytest.mark.parametrize("char", FORBIDDEN, ids=lambda char: f"U+{ord(char):04X}")
def test_no_control_character_or_override_is_left(char):
    assert char not in printable(f"أ{char}ب")
    assert "أ" in printable(f"أ{char}ب")


def test_escapes_become_visible():
    assert printable(HOSTILE).startswith("␛[31mأحمر␛[0m")


@pytest.mark.parametrize(
    "kept", ["قَالَ الرَّئِيسُ", "محـــمد", "كتاب\u200cها", "\u200fنص\u200e", "[bold]نص[/]", "😀", "١٢٫٥"]
)
def test_what_is_harmless_stays(kept):
    assert printable(kept) == kept


@given(st.text(st.characters()))
def test_json_gives_back_every_character_and_holds_no_dangerous_one(value):
    written = escaped_json({"x": value}, indent=2)
    assert json.loads(written) == {"x": value}
    assert printable(written.replace("\n", "")) == written.replace("\n", "")
    written.encode()


@given(st.text(st.characters()))
def test_clean_text_is_one_line_that_can_be_encoded_and_cleaning_is_idempotent(value):
    cleaned = printable(value)
    cleaned.encode()
    assert len(cleaned.splitlines()) <= 1
    assert printable(cleaned) == cleaned


def test_dates():
    assert date(datetime(2024, 10, 9, 14, 30, tzinfo=UTC)) == "2024-10-09 14:30 +00:00"
    assert date(datetime(2024, 10, 9, tzinfo=UTC)) == "2024-10-09 00:00 +00:00"
    assert date(datetime(476, 9, 4)) == "0476-09-04"


def test_a_message_is_broken_between_words_and_a_command_is_not():
    message = "khabar: did you mean «الرياض»? It finds 1 article: khabar search 'الرياض' --sort newest"
    lines = wrapped(message, 30).splitlines()
    assert " ".join(lines) == message
    assert lines[-1] == "khabar search 'الرياض' --sort newest"
    assert all(len(line) <= 30 for line in lines[:-1])
    assert wrapped(message, 200) == message
    assert wrapped("ا" * 50, 30) == "ا" * 50
