"""The `sambang` command: what it lists, and what it starts without Django."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from sambang.command_list import ENGINE_COMMANDS, commands


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "sambang", *words], capture_output=True, text=True, check=False)


def test_the_list_has_every_command_of_ours_with_its_own_words() -> None:
    ours = {name: app for name, app in get_commands().items() if app.startswith("sambang.")}
    assert len(ours) > 20
    listed = commands()
    assert listed.keys() == ours.keys() | ENGINE_COMMANDS.keys()
    for name, app in ours.items():
        assert listed[name] == load_command_class(app, name).help != ""


@pytest.mark.parametrize("words", [(), ("help",), ("--help",)])
def test_help_lists_sambangs_own_commands_only(words: tuple[str, ...]) -> None:
    answer = run(*words)
    assert answer.returncode == 0
    assert all(f"  {name} " in answer.stdout for name in commands())
    assert "flush" not in answer.stdout
    assert answer.stderr == ""


@pytest.mark.slow
def test_help_of_one_command_and_of_django_are_there() -> None:
    assert "--port" in run("help", "serve").stdout
    assert "flush" in run("help", "--all").stdout


def test_an_index_of_a_file_imports_neither_django_nor_pandas(tmp_path: Path) -> None:
    months = [f"{year}-{month:02d}" for year in (2019, 2020) for month in range(1, 13)]
    rows = [f"u{unit},baju,{month},{10 + unit},{1000 * unit}" for unit in range(8) for month in months]
    reports, out = tmp_path / "laporan.csv", tmp_path / "indeks.csv"
    reports.write_text("\n".join(["unit,product,month,quantity,value", *rows]))
    code = (
        "import sys; from sambang.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code, [name for name in ('django', 'pandas') if sys.modules.get(name)])"
    )
    line = [sys.executable, "-c", code, "index", str(reports), "--out", str(out)]
    answer = subprocess.run(line, capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "0 []"
    assert out.read_text().count("\n") == 1 + len(months)


def test_the_list_of_commands_imports_no_package() -> None:
    code = (
        "import sys; from sambang.__main__ import main; main()\n"
        "print(sorted({'django', 'numpy', 'pandas', 'pyarrow', 'duckdb'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"


def test_the_engine_starts_without_django() -> None:
    code = (
        "import sys; sys.argv[1:] = ['index', '--help']\n"
        "from sambang.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as end: print('django' in sys.modules, end.code)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "False 0"
    assert "--units" in answer.stdout


@pytest.mark.slow
def test_a_server_keeps_pandas_out(tmp_path: Path) -> None:
    """Altair asks sys.modules for pandas: what another thread has imported by half answered drawings with 500."""
    assert find_spec("pandas") is not None
    code = (
        "import sys, sambang.wsgi\n"
        "print('altair' in sys.modules, 'pandas' in sys.modules)\n"
        "try: import pandas\n"
        "except ModuleNotFoundError: print('kept out')"
    )
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["SAMBANG_DATA"] = str(tmp_path)
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert answer.stdout.splitlines()[-2:] == ["True False", "kept out"]
