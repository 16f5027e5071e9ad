"""An engine from another package: an index made with it names it, and is refused without it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import khabar
from khabar import plugins
from khabar.errors import IndexMismatch, InvalidArgument, PluginError
from khabar.index import engines
from khabar.index.embedded import EmbeddedEngine
from khabar.index.engine_files import EngineFiles
from khabar.index.folder import read_meta


class Other(EmbeddedEngine):
    """khabar's own engine under another name."""

    name = "other"
    files = EngineFiles(
        ours=("OTHER_*",),
        fixed=re.compile(r"OTHER_.*"),
        vital=re.compile(r"OTHER_TOC"),
        texts=re.compile(r"OTHER_.*\.texts"),
    )


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object]]:
    there: dict[str, object] = {"other": SimpleNamespace(api=1, engine=Other)}
    monkeypatch.setattr(plugins, "names", lambda group: tuple(there))
    monkeypatch.setattr(plugins, "has", lambda group, name: name in there)

    def load(group: str, name: str) -> object:
        if name not in there or there[name] is None:
            raise PluginError(group, name, "broken", ("khabar-other",), "ImportError")
        return there[name]

    monkeypatch.setattr(plugins, "load", load)
    monkeypatch.setattr(engines, "_plugged", {})
    yield there


def article(number: int) -> khabar.Article:
    return khabar.Article(id=f"a{number}", title="افتتاح السد", paragraphs=(f"افتتح الوزير السد {number}.",))


def test_an_index_is_kept_by_the_engine_that_it_was_made_with(
    installed: dict[str, object], tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    with khabar.create_index(folder, engine="other") as index:
        index.add([article(1), article(2)])
    assert read_meta(folder).engine == "other"
    with khabar.open_index(folder) as index:
        assert index.search("السدود").total == 2
    assert khabar.check_index(folder).damages == ()
    khabar.rebuild_index(folder)
    with khabar.open_index(folder) as index:
        assert index.search("السدود").total == 2
    [edition] = folder.glob("edition-*")
    assert read_meta(edition).engine == "other"
    # The names of its files are known since it was used.
    assert engines.engine_files()["other"].ours == ("OTHER_*",)


def test_without_the_package_the_index_is_refused_and_not_damaged(
    installed: dict[str, object], tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    with khabar.create_index(folder, engine="other") as index:
        index.add([article(1)])
    installed["other"] = None
    with pytest.raises(PluginError, match="khabar-other"):
        khabar.open_index(folder)
    plugin = installed.pop("other")
    with pytest.raises(IndexMismatch, match=r"«other».*If a package brings it"):
        khabar.open_index(folder)
    assert plugin is None


def test_an_engine_is_known_by_its_files(installed: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "OTHER_1").touch()
    assert engines.engine_in(tmp_path) == "other"
    installed["broken"] = None
    assert engines.engine_in(tmp_path) == "other"


def test_a_name_that_no_engine_has(installed: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(
        IndexMismatch, match="there is no engine «nothing» in this khabar; it has: embedded, other"
    ):
        khabar.create_index(tmp_path / "index", engine="nothing")
    assert not (tmp_path / "index").exists()
    with pytest.raises(InvalidArgument, match="kept by the cluster"):
        khabar.create_index("opensearch://127.0.0.1:9200/news", engine="other")
