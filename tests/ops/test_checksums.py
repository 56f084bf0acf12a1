"""Figures by which two databases are compared."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from sambang.ops.checksums import TableSum, checksum_differences, json_value, sum_of

ROWS = [(1, "kodi"), (2, "lusin"), (3, None)]


def test_no_order_of_rows_matters_but_each_row_does() -> None:
    assert sum_of(ROWS) == sum_of(reversed(ROWS))
    others = [ROWS[:2], [*ROWS, ROWS[0]], [(1, "kodi"), (2, "lusin"), (3, "")], [(1, "lusin"), (2, "kodi"), (3, None)]]
    assert len({sum_of(rows) for rows in [ROWS, *others]}) == 5
    assert sum_of([]) == (0, "0" * 64)


def test_one_value_has_one_form_whatever_database_it_came_from() -> None:
    west = timezone(timedelta(hours=7))
    assert json_value(datetime(2026, 3, 31, 9, tzinfo=west)) == json_value(datetime(2026, 3, 31, 2, tzinfo=UTC))
    assert json_value(Decimal("12.500")) == json_value(Decimal("12.5")) == "12.5"
    assert json_value(UUID(int=7)) == "0" * 31 + "7"
    assert json_value(memoryview(b"\x01\xff")) == json_value(b"\x01\xff") == "01ff"
    assert json_value({"b": 1, "a": [2]}) == json_value({"a": [2], "b": 1})
    assert json_value(date(2026, 3, 31)) == "2026-03-31"
    assert json_value(timedelta(days=1)) == "86400000000"
    assert (json_value(None), json_value(True), json_value(0.1)) == (None, True, "0.1")
    with pytest.raises(TypeError):
        json_value(object())


def test_each_table_that_differs_is_named() -> None:
    def table(rows: int, total: str) -> TableSum:
        return TableSum(columns=["id"], rows=rows, sum=total)

    was = {"a": table(1, "x"), "b": table(2, "y"), "c": table(3, "z")}
    now = {"a": table(1, "x"), "b": table(2, "other"), "d": table(0, "")}
    assert checksum_differences(was, was) == []
    assert [sentence.split()[1] for sentence in checksum_differences(was, now)] == ["b", "c", "d"]
