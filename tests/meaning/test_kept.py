"""One encoder for all threads: opened once, called once for each query, and never waited for without a
limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from encoders import HashedWords
from khabar.errors import EncoderFailed, EncoderMissing
from khabar.meaning import kept as room
from khabar.meaning.encoder import Encoder, Kind
from khabar.meaning.kept import KeptEncoder


class Slow(HashedWords):
    """Answers when it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.begun = threading.Event()

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        self.begun.set()
        assert self.go.wait(20)
        return super().encode(texts, kind)


@pytest.fixture
def slow() -> Iterator[Slow]:
    encoder = Slow()
    yield encoder
    encoder.go.set()


def test_a_query_is_encoded_once_and_as_a_query() -> None:
    encoder = HashedWords()
    kept = KeptEncoder(encoder)
    first, again = (kept.result(kept.begin("أسعار النفط")) for _ in range(2))
    assert first.encoder is encoder
    np.testing.assert_array_equal(first.vector, again.vector)
    assert np.linalg.norm(first.vector) == pytest.approx(1.0)
    assert encoder.asked == [("query", ["أسعار النفط"])]


def test_many_threads_share_one_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str | Path | None] = []
    encoder = HashedWords()

    def open_encoder(model: str | Path | None) -> Encoder:
        opened.append(model)
        time.sleep(0.05)
        return encoder

    monkeypatch.setattr("khabar.meaning.models.open_encoder", open_encoder)
    kept = KeptEncoder("a-model")
    found: list[str] = []

    def ask(number: int) -> None:
        found.append(kept.result(kept.begin(f"سؤال {number % 3}")).encoder.name)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [encoder.name] * 12
    assert opened == ["a-model"]
    kept.close()
    assert encoder.closed


def test_an_encoder_that_was_given_is_left_open() -> None:
    encoder = HashedWords()
    kept = KeptEncoder(encoder)
    kept.result(kept.begin("نفط"))
    kept.close()
    kept.close()
    assert not encoder.closed
    with pytest.raises(EncoderFailed):
        kept.result(kept.begin("غاز"))


def test_a_search_does_not_wait_without_end(slow: Slow) -> None:
    kept = KeptEncoder(slow)
    kept.patience = 0.05
    with pytest.raises(EncoderFailed) as failed:
        kept.result(kept.begin("نفط"))
    assert failed.value.code == "loading"
    slow.go.set()
    kept.patience = 10.0
    kept.result(kept.begin("غاز"))
    slow.go.clear()
    kept.patience = 0.05
    with pytest.raises(EncoderFailed) as failed:
        kept.result(kept.begin("ماء"))
    assert failed.value.code == "time"


def test_an_encoder_that_is_only_opened_loads_in_the_background(slow: Slow) -> None:
    kept = KeptEncoder(slow)
    assert not kept.result(kept.begin()).vector.any()
    assert slow.begun.wait(5)
    slow.go.set()
    assert kept.result(kept.begin("نفط")).vector.any()
    kept.result(kept.begin())
    assert [texts for _, texts in slow.asked] == [["خبر"], ["نفط"]]


def test_few_wait_for_an_encoder_that_is_slow(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_WAITING", 3)
    kept = KeptEncoder(slow)
    asked = [kept.begin(f"سؤال {number}") for number in range(5)]
    codes = []
    for each in asked[3:]:
        with pytest.raises(EncoderFailed) as failed:
            kept.result(each)
        codes.append(failed.value.code)
    assert codes == ["busy", "busy"]
    slow.go.set()
    assert all(kept.result(each).vector.any() for each in asked[:3])


def test_a_query_that_nobody_waits_for_any_more_is_not_encoded(slow: Slow) -> None:
    kept = KeptEncoder(slow)
    first = kept.begin("الأول")
    assert slow.begun.wait(5)
    kept.patience = 0.02
    with pytest.raises(EncoderFailed):
        kept.result(kept.begin("الثاني"))
    slow.go.set()
    kept.patience = 10
    kept.result(first)
    kept.result(kept.begin("الثالث"))
    assert [texts for _, texts in slow.asked] == [["الأول"], ["الثالث"]]


def test_after_a_failure_nothing_is_tried_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = HashedWords()
    encoder.failing = True
    kept = KeptEncoder(encoder)
    for _ in range(3):
        with pytest.raises(EncoderFailed):
            kept.result(kept.begin("نفط"))
    assert len(encoder.asked) == 1
    encoder.failing = False
    monkeypatch.setattr(room, "_REST", 0.0)
    kept._again = 0.0
    assert kept.result(kept.begin("نفط")).vector.any()


@pytest.mark.parametrize(
    "answer",
    [np.zeros((2, 16), np.float32), np.zeros((1, 3), np.float32), np.full((1, 16), np.nan, np.float32)],
)
def test_what_is_no_vector_is_refused(answer: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = HashedWords()
    monkeypatch.setattr(encoder, "encode", lambda texts, kind: answer)
    kept = KeptEncoder(encoder)
    with pytest.raises(EncoderFailed) as failed:
        kept.result(kept.begin("نفط"))
    assert failed.value.code == "answer"


def test_a_model_that_is_missing_is_told_as_that(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("KHABAR_MODEL", raising=False)
    kept = KeptEncoder("no-such-model")
    with pytest.raises(EncoderMissing) as missing:
        kept.result(kept.begin("نفط"))
    assert missing.value.code == "unknown"


def test_closing_ends_what_waits(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("khabar.meaning.models.open_encoder", lambda model: slow)
    kept = KeptEncoder(None)
    asked = kept.begin("نفط")
    assert slow.begun.wait(5)
    kept.close()
    assert slow.closed
    slow.go.set()
    assert kept.result(asked).encoder is slow
