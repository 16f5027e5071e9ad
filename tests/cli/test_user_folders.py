"""Where a user's own files lie: as platformdirs says, with or without it."""

from __future__ import annotations

import sys

import platformdirs
import pytest

from khabar.user_folders import user_folder

KINDS = ("cache", "config", "data", "state")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("home", ["/home/سلمى", "/", "relative", ""])
@pytest.mark.parametrize("named", [None, "", "/somewhere/else", "relative"])
def test_the_folders_are_those_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, kind: str, home: str, named: str | None
) -> None:
    monkeypatch.setenv("HOME", home)
    if named is None:
        monkeypatch.delenv(f"XDG_{kind.upper()}_HOME", raising=False)
    else:
        monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", named)
    expected = getattr(platformdirs, f"user_{kind}_path")("khabar", appauthor=False)
    assert user_folder(kind) == expected  # type: ignore[arg-type]


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG folders are those of Linux")
def test_without_any_word_of_the_user_they_are_in_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in KINDS:
        monkeypatch.delenv(f"XDG_{kind.upper()}_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/salma")
    assert str(user_folder("config")) == "/home/salma/.config/khabar"
    assert str(user_folder("data")) == "/home/salma/.local/share/khabar"


def test_a_terminal_does_not_obey_the_path_of_the_settings(on_terminal, tmp_path):
    shown = on_terminal("config", "path", KHABAR_CONFIG=f"{tmp_path}/a\x1b]0;x\x07\u202eb")
    assert "\x1b" not in shown and "\x07" not in shown and "\u202e" not in shown
    assert shown.startswith(str(tmp_path))
