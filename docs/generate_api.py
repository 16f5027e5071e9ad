#!/usr/bin/env python3
"""Write docs/api.md, the reference of the library, from the docstrings and type hints of its public names.

    python docs/generate_api.py            write it
    python docs/generate_api.py --check    exit with 1 if it is not what would be written

Public are the names in ``khabar.__all__``, the functions and classes of the submodules that the pages use,
and the methods and properties of all these without an underscore. Docstrings are in the Google style: text,
then sections such as ``Args:``, whose entries are ``name: text``.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec

import khabar
from khabar.serialize import Serializable

PAGE = Path(__file__).parent / "api.md"

HEAD = """\
# API reference

<!-- Made by docs/generate_api.py from docstrings and type hints; `make docs` writes it anew. Do not edit. -->

Every public name of `khabar`, with its types. [library.md](library.md) explains how they go together, with
examples that run; [query-language.md](query-language.md) is what a query may say. Names without a dot are
imported from `khabar` itself, `dates.parse_date` and the like from `khabar.dates`.

Every value that a call returns has `to_dict()`: the value as dicts, lists, str, numbers, bools and None,
which `json` can write. It is what the command prints with `--format json`. Dates are in ISO form, numbers
have at most four decimals. The method is listed below only if it takes arguments, or gives names other than
those of the attributes.
"""

#: Which names stand together: the modules that they come from begin so; of several the longest counts.
GROUPS = {
    "Indexes": ("khabar.library", "khabar.index"),
    "Reading": ("khabar.corpus",),
    "Searching": (
        "khabar.query",
        "khabar.highlight",
        "khabar.paging",
        "khabar.stories",
        "khabar.index.ranking",
    ),
    "Exploring": ("khabar.explore",),
    "Saved searches": ("khabar.alerts",),
    "Upkeep": ("khabar.upkeep", "khabar.rebuild", "khabar.copying"),
    "Words": ("khabar.analysis",),
    "Dates": ("khabar.dates",),
    "Evaluation": ("khabar.evaluation",),
    "Errors": ("khabar.errors",),
}
#: Whose names are public beside those of khabar itself.
SUBMODULES = ("dates", "evaluation")
OTHER = "Other names"

_SECTION = re.compile(r"(Args|Attributes|Raises|Returns|Yields):")
_TITLES = {
    "Args": "Arguments",
    "Attributes": "Attributes",
    "Raises": "Raises",
    "Returns": "Returns",
    "Yields": "Yields",
}
_ENTRY = re.compile(r"([\w, *]+): (.*)", re.DOTALL)
_ROLE = re.compile(r":\w+:`~?([^`]+)`")
_WIDTH = 100


@cache
def public() -> dict[str, Any]:
    """The names that the reference describes, in order: name → value."""
    found = {name: getattr(khabar, name) for name in khabar.__all__ if not name.startswith("_")}
    found = {name: value for name, value in found.items() if get_origin(value) is not Literal}
    for inner in SUBMODULES:
        module = importlib.import_module(f"khabar.{inner}")
        values = {name: getattr(module, name) for name in module.__all__}
        found |= {
            f"{inner}.{name}": each
            for name, each in values.items()
            if inspect.isclass(each) or inspect.isfunction(each)
        }
    return found


@cache
def choices() -> dict[str, tuple[str, ...]]:
    """The names of types that are a few words, with the words."""
    named = {name: getattr(khabar, name) for name in khabar.__all__}
    return {name: get_args(value) for name, value in named.items() if get_origin(value) is Literal}


def methods(kind: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties of a class, in the order of its source; those of khabar's base
    classes behind them."""
    seen = set(getattr(kind, "__struct_fields__", ()))
    for owner in kind.__mro__:
        # What all values inherit is told once, at the head of the page.
        if owner.__module__.partition(".")[0] == "khabar" and owner is not Serializable:
            for name, value in vars(owner).items():
                plain = value.__func__ if isinstance(value, classmethod | staticmethod) else value
                if name not in seen and not name.startswith("_") and _is_told(plain):
                    seen.add(name)
                    yield name, plain


def sections(docstring: str) -> Iterator[tuple[str, list[str]]]:
    """A docstring's parts: «» and its paragraphs, or the name of a section and its entries."""
    parts: list[tuple[str, list[str]]] = []
    for block in re.split(r"\n\s*\n", inspect.cleandoc(docstring)):
        lines = block.splitlines()
        if lines[0].endswith(":") and _SECTION.fullmatch(lines[0]) and len(lines) > 1:
            parts.append((lines[0][:-1], _entries("\n".join(lines[1:]))))
        else:
            parts.append(("", [block]))
    return iter(parts)


def described(docstring: str, section: str) -> dict[str, str]:
    """The entries of a section such as ``Args``: name → text. Names that share a text have it each."""
    found: dict[str, str] = {}
    for name, entries in sections(docstring):
        if name == section:
            for entry in entries:
                if match := _ENTRY.fullmatch(entry):
                    found |= {each.strip(" *"): match[2] for each in match[1].split(",")}
    return found


def page() -> str:
    """The whole reference as Markdown."""
    groups: dict[str, list[str]] = {title: [] for title in (*GROUPS, OTHER)}
    for name in public():
        groups[_group(name)].append(name)
    parts = [HEAD]
    for title, names in groups.items():
        if names:
            links = " · ".join(f"[{name}](#{_anchor(name)})" for name in sorted(names, key=_order))
            parts.append(f"- **{title}**: {links}")
    for title, names in groups.items():
        if names:
            parts.append(f"\n## {title}")
            parts += [_entry(name) for name in sorted(names, key=_order)]
    parts.append(
        "\n## Words that arguments take\n\nTypes of arguments and attributes that are one of a few words.\n"
    )
    parts += [f"- `{name}`: {', '.join(f'`{word}`' for word in words)}" for name, words in choices().items()]
    return "\n".join(parts) + "\n"


def _group(name: str) -> str:
    home = public()[name].__module__
    fits = [
        (len(start), title) for title, starts in GROUPS.items() for start in starts if home.startswith(start)
    ]
    return max(fits)[1] if fits else OTHER


def _order(name: str) -> tuple[bool, str, str]:
    """Functions before classes, which begin with a capital; of errors the base first."""
    value = public()[name]
    above = ".".join(each.__name__ for each in reversed(value.__mro__)) if _is_error(value) else ""
    return name.rpartition(".")[2][0].isupper(), above, name


def _entry(name: str) -> str:
    value = public()[name]
    parts = [f"\n### {name}\n"]
    if not inspect.isclass(value):
        return "\n".join([*parts, _signature(f"khabar.{name}", value), _text(value.__doc__, owner=name)])
    if _is_error(value):
        parts.append(f"An error; a {_linked(value.__mro__[1].__name__)}.\n")
    elif "__init__" in vars(value) and value.__doc__ and described(value.__doc__, "Args"):
        parts.append(_signature(f"khabar.{name}", value.__init__))
    parts.append(_text(value.__doc__, _fields(value), owner=name))
    for method, function in methods(value):
        if isinstance(function, property):
            kind = _hint(function.fget.__annotations__.get("return", "")) if function.fget else ""
            parts.append(f"\n#### {name}.{method}\n\n`{kind}`. {_text(function.__doc__, owner=name)}")
        else:
            parts.append(f"\n#### {name}.{method}\n")
            parts += [_signature(method, function), _text(function.__doc__, owner=name)]
    return "\n".join(parts)


def _is_told(value: object) -> bool:
    return inspect.isfunction(value) or isinstance(value, property)


def _is_error(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Exception)


def _signature(name: str, function: Callable[..., Any]) -> str:
    """A function's signature as a Python block, a line for each parameter where one line is too long."""
    known = inspect.signature(function)
    shown: list[str] = []
    keyword_only = False
    for parameter in known.parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            shown.append("*")
        stars = "*" * (
            2 if parameter.kind is parameter.VAR_KEYWORD else parameter.kind is parameter.VAR_POSITIONAL
        )
        default = "" if parameter.default is parameter.empty else f" = {_default(parameter.default)}"
        shown.append(f"{stars}{parameter.name}: {_hint(parameter.annotation)}{default}")
    back = (
        ""
        if name.startswith("khabar.") and function.__name__ == "__init__"
        else f" -> {_hint(known.return_annotation)}"
    )
    line = f"{name}({', '.join(shown)}){back}"
    if len(line) > _WIDTH:
        line = f"{name}(\n" + "".join(f"    {each},\n" for each in shown) + f"){back}"
    return f"```py\n{line}\n```\n"


def _hint(annotation: Any) -> str:
    """An annotation as it stands in the source."""
    if isinstance(annotation, str):
        return annotation
    return str(getattr(annotation, "__forward_arg__", getattr(annotation, "__name__", annotation)))


def _default(value: Any) -> str:
    return "..." if inspect.isfunction(value) else repr(value)


def _fields(kind: type) -> dict[str, str]:
    """For each field of a struct or named tuple its type, with a default if one stands in the source."""
    hints = {name: _hint(hint) for name, hint in inspect.get_annotations(kind).items()}
    if issubclass(kind, msgspec.Struct):
        defaults = kind.__struct_defaults__
        for name, default in zip(kind.__struct_fields__[-len(defaults) :], defaults, strict=False):
            if isinstance(default, str | int | float | tuple | None) and default != khabar.__version__:
                hints[name] += f" = {default!r}"
    return hints


def _text(docstring: str | None, types: dict[str, str] | None = None, owner: str = "") -> str:
    """A docstring as Markdown; ``owner`` is the class whose methods it names by their names alone."""
    parts: list[str] = []
    for section, blocks in sections(docstring or ""):
        if not section:
            parts += [_paragraph(block, owner) for block in blocks]
        else:
            items = "".join(f"\n- {_item(entry, types or {}, owner)}" for entry in blocks)
            parts.append(f"{_TITLES[section]}:\n{items}")
    return "\n\n".join(parts)


def _paragraph(block: str, owner: str) -> str:
    if block.lstrip().startswith(">>>"):
        return f"```pycon\n{textwrap.dedent(block)}\n```"
    return inline(" ".join(block.split()), owner)


def _item(entry: str, types: dict[str, str], owner: str) -> str:
    match = _ENTRY.fullmatch(entry)
    if not match:
        return inline(" ".join(entry.split()), owner)
    names = []
    for name in (each.strip() for each in match[1].split(",")):
        kind = types.get(name.strip("*"))
        shown = _linked(name) if name in public() else f"`{name}`"
        names.append(f"{shown} (`{kind}`)" if kind else shown)
    return f"{', '.join(names)}: {inline(' '.join(match[2].split()), owner)}"


def _entries(text: str) -> list[str]:
    """The entries of a section: what is indented further belongs to the entry above."""
    entries: list[str] = []
    for line in textwrap.dedent(text).splitlines():
        if line.startswith(" ") and entries:
            entries[-1] += "\n" + line.strip()
        else:
            entries.append(line)
    return entries


def inline(text: str, owner: str = "") -> str:
    """Roles and double backticks of docstrings as Markdown, public names and other pages as links."""
    text = re.sub(r"(?<![\w`/])docs/([\w-]+\.md)", r"[\1](\1)", text.replace("``", "`"))
    text = _ROLE.sub(lambda match: _linked(match[1].removeprefix("khabar."), owner), text)
    return re.sub(r"`khabar\.([\w.]+)`", lambda match: _linked(match[1]), text)


def _linked(name: str, owner: str = "") -> str:
    """A name as a link, if it is public: by itself, as a neighbour or as a part of what the text is about."""
    around = [owner, owner.rpartition(".")[0]] if owner else []
    for full in (*(f"{each}.{name}" for each in around if each), name):
        kind, _, part = full.rpartition(".")
        if full in public():
            return f"[`{name}`](#{_anchor(full)})"
        if kind in public() and inspect.isclass(public()[kind]):
            told = part in dict(methods(public()[kind]))
            if told or part in _fields(public()[kind]):
                return f"[`{name}`](#{_anchor(full if told else kind)})"
    return f"`{name}`"


def _anchor(heading: str) -> str:
    """What GitHub calls a heading."""
    return heading.lower().replace(".", "")


def save(path: Path, made: str, arguments: list[str]) -> int:
    """Write a page, or with ``--check`` say whether the file is what would be written; the exit status."""
    if "--check" in arguments:
        same = path.exists() and path.read_text(encoding="utf-8") == made
        print("up to date" if same else f"docs/{path.name} is old: make docs")
        return 0 if same else 1
    path.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(save(PAGE, page(), sys.argv[1:]))
