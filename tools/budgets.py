"""Budgets of the code: a file of 400 lines, a function of 60, six arguments. Run by `make check` and by the tests.

A test function may be as long as its story; of tests only the file's length is measured. Migrations are written by Django.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 60
ARGUMENTS = 6

# What may be larger, and why. A file is named by its path, a function by path::name.
_SPLIT_NEXT = "measured on formatted lines for the first time; to be split"
EXEMPT: dict[str, str] = dict.fromkeys(
    [
        "bench/world.py::work",
        "src/sambang/lib/static/lib/sambang.css",
        "src/sambang/field/static/field/field.css",
        "src/sambang/access/permissions.py",
        "tests/reach/world.py",
        "tests/registry/test_sheets_councils.py",
    ],
    _SPLIT_NEXT,
)

type Function = ast.FunctionDef | ast.AsyncFunctionDef

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = {".py", ".html", ".js", ".css"}


def measured_files(root: Path = ROOT) -> list[Path]:
    """Every file of ours that the budgets bind, migrations left out."""
    files = [path for folder in ("src", "tests", "tools", "bench") for path in (root / folder).rglob("*.*")]
    return sorted(path for path in files if path.suffix in SUFFIXES and "migrations" not in path.parts)


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _length(function: Function) -> int:
    """Lines from `def` to the end: decorators and the docstring are not counted."""
    body = function.body
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = (body[0].end_lineno or 0) - body[0].lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def _arguments(function: Function) -> int:
    """How many arguments someone must choose: self, and an operation's subject and actor (before the `/`), are given."""
    given = function.args.posonlyargs if any(map(_is_operation, function.decorator_list)) else []
    named = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return sum(argument.arg not in {"self", "cls"} for argument in named) - len(given)


def _is_operation(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "operation"


def overdrafts(path: Path, root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """What in this file is over its budget: (name, sentence)."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(root).as_posix()
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield name, f"{name}: {lines} lines, the budget is {FILE_LINES}"
    if path.suffix != ".py" or "tests" in path.parts:
        return
    for function in _functions(ast.parse(text)):
        place = f"{name}:{function.lineno} {function.name}"
        if (length := _length(function)) > FUNCTION_LINES:
            yield f"{name}::{function.name}", f"{place}: {length} lines, the budget is {FUNCTION_LINES}"
        if (arguments := _arguments(function)) > ARGUMENTS:
            yield f"{name}::{function.name}", f"{place}: {arguments} arguments, the budget is {ARGUMENTS}"


def complaints(root: Path = ROOT, exempt: dict[str, str] = EXEMPT) -> list[str]:
    """One sentence for everything over budget, and for every exemption that nothing needs any more."""
    over = [found for path in measured_files(root) for found in overdrafts(path, root)]
    names = {name for name, _ in over}
    stale = [f"{name}: is exempt, but within its budget; take it off EXEMPT" for name in exempt if name not in names]
    return [sentence for name, sentence in over if name not in exempt] + stale


def main() -> int:
    found = complaints()
    print("\n".join(found) or f"budgets kept in {len(measured_files())} files")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
