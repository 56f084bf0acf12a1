"""Time to send ten visits over 2G, and whether cut uploads of photos resume.

    python -m bench.slow_network [--seed 1]

Real Chromium and a real server; between them 20 kbit/s each way, a second from there to here and back, two more round
trips for every new connection (TCP and TLS 1.3), and one request in twenty cut at a random byte of it or of its answer.
Everything is recorded without a signal first; measured is from the moment of the signal to the last receipt. Two loads:
ten IKM visited (presence, a word, the month's production of each), and ten whole visits of a sentra. Then photos, of
which no byte but those of a cut piece may travel twice. Writes bench/results/slow_network.md.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import platform
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.faulty_network import ask, closing, read_message
from bench.office import Office
from bench.phone import Phone
from bench.proxy import Proxy
from playwright.sync_api import sync_playwright

RESULTS = Path(__file__).parent / "results" / "slow_network.md"
RATE, ROUND_TRIP, SETTING_UP, CUTS = 20_000 / 8, 1.0, 2, 0.05  # bytes/s, seconds, round trips, share of requests
CHUNK = 500  # bytes: several answers share the air
VISITS, LONGEST = 10, 60  # seconds
PHOTOS, PHOTO_BYTES = 2, 60_000

MANY_VISITS = f"""
from datetime import timedelta
from django.utils import timezone
from sambang.access.models import Person
from sambang.visits.models import Visit
from sambang.visits.operations import plan_visit
visit = Visit.objects.filter(state="planned").order_by("planned_for").first()
by = Person.objects.get(email="pengurus@peragaan.test")
officer = Person.objects.get(email="petugas@peragaan.test")
for back in range(1, {VISITS} + 1):
    day = timezone.localdate() - timedelta(days=back)
    print(plan_visit(visit.cluster, by, planned_for=day, purpose="Jaringan 2G", team=[officer]).pk)
"""

WORDS = """["Kain dari pemasok telat dua minggu", "Harga benang naik, kami menahan pesanan",
  "Mesin obras rusak sejak bulan lalu",
    "Pesanan seragam banyak, tenaga kurang", "Pembeli minta tempo sebulan, modal macet"]"""
RECORD = """async ([modules, ids, perVisit, from]) => {
    const { loadSession } = await import(modules.session);
    const { downloadBundle, loadBundle } = await import(modules.offline_bundle);
    const outbox = await import(modules.outbox);
    const session = await loadSession();
    const { businesses } = await loadBundle(session);
    const words = WORDS;
    let made = 0;
    const say = async (kind, body) => { await outbox.append(session, [{ kind, label: kind, body }]); made += 1; };
    for (const [which, visit] of ids.entries()) {
        const day = new Date(Date.now() - (which + 1) * 86400000).toISOString().slice(0, 10);
        await say("visit", { visit, held_on: day, summary: "Bahan baku dan pemasaran", conclusion: "Belanja bersama" });
        const met = businesses.slice(0, perVisit);
        for (const [place, business] of met.entries()) {
            await say("attend", { visit, business: business.id, present: place % 5 > 0 });
            if (perVisit > 10 && place % 3) continue;
            await say("aspiration", { visit, business: business.id, kind: "constraint", difficulty: "material",
                text: `${words[(place + which) % words.length]}, kata ${business.owner}.` });
            if (business.lines.length) await say("report", { business: business.id, month:
              `2024-${String(which + from).padStart(2, "0")}`,
                amounts: business.lines.map((line) => ({ line: line.id, amount: String(3 + (place * 7 + which) % 40)
                  })) });
        }
    }
    return made;
}""".replace("WORDS", WORDS)

PICTURES = """async ([modules, visit, count, size]) => {
    const { loadSession } = await import(modules.session);
    const outbox = await import(modules.outbox);
    const { encodeCanvas } = await import(modules.images);
    const session = await loadSession();
    for (let number = 0; number < count; number += 1) {
        const canvas = document.createElement("canvas");
        canvas.width = 900; canvas.height = 600;
        const context = canvas.getContext("2d");
        let bytes;
        for (let spots = 400; ; spots += 300) { // until it weighs what it should
            for (let spot = 0; spot < spots; spot += 1) {
                context.fillStyle = `hsl(${Math.random() * 360} 70% 50%)`;
                context.fillRect(Math.random() * 900, Math.random() * 600, 4 + Math.random() * 30, 4 + Math.random() *
                  30);
            }
            bytes = await encodeCanvas(canvas, "image/jpeg");
            if (bytes.byteLength > size) break;
        }
        await outbox.append(session, [{ kind: "photo", label: "foto", body: { visit }, files: [{ bytes, name:
          "foto.jpg" }] }]);
    }
}"""

TAKE_ALL = """async ([modules, ids]) => {
    const { loadSession } = await import(modules.session);
    const { downloadBundle } = await import(modules.offline_bundle);
    await downloadBundle(await loadSession(), ids);
}"""


class Link:
    """One direction of the radio: bytes one after the other, whoever they belong to."""

    def __init__(self) -> None:
        self.free_at, self.carried = 0.0, 0

    async def carry(self, size: int) -> None:
        loop = asyncio.get_running_loop()
        self.free_at = max(loop.time(), self.free_at) + size / RATE
        self.carried += size
        await asyncio.sleep(self.free_at - loop.time())


@dataclass
class SlowNetwork(Proxy):
    """Until `is_slow` is set it is fast and fair, for signing in and taking along."""

    server_port: int
    seed: int
    is_slow: bool = False
    is_there: bool = True
    port: int = 0
    met: Counter[str] = field(default_factory=Counter)
    pieces: dict[str, list[tuple[int, int, bool]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.rng, self.up, self.down = random.Random(self.seed), Link(), Link()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.is_slow:
                self.met["connections"] += 1
                await asyncio.sleep(SETTING_UP * ROUND_TRIP)
            while request := await read_message(reader):
                if not self.is_there or not await self._pass_on(request, writer):
                    break
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            writer.close()

    async def _pass_on(self, request: bytes, writer: asyncio.StreamWriter) -> bool:
        """False: the connection ended."""
        is_slow, is_cut = self.is_slow, self.is_slow and self.rng.random() < CUTS
        in_request = is_cut and self.rng.random() < 0.5
        piece = piece_of(request)
        if piece:
            self.pieces[piece[0]].append((*piece[1:], is_cut))
        if is_slow:
            self.met["requests"] += 1
            self.met["cut"] += is_cut
            await self.up.carry(self.rng.randrange(len(request)) if in_request else len(request))
            if in_request:
                return False
            await asyncio.sleep(ROUND_TRIP)
        answer = kept_open(await ask(self.server_port, closing(request)))
        if is_cut:
            answer = answer[: self.rng.randrange(len(answer))]
        for start in range(0, len(answer), CHUNK if is_slow else len(answer)):
            part = answer[start : start + CHUNK] if is_slow else answer
            if is_slow:
                await self.down.carry(len(part))
            writer.write(part)
            await writer.drain()
        return not is_cut


def piece_of(request: bytes) -> tuple[str, int, int] | None:
    """(file, first byte, last byte) of a request that brings a piece of one."""
    path = re.match(rb"PUT /lapangan/berkas/(\w+) ", request)
    span = re.search(rb"\r\ncontent-range: bytes (\d+)-(\d+)/", request, re.IGNORECASE)
    return (path[1].decode(), int(span[1]), int(span[2])) if path and span else None


def kept_open(answer: bytes) -> bytes:
    """The same answer with its length, on a connection that stays."""
    head, _, body = answer.partition(b"\r\n\r\n")
    dropped = (b"connection:", b"content-length:", b"transfer-encoding:")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(dropped)]
    if b"transfer-encoding: chunked" in head.lower():
        body = dechunked(body)
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body)]) + b"\r\n\r\n" + body


def dechunked(body: bytes) -> bytes:
    found = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if not length:
            break
        found, body = found + rest[:length], rest[length + 2 :]
    return found


def hand_over(phone: Phone, network: SlowNetwork, longest: float) -> dict[str, Any]:
    """Seconds, bytes and requests until the office has confirmed everything."""
    network.met.clear()
    network.up.carried = network.down.carried = 0
    network.is_slow = network.is_there = True
    began = time.monotonic()
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")  # then by itself, with its own patience
    while phone.waiting() and time.monotonic() - began < longest:
        time.sleep(0.25)
    took = time.monotonic() - began
    left = phone.waiting()
    network.is_slow = False
    return {"seconds": took, "left": left, "up": network.up.carried, "down": network.down.carried, **network.met}


def run(seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="sambang-slow-") as name, sync_playwright() as playwright:
        office = Office(Path(name) / "office")
        office.build()
        ids = office.command("shell", "-v", "0", "-c", MANY_VISITS).split()
        office.open()
        found: dict[str, Any] = {}
        with SlowNetwork(office.port, seed) as network:
            phone = Phone(playwright, Path(name) / "profile", network.port, lambda text: None)
            try:
                phone.switch_on()
                phone.sign_in("petugas@peragaan.test", office.password)
                phone.take_along()
                phone.page.evaluate(TAKE_ALL, [phone.modules(), ids])
                for load, visits, per_visit, month in (("ten IKM", ids[:1], 10, 1), ("ten sentra", ids, 1000, 2)):
                    network.is_there = False
                    made = phone.page.evaluate(RECORD, [phone.modules(), visits, per_visit, month])
                    found[load] = {"items": made, **hand_over(phone, network, 600)}
                    print(load, found[load], flush=True)
                network.is_there = False
                phone.page.evaluate(PICTURES, [phone.modules(), ids[0], PHOTOS, PHOTO_BYTES])
                network.pieces.clear()
                found["photos"] = hand_over(phone, network, 900)
                found["pieces"] = dict(network.pieces)
                print("photos", found["photos"], flush=True)
            finally:
                phone.put_away()
                office.kill()
    return found


def sent_again(pieces: list[tuple[int, int, bool]]) -> int:
    """Bytes of a file that travelled twice without having been cut."""
    again, reached = 0, 0
    for first, last, is_cut in pieces:
        again += max(0, reached - first)
        if not is_cut:
            reached = max(reached, last + 1)
    return again


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    found = run(chosen.seed)
    again = {name: sent_again(pieces) for name, pieces in found["pieces"].items()}
    size = {name: max(last for _first, last, _cut in pieces) + 1 for name, pieces in found["pieces"].items()}

    def row(name: str, words: str) -> str:
        one = found[name]
        return (
            f"| {words} | {one.get('items', PHOTOS)} | {one['seconds']:.0f} | {one['up'] / 1000:.1f} | "
            f"{one['down'] / 1000:.1f} "
            f"| {one['requests']} | {one.get('cut', 0)} | {one['left']} |"
        )

    good = all(found[name]["seconds"] < LONGEST and not found[name]["left"] for name in ("ten IKM", "ten sentra"))
    good = good and not found["photos"]["left"] and not any(again.values())
    lines = [
        row("ten IKM", "ten IKM visited"),
        row("ten sentra", "ten whole visits of a sentra"),
        row("photos", f"{PHOTOS} photos, {sum(size.values()) / 1000:.0f} KB"),
    ]
    RESULTS.write_text(
        f"# A slow network\n\n`python -m bench.slow_network --seed {chosen.seed}`, {dt.datetime.now(dt.UTC):%Y-%m-%d}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, Chromium and "
        "granian. 20 kbit/s each "
        f"way, {ROUND_TRIP:.0f} s round trip, {SETTING_UP} more for each connection, {CUTS:.0%} of requests "
        "cut. From the signal to "
        "the last receipt.\n\n| | items | s | KB up | KB down | requests | cut | left "
        "|\n|---|---|---|---|---|---|---|---|\n"
        + "\n".join(lines)
        + f"\n\nPieces of photos: {sum(len(pieces) for pieces in found['pieces'].values())}; bytes that "
        "travelled twice without "
        f"having been cut: {sum(again.values())}.\n\n"
        + f"{'kept' if good else 'NOT kept'}: ten visits without photos in less than {LONGEST} s, photos resume\n"
    )
    print(RESULTS.read_text())
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
