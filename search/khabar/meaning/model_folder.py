"""A model as a folder: ``model.onnx``, ``tokenizer.json``, and ``model.json`` with the settings.

``model.json`` is one object, in which attributes with a default may be left out::

    {"name": "multilingual-e5-small", "version": "2024-02", "dimension": 384, "longest": 512,
     "pooling": "mean", "query": "query: ", "passage": "passage: ", "licence": "MIT", "source": "https://…"}
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Literal

import msgspec

from khabar.digests import blake2b
from khabar.errors import EncoderMissing
from khabar.meaning import parts
from khabar.replacing import read_file

__all__ = [
    "CONFIG",
    "NETWORK",
    "TOKENIZER",
    "FileSum",
    "ModelConfig",
    "fingerprint_of",
    "read_model",
    "sum_of",
]

CONFIG, NETWORK, TOKENIZER = "model.json", "model.onnx", "tokenizer.json"

#: The version of the rules for using a model, besides those of :mod:`khabar.meaning.parts`: prefixes,
#: truncation, pooling.
_RULES = 1
_BLOCK = 1 << 20
#: The maximum dimension of a vector. The list of an index's vectors grows with its square.
MOST_NUMBERS = 8192


class FileSum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The size and digest of a file when the model was installed.

    Attributes:
        size: the size in bytes.
        blake2b: the digest of its content, 32 hexadecimal digits.
    """

    size: int
    blake2b: str


class ModelConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a model.

    Attributes:
        name: its name, for display.
        version: its version, for display.
        dimension: the number of components of a vector.
        longest: the maximum number of tokens of a text, including those for begin and end.
        pooling: how its first output becomes a vector: it is one (``output``), or it has a row for each
            token, of which the mean (``mean``) or the first (``cls``) is taken.
        query: the prefix of a query.
        passage: the prefix of a part of an article.
        licence: the licence of the weights.
        source: the origin of the weights.
        files: the sizes and digests of its files when it was installed.
    """

    name: str
    dimension: int
    longest: int = 512
    pooling: Literal["output", "mean", "cls"] = "output"
    version: str = ""
    query: str = ""
    passage: str = ""
    licence: str = ""
    source: str = ""
    files: dict[str, FileSum] = {}


def read_model(folder: Path) -> ModelConfig:
    """Read the settings of the model in a folder.

    Raises:
        EncoderMissing: if it is not a model or not complete.
    """
    try:
        config = msgspec.json.decode(read_file(folder / CONFIG), type=ModelConfig)
        if not 1 <= config.dimension <= MOST_NUMBERS or not 4 <= config.longest <= 1 << 16:
            raise msgspec.ValidationError(
                f"dimension is a whole number from 1 to {MOST_NUMBERS}, longest one from 4 to 65536"
            )
        if not config.name.strip():
            raise msgspec.ValidationError("its name is empty")
        for name in {NETWORK, TOKENIZER, *config.files}:
            status = (folder / name).stat()
            if not stat.S_ISREG(status.st_mode):
                raise EncoderMissing("folder", str(folder), f"{name} is no file")
            if config.files and (name not in config.files or config.files[name].size != status.st_size):
                raise EncoderMissing("folder", str(folder), f"{name} has changed since it was installed")
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise EncoderMissing("folder", str(folder), f"{name} is missing") from None
    except OSError as error:
        raise EncoderMissing("folder", str(folder), error.strerror or str(error)) from error
    except msgspec.DecodeError as error:
        raise EncoderMissing("folder", str(folder), f"{CONFIG}: {error}") from None
    return config


def files_of(folder: Path) -> list[str]:
    """The names of the files of a model, except :data:`CONFIG`: the tokenizer, the graph, and separate files
    with its numbers (``model.onnx_data``).

    Raises:
        OSError: if the folder cannot be read.
    """
    graph = sorted(path.name for path in folder.iterdir() if path.name.startswith(NETWORK))
    return [TOKENIZER, *graph]


def sum_of(path: Path) -> FileSum:
    """The size and digest of a file.

    Raises:
        OSError: if it cannot be read.
    """
    digest, size = blake2b(digest_size=16), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return FileSum(size, digest.hexdigest())


def fingerprint_of(folder: Path, config: ModelConfig) -> str:
    """A digest, 32 hexadecimal digits, of everything that affects the vectors of a model. An installed model
    has the digests of its files; the files of another are read, which takes a second per gigabyte.

    Raises:
        OSError: if a file cannot be read.
    """
    sums = config.files or {name: sum_of(folder / name) for name in files_of(folder)}
    identity = (
        *(f"{name} {sums[name].blake2b}" for name in sorted(sums)),
        *(config.dimension, config.longest, config.pooling, config.query, config.passage),
        *(_RULES, parts.RULES, parts.LONGEST),
    )
    return blake2b(repr(identity).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
