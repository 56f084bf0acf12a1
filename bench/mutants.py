"""One-line mutants: change one rule of the source, run the tests of its room, and report what no test notices.

`python -m bench.mutants` tries the mutants of NAMED, each a boundary or a permission that had no test once.
`python -m bench.mutants --sample 20 src/sambang/lib` tries 20 seeded mutants of the comparisons, boolean operators,
`not` and whole numbers of a folder. The source is copied to a temporary folder; the checkout is never changed.
Survivors are listed with a reason in bench/results/mutants.md. Exit code 1 if a mutant survives.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEED = 12
TIMEOUT_SECONDS = 900
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


@dataclass(frozen=True)
class Mutant:
    """`file`, below src/sambang: its only `old` becomes `new`; `tests`, below tests/, should fail."""

    name: str
    file: str
    old: str
    new: str
    tests: str


NAMED = [
    Mutant(
        "the month of closing is refused",
        "registry/reporting_period.py",
        "business.closed_on - timedelta(days=1)",
        "business.closed_on - timedelta(days=32)",
        "registry/test_reporting_period.py production/test_operations.py",
    ),
    Mutant(
        "an IKM closed on the 1st is still expected",
        "registry/reporting_period.py",
        "Q(closed_on__gt=day)",
        "Q(closed_on__gte=day)",
        "registry/test_reporting_period.py production/test_operations.py",
    ),
    Mutant(
        "6 base months become 7",
        "insight/panel_reader.py",
        "reported.base_months >= least",
        "reported.base_months > least",
        "insight/test_base_period.py insight/test_boundaries.py insight/test_compute.py",
    ),
    Mutant(
        "the same person's second change becomes a conflict",
        "intake/merging.py",
        "version.base == current.value or version.value == current.value or version.by == current.by",
        "version.base == current.value or version.value == current.value",
        "intake/test_merge_rules.py intake/test_order.py intake/test_desk.py intake/test_merged_businesses.py",
    ),
    Mutant(
        "a restoration is noticed one number late",
        "intake/epochs.py",
        "number > current.last_number",
        "number > current.last_number + 1",
        "field/test_restored_office.py intake/test_receiving.py intake/test_batches.py",
    ),
    Mutant(
        "names of every regency of the province go to a phone of somebody in both councils",
        "odk/entities.py",
        ".filter(reader_for(person).in_own_regency(Visit))",
        "",
        "odk",
    ),
    Mutant(
        "merging asks for the permission on the first row only",
        "registry/views/merging.py",
        'duplicate = get_business(request, other_id, verb="registry.merge")',
        "duplicate = get_business(request, other_id)",
        "registry/test_merging.py access/test_reader.py",
    ),
    Mutant(
        "a phone's value about another regency's IKM is accepted",
        "visits/operations.py",
        "recorded_at is not None and same_regency",
        "recorded_at is not None",
        "visits intake",
    ),
    Mutant(
        "a pulse of 70 is not weak",
        "visits/queries.py",
        "pulse > WEAK_PULSE",
        "pulse >= WEAK_PULSE",
        "visits/test_priorities.py",
    ),
    Mutant(
        "a telephone of any length is accepted",
        "registry/id_numbers.py",
        "if not phone.valid:",
        "if phone.e164 is None and not digits:",
        "registry/test_id_numbers.py",
    ),
    Mutant(
        "the investment limit of UMKM is 15 billion",
        "registry/size_classes.py",
        "NumberRange(5 * BILLION + 1, 10 * BILLION)",
        "NumberRange(5 * BILLION + 1, 15 * BILLION)",
        "registry/test_sizes.py",
    ),
    Mutant(
        "whole numbers up to 10²¹ are accepted",
        "intake/schema.py",
        "MAX_NUMBER = 10**15",
        "MAX_NUMBER = 10**21",
        "intake/test_merge_rules.py",
    ),
    Mutant(
        "a 200 counts as a redirect",
        "audit/idempotency.py",
        "response.status_code in {302, 303}",
        "response.status_code in {200, 302, 303}",
        "audit",
    ),
    Mutant(
        "the attendance list with telephones is printed without an entry in the audit log",
        "home/visit_minutes.py",
        'log_read(person, [visit.cluster_or_business], ["registry.see_contact"])',
        "pass",
        "home visits/test_papers.py",
    ),
    Mutant(
        "a closed line's last real report is overwritten by 0",
        "insight/coaching.py",
        "max(closing, max(volumes[key]) + 1)",
        "max(closing, max(volumes[key]))",
        "insight/test_coaching.py insight/test_boundaries.py",
    ),
    Mutant(
        "a vote of any weight is stored",
        "aspirations/operations.py",
        "if weight not in (1, 0, -1):",
        "if weight > 1:",
        "aspirations/test_operations.py aspirations/test_pages.py",
    ),
    Mutant(
        "a row reaches another region than its own column says",
        "access/reach_filters.py",
        "len(rest) == 1 and rest[0].primary_key",
        "len(rest) == 1",
        "access",
    ),
]


def sampled(folder: Path, count: int) -> list[tuple[str, Path, str]]:
    """(name, file, whole mutated text) of `count` seeded mutants of a Python file, or of those below a folder."""
    found = [
        (f"{file.relative_to(ROOT)}:{number} {change}", file, text)
        for file in (sorted(folder.rglob("*.py")) if folder.is_dir() else [folder])
        if "migrations" not in file.parts
        for number, change, text in mutations(file.read_text(encoding="utf-8"))
    ]
    return random.Random(SEED).sample(found, min(count, len(found)))


def mutations(source: str) -> Iterator[tuple[int, str, str]]:
    """(line, change, text) for each one-node mutant of a module."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        new = mutated(node)
        if new is None or not isinstance(node, ast.expr) or node.lineno != node.end_lineno:
            continue
        line = lines[node.lineno - 1].encode()
        old = line[node.col_offset : node.end_col_offset]
        changed = line[: node.col_offset] + f"({new})".encode() + line[node.end_col_offset :]
        text = "".join([*lines[: node.lineno - 1], changed.decode(), *lines[node.lineno :]])
        yield node.lineno, f"{old.decode()} → {new}", text


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


def survives(copy: Path, file: Path, text: str, tests: list[str]) -> bool:
    """Do all tests pass with the mutated file in the copied source?"""
    place = copy / file.relative_to(ROOT)
    original = place.read_text(encoding="utf-8")
    place.write_text(text, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": f"{copy / 'src'}:{copy}", "SAMBANG_DATA": str(copy / "data")}
    paths = [f"tests/{name}" for name in tests if (copy / "tests" / name).exists()]
    line = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider", "-m", "not slow and not browser", *paths]
    try:
        done = subprocess.run(
            line, cwd=copy, env=environment, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
        )
    finally:
        place.write_text(original, encoding="utf-8")
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stdout.decode()[-2000:])
    return done.returncode == 0


def named() -> Iterator[tuple[str, Path, str, list[str]]]:
    for mutant in NAMED:
        file = ROOT / "src" / "sambang" / mutant.file
        source = file.read_text(encoding="utf-8")
        if source.count(mutant.old) != 1:
            raise RuntimeError(f"{mutant.file} has {source.count(mutant.old)} times: {mutant.old}")
        yield mutant.name, file, source.replace(mutant.old, mutant.new), mutant.tests.split()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, help="a folder or file of src/, with --sample")
    parser.add_argument("--sample", type=int, default=20, help="how many mutants of the folder")
    parser.add_argument("--tests", nargs="+", help="files or folders of tests/; without it the folder of the same name")
    given = parser.parse_args()
    if given.folder:
        folder = given.folder.resolve()
        mutants = [(*found, given.tests or [folder.name]) for found in sampled(folder, given.sample)]
    else:
        mutants = list(named())
    survivors = 0
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in ("src", "tests", "tools", "bench", "docs"):
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", ".sambang"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        for mutant, file, text, tests in mutants:
            survived = survives(copy, file, text, tests)
            survivors += survived
            print(f"{'SURVIVES' if survived else 'dies'}: {mutant}", flush=True)
    print(f"{len(mutants)} mutants, {survivors} survive")
    return bool(survivors)


if __name__ == "__main__":
    sys.exit(main())
