"""Where an index is: a folder, or the address of one on a cluster, such as ``opensearch://host:9200/news``;
or where several are that are searched as one."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from khabar.arguments import folder
from khabar.errors import InvalidArgument, InvalidType
from khabar.patterns import lazy_pattern

__all__ = [
    "SCHEME",
    "Address",
    "Archives",
    "OnePlace",
    "Place",
    "archives_of",
    "is_address",
    "is_archive_name",
    "named_texts",
    "place",
    "place_of",
    "places",
    "places_of",
    "without_password",
]

SCHEME = "opensearch://"
_PORT = 9200
#: What OpenSearch accepts as the name of an index, without what parts the names of an edition's indices.
_NAME = lazy_pattern(r"[a-z0-9][a-z0-9_-]{0,199}")
#: What begins as an address does, also one of another kind («http://»): no folder is meant. A single letter
#: is a drive of Windows.
_SCHEME_LIKE = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_OPTIONS = ("tls", "ca", "shards", "replicas")
_MOST = 1024


class Address(msgspec.Struct, frozen=True):
    """Where an index on a cluster is. It never shows a password.

    Attributes:
        hosts: the nodes to ask, each with its port.
        name: of the index; an alias in the cluster has this name.
        tls: whether connections are encrypted and the certificate verified. Without ``?tls=`` they are,
            unless all hosts are this machine.
        ca: path of a file with certificates to trust beside those of the system; "" for none.
        shards, replicas: of a new index: how many parts its articles are in, and how many copies there are of
            each beside the first; −1 where the address does not say.
        user, password: from the address; "" where they come from the environment or a keyring.
    """

    hosts: tuple[tuple[str, int], ...]
    name: str
    tls: bool
    ca: str = ""
    shards: int = -1
    replicas: int = -1
    user: str = ""
    password: str = ""

    def __str__(self) -> str:
        from urllib.parse import quote

        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        options = [f"ca={self.ca}"] if self.ca else []
        if self.tls == all(_is_local(host) for host, _ in self.hosts):
            options.insert(0, f"tls={'on' if self.tls else 'off'}")
        options += [f"shards={self.shards}"] if self.shards >= 0 else []
        options += [f"replicas={self.replicas}"] if self.replicas >= 0 else []
        login = f"{quote(self.user, safe='')}@" if self.user else ""
        return f"{SCHEME}{login}{hosts}/{self.name}" + ("?" + "&".join(options) if options else "")

    def __repr__(self) -> str:
        return f"Address({str(self)!r})"

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address that a text is: ``opensearch://[USER[:PASSWORD]@]HOST[:PORT][,HOST…]/NAME``, with
        ``?tls=on`` or ``off`` and ``ca=FILE`` if needed; for a new index also ``shards=3``, ``replicas=1``.

        Args:
            text: such as ``opensearch://localhost:9200/news``.

        Raises:
            InvalidArgument: if it is not understood; the message does not repeat a password.
        """
        from urllib.parse import parse_qsl, unquote

        scheme, _, rest = text.partition(":")
        slashes = rest[: len(rest) - len(rest.lstrip("/"))]
        rest = rest[len(slashes) :]
        # Whatever stands before the last «@» may be a password.
        login, at, rest = rest.rpartition("@")
        shown = f"{scheme}:{slashes}{'…@' if at else ''}{rest}"

        def refuse(reason: str) -> InvalidArgument:
            return InvalidArgument("index", shown, f"{reason}; write it as {SCHEME}HOST:9200/NAME")

        if f"{scheme.lower()}:{slashes[:2]}" != SCHEME:
            raise refuse(f"an address begins with {SCHEME}")
        if re.search("[@/?#]", login):
            raise refuse(
                "there is one name and password, before the first host; in them @ / ? # and % are written "
                "%40 %2F %3F %23 and %25"
            )
        user, _, password = login.partition(":")
        # Not by urlsplit, which refuses several hosts if one is an address of IPv6 (Python 3.14).
        place, _, query = rest.partition("?")
        named, _, path = place.partition("/")
        name = path.strip("/")
        if "#" in rest:
            raise refuse("nothing may follow #")
        if not named:
            raise refuse("the host is missing")
        if not _NAME.fullmatch(name):
            raise refuse(
                "the name of an index on a cluster has Latin small letters, digits, «-» and «_» only"
                if name
                else "the name of the index is missing"
            )
        hosts = tuple(_host(each, refuse) for each in named.split(","))
        options = dict(parse_qsl(query, keep_blank_values=True))
        if unknown := [each for each in options if each not in _OPTIONS]:
            raise refuse(f"there is no option «{unknown[0]}» (there are: {', '.join(_OPTIONS)})")
        tls = options.get("tls", "")
        if tls not in ("", "on", "off"):
            raise refuse("tls is on or off")
        encrypted = tls == "on" if tls else not all(_is_local(host) for host, _ in hosts)
        counts = dict.fromkeys(("shards", "replicas"), -1)
        for each in counts:
            if each in options:
                if not re.fullmatch(r"\d{1,4}", options[each]) or int(options[each]) > _MOST:
                    raise refuse(f"{each} is a number up to {_MOST}")
                counts[each] = int(options[each])
        if counts["shards"] == 0:
            raise refuse("there is at least one shard")
        return cls(
            hosts,
            name,
            encrypted,
            options.get("ca", ""),
            **counts,
            user=unquote(user),
            password=unquote(password),
        )


def _host(text: str, refuse: Any) -> tuple[str, int]:
    """A host and its port."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]/\s]+)(?::(\d{1,5}))?", text)
    if match is None or int(match[2] or _PORT) > 65_535:
        raise refuse(f"«{text}» is no host and port")
    return match[1].strip("[]"), int(match[2] or _PORT)


def _is_local(host: str) -> bool:
    """Whether a host is this machine: nobody else can listen to what goes there."""
    if host == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


#: Between the archives of one text: a colon is in every address, and in paths of Windows.
_BETWEEN = ";"
#: A name before a place: «agency=indexes/2024». A name has no sign of a path or an address.
_NAMED = lazy_pattern(r"\s*([^=:;/\\]+?)\s*=\s*(.+)", re.DOTALL)


class Archives(msgspec.Struct, frozen=True):
    """Several indexes that are searched as one, each with a name. Made by :func:`archives_of`.

    Attributes:
        members: the name and the place of each, in order: if two have the same article, it comes from the
            first.
    """

    members: tuple[tuple[str, Path | Address], ...]

    def __str__(self) -> str:
        """A text from which :func:`places_of` makes them again; it shows no password."""
        own = _own_names([place for _, place in self.members])
        return f"{_BETWEEN} ".join(
            str(place) if name == usual else f"{name}={place}"
            for (name, place), usual in zip(self.members, own, strict=True)
        )

    def __repr__(self) -> str:
        return f"Archives({str(self)!r})"

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(name for name, _ in self.members)

    def resolve(self) -> Archives:
        """The same with absolute paths, to be kept."""
        return Archives(
            tuple(
                (name, place.resolve() if isinstance(place, Path) else place) for name, place in self.members
            )
        )


#: The folder or address of an index that can be written to.
OnePlace = Path | Address
#: The same, or those of several that are searched as one.
Place = OnePlace | Archives


def archives_of(members: Iterable[tuple[str, Place]]) -> Place:
    """Several places as one; a single one as itself.

    Args:
        members: names and places; those without a name («») are called as their folder, or as the index at
            their address, with the folder above it where two are called alike.

    Raises:
        InvalidArgument: if there is none, or a name or a place is there twice.
    """
    given: list[tuple[str, Path | Address]] = []
    for name, place in members:
        # A set in a set.
        given += place.members if isinstance(place, Archives) else [(name.strip(), place)]
    if not given:
        raise InvalidArgument("index", (), "no archive is named: at least one is required")
    known: dict[object, str] = {}
    for _, place in given:
        identity = place if isinstance(place, Address) else place.resolve()
        if identity in known:
            raise InvalidArgument("index", str(place), "it is named twice, and would be searched once")
        known[identity] = str(place)
    if len(given) == 1:
        return given[0][1]
    usual = _own_names([place for _, place in given])
    names = [name or own for (name, _), own in zip(given, usual, strict=True)]
    for name, count in Counter(names).items():
        if count > 1:
            raise InvalidArgument("index", name, "two archives have this name: give them others, NAME=PLACE")
        if not is_archive_name(name):
            raise InvalidArgument("index", name, "the name of an archive has no : ; = or slash")
    return Archives(tuple(zip(names, (place for _, place in given), strict=True)))


def is_archive_name(name: str) -> bool:
    """Whether an archive can be called so.

    >>> is_archive_name("وكالة 2024"), is_archive_name("a=b"), is_archive_name("a/b")
    (True, False, False)
    """
    found = _NAMED.fullmatch(f"{name}=.")
    return found is not None and found[1] == name


def _own_names(places: Iterable[Path | Address]) -> list[str]:
    """What some places are called: as their folders, with the ones above where that is not enough."""
    parts = [
        [place.name, *(host for host, _ in place.hosts[:1])]
        if isinstance(place, Address)
        else [part for part in reversed(place.resolve().parts) if part != place.anchor]
        for place in places
    ]
    names: list[str] = []
    for own in parts:
        alike = [other for other in parts if other is not own]
        depth = 1
        while depth < len(own) and any(other[:depth] == own[:depth] for other in alike):
            depth += 1
        names.append("-".join(reversed(own[:depth])))
    # Two hosts with one name, on two ports.
    counts = Counter(names)
    return [
        f"{name}-{names[: place + 1].count(name)}" if counts[name] > 1 else name
        for place, name in enumerate(names)
    ]


def is_address(place: object) -> bool:
    """Whether what names an index is meant as an address, though perhaps a wrong one; else it is a folder."""
    return isinstance(place, Address) or (isinstance(place, str) and _SCHEME_LIKE.match(place) is not None)


def without_password(place: str) -> str:
    """What a setting or variable says of a place, to be shown: without what may be a password.

    >>> without_password("opensearch://desk:secret@one:9200/news"), without_password("indexes/news")
    ('opensearch://desk:…@one:9200/news', 'indexes/news')
    """
    scheme, _, rest = place.partition("//")
    login, at, rest = rest.rpartition("@")
    if not is_address(place) or not at:
        return place
    return f"{scheme}//{login.partition(':')[0]}:…@{rest}"


def place_of(place: str | os.PathLike[str] | Address) -> Path | Address:
    """The folder or address that is meant.

    Raises:
        InvalidArgument: if it is an address that is not understood.
    """
    if isinstance(place, Address):
        return place
    text = os.fspath(place)
    return Address.parse(text) if isinstance(place, str) and is_address(text) else Path(text)


def places_of(text: str) -> Place:
    """The place that a text names, or several with «;» between them, each perhaps with a name before it:
    ``indexes/news; agency=opensearch://host:9200/agency``. A folder with «;» in its name is taken as it is.

    Raises:
        InvalidArgument: if an address is not understood, or a name or a place is there twice.
    """
    return archives_of((name, place_of(each)) for name, each in named_texts(text))


def named_texts(text: str) -> list[tuple[str, str]]:
    """The places in a text, each as a text and with the name before it; "" for none. What is a folder is not
    taken apart.

    >>> named_texts("indexes/news; agency=opensearch://host:9200/agency")
    [('', 'indexes/news'), ('agency', 'opensearch://host:9200/agency')]
    """
    if not is_address(text) and Path(text).exists():
        return [("", text)]
    found = []
    for each in text.split(_BETWEEN):
        named = None if Path(each.strip()).exists() else _NAMED.fullmatch(each)
        if named:
            found.append((named[1], named[2].strip()))
        elif each.strip() or _BETWEEN not in text:
            found.append(("", each.strip() if _BETWEEN in text else each))
    return found


def place(name: str, value: object) -> Path | Address:
    """The check of an argument (:mod:`khabar.arguments`) that says where one index is."""
    if isinstance(value, Archives):
        raise InvalidArgument(name, str(value), "this needs a single index")
    return value if isinstance(value, Address) else place_of(folder(name, value))


def places(name: str, value: object) -> Place:
    """The check of an argument that says where an index is, or several: a list of places, or a dict of names
    and places."""
    if isinstance(value, Archives):
        return value
    if isinstance(value, Mapping):
        named = []
        for key, each in value.items():
            if not isinstance(key, str) or not key.strip():
                raise InvalidType(
                    name, value, f"the name of an archive is a str that is not empty, not {key!r}"
                )
            named.append((key, place(f"{name}[{key!r}]", each)))
        return archives_of(named)
    if isinstance(value, list | tuple):
        return archives_of(("", place(f"{name}[{number}]", each)) for number, each in enumerate(value))
    return place(name, value)
