"""The rooms have an order, and none imports from a room above it; the same is true of the folders of the
corpus room. There are no circular imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import khabar

ROOT = Path(khabar.__file__).parent

#: From the bottom to the top; rooms in one line do not import one another. A room may import those before
#: it. The modules at the bottom belong to no room: each is used by several.
ORDER = (
    "arguments caching digests errors locking notices patterns places plugins replacing serialize "
    "speaking spelling stopping user_folders zones _version",
    "analysis dates",
    "entities",
    "corpus",
    "index",
    "meaning",
    "ranking",
    "stories",
    "highlight",
    "query",
    "explore",
    "upkeep",
    "cluster",
    "joined",
    "library",
    "folders paging",
    "alerts desk rebuild",
    "copying",
    "evaluation",
    "render",
    "web",
    "assistants",
    "cli",
    "__main__",
)
#: The folders of the corpus room in the same way; "" stands for the modules in the room itself.
CORPUS = (
    "",
    "formats",
    "pieces",
    "text",
    "records",
    "xml web mail tables",
    "wires office ocr",
    "pdf compound exports",
    "reading",
)
FLOOR = {room: number for number, rooms in enumerate(ORDER) for room in rooms.split()}


def modules() -> dict[str, Path]:
    """The file of each module, by its name, without the package itself, which re-exports the public names."""
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    del found["khabar"]
    return found


def imports(name: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules that a module imports, anywhere in it, also only for types or on first use."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} has a relative import in line {node.lineno}"
            for each in node.names:
                module = f"{node.module}.{each.name}"
                if module in known:
                    yield module
                elif node.module in known and node.module != name:
                    yield str(node.module)


def room(module: str) -> str:
    return module.split(".")[1]


@pytest.fixture(scope="module")
def imported() -> dict[str, set[str]]:
    known = modules()
    return {name: set(imports(name, path, known)) for name, path in known.items()}


def test_every_room_has_its_floor(imported: dict[str, set[str]]) -> None:
    assert {room(name) for name in imported} == FLOOR.keys()


def test_no_room_reaches_up(imported: dict[str, set[str]]) -> None:
    up = [
        f"{name} imports {other}"
        for name, others in imported.items()
        for other in others
        if room(name) != room(other)
        and (FLOOR[room(other)] >= FLOOR[room(name)] and not FLOOR[room(name)] == FLOOR[room(other)] == 0)
    ]
    assert not up, "\n".join(sorted(up))


def test_no_folder_of_the_corpus_room_reaches_up(imported: dict[str, set[str]]) -> None:
    floor = {folder: number for number, folders in enumerate(CORPUS) for folder in folders.split() or [""]}
    inside = {name: others for name, others in imported.items() if name.startswith("khabar.corpus.")}
    # The __init__ of a folder imports nothing, so importing one module does not load the others.
    faces = {
        name for name in inside if name.count(".") == 2 and (ROOT / "corpus" / name.split(".")[2]).is_dir()
    }
    assert not any(inside[face] for face in faces)
    found = {name: "" if name.count(".") == 2 else name.split(".")[2] for name in inside.keys() - faces}
    assert set(found.values()) == floor.keys()
    up = [
        f"{name} imports {other}"
        for name, folder in found.items()
        for other in inside[name] & found.keys()
        if found[other] != folder and floor[found[other]] >= floor[folder]
    ]
    assert not up, "\n".join(sorted(up))


def test_no_circles(imported: dict[str, set[str]]) -> None:
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))
