"""Requests to a cluster, which are retried with back-off if that makes sense, and then reported as errors of
khabar. All requests go through this module.

Retries and their causes are logged to ``khabar.cluster``. No message and no log contains a password.
"""

from __future__ import annotations

import logging
import os
import random
import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from khabar.cluster.refusals import BLOCKED, Refused, Shut, refusal, with_edition
from khabar.errors import ClusterUnavailable, MissingDependency
from khabar.places import Address

__all__ = ["USER_VARIABLE", "Cluster", "Partial", "no_room"]

log = logging.getLogger("khabar.cluster")

#: The environment variables with the login for an address without one.
USER_VARIABLE, PASSWORD_VARIABLE = "KHABAR_OPENSEARCH_USER", "KHABAR_OPENSEARCH_PASSWORD"
#: The name of the service in a keyring; the login is ``USER@HOST:PORT``.
KEYRING = "khabar"
#: Statuses of transient failures: too many requests, a node that leaves or joins.
_PASSING = frozenset({429, 502, 503, 504})
#: The names of transient failures with the status 500: a node left during the request.
_PASSING_KINDS = frozenset(
    {
        "connect_transport_exception",
        "node_closed_exception",
        "node_disconnected_exception",
        "node_not_connected_exception",
        "no_shard_available_action_exception",
        "shard_not_found_exception",
    }
)
#: The seconds that a request may take, and the seconds for which a failing one is retried.
TIMEOUT, PATIENCE = 60.0, 60.0
#: The seconds for which the first request is retried.
FIRST_PATIENCE = 5.0
#: The seconds before the second attempt, and the maximum between two attempts.
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0


class _Json:
    """Serializes requests and answers; a list becomes lines. (msgspec takes a third of the time of json.)"""

    mimetype = "application/json"

    @staticmethod
    def dumps(value: Any) -> bytes:
        if isinstance(value, str | bytes):
            return value.encode() if isinstance(value, str) else value
        if isinstance(value, list):
            return b"".join(msgspec.json.encode(each) + b"\n" for each in value)
        return msgspec.json.encode(value)

    @staticmethod
    def loads(text: str | bytes) -> Any:
        return msgspec.json.decode(text)


class Cluster:
    """A cluster. Safe to share between threads.

    Args:
        address: the address of the index.
        patience: the seconds for which a request with a transient failure is retried.

    Raises:
        MissingDependency: if opensearch-py is not installed.
    """

    def __init__(self, address: Address, patience: float = PATIENCE) -> None:
        self.address = address
        self.patience = patience
        self._has_answered = False
        try:
            from opensearchpy import OpenSearch
        except ImportError as error:
            raise MissingDependency(
                "an index on a cluster needs the package opensearch-py: pip install 'khabar[opensearch]'"
            ) from error
        if address.ca and not Path(address.ca).is_file():
            raise ClusterUnavailable(address, f"there is no file {address.ca}", "certificate")
        login = _login(address)
        self._client = OpenSearch(
            [{"host": host, "port": port} for host, port in address.hosts],
            use_ssl=address.tls,
            verify_certs=address.tls,
            # Not by opensearch-py, which accepts Latin letters only.
            headers=_authorization(*login) if login else {},
            ca_certs=address.ca or None,
            # Compression would take more than half of the time of writing, which Python spends, not the
            # network.
            http_compress=False,
            timeout=TIMEOUT,
            serializer=_Json(),
            # Retried here, where it is logged.
            max_retries=0,
            pool_maxsize=32,
        )

    def __repr__(self) -> str:
        return f"Cluster({str(self.address)!r})"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        patience: float | None = None,
        timeout: float | None = None,
        **params: Any,
    ) -> Any:
        """Send a request, with retries after transient failures, and return the answer.

        Args:
            method, path: such as ``GET``, ``/news/_search``.
            body: the body to send as JSON; a list is sent as lines.
            patience: seconds to go on trying; None for those of the cluster.
            timeout: seconds that one attempt may take; None for the default.
            params: the parameters in the query string.

        Raises:
            Missing, Conflict, Refused: if the cluster refuses the request.
            ClusterUnavailable: if it does not answer in time, or does not accept the login.
        """
        from opensearchpy.exceptions import ConnectionError as NoConnection
        from opensearchpy.exceptions import ConnectionTimeout, TransportError

        if timeout is not None:
            params["request_timeout"] = timeout
        patient = self.patience if patience is None else patience
        # If the cluster has never answered, the address is probably wrong.
        end = time.monotonic() + (patient if self._has_answered else min(patient, FIRST_PATIENCE))
        wait = _FIRST_WAIT
        attempt = 1
        while True:
            try:
                answer = self._client.transport.perform_request(method, path, params=dict(params), body=body)
                self._has_answered = True
                return answer
            except ConnectionTimeout as error:
                failure = ClusterUnavailable(self.address, "it does not answer in time", "timeout")
                cause: Exception = error
            except NoConnection as error:
                failure = _not_reached(self.address, error)
                cause = error
                if failure.code != "connection":
                    raise failure from error
            except TransportError as error:
                self._has_answered = True
                refused = _refused(self.address, error)
                if refused.status in (401, 403) and not isinstance(refused, Shut):
                    raise ClusterUnavailable(self.address, _denied(refused), "login") from error
                if not _passes(refused):
                    raise with_edition(self, refused) from error
                failure = no_room(self.address, refused)
                cause = error
            if time.monotonic() + wait > end:
                log.warning("%s %s: given up after %d attempts: %s", method, path, attempt, failure.reason)
                raise failure from cause
            # Jitter, so that many clients do not retry at the same time (Brooker 2015, "Exponential backoff
            # and jitter").
            pause = wait * random.uniform(0.5, 1.0)
            log.warning("%s %s: %s; tried again in %.1f s", method, path, failure.reason, pause)
            time.sleep(pause)
            wait = min(2 * wait, _LONGEST_WAIT)
            attempt += 1

    def refused(self, status: int, error: Any) -> Refused:
        """The error for one refused part of a request.

        Args:
            status, error: the status and the error of that part in the answer.
        """
        return with_edition(self, refusal(self.address, status, error))

    def search(self, index: str, body: Mapping[str, Any], **params: Any) -> dict[str, Any]:
        """Search an index. The answer is always that of all shards.

        Raises:
            ClusterUnavailable: if a shard does not answer.
        """
        params.setdefault("allow_partial_search_results", "false")
        path = f"/{index}/_search" if index else "/_search"
        answer: dict[str, Any] = self.whole(lambda: self.request("POST", path, body, **params))
        return answer

    def msearch(
        self, searches: Sequence[tuple[str, Mapping[str, Any]]], **header: Any
    ) -> list[dict[str, Any]]:
        """Send several searches in one request, and return their answers.

        Args:
            searches: the index and the body of each search.
            header: parameters of each search, such as ``search_type``.
        """
        if not searches:
            return []
        lines: list[Any] = []
        for index, body in searches:
            lines += [{"index": index, "allow_partial_search_results": False, **header}, body]

        def ask() -> Any:
            answers = self.request("POST", "/_msearch", lines)["responses"]
            for each in answers:
                if "error" in each:
                    error = self.refused(each.get("status", 500), each["error"])
                    if _passes(error):
                        raise Partial(error.answer)
                    raise error
            return answers

        whole: list[dict[str, Any]] = self.whole(ask)
        return whole

    def whole(self, ask: Callable[[], Any]) -> Any:
        """Repeat a request until no shard is missing in the answer, as a missing one may be moving.

        Args:
            ask: returns the answer, or a list of answers, or raises :class:`Partial`.

        Raises:
            ClusterUnavailable: if a shard stays missing.
        """
        end = time.monotonic() + self.patience
        wait = _FIRST_WAIT
        while True:
            try:
                answer = ask()
                answers = answer if isinstance(answer, list) else [answer]
                missing = sum(each["_shards"]["failed"] for each in answers if "_shards" in each)
                if not missing and not any(each.get("timed_out") for each in answers):
                    return answer
                reason = (
                    f"{missing} shards of the index do not answer" if missing else "it was not ready in time"
                )
            except Partial as error:
                reason = str(error)
            if time.monotonic() + wait > end:
                raise ClusterUnavailable(self.address, f"the answer is incomplete: {reason}", "partial")
            log.warning("%s: %s; asked again in %.1f s", self.address, reason, wait)
            time.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    def bulk(self, lines: Sequence[Any], **params: Any) -> list[dict[str, Any]]:
        """Carry out several writes. Those for which the cluster had temporarily no room are sent again.

        A request that was cut off is sent again too, so a write may be done twice: each must have a condition
        (``if_seq_no``, ``op_type=create``) or be idempotent.

        Args:
            lines: as for ``_bulk``: an action, then its document if it has one.
            params: parameters such as ``refresh``.

        Returns:
            The result of each write, in order: its ``status``, ``_id``, ``_seq_no``, ``_primary_term``, and
            ``error`` if it was refused.
        """
        writes = _paired(lines)
        results: list[dict[str, Any]] = [{} for _ in writes]
        left = list(range(len(writes)))
        end = time.monotonic() + self.patience
        wait = _FIRST_WAIT
        while left:
            sent = [line for place in left for line in writes[place]]
            answer = self.request("POST", "/_bulk", sent, **params)
            again = []
            for place, item in zip(left, answer["items"], strict=True):
                results[place] = next(iter(item.values()))
                if results[place]["status"] in _PASSING:
                    again.append(place)
            left = again
            if not left:
                break
            if time.monotonic() + wait > end:
                break
            log.warning(
                "%s: no room for %d of %d writes; sent again in %.1f s",
                self.address,
                len(left),
                len(writes),
                wait,
            )
            time.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(2 * wait, _LONGEST_WAIT)
        return results


class Partial(Exception):
    """A part of an answer is temporarily missing."""


#: The permissions that the cluster names in a denial.
_RIGHTS = re.compile(r"\b(?:indices|cluster):[\w:/*]+")


def _denied(refused: Refused) -> str:
    """The reason why the cluster denies access."""
    if refused.status == 401:
        return "it requires a valid name and password"
    lacking = ", ".join(dict.fromkeys(_RIGHTS.findall(refused.said)))
    return "this user may not do that there" + (f": it takes the right {lacking}" if lacking else "")


def _passes(refused: Refused) -> bool:
    """Whether a failure is transient."""
    return refused.status in _PASSING or refused.kind in _PASSING_KINDS


def no_room(address: Address, refused: Refused) -> ClusterUnavailable:
    """The error for a write that the cluster has no room for, on its disks or in its queue of tasks."""
    if refused.kind == BLOCKED:
        return ClusterUnavailable(address, "its disks are full", "full")
    return ClusterUnavailable(address, refused.answer, "busy")


def _paired(lines: Sequence[Any]) -> list[list[Any]]:
    """The lines of each write."""
    writes: list[list[Any]] = []
    rest = iter(lines)
    for line in rest:
        writes.append([line] if "delete" in line else [line, next(rest)])
    return writes


def _login(address: Address) -> tuple[str, str] | None:
    """The name and password for a cluster, from the address, the environment or the user's keyring.

    Raises:
        ClusterUnavailable: if one of them is missing.
    """
    user = address.user or os.environ.get(USER_VARIABLE, "")
    password = address.password or os.environ.get(PASSWORD_VARIABLE, "")
    if user and not password:
        password = _from_keyring(f"{user}@{address.hosts[0][0]}:{address.hosts[0][1]}")
    if bool(user) != bool(password):
        missing = "there is a name without a password" if user else "there is a password without a name"
        raise ClusterUnavailable(address, missing, "login")
    return (user, password) if user else None


def _authorization(user: str, password: str) -> dict[str, str]:
    """The header for a login (RFC 7617)."""
    login = f"{user}:{password}".encode("utf-8", "surrogateescape")
    return {"authorization": f"Basic {b64encode(login).decode()}"}


def _from_keyring(login: str) -> str:
    try:
        import keyring
    except ImportError:
        return ""
    return keyring.get_password(KEYRING, login) or ""


def _not_reached(address: Address, error: Exception) -> ClusterUnavailable:
    from opensearchpy.exceptions import SSLError

    if isinstance(error, SSLError):
        return ClusterUnavailable(
            address, "its certificate is not trusted, or it does not speak TLS", "certificate"
        )
    from urllib3.exceptions import NameResolutionError, ProtocolError

    cause = getattr(error, "info", None)
    if isinstance(cause, NameResolutionError):
        return ClusterUnavailable(address, "there is no host of this name", "connection")
    broken_off = isinstance(cause, ProtocolError)
    reason = "nothing responds there"
    if broken_off and not address.tls:
        reason = "it closes the connection: it may require TLS, ?tls=on after the address"
    return ClusterUnavailable(address, reason, "connection")


def _refused(address: Address, error: Any) -> Refused:
    status = error.status_code if isinstance(error.status_code, int) else 500
    info = error.info if isinstance(error.info, dict) else {}
    return refusal(address, status, info.get("error", error.error))
