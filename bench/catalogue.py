"""The public catalogue with 36 and 20,000 items against a bare Django view in the same run: python -m bench.catalogue

Each size gets a database of its own in a temporary folder, on SQLite and on PostgreSQL. A request is Django's test
client calling the whole stack in this process, in turns with /alive, a view of one line, behind the middleware of
`startproject`: the load of the machine falls on both alike. Writes bench/results/catalogue.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

RESULTS = Path(__file__).parent / "results" / "catalogue.md"
SIZES = (36, 20_000)
ROUNDS = 60
BARE = "bare Django view"
BARE_MIDDLEWARE = [  # of `startproject`
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def main() -> None:
    lines = [
        "# The public catalogue",
        "",
        f"`python -m bench.catalogue`: {ROUNDS} rounds, one process, milliseconds.",
        "",
        "| database | items | page | p50 | p99 |",
        "|---|---|---|---|---|",
    ]
    for database, prefix in (("SQLite", []), ("PostgreSQL", ["tools/with-postgresql"])):
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                command = [*prefix, sys.executable, "-m", "bench.catalogue", str(size)]
                environment = os.environ | {"SAMBANG_DATA": folder, "DJANGO_SETTINGS_MODULE": "sambang.settings"}
                environment.pop("DATABASE_URL", None)
                output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
            for page, (median, late) in json.loads(output.splitlines()[-1]).items():
                lines.append(f"| {database} | {size:,} | {page} | {median:.1f} | {late:.1f} |")
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def measure(size: int) -> dict[str, tuple[float, float]]:
    """The median and the 99th percentile of each page in milliseconds, in a new database with `size` items."""
    import django

    django.setup()
    from bench.world import World
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client, override_settings

    from sambang.lib.db_scope import default_to_system_scope
    from sambang.market.models import Item

    default_to_system_scope()
    call_command("prepare", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    world = World(size)
    world.councils_and_people({})
    world.clusters_and_businesses({})
    world.offers(world.businesses)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    item = Item.objects.select_related("business").latest("offered_at")
    first, *_rest = item.name.lower().split()
    misspelt = first[:2] + first[3:]
    deep = Item.objects.order_by("-offered_at")[size * 3 // 4]
    client, bare = Client(headers={"host": "127.0.0.1"}), Client(headers={"host": "127.0.0.1"})
    with override_settings(MIDDLEWARE=BARE_MIDDLEWARE):
        bare.handler.load_middleware()

    def page(address: str, client: Client = client, **query: str) -> Callable[[], object]:
        def get() -> None:
            answer = client.get(address, query)
            assert answer.status_code == 200, answer.status_code
            assert "cari" not in query or item.name.split()[0] in answer.text

        return get

    pages: dict[str, Callable[[], object]] = {
        BARE: page("/alive", bare),
        "first page": page("/pasar/katalog/"),
        "page at three quarters": page("/pasar/katalog/", setelah=str(deep.pk)),
        "search": page("/pasar/katalog/", cari=first),
        "search of a rare word": page("/pasar/katalog/", cari=item.business.name),
        "misspelt search": page("/pasar/katalog/", cari=misspelt),
        "sentra": page(f"/pasar/katalog/sentra/{item.business.cluster_id}/"),
        "item": page(f"/pasar/katalog/{item.pk}/"),
    }
    times: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(ROUNDS + 3):
        for name, get in pages.items():
            begun = time.perf_counter()
            get()
            if number >= 3:  # the first rounds load templates and translations
                times[name].append((time.perf_counter() - begun) * 1000)
    percentiles = {name: quantiles(values, n=100, method="inclusive") for name, values in times.items()}
    return {name: (cuts[49], cuts[98]) for name, cuts in percentiles.items()}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
