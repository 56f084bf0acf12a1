"""The named mutants (bench/mutants.py) are mutants of today's source, and their tests exist."""

from __future__ import annotations

import runpy
from pathlib import Path

from bench.mutant_lists import NAMED, ROOMS
from bench.mutants import ROOT, SOURCE, mutations, named, replace_code


def test_each_named_mutant_changes_one_place() -> None:
    assert len(named()) == len(NAMED) >= 17
    assert len({mutant.name for mutant in NAMED}) == len(NAMED)


def test_every_file_and_test_of_the_lists_exists() -> None:
    tests = [mutant.tests for mutant in NAMED]
    for room in ROOMS.values():
        tests += [room.tests, *room.files.values()]
        assert [file for file in room.files if not (SOURCE / file).exists()] == []
    assert [name for names in tests for name in names.split() if not (ROOT / "tests" / name).exists()] == []


def test_a_mutant_changes_one_comparison_condition_or_number() -> None:
    source = "a = b > 1 and not c\ndef f():\n    return 2\n"
    assert [(line, change, is_inside) for line, change, _text, is_inside in mutations(source)] == [
        (1, "b > 1 and not c → b > 1 or not c", False),
        (1, "b > 1 → b >= 1", False),
        (1, "not c → c", False),
        (3, "2 → 3", True),
        (1, "1 → 2", False),
    ]


def test_functions_that_exist_get_the_code_of_the_mutant(tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    file.write_text("def is_few(n):\n    return any(one < 3 for one in [n])\n", encoding="utf-8")
    is_few = runpy.run_path(str(file))["is_few"]
    assert not is_few(3)
    replace_code(file, file.read_text(encoding="utf-8").replace("<", "<="))
    assert is_few(3)
