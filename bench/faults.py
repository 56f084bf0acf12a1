"""Durability under faults: every form that was answered is stored exactly once.

    python -m bench.faults [--rounds 90] [--minutes 25] [--seed 2026] [--database SQLite|PostgreSQL]

A person plans visits in the pages of a running office, and adds a photo to some, while power is lost, servers are
killed, the disk is full or read-only, the clock jumps, a backup is cut off, an upload is broken. Every visit has a
purpose of its own. Whoever gets no answer sends the same form again, and where that is not answered either, looks into
the list and fills in a new one, as a person would. At the end each purpose that was answered stands exactly once, each
photo that was answered is there once and whole, and the journal is whole. Rounds and minutes are for each database.
Root is needed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.faulty_machine import SIZE, Keeper, machine, today
from bench.retrying_user import BOUNDARY, Person, noise, photo_form
from PIL import Image

RESULTS = Path(__file__).parent / "results" / "faults.md"


@dataclass
class Run:
    office: Keeper
    person: Person
    chance: random.Random
    number: int = 0
    rounds: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def kinds(self) -> list[Callable[[], None]]:
        both = [
            self.power_lost,
            self.disk_full,
            self.disk_read_only,
            self.server_killed,
            self.clock_jumped,
            self.upload_broken,
            self.backup_halved,
            self.backup_on_a_full_disk,
        ]
        return both if self.office.postgresql is None else [*both, self.database_killed, self.one_backend_killed]

    def purposes(self, count: int) -> list[str]:
        self.number += count
        return [f"uji{number:05d}x" for number in range(self.number - count, self.number)]

    def writing(self, count: int = 6) -> threading.Thread:
        """Visits are planned, every other one with a photo, until all are answered."""

        def write(purposes: list[str]) -> None:
            for number, purpose in enumerate(purposes):
                self.person.plan(purpose)
                if number % 2:
                    self.person.photograph(self.person.answered[purpose], noise(self.number + number))

        thread = threading.Thread(target=write, args=[self.purposes(count)])
        thread.start()
        return thread

    def server_killed(self) -> None:
        """SIGKILL to Sambang while visits are being planned."""
        writing = self.writing()
        time.sleep(self.chance.uniform(0.05, 3))
        self.office.kill()
        self.office.open()
        writing.join()

    def power_lost(self) -> None:
        """What was not synced is gone, everything that ran is dead; the disk comes back with its journal replayed."""
        assert self.office.disk is not None
        writing = self.writing()
        time.sleep(self.chance.uniform(0.05, 3))
        self.office.disk.lose_power()
        self.office.stop_all()
        self.office.disk.detach()
        self.office.disk.attach()
        self.office.start_all()
        writing.join()

    def database_killed(self) -> None:
        """SIGKILL to PostgreSQL's postmaster and all its processes while visits are being planned."""
        assert self.office.postgresql is not None
        writing = self.writing()
        time.sleep(self.chance.uniform(0.05, 3))
        self.office.postgresql.kill()
        self.office.postgresql.open()
        writing.join()

    def one_backend_killed(self) -> None:
        """SIGKILL to one of PostgreSQL's processes, several times: it ends all connections and recovers by itself."""
        assert self.office.postgresql is not None
        writing = self.writing()
        for _time in range(3):
            time.sleep(self.chance.uniform(0.05, 1))
            self.office.postgresql.kill_one(self.chance)
        self.office.postgresql.open()
        writing.join()

    def clock_jumped(self) -> None:
        """The clock of the serving office goes ahead or back by days, once and back, while visits are being planned."""
        writing = self.writing()
        for days in (self.chance.choice((-2.0, 1.5, 3.0)), 0.0):
            time.sleep(self.chance.uniform(0.05, 2))
            self.office.jump(days)
        writing.join()

    def fill_disk(self) -> Path:
        ballast = self.office.folder / "ballast"
        with ballast.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                while True:
                    try:
                        file.write(bytes(size))
                    except OSError:
                        break
        os.sync()
        return ballast

    def disk_full(self) -> None:
        """Disk full: no unsaved form is acknowledged; then space is freed."""
        ballast = self.fill_disk()
        self._while_it_lasts()
        ballast.unlink()
        self._after_it()

    def disk_read_only(self) -> None:
        """The kernel met a damaged block: every write fails. Then all is stopped, the disk checked, and started
        again."""
        assert self.office.disk is not None
        self.office.disk.turn_read_only()
        self._while_it_lasts()
        self.office.stop_all()
        self.office.disk.detach()
        self.office.disk.repair()
        self.office.disk.attach()
        self._after_it()

    def _while_it_lasts(self) -> None:
        enough = threading.Event()
        [purpose] = self.purposes(1)
        trying = threading.Thread(target=self.person.plan, args=[purpose], kwargs={"give_up": enough})
        trying.start()
        time.sleep(3)
        enough.set()
        trying.join()
        self.seen["stored all the same" if purpose in self.person.answered else "not stored, and said so"] += 1

    def _after_it(self) -> None:
        self.office.start_all()
        self.writing(2).join()

    def upload_broken(self) -> None:
        """A photo that is none, and half a photo: refused in a sentence, and no file of it stays."""
        [purpose] = self.purposes(1)
        self.person.plan(purpose)
        path = f"{self.person.answered[purpose]}foto/"
        whole = noise(self.number)
        before = sorted(self.office.folder.glob("uploads/**/*"))
        for content in (self.chance.randbytes(20_000), whole[: self.chance.randrange(200, len(whole) - 200)]):
            _page, token = self.person.form(path)
            status, _location, _page = self.person.ask(path, photo_form(token, content), BOUNDARY)
            assert status == 422, status
            self.seen["broken photo refused"] += 1
        assert sorted(self.office.folder.glob("uploads/**/*")) == before

    def _backup(self) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "sambang", "backup"]
        return subprocess.Popen(
            line,
            env=self.office.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def backup_halved(self) -> None:
        """`sambang backup` killed at any moment: what is called a backup restores, and the next one succeeds."""
        folder = self.office.folder / "backups"
        making = self._backup()
        for _look in range(3000):  # it has begun to write, or is proving what it wrote
            if making.poll() is not None or list(folder.glob("*.part")):
                break
            time.sleep(0.02)
        time.sleep(self.chance.uniform(0, 1.5))
        if making.poll() is None:
            os.killpg(making.pid, 9)
            self.seen["backup cut off"] += 1
        making.wait()
        time.sleep(1)  # two backups of one second would have one name
        self._a_whole_one()

    def backup_on_a_full_disk(self) -> None:
        """It fails, leaves no half of it, and the next one succeeds."""
        ballast = self.fill_disk()
        making = self._backup()
        making.wait()
        ballast.unlink()
        self.office.start_all()
        self.seen["backup failed and said so" if making.returncode else "backup made on a full disk"] += 1
        assert not list((self.office.folder / "backups").glob("*.part"))
        self._a_whole_one()

    def _a_whole_one(self) -> None:
        folder = self.office.folder / "backups"
        self.office.command("backup")
        assert not list(folder.glob("*.part")), "what the killed one left was to be cleared"
        for backup in sorted(folder.glob("*.backup")):
            if self.office.postgresql is None:
                self._restored(backup)
            else:
                self.office.command("drill")
            self.seen["backup restored"] += 1
            backup.unlink()

    def _restored(self, backup: Path) -> None:
        with tempfile.TemporaryDirectory(dir=self.office.trap) as into:
            words = self.office.environment | {"SAMBANG_BACKUPS": into}
            line = [sys.executable, "-m", "sambang", "restore", str(backup), "--into", f"{into}/back"]
            subprocess.run(line, env=words, check=True, capture_output=True)

    def counted(self) -> Counted:
        rows = Counter(
            purpose for (purpose,) in self.office.rows("SELECT purpose FROM visits_visit WHERE purpose LIKE 'uji%'")
        )
        photos: dict[str, list[str]] = {}
        for visit, name in self.office.rows("SELECT visit_id, image FROM visits_photo"):
            photos.setdefault(str(visit).replace("-", ""), []).append(name)
        answered, broken = self.person.answered, 0
        for visit in self.person.photographed:
            kept = photos.get(visit.split("/")[2].replace("-", ""), [])
            broken += len(kept) != 1 or not whole_picture(self.office.folder / "uploads" / kept[0])
        return Counted(
            len(answered),
            sum(rows[purpose] == 0 for purpose in answered),
            sum(count > 1 for count in rows.values()),
            len(self.person.photographed),
            broken,
        )


@dataclass(frozen=True)
class Counted:
    answered: int
    lost: int
    doubled: int
    photos: int
    photos_lost: int  # or doubled, or not whole


def whole_picture(path: Path) -> bool:
    try:
        with Image.open(path) as picture:
            picture.load()
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Answers:
    """What one database went through."""

    database: str
    run: Run
    counted: Counted
    journal: str
    minutes: float

    def words(self) -> str:
        def listed(counts: Counter[str]) -> str:
            return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(counts.items()))

        found = self.counted
        return (
            f"## {self.database}\n\nRounds: {listed(self.run.rounds)}. {self.minutes:.0f} minutes; Sambang "
            f"killed {self.run.office.kills} times; ext4 of "
            f"{SIZE[self.database]}.\n\nAnswers to forms: {listed(self.run.person.answers)}.\n\nSeen: "
            f"{listed(self.run.seen)}.\n\n{self.journal}\n\n"
            f"    rounds {self.run.rounds.total()} answered {found.answered} lost {found.lost} doubled {found.doubled} "
            f"photos {found.photos} lost, doubled or broken {found.photos_lost}\n"
        )


def through(database: str, chosen: argparse.Namespace) -> Answers:
    with machine(database) as office:
        office.build()
        office.start_all()
        person = Person(office)
        person.sign_in()
        started = time.monotonic()
        run = Run(office, person, random.Random(chosen.seed))
        for number in range(chosen.rounds):
            if time.monotonic() - started > chosen.minutes * 60:
                break
            kind = run.kinds()[number % len(run.kinds())]
            kind()
            run.rounds[kind.__name__] += 1
            print(
                f"{datetime.now(UTC):%H:%M:%S} {database} {kind.__name__}: {len(person.answered)} answered", flush=True
            )
        office.command("backup")  # a head of the journal outside the database
        journal = office.command("audit", "verify").strip()
        return Answers(database, run, run.counted(), journal, (time.monotonic() - started) / 60)


def main() -> None:
    """No round begins after so many minutes."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=90)
    options.add_argument("--minutes", type=float, default=25)
    options.add_argument("--seed", type=int, default=2026)
    options.add_argument("--database", choices=[*SIZE], action="append")
    chosen = options.parse_args()
    answers = [through(database, chosen) for database in chosen.database or [*SIZE]]
    RESULTS.write_text(
        f"# Faults of the machine\n\n`python -m bench.faults --rounds {chosen.rounds} --minutes "
        f"{chosen.minutes:g}`, {today()}, seed {chosen.seed}, two "
        f"cores, load {os.getloadavg()[0]:.1f} at the end. Power is lost by shutting the file system down "
        "without a flush "
        "(EXT4_IOC_SHUTDOWN): what was not synced is gone; a disk that lies about its own cache is not in it. "
        "Read-only is ext4's "
        "`errors=remount-ro`. The clock that jumps is that of Sambang's Python, while it serves.\n\n"
        + "\n".join(one.words() for one in answers),
        encoding="utf-8",
    )
    print(RESULTS.read_text(encoding="utf-8"))
    if any(one.counted.lost or one.counted.doubled or one.counted.photos_lost for one in answers):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
