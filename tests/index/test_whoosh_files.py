"""The Whoosh engine's files: stock Whoosh reads them, and writing them survives a full disk."""

from __future__ import annotations

import errno
import gc
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from whoosh import index as whoosh_index
from whoosh import query
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import IndexFolderError, MissingDependency
from khabar.index import whoosh_engine
from khabar.index.records import article_to_json
from khabar.index.whoosh_engine import writer as engine_writer
from khabar.index.whoosh_engine.schema import (
    KEY,
    KEY_SEPARATOR,
    NUMBER,
    PUBLISHED,
    SCHEMA,
    SOURCE,
    STORED,
    TEXT,
)
from khabar.index.whoosh_engine.storage import Storage
from khabar.library import Index, create_index, open_index

#: No names over two words among them: those have two terms at one place, which stock Whoosh's tokenizers never give.
WORDS = ["قمح", "وزير", "مدينة", "جسر", "نهر", "سفينة", "طريق", "قرية", "مطر", "حصاد", "في", "إلى", "2023"]


def rare(number: int) -> str:
    """A word for a number, all letters."""
    return "نادر" + "".join("بتثجحخدذرز"[int(digit)] for digit in str(number))


def made_up(count: int) -> list[Article]:
    choose = random.Random(3)

    def text(longest: int) -> str:
        return " ".join(choose.choices(WORDS, range(len(WORDS), 0, -1), k=choose.randint(1, longest)))

    # Rare words too, once and twice in a text: their postings stand in the term index itself.
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


def by_stock_whoosh(folder: Path, articles: list[Article], analyzer: Analyzer) -> Any:
    """The same words in an index that stock Whoosh's own writer makes."""
    folder.mkdir()
    made = whoosh_index.create_in(folder, SCHEMA)
    writer = made.writer()
    for article in articles:
        for unit in article.units():
            fields: dict[str, Any] = {
                TEXT: " ".join(word.exact[0] for _, word in analyzer.words(unit.text)),
                NUMBER: unit.number,
            }
            if unit.number == 0:
                fields[KEY] = article.id + KEY_SEPARATOR + article.fingerprint()
                fields[STORED] = article_to_json(article)
                if article.source:
                    fields[SOURCE] = article.source
                if article.published:
                    fields[PUBLISHED] = engine_writer.dated(article.published)
            writer.add_document(**fields)
    writer.commit()
    return made


def lexicon(reader: Any) -> dict[tuple[str, bytes], tuple]:
    """Every term with all that Whoosh keeps of it."""
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
    """The same articles written by khabar and by stock Whoosh, both opened by stock Whoosh without our schema."""
    articles = made_up(900)
    with create_index(tmp_path / "ours", engine="whoosh", analyzer=quick_analyzer) as index:
        index.add(articles, batch=None)
    by_stock_whoosh(tmp_path / "stock", articles, quick_analyzer)
    return whoosh_index.open_dir(tmp_path / "ours"), whoosh_index.open_dir(tmp_path / "stock")


def test_stock_whoosh_reads_the_same_from_our_files_as_from_its_own(pair: tuple[Any, Any]) -> None:
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
        query.Every(KEY),
    ],
    ids=str,
)
def test_stock_whoosh_answers_alike(pair: tuple[Any, Any], wanted: Any) -> None:
    found = []
    for each in pair:
        with each.searcher() as searcher:
            found.append([(hit.docnum, round(hit.score, 6)) for hit in searcher.search(wanted, limit=None)])
    assert found[0] == found[1] != []


def test_stock_whoosh_reads_merged_and_deleted_segments(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    articles = made_up(120)
    with create_index(tmp_path / "ours", engine="whoosh", analyzer=quick_analyzer) as index:
        index.add(articles, batch=8)
        index.remove(article.id for article in articles[:30])
    by_stock_whoosh(tmp_path / "stock", articles[30:], quick_analyzer)
    ours, stock = whoosh_index.open_dir(tmp_path / "ours"), whoosh_index.open_dir(tmp_path / "stock")
    assert ours.doc_count() == stock.doc_count()
    for wanted in (query.Term(TEXT, "قمح"), query.Phrase(TEXT, ["قمح", "وزير"])):
        found = []
        for each in (ours, stock):
            with each.searcher() as searcher:
                hits = searcher.search(wanted, limit=None)
                found.append(sorted(hit.score > 0 for hit in hits))
        assert found[0] == found[1] != []


def segments(folder: Path) -> list[Any]:
    from khabar.index.whoosh_engine.storage import latest_generation, read_toc

    found: list[Any] = read_toc(folder, latest_generation(folder)).segments
    return found


def strangers(folder: Path) -> set[str]:
    """Files that belong to no segment of the newest commit and to nothing else of an index."""
    names = {path.name for path in folder.rglob("*")}
    known = {"meta.json", "lexicon.bin", "write.lock", "stories.bin", "checksums.json"}
    [sketches] = folder.glob("sketches-*.bin")
    known.add(sketches.name)
    prefixes = tuple(f"{segment.segment_id()}." for segment in segments(folder))
    tocs = {name for name in names if TOC._pattern("MAIN").match(name)}
    assert len(tocs) == 1
    return {name for name in names - known - tocs if not (prefixes and name.startswith(prefixes))}


def test_segments_stay_few_and_nothing_is_left_lying(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    with create_index(tmp_path / "ours", engine="whoosh", analyzer=quick_analyzer) as index:
        for begin in range(0, 60, 4):
            index.add(made_up(60)[begin : begin + 4])
            assert len(segments(index.path)) <= engine_writer.MOST_SEGMENTS
            assert strangers(index.path) == set()
        assert [article.id for article in index.articles()] == [f"n{number}" for number in range(60)]
        index.remove(f"n{number}" for number in range(59))
        [left] = segments(index.path)
        assert left.doc_count() <= left.doc_count_all() <= 2 * left.doc_count()
        assert strangers(index.path) == set()


def test_versions_of_one_article_in_a_batch_make_one_segment(
    tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    with create_index(tmp_path / "ours", engine="whoosh", analyzer=quick_analyzer) as index:
        index.add(Article("same", f"نسخة {number}", ()) for number in range(500))
        [segment] = segments(index.path)
        assert segment.doc_count_all() == 1


def test_articles_that_are_too_large_together_stay_apart(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_writer, "MOST_STORED", 100)
    with create_index(tmp_path / "ours", engine="whoosh", analyzer=quick_analyzer) as index:
        index.add(made_up(14), batch=1)
        assert len(segments(index.path)) == 14
        assert len(index) == 14


def test_a_large_transaction_is_written_in_pieces_and_committed_at_once(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_writer, "FULL", 50)
    with create_index(tmp_path / "ours", engine="whoosh", analyzer=quick_analyzer) as index:
        articles = made_up(80)

        def watching():
            for article in articles:
                assert len(index) == 0
                yield article

        index.add(watching(), batch=None)
        assert list(index.articles()) == articles


class FullDisk:
    """A disk that takes so many writes and no more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 10**9
        self.writes = 0
        write = StructFile.write
        create_file = Storage.create_file

        def counted() -> None:
            self.writes += 1
            if self.writes > self.left:
                raise OSError(errno.ENOSPC, "No space left on device")

        def limited_write(file: Any, data: bytes) -> Any:
            counted()
            return write(file, data)

        def limited_create(storage: Any, *args: Any, **options: Any) -> Any:
            counted()
            return create_file(storage, *args, **options)

        monkeypatch.setattr(StructFile, "write", limited_write)
        monkeypatch.setattr(Storage, "create_file", limited_create)

    def limit(self, writes: int) -> None:
        self.left, self.writes = writes, 0


def test_a_full_disk_leaves_the_last_commit_and_frees_the_lock(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = made_up(30)
    disk = FullDisk(monkeypatch)
    with create_index(tmp_path / "ours", engine="whoosh", analyzer=quick_analyzer) as index:
        index.add(articles[:20], batch=2)
        disk.limit(10**9)
        with create_index(tmp_path / "other", engine="whoosh", analyzer=quick_analyzer) as other:
            other.add(articles[:20], batch=2)
            disk.limit(10**9)
            other.add(articles[20:])
        needed = disk.writes
        before = list(index.articles())
        found = index.search("قمح وزير").hits
        for writes in sorted({0, 1, 2, 3, 5, 8, needed - 1, *range(13, needed, max(1, needed // 12))}):
            disk.limit(writes)
            with pytest.raises(IndexFolderError, match="No space left"):
                index.add(articles[20:], timeout=0)
            disk.limit(10**9)
            # The seal stays open until a transaction ends well.
            assert strangers(index.path) <= {"lexicon.bin.new", "checksums.json.open"}
            assert index.search("قمح وزير").hits == found
            with open_index(index.path, analyzer=quick_analyzer) as again:
                assert list(again.articles()) == before
        assert index.add(articles[20:], timeout=0).added == 10
        assert list(index.articles()) == articles
        assert strangers(index.path) == set()


def test_a_disk_that_fails_at_any_moment_of_a_commit(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the test before, for every moment at which a commit waits for the disk: also those of khabar's own files."""
    articles = made_up(6)
    new = [Article("new", "كلمة غريبة", ())]
    failed = True
    moment = 0
    while failed:
        with create_index(tmp_path / f"ours-{moment}", engine="whoosh", analyzer=quick_analyzer) as index:
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
                # Before the table of contents is in place, nothing of it; after, all.
                assert list(again.articles()) in (articles[:3], articles[:3] + new)
                assert again.search("غريبة").total == len(again) - 3
                again.add([*articles, *new], timeout=0)
                assert len(again) == 7
                assert again.search("غريبة").total == 1
            assert strangers(index.path) == set()
        moment += 1
    assert moment > 6


def test_no_file_stays_open(
    tmp_path: Path, quick_analyzer: Analyzer, new_index: Callable[..., Index]
) -> None:
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        pytest.skip("no /proc here")
    index = create_index(tmp_path / "ours", engine="whoosh", analyzer=quick_analyzer)
    index.add(made_up(3))
    index.search("قمح")
    gc.collect()
    before = len(list(descriptors.iterdir()))
    for number in range(5):
        # Each commit makes a new reader; the old ones go with their files.
        index.add([Article("a", f"خبر {number}", ())])
        index.search("قمح")
    gc.collect()
    assert len(list(descriptors.iterdir())) <= before + 3 * len(segments(index.path))
    index.close()
    gc.collect()
    assert not [
        path
        for path in descriptors.iterdir()
        if str(tmp_path) in str(path.resolve()) and "MAIN" in str(path.resolve())
    ]


def test_old_readers_are_let_go(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    import weakref

    with create_index(tmp_path / "ours", engine="whoosh", analyzer=quick_analyzer) as index:
        readers = []
        for number in range(4):
            index.add([Article("a", f"قمح {number}", ())])
            index.search("قمح")
            assert index._state is not None
            readers.append(weakref.ref(index._state[0]))
        gc.collect()
        assert [reader() is None for reader in readers] == [True, True, True, False]


def test_another_version_of_whoosh_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import whoosh

    # A check that went well is not made again in the same process.
    whoosh_engine._check_version.cache_clear()
    monkeypatch.setattr(whoosh, "__version__", (2, 7, 4))
    with pytest.raises(MissingDependency, match=r"2\.7\.4.*pip install whoosh3==3\.54\.0"):
        create_index(tmp_path / "a")
    monkeypatch.undo()
    (tmp_path / "site" / "Whoosh-2.7.4.dist-info").mkdir(parents=True)
    monkeypatch.setattr(whoosh, "__file__", str(tmp_path / "site" / "whoosh" / "__init__.py"))
    with pytest.raises(MissingDependency, match="old Whoosh is installed beside it"):
        create_index(tmp_path / "b")
