"""Faults of a machine: a loop device with ext4, a PostgreSQL of its own, a clock that jumps. Needs root and Linux."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from bench.office import Office, wait_for

SIZE = {"SQLite": "260M", "PostgreSQL": "420M"}
PATIENCE = 300.0  # seconds; the machine may be busy
EXT4_SHUTDOWN, WITHOUT_FLUSHING = 2 << 30 | 4 << 16 | ord("X") << 8 | 125, 2
# libfaketime (0.9.10) lets time.sleep fail with EINVAL when the monotonic clock is left alone: Python's clock it is.
CLOCK = """import os, threading, time, datetime
import time_machine
def follow(place, now=time.time, sleep=time.sleep):
    said, shift = "", None
    while True:
        try:
            with open(place) as file:
                days = file.read()
        except OSError:
            days = said
        if days != said:
            if shift:
                shift.stop()
            said, shift = days, None
            if float(days or 0):
                there = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=float(days))
                shift = time_machine.travel(there, tick=True)
                shift.start()
        sleep(0.05)
if os.environ.get("CLOCK"):
    threading.Thread(target=follow, args=[os.environ["CLOCK"]], daemon=True).start()
"""


def run(*words: str, check: bool = True) -> str:
    return subprocess.run(words, check=check, capture_output=True, text=True).stdout.strip()


@dataclass
class Disk:
    """`folder` on an ext4 of its own."""

    folder: Path
    image: Path

    def attach(self) -> None:
        run("mount", "-o", "loop,errors=remount-ro", str(self.image), str(self.folder))

    def detach(self) -> None:
        """Those who used it are gone, perhaps a moment ago."""
        for _try in range(100):
            if subprocess.run(["umount", str(self.folder)], capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise TimeoutError(f"{self.folder} is still in use")

    @property
    def device(self) -> str:
        return Path(run("findmnt", "-no", "SOURCE", str(self.folder))).name

    def lose_power(self) -> None:
        """What was not synced is gone: the file system is shut down and its cache thrown away (EXT4_IOC_SHUTDOWN)."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, EXT4_SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING))
        finally:
            os.close(handle)

    def turn_read_only(self) -> None:
        """As a kernel does that met a damaged block: everybody's writes fail, also to what is open."""
        Path(f"/sys/fs/ext4/{self.device}/trigger_fs_error").write_text("bench")

    def repair(self) -> None:
        done = subprocess.run(["e2fsck", "-fy", str(self.image)], capture_output=True, check=False)
        assert done.returncode in {0, 1}, done.stdout.decode()


@dataclass
class Server:
    """A PostgreSQL cluster in a folder of the disk, as it comes: durable."""

    folder: Path
    ran: bool = False

    def __post_init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        self.programs = found[-1].parent
        self.url = f"postgresql://sambang@/postgres?host={self.folder}"

    def as_its_user(self, *words: str, check: bool = True) -> None:
        line = ["runuser", "-u", "postgres", "--", str(self.programs / words[0]), *words[1:]]
        subprocess.run(line, cwd="/", check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def make(self) -> None:
        self.folder.mkdir()
        run("chown", "postgres", str(self.folder))
        self.as_its_user(
            "initdb", "-D", str(self.data), "-U", "sambang", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
        )
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(
                f"listen_addresses=''\nunix_socket_directories='{self.folder}'\nmax_wal_size=64MB\nmin_wal_size=32MB\n"
            )
            file.write("shared_buffers=32MB\n")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def open(self) -> None:
        """As its unit does, again and again until it runs."""
        if not self.processes():
            (self.data / "postmaster.pid").unlink(missing_ok=True)  # another process may bear that number by now
        last = time.monotonic() + PATIENCE
        while time.monotonic() < last:
            if not self.processes():
                self.as_its_user(
                    "pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-W", "start", check=False
                )
            with suppress(psycopg.Error), psycopg.connect(self.url, connect_timeout=5) as there:
                there.execute("SELECT 1")
                return
            time.sleep(0.3)
        raise TimeoutError((self.folder / "log").read_text()[-2000:])

    def processes(self) -> list[int]:
        """The postmaster first, then all that it started; its own note of its number is lost with the disk."""
        first = run("pgrep", "-of", f"postgres -D {self.data}", check=False)
        return [int(word) for word in [first, *run("pgrep", "-P", first, check=False).split()]] if first else []

    def kill(self) -> None:
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while self.processes():
            time.sleep(0.02)

    def kill_one(self, chance: random.Random) -> None:
        """One of its processes, as the kernel does when memory runs out: the server throws all others out and
        recovers."""
        children = self.processes()[1:]
        if children:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)


@dataclass
class Keeper(Office):
    """An office on a machine that fails; its files for the pages are gathered once."""

    disk: Disk | None = None
    postgresql: Server | None = None
    trap: Path = Path()

    @property
    def environment(self) -> dict[str, str]:
        words = super().environment
        return words | {"PYTHONPATH": f"{self.trap}{os.pathsep}{words['PYTHONPATH']}"}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        line = [sys.executable, "-m", "sambang", "serve", "--port", str(self.port)]
        words = self.environment | {"CLOCK": str(self.trap / "days"), "RUNTIME_DIRECTORY": str(self.trap / "run")}
        with (self.trap / "server.log").open("ab") as log:
            self.server = subprocess.Popen(line, env=words, stdout=log, stderr=log, start_new_session=True)
        wait_for(f"{self.address}/alive", PATIENCE)

    def build(self) -> None:
        if self.postgresql is not None:
            self.command("prepare")
        super().build()

    def jump(self, days: float) -> None:
        """The clock of the running office, days ahead or behind."""
        (self.trap / "days.new").write_text(str(days))
        (self.trap / "days.new").rename(self.trap / "days")

    def stop_all(self) -> None:
        self.kill()
        if self.postgresql is not None:
            self.postgresql.kill()

    def start_all(self) -> None:
        if self.postgresql is not None:
            self.postgresql.open()
        if self.server is None or self.server.poll() is not None:
            self.open()

    def rows(self, statement: str, *given: Any) -> list[tuple[Any, ...]]:
        if self.postgresql is None:
            with closing(sqlite3.connect(self.database)) as here:
                return here.execute(statement, given).fetchall()
        with psycopg.connect(self.postgresql.url) as there:
            return list(there.execute(statement, given or None).fetchall())  # type: ignore[arg-type]


@contextmanager
def machine(database: str) -> Iterator[Keeper]:
    """An office that is not built yet, on a machine of its own that fails."""
    with tempfile.TemporaryDirectory(prefix="sambang-machine-") as name:
        Path(name).chmod(0o755)
        beside = Path(name, "beside")
        disk = Disk(Path(name, "disk"), beside / "image")
        for folder in (disk.folder, beside):
            folder.mkdir()
        run("truncate", "-s", SIZE[database], str(disk.image))
        run("mkfs.ext4", "-q", "-m", "0", str(disk.image))
        disk.attach()
        (beside / "sitecustomize.py").write_text(CLOCK)
        (disk.folder / "office").mkdir()
        server = Server(disk.folder / "postgresql") if database == "PostgreSQL" else None
        keeper = Keeper(disk.folder / "office", stage="registered", disk=disk, postgresql=server, trap=beside)
        try:
            if server is not None:
                server.make()
                server.open()
                keeper.database_url = server.url
            yield keeper
        finally:
            keeper.stop_all()
            disk.detach()


def today() -> str:
    return datetime.now(UTC).date().isoformat()
