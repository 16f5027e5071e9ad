"""Read WACZ files of web archivists (Browsertrix, ArchiveWeb.page): WARC files in a zip file.

The WARC files in ``archive`` are read like others (`khabar.corpus.web.warc`). The list of pages and the
indexes add nothing to an article, and are skipped.

Specification: Webrecorder, WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.pieces.content import Inner
from khabar.corpus.report import Unreadable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_wacz"]

_WARC = (".warc", ".warc.gz")


def read_wacz(content: Content) -> Iterator[Found]:
    """Yield the WARC files in a WACZ file, in its order."""
    with content.package() as package:
        for name in package.names:
            if name.startswith("archive/") and name.lower().endswith(_WARC):
                try:
                    with package.open(name) as stream:
                        yield None, Inner(name, stream)
                except Unreadable as error:
                    yield None, error
