"""Fixtures of all tests: Sari has the permission, Budi lacks it, Citra belongs to another council.

All people here are made up.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from hypothesis import settings as hypothesis_settings

from sambang.access.models import Council, Membership, Person, Role
from sambang.aspirations.difficulties import stored_versions
from sambang.audit.append_only import triggers_dropped
from sambang.imports.sheets import grid
from sambang.lib.db_scope import default_to_system_scope
from sambang.lib.sandbox import run_sandboxed
from sambang.odk import own_forms
from sambang.registry.load_regions import load_regions
from sambang.registry.models import Business, Cluster, Industry, ProductLine, Region
from tests.schema import stored_schema

JAKARTA = ZoneInfo("Asia/Jakarta")
type Together = Callable[[list[Callable[[], Any]]], list[Any]]

# The same examples in every run, and no clock: a busy machine fails nothing.
hypothesis_settings.register_profile("sambang", derandomize=True, deadline=None)
hypothesis_settings.load_profile("sambang")


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook of the whole suite against connections beyond this machine (tests/test_no_outgoing_connections.py)."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if name not in {"", "localhost", "::1", "::", "0.0.0.0"} and not name.startswith("127."):
        raise PermissionError(f"a connection beyond this machine: {name}")


sys.addaudithook(_stay_here)

default_to_system_scope()  # a test prepares what it needs as the office would; its requests are their readers'


SLOW_MODULE = re.compile(r"^pytestmark = .*\bslow\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Modules of which `-m` selects nothing are not imported: that takes seconds of each process."""
    if not collection_path.name.startswith("test_"):
        return None
    selected, is_browser = config.option.markexpr, collection_path.parent.name == "browser"
    left_out = (selected == "browser" and not is_browser) or ("not browser" in selected and is_browser)
    if "not slow" in selected:
        left_out = left_out or bool(SLOW_MODULE.search(collection_path.read_text(encoding="utf-8")))
    return left_out or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL: only the tests that read the test database. The others do the same on SQLite, also those that
    start a server on a database of their own."""
    if connection.vendor == "postgresql":
        chosen = {item: _reads_test_database(item) for item in items}
        config.hook.pytest_deselected(items=[item for item in items if not chosen[item]])
        items[:] = [item for item in items if chosen[item]]


def _reads_test_database(item: pytest.Item) -> bool:
    """pytest-django lets no other test read it."""
    if item.get_closest_marker("once"):
        return False
    fixtures = item._fixtureinfo.name2fixturedefs
    return bool(item.get_closest_marker("django_db") or {"db", "transactional_db"} & fixtures.keys())


PLACES = {
    "0": ("Indonesia", Region.Level.NATION, None),
    "34": ("Daerah Istimewa Yogyakarta", Region.Level.PROVINCE, "0"),
    "3404": ("Sleman", Region.Level.REGENCY, "34"),
    "340407": ("Depok", Region.Level.DISTRICT, "3404"),
    "3404072003": ("Condongcatur", Region.Level.VILLAGE, "340407"),
    "3402": ("Bantul", Region.Level.REGENCY, "34"),
    "340208": ("Bantul", Region.Level.DISTRICT, "3402"),
    "3402082001": ("Palbapang", Region.Level.VILLAGE, "340208"),
}


_emptied = TransactionTestCase._fixture_teardown


def _without_guards(case: TransactionTestCase) -> None:
    """A test with real commits ends with every table emptied, which the journal's guards refuse to anybody."""
    with triggers_dropped(connection):
        _emptied(case)
    if connection.vendor == "postgresql":  # TRUNCATE, unlike SQLite's DELETE, leaves what triggers keep
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM market_search")


TransactionTestCase._fixture_teardown = _without_guards  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def _stored_schema() -> ExitStack:
    return ExitStack()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: Any, _stored_schema: ExitStack
) -> None:
    """pytest-django asks for it before it makes the test database."""
    with django_db_blocker.unblock():
        _stored_schema.enter_context(stored_schema())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, _stored_schema: ExitStack) -> None:
    """The test database is made: store its schema if it is new."""
    with django_db_blocker.unblock():
        _stored_schema.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--day", help="the date on which the tests take place (default: today), as 2028-02-29")


def pytest_configure(config: pytest.Config) -> None:
    """The tests begin at noon in Jakarta, so that none of them meets midnight anywhere in Indonesia. Not those of the
    browser, which has a clock of its own."""
    if config.option.markexpr == "browser":
        return
    day = date.fromisoformat(config.option.day) if config.option.day else datetime.now(JAKARTA).date()
    travel = time_machine.travel(datetime.combine(day, time(12), JAKARTA))
    travel.start()
    config.add_cleanup(travel.stop)


@pytest.fixture(autouse=True, scope="session")
def _files_are_read_once() -> Iterator[None]:
    """The same file with the same limits goes through the sandbox once in a test process: a process costs 0.4 s of
    CPU. tests/lib/test_sandbox.py tests the sandbox itself."""
    cached = lru_cache(maxsize=256)(run_sandboxed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_forms, "run_sandboxed", cached)
        patch.setattr(grid, "run_sandboxed", cached)
        yield


@pytest.fixture(autouse=True)
def _own_uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = True  # looks for a static file when it is asked for, not for all at each client
    settings.SAMBANG_BACKUPS = tmp_path / "backups"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _standard_difficulties() -> None:
    """No version of an earlier test stays in the process, and none is read until a test adds one."""

    stored_versions.put([], seconds=3600)


@pytest.fixture
def places(db: None) -> dict[str, Region]:
    for code, (name, level, parent) in PLACES.items():
        Region.objects.create(code=code, name=name, level=level, parent_id=parent, source="uji")
    return {region.code: region for region in Region.objects.all()}


@pytest.fixture
def all_regions_of_yogyakarta(db: None) -> None:
    load_regions(province="34")


@pytest.fixture
def garment(db: None) -> Industry:
    return Industry.objects.create(version="2020", code="14111", title="Industri Pakaian Jadi (Konveksi)", source="uji")


@pytest.fixture
def sleman(places: dict[str, Region]) -> Council:
    return Council.objects.create(name="Dekranasda Sleman", region_code="3404")


@pytest.fixture
def bantul(places: dict[str, Region]) -> Council:
    return Council.objects.create(name="Dekranasda Bantul", region_code="3402")


@pytest.fixture
def yogyakarta(places: dict[str, Region]) -> Council:
    return Council.objects.create(name="Dekranasda DIY", region_code="34")


@pytest.fixture
def member(db: None) -> Callable[[str, Council, Role], Person]:
    def make(name: str, council: Council, role: Role) -> Person:
        person = Person.objects.create_user(f"{name.lower()}@contoh.test", "rahasia-sekali", name=name)
        Membership.objects.create(person=person, council=council, role=role)
        return person

    return make


@pytest.fixture
def sari(member: Callable[..., Person], sleman: Council) -> Person:
    """Field officer of Sleman: may record."""
    return member("Sari", sleman, Role.OFFICER)


@pytest.fixture
def rina(member: Callable[..., Person], sleman: Council) -> Person:
    """Council staff of Sleman: may decide."""
    return member("Rina", sleman, Role.STAFF)


@pytest.fixture
def budi(member: Callable[..., Person], sleman: Council) -> Person:
    """Leader of Sleman: reads, may not write."""
    return member("Budi", sleman, Role.LEADER)


@pytest.fixture
def citra(member: Callable[..., Person], bantul: Council) -> Person:
    """Council staff of Bantul: must not see Sleman."""
    return member("Citra", bantul, Role.STAFF)


@pytest.fixture
def cluster(places: dict[str, Region]) -> Cluster:
    head = Person.objects.create_user(None, name="Supri Peraga")
    return Cluster.objects.create(
        name="Sentra Joho Rahasia", region=places["3404072003"], commodity="Konveksi", head=head
    )


@pytest.fixture
def make_business(cluster: Cluster, garment: Industry) -> Callable[..., Business]:
    def make(name: str = "Jahit Peraga", *, within: Cluster = cluster, **facts: Any) -> Business:
        owner = Person.objects.create_user(None, name=f"Pemilik {name}")
        business = Business.objects.create(
            name=name,
            owner=owner,
            cluster=within,
            region=within.region,
            industry=garment,
            phone="+6281200000001",
            **facts,
        )
        ProductLine.objects.create(business=business, name="Seragam", unit="stel", started_on=date(2018, 1, 1))
        return business

    return make


@pytest.fixture
def business(make_business: Callable[..., Business]) -> Business:
    return make_business("Jahit Rahasia")


@pytest.fixture
def signed_in(client: Client) -> Callable[[Person], Client]:
    def enter(person: Person) -> Client:
        client.force_login(person)
        return client

    return enter


@pytest.fixture
def together(tmp_path: Path) -> Iterator[Together]:
    """Runs every job in a thread of its own, all let go at once, on a database that was made so far and lies on
    disk."""
    known = connections.databases["default"]
    name = known["NAME"]

    def on_disk() -> None:
        connection.ensure_connection()
        with sqlite3.connect(tmp_path / "office.sqlite3") as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=WAL")  # two connections that switch the mode at once lock each other
        copy.close()
        known["NAME"] = str(tmp_path / "office.sqlite3")

    def run(jobs: list[Callable[[], Any]]) -> list[Any]:
        if connection.vendor == "sqlite" and known["NAME"] == name:
            on_disk()
        gate = Barrier(len(jobs))

        def work(job: Callable[[], Any]) -> Any:
            try:
                gate.wait()
                return job()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(jobs)) as pool:
            return list(pool.map(work, jobs))

    yield run
    known["NAME"] = name
