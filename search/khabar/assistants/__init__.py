"""Tools with which a language model searches an index, over the Model Context Protocol.

https://modelcontextprotocol.io
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khabar.errors import MissingDependency

if TYPE_CHECKING:
    from khabar.library import Index

__all__ = ["loaded", "serve_stdio"]


async def serve_stdio(index: Index) -> None:
    """Answer an assistant over stdin and stdout until it closes them.

    Raises:
        MissingDependency: if the package of the protocol is missing.
    """
    await loaded().serve_stdio(index)


def loaded() -> Any:
    """The module :mod:`khabar.assistants.server`, which needs the package of the protocol.

    Raises:
        MissingDependency: if that package is missing.
    """
    try:
        import mcp  # noqa: F401
    except ImportError as error:
        raise MissingDependency('tools for assistants need a package: pip install "khabar[mcp]"') from error
    from khabar.assistants import server

    return server
