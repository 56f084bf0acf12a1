"""A day of 200 officers over hostile networks: items lost, duplicated, misattributed or changed.

    python -m bench.officers_load [--officers 200] [--seed 1]

Every officer has an account and a phone. It registers an IKM of its own and records attendance (in two parts), two
aspirations, a report of two products, a photo and its caption, with a random value in each; then it sends all of that
as the app does (docs/decisions/0018-field-protocol.md): items again and again until their receipts, files in pieces,
written more plainly where a network refuses. The networks are those of bench/hostile_network.py, and each also cuts,
delays and doubles. Then the office is read: every item stored once, byte for byte, by its officer, and every value
where its officer put it. The phones are Python; the app itself is sent through these networks by
bench/hostile_network.py. The last line counts. Writes bench/results/officers_load.md.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import hashlib
import json
import os
import platform
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.faulty_network import FaultRates
from bench.hostile_network import MIDDLEBOXES, PORTALS, STAND_IN, HostileNetwork
from bench.office import Office
from bench.simulated_phone import Phone

RESULTS = Path(__file__).parent / "results" / "officers_load.md"
NETWORKS = {"storm only": None, **MIDDLEBOXES, "core rules (stand-in)": STAND_IN, **PORTALS}
STORM = FaultRates(cut_request=0.1, cut_answer=0.1, doubled=0.1, delayed=0.1)
PORTAL = 15  # seconds until the captive portals are opened
AT_ONCE = 24  # phones

SET_UP = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from sambang.access.models import Council, Membership, Person, Role
from sambang.visits.models import Visit
visit = Visit.objects.open().select_related("cluster").first()
council = Council.objects.get(memberships__person__email="petugas@peragaan.test")
backend = settings.AUTHENTICATION_BACKENDS[-1]
found = []
for number in range({officers}):
    person = Person(email=f"hari{{number}}@peragaan.test", name=f"Petugas {{number}}")
    person.set_unusable_password()
    person.save()
    Membership.objects.create(person=person, council=council, role=Role.OFFICER)
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), backend
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    found.append([str(person.pk), f"{{settings.SESSION_COOKIE_NAME}}={{session.session_key}}"])
print(json.dumps({{"visit": str(visit.pk), "cluster": str(visit.cluster_id), "officers": found}}))
"""

READ = """
import json
from sambang.aspirations.models import Aspiration
from sambang.intake.models import Received
from sambang.production.models import ReportLine
from sambang.registry.models import Business
from sambang.visits.models import Attendance, Photo
business = lambda row: str(row.business_id)
print(json.dumps({
  "received": [[str(r.item_id or r.pk), r.sha256, r.outcome, str(r.person_id)] for r in Received.objects.all()],
  "business": [[str(b.pk), b.name, b.owner.name] for b in
    Business.objects.filter(name__startswith="IKM hari").select_related("owner")],
  "aspiration": [[business(a), a.text, a.kind, a.difficulty, str(a.noted_by_id), str(a.visit_id)] for a in
    Aspiration.objects.filter(business__name__startswith="IKM hari")],
  "attend": [[business(a), a.present, a.represented_by, a.workers_seen, a.pulse, str(a.noted_by_id)] for a in
    Attendance.objects.filter(business__name__startswith="IKM hari")],
  "report": [[str(line.report.business_id), f"{line.report.month:%Y-%m}", str(line.product_line_id),
    f"{line.quantity.normalize():f}", line.value, str(line.report.by_id)] for line in
    ReportLine.objects.filter(report__replaced_by=None,
      report__business__name__startswith="IKM hari").select_related("report")],
  "photo": [[business(p), p.caption, str(p.taken_by_id)] for p in
    Photo.objects.filter(business__name__startswith="IKM hari")],
}))
"""


@dataclass
class StormyNetwork(HostileNetwork):
    """Judges a request, then lets the storm have it."""

    async def _pass_on(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        judged = (
            self.middlebox(request) if self.middlebox and b" /lapangan/" in request.split(b"\r\n", 1)[0] else request
        )
        if judged.startswith(b"HTTP/"):
            self.met["refused"] += 1
            writer.write(judged)
            await writer.drain()
        else:
            await self.pass_through(judged, writer)


@dataclass
class Comparison:
    """Counts of items (lost, doubled, misattributed) and of values that are not what the officer recorded."""

    lost: int = 0
    doubled: int = 0
    misattributed: int = 0
    changed: int = 0


def compare(phones: list[Phone], office: dict[str, list[list[Any]]]) -> Comparison:
    comparison, received = Comparison(), {}
    for key, digest, outcome, person in office["received"]:
        received.setdefault(key, []).append((digest, outcome, person))
    for phone in phones:
        for key, text in phone.texts.items():
            stored = [row for row in received.get(key, []) if row[1] == "stored"]
            comparison.doubled += len(stored) > 1
            comparison.lost += not any(row[0] == hashlib.sha256(text.encode()).hexdigest() for row in stored)
            comparison.misattributed += any(row[2] != phone.person for row in stored)
    for kind in ("business", "attend", "aspiration", "report", "photo"):
        comparison = _compare_values(comparison, list(_expected(phones, kind)), office[kind])
    return comparison


def _expected(phones: list[Phone], kind: str) -> Iterator[list[Any]]:
    for phone in phones:
        yield from phone.expected[kind]


def _compare_values(comparison: Comparison, expected: list[list[Any]], found: list[list[Any]]) -> Comparison:
    left = [json.dumps(row) for row in found]
    for row in expected:
        text = json.dumps(row)
        if text in left:
            left.remove(text)
        else:
            comparison.changed += 1
    comparison.doubled += max(0, len(found) - len(expected))
    return comparison


def play(office: Office, chosen: argparse.Namespace, networks: dict[str, StormyNetwork]) -> tuple[list[Phone], float]:
    world = json.loads(office.command("shell", "-v", "0", "-c", SET_UP.format(officers=chosen.officers)))
    names = list(networks)
    phones = [
        Phone(
            number,
            person,
            cookie,
            networks[names[number % len(names)]].port,
            names[number % len(names)],
            random.Random(f"{chosen.seed} {number}"),
            device=str(uuid4()),
        )
        for number, (person, cookie) in enumerate(world["officers"])
    ]
    month = (dt.datetime.now(dt.UTC).date().replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m")
    for phone in phones:
        phone.record(world["visit"], world["cluster"], month)
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        pool.submit(open_portals, networks)
        list(pool.map(Phone.send_all, phones))
    return phones, time.monotonic() - began


def open_portals(networks: dict[str, StormyNetwork]) -> None:
    time.sleep(PORTAL)
    for name in PORTALS:
        networks[name].middlebox = None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--officers", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen, load = parser.parse_args(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sambang-day-") as name:
        office = Office(Path(name) / "office")
        office.build()
        office.open()
        try:
            with ExitStack() as stack:
                networks = {
                    title: stack.enter_context(StormyNetwork(office.port, chosen.seed, STORM, middlebox=middlebox))
                    for title, middlebox in NETWORKS.items()
                }
                phones, seconds = play(office, chosen, networks)
                met = {title: dict(network.met) for title, network in networks.items()}
            found = json.loads(office.command("shell", "-v", "0", "-c", READ))
        finally:
            office.kill()
    report(phones, compare(phones, found), met, f"--officers {chosen.officers} --seed {chosen.seed}", (load, seconds))


def report(
    phones: list[Phone], comparison: Comparison, met: dict[str, dict[str, int]], given: str, about: tuple[float, float]
) -> None:
    items = sum(len(phone.texts) for phone in phones)
    of = Counter(phone.network for phone in phones)
    rows = [
        f"| {title} | {of[title]} | {sum(counts.values())} | {sum(counts.values()) - counts.get('passed', 0)} |"
        for title, counts in met.items()
    ]
    mishaps = STORM.cut_request + STORM.cut_answer + STORM.doubled + STORM.delayed
    last = (
        f"officers {len(phones)} items {items} lost {comparison.lost} doubled {comparison.doubled} misattributed "
        f"{comparison.misattributed} changed {comparison.changed}"
    )
    RESULTS.write_text(
        f"# A day of {len(phones)} officers\n\n`python -m bench.officers_load {given}`, "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load "
        f"{about[0]:.1f}, {about[1]:.0f} s, granian on the loopback, SQLite. A portal is opened after {PORTAL} s; "
        f"every network also cuts, delays and doubles {mishaps:.0%} "
        "of requests.\n\n| network | officers | requests | refused, cut, delayed or doubled |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + f"\n\n{last}\n"
    )
    print("\n".join([*rows, last]))
    failures = comparison.lost + comparison.doubled + comparison.misattributed + comparison.changed
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
