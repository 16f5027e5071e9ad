"""The Tantivy engine's own matters: its files, its numbers, what it leaves to Tantivy, and that it ranks as Whoosh does."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

pytest.importorskip("tantivy")

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import IndexFolderError, MissingDependency
from khabar.index.tantivy_engine import TantivyEngine, keys, schema, storage, writer
from khabar.index.words import Encoder
from khabar.library import Index, open_index

WORDS = ["قمح", "وزير", "مدينة", "جسر", "نهر", "سفينة", "طريق", "قرية", "مطر", "حصاد", "في", "إلى", "2023"]


def made_up(count: int, seed: int = 3) -> list[Article]:
    choose = random.Random(seed)

    def text(longest: int) -> str:
        return " ".join(choose.choices(WORDS, range(len(WORDS), 0, -1), k=choose.randint(1, longest)))

    return [
        Article(f"n{number}", text(4), tuple(text(40) for _ in range(number % 4))) for number in range(count)
    ]


def made(folder: Path, analyzer: Analyzer, engine: str = "tantivy") -> Index:
    from khabar.library import create_index

    return create_index(folder, engine=engine, analyzer=analyzer)


@pytest.mark.parametrize(
    "article_id", ["", "a", "\x1f", "a\x1fb", "ب" * 40_000, "\x1fsha3-512:", "x" * 60_001]
)
def test_a_key_says_what_went_into_it(article_id: str) -> None:
    term = keys.key(article_id, "0f" * 16, 3000)
    found = keys.parse_key(term)
    assert (found.fingerprint, found.row) == ("0f" * 16, 3000)
    assert found.id == article_id or keys.is_shortened(found.id)
    assert keys.key_prefix(found.id) == keys.key_prefix(article_id)
    assert len(term.encode()) < 65_530


def test_the_words_of_removed_articles_give_their_place_back(
    tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    articles = made_up(40)
    with made(tmp_path / "index", quick_analyzer) as index, made(tmp_path / "new", quick_analyzer) as fresh:
        index.add(articles)
        before = index.search("قمح مطر", limit=50).hits
        for round_ in range(4):
            index.add(replace(article, author=str(round_)) for article in articles)
        index.add(articles)
        fresh.add(articles)
        words = sum(file.stat().st_size for file in index.path.glob("words-*.bin"))
        [other] = fresh.path.glob("words-*.bin")
        assert words <= 2 * other.stat().st_size
        assert index.search("قمح مطر", limit=50).hits == before
        assert index.search('"قمح وزير"', limit=50).hits == fresh.search('"قمح وزير"', limit=50).hits
        assert len(list(index.path.glob("catalogue-*"))) == 1


@pytest.mark.parametrize("most", [1, 3])
def test_segments_that_become_one_keep_everything(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(writer, "MOST_SEGMENTS", most)
    articles = made_up(60)
    with made(tmp_path / "index", quick_analyzer) as index, made(tmp_path / "new", quick_analyzer) as fresh:
        index.add(articles, batch=7)
        index.remove(f"n{number}" for number in range(10, 20))
        index.add(articles[10:20], batch=2)
        fresh.add([*articles[:10], *articles[20:], *articles[10:20]])
        assert len(list(index.path.glob("words-*.bin"))) <= most + 1
        assert list(index.articles()) == list(fresh.articles())
        for query in ("قمح مطر", '"قمح وزير"', "+جسر -طريق"):
            assert index.search(query, limit=60).hits == fresh.search(query, limit=60).hits


def test_small_segments_become_one_after_adding_much(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    with made(tmp_path / "index", quick_analyzer) as index:
        index.add(made_up(60), batch=12)
        assert len(storage.small_segments(index.path)) <= 2
        assert len(index) == 60
        index.add(made_up(80), batch=None)
        assert len(index) == len(list(index.articles())) == 80


def test_the_ranking_is_that_of_whoosh(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    articles = made_up(150, seed=8)
    queries = ["قمح", "وزير مدينة", '"قمح وزير" نهر', "+جسر -طريق", "مطر حصاد في قرية", "سفينة 2023"]
    with (
        made(tmp_path / "t", quick_analyzer) as index,
        made(tmp_path / "w", quick_analyzer, "whoosh") as other,
    ):
        index.add(articles)
        other.add(articles)
        for query in queries:
            found, expected = index.search(query, limit=200), other.search(query, limit=200)
            assert found.total == expected.total
            scores = {hit.article.id: hit.score for hit in expected}
            assert {hit.article.id: hit.score for hit in found} == pytest.approx(scores, rel=1e-9)
            assert [hit.article.id for hit in found] == [hit.article.id for hit in expected]


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from adder import numbered, opened
from khabar.errors import IndexFolderError
with opened(Path(sys.argv[1]), "tantivy") as index:
    index.add(numbered(20))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    try:
        index.add(numbered(4000))
    except (IndexFolderError, OSError) as error:
        print("told:", error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
@pytest.mark.parametrize("size", [9_000, 30_000, 100_000])
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path, quick_analyzer: Analyzer, size: int) -> None:
    helpers = Path(__file__).parents[1] / "conformance"
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "index"), str(helpers), str(size)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.startswith("told:"), done.stderr
    with open_index(tmp_path / "index", analyzer=quick_analyzer) as index:
        assert len(index) == 20
        index.add([Article("more", "خبر مشترك", ())])
        assert index.search("مشترك", limit=30).total == 21


def test_a_dead_writer_thread_is_an_error_with_its_cause(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made(tmp_path / "index", quick_analyzer) as index:
        index.add(made_up(5))

        class Dead:
            def __getattr__(self, name: str) -> object:
                raise ValueError("An error occurred in a thread: 'it panicked'")

        transaction = TantivyEngine.open(index.path).writer()
        transaction._begin().rollback()
        transaction._tantivy = Dead()  # type: ignore[assignment]
        with pytest.raises(IndexFolderError, match=r"cannot be written.*it panicked"):
            transaction.add(Article("a", "خبر", ()), "0f" * 16, Encoder(quick_analyzer).encode(["خبر"]))
        transaction.close()
        assert len(index) == 5


def test_without_the_package_the_command_is_named() -> None:
    code = (
        "import sys; sys.modules['tantivy'] = None\n"
        "from khabar.errors import MissingDependency\n"
        "try:\n import khabar.index.tantivy_engine\n"
        "except MissingDependency as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'pip install "khabar[fast]"' in done.stdout
    assert issubclass(MissingDependency, Exception)


def test_a_list_of_deletions_that_a_killed_writer_left_is_not_read(
    tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    """Tantivy writes a new one beside the committed one; a process that is killed then leaves it cut."""
    index = made(tmp_path / "left", quick_analyzer)
    index.add(made_up(3))
    [name] = {path.name.partition(".")[0] for path in (index.path / "tantivy").glob("*.store")}
    (index.path / "tantivy" / f"{name}.999.del").write_bytes(b"\0\0")
    index.close()
    assert len(list(index.articles())) == 3
    index.add(made_up(4))
    assert len(index) == 4
    index.close()


def test_no_deletion_has_the_number_of_the_last_commit(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    """A merge that a killed run left to be done would lose it: the article would be back after the next commit."""
    with made(tmp_path / "index", quick_analyzer) as index:
        index.add(made_up(3))
    engine = TantivyEngine(index.path)
    again = engine.writer()
    try:
        first = again._begin().delete_documents_by_term(schema.ROW, 1)
        assert first > engine.latest_generation()
    finally:
        again.close()
