"""`make check` runs every test: none falls between its runs, and nothing else is left out of them."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).parents[1]
SELECTED = re.compile(r"""pytest .*?-m ["']?((?:\w+ )*\w+)["']? """)
LEFT_OUT = re.compile(r"--(?:ignore|deselect|ignore-glob)[= ](\S+)|( -k )")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
MARKERS = [line.partition(":")[0] for line in SETTINGS["markers"]]


def selections(tool: str) -> list[str]:
    return SELECTED.findall((ROOT / "tools" / tool).read_text(encoding="utf-8"))


def selects(expression: str, marked: set[str]) -> bool:
    return bool(eval(expression, {name: name in marked for name in MARKERS}))


def test_every_marked_test_is_in_exactly_one_run() -> None:
    runs = selections("test")
    every = [set(some) for count in range(len(MARKERS) + 1) for some in combinations(MARKERS, count)]
    assert [marked for marked in every if sum(selects(run, marked) for run in runs) != 1] == []
    [quick] = selections("test-quick")
    assert [marked for marked in every if selects(quick, marked) and not selects("not browser", marked)] == []


def test_every_run_keeps_the_bytecode_of_what_it_imports() -> None:
    """Half of the CPU of a process that starts Django goes into compiling it (PYTHONDONTWRITEBYTECODE)."""
    tell = ["make", "--no-print-directory", "--eval", "told: ; @echo [$$PYTHONDONTWRITEBYTECODE]", "told"]
    told = subprocess.run(
        tell, cwd=ROOT, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, check=True
    )
    assert told.stdout == "[]\n"


def test_only_the_engines_tests_are_left_out_and_have_a_run_of_their_own() -> None:
    texts = {tool: (ROOT / "tools" / tool).read_text(encoding="utf-8") for tool in ("test", "check", "engine-alone")}
    assert LEFT_OUT.findall(texts["test"]) == []
    assert LEFT_OUT.findall(texts["check"]) == [("tests/engine", "")] * 2
    assert " tests/engine\n" in texts["engine-alone"] and "tools/engine-alone" in texts["check"]
    assert not {"-m", "-k"} & set(SETTINGS["addopts"])


def test_every_test_of_the_browser_stands_in_its_folder() -> None:
    """`-m browser` reads no other (tests/conftest.py)."""
    marked = {file for file in ROOT.glob("tests/**/*.py") if "mark.browser" in file.read_text(encoding="utf-8")}
    marked.remove(Path(__file__))
    assert len(marked) > 15 and {file.parent for file in marked} == {ROOT / "tests" / "browser"}


def test_the_quick_run_has_tests_of_every_folder() -> None:
    """But of those that it leaves out as a whole, and say so."""
    files = [
        file for file in (ROOT / "tests").glob("*/test_*.py") if file.parent.name not in {"engine", "browser", "spark"}
    ]
    quick = [file for file in files if not re.search(r"^pytestmark = .*slow", file.read_text(encoding="utf-8"), re.M)]
    assert len(files) > len(quick) > 100
    assert {file.parent for file in files} == {file.parent for file in quick}
