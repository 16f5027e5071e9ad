"""Fixtures that read made-up files to the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reading_helpers import Result

from khabar.corpus import ReadReport, read

Reading = Callable[..., Result]


@pytest.fixture
def reading() -> Reading:
    """A function that reads to the end, and returns articles and report."""

    def read_all(path: Any, **options: Any) -> Result:
        report = ReadReport()
        articles = list(read(path, report=report, **options))
        assert report.articles == len(articles)
        return Result(articles, report)

    return read_all


@pytest.fixture
def reading_bytes(tmp_path: Path, reading: Reading) -> Callable[..., Result]:
    """A function that writes a file and reads it to the end."""

    def read_file(name: str, content: bytes | str, **options: Any) -> Result:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return reading(path, **options)

    return read_file
