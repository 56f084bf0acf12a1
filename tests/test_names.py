"""One name, one meaning: no public class, type, function or constant is defined at the top level of two modules."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

from bench.code import VAGUE_WORDS, identifiers

SOURCES = Path(__file__).resolve().parent.parent / "src"

ALLOWED = {
    "Attendance": "a model of visits and of training: Django names a model together with its app",
    "Command": "Django finds a management command's class by this name",
    "KIND": "intake/kinds finds the kind of a module by this name",
    "Point": "of the engine, and as insight stores it",
    "Series": "of the engine, and as insight stores it",
    "ZIP": "the sandbox imports nothing of Sambang, so that it starts quickly and with few rights",
    "main": "the entry point of a program",
}

# Identifiers with a word of bench.code.VAGUE_WORDS that are terms: of the field, of spelling and of spelled numbers.
TERMS = {
    "business_not_found",
    "content_words",
    "date_to_words",
    "held_on",
    "known_at",  # of a breach: when the council learned of it
    "mark_not_found",
    "not_found_on",
    "number_to_words",
    "shared_words",
    "similar_words",
    "taken_at",
    "taken_by",
}


def is_view(node: ast.stmt, module: str) -> bool:
    """Views are named together with the namespace of their URLs (`owners:report_create`)."""
    return (
        isinstance(node, ast.FunctionDef)
        and "views" in module.removesuffix(".py").replace("_", "/").split("/")
        and bool(node.args.args)
        and node.args.args[0].arg == "request"
    )


def defined_names(node: ast.stmt) -> list[str]:
    """Public classes, types, functions and constants; imported names and other variables are not definitions."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            names = [node.name]
        case ast.TypeAlias(name=ast.Name(id=name)):
            names = [name]
        case ast.Assign() | ast.AnnAssign():
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            stored = [part for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
            names = [part.id for part in stored if part.id.isupper()]
        case _:
            names = []
    return [name for name in names if not name.startswith("_")]


def modules_by_name() -> dict[str, list[str]]:
    modules: dict[str, list[str]] = defaultdict(list)
    views: dict[str, list[str]] = defaultdict(list)
    for path in sorted(SOURCES.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        module = path.relative_to(SOURCES).as_posix()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for name in defined_names(node):
                (views if is_view(node, module) else modules)[name].append(module)
    for name, places in views.items():
        if name in modules:
            modules[name] += places
    return modules


def test_no_name_is_defined_in_two_modules() -> None:
    modules = modules_by_name()
    assert len(modules) > 3500
    repeated = {name: places for name, places in modules.items() if len(places) > 1}
    assert {name: places for name, places in repeated.items() if name not in ALLOWED} == {}
    assert sorted(ALLOWED.keys() - repeated.keys()) == []


def test_no_identifier_has_a_vague_word() -> None:
    vague = set()
    for path in SOURCES.rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if "migrations" not in path.parts else ()
        named = {name for node in nodes for name in identifiers(node)}
        vague |= {name for name in named if {*re.split(r"_|(?<=[a-z])(?=[A-Z])", name)} & {*VAGUE_WORDS}}
    assert sorted(vague ^ TERMS) == []


def test_a_view_that_edits_a_row_is_named_change() -> None:
    views = [
        node.name
        for path in SOURCES.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and is_view(node, path.relative_to(SOURCES).as_posix())
    ]
    assert sum(name.endswith("_change") for name in views) > 20
    assert [name for name in views if re.search(r"[a-z]_(update|edit|new|save)$", name)] == []


def test_constants_types_and_functions_are_seen() -> None:
    source = "LEAST, MOST = 1, 2\nfound = 3\ntype Key = str\n_HIDDEN: int = 4\ndef read(): ...\nclass Row: ..."
    assert [name for node in ast.parse(source).body for name in defined_names(node)] == [
        "LEAST",
        "MOST",
        "Key",
        "read",
        "Row",
    ]
