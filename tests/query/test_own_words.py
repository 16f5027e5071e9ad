"""A reader's own dictionary joins words, keeps words apart, names synonyms and stop words, and says what it
does not understand."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import SettingsUnavailable, WordsError
from khabar.library import Index, open_index
from khabar.query.own_words import KINDS, OwnWords, parse_words, read_words, said

ARTICLES = [
    Article("firm", "", ("أعلنت شركة أرامكو نتائجها",)),
    Article("oil", "", ("أعلنت الزيتية السعودية نتائجها",)),
    Article("war", "", ("عاد الأسرى إلى بيوتهم بعد الحرب",)),
    Article("fight", "", ("الأسرة في وسط المعارك والقتال",)),
]


@pytest.fixture
def asked(new_index: Callable[..., Index], tmp_path: Path):
    """Asks an index with a dictionary; the text may be another at each call, as a file that was changed."""
    path = new_index("ix").path
    with open_index(path) as index:
        index.add(ARTICLES)
    file = tmp_path / "words.txt"
    file.write_text("", encoding="utf-8")
    index = open_index(path, words=file)

    def ask(words: str, query: str) -> list[str]:
        before = file.stat().st_mtime_ns
        file.write_text(words, encoding="utf-8")
        os.utime(file, ns=(before + 10**9, before + 10**9))
        return sorted(hit.article.id for hit in index.search(query))

    ask.index = index
    yield ask
    index.close()


def test_joined_words_are_one_word_with_all_their_forms(asked) -> None:
    assert asked("", "+أرامكو") == ["firm"]
    # An open index notices that the file was changed.
    assert asked("أرامكو = الزيتية\n", "+أرامكو") == ["firm", "oil"]
    assert asked.index.search("+للزيتية").total == 2
    assert asked.index.search("+الزيتية").total == 2
    forms = {form.term: form for form in asked.index.why("أرامكو")}
    assert forms["الزيتيه"].depth == "words" and forms["الزيتيه"].matches
    [rule] = asked.index.own_words("أرامكو")
    assert (rule.kind, rule.line, Path(rule.file).name) == ("join", 1, "words.txt")
    assert asked("# nothing any more\n", "+أرامكو") == ["firm"]


def test_joining_goes_on(asked) -> None:
    assert asked("أرامكو = الزيتية\nالزيتية = حرب\n", "+أرامكو") == ["firm", "oil", "war"]


def test_synonyms_are_found_and_weigh_less(asked) -> None:
    assert asked("حرب ~ قتال ~ معركة", "+حرب") == ["fight", "war"]
    weights = {form.term: form.weight for form in asked.index.why("الحرب")}
    assert weights["والقتال"] < weights["الحرب"] == 1


def test_words_are_kept_apart(asked) -> None:
    assert asked("الأسرى = الأسرة", "+الأسرى") == ["fight", "war"]
    assert asked("الأسرى ≠ الأسرة", "+الأسرى") == ["war"]
    assert "الاسره" not in {form.term for form in asked.index.why("الأسرى")}
    assert "الاسري" not in {form.term for form in asked.index.why("الأسرة")}


def test_stop_words_match_nothing_by_themselves(asked) -> None:
    assert asked("", "أعلنت الحرب") == ["firm", "oil", "war"]
    assert asked("stop: أعلن", "أعلنت الحرب") == ["war"]
    assert asked("مهملة: أعلن", "أعلنت الحرب") == ["war"]
    # Alone it is searched.
    assert asked("stop: أعلن", "أعلنت") == ["firm", "oil"]


def test_a_mistake_is_reported_with_its_line() -> None:
    with pytest.raises(WordsError) as caught:
        parse_words(
            "أ = ب\n# fine\nكلمة\nالولايات المتحدة = أمريكا\nحرب = سلم ~ صلح\nحرب =\nأ = أ\nstop: ،\n",
            "desk.txt",
        )
    assert [number for number, _ in caught.value.mistakes] == [3, 4, 5, 6, 7, 8]
    assert str(caught.value).startswith("desk.txt, line 3: ") and "5 more" in str(caught.value)
    assert dict(caught.value.mistakes)[8] == "no word follows «stop:»"
    with pytest.raises(WordsError, match="a line keeps exactly two words apart"):
        parse_words("الأسرى ≠ الأسرة ≠ السير\n", "desk.txt")


@pytest.mark.parametrize(
    ("text", "line", "others"),
    [
        ("غوغل = جوجل\nغوغل ≠ جوجل", 2, "line 1 contradicts this"),
        ("غوغل ≠ جوجل\nغوغل = جوجل", 2, "line 1 contradicts this"),
        # Statements combine, whatever their order.
        ("حماس = فتح\nفتح = جهاد\nحماس ≠ جهاد", 3, "lines 1, 2 together contradict this"),
        ("حماس ≠ جهاد\nحماس = فتح\nقمح = خبز\nفتح = جهاد", 4, "lines 1, 2 together contradict this"),
        # Each word includes its inflections.
        ("الشركة = غوغل\nغوغل ≠ الشركات", 2, "line 1 contradicts this"),
        ("قطر ~ الدوحة\nقطر ≠ الدوحة", 2, "line 1 contradicts this"),
        ("قطر ≠ الدوحة\nقطر ~ الدوحة ~ ريال", 2, "line 1 contradicts this"),
        ("قطر ~ الدوحة\nالدوحة = العاصمة\nقطر ≠ العاصمة", 3, "lines 1, 2 together contradict this"),
    ],
)
def test_contradicting_statements_are_reported(
    text: str, line: int, others: str, analyzer: Analyzer, tmp_path: Path
) -> None:
    # In one file,
    whole = tmp_path / "desk.txt"
    whole.write_text(text, encoding="utf-8")
    with pytest.raises(WordsError) as caught:
        OwnWords.read([whole], analyzer)
    [(number, wrong)] = caught.value.mistakes
    assert number == line and wrong == others
    # and each statement in a file of its own.
    files = []
    for number, each in enumerate(text.splitlines(), 1):
        files.append(tmp_path / f"{number}.txt")
        files[-1].write_text(each, encoding="utf-8")
    with pytest.raises(WordsError) as caught:
        OwnWords.read(files, analyzer)
    assert caught.value.file == str(files[line - 1])
    [(number, wrong)] = caught.value.mistakes
    assert number == 1 and "contradict" in wrong
    for other in re.findall(r"\d+", others):
        assert str(tmp_path / f"{other}.txt") in wrong


@pytest.mark.parametrize(
    "text",
    [
        "غوغل = جوجل\nغوغل ≠ قوقل",
        # They do not combine.
        "حرب ~ قتال\nقتال ~ معركة\nحرب ≠ معركة",
        # khabar joins the two without a statement, and the reader keeps them apart.
        "طالب ≠ طالبان\nطالب = تلميذ",
        "طالب ≠ طالبان\nطالب = تلميذ\nتلميذ ≠ طالبان",
    ],
)
def test_statements_that_agree_are_taken(text: str, analyzer: Analyzer, tmp_path: Path) -> None:
    (tmp_path / "desk.txt").write_text(text, encoding="utf-8")
    assert len(OwnWords.read([tmp_path / "desk.txt"], analyzer).rules) == text.count("\n") + 1


def test_an_index_refuses_a_contradiction(new_index: Callable[..., Index], tmp_path: Path) -> None:
    for name, text in (("a.txt", "قطر = الدوحة"), ("b.txt", "قطر ≠ الدوحة")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    path = new_index("ix").path
    with pytest.raises(WordsError, match=r"b\.txt, line 1: .*a\.txt, line 1 contradicts this"):
        open_index(path, words=[tmp_path / "a.txt", tmp_path / "b.txt"])


def test_unreadable_files_are_reported(new_index: Callable[..., Index], tmp_path: Path) -> None:
    path = new_index("ix").path
    with pytest.raises(SettingsUnavailable):
        open_index(path, words=tmp_path / "missing.txt")
    (tmp_path / "latin.txt").write_bytes(b"\xe1\xe2 = \xe3")
    with pytest.raises(WordsError, match="UTF-8"):
        read_words([tmp_path / "latin.txt"])
    (tmp_path / "bad.txt").write_text("كلمة", encoding="utf-8")
    with pytest.raises(WordsError, match=r"bad\.txt, line 1"):
        open_index(path, words=[tmp_path / "bad.txt"])


def test_a_statement_is_read_as_it_is_written(analyzer: Analyzer) -> None:
    words = ("حرب", "سلم")
    for kind in KINDS:
        [rule] = parse_words(said(kind, words))
        assert (rule.kind, rule.words) == (kind, words)
    own = OwnWords(parse_words("حَرب = سِلْم"), analyzer)
    assert own.joined("الحرب") == ("سلم",) and own.joined("قمح") == ()


#: Words that khabar takes for one, with forms of each: what is nearer to the first, and what to the second.
CONFUSED = [
    ("جنين", "الأجنة", ["وجنين", "بجنين"], ["والأجنة", "للأجنة", "أجنة"]),
    ("الهلال", "أهله", ["هلال", "والهلال", "للهلال"], ["وأهله", "لأهله"]),
    ("فريق", "فرق", ["الفريق", "والفريق", "لفريق"], ["الفرق", "وفرق", "للفرق"]),
]


@pytest.mark.parametrize("one, other, of_one, of_other", CONFUSED)
def test_a_word_kept_apart_keeps_its_own_forms(
    new_index: Callable[..., Index],
    tmp_path: Path,
    one: str,
    other: str,
    of_one: list[str],
    of_other: list[str],
) -> None:
    sides = {one: {one, *of_one}, other: {other, *of_other}}
    index = new_index("ix")
    index.add([Article(word, "", (f"{word} هنا",)) for words in sides.values() for word in words])

    def found(query: str, words: str = "") -> set[str]:
        file = tmp_path / "words.txt"
        file.write_text(words, encoding="utf-8")
        with open_index(index.path, words=file) as reading:
            return {hit.article.id for hit in reading.search(query, match="all", limit=100)}

    both = sides[one] | sides[other]
    for statement in (f"{one} ≠ {other}", f"{other} ≠ {one}"):
        for word, forms in sides.items():
            # Without the statement the two are one word; otherwise the test would prove nothing.
            assert found(word) == found(f"+{word}") == both
            assert found(word, statement) == found(f"+{word}", statement) == forms
        # A form finds the word that it belongs to.
        assert found(of_one[0], statement) == sides[one]
        assert found(of_other[0], statement) == sides[other]
    # A statement about one does not apply to the other.
    joined = f"{one} ≠ {other}\n{one} = قمح\nstop: {other}"
    index.add([Article("قمح", "", ("قمح هنا",))])
    assert found(one, joined) == {*sides[one], "قمح"} and found("قمح", joined) == {*sides[one], "قمح"}
    # A stop word finds no inflections.
    assert found(other, joined) == {other}
    assert found(f"{one} {other}", joined) == {*sides[one], "قمح"}


@pytest.mark.parametrize("typed, synonym", [("معركة", "حرب"), ("حرب", "معركة"), ("قتال", "حرب")])
@pytest.mark.parametrize("common", ["", "حرب", "معركة"])
def test_the_typed_word_comes_before_its_synonym(
    new_index: Callable[..., Index], tmp_path: Path, typed: str, synonym: str, common: str
) -> None:
    """In articles that are otherwise equal, however often and wherever it occurs, and whichever is rarer."""
    places = {
        "once": ("خبر", "شهد الوادي {} طويلة في الشتاء"),
        "title": ("{} في الوادي", "شهد الوادي أياما طويلة في الشتاء"),
        "often": ("خبر", "{} ثم {} ثم {} في الشتاء"),
        "both": ("{} في الوادي", "شهد الوادي {} طويلة في الشتاء"),
    }
    index = new_index("ix")
    index.add(
        Article(f"{place} {word}", title.replace("{}", word), (text.replace("{}", word),))
        for place, (title, text) in places.items()
        for word in (synonym, typed)
    )
    if common:
        index.add(Article(f"more {number}", "خبر", (f"{common} رقم {number}",)) for number in range(20))
    file = tmp_path / "words.txt"
    file.write_text("حرب ~ معركة ~ قتال\n", encoding="utf-8")
    with open_index(index.path, words=file) as reading:
        for query in (typed, f"+{typed}", f"{typed} الوادي"):
            found = [hit.article.id for hit in reading.search(query, limit=100)]
            for place in places:
                assert found.index(f"{place} {typed}") < found.index(f"{place} {synonym}"), (query, place)
