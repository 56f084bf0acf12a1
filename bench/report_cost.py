"""The cost of one report after millions: `submit_report` up to the new sums of its cell.

    python -m bench.report_cost [--lines 5000000] [--reports 2000]

A SQLite file as an installation has it (WAL, synchronous=FULL), filled by plain SQL with made-up reports already
linked, which `verify` then holds against the engine in a few villages. CPU milliseconds count, the machine may be busy;
the durable commit is counted apart. Writes bench/results/report_cost.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

RESULTS = Path(__file__).parent / "results" / "report_cost.md"
MONTHS = 36
FIRST_YEAR = 2022
LINES_A_VILLAGE = 66
LOOKED_AT = 5  # villages whose filling is verified before, and after with what was submitted

# Numbers of a report: the line i // 36, its month i % 36. Keys are 32 hex digits, and made up.
NUMBERS = (
    "CREATE TEMP TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < "
    "{count}) SELECT i FROM n"
)
BUSINESSES = """
    INSERT INTO registry_business (id, name, owner_id, cluster_id, region_id, industry_id, registered_at,
    is_simulated, status,
        owner_sex, address, phone_digest, nik_digest, nib, commodity, marketing)
    SELECT printf('%032x', i / 36 + 1), printf('IKM %d', i / 36), '{by}', printf('%032x', i / 36 / 66),
        printf('340407%04d', i / 36 / 66), {industry}, '2021-12-01 03:00:00', 1, 'producing', '', '', '', '', '', '', ''
    FROM numbers WHERE i % 36 = 0
"""
PRODUCTS = """
    INSERT INTO registry_productline (id, business_id, name, unit)
    SELECT printf('%032x', i / 36 + 1), printf('%032x', i / 36 + 1), 'Seragam', 'stel' FROM numbers WHERE i % 36 = 0
"""
REPORTS = """
    INSERT INTO production_report (id, month, source, submitted_at, note, business_id, by_id, replaced_by_id)
    SELECT printf('%032x', i + 1), printf('%d-%02d-01', 2022 + (i % 36) / 12, 1 + (i % 36) % 12), 'simulation',
        '2025-01-05 03:00:00', '', printf('%032x', i / 36 + 1), '{by}', NULL FROM numbers
"""
QUANTITY = "(10 + (i * 7919) % 90)"
BEFORE = "(10 + ((i - 1) * 7919) % 90)"
PRICE = "(1000 + (i / 36) % 500)"
LINES = f"""
    INSERT INTO production_reportline (quantity, value, entered, product_line_id, report_id, gap, volume, volume_before)
    SELECT {QUANTITY}, {QUANTITY} * {PRICE}, '', printf('%032x', i / 36 + 1), printf('%032x', i + 1),
        CASE WHEN i % 36 THEN 1 END, {QUANTITY} * {PRICE}, CASE WHEN i % 36 THEN {BEFORE} * {PRICE} END FROM numbers
"""
PRICES = """
    INSERT INTO production_price (product_line_id, year, price, origin)
    SELECT printf('%032x', i / 36 + 1), 2022 + (i % 36) / 12, 1000.0 + (i / 36) % 500,
        CASE WHEN i % 36 THEN 'own' ELSE 'carried' END FROM numbers WHERE i % 12 = 0
"""
SUMS = f"""
    INSERT INTO production_cellsum (cell_id, month, gap, count, num, den)
    SELECT 1 + i / 36 / 66, 2022 * 12 + i % 36, 1, COUNT(*), SUM({QUANTITY} * {PRICE}), SUM({BEFORE} * {PRICE})
    FROM numbers WHERE i % 36 > 0 GROUP BY i / 36 / 66, i % 36
"""
CHANGES = """
    INSERT INTO production_cellchange (event_id, cell_id, month, gap, count, num, den)
    SELECT (SELECT MAX(id) FROM production_cellevent), cell_id, month, gap, count, num, den FROM production_cellsum
"""


def fill(count: int) -> Any:
    """A database of so many reports of one line each; returns the officer who submits the next ones."""
    from django.core.management import call_command
    from django.db import connection

    from sambang.access.models import Council, Membership, Person, Role
    from sambang.production.models import Cell, CellEvent
    from sambang.registry.models import Cluster, Industry, Region

    call_command("migrate", verbosity=0)
    for code, level, parent in (("34", "province", None), ("3404", "regency", "34"), ("340407", "district", "3404")):
        Region.objects.create(code=code, name=code, level=level, parent_id=parent, source="peragaan")
    council = Council.objects.create(name="Dekranasda Peraga", region_code="3404")
    officer = Person.objects.create_user("petugas@contoh.test", "peragaan-saja", name="Petugas Peraga")
    Membership.objects.create(person=officer, council=council, role=Role.OFFICER)
    garment = Industry.objects.create(version="2020", code="14111", title="Konveksi", source="peragaan")
    units = count // MONTHS
    villages = [
        Region(code=f"340407{n:04d}", name=f"Desa {n}", level="village", parent_id="340407", source="peragaan")
        for n in range(-(-units // LINES_A_VILLAGE))
    ]
    Region.objects.bulk_create(villages, batch_size=1000)
    clusters = [Cluster(pk=f"{n:032x}", name=f"Sentra {place.code}", region=place) for n, place in enumerate(villages)]
    Cluster.objects.bulk_create(clusters, batch_size=1000)
    Cell.objects.bulk_create(
        [Cell(pk=n, cluster=one, region=one.region, industry=garment) for n, one in enumerate(clusters, start=1)],
        batch_size=1000,
    )
    CellEvent.objects.create(verb="cells.rebuild")
    with connection.cursor() as cursor:
        [(cache,)] = cursor.execute("PRAGMA cache_size").fetchall()
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute("PRAGMA cache_size = -1000000")
        known = {"{count}": str(units * MONTHS), "{by}": officer.pk.hex, "{industry}": str(garment.pk)}
        for statement in (NUMBERS, BUSINESSES, PRODUCTS, REPORTS, LINES, PRICES, SUMS, CHANGES):
            for name, value in known.items():
                statement = statement.replace(name, value)  # noqa: PLW2901
            cursor.execute(statement)
        cursor.execute("DROP TABLE numbers")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA cache_size = {cache}")
    return officer


def timed(spent: list[float], work: Callable[..., Any]) -> Callable[..., Any]:
    """The same, its CPU seconds added to a list."""

    def run(*args: Any, **facts: Any) -> Any:
        began = time.process_time()
        result = work(*args, **facts)
        spent.append(time.process_time() - began)
        return result

    return run


def submit(reports: int, officer: Any) -> dict[str, list[float]]:
    """Seconds by step of every report: January 2025 of as many businesses, all over the table."""
    from django.db import transaction

    from sambang.production import operations
    from sambang.production.amounts import Amount
    from sambang.registry.models import ProductLine

    count = ProductLine.objects.count()
    spent: dict[str, list[float]] = {"report": [], "cells": [], "commit (CPU)": [], "commit (wall)": []}
    operations.link_report = timed(spent["cells"], operations.link_report)  # type: ignore[assignment]
    one_report = timed(spent["report"], operations.submit_report)
    january = dt.date(FIRST_YEAR + MONTHS // 12, 1, 1)
    for number in range(reports):
        key = f"{1 + number * 7919 % count:032x}"
        line = ProductLine.objects.select_related("business__cluster").get(pk=key)
        business, made = line.business, 10 + number % 90
        amounts = {line: Amount(Decimal(made), made * 1_100, str(made))}
        with transaction.atomic():
            one_report(business, officer, month=january, amounts=amounts, source="officer")
            cpu, wall = time.process_time(), time.perf_counter()
        spent["commit (CPU)"].append(time.process_time() - cpu)
        spent["commit (wall)"].append(time.perf_counter() - wall)
    return spent


def row(name: str, seconds: Sequence[float]) -> str:
    p50, p99 = np.percentile(1000 * np.array(seconds), [50, 99])
    return f"| {name} | {p50:.2f} | {p99:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--reports", type=int, default=2_000)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sambang-one-report-"))
    os.environ |= {"SAMBANG_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "sambang.settings"}
    os.environ.pop("DATABASE_URL", None)
    try:
        import django

        django.setup()
        measure(folder, asked.lines, asked.reports)
    finally:
        shutil.rmtree(folder)


def measure(folder: Path, lines: int, reports: int) -> None:
    from django.db import connection

    from sambang.production.cell_rebuild import verify
    from sambang.production.models import ReportLine

    began = time.monotonic()
    officer = fill(lines)
    held, size = ReportLine.objects.count(), sum(file.stat().st_size for file in folder.glob("sambang.sqlite3*")) / 1e9
    print(f"{held:,} lines filled in {time.monotonic() - began:.0f} s, {size:.1f} GB", flush=True)
    for village in range(LOOKED_AT):
        assert not (wrong := verify(f"340407{village:04d}")), wrong
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
    spent = submit(reports, officer)
    for village in range(LOOKED_AT):
        assert not (wrong := verify(f"340407{village:04d}")), wrong
    table = [
        row("**report to its cell's new sums**: permission, checks, rows, journal, cells", spent["report"]),
        row("of that the cells: read, link, add, ledger", spent["cells"]),
        row("durable commit, CPU", spent["commit (CPU)"]),
        row("durable commit, wall", spent["commit (wall)"]),
    ]
    text = f"""# One report

`python -m bench.report_cost --lines {lines} --reports {reports}`: {held:,} report lines in SQLite before it
({size:.1f} GB, WAL, synchronous=FULL), {reports:,} reports, {dt.datetime.now(tz=dt.UTC):%Y-%m-%d},
{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}.

| CPU ms (commit: also wall) | p50 | p99 |
|---|---|---|
{chr(10).join(table)}

Every report goes through `submit_report` as a page's does. The cells of {LOOKED_AT} villages were verified against
the engine before and after.
"""
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
