"""CPU time of `compute`, and how long it locks the database.

    python -m bench.compute [--businesses 5000] [--months 60]

A made-up regency in a database of its own (SQLite). While it is computed, another connection asks for the write lock
every five milliseconds: its longest wait is the longest lock, on a busy machine with the time that either waits for a
processor; the row *asleep* says how long the probe waits where nothing is written. *Own CPU* is the processor time of
the longest write transaction itself, from its first write to its commit. Computed three times: the second time one
report is new, the third time nothing. Writes bench/results/compute.md.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

RESULT = Path(__file__).parent / "results" / "compute.md"
SENTRA_OF = 40  # IKM
MAX_LOCKED = 50.0  # ms
PAUSE = 0.005  # seconds between two probes
ASLEEP = 20.0  # seconds
HEADER = (
    "`python -m bench.compute --businesses {businesses} --months {months}`: {day:%Y-%m-%d}, {machine}, SQLite; "
    "{count}. The database may be locked for {most:.0f} ms at once."
)


def cpu() -> float:
    """Seconds of this process and of the programs that it ran (X-13)."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def build(businesses: int, months: int) -> Any:
    """The council, with `businesses` IKM that reported every month but one in ten. Returns it and who may compute."""
    import numpy as np

    from sambang.access.models import Council, Membership, Person, Role
    from sambang.lib.months import add_months, months_between
    from sambang.production.cell_rebuild import rebuild
    from sambang.production.models import Report, ReportLine
    from sambang.registry.models import Business, Cluster, Industry, ProductLine, Region

    for code, level, parent in (
        ("34", "province", None),
        ("3404", "regency", "34"),
        ("340407", "district", "3404"),
        ("3404072003", "village", "340407"),
    ):
        Region.objects.get_or_create(code=code, defaults={"name": code, "level": level, "parent_id": parent})
    industry = Industry.objects.create(code="14111", version="2020", title="Konveksi")
    council = Council.objects.create(name="Dekranasda Uji", region_code="3404")
    staff = Person.objects.create_user("staf@bench.test", "kain-kepang-bench", name="Staf")
    Membership.objects.create(person=staff, council=council, role=Role.ADMINISTRATOR)
    clusters = [
        Cluster.objects.create(name=f"Sentra {number}", region_id="3404072003")
        for number in range(businesses // SENTRA_OF)
    ]
    people = [Person(name=f"Pemilik {number}") for number in range(businesses)]
    Person.objects.bulk_create(people, batch_size=500)
    units = [
        Business(
            name=f"IKM {number}",
            owner=person,
            cluster=clusters[number % len(clusters)],
            region_id="3404072003",
            industry=industry,
            established=2010,
        )
        for number, person in enumerate(people)
    ]
    Business.objects.bulk_create(units, batch_size=500)
    lines = [ProductLine(business=unit, name="Seragam", unit="stel") for unit in units]
    ProductLine.objects.bulk_create(lines, batch_size=500)
    rng = np.random.default_rng(0)
    level = np.exp(rng.normal(0, 0.6, businesses))
    last = add_months(datetime.now(UTC).date().replace(day=1), -1)
    for month in months_between(add_months(last, 1 - months), last):
        made = np.round(100 * level * np.exp(rng.normal(0, 0.3, businesses)))
        there = np.flatnonzero(rng.random(businesses) < 0.9)
        reports = [Report(business=units[at], month=month, source="officer", by=staff) for at in there]
        Report.objects.bulk_create(reports, batch_size=500)
        ReportLine.objects.bulk_create(
            [
                ReportLine(report=report, product_line=lines[at], quantity=int(made[at]), value=int(made[at]) * 20_000)
                for report, at in zip(reports, there, strict=True)
            ],
            batch_size=500,
        )
    rebuild()
    return council, staff


def correct_one_report(staff: Any) -> None:
    from sambang.production.amounts import Amount
    from sambang.production.models import Report
    from sambang.production.operations import correct_report

    last = Report.objects.order_by("-month", "pk").select_related("business").first()
    assert last is not None
    [line] = last.business.product_lines.all()
    correct_report(last, staff, amounts={line: Amount(Decimal(500), 10_000_000)}, source="officer")


def probe(database: str, stop: Any, longest: Any) -> None:
    """In a process of its own: asks for the write lock again and again, and notes the longest wait, ms."""
    with closing(sqlite3.connect(database, timeout=60, isolation_level=None)) as connection:
        while not stop.is_set():
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            longest.value = max(longest.value, 1000 * (time.perf_counter() - began))
            connection.execute("ROLLBACK")
            time.sleep(PAUSE)


class WriteTimer:
    """An execute wrapper that measures the CPU ms of this thread's longest write transaction."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.began: float | None = None  # of the open transaction

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        from django.db import connection, transaction

        if sql.lstrip().upper().startswith("SELECT"):
            return execute(sql, params, many, context)
        if self.began is None:
            self.began = time.thread_time()
            if connection.in_atomic_block:
                transaction.on_commit(self.end)
        try:
            return execute(sql, params, many, context)
        finally:
            if not connection.in_atomic_block:
                self.end()

    def end(self) -> None:
        if self.began is not None:
            self.longest = max(self.longest, 1000 * (time.thread_time() - self.began))
        self.began = None


def longest_lock(database: str, work: Callable[[], Any]) -> tuple[float, float, float, float]:
    """Wall seconds and CPU seconds of `work`, the longest wait for the write lock meanwhile, and the longest write
    transaction's own CPU, ms."""
    from django.db import connection

    context = multiprocessing.get_context("spawn")
    stop, longest = context.Event(), context.Value("d", 0.0)
    prober = context.Process(target=probe, args=(database, stop, longest))
    prober.start()
    timer = WriteTimer()
    wall, used = time.perf_counter(), cpu()
    try:
        with connection.execute_wrapper(timer):
            work()
    finally:
        wall, used = time.perf_counter() - wall, cpu() - used
        stop.set()
        prober.join()
    return wall, used, longest.value, timer.longest


def measure(businesses: int, months: int) -> list[str]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from sambang.insight.models import Point, Series
    from sambang.insight.operations import compute_if_outdated
    from sambang.lib.db_scope import SYSTEM_SCOPE, database_scope

    call_command("migrate", verbosity=0)
    with database_scope(SYSTEM_SCOPE):
        council, staff = build(businesses, months)
        database = str(settings.DATABASES["default"]["NAME"])
        rows = []
        works = [("asleep", lambda: time.sleep(ASLEEP))]
        names = ("everything new", "one report new", "nothing new")
        works += [(name, lambda: compute_if_outdated(council, staff)) for name in names]
        for name, work in works:
            if name == "one report new":
                correct_one_report(staff)
            wall, used, locked, own = longest_lock(database, work)
            rows.append(f"| {name} | {wall:.2f} | {used:.2f} | {locked:.0f} | {own:.1f} |")
        count = f"{Series.objects.count():,} series, {Point.objects.count():,} points"
    return [count, *rows]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--businesses", type=int, default=5000)
    options.add_argument("--months", type=int, default=60)
    chosen = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
    with tempfile.TemporaryDirectory(prefix="sambang-compute-") as folder:
        os.environ["SAMBANG_DATA"] = folder
        os.environ.pop("DATABASE_URL", None)
        count, *rows = measure(chosen.businesses, chosen.months)
    text = [
        "# Computing an office's indices",
        "",
        HEADER.format(
            businesses=chosen.businesses,
            months=chosen.months,
            day=datetime.now(UTC),
            machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
            count=count,
            most=MAX_LOCKED,
        ),
        "",
        "| computed | wall s | CPU s | longest lock, ms | own CPU, ms |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]
    RESULT.write_text("\n".join(text), encoding="utf-8")
    print("\n".join(text))


if __name__ == "__main__":
    main()
