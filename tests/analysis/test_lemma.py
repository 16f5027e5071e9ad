"""The lemma depth: one test for each kind of word, what must stay whole, and the table's file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_lemma import cheapest, readings

from khabar.analysis import lemma
from khabar.analysis.fold import fold
from khabar.analysis.lemma import cache, closed, rules, tablefile
from khabar.analysis.lemma.build import build_table
from khabar.analysis.lemma.wordlist import tidy

words = str.split

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىءآأؤإئةـًٌَُّ"


@pytest.fixture(scope="session")
def table() -> lemma.Table:
    """This installation's table; making it takes seconds if there is none yet."""
    return lemma.table()


def one(word: str, table: lemma.Table) -> str:
    (found,) = lemma.lemmas(fold(word), table)
    return found


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        # broken plurals
        ("رؤساء", "رئيس"),
        ("المدارس", "مدرسة"),
        ("قضايا", "قضية"),
        ("القتلى", "قتيل"),
        ("الأسرى", "أسير"),
        ("اسرى", "أسير"),
        # clitics
        ("والوزراء", "وزير"),
        ("وبالمدارس", "مدرسة"),
        ("للغة", "لغة"),
        ("وسيكتبونها", "كتب"),
        # endings
        ("الإيرانية", "إيراني"),
        ("الفلسطينيون", "فلسطيني"),
        ("منظمتان", "منظمة"),
        ("مدرستها", "مدرسة"),
        ("مدرسته", "مدرسة"),
        ("رؤسائهم", "رئيس"),
        ("بقوة", "قوة"),
        ("النزاعات", "نزاع"),
        # the article rather than a particle before a word that begins with alef or lam
        ("الحياة", "حياة"),
        ("السنين", "سنة"),
        ("الكيان", "كيان"),
        # a ت of the word's own before a pronoun
        ("بيته", "بيت"),
        ("بصوته", "صوت"),
        ("ولبنان", "لبنان"),
        ("للحج", "حج"),
        # verbs, hollow ones too
        ("يقول", "قال"),
        ("تقولون", "قال"),
        ("قلت", "قال"),
        ("سيقول", "قال"),
        ("يموت", "مات"),
        ("يكن", "كان"),
        ("وأعلنت", "أعلن"),
        # the past of form IV, which the list also has without its hamza, as a word of its own
        ("أرسلت", "أرسل"),
        ("أوقفت", "أوقف"),
        ("أعادت", "أعاد"),
        ("وأصابت", "أصاب"),
        ("أخذت", "أخذ"),
        ("نسأل", "سأل"),
        # defective verbs lose their last letter
        ("دعت", "دعا"),
        ("ودعا", "دعا"),
        ("ودعت", "دعا"),
        ("نفت", "نفى"),
        ("أجرت", "أجرى"),
        ("والتقت", "التقى"),
        ("يلتقي", "التقى"),
        ("بنت", "ابنة"),
        # frequent verbs that the list takes for other words, and passives that look like nouns
        ("بدأ", "بدأ"),
        ("يبدأ", "بدأ"),
        ("وبدأت", "بدأ"),
        ("ستبدأ", "بدأ"),
        ("بداية", "بداية"),
        ("أصيب", "أصاب"),
        ("وأقيمت", "أقام"),
        ("أعيد", "أعاد"),
        # و before a verb that begins with و
        ("ووصل", "وصل"),
        ("ووقعت", "وقع"),
        ("ووقف", "وقف"),
        # masdars are words of their own
        ("المقاومة", "مقاومة"),
        ("المواجهات", "مواجهة"),
        # function words
        ("ولهذا", "هذا"),
        ("عليهم", "على"),
        ("لأنها", "لأن"),
        ("والتي", "الذي"),
        # closed classes of irregular nouns
        ("نساء", "امرأة"),
        ("المياه", "ماء"),
        ("الكبرى", "أكبر"),
        ("آلاف", "ألف"),
        ("خمسة", "خمسة"),
        ("خمس", "خمسة"),
        # the dual in the construct state: مليوني حاج
        ("مليوني", "مليون"),
        ("بملياري", "مليار"),
        ("ألفي", "ألف"),
        ("مئتي", "مئة"),
        ("اثني", "اثنان"),
        # the seat of hamza
        ("المسئولين", "مسؤول"),
        ("شئون", "شأن"),
        ("شؤون", "شأن"),
    ],
)
def test_lemma(word: str, expected: str, table: lemma.Table) -> None:
    assert one(word, table) == fold(expected)


@pytest.mark.parametrize(
    "word",
    words(
        "وزير واشنطن وليد وائل بغداد لبنان فرنسا إيران اليابان ولي ولاية فعلي فلك فتح بلد عبدالله عبدالرحمن "
        "رمضان أجور أعيان أرسلان إيليا أحيانا ووهان"
    ),
)
def test_whole(word: str, table: lemma.Table) -> None:
    assert one(word, table) == fold(word).removeprefix("ال")


@pytest.mark.parametrize(
    ("one_word", "other"),
    [
        ("الصين", "صينية"),
        ("وزير", "زير"),
        ("المدرسة", "المدرس"),
        ("إيران", "إيراني"),
        ("فن", "فان"),
    ],
)
def test_apart(one_word: str, other: str, table: lemma.Table) -> None:
    assert one(one_word, table) != one(other, table)


@pytest.mark.parametrize(
    ("one_word", "other"), [("المقاومة", "المقاومه"), ("إلى", "الي"), ("أسامة", "اسامه")]
)
def test_spellings_meet(one_word: str, other: str, table: lemma.Table) -> None:
    assert one(one_word, table) == one(other, table)


def test_a_proclitic_goes_only_off_a_known_word() -> None:
    assert lemma.lemmas("وبرج", {"برج": "برج"}) == ("برج",)
    assert lemma.lemmas("وبرج", {}) == ("وبرج",)
    assert lemma.lemmas("وبرج", {"وبرج": "وبرج", "برج": "برج"}) == ("وبرج",)


def test_the_article_goes_off_any_word() -> None:
    assert lemma.lemmas("والزغبوش", {}) == ("زغبوش",)
    assert lemma.lemmas("الزغبوشيين", {}) == ("زغبوشي",)
    assert lemma.lemmas("عبدالزغبوش", {}) == ("عبدالزغبوش",)


def test_no_pronoun_after_the_article() -> None:
    assert lemma.lemmas("كتابها", {"كتاب": "كتاب"}) == ("كتاب",)
    assert lemma.lemmas("الكتابها", {"كتاب": "كتاب"}) == ("كتابها",)
    assert lemma.lemmas("الكتابها", {"كتابها": "كتب"}) == ("كتب",)


def test_the_cheapest_reading_wins_whatever_the_table_holds() -> None:
    word = "وبمدرستهم"
    table = {key: f"{place} {cost}" for place, (cost, key) in reversed(list(enumerate(readings(word))))}
    assert len(table) > 5
    while table:
        best = cheapest(word, table)
        assert lemma.read(word, table) == best
        table = {key: found for key, found in table.items() if found != best}
    assert lemma.read(word, table) is None


AFFIXED = st.builds(
    lambda proclitic, stem, ending: proclitic + stem + ending,
    st.sampled_from(list(rules._PROCLITICS)),
    st.text(alphabet="المهيوتسكبدر", min_size=0, max_size=6),
    st.sampled_from(list(rules._ENDINGS)),
)


@given(AFFIXED | st.text(alphabet="المهيوتسكبنا", max_size=10), st.data())
def test_words_are_read_as_the_plain_formulation_reads_them(word: str, data: st.DataObject) -> None:
    keys = sorted({key for _, key in readings(word)})
    known = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    table = {key: f"lemma of {key}" for key in known}
    assert rules._cheapest(word, table) == cheapest(word, table)


@given(AFFIXED)
def test_every_single_reading_is_found(word: str) -> None:
    for _, key in readings(word):
        assert rules._cheapest(word, {key: key}) == key


def test_known(table: lemma.Table) -> None:
    assert lemma.known("وزير", table)
    assert lemma.known("مسئول", table)
    assert lemma.known("هذا", table)
    assert not lemma.known("والوزراء", table)


def test_words_of_other_scripts_are_their_own_lemmas(table: lemma.Table) -> None:
    for word in ("iphone", "12.5", "2023-10-07", "x", "中", "\ud800"):
        assert lemma.lemmas(word, table) == (word,)
    assert lemma.lemmas("", table) == ()


@given(st.text(max_size=20) | st.text(alphabet=LETTERS, max_size=14))
def test_any_text_has_one_folded_lemma(table: lemma.Table, word: str) -> None:
    term = fold(word)
    found = lemma.lemmas(term, table)
    assert len(found) == bool(term)
    assert all(found)
    assert [fold(each) for each in found] == list(found)
    assert found == lemma.lemmas(term, table)


def test_lists_are_folded() -> None:
    for words in (closed.FUNCTION_WORDS, closed.WHOLE_WORDS):
        for form, its_lemma in words.items():
            assert fold(form) == form
            assert fold(its_lemma) == its_lemma


SMALL_LIST = {
    # a noun with its paradigm, an adjective with its feminine, two verbs
    **dict.fromkeys(words("كتاب كتابين الكتاب الكتب"), "كتاب"),
    **dict.fromkeys(words("كتب كتبتما كتبت كتبوا يكتب يكتبون"), "كتب"),
    **dict.fromkeys(words("طويل الطويل طويلين طويلات"), "طويل"),
    "طويلة": "طويلة",
    **dict.fromkeys(words("مدرسة المدرسة مدارس المدارس"), "مدرسة"),
    **dict.fromkeys(words("مدرس المدرس مدرسين"), "مدرس"),
    **dict.fromkeys(words("عمل العمل أعمال"), "عمل"),
    "not Arabic": "كتاب",
}


def test_a_table_is_made_from_any_word_list() -> None:
    made = build_table(SMALL_LIST)
    assert made["مدارس"] == "مدرسه"
    assert made["طويله"] == "طويل"
    assert made["~كتب"] == "كتب"
    assert made["اعمال"] == "عمل"
    assert build_table(dict(reversed(SMALL_LIST.items()))) == made
    assert "not Arabic" not in tidy(SMALL_LIST).lemma_of


@given(
    st.dictionaries(
        st.text(alphabet="ابتةهى~^ؤئ", max_size=6).map(fold),
        st.text(alphabet="ابتكلمن", max_size=5),
        max_size=40,
    )
)
def test_a_file_gives_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("table") / "lemmas.bin"
    tablefile.write(path, entries)
    read = tablefile.TableFile(path)
    assert dict(read.items()) == entries
    assert {key: read.get(key) for key in entries} == entries
    for missing in ("زز", "a", "中", "\n", "ا\t"):
        assert read.get(missing) is None


def test_a_table_with_many_misses_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tablefile, "_MANY_MISSES", 10)
    # With so few hashes, missing words share theirs with words of the table.
    monkeypatch.setattr(tablefile, "_HASHES", 8)
    entries = {f"{first}{second}": first for first in "بتجح" for second in "امي"}
    tablefile.write(tmp_path / "lemmas.bin", entries)
    read = tablefile.TableFile(tmp_path / "lemmas.bin")
    asked = [f"{first}{second}{third}" for first in "بتجحخ" for second in "اميو" for third in ("", "ه", "中")]
    for _ in range(3):
        assert [read.get(each) for each in asked] == [entries.get(each) for each in asked]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building takes no time."""
    monkeypatch.setattr("khabar.analysis.lemma.build.read_simplemma", lambda: SMALL_LIST)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "flipped", "other", "folder"])
def test_a_lost_or_damaged_table_is_rebuilt(tmp_path: Path, damage: str) -> None:
    cache.load(tmp_path)
    (path,) = tmp_path.iterdir()
    good = path.read_bytes()
    if damage in ("missing", "folder"):
        path.unlink()
    else:
        flipped = good[:-3] + bytes([good[-3] ^ 1]) + good[-2:]
        path.write_bytes(
            {"empty": b"", "cut": good[:-5], "flipped": flipped, "other": b"x" * len(good)}[damage]
        )
    if damage == "folder":
        path.mkdir()
    assert cache.load(tmp_path).get("مدارس") == "مدرسه"
    if damage != "folder":
        assert [each.read_bytes() for each in tmp_path.iterdir()] == [good]


@pytest.mark.usefixtures("small")
def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert cache.load(tmp_path / "file" / "cache").get("مدارس") == "مدرسه"


def test_the_cache_folder_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KHABAR_CACHE", str(tmp_path))
    assert cache.cache_folder() == tmp_path
    monkeypatch.delenv("KHABAR_CACHE")
    assert cache.cache_folder().name == "khabar"


def test_version_names_rules_and_word_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert lemma.version().startswith(f"lemma rules {cache.RULES}, words ")
    data = tmp_path / "simplemma" / "strategies" / "dictionaries" / "data" / "ar.plzma"
    data.parent.mkdir(parents=True)
    (tmp_path / "simplemma" / "__init__.py").touch()
    data.write_bytes(b"another list")
    monkeypatch.syspath_prepend(tmp_path)
    assert cache._word_list() not in lemma.version()
    data.unlink()
    assert "." in cache._word_list()


@pytest.mark.usefixtures("table")
def test_simplemma_is_not_imported_where_the_table_is_cached() -> None:
    code = (
        "import sys; from khabar.analysis.analyzer import Analyzer; analyzer = Analyzer(); "
        "analyzer.fingerprint;"
        "assert analyzer.stems('والوزراء').lemma == ('وزير',); print('simplemma' in sys.modules)"
    )
    folder = str(Path(lemma.__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": folder, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert run.stdout.strip() == "False"
