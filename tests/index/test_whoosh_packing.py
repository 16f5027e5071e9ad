"""Postings and terms as they are written: Whoosh's own readers find in them what was put in, and so do ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.codec.whoosh3 import W3LeafMatcher, W3TermInfo
from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.filetables import OrderedHashReader
from whoosh.formats import Existence, Positions
from whoosh.util.numeric import byte_to_length

from khabar.index.whoosh_engine import packing
from khabar.index.whoosh_engine.bodies import Bodies, Unreadable
from khabar.index.whoosh_engine.packing import EXTENT, INFORMATION, INLINED, TermPostings, pack
from khabar.index.whoosh_engine.termfile import TermFile

#: A document and the positions in it.
Entry = tuple[int, list[int]]

#: Below and above what one byte and two bytes hold.
POSITIONS = st.lists(
    st.sampled_from([0, 1, 2, 46, 255, 256, 257, 65_535, 65_536, 1_000_000]), min_size=1, unique=True
)
DOCUMENTS = st.one_of(st.integers(0, 40), st.sampled_from([255, 256, 65_535, 65_536, 65_537, 199_999]))
TERM = st.dictionaries(DOCUMENTS, POSITIONS.map(sorted), min_size=1)


def together(terms: list[list[Entry]], *, with_positions: bool = True) -> TermPostings:
    """Terms «t0», «t1», … with these entries."""
    entries = [entry for term in terms for entry in term]
    positions = np.array([each for _, places in entries for each in places], np.int64)
    return TermPostings(
        [f"t{number:05}".encode() for number in range(len(terms))],
        np.array([len(term) for term in terms]),
        np.array([document for document, _ in entries], np.int64),
        np.array([len(places) for _, places in entries], np.int64),
        positions if with_positions else None,
    )


def by_stock_whoosh(value: bytes, blocks: bytes, form: Any) -> list[tuple[int, float, Any]]:
    """A term's postings as Whoosh's own code reads them: documents, weights, positions."""
    information = W3TermInfo.from_bytes(value)
    if information.is_inlined():
        documents, weights, values = information.inlined_postings()
        return [
            (
                document,
                weights[at] if weights else 1.0,
                form.decode_positions(values[at]) if values else None,
            )
            for at, document in enumerate(documents)
        ]
    storage = RamStorage()
    with storage.create_file("pst") as file:
        file.write(blocks)
    matcher = W3LeafMatcher(storage.open_file("pst"), *information.extent(), form)
    found = []
    while matcher.is_active():
        positions = form.decode_positions(matcher.value()) if isinstance(form, Positions) else None
        found.append((matcher.id(), matcher.weight(), positions))
        matcher.next()
    return found


def check(terms: list[list[Entry]]) -> None:
    lengths = (np.arange(200_000) % 251).astype(np.uint8)
    values, blocks = pack(together(terms), lengths, 0)
    for value, term in zip(values, terms, strict=True):
        assert by_stock_whoosh(value, blocks, Positions()) == [
            (document, len(places), places) for document, places in term
        ]
        information = W3TermInfo.from_bytes(value)
        assert information.doc_frequency() == len(term)
        assert information.weight() == sum(len(places) for _, places in term)
        assert information.max_weight() == max(len(places) for _, places in term)
        assert (information.min_id(), information.max_id()) == (term[0][0], term[-1][0])
        assert information.min_length() == min(byte_to_length(int(lengths[each])) for each, _ in term)
        assert information.max_length() == max(byte_to_length(int(lengths[each])) for each, _ in term)
        if not information.is_inlined():
            offset, size = EXTENT.unpack(value[INFORMATION:])
            found: list[Entry] = []
            for block in packing.unpack_blocks(blocks[offset : offset + size]):
                documents = block.documents.tolist()
                places, which = packing.positions_in(block, np.arange(len(documents)))
                assert block.counts is None or block.counts.tolist() == np.bincount(which).tolist()
                found += [(document, places[which == at].tolist()) for at, document in enumerate(documents)]
            assert found == term
    check_together(values, blocks, terms)


def check_together(values: list[bytes], blocks: bytes, terms: list[list[Entry]]) -> None:
    """All of them read at once, each with a base of its own."""
    bodies = Bodies()
    for tag, value in enumerate(values):
        told = W3TermInfo.from_bytes(value)
        found = [(told.doc_frequency(), told.max_id(), value[INFORMATION:], 0)]
        if not told.is_inlined():
            offset, size = EXTENT.unpack(value[INFORMATION:])
            found = list(packing.pieces(blocks[offset : offset + size]))
        for size, last, body, level in found:
            bodies.add(
                body, level, size, last, steps=not told.is_inlined(), tag=tag, base=1000 * tag, owner=None
            )
    rows = np.stack(bodies.read()).T.tolist()
    assert rows == [
        [document + 1000 * tag, len(places), tag]
        for tag, term in enumerate(terms)
        for document, places in term
    ]


@given(st.lists(TERM, min_size=1, max_size=6), st.sampled_from([INLINED, 9, 16, packing.BLOCK]))
def test_postings_come_back(terms: list[dict[int, list[int]]], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "BLOCK", size)
        check([sorted(term.items()) for term in terms])


@pytest.mark.parametrize(
    "count", [1, INLINED, INLINED + 1, packing.BLOCK, packing.BLOCK + 1, 2 * packing.BLOCK + 7]
)
@pytest.mark.parametrize(
    "places",
    [
        lambda document: [document % 300],
        lambda document: list(range(1 + document % 3)),
        lambda document: list(range(0, 300 * (1 + document % 90), 300)),
    ],
    ids=["once", "several", "many"],
)
def test_blocks_of_any_size_come_back(count: int, places: Callable[[int], list[int]]) -> None:
    check([[(7 + 13 * number, places(number)) for number in range(count)], [(3, [5])]])


def test_terms_without_positions() -> None:
    for count in (1, INLINED, 5000):
        values, blocks = pack(
            together([[(number * 3, [0]) for number in range(count)]], with_positions=False), None, 0
        )
        found = by_stock_whoosh(values[0], blocks, Existence())
        assert found == [(number * 3, 1.0, None) for number in range(count)]


def test_documents_that_are_not_those_of_the_block_are_noticed() -> None:
    """Only the beginning of a block is decompressed, which zlib's checksum does not cover."""
    _, blocks = pack(together([[(number * 2, [1]) for number in range(100)]]), None, 0)
    assert blocks.count((198).to_bytes(4, "little")) == 1
    with pytest.raises(ValueError, match="the documents of a block"):
        packing.unpack_blocks(blocks.replace((198).to_bytes(4, "little"), (196).to_bytes(4, "little")))


def test_the_owner_of_unreadable_postings_is_told() -> None:
    (value, other), _ = pack(together([[(3, [0]), (9, [1])], [(4, [0]), (8, [1])]]), None, 0)
    bodies = Bodies()
    bodies.add(value[INFORMATION:], 0, 2, 9, steps=False, tag=0, base=0, owner="whole")
    bodies.add(other[INFORMATION:], 0, 2, 9, steps=False, tag=1, base=0, owner="damaged")
    with pytest.raises(Unreadable) as raised:
        bodies.read()
    assert raised.value.owner == "damaged"


def test_a_body_that_ends_too_early_is_no_body() -> None:
    (value,), _ = pack(together([[(3, [0, 1]), (9, [1])]]), None, 0)
    body = value[INFORMATION:]
    for end in range(14):
        with pytest.raises((IndexError, KeyError, ValueError)):
            Bodies().add(body[:end], 0, 2, 9, steps=False, tag=0, base=0, owner=None)


@given(st.sets(st.text(max_size=8).map(lambda text: text.encode("utf-8", "surrogatepass")), max_size=300))
def test_terms_are_found(keys: set[bytes]) -> None:
    listed(sorted(b"\x00\x00" + key for key in keys))


def test_many_terms_are_found() -> None:
    """So many that some tables overflow at their end."""
    listed([f"كلمة{number:06}".encode() for number in range(20_000)])


def listed(keys: list[bytes]) -> None:
    storage = RamStorage()
    file = TermFile(storage.create_file("trm"))
    half = len(keys) // 2
    for part in (keys[:half], keys[half:]):
        file.add(part, [key[::-1] for key in part])
    file.close({"text": 0})
    reader = OrderedHashReader(storage.open_file("trm"), storage.file_length("trm"))
    assert reader.extras["fieldmap"] == {"text": 0}
    assert list(reader.items()) == [(key, key[::-1]) for key in keys]
    for key in keys:
        assert reader[key] == key[::-1]
        assert reader.closest_key(key) == key
    assert b"\x00\x00no such word" not in reader
    if keys:
        assert reader.closest_key(keys[-1] + b"\x00") is None
