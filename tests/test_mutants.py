"""The named mutants (bench/mutants.py) are mutants of today's source, and their tests exist."""

from __future__ import annotations

from bench.mutants import NAMED, ROOT, mutations, named


def test_each_named_mutant_changes_one_place() -> None:
    assert len(list(named())) == len(NAMED) >= 17
    assert len({mutant.name for mutant in NAMED}) == len(NAMED)


def test_each_named_mutant_has_tests() -> None:
    assert [name for mutant in NAMED for name in mutant.tests.split() if not (ROOT / "tests" / name).exists()] == []


def test_a_mutant_changes_one_comparison_condition_or_number() -> None:
    assert [(line, change) for line, change, _text in mutations("a = b > 1 and not c\n")] == [
        (1, "b > 1 and not c → b > 1 or not c"),
        (1, "b > 1 → b >= 1"),
        (1, "not c → c"),
        (1, "1 → 2"),
    ]
