"""Encoding in other processes has the same result as in this one, also when one of them dies."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any, cast

import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.lexicon import class_keys
from khabar.index.words import BESIDE, Words, grouped, located
from khabar.library import create_index
from khabar.upkeep import workers
from khabar.upkeep.transaction import Transaction
from khabar.upkeep.workers import ArticleEncoder

COUNT = 40


def articles() -> list[Article]:
    return [
        Article(f"n{number}", f"خبر رقم {number}", (f"زار عبد الله المدينة {number % 7}", "في 7 أكتوبر 2023"))
        for number in range(COUNT)
    ]


def plainly(words: Words) -> list[tuple[str, bool]]:
    return [
        (words.terms.terms[token & (BESIDE - 1)], bool(token & BESIDE)) for token in words.tokens.tolist()
    ]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(workers, "_BEGIN", 5)
    monkeypatch.setattr(workers, "_CHUNK", 6)
    yield


@pytest.fixture(scope="module")
def expected() -> list[list[tuple[str, bool]]]:
    here = ArticleEncoder(Analyzer(table={}), 0)
    return [plainly(words) for _, words, *_ in here.encoded(articles())]


def test_dates_are_beside_the_words(expected: list[list[tuple[str, bool]]]) -> None:
    assert ("date:2023-10-07", True) in expected[0]


@pytest.mark.parametrize("dies", [False, True])
def test_other_processes_make_the_same(
    small: None, expected: list[list[tuple[str, bool]]], dies: bool
) -> None:
    there = ArticleEncoder(Analyzer(table={}), 2)
    found = []
    try:
        for number, (article, words, *_) in enumerate(there.encoded(articles())):
            assert article.id == f"n{number}"
            assert words.sizes.tolist() and int(words.sizes.sum()) == len(words.tokens)
            found.append(plainly(words))
            if dies and number == 12:
                there._workers[0]._process.kill()
    finally:
        there.close()
    assert found == expected


def test_other_processes_do_their_part(
    small: None, monkeypatch: pytest.MonkeyPatch, quick_analyzer: Analyzer
) -> None:
    """Whatever happens to them, the result is the same, so it does not prove that they encode anything."""
    answers = []
    real = workers._Worker.answer

    def answer(self: workers._Worker) -> object:
        answers.append(real(self))
        return answers[-1]

    monkeypatch.setattr(workers._Worker, "answer", answer)
    encoder = ArticleEncoder(quick_analyzer, 1)
    try:
        assert len(list(encoder.encoded(articles()))) == COUNT
    finally:
        encoder.close()
    assert answers and None not in answers


@pytest.mark.parametrize("table", [None, {"مدينه": "مدينة"}], ids=["usual", "own"])
def test_other_processes_find_the_classes_that_this_one_finds(
    small: None, table: dict[str, str] | None
) -> None:
    analyzer = Analyzer(table)
    there = ArticleEncoder(analyzer, 1)
    try:
        list(there.encoded(articles()))
    finally:
        there.close()
    terms = there.new_terms()
    assert "المدينه" in terms
    assert [there.classes(term) for term in terms] == [class_keys(term, analyzer) for term in terms]
    there.committed(0)
    assert not there.new_terms()


def test_words_of_several_encoders_become_one(expected: list[list[tuple[str, bool]]]) -> None:
    parts = []
    for half in (articles()[:20], articles()[20:]):
        parts += [words for _, words, *_ in ArticleEncoder(Analyzer(table={}), 0).encoded(half)]
    joined = Words.joined(parts)
    assert plainly(joined) == [token for article in expected for token in article]
    assert len(grouped(joined.numbers, *located(joined)).numbers) == len(
        {term for article in expected for term, _ in article}
    )


def test_classes_are_told_once_also_when_numbers_begin_anew() -> None:
    helper = workers._Helper(stems=True)
    helper._analyzer = Analyzer(table={})
    first = helper.answer(workers._Task(False, 0, articles()[:20]), True)
    # Also earlier words, with other numbers.
    again = helper.answer(workers._Task(True, 0, articles()[10:30]), True)
    assert first.more is not None and again.more is not None
    told = dict(zip(first.terms, first.more.classes, strict=True))
    assert all(told.values())
    assert len(again.terms) == len(again.more.classes) and set(again.terms) & set(told)
    for term, classes in zip(again.terms, again.more.classes, strict=True):
        assert classes == (b"" if term in told else class_keys(term, Analyzer(table={})))


def test_numbers_of_a_former_encoder_are_not_those_of_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one would send no classes of its first terms, as if the lexicon had them."""
    monkeypatch.setattr(workers, "MOST_TERMS", 1)
    worker = object.__new__(workers._Worker)
    worker._tasks = SimpleQueue()
    worker._anew = deque()
    worker._terms = ["قمح", "وزير"]
    worker.committed()
    tasks = []
    for _ in range(2):
        worker.ask([])
        tasks.append(worker._tasks.get())
    assert [(task.anew, task.committed) for task in tasks if task] == [(True, 0), (False, 0)]


def test_memory_is_given_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MOST_TERMS", 3)
    here = ArticleEncoder(Analyzer(table={}), 0)
    before = here.encoder
    list(here.encoded(articles()[:2]))
    here.committed(0)
    assert here.encoder is not before and not here.encoder.terms


def test_an_encoder_that_is_given_up_keeps_what_it_numbered(
    small: None, monkeypatch: pytest.MonkeyPatch, expected: list[list[tuple[str, bool]]]
) -> None:
    monkeypatch.setattr(workers, "MOST_TERMS", 3)
    there = ArticleEncoder(Analyzer(table={}), 1)
    found = []
    try:
        for number, (_, words, *_) in enumerate(there.encoded(articles())):
            found.append(plainly(words))
            if number % 4 == 3:
                # As a commit does, in the middle of what another process sent.
                there.committed(0)
    finally:
        there.close()
    assert found == expected


def test_a_new_encoder_numbers_only_what_occurs(
    small: None, monkeypatch: pytest.MonkeyPatch, quick_analyzer: Analyzer
) -> None:
    """One that began with all terms of the other process would be full, and given up, at every commit."""
    first = [Article("first", "عنوان", ("كلمات كثيرة في هذا الخبر وحده",))]
    rest = articles()
    there = ArticleEncoder(quick_analyzer, 1)
    try:
        for number, _ in enumerate(there.encoded([*first, *rest])):
            if number == 20:
                monkeypatch.setattr(workers, "MOST_TERMS", 3)
                there.committed(0)
                monkeypatch.setattr(workers, "MOST_TERMS", 1_000_000)
    finally:
        there.close()
    assert "المدينه" in there.encoder.terms
    assert "كثيره" not in there.encoder.terms


@pytest.mark.parametrize("processes", [0, 1])
def test_words_of_the_lexicon_are_not_counted_as_new_again(
    small: None, tmp_path: Path, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often an encoder is given up: a large archive is not a file of endless new words."""
    monkeypatch.setattr(workers, "MOST_TERMS", 3)
    met: list[int] = []
    commit = Transaction.commit

    def committed(transaction: Transaction) -> None:
        commit(transaction)
        met.append(transaction.met)

    monkeypatch.setattr(Transaction, "commit", committed)
    with create_index(tmp_path / "index", analyzer=Analyzer(table={})) as index:
        index.add(articles(), batch=10, workers=processes)
        words = met[-1]
        again = (Article(f"again {each.id}", each.title, each.paragraphs) for each in articles())
        index.add(again, batch=10, workers=processes)
    # The words of 40 titles with a number each, and of one sentence.
    assert 40 < words < 70
    assert met[-1] == 0


@pytest.mark.parametrize("workers", [0, 1])
def test_of_versions_in_one_run_the_last_stays(small: None, tmp_path: Path, workers: int) -> None:
    old, new = Article("a", "قديم", ()), Article("a", "جديد", ())
    others = articles()
    with create_index(tmp_path / "index", analyzer=Analyzer(table={})) as index:
        index.add([old])
        # The last version is read ahead and compared while the one before it is being encoded.
        index.add([*others[:20], new, *others[20:22], old, *others[22:]], workers=workers)
        assert index.article("a") == old
        assert len(index) == COUNT + 1


def test_a_process_that_is_far_ahead_does_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine tasks; two answers are taken before the sixth."""
    asked: list[bool] = []

    class Helper:
        def __init__(self, stems: bool) -> None: ...

        def answer(self, task: int, ahead: bool) -> int:
            asked.append(ahead)
            return task

    tasks = iter(range(9))

    def recv() -> int:
        for task in tasks:
            return task
        raise EOFError

    waiting = [0]

    def poll() -> bool:
        if len(asked) == 5 and not waiting[0]:
            waiting[0] = 2
        elif len(asked) == 5 and waiting[0] < 0:
            return False
        return waiting[0] > 0

    def taken() -> bytes:
        waiting[0] = waiting[0] - 1 or -1
        return b"1"

    monkeypatch.setattr(workers, "_Helper", Helper)
    monkeypatch.setattr(workers, "_AHEAD_ENOUGH", 3)
    monkeypatch.setattr(workers.signal, "signal", lambda *_: None)
    pipe: Any = SimpleNamespace(recv=recv)
    answers: Any = SimpleNamespace(send=lambda answer: None)
    workers._work(pipe, answers, cast(Any, SimpleNamespace(poll=poll, recv_bytes=taken)), stems=True)
    # 0, 1, 2, 3 and 4 answers ahead; then two fewer.
    assert asked == [False] * 4 + [True] + [False] + [True] * 3
