"""A register of 100,000 IKM, and a list of a million rows: python -m bench.large_register [--folder DATA] [--repeats 40]

Pages are asked through the whole of Sambang (every middleware, no network) by an officer of a regency with its 2,500 IKM and
by the nation, who reaches all 100,000. CPU seconds count, since the machine may be busy; wall time stands beside them.
`--folder` keeps the made-up world (minutes to make) for another run. Writes bench/results/large_register.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.office import ROOT

RESULTS = Path(__file__).parent / "results" / "large_register.md"
BUSINESSES, MANY = 100_000, 1_000_000
WORDS = ["Jaya", "Makmur", "Siti", "Batik", "Konveksi", "Rejeki", "Hartono", "Wayang", "Sulastri", "Gerabah"]


@dataclass(frozen=True)
class Took:
    """CPU and wall milliseconds of each time, sorted."""

    cpu: list[float]
    wall: list[float]

    def at(self, share: float) -> tuple[float, float]:
        place = min(len(self.cpu) - 1, int(share * len(self.cpu)))
        return self.cpu[place], self.wall[place]


def timed(work: Callable[[int], Any], repeats: int) -> Took:
    work(0)  # templates are read, the cache is warm
    cpu, wall = [], []
    for number in range(1, repeats + 1):
        began, so_far = time.perf_counter(), time.process_time()
        work(number)
        cpu.append(1000 * (time.process_time() - so_far))
        wall.append(1000 * (time.perf_counter() - began))
    return Took(sorted(cpu), sorted(wall))


def client_of(email: str) -> Any:
    from django.test import Client

    from sambang.people.models import Person

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(Person.objects.get(email=email), "django.contrib.auth.backends.ModelBackend")
    return client


def pages(repeats: int) -> list[str]:
    chance = random.Random(2026)
    rows = []
    for who, email in (("regency", "officer0@bench.test"), ("nation", "nasional@bench.test")):
        client = client_of(email)

        def get(path: str, client: Any = client, **wanted: Any) -> None:
            answer = client.get(path, wanted)
            assert answer.status_code == 200, (path, answer.status_code)

        asked: dict[str, Callable[[int], None]] = {
            "list of IKM, first page": lambda _n: get("/daftar/ikm/"),
            "list of IKM, any page": lambda n: get("/daftar/ikm/", halaman=chance.randrange(1, 40)),
            "search by one word": lambda n: get("/daftar/ikm/", cari=WORDS[n % len(WORDS)]),
            "search by two words": lambda n: get(
                "/daftar/ikm/", cari=f"{WORDS[n % len(WORDS)]} {WORDS[(n + 3) % len(WORDS)]}"
            ),
            "search that finds nothing": lambda n: get("/daftar/ikm/", cari="tidakada"),
            "list of sentra": lambda _n: get("/daftar/"),
            "front page": lambda _n: get("/"),
            "who reported the month": lambda _n: get("/produksi/"),
        }
        for name, work in asked.items():
            took = timed(work, repeats)
            (cpu, wall), half = took.at(0.95), statistics.median(took.cpu)
            rows.append(
                f"| {who} | {name} | {half:.0f} | {cpu:.0f} | {wall:.0f} | {'yes' if cpu < 300 else '**no**'} |"
            )
            print(rows[-1], flush=True)
    return rows


def whole(parts: Iterable[bytes]) -> tuple[float, float, float, int]:
    """(seconds to the first byte, CPU seconds, wall seconds, bytes)"""
    began, so_far, first, size = time.perf_counter(), time.process_time(), 0.0, 0
    for part in parts:
        first = first or time.perf_counter() - began
        size += len(part)
    return first, time.process_time() - so_far, time.perf_counter() - began, size


def exports() -> list[str]:
    client = client_of("nasional@bench.test")
    rows = []
    for kind in ("csv", "xlsx"):
        began, so_far = time.perf_counter(), time.process_time()
        answer = client.get("/daftar/ikm/", {"format": kind})
        assert answer.status_code == 200, answer.status_code
        _first, _cpu, _wall, size = whole(answer)
        cpu, wall = time.process_time() - so_far, time.perf_counter() - began
        rows.append(
            f"| all {BUSINESSES:,} IKM as {kind.upper()} | {size / 1e6:.1f} MB | {cpu:.1f} | {wall:.1f} | {'yes' if cpu < 10 else '**no**'} |"
        )
        print(rows[-1], flush=True)
    return rows


def parcel() -> str:
    """What the phone of an officer takes along."""
    client = client_of("officer0@bench.test")
    so_far, began = time.process_time(), time.perf_counter()
    phone = {"hp": str(uuid4())}
    answer = client.get("/lapangan/kunjungan.json", phone)
    assert answer.status_code == 200, answer.status_code
    visits = [row["id"] for row in json.loads(answer.content)["visits"]][:20]
    answer = client.get("/lapangan/bekal.json", {"kunjungan": visits, **phone})
    assert answer.status_code == 200, answer.content[:200]
    carried = json.loads(answer.content)
    count = len(carried["businesses"])
    cpu, wall = time.process_time() - so_far, time.perf_counter() - began
    return f"An officer's parcel of {len(visits)} visits and {count} IKM: {len(answer.content) / 1000:.0f} KB, {cpu:.2f} CPU s, {wall:.2f} s."


def multiplied() -> int:
    """A million IKM: each of the 100,000 ten times, by the database itself."""
    from django.db import connection

    columns = [
        column.name
        for column in connection.introspection.get_table_description(connection.cursor(), "registry_business")
    ]
    others = ", ".join(column for column in columns if column != "id")
    new = "lower(hex(randomblob(16)))" if connection.vendor == "sqlite" else "gen_random_uuid()"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO registry_business (id, {others}) SELECT {new}, {others} FROM registry_business AS one "
            f"CROSS JOIN (SELECT 1 AS copy {' '.join(f'UNION ALL SELECT {number}' for number in range(2, 10))}) AS copies"
        )
        cursor.execute("SELECT COUNT(*) FROM registry_business")
        return int(cursor.fetchone()[0])


def flowing() -> str:
    """The million as CSV; the memory that the process ever held, before it and after."""
    client = client_of("nasional@bench.test")
    for _part in client.get("/daftar/ikm/", {"format": "csv", "sentra": "00000000-0000-0000-0000-000000000000"}):
        pass
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    answer = client.get("/daftar/ikm/", {"format": "csv"})
    waited = time.perf_counter() - began
    first, cpu, wall, size = whole(answer)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    held = waited + first < 1 and after - before < 30
    return (
        f"{MANY:,} IKM as CSV: {size / 1e6:.0f} MB, first byte after {waited + first:.2f} s, {cpu:.0f} CPU s, {wall:.0f} s; the process's largest "
        f"memory went from {before:.0f} to {after:.0f} MB. The promise (constant memory, first byte within a second) {'holds' if held else '**does not hold**'}."
    )


def measure(repeats: int, part: str) -> None:
    """In a process of its own for each part, so that memory and caches are its own."""
    import django

    django.setup()
    if part == "pages":
        print(json.dumps({"pages": pages(repeats), "exports": exports(), "parcel": parcel()}))
    elif part == "multiply":
        print(json.dumps({"rows": multiplied()}))
    else:
        print(json.dumps({"flowing": flowing()}))


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--folder", type=Path)
    options.add_argument("--repeats", type=int, default=40)
    options.add_argument("--part", choices=["pages", "multiply", "flow"])
    chosen = options.parse_args()
    if chosen.part:
        measure(chosen.repeats, chosen.part)
        return
    with tempfile.TemporaryDirectory(prefix="sambang-large-") as name:
        folder = chosen.folder or Path(name)
        words = os.environ | {
            "SAMBANG_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "sambang.settings", "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }  # fmt: skip

        def said(*line: str) -> Any:
            whole_line = [sys.executable, "-m", *line]
            done = subprocess.run(whole_line, env=words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
            print(done.stdout, flush=True)
            return json.loads(done.stdout.splitlines()[-1])

        if not (folder / "sambang.sqlite3").exists():
            said("bench.world", str(BUSINESSES))
        found = said("bench.large_register", "--part", "pages", "--repeats", str(chosen.repeats))
        if not chosen.folder:
            said("bench.large_register", "--part", "multiply")
            found |= said("bench.large_register", "--part", "flow")
    if chosen.folder:
        return
    RESULTS.write_text(
        f"# A large register\n\n`python -m bench.large_register --repeats {chosen.repeats}`: {datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end, Python {platform.python_version()}, SQLite. {BUSINESSES:,} made-up IKM in 40 regencies and 4,000 sentra; "
        "requests through every middleware, without a network. CPU milliseconds tell the work, wall milliseconds also how busy the machine was.\n\n"
        "| who | page | CPU p50 ms | CPU p95 ms | wall p95 ms | p95 < 300 ms of CPU |\n|---|---|---|---|---|---|\n" + "\n".join(found["pages"])
        + "\n\n| file | size | CPU s | wall s | < 10 s of CPU |\n|---|---|---|---|---|\n" + "\n".join(found["exports"])
        + f"\n\n{found['parcel']}\n\n{found['flowing']}\n",
        encoding="utf-8",
    )  # fmt: skip
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
