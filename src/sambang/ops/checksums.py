"""Checksums of a database that can be compared: each table's columns, row count, and a sum over its rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

CHECKSUM_FETCH_ROWS = 2000


class TableSum(TypedDict):
    columns: list[str]
    rows: int
    sum: str  # 64 hex digits


def json_value(value: Any) -> Any:
    """A column's value as JSON: equal for equal values, whichever database they come from.

    Raises TypeError for an unknown type, so that nothing is compared by its `repr`.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return repr(value)
        case Decimal():
            return format(value.normalize(), "f")
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds") if value.tzinfo else value.isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value // timedelta(microseconds=1))
        case UUID():
            return value.hex
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case dict() | list():
            return json.dumps(value, sort_keys=True, ensure_ascii=True)
    raise TypeError(f"{type(value)} has no JSON form")


def row_digest(values: Sequence[Any]) -> bytes:
    return hashlib.sha256(json.dumps([json_value(value) for value in values], ensure_ascii=True).encode()).digest()


def sum_of(rows: Iterable[Sequence[Any]]) -> tuple[int, str]:
    """(count, sum of the rows' digests modulo 2²⁵⁶). The order of rows does not matter; a doubled or missing row does.

    It detects accidents. Tampering is detected by the encryption of the backup.
    """
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(row_digest(row))
    return count, (total % (1 << 256)).to_bytes(32).hex()


def tables_of(connection: BaseDatabaseWrapper) -> dict[str, TableSum]:
    """The checksum of every table in the database, also of an older schema than that of the models.

    Consistent only inside a transaction of the caller (`databases.py`).
    """
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
    return {name: _table(connection, name) for name in names}


def _table(connection: BaseDatabaseWrapper, name: str) -> TableSum:
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")  # noqa: S608 a name from the database
        first = cursor.fetchmany(CHECKSUM_FETCH_ROWS)  # a server-side cursor knows its columns after the first fetch
        columns = [column[0] for column in cursor.description]
        count, total = sum_of(_rows(cursor, first))
    return TableSum(columns=columns, rows=count, sum=total)


def _rows(cursor: Any, first: list[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    rows = first
    while rows:
        yield from rows
        rows = cursor.fetchmany(CHECKSUM_FETCH_ROWS)


def checksum_differences(expected: dict[str, TableSum], actual: dict[str, TableSum]) -> list[str]:
    """A sentence for each table that is not as expected."""
    sentences = []
    for name in sorted(set(expected) | set(actual)):
        if name not in actual:
            sentences.append(f"Tabel {name} tidak ada.")
        elif name not in expected:
            sentences.append(f"Tabel {name} tidak dikenal.")
        elif expected[name] != actual[name]:
            sentences.append(
                f"Tabel {name} berbeda: {expected[name]['rows']} baris tercatat, {actual[name]['rows']} ditemukan."
            )
    return sentences
