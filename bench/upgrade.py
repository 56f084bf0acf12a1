"""Availability during an upgrade: the older version serves while today's prepares its database.

    tools/with-postgresql python -m bench.upgrade --from REVISION [--seconds 15]
        writes bench/results/upgrade-postgresql.md
    python -m bench.upgrade --from REVISION
        writes bench/results/upgrade-sqlite.md
    (bench/results/upgrade-….stopped.md if `prepare` required a stop)

REVISION is a commit of this repository; its source runs with today's packages. An embedded database prepares itself at
the start of the new version, so there the old one is stopped before. Every visit that an officer was told is planned
must stand once in the new version; pages must go on answering.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from statistics import median

from bench.office import ROOT, Office
from bench.retrying_user import VISIT, Person, RefusedError

RESULTS = ROOT / "bench" / "results"
PAGES = ("/", "/kunjungan/", "/daftar/ikm/", "/aspirasi/", "/tindakan/", "/produksi/", "/pasar/katalog/")
GOOD = {200, 302, 409}  # 409: the same form a second time
WRITERS, READERS = 2, 2

type Seen = tuple[float, float, int]
"""When an answer was asked for, the seconds it took, its status (0 for none)."""


@dataclass
class Version(Office):
    """An office that is served by the source in `source`."""

    source: Path = ROOT

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"PYTHONPATH": str(self.source / "src")}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Asked to stop, as its unit does it."""
        assert self.server is not None
        os.killpg(self.server.pid, signal.SIGTERM)
        self.server.wait(60)
        self.server = None


@dataclass
class LoadGenerator:
    """Officers at work until told to stop. `seen`: (moment, seconds, status) of every answer; 0 for none."""

    office: Version
    over: threading.Event = field(default_factory=threading.Event)
    seen: list[Seen] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        tasks = [self.plan] * WRITERS + [self.read] * READERS
        # It has an address and a password.
        self.people = [Person(self.office) for _task in tasks]  # type: ignore[arg-type]
        for person in self.people:
            person.sign_in()
        self.threads = [
            threading.Thread(target=task, args=(number, person))
            for number, (task, person) in enumerate(zip(tasks, self.people, strict=True))
        ]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def answered(self, began: float, status: int, path: str) -> None:
        self.seen.append((began, time.monotonic() - began, status))
        if status not in GOOD:
            self.wrong[f"{path} {status or 'silence'}"] += 1

    def plan(self, who: int, person: Person) -> None:
        number = 0
        while not self.over.is_set():
            number, began = number + 1, time.monotonic()
            before = Counter(person.answers)
            person.plan(f"naik{who}x{number:05d}", give_up=self.over)
            for told in person.answers - before:
                self.answered(began, int(told) if told.isdigit() else 0, "/kunjungan/rencana/")

    def read(self, who: int, person: Person) -> None:
        while not self.over.is_set():
            for path in PAGES:
                began = time.monotonic()
                try:
                    status, _location, _page = person.ask(path)
                except RefusedError:
                    status = 0
                self.answered(began, status, path)

    @property
    def planned(self) -> set[str]:
        return set().union(*(person.answered for person in self.people))


def source_of(revision: str, folder: Path) -> Path:
    packed = subprocess.run(["git", "archive", revision, "src"], cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def commit(revision: str) -> str:
    line = ["git", "log", "-1", "--format=%h of %as", revision]
    return subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def prepared(today: Version) -> str:
    """Output of `prepare` if it refused to run online, else ""."""
    line = [sys.executable, "-m", "sambang", "prepare"]
    done = subprocess.run(line, env=today.environment, check=False, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr.strip()


def times_in_the_list(office: Version, purposes: set[str]) -> Counter[int]:
    """How many of the purposes stand how often in the list of visits: {1: all of them} where nothing is lost or
    doubled."""
    person = Person(office)  # type: ignore[arg-type]
    person.sign_in()
    return Counter(len(set(VISIT.findall(person.ask(f"/kunjungan/?cari={purpose}")[2]))) for purpose in purposes)


def upgrade(revision: str, seconds: float, folder: Path, url: str) -> tuple[str, bool]:
    """The run, told in Markdown; and whether `prepare` asked for a stop first."""
    old = Version(folder / "office", database_url=url, source=source_of(revision, folder / "source"))
    old.build()
    old.open()
    today = Version(old.folder, database_url=url, port=old.port)
    crowd = LoadGenerator(old)
    crowd.begin()
    time.sleep(seconds)
    began, refused = time.monotonic(), ""
    if url:
        refused = prepared(today)
        done = time.monotonic()
        time.sleep(seconds)
    crowd.end()
    stopped = time.monotonic()
    old.close()
    if refused:
        today.command("prepare", "--stopped")
    today.open()
    away = time.monotonic() - stopped
    again = LoadGenerator(today)
    again.begin()
    time.sleep(seconds)
    again.end()
    listed = times_in_the_list(today, crowd.planned | again.planned)
    journal, cells = (
        today.command(*words).strip().splitlines()[-1] for words in (("audit", "verify"), ("cells", "verify"))
    )
    today.close()
    phases = phases_of(crowd.seen, began, done if url else None) | {"the new version": again.seen}
    beside = f"{done - began:.1f} s" if url else "not with an embedded database, which prepares itself"
    if refused:
        beside = f"refused, {refused.splitlines()[-1].strip()}"
    doubled = sum(many for times, many in listed.items() if times > 1)
    sentences = [
        f"`prepare` beside the serving version: {beside}. Away between the two versions: {away:.1f} s.",
        f"Wrong answers: {dict(crowd.wrong + again.wrong) or 'none'}.",
        f"{journal} {cells}",
        f"    visits answered {sum(listed.values())} lost {listed[0]} doubled {doubled}",
    ]
    return report(phases, sentences), bool(refused)


def phases_of(seen: list[Seen], began: float, done: float | None) -> dict[str, list[Seen]]:
    """What the old version answered, by what happened meanwhile. `done`: when `prepare` beside it ended."""
    before = {"the old version, before": [row for row in seen if row[0] + row[1] < began]}
    if done is None:
        return before
    return before | {
        "the old version, while the new one prepares": [
            row for row in seen if row[0] + row[1] >= began and row[0] <= done
        ],
        "the old version, on the prepared database": [row for row in seen if row[0] > done],
    }


def report(phases: dict[str, list[Seen]], sentences: list[str]) -> str:
    table = [
        "| answers of | number | not as they should be | p50 ms | slowest ms |",
        "|---|---|---|---|---|",
        *(_row(name, rows) for name, rows in phases.items()),
    ]
    return "\n".join([*table, *(f"\n{sentence}" for sentence in sentences)])


def _row(name: str, rows: list[Seen]) -> str:
    took = sorted(seconds * 1000 for _began, seconds, _status in rows)
    wrong = sum(status not in GOOD for _began, _seconds, status in rows)
    return f"| {name} | {len(rows)} | {wrong} | {median(took):.0f} | {took[-1]:.0f} |"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--from", dest="revision", required=True)
    options.add_argument("--seconds", type=float, default=15)
    chosen = options.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    kind = "PostgreSQL" if url else "SQLite"
    with tempfile.TemporaryDirectory(prefix="sambang-upgrade-") as name:
        Path(name).chmod(0o755)
        told, refused = upgrade(chosen.revision, chosen.seconds, Path(name), url)
    text = (
        f"# From version to version: {kind}\n\n`python -m bench.upgrade --from {chosen.revision}`, "
        f"{datetime.now(UTC).date()}, "
        f"{platform.system()} {platform.machine()}: from {commit(chosen.revision)} to {commit('HEAD')}, "
        f"{WRITERS} officers who plan visits and {READERS} who read.\n\n{told}\n"
    )
    (RESULTS / f"upgrade-{kind.lower()}{'.stopped' if refused else ''}.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
