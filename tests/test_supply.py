"""What we build on: locked with hashes, listed, looked up, and no claim where nothing could be looked up."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tools import asvs_page, audit, supplied

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (
    "requirements.lock",
    "tools/engine.txt",
    "tools/fuzz.txt",
    "tools/spark.txt",
    "tools/supply.txt",
    "tools/uv.txt",
)
# Installations without hashes, and why.
WITHOUT = {
    "--no-deps --no-build-isolation --editable .": "Sambang itself",
    '--constraints requirements.lock "$wheel"': "proves the wheel's own list of packages, in the versions of the lock",
    "--constraints requirements.lock -r pyproject.toml": "read by the list of packages, run by nobody",
}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_its_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text(encoding="utf-8").strip())
    assert (
        blocks
        and [block.splitlines()[0] for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []
    )


def test_every_installation_asks_for_hashes() -> None:
    tools = [file for file in (ROOT / "tools").iterdir() if file.is_file() and not file.suffix]
    commands = [
        command
        for file in [*tools, ROOT / ".ci" / "run"]
        for command in re.findall(r"pip install ([^|&\n]+)", file.read_text(encoding="utf-8").replace("\\\n", " "))
    ]
    assert len(commands) >= 6
    assert [
        one for one in commands if "--require-hashes" not in one and not any(known in one for known in WITHOUT)
    ] == []


def weak(name: str = "django", version: str = "4.0") -> dict[str, Any]:
    return {"name": name, "version": version, "vulns": [{"id": "PYSEC-1", "fix_versions": ["4.0.1"]}]}


FINE = {"name": "segno", "version": "1.6", "vulns": []}
SKIPPED = {"name": "segno", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("results", "code", "words"),
    [
        (None, audit.NOT_REACHED, "no result"),
        ([], audit.NOT_REACHED, "no result"),
        ([FINE, SKIPPED], audit.NOT_REACHED, "Only 1 of 2"),
        ([FINE, FINE], audit.NONE_KNOWN, "2 packages looked up"),
        ([FINE, weak(), SKIPPED], audit.SOME_KNOWN, "fixed in 4.0.1"),
    ],
)
def test_the_audit_claims_what_it_knows(results: list[dict[str, Any]] | None, code: int, words: str) -> None:
    found, lines = audit.summarise(results)
    assert found == code and words in "\n".join(lines)
    assert audit.has_vulnerabilities(results or []) is (code == audit.SOME_KNOWN)


def test_a_list_that_leaves_out_or_adds_is_refused() -> None:
    lock = supplied.locked((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    whole = [{"name": name, "version": lock[name]} for name in supplied.asked_for()]
    assert len(whole) >= 20 and supplied.violations({"components": whole}, lock) == []
    assert "not listed" in supplied.violations({"components": whole[1:]}, lock)[0]
    other = [{"name": "left-pad", "version": "1"}]
    assert "left-pad" in supplied.violations({"components": [*whole, *other]}, lock)[0]


def test_the_checklist_is_whole_and_its_proofs_exist() -> None:
    found = asvs_page.lines()
    assert asvs_page.violations(found) == []
    assert len({line.number for line in found}) == len(found) == 253
    assert Counter(line.level for line in found) == {1: 70, 2: 183}
    # How many of levels 1 and 2 the standard has in each chapter.
    chapters = [27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7]
    assert [Counter(line.chapter for line in found)[chapter] for chapter in range(1, 18)] == chapters
    assert asvs_page.PAGE.read_text(encoding="utf-8") == asvs_page.page(), "docs/asvs.md is old: run `make docs`"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (asvs_page.Line("1.1.1", 2, "yes", "so", ()), "without proof"),
        (asvs_page.Line("1.1.1", 2, "maybe", "so", ()), "state maybe"),
        (asvs_page.Line("1.1.1", 2, "part", "so", ("docs/nothing.md",)), "is not there"),
        (asvs_page.Line("1.1.1", 2, "part", "so", ("tests/test_supply.py::test_nothing",)), "no test"),
        (asvs_page.Line("1.1.1", 2, "no", " ", ()), "no word how"),
    ],
)
def test_a_wrong_line_is_seen(line: asvs_page.Line, words: str) -> None:
    assert words in "\n".join(asvs_page.violations([line]))
