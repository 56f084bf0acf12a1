"""Time to download the offline bundle of 500 IKM.

    python -m bench.offline_bundle [--ikm 500]

The demo's office with a sentra of so many IKM more, each with three product lines and a year of reports; the same
request that the phone makes, through all of Django, five times. Wall time and CPU time of the process that answers,
statements, and bytes as they travel. Writes bench/results/offline_bundle.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import tempfile
from pathlib import Path
from typing import Any

from bench.office import Office

RESULTS = Path(__file__).parent / "results" / "offline_bundle.md"
LONGEST = 2.0  # seconds

MEASURE = """
import json, statistics, time
from datetime import date
from decimal import Decimal
from uuid import uuid4
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from sambang.lib.months import first_of_month, shift
from sambang.access.models import Person
from sambang.production.models import Report, ReportLine
from sambang.registry.models import Business, Cluster, ProductLine
from sambang.visits.operations import plan_visit
like = Business.objects.filter(cluster__isnull=False).first()
by = Person.objects.get(email="petugas@peragaan.test")
cluster = Cluster.objects.create(name="Sentra besar", region=like.cluster.region, commodity="konveksi")
owners = Person.objects.bulk_create([Person(name=f"Pemilik {number}", email=None) for number in range(COUNT)])
rows = Business.objects.bulk_create([Business(name=f"Usaha {number}", owner=owner, cluster=cluster, region=like.region,
    industry=like.industry, phone="+628120000000", address="Jalan Peraga 1") for number, owner in enumerate(owners)])
lines = ProductLine.objects.bulk_create([ProductLine(business=row, name=f"Produk {number}", unit="potong",
  started_on=date(2018, 1, 1))
    for row in rows for number in range(3)])
months = [shift(first_of_month(timezone.localdate()), -back) for back in range(1, 13)]
reports = Report.objects.bulk_create([Report(business=row, month=month, source="officer", by=by) for row in rows for
  month in months])
of = {}
for line in lines: of.setdefault(line.business_id, []).append(line)
ReportLine.objects.bulk_create([ReportLine(report=report, product_line=line, quantity=Decimal(40)) for report in
  reports for line in of[report.business_id]], batch_size=5000)
visit = plan_visit(cluster, by, planned_for=timezone.localdate(), purpose="Bekal")
client = Client(HTTP_HOST="localhost", headers={"accept-encoding": "gzip"})
client.force_login(by)
address = f"/lapangan/bekal.json?hp={uuid4()}&kunjungan={visit.pk}"
client.get(address)
took = []
for _again in range(5):
    wall, cpu = time.perf_counter(), time.process_time()
    answer = client.get(address)
    took.append((time.perf_counter() - wall, time.process_time() - cpu))
with CaptureQueriesContext(connection) as asked: client.get(address)
import gzip
print(json.dumps({"status": answer.status_code, "ikm": len(json.loads(gzip.decompress(answer.content))["businesses"]),
    "wall": statistics.median(one[0] for one in took), "cpu": statistics.median(one[1] for one in took),
    "statements": len(asked), "bytes": len(answer.content), "unpacked": len(gzip.decompress(answer.content))}))
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ikm", type=int, default=500)
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sambang-parcel-") as name:
        office = Office(Path(name) / "office")
        office.build()
        printed = office.command("shell", "-v", "0", "-c", f"COUNT = {chosen.ikm}\n{MEASURE}")
    found: dict[str, Any] = json.loads(printed.splitlines()[-1])
    good = found["status"] == 200 and found["ikm"] == chosen.ikm and found["cpu"] < LONGEST
    RESULTS.write_text(
        f"# A parcel\n\n`python -m bench.offline_bundle --ikm {chosen.ikm}`, {dt.datetime.now(dt.UTC):%Y-%m-%d}, "
        f"{platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, SQLite. {found['ikm']} IKM with three "
        "product lines and a "
        f"year of reports each; median of five.\n\n"
        f"- CPU {found['cpu']:.2f} s, wall {found['wall']:.2f} s, {found['statements']} statements.\n"
        f"- {found['bytes'] / 1000:.0f} KB as they travel, {found['unpacked'] / 1000:.0f} KB unpacked.\n\n"
        f"{'kept' if good else 'NOT kept'}: less than {LONGEST:.0f} s\n"
    )
    print(RESULTS.read_text())
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
