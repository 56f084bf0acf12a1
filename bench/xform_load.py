"""Fifty submissions a second of a form with 250 questions, for a minute.

    python -m bench.xform_load [--seconds 60] [--rate 50] [--questions 250]

The form is a council's own, made of an .xlsx by pyxform; each submission answers every question. Submissions leave on a
fixed beat whether or not earlier ones were answered, and each is timed from the moment at which it should have left. At
the end the database is read: every acknowledged submission must be there once, with the very bytes. Client and server
share the machine. Writes bench/results/xform_load.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import http.client
import os
import platform
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from bench.office import Office

from sambang.ops.server import free_port
from sambang.registry.encryption import decrypt

RESULTS = Path(__file__).parent / "results" / "xform_load.md"
CLIENTS = 24  # connections that send; more would only wait in the server's queue
KINDS = (
    ("text", "kata-kata"),
    ("integer", "12"),
    ("decimal", "3.5"),
    ("date", "2026-11-26"),
    ("select_one yes_no", "yes"),
)
LIMIT = 500  # milliseconds, 95 of 100
SET_UP = """
import sys, time
import django
django.setup()
from sambang.odk.operations import make_key, offer_form
from sambang.access.models import Council, Membership, Person, Role
council = Council.objects.create(name="Dekranasda Uji", region_code="3404")
person = Person.objects.create_user("uji@contoh.test", "rahasia-sekali", name="Penguji")
Membership.objects.create(person=person, council=council, role=Role.STAFF)
began = time.process_time()
offer_form(council, person, xlsform=open(sys.argv[1], "rb").read())
print(make_key(council, person, phone="HP uji").token, time.process_time() - began)
"""


@dataclass(frozen=True)
class Sent:
    status: int  # 0: no answer
    milliseconds: float  # from when it should have left
    instance: str
    sha256: str


def workbook(path: Path, questions: int) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        survey, choices, settings = (book.add_worksheet(name) for name in ("survey", "choices", "settings"))
        survey.write_row(0, 0, ("type", "name", "label", "hint", "constraint"))
        for number in range(questions):
            kind = KINDS[number % len(KINDS)][0]
            limit = ". >= 0" if kind == "integer" else ""
            survey.write_row(number + 1, 0, (kind, f"q{number}", f"Pertanyaan {number}", "Isi bila diketahui", limit))
        choices.write_row(0, 0, ("list_name", "name", "label"))
        choices.write_row(1, 0, ("yes_no", "yes", "ya"))
        choices.write_row(2, 0, ("yes_no", "no", "tidak"))
        settings.write_row(0, 0, ("form_id", "form_title", "version"))
        settings.write_row(1, 0, ("survei_250", "Survei panjang", "1"))


def submission(number: int, questions: int) -> tuple[str, bytes]:
    """Its instanceID and XML; no two are alike."""
    instance = f"uuid:{hashlib.sha256(str(number).encode()).hexdigest()[:32]}"
    answers = "".join(
        f"<q{place}>{KINDS[place % len(KINDS)][1] + (f' {number}' if place % len(KINDS) == 0 else '')}</q{place}>"
        for place in range(questions)
    )
    head = '<?xml version="1.0"?><data xmlns:orx="http://openrosa.org/xforms" id="survei_250" version="1">'
    meta = f"<orx:meta><orx:instanceID>{instance}</orx:instanceID></orx:meta></data>"
    return instance, (head + answers + meta).encode()


def multipart(xml: bytes) -> bytes:
    part = (
        b'--batas\r\nContent-Disposition: form-data; name="xml_submission_file"; '
        b'filename="isian.xml"\r\nContent-Type: text/xml\r\n\r\n'
    )
    return part + xml + b"\r\n--batas--\r\n"


class Phones:
    """Threads that send what is due. `began` plus a number's beat is when that one should leave."""

    def __init__(self, port: int, path: str, questions: int, rate: float) -> None:
        self.port, self.path, self.questions, self.rate = port, path, questions, rate
        self.last = 0.0  # after it nothing more is sent: a server that cannot keep up is not waited for
        self.due: queue.Queue[int | None] = queue.Queue()
        self.sent: list[Sent] = []
        self.began = 0.0

    def run(self, count: int) -> list[Sent]:
        threads = [threading.Thread(target=self.send_what_is_due) for _ in range(CLIENTS)]
        self.began = time.monotonic()
        self.last = self.began + 2 * count / self.rate
        for thread in threads:
            thread.start()
        for number in range(count):
            time.sleep(max(0.0, self.began + number / self.rate - time.monotonic()))
            self.due.put(number)
        for _ in threads:
            self.due.put(None)
        for thread in threads:
            thread.join()
        return self.sent

    def send_what_is_due(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"X-OpenRosa-Version": "1.0", "Content-Type": "multipart/form-data; boundary=batas"}
        while (number := self.due.get()) is not None:
            instance, xml = submission(number, self.questions)
            status = 0
            try:
                if time.monotonic() > self.last:
                    raise TimeoutError
                connection.request("POST", self.path, body=multipart(xml), headers=headers)
                response = connection.getresponse()
                response.read()
                status = response.status
            except (OSError, http.client.HTTPException):
                connection.close()
            took = 1000 * (time.monotonic() - self.began - number / self.rate)
            self.sent.append(Sent(status, took, instance, hashlib.sha256(xml).hexdigest()))
        connection.close()


def set_up(office: Office, questions: int) -> tuple[str, float]:
    """The phone's token, and the CPU seconds that the form took."""
    office.command("prepare")  # what the server would do at its first start
    form = office.folder / "survei.xlsx"
    workbook(form, questions)
    environment = office.environment | {"DJANGO_SETTINGS_MODULE": "sambang.settings"}
    line = [sys.executable, "-c", SET_UP, str(form)]
    said = subprocess.run(line, env=environment, check=True, capture_output=True, text=True).stdout.split()
    return said[-2], float(said[-1])


def require_our_own(port: int, token: str) -> None:
    """Another benchmark may have taken the port at the same moment: then its server would be measured."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("HEAD", f"/odk/{token}/submission")
    assert connection.getresponse().status == 204, "another server answers on this port: run again"
    connection.close()


def cpu_seconds(group: int) -> float:
    """User and system time of the processes of one group, so far (Linux)."""
    ticks = 0
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = place.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(said[2]) == group:
            ticks += int(said[11]) + int(said[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """CPU seconds: of making the form once, and of the server during the load."""

    form: float
    server: float


def outcomes(sent: Sequence[Sent], kept: dict[str, str]) -> tuple[list[Sent], Counter[int], list[Sent]]:
    """Acknowledged submissions, other answers by status, and those acknowledged but not kept byte for byte."""
    taken = [one for one in sent if one.status == 201]
    others = Counter(one.status for one in sent if one.status != 201)
    return taken, others, [one for one in taken if kept.get(one.instance) != one.sha256]


def table(sent: Sequence[Sent], kept: dict[str, str], spent: Spent, chosen: argparse.Namespace) -> str:
    """What was measured, in words; every acknowledged one is looked up."""
    times = sorted(one.milliseconds for one in sent)
    half, most, last = (times[int(len(times) * share)] for share in (0.5, 0.95, 0.99))
    taken, others, lost = outcomes(sent, kept)
    size = statistics.mean(len(submission(number, chosen.questions)[1]) for number in range(10)) / 1024
    holds = most < LIMIT and len(taken) == len(sent) and not lost and len(kept) == len(taken)
    return (
        f"# Load of a {chosen.questions}-question XForm\n\n"
        f"`python -m bench.xform_load --seconds {chosen.seconds} --rate {chosen.rate:g} --questions "
        f"{chosen.questions}`: "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f} (others work on the machine), niceness {os.nice(0)}, Python "
        f"{platform.python_version()}. "
        f"`sambang serve` on SQLite (WAL, synchronous=FULL), client on the same machine, loopback, no photos; "
        f"one submission is {size:.1f} KB.\n\n"
        "| submissions sent | a second | 201 | refused or not answered in twice the time | p50 ms | p95 ms | "
        "p99 ms | slowest ms |\n|---|---|---|---|---|---|---|---|\n"
        f"| {len(sent)} | {chosen.rate:g} | {len(taken)} | {len(sent) - len(taken)} | {half:.0f} | {most:.0f} "
        f"| {last:.0f} | {times[-1]:.0f} |\n\n"
        f"Other answers: {dict(others) or 'none'}. Read back from the database: {len(kept)} rows, {len(lost)} "
        "of the acknowledged missing or with other bytes. "
        f"The promise (p95 under {LIMIT} ms, none refused, none lost) {'holds' if holds else '**does not hold**'}. "
        f"The server spent {1000 * spent.server / max(1, len(taken)):.1f} CPU ms on each: on a core of its own "
        "it would "
        f"take {len(taken) / spent.server if spent.server else 0:.0f} a second. "
        f"The form itself, .xlsx to XForm, took {spent.form:.1f} CPU s once.\n"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--rate", type=float, default=50)
    options.add_argument("--questions", type=int, default=250)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="sambang-load-") as name:
        office = Office(Path(name), port=free_port(8150, 8199))
        token, form_seconds = set_up(office, chosen.questions)
        try:
            office.open()
            require_our_own(office.port, token)
            phones = Phones(office.port, f"/odk/{token}/submission", chosen.questions, chosen.rate)
            assert office.server is not None
            before = cpu_seconds(office.server.pid)
            sent = phones.run(int(chosen.seconds * chosen.rate))
            spent = Spent(form_seconds, cpu_seconds(office.server.pid) - before)
        finally:
            office.kill()
        # Read after a SIGKILL: what is here was on its way to the disk before the answer.
        kept = {row[0]: row[1] for row in office.rows("SELECT instance_id, sha256 FROM odk_submission")}
        key = (office.folder / "keys" / "identity").read_text().strip()
        raw = {
            name: hashlib.sha256(decrypt(xml, purpose=b"sambang registry submission", secret=key)).hexdigest()
            for name, xml in office.rows("SELECT instance_id, xml FROM odk_submission")
        }
        assert kept == raw, "a row's digest is not that of its bytes"
        RESULTS.write_text(table(sent, kept, spent, chosen), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
