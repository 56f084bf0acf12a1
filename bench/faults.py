"""What an office answered "stored" is stored once, whatever befalls its machine: python -m bench.faults [rounds] [seed] [minutes]

A person plans visits in the pages of a running office while it is killed, its disk is full or read-only, its clock
jumps, a backup is cut off, an upload is broken. Every visit has a purpose of its own. Whoever gets no answer sends the
same form again, and where that is not answered either, looks into the list and fills in a new one, as a person would.
At the end each purpose that was answered stands exactly once, and the journal is whole.

Root is needed for the disk: a tmpfs of its own. SIGKILL proves nothing about a power cut.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from io import BytesIO
from pathlib import Path

from bench.office import Office, wait_for
from PIL import Image

RESULTS = Path(__file__).parent / "results" / "faults.md"
SIZE = "220m"
PATIENCE = 300.0  # seconds; the machine may be busy
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CLUSTER = re.compile(r'<option value="([0-9a-f-]{36})"')
JUMP = "import os, datetime, time_machine\ntime_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=float(os.environ['JUMP'])), tick=True).start()\n"


@dataclass
class Keeper(Office):
    """An office whose clock may jump, and whose files for the pages are gathered once."""

    days: float = 0
    trap: Path = Path()

    @property
    def environment(self) -> dict[str, str]:
        words = super().environment
        return words | {"JUMP": str(self.days), "PYTHONPATH": f"{self.trap}{os.pathsep}{words['PYTHONPATH']}"}

    def open(self) -> None:
        gathered = ["--gathered"] if (self.folder / "static" / "staticfiles.json").exists() else []
        line = [sys.executable, "-m", "sambang", "serve", "--port", str(self.port), *gathered]
        with (self.trap / "server.log").open("ab") as log:
            self.server = subprocess.Popen(line, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        wait_for(f"{self.address}/alive", PATIENCE)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class RefusedError(Exception):
    """No answer, or one that stores nothing."""


@dataclass
class Person:
    """Somebody at a browser: cookies, forms, and what was answered."""

    office: Keeper
    email: str = "pengurus@peragaan.test"
    answered: dict[str, str] = field(default_factory=dict)  # purpose → the new visit's address
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), Unfollowed())

    def ask(
        self, path: str, content: bytes | None = None, kind: str = "application/x-www-form-urlencoded"
    ) -> tuple[int, str, str]:
        request = urllib.request.Request(self.office.address + path, data=content, headers={"Content-Type": kind})
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        except urllib.error.HTTPError as other:
            return other.code, other.headers.get("Location", ""), other.read().decode(errors="replace")
        except (OSError, ValueError) as silence:  # cut off, refused, half an answer
            raise RefusedError(str(silence)) from silence

    def form(self, path: str) -> tuple[str, str]:
        """(page, CSRF token)"""
        status, _location, page = self.ask(path)
        if status != 200:
            raise RefusedError(str(status))
        return page, TOKEN.findall(page)[0]

    def sign_in(self) -> None:
        _page, token = self.form("/masuk/")
        said = {"csrfmiddlewaretoken": token, "username": self.email, "password": self.office.password}
        status, _location, _page = self.ask("/masuk/", urllib.parse.urlencode(said).encode())
        assert status == 302, status

    def plan(self, purpose: str, *, give_up: threading.Event | None = None) -> None:
        """Until it is answered: the same form again and again, a new one only where the list does not show it."""
        said: bytes | None = None
        last = time.monotonic() + PATIENCE
        while time.monotonic() < last and not (give_up and give_up.is_set()):
            try:
                if said is None:
                    page, token = self.form("/kunjungan/rencana/")
                    facts = {"csrfmiddlewaretoken": token, "cluster": CLUSTER.findall(page)[0], "purpose": purpose,
                             "planned_for": datetime.now(UTC).date().isoformat()}  # fmt: skip
                    said = urllib.parse.urlencode(facts).encode()
                status, location, _page = self.ask("/kunjungan/rencana/", said)
                self.told[str(status)] += 1
                if status == 302 and location.startswith("/kunjungan/"):
                    self.answered[purpose] = location
                    return
                if status in {409, 422}:
                    _status, _location, listed = self.ask(f"/kunjungan/?cari={urllib.parse.quote(purpose)}")
                    if found := re.search(r'href="(/kunjungan/[0-9a-f-]{36}/)"', listed):
                        self.answered[purpose] = found[1]
                        return
                    said = None
            except RefusedError:
                self.told["silence"] += 1
            time.sleep(0.3)
        if give_up is None:
            raise TimeoutError(purpose)


class Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_facts: object) -> None:
        return None


@dataclass
class Run:
    office: Keeper
    person: Person
    chance: random.Random
    number: int = 0
    rounds: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def purposes(self, count: int) -> list[str]:
        self.number += count
        return [f"uji{number:05d}x" for number in range(self.number - count, self.number)]

    def killed(self) -> None:
        """SIGKILL while visits are being planned; opened again."""
        writing = threading.Thread(target=lambda: [self.person.plan(purpose) for purpose in self.purposes(6)])
        writing.start()
        time.sleep(self.chance.uniform(0.05, 3))
        self.office.kill()
        self.office.open()
        writing.join()

    def jumped(self) -> None:
        """Opened with another clock, days ahead or behind."""
        self.office.kill()
        self.office.days = self.chance.choice((-2.0, 3.0))
        self.office.open()
        for purpose in self.purposes(3):
            self.person.plan(purpose)
        self.office.days = 0

    def full(self) -> None:
        """Not a byte left on the disk: nobody is told "stored" for what is not; then room again."""
        ballast = self.office.folder / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                for size in (1 << 20, 1 << 12, 1):
                    while True:
                        try:
                            file.write(bytes(size))
                        except OSError:
                            break
            finally:
                os.fsync(file.fileno())
        self._while_it_lasts()
        ballast.unlink()
        self._after_it()

    def read_only(self) -> None:
        """Whatever is opened anew cannot be written: the folder lies read-only above itself."""
        disk = str(self.office.folder)
        subprocess.run(["mount", "--bind", disk, disk], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", disk], check=True)
        self._while_it_lasts()
        subprocess.run(["umount", "-l", disk], check=True)
        self._after_it()

    def _while_it_lasts(self) -> None:
        enough = threading.Event()
        [purpose] = self.purposes(1)
        trying = threading.Thread(target=self.person.plan, args=[purpose], kwargs={"give_up": enough})
        trying.start()
        time.sleep(4)
        enough.set()
        trying.join()
        self.seen["stored all the same" if purpose in self.person.answered else "not stored, and said so"] += 1

    def _after_it(self) -> None:
        for purpose in self.purposes(2):
            self.person.plan(purpose)

    def broken_upload(self) -> None:
        """A photo that is none, and half a photo: refused in a sentence, and no file of it stays."""
        [purpose] = self.purposes(1)
        self.person.plan(purpose)
        path = f"{self.person.answered[purpose]}foto/"
        picture = BytesIO()
        Image.effect_noise((400, 300), 80).convert("RGB").save(picture, "JPEG")
        before = sorted(self.office.folder.glob("uploads/**/*"))
        for content in (self.chance.randbytes(20_000), picture.getvalue()[: len(picture.getvalue()) // 2]):
            _page, token = self.person.form(path)
            body = (
                f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--x\r\nContent-Disposition: '
                'form-data; name="image"; filename="foto.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
            ).encode() + content + b"\r\n--x--\r\n"  # fmt: skip
            status, _location, _page = self.person.ask(path, body, "multipart/form-data; boundary=x")
            assert status == 422, status
            self.seen["broken photo refused"] += 1
        assert sorted(self.office.folder.glob("uploads/**/*")) == before

    def half_a_backup(self) -> None:
        """`sambang backup` killed at any moment: what is called a backup restores, and the next one succeeds."""
        folder = self.office.folder / "backups"
        line = [sys.executable, "-m", "sambang", "backup"]
        making = subprocess.Popen(line, env=self.office.environment, stdout=subprocess.DEVNULL, start_new_session=True)
        for _look in range(3000):  # it has begun to write, or is proving what it wrote
            if making.poll() is not None or list(folder.glob("*.part")):
                break
            time.sleep(0.02)
        time.sleep(self.chance.uniform(0, 1.5))
        if making.poll() is None:
            os.killpg(making.pid, 9)
            self.seen["backup cut off"] += 1
        making.wait()
        time.sleep(1)  # two backups of one second would have one name
        self.office.command("backup")
        assert not list(folder.glob("*.part")), "what the killed one left was to be cleared"
        for backup in sorted(folder.glob("*.backup")):
            with tempfile.TemporaryDirectory(dir=self.office.trap) as into:
                aside = self.office.environment | {"SAMBANG_BACKUPS": into}
                subprocess.run(
                    [*line[:3], "restore", str(backup), "--into", f"{into}/back"],
                    env=aside,
                    check=True,
                    capture_output=True,
                )
            self.seen["backup restored"] += 1
            backup.unlink()

    def counted(self) -> tuple[int, int, int]:
        """(planned and answered, lost, doubled)"""
        rows = Counter(
            purpose for (purpose,) in self.office.rows("SELECT purpose FROM visits_visit WHERE purpose LIKE 'uji%'")
        )
        answered = self.person.answered
        return len(answered), sum(rows[purpose] == 0 for purpose in answered), sum(count > 1 for count in rows.values())


@contextmanager
def small_disk() -> Iterator[tuple[Path, Path]]:
    """(a tmpfs of its own, a folder beside it)"""
    with tempfile.TemporaryDirectory(prefix="sambang-machine-") as name:
        disk, beside = Path(name, "disk"), Path(name, "beside")
        disk.mkdir()
        beside.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)], check=True)
        subprocess.run(["mount", "--make-private", str(disk)], check=True)  # what is laid over it is taken off alone
        try:
            yield disk, beside
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True)


def main(rounds: int = 12, seed: int = 2026, minutes: int = 60) -> None:
    """No round begins after so many minutes."""
    started = time.monotonic()
    with small_disk() as (disk, beside):
        (beside / "sitecustomize.py").write_text(JUMP)
        office = Keeper(disk, stage="registered", trap=beside)
        office.build()
        office.open()
        try:
            person = Person(office)
            person.sign_in()
            run = Run(office, person, random.Random(seed))
            kinds = (run.full, run.read_only, run.broken_upload, run.killed, run.half_a_backup, run.jumped)
            for number in range(rounds):
                if time.monotonic() - started > minutes * 60:
                    break
                kind = kinds[number % len(kinds)]
                kind()
                run.rounds[kind.__name__] += 1
                print(
                    f"{time.monotonic() - started:6.0f} s  {kind.__name__}: {len(person.answered)} answered", flush=True
                )
            whole = office.command("journal", "verify").strip()
            answered, lost, doubled = run.counted()
        finally:
            office.kill()
    tell(run, whole, f"rounds {run.rounds.total()} answered {answered} lost {lost} doubled {doubled}", seed)
    if lost or doubled:
        raise SystemExit(1)


def tell(run: Run, whole: str, last: str, seed: int) -> None:
    kinds = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in run.rounds.items())
    seen = ", ".join(f"{name} {count}" for name, count in sorted(run.seen.items()))
    told = ", ".join(f"{name} {count}" for name, count in sorted(run.person.told.items()))
    RESULTS.write_text(
        f"# Faults of the machine\n\n`python -m bench.faults`, {datetime.now(UTC).date()}, seed {seed}, SQLite on a tmpfs of {SIZE}, two busy cores; "
        f"server killed {run.rounds['killed'] + run.rounds['jumped']} times.\n\nRounds: {kinds}.\n\nAnswers to forms: {told}.\n\nSeen: {seen}.\n\n{whole}\n\n"
        f"A SIGKILL is no power cut, and a database server was not killed here.\n\n    {last}\n",
        encoding="utf-8",
    )
    print(last)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
