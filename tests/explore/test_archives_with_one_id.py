"""Different articles with one id in several archives are different articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from khabar import Article, Index, create_index, open_index
from khabar.analysis.analyzer import Analyzer


@pytest.fixture
def archives(tmp_path: Path, analyzer: Analyzer) -> Iterator[Index]:
    """Two archives whose articles have the same id, and name different people."""
    texts = {
        "east": "قال الرئيس الروسي فلاديمير بوتين إن المحصول وفير هذا العام",
        "west": "قال الرئيس الأمريكي باراك أوباما إن المحصول وفير في كل الولايات",
    }
    for name, text in texts.items():
        with create_index(tmp_path / name, analyzer=analyzer) as index:
            index.add([Article("1", f"خبر {name}", (text,))])
    with open_index({name: tmp_path / name for name in texts}, analyzer=analyzer) as index:
        yield index


def test_a_quotation_is_found_in_both(archives: Index) -> None:
    [part] = archives.quote("إن المحصول وفير")
    assert {place.archive for place in part.places} == {"east", "west"}


def test_both_have_their_own_names(archives: Index) -> None:
    names = archives.names("المحصول", ("person",))
    assert {name.text for name in names} == {"فلاديمير بوتين", "باراك أوباما"}
