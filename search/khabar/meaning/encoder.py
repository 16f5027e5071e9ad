"""The protocol of encoders: they turn texts into vectors, and close vectors stand for similar meanings.

Encoders are found by :func:`khabar.meaning.models.open_encoder`. A package adds its own as a plug-in of the
group ``khabar.encoders`` (:mod:`khabar.plugins`): an :class:`EncoderPlugin`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Encoder", "EncoderPlugin", "Kind", "MadeBy"]

#: What a text is to the model: what somebody looks for, or a part of an article.
Kind = Literal["query", "passage"]


class MadeBy(Protocol):
    """What is known of an encoder, and noted with the vectors that it made.

    Attributes:
        name: for people, such as ``multilingual-e5-small (8-bit, pruned)``.
        version: of the model, for people.
        dimension: the numbers of a vector.
        fingerprint: 32 hexadecimal digits over everything that decides its vectors: the model, the tokenizer,
            its settings, and how texts are cleaned and cut (:mod:`khabar.meaning.parts`). Vectors of encoders
            with different fingerprints are not compared.
        address: where texts are sent; "" if they stay on this machine.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def address(self) -> str: ...


class Encoder(MadeBy, Protocol):
    """Turns texts into vectors of length 1, whose products are cosines.

    An encoder may be used by several threads. It is open until it is closed.
    """

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """The vectors of texts.

        Args:
            texts: any texts, also empty ones. Of a text longer than the model reads, the beginning counts;
                :func:`khabar.meaning.parts.parts_of` cuts texts into parts that it reads whole.
            kind: what they are.

        Returns:
            One row of length 1 for each text, in their order: (texts, dimension).

        Raises:
            EncoderMissing: what it needs is not installed.
            EncoderFailed: it gave no vectors: it crashed, took too long, or its answer makes no sense.
        """
        ...

    def close(self) -> None:
        """End what it has started. Closing it again does nothing."""
        ...


class EncoderPlugin(Protocol):
    """What a plug-in of the group ``khabar.encoders`` has: a module, or any object.

    Attributes:
        api: 1, the number of this protocol.
    """

    @property
    def api(self) -> int: ...

    def open(self) -> Encoder:
        """The encoder; nothing that takes long happens before it is asked for vectors."""
        ...
