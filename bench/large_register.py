"""Response times with a register of 100,000 IKM, and a list of a million rows.

    python -m bench.large_register [--folder DATA] [--repeats 40]
    tools/with-postgresql .venv/bin/python -m bench.large_register          the same on PostgreSQL

Pages are asked through the whole of Sambang (every middleware, no network) by an officer of a regency with its 2,500
IKM, by a province with 67,500 and by the nation, who reaches all 100,000. Wall time counts: let nothing else run. CPU
time is that of the process that answers, which on SQLite is the database too, and on PostgreSQL that of its server.
`--folder` keeps the made-up world for another run, measures the pages only, and writes no result. Fails where the
promise does not hold. Writes bench/results/large_register.md or large_register-postgresql.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.office import ROOT
from bench.world import COUNCILS

RESULTS = Path(__file__).parent / "results"
BUSINESSES, MANY, CARRIED = 100_000, 1_000_000, 500
PAGE, FILE, BUNDLE, FIRST_BYTE = 0.3, 10.0, 2.0, 1.0  # seconds promised
MISSPELT = 0.15  # seconds promised of a search over everything with a slip of spelling
CORRECTED = "Ini yang cocok dengan"
MEMORY = 30.0  # MB more than before, however long the list
NOT_KEPT = "**no**"
NAMED = ["Jaya", "Makmur", "Siti", "Batik", "Konveksi", "Rejeki", "Wayang", "Gerabah"]  # words of names of IKM
WORDS = ["Jaya", "Makmur", "Siti", "Batik", "Konveksi", "Rejeki", "Hartono", "Wayang", "Sulastri", "Gerabah"]


@dataclass(frozen=True)
class Took:
    """CPU and wall milliseconds of each time, sorted; CPU milliseconds of PostgreSQL, on average of all times: its
    clock ticks in 10 ms."""

    cpu: list[float]
    wall: list[float]
    server: float

    def at(self, share: float) -> tuple[float, float]:
        place = min(len(self.cpu) - 1, int(share * len(self.cpu)))
        return self.cpu[place], self.wall[place]


def note_change() -> None:
    """As after an operation of somebody: counts and words that are kept until a change are computed anew."""
    from sambang.audit.models import Entry
    from sambang.lib.db_scope import SYSTEM_SCOPE, database_scope

    with database_scope(SYSTEM_SCOPE):
        Entry.objects.mark_change()


def server_cpu() -> float:
    """Milliseconds of all processes of the PostgreSQL of tools/with-postgresql, those that have ended too."""
    _url, _host, folder = os.environ.get("DATABASE_URL", "").partition("host=")
    if not folder:
        return 0.0
    server = (Path(folder) / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if file.parent.name == server:
            ticks += sum(map(int, fields[11:15]))
        elif fields[1] == server:
            ticks += sum(map(int, fields[11:13]))
    return 1000 * ticks / os.sysconf("SC_CLK_TCK")


def timed(work: Callable[[int], Any], repeats: int) -> Took:
    work(0)  # templates are read, the cache is warm
    cpu, wall, server = [], [], server_cpu()
    for number in range(1, repeats + 1):
        began, so_far = time.perf_counter(), time.process_time()
        work(number)
        cpu.append(1000 * (time.process_time() - so_far))
        wall.append(1000 * (time.perf_counter() - began))
    return Took(sorted(cpu), sorted(wall), (server_cpu() - server) / repeats)


def client_of(email: str) -> Any:
    from django.test import Client

    from sambang.access.models import Person
    from sambang.lib.db_scope import SYSTEM_SCOPE, database_scope

    client = Client(SERVER_NAME="127.0.0.1")
    with database_scope(SYSTEM_SCOPE):
        client.force_login(Person.objects.get(email=email), "sambang.accounts.backends.PersonBackend")
    return client


def misspelt(word: str) -> str:
    """Two letters changed places."""
    return word[0] + word[2] + word[1] + word[3:]


def misspelt_search(client: Any, words: int, *, changed: bool = False) -> Callable[[int], None]:
    """A search over everything whose first word has a slip. `changed`: somebody changes something before it."""

    def search(number: int) -> None:
        if changed:
            note_change()
        first, *others = [NAMED[(number + 3 * place) % len(NAMED)] for place in range(words)]
        answer = client.get("/cari/", {"cari": " ".join([misspelt(first), *others])})
        assert CORRECTED in answer.text or others, first  # two words may be in no name together

    return search


def kept(holds: bool) -> str:
    return "yes" if holds else NOT_KEPT


def pages(repeats: int) -> list[str]:
    chance = random.Random(2026)
    rows = []
    for who, email, reached in (
        ("regency", "officer0@bench.test", BUSINESSES // COUNCILS),
        ("province", "provinsi@bench.test", 27 * BUSINESSES // COUNCILS),
        ("nation", "nasional@bench.test", BUSINESSES),
    ):
        client = client_of(email)

        def get(path: str, client: Any = client, **wanted: Any) -> None:
            answer = client.get(path, wanted)
            assert answer.status_code == 200, (path, answer.status_code)

        def any_page(_number: int, get: Any = get, last: int = reached // 50) -> None:
            get("/daftar/ikm/", halaman=chance.randrange(1, last + 1))

        def last_page(_number: int, get: Any = get, last: int = reached // 50) -> None:
            get("/daftar/ikm/", halaman=last)

        asked: dict[str, Callable[[int], None]] = {
            "list of IKM, first page": lambda _n: get("/daftar/ikm/"),
            "list of IKM, any page": any_page,
            "list of IKM, last page": last_page,
            "list of IKM, those of one state": lambda _n: get("/daftar/ikm/", keadaan="producing"),
            "search by one word": lambda n: get("/daftar/ikm/", cari=WORDS[n % len(WORDS)]),
            "search by two words": lambda n: get(
                "/daftar/ikm/", cari=f"{WORDS[n % len(WORDS)]} {WORDS[(n + 3) % len(WORDS)]}"
            ),
            "search that finds nothing": lambda n: get("/daftar/ikm/", cari="tidakada"),
            "list of sentra": lambda _n: get("/daftar/"),
            "front page": lambda _n: get("/"),
            "who reported the month": lambda _n: get("/produksi/"),
        }
        misspellings = {
            "search over everything, one word with a slip": misspelt_search(client, 1),
            "search over everything, two words, one with a slip": misspelt_search(client, 2),
        }
        asked["the same, each after a change of the register"] = misspelt_search(client, 2, changed=True)
        for name, work in (misspellings | asked).items():
            took, promised = timed(work, repeats), 1000 * (MISSPELT if name in misspellings else PAGE)
            (cpu, wall), half = took.at(0.95), statistics.median(took.wall)
            rows.append(
                f"| {who} | {name} | {half:.0f} | {wall:.0f} | {cpu:.0f} | {took.server:.0f} | {promised:.0f} | "
                f"{kept(wall < promised)} |"
            )
            print(rows[-1], flush=True)
    return rows


@dataclass(frozen=True)
class PageTiming:
    """Seconds from asking to the first part (of a CSV: its headings), to the second (its first rows), to the end."""

    first: float
    second: float
    end: float
    cpu: float
    size: int


def whole(client: Any, kind: str, **wanted: str) -> PageTiming:
    began, so_far, times, size = time.perf_counter(), time.process_time(), [], 0
    answer = client.get("/daftar/ikm/", {"format": kind, **wanted})
    assert answer.status_code == 200, answer.status_code
    for part in answer:
        if len(times) < 2:
            times.append(time.perf_counter() - began)
        size += len(part)
    end, cpu = time.perf_counter() - began, time.process_time() - so_far
    return PageTiming(times[0], times[-1], end, cpu, size)


def exports() -> list[str]:
    client = client_of("nasional@bench.test")
    rows = []
    for kind in ("csv", "xlsx"):
        came = whole(client, kind)
        rows.append(
            f"| all {BUSINESSES:,} IKM as {kind.upper()} | {came.size / 1e6:.1f} MB | {came.end:.1f} | "
            f"{came.cpu:.1f} | {kept(came.end < FILE)} |"
        )
        print(rows[-1], flush=True)
    return rows


def offline_bundle() -> list[str]:
    """What the phone of an officer takes along: so many visits that it is 500 IKM."""
    client = client_of("officer0@bench.test")
    phone = {"hp": str(uuid4())}
    answer = client.get("/lapangan/kunjungan.json", phone)
    assert answer.status_code == 200, answer.status_code
    visits = [row["id"] for row in json.loads(answer.content)["visits"]]
    found: dict[str, Any] = {}

    def fetch(_number: int) -> None:
        answer = client.get("/lapangan/bekal.json", {"kunjungan": visits, **phone})
        assert answer.status_code == 200, answer.content[:200]
        found["carried"], found["size"] = len(json.loads(answer.content)["businesses"]), len(answer.content)

    took = timed(fetch, 5)
    (cpu, wall), carried = took.at(0.5), found["carried"]
    assert carried >= CARRIED, carried
    row = (
        f"| an officer's parcel of {len(visits)} visits and {carried} IKM | {found['size'] / 1e6:.1f} MB | "
        f"{wall / 1000:.1f} | {cpu / 1000:.1f} | {kept(wall < 1000 * BUNDLE)} (2 s) |"
    )
    print(row, flush=True)
    return [row]


def multiplied() -> int:
    """A million IKM: each of the 100,000 ten times, by the database itself."""
    from django.db import connection

    from sambang.lib.db_scope import SYSTEM_SCOPE, database_scope
    from sambang.registry.models import Business

    columns = [str(column.column) for column in Business._meta.local_concrete_fields]
    others = ", ".join(column for column in columns if column != "id")
    new = "lower(hex(randomblob(16)))" if connection.vendor == "sqlite" else "gen_random_uuid()"
    with database_scope(SYSTEM_SCOPE), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO registry_business (id, {others}) SELECT {new}, {others} FROM registry_business AS one "
            "CROSS JOIN (SELECT 1 AS copy "
            f"{' '.join(f'UNION ALL SELECT {number}' for number in range(2, 10))}) AS copies"
        )
        cursor.execute("SELECT COUNT(*) FROM registry_business")
        return int(cursor.fetchone()[0])


def flowing() -> str:
    """The million as CSV; the memory that the process ever held, before it and after."""
    client = client_of("nasional@bench.test")
    whole(client, "csv", sentra="00000000-0000-0000-0000-000000000000")
    before = largest_memory()
    came = whole(client, "csv")
    after = largest_memory()
    held = came.first < FIRST_BYTE and after - before < MEMORY
    return (
        f"{MANY:,} IKM as CSV: {came.size / 1e6:.0f} MB, first byte after {came.first:.2f} s, first rows after "
        f"{came.second:.2f} s, all after "
        f"{came.end:.0f} s, {came.cpu:.0f} CPU s; the process's largest memory went from {before:.0f} to "
        f"{after:.0f} MB. Constant memory "
        f"({MEMORY:.0f} MB more at most), first byte within a second: {kept(held)}."
    )


def largest_memory() -> float:
    """MB that this process ever held. Not `ru_maxrss`, which begins with what its parent held."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def measure(repeats: int, part: str) -> None:
    """In a process of its own for each part, so that memory and caches are its own."""
    import django

    django.setup()
    if part == "pages":
        print(json.dumps({"pages": pages(repeats), "files": [*exports(), *offline_bundle()]}))
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
        folder, on_postgresql = chosen.folder or Path(name), bool(os.environ.get("DATABASE_URL"))
        words = os.environ | {
            "SAMBANG_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "sambang.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }

        def said(*line: str) -> Any:
            whole_line = [sys.executable, "-m", *line]
            done = subprocess.run(whole_line, env=words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
            print(done.stdout, flush=True)
            return json.loads(done.stdout.splitlines()[-1])

        made = folder / "world.json"
        if not made.exists():
            made.write_text(json.dumps(said("bench.world", str(BUSINESSES))), encoding="utf-8")
        found = said("bench.large_register", "--part", "pages", "--repeats", str(chosen.repeats))
        if not chosen.folder:
            said("bench.large_register", "--part", "multiply")
            found |= said("bench.large_register", "--part", "flow")
    if not chosen.folder:
        (RESULTS / f"large_register{'-postgresql' if on_postgresql else ''}.md").write_text(
            in_words(found, chosen.repeats, "PostgreSQL" if on_postgresql else "SQLite"), encoding="utf-8"
        )
    if NOT_KEPT in json.dumps(found):
        raise SystemExit("not kept")


def in_words(found: dict[str, Any], repeats: int, vendor: str) -> str:
    return (
        f"# A large register: {vendor}\n\n`{'tools/with-postgresql ' if vendor == 'PostgreSQL' else ''}python "
        f"-m bench.large_register --repeats {repeats}`: "
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f} at the end, "
        f"Python {platform.python_version()}, {vendor}. {BUSINESSES:,} made-up IKM in 40 regencies and 4,000 sentra; "
        "requests through every middleware, without a network. CPU is of the process that answers"
        f"{', that of PostgreSQL is the mean of all requests' if vendor == 'PostgreSQL' else ', and SQLite in it'}.\n\n"
        "| who | page | p50 ms | p95 ms | p95 CPU ms | CPU ms of PostgreSQL | promised p95 | holds |\n"
        "|---|---|---|---|---|---|---|---|\n"
        + "\n".join(found["pages"])
        + "\n\n| file | size | s | CPU s | < 10 s |\n|---|---|---|---|---|\n"
        + "\n".join(found["files"])
        + f"\n\n{found['flowing']}\n"
    )


if __name__ == "__main__":
    main()
