"""Saved searches that report only what is new.

They are stored in two JSON files, each replaced atomically, under one lock: ``alerts.json``, which may be
edited by hand, and ``alerts.seen.json`` beside it, with the ids of the articles already reported. An article
is new until it has been reported, however old it is, as an article that is indexed late is news to the
reader. A changed article keeps its id, so it is not new.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec.structs import asdict, replace

from khabar.arguments import among, folder, lazily, optional, takes, text
from khabar.corpus.article import article_ids
from khabar.errors import InvalidArgument, SettingsError, SettingsUnavailable, check_choice, is_of_the_system
from khabar.places import Address, Archives, places
from khabar.query.tree import MATCHES, Match
from khabar.replacing import make_folder, replace_file, target_of
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
        name: unique name.
        query: the query.
        index: absolute path of the index folder, or the address of the index; several archives are separated
            by «;».
        added: time of saving, ISO 8601, UTC.
        last_run: time of the last run, ISO 8601, UTC; "" for never.
        match: whether articles must contain ``all`` words of the query, or ``any``.
    """

    name: str
    query: str
    index: str
    added: str = ""
    last_run: str = ""
    match: Literal["any", "all"] = "all"


def alerts_path() -> Path:
    """Path of the saved searches: $KHABAR_ALERTS, else alerts.json in the user's data folder."""
    named = os.environ.get("KHABAR_ALERTS")
    return Path(named) if named else user_folder("data") / "alerts.json"


class Alerts:
    """The saved searches in a file.

    Args:
        path: the file, which need not exist. Default: :func:`alerts_path`.
    """

    @takes(path=optional(folder))
    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path) if path is not None else alerts_path()
        self._seen_path = self.path.with_name(f"{self.path.stem}.seen.json")

    def __iter__(self) -> Iterator[Alert]:
        return iter(self._read().values())

    @takes(name=text)
    def get(self, name: str) -> Alert:
        """Return a saved search by name.

        Args:
            name: its name.

        Raises:
            InvalidArgument: if there is no such saved search.
            SettingsError: if the file cannot be read.
        """
        known = self._read()
        if name not in known:
            names = ", ".join(f"«{each}»" for each in known) or "none"
            reason = f"there is no saved search «{name}» (there are: {names})"
            raise InvalidArgument("name", name, reason, "choice", tuple(known))
        return known[name]

    @takes(name=text, query=text, index=places, match=among(*MATCHES))
    def add(
        self,
        name: str,
        query: str,
        index: str | Path | Address | Archives,
        *,
        seen: str | Iterable[str] = (),
        match: Match = "all",
    ) -> Alert:
        """Save a search.

        Args:
            name: its name.
            query: what to search for.
            index: the index folder, or the address of an index on a cluster, or :attr:`khabar.Index.path` of
                several archives that are open as one. A password in it is not kept.
            seen: ids of articles that do not count as new, such as those that match now.
            match: whether articles must contain ``all`` words of the query, or ``any``.

        Raises:
            InvalidArgument: if the name is taken or empty, or ``match`` is neither of these.
            SettingsError: if the file cannot be written.
        """
        seen_ids = article_ids("seen", seen)
        if not name.strip():
            raise InvalidArgument("name", name, "a saved search needs a name")
        with self._changing():
            known = self._read()
            if name in known:
                reason = f"a saved search «{name}» already exists: choose another name, or remove it first"
                raise InvalidArgument("name", name, reason)
            alert = Alert(
                name,
                query,
                _kept_place(index),
                _now(),
                match=match,
            )
            self._write_seen({**self._read_seen(), name: list(dict.fromkeys(seen_ids))})
            self._write({**known, name: alert})
        return alert

    @takes(name=text)
    def remove(self, name: str) -> None:
        """Delete a saved search.

        Args:
            name: its name.

        Raises:
            InvalidArgument: if there is no such saved search.
            SettingsError: if the file cannot be written.
        """
        with self._changing():
            self.get(name)
            self._write({key: alert for key, alert in self._read().items() if key != name})
            self._write_seen({key: ids for key, ids in self._read_seen().items() if key != name})

    @takes(name=text, index=lazily("khabar.library", "Index"))
    def news(self, name: str, index: Index, *, today: date | None = None) -> Iterator[Hit]:
        """Find the articles that a saved search has not reported yet, best first, ranked among themselves.

        They stay new until :meth:`mark_seen` is called with their ids.

        Args:
            name: name of the saved search.
            index: its index, open.
            today: the day that relative dates such as «أمس» count from. Default: the current local day.
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
    def mark_seen(self, name: str, ids: str | Iterable[str]) -> None:
        """Record that a saved search was run, and that articles were reported.

        Args:
            name: name of the saved search.
            ids: ids of the articles, such as those of the hits of :meth:`news`.
        """
        seen_ids = article_ids("ids", ids)
        with self._changing():
            # Another process may have changed or removed it while the search ran.
            known = self._read()
            seen = self._read_seen()
            self._write_seen({**seen, name: list(dict.fromkeys([*seen.get(name, ()), *seen_ids]))})
            if name in known:
                self._write({**known, name: replace(known[name], last_run=_now())})

    def _changing(self) -> AbstractContextManager[None]:
        """Lock both files while they are read, changed and replaced inside."""
        from khabar.locking import changing

        return changing(self.path, str(self.path))

    def _read(self) -> dict[str, Alert]:
        record = _read_json(self.path)
        try:
            if record.get("version", _VERSION) != _VERSION:
                raise ValueError(f"version {record['version']}, this khabar reads version {_VERSION}")
            return {name: _alert(name, each) for name, each in record.get("alerts", {}).items()}
        except (TypeError, ValueError, AttributeError) as error:
            raise SettingsError(
                f"the saved searches in {self.path} cannot be understood ({error}): repair the file or move "
                f"it away"
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


def _kept_place(index: str | Path | Address | Archives) -> str:
    """The stored place of an index, which is valid in any working directory."""
    if isinstance(index, Archives):
        return str(index.resolve())
    return str(index if isinstance(index, Address) else Path(index).resolve())


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
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        if is_of_the_system(error):
            raise SettingsUnavailable(path, error) from error
        raise SettingsError(f"{path} cannot be read ({error}): repair the file or move it away") from error
    if not isinstance(record, dict):
        raise SettingsError(f"{path} has unexpected content: repair the file or move it away")
    return record


def _write_json(path: Path, record: Mapping[str, Any], *, indent: int) -> None:
    try:
        path = target_of(path)
        make_folder(path.parent)
        content = json.dumps(record, ensure_ascii=False, indent=indent) + "\n"
        replace_file(path, [content.encode("utf-8", "replace")])
    except OSError as error:
        raise SettingsUnavailable(path, error, "written") from error
