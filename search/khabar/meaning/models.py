"""Which encoder is used: an installed model, a folder, a server, or one of another package."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from khabar.errors import EncoderMissing
from khabar.user_folders import user_folder

if TYPE_CHECKING:
    from khabar.meaning.encoder import Encoder

__all__ = ["DEFAULT", "GROUP", "VARIABLE", "installed", "models_folder", "open_encoder"]

#: The model that is used if it is installed and no other is named.
DEFAULT = "multilingual-e5-small"
#: The environment variable that names a model.
VARIABLE = "KHABAR_MODEL"
#: The group of entry points of encoders in other packages.
GROUP = "khabar.encoders"


def models_folder() -> Path:
    """The folder of the installed models; it need not exist."""
    return user_folder("data") / "models"


def installed() -> list[str]:
    """The names of the installed models, in order."""
    try:
        return sorted(path.parent.name for path in models_folder().glob("[!.]*/model.json"))
    except OSError:
        return []


def open_encoder(model: str | Path | None = None) -> Encoder:
    """The encoder of a model. Nothing is loaded before it is asked for vectors.

    Args:
        model: the name of an installed model, a folder with one, the name of an entry point of the group
            ``khabar.encoders``, or the address of a server with OpenAI's interface for embeddings, to which
            the texts are then sent. Default: what $KHABAR_MODEL says, else ``multilingual-e5-small`` if it is
            installed, else the only model that is.

    Raises:
        EncoderMissing: there is no such model, or no model at all.
    """
    named = model or os.environ.get(VARIABLE) or _usual()
    if isinstance(named, str) and named.startswith(("http://", "https://")):
        raise EncoderMissing("unknown", named)
    if isinstance(named, Path) or {"/", os.sep}.intersection(named):
        raise EncoderMissing("folder", str(named), "not yet")
    if named in installed():
        raise EncoderMissing("folder", str(named), "not yet")
    return _of_another_package(named)


def _usual() -> str:
    names = installed()
    if DEFAULT in names:
        return DEFAULT
    if len(names) != 1:
        raise EncoderMissing("several" if names else "none")
    return names[0]


def _of_another_package(name: str) -> Encoder:
    from importlib.metadata import entry_points

    for found in entry_points(group=GROUP, name=name):
        return cast("Encoder", found.load()())
    raise EncoderMissing("unknown", name)
