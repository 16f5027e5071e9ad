"""The commands that are still needed before an index can be searched by meaning."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from khabar.errors import EncoderMissing, index_option
from khabar.meaning.models import DEFAULT, PACKAGES, folder_of

if TYPE_CHECKING:
    from khabar.meaning.encoder import Encoder

__all__ = ["commands_left"]


def commands_left(model: Encoder | str | Path | None, indexes: Iterable[str | PathLike[str]]) -> str:
    """The needed commands in order, as one line for a shell, in which each runs only if the one before it
    worked.

    Args:
        model: an encoder, or the argument of :func:`khabar.meaning.models.open_encoder`.
        indexes: the places of the indexes without vectors.
    """
    from khabar.meaning.onnx_encoder import packages_are_there

    commands: list[str] = []
    try:
        # An encoder, a server or a plug-in needs no packages of khabar's.
        is_there = True
        is_local = isinstance(model, str | Path | None) and folder_of(model) is not None
    except EncoderMissing as error:
        is_local, is_there = True, error.code != "none"
    if is_local and not packages_are_there():
        commands.append(PACKAGES)
    if not is_there:
        commands.append(f"khabar meaning install {DEFAULT}")
    commands += [f"khabar meaning build {index_option(place)}" for place in indexes]
    return " && ".join(commands)
