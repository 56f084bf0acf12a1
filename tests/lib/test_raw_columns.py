from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

import sambang
from sambang.access.models import Council
from sambang.lib.raw_columns import column_list

EVERY_COLUMN = re.compile(r"SELECT \*|SELECT \w+\.\*")
ONCE = {"ops/checksums.py"}  # reads each table once, on a connection of its own


def test_no_statement_takes_the_columns_as_they_come() -> None:
    source = Path(sambang.__file__).parent
    found = {str(file.relative_to(source)) for file in source.rglob("*.py") if EVERY_COLUMN.search(file.read_text())}
    assert found - {"lib/raw_columns.py"} == ONCE


@pytest.mark.django_db
def test_the_columns_are_those_of_the_table(sleman: Council) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column_list(Council, 'c')} FROM access_council AS c")
        assert len(cursor.fetchall()) == 1 and cursor.description is not None
        assert {column[0] for column in cursor.description} == {
            column.name for column in connection.introspection.get_table_description(cursor, "access_council")
        }
