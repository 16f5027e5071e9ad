"""Formats of results that other packages add: plug-ins of the group ``khabar.views``.

The name of the entry point is the name of the format: ``--format NAME``. The output of a plug-in cannot
control a terminal: all control characters except line ends and tabs are made visible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from khabar import plugins
from khabar.errors import PluginError
from khabar.spelling import controls_shown

if TYPE_CHECKING:
    from khabar.render.view import View

__all__ = ["GROUP", "PluggedResult", "ViewPlugin", "plugged_lines"]

GROUP = "khabar.views"
"""The group of the entry points of such packages."""


class PluggedResult(msgspec.Struct, frozen=True):
    """The result of a command, as a plug-in gets it.

    Attributes:
        command: the command, such as ``khabar search``.
        language: the language of messages: ``en`` or ``ar``.
        record: the object of ``--format json``.
        rows: the objects of ``--format jsonl``.
    """

    command: str
    language: str
    record: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]


class ViewPlugin(plugins.PluginProtocol, Protocol):
    """A plug-in for a format of results: a module, or an object, with these names."""

    def render(self, result: PluggedResult) -> Iterable[str]:
        """The lines of a result, without line ends."""


def plugged_lines(name: str, view: View, command: str, language: str) -> list[str]:
    """The lines of a result in the format of a plug-in.

    Args:
        name: the name of the format.
        view: the result.
        command, language: as for :class:`PluggedResult`.

    Raises:
        PluginError: if the plug-in cannot be used, or fails.
    """
    plugin: ViewPlugin = plugins.load(GROUP, name)
    result = PluggedResult(command, language, view.record(), list(view.rows()))
    try:
        return [controls_shown(line) for line in plugin.render(result)]
    except Exception as error:
        raise PluginError.failed(GROUP, name, error) from error
