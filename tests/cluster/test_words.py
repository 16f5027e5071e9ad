"""The words of an index on a cluster: forms and words with similar letters are the same as in a folder."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.cluster.client import Cluster
from khabar.cluster.lexicon import ClusterLexicon
from khabar.cluster.mapping import WORDS, bodies, edition_index, write_alias
from khabar.cluster.vocabulary import ClusterVocabulary
from khabar.cluster.words import WordsWriter
from khabar.index.lexicon import Lexicon, create_lexicon, write_lexicon
from khabar.index.ranking import Ranking
from khabar.index.word_forms import class_keys
from khabar.places import Address
from khabar.query.parser import parse
from khabar.query.planner import Planner
from khabar.query.vocabulary import Vocabulary

pytestmark = pytest.mark.cluster

CORPUS = Path(__file__).parents[2] / "corpus" / "articles"
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءئؤ"
#: Names in several spellings, words with particles, and strings that are no words of any language.
OTHERS = [
    "غورباتشوف",
    "جورباتشوف",
    "غورباتشيف",
    "وغورباتشوف",
    "بغورباتشوف",
    "اردوغان",
    "لاردوغان",
    "ولاردوغان",
    "العريفي",
    "للعريفي",
    "عريفي",
    "امريكا",
    "اميركا",
    "الامريكيه",
    "والاميركيه",
    "صحفي",
    "صحافي",
    "لافروف",
    "لافوروف",
    "نتنياهو",
    "نتانياهو",
    "حماس",
    "غوغل",
    "جوجل",
    "قوقل",
    "2023",
    "12.5",
    "g20",
    "covid",
    "justice",
    "justices",
    "😀😀😀😀😀",
    "~tilde",
    "و",
    "في",
    "ب",
]
RANKING = Ranking()
SIMILAR: dict[str, Any] = {"similar": RANKING.similar_forms, "threshold": RANKING.similar_from}


@pytest.fixture(scope="module")
def terms(analyzer: Analyzer) -> list[str]:
    """The words of the sample collection, some of them with changed letters, and the names."""
    found = {
        term
        for path in sorted(CORPUS.rglob("*"))
        if path.is_file()
        for _, word in analyzer.words(path.read_text(encoding="utf-8", errors="ignore"))
        for term in word.exact
    }
    choose = random.Random(16)
    for term in sorted(found):
        if len(term) > 3:
            place = choose.randrange(len(term))
            found.add(term[:place] + choose.choice(LETTERS) + term[place + choose.randrange(2) :])
            found.add(choose.choice("وبلفك") + term)
    return sorted({*found, *OTHERS} - {""})


@pytest.fixture(scope="module")
def absent(terms: list[str]) -> list[str]:
    """Words that the index does not have."""
    choose = random.Random(17)
    there = set(terms)
    made = {"", "ء", "\ud800", "غورباتشف", "اردوغانن", "مكتبات" * 3}
    while len(made) < 300:
        term = choose.choice(terms)
        place = choose.randrange(len(term) + 1)
        made.add(term[:place] + choose.choice(LETTERS) + term[place + choose.randrange(3) :])
    return sorted(made - there)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer, terms: list[str]) -> Lexicon:
    """The words in a folder."""
    place = tmp_path_factory.mktemp("lexicon")
    create_lexicon(place)
    return write_lexicon(place, Lexicon.open(place), terms, partial(class_keys, analyzer=analyzer))


class Words:
    """A separate index of words."""

    def __init__(self, cluster: Cluster, name: str, analyzer: Analyzer) -> None:
        self.cluster = cluster
        self.index = write_alias(name, 1, WORDS)
        self.analyzer = analyzer
        body = bodies(analyzer.fingerprint, shards=1, replicas=0)[WORDS]
        body["aliases"] = {self.index: {}}
        cluster.request("PUT", f"/{edition_index(name, 1, WORDS)}", body)

    def put(self, terms: list[str], writer: WordsWriter | None = None) -> int:
        writer = writer or WordsWriter(self.cluster, self.index)
        added = writer.put(terms, partial(class_keys, analyzer=self.analyzer))
        self.refresh()
        return added

    def refresh(self) -> None:
        self.cluster.request("POST", f"/{self.index}/_refresh")

    def lexicon(self, before: ClusterLexicon | None = None) -> ClusterLexicon:
        return ClusterLexicon(self.cluster, self.index, before)


@pytest.fixture(scope="module")
def new_words(cluster: Any, analyzer: Analyzer) -> Iterator[Callable[[], Words]]:
    """Creates empty indexes of words, which are removed at the end."""
    with ExitStack() as stack:

        def make() -> Words:
            address = Address.parse(stack.enter_context(cluster.fresh()))
            client = Cluster(address)
            stack.callback(client.close)
            return Words(client, address.name, analyzer)

        yield make


@pytest.fixture(scope="module")
def words(new_words: Callable[[], Words], terms: list[str]) -> Words:
    """An index of all words, written at once."""
    made = new_words()
    assert made.put(terms) == len(terms)
    return made


class Counted(Cluster):
    """Counts its requests."""

    asked = 0

    def request(self, *args: Any, **kwargs: Any) -> Any:
        self.asked += 1
        return super().request(*args, **kwargs)


@pytest.fixture
def counted(words: Words) -> Iterator[Counted]:
    made = Counted(words.cluster.address)
    yield made
    made.close()


def test_the_same_forms(
    words: Words, folder: Lexicon, analyzer: Analyzer, terms: list[str], absent: list[str]
) -> None:
    lexicon = words.lexicon()
    asked = [*OTHERS, *absent, *random.Random(1).sample(terms, 250)]
    for options in ({}, SIMILAR, {"similar": 3, "threshold": 0.3}):
        prepared = {"similar": 0, "threshold": 1.0, **options}
        lexicon.prepare(asked, analyzer, **prepared)
        for term in asked:
            expected = folder.forms(term, analyzer, **options)
            assert lexicon.forms(term, analyzer, **options) == expected, (term, options)


def test_a_word_alone_has_the_same_forms(words: Words, folder: Lexicon, analyzer: Analyzer) -> None:
    for term in OTHERS:
        assert words.lexicon().forms(term, analyzer, **SIMILAR) == folder.forms(term, analyzer, **SIMILAR)


def test_the_same_words(
    words: Words, folder: Lexicon, terms: list[str], absent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lexicon = words.lexicon()
    assert len(lexicon) == len(terms)
    assert lexicon.terms() == terms
    monkeypatch.setattr("khabar.cluster.word_search.PAGE", 100)
    assert lexicon.terms() == terms
    for prefix in ("", "ال", "وال", "2", "ي", "زززز"):
        assert lexicon.beginning(prefix) == folder.beginning(prefix)
    assert lexicon.known([*terms, *absent]) == set(terms)
    assert terms[0] in lexicon and absent[-1] not in lexicon


def test_many_alike_words_are_fetched_in_pages(
    words: Words, folder: Lexicon, analyzer: Analyzer, terms: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the first page may not have all similar words, further pages are fetched."""
    monkeypatch.setattr("khabar.cluster.word_search._BEYOND", -35)
    monkeypatch.setattr("khabar.cluster.word_search.PAGE", 3)
    lexicon = words.lexicon()
    for term in random.Random(2).sample(terms, 40):
        assert lexicon.forms(term, analyzer, **SIMILAR) == folder.forms(term, analyzer, **SIMILAR)


def test_words_that_come_little_by_little_have_the_same_forms(
    new_words: Callable[[], Words], folder: Lexicon, analyzer: Analyzer, terms: list[str]
) -> None:
    """The stored length of a word's vector only decides which words are compared."""
    made = new_words()
    choose = random.Random(3)
    mixed = choose.sample(terms, len(terms))
    writer = WordsWriter(made.cluster, made.index)
    ends = [0, 30, 300, 1500, len(mixed)]
    for begin, end in pairwise(ends):
        again = choose.sample(mixed[:begin], min(begin, 20))
        assert made.put([*mixed[begin:end], *again], writer) == end - begin
    lexicon = made.lexicon()
    assert lexicon.terms() == terms
    same = [
        lexicon.forms(term, analyzer, **SIMILAR) == folder.forms(term, analyzer, **SIMILAR)
        for term in choose.sample(terms, 200)
    ]
    assert sum(same) == len(same)


def test_a_query_takes_five_requests(words: Words, counted: Counted, analyzer: Analyzer) -> None:
    lexicon = ClusterLexicon(counted, words.index)
    planner = Planner(analyzer, lexicon, vocabulary=ClusterVocabulary(counted, words.index))
    query = parse('قال وزير الخارجية +عبدالله (لافروف OR غورباتشوف) "مجلس الأمن" مدرسة~ NEAR جامعة -أمريكا')
    planner.plan(query, RANKING)
    # The numbers of words and letter pairs; spellings with other spaces, also of the phrase; the words; and
    # one for the word with «~».
    assert counted.asked == 5
    before = counted.asked
    planner.plan(query, RANKING)
    assert counted.asked == before
    # All pairs of Arabic letters are known.
    planner.plan(parse("محكمة التمييز ترفض الطعن"), RANKING)
    assert counted.asked == before + 2


def test_a_new_generation_keeps_what_it_knows_as_long_as_no_word_comes(
    new_words: Callable[[], Words], analyzer: Analyzer
) -> None:
    made = new_words()
    made.put(["كتاب", "كتابهم", "مدرسه"])
    counted = Counted(made.cluster.address)
    first = ClusterLexicon(counted, made.index)
    assert [form.term for form in first.forms("كتاب", analyzer)] == ["كتاب", "كتابهم"]
    second = ClusterLexicon(counted, made.index, first)
    before = counted.asked
    assert second.forms("كتاب", analyzer) == first.forms("كتاب", analyzer)
    assert counted.asked == before + 1
    made.put(["كتابها"])
    third = ClusterLexicon(counted, made.index, ClusterLexicon(counted, made.index, second))
    assert [form.term for form in third.forms("كتاب", analyzer)] == ["كتاب", "كتابها", "كتابهم"]
    assert len(third) == 4
    counted.close()


def test_an_index_without_words(new_words: Callable[[], Words], analyzer: Analyzer) -> None:
    made = new_words()
    lexicon = made.lexicon()
    assert not len(lexicon) and not lexicon.terms() and "كتاب" not in lexicon
    assert lexicon.forms("كتاب", analyzer, **SIMILAR) == ()
    vocabulary = ClusterVocabulary(made.cluster, made.index)
    assert vocabulary.matching(["ك", ""]) == vocabulary.matching(["ك", ""], 5) == ([], 0)
    assert vocabulary.near("كتاب", 2) == [] and vocabulary.sounding("kitab") == {}
    assert made.put([]) == 0


def test_any_text_can_be_a_word(new_words: Callable[[], Words], analyzer: Analyzer) -> None:
    made = new_words()
    odd = [
        "",
        "~" + "a" * 64,
        "ا" * 300,
        "ا" * 9_000,
        "😀" * 9_000,
        "a\ud800b",
        "a b|c",
        '"*?\\',
        "_id",
        "\n",
    ]
    assert made.put(odd) == len(odd)
    lexicon = made.lexicon()
    assert lexicon.known([*odd, "~", "ا" * 301]) == set(odd)
    for term in odd:
        [form] = [form for form in lexicon.forms(term, analyzer, **SIMILAR) if form.exact]
        assert form.term == term or len(term) == 9_000 or term == "a\ud800b"
    # Another client does not know which words exist.
    assert made.put([*odd, "كتاب"]) == 1
    vocabulary = ClusterVocabulary(made.cluster, made.index)
    assert vocabulary.matching(['"*', ""]).words == vocabulary.matching(["", "?\\"]).words == ['"*?\\']
    assert vocabulary.matching(["", "*?", ""]).words == ['"*?\\']


def test_two_clients_write_the_same_words_at_once(
    new_words: Callable[[], Words], analyzer: Analyzer, terms: list[str]
) -> None:
    """A client does not see what the other has written and not refreshed; each word is there once
    nevertheless."""
    made = new_words()
    classes = partial(class_keys, analyzer=analyzer)
    one, other = (WordsWriter(made.cluster, made.index) for _ in range(2))
    assert one.put(terms[:600], classes) == 600
    assert other.put(terms[300:900], classes) == 300
    made.refresh()
    assert made.lexicon().terms() == terms[:900]
    # A client does not ask again about words that it knows to exist.
    counted = Counted(made.cluster.address)
    writer = WordsWriter(counted, made.index)
    assert writer.put(terms[:900], classes) == 0
    before = counted.asked
    assert writer.put(terms[:900], classes) == 0 and counted.asked - before <= 2
    counted.close()


def test_the_same_words_by_their_letters(words: Words, folder: Lexicon, terms: list[str]) -> None:
    local, far = Vocabulary(folder), ClusterVocabulary(words.cluster, words.index)
    choose = random.Random(4)
    patterns = [["ا", ""], ["", "ه"], ["", "وزر", ""], ["", "", ""], ["م", "", ""], ["ال", "ي", "ه"]]
    for term in choose.sample(terms, 40):
        cuts = sorted(choose.choices(range(len(term) + 1), k=3))
        patterns.append([term[: cuts[0]], term[cuts[1] : cuts[2]], choose.choice(["", term[cuts[2] :]])])
    for pieces in patterns:
        expected = sorted(local.matching(pieces).words, key=lambda term: (len(term), term))
        assert sorted(far.matching(pieces).words) == sorted(expected)
        for most in (1, 7, 10_000):
            assert far.matching(pieces, most) == (expected[:most], len(expected))
    for term in [*choose.sample(terms, 40), "و", "وز", "a", "😀"]:
        for distance in range(3):
            assert sorted(far.near(term, distance)) == sorted(local.near(term, distance)), (term, distance)


def test_the_shortest_words_are_fetched_in_pages(
    words: Words, folder: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("khabar.cluster.vocabulary.PAGE", 100)
    monkeypatch.setattr("khabar.cluster.word_search.PAGE", 100)
    expected = sorted(folder.beginning("ا"), key=lambda term: (len(term), term))
    assert len(expected) > 500
    found = ClusterVocabulary(words.cluster, words.index).matching(["ا", ""], 450)
    assert found == (expected[:450], len(expected))


@pytest.mark.parametrize(
    "word",
    [
        *("hamas", "lavrov", "lafrov", "netanyahu", "gorbachev", "google", "amrika", "erdogan", "kitab"),
        *("madrasa", "sh", "x0x", "tschaikowski", "aaaaaaaaaaaaaaaaaaaaaaaa", "shkhthdhghshkhthdhghsh"),
    ],
)
def test_the_same_words_by_latin_letters(words: Words, folder: Lexicon, word: str) -> None:
    local, far = Vocabulary(folder), ClusterVocabulary(words.cluster, words.index)
    for before in ("", "ال"):
        assert far.sounding(word, before) == local.sounding(word, before)
