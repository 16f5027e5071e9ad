"""The places of indexes: a folder, the address of an index on a cluster, such as
``opensearch://host:9200/news``, or several of these searched as one."""

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
from khabar.user_folders import user_folder

__all__ = [
    "SCHEME",
    "Address",
    "Archives",
    "OnePlace",
    "Place",
    "archives_of",
    "default_place",
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
#: The names that OpenSearch accepts for an index, without the signs that separate the parts of an edition's
#: index names.
_NAME = lazy_pattern(r"[a-z0-9][a-z0-9_-]{0,199}")
#: The beginning of an address, also of another kind («http://»). A single letter is a Windows drive.
_SCHEME_LIKE = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_OPTIONS = ("tls", "ca", "shards", "replicas")
_MOST = 1024


class Address(msgspec.Struct, frozen=True):
    """The address of an index on a cluster. Its text never shows the password.

    Attributes:
        hosts: the nodes to connect to, each with its port.
        name: the name of the index, which is an alias in the cluster.
        tls: whether connections are encrypted and the certificate verified. The default is yes, unless all
            hosts are this machine.
        ca: the path of a file with certificates to trust besides those of the system; "" for none.
        shards, replicas: the number of shards of a new index, and the number of copies of each; −1 where
            the address does not say.
        user, password: the login in the address; "" where it comes from the environment or a keyring.
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
        """Parse ``opensearch://[USER[:PASSWORD]@]HOST[:PORT][,HOST…]/NAME``, with ``?tls=on`` or ``off`` and
        ``ca=FILE`` if needed; for a new index also ``shards=3`` and ``replicas=1``.

        Args:
            text: an address, such as ``opensearch://localhost:9200/news``.

        Raises:
            InvalidArgument: if the text is not an address; the message does not repeat a password.
        """
        from urllib.parse import parse_qsl, unquote

        scheme, _, rest = text.partition(":")
        slashes = rest[: len(rest) - len(rest.lstrip("/"))]
        rest = rest[len(slashes) :]
        # Everything before the last «@» may be a password.
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
        # urlsplit refuses several hosts if one is an IPv6 address (Python 3.14).
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
        hosts = tuple(_host(host, refuse) for host in named.split(","))
        options = dict(parse_qsl(query, keep_blank_values=True))
        if unknown := [option for option in options if option not in _OPTIONS]:
            raise refuse(f"there is no option «{unknown[0]}» (there are: {', '.join(_OPTIONS)})")
        tls = options.get("tls", "")
        if tls not in ("", "on", "off"):
            raise refuse("tls is on or off")
        encrypted = tls == "on" if tls else not all(_is_local(host) for host, _ in hosts)
        counts = dict.fromkeys(("shards", "replicas"), -1)
        for option in counts:
            if option in options:
                if not re.fullmatch(r"\d{1,4}", options[option]) or int(options[option]) > _MOST:
                    raise refuse(f"{option} is a number up to {_MOST}")
                counts[option] = int(options[option])
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
    """Split a host from its port."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]/\s]+)(?::(\d{1,5}))?", text)
    if match is None or int(match[2] or _PORT) > 65_535:
        raise refuse(f"«{text}» is no host and port")
    return match[1].strip("[]"), int(match[2] or _PORT)


def _is_local(host: str) -> bool:
    """Whether a host is this machine, so that nobody else can listen to the connection."""
    if host == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


#: Separates the archives of one text. A colon would not do: it is in every address and in Windows paths.
_BETWEEN = ";"
#: A name before a place: «agency=indexes/2024». The name has no sign of a path or an address.
_NAMED = lazy_pattern(r"\s*([^=:;/\\]+?)\s*=\s*(.+)", re.DOTALL)


class Archives(msgspec.Struct, frozen=True):
    """Several named indexes that are searched as one. Made by :func:`archives_of`.

    Attributes:
        members: the name and the place of each archive, in order. An article that several archives have
            comes from the first of them.
    """

    members: tuple[tuple[str, Path | Address], ...]

    def __str__(self) -> str:
        """The text that :func:`places_of` reads, without passwords."""
        defaults = _default_names([place for _, place in self.members])
        return f"{_BETWEEN} ".join(
            str(place) if name == default else f"{name}={place}"
            for (name, place), default in zip(self.members, defaults, strict=True)
        )

    def __repr__(self) -> str:
        return f"Archives({str(self)!r})"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the archives, in order."""
        return tuple(name for name, _ in self.members)

    def resolve(self) -> Archives:
        """The same archives with absolute paths, which stay valid in another working directory."""
        return Archives(
            tuple(
                (name, place.resolve() if isinstance(place, Path) else place) for name, place in self.members
            )
        )


#: The folder or address of an index that can be written to.
OnePlace = Path | Address
#: The same, or several of these that are searched as one.
Place = OnePlace | Archives


def archives_of(members: Iterable[tuple[str, Place]]) -> Place:
    """Join several places into one; a single place stays as it is.

    Args:
        members: names and places. A place with the name "" is named after its folder, or after the index at
            its address; where two names are equal, the folder above is added.

    Raises:
        InvalidArgument: if there is no place, or a name or a place is given twice.
    """
    given: list[tuple[str, Path | Address]] = []
    for name, place in members:
        given += place.members if isinstance(place, Archives) else [(name.strip(), place)]
    if not given:
        raise InvalidArgument("index", (), "no archive is named: at least one is required")
    seen: set[object] = set()
    for _, place in given:
        identity = place if isinstance(place, Address) else place.resolve()
        if identity in seen:
            raise InvalidArgument("index", str(place), "it is named twice, and would be searched once")
        seen.add(identity)
    if len(given) == 1:
        return given[0][1]
    defaults = _default_names([place for _, place in given])
    names = [name or default for (name, _), default in zip(given, defaults, strict=True)]
    for name, count in Counter(names).items():
        if count > 1:
            raise InvalidArgument("index", name, "two archives have this name: give them others, NAME=PLACE")
        if not is_archive_name(name):
            raise InvalidArgument("index", name, "the name of an archive has no : ; = or slash")
    return Archives(tuple(zip(names, (place for _, place in given), strict=True)))


def is_archive_name(name: str) -> bool:
    """Whether a text can be the name of an archive.

    >>> is_archive_name("وكالة 2024"), is_archive_name("a=b"), is_archive_name("a/b")
    (True, False, False)
    """
    match = _NAMED.fullmatch(f"{name}=.")
    return match is not None and match[1] == name


def _default_names(places: Iterable[Path | Address]) -> list[str]:
    """Name each place after its folder, with the folders above it where names would be equal."""
    parts = [
        [place.name, *(host for host, _ in place.hosts[:1])]
        if isinstance(place, Address)
        else [part for part in reversed(place.resolve().parts) if part != place.anchor]
        for place in places
    ]
    names: list[str] = []
    for path in parts:
        others = [other for other in parts if other is not path]
        depth = 1
        while depth < len(path) and any(other[:depth] == path[:depth] for other in others):
            depth += 1
        names.append("-".join(reversed(path[:depth])))
    # One host may have an index of the same name on two ports.
    counts = Counter(names)
    return [
        f"{name}-{names[: number + 1].count(name)}" if counts[name] > 1 else name
        for number, name in enumerate(names)
    ]


def is_address(place: object) -> bool:
    """Whether the place of an index is an address, perhaps an invalid one, and not a folder."""
    return isinstance(place, Address) or (isinstance(place, str) and _SCHEME_LIKE.match(place) is not None)


def without_password(place: str) -> str:
    """The text of a place without what may be a password, to be shown.

    >>> without_password("opensearch://desk:secret@one:9200/news"), without_password("indexes/news")
    ('opensearch://desk:…@one:9200/news', 'indexes/news')
    """
    scheme, _, rest = place.partition("//")
    login, at, rest = rest.rpartition("@")
    if not is_address(place) or not at:
        return place
    return f"{scheme}//{login.partition(':')[0]}:…@{rest}"


def place_of(place: str | os.PathLike[str] | Address) -> Path | Address:
    """Read one place, a folder or an address.

    Raises:
        InvalidArgument: if it is an invalid address.
    """
    if isinstance(place, Address):
        return place
    text = os.fspath(place)
    return Address.parse(text) if isinstance(place, str) and is_address(text) else Path(text)


def places_of(text: str) -> Place:
    """Read one place, or several separated by «;», each optionally with a name before it:
    ``indexes/news; agency=opensearch://host:9200/agency``. An existing folder with «;» in its name is one
    place.

    Raises:
        InvalidArgument: if an address is invalid, or a name or a place is given twice.
    """
    return archives_of((name, place_of(part)) for name, part in named_texts(text))


def default_place() -> Place:
    """The default place of the index: ``$KHABAR_INDEX``, a folder or an address, or several of these
    separated by «;»; else ``indexes/news`` if the current folder has ``indexes/``; else the user's data
    folder."""
    named = os.environ.get("KHABAR_INDEX")
    if named:
        return places_of(named)
    if Path("indexes").is_dir():
        return Path("indexes/news")
    return user_folder("data") / "news"


def named_texts(text: str) -> list[tuple[str, str]]:
    """Split a text into pairs of a name, or "", and the text of a place. The path of an existing folder is
    not split.

    >>> named_texts("indexes/news; agency=opensearch://host:9200/agency")
    [('', 'indexes/news'), ('agency', 'opensearch://host:9200/agency')]
    """
    if not is_address(text) and Path(text).exists():
        return [("", text)]
    places = []
    for part in text.split(_BETWEEN):
        named = None if Path(part.strip()).exists() else _NAMED.fullmatch(part)
        if named:
            places.append((named[1], named[2].strip()))
        elif part.strip() or _BETWEEN not in text:
            places.append(("", part.strip() if _BETWEEN in text else part))
    return places


def place(name: str, value: object) -> Path | Address:
    """Check an argument (:mod:`khabar.arguments`) that is the place of one index."""
    if isinstance(value, Archives):
        raise InvalidArgument(name, str(value), "this needs a single index")
    return value if isinstance(value, Address) else place_of(folder(name, value))


def places(name: str, value: object) -> Place:
    """Check an argument that is the place of an index or of several: a list of places, or a dict of names and
    places."""
    if isinstance(value, Archives):
        return value
    if isinstance(value, Mapping):
        named = []
        for key, member in value.items():
            if not isinstance(key, str) or not key.strip():
                raise InvalidType(
                    name, value, f"the name of an archive is a str that is not empty, not {key!r}"
                )
            named.append((key, place(f"{name}[{key!r}]", member)))
        return archives_of(named)
    if isinstance(value, list | tuple):
        return archives_of(("", place(f"{name}[{number}]", member)) for number, member in enumerate(value))
    return place(name, value)
