"""An index and a table of lemmas are known by the versions of the rules that they were made with: a rule that
gives another word must have another version, or old ones are read with new rules.

If one of these fails, something changes words, on purpose or not. On purpose: raise the number that the
message names (``RULES``), and write down what the test found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest

from khabar.analysis import analyzer as analyzing
from khabar.analysis import lemma
from khabar.analysis.analyzer import Analyzer
from khabar.analysis.lemma import cache
from khabar.analysis.lemma.build import build_table
from khabar.analysis.light import light_stem
from khabar.corpus import read

CORPUS = Path(__file__).parents[2] / "corpus" / "articles"
#: The word list that these were found with: simplemma 2.0's.
WORD_LIST = "21f3e4cb"
TABLES = {1: "b053f6f290f1e506", 2: "8addd3041f610c9a", 3: "989390d7ed9aaf1a", 4: "ecd52c8f3abaee86"}
LEMMAS = {1: "d532573b54cf7ed8", 2: "7b63d174c9c5e69d", 3: "6e449e4e009f816d", 4: "2ebd0352d2e1c7f7"}
WORDS = {4: "2df98d225dce6c49", 5: "2df98d225dce6c49", 6: "59213d18e9c701f4"}

PROCLITICS = (
    "",
    "و",
    "ال",
    "وال",
    "بال",
    "كال",
    "لل",
    "ولل",
    "ف",
    "فال",
    "ب",
    "ل",
    "ك",
    "وب",
    "ول",
    "س",
    "وس",
    "أ",
)
ENDINGS = (
    *(
        "",
        "ها",
        "هم",
        "هما",
        "ه",
        "نا",
        "كم",
        "هن",
        "ك",
        "ي",
        "ني",
        "ان",
        "ين",
        "ون",
        "ات",
        "اتها",
        "ته",
        "تها",
    ),
    *("تين", "تان", "وا", "وها", "تم", "تا", "يه", "ية", "يين", "يون", "ا", "انهم", "ينا", "تي"),
)


@pytest.fixture(scope="module")
def table() -> lemma.Table:
    if not cache.version().endswith(WORD_LIST):
        pytest.skip(f"this simplemma has another word list: {cache.version()}")
    # Not the one that this machine keeps: it may have been made by other rules.
    return build_table()


def digest(lines: Iterable[str]) -> str:
    made = hashlib.blake2b(digest_size=8)
    for line in lines:
        made.update(line.encode("utf-8", "surrogatepass") + b"\n")
    return made.hexdigest()


def test_the_table_is_that_of_its_version(table: lemma.Table) -> None:
    found = digest(f"{key} {table[key]}" for key in sorted(table))
    assert TABLES.get(cache.RULES) == found, "khabar.analysis.lemma.cache.RULES"


def test_lemmas_are_those_of_their_version(table: lemma.Table) -> None:
    stems = sorted(key for key in table if key.isalpha())[::700]
    forms = ("".join(each) for each in product(PROCLITICS, stems, ENDINGS))
    found = digest(f"{form} {' '.join(lemma.lemmas(form, table))}" for form in forms)
    assert LEMMAS.get(cache.RULES) == found, "khabar.analysis.lemma.cache.RULES"


def test_words_are_those_of_their_version() -> None:
    """Of the sample articles, and of every sign of Arabic in and beside a word; and light stems."""
    quick = Analyzer(table={})
    texts = [
        f"{passage.text}\n"
        for article in read(CORPUS)
        for passage in article.passages()
        if passage.text.strip()
    ]
    codes = (*range(0x20, 0x100), *range(0x600, 0x780), *range(0x870, 0x8FF), *range(0x2000, 0x2070))
    for code in (*codes, *range(0xFB50, 0xFE00), *range(0xFE70, 0xFF00), *range(0xFF01, 0xFF5F)):
        texts.append(f"من {chr(code)}كتاب كت{chr(code)}اب كتاب{chr(code)} 1{chr(code)}2 إلى")
    stems = [
        "وزير",
        "كتاب",
        "مدرسه",
        "قول",
        "علم",
        "وليد",
        "الله",
        "بيت",
        "كاتب",
        "لبنان",
        "بيروت",
        "فلسطين",
        "سياره",
        "يوم",
    ]
    forms = ["".join(each) for each in product(PROCLITICS, stems, ENDINGS)]
    lines = [
        json.dumps(
            [(token.start, token.end, token.word.exact, token.compound) for token in quick.tokens(text)]
        )
        for text in texts
    ]
    lines += [f"{form} {light_stem(form)}" for form in forms]
    assert WORDS.get(analyzing.RULES) == digest(lines), "khabar.analysis.analyzer.RULES"
