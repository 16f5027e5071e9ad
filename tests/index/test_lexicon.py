"""A lexicon of several parts gives the same answers as one of a single part; it stays in few parts; damage to
it is reported and never causes a wrong answer."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.errors import IndexDamaged
from khabar.index import lexicon_files
from khabar.index.letter_pairs import codes_of, pair_of
from khabar.index.lexicon import Lexicon, class_keys, create_lexicon, write_lexicon
from khabar.index.lexicon_files import LEXICON, PART, open_parts

ROOTS = ["كتاب", "مدرسه", "وزير", "سفينه", "جامع", "حصاد", "برلمان", "صحيفه"]
WORDS = sorted(
    {
        f"{before}{root}{after}"
        for root in ROOTS
        for before in ("", "ال", "و", "بال")
        for after in ("", "ات", "ين", "هم")
    }
    | {"2023", "12.5", "في", "ب", "واشنطن", "وشنطن", "غورباتشوف", "جورباتشوف"}
)


def written(folder: Path, batches: list[list[str]], analyzer: Analyzer) -> Lexicon:
    folder.mkdir()
    create_lexicon(folder)
    lexicon = Lexicon.open(folder)
    for batch in batches:
        lexicon = write_lexicon(folder, lexicon, batch, partial(class_keys, analyzer=analyzer))
    return lexicon


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Merging takes a few words at a time, as for a large lexicon."""
    monkeypatch.setattr(lexicon_files, "_AT_ONCE", 7)
    monkeypatch.setattr(lexicon_files, "_CODES", 3)
    monkeypatch.setattr(lexicon_files, "_MEMBERS", 2)


@pytest.mark.parametrize("ratio", [0, 2, 8])
@pytest.mark.parametrize("many", [0, 16])
def test_parts_answer_as_one(
    tmp_path: Path,
    quick_analyzer: Analyzer,
    monkeypatch: pytest.MonkeyPatch,
    small: None,
    ratio: int,
    many: int,
) -> None:
    """With ratio 0 nothing is merged."""
    monkeypatch.setattr(lexicon_files, "_RATIO", ratio)
    monkeypatch.setattr(lexicon_files, "_MANY", many)
    choose = random.Random(ratio)
    words = choose.sample(WORDS, len(WORDS))
    asked: dict[str, Any] = {"similar": len(WORDS), "threshold": 0.6}
    # Words occur repeatedly.
    batches = [
        [*words[begin : begin + 20], *choose.sample(words[: begin + 20], 9)]
        for begin in range(0, len(words), 20)
    ]
    one = written(tmp_path / "one", [WORDS], quick_analyzer)
    several = written(tmp_path / "several", batches, quick_analyzer)
    assert len(one.parts) == 1
    assert len(several.parts) == len(batches) if not ratio else len(several.parts) < len(batches)
    for lexicon in (several, Lexicon.open(tmp_path / "several", whole=True)):
        assert len(lexicon) == len(WORDS) and lexicon.terms() == WORDS == one.terms()
        assert sorted(lexicon.term(number) for number in range(len(WORDS))) == WORDS
        for prefix in ("", "ال", "وال", "2", "ي"):
            assert lexicon.beginning(prefix) == [word for word in WORDS if word.startswith(prefix)]
        for word in [*WORDS, "الوزيران", "مكتبه", "غورباتشف", "ابجد", ""]:
            assert (word in lexicon) == (word in WORDS)
            # Also the similarity of letters: it is by the rarity of their pairs in the whole lexicon, not in
            # what there was when a word came.
            assert lexicon.forms(word, quick_analyzer, **asked) == one.forms(word, quick_analyzer, **asked)


def test_similar_words_are_found_in_the_second_of_two_parts(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexicon_files, "_RATIO", 0)
    lexicon = written(tmp_path / "two", [["سبرنغفيلد", "قمح"], ["سبرنغفيلت", "مدينة"]], quick_analyzer)
    assert len(lexicon.parts) == 2
    found = lexicon.forms("سبرنغفيلج", quick_analyzer, similar=9, threshold=0.4)
    assert {form.term: form.depth for form in found} == dict.fromkeys(("سبرنغفيلد", "سبرنغفيلت"), "similar")


def test_what_is_merged_is_what_was_written_at_once(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch, small: None
) -> None:
    monkeypatch.setattr(lexicon_files, "_RATIO", 1 << 30)
    one = written(tmp_path / "one", [WORDS], quick_analyzer)
    monkeypatch.setattr(lexicon_files, "_AT_ONCE", 1 << 16)
    monkeypatch.setattr(lexicon_files, "_CODES", 64)
    several = written(tmp_path / "several", [WORDS[::3], WORDS[1::3], WORDS[2::3]], quick_analyzer)
    files = [
        (tmp_path / name / PART.format(*lexicon.parts)).read_bytes()
        for name, lexicon in (("one", one), ("several", several))
    ]
    assert files[0] == files[1]


def test_parts_stay_few(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    folder = tmp_path / "lexicon"
    lexicon = written(folder, [], quick_analyzer)
    words = [
        f"{first}{second}{third}" for first in "ابتثجحخد" for second in "ذرزسشصض" for third in "طظعغفقكل"
    ]
    for begin in range(0, len(words), 4):
        lexicon = write_lexicon(
            folder, lexicon, words[begin : begin + 4], partial(class_keys, analyzer=quick_analyzer)
        )
        assert len(lexicon.parts) <= 4
        assert {path.name for path in folder.iterdir()} == {LEXICON, *map(PART.format, lexicon.parts)}
    assert lexicon.terms() == sorted(words)


def test_what_a_killed_writer_left_is_not_read_and_is_removed(
    tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    folder = tmp_path / "lexicon"
    lexicon = written(folder, [WORDS[:90]], quick_analyzer)
    (folder / PART.format(2)).write_bytes(b"half a part")
    lexicon = Lexicon.open(folder)
    assert len(lexicon) == 90
    lexicon = write_lexicon(folder, lexicon, WORDS, partial(class_keys, analyzer=quick_analyzer))
    assert lexicon.terms() == WORDS == Lexicon.open(folder).terms()
    (folder / PART.format(77)).write_bytes(b"half a part")
    write_lexicon(folder, lexicon, ["جديد"], partial(class_keys, analyzer=quick_analyzer))
    assert not (folder / PART.format(77)).exists()


def test_a_reader_that_comes_while_parts_are_merged_takes_the_new_ones(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lexicon"
    lexicon = written(folder, [WORDS[:9]], quick_analyzer)
    read = lexicon_files._numbers
    stale = iter([read(folder)])
    write_lexicon(folder, lexicon, WORDS, partial(class_keys, analyzer=quick_analyzer))
    monkeypatch.setattr(lexicon_files, "_numbers", lambda folder: next(stale, None) or read(folder))
    assert Lexicon.open(folder).terms() == WORDS


def test_a_lost_part_is_told(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    folder = tmp_path / "lexicon"
    lexicon = written(folder, [WORDS], quick_analyzer)
    (folder / PART.format(*lexicon.parts)).unlink()
    with pytest.raises(IndexDamaged, match=r"lexicon-1\.bin cannot be read"):
        Lexicon.open(folder)


def test_a_flipped_byte_is_never_a_wrong_answer(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    folder = tmp_path / "lexicon"
    sound = written(folder, [WORDS], quick_analyzer)
    asked = [*WORDS[::9], "الوزيران", "غورباتشف", "ابجد"]
    expected = [sound.forms(word, quick_analyzer, similar=9, threshold=0.6) for word in asked]
    [number] = open_parts(folder)
    path = folder / PART.format(number)
    whole = path.read_bytes()
    told = 0
    for place in random.Random(1).sample(range(len(whole)), 150):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        try:
            lexicon = Lexicon.open(folder)
        except IndexDamaged:
            told += 1
            continue
        for word, forms in zip(asked, expected, strict=True):
            try:
                assert lexicon.forms(word, quick_analyzer, similar=9, threshold=0.6) == forms
            except IndexDamaged:
                told += 1
        with pytest.raises(IndexDamaged):
            Lexicon.open(folder, whole=True)
    assert told > 20


def test_the_code_of_a_pair_is_its_letters() -> None:
    assert [pair_of(code) for code in codes_of("وادي")] == ["^و", "اد", "دي", "وا", "ي$"]


def test_where_no_word_has_letter_pairs_none_is_counted(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    create_lexicon(tmp_path)
    keys = partial(class_keys, analyzer=quick_analyzer)
    with write_lexicon(tmp_path, Lexicon.open(tmp_path), ["2023"], keys)._reading(0) as part:
        spans = part.spans_of(np.array(codes_of("وادي")))
    assert len(spans) == 5 and all(end - begin == 0 for begin, end in spans)
