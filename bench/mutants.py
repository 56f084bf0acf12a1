"""One-line mutants: change one rule of the source, run its tests, and report what no test notices.

`python -m bench.mutants` tries the mutants of NAMED, each a boundary or a permission that had no test once.
`python -m bench.mutants --sample 20 lib access` tries 20 seeded mutants of each of these rooms: of the comparisons,
boolean operators, `not` and whole numbers of the files in ROOMS (bench/mutant_lists.py).

What a file's own tests do not notice is tried against the quick tests of its room. A mutant inside a function is tried
in a fork of a pytest session that has collected its tests and made the test database, with the code of the function
replaced; any other one in a new process, on a copy of the source. The checkout is never changed. Survivors are listed
with a reason each in bench/results/mutants.md. Exit code 1 if a mutant survives.
"""

from __future__ import annotations

import argparse
import ast
import gc
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from bench.mutant_lists import NAMED, ROOMS

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "sambang"
DATA = ROOT / ".sambang" / "mutants"  # kept for the next run: the schemas of the test database
SEED = 12
TIMEOUT_SECONDS = 600  # a mutant that never ends is noticed
SWAPS: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
}
OUTPUT = os.dup(1)


@dataclass(frozen=True)
class Trial:
    """One mutant: `text` instead of the text of `file`. `tests`: paths below tests/, tried in order."""

    name: str
    file: Path
    text: str
    tests: tuple[str, ...]
    is_inside_function: bool


def sampled(room: str, count: int) -> list[Trial]:
    """`count` seeded mutants of the files of a room."""
    found = [
        Trial(f"{file}:{line} {change}", SOURCE / file, text, (own_tests, ROOMS[room].tests), is_inside)
        for file, own_tests in ROOMS[room].files.items()
        for line, change, text, is_inside in mutations((SOURCE / file).read_text(encoding="utf-8"))
    ]
    return random.Random(SEED).sample(found, min(count, len(found)))


def named() -> list[Trial]:
    trials = []
    for mutant in NAMED:
        file = SOURCE / mutant.file
        source = file.read_text(encoding="utf-8")
        if source.count(mutant.old) != 1:
            raise RuntimeError(f"{mutant.file} has {source.count(mutant.old)} times: {mutant.old}")
        text = source.replace(mutant.old, mutant.new)
        trials.append(Trial(mutant.name, file, text, (mutant.tests,), is_inside_function=False))
    return trials


def mutations(source: str) -> Iterator[tuple[int, str, str, bool]]:
    """(line, change, text, whether inside a function) for each one-node mutant of a module."""
    lines, tree = source.splitlines(keepends=True), ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {id(node) for function in functions for part in function.body for node in ast.walk(part)}
    for node in ast.walk(tree):
        new = mutated(node)
        if new is None or not isinstance(node, ast.expr) or node.lineno != node.end_lineno:
            continue
        line = lines[node.lineno - 1].encode()
        old = line[node.col_offset : node.end_col_offset]
        changed = line[: node.col_offset] + f"({new})".encode() + line[node.end_col_offset :]
        text = "".join([*lines[: node.lineno - 1], changed.decode(), *lines[node.lineno :]])
        yield node.lineno, f"{old.decode()} → {new}", text, id(node) in inside


def mutated(node: ast.AST) -> str | None:
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in SWAPS:
            return ast.unparse(ast.Compare(left, [SWAPS[type(operator)]], [right]))
        case ast.BoolOp(op=ast.And(), values=values):
            return ast.unparse(ast.BoolOp(ast.Or(), values))
        case ast.BoolOp(op=ast.Or(), values=values):
            return ast.unparse(ast.BoolOp(ast.And(), values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ast.unparse(operand)
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return str(value + 1)
    return None


class ForkedSession:
    """A plugin of pytest: after the tests are collected, `pytest_runtestloop` tries the mutants in forks."""

    def __init__(self, trials: list[Trial]) -> None:
        self.trials = trials
        self.survivors: list[Trial] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        run_tests(session, session.items[:1])  # which makes the test database
        for trial in self.trials:
            if all(self.passes(session, trial, tests) for tests in trial.tests):
                self.survivors.append(trial)
            say(trial, survives=trial in self.survivors)
        # A survivor proves that its tests pass; those that noticed every mutant might fail for another reason.
        for tests in {trial.tests[0] for trial in self.trials} - {trial.tests[0] for trial in self.survivors}:
            if not self.passes(session, None, tests):
                raise RuntimeError(f"fails without a mutant: {tests}")
        return True

    def passes(self, session: pytest.Session, trial: Trial | None, tests: str) -> bool:
        places = [ROOT / "tests" / name for name in tests.split()]
        items = [item for item in session.items if any(item.path.is_relative_to(place) for place in places)]
        if trial is not None and tests != trial.tests[0]:
            items = [item for item in items if not item.get_closest_marker("slow")]
        child = multiprocessing.get_context("fork").Process(target=self._run_in_fork, args=(session, trial, items))
        child.start()
        child.join(TIMEOUT_SECONDS)
        if child.exitcode is None:
            child.kill()
            child.join()
        return child.exitcode == 0

    @staticmethod
    def _run_in_fork(session: pytest.Session, trial: Trial | None, items: list[pytest.Item]) -> None:
        if trial is not None:
            replace_code(trial.file, trial.text)
        os._exit(run_tests(session, items))


def run_tests(session: pytest.Session, items: list[pytest.Item]) -> int:
    """How many of the tests fail: the first that fails ends the run. Fixtures of the session stay."""
    for item, following in zip(items, [*items[1:], session], strict=True):
        item._initrequest()  # type: ignore[attr-defined]  # noqa: SLF001 as every plugin that runs a test again
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            break
    return session.testsfailed


def say(trial: Trial, *, survives: bool) -> None:
    os.write(OUTPUT, f"{'SURVIVES' if survives else 'dies'}: {trial.name}\n".encode())


def replace_code(file: Path, text: str) -> None:
    """Functions of the module that exist in this process get the code that they have in `text`."""
    source = file.read_text(encoding="utf-8")
    old, new = (_codes(compile(code, str(file), "exec", dont_inherit=True)) for code in (source, text))
    changed = dict(zip(old, new, strict=True))
    for function in gc.get_objects():
        if isinstance(function, FunctionType) and function.__code__.co_filename == str(file):
            function.__code__ = changed.get(function.__code__, function.__code__)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def survivors_in_forks(trials: list[Trial]) -> int:
    """Try mutants inside functions; returns how many survive."""
    os.dup2(2, 1)  # what pytest says of the tests
    os.environ["SAMBANG_DATA"] = str(DATA / "forks")
    plugin = ForkedSession(trials)
    paths = {f"tests/{name}" for trial in trials for tests in trial.tests for name in tests.split()}
    code = pytest.main(["-q", "-p", "no:cacheprovider", "-m", "not browser", *sorted(paths)], plugins=[plugin])
    if code:
        raise RuntimeError(f"pytest ends with {code}")
    return len(plugin.survivors)


def survivors_in_copies(trials: list[Trial]) -> int:
    """Try mutants of any kind; returns how many survive."""
    survivors = 0
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in ("src", "tests", "tools", "bench", "docs"):
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", ".sambang"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        for trial in trials:
            survived = all(
                passes_in_copy(copy, trial, tests, "not browser and not slow" if at else "not browser")
                for at, tests in enumerate(trial.tests)
            )
            survivors += survived
            say(trial, survives=survived)
    return survivors


def passes_in_copy(copy: Path, trial: Trial, tests: str, marks: str) -> bool:
    """Do the tests pass in a new process with the mutated file in the copied source?"""
    place = copy / trial.file.relative_to(ROOT)
    original = place.read_text(encoding="utf-8")
    place.write_text(trial.text, encoding="utf-8")
    # The name of a stored schema depends on the place of the source: each place has its folder.
    places = {"PYTHONPATH": f"{copy / 'src'}:{copy}", "SAMBANG_DATA": str(DATA / "copies")}
    paths = [f"tests/{name}" for name in tests.split()]
    line = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider", "-m", marks, *paths]
    try:
        done = subprocess.run(
            line, cwd=copy, env=os.environ | places, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    finally:
        place.write_text(original, encoding="utf-8")
    return done.returncode == 0


def chosen(given: argparse.Namespace) -> list[Trial]:
    trials = [trial for room in given.rooms for trial in sampled(room, given.sample)] or named()
    trials = [trial for trial in trials if given.only in trial.name]
    return [replace(trial, tests=trial.tests[:1]) for trial in trials] if given.own else trials


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("rooms", nargs="*", help=f"of {', '.join(ROOMS)}; without one the mutants of NAMED")
    parser.add_argument("--sample", type=int, default=20, help="how many mutants of each room")
    parser.add_argument("--only", default="", help="only the mutants with this text in their name")
    parser.add_argument("--own", action="store_true", help="only the tests of the file, not those of its room")
    given = parser.parse_args()
    trials = chosen(given)
    inside = [trial for trial in trials if trial.is_inside_function]
    outside = [trial for trial in trials if not trial.is_inside_function]
    survivors = (survivors_in_forks(inside) if inside else 0) + (survivors_in_copies(outside) if outside else 0)
    os.write(OUTPUT, f"{len(trials)} mutants, {survivors} survive\n".encode())
    return bool(survivors)


if __name__ == "__main__":
    sys.exit(main())
