"""CPU time and SQL queries of the ten desk pages, beside those of an earlier commit; and, of this commit alone, of the
coaching page, and of the ten pages when somebody has changed something since the request before (`change_cache.py`).

    python -m bench.pages --before CHECKOUT [--repeats 30] [--rounds 3]

CHECKOUT is a work tree of the earlier commit. Both build their own worlds, by their own code: the demo, and 11,000
made-up IKM (`bench.world`). A page is asked through every middleware, without a network, by an officer of the demo and
by the nation, who reaches all 11,000. The two checkouts take turns, a process each; the median of a turn's requests
counts, and of the turns the least. Queries are counted once more in the same process. Writes bench/results/pages.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "pages.md"
BUSINESSES = 11_000
MAX_QUERIES, SHARE = 10, 0.5  # promised of a page: queries, and CPU against the commit before
PAGES = {
    "front": "/",
    "results": "/hasil/",
    "IKM": "/daftar/ikm/",
    "sentra": "/daftar/",
    "aspirations": "/aspirasi/",
    "actions": "/tindakan/",
    "production": "/produksi/",
    "visits": "/kunjungan/",
    "training": "/pelatihan/",
    "catalogue": "/pasar/",
}
ALSO = {"coaching": "/hasil/pembinaan/"}  # measured in this commit only
WORLDS = {"demo": "petugas@peragaan.test", "11,000 IKM": "nasional@bench.test"}
type Measured = dict[str, dict[str, tuple[float, int]]]  # by world and page: CPU ms, queries


def system_scope() -> Any:
    """The scope under which a test client may look up a person, by this commit's name."""
    try:
        from sambang.lib import db_scope
    except ImportError:
        return nullcontext()
    return db_scope.database_scope(db_scope.SYSTEM_SCOPE)


def measure(
    email: str, repeats: int, pages: dict[str, str], *, with_changes: bool = False
) -> dict[str, tuple[float, int]]:
    """Runs in a checkout's own process, with its settings. `with_changes`: something changes before each request."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    with system_scope():
        person = get_user_model().objects.get(email=email)
        client.force_login(person, settings.AUTHENTICATION_BACKENDS[-1])

    def change() -> None:
        if with_changes:
            from sambang.audit.models import Entry

            with system_scope():
                Entry.objects.mark_change()

    found = {}
    for name, path in pages.items():
        answer = client.get(path, follow=True)  # templates are read, caches are warm
        assert answer.status_code == 200, (path, answer.status_code)
        times = []
        for _repeat in range(repeats):
            change()
            began = time.process_time()
            client.get(path, follow=True)
            times.append(1000 * (time.process_time() - began))
        change()
        with CaptureQueriesContext(connection) as queries:
            client.get(path, follow=True)
        found[name] = (statistics.median(times), len(queries))
    return found


class Checkout:
    """A work tree whose code answers; its worlds lie in `folder`."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder
        own = root / ".venv" / "bin" / "python"
        self.python = str(own) if own.exists() else sys.executable

    def run(self, world: str, *words: str) -> str:
        ours = {key: value for key, value in os.environ.items() if not key.startswith(("SAMBANG_", "DATABASE_URL"))}
        environment = ours | {
            "SAMBANG_DATA": str(self.folder / world.replace(" ", "-")),
            "DJANGO_SETTINGS_MODULE": "sambang.settings",
            "PYTHONPATH": f"{self.root / 'src'}{os.pathsep}{self.root}",
        }
        line = [self.python, *words]
        return subprocess.run(
            line, env=environment, cwd=self.root, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def size(self) -> list[str]:
        """The demo of one sentra, which an earlier commit builds without being asked."""
        source = self.root / "src" / "sambang" / "home" / "management" / "commands" / "demo.py"
        return ["--size", "sentra"] if "--size" in source.read_text(encoding="utf-8") else []

    def build(self) -> None:
        built = self.folder / "built"
        if not built.exists():
            self.run("demo", "-m", "sambang", "demo", *self.size(), "--no-serve")
            self.run("11,000 IKM", "-m", "bench.world", str(BUSINESSES))
            for world in WORLDS:
                self.run(world, "-m", "sambang", "collectstatic", "--no-input")
            built.touch()

    def measure(self, world: str, repeats: int, *options: str) -> dict[str, tuple[float, int]]:
        output = self.run(world, str(Path(__file__)), "--measure", WORLDS[world], "--repeats", str(repeats), *options)
        return {name: (cpu, queries) for name, (cpu, queries) in json.loads(output.splitlines()[-1]).items()}

    def commit(self) -> str:
        line = ["git", "-C", str(self.root), "log", "-1", "--format=%h"]
        return subprocess.run(line, check=True, capture_output=True, text=True).stdout.strip()


def least(turns: list[dict[str, tuple[float, int]]]) -> dict[str, tuple[float, int]]:
    return {name: (min(turn[name][0] for turn in turns), turns[0][name][1]) for name in PAGES}


def rows(before: Measured, after: Measured, changed: Measured) -> list[str]:
    """A line of the table for each world and page, and one for each world's sum."""
    lines = []
    for world in WORLDS:
        total = [sum(cpu for cpu, _queries in side[world].values()) for side in (before, after, changed)]
        for name in PAGES:
            (cpu_before, queries_before), (cpu, queries) = before[world][name], after[world][name]
            cpu_changed, queries_changed = changed[world][name]
            held = "yes" if cpu <= SHARE * cpu_before and max(queries, queries_changed) <= MAX_QUERIES else "**no**"
            lines.append(
                f"| {world} | {name} | {cpu_before:.1f} | {cpu:.1f} | {cpu / cpu_before:.2f} | "
                f"{queries_before} | {queries} | {held} | {cpu_changed:.1f} | {queries_changed} |"
            )
        ratio = total[1] / total[0]
        lines.append(
            f"| {world} | **all ten** | {total[0]:.1f} | {total[1]:.1f} | {ratio:.2f} | | | | {total[2]:.1f} | |"
        )
    return lines


def rows_of_one_commit(measured: Measured) -> list[str]:
    return [
        f"| {world} | {name} | | {cpu:.1f} | | | {queries} | | | |"
        for world, pages in measured.items()
        for name, (cpu, queries) in pages.items()
    ]


def flatness(after: Measured) -> list[str]:
    """Pages whose number of queries depends on how many IKM there are."""
    few, many = (after[world] for world in WORLDS)
    return [f"{name} ({few[name][1]} and {many[name][1]})" for name in PAGES if few[name][1] != many[name][1]]


def measure_in_turns(sides: Sequence[Checkout], rounds: int, repeats: int) -> list[Measured]:
    """The least of the rounds, for each side."""
    measured: list[Measured] = [{} for _side in sides]
    for world in WORLDS:
        turns: list[list[dict[str, tuple[float, int]]]] = [[] for _side in sides]
        for _round in range(rounds):
            for side, taken in zip(sides, turns, strict=True):
                taken.append(side.measure(world, repeats))
        for of_side, taken in zip(measured, turns, strict=True):
            of_side[world] = least(taken)
    return measured


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--before", type=Path)
    options.add_argument("--repeats", type=int, default=30)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", type=Path, help="keeps the worlds for another run")
    options.add_argument("--measure", metavar="EMAIL")
    options.add_argument("--also", action="store_true", help="with --measure: the pages of ALSO")
    options.add_argument("--with-changes", action="store_true", help="with --measure: a change before each request")
    chosen = options.parse_args()
    if chosen.measure:
        pages = ALSO if chosen.also else PAGES
        print(json.dumps(measure(chosen.measure, chosen.repeats, pages, with_changes=chosen.with_changes)))
        return
    if chosen.before is None:
        options.error("--before CHECKOUT is needed")
    with tempfile.TemporaryDirectory(prefix="sambang-pages-") as name:
        folder = (chosen.folder or Path(name)).resolve()
        sides = [Checkout(chosen.before.resolve(), folder / "before"), Checkout(ROOT, folder / "after")]
        for side in sides:
            side.build()
        measured = measure_in_turns(sides, chosen.rounds, chosen.repeats)
        also = {world: sides[1].measure(world, chosen.repeats, "--also") for world in WORLDS}
        changed = {world: sides[1].measure(world, chosen.repeats, "--with-changes") for world in WORLDS}
        commits = [side.commit() for side in sides]
    table = rows(*measured, changed) + rows_of_one_commit(also)
    print("\n".join(table))
    differing = flatness(measured[1])
    RESULT.write_text(
        f"# The ten desk pages\n\n`python -m bench.pages --before CHECKOUT --repeats {chosen.repeats} --rounds "
        f"{chosen.rounds}`: "
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f} at the end, Python {platform.python_version()}, SQLite; {commits[0]} "
        f"before, {commits[1]} "
        f"after. A page holds with at most {SHARE:.0%} of the CPU of before and {MAX_QUERIES} queries. The last two "
        "columns: every request comes after a change by somebody, so that no count is kept.\n\n"
        "| world | page | CPU ms before | CPU ms | ratio | queries before | queries | holds | CPU ms after a change | "
        "queries |\n|---|---|---|---|---|---|---|---|---|---|\n"
        + "\n".join(table)
        + f"\n\nQueries that differ between the worlds: {', '.join(differing) or 'none'}.\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
