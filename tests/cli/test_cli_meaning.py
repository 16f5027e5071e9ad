"""``khabar meaning build``, ``status`` and ``clear``, and what other commands say of vectors."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from numpy.typing import NDArray

import khabar
from encoders import HashedWords
from khabar import Article, EncoderFailed, create_index
from khabar.analysis.analyzer import Analyzer
from khabar.meaning.encoder import Kind
from khabar.render.vectors import duration

Run = Callable[..., tuple[int, str, str]]


def article(number: int, paragraph: str = "نزل المطر في الوادي") -> Article:
    return Article(f"a{number}", f"خبر {number}", (f"{paragraph} {number}", "وفاض النهر"))


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> HashedWords:
    """The encoder that commands open, whatever model they are asked for."""
    result = HashedWords()
    monkeypatch.setattr("khabar.meaning.models.open_encoder", lambda *_, **__: result)
    return result


@pytest.fixture
def folder(tmp_path: Path, quick_analyzer: Analyzer) -> Path:
    with create_index(tmp_path / "ix", analyzer=quick_analyzer) as index:
        index.add([article(number) for number in range(8)])
    return tmp_path / "ix"


@pytest.fixture
def call(run: Callable[..., Result], encoder: HashedWords) -> Run:
    def call(*args: str | Path) -> tuple[int, str, str]:
        done = run(*args)
        return done.exit_code, done.stdout, done.stderr

    return call


def record(call: Run, *args: str | Path, status: int = 0) -> dict[str, object]:
    ended, out, err = call(*args, "--format", "json")
    assert ended == status, err
    result: dict[str, object] = json.loads(out)
    return result


def test_an_index_is_prepared_step_by_step(call: Run, folder: Path, encoder: HashedWords) -> None:
    before = record(call, "meaning", "status", "--index", folder)
    assert (before["articles"], before["with_vectors"], before["without_vectors"], before["model"]) == (
        8,
        0,
        8,
        "",
    )
    estimated = record(call, "meaning", "build", "--dry-run", "--index", folder)
    assert (estimated["waiting"], estimated["rows"]) == (8, 24)
    assert record(call, "meaning", "status", "--index", folder)["with_vectors"] == 0
    status, out, err = call("meaning", "build", "--limit", "3", "--index", folder)
    assert status == 0 and "8 articles to embed: about 24 vectors" in err and "1 second" in err
    assert "with vectors: 3\n" in out and "ended: limit\n" in out
    made = record(call, "meaning", "build", "--index", folder)
    assert (made["with_vectors"], made["embedded"], made["rows"], made["ended"]) == (8, 5, 15, "done")
    status, out, err = call("meaning", "build", "--index", folder)
    assert status == 0 and err == "" and "embedded: 0\n" in out
    status, out, _ = call("meaning", "status", "--index", folder)
    assert status == 0 and "with vectors: 8\n" in out and "model: hashed words\n" in out
    assert encoder.closed


def test_other_commands_say_what_there_is(call: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news/one.txt").write_text("عنوان\n\nنص جديد في الوادي", encoding="utf-8")
    assert "vectors" not in record(call, "info", "--index", folder)
    assert "without_vectors" not in record(call, "index", tmp_path / "news", "--index", folder)
    call("meaning", "build", "--index", folder)
    assert "without_vectors" not in record(call, "index", tmp_path / "news", "--index", folder)
    (tmp_path / "news/two.txt").write_text("عنوان آخر\n\nنص آخر في المدينة", encoding="utf-8")
    status, out, _ = call("index", tmp_path / "news", "--index", folder)
    assert status == 0 and "without vectors: 1 (khabar meaning build)\n" in out
    assert record(call, "index", tmp_path / "news", "--index", folder)["without_vectors"] == 1
    vectors = record(call, "info", "--index", folder)["vectors"]
    assert isinstance(vectors, dict) and (vectors["with_vectors"], vectors["model"]) == (9, "hashed words")
    status, out, _ = call("info", "--index", folder)
    assert "with vectors: 9 (hashed words)\n" in out


class Poisoned(HashedWords):
    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        if any("مسموم" in text for text in texts):
            raise EncoderFailed("died", self.name)
        return super().encode(texts, kind)


def test_an_article_that_fails_is_named_and_the_status_says_so(
    call: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("khabar.meaning.models.open_encoder", lambda *_, **__: Poisoned())
    with khabar.open_index(folder) as index:
        index.add(Article("bad", "\x1b[31mعنوان", ("نص مسموم",)))
    status, out, _ = call("meaning", "build", "--index", folder)
    assert status == 1 and "with vectors: 8\n" in out and "\x1b" not in out
    (line,) = [line for line in out.splitlines() if line.startswith("failed: ")]
    assert line.startswith("failed: bad\t") and line.endswith("the model hashed words crashed")
    made = record(call, "meaning", "build", "--index", folder, status=1)
    assert made["failed"] == [
        {"id": "bad", "title": "\x1b[31mعنوان", "path": "", "code": "died", "cause": ""}
    ]


def test_another_model_is_told(call: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("meaning", "build", "--index", folder)
    monkeypatch.setattr("khabar.meaning.models.open_encoder", lambda *_, **__: HashedWords(salt="large"))
    status, _, err = call("meaning", "build", "--index", folder)
    assert status == 3 and "were made by the model hashed words, and this is hashed words large" in err
    assert f"khabar meaning build --index {folder} --anew" in err
    status, _, err = call("meaning", "build", "--index", folder, "--lang", "ar")
    assert status == 3 and "متجهات الفهرس" in err
    assert record(call, "meaning", "build", "--anew", "--index", folder)["embedded"] == 8


def test_texts_that_are_sent_are_told(call: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = HashedWords(address="http://127.0.0.1:9/v1")
    monkeypatch.setattr("khabar.meaning.models.open_encoder", lambda *_, **__: server)
    _, out, err = call("meaning", "build", "--index", folder)
    assert "the texts of the index are sent to http://127.0.0.1:9/v1" in err
    assert "address: http://127.0.0.1:9/v1\n" in out


def test_clearing_asks_first(call: Run, folder: Path) -> None:
    assert call("meaning", "clear", "--yes", "--index", folder)[0] == 1
    call("meaning", "build", "--index", folder)
    status, _, err = call("meaning", "clear", "--index", folder)
    assert status == 1 and "add --yes" in err
    assert record(call, "meaning", "status", "--index", folder)["with_vectors"] == 8
    status, out, _ = call("meaning", "clear", "--yes", "--index", folder)
    assert status == 0 and "removed vectors: 24\n" in out
    assert record(call, "meaning", "status", "--index", folder)["with_vectors"] == 0


def test_damage_is_found_and_mended_and_words_are_searched_meanwhile(call: Run, folder: Path) -> None:
    call("meaning", "build", "--index", folder)
    path = folder / "vectors-1.bin"
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)
    found = record(call, "check", "--index", folder, status=1)
    assert found["damages"] == [
        {"file": "vectors-1.bin", "what": "it is damaged", "remedy": "meaning", "articles": 0}
    ]
    status, out, _ = call("check", "--index", folder)
    assert f"repair with: khabar meaning build --index {folder}" in out
    assert call("search", "المطر", "--index", folder)[0] == 0
    made = record(call, "meaning", "build", "--index", folder)
    assert made["mended"] == [{"file": "vectors-1.bin", "what": "it is damaged"}]
    assert record(call, "check", "--index", folder)["whole"] is True
    (folder / "vectors.bin").write_bytes(b"nothing")
    for command in (("info",), ("index", folder / "meta.json")):
        status, out, err = call(*command, "--index", folder)
        assert "vectors.bin" in err and "khabar meaning build" in err and out
    (folder / "vectors.bin").write_bytes(b"nothing")
    status, _, err = call("meaning", "status", "--index", folder)
    assert status == 3 and "Searches by words work without it" in err


def test_several_archives_are_prepared_each_by_itself(
    call: Run, folder: Path, tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    with create_index(tmp_path / "two", analyzer=quick_analyzer) as index:
        index.add(article(20))
    both = ("--index", folder, "--index", tmp_path / "two")
    made = record(call, "meaning", "build", *both)["archives"]
    assert isinstance(made, dict) and {name: each["embedded"] for name, each in made.items()} == {
        "ix": 8,
        "two": 1,
    }
    told = record(call, "meaning", "status", *both)
    assert told["with_vectors"] == 9 and isinstance(told["archives"], dict)
    assert told["archives"]["two"]["rows"] == 3
    assert record(call, "info", *both)["vectors"] == {key: told[key] for key in told if key != "index"}


def test_what_is_interrupted_is_kept_and_told(
    call: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(HashedWords):
        def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
            # The estimate asks for half a batch at most.
            if len(texts) == 4 and sum(len(asked) == 4 for _, asked in self.asked) == 5:
                raise KeyboardInterrupt
            return super().encode(texts, kind)

    monkeypatch.setattr("khabar.meaning.models.open_encoder", lambda *_, **__: Interrupted())
    monkeypatch.setattr("khabar.meaning.embedding.BATCH", 4)
    status, out, err = call("meaning", "build", "--index", folder)
    assert status == 130 and out == ""
    info = record(call, "meaning", "status", "--index", folder)
    assert 0 < int(str(info["with_vectors"])) < 8
    assert f"interrupted: {info['with_vectors']} of 8 articles in {folder} have vectors" in err


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("style", ["rich", "plain", "html"])
def test_every_format_shows_them(call: Run, folder: Path, style: str, language: str) -> None:
    out = ("--index", str(folder), "--format", style, "--lang", language)
    for command in (
        ("build", "-n"),
        ("build", "--limit", "2"),
        ("status",),
        ("build",),
        ("status",),
        ("clear", "-y"),
    ):
        status, shown, err = call("meaning", *command, *out)
        assert status == 0 and shown.strip(), err
        assert "{" not in shown.partition("</style>")[2 if style == "html" else 0]


def test_times_are_told_roughly() -> None:
    assert [duration(each) for each in (0, 59, 61, 3599, 3600, 3700, 90_000)] == [
        "1 second",
        "59 seconds",
        "1 minute",
        "60 minutes",
        "1 hour",
        "1 hour 2 minutes",
        "25 hours",
    ]
