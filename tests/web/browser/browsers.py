"""The system's Chromium, and what becomes of the tests where there is none."""

from __future__ import annotations

import importlib.util
import os
import shutil
from typing import Any

import pytest


def chromium() -> str:
    """The path of the system's Chromium; "" if it has none."""
    named = os.environ.get("KHABAR_CHROMIUM", "")
    names = (named,) if named else ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), "")


def need_browser() -> None:
    """Skip a module where there is no browser, or fail if there has to be one. Called at its beginning, so
    that all its tests are one line."""
    lack = ""
    if not chromium():
        lack = "no Chromium: install it, or name it in $KHABAR_CHROMIUM"
    elif importlib.util.find_spec("playwright") is None:
        lack = "no playwright: pip install --group test"
    if lack and os.environ.get("KHABAR_REQUIRE_BROWSER") == "1":
        pytest.fail(f"$KHABAR_REQUIRE_BROWSER is set, and there is {lack}")
    if lack:
        pytest.skip(f"the page is not tested in a browser: {lack}", allow_module_level=True)


def opened(page: Any) -> Any:
    """A context that waits until what is done in it has opened a page: ``with opened(page): link.click()``.

    The address alone does not tell: the page shows results while a query is typed, and has their address
    before the form is sent."""
    return page.expect_event("load")
