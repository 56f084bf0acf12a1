"""Whether an item is on disk before its response, observed by strace on the running office.

    python -m bench.durability [--items 20]          (needs strace, and the right to trace one's own processes)

Of every answer that says `stored`: the last write to the database's log before it must have been followed by a
completed fdatasync of that log. Writes bench/results/durability.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.intake import OFFICER, Line
from bench.office import Office

RESULTS = Path(__file__).parent / "results"
CALLS = "pwrite64,write,writev,sendto,sendmsg,fdatasync,fsync"
LOG = re.compile(r"sambang\.sqlite3-wal>")
UNFINISHED = re.compile(r"^(\d+) .*?(\w+)\(.*<unfinished \.\.\.>$")
RESUMED = re.compile(r"^(\d+) .*<\.\.\. (\w+) resumed>.*= (-?\d+)")


@dataclass
class CommitTrace:
    """What strace saw, in order: writes to the log, syncs of it that came back, answers, and answers too early."""

    writes: int = 0
    syncs: int = 0
    stored: int = 0
    early: int = 0


def watched(lines: list[str]) -> CommitTrace:
    seen, dirty = CommitTrace(), False
    waiting: dict[str, str] = {}  # by thread: a sync of the log that has not come back
    for line in lines:
        resumed = RESUMED.match(line)
        if resumed and resumed[2] in {"fdatasync", "fsync"} and waiting.pop(resumed[1], "") and resumed[3] == "0":
            seen.syncs, dirty = seen.syncs + 1, False
        elif LOG.search(line):
            unfinished = UNFINISHED.match(line)
            if re.search(r"\b(fdatasync|fsync)\(", line):
                if unfinished:
                    waiting[unfinished[1]] = line
                elif line.rstrip().endswith("= 0") or " = 0 " in line:
                    seen.syncs, dirty = seen.syncs + 1, False
            else:
                seen.writes, dirty = seen.writes + 1, True
        elif r"\"stored\"" in line:
            seen.stored += 1
            seen.early += dirty
    return seen


def item(line: Line, visit: str, business: str) -> str:
    body = {
        "visit": visit,
        "business": business,
        "kind": "constraint",
        "difficulty": "material",
        "text": f"Kain {uuid4()}",
    }
    return json.dumps(
        {
            "id": str(uuid4()),
            "device": line.device,
            "by": line.person,
            "schema": 1,
            "kind": "aspiration",
            "recorded_at": dt.datetime.now(dt.UTC).isoformat(),
            "body": body,
        }
    )


def send(office: Office, items: int) -> int:
    """One item a sending, one after the other: how many were stored."""
    line = Line(office.port)
    line.sign_in(office.password)
    visit = next(one for one in line.json("GET", "/lapangan/kunjungan.json")["visits"] if one["businesses"])
    parcel = line.json("GET", f"/lapangan/bekal.json?hp={line.device}&kunjungan={visit['id']}")
    business = parcel["businesses"][0]["id"]
    stored = 0
    for _number in range(items):
        said: dict[str, Any] = {"device": line.device, "items": [item(line, visit["id"], business)]}
        [receipt] = line.json("POST", "/lapangan/kirim.json", said)["answers"]
        stored += receipt["outcome"] == "stored"
    return stored


def trace(office: Office, items: int, notes: Path) -> tuple[int, CommitTrace]:
    assert office.server is not None
    family = subprocess.run(
        ["ps", "-o", "pid=", "-g", str(office.server.pid)], capture_output=True, text=True, check=True
    )
    watch = ["strace", "-f", "-y", "-s", "4096", "-e", f"trace={CALLS}", "-o", str(notes)]
    for pid in family.stdout.split():
        watch += ["-p", pid]
    tracer = subprocess.Popen(watch, stderr=subprocess.DEVNULL)
    while not all(is_traced(pid) for pid in family.stdout.split()):
        time.sleep(0.1)
    try:
        stored = send(office, items)
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(30)
    return stored, watched(notes.read_text(errors="replace").splitlines())


def is_traced(pid: str) -> bool:
    tracer = re.search(r"^TracerPid:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)
    return tracer is not None and tracer[1] != "0"


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--items", type=int, default=20)
    items = wanted.parse_args().items
    if shutil.which("strace") is None:
        raise SystemExit("strace is not installed")
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder) / "office")
        office.build()
        office.open()
        try:
            stored, seen = trace(office, items, Path(folder) / "notes")
        finally:
            office.kill()
    if not (stored == items == seen.stored and seen.syncs >= items):
        raise SystemExit(f"watched too little to say anything: {stored} stored, {seen}")
    words = (
        f"# On disk before the answer\n\n{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.machine()}, Python "
        f"{platform.python_version()}, SQLite.\n\n"
        f"{OFFICER} sent {items} items one by one: {seen.stored} answers said *stored*, {seen.writes} writes "
        "to the log, "
        f"{seen.syncs} syncs of it came back, **{seen.early}** answers before their sync.\n"
    )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "durability.md").write_text(words)
    print(words)
    if seen.early:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
