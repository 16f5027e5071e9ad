#!/usr/bin/env python3
"""Write docs/modules.md, the list of the modules of khabar, from the first sentence of each module's
docstring.

python docs/generate_modules.py            write it
python docs/generate_modules.py --check    exit with 1 if it is not what would be written
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from generate_api import inline, save

PAGE = Path(__file__).parent / "modules.md"
PACKAGE = Path(__file__).parents[1] / "search" / "khabar"

HEAD = """\
# Modules

<!-- Made by docs/generate_modules.py from the modules' docstrings by `make docs`. Do not edit. -->

Every module of khabar with the first sentence of its docstring. A module's docstring is its specification.
[ARCHITECTURE.md](../ARCHITECTURE.md) explains how the rooms work together.
"""

#: The rooms in reading order; a room's subfolders follow it. The front, which joins them all, comes first.
ROOMS = (
    *("", "corpus", "dates", "analysis", "entities", "index", "meaning", "ranking", "stories"),
    *("upkeep", "cluster", "joined"),
    *("query", "explore", "highlight", "desk", "render", "web", "assistants", "cli", "evaluation"),
)

_SENTENCE = re.compile(r".*?[.!?](?=\s|$)", re.DOTALL)


def page() -> str:
    """The whole list as Markdown."""
    return HEAD + "".join(_section(folder) for folder in folders())


def folders() -> list[Path]:
    """The package's folders in reading order.

    Raises:
        ValueError: if :data:`ROOMS` lacks a room.
    """
    found = [init.parent for init in PACKAGE.rglob("__init__.py")]
    return sorted(found, key=lambda each: (ROOMS.index(_room(each)), each.as_posix()))


def summary(module: Path) -> str:
    """The first sentence of a module's docstring, on one line.

    Raises:
        ValueError: if it has none.
    """
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    sentence = _SENTENCE.match(docstring.partition("\n\n")[0])
    if not sentence:
        raise ValueError(f"{module} does not begin with a docstring whose first sentence says what it is for")
    return " ".join(sentence[0].split())


def _room(folder: Path) -> str:
    parts = folder.relative_to(PACKAGE).parts
    return parts[0] if parts else ""


def _section(folder: Path) -> str:
    name = ".".join(("khabar", *folder.relative_to(PACKAGE).parts))
    lines = [f"\n## {name}\n", f"{_shown(folder / '__init__.py')}\n"]
    for module in sorted(folder.glob("*.py")):
        if module.name != "__init__.py":
            address = module.relative_to(PACKAGE.parents[1]).as_posix()
            lines.append(f"- [{module.stem.replace('_', chr(92) + '_')}](../{address}): {_shown(module)}")
    return "\n".join(lines) + "\n"


def _shown(module: Path) -> str:
    # Public names are linked to their place on the other page.
    return inline(summary(module)).replace("](#", "](api.md#")


if __name__ == "__main__":
    sys.exit(save(PAGE, page(), sys.argv[1:]))
