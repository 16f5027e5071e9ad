"""The gallery: its pictures are there, are small, and are of commands that run."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import generate_gallery as gallery

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
NAMES = {f"{each.name}.svg" for each in gallery.TERMINAL} | {f"{each.name}.png" for each in gallery.PAGE}


def test_every_picture_is_shown_described_and_small() -> None:
    shown = dict(reversed(each) for each in re.findall(r"!\[([^\]]*)\]\(pictures/([^)]+)\)", PAGE))
    assert set(shown) == NAMES == {path.name for path in gallery.PICTURES.iterdir()}
    assert all(len(words) > 20 for words in shown.values())
    assert all(path.stat().st_size < gallery.LARGEST for path in gallery.PICTURES.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is there on POSIX alone")
def test_the_commands_run_and_are_drawn() -> None:
    # One test for all that runs commands: the folder has the same name each time, and tests run side by side.
    with gallery.newcomers_folder() as folder:
        outputs = {
            each.name: [(command, gallery.ran(command, folder)) for command in each.commands]
            for each in gallery.TERMINAL
        }
        # A command that fails is no picture.
        with pytest.raises(RuntimeError, match="status 3"):
            gallery.ran("khabar search شيء --index missing", folder)
    assert "46 added" in outputs["index"][0][1]
    assert "\x1b[" in outputs["search"][0][1], "a terminal has colours"
    for name, sessions in outputs.items():
        drawn = ElementTree.fromstring(gallery.drawn(sessions))
        committed = ElementTree.parse(gallery.PICTURES / f"{name}.svg").getroot()
        texts = [re.sub(r"\d+", "0", "".join(picture.itertext())) for picture in (drawn, committed)]
        # Times and dates differ from run to run.
        assert texts[0] == texts[1], f"docs/pictures/{name}.svg is old: make pictures"


def test_what_an_output_says_is_no_markup() -> None:
    picture = gallery.drawn([("khabar", "<script>&\x1b[1mب\x1b[0m\x1b]8;;http://x\x1b\\y\x1b]8;;\x1b\\")])
    root = ElementTree.fromstring(picture)
    assert "<script>&بy" in "".join(root.itertext())
    assert {each.tag.rpartition("}")[2] for each in root.iter()} == {"svg", "style", "rect", "text", "tspan"}
