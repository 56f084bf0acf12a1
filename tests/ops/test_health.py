"""Health checks, metrics, logs and the administrators' page, without personal data."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from sambang.access.models import Council, Person, Role
from sambang.lib.logs import JsonLines
from sambang.ops import readiness
from sambang.registry.models import Business

TOKEN = "token-peraga-yang-panjangnya-cukup-untuk-uji"


def put_backup(folder: Path, age: timedelta) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    created_at = datetime.now(UTC) - age
    (folder / f"sambang-{created_at:%Y%m%dT%H%M%SZ}.backup").write_bytes(b"peraga")


def test_alive_asks_nothing_of_the_database(client: Client) -> None:
    answer = client.get("/alive")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert client.post("/alive").status_code == 405


@pytest.mark.django_db
def test_ready_reports_the_backup_and_fails_for_the_database_only(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "WRITE_INTERVAL_SECONDS", -1.0)
    assert client.get("/ready").json()["backup"] == "none"
    put_backup(settings.SAMBANG_BACKUPS, timedelta(hours=27))
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["backup"]) == (200, "old")
    put_backup(settings.SAMBANG_BACKUPS, timedelta(hours=25))
    assert client.get("/ready").json()["backup"] == "fresh"

    class Broken:
        vendor = connection.vendor

        def cursor(self) -> None:
            raise DatabaseError("rahasia")

    monkeypatch.setattr(readiness, "connection", Broken())
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["problems"]) == (503, ["database"])
    assert "rahasia" not in answer.content.decode()


@pytest.mark.django_db
def test_a_database_that_does_not_wait_for_the_disk_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Careless:
        vendor = "sqlite"

        def cursor(self) -> Careless:
            return self

        def __enter__(self) -> Careless:
            return self

        def __exit__(self, *_facts: object) -> None:
            pass

        def execute(self, statement: str) -> None:
            assert statement == "PRAGMA synchronous"

        def fetchone(self) -> tuple[int]:
            return (1,)

    assert readiness.is_durable()
    monkeypatch.setattr(readiness, "connection", Careless())
    assert not readiness.is_durable()


@pytest.mark.django_db
def test_figures_are_for_this_machine_or_the_tokens_bearer(client: Client, settings: Any) -> None:
    put_backup(settings.SAMBANG_BACKUPS, timedelta(hours=1))
    client.get("/masuk/")
    text = client.get("/metrics").content.decode()
    assert 'sambang_requests_total{method="GET",route="masuk/",status="200"}' in text
    assert 3590 < float(text.split("sambang_backup_age_seconds ")[-1].split("\n")[0]) < 3700
    for away in ({"REMOTE_ADDR": "203.0.113.9"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}):
        assert client.get("/metrics", **away).status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer "}, **away).status_code == 404
    settings.SAMBANG_METRICS_TOKEN = TOKEN
    for given, status in ((TOKEN, 200), (TOKEN[:-1], 404)):
        headers = {"Authorization": f"Bearer {given}"}
        assert client.get("/metrics", headers=headers, REMOTE_ADDR="203.0.113.9").status_code == status


@pytest.mark.django_db
def test_a_requests_line_names_no_one(
    signed_in: Callable[[Person], Client], sari: Person, business: Business, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="sambang.requests")
    answer = signed_in(sari).get(f"/daftar/ikm/{business.pk}/?cari=Rahasia")
    [record] = [record for record in caplog.records if record.name == "sambang.requests"]
    line = json.loads(JsonLines().format(record))
    assert (line["method"], line["status"]) == ("GET", 200) and line["ms"] > 0
    assert line["route"].startswith("daftar/") and "<uuid:" in line["route"]
    assert str(business.pk) not in str(line) and "Rahasia" not in str(line) and sari.email not in str(line)
    assert len(answer.headers["X-Request-ID"]) == 32
    foreign = signed_in(sari).get("/masuk/", headers={"X-Request-ID": "dari-luar-sana"})
    assert foreign.headers["X-Request-ID"] != "dari-luar-sana", "without our own proxy that header is nobody's word"


def test_a_line_of_an_error_tells_where_and_not_with_which_words() -> None:
    try:
        raise ValueError("NIK 3404070000000001 sudah ada")
    except ValueError as error:
        trouble = (type(error), error, error.__traceback__)
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 1, "%s: %s", ("Internal Server Error", "/saya/abc/"), trouble
    )
    record.request = object()
    line = json.loads(JsonLines().format(record))
    assert line["message"] == "Internal Server Error" and line["error"] == "builtins.ValueError"
    assert "3404070000000001" not in str(line) and "/saya/" not in str(line)
    assert any("test_health.py" in frame for frame in line["where"])


@pytest.mark.django_db
def test_administrators_see_red_where_the_backup_is_old(
    signed_in: Callable[[Person], Client], member: Callable[..., Person], sleman: Council, sari: Person, settings: Any
) -> None:
    dewi = member("Dewi", sleman, Role.ADMINISTRATOR)
    assert "Belum ada cadangan" in signed_in(dewi).get("/cadangan/").content.decode()
    put_backup(settings.SAMBANG_BACKUPS, timedelta(hours=27))
    page = signed_in(dewi).get("/cadangan/").content.decode()
    assert "note-error" in page and "26 jam" in page
    put_backup(settings.SAMBANG_BACKUPS, timedelta(hours=2))
    note = {"at": datetime.now(UTC).isoformat(), "file": "x", "error": "Tabel access_person berbeda"}
    (settings.SAMBANG_BACKUPS / "drill.json").write_text(json.dumps(note))
    page = signed_in(dewi).get("/cadangan/").content.decode()
    assert "note-success" in page and "Tabel access_person berbeda" in page
    assert re.findall(r'aria-current="page">([^<]+)<', page) == ["Cadangan"]  # the menu says where one is
    assert signed_in(sari).get("/cadangan/").status_code == 403
