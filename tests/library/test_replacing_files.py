"""Small files with a checksum: every byte of them counts, the checksum's own too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from khabar.alerts import Alerts
from khabar.cli.settings import write_settings
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


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_settings_and_saved_searches_that_are_links_stay_links(tmp_path: Path) -> None:
    """Dot files are often links into a folder under version control."""
    there, here = tmp_path / "dotfiles", tmp_path / "home"
    there.mkdir()
    here.mkdir()
    for name in ("alerts.json", "alerts.seen.json", "config.toml"):
        (here / name).symlink_to(there / name)
    (there / "alerts.json").write_text("{}", "utf-8")
    (there / "alerts.json").chmod(0o600)
    Alerts(here / "alerts.json").add("خبر", "القمح", tmp_path, seen=["a"])
    write_settings(here / "config.toml", "theme = 'dark'")
    assert all(path.is_symlink() for path in here.iterdir())
    assert sorted(path.name for path in there.iterdir()) == ["alerts.json", "alerts.seen.json", "config.toml"]
    assert [each.name for each in Alerts(there / "alerts.json")] == ["خبر"]
    # Nobody else may read them now either.
    assert (there / "alerts.json").stat().st_mode & 0o777 == 0o600
