"""The limits of tools/budgets.py: they hold, and they see what is over them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tools import budgets


@pytest.mark.slow
def test_budgets_are_kept() -> None:
    assert len(budgets.measured_files()) > 50
    assert budgets.violations() == []


def test_budgets_see_a_file_a_function_and_arguments_that_are_too_large(tmp_path: Path) -> None:
    module = tmp_path / "src" / "large.py"
    module.parent.mkdir()
    body = "    pass\n" * budgets.FUNCTION_LINES
    arguments = ", ".join(f"a{number}" for number in range(budgets.ARGUMENTS + 1))
    module.write_text(f"def long(self, {arguments}):\n{body}" + "\n" * budgets.FILE_LINES)
    name = "src/large.py"
    assert budgets.violations(tmp_path) == [
        f"{name}: {budgets.FILE_LINES + budgets.FUNCTION_LINES + 1} lines, the limit is {budgets.FILE_LINES}",
        f"{name}:1 long: {budgets.FUNCTION_LINES + 1} lines, the limit is {budgets.FUNCTION_LINES}",
        f"{name}:1 long: {budgets.ARGUMENTS + 1} arguments, the limit is {budgets.ARGUMENTS}",
    ]


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ("return 1", 1),
        ("return a and b or c", 3),
        ("return [x for x in a if x if not x]", 4),
        ("return {x: y for x in a for y in x}", 3),
        ("return 1 if a else 2", 2),
        ("for x in a:\n        while x:\n            pass", 3),
        ("try:\n        pass\n    except ValueError:\n        pass", 2),
        ("match a:\n        case 1:\n            pass\n        case 2:\n            pass", 3),
        ("def inner():\n        return a and b\n    return inner", 1),
    ],
)
def test_complexity_counts_branches_comprehensions_and_boolean_operators(body: str, paths: int) -> None:
    [function] = ast.parse(f"def measured(a, b, c):\n    {body}\n").body
    assert isinstance(function, ast.FunctionDef)
    assert budgets.complexity(function) == paths


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("x = [1,  2]  # fmt" + ": skip", True),
        ("x = [1,  2]  # fmt: skip  one column for each month of the year", False),
        ("{# djlint" + ":off #}", True),
        ("// biome-ignore format: the matrix is read in rows", False),
    ],
)
def test_the_formatter_is_switched_off_only_with_a_reason(tmp_path: Path, line: str, refused: bool) -> None:
    source = tmp_path / "src" / "short.js"
    source.parent.mkdir()
    source.write_text(line + "\n")
    assert bool(budgets.violations(tmp_path)) is refused
