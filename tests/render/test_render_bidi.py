"""Visual order: letters joined, lines reordered, everything that goes with a letter kept; and who needs
it."""

import doctest
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from khabar.errors import MissingDependency
from khabar.render import bidi, look, terminals
from khabar.render.bidi import visual_text
from khabar.render.look import right_to_left
from khabar.render.terminal import Hanging
from khabar.render.terminals import ITSELF, NEVER, TERMINALS, UNKNOWN, reorders

if not bidi.available():
    pytest.skip("the extra bidi is not installed", allow_module_level=True)

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأإؤئ"
TEXTS = st.text(st.sampled_from(LETTERS + "َُِّ ً٠١٢3-:/.,%()«»؟،abcXYZ\u200f\u2068\u2069"), max_size=60)


def unjoined(text: str) -> str:
    """Presentation forms taken back to letters."""
    return "".join(
        unicodedata.normalize("NFKC", char) if "\ufb50" <= char <= "\ufeff" else char for char in text
    )


def test_documented_examples():
    assert doctest.testmod(look).failed == doctest.testmod(terminals).failed == 0


@pytest.mark.parametrize(
    ("logical", "shown"),
    [
        ("غزة", "ﺓﺰﻏ"),
        ("السلام", "ﻡﻼﺴﻟﺍ"),
        ("قَالَ", "ﻝَﺎﻗَ"),
        ("سعر Brent اليوم", "ﻡﻮﻴﻟﺍ Brent ﺮﻌﺳ"),
        ("Brent في لندن", "Brent ﻥﺪﻨﻟ ﻲﻓ"),
        ("(خام)", "(ﻡﺎﺧ)"),
        ("عام 2024 انتهى", "ﻰﻬﺘﻧﺍ 2024 ﻡﺎﻋ"),
        ("عام ٢٠٢٤", "٢٠٢٤ ﻡﺎﻋ"),
        ("title (1)", "title (1)"),
        ("", ""),
    ],
)
def test_lines_as_they_are_to_be_read_from_the_left(logical, shown):
    assert visual_text(logical) == shown


def test_lam_and_alef_become_one_letter_with_the_marks_of_both():
    assert visual_text("لا") == "ﻻ"
    assert visual_text("بلَا") == "ﻼَﺑ"
    assert [visual_text(f"ل{alef}") for alef in "آأإ"] == ["ﻵ", "ﻷ", "ﻹ"]


def test_an_isolate_stands_in_its_line_as_a_whole():
    assert visual_text("form: \u2068كتاب a\u2069 x2") == "form: a ﺏﺎﺘﻛ x2"
    # Without the isolate the number would be drawn to the other side of the word.
    assert visual_text("\u2068غزة\u2069 1") == "ﺓﺰﻏ 1"
    assert visual_text("a \u2067b غ\u2069") == "a ﻍ b"


def test_the_base_direction_can_be_that_of_the_paragraph():
    assert visual_text("OPEC تقرر", base=True) == "ﺭﺮﻘﺗ OPEC"
    assert visual_text("OPEC تقرر", base=False) == "OPEC ﺭﺮﻘﺗ"


@given(TEXTS)
@example("\u2068")
@example("َ")
def test_no_letter_is_lost_or_made(text):
    kept = [char for char in text if char not in "\u200f\u2068\u2069"]
    # Brackets may be mirrored.
    mirrored = str.maketrans("()«»", "((««")
    assert sorted(unjoined(visual_text(text)).translate(mirrored)) == sorted(
        "".join(kept).translate(mirrored)
    )


@given(TEXTS)
def test_what_goes_with_a_letter_goes_with_it_to_its_place(text):
    ordered = bidi.visual([(char, char) for char in text])
    for shown, char in ordered:
        if shown[0] not in "()«»":
            assert unjoined(shown)[0] == char


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=40))
def test_no_text_makes_it_fail_or_wider(text):
    assert cell_len(visual_text(text)) <= cell_len(text)


@given(TEXTS, st.integers(12, 60))
def test_wrapping_comes_before_reordering(text, width):
    """Read line by line from the top, the letters are those of the text in its order."""

    def lines(page):
        console = Console(width=width, file=None, color_system=None)
        with console.capture() as capture:
            console.print(Hanging(Text(text), page=page))
        return capture.get().split("\n")

    logical, visual = lines(""), lines("rtl")
    assert len(logical) == len(visual)
    for one, other in zip(logical, visual, strict=True):
        hidden = str.maketrans("", "", "() «»\u200f\u2068\u2069")
        assert sorted(one.translate(hidden)) == sorted(unjoined(other).translate(hidden))
        assert cell_len(other) <= width


def test_a_right_to_left_page_stands_at_the_right_edge_with_its_rank():
    console = Console(width=30, color_system=None)
    with console.capture() as capture:
        console.print(Hanging(Text("أسعار النفط ترتفع من جديد في الأسواق"), 4, Text("12."), page="rtl"))
    first, second = capture.get().splitlines()
    assert first.endswith(" .12") and cell_len(first) == 30
    assert cell_len(second) == 26 and second.startswith(" ")


def test_colours_stay_with_their_words():
    console = Console(width=40, color_system="standard", force_terminal=True)
    text = Text.assemble("أسعار ", ("النفط", "green"), " اليوم")
    with console.capture() as capture:
        console.print(Hanging(text, page="rtl"))
    assert "\x1b[32mﻂﻔﻨﻟﺍ\x1b[0m" in capture.get()
    with console.capture() as capture:
        console.print(Hanging(Text("غزة", style="bold"), page="rtl"))
    assert "\x1b[1mﺓﺰﻏ\x1b[0m" in capture.get()


def test_the_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(bidi, "find_spec", lambda name: None)
    assert not bidi.available()
    with pytest.raises(MissingDependency, match=r"khabar\[bidi\]"):
        bidi.require()


@pytest.mark.parametrize(
    ("environment", "order"),
    [
        ({"TERM": "xterm-256color", "VTE_VERSION": "6800"}, ITSELF),
        ({"TERM": "xterm-256color", "VTE_VERSION": "5202"}, NEVER),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "230401"}, ITSELF),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, ITSELF),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode"}, NEVER),
        ({"TERM": "xterm-256color", "WT_SESSION": "6f5c"}, NEVER),
        ({"TERM": "xterm", "XTERM_VERSION": "XTerm(379)"}, NEVER),
        ({"TERM": "alacritty"}, NEVER),
        ({"TERM": "linux"}, NEVER),
        ({"TERM": "xterm-kitty"}, UNKNOWN),
        ({"TERM": "mlterm"}, ITSELF),
        # tmux may be looked at from anywhere, whatever it was started in.
        ({"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0", "XTERM_VERSION": "XTerm(379)"}, UNKNOWN),
        ({"TERM": "xterm-256color"}, UNKNOWN),
        ({"VTE_VERSION": "٦٨٠٠"}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_what_is_known_of_terminals(environment, order):
    assert reorders(environment)[1] == order


def test_every_terminal_of_the_table_has_a_source_and_is_found():
    for terminal in TERMINALS:
        assert f"[{terminal.source}]" in terminals.__doc__
        found = reorders({terminal.variable: terminal.value or "1"})
        assert found == (terminal.name, terminal.order)


def test_the_direction_of_an_isolate_is_not_that_of_its_line():
    assert not right_to_left("\u2068غزة\u2069 the word itself")
    assert right_to_left("12 \u2068Brent\u2069 خام")
