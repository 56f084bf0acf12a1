"""Time and memory of importing a list of 11,000 IKM, and one of 100,000: reading, matching, preview.

    python -m bench.import_speed [--rows 11000] [--known 5000]

Prints and writes to bench/results/import_speed.md the CPU seconds, wall seconds and memory of reading, of matching with
a register that holds `--known` of the rows, and of the preview; fails where a promise is not kept: 11,000 rows within
15 CPU s and 500 MB, 100,000 within 180 CPU s.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

RESULTS = Path(__file__).parent / "results" / "import_speed.md"
PROMISES = {11_000: (15.0, 500.0), 100_000: (180.0, 0.0)}  # rows: CPU seconds, megabytes (0: none promised)
FIRST = ["Siti", "Sri", "Nur", "Dwi", "Tri", "Eko", "Agus", "Budi", "Sutini", "Ngatini", "Wagiyem", "Tukiman"]
LAST = ["Lestari", "Rahayu", "Handayani", "Widodo", "Santoso", "Wibowo", "Hidayat", "Purnomo"]
GOODS = ["Batik", "Tahu", "Roti", "Mebel", "Gerabah", "Anyaman"]
HEAD = ["No", "Nama Sentra", "Kapanewon", "Kalurahan", "Nama Pemilik", "Nama Usaha", "NIK", "No HP", "Alamat", "Produk"]
HEAD += ["Satuan", "Kapasitas/Th", "TK L", "TK P", "Omset", "Tahun Berdiri", "P-IRT"]


@dataclass
class Timer:
    """CPU and wall seconds of named steps, children's included."""

    steps: dict[str, tuple[float, float]] = field(default_factory=dict)
    calls: int = 0

    def progress(self, done: int, total: int) -> None:
        self.calls += 1

    def run[T](self, name: str, work: Callable[[], T]) -> T:
        before, began = _cpu(), time.perf_counter()
        result = work()
        self.steps[name] = (_cpu() - before, time.perf_counter() - began)
        return result

    @property
    def cpu(self) -> float:
        return sum(cpu for cpu, _wall in self.steps.values())


def _cpu() -> float:
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in usage)


def _megabytes() -> float:
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def made_list(rows: int, villages: list[tuple[str, str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("IKM")
    sheet.write_row(0, 0, HEAD)
    for number in range(1, rows + 1):
        rng = random.Random(number)  # so that a longer list begins with the rows of a shorter one
        sheet.write_row(number, 0, _row(number, rng, rng.choice(villages)))
    book.close()
    return out.getvalue()


def _row(number: int, rng: random.Random, place: tuple[str, str]) -> list[Any]:
    village, district = place
    goods, last = rng.choice(GOODS), rng.choice(LAST)
    return [
        number,
        f"Sentra {goods} {number % 6}" if number % 6 else "",
        district,
        village,
        f"{rng.choice(FIRST)} {last}",
        f"{goods} {last} {number % 900}",
        f"340407{rng.randrange(1, 29):02d}{rng.randrange(1, 13):02d}80{number % 10_000:04d}" if number % 3 else "",
        f"0812{number:08d}" if number % 4 else "",
        f"Jl. {rng.choice(LAST)} {number % 300}",
        goods,
        "kg",
        rng.randrange(100, 5000),
        rng.randrange(0, 4),
        rng.randrange(1, 4),
        rng.randrange(10**6, 10**8),
        2010 + number % 10,
        f"2063404{number:08d}-28" if number % 9 == 0 else "",
    ]


def measured(rows: int, known: int) -> tuple[Timer, float, str]:
    """Steps, the largest memory, and the balance of the preview."""
    from django.core.management import call_command

    from sambang.access.models import Council, system_person
    from sambang.imports.models import Placement
    from sambang.imports.operations import Destination, import_register
    from sambang.imports.plan import plan_import
    from sambang.imports.preview import balance, preview_rows
    from sambang.imports.sheets import RegisterSheet, dump_sheet, load_sheet, read_register
    from sambang.registry.load_industries import load_industries
    from sambang.registry.load_regions import load_regions
    from sambang.registry.models import Region

    call_command("migrate", verbosity=0)
    load_industries()
    load_regions()
    region = Region.objects.get(code="3404")
    council = Council.objects.create(name="Dinas", region_code="3404")
    places = Region.objects.filter(code__startswith="3404", level=Region.Level.VILLAGE).select_related("parent")
    villages = [(place.name, place.parent.name) for place in places if place.parent]
    if known:
        sheet = read_register(made_list(known, villages), "tahun-lalu.xlsx")
        decisions = {f"{row.sheet}!{row.row}": "new" for row in sheet.rows}
        import_register(council, system_person(), sheet=sheet, decisions=decisions, destination=Destination(region))
    content = made_list(rows, villages)
    timer = Timer()

    def read() -> RegisterSheet:
        return load_sheet(dump_sheet(read_register(content, "ikm.xlsx", progress=timer.progress)))

    sheet = timer.run("read and stored", read)
    plan = timer.run(
        "matched",
        lambda: plan_import(sheet, region=region, cluster=None, placement=Placement.COLUMNS, progress=timer.progress),
    )
    sums = timer.run("previewed", lambda: balance(sheet, preview_rows(sheet, plan)))["rows"]
    text = ", ".join(f"{name} {count:,}" for name, count in sums.items())
    return timer, _megabytes(), text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=11_000)
    parser.add_argument("--known", type=int, default=5_000, help="rows that the register holds before")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SAMBANG_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
        import django

        django.setup()
        timer, megabytes, text = measured(options.rows, options.known)
    lines = [f"## {options.rows:,} rows, {options.known:,} IKM in the register", ""]
    lines += ["| step | CPU s | wall s |", "|---|--:|--:|"]
    lines += [f"| {name} | {cpu:.1f} | {wall:.1f} |" for name, (cpu, wall) in timer.steps.items()]
    lines += [f"| **all** | **{timer.cpu:.1f}** | |", ""]
    lines += [f"Largest memory {megabytes:.0f} MB; progress reported {timer.calls:,} times. Rows: {text}.", ""]
    lines += [f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.", ""]
    print("\n".join(lines))
    seconds, most = PROMISES.get(options.rows, (0.0, 0.0))
    if options.rows in PROMISES:
        before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Import of a large list\n\n"
        others = [part for part in before.split("\n## ")[1:] if not part.startswith(f"{options.rows:,} rows")]
        parts = sorted([*others, "\n".join(lines).removeprefix("## ")], key=lambda part: len(part.split(" ")[0]))
        RESULTS.write_text(f"{before.split('\n## ')[0].rstrip()}\n\n## " + "\n## ".join(parts), encoding="utf-8")
    is_kept = not seconds or (timer.cpu <= seconds and (not most or megabytes <= most))
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
