"""The errors that khabar raises deliberately, as one small tree.

::

    KhabarError                     catch this one to catch them all
    ├── SourceError                 an input cannot be read at all (missing, unreadable)
    ├── IndexFolderError            a folder is not an index that this khabar can use
    │   ├── IndexNotFound           there is no index there
    │   ├── IndexEmpty              the index has no articles
    │   ├── IndexMismatch           the index has another format version or analyzer
    │   ├── IndexDamaged            its files are damaged
    │   ├── IndexUnavailable        the system refuses to read or write it (also a SystemFailure)
    │   └── ClusterUnavailable      its cluster does not answer, or only in part
    ├── IndexLocked                 another process is writing to the index
    ├── IndexReadOnly               several archives are open as one, which is read-only
    ├── IndexNotInFolder            the index is on a cluster, and the request needs one in a folder
    ├── VectorsMismatch             its vectors were made by another model
    ├── MissingDependency           a package is missing or in conflict; names the command that helps
    │   └── PluginError             a plug-in is missing, broken, or named by two packages
    ├── EncoderMissing              there is no model for search by meaning, or a package for it is missing
    ├── EncoderFailed               a model gave no vectors: it crashed, took too long, or its answer is wrong
    ├── SystemFailure               the system refuses something: permissions, space, memory, open files
    │   ├── IndexUnavailable        … for a file of an index
    │   └── SettingsUnavailable     … for the user's settings or saved searches
    ├── SettingsError               the user's settings or saved searches cannot be used
    │   ├── WordsError              the user's own dictionary has invalid lines
    │   ├── DeskError               the file of a desk is damaged, of a later version, or in use
    │   └── SettingsUnavailable     the system refuses to read or write them (also a SystemFailure)
    ├── IndexClosed                 an index is used after it was closed
    ├── ArticleNotFound             an index has no article with this id (also a KeyError)
    ├── InvalidArgument             an argument or option has a value that is not accepted (also a ValueError)
    │   └── InvalidType             it has a type that is not accepted (also a TypeError)
    └── CollectionError             a retrieval collection (corpus, queries, qrels) is malformed

Each message says what was wrong, where, and what to do next.
"""

from __future__ import annotations

import errno
import os
import shlex
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Literal, TypeGuard

__all__ = [
    "ArticleNotFound",
    "ClusterUnavailable",
    "CollectionError",
    "DeskError",
    "EncoderFailed",
    "EncoderMissing",
    "IndexClosed",
    "IndexDamaged",
    "IndexEmpty",
    "IndexFolderError",
    "IndexLocked",
    "IndexMismatch",
    "IndexNotFound",
    "IndexNotInFolder",
    "IndexReadOnly",
    "IndexUnavailable",
    "InvalidArgument",
    "InvalidType",
    "KhabarError",
    "MissingDependency",
    "PluginError",
    "SettingsError",
    "SettingsUnavailable",
    "SourceError",
    "SystemFailure",
    "VectorsMismatch",
    "WordsError",
    "anew",
    "check_choice",
    "index_of",
    "index_option",
    "is_of_the_system",
    "mend",
    "renew",
]

#: The file in an index folder that names the current edition, and the mark of an unfinished edition.
EDITION = "edition.json"
BUILDING = "building"


class KhabarError(Exception):
    """Base of all errors that khabar raises on purpose; its text is written for the person who reads it."""


class SourceError(KhabarError):
    """An input cannot be read at all: it does not exist or may not be opened."""


class IndexFolderError(KhabarError):
    """A folder cannot be used as an index."""


class IndexNotFound(IndexFolderError):
    """The folder contains no khabar index."""


class IndexEmpty(IndexFolderError):
    """The index has no articles: none was committed yet, or all were removed. Raised by commands only; the
    methods of an index find nothing instead."""


class IndexMismatch(IndexFolderError):
    """The index was made with another format version or analyzer than those of this khabar."""


class IndexDamaged(IndexFolderError):
    """A file of the index is lost or damaged.

    Its arguments are attributes of the same names.

    Args:
        path: the file, or the index folder; or a text, the address of an index on a cluster.
        cause: the damage, without a full stop.
        advice: what to do. Default: the commands that repair the index.
    """

    def __init__(self, path: str | PathLike[str], cause: str, advice: str = "") -> None:
        super().__init__(path, cause, advice)
        self.path = path if _is_address(path) else Path(path)
        self.cause = cause
        self.advice = advice or mend(path if _is_address(path) else Path(path).parent)

    def __str__(self) -> str:
        return f"{self.path} cannot be read ({self.cause}). {self.advice}"


#: Errors about the file, not the system: it is lost, or a folder, a link to itself, or a socket is in its
#: place.
_OF_THE_FILE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENXIO)
_READ_REMEDIES = {
    "EACCES": "Give your user permission to read it",
    "EPERM": "Give your user permission to read it",
}
_WRITE_REMEDIES = {
    "EACCES": "Give your user permission to write there",
    "EPERM": "Give your user permission to write there",
    "EROFS": "Choose a writable place",
    "ENOSPC": "Free some space",
    "EDQUOT": "Free some space",
    "ENOTEMPTY": "Move away the folder that is in the place of an index file",
    "EFBIG": "Allow larger files (ulimit -f), or choose another file system",
}
_REMEDIES = {
    "EMFILE": "Allow this process more open files (ulimit -n)",
    "ENFILE": "Close programs that have many files open",
    "ENOMEM": "Close other programs, or allow this one more memory (ulimit -v)",
    "EIO": "Check the disk and the connection to it; if it is failing, copy what can be read to another disk",
}


def is_of_the_system(error: BaseException) -> bool:
    """Whether the system refused something (permissions, memory, too many open files, a failing disk), which
    says nothing about the contents of a file."""
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, OSError) and error.errno is not None and error.errno not in _OF_THE_FILE


class SystemFailure(KhabarError):
    """The system refused to read or write a file, whose contents may be intact.

    Args:
        path: the file or folder.
        cause: the system's error, an OSError or a MemoryError.
        action: what was refused, ``read`` or ``written``.

    Attributes:
        path: the file or folder.
        action: what was refused, ``read`` or ``written``.
        code: the system's name of the error, such as ``EMFILE``; "" if it has none.
        reason: the system's message, such as "Too many open files".
        remedy: what to do, without a full stop.
    """

    def __init__(
        self, path: str | PathLike[str], cause: BaseException, action: Literal["read", "written"] = "read"
    ) -> None:
        super().__init__(path, cause, action)
        self.path = Path(path)
        self.action = action
        number = errno.ENOMEM if isinstance(cause, MemoryError) else getattr(cause, "errno", None) or 0
        self.code = errno.errorcode.get(number, "")
        self.reason = os.strerror(number) if self.code else str(cause) or type(cause).__name__
        remedies = _REMEDIES | (_READ_REMEDIES if action == "read" else _WRITE_REMEDIES)
        self.remedy = remedies.get(self.code, "Fix the problem that the system names")

    def __str__(self) -> str:
        return f"{self.path} cannot be {self.action} ({self.reason}). {self.remedy}, then try again"


class IndexUnavailable(SystemFailure, IndexFolderError):
    """The system refused to read or write a file of an index. Earlier commits are intact."""

    def __str__(self) -> str:
        if self.action == "read":
            return super().__str__()
        return (
            f"the index {self.path} cannot be written ({self.reason}). Earlier commits are intact. "
            f"{self.remedy}, then run the same command again"
        )


#: The remedies for a cluster that cannot be used, without a full stop.
_CLUSTER_REMEDIES = {
    "connection": "Check that it runs and can be reached from here",
    "timeout": "Check whether it is overloaded",
    "busy": "Wait until it is less busy",
    "partial": "Check which of its nodes are missing",
    "login": "Set KHABAR_OPENSEARCH_USER and KHABAR_OPENSEARCH_PASSWORD, or ask for the permission",
    "certificate": "Name the file with the certificate of its authority (?ca=FILE after the address), or "
    "for a cluster without TLS ?tls=off",
    "full": "Free space on its disks and make the index writable again (docs/howto/cluster.md)",
    "closed": "Open it again (POST /INDEX/_open)",
    "blocked": "Remove the block (docs/howto/cluster.md)",
    "dropped": "Make sure that nobody is rebuilding it, and that all nodes are up",
}


class ClusterUnavailable(IndexFolderError):
    """The cluster of an index does not answer, answers only in part, or refuses access. Acknowledged writes
    stay.

    Args:
        index: the address of the index.
        reason: the problem, without a full stop.
        code: a fixed short name: ``connection``, ``timeout``, ``busy``, ``partial`` (shards are missing),
            ``login``, ``certificate``, ``full``, ``closed``, ``blocked``, or ``dropped`` (the snapshot being
            read has expired).

    Attributes:
        remedy: what to do, without a full stop.
    """

    def __init__(self, index: object, reason: str, code: str) -> None:
        super().__init__(index, reason, code)
        self.index = index
        self.reason = reason
        self.code = code
        self.remedy = _CLUSTER_REMEDIES[code]

    def __str__(self) -> str:
        return f"{self.index} cannot be used ({self.reason}). {self.remedy}, then try again"


class IndexReadOnly(KhabarError):
    """Several archives are open as one index, which can only be read.

    Args:
        archives: the names of the archives.
    """

    def __init__(self, archives: Sequence[str]) -> None:
        super().__init__(tuple(archives))
        self.archives = tuple(archives)

    def __str__(self) -> str:
        names = ", ".join(self.archives)
        return f"several archives opened as one are read-only: to write to one, open it alone ({names})"


class IndexNotInFolder(KhabarError):
    """The request needs an index in a folder, and the index is on a cluster.

    Args:
        path: the address of the index.
    """

    def __init__(self, path: object) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return (
            f"vectors are kept only in folders, and the index {self.path} is on a cluster. "
            f"Copy it to a folder with: khabar rebuild --index {self.path} --to DIR"
        )


class VectorsMismatch(KhabarError):
    """The vectors of an index were made by another model, or were removed or replaced while more were made.

    Its arguments are attributes of the same names.

    Args:
        path: the index.
        made_by: the name of the model that made them; "" if they were removed.
        model: the name of the model for further vectors.
    """

    def __init__(self, path: str | PathLike[str], made_by: str, model: str) -> None:
        super().__init__(path, made_by, model)
        self.path = path
        self.made_by = made_by
        self.model = model

    def __str__(self) -> str:
        if not self.made_by:
            again = _build(self.path)
            return (
                f"the vectors of the index {self.path} were removed in the meantime. "
                f"Make them again with: {again}"
            )
        return (
            f"the vectors of the index {self.path} were made by the model {self.made_by}, and this is "
            f"{self.model}. Name that model with --model, or make all vectors again with: "
            f"{_build(self.path)} --anew"
        )


def _build(path: str | PathLike[str]) -> str:
    return f"khabar meaning build {index_option(path)}"


class IndexLocked(KhabarError):
    """Another process (or another writer in this one) holds the index for writing."""


class MissingDependency(KhabarError):
    """A required package is missing, or a conflicting package is installed."""


_ENCODERS_MISSING = {
    "none": "no model for the meaning of texts is installed; run: {2}",
    "several": "several models are installed, and none is chosen. Choose one with: "
    "khabar config set model NAME (see: khabar meaning models)",
    "unknown": "there is no model {}. See what is installed with: khabar meaning models",
    "folder": "the folder {} is not a model ({}). docs/howto/models.md describes such a folder",
    "packages": "the model {0} needs onnxruntime and tokenizers; run: {2}",
}
_ENCODER_COMMANDS = {
    "none": "khabar meaning install multilingual-e5-small",
    "packages": "pip install 'khabar[meaning]'",
}


class EncoderMissing(KhabarError):
    """There is no model for search by meaning, or a package that it needs is missing.

    Its arguments are attributes of the same names.

    Args:
        code: a fixed short name: ``none`` (no model is installed), ``several`` (more than one is installed,
            and none is chosen), ``unknown`` (none has this name), ``folder`` (a folder is not a complete
            model), or ``packages`` (onnxruntime or tokenizers is not installed).
        model: the name or folder of the model; "" for none.
        cause: the problem of a folder, without a full stop.
        commands: the commands to run if there is no model or package, as one line for a shell; "" for the
            default command.
    """

    def __init__(self, code: str, model: str = "", cause: str = "", commands: str = "") -> None:
        super().__init__(code, model, cause, commands)
        self.code = code
        self.model = model
        self.cause = cause
        self.commands = commands or _ENCODER_COMMANDS.get(code, "")

    def __str__(self) -> str:
        return _ENCODERS_MISSING[self.code].format(self.model, self.cause, self.commands)


_ENCODERS_FAILED = {
    "died": "the model {} crashed",
    "memory": "the model {} needs more memory than is allowed",
    "time": "the model {} took longer than {} seconds",
    "start": "the model {} cannot be started ({})",
    "load": "the model {} cannot be loaded ({})",
    "error": "the model {} cannot be used ({})",
    "connection": "the embeddings server {} cannot be reached ({})",
    "status": "the embeddings server {} refuses ({})",
    "answer": "the answer of the model {} is not usable ({})",
    "inexact": "the model {} gives other results on this machine than its weights (cosine {})",
    "busy": "too many searches wait for the model {}",
    "loading": "the model {} is still being loaded",
}


class EncoderFailed(KhabarError):
    """A model gave no vectors. Search by words works without them.

    Its arguments are attributes of the same names.

    Args:
        code: a fixed short name: ``died`` (its process ended), ``memory`` (it needed more than allowed),
            ``time``, ``start`` (its process could not be started), ``load`` (the model could not be loaded),
            ``error`` (its library raised an error), ``connection``, ``status`` (a server answered with an
            error), ``answer`` (the answer makes no sense), ``inexact`` (its vectors differ from those of its
            weights), ``busy`` (too many searches wait for it), or ``loading`` (it is still being loaded).
        model: its name, or the address of a server.
        cause: the problem, without a full stop; for ``time``, the seconds; for ``inexact``, the cosine.
    """

    def __init__(self, code: str, model: str, cause: str = "") -> None:
        super().__init__(code, model, cause)
        self.code = code
        self.model = model
        self.cause = cause

    def __str__(self) -> str:
        return _ENCODERS_FAILED[self.code].format(self.model, self.cause)


class PluginError(MissingDependency):
    """A plug-in cannot be used (:mod:`khabar.plugins`).

    Its arguments are attributes of the same names.

    Args:
        group: the group of entry points, such as ``khabar.readers``.
        name: the name of the plug-in.
        code: a fixed short name: ``missing`` (no package has it), ``conflict`` (several have it), ``broken``
            (importing or calling it failed), ``other-api`` (it was written for another version of the
            protocol), or ``incomplete`` (it lacks attributes that its group requires).
        packages: the packages that have it.
        detail: for ``missing`` the existing names; for ``broken`` the error; for ``incomplete`` the missing
            attributes.

    Attributes:
        cause: the problem and what to do, without a full stop.
    """

    def __init__(
        self, group: str, name: str, code: str, packages: Sequence[str] = (), detail: str = ""
    ) -> None:
        super().__init__(group, name, code, tuple(packages), detail)
        self.group = group
        self.name = name
        self.code = code
        self.packages = tuple(packages)
        self.detail = detail
        of = ", ".join(packages)
        there = f"there are: {detail}" if detail else "there is none"
        self.cause = {
            "missing": f"no installed package has it ({there})",
            "conflict": f"several packages have one of this name: uninstall all but one of {of}",
            "other-api": f"{detail}: install a release of {of} that fits",
            "incomplete": f"it lacks {detail}: tell the authors of {of}",
        }.get(code, f"it fails: {detail}" + (f" (package {of})" if of else ""))

    @classmethod
    def failed(cls, group: str, name: str, error: BaseException, packages: Sequence[str] = ()) -> PluginError:
        """The error for a plug-in that raised another.

        Args:
            group, name, packages: as above.
            error: the error.
        """
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return cls(group, name, "broken", packages, said)

    def __str__(self) -> str:
        return f"the plug-in «{self.name}» of {self.group} cannot be used: {self.cause}"


class SettingsError(KhabarError):
    """The user's settings, saved searches or desk are missing, malformed, or not writable."""


class WordsError(SettingsError):
    """A file of a reader's own words has invalid lines.

    Args:
        file: its path.
        mistakes: the number of each invalid line, from 1 (0 for the whole file), and the mistake.
    """

    def __init__(self, file: str, mistakes: Sequence[tuple[int, str]]) -> None:
        super().__init__(file, mistakes)
        self.file = file
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        number, wrong = self.mistakes[0]
        place = f"{self.file}, line {number}" if number else self.file
        rest = len(self.mistakes) - 1
        more = f" (and {rest} more: khabar words check)" if rest else ""
        return f"{place}: {wrong}{more}"


class DeskError(SettingsError):
    """The file with the stars, notes and lists of an index cannot be used.

    Its arguments are attributes of the same names.

    Args:
        path: the file.
        cause: the problem, without a full stop.
        code: a fixed short name: ``damaged``, ``foreign`` (of another program), ``newer`` (of a later
            khabar), or ``busy`` (another program is changing it).
        advice: what to do, without a full stop.
    """

    def __init__(self, path: str | PathLike[str], cause: str, code: str, advice: str) -> None:
        super().__init__(path, cause, code, advice)
        self.path = Path(path)
        self.cause = cause
        self.code = code
        self.advice = advice

    def __str__(self) -> str:
        return f"the desk {self.path} cannot be used ({self.cause}). {self.advice}"


class SettingsUnavailable(SystemFailure, SettingsError):
    """The system refused to read or write the user's settings, saved searches or desk."""


class IndexClosed(KhabarError):
    """An index was used after it was closed."""


class ArticleNotFound(KhabarError, KeyError):
    """An index has no article with the requested id."""

    # That of KeyError would show the message in quotation marks.
    __str__ = Exception.__str__


class InvalidArgument(KhabarError, ValueError):
    """An argument of a call has a value that is not accepted. The terminal command reports it for the option
    of that name.

    Its arguments are attributes of the same names.

    Args:
        name: the argument.
        value: the given value.
        reason: the problem and what is accepted instead, for display.
        code: a fixed short name for programs: ``choice`` (not one of a few words), ``type``, ``date``,
            ``period`` (it ends before it begins), ``unknown-source``, ``unknown-author``,
            ``unknown-section``, ``unknown-tag``, ``unknown-language``, ``unknown-place``, ``unknown-field``,
            ``unknown-value`` (of a kept field), ``pair`` (not NAME=VALUE), ``zone``, ``too-large`` (a query
            that is too large for a cluster), or ``value`` for anything else. For a parameter of a server's
            address also ``unknown-parameter``, ``repeated``, ``required``, ``number`` (not a number within
            bounds), ``encoding``, ``lines`` (too many at once) and ``cursor``.
        choices: the accepted values, or for an unknown name, the most similar ones.
    """

    def __init__(
        self, name: str, value: object, reason: str, code: str = "value", choices: Sequence[str] = ()
    ) -> None:
        super().__init__(name, value, reason, code, tuple(choices))
        self.name = name
        self.value = value
        self.reason = reason
        self.code = code
        self.choices = tuple(choices)

    def __str__(self) -> str:
        # The value may be a whole article.
        import reprlib

        return f"{self.name}={reprlib.repr(self.value)}: {self.reason}"


class InvalidType(InvalidArgument, TypeError):
    """An argument of a call has a type that is not accepted: an :class:`InvalidArgument` with the code
    ``type``.

    Args:
        name: the argument.
        value: the given value.
        reason: what is accepted instead, for display.
    """

    def __init__(self, name: str, value: object, reason: str) -> None:
        super().__init__(name, value, reason, "type")

    def __reduce__(self) -> tuple[type[InvalidType], tuple[str, object, str]]:
        return type(self), (self.name, self.value, self.reason)


class CollectionError(KhabarError):
    """A retrieval collection's files are missing or malformed."""


def index_of(folder: str | PathLike[str]) -> Path:
    """The index folder of a folder with an index's files, which may be an edition
    (:mod:`khabar.index.editions`)."""
    folder = Path(folder)
    if folder.name.startswith("edition-") and (
        (folder / BUILDING).is_file() or (folder.parent / EDITION).is_file()
    ):
        return folder.parent
    return folder


def mend(folder: str | PathLike[str]) -> str:
    """The commands that repair a damaged index."""
    return f"Repair it with: {_again(folder)}"


def mend_vectors(folder: str | PathLike[str]) -> str:
    """The command that repairs the vectors of an index, which works without them."""
    return f"Searches by words work without it. Repair it with: khabar meaning build {index_option(folder)}"


def renew(folder: str | PathLike[str]) -> str:
    """The commands that make an index of another version usable."""
    return f"Rebuild it with: {_again(folder)}"


def anew(folder: str | PathLike[str]) -> str:
    """The command that makes an index again from its sources."""
    return f"Build it again from the sources with: khabar index SOURCE... {index_option(folder)} --new"


def _again(folder: str | PathLike[str]) -> str:
    index = index_option(folder)
    return (
        f"khabar rebuild {index}; or build it again from the sources with: "
        f"khabar index SOURCE... {index} --new"
    )


def index_option(folder: str | PathLike[str]) -> str:
    """The option that names an index, quoted for a shell."""
    return f"--index {shlex.quote(str(folder if _is_address(folder) else index_of(folder)))}"


def _is_address(place: str | PathLike[str]) -> TypeGuard[str]:
    """Whether a place is the address of an index on a cluster, which a Path would damage."""
    return isinstance(place, str) and "://" in place


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Raise :class:`InvalidArgument` unless the value of an argument is one of a few words."""
    if value not in choices:
        raise InvalidArgument(name, value, f"it is one of: {', '.join(choices)}", "choice", choices)
