"""An encoder that stays open between searches and is shared by all threads of a process.

Opening a model takes as long as many searches, so it is opened in a thread of its own at the first query, and
the words are searched meanwhile. Queries are encoded one at a time. A search waits for its vector for a
limited time, and after a limited number of others; otherwise it continues without. After a failure the
encoder is not used for a while, so that a broken one does not slow down searches.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from khabar.errors import EncoderFailed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from khabar.meaning.encoder import Encoder

__all__ = ["Encoded", "KeptEncoder"]

#: The maximum number of queries waiting for the encoder.
_WAITING = 16
#: The seconds after a failure in which the encoder is not used.
_REST = 20.0
#: The number of queries whose vectors are cached, for further pages and for search as you type.
_KEPT = 256


class Encoded(NamedTuple):
    """A query as a vector.

    Attributes:
        encoder: the encoder.
        vector: the vector, of length 1, (dimension,).
    """

    encoder: Encoder
    vector: NDArray[np.float32]


class KeptEncoder:
    """An encoder that is opened when it is needed.

    Args:
        model: an encoder, which its maker closes; or the argument of
            :func:`khabar.meaning.models.open_encoder`. One that failed is opened again.
        patience: seconds that a search waits for the vector of its query.
    """

    def __init__(self, model: Encoder | str | Path | None, patience: float = 30.0) -> None:
        self.patience = patience
        self._model = model
        self._encoder: Encoder | None = None
        self._failure: Exception | None = None
        #: whether the encoder has answered since it was opened, and so has loaded its model
        self._loaded = False
        self._again = 0.0
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._jobs: SimpleQueue[tuple[str, Future[Encoded]] | None] = SimpleQueue()
        self._waiting = 0
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False

    def begin(self, text: str = "") -> Future[Encoded]:
        """Begin to encode a query; with "" only open the encoder, which then loads its model in the
        background. :meth:`result` waits for the result."""
        future: Future[Encoded] = Future()
        with self._lock:
            if self._closed:
                future.set_exception(EncoderFailed("died", self._name))
            elif self._failure is not None and time.monotonic() < self._again:
                future.set_exception(self._failure)
            elif self._encoder is not None and text in self._vectors:
                self._vectors.move_to_end(text)
                future.set_result(Encoded(self._encoder, self._vectors[text]))
            elif self._encoder is not None and not text:
                future.set_result(_unasked(self._encoder))
            elif self._waiting >= _WAITING:
                future.set_exception(EncoderFailed("busy", self._name))
            else:
                self._waiting += 1
                self._jobs.put((text, future))
                if self._thread is None:
                    # A daemon, so that the process can end while a model is being opened.
                    self._thread = threading.Thread(target=self._work, name="khabar-encoder", daemon=True)
                    self._thread.start()
        return future

    def result(self, future: Future[Encoded]) -> Encoded:
        """The vector of a query.

        Raises:
            EncoderMissing: if there is no model.
            EncoderFailed: if it crashed, gave no vectors, is too slow, or has too many queries.
        """
        try:
            return future.result(self.patience)
        except TooLate:
            future.cancel()
            if not self._loaded:
                raise EncoderFailed("loading", self._name) from None
            raise EncoderFailed("time", self._name, f"{self.patience:g}") from None

    def close(self) -> None:
        """Close the encoder; waiting queries fail. Closing again does nothing."""
        with self._lock:
            self._closed = True
            encoder, self._encoder = self._encoder, None
            if self._thread is not None:
                self._jobs.put(None)
        if encoder is not None:
            # A query that is being encoded fails with an error.
            self._end(encoder)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            text, future = job
            # A query that was cancelled meanwhile is not encoded.
            if future.set_running_or_notify_cancel():
                try:
                    done = self._encoded(text)
                except Exception as error:
                    future.set_exception(self._failed(error))
                else:
                    future.set_result(done)
                    self._load(done.encoder)
            with self._lock:
                self._waiting -= 1

    def _load(self, encoder: Encoder) -> None:
        """Make a newly opened encoder load its model, so that the first query need not wait."""
        if not self._loaded:
            try:
                encoder.encode(["خبر"], "query")
                self._loaded = True
            except Exception as error:
                self._failed(error)

    def _encoded(self, text: str) -> Encoded:
        encoder = self._encoder
        if encoder is None:
            encoder = self._opened()
            with self._lock:
                self._encoder = None if self._closed else encoder
            if self._encoder is None:
                self._end(encoder)
                raise EncoderFailed("died", self._name)
        if not text:
            return _unasked(encoder)
        vector = np.asarray(encoder.encode([text], "query"), np.float32)
        if vector.shape != (1, encoder.dimension) or not np.isfinite(vector).all():
            raise EncoderFailed("answer", encoder.name, f"vectors of the shape {vector.shape}")
        with self._lock:
            self._loaded = True
            self._vectors[text] = vector[0]
            if len(self._vectors) > _KEPT:
                self._vectors.popitem(last=False)
        return Encoded(encoder, vector[0])

    @property
    def _name(self) -> str:
        """The name of the model, or the argument that names it."""
        named = self._encoder or self._model
        return str(getattr(named, "name", None) or named or "")

    def _opened(self) -> Encoder:
        if self._model is None or isinstance(self._model, str | Path):
            from khabar.meaning.models import open_encoder

            return open_encoder(self._model)
        return self._model

    def _end(self, encoder: Encoder) -> None:
        """Close an encoder that was opened here, and ignore errors."""
        if encoder is not self._model:
            with suppress(Exception):
                encoder.close()

    def _failed(self, error: Exception) -> Exception:
        """Record a failure and return it. Searches then use only the words."""
        with self._lock:
            encoder, self._encoder = self._encoder, None
            self._failure, self._again = error, time.monotonic() + _REST
            self._loaded = False
        if encoder is not None:
            # The next attempt opens it again.
            self._end(encoder)
        return error


def _unasked(encoder: Encoder) -> Encoded:
    """The result for an encoder that was only opened."""
    return Encoded(encoder, np.zeros(encoder.dimension, np.float32))
