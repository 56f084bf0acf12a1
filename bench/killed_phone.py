"""Data loss on a phone whose browser is killed at random moments: stored items and drafts.

    python -m bench.killed_phone --kills 500 [--seed 1]

Real Chromium, without a signal. An officer records and types; at a random moment the browser and all its processes get
SIGKILL. Switched on again, the phone must hold every item that it had called stored, byte for byte, and of every draft
the last keystroke that was kept, or a later one. At the end the office opens, and everything must lie there once.
Writes bench/results/killed_phone.md. SIGKILL leaves the machine's own memory alone: it says nothing of a power cut.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.office import Office
from bench.phone import Phone, PhoneDiedError
from playwright.sync_api import Error, sync_playwright

RESULTS = Path(__file__).parent / "results" / "killed_phone.md"
LATEST = 0.8  # seconds of work after which the phone is killed at the latest
MOST = 40  # items between two kills, so that the phone dies at its work
DRAFTS = ("kata/satu", "kata/dua", "rangkum/tiga")

# Types into drafts as a form does, and stores some of what was typed; tells each keystroke and each item when it is
# kept.
WORK = """async ([modules, visit, keys, seed, typedBefore, most]) => {
    const { loadSession } = await import(modules.session);
    const { loadBundle } = await import(modules.offline_bundle);
    const outbox = await import(modules.outbox);
    const drafts = await import(modules.drafts);
    const session = await loadSession();
    const { businesses } = await loadBundle(session);
    let state = seed;
    const chance = (below) => { state = (state * 48271) % 2147483647; return state % below; };
    let typed = typedBefore;
    for (let count = 0; count < most; count += 1) {
        const key = keys[chance(keys.length)];
        const business = businesses[chance(businesses.length)].id;
        for (let letters = 1 + chance(8); letters > 0; letters -= 1) {
            typed += 1;
            await drafts.save(session, key, { words: `ketikan ${typed}` });
            await window.kept(key, typed);
        }
        if (chance(3) === 0) {
            const bytes = crypto.getRandomValues(new Uint8Array(20_000 + chance(40_000))).buffer;
            const [item] = await outbox.append(session, [{ kind: "photo", label: "foto", body: { visit, business },
              files: [{ bytes, name: "foto.jpg" }] }]);
            await window.stored(JSON.stringify(item));
            continue;
        }
        await drafts.settle(key);
        const body = { visit, business, kind: "constraint", difficulty: "material", text: `${key} ketikan ${typed}` };
        const [item] = await outbox.append(session, [{ kind: "aspiration", label: "kata", body }], [key]);
        await window.stored(JSON.stringify(item));
        await window.taken(key, typed);
    }
}"""

LYING = """async ([modules, keys]) => {
    const { loadSession } = await import(modules.session);
    const outbox = await import(modules.outbox);
    const draftStore = await import(modules.drafts);
    const session = await loadSession();
    if (!session.person) return { person: false };
    const drafts = {};
    for (const key of keys) drafts[key] = Number(((await draftStore.load(session, key)) || { words: "x 0"
      }).words.split(" ").pop());
    const held = await outbox.loadEntries(session);
    return { drafts, rows: held.map(({ row, item }) => [row.id, row.sha256, item.body.text || ""]), person:
      Boolean(session.person) };
}"""


@dataclass
class DraftLedger:
    """What the phone said is kept, and what was found of it after each death."""

    saved: dict[str, str] = field(default_factory=dict)  # id → sha256
    kept: dict[str, int] = field(default_factory=dict)  # draft → its last keystroke that was kept
    typed: int = 0
    lost: int = 0
    drafts_lost: int = 0
    databases_lost: int = 0  # thrown away by the browser; the second copy gives back what was not yet confirmed
    unannounced: int = 0  # stored, but killed before it could say so
    kinds: Counter[str] = field(default_factory=Counter)

    def stored(self, text: str) -> None:
        item = json.loads(text)
        self.saved[item["id"]] = hashlib.sha256(text.encode()).hexdigest()
        self.kinds[item["kind"]] += 1

    def was_kept(self, key: str, number: int) -> None:
        self.kept[key] = self.typed = number

    def was_taken(self, key: str, number: int) -> None:
        """Out of its draft and into an item."""
        self.kept.pop(key, None)

    def look(self, found: dict[str, Any]) -> None:
        rows = {name: digest for name, digest, _words in found["rows"]}
        self.lost += sum(rows.get(name) != digest for name, digest in self.saved.items())
        self.unannounced += len(rows.keys() - self.saved.keys())
        self.saved |= {name: digest for name, digest in rows.items() if name not in self.saved}
        for key, number in list(self.kept.items()):
            # A draft may be missing if its item was stored without an acknowledgement.
            became_item = any(words == f"{key} ketikan {number}" for _name, _digest, words in found["rows"])
            if found["drafts"][key] < number and not became_item:
                self.drafts_lost += 1
            if became_item:
                del self.kept[key]
        self.typed = max([self.typed, *found["drafts"].values()])


@dataclass
class KilledPhone(Phone):
    witness: DraftLedger = field(default_factory=DraftLedger)

    def switch_on(self) -> None:
        super().switch_on()
        self.page.expose_function("kept", self.witness.was_kept)
        self.page.expose_function("taken", self.witness.was_taken)

    def modules(self) -> dict[str, str]:
        return super().modules() | {"drafts": self.address_of("drafts")}

    def work_until_killed(self, seed: int, dies_after: float) -> None:
        given = [self.modules(), self.visit, list(DRAFTS), 1 + seed % 2_147_483_645, self.witness.typed, MOST]
        with self.killed(dies_after):
            self.page.evaluate(WORK, given)

    def lying(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(LYING, [self.modules(), list(DRAFTS)])
        return found


def run(kills: int, seed: int) -> dict[str, Any]:
    rng, witness, began = random.Random(seed), DraftLedger(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sambang-killed-") as name, sync_playwright() as playwright:
        office = Office(Path(name) / "office")
        office.build()
        office.open()
        phone = KilledPhone(playwright, Path(name) / "profile", office.port, witness.stored, witness=witness)
        try:
            phone.switch_on()
            phone.sign_in("petugas@peragaan.test", office.password)
            phone.take_along()
            office.kill()
            done = 0
            while done < kills and not witness.lost and not witness.drafts_lost:
                try:
                    phone.work_until_killed(rng.randrange(2**31), rng.random() * LATEST)
                except PhoneDiedError:
                    done += 1
                phone.switch_on()
                found = phone.lying()
                if not found["person"]:
                    witness.databases_lost += 1
                    come_back(office, phone)
                    found = phone.lying()
                witness.look(found)
                if done % 25 == 0:
                    print(
                        f"{done:4} kills, items {len(witness.saved)}, keystrokes {witness.typed}, lost {witness.lost}, "
                        f"drafts lost {witness.drafts_lost}",
                        flush=True,
                    )
            missing, doubled = handed_over(office, phone, witness)
        finally:
            phone.put_away()
            office.kill()
    return {
        "witness": witness,
        "kills": done,
        "missing": missing,
        "doubled": doubled,
        "seconds": time.monotonic() - began,
    }


def come_back(office: Office, phone: KilledPhone) -> None:
    """The key cannot be copied: after the loss of the database the phone needs the office once."""
    office.open()
    assert phone.context
    phone.context.clear_cookies()
    phone.sign_in("petugas@peragaan.test", office.password)
    phone.take_along()
    office.kill()


def handed_over(office: Office, phone: KilledPhone, witness: DraftLedger) -> tuple[int, int]:
    """Items that the office does not hold as the phone did, and those that are there twice."""
    office.open()
    assert phone.context
    phone.context.clear_cookies()  # a killed browser may have kept them or not
    phone.sign_in("petugas@peragaan.test", office.password)
    last = time.monotonic() + 900
    while phone.waiting() and time.monotonic() < last:
        try:
            phone.send()
        except Error:
            phone.open_app()
    held = dict(office.rows("SELECT id, sha256 FROM intake_received WHERE person_id IS NOT NULL"))
    missing = sum(held.get(name.replace("-", "")) != digest for name, digest in witness.saved.items())
    stored = office.rows("SELECT COUNT(*) FROM intake_received WHERE kind = 'aspiration' AND outcome = 'stored'")[0][0]
    there = office.rows("SELECT COUNT(*) FROM aspirations_aspiration WHERE text LIKE '% ketikan %'")[0][0]
    return missing, abs(there - stored)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    found = run(chosen.kills, chosen.seed)
    witness: DraftLedger = found["witness"]
    last = (
        f"kills {found['kills']} items {len(witness.saved)} keystrokes {witness.typed} lost {witness.lost} "
        f"drafts lost {witness.drafts_lost} missing at the office {found['missing']} doubled {found['doubled']}"
    )
    RESULTS.write_text(
        f"# The phone killed\n\n`python -m bench.killed_phone --kills {chosen.kills} --seed {chosen.seed}`, "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load "
        f"{load:.1f} at the start, {found['seconds']:.0f} s, Chromium, SIGKILL to all its processes at a "
        "random moment of "
        f"{LATEST} s of work.\n\n"
        "- Called stored before a kill: "
        f"{', '.join(f'{kind} {count}' for kind, count in sorted(witness.kinds.items()))}; "
        f"{witness.unannounced} more were stored and the phone died before it could say so.\n"
        f"- The browser threw its database away {witness.databases_lost} times, and the second copy gave it back.\n"
        "- Of every draft the last keystroke that was kept, or a later one, was there after each kill, or the "
        "item that it "
        f"had become.\n\n{last}\n"
    )
    print(last)
    raise SystemExit(1 if witness.lost or witness.drafts_lost or found["missing"] or found["doubled"] else 0)


if __name__ == "__main__":
    main()
