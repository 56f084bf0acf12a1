"""Data loss between phone and office: real Chromium and a real server with a faulty network between them.

    python -m bench.field_faults --rounds 40 [--items 130] [--seed 1]

Two phones record on one visit while their network cuts, delays and doubles, and each round one mishap strikes: server
or browser killed (SIGKILL), office restored from an older copy, clock wrong by a day, storage full, app replaced in
mid-visit. Whatever a phone had called *tersimpan* must then lie at the office once, byte for byte. The last line
counts: `rounds … items … lost 0 doubled 0`. Writes bench/results/field_faults.md. It cannot cut the power: SIGKILL
leaves the machine's own memory alone.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import platform
import random
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.faulty_network import FAIR, FaultRates, FaultyNetwork
from bench.office import Office
from bench.phone import Phone, PhoneDiedError, small_disk
from playwright.sync_api import Playwright, sync_playwright

RESULTS = Path(__file__).parent / "results" / "field_faults.md"
MISHAPS = ("server killed", "browser killed", "office restored", "clock wrong", "storage full", "app replaced", "none")
OFFICERS = ("petugas", "pengurus")
STORM = 20  # seconds of a round's end that are stormy too
SETTLED = 240  # seconds that the phones get in all to hand over what they hold
FRESH_PHONES = 5  # rounds after which the phones are replaced by new ones
KINDS = ("attend", "aspiration", "aspiration", "report", "photo")


@dataclass
class Tally:
    saved: dict[str, str] = field(default_factory=dict)  # id → sha256 of what a phone called stored
    kinds: Counter[str] = field(default_factory=Counter)
    mishaps: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    full: int = 0
    databases_lost: int = 0
    signed_in_again: int = 0  # phones whose browser was killed before it had stored the cookie

    def take(self, text: str) -> None:
        item = json.loads(text)
        self.saved[item["id"]] = hashlib.sha256(text.encode()).hexdigest()
        self.kinds[item["kind"]] += 1


@dataclass
class Field:
    """The office, its phones and what is between them."""

    office: Office
    network: FaultyNetwork
    playwright: Playwright
    folder: Path
    rng: random.Random
    mishaps: tuple[str, ...] = MISHAPS
    tally: Tally = field(default_factory=Tally)
    phones: list[Phone] = field(default_factory=list)
    disks: ExitStack = field(default_factory=ExitStack)

    def hand_out_phones(self, number: int) -> None:
        self.put_away()
        self.network.rates = FAIR
        for who in OFFICERS:
            disk = self.disks.enter_context(small_disk(self.folder / f"phone-{number}-{who}"))
            self.phones.append(Phone(self.playwright, disk / "profile", self.network.port, self.tally.take))
        for phone, who in zip(self.phones, OFFICERS, strict=True):
            phone.switch_on()
            phone.sign_in(f"{who}@peragaan.test", self.office.password)
            phone.take_along()
        assert len({phone.visit for phone in self.phones}) == 1

    def mishap_of(self, number: int) -> str:
        return self.mishaps[number % len(self.mishaps)]

    def put_away(self) -> None:
        for phone in self.phones:
            self.tally.databases_lost += phone.lost
            phone.put_away()
        self.phones = []
        self.disks.close()

    def all_rounds(self, rounds: int, items: int) -> tuple[list[str], int, int]:
        """Ids that were lost, rows that are there twice, rounds played; stops with the first that is."""
        lost, doubled, number = list[str](), 0, 0
        while number < rounds and not lost and not doubled:
            if number % FRESH_PHONES == 0:
                self.hand_out_phones(number)
            self.round(number, items)
            lost, doubled = self.compare()
            count = len(self.tally.saved)
            print(
                f"{number + 1:4} {self.mishap_of(number):16} items {count:6} lost {len(lost)} doubled {doubled}",
                flush=True,
            )
            number += 1
        return lost, doubled, number

    def round(self, number: int, items: int) -> None:
        mishap = self.mishap_of(number)
        self.tally.mishaps[mishap] += 1
        self.network.rates = FaultRates()
        older = self.folder / "older.sqlite3"
        if mishap == "office restored":
            self.office.copy(older)
        if mishap == "clock wrong":
            self.phones[0].set_clock(self.rng.choice([-1, 1]) * 86_400)
        bursts = 5
        for burst in range(bursts):
            for phone in self.phones:
                if mishap == "storage full" and burst == 2 and phone is self.phones[0]:
                    self.tally.full += phone.fill_up()
                self.record(phone, items // bursts // len(self.phones), mishap if burst == 2 else "")
            if burst == 3:
                self.strike(mishap, older, number)
        self.settle()

    def record(self, phone: Phone, count: int, mishap: str) -> None:
        plan = [self.rng.choice(KINDS) for _ in range(count)]
        kill = mishap == "browser killed" and phone is self.phones[1]
        if mishap == "server killed" and phone is self.phones[0]:
            time.sleep(self.rng.random() * 0.3)
            self.office.kill()
        try:
            phone.record(plan, seed=self.rng.randrange(2**31), dies_after=self.rng.random() * 2 if kill else None)
        except PhoneDiedError:
            phone.switch_on()
        if mishap == "server killed" and phone is self.phones[1]:
            self.office.open()

    def strike(self, mishap: str, older: Path, number: int) -> None:
        if mishap == "office restored":
            self.office.go_back_to(older)
        if mishap == "app replaced":
            self.network.worker_note = f"// round {number}"
            self.phones[0].replace_app()

    def settle(self) -> None:
        """Time, and at last a fair network: until no phone holds anything that the office has not confirmed."""
        began = time.monotonic()
        last = began + SETTLED
        for phone, who in zip(self.phones, OFFICERS, strict=True):
            phone.set_clock(0)
            if phone.is_signed_out():
                self.network.rates = FAIR
                phone.sign_in(f"{who}@peragaan.test", self.office.password)
                self.tally.signed_in_again += 1
            while (left := phone.waiting()) and time.monotonic() < last:
                phone.send()
                if time.monotonic() - began > STORM:
                    self.network.rates = FAIR
            if left:
                raise TimeoutError(f"a phone still holds {left} items: {phone.why_waiting()}")
            self.tally.refused += phone.refused()

    def compare(self) -> tuple[list[str], int]:
        """Ids that a phone had called stored and the office does not hold as they were; and rows that are there
        twice."""
        kept = {
            str(row[0]): row[1]
            for row in self.office.rows("SELECT id, sha256 FROM intake_received WHERE outcome = 'stored'")
        }
        lost = [name for name, digest in self.tally.saved.items() if kept.get(name.replace("-", "")) != digest]
        doubled = 0
        for kind, table in (("aspiration", "aspirations_aspiration"), ("photo", "visits_photo")):
            stored = self.office.rows(
                "SELECT COUNT(*) FROM intake_received WHERE kind = ? AND outcome = 'stored'", kind
            )[0][0]
            there = self.office.rows(f"SELECT COUNT(*) FROM {table}")[0][0] - self.before[table]
            doubled += abs(there - stored)
        return lost, doubled

    def count_before(self) -> None:
        tables = ("aspirations_aspiration", "visits_photo")
        self.before = {table: self.office.rows(f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables}


def run(rounds: int, items: int, seed: int, mishaps: tuple[str, ...]) -> dict[str, Any]:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sambang-field-") as name, sync_playwright() as playwright:
        folder = Path(name)
        office = Office(folder / "office")
        office.build()
        office.open()
        try:
            with FaultyNetwork(office.port, seed) as network:
                field_work = Field(office, network, playwright, folder, random.Random(seed), mishaps)
                field_work.count_before()
                try:
                    lost, doubled, number = field_work.all_rounds(rounds, items)
                finally:
                    field_work.put_away()
        finally:
            office.kill()
        return {
            "tally": field_work.tally,
            "lost": lost,
            "doubled": doubled,
            "rounds": number,
            "met": network.met,
            "kills": office.kills,
            "seconds": time.monotonic() - began,
        }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--items", type=int, default=130, help="items a round, of both phones together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mishap", choices=MISHAPS, help="this one in every round")
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    found = run(chosen.rounds, chosen.items, chosen.seed, (chosen.mishap,) if chosen.mishap else MISHAPS)
    tally: Tally = found["tally"]
    last = f"rounds {found['rounds']} items {len(tally.saved)} lost {len(found['lost'])} doubled {found['doubled']}"

    def counted(what: Counter[str]) -> str:
        return ", ".join(f"{name} {count}" for name, count in sorted(what.items()))

    if chosen.mishap:  # a look at one of them is no result to keep
        print(f"refused {tally.refused}, said aloud on a full phone {tally.full}, requests {counted(found['met'])}")
        print(last)
        raise SystemExit(1 if found["lost"] or found["doubled"] else 0)
    RESULTS.write_text(
        f"# Field faults\n\n`python -m bench.field_faults --rounds {chosen.rounds} --items {chosen.items} "
        f"--seed {chosen.seed}`, "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} "
        f"cores, load {load:.1f}, "
        f"{found['seconds']:.0f} s, Chromium and granian on the loopback, SQLite.\n\n"
        f"- Items that a phone called stored: {counted(tally.kinds)}. Refused by the office: {tally.refused}. "
        f"Signed in again after a kill: {tally.signed_in_again}. "
        f"Not stored, and said so, on a full phone: {tally.full}; there Chromium threw its IndexedDB away "
        f"{tally.databases_lost} times, and the second copy gave back what was not yet confirmed.\n"
        f"- Requests: {counted(found['met'])}.\n"
        f"- Rounds by mishap: {counted(tally.mishaps)}; the server was killed {found['kills']} times.\n\n"
        f"{last}\n"
    )
    print(last)
    raise SystemExit(1 if found["lost"] or found["doubled"] else 0)


if __name__ == "__main__":
    main()
