"""Idempotency under concurrency: the same item sent by fifty connections at once is stored once.

    python -m bench.twins [--ids 1000] [--twins 50] [--batch 10]          (SQLite; PostgreSQL with DATABASE_URL set)

Fifty connections to a real server send the same sending at once, each with its items in an order of its own, so that
twins also wait for each other in every order; a tenth of the ids goes one by one. Of each id exactly one answer must be
`stored` and all others `already`, with one number and one hash, and no request may be answered by anything but 200.
Then the database is asked. Writes bench/results/twins-sqlite.md or twins-postgresql.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import random
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.intake import Line, aspiration, line_of
from bench.office import Office

RESULTS = Path(__file__).parent / "results"
ASK = """
from sambang.aspirations.models import Aspiration
from sambang.intake.models import Received
from sambang.audit.models import Entry
from sambang.audit.verification import first_chain_break
rows = Received.objects.filter(device='{device}')
print(rows.count(), rows.filter(outcome='stored').count(), Aspiration.objects.filter(pk__in=rows.values('pk')).count(),
      Entry.objects.filter(verb='aspirations.note', result__in=['aspirations.Aspiration:' + str(row.pk) for row in
        rows]).count(),
      rows.order_by().values('epoch', 'number').distinct().count(), first_chain_break() or 'whole', sep='|')
"""


@dataclass
class TwinOutcome:
    """By id: `outcomes`, the count of outcomes, and `receipts`, distinct numbers and hashes. `statuses`: of HTTP."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    receipts: dict[str, set[tuple[Any, Any]]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    lock: Any = field(default_factory=threading.Lock)

    def note(self, answers: list[dict[str, Any]]) -> None:
        with self.lock:
            self.statuses["200"] += 1
            for one in answers:
                self.outcomes.setdefault(one["id"], Counter())[one["outcome"]] += 1
                self.receipts.setdefault(one["id"], set()).add((one["number"], one["sha256"]))

    def wrong(self, twins: int) -> list[str]:
        right = Counter({"stored": 1, "already": twins - 1})
        return [key for key, outcomes in self.outcomes.items() if outcomes != right or len(self.receipts[key]) != 1]


def send(line: Line, texts: list[str], gate: threading.Barrier, found: TwinOutcome) -> None:
    gate.wait()
    sending = {"device": line.device, "made": 0, "waiting": 0, "quarantined": 0, "version": "bench", "items": texts}
    try:
        found.note(line.json("POST", "/lapangan/kirim.json", sending)["answers"])
    except Exception as failed:  # counted, and shown at the end
        with found.lock:
            found.statuses[str(failed)[:80]] += 1


def measure(office: Office, ids: int, twins: int, batch: int) -> tuple[TwinOutcome, str, float]:
    first, world = line_of(office)
    lines = [Line(office.port, first.cookie, first.csrf, first.person) for _ in range(twins)]
    for line in lines:
        line.device = first.device
        line.csrf = first.csrf
    found, chance, sent = TwinOutcome(), random.Random(1), 0
    began = time.perf_counter()
    with ThreadPoolExecutor(twins) as pool:
        while sent < ids:
            size = 1 if sent < ids // 10 else min(batch, ids - sent)
            texts = [aspiration(first, sent + at + 1, world) for at in range(size)]
            gate, orders = threading.Barrier(twins), [chance.sample(texts, size) for _ in lines]
            list(pool.map(send, lines, orders, [gate] * twins, [found] * twins))
            sent += size
            if sent % 100 == 0:
                print(f"{sent} ids, wrong {len(found.wrong(twins))}, {dict(found.statuses)}", flush=True)
    seconds = time.perf_counter() - began
    return found, office.command("shell", "-v", "0", "-c", ASK.format(device=first.device)).strip(), seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, default in (("ids", 1000), ("twins", 50), ("batch", 10)):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    url, load = os.environ.get("DATABASE_URL", ""), os.getloadavg()[0]
    vendor = "postgresql" if url else "sqlite"
    with tempfile.TemporaryDirectory(prefix="sambang-twins-") as name:
        office = Office(Path(name) / "office", database_url=url)
        office.build()
        office.open()
        try:
            found, database, seconds = measure(office, chosen.ids, chosen.twins, chosen.batch)
        finally:
            office.kill()
    here, stored, aspirations, lines, numbers, chain = database.split("|")
    offered, answers = chosen.ids * chosen.twins, sum((outcomes for outcomes in found.outcomes.values()), Counter())
    holds = (
        not found.wrong(chosen.twins)
        and set(found.statuses) == {"200"}
        and {here, stored, aspirations, lines, numbers} == {str(chosen.ids)}
        and chain == "whole"
    )
    text = (
        f"# Twins on {vendor}\n\n`python -m bench.twins --ids {chosen.ids} --twins {chosen.twins} --batch "
        f"{chosen.batch}`: "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} "
        f"cores, load {load:.1f}, "
        f"{seconds:.0f} s. {chosen.twins} connections offer the same ids at the same moment, a tenth of the "
        "ids one by one, the "
        f"others {chosen.batch} in a sending, each connection in an order of its own.\n\n"
        "| ids | offered | stored | already | anything else | answers but 200 | ids not stored exactly once "
        "|\n|---|---|---|---|---|---|---|\n"
        f"| {chosen.ids} | {offered} | {answers['stored']} | {answers['already']} | "
        f"{sum(answers.values()) - answers['stored'] - answers['already']} | "
        f"{sum(many for status, many in found.statuses.items() if status != '200')} | "
        f"{len(found.wrong(chosen.twins))} |\n\n"
        f"Read back: {here} items, {stored} stored, {aspirations} aspirations, {lines} lines of the journal, "
        f"{numbers} different "
        f"numbers; the journal's chain is {chain}. The promise {'holds' if holds else 'DOES NOT HOLD'}.\n"
    )
    (RESULTS / f"twins-{vendor}.md").write_text(text)
    print(text)
    raise SystemExit(not holds)


if __name__ == "__main__":
    main()
