"""How many items a second does the office take in, each durably committed before it is answered?

    python -m bench.intake [--seconds 8] [--batch 60]          (SQLite; PostgreSQL with DATABASE_URL set)

1, 8 and 64 phones send over HTTP to a real server. Beside it, in the same run, on the same database and by as many
writers (bench/yardsticks.py): bare durable transactions of one row with the same text, the least that any office could
do; and bare durable transactions of the very rows that an item leaves. Both are C with a little Python; an item is
Python with a little C, and the sendings of a phone share a flush of the disk, so the ratio depends on what a flush
costs: `tools/with-slow-disk 120 python -m bench.intake --disk "slow: 120 writes a second"`. Writes
bench/results/intake-sqlite.md or intake-postgresql.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import os
import platform
import re
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
from bench.yardsticks import driver_of, flush_cost, one_row, same_rows

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
    return json.dumps(
        {
            "id": str(uuid4()),
            "sequence": sequence,
            "device": line.device,
            "by": line.person,
            "schema": 1,
            "kind": "aspiration",
            "recorded_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "body": {
                "visit": visit,
                "business": business,
                "kind": "constraint",
                "difficulty": "material",
                "words": f"Kain peragaan makin mahal {uuid4()}",
            },
            "files": [],
        }
    )


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
                "device": line.device,
                "made": sent + batch,
                "waiting": 0,
                "quarantined": 0,
                "version": "bench",
                "storage": {"used": 0, "quota": 0},
                "clock": dt.datetime.now(dt.UTC).isoformat(),
                "seen": {"epoch": line.epoch, "number": 0},
                "items": texts,
            }
            answers = line.json("POST", "/lapangan/kirim.json", said)["answers"]
            wrong = [one for one in answers if one["outcome"] != "stored"]
            assert not wrong, wrong[0]
            sent += batch
        return sent

    return work


def line_of(office: Office) -> tuple[Line, str, list[str]]:
    """A phone that is signed in; an open visit and the IKM of its sentra."""
    line = Line(office.port)
    line.sign_in(office.password)
    visit = next(one["id"] for one in line.json("GET", "/lapangan/kunjungan.json")["visits"] if one["businesses"])
    parcel = line.json("GET", f"/lapangan/bekal.json?hp={line.device}&kunjungan={visit}")
    return line, visit, [one["id"] for one in parcel["businesses"]]


@dataclass(frozen=True)
class Measured:
    """A second, at so many phones: items taken in; bare transactions of one row; bare transactions of an item's
    rows."""

    phones: int
    items: float
    one_row: float
    same_rows: float

    @property
    def line(self) -> str:
        return (
            f"| {self.phones} | {self.items:.0f} | {self.same_rows:.0f} | {self.items / self.same_rows:.2f} | "
            f"{self.one_row:.0f} | {self.items / self.one_row:.2f} |"
        )


def measure(office: Office, seconds: float, batch: int, phones: list[int]) -> list[Measured]:
    first, visit, businesses = line_of(office)
    driver = driver_of(office)
    connection = driver.open()
    connection.execute("CREATE TABLE bench_bare (id TEXT PRIMARY KEY, words TEXT)")
    connection.close()
    sender(first, visit, businesses, 0.5, batch)()  # the server is warm, and there are rows to write others like
    found = []
    for count in phones:
        lines = [Line(office.port, first.cookie, first.csrf, first.person) for _ in range(count)]
        for line in lines:
            line.know_itself()
        rates = [
            together(workers)
            for workers in (
                [sender(line, visit, businesses, seconds, batch) for line in lines],
                [one_row(driver, seconds) for _ in lines],
                [same_rows(driver, seconds) for _ in lines],
            )
        ]
        found.append(Measured(count, *rates))
        print(found[-1].line, flush=True)
    return found


def server_seconds(office: Office) -> float:
    """CPU that the server and what it started have used so far."""
    assert office.server is not None
    group, ticks = office.server.pid, os.sysconf("SC_CLK_TCK")
    used = 0
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = place.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(words[2]) == group:
            used += int(words[11]) + int(words[12])
    return used / ticks


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--batch", type=int, default=60, help="a sentra's visit is 61 items, the app sends up to 100")
    parser.add_argument("--phones", type=int, nargs="+", default=list(PHONES))
    parser.add_argument("--disk", default="", help="what sort of disk this is, in words: into the result and its name")
    chosen = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sambang-intake-") as name:
        office = Office(Path(name) / "office", database_url=url)
        office.build()
        office.open()
        try:
            began = server_seconds(office)
            found = measure(office, chosen.seconds, chosen.batch, chosen.phones)
            cpu = 1000 * (server_seconds(office) - began) / sum(one.items * chosen.seconds for one in found)
            flush = flush_cost(office.folder)
        finally:
            office.kill()
    vendor = "postgresql" if url else "sqlite"
    words = " ".join(
        f"--{name} {value}" for name, value in (("seconds", f"{chosen.seconds:g}"), ("batch", chosen.batch))
    )
    text = (
        f"# Intake on {vendor}{f': {chosen.disk}' if chosen.disk else ''}\n\n`python -m bench.intake {words}`, "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} "
        f"cores, load {load:.1f}; "
        f"phones and server share the cores. A sending has {chosen.batch} items. 4 KB are on this disk "
        "(fdatasync) after "
        f"{flush[0]:.2f} ms in the mean, {flush[1]:.2f} in the median, {flush[2]:.2f} at 95 of 100.\n\n"
        "| phones | items/s over HTTP, each with its operation, journal line and receipt | the same rows by "
        "the bare driver, "
        "a durable transaction an item | ratio | one bare row a durable transaction | ratio |\n"
        "|---|---|---|---|---|---|\n" + "\n".join(one.line for one in found) + "\n\n"
        f"The server used {cpu:.2f} CPU ms an item: {1000 / cpu:.0f} a second on a core of its own. "
        f"{_verdict(found)}\n"
    )
    name = f"intake-{vendor}{'-' + chosen.disk.split(':')[0].lower() if chosen.disk else ''}.md"
    (RESULTS / name).write_text(text)
    print(text)


def _verdict(found: list[Measured]) -> str:
    def all_reach(raw: str) -> str:
        return "met" if all(one.items >= getattr(one, raw) / 2 for one in found) else "NOT met"

    return (
        f"The target, at least half of raw at every number of phones, is {all_reach('one_row')} against one "
        "bare row and "
        f"{all_reach('same_rows')} against the same rows."
    )


if __name__ == "__main__":
    main()
