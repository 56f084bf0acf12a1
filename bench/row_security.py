"""The cost of row-level security: pages and one operation of a council with and without it.

    tools/with-postgresql .venv/bin/python -m bench.row_security [--businesses 100000] [--rounds 40]

A PostgreSQL filled with made-up businesses of many regencies. The same request is sent in turn as its reader (with row
security) and as the office (without, the same code otherwise). Counted are CPU milliseconds of this process and
of the database's, since the machine may be busy, and the wall clock. Writes bench/results/row_security.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

RESULTS = Path(__file__).parent / "results" / "row_security.md"
A_REGENCY = 500  # IKM
A_SENTRA = 50
TICK = os.sysconf("SC_CLK_TCK")


def prepare(folder: Path) -> None:
    os.environ["SAMBANG_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
    from sambang.lib.db_scope import default_to_system_scope

    default_to_system_scope()
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)


def fill(businesses: int) -> Any:
    """Regencies of 500 IKM each, ten sentra in each; a product line and a wish of every fifth. Returns the first
    council's member of staff."""
    from django.db import connection

    from sambang.access.models import Council, Membership, Person, Role
    from sambang.aspirations.models import Aspiration
    from sambang.registry.models import Business, Cluster, Industry, ProductLine, Region

    industry = Industry.objects.create(version="2020", code="14111", title="Konveksi", source="bench")
    Region.objects.create(code="0", name="Indonesia", level="nation", source="bench")
    staff = Person.objects.create_user("staf@contoh.test", "rahasia-sekali", name="Staf Peraga")
    for number in range(businesses // A_REGENCY):
        province, regency = str(11 + number // 80), f"{11 + number // 80}{1 + number % 80:02d}"
        Region.objects.get_or_create(
            code=province, defaults={"name": province, "level": "province", "parent_id": "0", "source": "bench"}
        )
        for code, level, parent in (
            (regency, "regency", province),
            (f"{regency}01", "district", regency),
            (f"{regency}012001", "village", f"{regency}01"),
        ):
            Region.objects.create(code=code, name=f"Wilayah {code}", level=level, parent_id=parent, source="bench")
        council = Council.objects.create(name=f"Dewan {regency}", region_code=regency)
        if number == 0:
            Membership.objects.create(person=staff, council=council, role=Role.STAFF)
        owners = Person.objects.bulk_create([Person(name=f"Pemilik {regency} {n}") for n in range(A_REGENCY)])
        clusters = Cluster.objects.bulk_create(
            [
                Cluster(
                    name=f"Sentra {regency} {n}", region_id=f"{regency}012001", head=owners[n], commodity="Konveksi"
                )
                for n in range(A_REGENCY // A_SENTRA)
            ]
        )
        rows = Business.objects.bulk_create(
            [
                Business(
                    name=f"Usaha {regency} {n}",
                    owner=owner,
                    cluster=clusters[n // A_SENTRA],
                    industry=industry,
                    region_id=f"{regency}012001",
                )
                for n, owner in enumerate(owners)
            ]
        )
        ProductLine.objects.bulk_create([ProductLine(business=row, name="Seragam", unit="stel") for row in rows])
        Aspiration.objects.bulk_create(
            [
                Aspiration(business=row, kind="aspiration", text="Mesin bordir", difficulty="equipment", noted_by=staff)
                for row in rows[::5]
            ]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return staff


def cases(staff: Any) -> dict[str, Callable[[], object]]:
    from django.test import Client

    from sambang.production.operations import Amount, submit_report
    from sambang.registry.models import Business

    client = Client()
    client.force_login(staff)
    rows, number = list(Business.objects.visible_to(staff).order_by("pk")), count()
    lines = {row.pk: row.product_lines.get() for row in rows}

    def page(address: str) -> Callable[[], object]:
        def ask() -> None:
            answer = client.get(address)
            assert answer.status_code == 200, answer.status_code
            assert b"Usaha 1102" not in answer.content

        return ask

    def report() -> None:
        row = rows[next(number) % len(rows)]
        submit_report(row, staff, month=date(2024, 1, 1), source="office", amounts={lines[row.pk]: Amount(Decimal(10))})

    return {
        "list of IKM": page("/daftar/ikm/"),
        "search in it": page("/daftar/ikm/?cari=Usaha+1101+77"),
        "an IKM's page": page(f"/daftar/ikm/{rows[0].pk}/"),
        "list of sentra": page("/daftar/"),
        "board of aspirations": page("/aspirasi/"),
        "a report submitted": report,
    }


@contextmanager
def reading_as(staff: Any, *, row_security: bool) -> Any:
    """As the reader or, with row security off, everything in the system scope."""
    from sambang.access.row_security import as_reader
    from sambang.lib.db_scope import SYSTEM_SCOPE

    if row_security:
        with as_reader(staff):
            yield
    else:
        with mock.patch("sambang.access.row_security.Scope", return_value=SYSTEM_SCOPE):
            yield


def cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / TICK


def measured(case: Callable[[], object], staff: Any, rounds: int) -> dict[bool, tuple[float, float, float]]:
    """With row security or without → CPU ms of this process (median), CPU ms of the database's (mean: its clock ticks
    in 10 ms), elapsed ms (median)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    ours: dict[bool, list[float]] = {True: [], False: []}
    clock: dict[bool, list[float]] = {True: [], False: []}
    theirs = {True: 0.0, False: 0.0}
    for turn in range(rounds * 2 + 2):
        row_security = turn % 2 == 0
        with reading_as(staff, row_security=row_security):
            begun, cpu, there = time.perf_counter(), time.process_time(), cpu_of(backend)
            case()
            took = (time.perf_counter() - begun) * 1000, (time.process_time() - cpu) * 1000, cpu_of(backend) - there
        if turn > 1:  # the first of each warms up
            clock[row_security].append(took[0])
            ours[row_security].append(took[1])
            theirs[row_security] += took[2]
    return {
        row_security: (median(ours[row_security]), theirs[row_security] / rounds, median(clock[row_security]))
        for row_security in (True, False)
    }


def written(businesses: int, rounds: int, found: dict[str, dict[bool, tuple[float, float, float]]]) -> str:
    rows = [
        f"| {name} | "
        + " | ".join(f"{kinds[False][at]:.1f} → {kinds[True][at]:.1f}" for at in range(3))
        + f" | {sum(kinds[True][:2]) / sum(kinds[False][:2]):.2f} |"
        for name, kinds in found.items()
    ]
    head = (
        f"`python -m bench.row_security --businesses {businesses} --rounds {rounds}`: {businesses:,} IKM in "
        f"{businesses // A_REGENCY} regencies, {A_REGENCY} of them the reader's; PostgreSQL on this machine, durable; "
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}."
    )
    table = [
        (
            "| ms, without → with | CPU of the site (median) | CPU of the database (mean) | wall (median) | CPU of "
            "both, ratio |"
        ),
        "|---|---|---|---|---|",
    ]
    return "\n".join(["# Row security", "", head, "", *table, *rows, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--businesses", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sambang-row-security-"))
    try:
        prepare(folder)
        staff = fill(wanted.businesses)
        found = {name: measured(case, staff, wanted.rounds) for name, case in cases(staff).items()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = written(wanted.businesses, wanted.rounds, found)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
