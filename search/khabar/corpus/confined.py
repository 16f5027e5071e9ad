"""Read untrusted bytes in a separate process, with limits on memory and time.

A library in C or C++ that reads a hostile file can crash its process, take all memory or never return; a
library in Python can do the last two. So it runs in a child process: if that ends early, the answers that it
gave before are kept, and the caller learns how it ended.

The child's module has a function ``answers(source, asked)``. It takes the file, as a seekable binary stream,
and a request, and yields plain values; each becomes a line of JSON on the child's standard output. The child
imports no more of khabar than its module does.

    for answer in answers("khabar.corpus.pdf.child", {"first": 1}, file, Confines(...)):
        ...
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from threading import Timer
from typing import IO, Any

import msgspec

__all__ = ["Confines", "Ended", "answers", "child_command", "end_with_parent", "limit"]

_ROOT = str(Path(__file__).parents[2])
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from importlib import import_module;"
    "getattr(import_module(sys.argv[2]), sys.argv[3])(*sys.argv[4:])"
)
_DONE = b'{"khabar-ended": ""}\n'
_LONGEST_LINE = 256 << 20
_LONGEST_DETAIL = 200


class Confines(msgspec.Struct, frozen=True):
    """The limits of a child process.

    Attributes:
        memory: bytes of its address space, where the system can limit that (Linux; not Windows or macOS).
        seconds: seconds that each answer may take.
        processor: seconds of processor time in total, where the system can limit that.
        answer: bytes of an answer.
    """

    memory: int
    seconds: float
    processor: int = 7200
    answer: int = _LONGEST_LINE


class Ended(Exception):
    """The child process ended before it was done.

    Attributes:
        kind: ``memory``: it needed more memory than it may use. ``time``: an answer took too long. ``size``:
            an answer was too long. ``died``: it ended without a message, by a crash of the library or for
            want of memory. ``error``: the module raised an exception. ``start``: the process could not be
            started.
        detail: for ``error`` and ``start``, the error's text in one line; else "".
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        self.kind = kind
        self.detail = detail
        super().__init__(kind, detail)


def answers(module: str, asked: object, source: IO[bytes], confines: Confines) -> Iterator[Any]:
    """Yield the answers that a module gives about a file, from a child process.

    Args:
        module: the full name of a module with a function ``answers``.
        asked: the request, as plain data: the second argument of that function.
        source: a file of the operating system, open for reading; it is read from its beginning.
        confines: the limits of the process.

    Raises:
        Ended: the child ended early; the answers before are valid.
    """
    source.seek(0)
    arguments = (module, json.dumps(asked), str(confines.memory), str(confines.processor))
    command = child_command(__name__, "_main", *arguments)
    try:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError as error:
        raise Ended("start", error.strerror or str(error)) from None
    assert process.stdout is not None
    late = False

    def stop() -> None:
        nonlocal late
        late = True
        process.kill()

    try:
        while True:
            timer = Timer(confines.seconds, stop)
            timer.daemon = True
            try:
                timer.start()
            except RuntimeError as error:
                raise Ended("start", str(error)) from None
            try:
                line = process.stdout.readline(confines.answer + 1)
            finally:
                timer.cancel()
            if line == _DONE:
                return
            if not line.endswith(b"\n"):
                raise Ended("time" if late else "size" if len(line) > confines.answer else "died")
            answer = json.loads(line)
            if isinstance(answer, dict) and (kind := answer.get("khabar-ended")):
                raise Ended(kind, answer["detail"])
            yield answer
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def child_command(module: str, function: str, *arguments: str) -> list[str]:
    """The command that calls a function of a module, with texts as arguments, in a child process."""
    # -P: no modules are imported from the current folder.
    return [sys.executable, "-P", "-X", "utf8", "-c", _START, _ROOT, module, function, *arguments]


def _main(module: str, asked: str, memory: str, processor: str) -> None:
    """Run the child: write what the module answers, and how that ended."""
    end_with_parent()
    limit(int(memory), int(processor))
    out = sys.stdout.buffer
    # What a library prints must not get among the answers.
    sys.stdout = sys.stderr
    try:
        for answer in import_module(module).answers(sys.stdin.buffer, json.loads(asked)):
            out.write(json.dumps(answer).encode() + b"\n")
            out.flush()
    except MemoryError:
        out.write(b'{"khabar-ended": "memory", "detail": ""}\n')
    except BaseException as error:
        # A panic of a Rust library is a BaseException.
        detail = " ".join(f"{error}".split())[:_LONGEST_DETAIL] or type(error).__name__
        out.write(json.dumps({"khabar-ended": "error", "detail": detail}).encode() + b"\n")
    else:
        out.write(_DONE)
    out.flush()


def end_with_parent() -> None:
    """Have the system kill this process when the thread that started it ends: a killed parent cannot do that
    itself. Only on Linux."""
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1  # PR_SET_PDEATHSIG, prctl(2)
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def limit(memory: int, processor: int | None = None) -> None:
    """Limit the resources of this process. It can then write no files either. Windows has no such limits.

    Args:
        memory: bytes of its address space.
        processor: seconds of processor time. Default: unlimited.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, processor),
    ):
        if most is None:
            continue
        try:
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
        except (OSError, ValueError):
            # A stricter limit is set already, or the system has no such limit.
            continue
