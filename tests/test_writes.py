"""Every write is an operation or a private step of one; other functions that write rows are in
WRITES_OUTSIDE_OPERATIONS (access/exemptions.py), with the reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sambang
from sambang.access.exemptions import WRITES_OUTSIDE_OPERATIONS

SOURCE = Path(sambang.__file__).parent
ROWS = {"bulk_create", "bulk_update", "create", "create_user", "delete", "get_or_create", "update_or_create"}
BARE = {"insert_rows", "insert_new_rows", "update_rows"}  # lib/bulk_sql.py
KEYWORDS_ONLY = {"save", "update"}  # of rows; what takes a thing in its hand is a dictionary, a digest or a picture


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            yield from (child for child in node.body if isinstance(child, ast.FunctionDef))


def writes(function: ast.FunctionDef) -> list[str]:
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return [
        ast.unparse(call)
        for call in calls
        if (isinstance(call.func, ast.Name) and call.func.id in BARE)
        or (
            isinstance(call.func, ast.Attribute)
            and (call.func.attr in ROWS or (call.func.attr in KEYWORDS_ONLY and not call.args))
        )
    ]


def is_operation(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(mark).startswith("operation(") for mark in function.decorator_list)


def steps_of_operations(tree: ast.Module) -> set[str]:
    """Private functions of the module that its operations call, directly or through each other."""
    calls = {
        function.name: {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        for function in functions(tree)
    }
    reached = {function.name for function in functions(tree) if is_operation(function)}
    while further := {name for caller in reached for name in calls[caller] & calls.keys()} - reached:
        reached |= further
    return {name for name in reached if name.startswith("_")}


def beside_operations(source: str) -> dict[str, list[str]]:
    """Functions that write rows and are neither an operation nor a private step of one."""
    tree = ast.parse(source)
    steps = steps_of_operations(tree)
    return {
        function.name: found
        for function in functions(tree)
        if not is_operation(function) and function.name not in steps
        if (found := writes(function))
    }


def modules() -> dict[str, Path]:
    found = {
        ".".join(file.relative_to(SOURCE).with_suffix("").parts): file
        for file in SOURCE.rglob("*.py")
        if "migrations" not in file.parts
    }
    assert len(found) > 100
    return found


def test_every_write_is_an_operation_or_says_why_not() -> None:
    found = {
        f"{module}.{function}"
        for module, file in modules().items()
        for function in beside_operations(file.read_text(encoding="utf-8"))
    }
    excused = {f"{module}.{name}" for module, (_why, *names) in WRITES_OUTSIDE_OPERATIONS.items() for name in names}
    assert found - excused == set()
    assert excused - found == set(), "these write nothing any more: take them off the table"
    assert all(why for why, *_names in WRITES_OUTSIDE_OPERATIONS.values())


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("def close(row):\n    row.save(update_fields=['closed'])", True),
        ("class Shop:\n    def close(self):\n        Row.objects.filter(pk=1).update(closed=True)", True),
        ("def forget(row):\n    row.delete()", True),
        ("def put(row):\n    insert_rows([row])", True),
        ("@operation('registry.close')\ndef close(row, by, /):\n    row.save(update_fields=['closed'])", False),
        ("@require('registry.close')\ndef close(row, by, /):\n    row.save(update_fields=['closed'])", True),
        ("def digest(parts):\n    found.update(parts)\n    picture.save(file, 'JPEG')", False),
        ("def _step(row):\n    row.save()", True),
        ("@operation('a.b')\ndef do(row, by, /):\n    _first(row)\ndef _first(row):\n    row.save()", False),
        ("def do(row, by):\n    _first(row)\ndef _first(row):\n    row.save()", True),
    ],
)
def test_writes_are_seen(source: str, seen: bool) -> None:
    assert bool(beside_operations(source)) is seen
