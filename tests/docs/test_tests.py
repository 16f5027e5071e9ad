"""A test that cannot fail is none: every test asserts something, and nothing that is always true."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
FILES = sorted(TESTS.rglob("*.py"))

#: Tests whose assertions are in what they run.
ELSEWHERE = {
    # the targets of fuzz_targets.py, by their names
    "test_seeds",
    "test_damaged_inputs",
    # the rules and invariants of a state machine
    "test_the_index_is_what_the_model_is",
}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    return ast.unparse(node.func).rpartition(".")[2]


def asserts(function: ast.AST, helpers: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call) and (called(node) in {"raises", "fail", "warns"} | helpers):
            return True
    return False


def always(test: ast.expr) -> bool:
    """Whether an assertion is true whatever the code does."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Tuple(elts=elements):
            return bool(elements)
        case ast.GeneratorExp() | ast.Lambda():
            return True
        case ast.BoolOp(ast.Or(), values):
            return any(map(always, values)) or any(
                ast.dump(ast.UnaryOp(ast.Not(), one)) == ast.dump(other) for one in values for other in values
            )
        case ast.Compare(left, [ast.GtE()], [ast.Constant(value=0)]):
            return isinstance(left, ast.Call) and called(left) == "len"
        case ast.Compare(left, [ast.Eq() | ast.LtE() | ast.GtE() | ast.Is()], [right]):
            # Two calls may give two results.
            calls = any(isinstance(node, ast.Call) for node in ast.walk(left))
            return ast.dump(left) == ast.dump(right) and not calls
    return False


def test_every_test_asserts_something() -> None:
    trees = {path: ast.parse(path.read_text("utf-8")) for path in FILES}
    everything = [function for tree in trees.values() for function in functions(tree)]
    helpers: set[str] = set()
    while True:
        more = {each.name for each in everything if asserts(each, helpers)} - helpers
        more = {name for name in more if not name.startswith("test_")}
        if not more:
            break
        helpers |= more
    without = {
        function.name: str(path.relative_to(TESTS))
        for path, tree in trees.items()
        if path.name.startswith("test_")
        for function in functions(tree)
        if function.name.startswith("test_") and not asserts(function, helpers)
    }
    assert set(without) == ELSEWHERE, without


def test_no_assertion_is_always_true() -> None:
    wrong = [
        f"{path.relative_to(TESTS)}:{node.lineno}: {ast.unparse(node)}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assert) and always(node.test)
    ]
    assert wrong == []


def test_what_is_always_true_is_seen() -> None:
    def seen(text: str) -> bool:
        return always(ast.parse(text, mode="eval").body)

    for text in ("True", "(a, 'message')", "len(x) >= 0", "x == x", "a or not a", "b or 1", "(x for x in y)"):
        assert seen(text), text
    for text in ("a", "len(x) >= 1", "read(x) == read(x)", "a or b", "all(x for x in y)", "x == y"):
        assert not seen(text), text
