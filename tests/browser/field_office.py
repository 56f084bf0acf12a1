"""A test server behind a fault proxy: refuse, cut the connection, drop a response, act as a captive portal."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOP = {"connection", "transfer-encoding", "keep-alive", "content-length"}


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProxyRequest:
    method: str
    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def said(self) -> dict[str, Any]:
        """The JSON of a sending: compressed, plain, or in a form where a firewall refused the others."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = gzip.decompress(self.body) if headers.get("content-encoding") == "gzip" else self.body
        if headers.get("content-type", "").startswith("multipart/form-data"):
            parts = message_from_bytes(b"Content-Type: " + headers["content-type"].encode() + b"\r\n\r\n" + body)
            content = next(part for part in parts.walk() if part.get_filename() == "content")
            body = bytes(content.get_payload(decode=True))
        found: dict[str, Any] = json.loads(body)
        return found


class Cut(Exception):  # noqa: N818 it is no error: the door was told to
    """Close the connection without a response."""


type Forward = Callable[[], Answer]
type Trouble = Callable[[ProxyRequest, Forward], Answer]


def no_trouble(asked: ProxyRequest, forward: Forward) -> Answer:
    return forward()


class FaultProxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        office: Office = self.server.office  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = ProxyRequest(self.command, self.path, body, dict(self.headers.items()))
        office.asked.append(asked)
        try:
            answer = office.trouble(asked, lambda: office.forward(asked))
        except (Cut, ConnectionError, http.client.HTTPException, TimeoutError):
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.close()
            return
        with contextlib.suppress(ConnectionError):
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in HOP:
                    for line in value.split("\n"):
                        self.send_header(name, line)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815

    def log_message(self, *words: Any) -> None:
        """Nothing."""


class Office:
    """Its data is a copy of the demo's, so it may be killed, restored and filled at will."""

    def __init__(self, like: Path, environment: dict[str, str], folder: Path) -> None:
        self.folder = folder
        shutil.copytree(like, folder, ignore=shutil.ignore_patterns("*.sqlite3*", "*.log"), dirs_exist_ok=True)
        self.copy(like / "sambang.sqlite3", self.database)
        self.environment = {**environment, "SAMBANG_DATA": str(folder)}
        with socket.socket() as probe:  # of the kernel's choice: granian would share a port with another test's office
            probe.bind(("127.0.0.1", 0))
            self.backend = probe.getsockname()[1]
        self.server: subprocess.Popen[bytes] | None = None
        self.trouble: Trouble = no_trouble
        self.asked: list[ProxyRequest] = []
        self.start()
        self.door = ThreadingHTTPServer(("127.0.0.1", 0), FaultProxy)
        self.door.daemon_threads = True
        self.door.office = self  # type: ignore[attr-defined]
        self.address = f"http://127.0.0.1:{self.door.server_address[1]}"
        threading.Thread(target=self.door.serve_forever, daemon=True).start()

    @property
    def database(self) -> Path:
        return self.folder / "sambang.sqlite3"

    @staticmethod
    def copy(source: Path, target: Path) -> None:
        for suffix in ("", "-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
            old.backup(new)

    def start(self) -> None:
        line = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.backend),
        ]
        line += ["--workers", "1", "--blocking-threads", "2", "--log-level", "error", "sambang.wsgi:application"]
        self.server = subprocess.Popen(line, env=self.environment, start_new_session=True, stderr=subprocess.DEVNULL)
        last = time.monotonic() + 120
        while time.monotonic() < last:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.forward(ProxyRequest("GET", "/lapangan/siapa.json", b"", {})).status == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError("the office did not open")

    def kill(self) -> None:
        assert self.server
        if self.server.poll() is not None:
            return
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(timeout=10)

    def close(self) -> None:
        self.door.shutdown()
        self.door.server_close()
        self.kill()

    def forward(self, asked: ProxyRequest) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.backend, timeout=30)
        try:
            connection.request(asked.method, asked.path, asked.body or None, asked.headers)
            answer = connection.getresponse()
            headers: dict[str, str] = {}
            for name, value in answer.getheaders():
                headers[name] = f"{headers[name]}\n{value}" if name in headers else value
            return Answer(answer.status, answer.read(), headers)
        finally:
            connection.close()

    @contextlib.contextmanager
    def with_trouble(self, trouble: Trouble) -> Iterator[None]:
        self.trouble = trouble
        try:
            yield
        finally:
            self.trouble = no_trouble

    def rows(self, question: str, *facts: Any) -> list[Any]:
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as base:
            found = base.execute(question, facts).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    def change(self, order: str, *facts: Any) -> None:
        with contextlib.closing(sqlite3.connect(self.database, timeout=20)) as base, base:
            base.execute(order, facts)

    def begin_anew(self) -> None:
        """Forget what phones brought in; the demo's next visit is only planned again."""
        self.asked.clear()
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'intake_%'")
        with contextlib.closing(sqlite3.connect(self.database, timeout=20)) as base, base:
            for table in tables:
                base.execute(f"DELETE FROM {table}")
            base.execute(
                "DELETE FROM visits_attendance WHERE visit_id IN (SELECT id FROM visits_visit WHERE state IN "
                "('planned', 'held'))"
            )
            base.execute(
                "UPDATE visits_visit SET state = 'planned', held_on = NULL, summary = '', conclusion = '' "
                "WHERE state = 'held'"
            )

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT COUNT(*) FROM {table}")[0])

    def received(self) -> dict[str, str]:
        """Outcome of every received item, by its id without dashes."""
        return dict(self.rows("SELECT id, outcome FROM intake_received"))


def unreachable(asked: ProxyRequest, forward: Forward) -> Answer:
    """No network at all, whoever asks."""
    raise Cut


def refusing(status: int, body: bytes = b"{}", **headers: str) -> Trouble:
    """The office answers every sending with this."""

    def trouble(asked: ProxyRequest, forward: Forward) -> Answer:
        if asked.path.endswith("kirim.json"):
            return Answer(status, body, headers)
        return forward()

    return trouble


def portal(asked: ProxyRequest, forward: Forward) -> Answer:
    """A captive portal: its own page with status 200 for every request."""
    return Answer(200, b"<!doctype html><title>Wi-Fi</title>Masuk dulu", {"Content-Type": "text/html"})
