"""An office server for the benchmarks of field work: the demo's data, a process that may be killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def spare_port() -> int:
    """One that the system gives: granian shares a port with whoever else took it, another benchmark's office too."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Office:
    """`stage` of the demo; the database lies in `folder`, whose name must be a new one."""

    folder: Path
    stage: str = "acted"
    database_url: str = ""
    port: int = field(default_factory=spare_port)
    server: subprocess.Popen[bytes] | None = None
    kills: int = 0

    @property
    def database(self) -> Path:
        return self.folder / "sambang.sqlite3"

    @property
    def environment(self) -> dict[str, str]:
        ours = {key: value for key, value in os.environ.items() if not key.startswith(("SAMBANG_", "DATABASE_URL"))}
        elsewhere = {"DATABASE_URL": self.database_url} if self.database_url else {}
        return ours | elsewhere | {"SAMBANG_DATA": str(self.folder), "PYTHONPATH": str(ROOT / "src")}

    def build(self) -> None:
        if self.database_url:
            self.command("prepare")  # an embedded database does it by itself
        self.command("demo", "--size", "sentra", "--stage", self.stage, "--no-serve")

    def command(self, *words: str) -> str:
        """What `sambang …` prints. Raises RuntimeError with what it wrote."""
        line = [sys.executable, "-m", "sambang", *words]
        done = subprocess.run(line, env=self.environment, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"sambang {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    @cached_property
    def password(self) -> str:
        """Of everybody in the demo."""
        return self.command(
            "shell", "-v", "0", "-c", "from sambang.home.demo import people; print(people.PASSWORD)"
        ).strip()

    def open(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "sambang", "serve", "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(f"http://127.0.0.1:{self.port}/masuk/", seconds=300)  # on a busy machine

    def kill(self) -> None:
        """SIGKILL to the server and its children: no graceful shutdown."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait(20)
            self.server, self.kills = None, self.kills + 1

    def copy(self, to: Path) -> None:
        """The database as it stands, by SQLite's own online backup."""
        with sqlite3.connect(self.database) as source, sqlite3.connect(to) as target:
            source.backup(target)

    def go_back_to(self, copy: Path) -> None:
        """Killed, and restored from an older copy."""
        self.kill()
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.database}{ending}").unlink(missing_ok=True)
        shutil.copy(copy, self.database)
        self.open()

    def rows(self, statement: str, *given: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            return connection.execute(statement, given).fetchall()


def wait_for(address: str, seconds: float = 300) -> None:
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise TimeoutError(address)
