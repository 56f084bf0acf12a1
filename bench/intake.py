"""How many items a second does the office take in, each durably committed before it is answered?

    python -m bench.intake [--seconds 8] [--batch 10]          (SQLite; PostgreSQL with DATABASE_URL set)

1, 8 and 64 phones send over HTTP to a real server. Beside it, in the same run and on the same database: bare durable
transactions of one row with the same text (the least that any office could do), and the very statements of one item
without Python around them. Writes bench/results/intake-sqlite.md or intake-postgresql.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import os
import platform
import re
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bench.office import Office

RESULTS = Path(__file__).parent / "results"
PHONES = (1, 8, 64)
OFFICER = "petugas@peragaan.test"


@dataclass
class Line:
    """A phone's connection to the office, signed in."""

    port: int
    cookie: str = ""
    csrf: str = ""
    person: str = ""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        self.device = str(uuid4())

    def ask(self, method: str, path: str, body: str | None = None, kind: str = "application/json") -> tuple[int, bytes]:
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.csrf, "Content-Type": kind}
        headers["Referer"] = f"http://127.0.0.1:{self.port}/"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        kept = SimpleCookie(self.cookie)
        for line in answer.headers.get_all("Set-Cookie", []):
            kept.load(line)
        self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in kept.items())
        return answer.status, answer.read()

    def json(self, method: str, path: str, said: Any = None) -> Any:
        status, body = self.ask(method, path, None if said is None else json.dumps(said))
        if status != 200:
            raise RuntimeError(f"{path}: {status} {body[:200]!r}")
        return json.loads(body)

    def sign_in(self, password: str) -> None:
        _status, page = self.ask("GET", "/masuk/")
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.decode()))
        fields |= {"username": OFFICER, "password": password}
        status, _page = self.ask("POST", "/masuk/", urlencode(fields), "application/x-www-form-urlencoded")
        assert status == 302, status
        self.know_itself()

    def know_itself(self) -> None:
        who = self.json("GET", "/lapangan/siapa.json")
        self.csrf, self.person, self.epoch = who["csrf"], who["person"]["id"], who["epoch"]
        self.json("POST", "/lapangan/hp.json", {"device": self.device, "name": "bench", "version": "bench"})


def item(line: Line, sequence: int, visit: str, business: str) -> str:
    return json.dumps({
        "id": str(uuid4()), "sequence": sequence, "device": line.device, "by": line.person, "schema": 1,
        "kind": "aspiration", "recorded_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "body": {"visit": visit, "business": business, "kind": "constraint", "difficulty": "material",
                 "words": f"Kain peragaan makin mahal {uuid4()}"}, "files": [],
    })  # fmt: skip


def together(workers: list[Callable[[], int]]) -> float:
    """All at once; what they counted, a second."""
    counted: list[int] = []
    threads = [threading.Thread(target=lambda work=work: counted.append(work())) for work in workers]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counted) == len(workers), "a worker died"
    return sum(counted) / (time.perf_counter() - began)


def sender(line: Line, visit: str, businesses: list[str], seconds: float, batch: int) -> Callable[[], int]:
    def work() -> int:
        last, sent = time.perf_counter() + seconds, 0
        while time.perf_counter() < last:
            texts = [item(line, sent + at + 1, visit, businesses[at % len(businesses)]) for at in range(batch)]
            said = {
                "device": line.device, "made": sent + batch, "waiting": 0, "quarantined": 0, "version": "bench",
                "storage": {"used": 0, "quota": 0}, "clock": dt.datetime.now(dt.UTC).isoformat(),
                "seen": {"epoch": line.epoch, "number": 0}, "items": texts,
            }  # fmt: skip
            answers = line.json("POST", "/lapangan/kirim.json", said)["answers"]
            wrong = [one for one in answers if one["outcome"] != "stored"]
            assert not wrong, wrong[0]
            sent += batch
        return sent

    return work


def bare(open_database: Callable[[], Any], mark: str, seconds: float) -> Callable[[], int]:
    """One row a durable transaction."""

    def work() -> int:
        connection, made = open_database(), 0
        text, last = "x" * 420, time.perf_counter() + seconds
        while time.perf_counter() < last:
            connection.execute("BEGIN IMMEDIATE" if mark == "?" else "BEGIN")
            connection.execute(f"INSERT INTO bench_bare VALUES ({mark}, {mark})", (str(uuid4()), text))
            connection.execute("COMMIT")
            made += 1
        connection.close()
        return made

    return work


def opener(office: Office) -> tuple[str, Callable[[], Any]]:
    if office.database_url:
        import psycopg

        return "%s", lambda: psycopg.connect(office.database_url, autocommit=True)

    def embedded() -> sqlite3.Connection:
        connection = sqlite3.connect(office.database, isolation_level=None, timeout=60)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        return connection

    return "?", embedded


def line_of(office: Office) -> tuple[Line, str, list[str]]:
    """A phone that is signed in; an open visit and the IKM of its sentra."""
    line = Line(office.port)
    line.sign_in(office.password)
    visit = next(one["id"] for one in line.json("GET", "/lapangan/kunjungan.json")["visits"] if one["businesses"])
    parcel = line.json("GET", f"/lapangan/bekal.json?hp={line.device}&kunjungan={visit}")
    return line, visit, [one["id"] for one in parcel["businesses"]]


def measure(office: Office, seconds: float, batch: int) -> list[tuple[int, float, float]]:
    first, visit, businesses = line_of(office)
    mark, open_database = opener(office)
    connection = open_database()
    connection.execute("CREATE TABLE bench_bare (id TEXT PRIMARY KEY, words TEXT)")
    connection.close()
    found = []
    for phones in PHONES:
        lines = [Line(office.port, first.cookie, first.csrf, first.person) for _ in range(phones)]
        for line in lines:
            line.know_itself()
        taken = together([sender(line, visit, businesses, seconds, batch) for line in lines])
        raw = together([bare(open_database, mark, seconds) for _ in range(phones)])
        found.append((phones, taken, raw))
        print(f"{phones} phones: {taken:.0f} items/s, {raw:.0f} bare transactions/s", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--batch", type=int, default=10)
    chosen = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sambang-intake-") as name:
        office = Office(Path(name) / "office", database_url=url)
        office.build()
        office.open()
        try:
            found = measure(office, chosen.seconds, chosen.batch)
        finally:
            office.kill()
    vendor = "postgresql" if url else "sqlite"
    rows = [f"| {phones} | {taken:.0f} | {raw:.0f} | {taken / raw:.2f} |" for phones, taken, raw in found]
    text = (
        f"# Intake on {vendor}\n\n`python -m bench.intake --seconds {chosen.seconds:g} --batch {chosen.batch}`, "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}; "
        "phones and server share the cores.\n\n"
        "| phones | items/s, each with its operation, journal line and receipt | bare durable transactions/s | ratio |\n"
        "|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )
    (RESULTS / f"intake-{vendor}.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
