"""tests/README.md tells which tests hold which promise: the tests are there, and no promise is left out."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
TEXT = (TESTS / "README.md").read_text("utf-8")
ROWS = [row.split(" | ") for row in re.findall(r"^\| (.*) \|$", TEXT, re.MULTILINE)]
PROMISES = [row for row in ROWS if len(row) == 3 and row[0] != "Promise"]


def named(text: str) -> set[str]:
    return set(re.findall(r"`tests/([\w/]+(?:\.py|/))`", text))


def test_the_tests_that_are_named_are_there() -> None:
    assert len(PROMISES) > 25
    for promise, _, tests in PROMISES:
        assert named(tests), promise
        for each in named(tests):
            place = TESTS / each
            found = list(place.glob("test_*.py")) if each.endswith("/") else [place] if place.exists() else []
            assert found, f"«{promise}» is held by {each}, which is not there"
    for each in re.findall(r"`(KHABAR_\w+)`", TEXT):
        code = "".join(path.read_text("utf-8") for path in TESTS.rglob("*.py") if path != Path(__file__))
        assert f'"{each}"' in code, f"no test asks for {each}"


def test_every_promise_of_the_page_on_reliability_has_its_row() -> None:
    page = (TESTS.parent / "docs" / "reliability.md").read_text("utf-8")
    sections = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    promised = [each.partition("\n")[0] for each in sections if "**Promise.**" in each]
    assert len(promised) > 5
    for heading in promised:
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        [row] = [row for row in PROMISES if f"reliability.md#{slug})" in row[1]]
        # What the page names for this section stands in the row.
        [section] = [each for each in sections if each.startswith(f"{heading}\n")]
        told = {Path(each).name for each in re.findall(r"`(?:tests/)?([\w/]*test_\w+\.py)", section)}
        assert told <= {Path(each).name for each in named(row[2])}, heading


def test_every_folder_of_tests_holds_a_promise() -> None:
    folders = {path.parent.name for path in TESTS.glob("*/test_*.py")}
    assert folders == {each.partition("/")[0] for _, _, tests in PROMISES for each in named(tests)} & folders
