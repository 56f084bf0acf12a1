"""Delivery through networks that refuse, rewrite or delay the requests of the officer's app.

    SAMBANG_CHROMIUM=/usr/bin/chromium python -m bench.hostile_network [--items 40] [--seed 1]

A real phone (Chromium) records on a visit and sends through each network in turn:

- *OWASP core rules*: Apache with ModSecurity and Debian's package modsecurity-crs as installed, blocking. Without these
  packages a stand-in refuses what their published defaults restrict (PUT, Content-Encoding, Content-Range, content
  types), and the result says so;
- *no PUT*, *no compression*, *strips Content-Encoding*: middleboxes;
- captive portals that redirect, answer a page, answer JSON, answer 401 or 511: opened after some seconds.

Then every item that the phone called *tersimpan* must lie at the office once, byte for byte, and its aspirations and
attendances must be what the phone says. The last line counts items, lost, doubled, changed. Writes
bench/results/hostile_network.md.
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
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.faulty_network import FAIR, FaultyNetwork, ask, closing
from bench.office import Office, spare_port, wait_for
from bench.phone import Phone
from playwright.sync_api import Playwright, sync_playwright

RESULTS = Path(__file__).parent / "results" / "hostile_network.md"
RULES = Path("/usr/share/modsecurity-crs/rules")
MODULES = Path("/usr/lib/apache2/modules")
KINDS = ("attend", "aspiration", "aspiration", "attend", "photo")
SENDING = 120  # seconds that a phone gets in one network
PORTAL = 12  # seconds until a captive portal is opened

type Middlebox = Callable[[bytes], bytes]
"""From a request to what passes on: the request, rewritten or not, or an answer, which begins with HTTP/."""


def answer(status: str, body: str, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


PAGE = "<!DOCTYPE html><title>Hotspot</title><p>Silakan masuk."
HTML, JSON = "Content-Type: text/html", "Content-Type: application/json"


def head_of(request: bytes) -> bytes:
    return request.partition(b"\r\n\r\n")[0].lower()


def refuse(status: str, *marks: bytes) -> Middlebox:
    """Answer a page to a request whose head has one of these."""
    return lambda request: answer(status, PAGE, HTML) if any(mark in head_of(request) for mark in marks) else request


def strip_encoding(request: bytes) -> bytes:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-encoding:")]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def portal(reply: bytes) -> Middlebox:
    return lambda request: reply


BINARY = b"content-type: application/octet-stream"
STAND_IN = refuse("403 Forbidden", b"put /", b"\r\ncontent-encoding:", b"\r\ncontent-range:", BINARY)
MIDDLEBOXES: dict[str, Middlebox] = {
    "no PUT": refuse("405 Method Not Allowed", b"put /"),
    "no compression": refuse("415 Unsupported Media Type", b"\r\ncontent-encoding:"),
    "strips Content-Encoding": strip_encoding,
}
PORTALS: dict[str, Middlebox] = {
    "portal: redirect": portal(answer("302 Found", "", "Location: http://127.0.0.1:9/login")),
    "portal: page": portal(answer("200 OK", PAGE, HTML)),
    "portal: JSON": portal(answer("200 OK", '{"status": "login"}', JSON)),
    "portal: 401": portal(answer("401 Unauthorized", PAGE, HTML)),
    "portal: 511": portal(answer("511 Network Authentication Required", PAGE, HTML)),
}


@dataclass
class HostileNetwork(FaultyNetwork):
    """Use as a context manager. `middlebox` judges requests under /lapangan/ once it is given."""

    middlebox: Middlebox | None = None

    async def _pass_on(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        if self.middlebox is not None and b" /lapangan/" in request.split(b"\r\n", 1)[0]:
            request = self.middlebox(request)
        self.met["refused" if request.startswith(b"HTTP/") else "passed"] += 1
        is_answer = request.startswith(b"HTTP/")
        writer.write(request if is_answer else await ask(self.server_port, closing(request)))
        await writer.drain()


APACHE = """
ServerRoot /etc/apache2
ServerName 127.0.0.1
PidFile {folder}/apache.pid
Listen 127.0.0.1:{port}
User www-data
Group www-data
ErrorLog {folder}/apache.log
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule unique_id_module {modules}/mod_unique_id.so
LoadModule security2_module {modules}/mod_security2.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
Include /etc/modsecurity/modsecurity.conf-recommended
SecRuleEngine On
SecAuditEngine Off
SecDataDir {folder}
IncludeOptional /etc/modsecurity/crs/crs-setup.conf
IncludeOptional {rules}/*.conf
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:{upstream}/
"""


@contextmanager
def core_rules(folder: Path, upstream: int) -> Iterator[int]:
    """The port of an Apache that lets through what the core rules let through."""
    port, config = spare_port(), folder / "apache.conf"
    folder.chmod(0o755)
    config.write_text(APACHE.format(folder=folder, port=port, modules=MODULES, rules=RULES, upstream=upstream))
    server = subprocess.Popen(["apache2", "-DFOREGROUND", "-f", str(config)], start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/masuk/", seconds=60)
        yield port
    finally:
        server.terminate()
        server.wait(30)


@dataclass
class Tally:
    texts: dict[str, str] = field(default_factory=dict)  # id → the text that the phone called stored

    def take(self, text: str) -> None:
        self.texts[json.loads(text)["id"]] = text


@dataclass(frozen=True)
class Result:
    network: str
    items: int
    refused_requests: int
    seconds: float
    lost: int
    doubled: int
    changed: int

    @property
    def line(self) -> str:
        row = (
            self.network,
            self.items,
            self.refused_requests,
            f"{self.seconds:.0f}",
            self.lost,
            self.doubled,
            self.changed,
        )
        return f"| {' | '.join(map(str, row))} |"


def compare(office: Office, tally: Tally, aspirations_before: int) -> tuple[int, int, int]:
    """Items lost, stored twice, and changed in meaning."""
    columns = "SELECT id, sha256 FROM intake_received WHERE outcome = 'stored'"
    stored = {str(key): digest for key, digest in office.rows(columns)}
    digests = {key.replace("-", ""): hashlib.sha256(text.encode()).hexdigest() for key, text in tally.texts.items()}
    lost = sum(stored.get(key) != digest for key, digest in digests.items())
    items = [json.loads(text) for text in tally.texts.values()]
    said = Counter(item["body"]["text"] for item in items if item["kind"] == "aspiration")
    rows = office.rows("SELECT text FROM aspirations_aspiration ORDER BY raised_at")
    doubled = len(rows) - aspirations_before - said.total()
    changed = (said - Counter(text for (text,) in rows)).total()
    latest = {item["body"]["business"].replace("-", ""): item["body"] for item in items if item["kind"] == "attend"}
    attendances = {
        key: bool(present) for key, present in office.rows("SELECT business_id, present FROM visits_attendance")
    }
    changed += sum(attendances.get(key) != body["present"] for key, body in latest.items())
    return lost, abs(doubled), changed


def through(
    name: str, office: Office, port: int, playwright: Playwright, folder: Path, chosen: argparse.Namespace
) -> Result:
    """One phone's items through one network."""
    rng, tally = random.Random(f"{chosen.seed} {name}"), Tally()
    before = int(office.rows("SELECT COUNT(*) FROM aspirations_aspiration")[0][0])
    with HostileNetwork(port, chosen.seed, FAIR) as network:
        phone = Phone(playwright, folder / name.replace(" ", "-").replace(":", ""), network.port, tally.take)
        phone.switch_on()
        try:
            phone.sign_in("petugas@peragaan.test", office.password)
            phone.take_along()
            network.middlebox = {**MIDDLEBOXES, **PORTALS, "core rules (stand-in)": STAND_IN}.get(name)
            began = time.monotonic()
            phone.record([rng.choice(KINDS) for _ in range(chosen.items)], seed=rng.randrange(2**31))
            while phone.waiting() and time.monotonic() - began < SENDING:
                phone.send()
                if name in PORTALS and time.monotonic() - began > PORTAL:
                    network.middlebox = None
            seconds = time.monotonic() - began
        finally:
            phone.put_away()
        return Result(name, len(tally.texts), network.met["refused"], seconds, *compare(office, tally, before))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    chosen, load = parser.parse_args(), os.getloadavg()[0]
    has_rules = RULES.is_dir() and (MODULES / "mod_security2.so").exists()
    with tempfile.TemporaryDirectory(prefix="sambang-hostile-") as name, sync_playwright() as playwright:
        folder = Path(name)
        office = Office(folder / "office")
        office.build()
        office.open()
        found: list[Result] = []
        try:
            for network in [*MIDDLEBOXES, *PORTALS, *([] if has_rules else ["core rules (stand-in)"])]:
                found.append(through(network, office, office.port, playwright, folder, chosen))
                print(found[-1].line, flush=True)
            if has_rules:
                with core_rules(folder, office.port) as port:
                    result = through("OWASP core rules", office, port, playwright, folder, chosen)
                    denied = (folder / "apache.log").read_text(errors="replace").count("Access denied")
                    found.append(replace(result, refused_requests=denied))
                    print(found[-1].line, flush=True)
        finally:
            office.kill()
    items, lost, doubled, changed = (
        sum(getattr(one, part) for one in found) for part in ("items", "lost", "doubled", "changed")
    )
    last = f"networks {len(found)} items {items} lost {lost} doubled {doubled} changed {changed}"
    RESULTS.write_text(
        f"# Hostile networks\n\n`python -m bench.hostile_network --items {chosen.items} --seed {chosen.seed}`, "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load "
        f"{load:.1f}, Chromium and granian on the loopback, SQLite. A portal is opened after {PORTAL} s.\n\n"
        "| network | items | requests refused | seconds | lost | doubled | changed |\n|---|---|---|---|---|---|---|\n"
        + "\n".join(one.line for one in found)
        + f"\n\n{last}\n"
    )
    print(last)
    raise SystemExit(1 if lost or doubled or changed else 0)


if __name__ == "__main__":
    main()
