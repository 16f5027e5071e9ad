"""The protocol of encoders, which turn texts into vectors that are close for similar meanings.

:func:`khabar.meaning.models.open_encoder` opens encoders. A package can add its own as a plug-in of the group
``khabar.encoders`` (:mod:`khabar.plugins`): an :class:`EncoderPlugin`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Encoder", "EncoderPlugin", "Kind", "MadeBy"]

#: The kind of a text for the model: a query, or a part of an article.
Kind = Literal["query", "passage"]


class MadeBy(Protocol):
    """The description of an encoder, which is stored with its vectors.

    Attributes:
        name: for people, such as ``multilingual-e5-small (8-bit, pruned)``.
        version: of the model, for people.
        dimension: the number of components of a vector.
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

    An encoder may be used by several threads. It stays open until it is closed.
    """

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """The vectors of texts.

        Args:
            texts: any texts, even empty ones. Of a text that is too long for the model, only the beginning
                counts; :func:`khabar.meaning.parts.parts_of` cuts texts into parts that are short enough.
            kind: the kind of the texts.

        Returns:
            One row of length 1 for each text, in their order: (texts, dimension).

        Raises:
            EncoderMissing: if a package that it needs is not installed.
            EncoderFailed: if it gives no vectors: it crashed, took too long, or its answer makes no sense.
        """
        ...

    def close(self) -> None:
        """Release all resources. Closing again does nothing."""
        ...


class EncoderPlugin(Protocol):
    """A module or object that is a plug-in of the group ``khabar.encoders``.

    Attributes:
        api: 1, the number of this protocol.
    """

    @property
    def api(self) -> int: ...

    def open(self) -> Encoder:
        """Open the encoder. Slow work must wait until the first vectors are needed."""
        ...
