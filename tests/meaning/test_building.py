"""Building the vectors of an index: what is made, kept and removed; nothing is lost or left over, whatever
happens meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import khabar
from encoders import HashedWords
from khabar import Article, EncoderFailed, Index, create_index, open_index
from khabar.analysis.analyzer import Analyzer
from khabar.folders import rebuilt
from khabar.index.editions import current_files
from khabar.index.lock import EMBEDDING, VECTORS, WriteLock
from khabar.meaning.embedding import embed, job_of
from khabar.meaning.encoder import Kind
from khabar.meaning.recovery import damages
from khabar.meaning.segments import quantised
from khabar.meaning.vectors import Vectors, digest_of

WORDS = ["القمح", "المطر", "الوادي", "الوزير", "المدينة", "السوق", "النفط", "الميناء", "المدرسة", "القطار"]


def article(number: int, edition: int = 0, **attributes: str) -> Article:
    words = WORDS[number % 7 :] + WORDS[: number % 7]
    return Article(
        f"a{number}",
        f"خبر {number} {words[0]}",
        (f"نص {number} {edition} {' '.join(words[:5])}", " ".join(words[3:])),
        **attributes,  # type: ignore[arg-type]
    )


@pytest.fixture
def index(tmp_path: Path, quick_analyzer: Analyzer) -> Iterator[Index]:
    with create_index(tmp_path / "ix", analyzer=quick_analyzer) as index:
        yield index


def vectors_of(index: Index) -> Vectors:
    vectors = index._store.vectors()[""]
    assert vectors is not None
    return vectors


def assert_fresh(index: Index, without: Sequence[str] = ()) -> None:
    """Check that the vectors are those of a fresh build, and that there are no others."""
    assert isinstance(index.path, Path)
    vectors, encoder = vectors_of(index), HashedWords()
    texts = {digest_of(each): each for each in index if each.id not in without}
    assert vectors.articles == len(texts)
    every = [np.empty((0, 16))]
    for job, made in embed(encoder, [job_of(each, digest, 0) for digest, each in texts.items()]):
        rows = vectors.of_digest(job.digest)
        assert rows is not None and not isinstance(made, EncoderFailed)
        assert rows.passages.tolist() == made.rows.passages.tolist()
        np.testing.assert_allclose(rows.vectors, made.rows.vectors, atol=0.005)
        every.append(rows.vectors.astype(np.float64))
    rows = np.concatenate(every)
    assert vectors.rows == len(rows)
    if len(rows):
        np.testing.assert_allclose(vectors.mean, rows.mean(axis=0), atol=1e-9)
        np.testing.assert_allclose(vectors.covariance, np.cov(rows.T, bias=True), atol=1e-9)
    info = index.vectors()
    assert info.stale == 0 and info.with_vectors == info.articles - len(without)
    assert list(damages(current_files(index.path))) == []
    ids = {near.article_id for near in vectors.nearest(np.ones(16, np.float32) / 4, 1000)}
    assert ids == {each.id for each in index if each.id not in without}


def bytes_of(text: Article, row: int = 0) -> bytes:
    """A vector of an article as it is stored in a file."""
    ((_, made),) = embed(HashedWords(), [job_of(text, b"", 0)])
    assert not isinstance(made, EncoderFailed)
    return quantised(made.rows.vectors)[0][row].tobytes()


def stands_in(folder: Path, secret: bytes) -> bool:
    return any(secret in path.read_bytes() for path in folder.rglob("vectors*") if path.is_file())


def asked(encoder: HashedWords) -> int:
    """How many texts of articles the encoder got; before these it is tried with a text of one word."""
    return sum(len(texts) for _, texts in encoder.asked if texts != ["خبر"])


def test_each_text_is_embedded_once(index: Index) -> None:
    articles = [article(number) for number in range(12)]
    copies = [Article(f"copy {number}", each.title, each.paragraphs) for number, each in enumerate(articles)]
    index.add([*articles, *copies])
    encoder = HashedWords()
    report = index.embed(encoder)
    assert (report.articles, report.with_vectors, report.embedded, report.known) == (24, 24, 12, 12)
    assert report.rows == 36 and report.ended == "done" and report.failed == []
    assert asked(encoder) == 36
    assert {kind for kind, _ in encoder.asked} == {"passage"}
    assert_fresh(index)
    again = index.embed(encoder)
    assert (again.embedded, again.known, again.with_vectors) == (0, 0, 24)
    assert asked(encoder) == 36


def test_only_what_is_new_is_embedded(index: Index) -> None:
    index.add([article(number) for number in range(6)])
    index.embed(HashedWords())
    # A new date, a new text, and a new article.
    index.add([article(1, published="2024-05-06"), article(2, edition=1), article(9)])
    info = index.vectors()
    assert (info.articles, info.with_vectors) == (7, 4)
    assert vectors_of(index).of(article(1)) is not None and vectors_of(index).of(article(2)) is None
    encoder = HashedWords()
    report = index.embed(encoder)
    assert (report.embedded, report.known, report.dropped) == (2, 1, 0)
    assert_fresh(index)


def test_a_removed_article_takes_its_vectors_with_it(index: Index) -> None:
    index.add([article(number) for number in range(6)])
    index.add(Article("copy", article(2).title, article(2).paragraphs))
    index.embed(HashedWords())
    assert isinstance(index.path, Path)
    assert stands_in(index.path, bytes_of(article(1))) and stands_in(index.path, bytes_of(article(2)))
    index.remove(["a1", "a2"])
    # At once, without a build in between; a text that another article shares stays.
    assert not stands_in(index.path, bytes_of(article(1))) and stands_in(index.path, bytes_of(article(2)))
    assert_fresh(index)
    index.remove("copy")
    assert not stands_in(index.path, bytes_of(article(2)))
    index.add(article(3, edition=5))
    assert not stands_in(index.path, bytes_of(article(3), 1))
    index.embed(HashedWords())
    assert_fresh(index)


def test_the_newest_articles_come_first(index: Index) -> None:
    index.add([article(number, published=f"2024-01-{number + 1:02}") for number in range(9)])
    index.add(article(20))
    encoder = HashedWords()
    report = index.embed(encoder, limit=3)
    assert (report.embedded, report.without, report.ended) == (3, 7, "limit")
    assert [vectors_of(index).of(article(each)) is not None for each in (8, 7, 6, 5, 20)] == [
        *[True] * 3,
        *[False] * 2,
    ]
    assert index.embed(encoder, seconds=0).ended == "time"
    assert index.embed(encoder, stop=lambda: True).ended == "stopped"
    assert index.embed(encoder).embedded == 7
    assert_fresh(index)


def test_another_model_is_told_and_begins_anew_if_asked(index: Index) -> None:
    index.add([article(number) for number in range(3)])
    index.embed(HashedWords(salt="other"))
    with pytest.raises(khabar.VectorsMismatch, match=r"hashed words other, and this is hashed words.*--anew"):
        index.embed(HashedWords())
    assert vectors_of(index).encoder_name == "hashed words other"
    index.embed(HashedWords(), anew=True)
    assert_fresh(index)


class Poisoned(HashedWords):
    """Fails at a word, or at everything from some call on."""

    def __init__(self, word: str = "", calls: int = 10**9, wrong: str = "") -> None:
        super().__init__()
        self.word, self.calls, self.wrong = word, calls, wrong

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        self.calls -= 1
        bad = any(self.word in text.split() for text in texts)
        if self.calls < 0 or (bad and not self.wrong):
            raise EncoderFailed("died", self.name)
        vectors = super().encode(texts, kind)
        if bad and self.wrong:
            return vectors[:-1] if self.wrong == "short" else vectors * np.float32(self.wrong)
        return vectors


@pytest.mark.parametrize("wrong", ["", "nan", "0", "short"])
def test_an_article_that_the_model_fails_at_is_named(index: Index, wrong: str) -> None:
    index.add([article(number) for number in range(40)])
    poison = Article("poison", "عنوان", ("سليم", "مسموم"), path="/news/poison.txt")
    index.add([poison, Article("again", poison.title, poison.paragraphs)])
    report = index.embed(Poisoned("مسموم", wrong=wrong))
    assert sorted(failure.id for failure in report.failed) == ["again", "poison"]
    assert {failure.code for failure in report.failed} == {"answer" if wrong else "died"}
    assert (report.with_vectors, report.without) == (40, 2)
    assert_fresh(index, ["poison", "again"])
    assert index.embed(HashedWords()).embedded == 1
    assert_fresh(index)


def test_a_model_that_breaks_ends_it_and_what_was_done_is_kept(index: Index) -> None:
    index.add([article(number) for number in range(60)])
    with pytest.raises(EncoderFailed):
        index.embed(Poisoned(calls=3))
    assert 0 < index.vectors().with_vectors < 60
    before = index.vectors().with_vectors
    assert index.embed(HashedWords()).embedded == 60 - before
    assert_fresh(index)


class During(HashedWords):
    """Runs a function once while it encodes."""

    def __init__(self, act: Callable[[], None], at: int = 1) -> None:
        super().__init__()
        self.act, self.at = act, at

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        self.at -= 1
        if not self.at:
            self.act()
        return super().encode(texts, kind)


def interrupt() -> None:
    raise KeyboardInterrupt


def test_what_is_done_when_it_is_interrupted_is_kept(index: Index) -> None:
    index.add([article(number) for number in range(60)])
    with pytest.raises(KeyboardInterrupt):
        index.embed(During(interrupt, at=4))
    assert 0 < index.vectors().with_vectors < 60
    index.embed(HashedWords())
    assert_fresh(index)


@pytest.mark.parametrize("at", [1, 3, 6])
def test_the_index_may_change_meanwhile(index: Index, tmp_path: Path, at: int) -> None:
    index.add([article(number) for number in range(60)])

    def change() -> None:
        with open_index(tmp_path / "ix", analyzer=index._store.analyzer) as other:
            other.remove([f"a{number}" for number in range(0, 60, 7)])
            other.add([article(3, edition=1), article(4, published="2024-05-06"), article(70)])

    index.embed(During(change, at))
    assert_fresh(index)
    assert isinstance(index.path, Path)
    assert not stands_in(index.path, bytes_of(article(7))) and not stands_in(
        index.path, bytes_of(article(3), 1)
    )


@pytest.mark.parametrize("at", [1, 4])
def test_the_index_may_be_rebuilt_meanwhile(index: Index, tmp_path: Path, at: int) -> None:
    index.add([article(number) for number in range(60)])
    index.embed(HashedWords(), limit=20)

    def rebuild() -> None:
        khabar.rebuild_index(tmp_path / "ix", analyzer=index._store.analyzer)

    encoder = During(rebuild, at)
    report = index.embed(encoder)
    assert report.embedded == 40 and asked(encoder) == 120
    assert_fresh(index)


def test_vectors_that_are_cleared_meanwhile_are_told(index: Index, tmp_path: Path) -> None:
    index.add([article(number) for number in range(60)])

    def clear() -> None:
        (tmp_path / "ix/vectors.bin").unlink()

    with pytest.raises(khabar.VectorsMismatch, match="were removed in the meantime"):
        index.embed(During(clear, 3))


def test_a_rebuild_keeps_them(index: Index, tmp_path: Path) -> None:
    index.add([article(number) for number in range(20)])
    index.embed(HashedWords())
    khabar.rebuild_index(tmp_path / "ix", analyzer=index._store.analyzer)
    assert_fresh(index)
    # From the sources again; one of them was removed, one is new, and one has another date.
    with rebuilt(tmp_path / "ix", index._store.analyzer) as new:
        new.add([article(number) for number in range(2, 20)])
        new.add([article(1, published="2024-01-01"), article(30)])
    info = index.vectors()
    assert (info.articles, info.with_vectors, info.stale) == (20, 19, 0)
    assert not stands_in(tmp_path / "ix", bytes_of(article(0)))
    report = index.embed(HashedWords())
    assert report.embedded == 1
    assert_fresh(index)


def test_a_copy_has_them(index: Index, tmp_path: Path) -> None:
    index.add([article(number) for number in range(20)])
    index.embed(HashedWords())
    khabar.copy_index(tmp_path / "ix", tmp_path / "copy")
    with open_index(tmp_path / "copy") as copy:
        assert_fresh(copy)
        copy.remove("a3")
        assert_fresh(copy)
    assert_fresh(index)


def test_one_build_at_a_time_and_nobody_waits_for_it(index: Index, tmp_path: Path) -> None:
    index.add([article(1)])
    with WriteLock(tmp_path / "ix", what=EMBEDDING):
        with pytest.raises(khabar.IndexLocked, match="vectors of the index"):
            index.embed(HashedWords(), timeout=0)
        with pytest.raises(khabar.IndexLocked, match="vectors of the index"):
            index.clear_vectors(timeout=0)
        index.add(article(2))
        assert index.search("الوادي").total == 2
    # The first vectors wait until nobody writes, because a running transaction does not know of them.
    with WriteLock(tmp_path / "ix"), pytest.raises(khabar.IndexLocked, match="being written"):
        index.embed(HashedWords(), timeout=0)
    index.embed(HashedWords())
    index.add(article(3))
    with WriteLock(tmp_path / "ix"):
        assert index.embed(HashedWords(), timeout=0).embedded == 1
    assert_fresh(index)


def test_who_holds_the_files_is_waited_for(index: Index, tmp_path: Path) -> None:
    index.add([article(number) for number in range(60)])
    lock = WriteLock(tmp_path / "ix", what=VECTORS)
    given_back = threading.Timer(0.5, lambda: lock.__exit__(None, None, None))

    def hold() -> None:
        lock.__enter__()
        given_back.start()

    index.embed(During(hold, 2))
    given_back.join()
    assert_fresh(index)


def test_cleared_vectors_are_gone(index: Index, tmp_path: Path) -> None:
    index.add([article(number) for number in range(4)])
    assert index.clear_vectors().rows == 0
    index.embed(HashedWords())
    before = index.clear_vectors()
    assert (before.model, before.with_vectors, before.rows) == ("hashed words", 4, 12)
    assert index.vectors() == khabar.VectorsInfo(4)
    assert not [path.name for path in (tmp_path / "ix").glob("vectors*") if path.suffix != ".lock"]
    assert index.search("الوادي").total == 4


def test_damage_costs_what_is_damaged_and_is_told(index: Index, tmp_path: Path) -> None:
    for number in range(30):
        index.add(article(number))
        if number % 10 == 9:
            index.embed(HashedWords())
    path = tmp_path / "ix/vectors-2.bin"
    data = bytearray(path.read_bytes())
    data[-400] ^= 1
    path.write_bytes(data)
    report = index.embed(HashedWords())
    assert [file for file, _ in report.mended] == ["vectors-2.bin"] and report.embedded == 10
    assert_fresh(index)


def test_an_article_goes_although_the_vectors_are_damaged(index: Index, tmp_path: Path) -> None:
    index.add([article(number) for number in range(30)])
    index.embed(HashedWords())
    for name in ("vectors-1.bin", "vectors.bin"):
        (tmp_path / "ix" / name).write_bytes(b"nothing")
        told: list[str] = []
        khabar.notices.listeners.append(lambda event, detail, told=told: told.append(event))
        try:
            assert index.remove("a3" if name == "vectors-1.bin" else "a4") == 1
        finally:
            khabar.notices.listeners.pop()
        assert told == [khabar.notices.VECTORS_DAMAGED]
        index.embed(HashedWords())
        assert_fresh(index)


def test_several_archives_and_their_vectors(index: Index, tmp_path: Path, quick_analyzer: Analyzer) -> None:
    index.add([article(1), article(2)])
    index.embed(HashedWords())
    with create_index(tmp_path / "two", analyzer=quick_analyzer) as two:
        two.add(article(3))
    with open_index([tmp_path / "ix", tmp_path / "two"], analyzer=quick_analyzer) as both:
        info = both.vectors()
        assert (info.articles, info.with_vectors, info.without) == (3, 2, 1)
        assert info.archives["ix"].rows == 6 and info.archives["two"].rows == 0
        assert info.to_dict()["archives"]["ix"]["with_vectors"] == 2
        for call in (both.embed, both.embed_estimate):
            with pytest.raises(khabar.IndexReadOnly):
                call(HashedWords())
        with pytest.raises(khabar.IndexReadOnly):
            both.clear_vectors()


def test_the_estimate_is_of_what_is_missing(index: Index) -> None:
    index.add([article(number) for number in range(50)])
    encoder = HashedWords()
    estimate = index.embed_estimate(encoder)
    assert (estimate.articles, estimate.waiting, estimate.known, estimate.rows) == (50, 50, 0, 150)
    assert estimate.seconds is not None and estimate.seconds > 0
    index.embed(encoder, limit=20)
    index.add(Article("copy", article(49).title, article(49).paragraphs))
    estimate = index.embed_estimate(encoder)
    assert (estimate.waiting, estimate.rows + 3 * estimate.known) == (31, 93)
    whole = index.embed_estimate(encoder, anew=True)
    assert whole.waiting == 51
    index.embed(encoder)
    assert index.embed_estimate(encoder) == khabar.EmbedEstimate(51, 0, 0, 0, 0, 0.0)
    info = index.vectors()
    # With 16 numbers per vector, most of the size is the data beside them.
    assert 0.3 < whole.bytes / info.size < 3
    encoder.failing = True
    assert index.embed_estimate(encoder, anew=True).seconds is None


numbers = st.integers(0, 7)
steps = st.one_of(
    st.tuples(st.just("add"), numbers, st.integers(0, 1), st.sampled_from(["", "2024-01-01"])),
    st.tuples(st.just("copy"), numbers, st.integers(0, 1)),
    st.tuples(st.just("remove"), numbers),
    st.tuples(st.just("embed"), st.integers(1, 3)),
    st.tuples(st.just("embed"), st.none()),
    st.just(("clear",)),
    st.just(("rebuild",)),
)


@settings(max_examples=40, deadline=None)
@given(history=st.lists(steps, max_size=12))
def test_after_any_history_they_are_those_of_a_fresh_build(
    history: list[tuple[object, ...]], tmp_path_factory: pytest.TempPathFactory, quick_analyzer: Analyzer
) -> None:
    folder = tmp_path_factory.mktemp("history") / "ix"
    texts: dict[bytes, bytes] = {}
    with create_index(folder, analyzer=quick_analyzer) as index:
        for step in history:
            match step:
                case ("add", int(number), int(edition), str(published)):
                    each = article(number, edition, **({"published": published} if published else {}))
                    texts[digest_of(each)] = bytes_of(each, 1)
                    index.add(each)
                case ("copy", int(number), int(edition)):
                    each = article(number, edition)
                    index.add(Article(f"copy {number}", each.title, each.paragraphs))
                    texts[digest_of(each)] = bytes_of(each, 1)
                case ("remove", int(number)):
                    index.remove([f"a{number}", f"copy {number}"][: number % 2 + 1])
                case ("embed", limit):
                    index.embed(HashedWords(), limit=limit)  # type: ignore[arg-type]
                case ("clear",):
                    index.clear_vectors()
                case ("rebuild",) if len(index):
                    khabar.rebuild_index(folder, analyzer=quick_analyzer)
            # At any moment there is nothing of a removed text.
            there = {digest_of(each) for each in index}
            kept = {texts[digest] for digest in there}
            assert not any(stands_in(folder, secret) for secret in {*texts.values()} - kept)
        index.embed(HashedWords())
        assert_fresh(index)


def test_a_copy_of_a_text_that_is_lost_is_embedded_again(index: Index, tmp_path: Path) -> None:
    index.add([article(number) for number in range(6)])
    index.embed(HashedWords())
    index.add(Article("copy", article(2).title, article(2).paragraphs))
    assert index.embed(HashedWords()).known == 1
    index.remove("a2")
    (text,) = [
        path for path in (tmp_path / "ix").glob("vectors-*") if bytes_of(article(2)) in path.read_bytes()
    ]
    data = bytearray(text.read_bytes())
    data[100] ^= 1
    text.write_bytes(data)
    report = index.embed(HashedWords())
    assert report.mended and report.with_vectors == 6 and vectors_of(index).of(index["copy"]) is not None
    assert_fresh(index)


def test_a_model_that_gives_nothing_is_told_at_once(index: Index) -> None:
    index.add([article(1), article(2)])
    with pytest.raises(EncoderFailed):
        index.embed(Poisoned(calls=0))
