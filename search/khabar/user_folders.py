"""The folders of a user's own files: settings, data, caches and histories."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

__all__ = ["user_folder"]

#: The environment variable and the default folder in the user's home for each kind (XDG Base Directory
#: Specification, 0.8).
_XDG = {
    "cache": ("XDG_CACHE_HOME", ".cache"),
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "state": ("XDG_STATE_HOME", ".local/state"),
}


def user_folder(kind: Literal["cache", "config", "data", "state"]) -> Path:
    """Khabar's folder for files of a kind; it need not exist.

    It is the folder that platformdirs gives, but on Linux it is determined without platformdirs, whose import
    takes longer than reading the settings.
    """
    variable, default = _XDG[kind]
    if sys.platform == "linux":
        named, home = os.environ.get(variable, ""), os.environ.get("HOME", "")
        if named.startswith("/"):
            return Path(named, "khabar")
        if home.startswith("/"):
            return Path(home, default, "khabar")
    import platformdirs

    result: Path = getattr(platformdirs, f"user_{kind}_path")("khabar", appauthor=False)
    return result
