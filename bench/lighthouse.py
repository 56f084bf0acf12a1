"""Lighthouse scores of the officer's app, the office's, the owner's and the public pages: on a simulated phone (4G, CPU
at a quarter), and all but the app's on a simulated desktop.

    python -m bench.lighthouse [--runs 3]

A real server with the demo's data; an officer has signed in and taken a visit along. Measured are the app as it then
opens, and it and the desk's pages in a browser that keeps nothing but its sign-in; each several times, kept is the run
in the middle by its speed. Fetches lighthouse from npm's registry (Node 20 or newer) into .sambang/judges. Writes
bench/results/lighthouse.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.office import ROOT, Office, spare_port
from bench.phone import Phone
from playwright.sync_api import Page, sync_playwright

RESULTS = ROOT / "bench" / "results" / "lighthouse.md"
PACKAGE = "lighthouse@12.2.3"
LEAST = 0.95
PRESETS = {"phone": [], "desktop": ["--preset=desktop"]}
CLOSED = "is-crawlable"  # robots.txt closes what a personal link opens: reported, and left out of the SEO score
CLUSTER = "Sentra Konveksi dan Bordir Joho"
AGAIN, FIRST = "the field app, with a visit taken along", "the field app, for the first time"
APP_PAGES = {AGAIN: "/lapangan/", FIRST: "/lapangan/"}  # before the others: they empty the browser
# Name → the list whose first link of that kind leads to the page, and the kind; or the page itself.
PAGES: dict[str, tuple[str, str]] = {
    "the desk": ("/", ""),
    "my day": ("/hari-saya/", ""),
    "list of visits": ("/kunjungan/", ""),
    "a visit": ("/kunjungan/", "/kunjungan/*/"),
    "list of IKM": ("/daftar/ikm/", ""),
    "an IKM": ("/daftar/ikm/", "/daftar/ikm/*/"),
    "board of aspirations": ("/aspirasi/", ""),
    "a matter": ("/aspirasi/pokok/", "/aspirasi/*/"),
    "list of actions": ("/tindakan/daftar/", ""),
    "production": ("/produksi/", ""),
    "results": ("/hasil/", ""),
    "the leader's screen": ("/hasil/layar/", ""),
    "map": ("/peta/", ""),
    "search": ("/cari/?cari=joho", ""),
    "privacy": ("/privasi/", ""),
    "catalogue": ("/pasar/katalog/", ""),
    "a good of the catalogue": ("/pasar/katalog/", "/pasar/katalog/*/"),
    "a sentra of the catalogue": ("/pasar/katalog/sentra/", "/pasar/katalog/sentra/*/"),
    "an owner's home": ("/saya/", ""),
    "an owner's report": ("/saya/lapor/", "/saya/lapor/*/"),
}


@dataclass(frozen=True)
class Measured:
    """`scores`: category → 0 to 1; `missed`: what else it found amiss, in its words."""

    scores: dict[str, float]
    first_paint: float  # milliseconds
    largest_paint: float
    kilobytes: float
    missed: tuple[str, ...]


def lighthouse() -> list[str]:
    """The command, fetched if it is not there yet."""
    folder = ROOT / ".sambang" / "judges"
    folder.mkdir(parents=True, exist_ok=True)
    node, npm = shutil.which("node"), shutil.which("npm")
    assert node, "Node is missing: install Node 20 or newer"
    assert npm, "npm is missing: install Node 20 or newer"
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.exists():
        (folder / "package.json").write_text('{"private": true}')
        line = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", PACKAGE]
        subprocess.run(line, cwd=folder, check=True, capture_output=True)
    return [node, str(program)]


def measure(program: list[str], address: str, port: int, *flags: str) -> Measured:
    """One run in the browser that listens at `port`; its cookies stay."""
    line = [*program, address, f"--port={port}", "--output=json", "--quiet", "--locale=en", *flags]
    told: dict[str, Any] = json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout)
    assert told["finalDisplayedUrl"] == address, f"led from {address} to {told['finalDisplayedUrl']}"
    audits = told["audits"]
    missed = sorted(
        f"{audits[one['id']]['title']} ({name})"
        for name, category in told["categories"].items()
        for one in category["auditRefs"]
        if name != "performance" and one["weight"] and audits[one["id"]]["score"] == 0
    )
    return Measured(
        {category["title"]: score_of(category, audits) for category in told["categories"].values()},
        audits["first-contentful-paint"]["numericValue"],
        audits["largest-contentful-paint"]["numericValue"],
        audits["total-byte-weight"]["numericValue"] / 1024,
        tuple(missed),
    )


def score_of(category: dict[str, Any], audits: dict[str, Any]) -> float:
    """The category's score as Lighthouse weighs it, without CLOSED."""
    counted = [
        (one["weight"], audits[one["id"]]["score"])
        for one in category["auditRefs"]
        if one["id"] != CLOSED and audits[one["id"]]["score"] is not None
    ]
    weight = sum(weight for weight, _score in counted)
    return sum(weight * score for weight, score in counted) / weight if weight else 1.0


def address_of(page: Page, base: str, place: str, kind: str) -> str:
    """The address of `place`, or of its first link of the `kind`, identifiers as `*`."""
    if not kind:
        return base + place
    page.goto(base + place)
    pattern = re.escape(kind).replace(r"\*", "[^/?]*[0-9][^/?]*") + "$"
    links = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
    found = [link for link in links if re.match(pattern, link)]
    assert found, f"no {kind} on {place}"
    return base + str(found[0])


def measure_all(office: Office, folder: Path, runs: int) -> dict[tuple[str, str], Measured]:
    """Page and preset → its run in the middle."""
    program, port, found = lighthouse(), spare_port(), {}

    def middle(address: str, *flags: str) -> Measured:
        tries = [measure(program, address, port, *flags) for _run in range(runs)]
        return sorted(tries, key=lambda one: one.scores["Performance"])[runs // 2]

    with sync_playwright() as playwright:
        phone = Phone(playwright, folder / "profile", office.port, lambda _item: None)
        phone.switch_on(f"--remote-debugging-port={port}")
        phone.sign_in("petugas@peragaan.test", office.password)
        phone.take_along()
        for name, path in APP_PAGES.items():
            kept = ["--disable-storage-reset"] if name == AGAIN else []
            found[name, "phone"] = middle(phone.address + path, *kept)
            print(name, found[name, "phone"], flush=True)
        phone.page.goto(owner_link(office, phone.address))
        for name, (place, kind) in PAGES.items():
            address = address_of(phone.page, phone.address, place, kind)
            for preset, flags in PRESETS.items():
                found[name, preset] = middle(address, *flags)
                print(name, preset, found[name, preset], flush=True)
    return found


def owner_link(office: Office, site: str) -> str:
    lines = office.command("make_links", "--cluster", CLUSTER, "--site", site, "--renew").splitlines()
    return lines[-1].split("\t")[2]


def written(found: dict[tuple[str, str], Measured], runs: int, version: str) -> str:
    titles = list(found[FIRST, "phone"].scores)
    rows = [
        f"| {name} | {preset} | "
        + " | ".join(f"{one.scores[title]:.2f}" if title in one.scores else "–" for title in titles)
        + f" | {one.first_paint / 1000:.1f} | {one.largest_paint / 1000:.1f} | {one.kilobytes:.0f} |"
        for (name, preset), one in found.items()
    ]
    missed = [f"- {name}, {preset}: {', '.join(one.missed)}" for (name, preset), one in found.items() if one.missed]
    holds = min(score for one in found.values() for score in one.scores.values()) >= LEAST
    return "\n".join(
        [
            "# Lighthouse",
            "",
            (
                f"`python -m bench.lighthouse --runs {runs}`, {datetime.now(UTC):%Y-%m-%d}, "
                f"{platform.system()} {platform.machine()}, "
                f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end; {PACKAGE}, {version}, its "
                "own phone and desktop (simulated), HTTP on this machine; an officer signed in, and an owner's link "
                "opened. robots.txt closes what a personal link opens: that audit is left out of the SEO score."
            ),
            "",
            f"| page | on | {' | '.join(titles)} | first paint, s | largest, s | KiB |",
            "|---" * (len(titles) + 5) + "|",
            *rows,
            "",
            *(["Missed:", "", *missed, ""] if missed else []),
            f"At least {LEAST} in every category on every page: {'kept' if holds else '**not kept**'}.",
            "",
        ]
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="sambang-lighthouse-") as name:
        office = Office(Path(name) / "office", stage="measured")
        office.build()
        office.open()
        try:
            found = measure_all(office, Path(name), chosen.runs)
        finally:
            office.kill()
    browser = os.environ.get("SAMBANG_CHROMIUM") or shutil.which("chromium") or ""
    version = subprocess.run([browser, "--version"], check=True, capture_output=True, text=True).stdout.split()
    RESULTS.write_text(written(found, chosen.runs, " ".join(version[:2])), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
