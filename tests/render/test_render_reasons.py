"""Reasons in words: every kind that the readers give has a line in both languages, with the parameters that
it gives."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import khabar
from khabar.corpus.reason_texts import REASONS
from khabar.corpus.reasons import HOLDS_NONE, MENDABLE, Reason
from khabar.corpus.report import Skipped, together
from khabar.render.reasons import reason_text, together_text

ROOM = Path(khabar.__file__).parent


def kinds_given() -> Iterator[tuple[str, frozenset[str]]]:
    """Kind and parameters of each reason that is made somewhere in the code."""
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = ast.unparse(node.func)
            if name not in ("Unreadable", "Aside", "Reason.of", "repaired.append"):
                continue
            names = frozenset(each.arg for each in node.keywords if each.arg)
            for kind in kinds(node.args[0]):
                yield kind, names


def kinds(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from kinds(node.body)
        yield from kinds(node.orelse)
    elif isinstance(node, ast.JoinedStr):  # "broken-json" and "broken-json-array"
        start = ast.literal_eval(node.values[0])
        yield from (start, f"{start}-array")


def parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


#: Kinds that `why_unread` chooses, with their parameters.
UNREAD_DATES = {
    "date-unread": {"key", "value"},
    "date-calendar": {"key", "value"},
    "date-ambiguous": {"key", "value", "one", "two"},
}
#: Kinds of what is wrong with a page of a PDF, made of the names of repairs and verdicts.
PAGES = {
    f"page-{kind}": set(parameters(REASONS[f"page-{kind}"][0]))
    for kind in ("scan", "spaces", "forms", "ligatures", "direction", "encoding", "rubbish")
}


def test_every_reason_has_its_words() -> None:
    elsewhere = UNREAD_DATES | PAGES
    found = {kind: names for kind, names in kinds_given() if kind not in elsewhere}
    found |= {kind: frozenset(names) for kind, names in elsewhere.items()}
    assert len(found) > 40
    assert (
        found.keys() | {"warc-ends-inside", "warc-record-too-long", "page-scan", "page-rubbish"}
        == REASONS.keys()
    )
    for kind, names in found.items():
        for text in REASONS[kind]:
            assert parameters(text) == names, kind
    assert REASONS.keys() >= (MENDABLE | HOLDS_NONE)


def test_a_kind_without_its_parameters_is_general() -> None:
    reason = Reason.of("same-id", id="a1", file="/n/a.json", record=3)
    assert (
        reason_text(reason) == "another article with the id a1 was read before it, from /n/a.json, record 3"
    )
    assert "السجل 3" in reason_text(reason, "ar") and "a1" in reason_text(reason, "ar")
    assert reason_text(reason.general) == "another article with the id … was read before it, from …"
    assert str(Reason.of("too-large", limit=1000)) == str(Reason("too-large", (("limit", 1000),)))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_kind_of_a_later_version_is_shown_as_it_is(language: str) -> None:
    assert reason_text(Reason("made-later"), language) == "made-later"


def test_what_stands_in_a_parameter_is_no_pattern() -> None:
    assert "{id}" in str(Reason.of("cannot-open", error="{id} {0}"))
    [group] = together([Skipped("/a", None, Reason("empty"))])
    assert together_text(group, "ar") == "\u200e/a\u200e: الملف فارغ"


def lines(skipped: list[Skipped], language: str = "en", *, verbose: bool = False) -> list[str]:
    return [together_text(group, language, verbose=verbose) for group in together(skipped)]


def test_what_was_left_out_for_the_same_reason_is_one_line() -> None:
    no_word, empty = Reason.of("no-word"), Reason.of("empty")
    records = [Skipped("/n/a.json", number, no_word) for number in (1, 2, 3, 7, 9, 10, 12)]
    assert lines(records) == [f"7 records of /n/a.json (1–3, 7, 9–10, …): {reason_text(no_word)}"]
    assert lines(records, verbose=True) == [
        f"7 records of /n/a.json (1–3, 7, 9–10, 12): {reason_text(no_word)}"
    ]
    assert lines(records, "ar") == [
        f"7 سجلات من \u200e/n/a.json\u200e (1–3، 7، 9–10، …): {reason_text(no_word, 'ar')}"
    ]
    files = [Skipped(f"/n/{number}.txt", None, empty) for number in range(12)]
    assert lines(files) == [f"12 files (/n/0.txt, /n/1.txt, /n/2.txt, …): {reason_text(empty)}"]
    # Other files, other reasons and what is alone stay apart.
    apart = [records[0], Skipped("/n/b.json", 1, no_word), Skipped("/n/a.json", 4, empty), files[0]]
    assert lines(apart) == list(map(str, apart))
    assert sum(group.count for group in together([*records, *files, *apart])) == 23


def test_reasons_are_put_together_by_value_not_by_what_they_say() -> None:
    one, other = (
        Reason.of("same-id", id="a", file="/f", record=1),
        Reason.of("same-id", id="a", file="/f", record=2),
    )
    assert len(together([Skipped("/n/a.json", 1, one), Skipped("/n/a.json", 2, other)])) == 2
