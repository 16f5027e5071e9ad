"""A model as a folder: ``model.onnx``, ``tokenizer.json``, and ``model.json``, which says how to use them.

``model.json`` is one object. What has a default may be left out::

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

#: The version of what is done with a model besides :mod:`khabar.meaning.parts`: prefixes, cutting, pooling.
_RULES = 1
_BLOCK = 1 << 20
#: The most numbers of a vector. What is kept of all vectors of an index grows with their square.
MOST_NUMBERS = 8192


class FileSum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file was when the model was installed.

    Attributes:
        size: in bytes.
        blake2b: the digest of its content, 32 hexadecimal digits.
    """

    size: int
    blake2b: str


class ModelConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a model is used.

    Attributes:
        name: for people.
        version: for people.
        dimension: the numbers of a vector.
        longest: the most tokens of a text that it reads, with those of begin and end.
        pooling: how its first output becomes a vector: it is one (``output``), it has a row for each token
            whose mean counts (``mean``), or whose first counts (``cls``).
        query: what stands before a text that somebody looks for.
        passage: what stands before a part of an article.
        licence: of the weights.
        source: where they come from.
        files: what its files were when it was installed.
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
    """How the model in a folder is used.

    Raises:
        EncoderMissing: it is none, or not whole.
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
            found = (folder / name).stat()
            if not stat.S_ISREG(found.st_mode):
                raise EncoderMissing("folder", str(folder), f"{name} is no file")
            if config.files and (name not in config.files or config.files[name].size != found.st_size):
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
    """The names of the files of a model, but for :data:`CONFIG`: the tokenizer, the graph, and files beside
    the graph with its numbers (``model.onnx_data``).

    Raises:
        OSError: the folder cannot be read.
    """
    graph = sorted(path.name for path in folder.iterdir() if path.name.startswith(NETWORK))
    return [TOKENIZER, *graph]


def sum_of(path: Path) -> FileSum:
    """What a file is now.

    Raises:
        OSError: it cannot be read.
    """
    digest, size = blake2b(digest_size=16), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return FileSum(size, digest.hexdigest())


def fingerprint_of(folder: Path, config: ModelConfig) -> str:
    """32 hexadecimal digits over all that decides the vectors of a model. The sums of an installed model are
    taken as they were written; the files of another are read, which takes a second per gigabyte.

    Raises:
        OSError: a file cannot be read.
    """
    sums = config.files or {name: sum_of(folder / name) for name in files_of(folder)}
    identity = (
        *(f"{name} {sums[name].blake2b}" for name in sorted(sums)),
        *(config.dimension, config.longest, config.pooling, config.query, config.passage),
        *(_RULES, parts.RULES, parts.LONGEST),
    )
    return blake2b(repr(identity).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
