"""A database that hangs or is gone: every page and door answers 503 in time, and works again by itself afterwards.

The server is real (`sambang serve`), and so is the PostgreSQL, which is stopped by SIGSTOP and SIGKILL."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser.conftest import wait_for
from tests.ports import spare_port
from tests.server_data import prepared_data

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 5
RECOVERY_SECONDS = 15
SET_UP = """
import django; django.setup()
from django.test import Client
from sambang.lib.db_scope import default_to_system_scope
default_to_system_scope()
from sambang.access.models import Council, Membership, Person, Role
from sambang.odk.operations import make_key
council = Council.objects.create(name="Dekranasda Uji", region_code="3404")
person = Person.objects.create_user("rina@contoh.test", "rahasia-sekali", name="Rina")
Membership.objects.create(person=person, council=council, role=Role.STAFF)
client = Client(); client.force_login(person)
print("set up", client.cookies["sessionid"].value, make_key(council, person, phone="HP Rina").token)
"""
# They use neither database nor session, so they still answer.
WITHOUT_DATABASE = {"/alive", "/metrics"}


@dataclass
class Office:
    address: str
    cluster: Path
    server: subprocess.Popen[bytes]
    session: str
    token: str

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], str, float]:
        """Status, headers, body and seconds; a redirect is not followed."""
        request = urllib.request.Request(f"{self.address}{path}", data=body)
        request.add_header("Cookie", f"sessionid={self.session}")
        if path.startswith("/odk/"):
            request.add_header("X-OpenRosa-Version", "1.0")
        started = time.monotonic()
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=60) as answer:
                status, headers, text = answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as refused:
            status, headers, text = refused.code, refused.headers, refused.read().decode("utf-8", "replace")
        return status, {name.lower(): value for name, value in headers.items()}, text, time.monotonic() - started

    def processes(self) -> list[int]:
        postmaster = int((self.cluster / "data" / "postmaster.pid").read_text().split()[0])
        return [postmaster, *children_of(postmaster)]

    def signal_database(self, which: signal.Signals) -> None:
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, which)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_request: object) -> None:
        return None


def children_of(process: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on a PostgreSQL of its own, which ends with the input of its shell."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(prepared_data() / "static", folder / "static")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("SAMBANG_", "DATABASE_URL"))}
    database = subprocess.Popen(
        [ROOT / "tools" / "with-postgresql", "--in-memory", "sh", "-c", 'echo "$DATABASE_URL"; read end'],
        env=ours,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert database.stdin is not None and database.stdout is not None
    url = database.stdout.readline().strip()
    environment = ours | {
        "SAMBANG_DATA": str(folder),
        "DATABASE_URL": url,
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "sambang.settings",
    }
    cluster = Path(parse_qs(urlsplit(url).query)["host"][0])
    try:
        subprocess.run([sys.executable, "-m", "sambang", "prepare", "-v", "0"], env=environment, check=True)
        made = subprocess.run(
            [sys.executable, "-c", SET_UP], env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout.split()
        port = spare_port()
        with (folder / "server.log").open("w") as log:
            line = [sys.executable, "-m", "sambang", "serve", "--port", str(port)]
            server = subprocess.Popen(line, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/ready")
            yield Office(f"http://127.0.0.1:{port}", cluster, server, made[-2], made[-1])
        finally:
            server.terminate()
            server.wait(timeout=40)
    finally:
        database.communicate("end\n", timeout=60)


def pages(patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "/") -> Iterator[str]:
    """Every address without a parameter."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = str(pattern.pattern)
        if "<" in route or "(" in route or route.startswith(("acuan", "^")):
            continue
        if isinstance(pattern, URLResolver):
            yield from pages(pattern.url_patterns, prefix + route)
        else:
            yield prefix + route


def require_unavailable(office: Office, path: str, body: bytes | None = None) -> str:
    status, headers, text, seconds = office.ask(path, body)
    assert seconds < LIMIT_SECONDS, f"{path} took {seconds:.1f} s"
    assert status == 503, f"{path} answered {status}"
    assert int(headers["retry-after"]) > 0, path
    return text


def require_recovered(office: Office) -> None:
    """Every worker answers again; each asks the database by itself."""
    last, answered = time.monotonic() + RECOVERY_SECONDS, 0
    while answered < 10:
        statuses = {office.ask(path)[0] for path in ("/ready", "/kunjungan/")}
        answered = answered + 1 if statuses == {200} else 0
        assert time.monotonic() < last, f"the site did not recover by itself: {statuses}"
        time.sleep(0.1)


def require_doors_unavailable(office: Office, *, every: int = 1) -> None:
    """`every`: of so many pages one is asked."""
    found = [path for path in dict.fromkeys(pages()) if path not in WITHOUT_DATABASE]
    assert len(found) > 60
    for path in found[::every]:
        require_unavailable(office, path)
    assert "Basis data kantor sedang tidak menjawab" in require_unavailable(office, "/")
    assert require_unavailable(office, "/lapangan/bekal.json").startswith('{"reason": ')
    assert require_unavailable(office, "/ready").startswith('{"ready": false')
    for path in ("formList", "submission"):
        text = require_unavailable(office, f"/odk/{office.token}/{path}", b"x" if path == "submission" else None)
        assert "<OpenRosaResponse" in text
    for path in WITHOUT_DATABASE:
        status, _headers, _text, seconds = office.ask(path)
        assert status == 200 and seconds < LIMIT_SECONDS, path


def test_a_hung_database_is_503_in_time_and_heals(office: Office) -> None:
    require_recovered(office)
    office.signal_database(signal.SIGSTOP)
    try:
        require_unavailable(office, "/kunjungan/")  # on a connection that is open already
        require_doors_unavailable(office, every=6)  # each waits for up to two seconds
    finally:
        office.signal_database(signal.SIGCONT)
    require_recovered(office)


def test_a_killed_worker_comes_back_while_the_database_hangs(office: Office) -> None:
    require_recovered(office)
    office.signal_database(signal.SIGSTOP)
    try:
        workers = children_of(office.server.pid)
        assert len(workers) >= 2
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        wait_for(f"{office.address}/alive", 60)
        while any(office.ask("/alive")[3] > 0.5 for _try in range(20)):  # until every worker has started
            time.sleep(0.2)
        assert require_unavailable(office, "/ready").startswith('{"ready": false')
    finally:
        office.signal_database(signal.SIGCONT)
    require_recovered(office)
    assert not set(workers) & set(children_of(office.server.pid))


def test_a_slow_statement_goes_on(office: Office) -> None:
    """Longer than the patience, shorter than the server's own timeout."""
    program = """
import django; django.setup()
from sambang.lib.database_limits import limit_database_waits
from django.db import connection
limit_database_waits()
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_sleep(4), 7")
    print(cursor.fetchone()[1])
    cursor.execute("SHOW statement_timeout")
    print(cursor.fetchone()[0])
    cursor.execute("SHOW lock_timeout")
    print(cursor.fetchone()[0])
"""
    url = f"postgresql://sambang@/sambang?host={office.cluster}"
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "sambang.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True
    ).stdout.split()
    assert done[-3:] == ["7", "15s", "4s"]


def test_a_database_that_is_gone_is_503_at_once_and_heals(office: Office) -> None:
    require_recovered(office)
    office.signal_database(signal.SIGKILL)
    try:
        require_doors_unavailable(office)
    finally:
        (office.cluster / "data" / "postmaster.pid").unlink(missing_ok=True)
        initdb = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        options = f"-c listen_addresses='' -c unix_socket_directories='{office.cluster}'"
        line = [str(initdb / "pg_ctl"), "-D", str(office.cluster / "data"), "-w", "start", "-o", options]
        as_owner = ["runuser", "-u", "postgres", "--", *line] if os.geteuid() == 0 else line
        subprocess.run(as_owner, cwd="/", check=True, stdout=subprocess.DEVNULL)
    require_recovered(office)
