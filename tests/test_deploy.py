"""deploy/: the script, units and proxy settings fit the program and each other."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from sambang import environment
from sambang.ops.management.commands.drill import LIMIT_MINUTES

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
INSTALL = (DEPLOY / "install").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").iterdir())


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((DEPLOY / "systemd" / name).read_text(encoding="utf-8"))
    return parser


def test_a_server_that_dies_is_started_again_for_ever() -> None:
    service = unit("sambang.service")
    assert service["Service"]["Restart"] == "always" and int(service["Service"]["RestartSec"]) >= 1
    assert service["Unit"]["StartLimitIntervalSec"] == "0"
    assert service["Service"]["ExecStart"] == "/opt/sambang/.venv/bin/sambang serve"


@pytest.mark.parametrize("name", [path.name for path in UNITS if path.suffix == ".timer"])
def test_each_timer_runs_a_command_of_ours(name: str) -> None:
    command = re.fullmatch(r"sambang@([a-z_]+)\.service", unit(name)["Timer"]["Unit"])
    assert command is not None and command[1] in get_commands()
    assert name == f"sambang-{command[1]}.timer" and name in INSTALL
    assert unit(name)["Timer"]["Persistent"] == "true"


def test_a_job_that_hangs_is_ended() -> None:
    """systemd has no limit of its own for oneshot services; the drill's own limit comes first."""
    limit = re.fullmatch(r"(\d+)h", unit("sambang@.service")["Service"]["TimeoutStartSec"])
    assert limit is not None and int(limit[1]) * 60 > LIMIT_MINUTES


def test_services_write_only_where_the_settings_say() -> None:
    for name in ("sambang.service", "sambang@.service"):
        service = unit(name)["Service"]
        assert service["User"] == "sambang" and service["ProtectSystem"] == "strict"
        assert service["ReadWritePaths"].split() == ["/var/lib/sambang", "/var/backups/sambang"]
        assert service["EnvironmentFile"] == "/etc/sambang.env"
    for path in ("/var/lib/sambang", "/var/backups/sambang", "/etc/sambang.env"):
        assert f"={path}" in INSTALL


def test_the_program_is_compiled_by_who_may_write_there() -> None:
    """A service that may not would compile Django at every start: four seconds of CPU."""
    dry = ["make", "--dry-run", "bytecode"]
    line = subprocess.run(dry, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(r"-m compileall .* src \.venv/lib ", line)
    assert 'make -C "$PROGRAM" bytecode' in INSTALL
    assert "RUN make bytecode" in (ROOT / "Containerfile").read_text(encoding="utf-8")


def test_the_script_is_valid_and_makes_what_row_security_needs() -> None:
    subprocess.run(["bash", "-n", DEPLOY / "install"], check=True)
    subprocess.run(["sh", "-n", DEPLOY / "sambang"], check=True)
    assert "GRANT sambang_reader TO sambang" in INSTALL


def test_its_database_address_is_one_that_the_program_takes(tmp_path: Path) -> None:
    """With the port of the cluster that was asked: 5432 may belong to an older one."""
    found = re.search(r"""DATABASE_URL "([^"]+)\$\(as_postgres -c 'SHOW port'\)\"""", INSTALL)
    assert found is not None
    database = environment.database(found[1] + "5433", tmp_path / "office.sqlite3")
    assert (database["NAME"], database["USER"]) == ("sambang", "")
    assert (database["OPTIONS"]["host"], database["OPTIONS"]["port"]) == ("/var/run/postgresql", "5433")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "salah_tulis"], "bukan nama server"),
        (["--host", "sambang"], "bukan nama server"),
        (["--apa"], "Pilihan tidak dikenal"),
        ([], "Nama server belum disebut"),
    ],
)
def test_it_refuses_before_it_changes_anything(arguments: list[str], words: str, tmp_path: Path) -> None:
    """The check of the machine is taken out: the tests run on any."""
    script = tmp_path / "install"
    script.write_text(INSTALL.replace("\ncheck_machine\n", "\n").replace("install_packages\n", "exit 99\n"))
    done = subprocess.run(
        ["bash", script, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and words in done.stderr


def test_the_proxy_lets_a_whole_submission_pass_and_keeps_no_addresses() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert "max_size 110MB" in caddy and "reverse_proxy 127.0.0.1:8000" in caddy
    assert not re.search(r"^\s*log\b", caddy, re.M)
