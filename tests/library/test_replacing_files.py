"""Small files with a checksum: every byte of them counts, the checksum's own too."""

from __future__ import annotations

from pathlib import Path

import pytest

from khabar.replacing import json_with_checksum, read_json_with_checksum


def test_a_change_of_any_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "edition.json"
    # One whose checksum has letters: «a» and «A» are the same number.
    record = next(
        record
        for record in ({"edition": number} for number in range(100))
        if any(letter in b"abcdef" for letter in json_with_checksum(record)[:8])
    )
    whole = json_with_checksum(record)
    path.write_bytes(whole)
    assert read_json_with_checksum(path) == record
    for place in range(len(whole)):
        for bit in range(8):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
            with pytest.raises(ValueError, match=r"not as it was written|JSON"):
                read_json_with_checksum(path)
