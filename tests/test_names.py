"""One name, one meaning: no public name is defined at the top level of three modules for different things."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent / "src"
MODULES = 3

# Names that a framework asks for.
CONVENTIONAL = {"Command": "Django finds a management command's class by this name"}


def names_by_module() -> dict[str, list[str]]:
    """Public classes and functions at top level → the modules that define them. Imported names are not definitions."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(SOURCES.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_":
                found[node.name].append(path.relative_to(SOURCES).as_posix())
    return found


def test_no_name_has_different_meanings_in_three_modules() -> None:
    found = names_by_module()
    assert len(found) > 1000
    repeated = {name: modules for name, modules in found.items() if len(modules) >= MODULES}
    assert {name: modules for name, modules in repeated.items() if name not in CONVENTIONAL} == {}
    assert sorted(name for name in CONVENTIONAL if name not in repeated) == []
