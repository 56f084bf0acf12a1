"""Responses, readiness and recovery of the server under each fault.

    python -m bench.server_faults [--database SQLite|PostgreSQL]

Somebody signed in asks for the list of visits twice a second while the fault lasts and afterwards. `bench.faults`
counts what was lost; this file measures answers. Root is needed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.faults import Run
from bench.faulty_machine import SIZE, Keeper, machine, today
from bench.faulty_machine import run as machine_run
from bench.retrying_user import Person, RefusedError

RESULTS = Path(__file__).parent / "results" / "server_faults.md"
LASTS = 8.0  # seconds of a fault
HELD = 0.4  # seconds of each half second in which a slow disk writes nothing
RECOVERY = 60.0  # seconds until the server must answer again
PAGE = "/kunjungan/"


@dataclass
class Observation:
    """Answers to one person, and of /ready, during a fault."""

    office: Keeper
    person: Person
    statuses: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    ready: Counter[str] = field(default_factory=Counter)
    alive_slowest: float = 0.0

    def look(self) -> None:
        started = time.monotonic()
        self.statuses[status_of(self.person, PAGE)[0]] += 1
        self.slowest = max(self.slowest, time.monotonic() - started)
        started = time.monotonic()
        with suppress(RefusedError):
            self.person.ask("/alive")
        self.alive_slowest = max(self.alive_slowest, time.monotonic() - started)
        status, body = status_of(self.person, "/ready")
        self.ready[f"{status} {_wrong(body)}".strip()] += 1

    @contextmanager
    def looking(self) -> Iterator[None]:
        over = threading.Event()

        def again() -> None:
            while not over.wait(0.5):
                self.look()

        thread = threading.Thread(target=again)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def status_of(person: Person, path: str) -> tuple[str, str]:
    try:
        status, _location, body = person.ask(path)
    except RefusedError:
        return "silence", ""
    return str(status), body


def _wrong(body: str) -> str:
    """What /ready names as wrong, beside the backup."""
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    named = [*found.get("problems", []), *(f"{key} {found[key]}" for key in ("disk", "clock") if key in found)]
    return ", ".join(named)


def hang(run: Run) -> None:
    assert run.office.postgresql is not None
    processes = run.office.postgresql.processes()
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    time.sleep(LASTS)
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)


def kill_database(run: Run) -> None:
    assert run.office.postgresql is not None
    run.office.postgresql.kill()
    time.sleep(LASTS)
    run.office.postgresql.open()


def kill_worker(run: Run) -> None:
    assert run.office.server is not None
    pid = run.office.server.pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
    time.sleep(LASTS)


def slow_disk(run: Run) -> None:
    """No write ends for most of each half second."""
    ends, folder = time.monotonic() + LASTS, str(run.office.folder)
    while time.monotonic() < ends:
        machine_run("fsfreeze", "--freeze", folder)
        try:
            time.sleep(HELD)
        finally:
            machine_run("fsfreeze", "--unfreeze", folder)
        time.sleep(0.5 - HELD)


def clock(days: float) -> Callable[[Run], None]:
    def jump(run: Run) -> None:
        run.office.jump(days)
        time.sleep(LASTS)
        run.office.jump(0.0)

    return jump


def fill_disk(run: Run) -> None:
    ballast = run.fill_disk()
    time.sleep(LASTS)
    ballast.unlink()


def start_cold(run: Run) -> None:
    run.office.kill()
    run.office.open()


FAULTS: dict[str, tuple[Callable[[Run], None], str]] = {
    "hung database (SIGSTOP)": (hang, "PostgreSQL"),
    "killed database (SIGKILL), opened again": (kill_database, "PostgreSQL"),
    "killed workers (SIGKILL)": (kill_worker, ""),
    "clock a day ahead, and back": (clock(1.0), ""),
    "clock a day back, and again right": (clock(-1.0), ""),
    "full disk, then room": (fill_disk, ""),
    "slow disk (writes held 0.4 s of each 0.5 s)": (slow_disk, ""),
    "cold start after SIGKILL": (start_cold, ""),
}


def row(run: Run, name: str, fault: Callable[[Run], None]) -> str:
    seen = Observation(run.office, run.person)
    with seen.looking():
        fault(run)
    started = time.monotonic()
    while status_of(run.person, PAGE)[0] != "200" or status_of(run.person, "/ready")[0] != "200":
        if time.monotonic() - started > RECOVERY:
            return f"| {name} | {listed(seen.statuses)} | {seen.alive_slowest:.1f} s | {listed(seen.ready)} | **no** |"
        time.sleep(0.2)
    healed = time.monotonic() - started
    return (
        f"| {name} | {listed(seen.statuses)}; slowest {seen.slowest:.1f} s | {seen.alive_slowest:.1f} s "
        f"| {listed(seen.ready)} | after {healed:.1f} s |"
    )


def listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} × {count}" for name, count in sorted(counts.items()))


def through(database: str) -> str:
    rows = []
    with machine(database) as office:
        office.build()
        office.start_all()
        person = Person(office)
        person.sign_in()
        run = Run(office, person, random.Random(2026))
        for name, (fault, only) in FAULTS.items():
            if only in {"", database}:
                rows.append(row(run, name, fault))
                print(rows[-1], flush=True)
    heading = "| fault | the page | slowest /alive | /ready | healed by itself |\n|---|---|---|---|---|\n"
    return f"## {database}\n\n{heading}" + "\n".join(rows) + "\n"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--database", choices=[*SIZE], action="append")
    chosen = options.parse_args()
    told = [through(database) for database in chosen.database or [*SIZE]]
    RESULTS.write_text(
        f"# Answers while the machine fails\n\n`python -m bench.server_faults`, {today()}, two cores, load "
        f"{os.getloadavg()[0]:.1f} at the end. A round asks for {PAGE}, /alive and /ready one after "
        f"the other; a fault lasts {LASTS:.0f} seconds. The clock that jumps is that of Sambang's Python.\n\n"
        + "\n".join(told),
        encoding="utf-8",
    )
    print(RESULTS.read_text(encoding="utf-8"))
    if "**no**" in "".join(told):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
