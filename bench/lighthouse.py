"""Lighthouse scores of the officer's app and of the office's pages on a simulated phone (4G, CPU at a quarter).

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
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.office import ROOT, Office, spare_port
from bench.phone import Phone
from playwright.sync_api import sync_playwright

RESULTS = ROOT / "bench" / "results" / "lighthouse.md"
PACKAGE = "lighthouse@12.2.3"
LEAST = 0.95
AGAIN, FIRST = "the field app, with a visit taken along", "the field app, for the first time"
PAGES = {
    AGAIN: "/lapangan/",  # before the others: they empty the browser
    FIRST: "/lapangan/",
    "the desk": "/",
    "list of visits": "/kunjungan/",
    "list of IKM": "/daftar/ikm/",
    "board of aspirations": "/aspirasi/",
    "catalogue": "/pasar/katalog/",
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
        {category["title"]: category["score"] for category in told["categories"].values()},
        audits["first-contentful-paint"]["numericValue"],
        audits["largest-contentful-paint"]["numericValue"],
        audits["total-byte-weight"]["numericValue"] / 1024,
        tuple(missed),
    )


def measure_all(office: Office, folder: Path, runs: int) -> dict[str, Measured]:
    """Page → its run in the middle."""
    program, port, found = lighthouse(), spare_port(), {}
    with sync_playwright() as playwright:
        phone = Phone(playwright, folder / "profile", office.port, lambda _item: None)
        phone.switch_on(f"--remote-debugging-port={port}")
        phone.sign_in("petugas@peragaan.test", office.password)
        phone.take_along()
        for name, path in PAGES.items():
            kept = ["--disable-storage-reset"] if name == AGAIN else []
            tries = [measure(program, phone.address + path, port, *kept) for _run in range(runs)]
            found[name] = sorted(tries, key=lambda one: one.scores["Performance"])[runs // 2]
            print(name, found[name], flush=True)
    return found


def written(found: dict[str, Measured], runs: int, version: str) -> str:
    titles = list(found[FIRST].scores)
    rows = [
        f"| {name} | "
        + " | ".join(f"{one.scores[title]:.2f}" if title in one.scores else "–" for title in titles)
        + f" | {one.first_paint / 1000:.1f} | {one.largest_paint / 1000:.1f} | {one.kilobytes:.0f} |"
        for name, one in found.items()
    ]
    missed = [f"- {name}: {', '.join(one.missed)}" for name, one in found.items() if one.missed]
    holds = min([*found[AGAIN].scores.values(), *found[FIRST].scores.values()]) >= LEAST
    return "\n".join(
        [
            "# Lighthouse",
            "",
            (
                f"`python -m bench.lighthouse --runs {runs}`, {datetime.now(UTC):%Y-%m-%d}, "
                f"{platform.system()} {platform.machine()}, "
                f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end; {PACKAGE}, {version}, its "
                "own phone (simulated), "
                "HTTP on this machine, an officer signed in."
            ),
            "",
            f"| page | {' | '.join(titles)} | first paint, s | largest, s | KiB |",
            "|---" * (len(titles) + 4) + "|",
            *rows,
            "",
            *(["Missed:", "", *missed, ""] if missed else []),
            f"At least {LEAST} in every category for the app: {'kept' if holds else '**not kept**'}.",
            "",
        ]
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="sambang-lighthouse-") as name:
        office = Office(Path(name) / "office")
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
