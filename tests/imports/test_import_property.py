"""`sambang import_register` on lists that nobody would type: it takes all or nothing, in a sentence, and the same
list twice adds none."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, assume, event, example, given, settings
from hypothesis import strategies as st

from sambang.access.models import Person
from sambang.registry.models import Business, Cluster

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HEADS = (
    "No",
    "Nama Usaha",
    "Nama Pemilik",
    "NIK",
    "NIB",
    "No. HP",
    "Alamat",
    "KBLI",
    "Produk",
    "Satuan",
    "Kapasitas",
    "L",
    "P",
    "Jumlah TK",
    "Nilai Investasi",
    "Nilai Produksi",
    "Tahun Berdiri",
    "",
    "Nama Usaha",
    "kolom lain",
    "=1+1",
)
ODD = (
    "",
    " ",
    "-",
    "0",
    "-1",
    "1e308",
    "9" * 60,
    "1.234.567,89",
    "Rp 1,5 juta",
    '=HYPERLINK("x")',
    "@SUM(1)",
    "+62 812-0000-0000",
    "0" * 16,
    "3404070101010001",
    "14111",
    "14.111",
    "999999",
    "1899-12-30",
    "31/02/2019",
    "2019",
    "99999",
    "ya\ntidak",
    "\t",
    "ꦱꦩ꧀ꦧꦁ",
    "👩🏽‍🏭",
    "\u202eterbalik",
    "e\u0301",
    "x" * 3000,
    "NULL",
    "#REF!",
    "'",
    '"',
    ";",
    ",",
    "TOTAL",
    "Jumlah",
    "1)",
    "a/b",
)
cells = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
)
lists = st.builds(
    lambda titles, heads, rows: [*titles, heads, *rows],
    st.lists(st.lists(cells, max_size=3), max_size=3),
    st.lists(st.sampled_from(HEADS), min_size=2, max_size=14),
    st.lists(st.lists(cells, max_size=14), max_size=8),
)
Rows = list[list[Any]]
OWNER_TOO_LONG: Rows = [["No", "Nama Usaha", "Nama Pemilik", "NIK"], [1, "Jahit", "x" * 130, ""]]


def as_csv(rows: Rows, path: Path, encoding: str, separator: str) -> None:
    text = "\n".join(separator.join(f'"{str(cell).replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows)
    path.write_bytes(text.encode(encoding, errors="replace"))


def as_workbook(rows: Rows, path: Path, merged: tuple[int, int]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell)  # a text that begins with = becomes a formula
        first, width = merged
        with suppress(xlsxwriter.exceptions.OverlappingRange):
            sheet.merge_range(first, 0, first + 1, width, "LEMBAR GABUNGAN")


def imported(path: Path) -> tuple[int, str, str]:
    said, complained = StringIO(), StringIO()
    try:
        call_command(
            "import_register",
            str(path),
            "--cluster",
            "Sentra Uji",
            "--duplicates",
            "new",
            stdout=said,
            stderr=complained,
        )
    except SystemExit as end:
        return int(str(end.code)), said.getvalue(), complained.getvalue()
    return 0, said.getvalue(), complained.getvalue()


def held(write: Callable[[Path], None], ending: str) -> None:
    """What must be true of any list. Leaves the database as it was."""
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        path = Path(folder) / f"ikm.{ending}"
        write(path)
        code, _said, complained = imported(path)
        rows = (
            Business.objects.count(),
            Cluster.objects.count(),
            Person.objects.filter(businesses__isnull=False).count(),
        )
        event(f"code {code}")
        if code == 2:
            assert complained.strip(), "refused without a word"
            assert rows == (0, 0, 0)
        else:
            assert code == 0
            again = imported(path)
            assert again[0] == 0 and "0 IKM baru" in again[1], again
            assert Business.objects.count() == rows[0]
        transaction.set_rollback(True)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_any_list_is_taken_whole_or_refused_in_words(places: Any, ending: str) -> None:
    @settings(max_examples=120 if ending == "csv" else 40, suppress_health_check=[HealthCheck.too_slow])
    @example(rows=OWNER_TOO_LONG, encoding="utf-8", separator=",", merged=(4, 1))
    @given(
        rows=lists,
        encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
        separator=st.sampled_from(",;\t|"),
        merged=st.tuples(st.integers(0, 4), st.integers(1, 6)),
    )
    def holds(rows: Rows, encoding: str, separator: str, merged: tuple[int, int]) -> None:
        if ending == "csv":
            held(lambda path: as_csv(rows, path, encoding, separator), ending)
        else:
            assume(all(len(str(cell)) < 32_000 for row in rows for cell in row))
            held(lambda path: as_workbook(rows, path, merged), ending)

    holds()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=2000), ending=st.sampled_from(["csv", "xlsx", "xls", "ods", "txt", ""]))
def test_any_bytes_are_refused_in_words(places: Any, content: bytes, ending: str) -> None:
    held(lambda path: path.write_bytes(content) and None, ending or "tanpa")
