"""The vectors of an index are found by text, stored once, and removed with their articles; readers see one
state after another, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from encoders import HashedWords
from khabar import create_index, open_index
from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import IndexDamaged
from khabar.index.records import short_fingerprint
from khabar.meaning import vector_files
from khabar.meaning.recovery import damages, mend
from khabar.meaning.segments import Entry, Owner, Rows, quantised
from khabar.meaning.vector_files import VectorFiles
from khabar.meaning.vectors import Vectors, digest_of

TEXTS = (
    "بدأ مزارعو الوادي الأخضر حصاد القمح هذا الأسبوع بعد موسم مطير",
    "أعلنت الوزارة افتتاح المستشفى الجديد في شمال المدينة",
    "ارتفعت أسعار النفط في الأسواق العالمية بعد قرار المنظمة",
    "فاز المنتخب الوطني على ضيفه بهدفين في مباراة ودية",
)


def article(number: int, *paragraphs: str) -> Article:
    text = paragraphs or (TEXTS[number % 4], f"الفقرة {number} {TEXTS[(number + 1) % 4]}")
    return Article(f"a{number}", f"عنوان {number}", text)


def entry(encoder: HashedWords, each: Article) -> Entry:
    texts = [each.title, *each.paragraphs]
    numbers = np.array([place for place, text in enumerate(texts) if text.strip()], np.uint32)
    vectors = encoder.encode([text for text in texts if text.strip()], "passage")
    return Entry(digest_of(each), Rows(numbers, vectors))


def owner(each: Article) -> Owner:
    return Owner(short_fingerprint(each.fingerprint()), digest_of(each), each.id)


def commit(files: VectorFiles, encoder: HashedWords, articles: Sequence[Article]) -> None:
    files.commit([entry(encoder, each) for each in articles], [owner(each) for each in articles])


def alive(articles: Sequence[Article]) -> np.ndarray:
    return np.array([owner(each).fingerprint for each in articles], np.uint64)


@pytest.fixture
def encoder() -> HashedWords:
    return HashedWords()


@pytest.fixture
def files(tmp_path: Path, encoder: HashedWords) -> VectorFiles:
    result = VectorFiles(tmp_path)
    result.begin(encoder)
    return result


def opened(folder: Path) -> Vectors:
    vectors = Vectors.open(folder)
    assert vectors is not None
    return vectors


def assert_are_of(vectors: Vectors, articles: Sequence[Article], others: Sequence[Article] = ()) -> None:
    """Check that the vectors, their mean and their covariance are those of the given articles alone."""
    encoder = HashedWords()
    distinct = {digest_of(each): each for each in articles}
    assert vectors.articles == len(distinct)
    every = [np.empty((0, encoder.dimension), np.float32)]
    for each in distinct.values():
        wanted, rows = entry(encoder, each).rows, vectors.of(each)
        assert rows is not None
        assert rows.passages.tolist() == wanted.passages.tolist()
        np.testing.assert_allclose(rows.vectors, wanted.vectors, atol=0.004)
        every.append(rows.vectors)
    rows = np.concatenate(every).astype(np.float64)
    assert vectors.rows == len(rows)
    if len(rows):
        np.testing.assert_allclose(vectors.mean, rows.mean(axis=0), atol=1e-9)
        np.testing.assert_allclose(vectors.covariance, np.cov(rows.T, bias=True), atol=1e-9)
    for each in others:
        assert vectors.of(each) is None


def test_a_folder_without_vectors_has_none(tmp_path: Path) -> None:
    assert Vectors.open(tmp_path) is None


def test_the_vectors_of_a_text_are_found_by_it(files: VectorFiles, tmp_path: Path) -> None:
    articles = [article(number) for number in range(20)]
    commit(files, HashedWords(), articles)
    assert_are_of(opened(tmp_path), articles, [article(20)])


def test_another_date_or_id_is_the_same_text(files: VectorFiles, tmp_path: Path) -> None:
    commit(files, HashedWords(), [article(1)])
    same = Article("other", article(1).title, article(1).paragraphs, source="الساحل", published="2024-01-05")
    assert opened(tmp_path).of(same) is not None
    assert digest_of(Article("x", "عنوان", ("أ", "ب"))) != digest_of(Article("x", "عنوان", ("أ ب",)))
    assert digest_of(Article("x", "عنوان", ("أ", ""))) != digest_of(Article("x", "عنوان", ("أ",)))


def test_many_commits_become_few_files(files: VectorFiles, tmp_path: Path) -> None:
    articles = [article(number) for number in range(150)]
    for each in articles:
        commit(files, HashedWords(), [each])
    assert len(list(tmp_path.glob("vectors-*.bin"))) < 25
    assert_are_of(opened(tmp_path), articles)
    assert opened(tmp_path).owners.tolist() == sorted(alive(articles).tolist())


def test_a_text_is_kept_once_and_goes_with_its_last_article(files: VectorFiles, tmp_path: Path) -> None:
    first = article(1)
    second = Article("again", first.title, first.paragraphs)
    commit(files, HashedWords(), [first, article(2)])
    commit(files, HashedWords(), [second])
    assert_are_of(opened(tmp_path), [first, article(2)])
    assert files.drop({first.id: None}) == 0
    assert files.keep_only(alive([second, article(2)])) == 0
    assert_are_of(opened(tmp_path), [second, article(2)])
    assert files.keep_only(alive([article(2)])) == 1
    assert_are_of(opened(tmp_path), [article(2)], [first])


def test_dropped_texts_are_in_no_file(files: VectorFiles, tmp_path: Path) -> None:
    articles = [article(number) for number in range(30)]
    for begin in range(0, 30, 10):
        commit(files, HashedWords(), articles[begin : begin + 10])
    secret = quantised(entry(HashedWords(), articles[7]).rows.vectors)[0][2].tobytes()
    assert sum(secret in path.read_bytes() for path in tmp_path.iterdir()) == 1
    assert files.drop({articles[7].id: None, "nobody": None, articles[8].id: digest_of(articles[8])}) == 1
    assert not any(secret in path.read_bytes() for path in tmp_path.iterdir())
    assert_are_of(opened(tmp_path), articles[:7] + articles[8:], [articles[7]])


def test_readers_keep_the_state_that_they_opened(files: VectorFiles, tmp_path: Path) -> None:
    articles = [article(number) for number in range(4)]
    commit(files, HashedWords(), articles[:2])
    before = opened(tmp_path)
    commit(files, HashedWords(), articles[2:])
    files.drop({articles[0].id: digest_of(articles[1])})
    assert_are_of(before, articles[:2], articles[2:])
    assert_are_of(opened(tmp_path), articles[1:])
    files.clear()
    assert_are_of(before, articles[:2])
    assert Vectors.open(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_text_with_nothing_to_embed_has_no_rows(files: VectorFiles, tmp_path: Path) -> None:
    commit(files, HashedWords(), [Article("empty", " ", ())])
    vectors = opened(tmp_path)
    rows = vectors.of(Article("empty", " ", ()))
    assert rows is not None and len(rows.passages) == 0 and rows.vectors.shape == (0, 16)
    assert vectors.articles == 1 and vectors.rows == 0 and not vectors.mean.any()
    assert vectors.nearest(np.ones(16, np.float32) / 4, 5) == []


def test_the_nearest_are_those_of_brute_force(files: VectorFiles, tmp_path: Path) -> None:
    encoder = HashedWords()
    articles = [article(number) for number in range(60)]
    for begin in range(0, 60, 7):
        commit(files, encoder, articles[begin : begin + 7])
    vectors = opened(tmp_path)
    query = encoder.encode(["حصاد القمح 17"], "query")[0]

    def best(each: Article) -> tuple[float, float, int]:
        rows = vectors.of(each)
        assert rows is not None
        cosines = rows.vectors @ query
        nearness = (cosines.max() + cosines.mean()) / 2
        return float(nearness), float(cosines.max()), int(rows.passages[cosines.argmax()])

    wanted = sorted(((*best(each), each) for each in articles), key=lambda each: -each[0])
    found = vectors.nearest(query, 5)
    assert [near.nearness for near in found] == pytest.approx([each[0] for each in wanted[:5]], abs=1e-5)
    for near, (_, cosine, passage, each) in zip(found, wanted, strict=False):
        assert near.digest == digest_of(each) and near.passage == passage
        assert near.cosine == pytest.approx(cosine, abs=1e-5)
        assert near.article_id == each.id
    some = alive([each for *_, each in wanted[1:40:2]])
    among = vectors.nearest(query, 5, np.sort(some))
    assert [near.article_id for near in among] == [each.id for *_, each in wanted[1:10:2]]
    assert vectors.nearest(query, 5, some[:0]) == []
    first, second = wanted[0][3], wanted[1][3]
    copy = Article("copy", first.title, first.paragraphs)
    commit(files, encoder, [copy])
    later = opened(tmp_path)
    again = later.nearest(query, 2)
    assert {near.article_id for near in again[:2]} == {"copy", first.id}
    assert [near.article_id for near in again[2:]] == [second.id]


def test_another_model_begins_anew(files: VectorFiles, tmp_path: Path) -> None:
    commit(files, HashedWords(), [article(1)])
    other = HashedWords(dimension=8)
    files.begin(other)
    vectors = opened(tmp_path)
    assert (vectors.encoder_fingerprint, vectors.dimension, vectors.articles) == (other.fingerprint, 8, 0)
    assert len(list(tmp_path.glob("vectors-*.bin"))) == 0
    commit(files, other, [article(1)])
    assert vectors.of(article(1)) is None
    rows = opened(tmp_path).of(article(1))
    assert rows is not None and rows.vectors.shape == (3, 8)


def test_a_changed_byte_is_told_and_never_an_answer(files: VectorFiles, tmp_path: Path) -> None:
    articles = [article(number) for number in range(12)]
    commit(files, HashedWords(), articles)
    (path,) = tmp_path.glob("vectors-*.bin")
    for name in (path.name, "vectors.bin"):
        data = (tmp_path / name).read_bytes()
        for place in range(0, len(data), max(1, len(data) // 40)):
            changed = bytearray(data)
            changed[place] ^= 4
            (tmp_path / name).write_bytes(changed)
            try:
                assert_are_of(opened(tmp_path), articles)
            except IndexDamaged as error:
                assert Path(error.path).name == name
            else:
                pytest.fail(f"byte {place} of {name} was changed, and nobody noticed")
        (tmp_path / name).write_bytes(data)
    path.unlink()
    with pytest.raises(IndexDamaged, match="it is not there"):
        Vectors.open(tmp_path)


def test_large_files_stay_apart(files: VectorFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_files, "MOST_ROWS", 40)
    articles = [article(number) for number in range(150)]
    for begin in range(0, 150, 3):
        commit(files, HashedWords(), articles[begin : begin + 3])
    sizes = [path.stat().st_size for path in tmp_path.glob("vectors-*.bin")]
    assert max(sizes) < 16_000
    assert_are_of(opened(tmp_path), articles)


def test_an_index_gives_its_newest_vectors(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    index = create_index(tmp_path / "one", analyzer=quick_analyzer)
    index.add([article(1), article(2)])
    snapshot = index._current()
    assert snapshot.vectors() == {"": None}
    files = VectorFiles(tmp_path / "one")
    files.begin(HashedWords())
    commit(files, HashedWords(), [article(1)])
    first = snapshot.vectors()[""]
    assert first is not None and first.of(article(1)) is not None and first.of(article(2)) is None
    assert snapshot.vectors()[""] is first
    commit(files, HashedWords(), [article(2)])
    second = index._current().vectors()[""]
    assert second is not None and second.of(article(2)) is not None
    create_index(tmp_path / "two", analyzer=quick_analyzer).close()
    with open_index([tmp_path / "one", tmp_path / "two"], analyzer=quick_analyzer) as both:
        vectors = both._current().vectors()
        assert list(vectors) == ["one", "two"] and vectors["two"] is None
        assert vectors["one"] is not None and vectors["one"].articles == 2
    files.clear()
    assert snapshot.vectors() == {"": None}
    index.close()


def test_what_is_damaged_is_named_and_the_rest_goes_on(files: VectorFiles, tmp_path: Path) -> None:
    articles = [article(number) for number in range(9)]
    for begin in range(0, 9, 3):
        commit(files, HashedWords(), articles[begin : begin + 3])
    assert list(damages(tmp_path)) == [] == mend(tmp_path)
    path = tmp_path / "vectors-2.bin"
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    assert [loss.file for loss in damages(tmp_path)] == ["vectors-2.bin"]
    assert [loss.file for loss in mend(tmp_path)] == ["vectors-2.bin"]
    assert_are_of(opened(tmp_path), articles[:3] + articles[6:], articles[3:6])
    assert list(damages(tmp_path)) == [] and not path.exists()


def test_a_lost_list_is_made_anew_of_the_files(files: VectorFiles, tmp_path: Path) -> None:
    articles = [article(number) for number in range(9)]
    for begin in range(0, 9, 3):
        commit(files, HashedWords(), articles[begin : begin + 3])
    before = (tmp_path / "vectors-2.bin").read_bytes()
    files.drop({articles[4].id: None})
    # As if the process had been killed before it removed the replaced files.
    (tmp_path / "vectors-2.bin").write_bytes(before)
    (tmp_path / "vectors.bin").write_bytes(b"")
    with pytest.raises(IndexDamaged, match="khabar meaning build"):
        Vectors.open(tmp_path)
    assert [loss.file for loss in mend(tmp_path)] == ["vectors.bin"]
    assert_are_of(opened(tmp_path), articles)
    (tmp_path / "vectors.bin").write_bytes(b"no list")
    for each in tmp_path.glob("vectors-*"):
        each.write_bytes(b"nothing")
    assert len(mend(tmp_path)) > 1
    assert list(tmp_path.iterdir()) == []
