"""The cost of encrypted telephone numbers and finances: a list without them, with them, one row.

    python -m bench.encrypted_fields [--businesses 5000] [--rounds 5]

In-memory SQLite, made-up businesses. CPU time, each a ratio to the same list without the sealed columns, in one run.
Writes bench/results/encrypted_fields.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).parent / "results" / "encrypted_fields.md"


def cpu(do: Callable[[], object], rounds: int) -> float:
    """Milliseconds of this process, the median of `rounds`."""
    taken = []
    for _round in range(rounds):
        began = time.process_time()
        do()
        taken.append((time.process_time() - began) * 1000)
    return median(taken)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--businesses", type=int, default=5000)
    asked.add_argument("--rounds", type=int, default=5)
    options = asked.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "sambang.settings"
    os.environ["DATABASE_URL"] = ""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = ":memory:"
    call_command("migrate", verbosity=0)
    rows = measured(options.businesses, options.rounds)
    report(options, rows)


def measured(count: int, rounds: int) -> list[tuple[str, float]]:
    from sambang.access.models import Person
    from sambang.registry.models import Business, Region

    sealed = ("phone", "npwp", "investment", "investment_land", "annual_sales")
    region = Region.objects.create(code="3404072003", name="Peraga", level="village", source="bench")
    owner = Person.objects.create(name="Pemilik Peraga")
    Business.objects.bulk_create(
        [
            Business(
                name=f"IKM {number}",
                owner=owner,
                region=region,
                phone=f"+62812{number:08d}",
                npwp=f"{number:016d}",
                investment=number * 1000,
                investment_land=number * 2000,
                annual_sales=number * 5000,
                is_simulated=True,
            )
            for number in range(1, count + 1)
        ],
        batch_size=500,
    )
    without = Business.objects.defer(*sealed)

    def shown(columns: tuple[str, ...], most: int | None = None) -> Callable[[], object]:
        return lambda: [[getattr(row, name) for name in columns] for row in Business.objects.order_by("pk")[:most]]

    return [
        ("list without the sealed columns", cpu(lambda: list(without.order_by("pk")), rounds)),
        ("list with them, none looked at", cpu(shown(()), rounds)),
        ("list, telephone looked at", cpu(shown(("phone",)), rounds)),
        ("list, all five looked at", cpu(shown(sealed), rounds)),
        ("page of 50, none looked at", cpu(shown((), 50), rounds)),
        ("page of 50, all five looked at", cpu(shown(sealed, 50), rounds)),
    ]


def report(options: argparse.Namespace, rows: list[tuple[str, float]]) -> None:
    whole = rows[0][1]
    lines = [
        "# Sealed columns",
        "",
        (
            f"`python -m bench.encrypted_fields --businesses {options.businesses} --rounds {options.rounds}`, "
            f"{time.strftime('%Y-%m-%d')}, "
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. "
            "CPU milliseconds, median; in-memory SQLite."
        ),
        "",
        "| | CPU ms | ÷ first |",
        "|---|---:|---:|",
        *(f"| {name} | {taken:.1f} | {taken / whole:.2f} |" for name, taken in rows),
    ]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
