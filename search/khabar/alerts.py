"""Saved searches that tell only what is new.

They are kept in two JSON files that are replaced in one step: ``alerts.json``, which is for reading and changing
by hand, and ``alerts.seen.json`` beside it, with the ids of the articles that were told of already. An article is
new until it was told of, however old it is: what is indexed late is news to the reader. One that was
changed keeps its id, and is not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec.structs import asdict, replace

from khabar.arguments import among, article_ids, folder, lazily, optional, takes, text
from khabar.errors import SettingsError, check_choice
from khabar.query.tree import MATCHES, Match
from khabar.replacing import replace_file
from khabar.serialize import Serializable
from khabar.user_folders import user_folder

if TYPE_CHECKING:
    from khabar.library import Index
    from khabar.query.results import Hit

__all__ = ["Alert", "Alerts", "alerts_path"]

_VERSION = 1


class Alert(Serializable, msgspec.Struct, frozen=True):
    """A saved search.

    Attributes:
        name: its name, unique.
        query: what is searched for.
        index: the folder of the index, absolute.
        added: when it was saved, in ISO form, UTC.
        last_run: when it was last asked for news, in ISO form, UTC; "" for never.
        match: whether articles with ``all`` words of the query are told of, or with ``any``.
    """

    name: str
    query: str
    index: str
    added: str = ""
    last_run: str = ""
    match: Literal["any", "all"] = "all"


def alerts_path() -> Path:
    """Where saved searches are kept: $KHABAR_ALERTS, else alerts.json in the user's data folder."""
    named = os.environ.get("KHABAR_ALERTS")
    return Path(named) if named else user_folder("data") / "alerts.json"


class Alerts:
    """The saved searches in a file.

    Args:
        path: the file; by default the one of :func:`alerts_path`. It need not exist.
    """

    @takes(path=optional(folder))
    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path) if path is not None else alerts_path()
        self._seen_path = self.path.with_name(f"{self.path.stem}.seen.json")

    def __iter__(self) -> Iterator[Alert]:
        return iter(self._read().values())

    @takes(name=text)
    def get(self, name: str) -> Alert:
        """A saved search.

        Args:
            name: its name.

        Raises:
            SettingsError: if there is none of this name, or the file cannot be read.
        """
        known = self._read()
        if name not in known:
            names = "، ".join(known) or "none"
            raise SettingsError(f"there is no saved search «{name}» (there are: {names})")
        return known[name]

    @takes(name=text, query=text, index=folder, match=among(*MATCHES))
    def add(
        self,
        name: str,
        query: str,
        index: str | Path,
        *,
        seen: str | Iterable[str] = (),
        match: Match = "all",
    ) -> Alert:
        """Save a search.

        Args:
            name: its name.
            query: what to search for.
            index: the index folder.
            seen: ids of articles that are no news, such as those that match now.
            match: whether articles with ``all`` words of the query are news, or with ``any``.

        Raises:
            InvalidArgument: if ``match`` is neither.
            SettingsError: if the name is taken or empty, or the file cannot be written.
        """
        told = article_ids("seen", seen)
        if not name.strip():
            raise SettingsError("a saved search needs a name")
        known = self._read()
        if name in known:
            raise SettingsError(
                f"there is a saved search «{name}» already: give another name, or remove it first"
            )
        alert = Alert(name, query, str(Path(index).resolve()), _now(), match=match)
        self._write_seen({**self._read_seen(), name: list(dict.fromkeys(told))})
        self._write({**known, name: alert})
        return alert

    @takes(name=text)
    def remove(self, name: str) -> None:
        """Forget a saved search.

        Args:
            name: its name.

        Raises:
            SettingsError: if there is none of this name, or the file cannot be written.
        """
        self.get(name)
        self._write({key: alert for key, alert in self._read().items() if key != name})
        self._write_seen({key: ids for key, ids in self._read_seen().items() if key != name})

    @takes(name=text, index=lazily("khabar.library", "Index"))
    def news(self, name: str, index: Index, *, today: date | None = None) -> Iterator[Hit]:
        """What a saved search finds that was not told of yet, best first, ranked among themselves.

        Nothing is remembered until :meth:`told` is called with it.

        Args:
            name: of the saved search.
            index: its index, open.
            today: what «أمس» is told from; by default the day where this runs.
        """
        from khabar.paging import all_hits

        seen = frozenset(self._read_seen().get(name, ()))
        rank = 0
        alert = self.get(name)
        for hit in all_hits(index, alert.query, match=alert.match, today=today):
            if hit.article.id not in seen:
                rank += 1
                yield replace(hit, rank=rank)

    @takes(name=text)
    def told(self, name: str, ids: str | Iterable[str]) -> None:
        """Remember that a saved search was run, and that articles were told of.

        Args:
            name: of the saved search.
            ids: of the articles, such as those of the hits of :meth:`news`.
        """
        told = article_ids("ids", ids)
        seen = self._read_seen()
        self._write_seen({**seen, name: list(dict.fromkeys([*seen.get(name, ()), *told]))})
        # Read again: somebody may have changed it while the search ran.
        known = self._read()
        if name in known:
            self._write({**known, name: replace(known[name], last_run=_now())})

    def _read(self) -> dict[str, Alert]:
        record = _read_json(self.path)
        try:
            if record.get("version", _VERSION) != _VERSION:
                raise ValueError(f"version {record['version']}, this khabar reads version {_VERSION}")
            return {name: _alert(name, each) for name, each in record.get("alerts", {}).items()}
        except (TypeError, ValueError, AttributeError) as error:
            raise SettingsError(
                f"the saved searches in {self.path} cannot be understood ({error}): mend the file or move it away"
            ) from error

    def _write(self, alerts: Mapping[str, Alert]) -> None:
        records = {
            name: {key: value for key, value in asdict(alert).items() if key != "name"}
            for name, alert in alerts.items()
        }
        _write_json(self.path, {"version": _VERSION, "alerts": records}, indent=2)

    def _read_seen(self) -> dict[str, list[str]]:
        record = _read_json(self._seen_path)
        return {
            name: [each for each in ids if isinstance(each, str)]
            for name, ids in record.items()
            if isinstance(ids, list)
        }

    def _write_seen(self, seen: Mapping[str, list[str]]) -> None:
        _write_json(self._seen_path, seen, indent=0)


def _alert(name: str, record: Mapping[str, Any]) -> Alert:
    alert = Alert(name=name, **record)
    if not all(isinstance(value, str) for value in asdict(alert).values()):
        raise ValueError(f"«{name}» has a value that is no text")
    check_choice("match", alert.match, MATCHES)
    return alert


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"{path} cannot be read ({error}): mend the file or move it away") from error
    if not isinstance(record, dict):
        raise SettingsError(f"{path} is not what khabar keeps there: mend the file or move it away")
    return record


def _write_json(path: Path, record: Mapping[str, Any], *, indent: int) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps(record, ensure_ascii=False, indent=indent) + "\n"
        replace_file(path, [content.encode("utf-8", "replace")])
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror})") from error
