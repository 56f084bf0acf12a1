"""What the same database can do without an office around it: the yardsticks of bench/intake.py."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from bench.office import Office

from sambang.audit.hash_chain import Content, link

FLUSHES = 200


@dataclass(frozen=True)
class Driver:
    """A bare connection to the office's database; `mark` stands for a value in its statements."""

    open: Callable[[], Any]
    mark: str

    @property
    def begin(self) -> str:
        return "BEGIN IMMEDIATE" if self.mark == "?" else "BEGIN"

    def key(self, key: UUID) -> Any:
        return key.hex if self.mark == "?" else key


def driver_of(office: Office) -> Driver:
    if office.database_url:
        import psycopg

        return Driver(lambda: psycopg.connect(office.database_url, autocommit=True), "%s")

    def embedded() -> sqlite3.Connection:
        connection = sqlite3.connect(office.database, isolation_level=None, timeout=60)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        return connection

    return Driver(embedded, "?")


def one_row(driver: Driver, seconds: float) -> Callable[[], int]:
    """One row a durable transaction: the least that any office could do."""

    def work() -> int:
        connection, made = driver.open(), 0
        text, last = "x" * 420, time.perf_counter() + seconds
        while time.perf_counter() < last:
            connection.execute(driver.begin)
            connection.execute(f"INSERT INTO bench_bare VALUES ({driver.mark}, {driver.mark})", (str(uuid4()), text))
            connection.execute("COMMIT")
            made += 1
        connection.close()
        return made

    return work


@dataclass
class Template:
    """A row that the office wrote, to write others like it."""

    table: str
    row: dict[str, Any]

    def insert(self, connection: Any, mark: str, **changed: Any) -> None:
        row = self.row | changed
        columns = ", ".join(f'"{name}"' for name in row)
        connection.execute(
            f"INSERT INTO {self.table} ({columns}) VALUES ({', '.join([mark] * len(row))})", list(row.values())
        )


def template(connection: Any, table: str, where: str) -> Template:
    found = connection.execute(f"SELECT * FROM {table} WHERE {where} LIMIT 1")
    return Template(table, dict(zip((column[0] for column in found.description), found.fetchone(), strict=True)))


def same_rows(driver: Driver, seconds: float) -> Callable[[], int]:
    """The rows that one aspiration leaves, and nothing else, in one durable transaction each: the item, the aspiration,
    the journal's chained line with its tip, and the receipt's number."""

    def work() -> int:
        connection, made = driver.open(), 0
        item = template(connection, "intake_received", "kind = 'aspiration' AND outcome = 'stored'")
        effect = template(connection, "aspirations_aspiration", "visit_id IS NOT NULL")
        entry = template(connection, "audit_entry", "verb = 'aspirations.note'")
        last = time.perf_counter() + seconds
        while time.perf_counter() < last:
            connection.execute(driver.begin)
            _write(connection, driver, item, effect, entry)
            connection.execute("COMMIT")
            made += 1
        connection.close()
        return made

    return work


def _write(connection: Any, driver: Driver, item: Template, effect: Template, entry: Template) -> None:
    lock, mark = "" if driver.mark == "?" else " FOR UPDATE", driver.mark
    key, now = uuid4(), dt.datetime.now(dt.UTC)
    effect.insert(connection, mark, id=driver.key(key))
    [number, before] = connection.execute(f"SELECT number, hash FROM audit_chainhead WHERE id = 1{lock}").fetchone()
    line = Content(
        number + 1,
        now,
        UUID(str(entry.row["by_id"])),
        "aspirations.note",
        entry.row["subject"],
        f"aspirations.Aspiration:{key}",
        entry.row["region_code"],
    )
    chained = link(before, line)
    at = now.replace(tzinfo=None).isoformat(" ") if driver.mark == "?" else now
    entry.insert(connection, mark, id=line.id, at=at, subject=line.subject, result=line.result, hash=chained)
    connection.execute(f"UPDATE audit_chainhead SET number = {mark}, hash = {mark} WHERE id = 1", (line.id, chained))
    [epoch, last] = connection.execute(
        f"SELECT id, last_number FROM intake_epoch ORDER BY ordinal DESC LIMIT 1{lock}"
    ).fetchone()
    connection.execute(f"UPDATE intake_epoch SET last_number = {mark} WHERE id = {mark}", (last + 1, epoch))
    item.insert(
        connection,
        mark,
        id=driver.key(key),
        told_id=driver.key(key),
        epoch_id=epoch,
        number=last + 1,
        result=line.result,
    )


def flush_cost(folder: Path) -> tuple[float, float, float]:
    """Milliseconds that 4 KB written to this disk take to be on it (fdatasync): mean, median, 95 of 100."""
    took: list[float] = []
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(4096 * FLUSHES))
        file.flush()
        os.fsync(file.fileno())
        for place in range(FLUSHES):
            os.pwrite(file.fileno(), os.urandom(4096), 4096 * place)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(1000 * (time.perf_counter() - began))
    took.sort()
    return sum(took) / len(took), took[len(took) // 2], took[int(len(took) * 0.95)]
