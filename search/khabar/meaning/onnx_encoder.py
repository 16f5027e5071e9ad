"""An encoder that runs the model in a folder in a separate process.

The process starts when the first vectors are needed, and stays until the encoder is closed or its parent
ends. If the libraries crash, take too long or exhaust memory, an error is raised, and nothing else is lost.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from khabar.corpus.confined import Confines, Ended, child_command
from khabar.errors import EncoderFailed, EncoderMissing
from khabar.meaning.encoder import Kind
from khabar.meaning.model_folder import NETWORK, fingerprint_of, read_model
from khabar.meaning.parts import cleaned

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["OnnxEncoder", "packages_are_there"]

_CHILD = "khabar.meaning.child"
#: The seconds allowed for loading a model, and for a text, on a busy machine.
_LOADING, _ANSWERING = 120.0, 20.0
#: The number of texts in a message.
_AT_ONCE = 16
#: An upper bound for the average characters of a token: the model would not read what is cut off.
_CHARACTERS = 16
#: The address space, in bytes, allowed to a process besides its model, and for each thread.
_MEMORY, _MEMORY_OF_THREAD = 3 << 30, 192 << 20
#: The environment variables that a process gets; none has a secret.
_ENVIRONMENT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE", "APPDATA"),
    *("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "VIRTUAL_ENV"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
)


def packages_are_there() -> bool:
    """Whether the packages for running a model are installed. Does not import them."""
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in ("onnxruntime", "tokenizers"))


class OnnxEncoder:
    """An :class:`~khabar.meaning.encoder.Encoder` for a folder with a model.

    Args:
        folder: the folder; see :mod:`khabar.meaning.model_folder`.
        threads: the number of threads: one for queries; for the articles of an index, the number of spare
            processors.
        confines: the limits of its process; None for the usual ones.

    Raises:
        EncoderMissing: if it is not a model, or the packages for it are not installed.
    """

    address = ""

    def __init__(self, folder: Path, threads: int = 1, confines: Confines | None = None) -> None:
        config = read_model(folder)
        if not packages_are_there():
            raise EncoderMissing("packages", config.name)
        self.name = config.name
        self.version = config.version
        self.dimension = config.dimension
        try:
            self.fingerprint = fingerprint_of(folder, config)
            size = (folder / NETWORK).stat().st_size
        except OSError as error:
            raise EncoderMissing("folder", str(folder), error.strerror or str(error)) from error
        self._config = config
        memory = _MEMORY + 3 * size + threads * _MEMORY_OF_THREAD
        self._confines = confines or Confines(memory, _ANSWERING)
        self._arguments = (str(folder.absolute()), str(threads), str(self._confines.memory))
        self._lock = threading.Lock()
        self._process: _Process | None = None

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        import numpy as np

        prefix = self._config.query if kind == "query" else self._config.passage
        most = self._config.longest * _CHARACTERS
        prepared = [(prefix + cleaned(text))[:most] for text in texts]
        rows = np.empty((len(texts), self.dimension), np.float32)
        with self._lock:
            for start in range(0, len(prepared), _AT_ONCE):
                some = prepared[start : start + _AT_ONCE]
                answer = np.frombuffer(self._answer(some), "<f4")
                if answer.size != len(some) * self.dimension or not np.isfinite(answer).all():
                    raise EncoderFailed("answer", self.name, "it has other numbers than were asked for")
                rows[start : start + len(some)] = answer.reshape(len(some), -1)
        return rows

    def close(self) -> None:
        with self._lock:
            self._end()

    def _answer(self, texts: list[str]) -> bytes:
        """The answer of the process. If a running process has died, it is restarted once: the system may have
        killed it for lack of memory."""
        again = self._process is not None
        while True:
            try:
                if self._process is None or self._process.owner != os.getpid():
                    self._process = _Process(self._arguments, max(_LOADING, self._confines.seconds))
                return self._process.ask(texts, self._confines.seconds * max(1.0, len(texts) / 2))
            except Ended as ended:
                self._end()
                if ended.kind != "died" or not again:
                    raise EncoderFailed(ended.kind, self.name, ended.detail) from None
                again = False
            except BaseException:
                # The answer to this message must not be taken for that to the next.
                self._end()
                raise

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()


class _Process:
    """A process with a model, which ends when this object is deleted."""

    def __init__(self, arguments: tuple[str, ...], seconds: float) -> None:
        self.owner = os.getpid()
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        try:
            process = subprocess.Popen(
                child_command(_CHILD, "main", *arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        except OSError as error:
            raise Ended("start", error.strerror or str(error)) from None
        self._process = process
        self.end = weakref.finalize(self, _end, process, self.owner)
        try:
            self._read(seconds)
        except Ended as ended:
            self.end()
            said = {
                "died": "it crashed",
                "memory": "it needs more memory than is allowed",
                "time": f"it took longer than {ended.detail} seconds",
            }
            raise Ended("load", said.get(ended.kind, ended.detail)) from None
        except BaseException:
            self.end()
            raise

    def ask(self, texts: list[str], seconds: float) -> bytes:
        """Send texts, and return the bytes of their rows.

        Raises:
            Ended: if the process gives none.
        """
        message = json.dumps(texts).encode()
        return self._read(seconds, struct.pack("<I", len(message)) + message)

    def _read(self, seconds: float, message: bytes = b"") -> bytes:
        late = threading.Event()
        timer = threading.Timer(seconds, self._stop, (late,))
        timer.daemon = True
        try:
            timer.start()
        except RuntimeError as error:
            raise Ended("start", str(error)) from None
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None and answers is not None
        try:
            asked.write(message)
            asked.flush()
            length = struct.unpack("<I", answers.read(4))[0]
            answer = answers.read(length)
        except (OSError, struct.error):
            length, answer = 1, b""
        finally:
            timer.cancel()
        if len(answer) != length or not answer:
            raise Ended("time", f"{seconds:g}") if late.is_set() else Ended("died")
        if answer[:1] != b"V":
            raise Ended("error" if answer[1:] else "memory", answer[1:].decode("utf-8", "replace"))
        return answer[1:]

    def _stop(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    if owner != os.getpid():
        # A forked process must not end its parent's child.
        return
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue
    process.wait()
