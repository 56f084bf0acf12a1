"""The server's command line: granian with one worker on SQLite, two on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

from django.conf import settings

WORKERS_EMBEDDED = 1  # more writers than one on SQLite cost the slowest answers tenfold (docs/decisions/0002)
THREADS = 2
BACKLOG = 1024
BACKPRESSURE = 512  # open connections of a worker, idle ones too: browsers keep theirs for the next page


def free_port(first: int = 8000, last: int = 8099) -> int:
    """The first port on loopback on which no process listens. Raises OSError if all are in use."""
    for port in range(first, last + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"Semua port {first} sampai {last} sedang dipakai.")


def default_workers() -> int:
    return WORKERS_EMBEDDED if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else 2


def share_metrics() -> None:
    """Make workers share their metrics in memory-mapped files of one folder, emptied at each start (prometheus-client's
    multiprocess mode).

    On a full disk the first write to such a file would kill the worker; systemd's RuntimeDirectory is in memory.
    """
    folder = Path(os.environ.get("RUNTIME_DIRECTORY") or settings.SAMBANG_DATA, "metrics")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def command_line(host: str, port: int, workers: int | None = None) -> list[str]:
    count = workers or default_workers()
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": port,
        "--workers": count,
        "--blocking-threads": THREADS,
        "--backlog": BACKLOG,
        "--backpressure": BACKPRESSURE,
        "--log-level": "warning",
        "--respawn-interval": 0.5,
        "--workers-kill-timeout": 30,
    }
    return [
        sys.executable,
        "-m",
        "granian",
        *[str(part) for pair in options.items() for part in pair],
        "--respawn-failed-workers",
        "sambang.wsgi:application",
    ]
