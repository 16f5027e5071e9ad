"""Chooses the encoder: an installed model, a folder, a server, or a plug-in."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from khabar import plugins
from khabar.errors import EncoderMissing, InvalidArgument
from khabar.serialize import Serializable
from khabar.user_folders import user_folder

if TYPE_CHECKING:
    from khabar.meaning.encoder import Encoder, EncoderPlugin

__all__ = [
    "DEFAULT",
    "GROUP",
    "PACKAGES",
    "VARIABLE",
    "Found",
    "InstalledModel",
    "check_name",
    "folder_of",
    "found",
    "installed_models",
    "installed_names",
    "models_folder",
    "open_encoder",
]

#: The model that is used if it is installed and no other is named.
DEFAULT = "multilingual-e5-small"
#: The command that installs the packages that an installed model needs.
PACKAGES = "pip install 'khabar[meaning]'"
#: The environment variable that names a model.
VARIABLE = "KHABAR_MODEL"
#: The group of entry points of encoders in other packages.
GROUP = "khabar.encoders"


class Found(Serializable, msgspec.Struct, frozen=True):
    """A model that exists, and of which nothing is loaded.

    Attributes:
        name: its name, for display.
        fingerprint: the fingerprint of its encoder; "" if it is unknown before the encoder is opened.
        address: where texts are sent; "" if they stay on this machine.
    """

    name: str
    fingerprint: str
    address: str


class InstalledModel(Serializable, msgspec.Struct, frozen=True):
    """A model in the folder of models.

    Attributes:
        name: the name to use it by.
        version: its version.
        dimension: the number of components of a vector; 0 if the model is not usable.
        size: the size of its files in bytes.
        licence: the licence of the weights.
        folder: its folder.
        problem: why it is not usable; "" if it is.
    """

    name: str
    version: str
    dimension: int
    size: int
    licence: str
    folder: str
    problem: str = ""


def models_folder() -> Path:
    """The folder of the installed models, which need not exist."""
    return user_folder("data") / "models"


def check_name(name: str) -> None:
    """Check the name of a model.

    Raises:
        InvalidArgument: if a model cannot have it.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise InvalidArgument("name", name, "a name is at most 64 letters, digits, dots and dashes")


def installed_names() -> list[str]:
    """The sorted names of the installed models; none of their files is read."""
    from khabar.meaning.model_folder import CONFIG

    try:
        return sorted(path.parent.name for path in models_folder().glob(f"[!.]*/{CONFIG}"))
    except OSError:
        return []


def installed_models() -> list[InstalledModel]:
    """The installed models in order of name; their files are read and compared with their digests."""
    return [_described(models_folder() / name) for name in installed_names()]


def _described(folder: Path) -> InstalledModel:
    from khabar.meaning.model_folder import read_model, sum_of

    try:
        config = read_model(folder)
        for name, kept in config.files.items():
            if sum_of(folder / name) != kept:
                raise EncoderMissing("folder", str(folder), f"{name} has changed since it was installed")
        size = sum(path.stat().st_size for path in folder.iterdir())
    except EncoderMissing as error:
        return InstalledModel(folder.name, "", 0, 0, "", str(folder), error.cause)
    except OSError as error:
        return InstalledModel(folder.name, "", 0, 0, "", str(folder), error.strerror or str(error))
    return InstalledModel(folder.name, config.version, config.dimension, size, config.licence, str(folder))


def found(model: str | Path | None = None) -> Found:
    """The model that :func:`open_encoder` would open. Nothing is loaded, and no server is contacted.

    Raises:
        EncoderMissing: see :func:`open_encoder`.
    """
    named = _named(model)
    if isinstance(named, Path) or "://" in named:
        encoder = open_encoder(named)
        return Found(encoder.name, encoder.fingerprint, encoder.address)
    if not plugins.has(GROUP, named):
        raise EncoderMissing("unknown", named)
    return Found(named, "", "")


def open_encoder(model: str | Path | None = None, *, threads: int = 1) -> Encoder:
    """Open the encoder of a model. Nothing is loaded before the first vectors are needed.

    Args:
        model: the name of an installed model, a folder with one, the name of an entry point of the group
            ``khabar.encoders``, or the address of a server with OpenAI's interface for embeddings, to which
            the texts are then sent. Default: ``$KHABAR_MODEL``, else ``multilingual-e5-small`` if it is
            installed, else the only installed model.
        threads: the number of threads; a query gains little from more than one.

    Raises:
        EncoderMissing: if there is no such model, no model, or a package that it needs is missing.
        InvalidArgument: if an address is invalid.
        PluginError: if a plug-in cannot be used.
    """
    named = _named(model)
    if isinstance(named, Path):
        from khabar.meaning.onnx_encoder import OnnxEncoder

        return OnnxEncoder(named, threads)
    if "://" in named:
        from khabar.meaning.server_encoder import ServerEncoder

        return ServerEncoder(named)
    if not plugins.has(GROUP, named):
        raise EncoderMissing("unknown", named)
    plugin: EncoderPlugin = plugins.load(GROUP, named)
    return plugin.open()


def folder_of(model: str | Path | None = None) -> Path | None:
    """The folder of the model that :func:`open_encoder` would open; None if it is not in a folder.

    Raises:
        EncoderMissing: if there is no model, or there are several and none is chosen.
    """
    named = _named(model)
    return named if isinstance(named, Path) else None


def _named(model: str | Path | None) -> str | Path:
    """The folder of the named or default model; the text itself for an address or a plug-in."""
    named = model or os.environ.get(VARIABLE) or _default()
    if isinstance(named, Path) or "://" in named:
        return named
    if {"/", os.sep}.intersection(named):
        return Path(named).expanduser()
    return models_folder() / named if named in installed_names() else named


def _default() -> str:
    names = installed_names()
    if DEFAULT in names:
        return DEFAULT
    if not names:
        from khabar.meaning.onnx_encoder import packages_are_there

        install = f"khabar meaning install {DEFAULT}"
        raise EncoderMissing("none", commands=install if packages_are_there() else f"{PACKAGES} && {install}")
    if len(names) != 1:
        raise EncoderMissing("several")
    return names[0]
