"""Small files with a checksum: every change of a byte is noticed, also in the checksum itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from khabar.alerts import Alerts
from khabar.cli.settings import write_settings
from khabar.replacing import json_with_checksum, read_json_with_checksum


def test_a_change_of_any_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "edition.json"
    # A checksum with letters: «a» and «A» are the same number.
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
            with pytest.raises(ValueError, match=r"is damaged|JSON"):
                read_json_with_checksum(path)


@pytest.mark.skipif(os.name == "nt", reason="modes are of POSIX")
def test_settings_with_a_password_are_for_their_owner_alone(tmp_path: Path) -> None:
    settings = tmp_path / "config.toml"
    write_settings(settings, "index = 'opensearch://one:9200/news'\n")
    open_to = settings.stat().st_mode & 0o777
    for text in ("index = 'opensearch://desk:secret@one:9200/news'\n", "theme = 'dark'\n"):
        write_settings(settings, text)
        assert settings.stat().st_mode & 0o777 == 0o600 != open_to
        assert settings.read_text("utf-8") == text
    new = tmp_path / "new" / "config.toml"
    write_settings(new, "[archives]\nold = 'opensearch://desk:secret@one:9200/news'\n")
    assert new.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_settings_and_saved_searches_that_are_links_stay_links(tmp_path: Path) -> None:
    """Configuration files are often links into a folder under version control."""
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
    # Nobody else may read them now.
    assert (there / "alerts.json").stat().st_mode & 0o777 == 0o600
