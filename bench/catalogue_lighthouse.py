"""Lighthouse scores of the public catalogue with 20,000 goods: python -m bench.catalogue_lighthouse [--runs 3]

A real server with the demo's data, in which each good and its pictures are repeated up to 20,000 goods. Measured are
the catalogue, a search, a good and its sentra as a stranger opens them, on a simulated phone (4G, CPU at a quarter) and
on a computer; kept is the run in the middle by its speed. Writes bench/results/catalogue_lighthouse.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.lighthouse import LEAST, PACKAGE, lighthouse, measure
from bench.office import ROOT, Office, spare_port
from playwright.sync_api import sync_playwright

RESULTS = ROOT / "bench" / "results" / "catalogue_lighthouse.md"
GOODS = 20_000
TITLES = ("Performance", "Accessibility", "Best Practices", "SEO")
DEVICES: dict[str, list[str]] = {"phone": [], "computer": ["--preset=desktop"]}


def repeat_goods(total: int) -> None:
    """Store copies of the goods on offer, with their pictures, until there are `total`; print the pages to measure."""
    from sambang.lib.bulk_sql import insert_rows
    from sambang.market.queries import catalogue

    originals = list(catalogue().select_related("business").prefetch_related("pictures"))
    for numbers in batched(range(total - len(originals)), 500, strict=False):
        copies, pictures = [], []
        for number in numbers:
            item = originals[number % len(originals)]
            copies.append(copy_of(item, name=f"{item.name} {number}"))
            pictures += [copy_of(picture, item_id=copies[-1].pk) for picture in item.pictures.all()]
        insert_rows(copies)
        if pictures:
            insert_rows(pictures)
    assert catalogue().count() == total
    item = next(item for item in originals if item.business.cluster_id)
    cluster = f"/pasar/katalog/sentra/{item.business.cluster_id}/"
    print("/pasar/katalog/", f"/pasar/katalog/?cari={item.name.split()[0]}", f"/pasar/katalog/{item.pk}/", cluster)


def copy_of(row: Any, **changed: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**values | {"id": uuid4()} | changed)


def measure_all(office: Office, pages: dict[str, str], runs: int) -> list[str]:
    """A row of the table for each page on each device."""
    program, port, rows = lighthouse(), spare_port(), []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("SAMBANG_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", f"--remote-debugging-port={port}"],
        )
        for device, flags in DEVICES.items():
            for name, path in pages.items():
                address = f"http://127.0.0.1:{office.port}{path}"
                tries = [measure(program, address, port, *flags) for _run in range(runs)]
                found = sorted(tries, key=lambda one: one.scores["Performance"])[runs // 2]
                scores = " | ".join(f"{score:.2f}" for score in found.scores.values())
                paint = f"{found.first_paint / 1000:.1f} | {found.largest_paint / 1000:.1f} | {found.kilobytes:.0f}"
                rows.append(f"| {device} | {name} | {scores} | {paint} | {', '.join(found.missed)} |")
                print(rows[-1], flush=True)
        browser.close()
    return rows


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=3)
    runs = options.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="sambang-catalogue-") as name:
        office = Office(Path(name) / "office")
        office.build()
        script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import bench.catalogue_lighthouse as bench; "
        printed = office.command("shell", "-v", "0", "-c", f"{script}bench.repeat_goods({GOODS})")
        pages = dict(zip(("catalogue", "search", "good", "sentra"), printed.split(), strict=True))
        office.open()
        try:
            rows = measure_all(office, pages, runs)
        finally:
            office.kill()
    lines = [
        "# Lighthouse of the public catalogue",
        "",
        (
            f"`python -m bench.catalogue_lighthouse --runs {runs}`, {datetime.now(UTC):%Y-%m-%d}, {GOODS:,} goods, "
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
            f"load {os.getloadavg()[0]:.1f} at the end; {PACKAGE}, HTTP on this machine, nobody signed in. "
            f"Goal: {LEAST} in every category."
        ),
        "",
        f"| device | page | {' | '.join(TITLES)} | first paint, s | largest, s | KiB | missed |",
        "|---" * 10 + "|",
        *rows,
        "",
    ]
    RESULTS.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
