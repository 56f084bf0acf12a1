"""Throughput and latency of the intake: items a second, each committed durably before its response.

    python -m bench.intake [--seconds 20] [--rate 110]          (SQLite; PostgreSQL with DATABASE_URL set)

1, 8 and 64 phones send attendances, aspirations and reports over HTTP to a real server, which shares the machine's
cores with them. Two measurements for each number of phones:

- offered: the phones together offer `--rate` items a second in sendings of `--batch` items, each at its scheduled time
  whatever became of the one before; the latency of a sending counts from that time;
- at most: every phone sends its next `--largest` items as soon as the last were answered.

The promise (design/promises.md 12): at least 100 items a second, p95 under 500 ms. Writes
bench/results/intake-sqlite.md or intake-postgresql.md. `tools/with-slow-disk 120 python -m bench.intake --disk
"slow: 120 writes a second"` measures a slow disk.
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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http.cookies import SimpleCookie
from pathlib import Path
from random import randrange
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bench.office import Office

RESULTS = Path(__file__).parent / "results"
PHONES = (1, 8, 64)
MIN_RATE = 100  # items a second
MAX_WAIT = 500  # ms, of 95 in 100 sendings
RETRY_AFTER = 1.0  # seconds; the phone's first delay
OFFICER = "petugas@peragaan.test"


@dataclass
class Line:
    """A phone's connection to the office, signed in."""

    port: int
    cookie: str = ""
    csrf: str = ""
    person: str = ""
    refused: int = 0

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
        """A busy office (503) is asked again a second later, as a phone does; `refused` counts it."""
        text = None if said is None else json.dumps(said)
        while (answer := self.ask(method, path, text))[0] == 503:
            self.refused += 1
            time.sleep(RETRY_AFTER)
        status, body = answer
        if status != 200:
            raise RuntimeError(f"{path}: {status} {body[:200]!r}")
        return json.loads(body)

    def sign_in(self, password: str) -> None:
        _status, page = self.ask("GET", "/masuk/")
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.decode()))
        fields |= {"username": OFFICER, "password": password}
        status, _page = self.ask("POST", "/masuk/", urlencode(fields), "application/x-www-form-urlencoded")
        assert status == 302, status
        self.introduce()

    def introduce(self) -> None:
        who = self.json("GET", "/lapangan/siapa.json")
        self.csrf, self.person, self.epoch = who["csrf"], who["person"]["id"], who["epoch"]
        self.json("POST", "/lapangan/hp.json", {"device": self.device, "name": "bench", "version": "bench"})


@dataclass(frozen=True)
class World:
    """What the phones write about: an open visit, the IKM of its sentra with a product line each, and months."""

    visit: str
    businesses: list[tuple[str, str]]
    months: list[str]


def mixed_item(line: Line, sequence: int, world: World) -> str:
    """Of seven items three are aspirations, three attendances and one is a report."""
    business, product_line = world.businesses[sequence % len(world.businesses)]
    turn = sequence % 7
    if turn == 6:
        month = world.months[1 + sequence % (len(world.months) - 1)]
        amounts = [{"line": product_line, "amount": str(10 + randrange(900))}]
        return item(line, sequence, "report", {"business": business, "month": month, "amounts": amounts})
    if turn % 2:
        body = {"visit": world.visit, "business": business, "present": True, "pulse": randrange(150)}
        return item(line, sequence, "attend", body)
    return aspiration(line, sequence, world)


def aspiration(line: Line, sequence: int, world: World) -> str:
    business, _line = world.businesses[sequence % len(world.businesses)]
    body = {"visit": world.visit, "business": business, "kind": "constraint", "difficulty": "material"}
    return item(line, sequence, "aspiration", {**body, "text": f"Kain peragaan makin mahal {uuid4()}"})


def item(line: Line, sequence: int, kind: str, body: dict[str, Any]) -> str:
    envelope = {
        "id": str(uuid4()),
        "sequence": sequence,
        "device": line.device,
        "by": line.person,
        "schema": 1,
        "kind": kind,
        "recorded_at": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
        "body": body,
        "files": [],
    }
    return json.dumps(envelope)


def send(line: Line, first: int, batch: int, world: World) -> None:
    status = {"made": first + batch, "waiting": 0, "quarantined": 0, "version": "bench"}
    status |= {"device": line.device, "storage": {"used": 0, "quota": 0}, "seen": {"epoch": line.epoch, "number": 0}}
    texts = [mixed_item(line, first + at + 1, world) for at in range(batch)]
    refused = line.refused
    answers = line.json("POST", "/lapangan/kirim.json", {**status, "items": texts})["answers"]
    outcomes = {"stored"} if refused == line.refused else {"stored", "already"}  # some were stored before the 503
    wrong = [one for one in answers if one["outcome"] not in outcomes]
    assert not wrong, wrong[0]


def at_once(workers: Sequence[Callable[[], Any]]) -> list[Any]:
    """The results of all workers, run in parallel."""
    results: list[Any] = []
    threads = [threading.Thread(target=lambda work=work: results.append(work())) for work in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(workers), "a worker failed"
    return results


def send_at_most(line: Line, world: World, seconds: float, batch: int) -> int:
    """The number of items stored in this time."""
    last, sent = time.perf_counter() + seconds, 0
    while time.perf_counter() < last:
        send(line, sent, batch, world)
        sent += batch
    return sent


def send_on_schedule(line: Line, world: World, times: Sequence[float], batch: int) -> list[tuple[float, float]]:
    """The scheduled time of every sending and the time of its answer."""
    answered = []
    for number, scheduled in enumerate(times):
        time.sleep(max(0.0, scheduled - time.perf_counter()))
        send(line, number * batch, batch, world)
        answered.append((scheduled, time.perf_counter()))
    return answered


def line_of(office: Office) -> tuple[Line, World]:
    """A phone that is signed in, and what it writes about."""
    line = Line(office.port)
    line.sign_in(office.password)
    visit = next(one["id"] for one in line.json("GET", "/lapangan/kunjungan.json")["visits"] if one["businesses"])
    bundle = line.json("GET", f"/lapangan/bekal.json?hp={line.device}&kunjungan={visit}")
    businesses = [(one["id"], one["lines"][0]["id"]) for one in bundle["businesses"] if one["lines"]]
    return line, World(visit, businesses, [month["value"] for month in bundle["months"]][:6])


@dataclass(frozen=True)
class Measured:
    """At so many phones: items a second that were offered and stored, latencies in ms, items a second at most, the CPU
    ms of the server for one of those, and how often the office was too busy (503)."""

    phones: int
    stored: float
    median: float
    p95: float
    at_most: float
    cpu: float
    refused: int

    @property
    def line(self) -> str:
        row = (
            self.phones,
            f"{self.stored:.0f}",
            f"{self.median:.0f}",
            f"{self.p95:.0f}",
            f"{self.at_most:.0f}",
            f"{self.cpu:.1f}",
            self.refused,
        )
        return f"| {' | '.join(map(str, row))} |"

    @property
    def holds(self) -> bool:
        return self.stored >= MIN_RATE and self.p95 < MAX_WAIT and self.at_most >= MIN_RATE


def measure(office: Office, chosen: argparse.Namespace) -> list[Measured]:
    first, world = line_of(office)
    send_at_most(first, world, 0.5, chosen.batch)  # warm up
    found = []
    for count in chosen.phones:
        lines = [Line(office.port, first.cookie, first.csrf, first.person) for _ in range(count)]
        for line in lines:
            line.introduce()
        interval, begin = chosen.batch / chosen.rate, time.perf_counter() + 0.2
        times = [begin + number * interval for number in range(int(chosen.seconds / interval))]
        parts = [
            partial(send_on_schedule, line, world, times[at::count], chosen.batch) for at, line in enumerate(lines)
        ]
        answered = [pair for part in at_once(parts) for pair in part]
        waits = sorted(1000 * (end - scheduled) for scheduled, end in answered)
        rate = chosen.batch * len(waits) / (max(end for _scheduled, end in answered) - begin)
        began, cpu_began = time.perf_counter(), server_seconds(office)
        work = [partial(send_at_most, line, world, chosen.seconds / 2, chosen.largest) for line in lines]
        stored = sum(at_once(work))
        at_most, cpu = stored / (time.perf_counter() - began), 1000 * (server_seconds(office) - cpu_began) / stored
        refused = sum(line.refused for line in lines)
        found.append(
            Measured(count, rate, waits[len(waits) // 2], waits[int(0.95 * len(waits))], at_most, cpu, refused)
        )
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
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=110, help="items a second that the phones offer together")
    parser.add_argument("--batch", type=int, default=10, help="items of a scheduled sending")
    parser.add_argument("--largest", type=int, default=60, help="items of a sending where phones send at most")
    parser.add_argument("--phones", type=int, nargs="+", default=list(PHONES))
    parser.add_argument("--disk", default="", help="the sort of disk, for the result and its name")
    chosen = parser.parse_args()
    url, load = os.environ.get("DATABASE_URL", ""), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sambang-intake-") as name:
        office = Office(Path(name) / "office", database_url=url)
        office.build()
        office.open()
        try:
            found = measure(office, chosen)
        finally:
            office.kill()
    vendor = "postgresql" if url else "sqlite"
    words = f"--seconds {chosen.seconds:g} --rate {chosen.rate:g} --batch {chosen.batch} --largest {chosen.largest}"
    text = (
        f"# Intake on {vendor}{f': {chosen.disk}' if chosen.disk else ''}\n\n`python -m bench.intake {words}`, "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load "
        f"{load:.1f} before it began. Phones and server share the cores.\n\n"
        f"| phones | stored a second, offered {chosen.rate:g} | p50 ms | p95 ms | stored a second at most | "
        "server's CPU ms an item | answers 503 |\n"
        "|---|---|---|---|---|---|---|\n" + "\n".join(one.line for one in found) + "\n\n"
        f"The promise ({MIN_RATE} items a second, p95 under {MAX_WAIT} ms, at every number of phones) "
        f"{'holds' if all(one.holds for one in found) else '**does not hold**'}.\n"
    )
    name = f"intake-{vendor}{'-' + chosen.disk.split(':')[0].lower() if chosen.disk else ''}.md"
    (RESULTS / name).write_text(text)
    print(text)


if __name__ == "__main__":
    main()
