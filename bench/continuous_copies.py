"""Data loss when only a continuous copy of the database is left.

    python -m bench.continuous_copies [--rounds 10] [--minutes 8]

SQLite by Litestream, PostgreSQL by pg_receivewal. People plan visits in a running office while a copier copies; at a
random moment the office, its database and the copier are killed together and the office's folder is taken away. The
copy is brought back elsewhere, and what had been answered is looked for in it: lost is what is not there, and how long
before the end the oldest of it was answered. Then the copier alone is killed while the office goes on: `sambang drill
--copy` must say so.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from bench.faulty_machine import Keeper, Server, run
from bench.retrying_user import Person
from django.db.backends.sqlite3._functions import register

RESULTS = Path(__file__).parent / "results" / "continuous_copies.md"
LITESTREAM = Path(sys.executable).with_name("litestream")


@dataclass
class Writer(Person):
    """Notes when each purpose was answered."""

    moments: dict[str, float] = field(default_factory=dict)

    def write_on(self, enough: threading.Event, prefix: str) -> None:
        for number in range(100_000):
            if enough.is_set():
                return
            self.plan(purpose := f"uji-{prefix}-{number:05d}x", give_up=enough)
            if purpose in self.answered:
                self.moments[purpose] = time.monotonic()


@dataclass
class Copier:
    """`process` copies the office's database to `place` until it is killed."""

    office: Keeper
    place: Path
    process: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
            self.process = None

    def started(self, *line: str) -> None:
        with (self.place.parent / "copier.log").open("ab") as log:
            self.process = subprocess.Popen(line, stdout=log, stderr=log, start_new_session=True)

    def purposes(self, folder: Path) -> set[str]:
        """What the copy, brought back into this new folder, holds."""
        raise NotImplementedError

    def start(self) -> None:
        raise NotImplementedError


class Litestream(Copier):
    name = "SQLite, Litestream"

    def start(self) -> None:
        self.started(str(LITESTREAM), "replicate", str(self.office.database), f"file://{self.place}")

    def bring_back(self, folder: Path) -> Path:
        back = folder / "back.sqlite3"
        run(str(LITESTREAM), "restore", "-o", str(back), f"file://{self.place}")
        return back

    def purposes(self, folder: Path) -> set[str]:
        with closing(sqlite3.connect(self.bring_back(folder))) as there:
            register(there)  # constraints of ours are written in functions that Django brings
            assert there.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return {purpose for (purpose,) in there.execute("SELECT purpose FROM visits_visit")}


class ReceiveWal(Copier):
    name = "PostgreSQL, pg_receivewal"

    def start(self) -> None:
        """A base of now, and the log from there on."""
        server = self.office.postgresql
        assert server is not None
        for part in ("base", "log"):
            (self.place / part).mkdir(parents=True)
            run("chown", "-R", "postgres", str(self.place))
        where = ["-h", str(server.folder), "-U", "sambang"]
        server.as_its_user("pg_receivewal", *where, "--slot=sambang", "--create-slot", "--if-not-exists")
        program = str(server.programs / "pg_receivewal")
        self.started(
            "runuser",
            "-u",
            "postgres",
            "--",
            program,
            *where,
            "-D",
            str(self.place / "log"),
            "--slot=sambang",
            "--synchronous",
        )
        server.as_its_user(
            "pg_basebackup", *where, "-D", str(self.place / "base"), "-X", "none", "-c", "fast", "--no-manifest"
        )

    def purposes(self, folder: Path) -> set[str]:
        there = Server(folder / "postgresql")
        there.folder.mkdir()
        shutil.copytree(self.place / "base", there.data, symlinks=True)
        for part in (self.place / "log").glob("*.partial"):
            part.rename(part.with_suffix(""))
        (there.data / "recovery.signal").touch()
        with (there.data / "postgresql.conf").open("a") as file:
            file.write(
                f"unix_socket_directories='{there.folder}'\nrestore_command='cp {self.place}/log/%f "
                "%p'\nrecovery_target_action='promote'\n"
            )
        there.data.chmod(0o700)
        run("chown", "-R", "postgres", str(there.folder))
        try:
            there.open()
            for _look in range(600):
                with psycopg.connect(there.url) as back:
                    if not back.execute("SELECT pg_is_in_recovery()").fetchone()[0]:  # type: ignore[index]
                        return {purpose for (purpose,) in back.execute("SELECT purpose FROM visits_visit")}
                time.sleep(0.1)
            raise TimeoutError("still recovering")
        finally:
            there.kill()


@dataclass
class RestoredCopy:
    name: str
    answered: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # how old the oldest lost one was
    stopped: str = ""

    def row(self) -> str:
        return (
            f"| {self.name} | {len(self.answered)} | {sum(self.answered)} | {sum(self.lost)} | "
            f"{max(self.lost, default=0)} | "
            f"{max(self.seconds, default=0):.1f} |"
        )


@contextmanager
def office_of(kind: type[Copier]) -> Iterator[tuple[Keeper, Path]]:
    with tempfile.TemporaryDirectory(prefix="sambang-copies-") as name:
        here = Path(name)
        here.chmod(0o755)
        folder, beside = here / "office", here / "beside"
        folder.mkdir()
        beside.mkdir()
        server = Server(here / "postgresql") if kind is ReceiveWal else None
        office = Keeper(folder, stage="registered", postgresql=server, trap=beside)
        try:
            if server is not None:
                server.make()
                server.open()
                office.database_url = server.url
            office.build()
            yield office, here
        finally:
            office.stop_all()


def lost_by(kind: type[Copier], chosen: argparse.Namespace, chance: random.Random) -> RestoredCopy:
    found, started = RestoredCopy(kind.name), time.monotonic()  # type: ignore[attr-defined]
    with office_of(kind) as (office, here):
        whole = here / "as-it-was"
        database = office.database if office.postgresql is None else office.postgresql.data
        office.stop_all()
        (shutil.copy if database.is_file() else shutil.copytree)(database, whole)
        for number in range(chosen.rounds):
            if time.monotonic() - started > chosen.minutes * 60:
                break
            place = here / f"copy{number}"
            place.mkdir()
            office.start_all()
            copier = kind(office, place / "there")
            copier.start()
            person, enough = Writer(office), threading.Event()
            person.sign_in()
            writing = threading.Thread(target=person.write_on, args=[enough, str(number)])
            writing.start()
            time.sleep(chance.uniform(3, 12))
            copier.kill()
            office.stop_all()
            end = time.monotonic()
            enough.set()
            writing.join()
            _gone(database)
            back = copier.purposes(place)
            missing = [moment for purpose, moment in person.moments.items() if purpose not in back]
            found.answered.append(len(person.moments))
            found.lost.append(len(missing))
            found.seconds.append(end - min(missing, default=end))
            print(f"{datetime.now(UTC):%H:%M:%S} {kind.name}: {found.row()}", flush=True)  # type: ignore[attr-defined]
            _back_as_it_was(database, whole)
            shutil.rmtree(place)
    return found


def _gone(database: Path) -> None:
    if database.is_dir():
        shutil.rmtree(database)
        return
    for ending in ("", "-wal", "-shm"):
        Path(f"{database}{ending}").unlink(missing_ok=True)
    shutil.rmtree(database.parent / f".{database.name}-litestream", ignore_errors=True)


def _back_as_it_was(database: Path, whole: Path) -> None:
    _gone(database) if database.exists() else None
    if whole.is_dir():
        shutil.copytree(whole, database)
        run("chown", "-R", "postgres", str(database))
        database.chmod(0o700)
    else:
        shutil.copy(whole, database)


def stopped_silently() -> str:
    """Litestream killed, the office goes on, a backup is made: what the drill says of the copy before and after."""
    with office_of(Litestream) as (office, here):
        office.start_all()
        copier = Litestream(office, here / "there")
        copier.start()
        person = Person(office)
        person.sign_in()
        said = []
        for number in range(2):
            person.plan(f"uji-berhenti-{number}")
            office.command("backup")
            time.sleep(5)
            (here / str(number)).mkdir()
            line = [sys.executable, "-m", "sambang", "drill", "--copy", str(copier.bring_back(here / str(number)))]
            done = subprocess.run(line, env=office.environment, capture_output=True, text=True, check=False)
            last = (done.stdout + done.stderr).strip().splitlines()[-1]
            said.append(f"{('while it copies', 'after it was killed')[number]}: exit code {done.returncode}, “{last}”")
            copier.kill()
        assert "exit code 0" in said[0], said
        assert "exit code 1" in said[1], said
        return "; ".join(said)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--minutes", type=float, default=8, help="no round of a database begins later")
    options.add_argument("--seed", type=int, default=2026)
    chosen = options.parse_args()
    chance = random.Random(chosen.seed)
    print(silent := stopped_silently(), flush=True)
    found = [lost_by(kind, chosen, chance) for kind in (Litestream, ReceiveWal)]
    programs = (
        run(str(LITESTREAM), "version"),
        run(str(Server(Path("/nowhere")).programs / "pg_receivewal"), "--version").split()[2],
    )
    RESULTS.write_text(
        f"# Continuous copies\n\n`python -m bench.continuous_copies --rounds {chosen.rounds} --minutes "
        f"{chosen.minutes:g}`: {datetime.now(UTC):%Y-%m-%d}, seed {chosen.seed}, "
        f"Litestream {programs[0]} as it comes (its interval is a second) to a folder, pg_receivewal "
        f"{programs[1]} `--synchronous`; load {os.getloadavg()[0]:.1f} at the end. "
        "Office, database and copier were killed together and the database deleted; the copy was brought back "
        "elsewhere.\n\n"
        "| database and copier | rounds | answered | lost | most in a round | oldest lost, seconds before the "
        "end |\n|---|---|---|---|---|---|\n"
        + "\n".join(one.row() for one in found)
        + f"\n\n`sambang drill --copy` {silent}.\n\nThe promise (a minute at most) "
        f"{'holds' if max(max(one.seconds, default=0) for one in found) < 60 else '**does not hold**'}. "
        "A network between the two machines adds its own delay.\n",
        encoding="utf-8",
    )
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
