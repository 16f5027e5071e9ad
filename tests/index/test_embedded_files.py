"""The files of the embedded engine: Whoosh's searcher can read them, a full disk does no damage, and reading
them runs no code."""

from __future__ import annotations

import errno
import gc
import io
import os
import pickle
import random
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh import index as whoosh_index
from whoosh import query
from whoosh.codec.whoosh3 import W3Segment
from whoosh.index import TOC
from whoosh.scoring import BM25F

import reference
from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import (
    IndexDamaged,
    IndexFolderError,
    IndexNotFound,
    IndexUnavailable,
    MissingDependency,
)
from khabar.index import embedded
from khabar.index.arrayfile import let_go, mapped, open_arrays, write_arrays
from khabar.index.bm25 import LENGTHS, encode_lengths
from khabar.index.editions import current_files
from khabar.index.embedded import build, merging, postings
from khabar.index.embedded import writer as engine_writer
from khabar.index.embedded.fields import ID, NUMBER, OFFSET, PUBLISHED, SOURCE, STORED, TEXT
from khabar.index.embedded.schema import SCHEMA
from khabar.index.embedded.toc import _unpickled, _Unpickler, latest_generation, read_toc, reading
from khabar.index.lexicon_files import PART, open_parts
from khabar.index.records import article_to_json, offset_of, seconds_of
from khabar.library import create_index, open_index
from khabar.rebuild import rebuild_index
from khabar.upkeep.check import check_index

#: Without names of two words: these have two terms at one position, which stock Whoosh's tokenizers never
#: produce.
WORDS = ["قمح", "وزير", "مدينة", "جسر", "نهر", "سفينة", "طريق", "قرية", "مطر", "حصاد", "في", "إلى", "2023"]


def rare(number: int) -> str:
    """A word made of letters, a different one for each number."""
    return "نادر" + "".join("بتثجحخدذرز"[int(digit)] for digit in str(number))


def made_up(count: int) -> list[Article]:
    choose = random.Random(3)

    def text(longest: int) -> str:
        return " ".join(choose.choices(WORDS, range(len(WORDS), 0, -1), k=choose.randint(1, longest)))

    # Also rare words, once and twice in a text: their postings are in the term index itself.
    return [
        Article(
            f"n{number}",
            f"{text(4)} {f'{rare(number // 5)} ' * (1 + number % 2)}",
            tuple(f"{text(40)} {rare(number // 2)}" for _ in range(number % 3)),
            source=choose.choice(["", "صحيفة الوادي", "وكالة الساحل"]),
            published=choose.choice([None, datetime(2023, 1, 1 + number % 28)]),
        )
        for number in range(count)
    ]


def by_whoosh(folder: Path, articles: list[Article], analyzer: Analyzer) -> Any:
    """The same words in an index written by Whoosh's own writer and codec."""
    folder.mkdir()
    made = whoosh_index.create_in(folder, SCHEMA)
    writer = made.writer()
    for article in articles:
        for passage in article.passages():
            fields: dict[str, Any] = {
                TEXT: " ".join(word.exact[0] for _, word in analyzer.words(passage.text)),
                NUMBER: passage.number,
            }
            if passage.number == 0:
                fields[ID] = article.id
                fields[STORED] = article_to_json(article)
                if article.source:
                    fields[SOURCE] = article.source
                if article.published:
                    fields[PUBLISHED] = seconds_of(article.published)
                    fields[OFFSET] = offset_of(article.published)
            writer.add_document(**fields)
    writer.commit()
    return made


def lexicon(reader: Any) -> dict[tuple[str, bytes], tuple]:
    """Every term with everything that Whoosh stores for it."""
    kept = {}
    for field, term in reader.all_terms():
        information = reader.term_info(field, term)
        matcher = reader.postings(field, term)
        postings = []
        while matcher.is_active():
            positions = matcher.value_as("positions") if matcher.supports("positions") else None
            postings.append((matcher.id(), matcher.weight(), positions))
            matcher.next()
        kept[field, term] = (
            information.weight(),
            information.doc_frequency(),
            information.min_length(),
            information.max_length(),
            information.max_weight(),
            information.min_id(),
            information.max_id(),
            postings,
        )
    return kept


@pytest.fixture
def pair(tmp_path: Path, quick_analyzer: Analyzer) -> tuple[Any, Any]:
    """The same articles in an index of khabar's, and in one written by Whoosh's own writer and codec."""
    articles = made_up(900)
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        index.add(articles, batch=None)
    by_whoosh(tmp_path / "stock", articles, quick_analyzer)
    return whoosh_index.open_dir(tmp_path / "ours"), whoosh_index.open_dir(tmp_path / "stock")


def test_whoosh_reads_the_same_by_our_codec_as_by_its_own(pair: tuple[Any, Any]) -> None:
    ours, stock = pair
    with ours.reader() as left, stock.reader() as right:
        assert left.doc_count() == right.doc_count() == left.doc_count_all() > 1024
        assert list(left.all_terms()) == list(right.all_terms())
        assert lexicon(left) == lexicon(right)
        assert left.field_length(TEXT) == right.field_length(TEXT)
        assert left.min_field_length(TEXT) == right.min_field_length(TEXT)
        assert left.max_field_length(TEXT) == right.max_field_length(TEXT)
        for document in range(left.doc_count_all()):
            assert left.doc_field_length(document, TEXT) == right.doc_field_length(document, TEXT)
            assert left.stored_fields(document) == right.stored_fields(document)
        for column in (NUMBER, PUBLISHED):
            assert list(left.column_reader(column)) == list(right.column_reader(column))


@pytest.mark.parametrize(
    "wanted",
    [
        query.Term(TEXT, "قمح"),
        query.Term(TEXT, "2023"),
        query.Term(SOURCE, "صحيفة الوادي"),
        query.Phrase(TEXT, ["قمح", "وزير"]),
        query.Phrase(TEXT, ["في", "الي", "قمح"]),
        query.Term(TEXT, rare(7)),
        query.Phrase(TEXT, ["قمح", rare(201)]),
        query.And([query.Term(TEXT, "نهر"), query.Not(query.Term(TEXT, "جسر"))]),
        query.Every(ID),
        query.Prefix(TEXT, "نادر"),
        query.Wildcard(TEXT, "*اد"),
        query.FuzzyTerm(TEXT, "سفينه", maxdist=1),
        query.Or([query.Term(TEXT, "نهر"), query.Term(TEXT, rare(30)), query.Term(TEXT, "قمح", boost=2)]),
    ],
    ids=str,
)
def test_whoosh_answers_alike(pair: tuple[Any, Any], wanted: Any) -> None:
    found = []
    for each in pair:
        with each.searcher() as searcher:
            found.append([(hit.docnum, round(hit.score, 6)) for hit in searcher.search(wanted, limit=None)])
    assert found[0] == found[1] != []


def test_whoosh_reads_merged_and_deleted_segments(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    articles = made_up(120)
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        index.add(articles, batch=8)
        index.remove(article.id for article in articles[:30])
    by_whoosh(tmp_path / "stock", articles[30:], quick_analyzer)
    ours, stock = whoosh_index.open_dir(tmp_path / "ours"), whoosh_index.open_dir(tmp_path / "stock")
    assert ours.doc_count() == stock.doc_count()
    for wanted in (query.Term(TEXT, "قمح"), query.Phrase(TEXT, ["قمح", "وزير"])):
        found = []
        for each in (ours, stock):
            with each.searcher() as searcher:
                hits = searcher.search(wanted, limit=None)
                found.append(sorted(hit.score > 0 for hit in hits))
        assert found[0] == found[1] != []


@pytest.mark.parametrize("at_once", [1, 40, 10**6])
def test_merging_some_terms_at_a_time_changes_nothing(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Also words that occur hundreds of times in a text, and after hundreds of others."""
    monkeypatch.setattr(build, "_AT_ONCE", at_once)
    monkeypatch.setattr(build, "_WORDS", at_once)
    articles = made_up(90)
    articles[40] = Article("n40", "قمح " * 254, ("قمح " * 300 + "وزير " + "قمح " * 255 + "مطر", "وزير قمح"))
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        index.add(articles, batch=5)
        assert len(segments(index.path)) < 18
    by_whoosh(tmp_path / "stock", articles, quick_analyzer)
    ours, stock = whoosh_index.open_dir(tmp_path / "ours"), whoosh_index.open_dir(tmp_path / "stock")
    with ours.reader() as left, stock.reader() as right:
        assert list(left.all_terms()) == list(right.all_terms())
        assert lexicon(left) == lexicon(right)


def test_whoosh_finds_what_the_reference_does(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    """Whoosh's searcher and queries on a khabar index of several segments with something removed: the
    passages, counts and positions of tests/reference.py, and BM25 of these."""
    articles = made_up(200)
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        index.add(articles, batch=30)
        index.remove(article.id for article in articles[10:40])
    left = articles[:10] + articles[40:]
    passages = reference.read(
        left, quick_analyzer, lambda length: float(LENGTHS[encode_lengths(np.array([length]))[0]])
    )
    with whoosh_index.open_dir(tmp_path / "ours").searcher(weighting=BM25F(B=0.7, K1=0.5)) as searcher:
        reader = searcher.reader()
        # Whoosh also counts deleted documents until they are merged away.
        average = reader.field_length(TEXT) / reader.doc_count_all()
        for word in ("قمح", "جسر", "2023", rare(7), "غريب"):
            expected = [passage for passage in passages if word in passage.positions]
            found = searcher.search(query.Term(TEXT, word), limit=None)
            hits = sorted(found, key=lambda hit: hit.docnum)
            heads = [searcher.stored_fields(hit.docnum).get(STORED) for hit in hits]
            assert [bool(head) for head in heads] == [passage.number == 0 for passage in expected]
            rarity = searcher.idf(TEXT, word) if expected else 0.0
            assert [hit.score for hit in hits] == pytest.approx(
                [
                    rarity * reference.bm25(len(passage.positions[word]), passage.length, average, 0.5, 0.7)
                    for passage in expected
                ],
                rel=1e-6,
            )
            if expected:
                matcher = query.Term(TEXT, word).matcher(searcher)
                positions = []
                while matcher.is_active():
                    positions.append(matcher.value_as("positions"))
                    matcher.next()
                assert positions == [passage.positions[word] for passage in expected]
        for phrase in (["قمح", "وزير"], ["نهر", "قمح"]):
            expected = [
                passage
                for passage in passages
                if any(
                    place + 1 in passage.positions.get(phrase[1], ())
                    for place in passage.positions.get(phrase[0], ())
                )
            ]
            assert len(searcher.search(query.Phrase(TEXT, phrase), limit=None)) == len(expected) > 0


class Evil:
    """An object that runs a command when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.mark}",)


def crafted(folder: Path, mark: Path, what: str) -> None:
    """Put an object that runs a command into an index."""
    evil = pickle.dumps(Evil(mark))
    if what == "articles":
        # The format of articles up to 4: the file is searched for everything readable.
        [path] = folder.glob("*.articles")
        path.write_bytes(zlib.compress(evil, 4))
    else:
        [path] = folder.glob("_MAIN_*.toc")
        # Without a checksum at its end, as in early versions.
        data = path.read_bytes()[:-12]
        # The schema begins with the first of these, the segments with the second.
        place = data.find(b"\x80\x02") if what == "schema" else data.find(b"\x80\x05")
        assert place > 0
        path.write_bytes(data[:place] + evil + data[place + (len(evil) if what == "schema" else 0) :])


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(b"\x80\x04]r\xf0\xff\xff\xff.", id="a place"),
        pytest.param(b"\x80\x05\x96" + (1 << 60).to_bytes(8, "little") + b"ab.", id="a size"),
    ],
)
def test_a_pickle_takes_no_more_memory_than_its_file(asked: bytes) -> None:
    """A table of contents whose checksum is damaged is read like an early one without a checksum."""
    with pytest.raises(ValueError):
        _unpickled(asked, False)
    whole = pickle.dumps({"a": [1, 2], "b": "نص"})
    assert _unpickled(whole, False) == {"a": [1, 2], "b": "نص"}


@pytest.mark.parametrize("what", ["segments", "schema", "articles"])
def test_nothing_of_an_index_is_run(tmp_path: Path, quick_analyzer: Analyzer, what: str) -> None:
    mark, folder = tmp_path / "mark", tmp_path / "stranger"
    # The object does run the command if Python's pickle reads it.
    pickle.loads(pickle.dumps(Evil(mark)))
    assert mark.exists()
    mark.unlink()
    with create_index(folder, analyzer=quick_analyzer) as index:
        index.add([Article("a", "قمح", ())])
        index.close()
        crafted(folder, mark, what)
        # An attacker makes sizes and checksums fit.
        with open_index(folder, analyzer=quick_analyzer) as stranger:
            if what == "schema":
                assert stranger.search("قمح").total == 1
            else:
                with pytest.raises(IndexDamaged, match="cannot be read"):
                    stranger.search("قمح")
                    list(stranger.articles())
        check_index(folder, analyzer=quick_analyzer)
        with suppress(IndexDamaged):
            rebuild_index(folder, analyzer=quick_analyzer)
    assert not mark.exists()


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "builtins.eval",
        "whoosh.codec.whoosh3.W3TermInfo",
        "khabar.index.embedded.codec.Documents",
    ],
)
def test_only_what_a_table_of_contents_needs_may_be_named(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    written = f"c{module}\n{attribute}\n.".encode()
    with pytest.raises(pickle.UnpicklingError, match=re.escape(name)):
        _Unpickler(io.BytesIO(written)).load()


def test_what_a_table_of_contents_sets_in_classes_is_of_no_effect() -> None:
    """A pickle may set attributes of the classes that it names, but these classes exist only for this
    reading."""
    written = b"cwhoosh.codec.whoosh3\nW3Segment\n(N}(Vis_deleted\ncbuiltins\nset\nutb."
    _Unpickler(io.BytesIO(written)).load()
    assert W3Segment.is_deleted is not set and not isinstance(W3Segment.is_deleted, type)


def segments(folder: Path) -> list[Any]:
    return list(read_toc(folder, latest_generation(folder)))


def strangers(folder: Path) -> set[str]:
    """Files that belong neither to a segment of the newest commit nor to another part of an index."""
    names = {path.name for path in folder.rglob("*")}
    known = {"meta.json", "lexicon.json", "write.lock", "stories.bin", "checksums.json"}
    known |= {PART.format(number) for number in open_parts(folder)}
    [sketches] = folder.glob("sketches-*.bin")
    known.add(sketches.name)
    prefixes = tuple(f"{segment.segment_id()}." for segment in segments(folder))
    tocs = {name for name in names if TOC._pattern("MAIN").match(name)}
    assert len(tocs) == 1
    return {name for name in names - known - tocs if not (prefixes and name.startswith(prefixes))}


def test_segments_stay_few_and_nothing_is_left_lying(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        for begin in range(0, 60, 4):
            index.add(made_up(60)[begin : begin + 4])
            assert len(segments(index.path)) <= merging.MOST_SEGMENTS
            assert strangers(index.path) == set()
        assert [article.id for article in index.articles()] == [f"n{number}" for number in range(60)]
        index.remove(f"n{number}" for number in range(59))
        [left] = segments(index.path)
        assert left.doc_count() <= left.doc_count_all() <= 2 * left.doc_count()
        assert strangers(index.path) == set()


@pytest.mark.parametrize(
    "large",
    [{0: 40}, {4: 40}, {6: 40}, {3: 40, 10: 40}, {4: 3, 10: 40}, {0: 3, 6: 40}],
    ids=lambda large: str([*large]),
)
def test_large_segments_are_not_written_again_for_small_ones(
    tmp_path: Path, quick_analyzer: Analyzer, large: dict[int, int]
) -> None:
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        articles = made_up(200)
        kept = set()
        for place in range(11):
            before = {segment.segment_id() for segment in segments(index.path)}
            count = large.get(place, 1)
            index.add(articles[:count])
            del articles[:count]
            if count == 40:
                kept |= {segment.segment_id() for segment in segments(index.path)} - before
        there = {segment.segment_id() for segment in segments(index.path)}
        assert kept <= there and len(there) < 11


def test_versions_of_one_article_in_a_batch_make_one_segment(
    tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        index.add(Article("same", f"نسخة {number}", ()) for number in range(500))
        [segment] = segments(index.path)
        assert segment.doc_count_all() == 1


def test_articles_that_are_too_large_together_stay_apart(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "MOST_STORED", 100)
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        index.add(made_up(14), batch=1)
        assert len(segments(index.path)) == 14
        assert len(index) == 14


def test_texts_that_repeat_themselves_stay_apart_too(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packed, such an article is small, and its postings are not."""
    monkeypatch.setattr(merging, "MOST_STORED", 100_000)
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        index.add(
            (Article(f"n{number}", f"خبر {number}", ("قمح " * 10_000,)) for number in range(14)), batch=1
        )
        sizes = [path.stat().st_size for path in current_files(index.path).glob("*.words")]
        assert 4 < len(sizes) < 14 and max(sizes) < 2 * 100_000
        assert sum(path.stat().st_size for path in current_files(index.path).glob("*.articles")) < 100_000
        assert index.search("قمح").total == 14


def test_a_large_transaction_is_written_in_pieces_and_committed_at_once(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_writer, "FULL", 50)
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        articles = made_up(80)

        def watching():
            for article in articles:
                assert len(index) == 0
                yield article

        index.add(watching(), batch=None)
        assert list(index.articles()) == articles


def test_a_disk_that_fails_at_any_moment_of_a_commit(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a full one does: for every sync of a commit, including those of khabar's own files."""
    articles = made_up(6)
    new = [Article("new", "كلمة غريبة", ())]
    failed = True
    moment = 0
    while failed:
        with create_index(tmp_path / f"ours-{moment}", analyzer=quick_analyzer) as index:
            index.add(articles[:3])
            left = iter(range(moment))

            def sync(descriptor: int, left: Iterator[int] = left) -> None:
                if next(left, None) is None:
                    raise OSError(errno.ENOSPC, "No space left on device")

            with monkeypatch.context() as patch:
                patch.setattr("os.fsync", sync)
                try:
                    index.add(new, timeout=0)
                    failed = False
                except IndexFolderError as error:
                    assert "No space left" in str(error)
            with open_index(index.path, analyzer=quick_analyzer) as again:
                # Nothing of the commit is there before the table of contents is in place, and all of it
                # afterwards.
                assert list(again.articles()) in (articles[:3], articles[:3] + new)
                assert again.search("غريبة").total == len(again) - 3
                again.add([*articles, *new], timeout=0)
                assert len(again) == 7
                assert again.search("غريبة").total == 1
            assert strangers(index.path) == set()
        moment += 1
    assert moment > 6


def test_files_are_closed_without_the_garbage_collector(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    """A process that follows an index for weeks has as many files open as it has segments, not as it had
    commits."""
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        pytest.skip("no /proc here")

    def opened() -> int:
        return sum(str(tmp_path) in str(path.resolve()) for path in descriptors.iterdir())

    gc.collect()
    gc.disable()
    try:
        with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
            most = 0
            for number in range(25):
                # Each commit makes a new reader; the old ones close their files.
                index.add([Article(f"a{number}", f"قمح {number}", ("نص الخبر",))])
                index.search("قمح", group="story")
                index.search('"نص الخبر" or قم*')
                index.facets("قمح")
                index.complete("قم")
                most = max(most, opened())
            assert most <= 2 * merging.MOST_SEGMENTS + 6
        assert opened() == 0
    finally:
        gc.enable()


def test_a_search_goes_on_while_the_index_is_closed(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        index.add(made_up(50))
        articles = index.articles()
        first = next(articles)
        index.close()
        assert [first, *articles] == made_up(50)


def test_another_version_of_whoosh_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import whoosh

    # A successful check is not repeated in the same process.
    embedded._check_version.cache_clear()
    monkeypatch.setattr(whoosh, "__version__", (2, 7, 4))
    with pytest.raises(MissingDependency, match=r"2\.7\.4.*pip install whoosh3==3\.54\.0"):
        create_index(tmp_path / "a")
    monkeypatch.undo()
    (tmp_path / "site" / "Whoosh-2.7.4.dist-info").mkdir(parents=True)
    monkeypatch.setattr(whoosh, "__file__", str(tmp_path / "site" / "whoosh" / "__init__.py"))
    with pytest.raises(MissingDependency, match="old Whoosh is installed beside it"):
        create_index(tmp_path / "b")


def test_terms_of_one_hash_are_not_mistaken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        postings, "hashes_of", lambda field, terms: np.array([len(term) // 3 for term in terms], np.uint32)
    )
    writer = postings.PostingsWriter(tmp_path / "made.words")
    one, nothing = np.ones(1, np.int64), np.empty(0, np.int64)
    terms = {ID: [b"", b"abc", b"abd", b"b"], TEXT: [b"a", b"abc", b"abcdef", b"abd", b"abe"]}
    for field, each in terms.items():
        for place, term in enumerate(each):
            writer.add(field, [term], one, np.array([place]), one, nothing)
    writer.finish()
    made = postings.Postings(mapped(tmp_path / "made.words"), 9)
    for field, each in terms.items():
        found = made.find(postings.TermKeys(field, [*each, b"abf", b"ab", b"xyzxyz"]))
        assert [made.term(number) for number in found[:-3].tolist()] == each
        assert found[-3:].tolist() == [-1, -1, -1]
        assert all(number in made.terms_of(field) for number in found[:-3].tolist())


@pytest.mark.parametrize("name", ["hashes", "hashed", "starts", "begins"])
def test_arrays_of_other_terms_are_damage(tmp_path: Path, name: str) -> None:
    path = tmp_path / "made.words"
    writer = postings.PostingsWriter(path)
    one, nothing = np.ones(1, np.int64), np.empty(0, np.int64)
    for term in (b"\xd9\x82", b"\xd9\x85"):
        writer.add(TEXT, [term], one, np.zeros(1, np.int64), one, nothing)
    writer.finish()
    postings.Postings(mapped(path), 1)
    header, arrays = open_arrays(path, postings._MAGIC)
    changed = {each: array.raw.copy() for each, array in arrays.items()}
    changed[name] = changed[name][:-1]
    write_arrays(path, postings._MAGIC, changed, {"fields": header["fields"]})
    with pytest.raises(ValueError, match="it belongs to other terms"):
        postings.Postings(mapped(path), 1)


@pytest.mark.parametrize("at_once", [1, 3, 17])
def test_words_that_are_sorted_some_at_a_time_give_the_same_postings(
    tmp_path: Path,
    articles: list[Article],
    quick_analyzer: Analyzer,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
) -> None:
    def made(name: str) -> bytes:
        with create_index(tmp_path / name, analyzer=quick_analyzer) as index:
            index.add(articles)
            [path] = index.path.glob("MAIN_*.words")
            return path.read_bytes()

    whole = made("at once")
    monkeypatch.setattr("khabar.index.embedded.build._WORDS", at_once)
    assert made("in parts") == whole


def test_whoosh_goes_through_the_terms_in_order(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        index.add(made_up(5))
    with whoosh_index.open_dir(tmp_path / "ours").reader() as reader:
        everything = list(reader.all_terms())
        assert everything == sorted(everything)
        for place in range(0, len(everything), 7):
            field, term = everything[place]
            assert list(reader.terms_from(field, term)) == everything[place:]
        cursor = reader.cursor("text")
        first = cursor.text()
        cursor.next()
        assert cursor.text() != first == cursor.first()


def test_only_what_a_file_says_is_damage(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match=r"MAIN_1\.articles"), reading(tmp_path, "MAIN_1.articles"):
        raise ValueError("no articles")
    for error in (IndexNotFound("gone"), IndexUnavailable(tmp_path, OSError(errno.EMFILE, "too many"))):
        with pytest.raises(type(error)) as told, reading(tmp_path, "MAIN_1.articles"):
            raise error
        assert told.value is error


@pytest.mark.skipif(
    not Path("/proc/self/smaps").exists(), reason="the system does not tell what is in memory"
)
def test_what_was_read_of_a_file_is_let_go_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "numbers.bin"
    write_arrays(path, b"khabarX1", {"numbers": np.arange(1 << 20, dtype=np.uint64)})
    numbers = open_arrays(path, b"khabarX1")[1]["numbers"]
    assert int(numbers[:].sum()) == (1 << 20) * ((1 << 20) - 1) // 2
    assert _in_memory(path) > 4_000
    let_go()
    assert _in_memory(path) == 0
    assert int(numbers[1 << 19]) == 1 << 19


def _in_memory(path: Path) -> int:
    """How much of a mapped file is in the memory of this process, in kB."""
    _, _, mapped = Path("/proc/self/smaps").read_text().partition(f" {path}\n")
    return int(mapped.split("Rss:")[1].split()[0])
