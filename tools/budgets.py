"""Size limits of the code: file 400 lines, function 60, arguments 6, complexity 12, line 120. Run by `make check` and
the tests.

Measured on formatted files. Migrations, which Django writes, are left out; of tests only files and lines are measured.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 60
ARGUMENTS = 6
COMPLEXITY = 12
LINE_LENGTH = 120

type Function = ast.FunctionDef | ast.AsyncFunctionDef

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ("Makefile", "tools/*", "deploy/*", ".ci/*")
SUFFIXES = {".py", ".html", ".js", ".mjs", ".css", ".java", ".typ"}
GENERATED = {"english.js", "tables.js"}  # by tools/messages.py and tools/phone_tables.py: a text is one string
# What a tool reads at the end of a line of Python does not count outside src, as with ruff.
PRAGMA = re.compile(r"\s*# (?:type: ignore|noqa)\b.*")
# A sentence of a script is one literal, by which the catalogue knows it.
SENTENCE = re.compile(r"\bt`[^`]*`")
# A comment that switches a formatter off gives its reason on the same line.
FORMATTER_OFF = re.compile(
    r"(?:#|//|/\*|\{#)\s*(?:fmt:\s*(?:skip|off)|djlint:off|biome-ignore(?:-all)?\s+format:?)(?P<reason>.*)"
)


def measured_files(root: Path = ROOT) -> list[Path]:
    """Every source file under src, tests, tools and bench, migrations left out, and the scripts without a suffix."""
    files = [path for folder in ("src", "tests", "tools", "bench") for path in (root / folder).rglob("*.*")]
    sources = [path for path in files if path.suffix in SUFFIXES and "migrations" not in path.relative_to(root).parts]
    scripts = [path for pattern in SCRIPTS for path in root.glob(pattern) if path.is_file() and not path.suffix]
    return sorted({*sources, *scripts})


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _length(function: Function) -> int:
    """Lines from `def` to the end: decorators and the docstring are not counted."""
    body = function.body
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = (body[0].end_lineno or 0) - body[0].lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def _arguments(function: Function) -> int:
    """The number of arguments, without self, cls, and an operation's subject and actor (before the `/`)."""
    given = function.args.posonlyargs if any(map(_is_operation, function.decorator_list)) else []
    named = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return sum(argument.arg not in {"self", "cls"} for argument in named) - len(given)


def _is_operation(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "operation"


def _own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions defined inside it, which are measured themselves."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            waiting += ast.iter_child_nodes(node)


def _branches(node: ast.AST) -> int:
    """Paths that a node adds: McCabe's, and one for each comprehension, each `if` in it, and each `and` or `or`."""
    match node:
        case ast.If() | ast.IfExp() | ast.For() | ast.AsyncFor() | ast.While() | ast.ExceptHandler() | ast.match_case():
            return 1
        case ast.comprehension():
            return 1 + len(node.ifs)
        case ast.BoolOp():
            return len(node.values) - 1
    return 0


def complexity(function: Function) -> int:
    return 1 + sum(map(_branches, _own_nodes(function)))


def _over_in_lines(name: str, text: str) -> Iterator[str]:
    lines = text.splitlines()
    if len(lines) > FILE_LINES:
        yield f"{name}: {len(lines)} lines, the limit is {FILE_LINES}"
    for number, line in enumerate(lines, start=1):
        counted = line if name.startswith("src/") else PRAGMA.sub("", line)
        if len(SENTENCE.sub("", counted)) > LINE_LENGTH and Path(name).name not in GENERATED:
            yield f"{name}:{number}: {len(line)} characters, the limit is {LINE_LENGTH}"
        off = FORMATTER_OFF.search(line)
        if off and len(off["reason"].strip(" :*/#}")) < 10:
            yield f"{name}:{number}: the formatter is switched off without a reason on the line"


def _over_in_functions(name: str, text: str) -> Iterator[str]:
    for function in _functions(ast.parse(text)):
        measures = [
            (_length(function), FUNCTION_LINES, "lines"),
            (_arguments(function), ARGUMENTS, "arguments"),
            (complexity(function), COMPLEXITY, "paths (complexity)"),
        ]
        for measured, limit, unit in measures:
            if measured > limit:
                yield f"{name}:{function.lineno} {function.name}: {measured} {unit}, the limit is {limit}"


def violations(root: Path = ROOT) -> list[str]:
    """One sentence for everything over a limit."""
    return [sentence for path in measured_files(root) for sentence in _violations_in(path, root)]


def _violations_in(path: Path, root: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(root).as_posix()
    yield from _over_in_lines(name, text)
    if path.suffix == ".py" and "tests" not in path.relative_to(root).parts:
        yield from _over_in_functions(name, text)


def main() -> int:
    found = violations()
    print("\n".join(found) or f"{len(measured_files())} files are within their limits")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
