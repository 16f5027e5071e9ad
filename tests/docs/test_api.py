"""The reference of the library: made from the code as it is, and nothing public is without words or types."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import generate_api as generator
import khabar as package

ROOT = Path(__file__).parents[2]


def _callables() -> Iterator[tuple[str, Callable[..., Any], str]]:
    """Every public function and method, with the docstring that has to tell of its parameters."""
    for name, value in generator.public().items():
        if not inspect.isclass(value):
            yield name, value, value.__doc__ or ""
            continue
        made_by_hand = "__init__" in vars(value)
        if made_by_hand and value is not package.Index:  # which create_index and open_index make
            yield name, value.__init__, value.__doc__ or ""
        for method, function in generator.methods(value):
            if inspect.isfunction(function):
                yield f"{name}.{method}", function, function.__doc__ or ""


#: What may stand in a type beside public names of khabar: Python's own, names for a dict or a literal, and a
#: compound's head, of which only the presence tells.
FOREIGN = {
    "Judgements",
    "Precision",
    "Run",
    "Any",
    "Callable",
    "Collection",
    "CompoundHead",
    "Counter",
    "Iterable",
    "Iterator",
    "Mapping",
    "Literal",
    "None",
    "Path",
    "Self",
    "Sequence",
}

CALLABLES = list(_callables())
CLASSES = [name for name, value in generator.public().items() if inspect.isclass(value)]


def test_the_reference_is_what_the_code_says() -> None:
    written = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert written == generator.page(), "docs/api.md is old: make docs"


def test_the_reference_has_every_public_name() -> None:
    page = generator.page()
    missing = [name for name in generator.public() if f"\n### {name}\n" not in page]
    missing += [name for name, _, _ in CALLABLES if f"# {name}\n" not in page]
    assert not missing
    assert len(CALLABLES) > 20


@pytest.mark.parametrize(("name", "function", "docstring"), CALLABLES, ids=[name for name, _, _ in CALLABLES])
def test_a_callable_tells_its_parameters_and_types(
    name: str, function: Callable[..., Any], docstring: str
) -> None:
    assert docstring.strip(), f"{name} has no docstring"
    signature = inspect.signature(function)
    parameters = [each for each in signature.parameters.values() if each.name not in ("self", "cls")]
    untyped = [each.name for each in parameters if each.annotation is each.empty]
    assert not untyped and signature.return_annotation is not signature.empty, (
        f"{name} lacks types: {untyped}"
    )
    told = generator.described(docstring, "Args")
    assert not {each.name for each in parameters} - set(told), f"{name} does not tell of some parameters"
    assert not set(told) - {each.name for each in parameters}, f"{name} tells of parameters that it has not"


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_tells_its_attributes(name: str) -> None:
    kind = generator.public()[name]
    assert kind.__doc__ and kind.__doc__.strip()
    told = generator.described(kind.__doc__, "Attributes")
    if issubclass(kind, msgspec.Struct):
        fields = {name for name in kind.__struct_fields__ if not name.startswith("_")}
        assert fields == set(told), f"{name} does not tell of its fields, or tells of others"
    for attribute, function in generator.methods(kind):
        assert function.__doc__ and function.__doc__.strip(), f"{name}.{attribute} has no docstring"
        if isinstance(function, property):
            assert function.fget and "return" in function.fget.__annotations__


@pytest.mark.parametrize("name", generator.public())
def test_what_a_public_name_gives_is_public(name: str) -> None:
    value = generator.public()[name]
    given = {} if inspect.isclass(value) else {name: value.__annotations__["return"]}
    if inspect.isclass(value):
        given = {
            field: str(hint) for field, hint in inspect.get_annotations(value).items() if field[0] != "_"
        }
        for method, function in generator.methods(value):
            function = function.fget if isinstance(function, property) else function
            given[method] = function.__annotations__["return"]
    known = {each.rpartition(".")[2] for each in generator.public()}
    for where, hint in given.items():
        unknown = set(re.findall(r"\b[A-Z]\w+", hint)) - {
            *known,
            *generator.choices(),
            *FOREIGN,
            "ForwardRef",
        }
        assert not unknown, f"{name}, {where}: {hint} has a type that no page tells of"
