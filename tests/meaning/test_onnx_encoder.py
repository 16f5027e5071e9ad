"""A model runs in a separate process, and whatever happens to it, an error reports this and the next call
works."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from khabar.corpus.confined import Confines
from khabar.errors import EncoderFailed, EncoderMissing
from khabar.meaning import onnx_encoder
from khabar.meaning.model_folder import CONFIG, NETWORK, TOKENIZER
from khabar.meaning.onnx_encoder import OnnxEncoder
from tiny_models import tiny_model

NASTY = [
    "",
    " ",
    "\0",
    "\ud800",
    "ﷺ" * 20,
    "ﷲ",
    "\U000e0001",
    "</s><s>",
    "ا" * 1_000_000,
    "e\u0301" * 99,
    "\u202e" * 9,
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_model(tmp_path / "tiny", query="query: ", passage="passage: ")


@pytest.fixture
def encoder(folder: Path) -> Iterator[OnnxEncoder]:
    encoder = OnnxEncoder(folder)
    yield encoder
    encoder.close()


def process_of(encoder: OnnxEncoder) -> int:
    assert encoder._process is not None
    return encoder._process._process.pid


def test_it_is_an_encoder(encoder: OnnxEncoder) -> None:
    assert (encoder.name, encoder.dimension, encoder.address) == ("tiny", 16, "")
    assert len(encoder.fingerprint) == 32


def test_rows_have_length_one_and_the_order_of_the_texts(encoder: OnnxEncoder) -> None:
    texts = [f"كتاب {number}" for number in range(40)]
    rows = encoder.encode(texts, "passage")
    assert rows.shape == (40, 16) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    # A row depends on its text alone.
    for number in (0, 17, 39):
        assert (encoder.encode([texts[number]], "passage")[0] == rows[number]).all()
    assert encoder.encode([], "query").shape == (0, 16)


def test_a_query_is_no_passage_and_cleaning_changes_nothing(encoder: OnnxEncoder) -> None:
    query, passage = (encoder.encode(["قَالَ\u200f  الوزيـر"], kind)[0] for kind in ("query", "passage"))
    assert not np.allclose(query, passage)
    assert (encoder.encode(["قال الوزير"], "query")[0] == query).all()


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_the_states_of_tokens_become_a_vector(tmp_path: Path, pooling: str) -> None:
    folder = tiny_model(tmp_path / pooling, pooling=pooling)
    encoder = OnnxEncoder(folder)
    rows = encoder.encode(["كتاب", "سوق كرة", "كتاب سوق"], "query")
    encoder.close()
    # The first token is the same in all texts.
    assert np.allclose(rows[0], rows[1], atol=1e-5) == (pooling == "cls")


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_any_text_has_a_vector(encoder: OnnxEncoder, text: str) -> None:
    assert np.linalg.norm(encoder.encode([text], "passage")[0]) == pytest.approx(1, abs=1e-5)


def test_a_process_that_was_killed_is_started_again(encoder: OnnxEncoder) -> None:
    before = encoder.encode(["كتاب"], "query")
    first = process_of(encoder)
    os.kill(first, signal.SIGKILL)
    assert (encoder.encode(["كتاب"], "query") == before).all()
    assert process_of(encoder) != first


def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    """Replace the module of the child process."""
    (tmp_path / "odd_child.py").write_text(
        f"import os, sys, time, json, struct\nout = sys.stdout.buffer\n"
        f"def say(kind, content):\n"
        f"    out.write(struct.pack('<I', len(content) + 1) + kind + content); out.flush()\n"
        f"def asked():\n"
        f"    return json.loads(sys.stdin.buffer.read(struct.unpack('<I', sys.stdin.buffer.read(4))[0]))\n"
        f"def main(*told):\n{lines}",
        encoding="utf-8",
    )
    monkeypatch.setattr(onnx_encoder, "_CHILD", "odd_child")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


READY = "    say(b'V', bytes(64))\n    asked()\n"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("    os.abort()\n", "load"),
        ("    sys.exit()\n", "load"),
        (READY + "    os.abort()\n", "died"),
        (READY + "    out.write(b'\\xff'); out.flush()\n", "died"),
        (READY + "    time.sleep(60)\n", "time"),
        (READY + "    say(b'E', b'')\n", "memory"),
        (READY + "    say(b'E', b'RuntimeError: no')\n", "error"),
        (READY + "    say(b'V', bytes(60))\n", "answer"),
        (READY + "    say(b'V', struct.pack('<f', float('nan')) * 16)\n", "answer"),
    ],
    ids=["abort", "exit", "abort later", "half", "hang", "memory", "error", "short", "nan"],
)
def test_what_a_process_does_wrong_is_an_error(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, code: str
) -> None:
    child(tmp_path, monkeypatch, lines)
    encoder = OnnxEncoder(folder, confines=Confines(4 << 30, 1.5 if code == "time" else 30))
    with pytest.raises(EncoderFailed) as caught:
        encoder.encode(["كتاب"], "query")
    assert caught.value.code == code and "tiny" in str(caught.value)
    # The next call uses a process that works.
    monkeypatch.setattr(onnx_encoder, "_CHILD", "khabar.meaning.child")
    encoder._confines = Confines(4 << 30, 30)
    assert encoder.encode(["كتاب"], "query").shape == (1, 16)
    encoder.close()


def test_a_graph_that_cannot_be_loaded_is_an_error(folder: Path) -> None:
    (folder / NETWORK).write_bytes(b"\x08\x0a\x12\x06khabar nonsense")
    encoder = OnnxEncoder(folder)
    with pytest.raises(EncoderFailed) as caught:
        encoder.encode(["كتاب"], "query")
    assert caught.value.code == "load" and "\n" not in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_memory_is_limited(folder: Path) -> None:
    encoder = OnnxEncoder(folder, confines=Confines(60 << 20, 30))
    with pytest.raises(EncoderFailed) as caught:
        encoder.encode(["كتاب"], "query")
    assert caught.value.code == "load"


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def gone(process: int) -> bool:
    deadline = time.monotonic() + 20
    while alive(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(process)


def test_the_process_ends_with_its_encoder(folder: Path) -> None:
    encoder = OnnxEncoder(folder)
    encoder.encode(["كتاب"], "query")
    process = process_of(encoder)
    encoder.close()
    encoder.close()
    assert gone(process)
    again = OnnxEncoder(folder)
    again.encode(["كتاب"], "query")
    process = process_of(again)
    del again
    gc.collect()
    assert gone(process)


@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), 9)"], ids=["ends", "is killed"])
def test_the_process_ends_with_its_owner(folder: Path, end: str) -> None:
    script = f"""
import os
from pathlib import Path
from khabar.meaning.onnx_encoder import OnnxEncoder
encoder = OnnxEncoder(Path({str(folder)!r}))
encoder.encode(["كتاب"], "query")
print(encoder._process._process.pid, flush=True)
{end}
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", timeout=60)
    assert gone(int(done.stdout))


def test_it_inherits_no_secret(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHABAR_TOKEN", "secret")
    told = "    say(b'E', ' '.join(os.environ).encode())\n"
    child(tmp_path, monkeypatch, told)
    with pytest.raises(EncoderFailed) as caught:
        OnnxEncoder(folder).encode(["كتاب"], "query")
    assert "PYTHONPATH" in caught.value.cause and "KHABAR" not in caught.value.cause


def test_the_owner_imports_neither_library(folder: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from khabar.meaning.onnx_encoder import OnnxEncoder
encoder = OnnxEncoder(Path({str(folder)!r}))
assert encoder.fingerprint and "numpy" not in sys.modules
encoder.encode(["كتاب"], "query")
assert not {{"onnxruntime", "tokenizers", "onnx"}}.intersection(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_fingerprint_is_of_all_that_decides(folder: Path, tmp_path: Path) -> None:
    seen = {OnnxEncoder(folder).fingerprint}
    for number, change in enumerate(
        ({"longest": 32}, {"pooling": "cls"}, {"query": "q: "}, {"passage": "p: "})
    ):
        seen.add(OnnxEncoder(tiny_model(tmp_path / str(number), **change)).fingerprint)
    for name in (NETWORK, TOKENIZER):
        (folder / name).write_bytes((folder / name).read_bytes() + b" ")
        seen.add(OnnxEncoder(folder).fingerprint)
    assert len(seen) == 7
    # The name does not matter.
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    before = OnnxEncoder(folder).fingerprint
    (folder / CONFIG).write_bytes(msgspec.json.encode({**config, "name": "other", "licence": "MIT"}))
    assert OnnxEncoder(folder).fingerprint == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (CONFIG, None, "model.json is missing"),
        (NETWORK, None, "model.onnx is missing"),
        (TOKENIZER, None, "tokenizer.json is missing"),
        (CONFIG, "{", "model.json: "),
        (CONFIG, '{"name": "x"}', "dimension"),
        (CONFIG, '{"name": "x", "dimension": 0}', "dimension"),
        (CONFIG, '{"name": "x", "dimension": 8193}', "8192"),
        (CONFIG, '{"name": " ", "dimension": 16}', "its name is empty"),
        (CONFIG, '{"name": "x", "dimension": 16, "pooling": "max"}', "max"),
        (CONFIG, '{"name": "x", "dimension": 16, "prefix": ""}', "prefix"),
    ],
)
def test_a_folder_that_is_no_model(folder: Path, name: str, content: str | None, said: str) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(EncoderMissing) as caught:
        OnnxEncoder(folder)
    assert caught.value.code == "folder" and said in str(caught.value)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes among its files")
@pytest.mark.parametrize("name", [CONFIG, NETWORK, TOKENIZER])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(folder: Path, name: str) -> None:
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(EncoderMissing):
        OnnxEncoder(folder)


def test_packages_that_are_missing_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_encoder, "packages_are_there", lambda: False)
    with pytest.raises(EncoderMissing, match=r"pip install 'khabar\[meaning\]'"):
        OnnxEncoder(folder)
