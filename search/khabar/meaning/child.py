"""The process that runs a model. Only it imports the tokenizer and the runtime.

The command line names the folder of the model. A message is its length in four bytes, little endian, and a
list of texts as JSON. An answer is its length, a byte for its kind, and the content: ``V``, the rows as
float32, little endian; or ``E``, an error in UTF-8, empty if memory was exhausted. When the model is loaded
and works, the process first sends the row of a text of its own. It ends when its input is closed.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import struct
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from khabar.corpus.confined import limit
from khabar.meaning.model_folder import NETWORK, TOKENIZER, read_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Network", "main"]

_LONGEST_DETAIL = 200


class Network:
    """A loaded model: its tokenizer and its graph.

    Texts are embedded one by one. So a vector does not depend on other texts, with which its numbers would be
    rounded in a batch, and nothing is computed for padding.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._config = read_model(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._config.longest)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Threads wait without spinning, as requests are rare.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4
        if hasattr(onnxruntime, "disable_telemetry_events"):
            onnxruntime.disable_telemetry_events()
        self._session = onnxruntime.InferenceSession(
            str(folder / NETWORK), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = [each.name for each in self._session.get_inputs()]
        self._output = self._session.get_outputs()[0].name

    def pieces(self, text: str) -> list[int]:
        """The numbers of a text's tokens."""
        # Lone surrogates cannot be encoded.
        encodable = text.encode("utf-8", "replace").decode()
        numbers: list[int] = self._tokenizer.encode(encodable).ids
        return numbers

    def vector(self, text: str) -> NDArray[np.float32]:
        """The vector of a text, of length 1."""
        import numpy as np

        pieces = np.array([self.pieces(text)], np.int64)
        if not pieces.size:
            raise ValueError("the tokenizer finds nothing in a text")
        output = self._session.run([self._output], {name: _input(name, pieces) for name in self._inputs})[0]
        row = output[0]
        if self._config.pooling == "mean":
            row = row.mean(axis=0)
        elif self._config.pooling == "cls":
            row = row[0]
        if row.shape != (self._config.dimension,):
            raise ValueError(f"the output has the shape {output.shape}, not {self._config.dimension} numbers")
        unit: NDArray[np.float32] = row.astype(np.float32) / max(float(np.linalg.norm(row)), 1e-12)
        return unit


def _input(name: str, pieces: NDArray[np.int64]) -> NDArray[np.int64]:
    """The value of an input of the graph, recognised by its name, which all exporters share."""
    import numpy as np

    if "mask" in name:
        return np.ones_like(pieces)
    if "type" in name:
        return np.zeros_like(pieces)
    if "position" in name:
        return np.arange(pieces.shape[1], dtype=np.int64)[None]
    return pieces


def main(folder: str, threads: str, memory: str) -> None:
    """The process."""
    # The parent handles interrupts, and ends this process when it is ready.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit(int(memory))
    asked, out = sys.stdin.buffer, sys.stdout.buffer
    # Output that a library prints must not be taken for an answer.
    sys.stdout = sys.stderr
    messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
    try:
        network = Network(Path(folder), int(threads))
        _answer(out, b"V", network.vector("خبر").tobytes())
    except BaseException as error:
        _answer(out, b"E", _said(error))
        return
    threading.Thread(target=_listen, args=(asked, messages), daemon=True).start()
    while True:
        texts = messages.get()
        try:
            rows = b"".join(network.vector(text).astype("<f4").tobytes() for text in texts)
        except BaseException as error:
            # BaseException, as a panic of a Rust library is not an Exception.
            _answer(out, b"E", _said(error))
        else:
            _answer(out, b"V", rows)


def _listen(asked: IO[bytes], messages: queue.SimpleQueue[Any]) -> None:
    """Read messages. When the parent has ended, exit, even in the middle of an answer."""
    while len(head := asked.read(4)) == 4:
        messages.put(json.loads(asked.read(struct.unpack("<I", head)[0])))
    os._exit(0)


def _answer(out: IO[bytes], kind: bytes, content: bytes) -> None:
    try:
        out.write(struct.pack("<I", len(content) + 1) + kind + content)
        out.flush()
    except OSError:
        os._exit(0)


def _said(error: BaseException) -> bytes:
    if isinstance(error, MemoryError):
        return b""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return said[:_LONGEST_DETAIL].encode("utf-8", "replace")
