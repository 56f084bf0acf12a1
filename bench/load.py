"""An office under load: 200 officers, 2,000 owners and 5,000 readers' requests, beside a bare Django view.

    python -m bench.load [--minutes 10] [--businesses 5000]
    tools/with-postgresql .venv/bin/python -m bench.load          the same on PostgreSQL

locust on the same machine, loopback. Writes bench/results/load-sqlite.md or load-postgresql.md; fails on any error.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.office import ROOT, Office, spare_port, wait_for
from bench.xform_load import cpu_seconds

from sambang.ops.server import command_line

RESULTS = Path(__file__).parent / "results"
BARE = "bare Django view"
AT_ONCE = {"owner_slots": 40, "reader_slots": 25, "bare_slots": 2}


@dataclass
class BareServer:
    """The bare view by the same server, with the same options as the office's."""

    port: int
    workers: int
    server: subprocess.Popen[bytes] | None = None

    def open(self, log: Path) -> None:
        line = [*command_line("127.0.0.1", self.port, self.workers)[:-1], "bench.bare_django:application"]
        words = os.environ | {"PYTHONPATH": str(ROOT)}
        with log.open("ab") as file:
            self.server = subprocess.Popen(line, env=words, cwd=ROOT, stdout=file, stderr=file, start_new_session=True)
        wait_for(f"http://127.0.0.1:{self.port}/")

    def kill(self) -> None:
        if self.server is not None:
            os.killpg(self.server.pid, 9)
            self.server.wait(20)


def fill(office: Office, businesses: int) -> dict[str, Any]:
    """The made-up world; what is in it."""
    words = office.environment | {
        "DJANGO_SETTINGS_MODULE": "sambang.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    line = [sys.executable, "-m", "bench.world", str(businesses)]
    said = subprocess.run(line, env=words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(said.splitlines()[-1])  # type: ignore[no-any-return]


def crowd(said: dict[str, Any], minutes: float, log: Path) -> list[dict[str, Any]]:
    """What locust counted, an entry for each kind of request. All are there after a tenth of the time."""
    users = said["officers"] + sum(AT_ONCE.values())
    line = [
        str(Path(sys.executable).with_name("locust")),
        "-f",
        str(ROOT / "bench" / "crowd.py"),
        "--headless",
        "--json",
        "--users",
        str(users),
        "--spawn-rate",
        f"{max(1.0, users / minutes / 6):.1f}",
        "--run-time",
        f"{int(minutes * 60 * 1.5)}s",
        "--stop-timeout",
        "60",
        "--exit-code-on-error",
        "0",
    ]
    words = os.environ | {"PYTHONPATH": str(ROOT), "CROWD": json.dumps(said | AT_ONCE)}
    with log.open("wb") as file:
        done = subprocess.run(line, env=words, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=file)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Kind:
    """Requests of one name: milliseconds → how many took so long."""

    name: str
    times: Counter[int]
    failures: int

    @property
    def count(self) -> int:
        return sum(self.times.values())

    def at(self, share: float) -> int:
        """The time within which this share was answered, ms."""
        left = share * self.count
        for milliseconds, many in sorted(self.times.items()):
            left -= many
            if left <= 0:
                return milliseconds
        return 0

    def row(self) -> str:
        return (
            f"| {self.name} | {self.count} | {self.failures} | {self.at(0.5)} | {self.at(0.95)} | {self.at(0.99)} "
            f"| {max(self.times, default=0)} |"
        )


def kinds_of(entries: Iterable[dict[str, Any]]) -> list[Kind]:
    found: dict[str, tuple[Counter[int], int]] = {}
    for entry in entries:
        times, failures = found.get(entry["name"], (Counter(), 0))
        times.update({int(float(key)): many for key, many in entry["response_times"].items()})
        found[entry["name"]] = (times, failures + entry["num_failures"])
    return [Kind(name, times, failures) for name, (times, failures) in sorted(found.items())]


def together(name: str, kinds: Iterable[Kind]) -> Kind:
    times: Counter[int] = Counter()
    failures = 0
    for kind in kinds:
        times.update(kind.times)
        failures += kind.failures
    return Kind(name, times, failures)


@dataclass(frozen=True)
class Measured:
    kinds: list[Kind]
    office: float  # CPU seconds of the office's server during the load
    bare: float
    minutes: float
    begun: float  # load of the machine before it
    world: dict[str, Any]
    log: Counter[str]  # errors in the server log

    def words(self, vendor: str, command: str) -> str:
        bare = next(kind for kind in self.kinds if kind.name == BARE)
        groups = [
            together(f"all {who}s", [kind for kind in self.kinds if kind.name.startswith(who)])
            for who in ("officer", "owner", "reader")
        ]
        ours = together("**everything of Sambang**", [kind for kind in self.kinds if kind.name != BARE])
        each, nothing = 1000 * self.office / max(1, ours.count), 1000 * self.bare / max(1, bare.count)
        head = "| requests | number | errors | p50 ms | p95 ms | p99 ms | slowest ms |\n|---|---|---|---|---|---|---|\n"
        rows = "\n".join(kind.row() for kind in [*self.kinds, *groups, ours])
        trouble = listed(self.log) or "none"
        world = ", ".join(f"{many} {name}" for name, many in self.world.items() if name != "password")
        return (
            f"# Load: {vendor}\n\n`{command}`: {datetime.now(UTC):%Y-%m-%d}, {platform.system()} "
            f"{platform.machine()}, {os.cpu_count()} cores shared "
            f"by server, database and locust; load {self.begun:.1f} before it began and "
            f"{os.getloadavg()[0]:.1f} at its end, niceness {os.nice(0)}. {world}; all made up. "
            f"{self.minutes:.0f} minutes.\n\n{head}{rows}\n\n"
            f"**Errors {ours.failures}**; errors in the office's log: {trouble}. "
            f"{ours.count / self.minutes / 60:.1f} requests a second.\n\n"
            f"Against the bare Django view of the same run, same server, same options: p50 {ours.at(0.5)} ms "
            f"to {bare.at(0.5)} ms = "
            f"{ours.at(0.5) / max(1, bare.at(0.5)):.1f}; p99 {ours.at(0.99)} to {bare.at(0.99)} ms = "
            f"{ours.at(0.99) / max(1, bare.at(0.99)):.1f}; "
            f"CPU {each:.1f} ms to {nothing:.1f} ms a request = {ratio(each, nothing):.1f}. On a "
            "core of its own the server "
            f"would answer {ratio(1000, each):.0f} such requests a second.\n"
        )


def ratio(above: float, below: float) -> float:
    return above / below if below else 0.0


def listed(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {many}" for name, many in counted.items())


def errors_in(log: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in log.read_text(errors="replace").splitlines():
        if "database is locked" in line or "deadlock" in line:
            found["database locked"] += 1
        elif '"ERROR"' in line or "Traceback" in line:
            found["error lines"] += 1
    return found


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--businesses", type=int, default=5000)
    options.add_argument("--officers", type=int, default=200)
    options.add_argument("--owners", type=int, default=2000)
    options.add_argument("--reads", type=int, default=5000)
    chosen = options.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    vendor, workers = ("PostgreSQL", 2) if url else ("SQLite", 1)
    with tempfile.TemporaryDirectory(prefix="sambang-load-") as name:
        office = Office(Path(name), database_url=url)
        bare = BareServer(spare_port(), workers)
        world = fill(office, chosen.businesses)
        try:
            office.open()
            bare.open(office.folder / "bare.log")
            asserted(office)
            begun, who = (
                os.getloadavg()[0],
                {"officers": chosen.officers, "owners": chosen.owners, "reads": chosen.reads},
            )
            before = cpu_seconds(office.server.pid), cpu_seconds(bare.server.pid)  # type: ignore[union-attr]
            since = datetime.now(UTC)
            entries = crowd(
                {
                    **who,
                    "seconds": chosen.minutes * 60,
                    "address": f"http://127.0.0.1:{office.port}",
                    "bare": f"http://127.0.0.1:{bare.port}",
                },
                chosen.minutes,
                Path(name, "locust.log"),
            )
            took = (datetime.now(UTC) - since).total_seconds() / 60
            spent = [cpu_seconds(one.server.pid) - so_far for one, so_far in zip((office, bare), before, strict=True)]  # type: ignore[union-attr]
            log = errors_in(office.folder / "server.log")
        finally:
            office.kill()
            bare.kill()
        measured = Measured(kinds_of(entries), *spent, took, begun, world, log)
        command = f"{'tools/with-postgresql ' if url else ''}python -m {shlex.join(['bench.load', *sys.argv[1:]])}"
        result = RESULTS / f"load-{vendor.lower()}.md"
        result.write_text(measured.words(vendor, command), encoding="utf-8")
        failed = Path(name, "locust.log").read_text(errors="replace")
    print(result.read_text(encoding="utf-8"))
    if any(kind.failures for kind in measured.kinds) or log:
        print(failed[-6000:])
        raise SystemExit(1)


def asserted(office: Office) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{office.port}/ready", timeout=60) as answer:
        assert json.load(answer)["ready"], "another server answers on this port: run again"


if __name__ == "__main__":
    main()
